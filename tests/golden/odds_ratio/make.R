# Rscript make.R, in this folder.
source("../json.R")
d <- read.csv("counts.csv")
write_json(lapply(seq_len(nrow(d)), function(i) {
  one <- d[i, ]
  a <- one$treated_with; b <- one$treated_n - a; c <- one$control_with; e <- one$control_n - c
  s <- sqrt(1 / a + 1 / b + 1 / c + 1 / e)
  fit <- glm(cbind(c(a, c), c(b, e)) ~ c(1, 0), family = binomial, epsilon = 1e-12, maxit = 100)
  stopifnot(abs(coef(fit)[2] - log(a * e / (b * c))) < 1e-9, abs(sqrt(vcov(fit)[2, 2]) - s) < 1e-6)
  at <- function(level) exp(log(a * e / (b * c)) + c(-1, 1) * qnorm((1 + level) / 2) * s)
  list(estimate = a * e / (b * c), log_std_error = s, interval_95 = I(at(0.95)), interval_90 = I(at(0.90)))
}))
