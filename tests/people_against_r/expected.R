# Every row that findings.csv should have of patients and slopes, by R alone, from the CSV files and what
# docs/findings.md and docs/methods say:
#   Rscript expected.R            (in this folder, after make_trial.R)
slack <- 1e-9
MONTH <- 365.25 / 12
rows <- list()
columns <- c("trial", "analysis", "outcome", "group", "contrast", "at", "term", "method", "n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")
say <- function(...) {
  row <- setNames(as.list(rep(NA, length(columns))), columns)
  given <- list(trial = trial, ...)
  row[names(given)] <- lapply(given, function(x) if (is.numeric(x) && !is.finite(x)) NA else unname(x))
  rows[[length(rows) + 1]] <<- row
}
read <- function(name) read.csv(file.path(folder, name), colClasses = "character", check.names = FALSE, na.strings = "")

of <- function(column, id) {
  own <- data.frame(month = visits$month, value = as.numeric(visits[[column]]))[visits$subject_id == id & !is.na(visits[[column]]), ]
  own[order(own$month), ]
}
nearest <- function(own, month) {
  off <- abs(own$month - month)
  if (!nrow(own) || min(off) > window + slack) return(NULL)
  own[which(off <= min(off) + slack)[1], ]
}
baseline_of <- function(own) {
  if (rule == "nearest_start") return(nearest(own, 0))
  own <- own[own$month <= slack, ]
  if (!nrow(own) || own$month[nrow(own)] < -window - slack) return(NULL)
  own[nrow(own), ]
}
line <- function(own) if (length(unique(own$month)) < 2) NA else coef(lm(value ~ month, own))[["month"]]
two <- function(own) (own$value[nrow(own)] - own$value[1]) / (own$month[nrow(own)] - own$month[1])
lead_in_of <- function(own, base, slope) {
  if (is.null(base) || !nrow(own) || own$month[1] > base$month - 1 + slack) return(NA)
  slope(own[own$month <= base$month + slack, ])
}
minus <- function(arm) paste(arm, "\u2212", arms[1])

wilson <- function(x, n) if (n == 0) c(NA, NA) else suppressWarnings(prop.test(x, n, correct = FALSE, conf.level = level)$conf.int)
newcombe <- function(x1, n1, x0, n0) {
  p1 <- x1 / n1
  p0 <- x0 / n0
  w1 <- wilson(x1, n1)
  w0 <- wilson(x0, n0)
  c(p1 - p0 - sqrt((p1 - w1[1])^2 + (w0[2] - p0)^2), p1 - p0 + sqrt((w1[2] - p1)^2 + (p0 - w0[1])^2))
}
chi <- function(with, n) {
  table <- cbind(with, n - with)
  if (any(colSums(table) == 0)) return(NULL)
  suppressWarnings(chisq.test(table, correct = FALSE))
}

