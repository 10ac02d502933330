# What R says about the pilot study's tidy files:  Rscript tests/pilot/pilot.R target/pilot
# Only base R and survival. The figures stand in tests/browser/tests/pilot.rs.
suppressMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, name), stringsAsFactors = FALSE)
options(digits = 17)

subjects <- read("subjects.csv")
visits <- read("visits.csv")
at <- function(day) { v <- visits[visits$day == day, ]; v$adas_cog[match(subjects$subject_id, v$subject_id)] }
subjects$base <- at(0)
subjects$change <- at(168) - at(0)
efficacy <- subset(subjects, efficacy == "Y" & !is.na(change))
efficacy$site <- factor(efficacy$site_group)

cat("n\n"); print(table(efficacy$arm))
cat("mean and sd of the change\n")
print(aggregate(change ~ arm, efficacy, function(x) c(mean = mean(x), sd = sd(x))))

against <- function(control) {
  efficacy$arm <- relevel(factor(efficacy$arm), ref = control)
  fit <- lm(change ~ arm + base + site, data = efficacy)
  rows <- grep("^arm", names(coef(fit)))
  cat("against", control, " df", df.residual(fit), "\n")
  print(cbind(coef(summary(fit))[rows, ], confint(fit)[rows, ]))
}
against("Placebo")
against("Xanomeline Low Dose")

followed <- merge(read("survival.csv"), subjects)
test <- survdiff(Surv(time_days, event) ~ arm, data = followed)
cat("log-rank\n"); print(test$chisq); print(length(test$n) - 1); print(pchisq(test$chisq, 2, lower.tail = FALSE))

# Change from baseline to week 12 (day 84) in ALT and AST, on the log2 scale, everyone.
bio <- read("biomarkers.csv")
change <- function(analyte, day) {
  of <- function(d) { b <- bio[bio$analyte == analyte & bio$day == d, ]; b$value[match(subjects$subject_id, b$subject_id)] }
  log2(of(day)) - log2(of(0))
}
for (method in c("pearson", "spearman")) {
  found <- suppressWarnings(cor.test(change("ALT", 84), change("AST", 84), method = method, exact = FALSE))
  cat(method, "n", sum(!is.na(change("ALT", 84)) & !is.na(change("AST", 84))), "\n")
  print(unname(found$estimate)); print(found$p.value); print(found$conf.int)
}
