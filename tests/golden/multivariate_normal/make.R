# Rscript make.R, in this folder.
suppressPackageStartupMessages(library(mvtnorm))
source("../json.R"); source("../normal_rectangles.R")
set.seed(11)
random_correlation <- function(n, rank) { a <- matrix(rnorm(n * rank), n); cov2cor(a %*% t(a)) }
equal <- function(n, rho) { m <- matrix(rho, n, n); diag(m) <- 1; m }
cases <- list()
add <- function(how, lower, upper, corr) cases[[length(cases) + 1]] <<- list(how = how, lower = lower, upper = upper, corr = corr)
# One-sided limits in two and three variables, by TVPACK, also far out and nearly singular.
for (rho in c(-0.999, -0.7, 0, 0.3, 0.9, 0.999, 0.99999)) for (x in list(c(0.5, -1), c(-4, -3), c(2, 2.1)))
  add("tvpack", c(-Inf, -Inf), x, equal(2, rho))
for (i in 1:6) add("tvpack", rep(-Inf, 3), rnorm(3), random_correlation(3, 3))
add("tvpack", rep(-Inf, 3), c(1, 2, 1.5), equal(3, 0.999)); add("tvpack", rep(-Inf, 3), c(-2, -2, -2), equal(3, 0.4))
# Boxes in three and four variables of full rank, by Miwa.
for (i in 1:4) { lower <- rnorm(3) - 1; add("miwa", lower, lower + rexp(3) + 0.5, random_correlation(3, 3)) }
for (i in 1:3) { lower <- rnorm(4) - 1; add("miwa", lower, lower + rexp(4) + 1, random_correlation(4, 6)) }
for (x in c(1, 2, 3)) add("miwa", rep(-x, 4), rep(x, 4), equal(4, 0.6))
# Singular ones, by nested integrals.
for (x in c(0.7, 2, 3.5)) add("nested", rep(-x, 4), rep(x, 4), random_correlation(4, 3))
for (i in 1:3) { lower <- rnorm(4) - 1.5; add("nested", lower, lower + rexp(4) + 1, random_correlation(4, 2)) }
add("nested", c(-1, -Inf, 0, -2), c(1, 0.5, Inf, 2), random_correlation(4, 3))
of <- function(x, i) vapply(x, function(v) if (length(v) >= i) sprintf("%.17g", v[i]) else "", "")
lower <- lapply(cases, `[[`, "lower"); upper <- lapply(cases, `[[`, "upper")
corr <- lapply(cases, function(one) one$corr[lower.tri(one$corr)]) # by columns: 21, 31, 41, 32, 42, 43
input <- data.frame(size = lengths(lower), how = vapply(cases, `[[`, "", "how"))
for (i in 1:4) { input[[paste0("low", i)]] <- of(lower, i); input[[paste0("high", i)]] <- of(upper, i) }
for (i in 1:6) input[[paste0("r", i)]] <- of(corr, i)
write_input(input, "boxes.csv")
probability <- function(one) switch(one$how,
  tvpack = pmvnorm(one$lower, one$upper, corr = one$corr, algorithm = TVPACK(1e-15)),
  miwa = pmvnorm(one$lower, one$upper, corr = one$corr, algorithm = Miwa(4096)),
  nested = rectangle(one$lower, one$upper, one$corr))
write_json(list(
  within = I(vapply(cases, function(one) as.numeric(probability(one)), 0)),
  # P(any |Z| > limit) in the far tails, by nested integrals.
  limit = I(c(1, 3, 6, 9)), beyond_2 = I(vapply(c(1, 3, 6, 9), beyond, 0, correlation = equal(2, 0.8))),
  beyond_3 = I(vapply(c(1, 3, 6, 9), beyond, 0, correlation = equal(3, 0.5)))))