patients <- function(outcome, endpoint) {
  people <- subjects[!is.na(subjects$arm) & subjects$member, ]
  follow <- if (is.null(endpoint)) NULL else follow_up
  tell <- function(term, ...) say(analysis = "population.flow", outcome = outcome, term = term, ...)
  fates <- t(vapply(people$subject_id, function(id) {
    own <- of(outcome, id)
    base <- baseline_of(own)
    death <- follow$time_months[follow$subject_id == id & follow$event == "1"]
    vapply(months, function(month) {
      seen <- if (is.null(base)) nearest(own, month) else nearest(own[own$month > base$month + slack, ], month)
      if (!is.null(seen)) "seen" else if (length(death) && death <= month + slack) "died" else if (any(own$month > month)) "missed" else "withdrawn"
    }, "")
  }, rep("", length(months))))
  has_base <- vapply(people$subject_id, function(id) !is.null(baseline_of(of(outcome, id))), TRUE)
  for (arm in arms) {
    in_files <- sum(subjects$arm %in% arm)
    mine <- people$arm == arm
    n <- sum(mine)
    tell("in_files", group = arm, n = in_files, estimate = in_files)
    tell("in_set", group = arm, n = in_files, estimate = n)
    tell("with_baseline", group = arm, n = n, estimate = sum(has_base & mine))
    for (i in seq_along(months)) for (fate in c("seen", "missed", "withdrawn", "died"))
      tell(fate, group = arm, at = months[i], n = n, estimate = sum(fates[mine, i] == fate))
    seen <- fates[mine, , drop = FALSE] == "seen"
    always <- apply(seen, 1, all)
    gaps <- apply(seen, 1, function(s) any(diff(s) == 1))
    tell("seen_always", group = arm, n = n, estimate = sum(always))
    tell("intermittent_loss", group = arm, n = n, estimate = sum(gaps))
    tell("monotone_loss", group = arm, n = n, estimate = sum(!always & !gaps))
  }
  seen <- tapply(fates[, months == primary] == "seen", factor(people$arm, arms), sum)
  n <- table(factor(people$arm, arms))
  for (arm in arms[-1]) {
    limits <- newcombe(seen[[arm]], n[[arm]], seen[[arms[1]]], n[[arms[1]]])
    p <- fisher.test(rbind(c(seen[[arm]], n[[arm]] - seen[[arm]]), c(seen[[arms[1]]], n[[arms[1]]] - seen[[arms[1]]])))$p.value
    tell("risk_difference", group = arm, contrast = minus(arm), at = primary, n = n[[arm]] + n[[arms[1]]],
      method = "share seen; Newcombe\u2019s interval, Fisher\u2019s p", estimate = seen[[arm]] / n[[arm]] - seen[[arms[1]]] / n[[arms[1]]],
      conf_low = limits[1], conf_high = limits[2], p_value = p)
  }
  if (length(arms) > 2) {
    test <- chi(as.vector(seen), as.vector(n))
    tell("arm_test", at = primary, n = sum(n), statistic = test$statistic, df = test$parameter, p_value = test$p.value, method = "share seen; chi-squared")
  }

  groups <- c(as.list(arms), if (length(arms) > 1) list(NULL))
  pick <- function(arm) if (is.null(arm)) rep(TRUE, nrow(people)) else people$arm == arm
  both <- function(x, y) list(x = x[!is.na(x)], y = y[!is.na(y)])
  number <- function(key, x, at = NA) for (arm in groups) {
    own <- x[pick(arm)]
    known <- own[!is.na(own)]
    note <- function(term, n, estimate, ...) say(analysis = "population.baseline", outcome = key, group = if (is.null(arm)) NA else arm, at = at, term = term, n = n, estimate = estimate, ...)
    note("missing", length(own), sum(is.na(own)))
    if (!length(known)) next
    note("mean", length(known), mean(known))
    if (length(known) > 1) note("sd", length(known), sd(known))
    q <- quantile(known, c(0.25, 0.5, 0.75))
    note("q1", length(known), q[[1]])
    note("median", length(known), q[[2]])
    note("q3", length(known), q[[3]])
    if (is.null(arm) || arm == arms[1]) next
    b <- both(own, x[pick(arms[1])])
    d <- (mean(b$x) - mean(b$y)) / sqrt((var(b$x) + var(b$y)) / 2)
    if (is.finite(d)) note("smd", length(b$x) + length(b$y), d, contrast = minus(arm))
  }
  classes <- function(key, x, levels) {
    counts <- sort(table(factor(x, levels)), decreasing = TRUE)
    counts <- counts[counts > 0 | length(levels) == 2]
    if (length(counts) > 12) {
      # Of equally frequent ones the first of the alphabet.
      order <- order(-as.vector(table(factor(x, sort(levels)))))
      kept <- sort(sort(levels)[order[1:12]])
      x[!is.na(x) & !x %in% kept] <- "other levels"
      levels <- c(kept, "other levels")
    } else if (length(levels) > 2) levels <- levels[levels %in% x]
    for (arm in groups) {
      own <- x[pick(arm)]
      known <- own[!is.na(own)]
      other <- x[pick(arms[1])]
      other <- other[!is.na(other)]
      note <- function(term, key, n, estimate, ...) say(analysis = "population.baseline", outcome = key, group = if (is.null(arm)) NA else arm, term = term, n = n, estimate = estimate, ...)
      note("missing", key, length(own), sum(is.na(own)))
      for (level in levels) {
        name <- paste(key, "=", level)
        note("count", name, length(known), sum(known == level))
        if (length(known)) note("share", name, length(known), mean(known == level))
        if (is.null(arm) || arm == arms[1] || (length(levels) == 2 && level != levels[1])) next
        p <- mean(known == level)
        q <- mean(other == level)
        d <- (p - q) / sqrt((p * (1 - p) + q * (1 - q)) / 2)
        if (is.finite(d)) note("smd", name, length(known) + length(other), d, contrast = minus(arm))
      }
    }
  }
  for (column in setdiff(names(subjects), c("subject_id", "arm", "member", "itt", "per_protocol", set))) {
    x <- people[[column]]
    known <- x[!is.na(x)]
    if (all(tolower(known) %in% c("1", "0", "yes", "no"))) classes(column, ifelse(is.na(x), NA, ifelse(tolower(x) %in% c("1", "yes"), "yes", "no")), c("yes", "no"))
    else if (!anyNA(suppressWarnings(as.numeric(known)))) number(column, as.numeric(x))
    else classes(column, x, sort(unique(known)))
  }
  at_base <- function(column) vapply(people$subject_id, function(id) {
    base <- baseline_of(of(column, id))
    if (is.null(base)) NA else base$value
  }, 0)
  number(outcome, at_base(outcome), 0)
  number(paste0(outcome, ", lead-in slope"), vapply(people$subject_id, function(id) {
    own <- of(outcome, id)
    as.numeric(lead_in_of(own, baseline_of(own), two))
  }, 0), 0)
  onset <- as.numeric(people[[onset_column]]) / onset_unit
  when <- vapply(people$subject_id, function(id) {
    base <- baseline_of(of(outcome, id))
    if (is.null(base)) NA else base$month
  }, 0)
  number("progression rate since onset", (48 - at_base(outcome)) / (when + onset), 0)
  for (column in setdiff(grep("^alsfrs_r_[0-9]", names(visits), invert = TRUE, value = TRUE), c("subject_id", "month", "day", outcome))) number(column, at_base(column), 0)
}

