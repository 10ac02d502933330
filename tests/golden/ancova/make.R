# Rscript make.R, in this folder. Codes: arm 0 is control; factors count their levels from 0 in R's order.
source("../json.R")
code <- function(x) as.integer(factor(x)) - 1L
sets <- list(
  tooth = list(data = data.frame(y = ToothGrowth$len, arm = code(ToothGrowth$supp), n_dose = ToothGrowth$dose)),
  iris = list(data = data.frame(y = iris$Sepal.Length, arm = code(iris$Species), n_sepal_width = iris$Sepal.Width, n_petal_width = iris$Petal.Width)),
  breaks = list(data = data.frame(y = warpbreaks$breaks, arm = code(warpbreaks$tension), f_wool = code(warpbreaks$wool))),
  npk = list(data = data.frame(y = npk$yield, arm = code(npk$N), f_block = code(npk$block), f_p = code(npk$P), f_k = code(npk$K))),
  cars = list(data = data.frame(y = mtcars$mpg, arm = code(mtcars$cyl), n_wt = mtcars$wt, f_gear = code(mtcars$gear)))
)
write_json(lapply(names(sets), function(name) {
  d <- sets[[name]]$data
  write_input(d, paste0(name, ".csv"))
  for (v in c("arm", grep("^f_", names(d), value = TRUE))) d[[v]] <- factor(d[[v]])
  fit <- lm(y ~ ., d)
  s <- summary(fit)
  arms <- grep("^arm", names(coef(fit)))
  type3 <- drop1(fit, ~arm, test = "F")
  list(set = name, coefficients = I(as.numeric(s$coefficients[, 1])), std_errors = I(as.numeric(s$coefficients[, 2])),
       t = I(as.numeric(s$coefficients[, 3])), p_values = I(as.numeric(s$coefficients[, 4])),
       arm_low = I(as.numeric(confint(fit)[arms, 1])), arm_high = I(as.numeric(confint(fit)[arms, 2])),
       residual_df = fit$df.residual, residual_sd = s$sigma, r_squared = s$r.squared,
       f = type3["arm", "F value"], f_df = type3["arm", "Df"], f_p = type3["arm", "Pr(>F)"])
}))
