# Rscript make.R, in this folder. Three columns: the largest statistic over all ways of shuffling each of them, counted one by
# one; more columns: a hundred thousand random shuffles. r by R's cor on the people that both columns have.
source("../json.R")
set.seed(20183)
of <- function(values) { d <- as.data.frame(values); names(d) <- paste0("c", seq_along(d)); d }
gap <- function(d, rows, column) { d[rows, column] <- NA; d }
air <- airquality[, c("Ozone", "Solar.R", "Wind", "Temp")]
sets <- list(
  trees_5 = of(trees[c(1, 9, 17, 24, 30), ]), jobs_5 = of(longley[c(1, 5, 8, 12, 15), c("Unemployed", "Armed.Forces", "GNP")]),
  ties_5 = of(mtcars[c(1, 3, 8, 15, 28), c("cyl", "gear", "carb")]),
  gaps_6 = gap(gap(of(mtcars[c(2, 6, 11, 18, 25, 31), c("mpg", "qsec", "drat")]), 1, "c1"), 4, "c2"),
  cars = of(mtcars[, c("mpg", "disp", "drat", "qsec", "gear", "carb")]), air = of(air[1:40, ]),
  attitude = of(attitude[1:12, ][, 1:6])
)
write_input(do.call(rbind, lapply(names(sets), function(name) {
  d <- sets[[name]]; for (k in 1:6) if (is.null(d[[paste0("c", k)]])) d[[paste0("c", k)]] <- NA
  cbind(set = name, d[, paste0("c", 1:6)])
})), "people.csv")
orders <- function(n) if (n == 1) matrix(1) else { p <- orders(n - 1); do.call(rbind, lapply(1:n, function(i) cbind(i, ifelse(p >= i, p + 1, p)))) }
statistic <- function(Y) {
  r <- suppressWarnings(cor(Y, use = "pairwise.complete.obs")); n <- crossprod(!is.na(Y))
  s <- atanh(pmin(abs(r), 1 - 1e-12)) * sqrt(pmax(n - 3, 0)); s[is.na(s) | n < 4] <- 0; s
}
cases <- list()
for (name in names(sets)) for (ranked in c(FALSE, TRUE)) {
  Y <- as.matrix(sets[[name]]); if (ranked) Y <- apply(Y, 2, rank, na.last = "keep")
  m <- ncol(Y); up <- upper.tri(diag(m)); s0 <- statistic(Y); n <- crossprod(!is.na(Y)); slack <- 1 - 1e-9
  if (m == 3) {
    ways <- lapply(1:3, function(j) { w <- which(!is.na(Y[, j])); o <- orders(length(w)); v <- matrix(NA_real_, nrow(Y), nrow(o)); v[w, ] <- t(matrix(Y[w, j][o], nrow(o))); v })
    pair <- function(a, b) statistic(cbind(ways[[a]], ways[[b]]))[seq_len(ncol(ways[[a]])), ncol(ways[[a]]) + seq_len(ncol(ways[[b]]))]
    ab <- pair(1, 2); ac <- pair(1, 3); bc <- pair(2, 3)
    # Shuffling the third alone is no less than shuffling all three where all are known of everybody.
    first <- if (anyNA(Y)) seq_len(nrow(ab)) else 1
    largest <- unlist(lapply(first, function(i) pmax(outer(ab[i, ], ac[i, ], pmax), bc)))
    total <- NA
  } else {
    total <- 1e5
    known <- lapply(seq_len(m), function(j) which(!is.na(Y[, j])))
    largest <- replicate(total, { Z <- Y; for (j in seq_len(m)) Z[known[[j]], j] <- Y[known[[j]], j][sample.int(length(known[[j]]))]; max(statistic(Z)[up]) })
  }
  for (b in 2:m) for (a in 1:(b - 1)) cases[[length(cases) + 1]] <- list(set = name, ranked = ranked, first = a - 1, second = b - 1, n = n[a, b],
    statistic = s0[a, b], ways = if (is.na(total)) length(largest) else total, exact = is.na(total), p_value = mean(largest >= s0[a, b] * slack))
}
write_json(cases)
