# The demo trial's figures by R (base and the survival package), from the files alone:
#   Rscript docs/demo.R            (in the repository's root)
library(survival)
file <- function(name) read.csv(file.path("public/demo", name), encoding = "UTF-8")
subjects <- file("subjects.csv")
subjects$arm <- factor(subjects$arm, c("MSC", "Control"))
visits <- file("visits.csv")
at <- function(month, column) visits[[column]][match(paste(subjects$subject_id, month), paste(visits$subject_id, visits$month))]
row <- function(name, effect, se, ci, p, df) cat(sprintf("%-22s %7.4f (SE %.4f; %.4f to %.4f) p %.6f df %.1f\n", name, effect, se, ci[1], ci[2], p, df))
two <- function(name, change) {
  cat(name, "\n")
  for (arm in levels(subjects$arm)) {
    x <- change[subjects$arm == arm & !is.na(change)]
    cat(sprintf("  %-8s n %d mean %.4f SD %.4f\n", arm, length(x), mean(x), sd(x)))
  }
  for (equal in c(TRUE, FALSE)) {
    t <- t.test(change ~ subjects$arm, var.equal = equal)
    row(if (equal) "  Student" else "  Welch", -diff(t$estimate), t$stderr, t$conf.int, t$p.value, t$parameter)
  }
}
total <- sapply(c(-3, 0, 4, 6), at, "alsfrs_r_total")
colnames(total) <- c("lead", "zero", "four", "six")
total <- as.data.frame(total)
for (month in c("four", "six")) {
  change <- total[[month]] - total$zero
  two(paste("ALSFRS-R change, month", month), change)
  fit <- lm(change ~ relevel(subjects$arm, "Control") + total$zero)
  s <- coef(summary(fit))[2, ]
  row("  ANCOVA", s[1], s[2], confint(fit)[2, ], s[4], fit$df.residual)
}
lead <- (total$zero - total$lead) / 3
follow <- (total$four - total$zero) / 4
two("Change of slope, month 4", follow - lead)
last <- ifelse(is.na(total$six), follow, (total$six - total$zero) / 6)
two("Change of slope to the last visit", last - lead)
seen <- !is.na(follow)
improved <- function(slope) 100 * (slope - lead) / abs(lead) + 1e-9 # 100 % is met exactly by a slope of 0
for (level in c(50, 75, 100)) {
  cat(sprintf("at least %d %%: month 4", level), tapply(improved(follow)[seen] >= level, subjects$arm[seen], sum),
      " last visit", tapply(improved(last)[seen] >= level, subjects$arm[seen], sum), "\n")
}
for (column in c("aals", "fvc_percent", "sf36")) two(column, at(4, column) - at(0, column))

alive <- merge(file("survival.csv"), subjects)
print(survdiff(Surv(time_months, event) ~ arm, alive))
cat("log-rank p", survdiff(Surv(time_months, event) ~ arm, alive)$pvalue, "\n")
print(survfit(Surv(time_months, event) ~ arm, alive))

markers <- file("biomarkers.csv")
markers$number <- as.numeric(sub("<", "", markers$value))
fold <- function(analyte) {
  x <- markers[markers$analyte == analyte, ]
  get <- function(month) x$number[match(paste(subjects$subject_id, month), paste(x$subject_id, x$month))]
  log2(get(4) / get(0))
}
for (analyte in unique(markers$analyte)) {
  cat(sprintf("%-7s mean log2 fold change", analyte), sprintf("%6.3f", tapply(fold(analyte), subjects$arm, mean, na.rm = TRUE)),
      " below limit", sum(grepl("<", markers$value[markers$analyte == analyte])), "\n")
}
good <- improved(follow) >= 50
pair <- function(name, who) {
  who <- who & seen
  x <- fold("TGF-\u03b21")[who]
  y <- fold("MCP-1")[who]
  p <- cor.test(x, y)
  s <- cor.test(x, y, method = "spearman", exact = FALSE)
  cat(sprintf("%-13s n %d Pearson %.3f (p %.4f) Spearman %.3f (p %.4f)\n", name, sum(who), p$estimate, p$p.value, s$estimate, s$p.value))
}
msc <- subjects$arm == "MSC"
pair("MSC good", msc & good)
pair("MSC poor", msc & !good)
pair("Control good", !msc & good)
pair("Control poor", !msc & !good)
pair("MSC", msc)
pair("Control", !msc)
pair("All good", good)
pair("All poor", !good)
pair("All", TRUE)

events <- merge(file("adverse_events.csv"), subjects)
cat("events", table(events$arm), " serious", tapply(events$serious, events$arm, sum), " serious and related", sum(events$serious * events$related), "\n")
any <- table(subjects$arm, subjects$subject_id %in% events$subject_id)
print(any)
cat("Fisher p", fisher.test(any)$p.value, "\n")
