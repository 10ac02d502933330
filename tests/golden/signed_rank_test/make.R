# Rscript make.R, in this folder. p by coin, exact with ties and zeros up to 50 differences; by wilcox.test(exact = FALSE)
# beyond. Pseudo-median and the exact interval by wilcox.test where it has them; the other limits are the means of pairs
# at which wilcox.test's own z crosses the quantile, found on the sorted means.
source("../json.R")
suppressMessages(library(coin))
sets <- list(sleep = round(sleep$extra[11:20] - sleep$extra[1:10], 1), cars = mtcars$mpg - 20, ozone = airquality$Ozone[!is.na(airquality$Ozone)] - 30,
  teeth = round(with(ToothGrowth, len[supp == "OJ"] - len[supp == "VC"]), 1), trees = trees$Girth - trees$Height / 6, few = c(1.5, -0.25, 3, 2), iris = iris$Sepal.Width - 3)
write_input(do.call(rbind, lapply(names(sets), function(name) data.frame(set = name, value = sprintf("%.17g", sets[[name]])))), "values.csv")
write_json(lapply(names(sets), function(name) {
  x <- sets[[name]]; y <- x[x != 0]; n <- length(y)
  r <- rank(abs(y)); w <- sum(r[y > 0])
  exact <- n <= 50
  p <- if (exact) as.numeric(pvalue(wilcoxsign_test(y ~ rep(0, n), distribution = "exact", zero.method = "Wilcoxon"))) else suppressWarnings(wilcox.test(y, exact = FALSE))$p.value
  a <- sort((outer(y, y, "+") / 2)[upper.tri(diag(n), TRUE)])
  plain <- !anyDuplicated(abs(y)) && n == length(x)
  interval <- function(level) {
    # R's would cover less, with a warning.
    if (2^(1 - n) > 1 - level + 1e-9) return(NULL)
    if (exact && plain) return(suppressWarnings(wilcox.test(x, conf.int = TRUE, conf.level = level))$conf.int[1:2])
    q <- max(1, ceiling(n * (n + 1) / 4 - 0.5 - qnorm(1 - (1 - level) / 2) * sqrt(n * (n + 1) * (2 * n + 1) / 24)))
    c(a[q], a[length(a) + 1 - q])
  }
  if (exact && plain) stopifnot(abs(suppressWarnings(wilcox.test(x))$p.value - p) < 1e-12, suppressWarnings(wilcox.test(x, conf.int = TRUE))$estimate - median(a) < 1e-12)
  if (!exact || !plain) { ci <- suppressWarnings(wilcox.test(x, conf.int = TRUE))$conf.int; stopifnot(max(abs(ci - interval(0.95))) < 0.3 * sd(x)) }
  list(set = name, n = n, zeros = length(x) - n, w = w, p_value = p, is_exact = exact, pseudo_median = median(a), interval_95 = I(as.numeric(interval(0.95))), interval_90 = I(as.numeric(interval(0.9))))
}))
