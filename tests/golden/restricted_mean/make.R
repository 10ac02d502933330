# Rscript make.R, in this folder.
suppressPackageStartupMessages(library(survival))
source("../json.R")
p <- na.omit(pbc[!is.na(pbc$trt), c("time", "status", "trt")])
d <- rbind(
  data.frame(set = "lung", arm = lung$sex - 1, time = lung$time, event = lung$status - 1, horizon = 365),
  data.frame(set = "veteran", arm = veteran$trt - 1, time = veteran$time, event = veteran$status, horizon = 200),
  data.frame(set = "ovarian", arm = ovarian$rx - 1, time = ovarian$futime, event = ovarian$fustat, horizon = 700),
  data.frame(set = "aml", arm = ifelse(aml$x == "Maintained", 1, 0), time = aml$time, event = aml$status, horizon = 40),
  data.frame(set = "pbc", arm = 2 - p$trt, time = p$time / 365.25, event = as.numeric(p$status == 2), horizon = 10),
  data.frame(set = "colon", arm = as.numeric(colon$rx[colon$etype == 2] == "Lev+5FU"), time = colon$time[colon$etype == 2],
             event = colon$status[colon$etype == 2], horizon = 2500)
)
write_input(transform(d, time = sprintf("%.17g", time)), "times.csv")
write_json(lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  tau <- one$horizon[1]
  t <- summary(survfit(Surv(time, event) ~ arm, one), rmean = tau)$table
  m <- t[, "rmean"]; s <- t[, "se(rmean)"]
  # Control is arm 0; the first is arm 1.
  z <- qnorm(0.975)
  ratio <- function(a, b) {
    e <- sqrt((s[2] / a)^2 + (s[1] / b)^2)
    list(estimate = a / b, std_error = e, low = exp(log(a / b) - z * e), high = exp(log(a / b) + z * e),
         p_value = 2 * pnorm(-abs(log(a / b)) / e))
  }
  e <- sqrt(sum(s^2))
  list(set = name, horizon = tau, means = I(as.numeric(m)), std_errors = I(as.numeric(s)),
       difference = list(estimate = m[[2]] - m[[1]], std_error = e, low = m[[2]] - m[[1]] - z * e,
                         high = m[[2]] - m[[1]] + z * e, p_value = 2 * pnorm(-abs(m[[2]] - m[[1]]) / e)),
       ratio = lapply(ratio(m[[2]], m[[1]]), as.numeric),
       ratio_of_time_lost = lapply(ratio(tau - m[[2]], tau - m[[1]]), as.numeric),
       # survRM2's default tau: the smaller of the last times, passing over arms whose last time is an event.
       largest = {
         last <- lapply(split(one, one$arm), function(a) a[order(a$time, -a$event), ][nrow(a), ])
         f <- summary(survfit(Surv(time, event) ~ arm, one), censored = TRUE)
         ends <- tapply(f$surv, f$strata, function(x) tail(x, 1))
         times <- sapply(last, function(a) a$time)
         if (all(ends == 0)) max(times) else min(times[ends > 0])
       })
}))
