# Rscript make.R, in this folder.
source("../json.R")
d <- read.csv("counts.csv")
write_json(lapply(seq_len(nrow(d)), function(i) {
  one <- d[i, ]
  wilson <- function(x, n, level) as.numeric(suppressWarnings(prop.test(x, n, correct = FALSE, conf.level = level))$conf.int)
  p1 <- one$treated_with / one$treated_n; p0 <- one$control_with / one$control_n
  at <- function(level) {
    w1 <- wilson(one$treated_with, one$treated_n, level); w0 <- wilson(one$control_with, one$control_n, level)
    p1 - p0 + c(-sqrt((p1 - w1[1])^2 + (w0[2] - p0)^2), sqrt((w1[2] - p1)^2 + (p0 - w0[1])^2))
  }
  list(difference = p1 - p0, treated = I(wilson(one$treated_with, one$treated_n, 0.95)), control = I(wilson(one$control_with, one$control_n, 0.95)),
       interval_95 = I(at(0.95)), interval_90 = I(at(0.90)))
}))
