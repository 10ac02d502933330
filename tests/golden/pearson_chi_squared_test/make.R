# Rscript make.R, in this folder. The wider tables: hair by eye colour, gears by cylinders, as in R's data sets.
source("../json.R")
d <- read.csv("counts.csv")
two <- lapply(seq_len(nrow(d)), function(i) with(d[i, ], rbind(c(treated_with, treated_n - treated_with), c(control_with, control_n - control_with))))
wide <- list(unname(margin.table(HairEyeColor, 1:2)), unname(table(mtcars$gear, mtcars$cyl)), unname(table(warpbreaks$tension, warpbreaks$breaks > 25)))
of <- function(m) suppressWarnings({
  plain <- chisq.test(m, correct = FALSE); yates <- chisq.test(m)
  list(rows = nrow(m), counts = I(as.integer(t(m))), chi_squared = as.numeric(plain$statistic), df = as.numeric(plain$parameter), p_value = plain$p.value,
       smallest_expected = min(plain$expected), yates = as.numeric(yates$statistic), yates_p = yates$p.value)
})
write_json(lapply(c(two, lapply(wide, unclass)), of))
