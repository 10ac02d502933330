//! Each arm against control: differences of incidence, Gray's test, cause-specific hazard ratios.

use super::arm::Arm;
use super::{CompetingPlan, ID, events_of, note, unanswered};
use crate::analysis::time_to_event::TimeToEvent;
use crate::analysis::{AnalysisError, Finding, Note, NoteKind, Term, TimeNote};
use crate::order;
use crate::stats::Matrix;
use crate::stats::StatError;
use crate::stats::distribution::normal;
use crate::stats::survival::{CoxFit, CoxOptions, FollowUpTimes, GraysTest, GraysTestOptions, fit_cox, grays_test};
use crate::trial::{CovariateValues, Trial};

pub fn comparison_rows(
    trial: &Trial,
    found: &TimeToEvent,
    arms: &[Arm],
    plan: &CompetingPlan,
    level: f64,
    notes: &mut Vec<Note>,
) -> Vec<Finding> {
    if arms.len() < 2 {
        notes.push(unanswered(None, None, AnalysisError::OneArm { arms_with_data: arms.len().min(trial.arms.len()) }));
        return Vec::new();
    }
    let mut rows = Vec::new();
    let control = arms.iter().find(|arm| arm.place == 0);
    if let Some(control) = control {
        for arm in arms.iter().filter(|arm| arm.place != 0) {
            for month in plan.months.iter().copied().filter(|month| arm.reaches(*month) && control.reaches(*month)) {
                rows.extend(
                    (0..found.causes.len()).map(|cause| difference_row(found, arm, control, cause, month, level)),
                );
            }
        }
    }
    let strata = match strata(trial, found, &plan.strata, notes) {
        Ok(strata) => strata,
        Err(error) => {
            notes.push(unanswered(None, None, error));
            return rows;
        }
    };
    // Gray's test has no form for people who come in late; curves and hazard ratios have.
    let has_gray = found.entries.is_none();
    if !has_gray {
        notes.push(note(NoteKind::Time(TimeNote::NoGrayWithLateEntries)));
    }
    for (cause, name) in found.causes.iter().enumerate() {
        if found.cause.iter().all(|happened| *happened != Some(cause)) {
            continue;
        }
        let all: Vec<usize> = arms.iter().map(|arm| arm.place).collect();
        if has_gray {
            let tested = Tested::of(found, &strata, &all);
            match tested.gray(cause, plan.rho) {
                Ok(test) => rows.push(gray_row(name, tested.found.len(), &test, plan)),
                Err(error) => notes.push(unanswered(None, None, AnalysisError::from_stat(&error, name))),
            }
        }
        let Some(control) = control else { continue };
        for arm in arms.iter().filter(|arm| arm.place != 0) {
            let pair = Tested::of(found, &strata, &[arm.place, control.place]);
            let of_pair =
                |row: Finding| Finding { group: Some(arm.name.clone()), contrast: Some(contrast(arm, control)), ..row };
            let mut refuse = |error: &StatError| {
                let error = AnalysisError::from_stat(error, name);
                notes.push(unanswered(Some(arm.name.clone()), None, error));
            };
            if has_gray && arms.len() > 2 && arm.events(cause) + control.events(cause) > 0 {
                match pair.gray(cause, plan.rho) {
                    Ok(test) => rows.push(of_pair(gray_row(name, pair.found.len(), &test, plan))),
                    Err(error) => refuse(&error),
                }
            }
            // Without an event in one of the two no finite ratio fits best; the events say so.
            if arm.events(cause) > 0 && control.events(cause) > 0 {
                match pair.hazard_ratio(cause, level) {
                    Ok(fit) => rows.extend(hazard_row(name, &fit, plan).map(of_pair)),
                    Err(error) => refuse(&error),
                }
            }
        }
    }
    rows
}

fn contrast(arm: &Arm, control: &Arm) -> String {
    format!("{} − {}", arm.name, control.name)
}

/// Two independent estimates; the interval is on the scale of the difference.
fn difference_row(found: &TimeToEvent, arm: &Arm, control: &Arm, cause: usize, month: f64, level: f64) -> Finding {
    let (one, other) = (arm.incidence_at(cause, month), control.incidence_at(cause, month));
    let name = found.causes.get(cause).map(String::as_str).unwrap_or_default();
    let estimate = one.share - other.share;
    let row = Finding {
        group: Some(arm.name.clone()),
        contrast: Some(contrast(arm, control)),
        at: Some(month),
        n: Some((arm.found.len() + control.found.len()) as u64),
        estimate: Some(estimate),
        ..Finding::new(ID, name, Term::IncidenceDifference)
    };
    // Before its first event an arm has no standard error.
    let variances = one.std_error.zip(other.std_error).map(|(one, other)| one * one + other * other);
    let Some(std_error) = variances.map(f64::sqrt).filter(|error| *error > 0.0) else { return row };
    let reach = normal::quantile(0.5 + 0.5 * level) * std_error;
    let z = estimate / std_error;
    Finding {
        std_error: Some(std_error),
        statistic: Some(z),
        p_value: Some(2.0 * normal::sf(z.abs())),
        conf_low: Some(estimate - reach),
        conf_high: Some(estimate + reach),
        method: Some("Aalen-Johansen, independent arms, normal interval".into()),
        ..row
    }
}

