# Eight awkward trials with their plans, made up from fixed seeds:
#   Rscript make_trials.R            (in this folder)
# Rows are shuffled, so that nothing rests on their order.
source("plans.R", encoding = "UTF-8")

quoted <- function(x) {
  x <- as.character(x)
  x[is.na(x)] <- ""
  needs <- grepl("[,\"\n]", x)
  x[needs] <- paste0("\"", gsub("\"", "\"\"", x[needs]), "\"")
  x
}
save_csv <- function(trial, name, data, shuffle = TRUE) {
  dir.create(trial, showWarnings = FALSE)
  if (shuffle) data <- data[sample(nrow(data)), ]
  cells <- lapply(data, function(column) quoted(if (is.numeric(column)) format(column, digits = 15, trim = TRUE, drop0trailing = TRUE, scientific = FALSE) else column))
  cells <- lapply(cells, function(column) ifelse(column == "NA", "", column))
  lines <- c(paste(quoted(names(data)), collapse = ","), do.call(paste, c(unname(cells), sep = ",")))
  save_lines(lines, file.path(trial, name))
}
save_lines <- function(lines, path) {
  to <- file(path, "wb")
  writeLines(enc2utf8(lines), to, useBytes = TRUE)
  close(to)
}
people <- function(letter, n) sprintf("%s%03d", letter, seq_len(n))

# Four arms, one of them one patient; integer scores; drop-out; missing covariates; a site code as groups.
set.seed(20240101)
arms <- c("Placebo, oral", "\"High\" dose", "Größe – β 10 µg", "=low")
s <- data.frame(subject_id = people("A", 48), arm = rep(arms, c(15, 9, 23, 1)))
s$age <- round(rnorm(48, 58, 11))
s$age[c(3, 17, 30)] <- NA
s$site <- sample(c(701, 702, 710), 48, TRUE)
s$sex <- sample(c("f", "m"), 48, TRUE)
s$sex[c(8, 30)] <- NA
save_csv("four_arms", "subjects.csv", s)
v <- expand.grid(month = c(-3, 0, 1, 2, 4, 6), subject_id = s$subject_id, stringsAsFactors = FALSE)
start <- setNames(sample(30:44, 48, TRUE), s$subject_id)
speed <- setNames(pmax(0, rnorm(48, 1 - 0.25 * match(s$arm, arms) / 4, 0.6)), s$subject_id)
v$alsfrs_r_total <- pmin(48, pmax(0, round(start[v$subject_id] - speed[v$subject_id] * v$month + rnorm(nrow(v), 0, 0.8))))
last <- setNames(sample(c(1, 2, 4, 6, 6, 6, 6), 48, TRUE), s$subject_id)
last["A048"] <- 6
v <- v[v$month <= last[v$subject_id] & !(v$subject_id == "A004" & v$month == 0) & (v$month < 1 | v$month == 6 | runif(nrow(v)) > 0.1), ]
v$alsfrs_r_total[v$subject_id == "A011" & v$month == 4] <- NA
save_csv("four_arms", "visits.csv", v)
d <- data.frame(subject_id = s$subject_id, time_months = sample(3:12, 48, TRUE), event = rbinom(48, 1, 0.6))
d$event[d$subject_id == "A048"] <- 0
save_csv("four_arms", "survival.csv", d)

# Days that are early and late, some on the window's edges; an analysis set; months from days; follow-up in days.
set.seed(20240102)
arms <- c("control", "drug 5 mg", "drug 10 mg; weekly")
s <- data.frame(subject_id = people("B", 57), arm = rep(arms, c(26, 12, 19)))
s$onset <- round(rexp(57, 1 / 20) + 3, 2)
s$itt <- sample(c("yes", "no", "Y", "TRUE"), 57, TRUE, c(0.5, 0.12, 0.3, 0.08))
s$itt[9] <- NA
save_csv("jittered_days", "subjects.csv", s)
v <- expand.grid(day = c(-91, 0, 61, 121.75, 182), subject_id = s$subject_id, stringsAsFactors = FALSE)
v$day <- v$day + sample(seq(-18, 18, 0.5), nrow(v), TRUE)
own <- setNames(rnorm(57, 80, 15), s$subject_id)
v$fvc_percent <- round(own[v$subject_id] - v$day / 20 + rnorm(nrow(v), 0, 4), 1)
v$grip <- signif(exp(rnorm(nrow(v), 3, 0.3)), 7)
v$grip[runif(nrow(v)) < 0.15] <- NA
v <- v[v$day < 100 | runif(nrow(v)) > 0.15, ]
edge <- c("B001", "B028", "B040", "B002")
v <- v[!(v$subject_id %in% edge & v$day > 90), ]
# The window of month 4 is 121.75 days and 15.21875 either side: both edges (the earlier counts), and just outside.
v <- rbind(v, data.frame(day = c(106.53125, 136.96875, 106.53125, 136.96875, 106.5, 137, 120.75, 122.75),
  subject_id = rep(edge, each = 2), fvc_percent = c(70.1, 60.3, 81.7, 50.2, 60, 61, 72.5, 99.9), grip = c(20, 30, 25.5, 10.25, 18, 19, 21.125, 5)))
