# What findings.csv should say of joint ranks and stages, from the CSV files, the plans of this folder and the rules in
# docs/findings.md alone:
#   Rscript expected.R               (in this folder)
# Pairs in loops; rank, lm, confint, drop1; coin's exact test, wilcox.test beyond 2500 pairs. Nothing fast.
suppressMessages(library(coin))
library(jsonlite)
slack <- 1e-9
found <- list()
say <- function(run, analysis, outcome, group = "", contrast = "", at = NA, term, ...) {
  row <- list(run = run, analysis = analysis, outcome = outcome, group = group, contrast = contrast, at = at, term = term,
    n = NA, estimate = NA, std_error = NA, df = NA, statistic = NA, p_value = NA, conf_low = NA, conf_high = NA)
  more <- list(...)
  row[names(more)] <- more
  found[[length(found) + 1]] <<- as.data.frame(row, stringsAsFactors = FALSE)
}
read <- function(folder, name) read.csv(file.path(folder, name), encoding = "UTF-8", stringsAsFactors = FALSE)

nearest <- function(times, target, window) {
  far <- abs(times - target)
  inside <- which(far <= window + slack)
  if (length(inside) == 0) return(NA)
  inside[order(round(far[inside], 9), times[inside])][1]
}
baseline_of <- function(times, visits) {
  if (identical(visits$baseline, "nearest_start")) return(nearest(times, 0, visits$window_months))
  before <- which(times <= slack)
  if (length(before) == 0) return(NA)
  last <- before[which.max(times[before])]
  if (times[last] >= -visits$window_months - slack) last else NA
}

trial <- function(folder, plan) {
  s <- read(folder, "subjects.csv"); v <- read(folder, "visits.csv"); f <- read(folder, "survival.csv")
  item <- function(label) {
    hit <- grep(paste0("^alsfrs_r_", label, "_"), names(v))
    if (length(hit)) v[[hit]] else rep(NA_real_, nrow(v))
  }
  v$a <- item("5a"); v$b <- item("5b")
  five <- ifelse(!is.na(v$a) & !is.na(v$b), NA, ifelse(is.na(v$a), v$b, v$a))
  q <- sapply(1:12, function(k) if (k == 5) five else item(k))
  if (is.null(v$alsfrs_r_total)) v$alsfrs_r_total <- rowSums(q)
  v$gastrostomy <- ifelse(is.na(v$a) == is.na(v$b), NA, !is.na(v$b))
  breathing <- q[, 10] <= 0 | q[, 12] < 4
  bulbar <- q[, 1] < 4 | q[, 2] < 4 | q[, 3] < 4
  arm <- q[, 4] < 4 | q[, 5] < 4
  leg <- q[, 8] < 4
  v$kings <- sapply(seq_len(nrow(v)), function(i) {
    tube <- v$gastrostomy[i] %in% TRUE; air <- breathing[i] %in% TRUE
    if (tube && air) "stage_4a_and_4b" else if (tube) "stage_4a" else if (air) "stage_4b"
    else if (is.na(v$gastrostomy[i]) || is.na(breathing[i])) NA
    else { k <- bulbar[i] + arm[i] + leg[i]; if (is.na(k)) NA else paste0("stage_", k) }
  })
  lost <- (q[, 8] <= 1 | q[, 6] <= 1) + (q[, 3] <= 1) + (q[, 1] <= 1 & q[, 4] <= 1) + (q[, 10] <= 1 | q[, 12] <= 2)
  v$mitos <- ifelse(is.na(lost), NA, paste0("stage_", lost))
  if (!is.null(plan$analysis_set)) s <- s[s[[plan$analysis_set]] == "yes", ]
  list(s = s, v = v, f = f)
}

