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
# By ranks, in standard deviations, and by other rules for missing visits and deaths.
suppressPackageStartupMessages(library(coin))
msc_arm <- subjects$arm == "MSC"
ranks <- function(name, score, shift = TRUE) {
  x <- score[msc_arm & !is.na(score)]
  y <- score[!msc_arm & !is.na(score)]
  all <- outer(x, y, "-")
  p <- as.numeric(coin::pvalue(coin::wilcox_test(score ~ arm, data.frame(score = c(x, y), arm = factor(rep(1:0, c(length(x), length(y))))), distribution = "exact")))
  cat(sprintf("  %-22s n %d P(above) %.4f p %.6f", name, length(c(x, y)), mean((all > 0) + (all == 0) / 2), p))
  if (shift) cat(sprintf(" shift %.4f (%.4f to %.4f)", median(all), min(all[all >= suppressWarnings(wilcox.test(x, y, conf.int = TRUE, exact = FALSE, tol.root = 1e-10))$conf.int[1] - 1e-6]),
    max(all[all <= suppressWarnings(wilcox.test(x, y, conf.int = TRUE, exact = FALSE, tol.root = 1e-10))$conf.int[2] + 1e-6])))
  cat("\n")
}
hedges <- function(change) {
  x <- change[msc_arm & !is.na(change)]
  y <- change[!msc_arm & !is.na(change)]
  t <- unname(t.test(x, y, var.equal = TRUE)$statistic)
  df <- length(x) + length(y) - 2
  scale <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2) * sqrt(1 / length(x) + 1 / length(y))
  find <- function(p) uniroot(function(delta) suppressWarnings(pt(t, df, delta)) - p, c(-20, 20), tol = 1e-12)$root * scale
  cat(sprintf("  Hedges g %.4f (%.4f to %.4f)\n", t * scale, find(0.975), find(0.025)))
}
follow_up <- file("survival.csv")
died <- ifelse(follow_up$event == 1, follow_up$time_months, NA)[match(subjects$subject_id, follow_up$subject_id)]
last_before <- function(month) vapply(subjects$subject_id, function(id) {
  own <- visits[visits$subject_id == id & visits$month > 0 & visits$month <= month & !is.na(visits$alsfrs_r_total), ]
  if (nrow(own)) own$alsfrs_r_total[which.max(own$month)] else NA_real_
}, 0)
for (month in c(4, 6)) {
  observed <- at(month, "alsfrs_r_total") - total$zero
  carried <- last_before(month) - total$zero
  dead <- !is.na(died) & died <= month
  cat("Month", month, " deaths", tapply(dead, subjects$arm, sum), "\n")
  hedges(observed)
  ranks("Mann-Whitney", observed)
  ranked <- ifelse(dead, rank(died) - 1000, observed)
  ranks("death as worst rank", ranked, FALSE)
  two("  last observation carried forward", carried)
  two("  death as zero", ifelse(dead, -total$zero, observed))
}
leave <- vapply(which(!is.na(total$six)), function(out) -diff(t.test((total$six - total$zero)[-out] ~ subjects$arm[-out])$estimate), 0)
cat("Month 6, Student without one person:", range(leave), "\n")
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
