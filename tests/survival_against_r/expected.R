# The rows that findings.csv should have of the analyses km, logrank and rmst, worked out from the CSV files and the
# plans by R (survival, mvtnorm) and what docs/findings.md and docs/methods say. Run in this folder:
#   Rscript expected.R people     writes people.csv: who is asked about in each case
#   python programs.py            writes programs.csv: what lifelines and statsmodels print for them
#   Rscript expected.R            writes expected.csv
suppressPackageStartupMessages({ library(survival); library(jsonlite) })
source("../golden/weighted_log_rank.R"); source("../golden/normal_rectangles.R")
only_people <- identical(commandArgs(trailingOnly = TRUE), "people")
MONTH <- 365.25 / 12
MINUS <- " \u2212 "

read <- function(path) if (file.exists(path))
  read.csv(path, colClasses = "character", check.names = FALSE, na.strings = "", encoding = "UTF-8")
yes <- function(x) tolower(x) %in% c("1", "yes", "y", "true")

# What was asked, with what holds where nothing was said.
asked_of <- function(survival) {
  standard <- list(or = list(), interval = "log_log", flat_step = "midpoint_to_end", months = list(), test = "log_rank", rho = 0,
    gamma = 1, strata = list(), is_ordered = FALSE, horizon_months = Inf)
  c(survival, standard[setdiff(names(standard), names(survival))])
}

# One row a person: arm, entry and time in months, event; the plan's columns for strata; and the unit of the file.
people_of <- function(folder, plan, asked) {
  subjects <- read(file.path(folder, "subjects.csv"))
  records <- list()
  for (name in c("survival.csv", "ventilation.csv")) {
    d <- read(file.path(folder, name))
    if (is.null(d)) next
    d$endpoint <- if (is.null(d$endpoint)) "death" else d$endpoint
    d$unit <- if ("time_days" %in% names(d)) "days" else "months"
    d$time <- if ("time_days" %in% names(d)) as.numeric(d$time_days) / MONTH else as.numeric(d$time_months)
    records[[name]] <- d[c("subject_id", "endpoint", "unit", "time", "event")]
  }
  records <- do.call(rbind, records)
  records <- records[records$endpoint %in% c(asked$endpoint, unlist(asked$or)), ]
  records$event <- yes(records$event)
  if (is.null(subjects)) subjects <- data.frame(subject_id = unique(records$subject_id), arm = "Everyone")
  member <- if (is.null(plan$analysis_set)) TRUE else yes(subjects[[plan$analysis_set]])
  people <- subjects[member & !is.na(subjects$arm), , drop = FALSE]
  # The first event of all, else the earliest last contact.
  fate <- t(vapply(people$subject_id, function(id) {
    own <- records[records$subject_id == id, ]
    if (!nrow(own)) return(c(NA, NA))
    if (any(own$event)) c(min(own$time[own$event]), 1) else c(min(own$time), 0)
  }, c(0, 0)))
  people$time <- fate[, 1]; people$event <- fate[, 2]; people$entry <- 0
  people <- people[!is.na(people$time), ]
  if (!is.null(asked$origin)) {
    # Months before the start; what a subtraction leaves behind the ninth decimal is cut off.
    onset <- as.numeric(people[[asked$origin$column]])
    cut <- function(x) floor(x * 1e9 + 0.5) / 1e9
    people$entry <- cut(pmax(onset, 0)); people$time <- cut(people$time + onset)
    people <- people[!is.na(onset), ]
    people <- people[people$time > people$entry, ]
  }
  beyond <- people$time > asked$horizon_months
  people$time[beyond] <- asked$horizon_months; people$event[beyond] <- 0
  people <- people[people$entry < asked$horizon_months, ]
  arms <- unique(people$arm)
  control <- if (is.null(plan$control_arm)) arms[1] else plan$control_arm
  arms <- intersect(c(control, unique(subjects$arm[!is.na(subjects$arm)])), arms)
  list(people = people, arms = arms, control = control, unit = records$unit[1])
}

