# The rows that findings.csv should have for the slope models (all of them) and for the MMRM (estimates, standard errors,
# F, likelihood), by R alone, from the CSV files and docs/findings.md:
#   Rscript expected.R            (in this folder, after make_trial.R)
suppressPackageStartupMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme)})
lmer <- lmerTest::lmer
source("cases.R")
slack <- 1e-9
columns <- c("case", "analysis", "outcome", "group", "contrast", "at", "term", "method", "n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")
rows <- list()
say <- function(...) {
  row <- setNames(as.list(rep(NA, length(columns))), columns)
  given <- list(case = name, outcome = asked$visits$outcome, ...)
  row[names(given)] <- lapply(given, function(x) if (is.numeric(x) && !is.finite(x)) NA else unname(x))
  rows[[length(rows) + 1]] <<- row
}
truth <- function(x, default) if (is.null(x)) default else x

# Each person's visits with baseline: the last at or before month 0, at most a window before it.
series_of <- function(files, outcome, window) {
  folder <- if (files == "demo") "../../public/demo" else files
  s <- read.csv(file.path(folder, "subjects.csv")); v <- read.csv(file.path(folder, "visits.csv"))
  v <- data.frame(subject_id = v$subject_id, time = v$month, value = v[[outcome]])
  v <- merge(v[!is.na(v$value), ], s, by = "subject_id")
  v <- v[order(v$subject_id, v$time), ]
  do.call(rbind, lapply(split(v, v$subject_id), function(own) {
    base <- own[own$time <= slack & own$time >= -window - slack, ]
    if (!nrow(base)) return(NULL)
    base <- base[nrow(base), ]
    own$base_time <- base$time; own$base <- base$value
    own
  }))
}
nearest <- function(own, month, window) {
  off <- abs(own$time - month)
  if (!nrow(own) || min(off) > window + slack) NULL else own[which.min(off - slack * rev(seq_along(off))), ]
}
arms_of <- function(d, control) {
  found <- unique(read.csv(file.path(if (case$files == "demo") "../../public/demo" else case$files, "subjects.csv"))$arm)
  factor(d$arm, c(control, setdiff(found, control)))
}

## Slope models ------------------------------------------------------------------------------------------------------
tight <- lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-14, xtol_rel = 0, ftol_abs = 0, ftol_rel = 0, maxeval = 1e5), calc.derivs = FALSE)
slopes <- list(slope = "time", change_point = c("pre", "post"))
words <- c(slope = "slope model", change_point = "change-point model")
df_words <- c(kenward_roger = "Kenward-Roger", satterthwaite = "Satterthwaite")
method_of <- function(shape, common, df) sprintf("%s, %s baseline, %s", words[[shape]], if (common) "common" else "separate", df_words[[df]])

