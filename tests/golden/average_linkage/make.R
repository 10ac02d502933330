# Rscript make.R, in this folder.
source("../json.R")
sets <- list(cars = 1 - cor(mtcars), swiss = 1 - cor(swiss, method = "spearman"), arrests = as.matrix(dist(scale(USArrests))), eurodist = as.matrix(eurodist))
input <- do.call(rbind, lapply(names(sets), function(name) { d <- sets[[name]]; n <- nrow(d); data.frame(set = name, row = rep(seq_len(n), n), distance = as.vector(d)) }))
input$distance <- sprintf("%.17g", input$distance)
write_input(input, "distances.csv")
write_json(lapply(names(sets), function(name) { h <- hclust(as.dist(sets[[name]]), "average"); list(set = name, n = nrow(sets[[name]]), heights = h$height, order = h$order - 1) }))
