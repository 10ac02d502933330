# What is asked of each trial; make_trials.R writes it as plan.json, expected.R answers it.
change <- function(outcome, months, window, baseline = "last_at_or_before_start", covariates = list(), ...)
  list(change = list(outcome = outcome, baseline = baseline, target_months = as.list(months), primary_month = max(months),
    window_months = window, covariates = covariates, ...))
survival <- function(endpoint = "death") list(survival = list(endpoint = endpoint))
correlation <- function(x, y, quantity, month, window, scale, below, matrix = list(), stratum = NULL, responder = NULL, ...) {
  asked <- list(assay = list(month = month, window_months = window, scale = scale, below_limit = below), x = x, y = y, quantity = quantity, matrix = matrix)
  if (!is.null(stratum)) asked$matrix_stratum <- stratum
  if (!is.null(responder)) asked$responder <- responder
  list(correlation = c(asked, list(...)))
}
an <- function(name) list(analyte = name)
out <- function(name) list(outcome = name)
plan <- function(control, level, analyses, set = NULL) {
  p <- list(plan_version = 1, confidence_level = level, analyses = analyses)
  if (!is.null(control)) p$control_arm <- control
  if (!is.null(set)) p$analysis_set <- set
  p
}
factor_of <- function(name) list(name = name, as_factor = TRUE)

plans <- list(
  four_arms = plan("Placebo, oral", 0.95, list(
    change("alsfrs_r_total", c(1, 4, 6), 0.4, covariates = list(list(name = "age"), factor_of("site"), list(name = "sex")), endpoint = "death",
      method = "ancova", standard_error = "hc3", margins = "proportional"),
    survival())),
  jittered_days = plan("drug 5 mg", 0.9, list(
    change("fvc_percent", c(2, 4, 6), 0.5, "nearest_start", list(list(name = "onset")), endpoint = "death", method = "mann_whitney", death = "worst_rank"),
    change("grip", c(4, 6), 0.6, missing = "locf", method = "welch"), survival()), "itt"),
  limits_log2 = plan("Sham", 0.95, list(correlation(an("TGF-β1"), an("MCP-1"), "change", 4, 0.5, "log2", "half_limit",
    list(an("MCP-1"), an("TGF-β1"), an("IL-6"), an("NfL, serum"), an("flat"), out("score")), list(arm = "Zelle \"X\", 2×"),
    list(outcome = "score", month = 4, threshold_percent = 50)))),
  few_pairs = plan("standard", 0.99, list(correlation(an("a"), an("b"), "value", 3, 0.25, "raw", "exclude", list(an("a"), an("c"), an("b")), list(arm = "α"), coefficient = "kendall_tau_b"))),
  responders = plan("placebo", 0.8, list(correlation(an("A"), out("score"), "value", 4, 0.45, "log2", "limit_over_sqrt2",
    list(an("A"), an("B"), an("C")), list(response = "good"), list(outcome = "score", month = 4, threshold_percent = 75), y_quantity = "slope", coefficient = "spearman")), "fas"),
  tiny = plan("C", 0.95, list(change("score", c(3, 6), 0.5, endpoint = "death", method = "mann_whitney"), survival())),
  no_arms = plan(NULL, 0.95, list(change("score", c(0.5, 3, 6), 0.5, "nearest_start"),
    correlation(an("x"), an("y"), "change", 3, 0.5, "log2", "limit"), survival())),
  many = plan("B", 0.95, list(change("count", c(6, 12), 0, covariates = list(list(name = "weight"), list(name = "region")), endpoint = "death", method = "ancova", missing = "locf"),
    survival("death"), survival("ventilation or death")))
)

json <- function(x) {
  text <- function(s) paste0("\"", gsub("\"", "\\\"", gsub("\\", "\\\\", s, fixed = TRUE), fixed = TRUE), "\"")
  if (is.list(x) && !is.null(names(x))) paste0("{", paste(text(names(x)), sapply(x, json), sep = ": ", collapse = ", "), "}")
  else if (is.list(x)) paste0("[", paste(sapply(x, json), collapse = ", "), "]")
  else if (is.logical(x)) tolower(as.character(x))
  else if (is.numeric(x)) format(x, digits = 15)
  else text(x)
}
