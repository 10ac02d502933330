# The data of all goldens on Cox's model. Each set: rows (entry, time, event, stratum, cluster, x1...), and what is used.
suppressPackageStartupMessages(library(survival))
source("../json.R")
one_set <- function(time, event, x, entry = NULL, stratum = NULL, cluster = NULL) {
  x <- as.matrix(x)
  colnames(x) <- paste0("x", seq_len(ncol(x)))
  list(has_entry = !is.null(entry), has_stratum = !is.null(stratum), has_cluster = !is.null(cluster), p = ncol(x),
       rows = data.frame(entry = if (is.null(entry)) 0 else entry, time = time, event = as.integer(event),
                         stratum = if (is.null(stratum)) 0L else as.integer(factor(stratum)) - 1L,
                         cluster = if (is.null(cluster)) 0L else as.integer(factor(cluster)) - 1L, x))
}
sets <- list()
d <- na.omit(lung[, c("time", "status", "age", "sex", "ph.ecog", "inst")])
sets$lung <- with(d, one_set(time, status == 2, cbind(age, sex, ph.ecog)))
sets$lung_strata <- with(d, one_set(time, status == 2, cbind(age, sex), stratum = ph.ecog))
sets$lung_cluster <- with(d, one_set(time, status == 2, cbind(age, sex, ph.ecog), cluster = inst))
sets$veteran <- with(veteran, one_set(time, status, cbind(trt, karno, age, model.matrix(~ celltype)[, -1])))
sets$ovarian <- with(ovarian, one_set(futime, fustat, cbind(age, rx, resid.ds)))
sets$aml <- with(aml, one_set(time, status, as.integer(x) - 1))
d <- na.omit(subset(colon, etype == 2)[, c("time", "status", "rx", "age", "node4")])
sets$colon <- with(d, one_set(time, status, cbind(model.matrix(~ rx)[, -1], age, node4)))
d <- na.omit(colon[, c("id", "time", "status", "rx", "age", "etype")])
sets$colon_both <- with(d, one_set(time, status, cbind(model.matrix(~ rx)[, -1], age), stratum = etype, cluster = id))
d <- na.omit(pbc[, c("time", "status", "age", "edema", "bili", "albumin", "protime")])
sets$pbc <- with(d, one_set(time, status == 2, cbind(age, edema, log(bili), log(albumin), log(protime))))
d <- heart
sets$heart <- with(d, one_set(stop, event, cbind(age, year, surgery, transplant == "1"), entry = start, cluster = id))
set.seed(3)
n <- 90
z <- cbind(rbinom(n, 1, 0.5), round(rnorm(n), 2))
t0 <- rexp(n, 0.2 * exp(0.5 * z[, 1] - 0.4 * z[, 2]))
sets$many_ties <- one_set(ceiling(pmin(t0, 8)), t0 < 8, z)
entry <- sample(0:4, n, TRUE)
sets$late <- one_set(entry + ceiling(pmin(t0, 6)), t0 < 6, z, entry = entry)
sets$late_strata <- one_set(entry + ceiling(pmin(t0, 6)), t0 < 6, z, entry = entry, stratum = rep(1:3, n / 3),
                            cluster = rep(1:(n / 2), 2))
sets$tiny <- one_set(c(1, 1, 2, 2, 3, 4, 4, 5), c(1, 0, 1, 1, 0, 1, 1, 0), c(0.5, 1, 2, 0, 1, 0, 1.5, 1))

fit_set <- function(set, ties, cluster = set$has_cluster, ...) {
  d <- set$rows
  # coxph lists all sets of the tied when there are entries; the same likelihood, a stratum for each risk set, is quick.
  if (ties == "exact" && set$has_entry && max(table(d$time[d$event == 1])) > 5) {
    risk_sets <- unique(d[d$event == 1, c("stratum", "time")])
    d <- do.call(rbind, lapply(seq_len(nrow(risk_sets)), function(k) {
      at <- d[d$stratum == risk_sets$stratum[k] & d$time >= risk_sets$time[k] & d$entry < risk_sets$time[k], ]
      transform(at, event = as.integer(event == 1 & time == risk_sets$time[k]), stratum = k, time = 1)
    }))
    set$has_entry <- FALSE
    set$has_stratum <- TRUE
  }
  y <- if (set$has_entry) Surv(d$entry, d$time, d$event) else Surv(d$time, d$event)
  x <- as.matrix(d[, paste0("x", seq_len(set$p)), drop = FALSE])
  control <- coxph.control(eps = 1e-13, iter.max = 200, toler.chol = 1e-15, timefix = FALSE)
  stratum <- d$stratum
  id <- d$cluster
  call <- list(quote(coxph), if (set$has_stratum) quote(y ~ x + strata(stratum)) else quote(y ~ x), ties = ties,
               control = control, x = TRUE, ...)
  if (cluster) call$cluster <- quote(id)
  suppressWarnings(eval(as.call(call)))
}
write_sets <- function(names, file = "rows.csv") {
  most <- max(sapply(sets[names], `[[`, "p"))
  rows <- do.call(rbind, lapply(names, function(name) {
    d <- sets[[name]]$rows
    for (k in seq_len(most)) if (is.null(d[[paste0("x", k)]])) d[[paste0("x", k)]] <- 0
    cbind(set = name, d[, c("entry", "time", "event", "stratum", "cluster", paste0("x", seq_len(most)))])
  }))
  for (k in names(rows)[-1]) rows[[k]] <- sprintf("%.17g", rows[[k]])
  write_input(rows, file)
}
head_of <- function(name, ties) with(sets[[name]], list(set = name, p = p, has_entry = has_entry,
  has_stratum = has_stratum, has_cluster = has_cluster, ties = ties))
