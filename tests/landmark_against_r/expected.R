# Every row of the analysis `landmark` that findings.csv should have, by R alone, from the CSV files and what
# docs/findings.md says:
#   Rscript expected.R            (in this folder, after make_trial.R)
suppressMessages({library(survival); library(jsonlite)})
slack <- 1e-9
window <- response <- level <- slope <- visits <- unit <- units <- NA
MONTH <- 365.25 / 12
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
rows <- list()
columns <- c("trial", "analysis", "outcome", "group", "contrast", "at", "term", "method", "n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")
say <- function(...) {
  row <- setNames(as.list(rep(NA, length(columns))), columns)
  given <- list(trial = trial, analysis = "landmark", outcome = "death", ...)
  row[names(given)] <- lapply(given, function(x) if (is.numeric(x) && !is.finite(x)) NA else unname(x))
  rows[[length(rows) + 1]] <<- row
}
CONTRAST <- "responders \u2212 others"
name <- function(arm, responder) {
  response <- if (responder) "responders" else "others"
  if (is.na(arm)) response else paste0(arm, ", ", response)
}

nearest <- function(own, month) {
  off <- abs(own$month - month)
  if (!nrow(own) || min(off) > window + slack) return(NULL)
  own[which(off <= min(off) + slack)[1], ]
}
two <- function(own) (own$value[nrow(own)] - own$value[1]) / (own$month[nrow(own)] - own$month[1])
line <- function(own) {
  if (length(unique(own$month)) < 2) return(NA)
  found <- coef(lm(value ~ month, own))[["month"]]
  if (abs(found) < 1e-12) 0 else found # equal values: lm leaves its rounding
}
judge <- function(id) {
  own <- visits[visits$subject_id == id & !is.na(visits$value), c("month", "value")]
  own <- own[order(own$month), ]
  found <- list(lead_in = NA, after = NA, visit = NA)
  base <- own[own$month <= slack, ]
  if (!nrow(base) || base$month[nrow(base)] < -window - slack) return(found)
  base <- base[nrow(base), ]
  if (own$month[1] <= base$month - 1 + slack) found$lead_in <- slope(own[own$month <= base$month + slack, ])
  visit <- nearest(own[own$month > base$month + slack, ], response)
  if (!is.null(visit)) {
    found$visit <- visit$month
    found$after <- slope(own[own$month >= base$month - slack & own$month <= visit$month + slack, ])
  }
  found
}

# Log-rank test by its formula, within strata, with late entries.
log_rank <- function(d, strata) {
  u <- v <- 0
  for (s in unique(strata)) {
    own <- d[strata == s, ]
    for (t in unique(own$time[own$event == 1])) {
      at <- own$entry < t & own$time >= t | own$time == t & own$entry == t
      n <- sum(at)
      n1 <- sum(at & own$responder)
      e <- sum(own$time == t & own$event == 1)
      e1 <- sum(own$time == t & own$event == 1 & own$responder)
      u <- u + e1 - e * n1 / n
      if (n > 1) v <- v + e * (n - e) / (n - 1) * n1 / n * (1 - n1 / n)
    }
  }
  chi <- u^2 / v
  if (all(d$entry == 0)) {
    by_survdiff <- if (length(unique(strata)) > 1) survdiff(Surv(time, event) ~ responder + strata(strata), d) else survdiff(Surv(time, event) ~ responder, d)
    stopifnot(abs(by_survdiff$chisq / chi - 1) < 1e-10)
  }
  # The score test of the exact partial likelihood is the log-rank test.
  exact <- coxph(Surv(entry, time, event) ~ responder + strata(strata), transform(d, entry = ifelse(time == 0, -1, entry)), ties = "exact", control = coxph.control(iter.max = 0))
  stopifnot(abs(exact$score / chi - 1) < 1e-9)
  chi
}
hazard_ratio <- function(d, strata) {
  fit <- coxph(Surv(entry, time, event) ~ responder + strata(strata), transform(d, entry = ifelse(time == 0, -1, entry)), ties = "efron", control = control)
  b <- coef(fit)[[1]]
  se <- sqrt(vcov(fit)[1, 1])
  q <- qnorm(0.5 + level / 2)
  list(estimate = exp(b), std_error = se, statistic = b / se, p_value = 2 * pnorm(-abs(b / se)), conf_low = exp(b - q * se), conf_high = exp(b + q * se))
}

