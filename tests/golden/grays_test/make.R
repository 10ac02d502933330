# Rscript make.R, in this folder. cases.csv says how; the data are ../cumulative_incidence/times.csv.
suppressPackageStartupMessages(library(cmprsk))
source("../json.R")
d <- read.csv("../cumulative_incidence/times.csv")
cases <- read.csv("cases.csv")
write_json(lapply(seq_len(nrow(cases)), function(place) {
  case <- cases[place, ]
  one <- d[d$set == case$set, ]
  t <- if (case$stratified) with(one, cuminc(time, kind, arm, stratum, rho = case$rho)) else with(one, cuminc(time, kind, arm, rho = case$rho))
  list(set = case$set, rho = case$rho, is_stratified = case$stratified == 1, chi_squared = I(as.numeric(t$Tests[, "stat"])),
       df = I(as.numeric(t$Tests[, "df"])), p_value = I(as.numeric(t$Tests[, "pv"])))
}))
