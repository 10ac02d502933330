# What is asked, and of which files; make_trial.R writes the plans, expected.R answers them.
visits <- function(outcome, months, window) list(outcome = outcome, target_months = as.list(months), primary_month = max(months), window_months = window)
demo <- visits("alsfrs_r_total", c(1, 2, 3, 4, 6), 0.5)
score <- visits("score", c(2, 4, 6, 9), 0.5)
later <- visits("score", c(2, 4, 6), 0.5)
case <- function(files, control, level, kind, ...) {
  asked <- setNames(list(list(...)), kind)
  list(files = files, control = control, level = level, kind = kind, asked = asked[[kind]],
    plan = list(plan_version = 1, control_arm = control, confidence_level = level, analyses = list(asked)))
}
both <- list(list(name = "age"), list(name = "site", as_factor = TRUE))
cases <- list(
  demo_common = case("demo", "Control", 0.95, "lmm", visits = demo, model = "change_point", common_baseline = TRUE, df_method = "kenward_roger"),
  demo_separate = case("demo", "Control", 0.95, "lmm", visits = demo, model = "slope", common_baseline = FALSE, df_method = "satterthwaite"),
  lead_in_common = case("lead_in", "placebo", 0.9, "lmm", visits = score, model = "change_point", common_baseline = TRUE, df_method = "satterthwaite"),
  lead_in_adjusted = case("lead_in", "placebo", 0.95, "lmm", visits = score, model = "slope", common_baseline = TRUE, df_method = "kenward_roger",
    until_month = 6.1, covariates = both, by_time = list("age", "site")),
  demo_unstructured = case("demo", "Control", 0.95, "mmrm", visits = demo, structures = list("unstructured"), df_method = "satterthwaite"),
  demo_ar1h = case("demo", "Control", 0.95, "mmrm", visits = demo, structures = list("heterogeneous_auto_regressive"), df_method = "satterthwaite"),
  demo_csh = case("demo", "Control", 0.95, "mmrm", visits = demo, structures = list("heterogeneous_compound_symmetry"), df_method = "satterthwaite"),
  lead_in_unstructured = case("lead_in", "placebo", 0.95, "mmrm", visits = later, structures = list("unstructured"), df_method = "satterthwaite",
    covariates = both, by_visit = list("age", "site")),
  lead_in_ar1h = case("lead_in", "placebo", 0.95, "mmrm", visits = later, structures = list("heterogeneous_auto_regressive"), df_method = "satterthwaite",
    baseline_by_visit = FALSE, covariates = both),
  lead_in_csh = case("lead_in", "placebo", 0.95, "mmrm", visits = later, structures = list("heterogeneous_compound_symmetry"), df_method = "satterthwaite")
)
json <- function(x) {
  text <- function(s) paste0("\"", s, "\"")
  if (is.list(x) && !is.null(names(x))) paste0("{", paste(text(names(x)), sapply(x, json), sep = ": ", collapse = ", "), "}")
  else if (is.list(x)) paste0("[", paste(sapply(x, json), collapse = ", "), "]")
  else if (is.logical(x)) tolower(as.character(x))
  else if (is.numeric(x)) format(x, digits = 15)
  else text(x)
}
