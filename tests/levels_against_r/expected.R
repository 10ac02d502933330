# Every row of the program's findings on levels of analytes, worked out by R from the files alone:
# Rscript expected.R   (base R, jsonlite, coin for exact rank tests with ties, survival for the tobit)
suppressMessages({library(jsonlite); library(coin); library(survival)})
slack <- 1e-9
set.seed(20184)
out <- list()
emit <- function(trial, outcome, group, at, term, contrast = "", n = NA, estimate = NA, std_error = NA, df = NA, statistic = NA, p_value = NA, conf_low = NA, conf_high = NA, method = "")
  out[[length(out) + 1]] <<- data.frame(trial, analysis = "biomarker.change", outcome, group, contrast, at, term, n, estimate, std_error, df, statistic, p_value, conf_low, conf_high, method)
nearest <- function(own, month, window) {
  off <- abs(own$month - month)
  own <- own[off <= window + slack, ]; off <- off[off <= window + slack]
  if (!nrow(own)) return(NULL)
  own[which(off <= min(off) + slack)[1], ]
}
# What is equal but for the rounding of a subtraction is one number, and one rank.
settle <- function(change, values, part = 8 * .Machine$double.eps) {
  known <- which(!is.na(change)); o <- known[order(abs(change[known]))]; s <- c(0, abs(change[o]))
  group <- cumsum(c(TRUE, diff(s) > part * max(abs(values), na.rm = TRUE)))
  change[o] <- sign(change[o]) * s[match(group, group)][-1]
  change
}
rules <- list(half_limit = "half the limit", limit_over_sqrt2 = "the limit divided by √2", limit = "the limit", lowest_rank = "the lowest rank, tied", exclude = "nothing: they are left out")
methods <- c(ancova = "ANCOVA on the baseline value", student = "Student’s t-test of changes", welch = "Welch’s t-test of changes", mann_whitney = "Mann-Whitney test of changes")
mixed <- "mixed model for repeated measures"
tobit <- "censored likelihood (tobit) on the baseline value"
mann_whitney <- function(x, y) {
  u <- sum(outer(x, y, ">")) + sum(outer(x, y, "==")) / 2
  g <- factor(rep(c("x", "y"), c(length(x), length(y))))
  p <- if (length(x) * length(y) <= 2500) as.numeric(pvalue(wilcox_test(c(x, y) ~ g, distribution = "exact")))
       else suppressWarnings(wilcox.test(x, y, exact = FALSE)$p.value)
  list(u = u, p = p, superiority = u / length(x) / length(y))
}
for (trial in c("log2", "raw", "ranks", "sqrt2", "tobit", "demo")) {
  plan <- fromJSON(paste0(trial, ".json"), simplifyVector = TRUE, simplifyDataFrame = FALSE)
  asked <- plan$analyses[[1]]$levels
  assay <- asked$assay
  scale <- if (is.null(assay$scale)) "log2" else assay$scale
  chosen <- if (is.null(assay$below_limit)) "half_limit" else assay$below_limit
  method <- if (is.null(asked$method)) "ancova" else asked$method
  level <- plan$confidence_level
  folder <- if (trial == "demo") "../../public/demo" else "."
  subjects <- read.csv(file.path(folder, "subjects.csv"), colClasses = "character", na.strings = "")
  samples <- read.csv(file.path(folder, "biomarkers.csv"), colClasses = "character")
  samples$month <- as.numeric(samples$month)
  if (!is.null(plan$analysis_set)) subjects <- subjects[subjects[[plan$analysis_set]] == "Y", ]
  arms <- c(plan$control_arm, setdiff(unique(subjects$arm[!is.na(subjects$arm)]), plan$control_arm))
  people <- subjects$subject_id[!is.na(subjects$arm)]
  arm_of <- setNames(subjects$arm, subjects$subject_id)
  told <- if (scale == "log2") function(x) 2^x else function(x) x
  read <- function(analyte, rule) {
    own <- samples[samples$analyte == analyte, ]
    below <- startsWith(own$value, "<"); above <- startsWith(own$value, ">")
    textual <- own$value
    x <- as.numeric(gsub("[<>]", "", own$value))
    highest <- if (any(below)) max(x[below]) else NA
    if (rule == "half_limit") x[below] <- x[below] / 2
    if (rule == "limit_over_sqrt2") x[below] <- x[below] / sqrt(2)
    if (rule == "lowest_rank" && any(below)) { x[below] <- highest; x[!above] <- pmax(x[!above], highest) }
    if (rule == "exclude") x[below | above] <- NA
    gone <- scale == "log2" & !is.na(x) & x <= 0
    own$value <- if (scale == "log2") log2(pmax(x, 1e-300)) else x
    own$below <- below; own$beyond <- below | above
    number <- as.numeric(gsub("[<>]", "", textual)); at <- if (scale == "log2") log2(pmax(number, 1e-300)) else number
    own$low <- ifelse(below, if (scale == "log2") -Inf else 0, at); own$high <- ifelse(above, Inf, at)
    # A zero has no logarithm and lies below every limit.
    zero <- scale == "log2" & rule == "lowest_rank" & any(below) & number <= 0
    own$below[zero] <- TRUE; own$low[zero] <- -Inf; own$high[zero] <- log2(highest)
    own$inexact <- own$low < own$high
    own$untold <- own$beyond & is.na(x)
    own <- own[!gone, ]
    own[order(own$month), ]
  }
  baseline <- function(own) nearest(own, 0, assay$window_months)
  at_month <- function(own, month) {
    start <- baseline(own)
    if (month == 0) return(start)
    if (!is.null(start)) own <- own[own$month > start$month + slack, ]
    nearest(own, month, assay$window_months)
  }
  pairs_of <- function(table, month) {
    found <- lapply(people, function(id) {
      own <- table[table$subject_id == id, ]
      start <- baseline(own); later <- if (!is.null(start)) at_month(own, month)
      if (is.null(start) || is.null(later) || is.na(start$value) || is.na(later$value)) return(NULL)
      data.frame(id, arm = arm_of[[id]], start = start$value, value = later$value, inexact = start$inexact || later$inexact)
    })
    pairs <- do.call(rbind, found)
    if (!is.null(pairs)) pairs$change <- settle(pairs$value - pairs$start, c(pairs$value, pairs$start))
    pairs
  }
  # Whether a value beyond a limit is behind a change, whatever the rule puts there.
  enters <- function(table, month) any(unlist(lapply(people, function(id) {
    own <- table[table$subject_id == id, ]
    start <- baseline(own); later <- if (!is.null(start)) at_month(own, month)
    !is.null(start) && !is.null(later) && (start$inexact || later$inexact)
  })))
  # One method, one arm against control; NULL where it has no answer.
  compared <- function(pairs, arm, method) {
    if (is.null(pairs)) return(NULL)
    change <- pairs$change
    x <- change[pairs$arm == arm]; y <- change[pairs$arm == arms[1]]
    if (method == "mann_whitney") {
      if (!length(x) || !length(y) || length(unique(c(x, y))) == 1) return(NULL)
      m <- mann_whitney(x, y)
      return(list(n = length(x) + length(y), estimate = m$superiority, statistic = m$u, p_value = m$p, is_rank = TRUE))
    }
    if (method == "ancova") {
      data <- data.frame(value = pairs$value, start = pairs$start, arm = factor(pairs$arm, arms))
      data$arm <- droplevels(data$arm)
      if (length(unique(data$start)) == 1 || !all(c(arm, arms[1]) %in% data$arm)) return(NULL)
      fit <- lm(value ~ arm + start, data)
      row <- paste0("arm", arm)
      if (fit$df.residual < 1 || deviance(fit) < 1e-20 * sum(data$value^2)) return(NULL)
      if (!row %in% rownames(coef(summary(fit))) || anyNA(coef(fit))) return(NULL)
      s <- coef(summary(fit))[row, ]
      ci <- confint(fit, row, level)
      return(list(n = length(x) + length(y), estimate = s[[1]], std_error = s[[2]], df = fit$df.residual, statistic = s[[3]], p_value = s[[4]], low = ci[1], high = ci[2], is_rank = FALSE))
    }
    if (length(unique(c(x, y))) == 1) return(NULL)
    t <- tryCatch(t.test(x, y, var.equal = method == "student", conf.level = level), error = function(e) NULL)
    if (is.null(t)) return(NULL)
    list(n = length(x) + length(y), estimate = t$estimate[[1]] - t$estimate[[2]], std_error = t$stderr, df = t$parameter[[1]], statistic = t$statistic[[1]], p_value = t$p.value, low = t$conf.int[1], high = t$conf.int[2], is_rank = FALSE)
  }
  # Values beyond a limit as bounds, by survreg; NULL where an arm shows nothing but one side, so that there is no maximum.
  by_tobit <- function(table, month, arm) {
    d <- do.call(rbind, lapply(people, function(id) {
      own <- table[table$subject_id == id, ]
      start <- baseline(own); later <- if (!is.null(start)) at_month(own, month)
      if (is.null(start) || is.null(later) || is.na(start$value)) return(NULL)
      data.frame(arm = arm_of[[id]], start = start$value, low = later$low, high = later$high)
    }))
    if (is.null(d) || !all(c(arm, arms[1]) %in% d$arm)) return(NULL)
    seen <- is.finite(d$low) & is.finite(d$high)
    here <- arms[arms %in% d$arm]
    if (nrow(d) < length(here) + 2 || length(unique(d$start)) == 1 || !any(seen)) return(NULL)
    for (a in here) if (all(!is.finite(d$low[d$arm == a])) || all(!is.finite(d$high[d$arm == a]))) return(NULL)
    d$arm <- factor(d$arm, here)
    start <- lm(ifelse(is.finite(d$low) & is.finite(d$high), (d$low + d$high) / 2, ifelse(is.finite(d$low), d$low, d$high)) ~ arm + start, d)
    if (deviance(start) < 1e-20 || anyNA(coef(start))) return(NULL)
    y <- Surv(ifelse(is.finite(d$low), d$low, NA), ifelse(is.finite(d$high), d$high, NA), type = "interval2")
    s <- summary(survreg(y ~ arm + start, d, dist = "gaussian", control = survreg.control(rel.tolerance = 1e-14, maxiter = 500)))$table[paste0("arm", arm), ]
    z <- qnorm(1 - (1 - level) / 2)
    list(n = sum(d$arm %in% c(arm, arms[1])), estimate = s[[1]], std_error = s[[2]], statistic = s[[3]], p_value = s[[4]], low = s[[1]] - z * s[[2]], high = s[[1]] + z * s[[2]], is_rank = FALSE)
  }
  signed <- function(analyte, arm, month, x) {
    y <- x[x != 0]; n <- length(y)
    if (!n) return()
    exact <- n <= 50
    r <- rank(abs(y)); w <- sum(r[y > 0])
    p <- if (!exact) suppressWarnings(wilcox.test(y, exact = FALSE))$p.value else if (n == 1) 1 else as.numeric(pvalue(wilcoxsign_test(y ~ rep(0, n), distribution = "exact", zero.method = "Wilcoxon")))
    a <- sort((outer(y, y, "+") / 2)[upper.tri(diag(n), TRUE)])
    plain <- exact && !anyDuplicated(abs(y)) && n == length(x); covers <- 2^(1 - n) <= 1 - level + 1e-9
    q <- if (plain) { q <- qsignrank((1 - level) / 2, n); if (q == 0) 1 else q }
      else max(1, ceiling(n * (n + 1) / 4 - 0.5 - qnorm(1 - (1 - level) / 2) * sqrt(n * (n + 1) * (2 * n + 1) / 24)))
    q <- min(q, ceiling(length(a) / 2))
    emit(trial, analyte, arm, month, "signed_rank", n = n, estimate = told(median(a)), statistic = w, p_value = p, conf_low = if (covers) told(a[q]) else NA, conf_high = if (covers) told(a[length(a) + 1 - q]) else NA,
      method = paste0("Wilcoxon signed rank test, ", if (exact) "exact" else "Normal", if (covers && exact && !plain) "; Normal interval"))
  }
  tell <- function(analyte, arm, month, found, words, suffix = "") {
    if (is.null(found)) return()
    term <- if (found$is_rank) "superiority" else if (scale == "log2") "change_ratio" else "difference"
    get <- function(name) if (is.null(found[[name]])) NA else found[[name]]
    own <- if (found$is_rank) identity else told
    emit(trial, analyte, arm, month, paste0(term, suffix), contrast = paste("minus", arms[1]), n = found$n, estimate = own(found$estimate), std_error = get("std_error"),
      df = get("df"), statistic = found$statistic, p_value = found$p_value, conf_low = own(get("low")), conf_high = own(get("high")), method = words)
  }
  # All months in one model with an unstructured covariance, by REML from its
  # definition: estimates alone, without Kenward and Roger's standard errors and degrees of freedom.
  repeated <- function(table, months) {
    all <- do.call(rbind, lapply(months, function(month) { p <- pairs_of(table, month); if (!is.null(p)) cbind(p, month) }))
    if (is.null(all)) return(NULL)
    here <- arms[arms %in% all$arm]
    kept <- months[sapply(months, function(m) all(here %in% all$arm[all$month == m]))]
    if (length(here) < 2 || here[1] != arms[1] || length(kept) < 2) return(NULL)
    all <- all[all$month %in% kept, ]
    if (length(unique(all$change)) == 1 || length(unique(all$start)) == 1) return(NULL)
    all <- all[order(match(all$id, people), all$month), ]
    all$visit <- factor(all$month, kept); all$arm <- factor(all$arm, here); all$place <- as.integer(all$visit)
    X <- model.matrix(~ arm * visit + start * visit, all); y <- all$change
    blocks <- split(seq_along(y), match(all$id, people)); k <- length(kept)
    parts <- function(theta) {
      L <- matrix(0, k, k); L[lower.tri(L, TRUE)] <- theta; diag(L) <- exp(diag(L)); V <- L %*% t(L)
      XX <- 0; Xy <- 0; yy <- 0; ld <- 0
      for (i in blocks) {
        v <- all$place[i]; U <- chol(V[v, v, drop = FALSE])
        A <- backsolve(U, X[i, , drop = FALSE], transpose = TRUE); r <- backsolve(U, y[i], transpose = TRUE)
        XX <- XX + crossprod(A); Xy <- Xy + crossprod(A, r); yy <- yy + sum(r^2); ld <- ld + 2 * sum(log(diag(U)))
      }
      b <- solve(XX, Xy)
      list(b = b, value = ld + as.numeric(determinant(XX)$modulus) + yy - sum(b * Xy))
    }
    start <- matrix(0, k, k); diag(start) <- log(sd(resid(lm(y ~ X - 1)))); start <- start[lower.tri(start, TRUE)]
    f <- function(theta) tryCatch(parts(theta)$value, error = function(e) 1e10)
    o <- nlminb(start, f, control = list(eval.max = 5000, iter.max = 2000, rel.tol = 1e-15, x.tol = 1e-13))
    o <- nlm(f, o$par, gradtol = 1e-10, steptol = 1e-12, iterlim = 500)
    # Where the likelihood has no maximum inside, the program takes a simpler covariance: nothing to compare.
    L <- matrix(0, k, k); L[lower.tri(L, TRUE)] <- o$estimate; diag(L) <- exp(diag(L)); e <- eigen(L %*% t(L))$values
    has_maximum <- min(e) / max(e) > 1e-6
    b <- parts(o$estimate)$b; b <- setNames(b[, 1], colnames(X))
    list(months = kept, arms = here, of = function(arm, month) {
      main <- b[[paste0("arm", arm)]]
      both <- paste0("arm", arm, ":visit", month)
      at <- all[all$month == month & all$arm %in% c(arm, arms[1]), ]
      list(n = nrow(at), estimate = if (!has_maximum) NA else main + if (both %in% names(b)) b[[both]] else 0)
    })
  }
  # The schedule: months at which the plan's analytes were taken. Here they are told, not found.
  months <- if (trial == "demo") 4 else c(1, 3, 6)
  family <- list()
  for (analyte in asked$analytes) {
    table <- read(analyte, chosen)
    ranks_alone <- chosen == "lowest_rank" && any(startsWith(samples$value[samples$analyte == analyte], "<"))
    possible <- if (any(startsWith(samples$value[samples$analyte == analyte], "<"))) names(rules) else c("limit", "exclude")
    for (month in c(0, months)) for (arm in arms) {
      seen <- do.call(rbind, lapply(people[arm_of[people] == arm], function(id) at_month(table[table$subject_id == id, ], month)))
      if (is.null(seen)) next
      emit(trial, analyte, arm, month, "below_limit", n = nrow(seen), estimate = mean(seen$below), statistic = sum(seen$below))
      x <- seen$value[!is.na(seen$value)]
      if (!length(x)) next
      if (!ranks_alone) {
        ci <- if (length(x) > 1 && length(unique(x)) > 1) t.test(x, conf.level = level)$conf.int else c(NA, NA)
        emit(trial, analyte, arm, month, if (scale == "log2") "geometric_mean" else "mean", n = length(x), estimate = told(mean(x)), conf_low = told(ci[1]), conf_high = told(ci[2]))
      }
      for (q in list(c("median", 0.5), c("q1", 0.25), c("q3", 0.75)))
        emit(trial, analyte, arm, month, q[1], n = length(x), estimate = quantile(told(x), as.numeric(q[2]), type = 7)[[1]])
    }
    model <- if (chosen != "lowest_rank") repeated(table, months)
    if (!is.null(model)) for (month in model$months) for (arm in setdiff(model$arms, arms[1])) {
      found <- model$of(arm, month)
      emit(trial, analyte, arm, month, if (scale == "log2") "change_ratio" else "difference", contrast = paste("minus", arms[1]), n = found$n, estimate = told(found$estimate), method = mixed)
    }
    for (month in months) {
      pairs <- pairs_of(table, month)
      for (arm in arms) {
        x <- pairs$change[pairs$arm == arm]
        if (!length(x)) next
        signed(analyte, arm, month, x)
        one <- length(x) > 1 && length(unique(x)) > 1
        t <- if (one) t.test(x, conf.level = level)
        if (!ranks_alone) emit(trial, analyte, arm, month, if (scale == "log2") "geometric_mean_ratio" else "mean_change", n = length(x), estimate = told(mean(x)),
          std_error = if (one) t$stderr else if (length(x) > 1) 0 else NA, df = if (one) t$parameter else NA, statistic = if (one) t$statistic else NA, p_value = if (one) t$p.value else NA,
          conf_low = if (one) told(t$conf.int[1]) else NA, conf_high = if (one) told(t$conf.int[2]) else NA, method = "paired t-test")
      }
      for (arm in arms[-1]) for (m in names(methods)) {
        if (chosen == "lowest_rank" && m != "mann_whitney") next
        found <- compared(pairs, arm, m)
        tell(analyte, arm, month, found, methods[[m]])
        used <- if (chosen == "lowest_rank") "mann_whitney" else method
        if (month == assay$month && m == used && !is.null(found)) family[[length(family) + 1]] <- data.frame(analyte, arm, p = found$p_value)
      }
    }
    if (chosen != "lowest_rank" && (any(table$beyond) || method == "censored_likelihood")) for (month in months) for (arm in arms[-1]) {
      found <- by_tobit(table, month, arm)
      tell(analyte, arm, month, found, tobit)
      if (month == assay$month && method == "censored_likelihood" && !is.null(found)) family[[length(family) + 1]] <- data.frame(analyte, arm, p = found$p_value)
    }
    if (enters(table, assay$month)) for (arm in arms[-1]) tell(analyte, arm, assay$month, by_tobit(table, assay$month, arm), paste0("limits as bounds; ", tobit), "_by_rule")
    if (enters(table, assay$month)) for (arm in arms[-1]) for (rule in possible) {
      m <- if (rule == "lowest_rank") "mann_whitney" else if (method == "censored_likelihood") "ancova" else method
      tell(analyte, arm, assay$month, compared(pairs_of(read(analyte, rule), assay$month), arm, m), paste0(rules[[rule]], "; ", methods[[m]]), "_by_rule")
    }
    # Detected or not.
    count <- function(arm, month) {
      seen <- do.call(rbind, lapply(people[arm_of[people] == arm], function(id) at_month(table[table$subject_id == id, ], month)))
      if (is.null(seen)) c(0, 0) else c(nrow(seen), sum(!seen$below))
    }
    visits <- c(0, assay$month)
    share <- sapply(visits, function(v) sapply(arms, function(a) { k <- count(a, v); if (k[1]) 1 - k[2] / k[1] else 0 }))
    if (max(share) > 0.5) for (arm in arms) {
      for (v in visits) { k <- count(arm, v); if (k[1]) emit(trial, analyte, arm, v, "detected", n = k[1], estimate = k[2] / k[1], statistic = k[2]) }
      if (arm == arms[1]) next
      a <- count(arm, assay$month); b <- count(arms[1], assay$month)
      z <- qnorm(1 - (1 - level) / 2)
      wilson <- function(k, n) { p <- k / n; (p + z^2 / 2 / n + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / 4 / n^2)) / (1 + z^2 / n) }
      wa <- wilson(a[2], a[1]); wb <- wilson(b[2], b[1]); pa <- a[2] / a[1]; pb <- b[2] / b[1]
      emit(trial, analyte, arm, assay$month, "risk_difference", contrast = paste("minus", arms[1]), n = a[1] + b[1], estimate = pa - pb,
        conf_low = pa - pb - sqrt((pa - wa[1])^2 + (wb[2] - pb)^2), conf_high = pa - pb + sqrt((wa[2] - pa)^2 + (pb - wb[1])^2), method = "share detected, Newcombe’s interval")
      emit(trial, analyte, arm, assay$month, "fisher_exact", contrast = paste("minus", arms[1]), n = a[1] + b[1],
        p_value = fisher.test(rbind(c(a[2], a[1] - a[2]), c(b[2], b[1] - b[2])))$p.value, method = "detected or not, Fisher’s exact test")
    }
  }
  family <- do.call(rbind, family)
  if (nrow(family) > 1) for (a in list(c("holm", "holm"), c("benjamini_hochberg", "BH"), c("benjamini_yekutieli", "BY"))) {
    p <- p.adjust(family$p, a[2])
    for (i in seq_len(nrow(family))) emit(trial, family$analyte[i], family$arm[i], assay$month, a[1], n = nrow(family), p_value = p[i], method = paste("adjusted for", nrow(family), "tests"))
  }
  composites <- list()
  for (set in assay$sets) {
    scores <- list()
    tied <- chosen == "lowest_rank" && any(startsWith(samples$value[samples$analyte %in% set$analytes], "<"))
    for (analyte in set$analytes) {
      pairs <- pairs_of(read(analyte, chosen), assay$month)
      sd <- sqrt(sum(resid(lm(change ~ factor(arm), pairs))^2) / (nrow(pairs) - length(unique(pairs$arm))))
      if (sd < 1e-12) next
      scores[[analyte]] <- data.frame(id = as.character(pairs$id), z = pairs$change / sd)
    }
    mean_of <- tapply(do.call(rbind, scores)$z, do.call(rbind, scores)$id, mean)
    composites[[set$name]] <- mean_of
    of <- function(arm) mean_of[arm_of[names(mean_of)] == arm]
    for (arm in arms) {
      t <- t.test(of(arm), conf.level = level)
      emit(trial, set$name, arm, assay$month, "composite_change", n = length(of(arm)), estimate = mean(of(arm)), std_error = t$stderr, conf_low = t$conf.int[1], conf_high = t$conf.int[2])
      if (arm == arms[1]) next
      w <- t.test(of(arm), of(arms[1]), conf.level = level)
      emit(trial, set$name, arm, assay$month, "composite_difference", contrast = paste("minus", arms[1]), n = length(of(arm)) + length(of(arms[1])), estimate = w$estimate[[1]] - w$estimate[[2]],
        std_error = w$stderr, df = w$parameter, statistic = w$statistic, p_value = w$p.value, conf_low = w$conf.int[1], conf_high = w$conf.int[2], method = paste0("Welch’s t-test of composite scores", if (tied) "; what lies below the highest limit taken as the limit"))
    }
  }
  # By permutation: labels of whole people, a hundred thousand times.
  ranked <- chosen == "lowest_rank" || method == "mann_whitney"
  adjusted <- !ranked && method %in% c("ancova", "mmrm", "censored_likelihood")
  analytes <- asked$analytes
  columns <- lapply(analytes, function(analyte) { pairs <- pairs_of(read(analyte, chosen), assay$month); if (is.null(pairs)) NULL else setNames(if (adjusted && sd(pairs$start) > 0) resid(lm(value ~ start, pairs)) else pairs$change, pairs$id) })
  here <- people[people %in% unlist(lapply(columns, names))]
  Y <- sapply(columns, function(x) { y <- unname(x[here]); if (is.null(x)) rep(NA_real_, length(here)) else if (ranked) rank(y, na.last = "keep") else y })
  if (length(composites)) Y <- cbind(Y, sapply(composites, function(x) unname(x[here])))
  M <- !is.na(Y); Z <- scale(Y); Z[!M | !is.finite(Z)] <- 0; g <- arm_of[here]; m <- length(analytes); k <- length(arms) - 1
  all_t <- function(G) {
    part <- function(arm) { I <- t(G == arm) * 1; n <- I %*% M; mean <- I %*% Z / n; v <- (I %*% Z^2 - n * mean^2) / (n - 1) / n; list(n = n, mean = mean, v = v) }
    control <- part(arms[1])
    do.call(cbind, lapply(arms[-1], function(arm) {
      a <- part(arm); d <- a$mean - control$mean; v <- a$v + control$v
      t <- ifelse(v > 1e-13, d / sqrt(v), ifelse(abs(d) > 1e-9, Inf, 0)); t[a$n < 2 | control$n < 2] <- NA; t
    }))
  }
  # A column that is constant where it is known has no statistic.
  t0 <- all_t(matrix(g))[1, ]; t0[rep(apply(Y, 2, function(y) length(unique(y[!is.na(y)])) < 2), k)] <- NA; t0[!is.finite(t0)] <- NA
  q <- ncol(Y); in_family <- which(!is.na(t0) & (seq_along(t0) - 1) %% q < m); o <- in_family[order(-abs(t0[in_family]))]
  members <- lapply(assay$sets, function(set) match(intersect(set$analytes, analytes), analytes))
  joint <- function(t, places) rowMeans(t[, places, drop = FALSE]^2, na.rm = TRUE)
  of_set <- list(); for (a in seq_len(k)) for (i in seq_along(members)) { places <- (a - 1) * q + members[[i]]; places <- places[!is.na(t0[places])]; if (length(places)) of_set[[length(of_set) + 1]] <- list(arm = a, set = i, places = places, count = 0, observed = mean(t0[places]^2)) }
  B <- 1e5; raw <- step <- rep(0, length(t0)); less <- 1 - 1e-9
  for (block in 1:50) {
    t <- all_t(replicate(B / 50, sample(g))); a <- abs(t); missing <- is.na(a); b <- a; b[missing] <- 0
    raw <- raw + colSums(missing | sweep(b, 2, abs(t0) * less, ">="))
    u <- b[, o, drop = FALSE]; if (ncol(u) > 1) for (j in (ncol(u) - 1):1) u[, j] <- pmax(u[, j], u[, j + 1])
    step[o] <- step[o] + colSums(missing[, o, drop = FALSE] | sweep(u, 2, abs(t0[o]) * less, ">="))
    of_set <- lapply(of_set, function(s) { v <- joint(t, s$places); s$count <- s$count + sum(is.nan(v) | v >= s$observed * less); s })
  }
  p <- step / B; p[o] <- cummax(p[o])
  dealt <- "; arms dealt out anew in 10000 random ways"; welch <- if (ranked) "Welch’s t of ranks" else if (adjusted) "Welch’s t of values adjusted for the baseline" else "Welch’s t"
  for (j in which(!is.na(t0))) {
    column <- (j - 1) %% q + 1; arm <- arms[-1][(j - 1) %/% q + 1]; versus <- paste("minus", arms[1])
    if (column > m) { emit(trial, names(composites)[column - m], arm, assay$month, "composite_permutation", contrast = versus, statistic = t0[j], p_value = raw[j] / B, method = paste0("Welch’s t of composite scores", dealt)); next }
    emit(trial, analytes[column], arm, assay$month, "permutation", contrast = versus, statistic = t0[j], p_value = raw[j] / B, method = paste0(welch, ", this analyte alone", dealt))
    emit(trial, analytes[column], arm, assay$month, "max_t", contrast = versus, n = length(o), statistic = t0[j], p_value = p[j], method = paste0(welch, ", largest of all, step-down", dealt))
  }
  for (s in of_set) emit(trial, assay$sets[[s$set]]$name, arms[-1][s$arm], assay$month, "set_permutation", contrast = paste("minus", arms[1]), n = length(s$places), statistic = s$observed, p_value = s$count / B, method = paste0("mean square of ", welch, ", either direction", dealt))
}
all <- do.call(rbind, out)
for (column in names(all)) if (is.numeric(all[[column]])) all[[column]] <- ifelse(is.na(all[[column]]), "", formatC(all[[column]], digits = 17, format = "g", width = 1))
con <- file("expected.csv", "wb"); writeLines(enc2utf8(capture.output(write.csv(all, row.names = FALSE))), con, useBytes = TRUE); close(con)
