//! Each arm against control at one month, by four tests.

use super::model::{Model, model_words, tested};
use super::{ChangeMethod, ChangePlan, DeathRule, Person};
use crate::analysis::{AnalysisError, AnalysisId, Finding, Note, NoteKind, Plan, Population, Term};
use crate::order::sort_numbers;
use crate::stats::Interval;
use crate::stats::compare::{
    MannWhitneyMethod, MannWhitneyOptions, TTestOptions, TwoSampleTTest, hedges_g, mann_whitney_test, student_t_test,
    welch_t_test,
};
use crate::stats::linear::{Ancova, FTest};
use crate::trial::Trial;

/// Below this many patients in an arm the normal theory of the tests leans on the data's shape.
const FEW_PATIENTS: usize = 10;

/// Below this p-value the slopes on the baseline are said to differ: a weak test, so not 0.05.
const UNEQUAL_SLOPES_P: f64 = 0.1;

pub(super) struct Cohort<'a> {
    pub trial: &'a Trial,
    pub population: &'a Population,
    pub people: Vec<Person>,
    pub month: f64,
    pub death: DeathRule,
}

/// An arm against control by one test.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tested {
    pub n: usize,
    /// Absent where deaths have a rank and no number.
    pub estimate: Option<f64>,
    pub std_error: Option<f64>,
    pub df: Option<f64>,
    pub statistic: f64,
    pub p_value: f64,
    pub interval: Option<Interval>,
    /// Probability that a person of the arm is above one of the control; by ranks alone.
    pub superiority: Option<f64>,
    /// How p-value and interval were found, where there is a choice.
    pub how: Option<&'static str>,
}

impl Tested {
    /// Does the interval exclude no difference? Without an interval: is the p-value that small?
    pub fn excludes_none(&self, confidence_level: f64) -> bool {
        match self.interval {
            Some(interval) => interval.low > 0.0 || interval.high < 0.0,
            None => self.p_value < 1.0 - confidence_level,
        }
    }

    /// The test's measure of the effect.
    pub fn effect(&self) -> Option<f64> {
        self.estimate.or(self.superiority)
    }
}

impl Cohort<'_> {
    fn changes(&self, arm: usize) -> Vec<f64> {
        self.people.iter().filter(|person| person.arm == arm).filter_map(|person| person.change).collect()
    }

    pub fn without(&self, is_left_out: impl Fn(&Person) -> bool) -> Self {
        let people = self.people.iter().filter(|person| !is_left_out(person)).copied().collect();
        Self { people, ..*self }
    }

    /// A death that the plan ranks.
    pub fn has_rank(&self, person: &Person) -> bool {
        self.death == DeathRule::WorstRank && person.death.is_some()
    }

    /// What Mann-Whitney compares, of an arm and of control: changes, or places in one order of deaths and changes.
    fn ranked(&self, arm: usize) -> (Vec<f64>, Vec<f64>) {
        if self.death != DeathRule::WorstRank {
            return (self.changes(arm), self.changes(0));
        }
        let both = || self.people.iter().filter(|person| person.arm == arm || person.arm == 0);
        let distinct = |mut values: Vec<f64>| {
            sort_numbers(&mut values);
            values.dedup();
            values
        };
        let alive = |person: &&Person| person.death.is_none();
        let deaths = distinct(both().filter_map(|person| person.death).collect());
        let changes = distinct(both().filter(alive).filter_map(|person| person.change).collect());
        let place = |all: &[f64], value: f64| all.partition_point(|other| *other < value) as f64;
        let of = |arm: usize| {
            both()
                .filter(|person| person.arm == arm)
                .filter_map(|person| match person.death {
                    Some(death) => Some(place(&deaths, death) - deaths.len() as f64),
                    None => person.change.map(|change| place(&changes, change)),
                })
                .collect()
        };
        (of(arm), of(0))
    }
}

