# Rscript make.R, in this folder.
source("../json.R")
set.seed(3)
d <- rbind(data.frame(set = "one", p = 0.03), data.frame(set = "ties", p = c(0.01, 0.2, 0.01, 0.04, 0.04, 1, 0, 0.2)),
  data.frame(set = "few", p = c(0.0131, 0.0219, 0.5, 0.0402, 0.0002)),
  data.frame(set = "many", p = signif(c(rbeta(30, 0.3, 8), runif(70)), 6)))
d$p <- sprintf("%.17g", d$p)
write_input(d, "p.csv")
write_json(lapply(unique(d$set), function(name) { p <- as.numeric(d$p[d$set == name]); c(list(set = name), list(adjusted = I(p.adjust(p, "hochberg")))) }))