v <- v[!duplicated(paste(v$subject_id, v$day)), ]
save_csv("jittered_days", "visits.csv", v)
d <- data.frame(subject_id = s$subject_id, time_days = 30 * sample(2:24, 57, TRUE), event = sample(c("yes", "no"), 57, TRUE))
save_csv("jittered_days", "survival.csv", d)

# Analytes beyond limits on the log scale, changes, responders, a constant analyte, people without an arm.
analytes <- function(ids, months, names, low) {
  b <- expand.grid(month = months, analyte = names, subject_id = ids, stringsAsFactors = FALSE)
  common <- setNames(rnorm(length(ids)), ids)
  level <- exp(rnorm(nrow(b), 1, 0.7) + 0.5 * common[b$subject_id] * (b$month > 1))
  b$value <- as.character(signif(level, 4))
  b$value[level < low] <- paste0("<", low)
  b$value[level > 15] <- ">15"
  b <- b[runif(nrow(b)) > 0.08, ]
  b
}
lead_in <- function(ids, months = c(-3, 0, 2, 4)) {
  v <- expand.grid(month = months, subject_id = ids, stringsAsFactors = FALSE)
  speed <- setNames(sample(c(0, 1, 2, 3), length(ids), TRUE, c(0.1, 0.4, 0.3, 0.2)), ids)
  after <- setNames(sample(c(-0.5, 0, 0.5, 1, 2), length(ids), TRUE), ids)
  v$score <- 40 - ifelse(v$month <= 0, speed[v$subject_id] * v$month, after[v$subject_id] * v$month)
  v
}
set.seed(20240103)
s <- data.frame(subject_id = people("C", 40), arm = rep(c("Sham", "Zelle \"X\", 2×"), c(17, 23)))
save_csv("limits_log2", "subjects.csv", s)
ids <- c(s$subject_id, "C900", "C901")
b <- analytes(ids, c(0, 4), c("TGF-β1", "MCP-1", "IL-6", "NfL, serum"), 1.2)
b <- rbind(b, expand.grid(month = c(0, 4), analyte = "flat", subject_id = ids, value = "7.5", stringsAsFactors = FALSE))
b$unit <- "pg/mL"
save_csv("limits_log2", "biomarkers.csv", b)
save_csv("limits_log2", "visits.csv", lead_in(ids))

# Small arms: exact rank tests, three pairs, pairs on a line; raw values, those beyond a limit left out; zero and below.
set.seed(20240104)
s <- data.frame(subject_id = people("D", 24), arm = rep(c("standard", "α", "β", "γ"), c(9, 8, 4, 3)))
save_csv("few_pairs", "subjects.csv", s)
b <- expand.grid(day = c(30, 90), analyte = c("a", "b", "c"), subject_id = s$subject_id, stringsAsFactors = FALSE)
b$day <- b$day + sample(-9:9, nrow(b), TRUE)
b$value <- as.character(round(rnorm(nrow(b), 2, 3), 2))
three <- b$subject_id %in% people("D", 24)[22:24] & b$day > 60
b$day[three] <- 90
b$value[three & b$analyte == "a"] <- c("1", "2", "3")
b$value[three & b$analyte == "b"] <- c("10", "20", "30")
b$value[sample(which(!three), 12)] <- "<0.5"
b$value[sample(which(!three & b$day > 84 & b$day < 98), 4)] <- ">9"
b$value[b$analyte == "c"] <- sample(c("1", "2", "3", "4.5"), sum(b$analyte == "c"), TRUE)
save_csv("few_pairs", "biomarkers.csv", b)

