# Rscript make.R, in this folder.
source("../json.R")
sets <- list(
  sleep = sleep$extra, ozone = airquality$Ozone[!is.na(airquality$Ozone)], mpg = mtcars$mpg, year = longley$Year,
  one = women$height[1], two = women$height[1:2]
)
write_input(data.frame(set = rep(names(sets), lengths(sets)), value = unlist(sets)), "values.csv")
write_json(lapply(names(sets), function(name) {
  q <- function(p) as.numeric(quantile(sets[[name]], p, type = 7))
  list(set = name, q10 = q(0.1), q25 = q(0.25), q50 = q(0.5), q75 = q(0.75), q90 = q(0.9))
}))
