# Rscript make.R, in this folder.
source("../json.R")
spread <- function(n, step, prime = 1009) ((seq_len(n) * step) %% prime) / 8
set <- function(name, treated, control) data.frame(set = name, arm = rep(1:0, c(length(treated), length(control))), value = c(treated, control))
d <- rbind(
  with(sleep, set("sleep", extra[group == 2], extra[group == 1])),
  set("four", c(4, 6), c(1, 2)),
  set("one_and_four", 5, c(1, 2, 7, 3)),
  set("seven", c(9, 3, 5, 3), c(2, 0, 1)),
  set("backwards", c(2, 0, 1), c(9, 3, 5, 3)),
  set("huge", c(101, 102, 103, 104), c(1, 2, 3, 4)),
  with(mtcars, set("mpg", mpg[am == 1], mpg[am == 0])),
  with(warpbreaks, set("breaks", breaks[wool == "A"], breaks[wool == "B"])),
  set("small_effect", spread(80, 577) + 9.03125, spread(70, 211)),
  with(iris, set("petal", Petal.Length[Species == "virginica"], Petal.Length[Species == "setosa"]))
)
write_input(d, "values.csv")
# P(T <= t) with noncentrality delta, by its definition: over s, the root of chi^2 / df.
cdf <- function(t, df, delta) {
  log_f <- function(s) log(2) + df / 2 * log(df / 2) - lgamma(df / 2) + (df - 1) * log(s) - df * s^2 / 2
  part <- function(from, to) integrate(function(s) exp(log_f(s)) * pnorm(t * s - delta), from, to, rel.tol = 1e-11, abs.tol = 1e-15, subdivisions = 5000)$value
  sd <- 1 / sqrt(2 * df)
  edges <- sort(unique(pmax(0, c(0, 1 + (-12:12) * sd, 1 + 20 * sd, 1 + 40 * sd, if (t > 0) pmax(delta / t + (-4:4) / t, 0)))))
  sum(mapply(part, head(edges, -1), edges[-1]))
}
write_json(lapply(unique(d$set), function(name) {
  one <- d[d$set == name, ]
  x <- one$value[one$arm == 1]; y <- one$value[one$arm == 0]
  test <- t.test(x, y, var.equal = TRUE)
  df <- unname(test$parameter); t <- unname(test$statistic)
  J <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  root_n <- sqrt(length(x) * length(y) / (length(x) + length(y)))
  limits <- function(level, p) {
    sign <- if (t < 0) -1 else 1
    tail <- (1 - level) / 2
    find <- function(wanted) {
      reach <- 10 + abs(t) * 3
      uniroot(function(delta) p(abs(t), df, delta) - wanted, c(abs(t) - reach, abs(t) + reach), tol = 1e-14, maxiter = 10000)$root
    }
    sort(sign * c(find(1 - tail), find(tail)) * J / root_n)
  }
  of_pt <- function(t, df, delta) suppressWarnings(pt(t, df, delta))
  list(set = name, g = t / root_n * J, correction = J, df = df,
       interval_95 = I(limits(0.95, cdf)), interval_90 = I(limits(0.90, cdf)),
       pt_95 = if (abs(t) < 12) I(limits(0.95, of_pt)) else I(c(NA, NA)))
}))
