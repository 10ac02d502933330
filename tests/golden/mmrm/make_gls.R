# Rscript make_gls.R, in this folder: what nlme's gls says of four data sets, converged to the last digits.
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
chick <- data.frame(y = cw$weight, id = code(as.character(cw$Chick)), visit = code(cw$Time), n_time = cw$Time)
for (k in 2:4) { chick[[paste0("n_diet", k)]] <- as.integer(cw$Diet == k); chick[[paste0("n_diet_time", k)]] <- chick$n_time * (cw$Diet == k) }
als <- read.csv("als_sim.csv")
als <- data.frame(y = als$change, id = code(als$subject_id), visit = code(als$month), n_arm = as.integer(als$arm == "MSC"), n_base = als$baseline, n_onset = as.integer(als$onset_site == "bulbar"))
for (v in 1:4) for (x in c("n_arm", "n_base")) als[[paste0(x, v)]] <- als[[x]] * (als$visit == v)
for (v in 1:4) als[[paste0("n_visit", v)]] <- as.integer(als$visit == v)
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
    V <- unclass(getVarCov(fit, individual = full)); n <- nrow(V)
    visits <- d$visit[d$id == full]
    out[[paste(name, s)]] <- list(set = name, structure = s, minus_two_reml = -2 * as.numeric(logLik(fit)), estimates = I(as.numeric(coef(fit))), std_errors = I(sqrt(diag(as.matrix(fit$varBeta)))), visits = I(visits), covariance = lapply(seq_len(n), function(i) I(as.numeric(V[i, ]))))
    cat(name, s, sprintf("%.8f\n", -2 * logLik(fit)))
  }
}
write_json(unname(out), "gls.json")
