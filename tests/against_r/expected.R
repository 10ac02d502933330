# Every row that findings.csv should have for the trials of this folder, by R alone, from the CSV files and what
# docs/findings.md, docs/formats/tidy.md and docs/methods say:
#   Rscript expected.R            (in this folder, after make_trials.R)
suppressPackageStartupMessages(library(survival))
source("plans.R", encoding = "UTF-8")
slack <- 1e-9
MONTH <- 365.25 / 12

rows <- list()
columns <- c("trial", "analysis", "outcome", "group", "contrast", "at", "term", "n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")
say <- function(...) {
  row <- setNames(as.list(rep(NA, length(columns))), columns)
  given <- list(trial = trial, ...)
  row[names(given)] <- lapply(given, function(x) if (is.numeric(x) && !is.finite(x)) NA else unname(x))
  rows[[length(rows) + 1]] <<- row
}

read <- function(name) {
  path <- file.path(trial, name)
  if (!file.exists(path)) return(NULL)
  data <- read.csv(path, colClasses = "character", check.names = FALSE, encoding = "UTF-8", na.strings = "")
  if ("day" %in% names(data)) data$month <- as.numeric(data$day) / MONTH
  if ("time_days" %in% names(data)) data$time_months <- as.numeric(data$time_days) / MONTH
  for (column in intersect(c("month", "time_months"), names(data))) data[[column]] <- as.numeric(data[[column]])
  data
}
yes <- function(x) ifelse(is.na(x), NA, tolower(x) %in% c("1", "yes", "y", "true"))

# Visits of one person, in order of time: a data frame of month and value.
of <- function(series, id) {
  own <- series[series$subject_id == id & !is.na(series$value), ]
  own[order(own$month), ]
}
nearest <- function(own, month, window) {
  off <- abs(own$month - month)
  if (!nrow(own) || min(off) > window + slack) return(NULL)
  own[which(off <= min(off) + slack)[1], ]
}
baseline_of <- function(own, rule, window) {
  if (rule == "nearest_start") return(nearest(own, 0, window))
  own <- own[own$month <= slack, ]
  if (!nrow(own) || own$month[nrow(own)] < -window - slack) return(NULL)
  own[nrow(own), ]
}
visit_at <- function(own, baseline, month, window) nearest(own[own$month > baseline$month + slack, ], month, window)

