# The files of this folder: a made-up trial and three public data sets as a reviewer might be handed them.
# Run in this folder: Rscript make_trials.R
library(survival)
put <- function(d, folder, name) write.csv(d, file.path(folder, name), row.names = FALSE, quote = FALSE, na = "")

# Three arms in an order; the high dose early harmful and late better, so that curves cross; times in half months, so
# that many are equal; the high dose followed for less long; columns for strata with gaps; months since onset, which a
# few lack. No patient is behind it.
set.seed(20241126)
n <- 126
arm <- sample(rep(c("placebo", "10 mg", "20 mg"), c(46, 42, 38)))
site <- sample(c("limb", "bulbar", NA), n, replace = TRUE, prob = c(.68, .27, .05))
sex <- sample(c("f", "m"), n, replace = TRUE)
onset <- ifelse(runif(n) < .04, NA, round(rgamma(n, 3, 1 / 6), 1))
hazard <- .035 * ifelse(!is.na(site) & site == "bulbar", 1.8, 1)
early <- ifelse(arm == "20 mg", 2, 1)
late <- ifelse(arm == "20 mg", .3, ifelse(arm == "10 mg", .7, 1))
e <- rexp(n)
death <- ifelse(e < hazard * early * 8, e / (hazard * early), 8 + (e - hazard * early * 8) / (hazard * late))
end <- ifelse(arm == "20 mg", runif(n, 10, 26), runif(n, 16, 36))
time <- pmax(.5, round(pmin(death, end) * 2) / 2)
id <- sprintf("S%03d", seq_len(n))
put(data.frame(subject_id = id, arm, onset_site = site, sex, onset_months = onset), "three_arms", "subjects.csv")
put(data.frame(subject_id = id, time_months = time, event = as.numeric(death <= end)), "three_arms", "survival.csv")

of <- function(folder, arm, time, event, ...) {
  id <- sprintf("P%03d", seq_along(time))
  put(data.frame(subject_id = id, arm = arm, ...), folder, "subjects.csv")
  put(data.frame(subject_id = id, time_days = time, event = event), folder, "survival.csv")
}
of("lung", ifelse(lung$sex == 1, "men", "women"), lung$time, lung$status - 1, ecog = lung$ph.ecog)
of("veteran", ifelse(veteran$trt == 1, "standard", "test"), veteran$time, veteran$status, cell = veteran$celltype)
of("kidney", ifelse(kidney$sex == 1, "men", "women"), kidney$time, kidney$status)
# One half from 87 to the end of the data; one half between two events.
of("flat_step", rep(c("to the end", "to an event"), c(10, 4)), c(20, 35, 50, 68, 87, 90, 95, 100, 110, 118, 10, 20, 30, 60),
  rep(c(1, 0, 1), c(5, 5, 4)))
