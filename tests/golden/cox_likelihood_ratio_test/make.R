# Rscript make.R, in this folder.
source("../cox/sets.R")
names <- c("lung", "lung_strata", "veteran", "colon", "pbc", "heart", "late_strata")
write_sets(names)
cases <- list()
for (name in names) for (ties in c("efron", "breslow", "exact")) {
  set <- sets[[name]]
  for (columns in list(1, seq_len(set$p)[-1])) {
    rest <- setdiff(seq_len(set$p), columns)
    smaller <- set
    smaller$p <- length(rest)
    smaller$rows[, paste0("x", seq_along(rest))] <- set$rows[, paste0("x", rest)]
    test <- 2 * (fit_set(set, ties, FALSE)$loglik[2] - fit_set(smaller, ties, FALSE)$loglik[2])
    case <- c(head_of(name, ties), list(columns = I(columns - 1), chi_squared = test,
      p_value = pchisq(test, length(columns), lower.tail = FALSE)))
    case$has_cluster <- FALSE
    cases[[length(cases) + 1]] <- case
  }
}
write_json(cases)
