# Rscript make.R, in this folder. Columns as in tests/golden/ancova: y, arm, n_ numeric covariates, f_ factors.
source("../json.R")
suppressMessages({library(sandwich); library(emmeans)})
read <- function(name) { d <- read.csv(paste0(name, ".csv")); for (v in c("arm", grep("^f_", names(d), value = TRUE))) d[[v]] <- factor(d[[v]]); d }
kinds <- c("const", "HC0", "HC1", "HC2", "HC3")

write_json(lapply(c("cars", "breaks", "iris", "tooth"), function(name) {
  fit <- lm(y ~ ., read(name)); n <- function(x) I(as.numeric(x))
  list(set = name, leverage = n(hatvalues(fit)), standardised = n(rstandard(fit)), studentised = n(rstudent(fit)), cooks = n(cooks.distance(fit)))
}))
