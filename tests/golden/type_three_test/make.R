# Rscript make.R, in this folder. Columns as in tests/golden/ancova: y, arm, n_ numeric covariates, f_ factors.
source("../json.R")
suppressMessages({library(sandwich); library(emmeans)})
read <- function(name) { d <- read.csv(paste0(name, ".csv")); for (v in c("arm", grep("^f_", names(d), value = TRUE))) d[[v]] <- factor(d[[v]]); d }
kinds <- c("const", "HC0", "HC1", "HC2", "HC3")

write_json(lapply(c("cars", "breaks", "iris", "tooth"), function(name) {
  fit <- lm(y ~ ., read(name)); v <- vcovHC(fit, type = "HC3")
  d <- drop1(fit, test = "F")[-1, ]; place <- attr(model.matrix(fit), "assign")
  robust <- vapply(seq_len(nrow(d)), function(i) { k <- which(place == i); b <- coef(fit)[k]; as.numeric(t(b) %*% solve(v[k, k]) %*% b) / length(k) }, 0)
  list(set = name, f = I(d[["F value"]]), df = I(d$Df), p_value = I(d[["Pr(>F)"]]), robust = I(robust))
}))
