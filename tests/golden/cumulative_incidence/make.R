# Rscript make.R, in this folder.
suppressPackageStartupMessages({library(survival); library(cmprsk)})
source("../json.R")
m <- mgus2
m$etime <- with(m, ifelse(pstat == 0, futime, ptime))
m$kind <- with(m, ifelse(pstat == 0, 2 * death, 1))
set.seed(18)
n <- 150
made <- data.frame(arm = sample(0:2, n, TRUE), stratum = sample(0:1, n, TRUE))
made$time <- ceiling(rexp(n, 1 / (12 + 4 * made$arm)))
made$kind <- sample(0:2, n, TRUE, c(0.3, 0.4, 0.3))
p <- pbc[!is.na(pbc$trt), ]
d <- rbind(
  data.frame(set = "mgus2", arm = as.numeric(m$sex == "M"), stratum = as.numeric(m$age > 70), time = m$etime, kind = m$kind),
  data.frame(set = "pbc", arm = p$trt - 1, stratum = as.numeric(p$sex == "f"), time = p$time, kind = p$status),
  data.frame(set = "made", arm = made$arm, stratum = made$stratum, time = made$time, kind = made$kind),
  # One group, no censoring, ties of both kinds.
  data.frame(set = "small", arm = 0, stratum = 0, time = c(1, 2, 2, 2, 3, 4, 4, 5), kind = c(2, 1, 1, 2, 1, 2, 2, 1))
)
write_input(d, "times.csv")
late <- data.frame(entry = floor(rexp(n, 1 / 4)))
late$time <- late$entry + made$time
late$kind <- made$kind
write_input(late, "late.csv")
curves <- function(one) {
  fit <- cuminc(one$time, one$kind, cencode = 0)
  lapply(1:2, function(kind) {
    f <- fit[[paste(1, kind)]]
    # cmprsk gives both ends of each step; the ends of the rises are the values from then on.
    at <- sort(unique(one$time[one$kind == kind]))
    value <- function(x) sapply(at, function(t) x[max(which(f$time <= t))])
    list(time = I(at), incidence = I(value(f$est)), std_error = I(sqrt(value(f$var))))
  })
}
cases <- lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  list(set = name, arms = lapply(sort(unique(one$arm)), function(arm) curves(one[one$arm == arm, ])))
})
f <- summary(survfit(Surv(entry, time, factor(kind)) ~ 1, late, id = seq_len(n)), censored = TRUE)
at <- function(kind) {
  t <- sort(unique(late$time[late$kind == kind]))
  list(time = I(t), incidence = I(f$pstate[match(t, f$time), kind + 1]))
}
write_json(list(cmprsk = cases, late = list(at(1), at(2))))