fn gray_row(cause: &str, n: usize, test: &GraysTest, plan: &CompetingPlan) -> Finding {
    let strata = if plan.strata.is_empty() { String::new() } else { format!(", within {}", plan.strata.join(" and ")) };
    Finding {
        n: Some(n as u64),
        statistic: Some(test.chi_squared),
        df: Some(test.df),
        p_value: Some(test.p_value),
        method: Some(format!("Gray, rho {}{strata}", plan.rho)),
        ..Finding::new(ID, cause, Term::GraysTest)
    }
}

fn hazard_row(cause: &str, fit: &CoxFit, plan: &CompetingPlan) -> Option<Finding> {
    let arm = fit.coefficients.first()?;
    let strata = if plan.strata.is_empty() { String::new() } else { format!(", strata {}", plan.strata.join(" and ")) };
    Some(Finding {
        n: Some(fit.n as u64),
        estimate: Some(arm.hazard_ratio),
        std_error: Some(arm.std_error),
        statistic: Some(arm.z),
        p_value: Some(arm.p_value),
        conf_low: Some(arm.interval.low),
        conf_high: Some(arm.interval.high),
        method: Some(format!("Cox, other events censored, Efron ties, Wald{strata}; standard error of the log")),
        ..Finding::new(ID, cause, Term::CauseSpecificHazardRatio)
    })
}

/// A class for each subject of `found`: absent where a column is empty.
fn strata(
    trial: &Trial,
    found: &TimeToEvent,
    columns: &[String],
    notes: &mut Vec<Note>,
) -> Result<Vec<Option<usize>>, AnalysisError> {
    let mut keys: Vec<Option<Vec<u64>>> = vec![Some(Vec::new()); found.len()];
    for column in columns {
        let missing = || AnalysisError::NotInFiles { what: "baseline column".into(), name: column.clone() };
        let covariate = trial.covariate(column).ok_or_else(missing)?;
        let key = |subject: usize| match &covariate.values {
            CovariateValues::Factor { codes, .. } => codes.get(subject).copied().flatten().map(|code| code as u64),
            CovariateValues::Numeric(values) => values.get(subject).copied().flatten().map(f64::to_bits),
        };
        let mut subjects = 0;
        for (slot, &subject) in keys.iter_mut().zip(&found.subjects) {
            match (slot.as_mut(), key(subject)) {
                (Some(known), Some(key)) => known.push(key),
                (Some(_), None) => {
                    *slot = None;
                    subjects += 1;
                }
                (None, _) => {}
            }
        }
        if subjects > 0 {
            notes.push(note(NoteKind::MissingCovariate { covariate: column.clone(), subjects }));
        }
    }
    let mut classes: Vec<Vec<u64>> = keys.iter().flatten().cloned().collect();
    order::sort_by(&mut classes, Vec::cmp);
    classes.dedup();
    Ok(keys.iter().map(|key| key.as_ref().and_then(|key| classes.binary_search(key).ok())).collect())
}

/// The people of some arms who have a stratum.
struct Tested {
    found: TimeToEvent,
    /// Place in the list of arms that was asked for.
    groups: Vec<usize>,
    strata: Vec<usize>,
    arms: usize,
}

impl Tested {
    fn of(found: &TimeToEvent, strata: &[Option<usize>], arms: &[usize]) -> Self {
        let stratum = |place: usize| strata.get(place).copied().flatten();
        let group = |place: usize| {
            let arm = found.arms.get(place)?;
            arms.iter().position(|wanted| wanted == arm)
        };
        let is_tested = |place: usize| stratum(place).is_some() && group(place).is_some();
        let places = || (0..found.len()).filter(|place| is_tested(*place));
        Self {
            groups: places().filter_map(group).collect(),
            strata: places().filter_map(stratum).collect(),
            found: found.only(is_tested),
            arms: arms.len(),
        }
    }

    fn gray(&self, cause: usize, rho: f64) -> Result<GraysTest, StatError> {
        let options = GraysTestOptions { rho, strata: Some(&self.strata) };
        grays_test(&self.found.follow_up(), &events_of(&self.found, cause), &self.groups, self.arms, &options)
    }

    /// Of the first arm that was asked for against the second.
    fn hazard_ratio(&self, cause: usize, level: f64) -> Result<CoxFit, StatError> {
        let is_event = events_of(&self.found, cause);
        let times = FollowUpTimes { is_event: &is_event, ..self.found.follow_up() };
        let column: Vec<Vec<f64>> = self.groups.iter().map(|group| vec![if *group == 0 { 1.0 } else { 0.0 }]).collect();
        let options = CoxOptions { strata: Some(&self.strata), confidence_level: level, ..CoxOptions::default() };
        fit_cox(&times, &Matrix::from_rows(&column), &options)
    }
}