# Numbers at risk and shares stand at round months.
round_months <- function(last) {
  steps <- if (unit == "days") c(1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650) else c(0.25, 0.5, 1, 2, 3, 6, 12, 24, 36, 60, 120)
  last <- if (unit == "days") last * MONTH else last
  step <- steps[last / steps <= 10.5][1]
  months <- (0:floor(last / step + 1e-9)) * step
  if (unit == "days") months / MONTH else months
}

describe <- function(d, start, months, terms) {
  for (arm in units) for (responder in c(TRUE, FALSE)) {
    own <- d[(is.na(arm) | d$arm == arm) & d$responder == responder, ]
    if (!nrow(own)) next
    tell <- function(...) say(group = name(arm, responder), n = nrow(own), ...)
    fit <- survfit(Surv(entry, time, event) ~ 1, transform(own, entry = ifelse(time == 0 & entry == 0, -1, entry)), conf.type = "log-log", conf.int = level, timefix = FALSE)
    tell(term = terms$people, at = start, estimate = nrow(own))
    tell(term = terms$events, at = start, estimate = sum(own$event))
    q <- quantile(fit, 0.5)
    tell(term = terms$median, at = start, estimate = q$quantile, conf_low = q$lower, conf_high = q$upper, method = "log-log interval, Brookmeyer-Crowley")
    last <- max(own$time)
    for (month in months) tell(term = terms$at_risk, at = month, estimate = at_risk(own, month - start))
    for (t in c((months - start)[months - start > 0 & months - start < last], last)) {
      found <- summary(fit, times = t)
      has <- found$surv < 1 && found$surv > 0
      at <- if (t == last) start + last else months[months - start == t]
      tell(term = terms$survival, at = at, estimate = found$surv, std_error = if (found$surv > 0) found$std.err else NA, conf_low = if (has) found$lower else NA, conf_high = if (has) found$upper else NA, method = "log-log interval, Greenwood")
    }
  }
}
at_risk <- function(own, t) sum(own$time >= t & (own$entry < t | own$entry == 0))
compare <- function(d, start, log_rank_term, ratio_term) {
  for (arm in units) {
    own <- d[is.na(arm) | d$arm == arm, ]
    within <- if (length(unique(own$arm)) > 1) "; stratified by arm" else ""
    tell <- function(...) say(group = arm, contrast = CONTRAST, at = start, n = nrow(own), ...)
    chi <- log_rank(own, own$arm)
    tell(term = log_rank_term, statistic = chi, df = 1, p_value = pchisq(chi, 1, lower.tail = FALSE), method = paste0("log-rank", within))
    do.call(tell, c(hazard_ratio(own, own$arm), term = ratio_term, method = paste0("Cox, Efron\u2019s ties", within)))
  }
}

