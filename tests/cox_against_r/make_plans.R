# The plans of the cases; each names its trial.
library(jsonlite)
u <- unbox
plan <- function(case, control, ...) {
  asked <- list(...)
  write_json(list(plan_version = u(1), control_arm = u(control), analyses = list(list(cox = asked))),
             file.path("plans", paste0(case, ".json")), pretty = TRUE)
}
death <- list(endpoint = u("death"))
named <- function(...) lapply(c(...), function(one) list(name = u(one)))
group <- function(column, declared = FALSE, cut = NULL) {
  c(list(column = u(column), declared = u(declared)), if (!is.null(cut)) list(cut = u(cut)))
}
plan("demo_plain", "Control", time = death)
plan("demo_adjusted", "Control", time = death, ties = u("breslow"), ph_transform = u("rank"),
     covariates = named("age", "onset_site", "onset_months"), strata = "sex",
     subgroups = list(group("sex", TRUE), group("age"), group("onset_site"), group("onset_months", TRUE)))
plan("demo_either", "Control", ties = u("efron"), ph_transform = u("log"), covariates = named("age"),
     time = list(endpoint = u("death"), or = "permanent_ventilation", horizon_months = u(30)))
plan("three_plain", "placebo", time = death, subgroups = list(group("sex"), group("age", TRUE, 60)))
plan("three_clustered", "placebo", time = death, cluster = u("site"), ph_transform = u("identity"),
     covariates = c(named("age", "onset_site"), list(list(name = u("region"), as_factor = u(TRUE)))),
     subgroups = list(group("sex", TRUE), group("region")))
plan("three_entered", "placebo", strata = "sex", covariates = named("age"), ph_transform = u("km"),
     subgroups = list(group("onset_site", TRUE)),
     time = list(endpoint = u("death"), origin = list(column = u("onset_months"), unit = u("months"),
                                                       is_before = u(TRUE), is_entry_delayed = u(TRUE))))
plan("three_profile", "placebo", time = death, interval = u("profile"), ph_transform = u("log"),
     covariates = named("age", "sex"))
plan("three_exact", "placebo", time = death, ties = u("exact"), covariates = named("age", "region"),
     subgroups = list(group("sex", TRUE)))
