# An awkward trial for joint ranks and stages, from a fixed seed:
#   Rscript make_trial.R             (in this folder)
# Three arms of 62, 44 and 6: the first pair of arms has more than 2500 pairs. Items instead of a total, some missing, with
# 5a, 5b, both or neither; visits around their month; people without baseline, without follow-up, without any visit after
# baseline; deaths at equal times, on visits and after the horizon; a covariate with missing values and a site code.
set.seed(20261124)
dir.create("three_arms", showWarnings = FALSE)
n <- 112
s <- data.frame(subject_id = sprintf("R%03d", 1:n), arm = rep(c("placebo", "low", "high"), c(62, 44, 6)))
s$age <- round(rnorm(n, 60, 9), 1)
s$age[c(5, 70)] <- NA
s$site <- sample(c(11, 12, 15), n, TRUE)
s$per_protocol <- sample(c("yes", "no"), n, TRUE, c(0.85, 0.15))
months <- c(0, 2, 4, 6, 9, 12)
speed <- pmax(0.02, rnorm(n, 0.16 - 0.03 * match(s$arm, c("placebo", "low", "high")), 0.09))
death <- ceiling(rexp(n, 0.035) * 2) / 2
left <- ceiling(rexp(n, 0.03) * 4) / 4
rows <- list()
for (i in seq_len(n)) {
  start <- sample(2:4, 12, TRUE, c(0.15, 0.3, 0.55))
  tube <- rexp(1, 0.03)
  for (m in months) {
    at <- if (m == 0) sample(c(-0.2, 0, 0, 0, 0.3), 1) else round(m + runif(1, -0.55, 0.55), 2)
    if (at > min(death[i], left[i]) || runif(1) < 0.08) next
    items <- pmax(0, pmin(4, round(start - speed[i] * m * runif(12, 0, 2))))
    five_a <- if (m < tube) items[5] else NA
    five_b <- if (m >= tube) items[5] else NA
    if (runif(1) < 0.02) five_a <- five_b <- 2
    if (runif(1) < 0.02) five_a <- five_b <- NA
    items[runif(12) < 0.01] <- NA
    rows[[length(rows) + 1]] <- data.frame(subject_id = s$subject_id[i], month = at, q1 = items[1], q2 = items[2],
      q3 = items[3], q4 = items[4], q5a = five_a, q5b = five_b, q6 = items[6], q7 = items[7], q8 = items[8],
      q9 = items[9], q10 = items[10], q11 = items[11], q12 = items[12], aals = round(40 + 3 * m * speed[i] * 4 + rnorm(1, 0, 4)))
  }
}
v <- do.call(rbind, rows)
v <- v[!(v$subject_id %in% c("R003", "R080") & abs(v$month) < 1), ]        # no baseline
v <- v[!(v$subject_id %in% c("R010", "R090") & v$month > 1), ]             # nothing after it
v <- v[v$subject_id != "R020", ]                                           # no visit at all
names(v)[3:15] <- c("alsfrs_r_1_speech", "alsfrs_r_2_salivation", "alsfrs_r_3_swallowing", "alsfrs_r_4_handwriting",
  "alsfrs_r_5a_cutting", "alsfrs_r_5b_cutting", "alsfrs_r_6_dressing", "alsfrs_r_7_turning", "alsfrs_r_8_walking",
  "alsfrs_r_9_stairs", "alsfrs_r_10_dyspnoea", "alsfrs_r_11_orthopnoea", "alsfrs_r_12_respiratory")
d <- data.frame(subject_id = s$subject_id, time_months = pmin(death, left, 18), event = as.integer(death <= pmin(left, 18)))
d <- d[!(d$subject_id %in% c("R003", "R010", "R044", "R101")), ]           # no follow-up
save <- function(x, name) write.csv(x[sample(nrow(x)), ], file.path("three_arms", name), row.names = FALSE, quote = FALSE, na = "")
save(s, "subjects.csv"); save(v, "visits.csv"); save(d, "survival.csv")
