# The demo's questions in R, timed inside R: milliseconds a call, smallest and median of seven rounds of twenty calls.
suppressPackageStartupMessages(library(survival))
read <- function(name) read.csv(file.path("public/demo", name), fileEncoding = "UTF-8")
subjects <- read("subjects.csv")
visits <- merge(read("visits.csv"), subjects)
markers <- read("biomarkers.csv")
follow_up <- merge(read("survival.csv"), subjects)
months <- sort(unique(visits$month[visits$month > 0]))
baseline <- visits[visits$month == 0, c("subject_id", "alsfrs_r_total")]
pairs_at <- lapply(months, function(month) {
  pair <- merge(visits[visits$month == month, ], baseline, by = "subject_id")
  pair$change <- pair$alsfrs_r_total.x - pair$alsfrs_r_total.y
  pair[!is.na(pair$change), ]
})
wide <- reshape(markers[, c("subject_id", "month", "analyte", "value")], idvar = c("subject_id", "month"),
                timevar = "analyte", direction = "wide")
values <- suppressWarnings(log2(data.matrix(wide[wide$month == min(wide$month), -(1:2)])))
change <- function() for (pair in pairs_at) t.test(change ~ arm, pair, var.equal = TRUE)
correlation <- function() for (i in 2:ncol(values)) for (j in 1:(i - 1)) cor.test(values[, i], values[, j])
survive <- function() {
  summary(survfit(Surv(time_months, event) ~ arm, follow_up))
  survdiff(Surv(time_months, event) ~ arm, follow_up)
}
for (work in c("change", "correlation", "survive")) {
  f <- get(work)
  f()
  times <- replicate(7, system.time(for (call in 1:20) f())[["elapsed"]] * 1000 / 20)
  cat(sub("survive", "survival", work), min(times), median(times), "\n", sep = "\t")
}
cat("version", as.character(getRversion()), as.character(packageVersion("survival")), sep = "\t")