surv <- function(d, event = d$event) if (any(d$entry > 0)) Surv(d$entry, d$time, event) else Surv(d$time, event)
curve <- function(d, scale, level, event = d$event) survfit(surv(d, event) ~ 1, conf.int = level, conf.type = scale, timefix = FALSE)
scales <- c(log_log = "log-log", log = "log", plain = "plain", logit = "logit", arcsine = "arcsin")

# When a curve reaches a level, by each rule for flat steps; R's own quantile has the first.
reach <- function(time, y, level, rule) {
  keep <- !is.na(y); time <- time[keep]; y <- y[keep]
  slack <- sqrt(.Machine$double.eps)
  at <- which(y <= level + slack); below <- which(y <= level - slack)
  if (!length(at)) return(NA)
  if (rule == "first_at_or_below") return(time[at[1]])
  if (!length(below)) return(NA)
  if (rule == "first_below") return(time[below[1]])
  (time[at[1]] + time[below[1]]) / 2
}
quantile_of <- function(fit, probability, rule) {
  # Where the curve is 0 its limits are absent.
  gone <- fit$surv <= 0
  turns <- function(y) any(diff(y[!gone & !is.na(y)]) > 0)
  if (rule == "midpoint_to_end") {
    q <- quantile(fit, probability, conf.int = TRUE)
    found <- c(q$quantile, q$lower, q$upper)
    # quantile() looks a limit up as if it never rose. With late entries it does: the first crossing counts here.
    if (turns(fit$lower)) found[2] <- reach(fit$time, ifelse(gone, NA, fit$lower), 1 - probability, "first_at_or_below")
    if (turns(fit$upper)) found[3] <- reach(fit$time, ifelse(gone, NA, fit$upper), 1 - probability, "first_at_or_below")
    return(found)
  }
  c(reach(fit$time, fit$surv, 1 - probability, rule), reach(fit$time, ifelse(gone, NA, fit$lower), 1 - probability, rule),
    reach(fit$time, ifelse(gone, NA, fit$upper), 1 - probability, rule))
}

# All times t with |g(S(t)) - g(1/2)| <= z g'(S(t)) se(t), g(S) = log(-log S), from the first event to where they end.
sas_limits <- function(fit) {
  i <- which(fit$n.event > 0); t <- fit$time[i]; s <- fit$surv[i]; se <- fit$std.err[i] * s
  inside <- s > 0 & abs((log(-log(s)) - log(log(2))) * s * log(s) / se) <= qnorm(.975)
  inside <- which(!is.na(inside) & inside)
  if (!length(inside)) c(NA, NA) else c(t[inside[1]], t[max(inside) + 1])
}

# The curve at a time: share, standard error, limits; nothing beyond the last time unless the curve is 0.
at_month <- function(fit, month) {
  place <- sum(fit$time <= month)
  last <- length(fit$time)
  if (month > fit$time[last] && fit$surv[last] > 0) return(NULL)
  if (!place) return(c(1, NA, NA, NA))
  s <- fit$surv[place]
  if (s <= 0) return(c(0, NA, NA, NA))
  se <- if (s == 1) 0 else fit$std.err[place] * s
  if (s == 1) return(c(1, 0, if (fit$conf.type %in% c("plain", "log")) c(1, 1) else c(NA, NA)))
  c(s, se, fit$lower[place], fit$upper[place])
}

# Steps of round times, largest first fitting.
risk_months <- function(last, unit) {
  steps <- if (unit == "days") c(1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650) else c(.25, .5, 1, 2, 3, 6, 12, 24, 36, 60, 120)
  to <- if (unit == "days") MONTH else 1
  step <- steps[last * to / steps <= 10.5][1]
  seq(0, floor(last * to / step + 1e-9)) * step / to
}
round_months <- function(largest, unit) {
  steps <- if (unit == "days") c(1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730, 1095, 1825) else c(.25, .5, 1, 2, 3, 6, 12, 24, 36, 60)
  to <- if (unit == "days") MONTH else 1
  last <- largest * to * (1 + 1e-12)
  step <- steps[last / steps < 5][1]
  count <- min(floor(last / step), 4)
  if (count < 1) numeric(0) else seq_len(count) * step / to
}