/// Every other arm against control by one test, in the order of the arms.
pub(super) fn test_arms(
    cohort: &Cohort<'_>,
    change: &ChangePlan,
    method: ChangeMethod,
    confidence_level: f64,
) -> Vec<(usize, Result<Tested, AnalysisError>)> {
    let arms = 1..cohort.population.arm_names.len();
    if method == ChangeMethod::Ancova {
        let fit = Model::of(cohort, &change.covariates).and_then(|model| model.fit(change, confidence_level));
        return match fit {
            Ok(fit) => arms.filter_map(|arm| Some((arm, Ok(tested(&fit, arm)?)))).collect(),
            Err(error) => arms.map(|arm| (arm, Err(error.clone()))).collect(),
        };
    }
    let control = cohort.changes(0);
    arms.map(|arm| {
        let found = match method {
            ChangeMethod::MannWhitney => by_ranks(cohort, arm, confidence_level),
            ChangeMethod::Student | ChangeMethod::Welch | ChangeMethod::Ancova => {
                by_means(cohort, arm, &control, method, confidence_level)
            }
        };
        (arm, found)
    })
    .collect()
}

fn by_means(
    cohort: &Cohort<'_>,
    arm: usize,
    control: &[f64],
    method: ChangeMethod,
    confidence_level: f64,
) -> Result<Tested, AnalysisError> {
    let treated = cohort.changes(arm);
    let test = if method == ChangeMethod::Welch { welch_t_test } else { student_t_test };
    let test: TwoSampleTTest = test(&treated, control, &TTestOptions { confidence_level })
        .map_err(|error| AnalysisError::from_stat(&error, &smaller_arm(cohort, arm, &treated, control)))?;
    Ok(Tested {
        n: treated.len() + control.len(),
        estimate: Some(test.difference),
        std_error: Some(test.std_error),
        df: Some(test.df),
        statistic: test.t,
        p_value: test.p_value,
        interval: Some(test.interval),
        ..Tested::default()
    })
}

fn by_ranks(cohort: &Cohort<'_>, arm: usize, confidence_level: f64) -> Result<Tested, AnalysisError> {
    let (treated, control) = cohort.ranked(arm);
    let test = mann_whitney_test(&treated, &control, &MannWhitneyOptions { confidence_level })
        .map_err(|error| AnalysisError::from_stat(&error, &smaller_arm(cohort, arm, &treated, &control)))?;
    let has_shift = cohort.death != DeathRule::WorstRank;
    let is_exact = |method: MannWhitneyMethod| method == MannWhitneyMethod::Exact;
    Ok(Tested {
        n: treated.len() + control.len(),
        estimate: has_shift.then_some(test.shift),
        statistic: test.u,
        p_value: test.p_value,
        interval: has_shift.then_some(test.shift_interval),
        superiority: Some(test.superiority),
        how: Some(match (is_exact(test.p_method), is_exact(test.interval_method)) {
            (true, true) => "exact",
            (true, false) => "exact p-value, interval by the Normal distribution",
            (false, _) => "Normal distribution, corrected for ties and continuity",
        }),
        ..Tested::default()
    })
}

fn smaller_arm(cohort: &Cohort<'_>, arm: usize, treated: &[f64], control: &[f64]) -> String {
    let place = if treated.len() <= control.len() { arm } else { 0 };
    cohort.population.arm_names.get(place).cloned().unwrap_or_default()
}