# An arm of responders in the matrix, logarithms that do not exist, the limit divided by the root of 2.
set.seed(20240105)
s <- data.frame(subject_id = people("E", 64), arm = rep(c("placebo", "one", "two"), c(20, 31, 13)), fas = rbinom(64, 1, 0.85))
save_csv("responders", "subjects.csv", s)
b <- analytes(s$subject_id, c(0, 3.8, 4.2), c("A", "B", "C"), 1.5)
b$value[sample(nrow(b), 10)] <- c("0", "-1.5")
save_csv("responders", "biomarkers.csv", b)
v <- lead_in(s$subject_id, c(-3, -0.25, 0.25, 2, 4))
v$month <- v$month + sample(c(-0.125, 0, 0.125), nrow(v), TRUE)
save_csv("responders", "visits.csv", v[runif(nrow(v)) > 0.05, ])

# Arms of one, two and three; a change without spread; an arm censored before the first event, one without an event,
# a curve that is one half for a while.
s <- data.frame(subject_id = people("F", 14), arm = rep(c("C", "one", "two", "three", "late"), c(4, 1, 2, 3, 4)))
save_csv("tiny", "subjects.csv", s, FALSE)
base <- c(40, 38, 36, 41, 39, 33, 37, 42, 40, 35, 44, 30, 31, 29)
fall <- c(4, 2, 5, 3, 1, 2, 2, 1, 0, 3, 2, 2, 2, 2)
v <- rbind(data.frame(subject_id = s$subject_id, month = 0, score = base), data.frame(subject_id = s$subject_id, month = 3, score = base - fall),
  data.frame(subject_id = c("F001", "F005", "F006"), month = 6, score = c(30, 37, 28)))
save_csv("tiny", "visits.csv", v, FALSE)
save_csv("tiny", "survival.csv", data.frame(subject_id = s$subject_id, time_months = c(2, 4, 6, 9, 1.5, 5, 5, 8, 8, 8, 3, 4, 7, 7),
  event = c(1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1)), FALSE)

# No arm anywhere.
set.seed(20240107)
ids <- people("G", 21)
v <- expand.grid(month = c(-0.4, 0.2, 0.9, 3.1, 6), subject_id = ids, stringsAsFactors = FALSE)
v$score <- round(rnorm(nrow(v), 30 - v$month, 2), 3)
save_csv("no_arms", "visits.csv", v[runif(nrow(v)) > 0.1, ])
b <- analytes(ids, c(-0.3, 0.1, 3), c("x", "y"), 0.5)
save_csv("no_arms", "biomarkers.csv", b)
save_csv("no_arms", "survival.csv", data.frame(subject_id = ids, time_months = sample(c(2.5, 5, 7.25, 11), 21, TRUE), event = rbinom(21, 1, 0.6)))

# Many people, very many ties, two endpoints, a large constant below small changes.
set.seed(20240108)
s <- data.frame(subject_id = people("H", 300), arm = sample(c("A", "B", "C"), 300, TRUE, c(0.2, 0.5, 0.3)), weight = round(rnorm(300, 70, 12), 1))
s$region <- sample(c("north", "south", "Üst"), 300, TRUE)
save_csv("many", "subjects.csv", s)
v <- expand.grid(month = c(0, 6, 12), subject_id = s$subject_id, stringsAsFactors = FALSE)
v$count <- round(1e6 + rnorm(nrow(v), 0, 2) - v$month / 4 * match(s$arm, c("A", "B", "C"))[match(v$subject_id, s$subject_id)] / 2, 4)
v <- v[v$month == 0 | runif(nrow(v)) > 0.1 * v$month / 6, ]
save_csv("many", "visits.csv", v)
one <- data.frame(subject_id = s$subject_id, time_months = sample(c(1, 2, 3, 6, 9, 12, 18, 24), 300, TRUE), event = rbinom(300, 1, 0.4), endpoint = "death")
two <- data.frame(subject_id = s$subject_id, time_months = round(rexp(300, 0.05), 1), event = rbinom(300, 1, 0.9), endpoint = "ventilation or death")
save_csv("many", "survival.csv", rbind(one, two))

for (trial in names(plans)) save_lines(json(plans[[trial]]), file.path(trial, "plan.json"))