landmark <- function(folder, plan) {
  plan <- fromJSON(plan, simplifyDataFrame = FALSE)
  asked <- plan$analyses[[1]]$landmark
  level <<- if (is.null(plan$confidence_level)) 0.95 else plan$confidence_level
  window <<- asked$visits$window_months
  response <<- asked$visits$primary_month
  at <- if (is.null(asked$landmark_month)) response else asked$landmark_month
  slope <<- if (identical(asked$method, "least_squares")) line else two
  threshold <- if (is.null(asked$threshold_percent)) 50 else asked$threshold_percent
  horizon <- if (is.null(asked$time$horizon_months)) Inf else asked$time$horizon_months
  read <- function(name) read.csv(file.path(folder, name), check.names = FALSE, na.strings = "")
  subjects <- read("subjects.csv")
  follow <- read("survival.csv")
  visits <<- read("visits.csv")
  unit <<- if ("day" %in% names(visits)) "days" else "months"
  if (unit == "days") {
    visits$month <<- visits$day / MONTH
    follow$time_months <- follow$time_days / MONTH
  }
  visits$value <<- as.numeric(visits[[asked$visits$outcome]])
  subjects <- subjects[!is.na(subjects$arm), ]
  others <- unique(subjects$arm[subjects$arm != plan$control_arm])
  units <<- c(NA, plan$control_arm, others)
  place <- match(subjects$subject_id, follow$subject_id)
  people <- data.frame(arm = subjects$arm, time = pmin(follow$time_months[place], horizon), event = ifelse(follow$time_months[place] <= horizon, follow$event[place], 0))
  judged <- lapply(subjects$subject_id, judge)
  people$lead_in <- vapply(judged, function(j) as.numeric(j$lead_in), 0)
  people$after <- vapply(judged, function(j) as.numeric(j$after), 0)
  people$visit <- vapply(judged, function(j) as.numeric(j$visit), 0)
  people$responder <- with(people, !is.na(after) & !is.na(lead_in) & lead_in < 0 & after >= lead_in + threshold / 100 * abs(lead_in) - 1e-9 * abs(lead_in))
  people$judged <- with(people, !is.na(lead_in) & lead_in < 0 & !is.na(after))
  standing <- function(at) with(people, {
    known <- ifelse(judged, pmax(at, visit), response + window)
    ifelse(is.na(time), "missing", ifelse(is.na(lead_in), "without_lead_in", ifelse(lead_in >= 0, "without_decline",
      ifelse(time > known + slack, ifelse(judged, "at_landmark", "without_follow_up"), ifelse(event == 1, "died", "withdrawn")))))
  })
  from <- function(at) {
    own <- people[standing(at) == "at_landmark", ]
    late <- own$visit - at
    data.frame(arm = own$arm, responder = own$responder, entry = ifelse(late > slack, late, 0), time = own$time - at, event = own$event)
  }

  stand <- standing(at)
  for (arm in units) {
    mine <- is.na(arm) | people$arm == arm
    tell <- function(...) say(at = at, ...)
    tell(group = arm, term = "in_set", n = sum(mine), estimate = sum(mine))
    for (term in c("missing", "without_lead_in", "without_decline", "without_follow_up", "died", "withdrawn")) tell(group = arm, term = term, n = sum(mine), estimate = sum(stand[mine] == term))
    for (responder in c(TRUE, FALSE)) {
      own <- mine & people$judged & people$responder == responder
      tell(group = name(arm, responder), term = "count", n = sum(mine), estimate = sum(own))
      for (term in c("died", "withdrawn")) tell(group = name(arm, responder), term = term, n = sum(own), estimate = sum(stand[own] == term))
    }
  }
  last <- max(people$time, na.rm = TRUE)
  naive_months <- round_months(last)
  step <- naive_months[2]
  d <- from(at)
  describe(d, at, c(at, naive_months[naive_months >= at + 0.5 * step]), list(people = "at_landmark", events = "events", median = "median_time", at_risk = "at_risk", survival = "survival"))
  compare(d, at, "log_rank", "hazard_ratio")
  early <- standing(response + window)
  naive <- people[!is.na(people$time) & (people$judged | early %in% c("died", "withdrawn")), ]
  naive$entry <- 0
  describe(naive, 0, naive_months, list(people = "naive_people", events = "naive_events", median = "naive_median_time", at_risk = "naive_at_risk", survival = "naive_survival"))
  compare(naive, 0, "naive_log_rank", "naive_hazard_ratio")
  responders <- people[people$responder & !is.na(people$time), ]
  say(group = "responders", term = "immortal_share", n = nrow(responders), estimate = sum(pmin(responders$visit, responders$time)) / sum(responders$time))
  later <- response + if (unit == "days") c(180, 360) / MONTH else c(6, 12)
  targets <- asked$visits$target_months
  for (month in unique(sort(c(at, targets[targets >= response], later[later <= last / 2])))) {
    own <- from(month)
    if (!is.null(asked$arm)) own <- own[own$arm == asked$arm, ]
    tell <- function(...) say(group = if (is.null(asked$arm)) NA else asked$arm, contrast = CONTRAST, at = month, n = nrow(own), ...)
    tell(term = "events_by_landmark", estimate = sum(own$event))
    chi <- log_rank(own, own$arm)
    tell(term = "log_rank_by_landmark", statistic = chi, df = 1, p_value = pchisq(chi, 1, lower.tail = FALSE))
    do.call(tell, c(hazard_ratio(own, own$arm), term = "hazard_ratio_by_landmark", method = "Cox, Efron\u2019s ties"))
  }
}

for (one in list(c("demo", "../../public/demo"), c("late", "."), c("one_arm", "."))) {
  trial <- one[1]
  landmark(one[2], paste0(trial, ".json"))
}
cell <- function(x) {
  if (is.na(x)) return("")
  if (is.numeric(x)) return(format(x, digits = 17))
  if (grepl("[,\"\n]", x)) paste0("\"", gsub("\"", "\"\"", x), "\"") else x
}
lines <- vapply(rows, function(row) paste(vapply(row[columns], cell, ""), collapse = ","), "")
to <- file("expected.csv", "wb")
writeLines(enc2utf8(c(paste(columns, collapse = ","), lines)), to, useBytes = TRUE)
close(to)
cat(length(rows), "rows;", R.version.string, "survival", format(packageVersion("survival")), "\n")