pub(super) fn compare_arms(
    cohort: &Cohort<'_>,
    plan: &Plan,
    change: &ChangePlan,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let Some(control_name) = cohort.population.arm_names.first() else { return };
    let is_primary = cohort.month == change.primary_month;
    if cohort.population.arm_names.len() < 2 {
        if is_primary {
            let error = AnalysisError::OneArm { arms_with_data: cohort.trial.arms.len().min(1) };
            notes.push(unanswered(ChangeMethod::Student, None, cohort.month, error));
        }
        return;
    }
    let level = plan.confidence_level;
    let model = Model::of(cohort, &change.covariates);
    if let (true, Ok(model)) = (is_primary, &model) {
        notes.extend(model.missing.iter().map(|(covariate, subjects)| Note {
            analysis: AnalysisId::ChangeAncova,
            kind: NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects },
        }));
    }
    let fitted: Result<(Model, Ancova), AnalysisError> =
        model.and_then(|model| model.fit(change, level).map(|fit| (model, fit)));
    if let Err(error) = &fitted {
        notes.push(unanswered(ChangeMethod::Ancova, None, cohort.month, error.clone()));
    }
    let by_method = [ChangeMethod::Student, ChangeMethod::Welch, ChangeMethod::MannWhitney]
        .map(|method| (method, test_arms(cohort, change, method, level)));
    for (arm, name) in cohort.population.arm_names.iter().enumerate().skip(1) {
        let mut tests: Vec<(ChangeMethod, Tested)> = Vec::new();
        for (method, tested) in &by_method {
            match tested.iter().find(|(place, _)| *place == arm).map(|(_, found)| found) {
                Some(Ok(tested)) => tests.push((*method, *tested)),
                Some(Err(error)) => {
                    notes.push(unanswered(*method, Some(name.clone()), cohort.month, error.clone()));
                }
                None => {}
            }
        }
        tests.extend(
            fitted.as_ref().ok().and_then(|(_, fit)| tested(fit, arm)).map(|tested| (ChangeMethod::Ancova, tested)),
        );
        for (method, tested) in &tests {
            let row = arm_row(cohort, change, *method, arm);
            let row = match method {
                ChangeMethod::Ancova => Finding { method: Some(model_words(change)), ..row },
                _ => row,
            };
            rows.extend(rows_of(tested, &row, Term::Difference, Term::Superiority));
            if *method == ChangeMethod::Student {
                rows.extend(effect_size(cohort, arm, &row, level));
            }
        }
        if is_primary {
            notes.extend(disagreement(&tests, cohort.month, name, level));
            notes.extend(few_patients(name, cohort.changes(arm).len()));
        }
    }
    if is_primary {
        notes.extend(few_patients(control_name, cohort.changes(0).len()));
    }
    if let Ok((model, fit)) = &fitted {
        model_rows(cohort, plan, change, (model, fit), rows);
        if is_primary {
            notes.extend(unequal_slopes(rows, cohort.month));
        }
    }
}

/// A row about an arm against control, its numbers still to be set.
pub(super) fn arm_row(cohort: &Cohort<'_>, change: &ChangePlan, method: ChangeMethod, arm: usize) -> Finding {
    let name = |place: usize| cohort.population.arm_names.get(place).cloned().unwrap_or_default();
    Finding {
        group: Some(name(arm)),
        contrast: Some(format!("{} − {}", name(arm), name(0))),
        at: Some(cohort.month),
        ..Finding::new(method.id(), &change.outcome, Term::Difference)
    }
}

/// The difference, where the test has one, and for ranks the probability of superiority.
pub(super) fn rows_of(tested: &Tested, row: &Finding, difference: Term, superiority: Term) -> Vec<Finding> {
    let shared = Finding {
        n: Some(tested.n as u64),
        statistic: Some(tested.statistic),
        p_value: Some(tested.p_value),
        note: tested.how.map(str::to_owned),
        ..row.clone()
    };
    let difference = tested.estimate.map(|estimate| Finding {
        term: difference,
        estimate: Some(estimate),
        std_error: tested.std_error,
        df: tested.df,
        conf_low: tested.interval.map(|interval| interval.low),
        conf_high: tested.interval.map(|interval| interval.high),
        ..shared.clone()
    });
    let superiority = tested.superiority.map(|share| Finding { term: superiority, estimate: Some(share), ..shared });
    difference.into_iter().chain(superiority).collect()
}

fn effect_size(cohort: &Cohort<'_>, arm: usize, row: &Finding, confidence_level: f64) -> Option<Finding> {
    let (treated, control) = (cohort.changes(arm), cohort.changes(0));
    let effect = hedges_g(&treated, &control, &TTestOptions { confidence_level }).ok()?;
    Some(Finding {
        term: Term::EffectSize,
        n: Some((treated.len() + control.len()) as u64),
        estimate: Some(effect.g),
        df: Some(effect.df),
        conf_low: Some(effect.interval.low),
        conf_high: Some(effect.interval.high),
        method: Some("Hedges g, interval by the noncentral t distribution".into()),
        ..row.clone()
    })
}

