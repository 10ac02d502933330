# Rscript make.R, in this folder.
source("../json.R")
suppressMessages(library(coin))
spread <- function(n, step, prime = 1009) ((seq_len(n) * step) %% prime) / 8
set <- function(name, treated, control) data.frame(set = name, arm = rep(1:0, c(length(treated), length(control))), value = c(treated, control))
d <- rbind(
  with(sleep, set("sleep", extra[group == 2], extra[group == 1])),
  set("no_ties", c(3.1, 0.4, 7.7, 5.2, 9.6, 2.3), c(1.5, 0.2, 4.9, 2.8)),
  set("three", c(2.5, 3.5, 9), c(1, 2, 3)),
  set("one", 5, c(1, 2, 7, 3, 4, 9, 11)),
  with(subset(airquality, Month %in% c(5, 8) & !is.na(Ozone)), set("ozone", Ozone[Month == 8], Ozone[Month == 5])),
  with(mtcars, set("mpg", mpg[am == 1], mpg[am == 0])),
  with(warpbreaks, set("breaks", breaks[wool == "A"], breaks[wool == "B"])),
  set("apart", spread(30, 577) + 25, spread(35, 211)),
  set("large", spread(80, 577) + 9.03125, spread(70, 211)),
  with(iris, set("sepal", Sepal.Width[Species != "setosa"], Sepal.Width[Species == "setosa"]))
)
write_input(d, "values.csv")
write_json(lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  x <- one$value[one$arm == 1]; y <- one$value[one$arm == 0]
  small <- length(x) * length(y) <= 2500
  ties <- anyDuplicated(one$value) > 0
  r <- rank(c(x, y)); n <- length(r); t <- table(r); u <- sum(r[seq_along(x)]) - length(x) * (length(x) + 1) / 2
  dz <- u - length(x) * length(y) / 2
  z <- sign(dz) * max(abs(dz) - 0.5, 0) / sqrt(length(x) * length(y) / 12 * (n + 1 - sum(t^3 - t) / (n * (n - 1))))
  of <- function(level, tol) suppressWarnings(wilcox.test(x, y, exact = small && !ties, correct = TRUE, conf.int = TRUE, conf.level = level, tol.root = tol))
  exact <- if (small) as.numeric(coin::pvalue(coin::wilcox_test(value ~ factor(arm), one, distribution = "exact"))) else NA
  test <- of(0.95, 1e-12)
  stopifnot(as.numeric(test$statistic) == u)
  list(set = name, u = u, rank_sum = sum(r[seq_along(x)]), z = z, p_value = if (small) exact else test$p.value,
       p_r = test$p.value, is_exact_r = small && !ties, shift = median(outer(x, y, "-")),
       interval_95 = I(as.numeric(test$conf.int)), interval_90 = I(as.numeric(of(0.90, 1e-12)$conf.int)),
       level_95 = if (small && !ties) { # what R warns of
         q <- max(qwilcox(0.025, length(x), length(y)), 1); 1 - 2 * pwilcox(q - 1, length(x), length(y)) } else 0.95,
       superiority = mean(outer(x, y, ">") + outer(x, y, "==") / 2))
}))