fit_lmm <- function(d, shape, common, covariates, by_time) {
  t <- slopes[[shape]]
  terms <- c(t, if (!common) "arm", paste0("arm:", if (common) tail(t, 1) else t), covariates, if (length(by_time)) outer(by_time, t, paste, sep = ":"))
  f <- as.formula(paste("value ~", paste(terms, collapse = " + "), "+ (", paste(c("1", t), collapse = " + "), "| subject_id)"))
  fit <- lmer(f, d, REML = TRUE, control = tight)
  # lmer can end at a border of the relative factor that is none: (0, -x) is (0, x). Begun again from the other side, it goes on.
  if (isSingular(fit)) {
    k <- length(t) + 1; low <- t(as.matrix(fit@pp$Lambdat[seq_len(k), seq_len(k)]))
    for (i in seq_len(k)) if (low[i, i] < 1e-6) low[, i] <- -low[, i]
    start <- low[lower.tri(low, TRUE)]; start[start == 0] <- 1e-3
    again <- lmer(f, d, REML = TRUE, control = tight, start = start)
    cat(name, shape, "begun again:", format(REMLcrit(fit), digits = 12), "to", format(REMLcrit(again), digits = 12), "\n")
    fit <- again
  }
  stopifnot(!isSingular(fit))
  # lmer's search keeps half of the digits; Newton's steps on its own deviance find the others.
  deviance <- lmer(f, d, REML = TRUE, devFunOnly = TRUE); theta <- getME(fit, "theta")
  for (step in 1:4) theta <- theta - solve(numDeriv::hessian(deviance, theta), numDeriv::grad(deviance, theta))
  stopifnot(deviance(theta) <= REMLcrit(fit) + 1e-9)
  fit <- lmer(f, d, REML = TRUE, control = tight, start = theta)
  first <- d[!duplicated(d$subject_id), ]
  # The fixed part at a time, of an arm, of the mean patient: factors average over their levels.
  at <- function(arm, time) {
    grid <- list(arm = factor(arm, levels(d$arm)), time = time, pre = min(time, 0), post = max(time, 0))
    for (one in covariates) grid[[one]] <- if (is.factor(d[[one]])) factor(levels(d[[one]]), levels(d[[one]])) else mean(first[[one]])
    colMeans(model.matrix(delete.response(terms(fit)), expand.grid(grid)))
  }
  list(fit = fit, at = at, adjusted = vcovAdj(fit), d = d)
}
contrast_of <- function(m, L, df_method, level) {
  if (df_method == "satterthwaite") {
    found <- contest1D(m$fit, L, ddf = "Satterthwaite")
    estimate <- found$Estimate; se <- found$`Std. Error`; df <- found$df
  } else {
    estimate <- sum(L * fixef(m$fit)); se <- sqrt(as.numeric(t(L) %*% m$adjusted %*% L)); df <- Lb_ddf(L, vcov(m$fit), m$adjusted)
  }
  reach <- qt(1 - (1 - level) / 2, df) * se
  list(estimate = estimate, std_error = se, df = df, statistic = estimate / se, p_value = 2 * pt(-abs(estimate / se), df), conf_low = estimate - reach, conf_high = estimate + reach)
}
analyse_lmm <- function() {
  covariates <- vapply(truth(asked$covariates, list()), `[[`, "", "name"); by_time <- unlist(asked$by_time)
  months <- unlist(asked$visits$target_months); window <- asked$visits$window_months
  horizon <- truth(asked$until_month, max(months) + window)
  all <- series_of(case$files, asked$visits$outcome, window)
  d <- all[all$time <= horizon + slack & complete.cases(all[covariates]), ]
  d$arm <- arms_of(d, case$control); arms <- levels(d$arm)
  for (one in asked$covariates) if (isTRUE(one$as_factor)) d[[one$name]] <- factor(d[[one$name]])
  d$pre <- pmin(d$time, 0); d$post <- pmax(d$time, 0)
  minus <- function(arm) paste(arm, "\u2212", arms[1])
  people <- function(d, which) length(unique(d$subject_id[d$arm %in% which]))
  for (shape in c("change_point", "slope")) {
    id <- paste0("lmm.", shape); t <- slopes[[shape]]; after <- tail(t, 1)
    own <- if (shape == "slope") d[d$time >= d$base_time - slack, ] else d
    models <- list(common = fit_lmm(own, shape, TRUE, covariates, by_time), separate = fit_lmm(own, shape, FALSE, covariates, by_time))
    m <- models[[if (asked$common_baseline) "common" else "separate"]]
    main <- method_of(shape, asked$common_baseline, asked$df_method)
    tell <- function(found, test, ...) {
      if (!test) found$statistic <- found$p_value <- NA
      do.call(say, c(list(analysis = id, ...), found))
    }
    along <- function(m, arm, side) if (side == "after") m$at(arm, 1) - m$at(arm, 0) else m$at(arm, 0) - m$at(arm, -1)
    ask <- function(L, m. = m) contrast_of(m., L, asked$df_method, case$level)
    for (arm in arms) {
      tell(ask(along(m, arm, "after")), FALSE, group = arm, term = "slope", method = main, n = people(own, arm))
      if (shape == "change_point") {
        if (!asked$common_baseline) tell(ask(along(m, arm, "before")), FALSE, group = arm, term = "lead_in_slope", method = main, n = people(own, arm))
        tell(ask(along(m, arm, "after") - along(m, arm, "before")), TRUE, group = arm, term = "slope_change", method = main, n = people(own, arm))
      }
    }
    if (shape == "change_point") {
      apart <- method_of(shape, FALSE, asked$df_method)
      if (asked$common_baseline) {
        tell(ask(along(m, arms[1], "before")), FALSE, term = "lead_in_slope", method = main, n = people(own, arms))
        for (arm in arms) tell(ask(along(models$separate, arm, "before"), models$separate), FALSE, group = arm, term = "lead_in_slope", method = apart, n = people(own, arm))
      }
      for (arm in arms[-1]) tell(ask(along(models$separate, arm, "before") - along(models$separate, arms[1], "before"), models$separate), TRUE,
        group = arm, contrast = minus(arm), term = "lead_in_difference", method = apart, n = people(own, c(arm, arms[1])))
    }
    difference <- function(m, arm) along(m, arm, "after") - along(m, arms[1], "after")
    for (arm in arms[-1]) {
      tell(ask(difference(m, arm)), TRUE, group = arm, contrast = minus(arm), term = "difference", method = main, n = people(own, c(arm, arms[1])))
      if (shape == "change_point") tell(ask(difference(m, arm) - along(m, arm, "before") + along(m, arms[1], "before")), TRUE,
        group = arm, contrast = minus(arm), term = "slope_change_difference", method = main, n = people(own, c(arm, arms[1])))
      for (baseline in names(models)) for (df in names(df_words))
        tell(contrast_of(models[[baseline]], difference(models[[baseline]], arm), df, case$level), TRUE, group = arm, contrast = minus(arm),
          term = "difference_by_model", method = method_of(shape, baseline == "common", df), n = people(own, c(arm, arms[1])))
    }
    if (length(arms) > 2) {
      L <- t(sapply(arms[-1], function(arm) difference(m, arm)))
      if (asked$df_method == "satterthwaite") { f <- contestMD(m$fit, L, ddf = "Satterthwaite"); f <- c(f$`F value`, f$NumDF, f$`Pr(>F)`) }
      else { f <- KRmodcomp(m$fit, L)$test["Ftest", ]; f <- c(f$stat, f$ndf, f$p.value) }
      say(analysis = id, term = "arm_test", method = main, n = people(own, arms), statistic = f[1], df = f[2], p_value = f[3])
    }
    first <- NULL
    if (shape == "change_point") for (month in sort(unique(round(own$time[own$time < -0.5])))) if (is.null(first) && length(unique(own$subject_id[round(own$time) == month])) >= people(own, arms) / 4) first <- month
    for (month in c(first, 0, months[months <= horizon])) for (arm in arms) {
      tell(ask(m$at(arm, month)), FALSE, group = arm, at = month, term = "ls_mean", method = main, n = people(own, arm))
      seen <- unlist(lapply(unique(own$subject_id[own$arm == arm]), function(id) nearest(all[all$subject_id == id, ], month, window)$value))
      say(analysis = id, group = arm, at = month, term = "observed_mean", n = length(seen), estimate = mean(seen))
    }
    vc <- as.data.frame(VarCorr(m$fit))
    effect <- c(`(Intercept)` = "intercept", time = "slope", pre = "lead-in slope", post = "slope")
    for (i in seq_len(nrow(vc))) {
      if (vc$grp[i] == "Residual") say(analysis = id, contrast = "residual", term = "random_sd", method = main, estimate = vc$sdcor[i])
      else if (is.na(vc$var2[i])) say(analysis = id, contrast = effect[[vc$var1[i]]], term = "random_sd", method = main, estimate = vc$sdcor[i])
      else say(analysis = id, contrast = paste(effect[[vc$var1[i]]], "with", effect[[vc$var2[i]]]), term = "random_correlation", method = main, estimate = vc$sdcor[i])
    }
    say(analysis = id, term = "minus_two_reml", method = main, n = people(own, arms), estimate = as.numeric(REMLcrit(m$fit)))
    say(analysis = id, term = "measurements", method = main, n = people(own, arms), estimate = nrow(own))
  }
  stage <- "each patient\u2019s least-squares slope, Welch\u2019s t"
  line <- do.call(rbind, lapply(split(own, own$subject_id), function(x) if (nrow(x) > 1) data.frame(arm = x$arm[1], slope = coef(lm(value ~ time, x))[[2]])))
  for (arm in arms) {
    x <- line$slope[line$arm == arm]; ci <- t.test(x, conf.level = case$level)$conf.int
    say(analysis = "lmm.slope", group = arm, term = "two_stage_slope", method = stage, n = length(x), estimate = mean(x), std_error = sd(x) / sqrt(length(x)), conf_low = ci[1], conf_high = ci[2])
    if (arm == arms[1]) next
    x0 <- line$slope[line$arm == arms[1]]; test <- t.test(x, x0, conf.level = case$level)
    say(analysis = "lmm.slope", group = arm, contrast = minus(arm), term = "difference_by_model", method = stage, n = length(x) + length(x0), estimate = mean(x) - mean(x0), std_error = test$stderr,
      df = test$parameter, statistic = test$statistic, p_value = test$p.value, conf_low = test$conf.int[1], conf_high = test$conf.int[2])
  }
}