slopes <- function(outcome, planned, planned_missing, thresholds, points, higher) {
  people <- subjects[!is.na(subjects$arm) & subjects$member, ]
  arm_of <- factor(people$arm, arms)
  kinds <- list("two-point slopes" = two, "least-squares slopes" = line)
  tell <- function(term, ...) say(analysis = "slope.change", outcome = outcome, at = primary, term = term, ...)
  respond <- function(term, ...) say(analysis = "responder", outcome = outcome, at = primary, term = term, ...)
  for (kind in names(kinds)) {
    slope <- kinds[[kind]]
    found <- t(vapply(people$subject_id, function(id) {
      own <- of(outcome, id)
      base <- baseline_of(own)
      if (is.null(base)) return(c(NA_real_, NA_real_))
      later <- nearest(own[own$month > base$month + slack, ], primary)
      after <- if (is.null(later)) NA else slope(own[own$month >= base$month - slack & own$month <= later$month + slack, ])
      c(as.numeric(lead_in_of(own, base, slope)), as.numeric(after))
    }, c(0, 0)))
    lead <- found[, 1]
    after <- found[, 2]
    change <- after - lead
    described <- function(term, x, arm) {
      x <- x[arm_of == arm & !is.na(x)]
      n <- length(x)
      if (!n) return()
      reach <- if (n > 1) qt(1 - (1 - level) / 2, n - 1) * sd(x) / sqrt(n) else NA
      tell(term, group = arm, method = kind, n = n, estimate = mean(x), std_error = if (n > 1) sd(x) / sqrt(n) else NA, conf_low = mean(x) - reach, conf_high = mean(x) + reach)
      if (n > 1) tell(paste0("sd_", term), group = arm, method = kind, n = n, estimate = sd(x))
    }
    both <- !is.na(change)
    for (arm in arms) {
      described("lead_in_slope", ifelse(both, lead, NA), arm)
      described("follow_up_slope", after, arm)
      described("slope_change", change, arm)
      own <- data.frame(lead, change)[both & arm_of == arm, ]
      fit <- lm(change ~ lead, own)
      limits <- confint(fit, level = level)["lead", ]
      tell("change_on_lead_in", group = arm, method = kind, n = nrow(own), estimate = coef(fit)[["lead"]], std_error = coef(summary(fit))["lead", 2],
        df = fit$df.residual, conf_low = limits[1], conf_high = limits[2])
      r <- cor.test(own$lead, own$change, conf.level = level)
      tell("pearson", group = arm, method = kind, n = nrow(own), estimate = r$estimate, conf_low = r$conf.int[1], conf_high = r$conf.int[2])
    }
    for (term in c("difference", "follow_up_difference")) {
      x <- if (term == "difference") change else after
      for (arm in arms[-1]) for (equal in c(TRUE, FALSE)) {
        a <- x[arm_of == arm & !is.na(x)]
        b <- x[arm_of == arms[1] & !is.na(x)]
        test <- t.test(a, b, var.equal = equal, conf.level = level)
        tell(term, group = arm, contrast = minus(arm), method = paste0(kind, "; ", if (equal) "Student" else "Welch", "\u2019s t"), n = length(a) + length(b),
          estimate = mean(a) - mean(b), std_error = test$stderr, df = test$parameter, statistic = test$statistic, p_value = test$p.value,
          conf_low = test$conf.int[1], conf_high = test$conf.int[2])
      }
    }
    data <- data.frame(change, lead = lead - mean(lead[both]), arm = arm_of)[both, ]
    fit <- lm(change ~ arm + lead, data)
    words <- paste0(kind, "; ANCOVA on the lead-in slope")
    limits <- confint(fit, level = level)
    for (arm in arms[-1]) {
      row <- coef(summary(fit))[paste0("arm", arm), ]
      tell("difference", group = arm, contrast = minus(arm), method = words, n = nrow(data), estimate = row[[1]], std_error = row[[2]], df = fit$df.residual,
        statistic = row[[3]], p_value = row[[4]], conf_low = limits[paste0("arm", arm), 1], conf_high = limits[paste0("arm", arm), 2])
    }
    if (length(arms) > 2) {
      drop <- drop1(fit, test = "F")["arm", ]
      tell("arm_test", method = words, n = nrow(data), statistic = drop$`F value`, df = drop$Df, p_value = drop$`Pr(>F)`)
    }

    sign <- if (higher) 1 else -1
    why <- ifelse(is.na(after), "without_follow_up", ifelse(is.na(lead), "without_lead_in", ifelse(sign * lead >= 0, "without_decline", "")))
    if (kind == planned) for (arm in arms) for (reason in c("without_follow_up", "without_lead_in", "without_decline"))
      respond(reason, group = arm, method = kind, n = sum(arm_of == arm), estimate = sum(why[arm_of == arm] == reason))
    rules <- c(lapply(thresholds, function(t) list(words = paste("better by", t, "%"), is = ifelse(why == "", 100 * sign * change / abs(lead) >= t - 1e-7, NA))),
      list(list(words = paste("better by", points, "a month"), is = sign * change >= points - 1e-9)))
    for (missing in c("missing left out", "missing as no response")) for (rule in rules) {
      is <- rule$is
      if (missing == "missing as no response") is[is.na(is)] <- FALSE
      words <- paste(rule$words, kind, missing, sep = "; ")
      with <- vapply(arms, function(arm) sum(is[arm_of == arm], na.rm = TRUE), 0)
      n <- vapply(arms, function(arm) sum(!is.na(is[arm_of == arm])), 0)
      for (arm in arms) {
        respond("count", group = arm, method = words, n = n[[arm]], estimate = with[[arm]])
        limits <- wilson(with[[arm]], n[[arm]])
        respond("share", group = arm, method = words, n = n[[arm]], estimate = with[[arm]] / n[[arm]], conf_low = limits[1], conf_high = limits[2])
      }
      for (arm in arms[-1]) {
        w <- with[c(arm, arms[1])]
        m <- n[c(arm, arms[1])]
        note <- function(term, ...) respond(term, group = arm, contrast = minus(arm), method = words, n = sum(m), ...)
        limits <- newcombe(w[1], m[1], w[2], m[2])
        note("risk_difference", estimate = w[1] / m[1] - w[2] / m[2], conf_low = limits[1], conf_high = limits[2])
        cells <- c(w, m - w)
        if (all(cells > 0)) {
          odds <- w[1] * (m[2] - w[2]) / (w[2] * (m[1] - w[1]))
          reach <- qnorm(1 - (1 - level) / 2) * sqrt(sum(1 / cells))
          note("odds_ratio", estimate = odds, conf_low = odds * exp(-reach), conf_high = odds * exp(reach))
        }
        test <- chi(w, m)
        if (!is.null(test)) note("chi_squared", statistic = test$statistic, df = test$parameter, p_value = test$p.value)
        fisher <- fisher.test(cbind(w, m - w))$p.value
        note("fisher_exact", p_value = fisher)
        note("responder_test", p_value = if (!is.null(test) && min(test$expected) >= 5) test$p.value else fisher)
      }
      if (length(arms) > 2) {
        test <- chi(with, n)
        if (!is.null(test)) respond("arm_test", method = words, n = sum(n), statistic = test$statistic, df = test$parameter, p_value = test$p.value)
      }
    }
  }
}

