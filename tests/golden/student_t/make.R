# Rscript make.R, in this folder. R takes a Normal approximation in pt above 4e5 degrees of freedom: none here.
source("../json.R")
df <- c(1, 1.5, 2, 3, 5, 10, 29, 30.7, 100, 1000, 1e5, 4e5)
tail <- expand.grid(t = c(-20, -2, -0.3, 0, 1e-8, 1e-3, 0.1, 0.5, 1, 1.5, 1.96, 2.5, 4, 8, 20, 50, 200), df = df)
quant <- expand.grid(p = c(1e-10, 1e-5, 0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.4, 0.49, 0.5, 0.6, 0.75, 0.9, 0.95, 0.975, 0.995, 0.999), df = df)
sf <- pt(tail$t, tail$df, lower.tail = FALSE)
keep <- sf > 1e-300
tail <- tail[keep, ]
write_input(data.frame(t = sprintf("%.17g", tail$t), df = sprintf("%.17g", tail$df)), "tail.csv")
write_input(data.frame(p = sprintf("%.17g", quant$p), df = sprintf("%.17g", quant$df)), "quantile.csv")
write_json(list(sf = I(sf[keep]), two_sided_p = I(2 * pt(-abs(tail$t), tail$df)), quantile = I(qt(quant$p, quant$df))))