cafs <- function(run, t, plan, c) {
  p <- c$visits
  horizon <- if (is.null(c$horizon_months)) p$primary_month else c$horizon_months
  months <- p$target_months
  lower <- if (is.null(c$higher_is_better)) grepl("aals", p$outcome) else !c$higher_is_better
  seen <- t$v[!is.na(t$v[[p$outcome]]), ]
  any_visit <- c("alsfrs_r_total", grep("^alsfrs_r_[0-9]", names(t$v), value = TRUE), intersect(c("aals", "fvc_percent", "sf36"), names(t$v)))
  m <- t$s
  m$base <- NA; m$time <- 0; m$died <- FALSE; m$keep <- FALSE
  change <- matrix(NA_real_, nrow(m), length(months))
  for (i in seq_len(nrow(m))) {
    mine <- seen[seen$subject_id == m$subject_id[i], ]
    b <- baseline_of(mine$month, p)
    if (!is.na(b)) {
      m$base[i] <- mine[[p$outcome]][b]
      after <- mine[mine$month > mine$month[b] + slack, ]
      for (k in seq_along(months)) {
        at <- nearest(after$month, months[k], p$window_months)
        if (!is.na(at)) change[i, k] <- after[[p$outcome]][at] - m$base[i]
      }
    }
    follow <- t$f[t$f$subject_id == m$subject_id[i], ]
    if (is.null(c$endpoint)) follow <- follow[0, ]
    if (nrow(follow)) { m$time[i] <- follow$time_months; m$died[i] <- follow$event == 1 }
    else {
      all <- t$v[t$v$subject_id == m$subject_id[i], ]
      all <- all[rowSums(!is.na(all[any_visit])) > 0, ]
      m$time[i] <- max(0, all$month)
    }
    m$keep[i] <- !is.na(b) || nrow(follow) > 0
  }
  if (lower) change <- -change
  change <- change[m$keep, months <= horizon, drop = FALSE]
  m <- m[m$keep, ]
  m$died <- m$died & m$time <= horizon
  m$time <- pmin(m$time, horizon)
  arms <- c(plan$control_arm, setdiff(unique(read(folder_of(run), "subjects.csv")$arm), plan$control_arm))

  by_function <- function(i, j, v) {
    both <- which(!is.na(v[i, ]) & !is.na(v[j, ]))
    if (length(both) == 0) return(list(0, "none"))
    k <- max(both)
    list(sign(v[i, k] - v[j, k]), if (v[i, k] == v[j, k]) "equal" else "function")
  }
  scored <- function(x, v) {
    N <- nrow(x)
    S <- matrix(0, N, N); how <- matrix("", N, N)
    if (identical(c$rule, "als_surv")) {
      # From worst to best: the living from the last visit backwards, each leaver slotted in among those who have his
      # last visit, then the dead below. `order` is a list of groups that are level.
      groups <- list()
      last <- apply(!is.na(v), 1, function(r) if (any(r)) max(which(r)) else 0)
      for (k in c(rev(seq_len(ncol(v))), 0)) {
        leavers <- which(!x$died & last == k)
        if (length(leavers) == 0) next
        value <- function(i) if (k == 0) rep(0, length(i)) else v[i, k]
        has <- lapply(groups, function(g) if (k == 0) g else g[!is.na(v[g, k])])
        alone <- sum(lengths(has)) == 0
        if (alone) has <- groups
        line <- unlist(has); of <- rep(seq_along(has), lengths(has))
        spots <- lapply(leavers, function(i) {
          h <- if (alone) length(line) else sum(2 * (value(line) < value(i)) + (value(line) == value(i)))
          if (length(line) == 0) return(c(0, 1))
          if (h == 0) return(c(of[1] - 1, 1))
          if (h %% 2 == 1) return(c(of[(h + 1) / 2], 0))
          below <- of[h / 2]
          if (h / 2 < length(line) && of[h / 2 + 1] == below) c(below, 0) else c(below, 1)
        })
        after <- list()
        for (g in 0:length(groups)) {
          if (g > 0) {
            join <- leavers[sapply(spots, function(s) s[1] == g && s[2] == 0)]
            after[[length(after) + 1]] <- c(groups[[g]], join)
          }
          new <- leavers[sapply(spots, function(s) s[1] == g && s[2] == 1)]
          for (change_at in sort(unique(value(new)))) after[[length(after) + 1]] <- new[value(new) == change_at]
        }
        groups <- after
      }
      dead <- lapply(sort(unique(x$time[x$died])), function(when) which(x$died & x$time == when))
      groups <- c(dead, groups)
      place <- rep(NA, N)
      for (g in seq_along(groups)) place[groups[[g]]] <- g
      for (i in seq_len(N)) for (j in seq_len(N)) if (i != j) {
        S[i, j] <- sign(place[i] - place[j])
        how[i, j] <- if (S[i, j] == 0) "equal" else if (x$died[i] || x$died[j]) "death" else "function"
      }
      return(list(S = S, how = how))
    }
    for (i in seq_len(N)) for (j in seq_len(N)) if (i != j) {
      r <- if (x$died[i] && x$died[j]) list(sign(x$time[i] - x$time[j]), if (x$time[i] == x$time[j]) "equal" else "death")
        else if (x$died[i] && x$time[j] >= x$time[i]) list(-1, "death")
        else if (x$died[j] && x$time[i] >= x$time[j]) list(1, "death")
        else by_function(i, j, v)
      S[i, j] <- r[[1]]; how[i, j] <- r[[2]]
    }
    list(S = S, how = how)
  }
  model <- function(x, ranks) {
    d <- data.frame(R = ranks, arm = factor(x$arm, arms), baseline = x$base - mean(x$base, na.rm = TRUE))
    right <- c("arm", "baseline")
    covariates <- c$covariates
    for (k in seq_len(NROW(covariates))) {
      name <- covariates$name[k]
      d[[name]] <- if (isTRUE(covariates$as_factor[k]) || is.character(x[[name]])) factor(x[[name]]) else x[[name]]
      right <- c(right, name)
    }
    if (is.character(x$arm)) d$arm <- droplevels(d$arm)
    lm(reformulate(right, "R"), d, na.action = na.omit)
  }
  out <- p$outcome
  level <- plan$confidence_level
  q <- qnorm(0.5 + level / 2)
  for (name in arms[-1]) {
    who <- m$arm %in% c(name, arms[1])
    x <- m[who, ]; r <- scored(x, change[who, , drop = FALSE])
    one <- which(x$arm == name); zero <- which(x$arm == arms[1])
    n1 <- length(one); n0 <- length(zero); N <- n1 + n0
    contrast <- paste(name, "−", arms[1])
    put <- function(analysis, term, group = name, ...) say(run, analysis, out, group, contrast, horizon, term, ...)
    W <- r$S[one, zero, drop = FALSE]; H <- r$how[one, zero, drop = FALSE]
    for (kind in list(list("pairs_won_by_death", 1, "death"), list("pairs_won_by_function", 1, "function"), list("pairs_equal", 0, "equal"),
        list("pairs_not_compared", 0, "none"), list("pairs_lost_by_function", -1, "function"), list("pairs_lost_by_death", -1, "death")))
      put("cafs", kind[[1]], n = n1 * n0, estimate = sum(W == kind[[2]] & H == kind[[3]]))
    win <- W > 0; loss <- W < 0
    pw <- mean(win); pl <- mean(loss)
    V <- cov(cbind(rowMeans(win), rowMeans(loss))) / n1 + cov(cbind(colMeans(win), colMeans(loss))) / n0
    g <- c(1 / pw, -1 / pl); se <- sqrt(drop(g %*% V %*% g)); wr <- pw / pl
    put("cafs", "win_ratio", n = N, estimate = wr, std_error = se, conf_low = wr * exp(-q * se), conf_high = wr * exp(q * se))
    nb <- pw - pl; se <- sqrt(V[1, 1] + V[2, 2] - 2 * V[1, 2])
    put("cafs", "net_benefit", n = N, estimate = nb, std_error = se, conf_low = max(-1, nb - q * se), conf_high = min(1, nb + q * se))
    wo <- (1 + nb) / (1 - nb); se <- se * 2 / (1 - nb^2)
    put("cafs", "win_odds", n = N, estimate = wo, std_error = se, conf_low = wo * exp(-q * se), conf_high = wo * exp(q * se))
    S <- rowSums(r$S); R <- rank(S)
    put("cafs", "mean_rank", n = n1, estimate = mean(R[one]))
    put("cafs", "mean_rank", arms[1], n = n0, estimate = mean(R[zero]))
    fit <- model(x, R)
    at <- paste0("arm", name)
    co <- coef(summary(fit))[at, ]; ci <- confint(fit, at, level)
    put("cafs.rank_ancova", "difference", n = nobs(fit), estimate = co[[1]], std_error = co[[2]], df = fit$df.residual,
      statistic = co[[3]], p_value = co[[4]], conf_low = ci[[1]], conf_high = ci[[2]])
    U <- sum(R[one]) - n1 * (n1 + 1) / 2
    put("cafs.wilcoxon", "superiority", n = N, estimate = U / (n1 * n0), statistic = U, p_value = rank_p(S[one], S[zero]))
    T <- sum(S[one]); variance <- n1 * n0 / (N * (N - 1)) * sum(S^2)
    put("cafs.finkelstein_schoenfeld", "score_sum", n = N, estimate = T, std_error = sqrt(variance), statistic = T / sqrt(variance),
      p_value = 2 * pnorm(-abs(T / sqrt(variance))))
  }
  if (length(arms) > 2) {
    R <- rank(rowSums(scored(m, change)$S))
    fit <- model(m, R)
    f <- drop1(fit, "arm", test = "F")
    say(run, "cafs.rank_ancova", out, at = horizon, term = "arm_test", n = nobs(fit), df = length(arms) - 1,
      statistic = f["arm", "F value"], p_value = f["arm", "Pr(>F)"])
  }
}

