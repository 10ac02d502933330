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
late <- data.frame(entry = floor(rexp(n, 1 / 4)))
late$time <- late$entry + made$time
late$kind <- made$kind
write_input(late, "late.csv")
crowded <- data.frame(set = "crowded", arm = sample(0:3, 90, TRUE, c(9, 6, 4, 1)), stratum = sample(0:2, 90, TRUE),
                      time = sample(1:8, 90, TRUE), kind = sample(0:2, 90, TRUE, c(1, 2, 2)))
# Many ties, a small arm that one stratum lacks.
crowded <- crowded[!(crowded$arm == 3 & crowded$stratum == 2), ]
# Arm 0 dies out while the incidence of both arms together goes on, above 1; for Gray's test only.
extinct <- data.frame(set = "extinct", arm = rep(0:1, c(6, 5)), stratum = 0,
                      time = c(10, 12, 15, 22, 27, 29, 11, 28, 32, 36, 37), kind = c(1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1))
write_input(rbind(d, crowded, extinct), "times.csv")
d <- rbind(d, crowded)
with_limits <- function(time, incidence, std_error) {
  incidence[abs(incidence - 1) < 1e-12] <- 1
  factor <- exp(qnorm(0.975) * std_error / (incidence * log(incidence)))
  limit <- function(power) I(ifelse(incidence == 1, NA, incidence^power))
  list(time = I(time), incidence = I(incidence), std_error = I(std_error), low = limit(1 / factor), high = limit(factor))
}
# Aalen's variance as it is written, a sum over all times before for each time; n at risk by counting.
aalen <- function(one, kind, at) {
  times <- sort(unique(one$time[one$kind > 0]))
  n <- sapply(times, function(t) sum(one$entry < t & one$time >= t))
  own <- sapply(times, function(t) sum(one$time == t & one$kind == kind))
  other <- sapply(times, function(t) sum(one$time == t & one$kind > 0)) - own
  after <- cumprod(1 - (own + other) / n)
  before <- c(1, after[-length(after)])
  incidence <- cumsum(before * own / n)
  q <- function(d) before^2 * d / n^2 * ifelse(d > 1, (n - d) / (n - 1), 1)
  sapply(at, function(t) {
    end <- which(times == t)
    up <- seq_len(end)
    fall <- ifelse(after > 0, (incidence - incidence[end]) / after, 0)
    sqrt(sum(ifelse(after > 0, q(own) * (1 + fall)^2 + q(other) * fall^2, q(own))[up]))
  })
}
curves <- function(one) {
  fit <- cuminc(one$time, one$kind, cencode = 0)
  lapply(1:2, function(kind) {
    f <- fit[[paste(1, kind)]]
    # cmprsk gives both ends of each step; the ends of the rises are the values from then on.
    at <- sort(unique(one$time[one$kind == kind]))
    value <- function(x) vapply(at, function(t) x[max(which(f$time <= t))], numeric(1))
    with_limits(at, value(f$est), sqrt(value(f$var)))
  })
}
cases <- lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  list(set = name, arms = lapply(sort(unique(one$arm)), function(arm) curves(one[one$arm == arm, ])))
})
f <- summary(survfit(Surv(entry, time, factor(kind)) ~ 1, late, id = seq_len(n)), censored = TRUE)
at <- function(kind) {
  t <- sort(unique(late$time[late$kind == kind]))
  with_limits(t, f$pstate[match(t, f$time), kind + 1], aalen(late, kind, t))
}
write_json(list(cmprsk = cases, late = list(at(1), at(2))))
