# Rscript make.R, in this folder. Loops only, as the rules are written; nothing fast, no package.
source("../json.R")
set.seed(20260)
visits <- c(1, 2, 4, 6, 9, 12)
make <- function(set, n, arms, hazard, leave, gap, step, never = 0) {
  do.call(rbind, lapply(seq_len(n), function(i) {
    arm <- (i - 1) %% arms
    death <- if (hazard > 0) ceiling(rexp(1, hazard) * 4) / 4 else Inf
    left <- if (leave > 0) ceiling(rexp(1, leave) * 4) / 4 else Inf
    last <- min(death, left, 15)
    slope <- rnorm(1, -1.2 + 0.35 * arm, 0.8)
    v <- round((slope * visits + rnorm(6, 0, 1.5)) / step) * step
    v[visits > last | runif(6) < gap] <- NA
    if (runif(1) < never) v[] <- NA
    data.frame(set = set, arm = arm, time = last, died = as.integer(death <= last),
               v1 = v[1], v2 = v[2], v3 = v[3], v4 = v[4], v5 = v[5], v6 = v[6])
  }))
}
d <- rbind(
  make("small", 11, 2, 0.06, 0.05, 0.2, 1),
  make("trial", 64, 2, 0.03, 0.03, 0.1, 1),
  make("many_deaths", 50, 2, 0.25, 0.05, 0.1, 1, 0.1),
  make("no_deaths", 40, 2, 0, 0.08, 0.3, 1),
  make("all_ties_likely", 60, 2, 0.05, 0.1, 0.4, 6, 0.2),
  make("three_arms", 75, 3, 0.05, 0.04, 0.1, 0.5),
  make("no_visits", 30, 2, 0.1, 0.1, 0, 1, 1)
)
write_input(d, "subjects.csv")

# 1 when i does better, -1 when j does; how: "death", "function", "equal", "none".
cafs_pair <- function(i, j, time, died, v) {
  by_function <- function() {
    both <- which(!is.na(v[i, ]) & !is.na(v[j, ]))
    if (length(both) == 0) return(list(0, "none"))
    k <- max(both)
    if (v[i, k] == v[j, k]) list(0, "equal") else list(if (v[i, k] > v[j, k]) 1 else -1, "function")
  }
  if (died[i] && died[j]) {
    if (time[i] == time[j]) return(list(0, "equal"))
    return(list(if (time[i] > time[j]) 1 else -1, "death"))
  }
  if (died[i]) { if (time[j] >= time[i]) return(list(-1, "death")) else return(by_function()) }
  if (died[j]) { if (time[i] >= time[j]) return(list(1, "death")) else return(by_function()) }
  by_function()
}

# ALS/SURV: one number a subject, higher is better; an order kept as numbers that are spread anew at each visit.
als_surv_position <- function(time, died, v) {
  n <- length(time)
  position <- rep(NA_real_, n)
  last <- sapply(seq_len(n), function(i) { k <- which(!is.na(v[i, ])); if (length(k)) max(k) else 0 })
  for (k in c(rev(seq_len(ncol(v))), 0)) {
    leavers <- which(!died & last == k)
    if (length(leavers) == 0) next
    placed <- which(!is.na(position))
    value <- function(i) if (k == 0) 0 else v[i, k]
    with_visit <- placed[if (k == 0) rep(TRUE, length(placed)) else !is.na(v[placed, k])]
    nobody <- length(with_visit) == 0
    if (nobody) with_visit <- placed
    new <- rep(NA_real_, n)
    for (i in leavers) {
      # Position and, for those who share a gap, the change by which they stand in it.
      h <- 0
      for (j in with_visit) h <- h + (if (nobody) 1 else 2 * (value(j) < value(i)) + (value(j) == value(i)))
      p <- sort(position[with_visit])
      m <- length(p)
      if (m == 0) new[i] <- 0
      else if (h %% 2 == 1) new[i] <- p[(h + 1) / 2]
      else if (h == 0) new[i] <- p[1] - 0.5
      else if (h == 2 * m) new[i] <- p[m] + 0.4
      else if (p[h / 2] == p[h / 2 + 1]) new[i] <- p[h / 2]
      else new[i] <- p[h / 2] + 0.4
    }
    # Whole positions are levels; the others are gaps, where the change decides.
    all <- c(placed, leavers)
    at <- c(position[placed], new[leavers])
    tie <- ifelse(at == round(at) & length(placed) > 0, 0, c(rep(0, length(placed)), sapply(leavers, value)))
    o <- order(at, tie)
    level <- 1
    position[all[o[1]]] <- level
    for (s in seq_along(o)[-1]) {
      if (at[o[s]] != at[o[s - 1]] || tie[o[s]] != tie[o[s - 1]]) level <- level + 1
      position[all[o[s]]] <- level
    }
  }
  position[died] <- time[died] - 1e6
  position
}

