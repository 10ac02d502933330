# Rscript make.R, in this folder.
source("../json.R")
d <- rbind(
  data.frame(set = "sleep", arm = as.integer(sleep$group == 2), value = sleep$extra),
  data.frame(set = paste0("tooth_", ToothGrowth$dose), arm = as.integer(ToothGrowth$supp == "OJ"), value = ToothGrowth$len),
  data.frame(set = "breaks", arm = as.integer(warpbreaks$wool == "A"), value = warpbreaks$breaks),
  data.frame(set = "mpg", arm = mtcars$am, value = mtcars$mpg),
  with(subset(airquality, Month %in% c(5, 8) & !is.na(Ozone)), data.frame(set = "ozone", arm = as.integer(Month == 8), value = Ozone)),
  with(subset(iris, Species != "virginica"), data.frame(set = "petal", arm = as.integer(Species == "versicolor"), value = Petal.Length))
)
write_input(d, "values.csv")
write_json(lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  at <- function(level) t.test(one$value[one$arm == 1], one$value[one$arm == 0], var.equal = TRUE, conf.level = level)
  test <- at(0.95)
  list(set = name, difference = as.numeric(test$estimate[1] - test$estimate[2]), std_error = test$stderr,
       df = as.numeric(test$parameter), t = as.numeric(test$statistic), p_value = test$p.value,
       interval_95 = I(as.numeric(test$conf.int)), interval_90 = I(as.numeric(at(0.90)$conf.int)))
}))
