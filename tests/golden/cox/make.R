# Rscript make.R, in this folder.
source("sets.R")
write_sets(names(sets))
cases <- list()
for (name in names(sets)) for (ties in c("efron", "breslow", "exact")) {
  set <- sets[[name]]
  cluster <- set$has_cluster && ties != "exact"
  fit <- fit_set(set, ties, cluster)
  x <- as.matrix(set$rows[, paste0("x", seq_len(set$p)), drop = FALSE])
  b <- unname(coef(fit))
  se <- sqrt(diag(fit$var))
  lp <- drop(x %*% b)
  case <- c(head_of(name, ties), list(
    estimate = I(b), std_error = I(se), covariance = I(c(fit$var)),
    model_covariance = I(c(if (cluster) fit$naive.var else fit$var)),
    low = I(exp(b - qnorm(0.975) * se)), high = I(exp(b + qnorm(0.975) * se)), z = I(b / se),
    p_value = I(2 * pnorm(-abs(b / se))), log_likelihood = I(fit$loglik),
    likelihood_ratio = 2 * diff(fit$loglik), wald = drop(b %*% solve(fit$var, b)), score = fit$score,
    likelihood_ratio_p = pchisq(2 * diff(fit$loglik), set$p, lower.tail = FALSE),
    n = nrow(set$rows), events = fit$nevent, linear_predictors = I(lp - mean(lp))))
  case$has_cluster <- cluster
  if (cluster) case$robust_score <- fit$rscore
  if (set$p > 1) case$wald_of_last_two <- drop(tail(b, 2) %*% solve(fit$var[set$p - 1:0, set$p - 1:0], tail(b, 2)))
  cases[[length(cases) + 1]] <- case
}
# Firth: the likelihood by coxph with fixed coefficients, the penalty from its information; maximised by Newton's method
# on numerical derivatives.
penalised <- function(set, ties) {
  d <- set$rows
  y <- if (set$has_entry) Surv(d$entry, d$time, d$event) else Surv(d$time, d$event)
  x <- as.matrix(d[, paste0("x", seq_len(set$p)), drop = FALSE])
  stratum <- d$stratum
  at <- function(b) {
    call <- list(quote(coxph), if (set$has_stratum) quote(y ~ x + strata(stratum)) else quote(y ~ x), ties = ties,
                 init = b, control = coxph.control(iter.max = 0, timefix = FALSE))
    suppressWarnings(eval(as.call(call)))
  }
  list(at = at, value = function(b) {
    fit <- at(b)
    fit$loglik[1] - 0.5 * as.numeric(determinant(fit$var)$modulus)
  })
}
firth <- list()
library(numDeriv)
sets$separated <- one_set(c(1, 2, 3, 4, 5, 6, 7, 8), c(1, 1, 1, 0, 1, 0, 1, 0),
                          cbind(c(1, 1, 1, 0, 0, 1, 0, 0) * c(1, 1, 1, 0, 0, 0, 0, 0), c(0.3, -1, 0.5, 2, -0.4, 0.1, 1, 0)))
for (name in c("separated", "ovarian", "aml", "tiny", "late_strata")) for (ties in c("efron", "breslow")) {
  one <- penalised(sets[[name]], ties)
  p <- sets[[name]]$p
  fall <- function(b) if (max(abs(b)) > 20) 1e10 else -one$value(b)
  b <- if (p == 1) optimize(fall, c(-10, 10), tol = 1e-9)$minimum
       else optim(rep(0, p), fall, control = list(reltol = 1e-14, maxit = 5000))$par
  for (i in 1:5) b <- b - solve(hessian(one$value, b), grad(one$value, b))
  v <- one$at(b)$var
  u0 <- grad(one$value, rep(0, p))
  firth[[length(firth) + 1]] <- c(head_of(name, ties), list(estimate = I(b), std_error = I(sqrt(diag(v))),
    log_likelihood = I(c(one$value(rep(0, p)), one$value(b))),
    score = drop(u0 %*% one$at(rep(0, p))$var %*% u0)))
}
write_sets(names(sets))
write_json(list(fits = cases, firth = firth))
