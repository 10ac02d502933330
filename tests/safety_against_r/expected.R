# Every row that findings.csv should have of the analysis `safety`, from the CSV files and docs/findings.md.
# Rscript expected.R in this folder, in a UTF-8 locale. R 4.2.2.
month <- 365.25 / 12
rows <- list()
say <- function(case, outcome, term, group, n = NA, estimate = NA, low = NA, high = NA, p = NA, contrast = "", method = "") {
  rows[[length(rows) + 1]] <<- data.frame(trial = case, analysis = "safety.incidence", outcome = outcome, group = group,
    contrast = contrast, at = NA, term = term, n = n, estimate = estimate, std_error = NA, df = NA, statistic = NA,
    p_value = p, conf_low = low, conf_high = high, method = method)
}

read <- function(folder, name) {
  path <- file.path(folder, name)
  if (file.exists(path)) read.csv(path, colClasses = "character", na.strings = "", encoding = "UTF-8", check.names = FALSE) else NULL
}
grade_of <- function(cell) {
  word <- tolower(cell)
  known <- c(mild = 1, "1" = 1, moderate = 2, "2" = 2, severe = 3, "3" = 3, "grade 3" = 3, "life-threatening" = 4, "5" = 5)
  unname(known[word])
}
yes <- function(cell) ifelse(tolower(cell) %in% c("yes", "y", "1"), TRUE, ifelse(tolower(cell) %in% c("no", "n", "0"), FALSE, NA))
related_of <- function(cell) {
  word <- tolower(cell)
  ifelse(word %in% c("related", "possible", "probably related", "1"), TRUE,
         ifelse(word %in% c("not related", "unlikely", "remote", "0"), FALSE, NA))
}
fatal_of <- function(cell) ifelse(is.na(cell) | cell == "unknown", NA, cell == "fatal")
plain <- function(name) tolower(gsub("\\s+", " ", trimws(name)))
# The most frequent spelling; of several the first by its bytes.
best <- function(name) {
  key <- plain(name)
  sapply(split(name, key), function(all) {
    counts <- table(all)
    sort(names(counts)[counts == max(counts)], method = "radix")[1]
  })
}
wilson <- function(x, n, level) {
  if (x == 0) return(c(0, suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int[2]))
  if (x == n) return(c(suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int[1], 1))
  suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int[1:2]
}
newcombe <- function(x1, n1, x0, n0, level) {
  a <- wilson(x1, n1, level); b <- wilson(x0, n0, level); p1 <- x1 / n1; p0 <- x0 / n0
  c(p1 - p0, p1 - p0 - sqrt((p1 - a[1])^2 + (b[2] - p0)^2), p1 - p0 + sqrt((a[2] - p1)^2 + (p0 - b[1])^2))
}

