# Every row that findings.csv should have for the trials of this folder, by R alone, from the CSV files and what
# docs/findings.md, docs/formats/tidy.md and docs/methods say; those about survival are in ../survival_against_r:
#   Rscript expected.R            (in this folder, after make_trials.R)
suppressPackageStartupMessages({ library(coin); library(emmeans); library(sandwich) })
source("plans.R", encoding = "UTF-8")
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

# What is equal but for the rounding of a subtraction is one number, and one rank.
settle <- function(change, values, part = 8 * .Machine$double.eps) {
  known <- which(!is.na(change)); o <- known[order(abs(change[known]))]; s <- c(0, abs(change[o]))
  group <- cumsum(c(TRUE, diff(s) > part * max(abs(values), na.rm = TRUE)))
  change[o] <- sign(change[o]) * s[match(group, group)][-1]
  change
}
# The people who can be compared at a month: change by the rules for missing visits and deaths, and when they died.
people_at <- function(asked, month, missing, death, died) {
  series <- data.frame(subject_id = visits$subject_id, month = visits$month, value = as.numeric(visits[[asked$outcome]]))
  window <- asked$window_months
  people <- do.call(rbind, lapply(subjects$subject_id[!is.na(subjects$arm) & subjects$member], function(id) {
    own <- of(series, id)
    base <- baseline_of(own, asked$baseline, window)
    if (is.null(base)) return(NULL)
    visit <- visit_at(own, base, month, window)
    if (is.null(visit) && missing == "locf") {
      before <- own[own$month > base$month + slack & own$month <= month + window + slack, ]
      if (nrow(before)) visit <- before[nrow(before), ]
    }
    when <- died$time[match(id, died$subject_id)]
    if (is.na(when) || when > month + slack) when <- NA_real_
    value <- if (death == "zero" && !is.na(when)) 0 else if (is.null(visit)) NA else visit$value
    data.frame(subject_id = id, baseline = base$value, change = value - base$value, died = when)
  }))
  if (is.null(people)) return(NULL)
  people$change <- settle(people$change, series$value)
  people <- merge(people, subjects, by = "subject_id", sort = FALSE)
  people$arm <- factor(people$arm, arms)
  people
}

