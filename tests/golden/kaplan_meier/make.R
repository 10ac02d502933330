# Rscript make.R, in this folder.
suppressPackageStartupMessages(library(survival))
source("../json.R")
d <- rbind(
  data.frame(set = paste0("lung_", ifelse(lung$sex == 1, "men", "women")), time = lung$time, event = lung$status - 1),
  data.frame(set = paste0("veteran_", veteran$trt), time = veteran$time, event = veteran$status),
  data.frame(set = paste0("ovarian_", ovarian$rx), time = ovarian$futime, event = ovarian$fustat),
  data.frame(set = paste0("aml_", aml$x), time = aml$time, event = aml$status),
  # Five events, five censored later: S is 0.5 from 87 to the end.
  data.frame(set = "flat", time = c(20, 35, 50, 68, 87, 90, 95, 100, 110, 118), event = rep(1:0, each = 5))
)
write_input(d, "times.csv")
write_json(lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  by_kind <- lapply(c("plain", "log", "log-log"), function(kind) {
    fit <- survfit(Surv(time, event) ~ 1, one, conf.type = kind)
    q <- quantile(fit, c(0.25, 0.5, 0.75))
    # At S = 0 R gives NaN or NA, by kind; here all null.
    at <- function(x) { x[fit$surv == 0] <- NA; I(x) }
    list(kind = kind, low = at(fit$lower), high = at(fit$upper), quantile = I(as.numeric(q$quantile)),
         quantile_low = I(as.numeric(q$lower)), quantile_high = I(as.numeric(q$upper)))
  })
  s <- summary(survfit(Surv(time, event) ~ 1, one), censored = TRUE)
  list(set = name, time = I(s$time), at_risk = I(s$n.risk), events = I(s$n.event), censored = I(s$n.censor),
       survival = I(s$surv), std_error = I(ifelse(s$surv == 0, NA, s$std.err)), kinds = by_kind)
}))