incidence <- function(case, folder, control, counted = "treatment_emergent", first = NULL, last = NULL, window = NULL,
                      observed = "last_record", level = "term", least = NULL, serious = FALSE, related = FALSE,
                      fisher = FALSE, mask = 0, conf = 0.95, set = NULL) {
  people <- read(folder, "subjects.csv")
  visits <- read(folder, "visits.csv")
  survival <- read(folder, "survival.csv")
  samples <- read(folder, "biomarkers.csv")
  all <- read(folder, "adverse_events.csv")
  day <- function(frame) if ("day" %in% names(frame)) as.numeric(frame$day) else as.numeric(frame$month) * month
  start <- as.numeric(all$start_day); end <- as.numeric(all$end_day)
  all$start <- start; all$end <- end
  all$grade <- grade_of(all$severity)
  all$is_serious <- yes(all$serious); all$is_related <- related_of(all$related)
  all$flag <- if ("treatment_emergent" %in% names(all)) yes(all$treatment_emergent) else NA
  all$is_fatal <- if ("event_outcome" %in% names(all)) fatal_of(all$event_outcome) else NA
  term_names <- best(all$term); class_names <- best(all$system_organ_class[!is.na(all$system_organ_class)])
  all$term_name <- term_names[plain(all$term)]
  all$class_name <- ifelse(is.na(all$system_organ_class), "no class", class_names[plain(all$system_organ_class)])
  knows <- list(related = any(!is.na(all$is_related)), serious = any(!is.na(all$is_serious)), grade = any(!is.na(all$grade)),
                fatal = any(!is.na(all$is_fatal)) || any(all$grade %in% 5))

  # Ends of observation, in days, over everything in the files.
  ids <- unique(c(people$subject_id, visits$subject_id, survival$subject_id, samples$subject_id, all$subject_id))
  record <- rep(NA_real_, length(ids)); names(record) <- ids
  see <- function(id, day) for (i in which(!is.na(day))) record[id[i]] <<- max(record[id[i]], day[i], na.rm = TRUE)
  if (!is.null(visits)) {
    # A row without any value tells nothing.
    values <- setdiff(names(visits), c("subject_id", "day", "month", "arm"))
    has <- rowSums(!is.na(visits[values])) > 0
    see(visits$subject_id[has], day(visits)[has])
  }
  if (!is.null(samples)) see(samples$subject_id, day(samples))
  see(all$subject_id, start); see(all$subject_id, end)
  finish <- record
  if (observed == "end_of_follow_up" && !is.null(survival)) {
    time <- if ("time_days" %in% names(survival)) as.numeric(survival$time_days) else as.numeric(survival$time_months) * month
    finish[survival$subject_id] <- time
  }

  if (!is.null(set)) people <- people[tolower(people[[set]]) %in% c("yes", "1"), ]
  people <- people[!is.na(people$arm), ]
  arms <- c(control, setdiff(unique(read(folder, "subjects.csv")$arm), c(control, NA)))
  arm <- setNames(people$arm, people$subject_id)
  number <- function(column, id) { value <- setNames(as.numeric(people[[column]]), people$subject_id)[id]; unname(value) }
  origin <- function(id) if (is.null(first)) rep(0, length(id)) else ifelse(is.na(number(first, id)), 0, number(first, id))
  limit <- function(id) {
    if (is.null(window) || counted != "treatment_emergent") return(rep(Inf, length(id)))
    from <- if (is.null(last)) rep(NA, length(id)) else number(last, id)
    from <- ifelse(is.na(from), unname(finish[id]), from)
    ifelse(is.na(from), Inf, from + window)
  }
  own <- people$subject_id
  days <- setNames(pmax(pmin(unname(finish[own]), limit(own)) - origin(own), 0), own)

  events <- all[all$subject_id %in% own, ]
  id <- events$subject_id
  began <- ifelse(is.na(events$start), events$end, events$start)
  before <- !is.na(began) & began < origin(id)
  after <- !is.na(events$start) & events$start > limit(id)
  keep <- switch(counted, all = rep(TRUE, nrow(events)), flagged = events$flag %in% TRUE, treatment_emergent = !before & !after)
  if (!is.null(least)) keep <- keep & !is.na(events$grade) & events$grade >= least
  if (serious) keep <- keep & events$is_serious %in% TRUE
  if (related) keep <- keep & events$is_related %in% TRUE
  events <- events[keep, ]
  events$since <- events$start - origin(events$subject_id)
  events$in_time <- is.na(events$since) | events$since >= 0

  words <- c(mild = 1, moderate = 2, severe = 3, "life-threatening" = 4, fatal = 5)
  method <- switch(counted, all = "all events", flagged = "flagged treatment-emergent", treatment_emergent =
    if (is.null(window)) "treatment-emergent" else paste("treatment-emergent up to", window, "days after treatment"))
  if (!is.null(least)) method <- paste0(method, ", ", names(words)[least], " or worse")
  if (serious) method <- paste0(method, ", serious")
  if (related) method <- paste0(method, ", related")

  size <- sapply(arms, function(a) sum(arm == a))
  known <- lapply(arms, function(a) days[names(arm)[arm == a]][!is.na(days[names(arm)[arm == a]])])
  names(known) <- arms
  for (a in arms) say(case, "follow-up", "patient_years", a, length(known[[a]]), sum(known[[a]]) / 365.25)

  worst_names <- c("worst_unknown", "worst_mild", "worst_moderate", "worst_severe", "worst_life_threatening", "worst_fatal")
  tests <- NULL
  count <- function(outcome, some, is_summary, is_level) {
    of <- function(a) some[arm[some$subject_id] == a, ]
    people_with <- sapply(arms, function(a) length(unique(of(a)$subject_id)))
    if (!is_summary && sum(people_with) == 0) return()
    hidden <- people_with > 0 & people_with < mask
    worst <- sapply(arms, function(a) {
      mine <- of(a)
      level <- tapply(ifelse(is.na(mine$grade), 0, mine$grade), factor(mine$subject_id), max)
      tabulate(level + 1, 6)
    })
    at_risk <- list()
    for (a in arms) {
      x <- people_with[[a]]; hide <- hidden[[a]]
      tell <- function(value) if (hide) NA else value
      say(case, outcome, "count", a, size[[a]], tell(x), method = method)
      ci <- wilson(x, size[[a]], conf)
      say(case, outcome, "share", a, size[[a]], tell(x / size[[a]]), tell(ci[1]), tell(ci[2]), method = method)
      say(case, outcome, "events", a, size[[a]], tell(nrow(of(a))), method = method)
      levels <- worst[, a]
      cover <- levels > 0 & levels < mask
      if (hide) cover <- levels > 0
      else if (sum(cover) == 1) {
        others <- which(levels > 0 & !cover)
        cover[others[which.min(levels[others])]] <- TRUE
      }
      for (k in which(rowSums(worst) > 0)) say(case, outcome, worst_names[k], a, size[[a]], if (cover[k]) NA else levels[k], method = method)
      if (is_summary && x == 0) say(case, outcome, "upper_bound", a, size[[a]], 1 - (1 - conf)^(1 / size[[a]]), method = method)
      # Rates: of people of whom the time is known, by events in it.
      timed <- of(a)[of(a)$in_time & of(a)$subject_id %in% names(known[[a]]), ]
      until <- known[[a]]
      for (who in unique(timed$subject_id)) {
        firsts <- timed$since[timed$subject_id == who]
        until[who] <- min(until[who], firsts, na.rm = TRUE)
      }
      who <- unique(timed$subject_id); nk <- length(known[[a]])
      at_risk[[a]] <- c(length(who), sum(until) / 365.25, hide)
      if (nk == 0) next
      say(case, outcome, "years_at_risk", a, nk, tell(sum(until) / 365.25), method = method)
      rate <- function(term, x, years) if (years > 1e-9) {
        ci <- poisson.test(x, years, conf.level = conf)$conf.int
        say(case, outcome, term, a, nk, tell(100 * x / years), tell(100 * ci[1]), tell(100 * ci[2]), method = method)
      }
      rate("incidence_rate", length(who), sum(until) / 365.25)
      rate("event_rate", nrow(timed), sum(known[[a]]) / 365.25)
    }
    for (a in arms[-1]) {
      hide <- hidden[[a]] || hidden[[control]]
      tell <- function(value) if (hide) NA else value
      contrast <- paste(a, "−", control); both <- size[[a]] + size[[control]]
      d <- newcombe(people_with[[a]], size[[a]], people_with[[control]], size[[control]], conf)
      say(case, outcome, "risk_difference", a, both, tell(d[1]), tell(d[2]), tell(d[3]), contrast = contrast, method = method)
      if (is_summary) {
        t <- at_risk[[a]]; c0 <- at_risk[[control]]
        if (t[2] > 1e-9 && c0[2] > 1e-9 && t[1] + c0[1] > 0) {
          ratio <- poisson.test(c(t[1], c0[1]), c(t[2], c0[2]), conf.level = conf)
          finite <- function(value) if (hide || !is.finite(value)) NA else value
          say(case, outcome, "rate_ratio", a, length(known[[a]]) + length(known[[control]]), finite(t[1] / t[2] / (c0[1] / c0[2])),
              finite(ratio$conf.int[1]), finite(ratio$conf.int[2]), contrast = paste(a, "/", control), method = method)
        }
      }
      if (fisher && !hide) {
        p <- fisher.test(matrix(c(people_with[[a]], size[[a]] - people_with[[a]], people_with[[control]], size[[control]] - people_with[[control]]), 2))$p.value
        say(case, outcome, "fisher_exact", a, both, p = p, contrast = contrast, method = method)
        if (is_level) tests <<- rbind(tests, data.frame(outcome, a, both, contrast, p))
      }
    }
  }
  f <- function(x) x %in% TRUE
  count("any adverse event", events, TRUE, FALSE)
  if (knows$related) count("any related event", events[f(events$is_related), ], TRUE, FALSE)
  if (knows$serious) count("any serious event", events[f(events$is_serious), ], TRUE, FALSE)
  if (knows$related && knows$serious) count("any serious related event", events[f(events$is_related) & f(events$is_serious), ], TRUE, FALSE)
  if (knows$grade) count("any severe event", events[f(events$grade >= 3), ], TRUE, FALSE)
  if (knows$fatal) count("any fatal event", events[f(events$is_fatal) | f(events$grade == 5), ], TRUE, FALSE)
  for (class in unique(events$class_name)) {
    mine <- events[events$class_name == class, ]
    count(class, mine, FALSE, level == "class")
    if (level == "term") for (term in unique(mine$term_name)) count(paste0(class, ": ", term), mine[mine$term_name == term, ], FALSE, TRUE)
  }
  if (!is.null(tests)) for (rule in c("holm", "BH")) {
    adjusted <- p.adjust(tests$p, rule)
    for (i in seq_len(nrow(tests))) say(case, tests$outcome[i], c(holm = "fisher_holm", BH = "fisher_benjamini_hochberg")[[rule]],
      tests$a[i], tests$both[i], p = adjusted[i], contrast = tests$contrast[i], method = method)
  }
}

demo <- "../../public/demo"
incidence("demo", demo, "Control", fisher = TRUE)
incidence("demo_masked", demo, "Control", fisher = TRUE, mask = 5)
incidence("doses", ".", "Placebo", first = "first_dose_day", last = "last_dose_day", window = 30, observed = "end_of_follow_up",
          fisher = TRUE, conf = 0.9, set = "safety")
incidence("flagged", ".", "Placebo", counted = "flagged", first = "first_dose_day", level = "class", least = 2, related = TRUE, fisher = TRUE)
incidence("all", ".", "Low", counted = "all", serious = TRUE, mask = 3)
all <- do.call(rbind, rows)
for (column in names(all)) if (is.numeric(all[[column]]) || is.logical(all[[column]])) {
  all[[column]] <- ifelse(is.na(all[[column]]), "", trimws(formatC(as.numeric(all[[column]]), digits = 17, format = "g")))
}
to <- file("expected.csv", "wb")
lines <- capture.output(write.csv(all, row.names = FALSE, quote = c(3, 5, 16)))
writeLines(enc2utf8(lines), to, useBytes = TRUE)
close(to)
cat(nrow(all), "rows;", R.version.string, "\n")
