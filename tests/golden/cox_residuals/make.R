# Rscript make.R, in this folder.
source("../cox/sets.R")
names <- c("lung", "aml", "colon_both", "heart", "many_ties", "late", "late_strata", "tiny")
sets$colon_both$rows <- sets$colon_both$rows[seq_len(200), ]
write_sets(names)
cases <- list()
for (name in names) for (ties in c("efron", "breslow", "exact")) {
  fit <- fit_set(sets[[name]], ties, FALSE)
  if (ties == "exact" && sets[[name]]$has_entry) next
  case <- c(head_of(name, ties), list(martingale = I(unname(residuals(fit, "martingale"))),
                                      deviance = I(unname(residuals(fit, "deviance")))))
  case$has_cluster <- FALSE
  if (ties != "exact") {
    case$score <- I(c(t(as.matrix(residuals(fit, "score")))))
    case$dfbeta <- I(c(t(as.matrix(residuals(fit, "dfbeta")))))
  }
  cases[[length(cases) + 1]] <- case
}
write_json(cases)
