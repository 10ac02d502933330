# Rscript make.R, in this folder.
source("../cox/sets.R")
names <- c("lung", "lung_strata", "veteran", "aml", "colon", "pbc", "heart", "many_ties", "late", "late_strata")
write_sets(names)
cases <- list()
for (name in names) for (ties in c("efron", "breslow", "exact")) for (transform in c("km", "rank", "identity", "log")) {
  set <- sets[[name]]
  if (ties == "exact" && (set$has_entry || transform != "km")) next
  fit <- fit_set(set, ties, FALSE)
  # Each column a term; and the last two as one.
  p <- set$p
  test <- cox.zph(fit, transform, terms = FALSE)
  case <- c(head_of(name, ties), list(transform = transform, chi_squared = I(unname(test$table[, 1])),
    p_value = I(unname(test$table[, 3]))))
  case$has_cluster <- FALSE
  if (p > 1) {
    pair <- fit
    pair$assign <- c(as.list(seq_len(p - 2)), list(p - 1:0))
    names(pair$assign) <- paste0("t", seq_along(pair$assign))
    both <- cox.zph(pair, transform)
    case$pair <- unname(both$table[p - 1, 1])
  }
  if (name %in% c("lung", "lung_strata", "aml", "heart", "many_ties", "late_strata")) {
    # Which row each event is, as cox.zph orders them.
    d <- set$rows
    ord <- if (set$has_entry) rev(order(-d$stratum, -d$time)) else order(d$stratum, d$time)
    ord <- ord[d$event[ord] == 1]
    stopifnot(all(d$time[ord] == test$time))
    case$row <- I(ord - 1)
    case$time <- I(test$x)
    # In a stratum where no column varies cox.zph leaves the residuals unscaled (and those of later strata out of step;
    # here it is the last stratum): there is none.
    residual <- test$y
    alone <- table(d$stratum)[as.character(d$stratum[ord])] == 1
    stopifnot(all(d$stratum[ord][alone] == max(d$stratum)))
    residual[alone, ] <- NA
    case$residual <- I(c(t(residual)))
    case$variance <- I(c(test$var))
  }
  cases[[length(cases) + 1]] <- case
}
write_json(cases)
