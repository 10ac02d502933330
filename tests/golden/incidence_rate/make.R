# Rscript make.R, in this folder.
source("../json.R")
d <- data.frame(
  events1 = c(11, 0, 4, 0, 1, 137, 41, 3, 25, 1200, 2, 7, 30),
  time1 = c(800, 52.5, 12, 5, 1, 24.19893, 28010, 0.75, 340.25, 15000.5, 1000, 90, 60),
  events0 = c(3, 5, 0, 0, 1, 100, 15, 9, 25, 1090, 1, 21, 30),
  time0 = c(1083, 47.25, 12, 8, 3, 30, 19017, 2.5, 360, 14870, 10, 30, 60))
write_input(transform(d, time1 = sprintf("%.17g", time1), time0 = sprintf("%.17g", time0)), "counts.csv")
limits <- function(ci) lapply(as.numeric(ci), function(x) if (is.finite(x)) x else NA)
# The score statistic with the rates that are most likely given their difference, by optimising the likelihood.
score <- function(x1, t1, x0, t0, d) {
  least <- max(0, -d)
  slope_at <- function(l0) (if (x1 > 0) x1 / (l0 + d) else 0) + (if (x0 > 0) x0 / l0 else 0) - t1 - t0
  edge <- least + 1e-13 * max(1e-3, least)
  l0 <- if (x1 + x0 == 0 || slope_at(edge) <= 0) least else
    uniroot(slope_at, c(edge, least + (x1 + x0 + 1) / (t1 + t0) * 2 + abs(d)), tol = 1e-17, maxiter = 10000)$root
  (x1 / t1 - x0 / t0 - d) / sqrt((l0 + d) / t1 + l0 / t0)
}
difference <- function(x1, t1, x0, t0, level) {
  z <- qnorm(1 - (1 - level) / 2); found <- x1 / t1 - x0 / t0
  far <- 50 * ((x1 + 10) / t1 + (x0 + 10) / t0); near <- 1e-12 * far
  solve_for <- function(to, ends) uniroot(function(d) score(x1, t1, x0, t0, d) - to, ends, tol = 1e-17, maxiter = 10000)$root
  I(c(solve_for(z, c(found - far, found - near)), solve_for(-z, c(found + near, found + far))))
}
write_json(lapply(seq_len(nrow(d)), function(i) with(d[i, ], {
  one <- function(x, t, level) limits(poisson.test(x, t, conf.level = level)$conf.int)
  both <- if (events1 + events0 > 0) poisson.test(c(events1, events0), c(time1, time0)) else NULL
  narrow <- if (events1 + events0 > 0) poisson.test(c(events1, events0), c(time1, time0), conf.level = 0.9) else NULL
  list(treated = one(events1, time1, 0.95), control = one(events0, time0, 0.95), treated_90 = one(events1, time1, 0.9),
    ratio = if (is.null(both) || !is.finite(both$estimate)) NA else as.numeric(both$estimate),
    interval = if (is.null(both)) list(0, NA) else limits(both$conf.int),
    interval_90 = if (is.null(both)) list(0, NA) else limits(narrow$conf.int),
    p_value = if (is.null(both)) 1 else both$p.value,
    difference = events1 / time1 - events0 / time0,
    difference_interval = difference(events1, time1, events0, time0, 0.95),
    difference_90 = difference(events1, time1, events0, time0, 0.9))
})))
