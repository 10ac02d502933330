# Rscript make.R, in this folder. Every pair of the columns of airquality (missing values as they are) and of swiss, by
# cor.test of the rows in which both have a value; the coefficients also by cor(use = "pairwise.complete.obs").
source("../json.R")
sets <- list(air = airquality[, 1:4], few = airquality[5:18, 1:4], swiss = swiss)
names_of <- paste0("c", 1:6)
padded <- lapply(names(sets), function(name) { d <- sets[[name]]; names(d) <- names_of[seq_along(d)]; for (z in names_of) if (is.null(d[[z]])) d[[z]] <- NA; cbind(set = name, d[, names_of]) })
write.csv(do.call(rbind, padded), "rows.csv", row.names = FALSE, quote = FALSE, na = "")
cases <- list()
for (name in names(sets)) for (kind in c("pearson", "spearman", "kendall")) {
  d <- sets[[name]]; all <- cor(d, use = "pairwise.complete.obs", method = kind)
  for (i in 1:(ncol(d) - 1)) for (j in (i + 1):ncol(d)) {
    both <- complete.cases(d[, c(i, j)]); x <- d[both, i]; y <- d[both, j]; n <- sum(both)
    exact <- !anyDuplicated(x) && !anyDuplicated(y) && ((kind == "spearman" && n <= 9) || (kind == "kendall" && n < 50))
    test <- suppressWarnings(cor.test(x, y, method = kind, exact = exact, continuity = FALSE))
    stopifnot(abs(test$estimate - all[i, j]) < 1e-12)
    cases[[length(cases) + 1]] <- list(set = name, kind = kind, first = i - 1, second = j - 1, n = n, coefficient = all[i, j], p_value = test$p.value)
  }
}
write_json(cases)
