# The rows that findings.csv should have for competing events, worked out from the CSV files with cmprsk and survival.
# Run in this folder: Rscript expected.R
library(cmprsk)
library(survival)

read <- function(path) read.csv(path, colClasses = "character", check.names = FALSE, na.strings = "")

# Each person's first event or last contact, from several endpoints.
first_of <- function(records, causes, horizon) {
  ids <- unique(unlist(lapply(records, function(r) r$subject_id)))
  out <- data.frame(subject_id = ids, time = NA_real_, cause = 0)
  for (i in seq_along(ids)) {
    best <- c(Inf, 0)
    last <- Inf
    for (k in seq_along(causes)) {
      r <- records[[k]][records[[k]]$subject_id == ids[i], ]
      if (!nrow(r)) next
      if (r$event == 1) { if (r$time < best[1]) best <- c(r$time, k) } else last <- min(last, r$time)
    }
    if (best[2] > 0) { out$time[i] <- best[1]; out$cause[i] <- best[2] } else out$time[i] <- last
  }
  beyond <- out$time > horizon
  out$time[beyond] <- horizon
  out$cause[beyond] <- 0
  out
}

demo <- function(causes, horizon) {
  death <- read("../../public/demo/survival.csv")
  tube <- read("../../public/demo/ventilation.csv")
  of <- function(d) data.frame(subject_id = d$subject_id, time = as.numeric(d$time_months), event = as.numeric(d$event))
  records <- list(death = of(death), permanent_ventilation = of(tube))[causes]
  merge(first_of(records, causes, horizon), read("../../public/demo/subjects.csv"), by = "subject_id")
}

three_arms <- function(causes, horizon) {
  d <- read("survival.csv")
  words <- c(dead = "death", tracheostomy = "tracheostomy", `permanent ventilation` = "permanent_ventilation", censored = "")
  d$cause <- match(words[d$status], causes, nomatch = 0)
  d$time <- as.numeric(d$time_months)
  beyond <- d$time > horizon
  d$time[beyond] <- horizon
  d$cause[beyond] <- 0
  merge(d, read("subjects.csv"), by = "subject_id")
}

rows <- list()
add <- function(case, outcome, term, group = NA, contrast = NA, at = NA, n = NA, estimate = NA, std_error = NA, df = NA,
                statistic = NA, p_value = NA, conf_low = NA, conf_high = NA) {
  rows[[length(rows) + 1]] <<- data.frame(case, analysis = "cumulative_incidence", outcome, group, contrast, at, term, n,
    estimate, std_error, df, statistic, p_value, conf_low, conf_high)
}

