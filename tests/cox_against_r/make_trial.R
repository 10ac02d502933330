# A made-up trial of three arms: half-monthly times with many ties, words and codes, gaps, sites, an onset before the start.
set.seed(20261125)
n <- 168
site <- sample(c(11, 12, 15, 21, 22, 23, 31, 40, 41, 42, 55, 60, 61, 70), n, replace = TRUE)
effect <- setNames(rnorm(14, 0, 0.3), sort(unique(site)))
arm <- sample(rep(c("placebo", "low dose", "high dose"), n / 3))
age <- round(rnorm(n, 58, 10))
sex <- sample(c("F", "M"), n, replace = TRUE)
onset_site <- sample(c("limb", "bulbar", "trunk"), n, replace = TRUE, prob = c(0.6, 0.3, 0.1))
region <- sample(1:3, n, replace = TRUE)
onset_months <- round(rexp(n, 1 / 14) + 3, 1)
hazard <- 0.03 * exp(0.03 * (age - 58) - 0.4 * (arm == "high dose") - 0.1 * (arm == "low dose") +
                     0.5 * (onset_site == "bulbar") + effect[as.character(site)])
death <- rexp(n) / hazard
last <- runif(n, 10, 36)
time <- pmax(0.5, round(2 * pmin(death, last)) / 2)
event <- as.integer(death <= last)
age[sample(n, 5)] <- NA
onset_site[sample(n, 4)] <- NA
sex[sample(n, 3)] <- NA
id <- sprintf("T%03d", seq_len(n))
write.csv(data.frame(subject_id = id, arm, age, sex, onset_site, region, onset_months, site),
          "three_arms/subjects.csv", row.names = FALSE, quote = FALSE, na = "")
write.csv(data.frame(subject_id = id, time_months = time, event), "three_arms/survival.csv", row.names = FALSE, quote = FALSE)
