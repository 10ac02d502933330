# Rscript make.R, in this folder.
suppressPackageStartupMessages(library(survival))
source("../json.R"); source("../weighted_log_rank.R")
d <- read.csv("../log_rank/weighted.csv")
d <- d[d$set %in% c("lung_sex", "veteran_cell", "veteran_cell_by_trt", "colon_by_nodes", "tiny", "ties", "late_ties", "late_strata"), ]
write_exact(transform(d, entry = as.numeric(entry), time = as.numeric(time)), "times.csv")
doses <- list(NULL, c(0, 10, 15, 40), c(3, 1, 2, -5))
kinds <- list(kind("log_rank"), kind("gehan"), kind("fleming_harrington", 1, 0))
write_json(lapply(unique(d$set), function(name) {
  own <- d[d$set == name, ]
  sums <- weighted_sums(own, kinds)
  list(set = name, doses = lapply(doses, function(dose) {
    s <- if (is.null(dose)) sums$groups else dose[sums$groups + 1]
    own$score <- s[match(own$group, sums$groups)]
    y <- if (is.na(own$entry[1])) Surv(own$time, own$event) else Surv(own$entry, own$time, own$event)
    f <- if (length(unique(own$stratum)) > 1) y ~ score + strata(stratum) else y ~ score
    list(scores = if (is.null(dose)) NA else I(dose), cox_exact = suppressWarnings(coxph(f, own, ties = "exact"))$score,
      kinds = lapply(seq_along(kinds), function(k) {
        z <- sum(s * sums$excess[k, ]) / sqrt(c(s %*% sums$covariance[k, k, , ] %*% s))
        c(kinds[[k]], list(z = z, p_value = pchisq(z^2, 1, lower.tail = FALSE)))
      }))
  }))
}))
