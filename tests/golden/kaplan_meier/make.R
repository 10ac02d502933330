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
  by_kind <- lapply(c("plain", "log", "log-log", "logit", "arcsin"), function(kind) {
    fit <- survfit(Surv(time, event) ~ 1, one, conf.type = kind)
    q <- quantile(fit, c(0.25, 0.5, 0.75))
    # At S = 0 R gives NaN or NA, by kind; here all null.
    at <- function(x) { x[fit$surv == 0 | is.nan(x)] <- NA; I(x) }
    list(kind = kind, low = at(fit$lower), high = at(fit$upper), quantile = I(as.numeric(q$quantile)),
         quantile_low = I(as.numeric(q$lower)), quantile_high = I(as.numeric(q$upper)))
  })
  s <- summary(survfit(Surv(time, event) ~ 1, one), censored = TRUE)
  list(set = name, time = I(s$time), at_risk = I(s$n.risk), events = I(s$n.event), censored = I(s$n.censor),
       survival = I(s$surv), std_error = I(ifelse(s$surv == 0, NA, s$std.err)), kinds = by_kind)
}))

# Late entries: the heart data as it stands, a row a spell, and made-up times with many ties.
set.seed(5)
n <- 120
entry <- floor(rexp(n, 1 / 6))
made <- data.frame(set = "made", entry = entry, time = entry + 1 + floor(rexp(n, 1 / 15)), event = rbinom(n, 1, 0.6))
late <- rbind(data.frame(set = "heart", entry = heart$start, time = heart$stop, event = heart$event), made)
write_input(late, "late.csv")
write_json(lapply(unique(late$set), function(name) {
  one <- late[late$set == name, ]
  fit <- survfit(Surv(entry, time, event) ~ 1, one, conf.type = "log-log")
  s <- summary(fit, censored = TRUE)
  reverse <- quantile(survfit(Surv(entry, time, 1 - event) ~ 1, one, conf.type = "log-log"), 0.5)
  list(set = name, time = I(s$time), at_risk = I(s$n.risk), events = I(s$n.event), censored = I(s$n.censor),
       survival = I(s$surv), std_error = I(ifelse(s$surv == 0, NA, s$std.err)), low = I(s$lower), high = I(s$upper),
       follow_up = as.numeric(reverse$quantile), follow_up_low = as.numeric(reverse$lower),
       follow_up_high = as.numeric(reverse$upper))
}), "late.json")
