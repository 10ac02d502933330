# Rscript make.R, in this folder. Columns as in tests/golden/ancova: y, arm, n_ numeric covariates, f_ factors.
source("../json.R")
suppressMessages({library(sandwich); library(emmeans)})
read <- function(name) { d <- read.csv(paste0(name, ".csv")); for (v in c("arm", grep("^f_", names(d), value = TRUE))) d[[v]] <- factor(d[[v]]); d }
kinds <- c("const", "HC0", "HC1", "HC2", "HC3")

write_json(lapply(c("cars", "breaks", "iris", "tooth"), function(name) {
  d <- read(name); fit <- lm(y ~ ., d)
  of <- function(w, v = vcov(fit)) { s <- summary(emmeans(fit, ~ arm, weights = w, vcov. = v)); list(estimate = I(s$emmean), std_error = I(s$SE), low = I(s$lower.CL), high = I(s$upper.CL), df = s$df[1]) }
  list(set = name, equal = of("equal"), proportional = of("proportional"), hc3 = of("equal", vcovHC(fit, type = "HC3")))
}))
