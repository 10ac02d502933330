# A made-up trial for landmarks: three arms of unequal size and people without one; days; visits off their day; people
# without a slope before the start, without a decline, without a visit in the window; deaths and last contacts from the
# first month on; responders and others who live equally long.
#   Rscript make_trial.R            (in this folder)
set.seed(20831)
n <- 180
arm <- sample(c("Placebo", "Low dose", "High, dose", NA), n, replace = TRUE, prob = c(0.4, 0.3, 0.25, 0.05))
id <- sprintf("P%03d", sample(n))
frailty <- rgamma(n, 2, 2)
death <- round(rexp(n, 0.0011 * frailty)) + 5
leave <- pmin(round(rexp(n, 0.0004)) + 3, sample(500:1100, n, replace = TRUE))
time <- pmin(death, leave)
event <- as.integer(death <= leave)
has_time <- runif(n) > 0.03
subjects <- data.frame(subject_id = id, arm = ifelse(is.na(arm), "", arm))
survival <- data.frame(subject_id = id, time_days = time, event = event)[has_time, ]
rows <- list()
for (i in seq_len(n)) {
  before <- rnorm(1, -0.9, 0.7)
  after <- before * runif(1, 0.2, 1.4)
  days <- c(-90, -45, 0, 60, 120, 180, 270) + c(sample(-9:9, 2), 0, sample(-9:9, 4, replace = TRUE))
  if (runif(1) < 0.08) days <- days[days >= 0]
  if (runif(1) < 0.08) days <- days[abs(days - 180) > 12]
  for (day in days[days <= time[i]]) {
    value <- 38 + (if (day < 0) before else after) * day / 30.4375 + rnorm(1, 0, 0.8)
    rows[[length(rows) + 1]] <- data.frame(subject_id = id[i], day = day, score = round(value))
  }
}
visits <- do.call(rbind, rows)
visits <- visits[sample(nrow(visits)), ]
put <- function(data, name) {
  to <- file(name, "wb")
  write.csv(data, to, row.names = FALSE, quote = FALSE)
  close(to)
}
subjects$arm <- ifelse(grepl(",", subjects$arm), paste0("\"", subjects$arm, "\""), subjects$arm)
put(subjects, "subjects.csv")
put(survival, "survival.csv")
put(visits, "visits.csv")
