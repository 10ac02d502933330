# Rscript make.R, in this folder.
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
  at <- function(level) { ci <- cor.test(d$x, d$y, conf.level = level)$conf.int; if (is.null(ci)) c(NA, NA) else as.numeric(ci) }
  test <- cor.test(d$x, d$y)
  list(set = name, n = nrow(d), coefficient = as.numeric(test$estimate), t = as.numeric(test$statistic), df = as.numeric(test$parameter),
       p_value = test$p.value, interval_95 = I(at(0.95)), interval_90 = I(at(0.90)))
}))
