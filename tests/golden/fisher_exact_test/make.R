# Rscript make.R, in this folder. fisher.test searches estimate and limits, or one over them, to some 1e-4; here its own
# equations are solved to the last digit, and both must agree to 2e-4 on one of the two scales.
source("../json.R")
d <- read.csv("counts.csv")
write_json(lapply(seq_len(nrow(d)), function(i) {
  one <- d[i, ]
  x <- one$treated_with; m <- one$treated_n; n <- one$control_n; k <- x + one$control_with
  lo <- max(0, k - n); hi <- min(k, m); support <- lo:hi
  share <- function(r) { w <- dhyper(support, m, n, k, log = TRUE) + log(r) * support; w <- exp(w - max(w)); w / sum(w) }
  solve_for <- function(f) exp(uniroot(function(l) f(share(exp(l))), c(-30, 30), tol = 1e-15, maxiter = 10000)$root)
  limits <- function(level) { a <- (1 - level) / 2
    c(if (x == lo) 0 else solve_for(function(s) sum(s[support >= x]) - a), if (x == hi) NA else solve_for(function(s) sum(s[support <= x]) - a)) }
  test <- fisher.test(rbind(c(x, m - x), c(k - x, n - (k - x))))
  estimate <- if (x == lo) 0 else if (x == hi) NA else solve_for(function(s) sum(s * support) - x)
  near <- function(a, b) stopifnot(is.na(a) && is.infinite(b) || min(abs(a - b), abs(1 / a - 1 / b), na.rm = TRUE) <= 2e-4)
  near(estimate, test$estimate); near(limits(0.95)[1], test$conf.int[1]); near(limits(0.95)[2], test$conf.int[2])
  list(p_value = test$p.value, odds_ratio = estimate, interval_95 = I(limits(0.95)), interval_90 = I(limits(0.90)))
}))
