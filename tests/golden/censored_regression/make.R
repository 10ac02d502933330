# Rscript make.R, in this folder.
source("../json.R")
suppressMessages(library(survival))
set.seed(314)
# tobin: durable goods, of which 0 is a limit (Tobin 1958); airquality: ozone below 20 or above 100 told as that only,
# or in classes; simulated: log2 concentrations of two arms, most below one of two limits.
air <- airquality[complete.cases(airquality), ]
n <- 60; arm <- rep(0:1, n / 2); start <- rnorm(n, 3); level <- 2 + 0.6 * start - 1.1 * arm + rnorm(n, 0, 0.8); limit <- ifelse(seq_len(n) %% 2, 3.2, 3.6)
class <- findInterval(air$Ozone, c(10, 20, 40, 80))
cuts <- c(-Inf, 10, 20, 40, 80, Inf)
sets <- list(
  tobin = with(tobin, data.frame(low = ifelse(durable == 0, -Inf, durable), high = durable, x1 = age, x2 = quant)),
  left = with(air, data.frame(low = ifelse(Ozone < 20, -Inf, Ozone), high = pmax(Ozone, 20), x1 = Temp, x2 = Wind)),
  right = with(air, data.frame(low = pmin(Ozone, 80), high = ifelse(Ozone > 80, Inf, Ozone), x1 = Temp, x2 = Wind)),
  both = with(air, data.frame(low = ifelse(Ozone < 20, -Inf, pmin(Ozone, 80)), high = ifelse(Ozone > 80, Inf, pmax(Ozone, 20)), x1 = Temp, x2 = Wind)),
  classes = with(air, data.frame(low = cuts[class + 1], high = cuts[class + 2], x1 = Temp, x2 = Wind)),
  mixed = with(air, data.frame(low = ifelse(Month < 7, cuts[class + 1], Ozone), high = ifelse(Month < 7, cuts[class + 2], Ozone), x1 = Temp, x2 = Wind)),
  none = with(air, data.frame(low = Ozone, high = Ozone, x1 = Temp, x2 = Wind)),
  heavy = data.frame(low = ifelse(level < limit, -Inf, level), high = pmax(level, limit), x1 = arm, x2 = start)
)
input <- do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]])))
for (column in c("low", "high", "x1", "x2")) input[[column]] <- ifelse(is.finite(input[[column]]), sprintf("%.17g", input[[column]]), "")
write_input(input, "bounds.csv")
write_json(lapply(names(sets), function(name) {
  d <- sets[[name]]
  y <- Surv(ifelse(is.finite(d$low), d$low, NA), ifelse(is.finite(d$high), d$high, NA), type = "interval2")
  fit <- survreg(y ~ x1 + x2, d, dist = "gaussian", control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
  s <- summary(fit)$table[1:3, ]
  list(set = name, n = nrow(d), exact = sum(d$low == d$high), estimates = s[, 1], std_errors = s[, 2], z = s[, 3], p_values = s[, 4], sigma = fit$scale, log_likelihood = fit$loglik[2])
}))