analyse_change <- function(asked, level) {
  series <- data.frame(subject_id = visits$subject_id, month = visits$month, value = as.numeric(visits[[asked$outcome]]))
  for (month in unlist(asked$target_months)) {
    pairs <- do.call(rbind, lapply(subjects$subject_id[!is.na(subjects$arm) & subjects$member], function(id) {
      own <- of(series, id)
      base <- baseline_of(own, asked$baseline, asked$window_months)
      if (is.null(base)) return(NULL)
      visit <- visit_at(own, base, month, asked$window_months)
      if (is.null(visit)) return(NULL)
      data.frame(subject_id = id, baseline = base$value, change = visit$value - base$value)
    }))
    if (is.null(pairs)) next
    pairs <- merge(pairs, subjects, by = "subject_id")
    pairs$arm <- factor(pairs$arm, arms)
    tell <- function(analysis, term, ...) say(analysis = analysis, outcome = asked$outcome, term = term, at = month, ...)
    for (arm in arms) {
      x <- pairs$change[pairs$arm == arm]
      b <- pairs$baseline[pairs$arm == arm]
      n <- length(x)
      if (n == 0) next
      tell("change.summary", "baseline_mean", group = arm, n = n, estimate = mean(b))
      if (n > 1) tell("change.summary", "baseline_sd", group = arm, n = n, estimate = sd(b))
      reach <- if (n > 1) qt(1 - (1 - level) / 2, n - 1) * sd(x) / sqrt(n) else NA
      tell("change.summary", "mean_change", group = arm, n = n, estimate = mean(x), std_error = if (n > 1) sd(x) / sqrt(n) else NA,
        conf_low = mean(x) - reach, conf_high = mean(x) + reach)
      if (n > 1) tell("change.summary", "sd_change", group = arm, n = n, estimate = sd(x))
    }
    if (length(arms) < 2) next
    minus <- function(arm) paste(arm, "\u2212", arms[1])
    x0 <- pairs$change[pairs$arm == arms[1]]
    for (arm in arms[-1]) {
      x <- pairs$change[pairs$arm == arm]
      for (equal in c(TRUE, FALSE)) {
        test <- tryCatch(t.test(x, x0, var.equal = equal, conf.level = level), error = function(e) NULL)
        if (is.null(test)) next
        tell(if (equal) "change.student" else "change.welch", "difference", group = arm, contrast = minus(arm), n = length(x) + length(x0),
          estimate = mean(x) - mean(x0), std_error = test$stderr, df = test$parameter, statistic = test$statistic, p_value = test$p.value,
          conf_low = test$conf.int[1], conf_high = test$conf.int[2])
      }
    }
    # One model for all arms; type III by dropping the arm.
    model <- "change ~ arm + baseline"
    for (covariate in asked$covariates) {
      column <- covariate$name
      is_number <- !anyNA(suppressWarnings(as.numeric(na.omit(subjects[[column]])))) && !isTRUE(covariate$as_factor)
      pairs[[column]] <- if (is_number) as.numeric(pairs[[column]]) else factor(pairs[[column]])
      model <- paste(model, "+", column)
    }
    data <- pairs[complete.cases(pairs[c("change", "baseline", vapply(asked$covariates, `[[`, "", "name"))]), ]
    data$arm <- droplevels(data$arm)
    data$baseline <- data$baseline - mean(data$baseline) # changes no contrast, and lm keeps its digits
    if (!arms[1] %in% data$arm || nlevels(data$arm) < 2) next
    fit <- lm(as.formula(model), data)
    if (anyNA(coef(fit)) || fit$df.residual < 1 || summary(fit)$sigma < 1e-12) next
    table <- coef(summary(fit))
    limits <- confint(fit, level = level)
    for (arm in levels(data$arm)[-1]) {
      name <- paste0("arm", arm)
      tell("change.ancova", "difference", group = arm, contrast = minus(arm), n = nrow(data), estimate = table[name, 1], std_error = table[name, 2],
        df = fit$df.residual, statistic = table[name, 3], p_value = table[name, 4], conf_low = limits[name, 1], conf_high = limits[name, 2])
    }
    if (length(arms) > 2) {
      drop <- drop1(fit, test = "F")["arm", ]
      tell("change.ancova", "arm_test", n = nrow(data), statistic = drop$`F value`, df = drop$Df, p_value = drop$`Pr(>F)`)
    }
  }
}

