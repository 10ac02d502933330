# Rscript make.R, in this folder.
suppressPackageStartupMessages(library(mvtnorm))
source("../json.R"); source("../weighted_log_rank.R"); source("../normal_rectangles.R")
set.seed(7)
d <- read.csv("../log_rank/weighted.csv")
d <- d[d$set %in% c("lung_sex", "lung_sex_by_ecog", "pbc_trt", "late", "late_ties", "veteran_cell_by_trt", "tiny"), ]
# Two groups of each.
d$group <- pmin(d$group, 1)
write_exact(transform(d, entry = as.numeric(entry), time = as.numeric(time)), "times.csv")
fh <- function(rho, gamma) kind("fleming_harrington", rho, gamma)
lists <- list(list(fh(0, 0), fh(0, 1), fh(1, 0), fh(1, 1)), list(fh(0, 0), fh(0, 1)),
  list(kind("log_rank"), kind("gehan"), fh(0, 1)), list(fh(0, 0), fh(0, 0.5), fh(0.5, 0), fh(0.5, 0.5)))
write_json(lapply(unique(d$set), function(name) {
  own <- d[d$set == name, ]
  list(set = name, lists = lapply(lists, function(kinds) {
    sums <- weighted_sums(own, kinds)
    v <- sums$covariance[, , 2, 2]; z <- sums$excess[, 2] / sqrt(diag(v)); corr <- v / sqrt(outer(diag(v), diag(v)))
    diag(corr) <- 1
    m <- max(abs(z)); k <- length(z)
    is_singular <- min(eigen(corr)$values) < 1e-9
    # TVPACK takes three variables and one-sided limits: a box is made of them, a fourth variable integrated over.
    box3 <- function(lower, upper, corr) sum(apply(expand.grid(rep(list(0:1), length(lower))), 1, function(side)
      (-1)^sum(side) * pmvnorm(upper = ifelse(side == 1, lower, upper), corr = corr, algorithm = TVPACK(1e-15))))
    box4 <- function() {
      rest <- corr[-1, -1] - outer(corr[-1, 1], corr[-1, 1]); s <- sqrt(diag(rest)); rest <- rest / outer(s, s); diag(rest) <- 1
      f <- function(x) vapply(x, function(v) dnorm(v) * box3((-m - corr[-1, 1] * v) / s, (m - corr[-1, 1] * v) / s, rest), 0)
      sum(vapply(seq(-m, m, length.out = 9)[-9], function(low) integrate(f, low, low + m / 4, rel.tol = 1e-10)$value, 0))
    }
    p <- if (is_singular) beyond(m, corr) else if (k <= 3) 1 - box3(rep(-m, k), rep(m, k), corr) else 1 - box4()
    list(kinds = kinds, z = I(z), variance = I(diag(v)), correlation = I(c(corr)), statistic = m, strongest = which.max(abs(z)) - 1,
      p_value = as.numeric(p), is_singular = is_singular)
  }))
}))