# Exact up to 2500 pairs, ties or not.
rank_p <- function(one, zero) {
  if (length(one) * length(zero) <= 2500) {
    d <- data.frame(y = c(one, zero), g = factor(rep(c("one", "zero"), c(length(one), length(zero)))))
    as.numeric(pvalue(wilcox_test(y ~ g, d, distribution = "exact")))
  } else wilcox.test(one, zero, exact = FALSE, correct = TRUE)$p.value
}

staging <- function(run, t, plan, c) {
  p <- c$visits
  arms <- c(plan$control_arm, setdiff(unique(read(folder_of(run), "subjects.csv")$arm), plan$control_arm))
  for (system in c("kings", "mitos")) {
    terms <- paste0("stage_", if (system == "kings") c(0:3, "4a", "4b", "4a_and_4b", 5) else 0:5)
    staged <- t$v[!is.na(t$v[[system]]), ]
    stage <- function(id, m) {
      follow <- t$f[t$f$subject_id == id, ]
      if (!is.null(c$endpoint) && nrow(follow) && follow$event == 1 && follow$time_months <= m) return("stage_5")
      mine <- staged[staged$subject_id == id, ]
      at <- if (m == 0) baseline_of(mine$month, p) else nearest(mine$month, m, p$window_months)
      if (is.na(at)) "stage_unknown" else mine[[system]][at]
    }
    outcome <- paste0(system, "_stage"); analysis <- paste0("staging.", system)
    number <- list()
    for (name in arms) for (m in c(0, p$target_months)) {
      ids <- t$s$subject_id[t$s$arm == name]
      now <- vapply(ids, stage, "", m = m)
      for (term in c(terms, "stage_unknown")) say(run, analysis, outcome, name, "", m, term, n = length(ids), estimate = sum(now == term))
      if (m == p$primary_month) number[[name]] <- -as.numeric(substr(now[now != "stage_unknown"], 7, 7))
    }
    zero <- number[[arms[1]]]
    for (name in arms[-1]) {
      one <- number[[name]]
      U <- sum(outer(one, zero, function(a, b) (a > b) + (a == b) / 2))
      say(run, analysis, outcome, name, paste(name, "−", arms[1]), p$primary_month, "superiority", n = length(one) + length(zero),
        estimate = U / (length(one) * length(zero)), statistic = U, p_value = rank_p(one, zero))
    }
  }
}

