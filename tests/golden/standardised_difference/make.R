# Rscript make.R, in this folder.
source("../json.R")
air <- airquality[!is.na(airquality$Ozone) & airquality$Month %in% c(5, 8), ]
sets <- list(
  sleep = list(sleep$extra[sleep$group == 2], sleep$extra[sleep$group == 1]),
  tooth = list(ToothGrowth$len[ToothGrowth$supp == "OJ"], ToothGrowth$len[ToothGrowth$supp == "VC"]),
  breaks = list(warpbreaks$breaks[warpbreaks$wool == "B"], warpbreaks$breaks[warpbreaks$wool == "A"]),
  cars = list(mtcars$mpg[mtcars$am == 1], mtcars$mpg[mtcars$am == 0]),
  air = list(air$Ozone[air$Month == 8], air$Ozone[air$Month == 5]),
  iris = list(iris$Sepal.Length[iris$Species == "virginica"], iris$Sepal.Length[iris$Species == "setosa"])
)
rows <- lapply(names(sets), function(name) {
  x <- sets[[name]]
  data.frame(set = name, arm = rep(c(1, 0), lengths(x)), value = unlist(x))
})
write_input(do.call(rbind, rows), "values.csv")
of_values <- lapply(names(sets), function(name) {
  x <- sets[[name]][[1]]
  y <- sets[[name]][[2]]
  list(set = name, difference = (mean(x) - mean(y)) / sqrt((var(x) + var(y)) / 2))
})
# Responders of 32 and 27, and other tables.
tables <- list(c(22, 32, 5, 27), c(8, 32, 1, 27), c(13, 32, 1, 27), c(0, 10, 3, 12), c(7, 7, 3, 12), c(500, 1000, 499, 1001), c(2, 3, 4, 6))
of_counts <- lapply(tables, function(t) {
  p <- t[1] / t[2]
  q <- t[3] / t[4]
  list(counts = I(t), difference = (p - q) / sqrt((p * (1 - p) + q * (1 - q)) / 2))
})
write_json(list(of_values = of_values, of_counts = of_counts))
