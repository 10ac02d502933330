# Rscript make.R, in this folder. Columns as in tests/golden/ancova: y, arm, n_ numeric covariates, f_ factors.
source("../json.R")
suppressMessages({library(sandwich); library(emmeans)})
read <- function(name) { d <- read.csv(paste0(name, ".csv")); for (v in c("arm", grep("^f_", names(d), value = TRUE))) d[[v]] <- factor(d[[v]]); d }
kinds <- c("const", "HC0", "HC1", "HC2", "HC3")

write_json(lapply(c("cars", "breaks", "iris", "tooth"), function(name) {
  d <- read(name); fit <- lm(y ~ ., d); arms <- grep("^arm", names(coef(fit)))
  list(set = name, kinds = lapply(kinds, function(k) {
    v <- vcovHC(fit, type = k); b <- coef(fit)[arms]
    f <- as.numeric(t(b) %*% solve(v[arms, arms]) %*% b) / length(arms)
    list(covariance = I(as.numeric(t(v))), std_errors = I(as.numeric(sqrt(diag(v)))), f = f, f_p = pf(f, length(arms), fit$df.residual, lower.tail = FALSE),
         low = I(as.numeric(b - qt(0.975, fit$df.residual) * sqrt(diag(v))[arms])))
  }))
}))