work <- function(case, d, causes, control, months, level = 0.95, rho = 0, strata = NULL) {
  z <- qnorm(0.5 + level / 2)
  all_causes <- paste(causes, collapse = " or ")
  arms <- c(control, setdiff(unique(d$arm), control))
  nil <- function(x) if (is.na(x) || x == 0) NA else x
  at <- list()
  for (arm in arms) {
    a <- d[d$arm == arm, ]
    n <- nrow(a)
    last <- max(a$time)
    reached <- months[months <= last]
    add(case, all_causes, "censored", arm, n = n, estimate = sum(a$cause == 0))
    for (m in unique(risk_months(max(d$time)))) {
      add(case, all_causes, "at_risk", arm, at = m, n = n, estimate = sum(a$time >= m))
    }
    free <- survfit(Surv(time, cause > 0) ~ 1, data = a, conf.type = "log-log", conf.int = level)
    for (m in reached) {
      s <- summary(free, times = m)
      add(case, all_causes, "survival", arm, at = m, n = n, estimate = s$surv, std_error = nil(s$std.err),
        conf_low = s$lower, conf_high = s$upper)
    }
    ci <- cuminc(a$time, a$cause, cencode = 0)
    for (k in seq_along(causes)) {
      add(case, causes[k], "events", arm, n = n, estimate = sum(a$cause == k))
      naive <- survfit(Surv(time, cause == k) ~ 1, data = a, conf.type = "log-log", conf.int = level)
      steps <- sort(unique(a$time[a$cause == k]))
      points <- timepoints(ci, sort(unique(c(steps, reached))))
      name <- paste("1", k)
      say <- function(term, m, n) {
        f <- if (name %in% rownames(points$est)) points$est[name, as.character(m)] else 0
        se <- if (f > 0) sqrt(points$var[name, as.character(m)]) else NA
        # On the scale of log(-log): F to the power of exp(-+ z se / (F log F)).
        reach <- z * se / (f * log(f))
        add(case, causes[k], term, arm, at = m, n = n, estimate = f, std_error = se,
          conf_low = f^exp(-reach), conf_high = f^exp(reach))
        c(f, se)
      }
      say_naive <- function(term, m, n) {
        s <- summary(naive, times = m)
        add(case, causes[k], term, arm, at = m, n = n, estimate = 1 - s$surv, std_error = nil(s$std.err),
          conf_low = 1 - s$upper, conf_high = 1 - s$lower)
      }
      for (m in reached) {
        at[[paste(arm, k, m)]] <- say("incidence", m, n)
        say_naive("naive_incidence", m, n)
      }
      for (m in steps) {
        say("incidence_step", m, sum(a$time >= m))
        say_naive("naive_step", m, sum(a$time >= m))
      }
    }
  }
  d$stratum <- if (is.null(strata)) "all" else d[[strata]]
  tested <- d[!is.na(d$stratum), ]
  gray <- function(among, k) {
    g <- tested[tested$arm %in% among, ]
    # cuminc numbers the causes as they are sorted, and leaves out those without an event.
    test <- cuminc(g$time, g$cause, group = factor(g$arm, levels = among), strata = g$stratum, rho = rho, cencode = 0)$Tests
    c(test[as.character(k), "stat"], test[as.character(k), "df"], test[as.character(k), "pv"], nrow(g))
  }
  for (k in seq_along(causes)) {
    test <- gray(arms, k)
    add(case, causes[k], "grays_test", n = test[4], df = test[2], statistic = test[1], p_value = pchisq(test[1], test[2], lower.tail = FALSE))
    for (arm in arms[-1]) {
      contrast <- paste(arm, "\u2212", control)
      for (m in months) {
        one <- at[[paste(arm, k, m)]]
        other <- at[[paste(control, k, m)]]
        if (is.null(one) || is.null(other)) next
        difference <- one[1] - other[1]
        se <- sqrt(one[2]^2 + other[2]^2)
        add(case, causes[k], "incidence_difference", arm, contrast, at = m, n = sum(d$arm %in% c(arm, control)),
          estimate = difference, std_error = se, statistic = difference / se, p_value = 2 * pnorm(-abs(difference / se)),
          conf_low = difference - z * se, conf_high = difference + z * se)
      }
      if (length(arms) > 2) {
        test <- gray(c(control, arm), k)
        add(case, causes[k], "grays_test", arm, contrast, n = test[4], df = test[2], statistic = test[1],
          p_value = pchisq(test[1], test[2], lower.tail = FALSE))
      }
      pair <- tested[tested$arm %in% c(control, arm), ]
      if (min(table(factor(pair$arm, c(control, arm))[pair$cause == k])) == 0) next
      pair$treated <- as.numeric(pair$arm == arm)
      fit <- summary(coxph(Surv(time, cause == k) ~ treated + strata(stratum), data = pair, ties = "efron",
        control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)), conf.int = level)
      b <- fit$coefficients[1, ]
      add(case, causes[k], "cause_specific_hazard_ratio", arm, contrast, n = nrow(pair), estimate = exp(b["coef"]),
        std_error = b["se(coef)"], statistic = b["z"], p_value = 2 * pnorm(-abs(b["z"])),
        conf_low = exp(b["coef"] - z * b["se(coef)"]), conf_high = exp(b["coef"] + z * b["se(coef)"]))
    }
  }
}

# Where the page gives numbers at risk, for follow-up in months.
risk_months <- function(last) {
  steps <- c(0.25, 0.5, 1, 2, 3, 6, 12, 24, 36, 60, 120)
  step <- steps[last / steps <= 10.5][1]
  seq(0, floor(last / step + 1e-9)) * step
}

work("demo", demo(c("permanent_ventilation", "death"), Inf), c("permanent_ventilation", "death"), "Control", c(6, 12, 24))
work("demo_weighted", demo(c("death", "permanent_ventilation"), 36), c("death", "permanent_ventilation"), "Control",
  c(9.5, 36), level = 0.9, rho = 1, strata = "onset_site")
causes <- c("tracheostomy", "death", "permanent_ventilation")
work("three_arms", three_arms(causes, Inf), causes, "placebo", c(6, 12, 18, 30))
causes <- c("death", "tracheostomy", "permanent_ventilation")
work("three_arms_strata", three_arms(causes, Inf), causes, "placebo", 12, rho = 0.5, strata = "region")

all <- do.call(rbind, rows)
for (column in c("at", "n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high")) {
  all[[column]] <- ifelse(is.na(all[[column]]), "", formatC(all[[column]], digits = 17, width = -1, format = "g"))
}
write.csv(all, "expected.csv", row.names = FALSE, na = "", quote = TRUE, fileEncoding = "UTF-8")
cat(nrow(all), "rows\n")
print(packageVersion("cmprsk")); print(packageVersion("survival")); print(R.version.string)
