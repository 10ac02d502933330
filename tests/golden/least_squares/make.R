# Rscript make.R, in this folder. nist.json is not made here: see README.md.
source("../json.R")
air <- airquality[complete.cases(airquality), c("Ozone", "Solar.R", "Wind", "Temp")]
cars <- mtcars[, c("mpg", "wt", "hp", "qsec")]
# In the units of NIST's file, whole numbers but for the deflator.
long <- with(longley, data.frame(employed = round(1000 * Employed), deflator = GNP.deflator, gnp = round(1000 * GNP),
  unemployed = round(10 * Unemployed), armed_forces = round(10 * Armed.Forces), population = round(1000 * Population), year = Year))
write_input(air, "air.csv")
write_input(cars, "cars.csv")
write_input(long, "longley.csv")
of <- function(name, d) {
  fit <- lm(reformulate(names(d)[-1], names(d)[1]), d)
  s <- summary(fit)
  # The mean at the first row's values, as a contrast of coefficients.
  at <- predict(fit, d[1, ], se.fit = TRUE)
  ci <- predict(fit, d[1, ], interval = "confidence", level = 0.95)
  list(set = name, coefficients = I(as.numeric(coef(fit))), std_errors = I(as.numeric(s$coefficients[, 2])),
       residual_variance = s$sigma^2, df_residual = fit$df.residual, r_squared = s$r.squared,
       covariance_first_row = I(as.numeric(s$cov.unscaled[1, ])), residuals = I(as.numeric(residuals(fit))),
       contrast = list(estimate = as.numeric(at$fit), std_error = as.numeric(at$se.fit), interval_95 = I(as.numeric(ci[2:3]))))
}
write_json(list(of("air", air), of("cars", cars), of("longley", long)))
