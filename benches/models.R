# The models of benches/src/models.rs in R, on the same data, timed inside R: models.R FOLDER, which holds
# 200x4.csv, 1000x10.csv and 64x1.csv. A line "name, milliseconds at best, median" for each.
suppressPackageStartupMessages({library(nlme); library(lme4); library(pbkrtest)})
folder <- commandArgs(TRUE)[1]
read <- function(name) {
  data <- read.csv(file.path(folder, name))
  data$v <- factor(data$visit)
  data$g <- factor(data$arm)
  data
}
timed <- function(name, rounds, work) {
  work()
  times <- replicate(rounds, system.time(work())[["elapsed"]] * 1000)
  cat(name, min(times), median(times), "\n", sep = "\t")
}
small <- read("200x4.csv")
large <- read("1000x10.csv")
few <- read("64x1.csv")
timed("mmrm 200x4", 3, function()
  gls(change ~ g * v + baseline * v, small, correlation = corSymm(form = ~ visit | subject),
      weights = varIdent(form = ~ 1 | v), method = "REML"))
timed("slopes 200x4", 3, function() {
  full <- lmer(change ~ visit + g:visit + (1 + visit | subject), small)
  vcovAdj(full)
})
timed("slopes 1000x10", 1, function()
  lmer(change ~ visit + g:visit + (1 + visit | subject), large))
timed("tests 64", 20, function() {
  t.test(change ~ arm, few, var.equal = TRUE)
  t.test(change ~ arm, few)
  wilcox.test(change ~ arm, few, conf.int = TRUE)
  drop1(lm(change ~ g + baseline, few), test = "F")
})
cat("version", as.character(getRversion()), as.character(packageVersion("nlme")),
    as.character(packageVersion("lme4")), "", sep = "\t")
