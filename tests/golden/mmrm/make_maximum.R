# Rscript make_maximum.R, in this folder: the REML maximum of five structures on four data sets and four more on one.
source("../json.R")
suppressMessages(library(nlme))
tight <- glsControl(tolerance = 1e-14, msTol = 1e-14, maxIter = 500, msMaxIter = 1000, opt = "nlminb", returnObject = TRUE)
code <- function(x) as.integer(factor(x)) - 1L
orth <- data.frame(y = Orthodont$distance, id = code(Orthodont$Subject), visit = code(Orthodont$age), n_age = Orthodont$age - 11, n_male = as.integer(Orthodont$Sex == "Male"))
orth$n_age_male <- orth$n_age * orth$n_male
set.seed(41)
made <- expand.grid(visit = 0:3, id = 0:39)
base <- round(rnorm(40, 36, 5), 1); arm <- rep(0:1, 20)
S <- outer(0:3, 0:3, function(a, b) 0.7^abs(a - b)) * outer(c(2, 2.4, 3, 3.9), c(2, 2.4, 3, 3.9))
e <- as.numeric(t(matrix(rnorm(160), 40) %*% chol(S)))
made$n_base <- base[made$id + 1]; made$n_arm <- arm[made$id + 1]
made$y <- round(-1.1 * (made$visit + 1) + 0.6 * made$n_arm * (made$visit + 1) + 0.05 * made$n_base + e, 2)
made <- made[runif(160) > 0.14, ]
for (v in 1:3) { made[[paste0("n_visit", v)]] <- as.integer(made$visit == v); made[[paste0("n_arm_visit", v)]] <- made$n_arm * (made$visit == v) }
made <- made[sample(nrow(made)), ]
cw <- subset(ChickWeight, Time %in% c(0, 4, 8, 12, 16, 20))
chick <- data.frame(y = cw$weight, id = code(as.character(cw$Chick)), visit = code(cw$Time))
for (v in 1:5) chick[[paste0("n_visit", v)]] <- as.integer(chick$visit == v)
for (k in 2:4) { chick[[paste0("n_diet", k)]] <- as.integer(cw$Diet == k); chick[[paste0("n_diet_time", k)]] <- cw$Time * (cw$Diet == k) }
als <- read.csv("als_sim.csv")
als <- data.frame(y = als$change, id = code(als$subject_id), visit = code(als$month), n_arm = as.integer(als$arm == "MSC"), n_base = als$baseline, n_onset = as.integer(als$onset_site == "bulbar"))
for (v in 1:4) for (x in c("n_arm", "n_base")) als[[paste0(x, v)]] <- als[[x]] * (als$visit == v)
for (v in 1:4) als[[paste0("n_visit", v)]] <- as.integer(als$visit == v)
# gls knows slopes by differences only and keeps half of its digits. From where it ends, Newton's steps with Richardson's
# derivatives on the same likelihood, written out here, find the others. Parameters: log standard deviations, then atanh of
# correlations; for us a Cholesky factor K, logarithms on its diagonal, with V = root K K' root', root that of the start.
heterogeneous <- c("us", "ar1h", "csh", "toeph", "adh")
covariance <- function(par, s, n) {
  if (s == "us") { K <- diag(exp(par[1:n])); K[lower.tri(K)] <- par[-(1:n)]; return(tcrossprod(root %*% K)) }
  own <- s %in% heterogeneous; k <- if (own) n else 1
  sd <- rep(exp(par[seq_len(k)]), length.out = n); r <- par[-seq_len(k)]
  R <- if (s %in% c("toep", "toeph")) toeplitz(c(1, tanh(r)))
    else if (s %in% c("ad", "adh")) { C <- diag(n); for (i in 2:n) for (j in 1:(i - 1)) C[i, j] <- C[j, i] <- prod(tanh(r[j:(i - 1)])); C }
    else if (s %in% c("ar1", "ar1h")) tanh(r)^abs(outer(1:n, 1:n, "-")) else { C <- matrix(tanh(r), n, n); diag(C) <- 1; C }
  R * outer(sd, sd)
}
reml <- function(V, X, y, people, visits) {
  H <- 0; h <- 0; yy <- 0; ld <- 0
  for (rows in people) {
    U <- chol(V[visits[rows], visits[rows], drop = FALSE])
    Z <- backsolve(U, cbind(X[rows, , drop = FALSE], y[rows]), transpose = TRUE); p <- ncol(X)
    H <- H + crossprod(Z[, 1:p, drop = FALSE]); h <- h + crossprod(Z[, 1:p, drop = FALSE], Z[, p + 1]); yy <- yy + sum(Z[, p + 1]^2); ld <- ld + 2 * sum(log(diag(U)))
  }
  b <- solve(H, h)
  list(value = (length(y) - ncol(X)) * log(2 * pi) + ld + as.numeric(determinant(H)$modulus) + yy - sum(h * b), b = as.numeric(b), se = sqrt(diag(solve(H))))
}
polish <- function(V, s, X, y, id, visits) {
  n <- nrow(V); sd <- sqrt(diag(V)); R <- cov2cor(V)
  shape <- atanh(if (s %in% c("toep", "toeph")) R[1, -1] else if (s %in% c("ad", "adh")) R[cbind(2:n, 1:(n - 1))] else R[2, 1])
  par <- c(if (s %in% heterogeneous) log(sd) else log(sd[1]), shape)
  if (s == "us") { root <<- t(chol(V)); par <- numeric(n * (n + 1) / 2) }
  people <- split(seq_along(y), id)
  # The response less its least-squares fit: the same likelihood with more digits.
  q <- qr(X); e <- qr.resid(q, y); base <- qr.coef(q, y)
  f <- function(par) reml(covariance(par, s, n), X, e, people, visits)$value
  hessian <- numDeriv::hessian(f, par)
  for (step in 1:4) { move <- solve(hessian, numDeriv::grad(f, par)); par <- par - move; cat(sprintf(" %.1e", max(abs(move)))) }
  V <- covariance(par, s, n); c(reml(V, X, e, people, visits), list(V = V, base = base), inference(par, s, n, X, e, people, visits, f))
}
# Satterthwaite's df, and Kenward and Roger's standard errors without curvature, of each coefficient.
inference <- function(par, s, n, X, e, people, visits, f) {
  W <- 2 * solve(numDeriv::hessian(f, par, method.args = list(eps = 0.02, d = 0.02, r = 5))); k <- length(par); p <- ncol(X); V <- covariance(par, s, n)
  D <- numDeriv::jacobian(function(par) as.numeric(covariance(par, s, n)), par)
  H <- 0; P <- rep(list(matrix(0, p, p)), k); Q <- matrix(0, p, p)
  for (rows in people) {
    v <- visits[rows]; Vi <- solve(V[v, v, drop = FALSE]); A <- Vi %*% X[rows, , drop = FALSE]; H <- H + t(X[rows, , drop = FALSE]) %*% A
    S <- lapply(1:k, function(j) matrix(D[, j], n)[v, v, drop = FALSE])
    for (i in 1:k) { P[[i]] <- P[[i]] + t(A) %*% S[[i]] %*% A; T <- Reduce(`+`, lapply(1:k, function(j) W[i, j] * S[[j]])); Q <- Q + t(A) %*% S[[i]] %*% Vi %*% T %*% A }
  }
  Phi <- solve(H)
  for (i in 1:k) Q <- Q - P[[i]] %*% Phi %*% Reduce(`+`, lapply(1:k, function(j) W[i, j] * P[[j]]))
  g <- sapply(P, function(one) diag(Phi %*% one %*% Phi))
  list(df = 2 * diag(Phi)^2 / rowSums((g %*% W) * g), adjusted = sqrt(diag(Phi + 2 * Phi %*% Q %*% Phi)))
}
sets <- list(orthodont = orth, made = made, chicks = chick, als = als)
structures <- list(
  us = list(cor = function() corSymm(form = ~ at | id), own = TRUE), ar1h = list(cor = function() corAR1(form = ~ at | id), own = TRUE),
  ar1 = list(cor = function() corAR1(form = ~ at | id), own = FALSE), csh = list(cor = function() corCompSymm(form = ~ at | id), own = TRUE),
  cs = list(cor = function() corCompSymm(form = ~ at | id), own = FALSE))
