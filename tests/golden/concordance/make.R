# Rscript make.R, in this folder.
source("../cox/sets.R")
# Scores of two digits, which tie; "cox" has those of a fit.
for (name in names(sets)) {
  set <- sets[[name]]
  x <- as.matrix(set$rows[, paste0("x", seq_len(set$p)), drop = FALSE])
  sets[[name]]$p <- 2
  lp <- drop(x %*% unname(coef(fit_set(set, "efron", FALSE))))
  sets[[name]]$rows <- cbind(set$rows[, c("entry", "time", "event", "stratum", "cluster")], x1 = lp, x2 = round(lp, 1))
}
write_sets(names(sets))
cases <- list()
for (name in names(sets)) for (column in 1:2) for (cluster in unique(c(FALSE, sets[[name]]$has_cluster))) {
  set <- sets[[name]]
  d <- set$rows
  y <- if (set$has_entry) Surv(d$entry, d$time, d$event) else Surv(d$time, d$event)
  score <- d[[paste0("x", column)]]
  call <- list(quote(concordancefit), quote(y), quote(score), reverse = TRUE, timefix = FALSE, keepstrata = FALSE)
  if (set$has_stratum) call$strata <- quote(d$stratum)
  if (cluster) call$cluster <- quote(d$cluster)
  found <- eval(as.call(call))
  count <- unname(found$count)
  case <- c(head_of(name, "efron"), list(column = column, estimate = unname(found$concordance),
    std_error = sqrt(found$var), count = I(count)))
  case$has_cluster <- cluster
  cases[[length(cases) + 1]] <- case
}
write_json(cases)
