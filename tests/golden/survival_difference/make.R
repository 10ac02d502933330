# Rscript make.R, in this folder. The curves are those of ../restricted_mean/times.csv.
suppressPackageStartupMessages(library(survival))
source("../json.R")
d <- read.csv("../restricted_mean/times.csv")
at <- list(lung = c(100, 365, 700), veteran = c(50, 200, 500), ovarian = c(300, 600), aml = c(10, 30), pbc = c(1, 5, 10),
           colon = c(1000, 2500))
write_json(lapply(names(at), function(name) {
  one <- d[d$set == name, ]
  s <- summary(survfit(Surv(time, event) ~ arm, one), times = at[[name]], extend = TRUE)
  n <- length(at[[name]])
  difference <- s$surv[n + 1:n] - s$surv[1:n]
  e <- sqrt(s$std.err[n + 1:n]^2 + s$std.err[1:n]^2)
  z <- qnorm(0.95)
  list(set = name, times = I(at[[name]]), estimate = I(difference), std_error = I(e), low = I(difference - z * e),
       high = I(difference + z * e), p_value = I(2 * pnorm(-abs(difference / e))))
}))
