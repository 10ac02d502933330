# Rscript make.R, in this folder.
source("../json.R")
sets <- list(sleep = sleep$extra[11:20] - sleep$extra[1:10], cars = mtcars$mpg - 20, ozone = airquality$Ozone[!is.na(airquality$Ozone)], anorexia = with(ToothGrowth, len[supp == "OJ"] - len[supp == "VC"]), two = c(0.3, -0.1))
write_input(do.call(rbind, lapply(names(sets), function(name) data.frame(set = name, value = sprintf("%.17g", sets[[name]])))), "values.csv")
write_json(lapply(names(sets), function(name) { x <- sets[[name]]; t <- t.test(x); list(set = name, n = length(x), mean = mean(x), std_error = t$stderr, df = t$parameter[[1]], t = t$statistic[[1]], p_value = t$p.value, interval_95 = I(as.numeric(t$conf.int)), interval_90 = I(as.numeric(t.test(x, conf.level = 0.9)$conf.int))) }))
