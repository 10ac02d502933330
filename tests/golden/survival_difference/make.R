# Rscript make.R, in this folder. at.csv says when; the curves are those of ../restricted_mean/times.csv.
suppressPackageStartupMessages(library(survival))
source("../json.R")
d <- read.csv("../restricted_mean/times.csv")
at <- with(read.csv("at.csv"), split(time, set))[unique(read.csv("at.csv")$set)]
write_json(lapply(names(at), function(name) {
  one <- d[d$set == name, ]
  s <- summary(survfit(Surv(time, event) ~ arm, one), times = at[[name]], extend = TRUE)
  n <- length(at[[name]])
  difference <- s$surv[n + 1:n] - s$surv[1:n]
  e <- sqrt(s$std.err[n + 1:n]^2 + s$std.err[1:n]^2)
  z <- qnorm(0.95)
  list(set = name, times = I(at[[name]]), estimate = I(difference), std_error = I(e), low = I(difference - z * e),
       high = I(difference + z * e), p_value = I(2 * pnorm(-abs(difference / e))), at_risk = I(s$n.risk[n + 1:n]), control_at_risk = I(s$n.risk[1:n]))
}))
