//! How two analytes, or an analyte and an outcome, go together: one pair of numbers a subject, by stratum.

mod by_rule;
mod difference;
mod line;
mod matrix;
mod partial;
mod plan;
mod quantity;
mod within;

pub use plan::{Coefficient, CorrelationPlan, Quantity, Stratum, Variable};

use serde::{Deserialize, Serialize};

use self::quantity::Reader;
use super::assay::{LimitSide, Scale};
use super::max_t::Permute;
use super::responder::{Response, derive_response, derive_slopes};
use super::visit_window::{BaselineRule, Series, Timed};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::correlation::{
    Correlation, CorrelationOptions, CorrelationPMethod, CorrelationPermutationOptions, correlation_permutation_test,
    estimate_correlation,
};
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
    /// Places of the matrix's variables in the order in which they are shown.
    pub order: Vec<usize>,
    /// Least squares in the chosen group; absent where there is no line.
    pub line: Option<FittedLine>,
    /// Lower limits of the analyte across and of the one up, where its values and not changes are correlated.
    pub x_limits: Vec<f64>,
    pub y_limits: Vec<f64>,
}

/// y on x, with where the mean of y may lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedLine {
    /// x, mean of y, low, high; from left to right.
    pub points: Vec<(f64, f64, f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairPoint {
    pub subject_id: String,
    pub arm: Option<usize>,
    pub response: Option<Response>,
    pub x: f64,
    pub y: f64,
    /// Values beyond a limit are behind x or y.
    pub x_limit: Option<LimitSide>,
    pub y_limit: Option<LimitSide>,
}

pub fn analyse_correlation(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    correlation: &CorrelationPlan,
    permute: Permute<'_>,
) -> Result<Answer, AnalysisError> {
    let mut notes = Vec::new();
    let reader = Reader { trial, plan: correlation };
    let rule = correlation.assay.below_limit;
    let x = reader.read(&correlation.x, correlation.quantity, rule, &mut notes)?;
    let y = reader.read(&correlation.y, correlation.quantity_of_y(), rule, &mut notes)?;
    let responses = responses(trial, population, correlation, &mut notes)?;
    let strata = strata(population, correlation);
    if let Some(arm) = correlation.matrix_stratum.arm.as_ref().filter(|arm| !population.arm_names.contains(arm)) {
        return Err(AnalysisError::NotInFiles { what: "arm".into(), name: arm.clone() });
    }

    let mut rows = Vec::new();
    for stratum in &strata {
        let pairs = paired(&x, &y, population, &responses, stratum);
        let asked = Asked { x: &correlation.x, y: &correlation.y, stratum };
        correlate(&pairs, &asked, plan, correlation, &mut rows, &mut notes);
    }
    let chosen = correlation.coefficient.plain();
    let pair_tests = rows.iter().filter(|row| row.term == chosen).count();
    let pairs_of = |stratum: &Stratum| paired(&x, &y, population, &responses, stratum);
    difference::compare(population, plan, correlation, &pairs_of, &mut rows, &mut notes);

    partial::hold_fixed(trial, plan, correlation, &strata, &pairs_of, &mut rows, &mut notes)?;
    within::hold_arm_fixed(population, plan, correlation, &strata, &pairs_of, &mut rows, &mut notes);
    let pairs_by_rule =
        |x: &[Option<f64>], y: &[Option<f64>]| paired(x, y, population, &responses, &correlation.matrix_stratum);
    by_rule::repeat(&reader, plan, correlation, &pairs_by_rule, &mut rows, &mut notes)?;
    let is_in = |subject: usize| is_in_stratum(population, &responses, &correlation.matrix_stratum, subject);
    let known = strata.contains(&correlation.matrix_stratum);
    let matrix = matrix::correlate_all(&reader, plan, correlation, known, &is_in, &mut rows, &mut notes)?;
    if rows.is_empty() {
        let first = notes.into_iter().find_map(|note| match note.kind {
            NoteKind::Unanswered { error: AnalysisError::NoVariation { what }, .. } => {
                Some(AnalysisError::NoVariation { what })
            }
            _ => None,
        });
        let (x, y) = (correlation.x.name().to_owned(), correlation.y.name().to_owned());
        return Err(first.unwrap_or(AnalysisError::NoPairs { x, y }));
    }
    matrix::permute_all(correlation, matrix.columns, permute, &mut rows, &mut notes);
    let tests = pair_tests + matrix.tests;
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

    let (x_sides, y_sides) = reader.limits(&x, &y)?;
    let of_group = pairs_of(&correlation.matrix_stratum);
    let line = line::fit(&of_group, plan.confidence_level);
    let points = paired(&x, &y, population, &responses, &Stratum::default())
        .into_iter()
        .filter_map(|pair| {
            Some(PairPoint {
                subject_id: trial.subjects.get(pair.subject)?.id.clone(),
                arm: population.arm(pair.subject),
                response: responses.get(pair.subject).copied().flatten(),
                x: pair.x,
                y: pair.y,
                x_limit: x_sides.get(pair.subject).copied().flatten(),
                y_limit: y_sides.get(pair.subject).copied().flatten(),
            })
        })
        .collect();
    let x_limits = reader.lower_limits(&correlation.x, correlation.quantity)?;
    let y_limits = reader.lower_limits(&correlation.y, correlation.quantity_of_y())?;
    let detail = CorrelationDetail {
        arm_names: population.arm_names.clone(),
        points,
        strata,
        order: matrix.order,
        line,
        x_limits,
        y_limits,
    };
    Ok(Answer { rows, notes, detail: Detail::Correlation(detail) })
}

/// Everyone; each arm; with a responder rule also good and poor, over all and in each arm.
fn strata(population: &Population, plan: &CorrelationPlan) -> Vec<Stratum> {
    let arms = || population.arm_names.iter().skip(1).chain(population.arm_names.iter().take(1)).cloned();
    let mut strata = vec![Stratum::default()];
    // One arm is everyone.
    if population.arm_names.len() == 1 {
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
    population
        .subjects()
        .filter(|&subject| is_in_stratum(population, responses, stratum, subject))
        .filter_map(|subject| {
            let x = x.get(subject).copied().flatten()?;
            let y = y.get(subject).copied().flatten()?;
            Some(SubjectPair { subject, x, y })
        })
        .collect()
}

fn is_in_stratum(population: &Population, responses: &[Option<Response>], stratum: &Stratum, subject: usize) -> bool {
    let arm = population.arm(subject).and_then(|place| population.arm_names.get(place));
    population.contains(subject)
        && (stratum.arm.is_none() || arm == stratum.arm.as_ref())
        && (stratum.response.is_none() || responses.get(subject).copied().flatten() == stratum.response)
}

struct Asked<'a> {
    x: &'a Variable,
    y: &'a Variable,
    stratum: &'a Stratum,
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
    for coefficient in Coefficient::ALL {
        match estimate_correlation(coefficient.of_stats(), &x, &y, &options) {
            Ok(found) => rows.push(row(asked, correlation, &group, coefficient.plain(), &found)),
            Err(error) if coefficient == Coefficient::Pearson => {
                let what = format!("{} and {}", asked.x.name(), asked.y.name());
                let error = AnalysisError::from_stat(&error, &what);
                let kind = NoteKind::Unanswered { group: Some(group.clone()), at_month: None, error };
                notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
            }
            Err(_) => {}
        }
    }
    permute(&x, &y, asked, correlation, &group, rows);
    if (3..FEW_PAIRS).contains(&pairs.len()) {
        let kind = NoteKind::FewPatients { group, n: pairs.len() };
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
    }
}

/// Beyond so many pairs t and z are good; Kendall's pairs of pairs take longer.
const MOST_PERMUTED: usize = 200;
const MOST_PERMUTED_KENDALL: usize = 100;

/// The chosen coefficient's p without a distribution.
fn permute(
    x: &[f64],
    y: &[f64],
    asked: &Asked<'_>,
    correlation: &CorrelationPlan,
    group: &str,
    rows: &mut Vec<Finding>,
) {
    let coefficient = correlation.coefficient;
    let most = if coefficient == Coefficient::KendallTauB { MOST_PERMUTED_KENDALL } else { MOST_PERMUTED };
    if x.len() > most {
        return;
    }
    let options = CorrelationPermutationOptions::default();
    let Ok(found) = correlation_permutation_test(coefficient.of_stats(), x, y, &options) else { return };
    let method = if found.is_exact {
        format!("dealt out anew, all {} orders", found.permutations)
    } else {
        format!("dealt out anew, {} random orders", found.permutations)
    };
    rows.push(Finding {
        group: Some(group.to_owned()),
        contrast: Some(format!("with {}", asked.x.name())),
        at: Some(correlation.assay.month),
        n: Some(x.len() as u64),
        p_value: Some(found.p_value),
        method: Some(method),
        ..Finding::new(AnalysisId::BiomarkerCorrelation, asked.y.name(), coefficient.permutation())
    });
}

fn row(asked: &Asked<'_>, plan: &CorrelationPlan, group: &str, term: Term, found: &Correlation) -> Finding {
    let scale = match plan.assay.scale {
        Scale::Raw => "as measured",
        Scale::Log2 => "log2",
    };
    let words = |quantity| match quantity {
        Quantity::Value => "value",
        Quantity::Change => "change from baseline",
        Quantity::Baseline => "value at baseline",
        Quantity::Slope => "change a month",
    };
    let quantity = if plan.quantity_of_y() == plan.quantity {
        words(plan.quantity).to_owned()
    } else {
        format!("{}, {} with {}", asked.y.name(), words(plan.quantity_of_y()), words(plan.quantity))
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
