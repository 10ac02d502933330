# The panel of benches/src/panel.rs in base R, on the same values, timed inside R: panel.R FOLDER. A line "name,
# milliseconds at best, median, the answer" for each. Everything is a matrix product or vectorised where R can.
folder <- commandArgs(TRUE)[1]
people <- 500; m <- 100
x <- matrix(readBin(file.path(folder, "panel.bin"), "double", people * m), people)
arm <- (seq_len(people) - 1) %% 2
timed <- function(name, rounds, work) {
  times <- replicate(rounds, system.time(found <<- work())[["elapsed"]] * 1000)
  cat(name, min(times), median(times), format(found, digits = 15), "\n", sep = "\t")
}
up <- upper.tri(diag(m))
matrix_of <- function(x) {
  r <- cor(x)[up]; n <- people
  t <- r * sqrt((n - 2) / (1 - r^2)); p <- 2 * pt(-abs(t), n - 2)
  z <- atanh(r); low <- tanh(z - qnorm(0.975) / sqrt(n - 3)); high <- tanh(z + qnorm(0.975) / sqrt(n - 3))
  sum(p.adjust(p, "BH") < 0.05)
}
timed("panel pearson", 9, function() matrix_of(x))
timed("panel spearman", 9, function() matrix_of(apply(x, 2, rank)))
timed("panel by cor.test", 1, function() {
  p <- c(); for (j in 2:m) for (i in 1:(j - 1)) p <- c(p, cor.test(x[, i], x[, j])$p.value)
  sum(p.adjust(p, "BH") < 0.05)
})
timed("panel group max-t", 3, function() {
  set.seed(1); B <- 1000
  welch <- function(G) {
    n <- colSums(G); k <- people - n; s <- crossprod(G, x); q <- crossprod(G, x^2)
    S <- rep(colSums(x), each = nrow(s)); Q <- rep(colSums(x^2), each = nrow(s))
    a <- s / n; b <- (S - s) / k
    (a - b) / sqrt((q - n * a^2) / (n - 1) / n + (Q - q - k * b^2) / (k - 1) / k)
  }
  t0 <- abs(welch(cbind(arm))[1, ]); o <- order(-t0)
  t <- abs(welch(replicate(B, sample(arm))))[, o]
  for (j in (m - 1):1) t[, j] <- pmax(t[, j], t[, j + 1])
  min(cummax((colSums(t >= rep(t0[o], each = B)) + 1) / (B + 1)))
})
timed("panel correlation max-t", 3, function() {
  set.seed(1); B <- 1000
  r0 <- abs(cor(x)[up])
  largest <- replicate(B, max(abs(cor(apply(x, 2, sample))[up])))
  sum(sapply(r0, function(r) (sum(largest >= r) + 1) / (B + 1)) < 0.05)
})
cat("version", as.character(getRversion()), "", sep = "\t")