/// What the analysis of covariance says besides the arms' differences.
fn model_rows(
    cohort: &Cohort<'_>,
    plan: &Plan,
    change: &ChangePlan,
    (model, fit): (&Model, &Ancova),
    rows: &mut Vec<Finding>,
) {
    let level = plan.confidence_level;
    let row = |term: Term| Finding {
        at: Some(cohort.month),
        n: Some(fit.n as u64),
        method: Some(model_words(change)),
        ..Finding::new(AnalysisId::ChangeAncova, &change.outcome, term)
    };
    let with_f = |row: Finding, test: &FTest| Finding {
        statistic: Some(test.f),
        df: Some(test.df_numerator),
        p_value: Some(test.p_value),
        note: Some(format!("F on {} and {} df", test.df_numerator, test.df_denominator)),
        ..row
    };
    if cohort.population.arm_names.len() > 2 {
        rows.push(with_f(row(Term::ArmTest), &fit.arm_test));
    }
    for mean in model.adjusted_means(change, level) {
        let of_arm = model.people.iter().filter(|person| person.arm == mean.arm).count();
        rows.push(Finding {
            group: cohort.population.arm_names.get(mean.arm).cloned(),
            n: Some(of_arm as u64),
            estimate: Some(mean.mean.estimate),
            std_error: Some(mean.mean.std_error),
            df: Some(mean.mean.df),
            conf_low: Some(mean.mean.interval.low),
            conf_high: Some(mean.mean.interval.high),
            ..row(Term::LsMean)
        });
    }
    for effect in model.effects(change, level) {
        rows.push(with_f(Finding { contrast: Some(effect.name), ..row(Term::EffectTest) }, &effect.test));
    }
    if let Some(test) = model.equal_slopes(change, level) {
        rows.push(with_f(Finding { contrast: Some("arm × baseline".into()), ..row(Term::SlopeHomogeneity) }, &test));
    }
}

pub(super) fn unanswered(method: ChangeMethod, group: Option<String>, month: f64, error: AnalysisError) -> Note {
    let kind = NoteKind::Unanswered { group, at_month: Some(month), error };
    Note { analysis: method.id(), kind }
}

fn few_patients(name: &str, n: usize) -> Option<Note> {
    let kind = NoteKind::FewPatients { group: name.to_owned(), n };
    (1..FEW_PATIENTS).contains(&n).then_some(Note { analysis: AnalysisId::ChangeStudent, kind })
}

fn unequal_slopes(rows: &[Finding], month: f64) -> Option<Note> {
    let row = rows.iter().find(|row| row.term == Term::SlopeHomogeneity && row.at == Some(month))?;
    let p_value = row.p_value.filter(|p| *p < UNEQUAL_SLOPES_P)?;
    Some(Note { analysis: AnalysisId::ChangeAncova, kind: NoteKind::UnequalSlopes { at_month: month, p_value } })
}

/// Set when some intervals of the same difference exclude zero and others do not.
fn disagreement(tests: &[(ChangeMethod, Tested)], month: f64, group: &str, confidence_level: f64) -> Option<Note> {
    let (excludes, includes): (Vec<_>, Vec<_>) =
        tests.iter().partition(|(_, tested)| tested.excludes_none(confidence_level));
    if excludes.is_empty() || includes.is_empty() {
        return None;
    }
    let ids = |tests: Vec<&(ChangeMethod, Tested)>| tests.iter().map(|(method, _)| method.id()).collect();
    let kind = NoteKind::MethodsDisagree {
        at_month: month,
        group: group.to_owned(),
        excludes: ids(excludes),
        includes: ids(includes),
    };
    Some(Note { analysis: AnalysisId::ChangeStudent, kind })
}
