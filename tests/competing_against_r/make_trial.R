# A made-up trial: three arms, three events that compete, times rounded so that many are equal, one arm followed for a
# shorter time, people without a class of the stratum. No patient is behind it.
# Run in this folder: Rscript make_trial.R
set.seed(20241125)
n <- 132
arm <- sample(rep(c("placebo", "low dose", "high dose"), c(48, 44, 40)))
region <- sample(c("north", "south", "west", NA), n, replace = TRUE, prob = c(.4, .35, .2, .05))
rate_death <- .030 * c(placebo = 1, `low dose` = .9, `high dose` = 1.5)[arm] * ifelse(is.na(region), 1, c(north = 1, south = 1.4, west = .8)[region])
rate_tube <- .018 * c(placebo = 1, `low dose` = .55, `high dose` = 1.0)[arm]
rate_mask <- .012 * c(placebo = 1, `low dose` = 1.2, `high dose` = .8)[arm]
death <- rexp(n, rate_death)
tube <- rexp(n, rate_tube)
mask <- rexp(n, rate_mask)
end <- ifelse(arm == "high dose", runif(n, 6, 22), runif(n, 12, 40))
first <- pmin(death, tube, mask, end)
status <- ifelse(first == end, "censored", ifelse(first == death, "dead", ifelse(first == tube, "tracheostomy", "permanent ventilation")))
time <- pmax(0.5, round(first * 2) / 2)
id <- sprintf("C%03d", seq_len(n))
write.csv(data.frame(subject_id = id, arm = arm, region = ifelse(is.na(region), "", region)), "subjects.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(subject_id = id, time_months = time, status = status), "survival.csv", row.names = FALSE, quote = FALSE)
print(table(arm, status))
