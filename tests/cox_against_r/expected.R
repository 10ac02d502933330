# What findings.csv should hold for each case, by R's survival and the documents alone.
library(survival)
library(jsonlite)
control <- coxph.control(eps = 1e-13, iter.max = 200, toler.chol = 1e-15, timefix = FALSE)
demo <- "../../public/demo"
level <- 0.95
z <- qnorm(0.5 + level / 2)

people_of <- function(case, plan) {
  folder <- if (startsWith(case, "demo")) demo else "three_arms"
  subjects <- read.csv(file.path(folder, "subjects.csv"), na.strings = "", check.names = FALSE)
  survival <- read.csv(file.path(folder, "survival.csv"))
  data <- merge(subjects, survival, by = "subject_id")
  time <- plan$time
  if (!is.null(time[["or"]])) {
    other <- read.csv(file.path(folder, "ventilation.csv"))
    names(other)[3:4] <- c("time2", "event2")
    data <- merge(data, other[c("subject_id", "time2", "event2")], by = "subject_id", all.x = TRUE)
    first <- ifelse(data$event == 1 & data$event2 == 1, pmin(data$time_months, data$time2),
             ifelse(data$event == 1, data$time_months, ifelse(data$event2 == 1, data$time2, pmin(data$time_months, data$time2))))
    data$event <- as.integer(data$event == 1 | data$event2 == 1)
    data$time_months <- first
  }
  data$entry <- NA
  if (!is.null(time$origin)) {
    before <- data[[time$origin$column]]
    data$entry <- before
    data$time_months <- data$time_months + before
  }
  if (!is.null(time$horizon_months)) {
    data$event[data$time_months > time$horizon_months] <- 0
    data$time_months <- pmin(data$time_months, time$horizon_months)
  }
  data
}

fit_of <- function(data, terms, ties, strata = character(), cluster = NULL) {
  strata <- Filter(function(one) length(unique(data[[one]])) > 1, strata)
  if (ties == "exact" && !anyNA(data$entry)) {
    # coxph has no answer for exact ties with entries here: a stratum for each set at risk has the same likelihood.
    group <- if (length(strata)) interaction(data[strata], drop = TRUE) else factor(rep(1, nrow(data)))
    sets <- unique(data.frame(group, time = data$time_months)[data$event == 1, ])
    data <- do.call(rbind, lapply(seq_len(nrow(sets)), function(set) {
      at <- sets$time[set]
      own <- data[group == sets$group[set] & data$entry < at & data$time_months >= at, ]
      transform(own, event = as.integer(event == 1 & time_months == at), time_months = 1, entry = NA, set_ = set)
    }))
    strata <- "set_"
  }
  left <- if (anyNA(data$entry)) "Surv(time_months, event)" else "Surv(entry, time_months, event)"
  right <- c(terms, if (length(strata)) sprintf("strata(%s)", paste(strata, collapse = ", ")))
  formula <- as.formula(paste(left, "~", paste(right, collapse = " + ")))
  environment(formula) <- environment()
  call <- list(formula, data = data, ties = ties, control = control, x = TRUE, model = TRUE)
  if (!is.null(cluster)) call$cluster <- data[[cluster]]
  do.call(coxph, call)
}

# The largest log likelihood with one column held at a value.
held <- function(data, fit, ties, strata, column) {
  x <- fit$x
  y <- fit$y
  s <- if (length(strata)) interaction(data[strata], drop = TRUE) else factor(rep(1, nrow(data)))
  rest <- x[, -column, drop = FALSE]
  function(value) {
    shift <- x[, column] * value
    # A constant in the offset changes nothing and keeps exp() small.
    shift <- shift - mean(shift)
    if (ncol(rest)) coxph(y ~ rest + strata(s) + offset(shift), ties = ties, control = control)$loglik[2]
    else coxph(y ~ strata(s) + offset(shift), ties = ties, control = control)$loglik
  }
}

profile_of <- function(data, fit, ties, strata, column) {
  at <- held(data, fit, ties, strata, column)
  best <- fit$loglik[2]
  centre <- coef(fit)[[column]]
  se <- sqrt(vcov(fit)[column, column])
  off <- function(value) 2 * (best - at(value)) - z^2
  root <- function(low, high) uniroot(off, c(low, high), tol = 1e-14, maxiter = 1000)$root
  null <- at(0)
  list(low = root(centre - 4 * se, centre), high = root(centre, centre + 4 * se), chi = 2 * (best - null))
}

