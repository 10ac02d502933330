# Rscript make.R, in this folder. Columns: y, id, n_ fixed effects after the intercept, r_ random columns.
source("../json.R")
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest)})
data(Orthodont, package = "nlme")
tight <- lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-14, xtol_rel = 0, ftol_abs = 0, ftol_rel = 0, maxeval = 1e5), calc.derivs = FALSE, check.conv.singular = "ignore")
code <- function(x) as.integer(factor(x)) - 1L
sleep <- with(sleepstudy, data.frame(y = Reaction, id = code(Subject), n_days = Days, r_one = 1, r_days = Days))
orth <- with(Orthodont, data.frame(y = distance, id = code(as.character(Subject)), n_male = as.integer(Sex == "Male"), n_age = age - 8))
orth$n_male_age <- orth$n_male * orth$n_age; orth$r_one <- 1; orth$r_age <- orth$n_age
set.seed(77)
m <- 60; arm <- rep(0:1, m / 2); times <- c(-3, -2, -1, 0, 1, 2, 3, 4, 6)
u <- matrix(rnorm(3 * m), m) %*% chol(matrix(c(25, .6, .5, .6, .3, .15, .5, .15, .25), 3))
trial <- do.call(rbind, lapply(seq_len(m), function(i) {
  t <- round(times + runif(length(times), -.2, .2), 2); t[4] <- 0
  pre <- pmin(t, 0); post <- pmax(t, 0)
  y <- round(38 + u[i, 1] + (-1 + u[i, 2]) * pre + (-1.1 + .4 * arm[i] + u[i, 3]) * post + rnorm(length(t), 0, 1.2), 1)
  keep <- seq_along(t) <= sample(6:9, 1) & (runif(length(t)) > .06 | t == 0)
  data.frame(y = y, id = i - 1, n_pre = pre, n_post = post, n_arm_post = arm[i] * post, r_one = 1, r_pre = pre, r_post = post)[keep, ]
}))
with_arm <- cbind(trial, n_arm = arm[trial$id + 1])
# No differences between subjects beyond chance: a variance of 0.
flat <- data.frame(y = round(rnorm(60), 3), id = rep(0:14, each = 4), n_time = rep(0:3, 15), r_one = 1)
flat$y <- round(flat$y - ave(flat$y, flat$id) + .1 * rnorm(15)[flat$id + 1], 3)
sets <- list(sleepstudy = list(d = sleep), orthodont = list(d = orth), orthodont_intercept = list(d = orth[names(orth) != "r_age"]),
  lead_in = list(d = trial), lead_in_arm = list(d = with_arm), sleepstudy_diagonal = list(d = sleep, diagonal = TRUE), flat = list(d = flat))
out <- list()
for (name in names(sets)) {
  d <- sets[[name]]$d; diagonal <- isTRUE(sets[[name]]$diagonal)
  write_input(d, paste0(name, ".csv")); d <- read.csv(paste0(name, ".csv"))
  fixed <- grep("^n_", names(d), value = TRUE); random <- grep("^r_", names(d), value = TRUE)
  f <- as.formula(paste("y ~", paste(fixed, collapse = " + "), "+ (0 +", paste(random, collapse = " + "), if (diagonal) "||" else "|", "id)"))
  fit <- lmerTest::lmer(f, d, REML = TRUE, control = tight)
  # A relative factor (0, -x) is the same as (0, x), but only from the second the way into the inside leads downhill: lmer
  # can end at a border that is none. Begun again from there, it does not.
  turned <- getME(fit, "theta"); L <- fit@pp$Lambdat[seq_along(random), seq_along(random)]
  if (isSingular(fit) && length(random) > 1 && !diagonal) {
    low <- t(as.matrix(L)); for (k in seq_along(random)) if (low[k, k] < 1e-6) low[, k] <- -low[, k]
    turned <- low[lower.tri(low, TRUE)]; turned[turned == 0] <- 1e-3
    again <- lmerTest::lmer(f, d, REML = TRUE, control = tight, start = turned)
    cat(name, "begun again:", format(REMLcrit(fit), digits = 12), "to", format(REMLcrit(again), digits = 12), "\n")
    if (REMLcrit(again) < REMLcrit(fit)) fit <- again
  }
  sat <- coef(summary(fit, ddf = "Satterthwaite")); p <- nrow(sat)
  adjusted <- vcovAdj(fit); L <- diag(p)[-1, , drop = FALSE]
  kr_df <- vapply(seq_len(p), function(k) Lb_ddf(diag(p)[k, ], vcov(fit), adjusted), 0)
  multi <- if (p > 2) { s <- contestMD(fit, L, ddf = "Satterthwaite"); k <- KRmodcomp(fit, L)$test["Ftest", ]
    list(satterthwaite = I(c(s$`F value`, s$NumDF, s$DenDF)), kenward_roger = I(c(k$stat, k$ndf, k$ddf)), p_values = I(c(s$`Pr(>F)`, k$p.value))) } else NULL
  vc <- as.data.frame(VarCorr(fit)); G <- matrix(0, length(random), length(random), dimnames = list(random, random))
  for (i in seq_len(nrow(vc) - 1)) { a <- vc$var1[i]; b <- if (is.na(vc$var2[i])) a else vc$var2[i]; G[a, b] <- G[b, a] <- vc$vcov[i] }
  out[[name]] <- c(list(set = name, diagonal = diagonal, singular = isSingular(fit), minus_two_reml = as.numeric(REMLcrit(fit)), estimates = I(sat[, 1]), std_errors = I(sat[, 2]), df = I(sat[, 3]), p_values = I(sat[, 5]),
    adjusted_std_errors = I(sqrt(diag(as.matrix(adjusted)))), kenward_roger_df = I(kr_df), random_covariance = I(as.numeric(G)), residual_variance = sigma(fit)^2,
    first_effects = I(as.numeric(as.matrix(ranef(fit)$id)[1, random])), fitted = I(as.numeric(fitted(fit)))), if (is.null(multi)) NULL else list(f_test = multi))
  cat(name, isSingular(fit), format(getME(fit, "theta"), digits = 4), "\n"); print(cbind(sat, kr_df))
}
write_json(unname(out))
