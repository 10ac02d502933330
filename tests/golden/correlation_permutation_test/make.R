# Rscript make.R, in this folder. Every order of y counted for up to 8 pairs; for more a million random ones, of which the
# share and its standard error are told. Exact rank tests of R must agree with the counts where there are no ties.
source("../json.R")
suppressMessages(library(coin))
set.seed(20181)
sets <- list(
  jobs_8 = longley[1:8, c("Unemployed", "Armed.Forces")], jobs_6 = longley[1:6, c("Unemployed", "Armed.Forces")],
  jobs_3 = longley[7:9, c("Unemployed", "Armed.Forces")], tied_7 = data.frame(mtcars$cyl[1:7], mtcars$carb[1:7]),
  tied_8 = data.frame(mtcars$mpg[8:15], mtcars$gear[8:15]), sleep = data.frame(sleep$extra[1:10], sleep$extra[11:20]),
  trees = trees[, c("Girth", "Height")], cars = mtcars[, c("qsec", "gear")]
)
sets <- lapply(sets, setNames, c("x", "y"))
write_input(do.call(rbind, lapply(names(sets), function(name) cbind(set = name, sets[[name]]))), "pairs.csv")
orders <- function(n) if (n == 1) matrix(1) else { p <- orders(n - 1); do.call(rbind, lapply(1:n, function(i) cbind(i, ifelse(p >= i, p + 1, p)))) }
statistic <- list(
  pearson = function(x, y) { a <- x - mean(x); function(Y) abs(Y %*% a) },
  spearman = function(x, y) { a <- rank(x) - mean(rank(x)); r <- rank(y); function(Y) { R <- matrix(r[match(Y, y)], nrow(Y)); abs(R %*% a) } },
  kendall = function(x, y) { sx <- sign(outer(x, x, "-")); function(Y) { n <- length(x); s <- 0; for (i in 1:(n - 1)) for (j in (i + 1):n) s <- s + sx[j, i] * sign(Y[, j] - Y[, i]); abs(s) } }
)
cases <- list()
for (name in names(sets)) for (kind in names(statistic)) {
  d <- sets[[name]]; n <- nrow(d); f <- statistic[[kind]](d$x, d$y)
  observed <- f(matrix(d$y, 1))
  slack <- 1e-9 * max(observed, 1)
  if (n <= 8) {
    o <- orders(n); Y <- matrix(d$y[o], nrow(o)); extreme <- sum(f(Y) >= c(observed) - slack); ways <- nrow(o)
    if (kind != "pearson" && !anyDuplicated(d$x) && !anyDuplicated(d$y)) stopifnot(abs(cor.test(d$x, d$y, method = kind, exact = TRUE)$p.value - extreme / ways) < 1e-12)
    cases[[length(cases) + 1]] <- list(set = name, kind = kind, n = n, as_extreme = extreme, ways = ways, share = NA)
  } else {
    B <- 1e6; extreme <- 0
    for (block in 1:20) { Y <- t(replicate(B / 20, sample(d$y))); extreme <- extreme + sum(f(Y) >= c(observed) - slack) }
    if (kind == "spearman") { p <- pvalue(spearman_test(y ~ x, d, distribution = approximate(nresample = 1e5))); stopifnot(abs(p - extreme / B) < 5 * sqrt(extreme / B / 1e5) + 1e-4) }
    cases[[length(cases) + 1]] <- list(set = name, kind = kind, n = n, as_extreme = NA, ways = NA, share = extreme / B)
  }
}
write_json(cases)
