# The log-rank family by its formula, subject by subject and time by time, as slow as it reads. Scripts of several
# goldens source this file. d has entry (NA: from the start), time, event, group from 0, stratum.
weights_at <- function(kind, n, before, peto) switch(kind$name,
  log_rank = 1, gehan = n, tarone = sqrt(n), peto = peto,
  fleming_harrington = before^kind$rho * (1 - before)^kind$gamma)
# For each kind the weighted O - E; for each pair of kinds the covariance matrix over groups.
weighted_sums <- function(d, kinds) {
  groups <- sort(unique(d$group)); m <- length(groups); k <- length(kinds)
  excess <- matrix(0, k, m); weighted <- matrix(0, k, m); observed <- expected <- numeric(m)
  covariance <- array(0, c(k, k, m, m))
  for (s in unique(d$stratum)) {
    own <- d[d$stratum == s, ]
    before <- 1; peto <- 1
    for (t in sort(unique(own$time[own$event == 1]))) {
      risk <- own$time >= t & (is.na(own$entry) | own$entry < t)
      hit <- own$event == 1 & own$time == t
      n_j <- vapply(groups, function(g) sum(risk & own$group == g), 0); n <- sum(n_j)
      d_j <- vapply(groups, function(g) sum(hit & own$group == g), 0); dd <- sum(d_j)
      peto <- peto * (n + 1 - dd) / (n + 1)
      w <- vapply(kinds, weights_at, 0, n = n, before = before, peto = peto)
      p <- n_j / n
      v <- if (n > 1) dd * (n - dd) / (n - 1) * (diag(p, m) - outer(p, p)) else matrix(0, m, m)
      observed <- observed + d_j; expected <- expected + dd * p
      weighted <- weighted + outer(w, d_j); excess <- excess + outer(w, d_j - dd * p)
      for (a in seq_len(k)) for (b in seq_len(k)) covariance[a, b, , ] <- covariance[a, b, , ] + w[a] * w[b] * v
      before <- before * (n - dd) / n
    }
  }
  list(groups = groups, observed = observed, expected = expected, weighted = weighted, excess = excess,
       covariance = covariance)
}
kind <- function(name, rho = NA, gamma = NA) list(name = name, rho = rho, gamma = gamma)
write_exact <- function(d, file) {
  numbers <- vapply(d, is.double, TRUE)
  d[numbers] <- lapply(d[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(d, file, row.names = FALSE, quote = FALSE)
}