snap <- function(x, grid) {
  found <- grid[which.min(abs(grid - x))]
  stopifnot(abs(found - x) < 1e-6 * max(1, abs(found)))
  found
}
ranks_test <- function(x, y, level, ranked) {
  if (!length(x) || !length(y) || length(unique(c(x, y))) < 2) return(NULL)
  pairs <- length(x) * length(y)
  ties <- anyDuplicated(c(x, y)) > 0
  exact <- pairs <= 2500
  u <- sum(rank(c(x, y))[seq_along(x)]) - length(x) * (length(x) + 1) / 2
  test <- suppressWarnings(wilcox.test(x, y, exact = exact && !ties, correct = TRUE, conf.int = !ranked, conf.level = level, tol.root = 1e-10))
  p <- if (!exact) test$p.value else as.numeric(coin::pvalue(coin::wilcox_test(value ~ factor(arm),
    data.frame(value = c(x, y), arm = rep(1:0, c(length(x), length(y)))), distribution = "exact")))
  all <- outer(x, y, "-")
  list(n = length(x) + length(y), estimate = if (!ranked) median(all), statistic = u, p_value = p, superiority = u / pairs,
    limits = if (!ranked) c(snap(test$conf.int[1], all), snap(test$conf.int[2], all)))
}
model_of <- function(asked, people) {
  data <- people[!is.na(people$change), ]
  model <- "change ~ arm + baseline"
  for (covariate in asked$covariates) {
    column <- covariate$name
    is_number <- !anyNA(suppressWarnings(as.numeric(na.omit(subjects[[column]])))) && !isTRUE(covariate$as_factor)
    data[[column]] <- if (is_number) as.numeric(data[[column]]) else factor(data[[column]])
    model <- paste(model, "+", column)
  }
  data <- data[complete.cases(data[c("change", "baseline", vapply(asked$covariates, `[[`, "", "name"))]), ]
  if (!nrow(data)) return(NULL)
  data <- droplevels(data)
  data$baseline <- data$baseline - mean(data$baseline) # changes no contrast, and lm keeps its digits
  if (!arms[1] %in% data$arm || nlevels(data$arm) < 2) return(NULL)
  if (any(vapply(data[vapply(asked$covariates, `[[`, "", "name")], function(x) is.factor(x) && nlevels(x) < 2, TRUE))) return(NULL)
  # lm needs its data where its formula is born: emmeans and drop1 look there.
  fit <- eval(bquote(lm(.(as.formula(model)), .(data))))
  if (anyNA(coef(fit)) || fit$df.residual < 1 || summary(fit)$sigma < 1e-12) return(NULL)
  kind <- if (is.null(asked$standard_error)) "classical" else asked$standard_error
  covariance <- if (kind == "classical") vcov(fit) else tryCatch(vcovHC(fit, toupper(kind)), warning = function(w) NULL)
  if (is.null(covariance) || any(!is.finite(covariance))) return(NULL)
  list(fit = fit, data = data, covariance = covariance, model = model, kind = kind)
}
# Every arm's difference from control by one method: n, estimate and so on, by arm.
differences <- function(asked, people, method, death, level) {
  x_of <- function(arm) people$change[people$arm0 == arm & !is.na(people$change)]
  people$arm0 <- as.character(people$arm)
  found <- list()
  if (method == "ancova") {
    m <- model_of(asked, people)
    if (is.null(m)) return(found)
    for (arm in levels(m$data$arm)[-1]) {
      name <- paste0("arm", arm)
      b <- coef(m$fit)[[name]]
      se <- sqrt(m$covariance[name, name])
      df <- m$fit$df.residual
      found[[arm]] <- list(n = nrow(m$data), estimate = b, std_error = se, df = df, statistic = b / se, p_value = 2 * pt(-abs(b / se), df),
        limits = b + c(-1, 1) * qt(1 - (1 - level) / 2, df) * se)
    }
    return(found)
  }
  for (arm in arms[-1]) {
    x <- x_of(arm)
    y <- x_of(arms[1])
    if (method == "mann_whitney") {
      ranked <- death == "worst_rank"
      if (ranked) {
        # One order: deaths by their time, then everybody alive by change.
        two <- people[people$arm0 %in% c(arm, arms[1]) & (!is.na(people$died) | !is.na(people$change)), ]
        two$rank <- ifelse(is.na(two$died), 1e6 + rank(ifelse(is.na(two$died), two$change, NA)), rank(two$died, na.last = "keep"))
        x <- two$rank[two$arm0 == arm]
        y <- two$rank[two$arm0 == arms[1]]
      }
      found[[arm]] <- ranks_test(x, y, level, ranked)
    } else {
      test <- tryCatch(t.test(x, y, var.equal = method == "student", conf.level = level), error = function(e) NULL)
      if (!is.null(test)) found[[arm]] <- list(n = length(x) + length(y), estimate = mean(x) - mean(y), std_error = test$stderr,
        df = unname(test$parameter), statistic = unname(test$statistic), p_value = test$p.value, limits = test$conf.int)
    }
  }
  found
}
# P(T <= t) of the noncentral t by its definition, as in tests/golden/hedges_g.
noncentral <- function(t, df, delta) {
  log_f <- function(s) log(2) + df / 2 * log(df / 2) - lgamma(df / 2) + (df - 1) * log(s) - df * s^2 / 2
  part <- function(from, to) integrate(function(s) exp(log_f(s)) * pnorm(t * s - delta), from, to, rel.tol = 1e-12, abs.tol = 1e-16, subdivisions = 5000)$value
  edges <- sort(unique(pmax(0, c(0, 1 + c(-12:12, 20, 40) / sqrt(2 * df), if (t > 0) pmax(delta / t + (-4:4) / t, 0)))))
  sum(mapply(part, head(edges, -1), edges[-1]))
}
hedges <- function(x, y, level) {
  df <- length(x) + length(y) - 2
  t <- tryCatch(unname(t.test(x, y, var.equal = TRUE)$statistic), error = function(e) NULL)
  if (is.null(t) || df < 2) return(NULL)
  scale <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2) * sqrt(1 / length(x) + 1 / length(y))
  find <- function(wanted) uniroot(function(delta) noncentral(abs(t), df, delta) - wanted, abs(t) + c(-1, 1) * (10 + 3 * abs(t)), tol = 1e-15, maxiter = 10000)$root
  limits <- c(find(1 - (1 - level) / 2), find((1 - level) / 2))
  list(g = t * scale, df = df, limits = sort(sign(t) * limits) * scale)
}

