# Rscript make.R, in this folder.
source("../json.R")
g <- expand.grid(x = c(1e-6, 0.01, 0.5, 1, 3.84, 6, 10, 25, 50, 100, 300, 1000), df = c(1, 1.5, 2, 3, 4, 7, 10, 30, 100))
sf <- pchisq(g$x, g$df, lower.tail = FALSE)
write_input(data.frame(x = sprintf("%.17g", g$x), df = g$df), "tail.csv")
write_json(list(sf = I(sf)))
