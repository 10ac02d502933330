# Rscript make.R, in this folder. Columns as in tests/golden/ancova: y, arm, n_ numeric covariates, f_ factors.
source("../json.R")
suppressMessages({library(sandwich); library(emmeans)})
read <- function(name) { d <- read.csv(paste0(name, ".csv")); for (v in c("arm", grep("^f_", names(d), value = TRUE))) d[[v]] <- factor(d[[v]]); d }
kinds <- c("const", "HC0", "HC1", "HC2", "HC3")

write_json(lapply(c("cars", "breaks", "iris", "tooth"), function(name) {
  d <- read(name); fit <- lm(y ~ ., d); cov <- setdiff(names(d), c("y", "arm"))
  tests <- lapply(cov, function(v) anova(fit, update(fit, paste("~ . + arm:", v)))[2, ])
  list(set = name, f = I(vapply(tests, function(t) t$F, 0)), df = I(vapply(tests, function(t) t$Df, 0)), rest = I(vapply(tests, function(t) t$Res.Df, 0)), p_value = I(vapply(tests, function(t) t[["Pr(>F)"]], 0)))
}))
