# What R says about the pilot study's own data sets (ADaM, as CSV):  Rscript tests/pilot/pilot.R target/pilot
# Only base R and survival. The figures stand in tests/browser/tests/pilot.rs.
suppressMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, name), stringsAsFactors = FALSE)
options(digits = 17)

subjects <- read("adsl.csv")
subjects$arm <- subjects$TRT01P
# The ADAS-Cog total at the analysis visits that ANL01FL flags, the last value carried forward among them.
adas <- subset(read("adadas.csv"), PARAMCD == "ACTOT" & ANL01FL == "Y")
at <- function(week) { v <- adas[adas$AVISITN == week, ]; v$AVAL[match(subjects$USUBJID, v$USUBJID)] }
subjects$base <- at(0)
subjects$change <- at(24) - at(0)
efficacy <- subset(subjects, EFFFL == "Y" & !is.na(change))
efficacy$site <- factor(efficacy$SITEGR1)

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

times <- subset(read("adtte.csv"), PARAMCD == "TTDE")
times$arm <- subjects$arm[match(times$USUBJID, subjects$USUBJID)]
test <- survdiff(Surv(AVAL, CNSR == 0) ~ arm, data = times)
cat("log-rank\n"); print(test$chisq); print(length(test$n) - 1); print(pchisq(test$chisq, 2, lower.tail = FALSE))

# Change from baseline to week 12 in ALT and AST, on the log2 scale, everyone.
labs <- subset(read("adlbc.csv"), !is.na(AVISITN) & !is.na(AVAL))
change <- function(code, week) {
  of <- function(w) { b <- labs[labs$PARAMCD == code & labs$AVISITN == w, ]; b$AVAL[match(subjects$USUBJID, b$USUBJID)] }
  log2(of(week)) - log2(of(0))
}
# Equal ratios are one rank: log2(41) - log2(27) and log2(82) - log2(54) need not be one double.
settle <- function(x) { o <- order(x); g <- cumsum(c(TRUE, diff(x[o]) > 1e-12)); x[o] <- x[o][match(g, g)]; x }
for (method in c("pearson", "spearman")) {
  x <- change("ALT", 12); y <- change("AST", 12); both <- !is.na(x) & !is.na(y); x <- settle(x[both]); y <- settle(y[both])
  found <- suppressWarnings(cor.test(x, y, method = method, exact = FALSE))
  cat(method, "n", length(x), "\n")
  print(unname(found$estimate)); print(found$p.value); print(found$conf.int)
}
