# Rscript make.R, in this folder.
source("../json.R")
sets <- list(
  gear = data.frame(group = mtcars$am + 1, x = mtcars$mpg, y = mtcars$qsec),
  iris = with(iris[iris$Species != "setosa", ], data.frame(group = 1 + (Species == "virginica"), x = Sepal.Length, y = Petal.Width)),
  months = with(airquality[!is.na(airquality$Ozone) & airquality$Month %in% c(5, 9), ], data.frame(group = 1 + (Month == 9), x = Ozone, y = Temp)),
  jobs_9 = data.frame(group = rep(1:2, c(4, 5)), x = longley$Unemployed[1:9], y = longley$Armed.Forces[1:9]),
  jobs = data.frame(group = rep(1:2, c(6, 8)), x = longley$Unemployed[1:14], y = longley$Armed.Forces[1:14]),
  trees = data.frame(group = rep(1:2, c(5, 6)), x = trees$Height[1:11], y = trees$Volume[1:11])
)
write_input(do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]]))), "pairs.csv")
centred <- function(values, kind) if (kind == "pearson") as.numeric(scale(values)) else (rank(values) - (length(values) + 1) / 2) / length(values)
variance <- function(r, n, kind) if (kind == "kendall") 0.437 / (n - 4) else (if (kind == "pearson") 1 else 1 + r^2 / 2) / (n - 3)
one <- function(name, kind) {
  d <- sets[[name]]
  a <- d[d$group == 1, ]; b <- d[d$group == 2, ]
  n1 <- nrow(a); n2 <- nrow(b)
  r1 <- cor(a$x, a$y, method = kind); r2 <- cor(b$x, b$y, method = kind)
  z <- (atanh(r1) - atanh(r2)) / sqrt(variance(r1, n1, kind) + variance(r2, n2, kind))
  interval <- function(level) {
    reach <- function(r, n) tanh(atanh(r) + c(-1, 1) * qnorm(1 - (1 - level) / 2) * sqrt(variance(r, n, kind)))
    i1 <- reach(r1, n1); i2 <- reach(r2, n2); d <- r1 - r2
    c(d - sqrt((r1 - i1[1])^2 + (i2[2] - r2)^2), d + sqrt((i1[2] - r1)^2 + (r2 - i2[1])^2))
  }
  found <- list(set = name, kind = kind, n = n1 + n2, first = r1, second = r2, statistic = z, p_value = 2 * pnorm(-abs(z)),
    interval_95 = interval(0.95), interval_90 = interval(0.90), ways = NA, as_extreme = NA)
  if (choose(n1 + n2, n1) <= 200000) {
    x <- c(centred(a$x, kind), centred(b$x, kind)); y <- c(centred(a$y, kind), centred(b$y, kind))
    at <- function(chosen) {
      # A group without variation counts as no correlation; |r| is kept below 1 - 1e-12.
      r <- function(i) { v <- suppressWarnings(cor(x[i], y[i], method = if (kind == "kendall") "kendall" else "pearson")); if (is.na(v)) 0 else max(min(v, 1 - 1e-12), -1 + 1e-12) }
      q1 <- r(chosen); q2 <- r(setdiff(seq_along(x), chosen))
      abs(atanh(q1) - atanh(q2)) / sqrt(variance(q1, n1, kind) + variance(q2, n2, kind))
    }
    all <- combn(n1 + n2, n1, at)
    found$ways <- length(all)
    found$as_extreme <- sum(all >= abs(z) - 1e-9 * max(1, abs(z)))
  }
  found
}
write_json(do.call(c, lapply(names(sets), function(name) c(list(one(name, "pearson"), one(name, "spearman")), if (min(table(sets[[name]]$group)) > 4) list(one(name, "kendall"))))))
