# Rscript make.R, in this folder. The data are ../cumulative_incidence/times.csv.
suppressPackageStartupMessages(library(cmprsk))
source("../json.R")
d <- read.csv("../cumulative_incidence/times.csv")
write_json(unlist(lapply(c("mgus2", "pbc", "made"), function(name) {
  one <- d[d$set == name, ]
  lapply(list(c(0, 0), c(1, 0), c(0, 1), c(0.5, 1)), function(how) {
    t <- if (how[2]) with(one, cuminc(time, kind, arm, stratum, rho = how[1])) else with(one, cuminc(time, kind, arm, rho = how[1]))
    list(set = name, rho = how[1], is_stratified = how[2] == 1, chi_squared = I(as.numeric(t$Tests[, "stat"])),
         df = I(as.numeric(t$Tests[, "df"])), p_value = I(as.numeric(t$Tests[, "pv"])))
  })
}), recursive = FALSE))
