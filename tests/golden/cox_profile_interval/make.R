# Rscript make.R, in this folder.
source("../cox/sets.R")
sets$separated <- one_set(c(1, 2, 3, 4, 5, 6, 7, 8), c(1, 1, 1, 0, 1, 0, 1, 0),
                          cbind(c(1, 1, 1, 0, 0, 0, 0, 0), c(0.3, -1, 0.5, 2, -0.4, 0.1, 1, 0)))
names <- c("lung", "ovarian", "aml", "tiny", "heart", "late_strata", "separated")
write_sets(names)
at <- function(set, ties, init, offset, columns, iter) {
  d <- set$rows
  y <- if (set$has_entry) Surv(d$entry, d$time, d$event) else Surv(d$time, d$event)
  x <- as.matrix(d[, paste0("x", columns), drop = FALSE])
  stratum <- d$stratum
  off <- offset
  call <- list(quote(coxph), if (set$has_stratum) quote(y ~ x + offset(off) + strata(stratum)) else quote(y ~ x + offset(off)),
               ties = ties, control = coxph.control(eps = 1e-13, iter.max = iter, toler.chol = 1e-15, timefix = FALSE))
  if (!is.null(init)) call$init <- init
  suppressWarnings(eval(as.call(call)))
}
# Log likelihood with column k fixed at b.
profile <- function(set, ties, k, b) {
  off <- b * set$rows[[paste0("x", k)]]
  rest <- setdiff(seq_len(set$p), k)
  # Without another column: a column that is held at 0.
  if (!length(rest)) return(at(set, ties, 0, off, k, 0)$loglik[1])
  at(set, ties, NULL, off, rest, 100)$loglik[2]
}
cases <- list()
half <- qchisq(0.95, 1) / 2
root <- function(f, from, step) {
  for (i in 1:40) {
    if (f(from + step) > 0) return(uniroot(f, sort(c(from, from + step)), tol = 1e-13)$root)
    step <- step * 1.5
    if (abs(step) > 40) return(NA)
  }
  NA
}
for (name in setdiff(names, "separated")) for (ties in c("efron", "breslow", "exact")) {
  set <- sets[[name]]
  if (name == "late_strata" && ties == "exact") next
  fit <- fit_set(set, ties, FALSE)
  for (k in seq_len(set$p)) {
    b <- unname(coef(fit))[k]
    se <- sqrt(fit$var[k, k])
    fall <- function(v) fit$loglik[2] - profile(set, ties, k, v) - half
    case <- c(head_of(name, ties), list(column = k - 1, firth = FALSE, estimate = b, std_error = se,
                                        low = root(fall, b, -2 * se), high = root(fall, b, 2 * se)))
    case$has_cluster <- FALSE
    cases[[length(cases) + 1]] <- case
  }
}
# The first column separates: the likelihood at 25 is its limit to the last digits.
set <- sets$separated
for (ties in c("efron", "breslow", "exact")) {
  fall <- function(v) profile(set, ties, 1, 25) - profile(set, ties, 1, v) - half
  case <- c(head_of("separated", ties), list(column = 0, firth = FALSE, estimate = NA, std_error = 1,
    low = uniroot(fall, c(-5, 20), tol = 1e-13)$root, high = NA))
  case$has_cluster <- FALSE
  cases[[length(cases) + 1]] <- case
}
# Firth: the same root on the penalised likelihood, the other column searched for.
for (name in c("separated", "tiny", "aml", "late_strata")) for (ties in c("efron", "breslow")) {
  set <- sets[[name]]
  value <- function(b) {
    fit <- at(set, ties, b, rep(0, nrow(set$rows)), seq_len(set$p), 0)
    fit$loglik[1] - 0.5 * as.numeric(determinant(fit$var)$modulus)
  }
  for (k in seq_len(set$p)) {
    best <- function(v) if (set$p == 1) value(v) else
      optimize(function(o) value(if (k == 1) c(v, o) else c(o, v)), c(-6, 6), maximum = TRUE, tol = 1e-10)$objective
    top <- optimize(best, c(-8, 8), maximum = TRUE, tol = 1e-10)
    fall <- function(v) top$objective - best(v) - half
    case <- c(head_of(name, ties), list(column = k - 1, firth = TRUE, estimate = top$maximum, std_error = 1,
      low = uniroot(fall, c(-12, top$maximum), tol = 1e-11)$root,
      high = root(fall, top$maximum, 1)))
    case$has_cluster <- FALSE
    cases[[length(cases) + 1]] <- case
  }
}
write_json(cases)
