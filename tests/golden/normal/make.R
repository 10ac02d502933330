# Rscript make.R, in this folder.
source("../json.R")
x <- c(-37, -30, -20, -10, -5, -3, -1.96, -1, -0.5, -1e-3, -1e-9, 0, 1e-9, 1e-3, 0.1, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 25, 37)
p <- c(1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 1e-3, 0.005, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.49, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.995, 0.999)
write_input(data.frame(x = sprintf("%.17g", x)), "x.csv")
write_input(data.frame(p = sprintf("%.17g", p)), "p.csv")
write_json(list(cdf = I(pnorm(x)), sf = I(pnorm(x, lower.tail = FALSE)), quantile = I(qnorm(p))))