## MMRM --------------------------------------------------------------------------------------------------------------
# gls knows the likelihood's slopes by differences only; Newton's steps on the same likelihood, written out here, go on.
reml <- function(par, s, blocks, n, whole = FALSE) {
  sd <- exp(par[seq_len(n)]); r <- par[-seq_len(n)]
  R <- if (s == "unstructured") { L <- diag(n); L[upper.tri(L)] <- r; cov2cor(crossprod(L)) }
    else if (s == "heterogeneous_auto_regressive") tanh(r)^abs(outer(1:n, 1:n, "-")) else { C <- matrix(tanh(r), n, n); diag(C) <- 1; C }
  V <- R * outer(sd, sd)
  XX <- 0; Xy <- 0; yy <- 0; logdet <- 0; rows <- 0
  for (b in blocks) {
    U <- tryCatch(chol(V[b$visit, b$visit, drop = FALSE]), error = function(e) NULL)
    if (is.null(U)) return(if (whole) NULL else 1e10)
    X <- backsolve(U, b$X, transpose = TRUE); y <- backsolve(U, b$y, transpose = TRUE)
    XX <- XX + crossprod(X); Xy <- Xy + crossprod(X, y); yy <- yy + sum(y^2); logdet <- logdet + 2 * sum(log(diag(U))); rows <- rows + length(y)
  }
  beta <- solve(XX, Xy)
  value <- (rows - ncol(XX)) * log(2 * pi) + logdet + as.numeric(determinant(XX)$modulus) + yy - sum(beta * Xy)
  if (whole) list(beta = drop(beta), vcov = solve(XX), V = V, value = value) else value
}
analyse_mmrm <- function() {
  months <- unlist(asked$visits$target_months); window <- asked$visits$window_months; s <- asked$structures[[1]]
  covariates <- vapply(truth(asked$covariates, list()), `[[`, "", "name"); by_visit <- unlist(asked$by_visit)
  all <- series_of(case$files, asked$visits$outcome, window)
  d <- do.call(rbind, lapply(split(all, all$subject_id), function(own) do.call(rbind, lapply(months, function(month) {
    found <- nearest(own[own$time > own$base_time + slack, ], month, window)
    if (is.null(found)) NULL else cbind(found, month = month, change = found$value - found$base)
  }))))
  d <- d[complete.cases(d[covariates]), ]
  d$arm <- arms_of(d, case$control); arms <- levels(d$arm)
  d$visit <- factor(d$month, months); d$index <- as.integer(d$visit)
  d$baseline <- d$base - mean(d$base)
  for (one in asked$covariates) d[[one$name]] <- if (isTRUE(one$as_factor)) factor(d[[one$name]]) else d[[one$name]] - mean(d[[one$name]])
  d <- d[order(d$subject_id, d$index), ]
  terms <- c("arm", "visit", "arm:visit", "baseline", if (truth(asked$baseline_by_visit, TRUE)) "baseline:visit", covariates, if (length(by_visit)) paste0(by_visit, ":visit"))
  f <- as.formula(paste("change ~", paste(terms, collapse = " + ")))
  is_factor <- vapply(d, is.factor, TRUE) & names(d) %in% c("arm", "visit", covariates)
  contrasts <- lapply(d[names(d)[is_factor]], function(x) "contr.sum")
  structure <- switch(s, unstructured = corSymm(form = ~ index | subject_id), heterogeneous_auto_regressive = corAR1(0.5, form = ~ index | subject_id),
    heterogeneous_compound_symmetry = corCompSymm(0.5, form = ~ 1 | subject_id))
  fit <- gls(f, d, correlation = structure, weights = varIdent(form = ~ 1 | visit), method = "REML",
    control = glsControl(tolerance = 1e-10, msTol = 1e-12, maxIter = 500, msMaxIter = 1000, opt = "nlminb", returnObject = TRUE))
  sd <- fit$sigma * coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)[as.character(months)]
  r <- coef(fit$modelStruct$corStruct, unconstrained = FALSE); n <- length(months)
  start <- c(log(sd), if (s == "unstructured") { C <- diag(n); C[lower.tri(C)] <- r; C <- t(C); C[lower.tri(C)] <- t(C)[lower.tri(C)]; U <- chol(C); (U %*% diag(1 / diag(U)))[upper.tri(C)] } else atanh(r))
  X <- model.matrix(f, d, contrasts.arg = contrasts)
  blocks <- lapply(split(seq_len(nrow(d)), d$subject_id), function(i) list(X = X[i, , drop = FALSE], y = d$change[i], visit = d$index[i]))
  by_par <- function(par) reml(par, s, blocks, n)
  par <- unname(start); value <- by_par(par)
  cat(name, "gls", format(value, digits = 14))
  for (step in 1:20) {
    g <- numDeriv::grad(by_par, par); H <- numDeriv::hessian(by_par, par)
    move <- solve(H, g); par <- par - move
    if (max(abs(move)) < 1e-8) break
  }
  m <- reml(par, s, blocks, n, TRUE); own <- m$beta; C <- m$vcov
  cat(" further", format(m$value, digits = 14), "steps", step, "last", format(max(abs(move)), digits = 2), "\n")
  # By nlme itself, as it stands: no further than its search reaches.
  stopifnot(m$value <= value + 1e-9, max(abs(unname(fitted(fit)) - drop(X %*% own))) < 1e-3)
  tell <- function(L, ...) { estimate <- sum(L * own); say(analysis = "mmrm", estimate = estimate, std_error = sqrt(drop(t(L) %*% C %*% L)), ...) }
  at <- function(arm, month) {
    grid <- list(arm = factor(arm, arms), visit = factor(month, months), baseline = 0)
    for (one in covariates) grid[[one]] <- if (is.factor(d[[one]])) factor(levels(d[[one]]), levels(d[[one]])) else 0
    grid <- expand.grid(grid)
    colMeans(model.matrix(delete.response(terms(f)), grid, contrasts.arg = contrasts))
  }
  for (month in months) for (arm in arms) {
    tell(at(arm, month), term = "ls_mean", group = arm, at = month, n = sum(d$arm == arm & d$month == month))
    if (arm != arms[1]) tell(at(arm, month) - at(arms[1], month), term = "difference", group = arm, contrast = paste(arm, "\u2212", arms[1]), at = month, n = sum(d$arm %in% c(arm, arms[1]) & d$month == month))
  }
  wald <- function(L) { L <- rbind(L); e <- L %*% own; drop(t(e) %*% solve(L %*% C %*% t(L), e)) / nrow(L) }
  if (length(arms) > 2) for (month in months) {
    L <- t(sapply(arms[-1], function(arm) at(arm, month) - at(arms[1], month)))
    say(analysis = "mmrm", term = "arm_test", at = month, statistic = wald(L), df = nrow(L))
  }
  for (arm in arms[-1]) tell(rowMeans(sapply(months, function(month) at(arm, month) - at(arms[1], month))), term = "average_difference", group = arm, contrast = paste(arm, "\u2212", arms[1]))
  labels <- attr(terms(f), "term.labels")
  for (k in seq_along(labels)) {
    parts <- strsplit(labels[k], ":")[[1]]
    if (length(parts) == 2) parts <- c(setdiff(parts, "visit"), "visit")
    L <- diag(ncol(X))[attr(X, "assign") == k, , drop = FALSE]
    say(analysis = "mmrm", term = "effect_test", contrast = paste(parts, collapse = " \u00d7 "), statistic = wald(L), df = nrow(L))
  }
  # The restricted likelihood knows the columns' coding: by the first level, as R's mmrm and SAS have it.
  X0 <- model.matrix(f, d); coded <- lapply(split(seq_len(nrow(d)), d$subject_id), function(i) list(X = X0[i, , drop = FALSE], y = d$change[i], visit = d$index[i]))
  value <- reml(par, s, coded, n)
  say(analysis = "mmrm", term = "minus_two_reml", n = length(blocks), estimate = value)
  say(analysis = "mmrm", term = "aic", n = length(blocks), estimate = value + 2 * length(par))
  for (i in seq_len(n)) {
    say(analysis = "mmrm", term = "visit_sd", at = months[i], estimate = sqrt(m$V[i, i]))
    for (j in seq_len(n)) if (j > i) say(analysis = "mmrm", term = "visit_correlation", contrast = paste("with", months[i]), at = months[j], estimate = cov2cor(m$V)[i, j])
  }
}

for (name in names(cases)) {
  case <- cases[[name]]; asked <- case$asked
  if (case$kind == "lmm") analyse_lmm() else analyse_mmrm()
  cat(name, length(rows), "\n")
}
cell <- function(x) ifelse(is.na(x), "", if (is.numeric(x)) format(x, digits = 17, trim = TRUE) else x)
table <- do.call(rbind, lapply(rows, function(row) vapply(row, function(x) cell(x), "")))
quoted <- table
quoted[] <- ifelse(grepl("[,\"]", table), paste0("\"", gsub("\"", "\"\"", table), "\""), table)
to <- file("expected.csv", "wb")
writeLines(enc2utf8(c(paste(columns, collapse = ","), apply(quoted, 1, paste, collapse = ","))), to, useBytes = TRUE)
close(to)
cat(sprintf("R %s, lme4 %s, lmerTest %s, pbkrtest %s, nlme %s\n", getRversion(), packageVersion("lme4"), packageVersion("lmerTest"), packageVersion("pbkrtest"), packageVersion("nlme")))
