# A made-up trial with what is awkward for flow, baseline table, slopes and responders:
#   Rscript make_trial.R            (in this folder)
set.seed(20417)
n <- 74
arms <- c("high dose", "placebo", "low dose, 5 mg")
id <- sprintf("P%03d", seq_len(n))
arm <- sample(c(rep(arms[1], 26), rep(arms[2], 27), rep(arms[3], 18), rep("", 3)))
onset_days <- round(runif(n, 120, 1500))
sites <- sprintf("site %02d", 1:15)
subjects <- data.frame(
  subject_id = id, arm = arm, age = ifelse(runif(n) < 0.06, "", sprintf("%.1f", rnorm(n, 58, 9))),
  sex = ifelse(runif(n) < 0.05, "", sample(c("F", "M"), n, TRUE)), site = sites[1 + floor(15 * runif(n)^1.7)],
  onset = sample(c("bulbar", "limb", "respiratory"), n, TRUE, c(0.25, 0.7, 0.05)),
  onset_days = ifelse(runif(n) < 0.04, "", onset_days), riluzole = sample(c("yes", "no"), n, TRUE, c(0.8, 0.2)),
  height = 170, fas = ifelse(runif(n) < 0.08, 0, 1)
)
rows <- list()
for (i in seq_len(n)) {
  slope <- -rgamma(1, 1.6, 1.6) + 0.1
  after <- slope + if (arm[i] == arms[1]) 0.45 else if (arm[i] == arms[3]) 0.2 else 0
  start <- sample(30:46, 1)
  has_lead_in <- runif(1) > 0.1
  death <- rexp(1, 1 / 500)
  leaves <- if (runif(1) < 0.2) runif(1, 20, 200) else Inf
  planned <- c(if (has_lead_in) c(-91, -60.5, -30), 0, 28, 84, 168, 252)
  for (day in planned) {
    at <- if (day == 0) sample(c(0, -6, 5), 1, prob = c(0.7, 0.2, 0.1)) else day + sample(-7:7, 1)
    if (at > min(death, leaves) || (day != 0 && runif(1) < 0.08) || (day == 0 && runif(1) < 0.03)) next
    score <- start + (if (at < 0) slope else after) * at / 30.4375 + rnorm(1, 0, 0.7)
    score <- max(0, min(48, round(score)))
    appel <- round(30 + 2.2 * (48 - score) + rnorm(1, 0, 2))
    fvc <- if (day %in% c(-91, 0, 84, 252) && runif(1) > 0.1) sprintf("%.1f", 60 + score + rnorm(1, 0, 8)) else ""
    rows[[length(rows) + 1]] <- data.frame(subject_id = id[i], day = at, alsfrs_r_total = score, aals = appel, fvc_percent = fvc)
  }
  subjects$time_days[i] <- round(min(death, 600), 1)
  subjects$event[i] <- as.integer(death < 600)
}
write <- function(x, name) write.csv(x, name, row.names = FALSE, quote = which(vapply(x, is.character, TRUE)), eol = "\n")
write(subjects[setdiff(names(subjects), c("time_days", "event"))], "subjects.csv")
write(data.frame(subject_id = id, time_days = subjects$time_days, event = subjects$event), "survival.csv")
visits <- do.call(rbind, rows)
write(visits[sample(nrow(visits)), ], "visits.csv")
