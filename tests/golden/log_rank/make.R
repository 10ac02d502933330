# Rscript make.R, in this folder.
suppressPackageStartupMessages(library(survival))
source("../json.R")
code <- function(x) as.integer(factor(x)) - 1L
d <- rbind(
  data.frame(set = "lung_sex", time = lung$time, event = lung$status - 1, group = code(lung$sex)),
  data.frame(set = "veteran_trt", time = veteran$time, event = veteran$status, group = code(veteran$trt)),
  data.frame(set = "veteran_cell", time = veteran$time, event = veteran$status, group = code(veteran$celltype)),
  data.frame(set = "ovarian", time = ovarian$futime, event = ovarian$fustat, group = code(ovarian$rx)),
  data.frame(set = "aml", time = aml$time, event = aml$status, group = code(aml$x)),
  with(subset(colon, etype == 2), data.frame(set = "colon", time = time, event = status, group = code(rx)))
)
write_input(d, "times.csv")
write_json(lapply(unique(d$set), function(name) {
  fit <- survdiff(Surv(time, event) ~ group, d[d$set == name, ], rho = 0)
  df <- length(fit$n) - 1
  list(set = name, n = I(as.numeric(fit$n)), observed = I(fit$obs), expected = I(fit$exp), variance = I(diag(fit$var)),
       chi_squared = fit$chisq, df = df, p_value = pchisq(fit$chisq, df, lower.tail = FALSE))
}))