analyse_correlation <- function(asked, level) {
  measured <- function(variable) {
    if (!is.null(variable$outcome)) return(data.frame(subject_id = visits$subject_id, month = visits$month, value = as.numeric(visits[[variable$outcome]])))
    own <- biomarkers[biomarkers$analyte == variable$analyte, ]
    below <- startsWith(own$value, "<")
    above <- startsWith(own$value, ">")
    x <- as.numeric(sub("[<>]", "", own$value))
    x[below] <- switch(asked$below_limit, half_limit = x[below] / 2, limit_over_sqrt2 = x[below] / sqrt(2), limit = x[below], exclude = NA)
    if (asked$below_limit == "exclude") x[above] <- NA
    if (asked$scale == "log2") x <- ifelse(!is.na(x) & x > 0, log2(pmax(x, 1e-300)), NA)
    data.frame(subject_id = own$subject_id, month = own$month, value = x)
  }
  number <- function(variable) {
    series <- measured(variable)
    vapply(subjects$subject_id, function(id) {
      own <- of(series, id)
      if (asked$quantity == "value") {
        found <- nearest(own, asked$month, asked$window_months)
        return(if (is.null(found)) NA_real_ else found$value)
      }
      base <- nearest(own, 0, asked$window_months)
      later <- if (!is.null(base)) visit_at(own, base, asked$month, asked$window_months)
      if (is.null(later)) NA_real_ else later$value - base$value
    }, 0)
  }
  response <- rep(NA_character_, nrow(subjects))
  if (!is.null(asked$responder)) {
    rule <- asked$responder
    series <- measured(list(outcome = rule$outcome))
    response <- vapply(subjects$subject_id, function(id) {
      own <- of(series, id)
      base <- baseline_of(own, "last_at_or_before_start", asked$window_months)
      if (is.null(base) || own$month[1] > base$month - 1 + slack) return(NA_character_)
      later <- visit_at(own, base, rule$month, asked$window_months)
      if (is.null(later)) return(NA_character_)
      before <- (base$value - own$value[1]) / (base$month - own$month[1])
      after <- (later$value - base$value) / (later$month - base$month)
      if (before >= 0) return(NA_character_)
      if (100 * (after - before) / abs(before) >= rule$threshold_percent - 1e-7) "good" else "poor"
    }, "")
  }
  correlate <- function(x, y, stratum) {
    who <- subjects$member
    if (!is.null(stratum$arm)) who <- who & subjects$arm %in% stratum$arm
    if (!is.null(stratum$response)) who <- who & response %in% stratum$response
    words <- if (!is.null(stratum$response)) paste(stratum$response, "responders")
    group <- paste(c(stratum$arm, words), collapse = ", ")
    if (group == "") group <- "all"
    a <- number(x)[who]
    b <- number(y)[who]
    present <- !is.na(a) & !is.na(b)
    a <- a[present]
    b <- b[present]
    n <- length(a)
    if (n < 3 || min(a) == max(a) || min(b) == max(b)) return()
    z <- qnorm(1 - (1 - level) / 2)
    for (term in c("pearson", "spearman")) {
      exact <- term == "spearman" && n <= 9 && !anyDuplicated(a) && !anyDuplicated(b)
      test <- suppressWarnings(cor.test(a, b, method = term, exact = exact, conf.level = level))
      r <- unname(test$estimate)
      p <- test$p.value
      is_line <- abs(r) >= 1 - 4 * .Machine$double.eps
      if (is_line) r <- sign(r)
      if (is_line && !exact) p <- 0
      # Fisher's z for Pearson; Bonett and Wright's variance for Spearman.
      limits <- if (n < 4) c(NA, NA) else if (is_line) c(r, r) else if (term == "pearson") test$conf.int else
        tanh(atanh(r) + c(-1, 1) * z * sqrt((1 + r^2 / 2) / (n - 3)))
      say(analysis = "biomarker.correlation", outcome = y[[1]], group = group, contrast = paste("with", x[[1]]), at = asked$month, term = term, n = n,
        estimate = r, df = n - 2, statistic = if (is_line) NA else r * sqrt((n - 2) / (1 - r^2)), p_value = p, conf_low = limits[1], conf_high = limits[2])
    }
  }
  each <- c(list(NULL), if (length(arms) > 1) lapply(arms, identity))
  strata <- lapply(each, function(arm) list(arm = arm))
  if (!is.null(asked$responder)) for (kind in c("good", "poor")) strata <- c(strata, lapply(each, function(arm) list(arm = arm, response = kind)))
  for (stratum in strata) correlate(asked$x, asked$y, stratum)
  m <- asked$matrix
  for (i in seq_along(m)) for (j in seq_along(m)) {
    if (i >= j || setequal(c(m[[i]][[1]], m[[j]][[1]]), c(asked$x[[1]], asked$y[[1]]))) next
    correlate(m[[i]], m[[j]], asked$matrix_stratum)
  }
}

