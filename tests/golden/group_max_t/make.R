# Rscript make.R, in this folder. t by R's mean and var; every way of dealing out the labels counted where there are few
# (combn; all signs for one group), else a hundred thousand random ones. Where R has t.test, it must give the same t.
source("../json.R")
set.seed(20182)
of <- function(values, group) { d <- as.data.frame(values); names(d) <- paste0("c", seq_along(d)); cbind(group = group, d) }
gap <- function(d, rows, column) { d[rows, column] <- NA; d }
irises <- iris[c(1:8, 51:59, 101:107), ]
sets <- list(
  cars_10 = of(mtcars[1:10, c("mpg", "disp", "hp", "drat", "wt")], mtcars$vs[1:10]),
  cars_ties = of(mtcars[11:20, c("cyl", "gear", "carb", "drat")], mtcars$am[11:20]),
  cars_gaps = gap(gap(of(mtcars[c(1:4, 20:24), c("mpg", "qsec", "wt")], mtcars$am[c(1:4, 20:24)]), 2, "c1"), c(5, 9), "c3"),
  cars = of(mtcars[, c("mpg", "disp", "hp", "drat", "wt", "qsec")], mtcars$am),
  air = of(airquality[1:60, c("Ozone", "Solar.R", "Wind", "Temp")], as.integer(airquality$Month[1:60] > 5)),
  irises = of(irises[, 1:4], as.integer(irises$Species) - 1),
  attitude_10 = gap(of(attitude[1:10, 1:5] - 60, 0), c(3, 7), "c2"),
  attitude = of(attitude[, 1:6] - 60, 0)
)
write_input(do.call(rbind, lapply(names(sets), function(name) {
  d <- sets[[name]]; for (k in 1:6) if (is.null(d[[paste0("c", k)]])) d[[paste0("c", k)]] <- NA
  cbind(set = name, d[, c("group", paste0("c", 1:6))])
})), "people.csv")
welch <- function(Y, g, k) {
  a <- Y[g == k, , drop = FALSE]; b <- Y[g == 0, , drop = FALSE]
  n <- colSums(!is.na(a)); m <- colSums(!is.na(b))
  v <- apply(a, 2, var, na.rm = TRUE) / n + apply(b, 2, var, na.rm = TRUE) / m
  (colMeans(a, na.rm = TRUE) - colMeans(b, na.rm = TRUE)) / sqrt(v)
}
one <- function(Y) colMeans(Y, na.rm = TRUE) / sqrt(apply(Y, 2, var, na.rm = TRUE) / colSums(!is.na(Y)))
cases <- list()
for (name in names(sets)) {
  d <- sets[[name]]; Y <- as.matrix(d[, -1]); g <- d$group; n <- nrow(Y); groups <- sort(unique(g))
  all_t <- if (length(groups) == 1) function(s) one(Y * s) else function(g) unlist(lapply(groups[-1], function(k) welch(Y, g, k)))
  t0 <- all_t(if (length(groups) == 1) rep(1, n) else g)
  if (length(groups) == 2) for (j in 1:ncol(Y)) stopifnot(abs(t.test(Y[g == 1, j], Y[g == 0, j])$statistic - t0[j]) < 1e-10)
  if (length(groups) == 1) for (j in 1:ncol(Y)) stopifnot(abs(t.test(Y[, j])$statistic - t0[j]) < 1e-10)
  few <- if (length(groups) == 1) 2^n <= 20000 else length(groups) == 2 && choose(n, sum(g == 1)) <= 20000
  B <- 1e5
  ways <- if (!few) NULL else if (length(groups) == 1) as.list(as.data.frame(t(as.matrix(expand.grid(rep(list(c(1, -1)), n)))))) else
    lapply(combn(n, sum(g == 1), simplify = FALSE), function(w) as.integer(seq_len(n) %in% w))
  draw <- if (few) function(i) ways[[i]] else if (length(groups) == 1) function(i) sample(c(1, -1), n, TRUE) else function(i) sample(g)
  total <- if (few) length(ways) else B
  o <- order(-abs(t0)); slack <- 1 - 1e-9; k <- length(t0)
  # The second and the last column of each group, and all of them, as sets.
  m <- ncol(Y); members <- unlist(lapply(seq_len(k / m), function(q) list((q - 1) * m + c(2, m), (q - 1) * m + 1:m)), recursive = FALSE)
  square <- function(t, w) mean(t[w][!is.na(t[w])]^2)
  s0 <- sapply(members, function(w) square(t0, w))
  raw <- step <- single <- numeric(k); joint <- numeric(length(members))
  for (i in seq_len(total)) {
    t <- all_t(draw(i)); a <- abs(t); missing <- !is.finite(a)
    raw <- raw + (missing | a >= abs(t0) * slack)
    b <- ifelse(missing, 0, a)
    u <- rev(cummax(rev(b[o])))
    step[o] <- step[o] + (missing[o] | u >= abs(t0[o]) * slack)
    single <- single + (missing | max(b) >= abs(t0) * slack)
    joint <- joint + sapply(seq_along(members), function(w) square(t, members[[w]]) >= s0[w] * slack)
  }
  p <- step / total; p[o] <- cummax(p[o])
  for (j in seq_len(k)) cases[[length(cases) + 1]] <- list(set = name, group = if (length(groups) == 1) 0 else groups[-1][(j - 1) %/% m + 1],
    column = (j - 1) %% m, t = t0[[j]], exact = few, ways = total, raw = raw[[j]] / total, step_down = p[[j]], single_step = single[[j]] / total)
  for (w in seq_along(members)) cases[[length(cases) + 1]] <- list(set = name, group = if (length(groups) == 1) 0 else groups[-1][(w - 1) %/% 2 + 1],
    members = (w - 1) %% 2, mean_square = s0[w], exact = few, ways = total, raw = joint[w] / total)
}
write_json(cases)