out <- list()
for (name in names(sets)) {
  write_input(sets[[name]], paste0(name, ".csv"))
  d <- read.csv(paste0(name, ".csv"))
  # The subject with the most visits first: gls takes the standard deviations relative to the first visit of the data.
  d <- d[order(d$id, d$visit), ]; d$at <- d$visit + 1; d$v <- factor(d$visit)
  f <- reformulate(grep("^n_", names(d), value = TRUE), "y")
  for (s in names(structures)) {
    fit <- tryCatch(gls(f, d, correlation = structures[[s]]$cor(), weights = if (structures[[s]]$own) varIdent(form = ~ 1 | v), method = "REML", control = tight), error = function(e) { cat(name, s, conditionMessage(e), "\n"); NULL })
    if (is.null(fit)) next
    full <- names(which.max(table(d$id)))
    V <- unclass(getVarCov(fit, individual = full)); attributes(V) <- list(dim = dim(V))
    stopifnot(identical(as.integer(d$visit[d$id == full]), seq_len(nrow(V)) - 1L))
    X <- model.matrix(f, d); found <- polish(V, s, X, d$y, d$id, d$visit + 1)
    stopifnot(found$value <= -2 * as.numeric(logLik(fit)) + 1e-9, abs(found$value + 2 * as.numeric(logLik(fit))) < 1e-5)
    out[[paste(name, s)]] <- list(set = name, structure = s, minus_two_reml = found$value, minus_two_reml_gls = -2 * as.numeric(logLik(fit)), estimates = I(as.numeric(found$base + found$b)), std_errors = I(as.numeric(found$se)), df = I(as.numeric(found$df)), adjusted_std_errors = I(as.numeric(found$adjusted)), covariance = lapply(seq_len(nrow(V)), function(i) I(found$V[i, ])))
    cat(name, s, sprintf("%.8f\n", -2 * logLik(fit)))
  }
}
# gls has no Toeplitz and no ante-dependence; those begin where mmrm ended.
fits <- jsonlite::fromJSON("expected.json", simplifyDataFrame = FALSE)$fits
d <- als[order(als$id, als$visit), ]; X <- model.matrix(f, d)
for (s in c("toeph", "toep", "adh", "ad")) {
  start <- fits[[paste(s, "Satterthwaite")]]; found <- polish(start$covariance_matrix, s, X, d$y, d$id, d$visit + 1)
  stopifnot(found$value <= start$minus2_reml + 1e-9, abs(found$value - start$minus2_reml) < 1e-5); cat("als", s, sprintf("%.8f\n", found$value))
  out[[paste("als", s)]] <- list(set = "als", structure = s, minus_two_reml = found$value, estimates = I(as.numeric(found$base + found$b)), std_errors = I(as.numeric(found$se)), df = I(as.numeric(found$df)), adjusted_std_errors = I(as.numeric(found$adjusted)), covariance = lapply(seq_len(nrow(found$V)), function(i) I(found$V[i, ])))
}
write_json(unname(out), "maximum.json")