rows <- list()
case_rows <- function(case) {
  whole <- fromJSON(file.path("plans", paste0(case, ".json")), simplifyVector = TRUE, simplifyDataFrame = FALSE)
  plan <- whole$analyses[[1]]$cox
  control_arm <- whole$control_arm
  everyone <- people_of(case, plan)
  if (is.null(plan$ties)) plan$ties <- "efron"
  if (is.null(plan$interval)) plan$interval <- "wald"
  if (is.null(plan$ph_transform)) plan$ph_transform <- "km"
  strata <- as.character(unlist(plan$strata))
  cluster <- plan$cluster
  factors <- character()
  adjust <- character()
  for (one in plan$covariates) {
    adjust <- c(adjust, one$name)
    if (isTRUE(one$as_factor) || !is.numeric(everyone[[one$name]])) factors <- c(factors, one$name)
  }
  as_factor <- function(data, column) factor(data[[column]], levels = sort(unique(data[[column]]), method = "radix"))
  prepare <- function(data, factors) {
    data$arm <- droplevels(relevel(factor(data$arm), ref = control_arm))
    for (column in factors) data[[column]] <- as_factor(data, column)
    data
  }
  everyone <- prepare(everyone, character())
  used <- c(adjust, strata, cluster)
  data <- if (length(used)) everyone[complete.cases(everyone[used]), ] else everyone
  data <- prepare(data, factors)
  outcome <- paste(c("death", plan$time[["or"]]), collapse = " or ")
  add <- function(term, ..., analysis = "cox") {
    rows[[length(rows) + 1]] <<- data.frame(trial = case, analysis = analysis, outcome = outcome, term = term, ...)
  }
  name_of <- function(column) {
    if (startsWith(column, "arm")) return(list(group = substring(column, 4), contrast = paste(substring(column, 4), "/", control_arm)))
    for (one in factors) if (startsWith(column, one) && column != one) {
      return(list(contrast = sprintf("%s: %s / %s", one, substring(column, nchar(one) + 1), levels(data[[one]])[1])))
    }
    list(contrast = column)
  }
  wald <- function(fit, column) {
    b <- coef(fit)[[column]]; se <- sqrt(vcov(fit)[column, column])
    list(estimate = exp(b), std_error = se, statistic = b / se, p_value = 2 * pnorm(-abs(b / se)),
         conf_low = exp(b - z * se), conf_high = exp(b + z * se))
  }
  chi <- function(statistic, df) list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE))
  tell <- function(term, ...) do.call(add, c(list(term), ...))
  for (arm in levels(everyone$arm)) {
    own <- data[data$arm == arm, ]
    add("events", group = arm, n = nrow(own), estimate = sum(own$event))
  }
  terms <- c("arm", adjust)
  fit <- fit_of(data, terms, plan$ties, strata, cluster)
  naive <- fit_of(data, terms, plan$ties, strata)
  columns <- names(coef(fit))
  n <- nrow(data)
  for (place in seq_along(columns)) {
    name <- name_of(columns[place])
    values <- wald(fit, place)
    if (plan$interval == "profile") {
      found <- profile_of(data, naive, plan$ties, strata, place)
      values <- c(list(estimate = values$estimate, std_error = values$std_error, conf_low = exp(found$low),
                       conf_high = exp(found$high)), chi(found$chi, 1))
    }
    tell(if (is.null(name$group)) "covariate_hazard_ratio" else "hazard_ratio", name, list(n = n), values)
  }
  # Tests.
  p <- length(columns)
  tell("likelihood_ratio_test", list(n = n), chi(2 * diff(naive$loglik), p))
  tell("wald_test", list(n = n), chi(as.numeric(coef(fit) %*% solve(vcov(fit), coef(fit))), p))
  tell("score_test", list(n = n), chi(fit$score, p))
  if (!is.null(cluster)) tell("robust_score_test", list(n = n), chi(fit$rscore, p))
  for (term in terms) {
    own <- fit$assign[[term]]
    if (term == "arm" && length(own) < 2) next
    if (is.null(cluster)) {
      rest <- setdiff(terms, term)
      smaller <- if (length(rest)) fit_of(data, rest, plan$ties, strata)$loglik[2] else fit$loglik[1]
      test <- chi(2 * (fit$loglik[2] - smaller), length(own))
    } else {
      test <- chi(as.numeric(coef(fit)[own] %*% solve(vcov(fit)[own, own], coef(fit)[own])), length(own))
    }
    if (term == "arm") tell("arm_test", list(n = n), test) else tell("effect_test", list(contrast = term, n = n), test)
  }
  add("log_likelihood", contrast = "coefficients 0", n = n, estimate = fit$loglik[1])
  add("log_likelihood", contrast = "model", n = n, estimate = fit$loglik[2])
  add("concordance", n = n, estimate = fit$concordance[["concordance"]], std_error = fit$concordance[["std"]])
  # Other choices.
  arms <- levels(data$arm)[-1]
  choices <- function(key, fit, n) {
    for (arm in arms) {
      place <- match(paste0("arm", arm), names(coef(fit)))
      tell("hazard_ratio_by_model", name_of(paste0("arm", arm)), list(n = n, note = key), wald(fit, place))
    }
  }
  for (ties in c("efron", "breslow", "exact")) {
    choices(ties, fit_of(data, terms, ties, strata, if (ties != "exact") cluster), n)
  }
  if (length(adjust) || length(strata)) {
    choices("unadjusted", fit_of(everyone, "arm", plan$ties, character(), cluster), nrow(everyone))
    if (nrow(everyone) > n) choices("unadjusted_same_people", fit_of(data, "arm", plan$ties, character(), cluster), n)
  }
  if (!is.null(cluster)) choices("not_robust", naive, n)
  if (plan$interval == "profile") choices("wald", fit, n)
  # Proportional hazards.
  zph <- cox.zph(fit, transform = plan$ph_transform, global = TRUE)$table
  labels <- rownames(zph)
  if (length(terms) == 1 && !"GLOBAL" %in% labels) stop("global")
  for (place in seq_along(labels)) {
    label <- if (labels[place] == "GLOBAL") "global" else labels[place]
    add("proportional_hazards", contrast = label, n = sum(data$event), statistic = zph[place, "chisq"],
        df = zph[place, "df"], p_value = zph[place, "p"], analysis = "cox.ph")
  }
  # Influence: Efron's score residuals where ties are exact.
  scored <- if (plan$ties == "exact") fit_of(data, terms, "efron", strata) else fit
  dfbeta <- as.matrix(residuals(scored, type = "dfbeta"))
  inside <- function(v) v$conf_low > 1 || v$conf_high < 1
  without <- lapply(seq_len(n), function(out) fit_of(data[-out, ], terms, plan$ties, strata, cluster))
  for (arm in arms) {
    place <- match(paste0("arm", arm), columns)
    name <- name_of(columns[place])
    own <- lapply(without, wald, column = place)
    ratios <- vapply(own, function(one) one$estimate, 0)
    tell("least_without_patient", name, list(n = n, estimate = min(ratios)))
    tell("greatest_without_patient", name, list(n = n, estimate = max(ratios)))
    tell("decisive_patients", name, list(n = n, estimate = sum(vapply(own, inside, TRUE) != inside(wald(fit, place)))))
    tell("largest_dfbeta", name, list(n = n, estimate = dfbeta[which.max(abs(dfbeta[, place])), place]))
  }
  # Subgroups.
  for (subgroup in plan$subgroups) {
    column <- subgroup$column
    raw <- data[[column]]
    known <- data[!is.na(raw), ]
    raw <- raw[!is.na(raw)]
    is_number <- is.numeric(raw)
    if (is_number && (!is.null(subgroup$cut) || length(unique(raw)) > 2)) {
      cut <- if (is.null(subgroup$cut)) median(raw) else subgroup$cut
      known$group_ <- factor(ifelse(raw < cut, paste("<", cut), paste("≥", cut)), levels = paste(c("<", "≥"), cut))
    } else {
      known$group_ <- factor(raw, levels = sort(unique(as.character(raw)), method = "radix"))
    }
    was_number <- is.numeric(everyone[[column]]) && !column %in% factors
    kept <- if (was_number) adjust else setdiff(adjust, column)
    for (group in levels(known$group_)) {
      own <- known[known$group_ == group, ]
      own <- prepare(own, setdiff(factors, column))
      title <- paste0(column, ": ", group)
      for (arm in levels(data$arm)) {
        add("subgroup_events", group = arm, contrast = title, n = sum(own$arm == arm), estimate = sum(own$event[own$arm == arm]))
      }
      varies <- Filter(function(one) length(unique(own[[one]])) > 1, kept)
      inner <- fit_of(own, c("arm", varies), plan$ties, strata, cluster)
      for (arm in arms) {
        tell("subgroup_hazard_ratio", list(group = arm, contrast = title, n = nrow(own)), wald(inner, match(paste0("arm", arm), names(coef(inner)))))
      }
    }
    main <- if (column %in% strata) character() else "group_"
    smaller <- fit_of(known, c("arm", kept, main), plan$ties, strata, cluster)
    larger <- fit_of(known, c("arm", kept, main, "arm:group_"), plan$ties, strata, cluster)
    products <- grep("^arm.*:", names(coef(larger)))
    products <- products[!is.na(coef(larger)[products])]
    test <- if (is.null(cluster)) chi(2 * (larger$loglik[2] - smaller$loglik[2]), length(products))
            else chi(as.numeric(coef(larger)[products] %*% solve(vcov(larger)[products, products], coef(larger)[products])), length(products))
    tell("interaction", list(contrast = paste("arm ×", column), n = nrow(known)), test)
  }
}
cases <- sub("[.]json$", "", sort(list.files("plans"), method = "radix"))
for (case in cases) { message(case); case_rows(case) }
all <- c("trial", "analysis", "outcome", "group", "contrast", "term", "n", "estimate", "std_error", "df", "statistic",
         "p_value", "conf_low", "conf_high", "note")
filled <- do.call(rbind, lapply(rows, function(row) { row[setdiff(all, names(row))] <- NA; row[all] }))
digits <- function(x) if (is.numeric(x)) ifelse(is.na(x), "", sprintf("%.17g", x)) else ifelse(is.na(x), "", as.character(x))
write.csv(data.frame(lapply(filled, digits)), "expected.csv", row.names = FALSE, quote = TRUE, fileEncoding = "UTF-8")