analyse_change <- function(asked, level) {
  given <- function(name, default) if (is.null(asked[[name]])) default else asked[[name]]
  missing <- given("missing", "observed")
  death <- given("death", "as_missing")
  method <- given("method", "student")
  deaths <- if (!is.null(asked$endpoint)) follow_up[yes(follow_up$event) %in% TRUE & (if (is.null(follow_up$endpoint)) TRUE else follow_up$endpoint == asked$endpoint), ]
  died <- data.frame(subject_id = as.character(deaths$subject_id), time = as.numeric(deaths$time_months))
  minus <- function(arm) paste(arm, "\u2212", arms[1])
  id_of <- function(method) paste0("change.", method)
  tell_test <- function(at, method, arm, found, terms, words = NA) {
    row <- function(term, ...) say(analysis = id_of(method), outcome = asked$outcome, term = term, at = at, group = arm, contrast = minus(arm), n = found$n,
      method = words, statistic = found$statistic, p_value = found$p_value, ...)
    if (!is.null(found$estimate)) row(terms[1], estimate = found$estimate, std_error = if (is.null(found$std_error)) NA else found$std_error,
      df = if (is.null(found$df)) NA else found$df, conf_low = found$limits[1], conf_high = found$limits[2])
    if (!is.null(found$superiority)) row(terms[2], estimate = found$superiority)
  }
  for (month in unlist(asked$target_months)) {
    people <- people_at(asked, month, missing, death, died)
    if (is.null(people)) next
    tell <- function(analysis, term, ...) say(analysis = analysis, outcome = asked$outcome, term = term, at = month, ...)
    for (arm in arms) {
      own <- people[people$arm == arm & !is.na(people$change), ]
      x <- own$change
      b <- own$baseline
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
    for (by in c("student", "welch", "mann_whitney", "ancova")) {
      found <- differences(asked, people, by, death, level)
      for (arm in names(found)) tell_test(month, by, arm, found[[arm]], c("difference", "superiority"))
    }
    for (arm in arms[-1]) {
      both <- lapply(c(arm, arms[1]), function(a) people$change[people$arm == a & !is.na(people$change)])
      effect <- hedges(both[[1]], both[[2]], level)
      if (!is.null(effect)) tell("change.student", "effect_size", group = arm, contrast = minus(arm), n = length(unlist(both)), estimate = effect$g, df = effect$df,
        conf_low = effect$limits[1], conf_high = effect$limits[2])
    }
    m <- model_of(asked, people)
    if (is.null(m)) next
    fit <- m$fit
    wald <- function(fit, covariance, names) {
      b <- coef(fit)[names]
      f <- sum(b * solve(covariance[names, names, drop = FALSE], b)) / length(b)
      list(f = f, df = length(b), p = pf(f, length(b), fit$df.residual, lower.tail = FALSE))
    }
    columns_of <- function(term) names(coef(fit))[attr(model.matrix(fit), "assign") == match(term, attr(terms(fit), "term.labels"))]
    type3 <- function(term) {
      if (m$kind != "classical") return(wald(fit, m$covariance, columns_of(term)))
      drop <- drop1(fit, test = "F")[term, ]
      list(f = drop$`F value`, df = drop$Df, p = drop$`Pr(>F)`)
    }
    tell_f <- function(term, test, ...) tell("change.ancova", term, n = nrow(m$data), statistic = test$f, df = test$df, p_value = test$p, ...)
    if (length(arms) > 2) tell_f("arm_test", type3("arm"))
    means <- summary(emmeans(fit, "arm", vcov. = m$covariance, weights = given("margins", "equal"), level = level))
    for (i in seq_len(nrow(means))) tell("change.ancova", "ls_mean", group = as.character(means$arm[i]), n = sum(m$data$arm == means$arm[i]), estimate = means$emmean[i],
      std_error = means$SE[i], df = means$df[i], conf_low = means$lower.CL[i], conf_high = means$upper.CL[i])
    for (term in setdiff(attr(terms(fit), "term.labels"), "arm")) tell_f("effect_test", type3(term), contrast = term)
    wide <- eval(bquote(lm(.(as.formula(paste(m$model, "+ arm:baseline"))), .(m$data))))
    products <- grep(":", names(coef(wide)), value = TRUE)
    products <- products[!is.na(coef(wide)[products])]
    if (length(products) && wide$df.residual > 0) {
      kept <- !is.na(coef(wide))
      robust <- if (m$kind == "classical") vcov(wide, complete = FALSE) else tryCatch(vcovHC(wide, toupper(m$kind)), warning = function(w) matrix(NaN, 1, 1))
      if (all(is.finite(robust))) {
        b <- coef(wide)[products]
        f <- sum(b * solve(robust[products, products, drop = FALSE], b)) / length(b)
        if (m$kind == "classical") { # the same by comparing the two models
          compared <- anova(fit, wide)
          stopifnot(abs(compared$F[2] / f - 1) < 1e-6)
        }
        tell_f("slope_homogeneity", list(f = f, df = length(b), p = pf(f, length(b), wide$df.residual, lower.tail = FALSE)), contrast = "arm \u00d7 baseline")
      }
    }
  }
  month <- asked$primary_month
  if (!is.null(asked$endpoint)) for (arm in arms) {
    members <- subjects$subject_id[subjects$arm %in% arm & subjects$member]
    say(analysis = "change.summary", outcome = asked$outcome, term = "deaths", at = month, group = arm, n = length(members),
      estimate = sum(died$time[died$subject_id %in% members] <= month + slack))
  }
  if (length(arms) < 2) return()
  is_alsfrs <- grepl("^alsfrs_r_", asked$outcome)
  for (d in c("as_missing", if (!is.null(asked$endpoint)) "worst_rank", if (!is.null(asked$endpoint) && is_alsfrs) "zero")) for (m in c("observed", "locf")) {
    people <- people_at(asked, month, m, d, died)
    if (is.null(people)) next
    words <- paste0(c(observed = "observed", locf = "last observation carried forward")[[m]], c(as_missing = "", worst_rank = ", death as worst rank", zero = ", death as zero")[[d]])
    for (by in if (d == "worst_rank") "mann_whitney" else c("student", "welch", "mann_whitney", "ancova")) {
      found <- differences(asked, people, by, d, level)
      for (arm in names(found)) tell_test(month, by, arm, found[[arm]], c("sensitivity_difference", "sensitivity_superiority"), words)
    }
  }
  # Each patient, and each site, left out.
  people <- people_at(asked, month, missing, death, died)
  if (is.null(people)) return()
  effect_of <- function(found) if (is.null(found$estimate)) found$superiority else found$estimate
  excludes <- function(found) if (is.null(found$limits)) found$p_value < 1 - level else found$limits[1] > 0 || found$limits[2] < 0
  whole <- differences(asked, people, method, death, level)
  leave <- function(groups, terms) {
    rest <- lapply(groups, function(out) differences(asked, people[!people$subject_id %in% out, ], method, death, level))
    for (arm in names(whole)) {
      own <- Filter(function(found) !is.null(found) && found$n < whole[[arm]]$n, lapply(rest, `[[`, arm))
      if (!length(own)) next
      effects <- vapply(own, effect_of, 0)
      decisive <- sum(vapply(own, excludes, TRUE) != excludes(whole[[arm]]))
      numbers <- c(min(effects), max(effects), decisive)
      for (i in 1:3) say(analysis = id_of(method), outcome = asked$outcome, term = terms[i], at = month, group = arm, contrast = minus(arm), n = length(own), estimate = numbers[i])
    }
  }
  seen <- people$subject_id[!is.na(people$change) | (death == "worst_rank" & !is.na(people$died))]
  if (length(seen) <= 300) leave(as.list(seen), c("least_without_patient", "greatest_without_patient", "decisive_patients"))
  site <- grep("site|centre|center", names(subjects), value = TRUE, ignore.case = TRUE)
  site <- site[!grepl("onset", site, ignore.case = TRUE)][1]
  if (!is.na(site)) {
    groups <- split(subjects$subject_id, subjects[[site]])
    if (length(groups) >= 2 && length(groups) <= nrow(subjects) / 2) leave(groups, c("least_without_site", "greatest_without_site", "decisive_sites"))
  }
}

analyse_correlation <- function(asked, level) {
  chosen <- if (is.null(asked$coefficient)) "pearson" else asked$coefficient
  y_quantity <- if (is.null(asked$y_quantity)) asked$quantity else asked$y_quantity
  rules <- c(half_limit = "half the limit", limit_over_sqrt2 = "the limit divided by √2", limit = "the limit", lowest_rank = "the lowest rank, tied", exclude = "nothing: they are left out")
  measured <- function(variable, rule = asked$assay$below_limit) {
    if (!is.null(variable$outcome)) return(data.frame(subject_id = visits$subject_id, month = visits$month, value = as.numeric(visits[[variable$outcome]])))
    own <- biomarkers[biomarkers$analyte == variable$analyte, ]
    below <- startsWith(own$value, "<")
    above <- startsWith(own$value, ">")
    x <- as.numeric(sub("[<>]", "", own$value))
    if (rule == "lowest_rank" && any(below)) { highest <- max(x[below]); x[below] <- highest; x[!above] <- pmax(x[!above], highest) }
    else if (rule != "lowest_rank") x[below] <- switch(rule, half_limit = x[below] / 2, limit_over_sqrt2 = x[below] / sqrt(2), limit = x[below], exclude = NA)
    if (rule == "exclude") x[above] <- NA
    if (asked$assay$scale == "log2") x <- ifelse(!is.na(x) & x > 0, log2(pmax(x, 1e-300)), NA)
    data.frame(subject_id = own$subject_id, month = own$month, value = x)
  }
  number <- function(variable, quantity = asked$quantity, rule = asked$assay$below_limit) {
    series <- measured(variable, rule)
    found <- vapply(subjects$subject_id, function(id) {
      own <- of(series, id)
      if (quantity == "value") {
        found <- nearest(own, asked$assay$month, asked$assay$window_months)
        return(if (is.null(found)) NA_real_ else found$value)
      }
      base <- nearest(own, 0, asked$assay$window_months)
      if (quantity == "baseline") return(if (is.null(base)) NA_real_ else base$value)
      if (quantity == "slope") {
        if (is.null(base)) return(NA_real_)
        own <- own[own$month >= base$month & own$month <= asked$assay$month + asked$assay$window_months + slack, ]
        return(if (length(unique(own$month)) < 2) NA_real_ else coef(lm(value ~ month, own))[[2]])
      }
      later <- if (!is.null(base)) visit_at(own, base, asked$assay$month, asked$assay$window_months)
      if (is.null(later)) NA_real_ else later$value - base$value
    }, 0)
    switch(quantity, change = settle(found, series$value), slope = settle(found, series$value, 1e-12), found)
  }
  response <- rep(NA_character_, nrow(subjects))
  if (!is.null(asked$responder)) {
    rule <- asked$responder
    series <- measured(list(outcome = rule$outcome))
    response <- vapply(subjects$subject_id, function(id) {
      own <- of(series, id)
      base <- baseline_of(own, "last_at_or_before_start", asked$assay$window_months)
      if (is.null(base) || own$month[1] > base$month - 1 + slack) return(NA_character_)
      later <- visit_at(own, base, rule$month, asked$assay$window_months)
      if (is.null(later)) return(NA_character_)
      before <- (base$value - own$value[1]) / (base$month - own$month[1])
      after <- (later$value - base$value) / (later$month - base$month)
      if (before >= 0) return(NA_character_)
      if (100 * (after - before) / abs(before) >= rule$threshold_percent - 1e-7) "good" else "poor"
    }, "")
  }
  group_of <- function(stratum) {
    words <- if (!is.null(stratum$response)) paste(stratum$response, "responders")
    group <- paste(c(stratum$arm, words), collapse = ", ")
    if (group == "") "all" else group
  }
  orders <- function(n) if (n == 1) matrix(1) else { p <- orders(n - 1); do.call(rbind, lapply(1:n, function(i) cbind(i, ifelse(p >= i, p + 1, p)))) }
  variance_of <- function(kind, r, n) if (kind == "kendall_tau_b") 0.437 / (n - 4) else (if (kind == "pearson") 1 else 1 + r^2 / 2) / (n - 3)
  # The people of a stratum who have both, as two columns.
  both <- function(x, y, stratum) {
    who <- subjects$member
    if (!is.null(stratum$arm)) who <- who & subjects$arm %in% stratum$arm
    if (!is.null(stratum$response)) who <- who & response %in% stratum$response
    who <- who & !is.na(x) & !is.na(y)
    list(x = x[who], y = y[who])
  }
  coefficient <- function(kind, a, b) {
    n <- length(a)
    if (n < 3 || min(a) == max(a) || min(b) == max(b)) return(NULL)
    z <- qnorm(1 - (1 - level) / 2)
    exact <- !anyDuplicated(a) && !anyDuplicated(b) && ((kind == "spearman" && n <= 9) || (kind == "kendall_tau_b" && n < 50))
    method <- sub("_tau_b", "", kind)
    test <- suppressWarnings(cor.test(a, b, method = method, exact = exact, continuity = FALSE, conf.level = level))
    r <- unname(test$estimate)
    p <- test$p.value
    is_line <- abs(r) >= 1 - 4 * .Machine$double.eps
    if (is_line) r <- sign(r)
    if (is_line && !exact && kind != "kendall_tau_b") p <- 0
    # Fisher's z for Pearson; Bonett and Wright's variance for Spearman, that of Fieller, Hartley and Pearson for Kendall.
    limits <- if (n < (if (kind == "kendall_tau_b") 5 else 4)) c(NA, NA) else if (is_line && kind != "pearson") c(NA, NA) else if (is_line) c(r, r) else if (kind == "pearson") test$conf.int else
      tanh(atanh(r) + c(-1, 1) * z * sqrt(variance_of(kind, r, n)))
    statistic <- if (kind == "kendall_tau_b") suppressWarnings(cor.test(a, b, method = method, exact = FALSE, continuity = FALSE))$statistic[[1]]
      else if (is_line) NA else r * sqrt((n - 2) / (1 - r^2))
    list(n = n, r = r, df = if (kind == "kendall_tau_b") NA else n - 2, statistic = statistic, p = p, low = limits[1], high = limits[2])
  }
  tell <- function(found, x, y, stratum, term, method = "") {
    if (is.null(found)) return()
    say(analysis = "biomarker.correlation", outcome = y[[1]], group = group_of(stratum), contrast = paste("with", x[[1]]), at = asked$assay$month, term = term, n = found$n,
      estimate = found$r, df = found$df, statistic = found$statistic, p_value = found$p, conf_low = found$low, conf_high = found$high, method = method)
  }
  permute <- function(a, b, stratum) {
    n <- length(a)
    if (n < 3 || n > 9 || min(a) == max(a) || min(b) == max(b)) return()
    o <- orders(n)
    if (chosen == "kendall_tau_b") {
      sx <- sign(outer(a, a, "-")); S <- 0
      for (i in 1:(n - 1)) for (j in (i + 1):n) S <- S + sx[j, i] * sign(b[o[, j]] - b[o[, i]])
    } else {
      if (chosen == "spearman") { a <- rank(a); b <- rank(b) }
      S <- matrix(b[o], nrow(o)) %*% (a - mean(a))
    }
    S <- abs(S)
    observed <- S[which(apply(o, 1, function(v) all(v == seq_len(n))))]
    say(analysis = "biomarker.correlation", outcome = asked$y[[1]], group = group_of(stratum), contrast = paste("with", asked$x[[1]]), at = asked$assay$month,
      term = paste0(sub("_tau_b", "", chosen), "_permutation"), n = n, p_value = mean(S >= observed - 1e-9 * max(S)))
  }
  each <- c(list(NULL), if (length(arms) > 1) lapply(arms, identity))
  strata <- lapply(each, function(arm) list(arm = arm))
  if (!is.null(asked$responder)) for (kind in c("good", "poor")) strata <- c(strata, lapply(each, function(arm) list(arm = arm, response = kind)))
  values <- list(x = number(asked$x), y = number(asked$y, y_quantity))
  for (stratum in strata) {
    d <- both(values$x, values$y, stratum)
    for (kind in c("pearson", "spearman", "kendall_tau_b")) tell(coefficient(kind, d$x, d$y), asked$x, asked$y, stratum, kind)
    permute(d$x, d$y, stratum)
  }
  # The chosen coefficient with the arm held fixed, by the inverse of the matrix of coefficients.
  if (length(arms) > 1) for (stratum in Filter(function(s) is.null(s$arm), strata)) {
    who <- subjects$member & !is.na(subjects$arm) & !is.na(values$x) & !is.na(values$y)
    if (!is.null(stratum$response)) who <- who & response %in% stratum$response
    a <- values$x[who]; b <- values$y[who]; present <- arms[arms %in% subjects$arm[who]]; k <- length(present) - 1; n <- length(a)
    if (k < 1 || n < k + 3 || min(a) == max(a) || min(b) == max(b)) next
    fixed <- sapply(present[-1], function(arm) 1 * (subjects$arm[who] == arm))
    m <- cor(cbind(fixed, a, b), method = sub("_tau_b", "", chosen))
    if (abs(det(m)) < 1e-12) next
    P <- solve(m); r <- -P[k + 1, k + 2] / sqrt(P[k + 1, k + 1] * P[k + 2, k + 2]); z <- qnorm(1 - (1 - level) / 2); left <- n - k
    tau <- chosen == "kendall_tau_b"
    statistic <- if (tau) r / sqrt(2 * (2 * left + 5) / (9 * left * (left - 1))) else r * sqrt((left - 2) / (1 - r^2))
    limits <- if (n > k + 3 + tau) tanh(atanh(r) + c(-1, 1) * z * sqrt(variance_of(chosen, r, left))) else c(NA, NA)
    tell(list(n = n, r = r, df = if (tau) NA else left - 2, statistic = statistic, p = if (tau) 2 * pnorm(-abs(statistic)) else 2 * pt(-abs(statistic), left - 2), low = limits[1], high = limits[2]),
      asked$x, asked$y, stratum, "within_arms")
  }
  is_beyond <- function(variable) !is.null(variable$analyte) && any(grepl("[<>]", biomarkers$value[biomarkers$analyte == variable$analyte]))
  if (is_beyond(asked$x) || is_beyond(asked$y)) {
    below <- function(variable) !is.null(variable$analyte) && any(startsWith(biomarkers$value[biomarkers$analyte == variable$analyte], "<"))
    possible <- if (below(asked$x) || below(asked$y)) setdiff(names(rules), if (chosen == "pearson") "lowest_rank") else c("limit", "exclude")
    pairs <- lapply(possible, function(rule) both(number(asked$x, asked$quantity, rule), number(asked$y, y_quantity, rule), asked$matrix_stratum))
    # Told only where a limit is behind a pair.
    if (length(unique(pairs)) > 1) for (i in seq_along(possible)) tell(coefficient(chosen, pairs[[i]]$x, pairs[[i]]$y), asked$x, asked$y, asked$matrix_stratum, "correlation_by_rule", rules[[possible[i]]])
  }
  # Differences: good minus poor responders in all and in each arm, each arm minus control. Random splits are not told.
  pairs_of <- function(arm, kind) {
    who <- subjects$member & !is.na(values$x) & !is.na(values$y)
    if (!is.null(arm)) who <- who & subjects$arm %in% arm
    if (!is.null(kind)) who <- who & response %in% kind
    data.frame(x = values$x[who], y = values$y[who])
  }
  differ <- function(a, b, group, words) {
    if (any(sapply(c(a, b), function(v) min(v) == max(v)))) return()
    for (kind in c("pearson", "spearman", "kendall_tau_b")) {
      if (min(nrow(a), nrow(b)) < (if (kind == "kendall_tau_b") 5 else 4)) next
      name <- sub("_tau_b", "", kind)
      variance <- function(r, n) variance_of(kind, r, n)
      n1 <- nrow(a); n2 <- nrow(b)
      r1 <- cor(a$x, a$y, method = name); r2 <- cor(b$x, b$y, method = name)
      is_line <- max(abs(c(r1, r2))) >= 1 - 4 * .Machine$double.eps
      kept <- function(r) max(min(r, 1 - 1e-12), -1 + 1e-12)
      z <- (atanh(kept(r1)) - atanh(kept(r2))) / sqrt(variance(r1, n1) + variance(r2, n2))
      q <- qnorm(1 - (1 - level) / 2)
      i1 <- tanh(atanh(r1) + c(-1, 1) * q * sqrt(variance(r1, n1))); i2 <- tanh(atanh(r2) + c(-1, 1) * q * sqrt(variance(r2, n2)))
      d <- r1 - r2
      limits <- c(d - sqrt((r1 - i1[1])^2 + (i2[2] - r2)^2), d + sqrt((i1[2] - r1)^2 + (r2 - i2[1])^2))
      if (is_line) limits <- c(NA, NA)
      contrast <- paste0(words, ", with ", asked$x[[1]])
      say(analysis = "biomarker.correlation_difference", outcome = asked$y[[1]], group = group, contrast = contrast, at = asked$assay$month, term = paste0(name, "_difference"), n = n1 + n2,
        estimate = d, statistic = if (is_line) NA else z, p_value = if (is_line) NA else 2 * pnorm(-abs(z)), conf_low = limits[1], conf_high = limits[2])
      if (kind != (if (is.null(asked$coefficient)) "pearson" else asked$coefficient)) next
      if (choose(n1 + n2, n1) > (if (kind == "kendall_tau_b") 20000 else 200000)) next
      score <- function(v) if (kind == "pearson") as.numeric(scale(v)) else (rank(v) - (length(v) + 1) / 2) / length(v)
      x <- c(score(a$x), score(b$x)); y <- c(score(a$y), score(b$y))
      at <- function(i) {
        r <- function(i) { v <- suppressWarnings(cor(x[i], y[i], method = if (name == "kendall") "kendall" else "pearson")); if (is.na(v)) 0 else kept(v) }
        p1 <- r(i); p2 <- r(-i)
        abs(atanh(p1) - atanh(p2)) / sqrt(variance(p1, n1) + variance(p2, n2))
      }
      splits <- combn(n1 + n2, n1, at)
      say(analysis = "biomarker.correlation_difference", outcome = asked$y[[1]], group = group, contrast = contrast, at = asked$assay$month, term = paste0(name, "_difference_permutation"), n = n1 + n2,
        p_value = mean(splits >= abs(z) - 1e-9 * max(1, abs(z))))
    }
  }
  if (!is.null(asked$responder)) for (arm in each) differ(pairs_of(arm, "good"), pairs_of(arm, "poor"), if (is.null(arm)) "all" else arm, "good minus poor responders")
  for (arm in arms[-1]) differ(pairs_of(arm, NULL), pairs_of(arms[1], NULL), "all", paste(arm, "minus", arms[1]))
  m <- asked$matrix
  family <- list()
  for (i in seq_along(m)) for (j in seq_along(m)) {
    if (i >= j) next
    d <- both(number(m[[i]]), number(m[[j]]), asked$matrix_stratum)
    found <- coefficient(chosen, d$x, d$y)
    if (is.null(found)) next
    family[[length(family) + 1]] <- list(x = m[[i]], y = m[[j]], p = found$p)
    is_asked <- y_quantity == asked$quantity && setequal(c(m[[i]][[1]], m[[j]][[1]]), c(asked$x[[1]], asked$y[[1]]))
    if (!is_asked) tell(found, m[[i]], m[[j]], asked$matrix_stratum, chosen)
  }
  if (length(family) > 1) for (a in list(c("holm", "holm"), c("benjamini_hochberg", "BH"), c("benjamini_yekutieli", "BY"))) {
    p <- p.adjust(sapply(family, function(f) f$p), a[2])
    for (i in seq_along(family)) say(analysis = "biomarker.correlation", outcome = family[[i]]$y[[1]], group = group_of(asked$matrix_stratum), contrast = paste("with", family[[i]]$x[[1]]),
      at = asked$assay$month, term = a[1], n = length(family), p_value = p[i])
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
    correlation = analyse_correlation(asked$correlation, plan$confidence_level))
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
cat(length(rows), "rows;", R.version.string, "\n")
