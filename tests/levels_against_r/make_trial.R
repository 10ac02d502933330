# A made-up trial that is awkward on purpose: three arms, uneven samples, two lower limits, an upper one, ties, an
# analyte mostly below its limit, a constant one, zeros. Rscript make_trial.R
set.seed(4711)
n <- 47
id <- sprintf("P%02d", 1:n)
arm <- sample(c("placebo", "low dose", "high dose"), n, TRUE, c(0.4, 0.3, 0.3))
arm[47] <- NA
write.csv(data.frame(subject_id = id, arm = arm, itt = ifelse(runif(n) < 0.93, "Y", "N")), "subjects.csv", row.names = FALSE, quote = FALSE, na = "")
rows <- list()
for (analyte in c("IL-6", "TNF-alpha", "IL-10", "NfL", "GDNF", "flat", "zeroes")) for (i in 1:n) for (month in c(0, 1, 3, 6)) {
  if (runif(1) < 0.1 + 0.02 * month) next
  time <- round(month + if (month > 0) runif(1, -0.3, 0.3) else runif(1, -0.4, 0), 2)
  effect <- if (identical(arm[i], "high dose")) -0.12 * month else if (identical(arm[i], "low dose")) -0.03 * month else 0
  level <- switch(analyte, "IL-6" = 2 * 2^(rnorm(1, effect)), "TNF-alpha" = 1.4 * 2^(rnorm(1, 2 * effect, 0.7)), "IL-10" = 0.5 * 2^rnorm(1),
    NfL = 2000 * 2^(rnorm(1, effect, 0.6)), GDNF = 30 * 2^rnorm(1, -effect), flat = 7, zeroes = max(0, round(rnorm(1, 2, 1.5))))
  text <- formatC(level, digits = 3, format = "fg")
  if (analyte == "TNF-alpha") { limit <- if (i %% 2) 0.9 else 0.6; if (level < limit) text <- paste0("<", limit) }
  if (analyte == "IL-10" && level < 0.62) text <- "<0.62"
  if (analyte == "NfL" && level > 5000) text <- ">5000"
  if (analyte == "IL-6") text <- formatC(round(level, 1), format = "f", digits = 1)
  if (analyte == "IL-6" && text == "0.0") text <- "0.1"
  rows[[length(rows) + 1]] <- data.frame(subject_id = id[i], month = time, analyte = analyte, value = text, unit = "pg/mL")
}
write.csv(do.call(rbind, rows), "biomarkers.csv", row.names = FALSE, quote = FALSE)
json <- function(name, text) writeLines(text, paste0(name, ".json"))
asked <- function(control, level, levels, set = NULL) paste0('{"plan_version": 1, ', if (!is.null(control)) paste0('"control_arm": "', control, '", '),
  if (!is.null(set)) paste0('"analysis_set": "', set, '", '), '"confidence_level": ', level, ', "analyses": [{"levels": ', levels, '}]}')
all <- '["IL-6", "TNF-alpha", "IL-10", "NfL", "GDNF", "flat", "zeroes"]'
sets <- '[{"name": "pro-inflammatory", "analytes": ["IL-6", "TNF-alpha", "flat"]}, {"name": "growth", "analytes": ["GDNF"]}]'
json("log2", asked("placebo", 0.95, paste0('{"assay": {"month": 6, "window_months": 0.5, "sets": ', sets, '}, "analytes": ', all, ', "shown": "NfL"}')))
json("raw", asked("placebo", 0.9, paste0('{"assay": {"month": 3, "window_months": 0.25, "scale": "raw", "below_limit": "exclude", "sets": ', sets, '}, "analytes": ', all, ', "shown": "IL-6", "method": "welch"}'), "itt"))
json("ranks", asked("low dose", 0.99, paste0('{"assay": {"month": 1, "window_months": 0.5, "below_limit": "lowest_rank"}, "analytes": ', all, ', "shown": "IL-6"}')))
json("sqrt2", asked("high dose", 0.95, '{"assay": {"month": 6, "window_months": 0.5, "below_limit": "limit_over_sqrt2"}, "analytes": ["TNF-alpha", "IL-10"], "shown": "IL-10", "method": "mann_whitney"}'))
json("tobit", asked("placebo", 0.95, '{"assay": {"month": 3, "window_months": 0.5}, "analytes": ["TNF-alpha", "IL-10", "NfL", "GDNF"], "shown": "IL-10", "method": "censored_likelihood"}'))
demo <- '["TGF-β1", "MCP-1", "IL-4", "IL-6", "IL-8", "IL-10", "TNF-α", "VEGF"]'
json("demo", asked("Control", 0.95, paste0('{"assay": {"month": 4, "window_months": 0.5, "sets": [{"name": "anti", "analytes": ["IL-4", "IL-10", "TGF-β1"]}]}, "analytes": ', demo, ', "shown": "IL-4", "method": "student"}')))
