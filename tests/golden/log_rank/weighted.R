# Rscript weighted.R, in this folder.
suppressPackageStartupMessages(library(survival))
source("../json.R"); source("../weighted_log_rank.R")
code <- function(x) as.integer(factor(x)) - 1L
rows <- function(set, time, event, group, stratum = 0L, entry = NA_real_)
  data.frame(set = set, entry = entry, time = as.numeric(time), event = as.integer(event), group = group, stratum = stratum)
set.seed(20261125)
simulated <- function(set, n, groups, strata, late, ties) {
  group <- rep_len(seq_len(groups) - 1L, n); stratum <- sample(strata, n, TRUE) - 1L
  time <- rexp(n, 0.1 * (1 + 0.4 * group)) + 0.05; stop <- runif(n, 2, 20)
  event <- as.integer(time <= stop); time <- pmin(time, stop)
  # coxph counts through every set of tied events when entries are late: few ties there.
  if (ties) time <- if (late) ceiling(4 * time) / 4 else ceiling(time / 2)
  entry <- if (late) pmax(0, time - ifelse(rep(ties, n), ceiling(runif(n, 0, 6)), runif(n, 0.1, 12))) else NA_real_
  rows(set, time, event, group, stratum, entry)
}
e <- subset(lung, !is.na(ph.ecog))
d <- rbind(
  rows("lung_sex", lung$time, lung$status - 1, code(lung$sex)),
  rows("lung_sex_by_ecog", e$time, e$status - 1, code(e$sex), code(e$ph.ecog)),
  rows("veteran_cell", veteran$time, veteran$status, code(veteran$celltype)),
  rows("veteran_cell_by_trt", veteran$time, veteran$status, code(veteran$celltype), code(veteran$trt)),
  with(subset(colon, etype == 2), rows("colon_by_nodes", time, status, code(rx), node4)),
  with(subset(pbc, !is.na(trt)), rows("pbc_trt", time, status == 2, code(trt))),
  rows("tiny", c(3, 1, 4, 1, 5, 9, 2), c(1, 1, 0, 1, 1, 1, 0), c(0L, 0L, 0L, 1L, 1L, 1L, 2L)),
  simulated("ties", 90, 3, 1, FALSE, TRUE), simulated("late_ties", 80, 3, 1, TRUE, TRUE),
  simulated("late", 70, 2, 1, TRUE, FALSE), simulated("late_strata", 160, 4, 3, TRUE, TRUE)
)
write_exact(d, "weighted.csv")
kinds <- list(kind("log_rank"), kind("gehan"), kind("tarone"), kind("peto"),
  kind("fleming_harrington", 0.5, 0), kind("fleming_harrington", 1, 0), kind("fleming_harrington", 0, 1),
  kind("fleming_harrington", 1, 1), kind("fleming_harrington", 0.5, 2))
write_json(lapply(unique(d$set), function(name) {
  own <- d[d$set == name, ]
  sums <- weighted_sums(own, kinds)
  has_strata <- length(unique(own$stratum)) > 1; is_late <- !is.na(own$entry[1])
  list(set = name, observed = I(sums$observed), expected = I(sums$expected),
    # The score test of Cox's model with exact ties is the log-rank test; survdiff refuses late entries.
    cox_exact = {
      y <- if (is_late) Surv(own$entry, own$time, own$event) else Surv(own$time, own$event)
      f <- if (has_strata) y ~ factor(group) + strata(stratum) else y ~ factor(group)
      suppressWarnings(coxph(f, own, ties = "exact"))$score
    },
    cox_breslow = {
      y <- if (is_late) Surv(own$entry, own$time, own$event) else Surv(own$time, own$event)
      f <- if (has_strata) y ~ factor(group) + strata(stratum) else y ~ factor(group)
      suppressWarnings(coxph(f, own, ties = "breslow"))$score
    },
    kinds = lapply(seq_along(kinds), function(k) {
      one <- kinds[[k]]; v <- sums$covariance[k, k, , ]; u <- sums$excess[k, ]
      rest <- which(diag(v) > 0)[-1]
      chi <- sum(u[rest] * solve(v[rest, rest], u[rest]))
      by_survdiff <- NA
      if (!is_late && (one$name == "log_rank" || one$name == "fleming_harrington" && one$gamma == 0)) {
        f <- if (has_strata) Surv(time, event) ~ group + strata(stratum) else Surv(time, event) ~ group
        fit <- survdiff(f, own, rho = if (one$name == "log_rank") 0 else one$rho)
        by_survdiff <- fit$chisq
        stopifnot(max(abs(rowSums(as.matrix(fit$obs)) - sums$weighted[k, ])) < 1e-9, max(abs(fit$var - v)) < 1e-9)
      }
      list(name = one$name, rho = one$rho, gamma = one$gamma, chi_squared = chi, df = length(rest),
        p_value = pchisq(chi, length(rest), lower.tail = FALSE), survdiff = by_survdiff,
        weighted_observed = I(sums$weighted[k, ]), weighted_expected = I(sums$weighted[k, ] - u), variance = I(diag(v)))
    }))
}), "weighted.json")
