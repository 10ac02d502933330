# P(lower <= Z <= upper), Z standard Normal with a correlation matrix of rank 1 to 3, by nested integrate(): for matrices
# that mvtnorm's exact algorithms refuse. Limits of a combination of earlier variables are kept as limits. Scripts of
# two goldens source this file.
rectangle <- function(lower, upper, correlation, tolerance = 1e-11) {
  n <- length(lower); L <- matrix(0, n, n); r <- 0; level <- integer(n); pivots <- integer(0)
  for (i in seq_len(n)) {
    for (k in seq_len(r)) L[i, k] <- (correlation[i, pivots[k]] - sum(L[i, seq_len(k - 1)] * L[pivots[k], seq_len(k - 1)])) / L[pivots[k], k]
    rest <- 1 - sum(L[i, ]^2)
    if (rest > 1e-10) { r <- r + 1; L[i, r] <- sqrt(rest); pivots <- c(pivots, i); level[i] <- r }
    else level[i] <- max(which(abs(L[i, ]) > 1e-9))
  }
  limits <- function(k, x) {
    own <- which(level == k); known <- vapply(own, function(i) sum(L[i, seq_len(k - 1)] * x), 0)
    a <- (lower[own] - known) / L[own, k]; b <- (upper[own] - known) / L[own, k]
    c(max(pmin(a, b)), min(pmax(a, b)))
  }
  tail_difference <- function(a, b) if (a > 0) pnorm(a, lower.tail = FALSE) - pnorm(b, lower.tail = FALSE) else pnorm(b) - pnorm(a)
  inside <- function(k, x) {
    ends <- limits(k, x)
    if (ends[1] >= ends[2]) return(0)
    if (k == r) return(tail_difference(ends[1], ends[2]))
    ends <- pmax(pmin(ends, max(9, sqrt(max(ends[1], 0)^2 + 83))), -9)
    if (ends[1] >= ends[2]) return(0)
    # In pieces, so that a kink spoils one of them only.
    cuts <- seq(ends[1], ends[2], length.out = 17)
    f <- function(values) vapply(values, function(v) dnorm(v) * inside(k + 1, c(x, v)), 0)
    sum(vapply(1:16, function(i) integrate(f, cuts[i], cuts[i + 1], rel.tol = tolerance, abs.tol = 1e-300, stop.on.error = FALSE, subdivisions = 200L)$value, 0))
  }
  inside(1, numeric(0))
}
# P(any |Z| > limit): the j-th beyond, those before it within.
beyond <- function(limit, correlation, tolerance = 1e-9) {
  sum(vapply(seq_len(nrow(correlation)), function(j) {
    order <- c(j, seq_len(j - 1))
    2 * rectangle(c(limit, rep(-limit, j - 1)), c(Inf, rep(limit, j - 1)), correlation[order, order, drop = FALSE], tolerance)
  }, 0))
}
