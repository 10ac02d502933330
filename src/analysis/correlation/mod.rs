//! How two analytes, or an analyte and an outcome, go together: one pair of numbers a subject, by stratum.

mod difference;
mod plan;
mod quantity;

pub use plan::{Coefficient, CorrelationPlan, Quantity, Stratum, Variable};

use serde::{Deserialize, Serialize};

use self::quantity::Reader;
use super::assay::Scale;
use super::responder::{Response, derive_response, derive_slopes};
use super::visit_window::{BaselineRule, Series, Timed};
use super::{AnalysisError, AnalysisId, Answer, Detail, EVERYONE, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::correlation::{Correlation, CorrelationOptions, CorrelationPMethod, pearson, spearman};
use crate::trial::Trial;

/// Correlations of fewer pairs are shown, with this doubt.
const FEW_PAIRS: usize = 10;

/// The points of the scatter plot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrelationDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    pub points: Vec<PairPoint>,
    pub strata: Vec<Stratum>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairPoint {
    pub subject_id: String,
    pub arm: Option<usize>,
    pub response: Option<Response>,
    pub x: f64,
    pub y: f64,
}

pub fn analyse_correlation(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    correlation: &CorrelationPlan,
) -> Result<Answer, AnalysisError> {
    let mut notes = Vec::new();
    let reader = Reader { trial, plan: correlation };
    let x = reader.read(&correlation.x, &mut notes)?;
    let y = reader.read(&correlation.y, &mut notes)?;
    let responses = responses(trial, population, correlation, &mut notes)?;
    let strata = strata(population, correlation);
    if let Some(arm) = correlation.matrix_stratum.arm.as_ref().filter(|arm| !population.arm_names.contains(arm)) {
        return Err(AnalysisError::NotInFiles { what: "arm".into(), name: arm.clone() });
    }

    let mut rows = Vec::new();
    for stratum in &strata {
        let pairs = paired(&x, &y, population, &responses, stratum);
        let asked = Asked { x: &correlation.x, y: &correlation.y, stratum, in_matrix: false };
        correlate(&pairs, &asked, plan, correlation, &mut rows, &mut notes);
    }
    if rows.is_empty() {
        return Err(AnalysisError::NoPairs { x: correlation.x.name().to_owned(), y: correlation.y.name().to_owned() });
    }
    let pair_tests = strata.len();
    let pairs_of = |stratum: &Stratum| paired(&x, &y, population, &responses, stratum);
    difference::compare(population, plan, correlation, &pairs_of, &mut rows, &mut notes);

    let mut columns: Vec<(&Variable, Vec<Option<f64>>)> = Vec::new();
    for variable in &correlation.matrix {
        let mut said = Vec::new();
        columns.push((variable, reader.read(variable, &mut said)?));
        said.retain(|note| !notes.contains(note));
        notes.extend(said);
    }
    let mut matrix_tests = 0;
    for (index, (first, first_values)) in columns.iter().enumerate() {
        for (second, second_values) in columns.iter().skip(index + 1) {
            let is_the_pair = (*first == &correlation.x && *second == &correlation.y)
                || (*first == &correlation.y && *second == &correlation.x);
            if is_the_pair && strata.contains(&correlation.matrix_stratum) {
                continue;
            }
            matrix_tests += 1;
            let pairs = paired(first_values, second_values, population, &responses, &correlation.matrix_stratum);
            let asked = Asked { x: first, y: second, stratum: &correlation.matrix_stratum, in_matrix: true };
            correlate(&pairs, &asked, plan, correlation, &mut rows, &mut notes);
        }
    }
    let tests = pair_tests + matrix_tests;
    if tests > 1 {
        let kind = NoteKind::ManyTests { tests, expected_by_chance: (1.0 - plan.confidence_level) * tests as f64 };
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
    }
    if correlation.responder.is_some() {
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind: NoteKind::PostTreatmentStratum });
    }
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        let kind = NoteKind::OutsideSet { set, subjects: population.outside_set };
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
    }

    let points = paired(&x, &y, population, &responses, &Stratum::default())
        .into_iter()
        .filter_map(|pair| {
            Some(PairPoint {
                subject_id: trial.subjects.get(pair.subject)?.id.clone(),
                arm: population.arm(pair.subject),
                response: responses.get(pair.subject).copied().flatten(),
                x: pair.x,
                y: pair.y,
            })
        })
        .collect();
    let detail = CorrelationDetail { arm_names: population.arm_names.clone(), points, strata };
    Ok(Answer { rows, notes, detail: Detail::Correlation(detail) })
}

/// Everyone; each arm; with a responder rule also good and poor, over all and in each arm.
fn strata(population: &Population, plan: &CorrelationPlan) -> Vec<Stratum> {
    let arms = || population.arm_names.iter().skip(1).chain(population.arm_names.iter().take(1)).cloned();
    let mut strata = vec![Stratum::default()];
    if population.arm_names == [EVERYONE] {
        let responses = [Response::Good, Response::Poor].into_iter().filter(|_| plan.responder.is_some());
        strata.extend(responses.map(|response| Stratum { arm: None, response: Some(response) }));
        return strata;
    }
    strata.extend(arms().map(|arm| Stratum { arm: Some(arm), response: None }));
    if plan.responder.is_some() {
        for response in [Response::Good, Response::Poor] {
            strata.push(Stratum { arm: None, response: Some(response) });
            strata.extend(arms().map(|arm| Stratum { arm: Some(arm), response: Some(response) }));
        }
    }
    strata
}

