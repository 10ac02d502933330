# Rscript make.R, in this folder. The coefficient twice: by the inverse of the matrix of coefficients, and for Pearson and
# Spearman as the correlation of residuals of lm (which must agree, or the script stops).
source("../json.R")
sets <- list(
  cars_1 = mtcars[, c("mpg", "wt", "hp")], cars_3 = mtcars[, c("mpg", "qsec", "wt", "hp", "am")],
  air = airquality[complete.cases(airquality), c("Ozone", "Temp", "Wind", "Solar.R")],
  iris = cbind(iris[, c("Sepal.Length", "Petal.Width")], v = as.numeric(iris$Species == "versicolor"), g = as.numeric(iris$Species == "virginica")),
  trees = trees[, c("Height", "Volume", "Girth")], jobs = longley[, c("Unemployed", "Armed.Forces", "Population")],
  swiss = swiss[, c("Fertility", "Infant.Mortality", "Agriculture", "Education", "Catholic")]
)
sets <- lapply(sets, function(d) { names(d) <- c("x", "y", paste0("z", seq_len(ncol(d) - 2))); d })
padded <- lapply(names(sets), function(name) { d <- sets[[name]]; for (z in paste0("z", 1:3)) if (is.null(d[[z]])) d[[z]] <- NA; cbind(set = name, d[, c("x", "y", "z1", "z2", "z3")]) })
input <- do.call(rbind, padded)
write.csv(input, "rows.csv", row.names = FALSE, quote = FALSE, na = "")
cases <- list()
for (name in names(sets)) for (kind in c("pearson", "spearman", "kendall")) {
  d <- sets[[name]]; n <- nrow(d); k <- ncol(d) - 2
  P <- solve(cor(d, method = kind)); r <- -P[1, 2] / sqrt(P[1, 1] * P[2, 2])
  if (kind != "kendall") {
    e <- if (kind == "spearman") as.data.frame(lapply(d, rank)) else d
    f <- reformulate(names(d)[-(1:2)], "x"); g <- reformulate(names(d)[-(1:2)], "y")
    stopifnot(abs(cor(resid(lm(f, e)), resid(lm(g, e))) - r) < 1e-11)
    df <- n - 2 - k; t <- r * sqrt(df / (1 - r^2)); p <- 2 * pt(-abs(t), df)
    v <- (if (kind == "spearman") 1 + r^2 / 2 else 1) / (n - k - 3)
  } else { df <- NA; m <- n - k; t <- r / sqrt(2 * (2 * m + 5) / (9 * m * (m - 1))); p <- 2 * pnorm(-abs(t)); v <- 0.437 / (m - 4) }
  ci <- function(level) tanh(atanh(r) + c(-1, 1) * qnorm(1 - (1 - level) / 2) * sqrt(v))
  cases[[length(cases) + 1]] <- list(set = name, kind = kind, n = n, covariates = k, coefficient = r, df = df, t = t, p_value = p, interval_95 = I(ci(0.95)), interval_90 = I(ci(0.9)))
}
write_json(cases)
