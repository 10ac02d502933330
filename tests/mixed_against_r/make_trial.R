# A trial with a lead-in, three arms, visits off their schedule, drop-out and missing covariates, from a fixed seed, and
# the plans that cases.R asks of it and of the demo trial:
#   Rscript make_trial.R            (in this folder)
source("cases.R")
set.seed(20260207)
n <- 72
s <- data.frame(subject_id = sprintf("P%03d", seq_len(n)), arm = sample(rep(c("placebo", "low", "high"), c(26, 22, 24))),
  age = round(rnorm(n, 59, 10)), site = sample(c(701, 702, 705), n, TRUE))
s$age[c(5, 40)] <- NA
effect <- c(placebo = 0, low = 0.2, high = 0.45)
schedule <- c(-3, -2, -1, 0, 1, 2, 4, 6, 9)
v <- do.call(rbind, lapply(seq_len(n), function(i) {
  age <- if (is.na(s$age[i])) 59 else s$age[i]
  month <- round(schedule + runif(9, -0.2, 0.2), 2)
  month[4] <- -round(runif(1, 0, 0.3), 2)
  month[9] <- round(9 + runif(1, -0.3, 0.7), 2) # some come after the last window
  own <- c(rnorm(1, 0, 5), rnorm(1, 0, 0.45), rnorm(1, 0, 0.4))
  level <- 38 + own[1] + 1.5 * (s$site[i] == 702) - 0.02 * (age - 59)
  y <- level + (-0.9 + own[2]) * pmin(month, 0) + (-1.0 - 0.015 * (age - 59) + effect[[s$arm[i]]] + 0.5 * own[2] + own[3]) * pmax(month, 0)
  keep <- runif(9) > 0.06
  if (runif(1) < 0.3) keep[seq_len(9) > sample(4:8, 1)] <- FALSE
  data.frame(subject_id = s$subject_id[i], month = month, score = round(y + rnorm(9, 0, 1.1), 1))[keep, ]
}))
write.csv(s[sample(n), ], "lead_in/subjects.csv", row.names = FALSE, quote = FALSE, na = "")
write.csv(v[sample(nrow(v)), ], "lead_in/visits.csv", row.names = FALSE, quote = FALSE)
for (case in names(cases)) writeLines(json(cases[[case]]$plan), file.path("plans", paste0(case, ".json")))
