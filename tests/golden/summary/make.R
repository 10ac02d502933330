# Rscript make.R, in this folder.
source("../json.R")
sets <- list(
  sleep_1 = sleep$extra[sleep$group == 1], sleep_2 = sleep$extra[sleep$group == 2],
  ozone = airquality$Ozone[!is.na(airquality$Ozone)], mpg = mtcars$mpg, year = longley$Year
)
write_input(data.frame(set = rep(names(sets), lengths(sets)), value = unlist(sets)), "values.csv")
write_json(lapply(names(sets), function(name) {
  x <- sets[[name]]
  ci <- function(level) I(as.numeric(t.test(x, conf.level = level)$conf.int))
  list(set = name, n = length(x), mean = mean(x), sd = sd(x), std_error = sd(x) / sqrt(length(x)), interval_95 = ci(0.95), interval_99 = ci(0.99))
}))
