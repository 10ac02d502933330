# Rscript make.R, in this folder. R prints no interval for rho: it is worked out here from Bonett and Wright's formula.
# p_value: exact where R counts every order (no ties, at most 9 pairs), otherwise exact = FALSE. p_r_default is what
# R says when asked for nothing (an Edgeworth series from 10 pairs on, without ties); kept for the record.
source("../json.R")
sets <- list(
  weight = mtcars[, c("mpg", "wt")], sepal = iris[, 1:2], petal = iris[, 3:4],
  ozone = airquality[!is.na(airquality$Ozone), c("Ozone", "Temp")],
  sleep = data.frame(sleep$extra[1:10], sleep$extra[11:20]),
  trees = trees[, c("Girth", "Volume")], jobs = longley[, c("Unemployed", "Armed.Forces")],
  jobs_9 = longley[1:9, c("Unemployed", "Armed.Forces")], jobs_8 = longley[1:8, c("Unemployed", "Armed.Forces")],
  jobs_6 = longley[1:6, c("Unemployed", "Armed.Forces")], jobs_5 = longley[4:8, c("Unemployed", "Armed.Forces")],
  jobs_4 = longley[5:8, c("Unemployed", "Armed.Forces")], jobs_3 = longley[7:9, c("Unemployed", "Armed.Forces")]
)
sets <- lapply(sets, setNames, c("x", "y"))
write_input(do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]]))), "pairs.csv")
write_json(lapply(names(sets), function(name) {
  d <- sets[[name]]
  n <- nrow(d)
  exact <- n <= 9 && !anyDuplicated(d$x) && !anyDuplicated(d$y)
  test <- suppressWarnings(cor.test(d$x, d$y, method = "spearman", exact = exact, continuity = FALSE))
  rho <- as.numeric(test$estimate)
  ci <- function(level) if (n < 4) c(NA, NA) else tanh(atanh(rho) + c(-1, 1) * qnorm(1 - (1 - level) / 2) * sqrt((1 + rho^2 / 2) / (n - 3)))
  list(set = name, n = n, is_exact = exact, coefficient = rho, t = rho * sqrt((n - 2) / (1 - rho^2)), p_value = test$p.value,
       p_r_default = suppressWarnings(cor.test(d$x, d$y, method = "spearman"))$p.value,
       interval_95 = I(ci(0.95)), interval_90 = I(ci(0.90)))
}))
