# Rscript make.R, in this folder.
source("../json.R")
g <- expand.grid(f = c(1e-4, 0.1, 0.5, 1, 2, 4, 10, 50, 500), d1 = c(1, 2, 3, 5, 20, 100), d2 = c(1, 2, 5, 10, 55.5, 1000, 1e5, 1e6))
sf <- pf(g$f, g$d1, g$d2, lower.tail = FALSE)
keep <- sf > 1e-300
write_input(data.frame(f = sprintf("%.17g", g$f), df_numerator = g$d1, df_denominator = sprintf("%.17g", g$d2))[keep, ], "tail.csv")
write_json(list(sf = I(sf[keep])))
