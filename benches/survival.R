# The routines of benches/src/survival.rs in R's survival, on the same columns, timed inside R: survival.R FOLDER SIZES…;
# FOLDER holds SIZE-days.bin, SIZE-event.bin and so on, doubles as they stand in memory. A line "name, milliseconds at
# best, median, the answer" for each.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
timed <- function(name, rounds, work) {
  times <- replicate(rounds, system.time(found <<- work())[["elapsed"]] * 1000)
  cat(name, min(times), median(times), format(found, digits = 15), "\n", sep = "\t")
}
for (size in arguments[-1]) {
  n <- as.numeric(size)
  read <- function(column) readBin(file.path(folder, paste0(size, "-", column, ".bin")), "double", n)
  d <- data.frame(days = read("days"), event = read("event"), arm = read("arm"), age = read("age"), score = read("score"))
  rounds <- if (n > 1e5) 3 else if (n > 1e4) 5 else 9
  timed(paste("km", size), rounds, function()
    sum(tail(survfit(Surv(days, event) ~ arm, d, conf.type = "log-log")$surv, 1)))
  timed(paste("logrank", size), rounds, function() survdiff(Surv(days, event) ~ arm, d)$chisq)
  timed(paste("cox", size), rounds, function() coef(coxph(Surv(days, event) ~ arm + age + score, d))[[1]])
}
cat("version", as.character(getRversion()), as.character(packageVersion("survival")), "", sep = "\t")