folder_of <- function(run) if (startsWith(run, "demo")) "../../public/demo" else "three_arms"
for (file in list.files(pattern = "^(demo|three_arms).*json$")) {
  run <- sub(".json", "", file, fixed = TRUE)
  plan <- fromJSON(file, simplifyDataFrame = FALSE, simplifyMatrix = FALSE)
  if (is.null(plan$confidence_level)) plan$confidence_level <- 0.95
  t <- trial(folder_of(run), plan)
  for (asked in plan$analyses) {
    if (!is.null(asked$cafs)) {
      asked$cafs$covariates <- if (length(asked$cafs$covariates)) do.call(rbind, lapply(asked$cafs$covariates, function(k) data.frame(name = k$name, as_factor = isTRUE(k$as_factor))))
      cafs(run, t, plan, asked$cafs)
    }
    if (!is.null(asked$staging)) staging(run, t, plan, asked$staging)
  }
  cat(run, "\n")
}
all <- do.call(rbind, found)
for (column in names(all)[8:15]) all[[column]] <- ifelse(is.na(all[[column]]), "", sprintf("%.17g", all[[column]]))
all$at <- ifelse(is.na(all$at), "", sprintf("%.17g", all$at))
write.csv(all, "expected.csv", row.names = FALSE, quote = c(4, 5), fileEncoding = "UTF-8")