load <- function() {
  subjects <<- read("subjects.csv")
  visits <<- read("visits.csv")
  follow_up <<- read("survival.csv")
  visits$month <<- if ("day" %in% names(visits)) as.numeric(visits$day) / MONTH else as.numeric(visits$month)
  follow_up$time_months <<- if ("time_days" %in% names(follow_up)) as.numeric(follow_up$time_days) / MONTH else as.numeric(follow_up$time_months)
  subjects$member <<- if (is.null(set)) TRUE else subjects[[set]] %in% c("1", "yes")
}

trial <- "demo"
folder <- "../../public/demo"
set <- NULL
load()
arms <- c("Control", "MSC")
level <- 0.95
rule <- "last_at_or_before_start"
months <- c(1, 2, 3, 4, 6)
primary <- 4
window <- 0.5
onset_column <- "onset_months"
onset_unit <- 1
patients("alsfrs_r_total", "death")
slopes("alsfrs_r_total", "two-point slopes", "missing left out", c(25, 50, 75, 100), 1.25, TRUE)

trial <- "three_arms"
folder <- "."
set <- "fas"
load()
arms <- c("placebo", setdiff(unique(na.omit(subjects$arm)), "placebo"))
level <- 0.9
rule <- "nearest_start"
months <- c(28, 84, 168, 252) / MONTH
primary <- 168 / MONTH
window <- 10 / MONTH
onset_column <- "onset_days"
onset_unit <- MONTH
patients("alsfrs_r_total", "death")
slopes("alsfrs_r_total", "least-squares slopes", "missing as no response", c(20, 60), 0.7, TRUE)
slopes("aals", "two-point slopes", "missing left out", c(50, 100), 1.25, FALSE)