fn responses(
    trial: &Trial,
    population: &Population,
    plan: &CorrelationPlan,
    notes: &mut Vec<Note>,
) -> Result<Vec<Option<Response>>, AnalysisError> {
    let Some(rule) = &plan.responder else { return Ok(vec![None; trial.subjects.len()]) };
    let outcome = trial
        .outcome(&rule.outcome)
        .ok_or_else(|| AnalysisError::NotInFiles { what: "outcome".into(), name: rule.outcome.clone() })?;
    let series = Series::collect(
        trial.subjects.len(),
        outcome
            .visits
            .iter()
            .map(|visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value })),
    );
    let mut no_slope = 0;
    let mut no_decline_before = 0;
    let responses = (0..trial.subjects.len())
        .map(|subject| {
            if !population.contains(subject) {
                return None;
            }
            let rule_of = BaselineRule::LastAtOrBeforeStart;
            let Some(slopes) = derive_slopes(&series, subject, rule.month, rule_of, plan.assay.window_months) else {
                no_slope += 1;
                return None;
            };
            let response = derive_response(slopes, rule.threshold_percent);
            if response.is_none() {
                no_decline_before += 1;
            }
            response
        })
        .collect();
    if no_slope + no_decline_before > 0 {
        let kind = NoteKind::ResponderUndefined { no_slope, no_decline_before };
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
    }
    Ok(responses)
}

struct SubjectPair {
    subject: usize,
    x: f64,
    y: f64,
}

fn paired(
    x: &[Option<f64>],
    y: &[Option<f64>],
    population: &Population,
    responses: &[Option<Response>],
    stratum: &Stratum,
) -> Vec<SubjectPair> {
    let arm = stratum.arm.as_ref().map(|name| population.arm_names.iter().position(|arm| arm == name));
    population
        .subjects()
        .filter(|&subject| match arm {
            None => true,
            Some(None) => false,
            Some(place) => population.arm(subject) == place,
        })
        .filter(|&subject| stratum.response.is_none() || responses.get(subject).copied().flatten() == stratum.response)
        .filter_map(|subject| {
            let x = x.get(subject).copied().flatten()?;
            let y = y.get(subject).copied().flatten()?;
            Some(SubjectPair { subject, x, y })
        })
        .collect()
}

struct Asked<'a> {
    x: &'a Variable,
    y: &'a Variable,
    stratum: &'a Stratum,
    in_matrix: bool,
}

fn correlate(
    pairs: &[SubjectPair],
    asked: &Asked<'_>,
    plan: &Plan,
    correlation: &CorrelationPlan,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let x: Vec<f64> = pairs.iter().map(|pair| pair.x).collect();
    let y: Vec<f64> = pairs.iter().map(|pair| pair.y).collect();
    let options = CorrelationOptions { confidence_level: plan.confidence_level };
    let group = asked.stratum.label();
    let results = [(Term::Pearson, pearson(&x, &y, &options)), (Term::Spearman, spearman(&x, &y, &options))];
    for (term, result) in results {
        match result {
            Ok(found) => rows.push(row(asked, correlation, &group, term, &found)),
            Err(error) if term == Term::Pearson => {
                let what = format!("{} and {}", asked.x.name(), asked.y.name());
                let error = AnalysisError::from_stat(&error, &what);
                let kind = NoteKind::Unanswered { group: Some(group.clone()), at_month: None, error };
                notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
            }
            Err(_) => {}
        }
    }
    if !asked.in_matrix && (3..FEW_PAIRS).contains(&pairs.len()) {
        let kind = NoteKind::FewPatients { group, n: pairs.len() };
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
    }
}

fn row(asked: &Asked<'_>, plan: &CorrelationPlan, group: &str, term: Term, found: &Correlation) -> Finding {
    let scale = match plan.assay.scale {
        Scale::Raw => "as measured",
        Scale::Log2 => "log2",
    };
    let quantity = match plan.quantity {
        Quantity::Value => "value",
        Quantity::Change => "change from baseline",
    };
    let p_method = match found.p_method {
        CorrelationPMethod::StudentT => "t",
        CorrelationPMethod::ExactPermutation => "exact permutation",
        CorrelationPMethod::Normal => "Normal",
    };
    Finding {
        group: Some(group.to_owned()),
        contrast: Some(format!("with {}", asked.x.name())),
        at: Some(plan.assay.month),
        n: Some(found.n as u64),
        estimate: Some(found.coefficient),
        df: found.df,
        statistic: Some(found.statistic).filter(|statistic| statistic.is_finite()),
        p_value: Some(found.p_value),
        conf_low: found.interval.map(|interval| interval.low),
        conf_high: found.interval.map(|interval| interval.high),
        method: Some(format!("{quantity}, analytes {scale}; p by {p_method}")),
        ..Finding::new(AnalysisId::BiomarkerCorrelation, asked.y.name(), term)
    }
}