run <- function(x, horizon, rule, treated, control) {
  died <- x$died == 1 & x$time <= horizon
  time <- pmin(x$time, horizon)
  v <- as.matrix(x[, paste0("v", 1:6)])[, visits <= horizon, drop = FALSE]
  n <- nrow(x)
  if (rule == "als_surv") position <- als_surv_position(time, died, v)
  pair <- function(i, j) {
    if (rule == "cafs") return(cafs_pair(i, j, time, died, v))
    if (position[i] == position[j]) return(list(0, "equal"))
    list(if (position[i] > position[j]) 1 else -1, if (died[i] || died[j]) "death" else "function")
  }
  s <- rep(0, n); two <- rep(0, n)
  in_two <- x$arm %in% c(treated, control)
  for (i in seq_len(n)) for (j in seq_len(n)) if (i != j) {
    sign <- pair(i, j)[[1]]
    s[i] <- s[i] + sign
    if (in_two[i] && in_two[j]) two[i] <- two[i] + sign
  }
  one <- which(x$arm == treated); zero <- which(x$arm == control)
  n1 <- length(one); n0 <- length(zero)
  W <- L <- matrix(0, n1, n0)
  how <- character(0)
  for (a in seq_len(n1)) for (b in seq_len(n0)) {
    p <- pair(one[a], zero[b])
    W[a, b] <- p[[1]] > 0; L[a, b] <- p[[1]] < 0
    how <- c(how, paste(p[[2]], p[[1]]))
  }
  N <- n1 + n0
  T <- sum(two[one]); V <- n1 * n0 / (N * (N - 1)) * sum(two[in_two]^2)
  pw <- mean(W); pl <- mean(L)
  C <- cov(cbind(rowMeans(W), rowMeans(L))) / n1 + cov(cbind(colMeans(W), colMeans(L))) / n0
  q <- qnorm(0.975)
  g <- c(1 / pw, -1 / pl)
  se_wr <- sqrt(drop(t(g) %*% C %*% g))
  nb <- pw - pl
  se_nb <- sqrt(drop(t(c(1, -1)) %*% C %*% c(1, -1)))
  tie <- 1 - pw - pl
  wo <- (pw + tie / 2) / (pl + tie / 2)
  # d log(odds) by the shares, with odds = (1 + nb) / (1 - nb).
  se_wo <- se_nb * (1 / (1 + nb) + 1 / (1 - nb))
  list(score = I(s), rank = I(rank(s)), n1 = n1, n0 = n0,
       wins_by_death = sum(how == "death 1"), losses_by_death = sum(how == "death -1"),
       wins_by_function = sum(how == "function 1"), losses_by_function = sum(how == "function -1"),
       equal = sum(how == "equal 0"), without_comparison = sum(how == "none 0"),
       T = T, V = V, z = T / sqrt(V), p = 2 * pnorm(-abs(T / sqrt(V))),
       win_ratio = pw / pl, win_ratio_se = se_wr, win_ratio_low = pw / pl * exp(-q * se_wr),
       win_ratio_high = pw / pl * exp(q * se_wr),
       win_odds = wo, win_odds_se = se_wo, win_odds_low = wo * exp(-q * se_wo), win_odds_high = wo * exp(q * se_wo),
       net = nb, net_se = se_nb, net_low = max(-1, nb - q * se_nb), net_high = min(1, nb + q * se_nb))
}

cases <- list()
for (name in unique(d$set)) for (horizon in c(6, 12)) for (rule in c("cafs", "als_surv")) {
  x <- d[d$set == name, ]
  arms <- if (name == "three_arms") list(c(1, 0), c(2, 0)) else list(c(1, 0))
  for (a in arms) cases[[length(cases) + 1]] <-
    c(list(set = name, horizon = horizon, rule = rule, treated = a[1], control = a[2]), run(x, horizon, rule, a[1], a[2]))
}
write_json(cases)