rows <- list(); asked_people <- list()
columns <- c("case", "analysis", "outcome", "group", "contrast", "at", "term", "method", "n", "estimate", "std_error", "df",
  "statistic", "p_value", "conf_low", "conf_high")

work <- function(case, folder, plan, survival) {
  asked <- asked_of(survival)
  level <- if (is.null(plan$confidence_level)) .95 else plan$confidence_level
  z <- qnorm(.5 + level / 2)
  found <- people_of(folder, plan, asked)
  d <- found$people; arms <- found$arms; has_control <- arms[1] == found$control
  name <- paste(c(asked$endpoint, setdiff(unlist(asked$or), asked$endpoint)), collapse = " or ")
  say <- function(...) {
    row <- setNames(as.list(rep(NA, length(columns))), columns)
    given <- list(case = case, outcome = name, ...)
    row[names(given)] <- lapply(given, function(x) { x <- unname(x); if (is.numeric(x) && !is.finite(x)) NA else x })
    rows[[length(rows) + 1]] <<- row
  }
  scale <- scales[[asked$interval]]
  fits <- lapply(setNames(arms, arms), function(arm) curve(d[d$arm == arm, ], scale, level))
  ends <- vapply(fits, function(f) f$time[length(f$time)], 0); zero <- vapply(fits, function(f) f$surv[length(f$surv)] <= 0, TRUE)
  largest <- if (all(zero)) max(ends) else min(ends[!zero])
  months <- if (length(asked$months)) unlist(asked$months) else round_months(largest, found$unit)
  n_of <- table(d$arm)[arms]

  for (arm in arms) {
    own <- d[d$arm == arm, ]; fit <- fits[[arm]]; n <- nrow(own)
    km <- function(term, ...) say(analysis = "km", term = term, group = arm, n = n, ...)
    km("events", estimate = sum(own$event)); km("censored", estimate = sum(!own$event))
    of <- function(term, fit, probability, rule) { q <- quantile_of(fit, probability, rule); km(term, estimate = q[1], conf_low = q[2], conf_high = q[3]) }
    of("median_time", fit, .5, asked$flat_step); of("quarter_time", fit, .25, asked$flat_step); of("three_quarters_time", fit, .75, asked$flat_step)
    of("median_follow_up", curve(own, "log-log", level, 1 - own$event), .5, "midpoint_to_end")
    for (m in risk_months(max(d$time), found$unit)) {
      # Time 0 counts those who were there from the start.
      km("at_risk", at = m, estimate = sum(own$time >= m & (own$entry < m | own$entry == 0)))
      km("events_before", at = m, estimate = sum(own$event == 1 & own$time < m))
      km("censored_before", at = m, estimate = sum(own$event == 0 & own$time < m))
    }
    for (m in months) {
      s <- at_month(fit, m)
      if (!is.null(s)) km("survival_at_month", at = m, estimate = s[1], std_error = s[2], conf_low = s[3], conf_high = s[4])
    }
    for (i in which(fit$n.event > 0)) {
      s <- at_month(fit, fit$time[i])
      say(analysis = "km", term = "survival", group = arm, at = fit$time[i], n = fit$n.risk[i], estimate = s[1], std_error = s[2], conf_low = s[3], conf_high = s[4])
    }
    is_late <- any(d$entry > 0)
    asked_people[[length(asked_people) + 1]] <<- data.frame(case, arm, entry = own$entry, time = own$time, event = own$event, month = c(months, NA)[1])
    printed <- function(program, median, survival) {
      say(analysis = "km", term = "median_by_program", group = arm, n = n, method = program, estimate = median[1], conf_low = median[2], conf_high = median[3])
      if (length(survival)) say(analysis = "km", term = "survival_by_program", group = arm, at = months[1], n = n, method = program,
        estimate = survival[1], conf_low = survival[3], conf_high = survival[4])
    }
    fit_log <- curve(own, "log", .95); fit_log_log <- curve(own, "log-log", .95); fit_plain <- curve(own, "plain", .95)
    at_first <- function(fit) if (length(months)) at_month(fit, months[1])
    table_of <- function(fit) unname(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")])
    printed("R survival, print", table_of(fit_log), at_first(fit_log))
    printed("R survival, quantile", quantile_of(fit_log, .5, "midpoint_to_end"), at_first(fit_log))
    # tern's s_surv_time and s_surv_timepoint: summary() with conf.type = "plain".
    printed("R tern (teal)", if (is_late) NA else table_of(fit_plain), if (!is_late) at_first(fit_plain))
    # SAS/STAT User's Guide, LIFETEST, Computational Formulas; CONFTYPE=LOGLOG.
    printed("SAS PROC LIFETEST", if (is_late) NA else c(quantile_of(fit_log_log, .5, "midpoint_between_events")[1], sas_limits(fit_log_log)),
      if (!is_late) at_first(fit_log_log))
    # Prism's guide to the median survival, and its asymmetrical intervals.
    printed("GraphPad Prism", if (is_late) NA else c(quantile_of(fit_log_log, .5, "midpoint_to_end")[1], NA, NA), if (!is_late) at_first(fit_log_log))
    if (!only_people) for (program in c("lifelines", "statsmodels")) {
      own <- programs[programs$case == case & programs$arm == arm & programs$program == program, ]
      # Where the curve is one half but for rounding, statsmodels' last bits decide; here the rule does.
      if (program == "statsmodels" && any(abs(fit$surv - .5) < 1e-12)) own$median <- quantile_of(fit_log_log, .5, "first_below")[1]
      printed(program, unlist(own[c("median", "low", "high")]), if (length(at_first(fit))) c(own$survival, NA, own$survival_low, own$survival_high))
    }
  }

  # The tests: people with every stratum.
  strata <- unlist(asked$strata)
  tested <- d[rowSums(is.na(d[strata])) == 0, ]
  tested$stratum <- if (length(strata)) as.numeric(factor(do.call(paste, c(tested[strata], sep = "\r")))) else 1
  fh <- function(rho, gamma) kind("fleming_harrington", rho, gamma)
  chosen <- switch(asked$test, log_rank = kind("log_rank"), gehan_wilcoxon = kind("gehan"), tarone_ware = kind("tarone"),
    peto_peto = kind("peto"), fleming_harrington = fh(asked$rho, asked$gamma), max_combo = NULL)
  label <- function(k) {
    text <- switch(k$name, log_rank = "log-rank", gehan = "Gehan-Wilcoxon", tarone = "Tarone-Ware", peto = "Peto-Peto",
      fleming_harrington = paste0("Fleming-Harrington (", k$rho, ", ", k$gamma, ")"), k$name)
    if (length(strata)) paste0(text, ", stratified by ", paste(strata, collapse = " and ")) else text
  }
  sums_of <- function(among, kinds) {
    own <- tested[tested$arm %in% among, ]
    weighted_sums(data.frame(entry = ifelse(own$entry > 0, own$entry, NA), time = own$time, event = own$event,
      group = match(own$arm, among) - 1, stratum = own$stratum), kinds)
  }
  test_of <- function(among, k) {
    sums <- sums_of(among, list(k))
    v <- sums$covariance[1, 1, , ]; u <- sums$excess[1, ]
    told <- diag(v) > 0
    if (sum(told) < 2) return(NULL)
    v <- v[told, told]; u <- u[told]; df <- length(u) - 1
    chi <- drop(u[-1] %*% solve(v[-1, -1, drop = FALSE], u[-1]))
    if (k$name == "log_rank" && all(tested$entry == 0)) {
      own <- tested[tested$arm %in% among, ]
      r <- if (length(unique(own$stratum)) > 1) survdiff(Surv(time, event) ~ arm + strata(stratum), own) else survdiff(Surv(time, event) ~ arm, own)
      stopifnot(abs(r$chisq - chi) < 1e-9 * max(1, chi))
    }
    list(sums = sums, statistic = chi, df = df, p = pchisq(chi, df, lower.tail = FALSE), n = sum(tested$arm %in% among))
  }
  max_combo_of <- function(among) {
    kinds <- list(fh(0, 0), fh(0, 1), fh(1, 0), fh(1, 1))
    sums <- sums_of(among, kinds)
    v <- sums$covariance[, , 2, 2]
    if (any(diag(v) <= 0)) return(NULL)
    r <- v / sqrt(outer(diag(v), diag(v))); diag(r) <- 1
    m <- max(abs(sums$excess[, 2] / sqrt(diag(v))))
    list(statistic = m, df = NA, p = beyond(m, r), n = sum(tested$arm %in% among))
  }
  tell <- function(term, test, name, ...) say(analysis = "logrank", term = term, n = test$n, statistic = test$statistic, df = test$df, p_value = test$p, method = name, ...)
  present <- intersect(arms, tested$arm)
  if (!only_people && length(arms) > 1 && sum(d$event) > 0) {
    is_pair <- length(arms) == 2
    main <- if (is.null(chosen) && !is_pair) kind("log_rank") else chosen
    plain <- test_of(arms, kind("log_rank"))
    if (!is.null(plain)) {
      for (i in seq_along(present)) {
        n <- sum(tested$arm == present[i])
        say(analysis = "logrank", term = "events", group = present[i], n = n, estimate = plain$sums$observed[i])
        say(analysis = "logrank", term = "expected_events", group = present[i], n = n, estimate = plain$sums$expected[i])
      }
      family <- list(kind("log_rank"), kind("gehan"), kind("tarone"), kind("peto"), fh(1, 0), fh(0, 1), fh(1, 1))
      if (!is.null(main) && !(label(main) %in% vapply(family, label, ""))) family <- c(family, list(main))
      for (k in family) {
        test <- test_of(arms, k)
        is_main <- !is.null(main) && label(main) == label(k)
        if (!is.null(test)) tell(if (is_main) "log_rank" else "other_log_rank", test, label(k))
      }
      if (is_pair && has_control) {
        test <- max_combo_of(arms)
        if (!is.null(test)) tell(if (asked$test == "max_combo") "log_rank" else "other_log_rank", test, label(list(name = "MaxCombo")))
      }
      if (asked$is_ordered && !is_pair) {
        test <- test_of(arms, main); s <- seq_along(arms) - 1
        u <- sum(s * test$sums$excess[1, ]); v <- drop(s %*% test$sums$covariance[1, 1, , ] %*% s)
        tell("log_rank_trend", list(n = test$n, statistic = u / sqrt(v), df = 1, p = pchisq(u^2 / v, 1, lower.tail = FALSE)), label(main))
      }
      if (!is_pair && has_control) {
        pairs <- lapply(setNames(arms[-1], arms[-1]), function(arm) if (is.null(chosen)) max_combo_of(c(arms[1], arm)) else test_of(c(arms[1], arm), chosen))
        pairs <- Filter(Negate(is.null), pairs)
        adjusted <- p.adjust(vapply(pairs, function(test) test$p, 0), "holm")
        for (arm in names(pairs)) tell("log_rank", pairs[[arm]], label(if (is.null(chosen)) list(name = "MaxCombo") else chosen),
          group = arm, contrast = paste0(arm, MINUS, arms[1]), estimate = adjusted[[arm]])
      }
    }
  }

  if (sum(d$event) == 0) return()
  horizon <- if (is.null(asked$mean_horizon_months)) largest else asked$mean_horizon_months
  means <- list()
  for (arm in arms) {
    fit <- fits[[arm]]
    if (horizon > ends[[arm]] && !zero[[arm]]) next
    # summary() refuses a horizon before the first time: nothing has happened by then.
    t <- if (horizon < fit$time[1]) c(rmean = horizon, `se(rmean)` = 0) else summary(fit, rmean = horizon)$table
    m <- c(t[["rmean"]], if (sum(fit$n.event)) t[["se(rmean)"]] else 0)
    means[[arm]] <- m
    say(analysis = "rmst", term = "restricted_mean", group = arm, at = horizon, n = n_of[[arm]], estimate = m[1], std_error = m[2],
      conf_low = max(0, m[1] - z * m[2]), conf_high = min(horizon, m[1] + z * m[2]))
  }
  if (has_control) for (arm in arms[-1]) {
    n <- n_of[[arm]] + n_of[[arms[1]]]
    contrast <- paste0(arm, MINUS, arms[1])
    one <- means[[arm]]; other <- means[[arms[1]]]
    if (!is.null(one) && !is.null(other) && max(one[2], other[2]) > 0) {
      wald <- function(term, estimate, se, back = identity, shown = estimate) say(analysis = "rmst", term = term, group = arm, contrast = contrast, at = horizon,
        n = n, estimate = shown, std_error = se, statistic = estimate / se, p_value = 2 * pnorm(-abs(estimate / se)),
        conf_low = back(estimate - z * se), conf_high = back(estimate + z * se))
      wald("difference", one[1] - other[1], sqrt(one[2]^2 + other[2]^2))
      ratio <- function(term, a, b) if (min(a[1], b[1]) > 1e-12) wald(term, log(a[1]) - log(b[1]), sqrt((a[2] / a[1])^2 + (b[2] / b[1])^2), exp, a[1] / b[1])
      ratio("restricted_mean_ratio", one, other)
      ratio("time_lost_ratio", c(horizon - one[1], one[2]), c(horizon - other[1], other[2]))
    }
    for (m in months) {
      a <- at_month(fits[[arm]], m); b <- at_month(fits[[arms[1]]], m)
      if (is.null(a) || is.null(b)) next
      se <- sqrt(sum(c(a[2], b[2])^2, na.rm = TRUE))
      if (se == 0) next
      e <- a[1] - b[1]
      say(analysis = "km", term = "survival_difference", group = arm, contrast = contrast, at = m, n = n, estimate = e, std_error = se,
        statistic = e / se, p_value = 2 * pnorm(-abs(e / se)), conf_low = e - z * se, conf_high = e + z * se)
    }
  }
}

if (!only_people) programs <- read.csv("programs.csv", na.strings = c("", "nan"), encoding = "UTF-8")
for (case in sub("[.]json$", "", list.files("plans"))) {
  plan <- read_json(file.path("plans", paste0(case, ".json")))
  folder <- if (startsWith(case, "demo")) "../../public/demo" else list.files(".")[startsWith(case, list.files("."))][1]
  work(case, folder, plan, plan$analyses[[1]]$survival)
}
# The survival questions of the awkward trials next door.
for (trial in c("four_arms", "jittered_days", "many", "no_arms", "tiny")) {
  folder <- file.path("..", "against_r", trial)
  plan <- read_json(file.path(folder, "plan.json"))
  for (asked in plan$analyses) if (!is.null(asked$survival)) work(paste0(trial, if (trial == "many") paste0(", ", asked$survival$endpoint)), folder, plan, asked$survival)
}

cell <- function(x) if (is.na(x)) "" else if (is.numeric(x)) sprintf("%.17g", x) else {
  x <- if (!only_people && grepl("^[-=+@\t\r]", x)) paste0("'", x) else x
  if (grepl("[,\"\n]", x)) paste0("\"", gsub("\"", "\"\"", x), "\"") else x
}
put <- function(file, columns, rows) {
  lines <- vapply(rows, function(row) paste(vapply(row[columns], cell, ""), collapse = ","), "")
  to <- file(file, "wb"); writeLines(enc2utf8(c(paste(columns, collapse = ","), lines)), to, useBytes = TRUE); close(to)
  cat(file, length(rows), "rows\n")
}
if (only_people) {
  all <- do.call(rbind, asked_people)
  put("people.csv", names(all), lapply(seq_len(nrow(all)), function(i) as.list(all[i, ])))
} else put("expected.csv", columns, rows)
cat(R.version.string, "; survival", as.character(packageVersion("survival")), "\n")
