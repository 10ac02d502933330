# Rscript make.R, in this folder. R prints no interval for tau: it is worked out here from the formula of Fieller,
# Hartley and Pearson. p_value: exact where R counts every order (no ties, below 50 pairs), otherwise exact = FALSE.
source("../json.R")
sets <- list(
  weight = mtcars[, c("mpg", "wt")], cylinders = mtcars[, c("cyl", "gear")], sepal = iris[, 1:2], petal = iris[, 3:4],
  ozone = airquality[!is.na(airquality$Ozone), c("Ozone", "Temp")],
  sleep = data.frame(sleep$extra[1:10], sleep$extra[11:20]),
  trees = trees[, c("Girth", "Volume")], jobs = longley[, c("Unemployed", "Armed.Forces")],
  jobs_9 = longley[1:9, c("Unemployed", "Armed.Forces")], jobs_6 = longley[1:6, c("Unemployed", "Armed.Forces")],
  jobs_4 = longley[5:8, c("Unemployed", "Armed.Forces")], jobs_3 = longley[7:9, c("Unemployed", "Armed.Forces")]
)
sets <- lapply(sets, setNames, c("x", "y"))
write_input(do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]]))), "pairs.csv")
write_json(lapply(names(sets), function(name) {
  d <- sets[[name]]
  n <- nrow(d)
  exact <- n < 50 && !anyDuplicated(d$x) && !anyDuplicated(d$y)
  test <- suppressWarnings(cor.test(d$x, d$y, method = "kendall", exact = exact, continuity = FALSE))
  z <- suppressWarnings(cor.test(d$x, d$y, method = "kendall", exact = FALSE, continuity = FALSE))$statistic[[1]]
  tau <- as.numeric(test$estimate)
  ci <- function(level) if (n < 5) c(NA, NA) else tanh(atanh(tau) + c(-1, 1) * qnorm(1 - (1 - level) / 2) * sqrt(0.437 / (n - 4)))
  list(set = name, n = n, is_exact = exact, coefficient = tau, t = z, p_value = test$p.value, interval_95 = I(ci(0.95)), interval_90 = I(ci(0.90)))
}))