analyse_survival <- function(asked, level) {
  data <- follow_up[if (is.null(follow_up$endpoint)) TRUE else follow_up$endpoint == asked$endpoint, ]
  data$event <- yes(data$event)
  data <- merge(data, subjects[subjects$member & !is.na(subjects$arm), c("subject_id", "arm")], by = "subject_id")
  data$arm <- droplevels(factor(data$arm, arms))
  # Round times of the file's own unit, ten or so at most.
  in_days <- "time_days" %in% names(data)
  unit <- if (in_days) MONTH else 1
  steps <- if (in_days) c(1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650) else c(0.25, 0.5, 1, 2, 3, 6, 12, 24, 36, 60, 120)
  last <- max(data$time_months) * unit
  step <- steps[last / steps <= 10.5][1]
  times <- seq(0, floor(last / step + 1e-9)) * step / unit
  tell <- function(analysis, term, ...) say(analysis = analysis, outcome = asked$endpoint, term = term, ...)
  for (arm in levels(data$arm)) {
    own <- data[data$arm == arm, ]
    n <- nrow(own)
    tell("km", "events", group = arm, n = n, estimate = sum(own$event))
    tell("km", "censored", group = arm, n = n, estimate = sum(!own$event))
    fit <- survfit(Surv(time_months, event) ~ 1, own, conf.type = "log-log", conf.int = level)
    median <- quantile(fit, 0.5)
    tell("km", "median_time", group = arm, n = n, estimate = median$quantile, conf_low = median$lower, conf_high = median$upper)
    for (time in times) tell("km", "at_risk", group = arm, n = n, at = time, estimate = sum(own$time_months >= time - slack))
    s <- summary(fit, censored = FALSE)
    for (i in seq_along(s$time)) tell("km", "survival", group = arm, n = s$n.risk[i], at = s$time[i], estimate = s$surv[i], std_error = s$std.err[i],
      conf_low = if (s$surv[i] > 0) s$lower[i] else NA, conf_high = if (s$surv[i] > 0) s$upper[i] else NA)
  }
  if (nlevels(data$arm) < 2 || !any(data$event)) return()
  compare <- function(data, ...) {
    test <- tryCatch(survdiff(Surv(time_months, event) ~ arm, data), error = function(e) NULL)
    df <- if (is.null(test)) 0 else sum(test$exp > 0) - 1
    if (df < 1) return(NULL)
    tell("logrank", "log_rank", n = nrow(data), statistic = test$chisq, df = df, p_value = pchisq(test$chisq, df, lower.tail = FALSE), ...)
    test
  }
  all <- compare(data)
  for (i in seq_along(all$n)) {
    tell("logrank", "events", group = levels(data$arm)[i], n = all$n[i], estimate = all$obs[i])
    tell("logrank", "expected_events", group = levels(data$arm)[i], n = all$n[i], estimate = all$exp[i])
  }
  if (nlevels(data$arm) > 2) for (arm in levels(data$arm)[-1]) {
    two <- droplevels(data[data$arm %in% c(arm, arms[1]), ])
    compare(two, group = arm, contrast = paste(arm, "\u2212", arms[1]))
  }
}

for (trial in names(plans)) {
  plan <- plans[[trial]]
  subjects <- read("subjects.csv")
  visits <- read("visits.csv")
  biomarkers <- read("biomarkers.csv")
  follow_up <- read("survival.csv")
  known <- subjects$subject_id
  extra <- setdiff(c(visits$subject_id, biomarkers$subject_id, follow_up$subject_id), known)
  if (is.null(subjects)) {
    subjects <- data.frame(subject_id = extra, arm = "Everyone")
  } else if (length(extra)) {
    more <- subjects[rep(NA_integer_, length(extra)), ]
    more$subject_id <- extra
    subjects <- rbind(subjects, more)
  }
  subjects$member <- if (is.null(plan$analysis_set)) TRUE else yes(subjects[[plan$analysis_set]]) %in% TRUE
  arms <- unique(na.omit(subjects$arm))
  arms <- c(plan$control_arm, setdiff(arms, plan$control_arm))
  for (asked in plan$analyses) switch(names(asked),
    change = analyse_change(asked$change, plan$confidence_level),
    correlation = analyse_correlation(asked$correlation, plan$confidence_level),
    survival = analyse_survival(asked$survival, plan$confidence_level))
}

cell <- function(x) {
  if (is.na(x)) return("")
  if (is.numeric(x)) return(sprintf("%.17g", x))
  x <- if (grepl("^[-=+@\t\r]", x)) paste0("'", x) else x
  if (grepl("[,\"\n]", x)) paste0("\"", gsub("\"", "\"\"", x), "\"") else x
}
lines <- vapply(rows, function(row) paste(vapply(row[columns], cell, ""), collapse = ","), "")
to <- file("expected.csv", "wb")
writeLines(enc2utf8(c(paste(columns, collapse = ","), lines)), to, useBytes = TRUE)
close(to)
cat(length(rows), "rows;", R.version.string, "; survival", as.character(packageVersion("survival")), "\n")