number <- function(x) sprintf("%.17g", x)
json <- function(x) {
  if (is.list(x) && !is.null(names(x))) paste0("{", paste0("\"", names(x), "\": ", vapply(x, json, ""), collapse = ", "), "}")
  else if (is.list(x)) paste0("[", paste(vapply(x, json, ""), collapse = ", "), "]")
  else if (is.logical(x)) tolower(as.character(x)) else if (is.numeric(x)) number(x) else paste0("\"", x, "\"")
}
visit_plan <- function(outcome, rule, months, primary, window) list(outcome = outcome, baseline = rule, target_months = as.list(months), primary_month = primary, window_months = window)
demo <- visit_plan("alsfrs_r_total", "last_at_or_before_start", c(1, 2, 3, 4, 6), 4, 0.5)
made <- visit_plan("alsfrs_r_total", rule, months, primary, window)
cat(json(list(plan_version = 1, control_arm = "Control", analyses = list(list(patients = list(visits = demo, endpoint = "death")), list(slope = list(visits = demo))))), "\n", file = "demo.json", sep = "")
cat(json(list(plan_version = 1, control_arm = "placebo", analysis_set = "fas", confidence_level = 0.9, analyses = list(
  list(patients = list(visits = made, endpoint = "death")),
  list(slope = list(visits = made, method = "least_squares", missing = "non_responder", thresholds_percent = list(20, 60), primary_threshold_percent = 60, threshold_points = 0.7)),
  list(slope = list(visits = replace(made, "outcome", "aals"), thresholds_percent = list(50, 100), higher_is_better = FALSE))))), "\n", file = "three_arms.json", sep = "")

cell <- function(x) {
  if (is.na(x)) return("")
  if (is.numeric(x)) return(number(x))
  if (grepl("[,\"\n]", x)) paste0("\"", gsub("\"", "\"\"", x), "\"") else x
}
lines <- vapply(rows, function(row) paste(vapply(row[columns], cell, ""), collapse = ","), "")
to <- file("expected.csv", "wb")
writeLines(enc2utf8(c(paste(columns, collapse = ","), lines)), to, useBytes = TRUE)
close(to)
cat(length(rows), "rows;", R.version.string, "\n")
