# Three arms and everything that makes counting adverse events awkward. Rscript make_trial.R in this folder.
set.seed(20181)
n <- c(High = 24, Low = 17, Placebo = 21)
arm <- rep(names(n), n)
id <- sprintf("P%03d", sample(100:999, length(arm)))
people <- data.frame(subject_id = id, arm = arm, safety = ifelse(runif(length(id)) < 0.9, "yes", "no"),
                     first_dose_day = sample(c(0, 3, 7, 10.5), length(id), TRUE))
people$last_dose_day <- people$first_dose_day + sample(c(28, 56, 84), length(id), TRUE)
people$first_dose_day[sample(length(id), 4)] <- NA
people$last_dose_day[sample(length(id), 9)] <- NA
people <- people[sample(nrow(people)), ]
people$arm[5] <- ""
write.csv(people, "subjects.csv", row.names = FALSE, na = "", quote = FALSE)

last <- round(runif(nrow(people), 20, 200) * 2) / 2
visits <- do.call(rbind, lapply(seq_len(nrow(people)), function(i) {
  if (i %% 13 == 0) return(NULL)
  data.frame(subject_id = people$subject_id[i], day = unique(c(0, 30, last[i])), fvc = 80)
}))
write.csv(visits, "visits.csv", row.names = FALSE, quote = FALSE)
followed <- setdiff(seq_len(nrow(people)), c(3, 8, 26))
survival <- data.frame(subject_id = people$subject_id[followed],
                       time_days = round(pmax(last[followed] + sample(c(-15, 0, 40), length(followed), TRUE), 1)),
                       event = rbinom(length(followed), 1, 0.2))
write.csv(survival, "survival.csv", row.names = FALSE, quote = FALSE)

terms <- data.frame(
  term = c("Headache", "headache", "HEADACHE", "Nausea", "Fall", "Fall", "Rash", "Cough", "Dyspnoea", "Insomnia", "Back  pain", "Back pain", "Pyrexia"),
  class = c("Nervous system", "Nervous system", "nervous system", "Gastrointestinal", "Injury", "Nervous system", "Skin", "Respiratory", "Respiratory", "", "Musculoskeletal", "Musculoskeletal", "General"),
  weight = c(9, 2, 1, 6, 4, 1, 2, 4, 3, 2, 1, 4, 3))
m <- 260
who <- sample(c(people$subject_id, "X1", "X2"), m, TRUE)
what <- sample(nrow(terms), m, TRUE, terms$weight)
start <- round(runif(m, -12, 210) * 2) / 2
start[runif(m) < 0.08] <- NA
end <- ifelse(runif(m) < 0.3, NA, ifelse(is.na(start), round(runif(m, -20, 200)), start + sample(c(-1, 0, 1, 5, 9), m, TRUE)))
severity <- sample(c("mild", "MODERATE", "Grade 3", "1", "2", "severe", "life-threatening", "5", "", "odd"), m, TRUE,
                   c(6, 4, 2, 3, 2, 2, 1, 0.5, 1, 0.5))
related <- sample(c("related", "Possible", "probably related", "NOT RELATED", "unlikely", "remote", "", "who knows"), m, TRUE)
events <- data.frame(subject_id = who, term = terms$term[what], system_organ_class = terms$class[what], severity = severity,
                     serious = sample(c("yes", "no", "no", "no", ""), m, TRUE), related = related, start_day = start, end_day = end,
                     treatment_emergent = sample(c("Y", "Y", "N", ""), m, TRUE),
                     event_outcome = sample(c("recovered", "fatal", "unknown", ""), m, TRUE, c(9, 1, 2, 2)))
events <- rbind(events, events[c(4, 40, 41), ])
# On the last day of a window of 30 days, on the day after it, on the day of the first dose and on the day before; and a
# term whose two spellings are equally frequent.
dosed <- which(!is.na(people$last_dose_day) & !is.na(people$first_dose_day) & people$safety == "yes")[1:8]
edge <- data.frame(subject_id = people$subject_id[dosed], term = rep(c("Oedema", "oedema"), 4), system_organ_class = "General",
                   severity = "mild", serious = "yes", related = "related",
                   start_day = c(people$last_dose_day[dosed[1:4]] + c(30, 30, 31, 31), people$first_dose_day[dosed[5:8]] - c(0, 0, 1, 0.5)),
                   end_day = NA, treatment_emergent = "Y", event_outcome = "")
events <- rbind(events, edge)
write.csv(events, "adverse_events.csv", row.names = FALSE, na = "", quote = FALSE)
