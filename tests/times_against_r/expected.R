# Who has which event when, in the demo trial, by R alone from its CSV files; and the curve since onset with late entry:
#   Rscript expected.R            (in this folder)
suppressMessages(library(survival))
read <- function(name) read.csv(file.path("../../public/demo", name), check.names = FALSE, na.strings = "")
subjects <- read("subjects.csv")
death <- read("survival.csv")
ventilation <- read("ventilation.csv")
visits <- read("visits.csv")
death <- death[match(subjects$subject_id, death$subject_id), ]
ventilation <- ventilation[match(subjects$subject_id, ventilation$subject_id), ]
zero <- visits[!is.na(visits$alsfrs_r_12_respiratory) & visits$alsfrs_r_12_respiratory == 0, ]
zero <- vapply(subjects$subject_id, function(id) min(c(Inf, zero$month[zero$subject_id == id])), 0)
rows <- NULL
put <- function(case, entry, time, event, keep = !is.na(time)) {
  rows <<- rbind(rows, data.frame(case, subject_id = subjects$subject_id, entry, time, event)[keep, ])
}
# Either event, whichever is first; without one the earlier last contact.
either <- function(t1, e1, t2, e2) {
  event <- pmin(ifelse(e1 == 1, t1, Inf), ifelse(e2 == 1, t2, Inf))
  last <- pmin(t1, t2)
  data.frame(time = ifelse(event < Inf, event, last), event = as.integer(event < Inf))
}
put("death", 0, death$time_months, death$event)
both <- either(death$time_months, death$event, ventilation$time_months, ventilation$event)
put("death_or_ventilation", 0, both$time, both$event)
first <- ifelse(death$event == 1 & death$time_months <= zero, death$time_months, zero)
with_item <- ifelse(first < Inf, first, death$time_months)
put("death_or_item_12", 0, with_item, as.integer(first < Inf), zero > 0)
put("until_24", 0, pmin(death$time_months, 24), ifelse(death$time_months <= 24, death$event, 0))
put("since_onset", subjects$onset_months, subjects$onset_months + death$time_months, death$event)
put("since_onset_until_60", subjects$onset_months, pmin(subjects$onset_months + death$time_months, 60), ifelse(round(subjects$onset_months + death$time_months, 9) <= 60, death$event, 0), subjects$onset_months < 60)
line <- function(data) apply(data, 1, function(row) paste(trimws(row), collapse = ","))
number <- function(x) ifelse(is.na(x), "", format(x, digits = 17, trim = TRUE))
save <- function(data, name) {
  for (column in names(data)) if (is.numeric(data[[column]])) data[[column]] <- vapply(data[[column]], number, "")
  to <- file(name, "wb")
  writeLines(c(paste(names(data), collapse = ","), line(data)), to)
  close(to)
}
save(rows, "people.csv")
curves <- NULL
for (case in c("since_onset", "since_onset_until_60")) {
  own <- rows[rows$case == case, ]
  own$arm <- subjects$arm[match(own$subject_id, subjects$subject_id)]
  for (arm in unique(own$arm)) {
    fit <- survfit(Surv(entry, time, event) ~ 1, own[own$arm == arm, ], conf.type = "log-log")
    events <- fit$n.event > 0
    curves <- rbind(curves, data.frame(case, arm, time = fit$time, at_risk = fit$n.risk, events = fit$n.event, survival = fit$surv, std_error = fit$std.err * fit$surv, low = fit$lower, high = fit$upper)[events, ])
  }
}
save(curves, "curves.csv")
cat(nrow(rows), "people,", nrow(curves), "steps;", R.version.string, "survival", format(packageVersion("survival")), "\n")
