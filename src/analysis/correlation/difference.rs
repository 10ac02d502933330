//! Good against poor responders, an arm against control: do their correlations differ?

use super::{Asked, CorrelationPlan, SubjectPair, row};
use crate::analysis::responder::Response;
use crate::analysis::{AnalysisError, AnalysisId, BiomarkerNote, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::correlation::{CorrelationDifference, CorrelationDifferenceOptions, Pairs, correlation_difference};

use super::plan::{Coefficient, Stratum};

/// Beyond so many pairs the labels are not dealt out anew: Fisher's z is good then. And the most ways that are all
/// counted.
const MOST_PERMUTED: (usize, u64) = (500, 200_000);
/// Counting pairs of pairs takes longer.
const MOST_PERMUTED_KENDALL: (usize, u64) = (120, 20_000);

/// Two groups that have nobody in common.
struct Comparison {
    /// Within whom: everyone, or an arm.
    within: String,
    first: Stratum,
    second: Stratum,
}

impl Comparison {
    fn words(&self) -> String {
        let word = |stratum: &Stratum, other: &Stratum| match (&stratum.arm, stratum.response) {
            (Some(arm), _) if stratum.arm != other.arm => arm.clone(),
            (_, Some(Response::Good)) => "good".to_owned(),
            (_, Some(Response::Poor)) => "poor".to_owned(),
            (_, None) => "all".to_owned(),
        };
        let ends = if self.first.response.is_some() && self.first.arm == self.second.arm { " responders" } else { "" };
        format!("{} minus {}{ends}", word(&self.first, &self.second), word(&self.second, &self.first))
    }
}

fn comparisons(population: &Population, plan: &CorrelationPlan) -> Vec<Comparison> {
    let of = |arm: Option<&String>, response: Option<Response>| Stratum { arm: arm.cloned(), response };
    let mut found = Vec::new();
    let is_one_group = population.arm_names == [crate::analysis::EVERYONE];
    if plan.responder.is_some() {
        let arms = population.arm_names.iter().skip(1).chain(population.arm_names.iter().take(1));
        let within = [None].into_iter().chain(arms.filter(|_| !is_one_group).map(Some));
        found.extend(within.map(|arm| Comparison {
            within: arm.cloned().unwrap_or_else(|| "all".to_owned()),
            first: of(arm, Some(Response::Good)),
            second: of(arm, Some(Response::Poor)),
        }));
    }
    let control = population.arm_names.first();
    found.extend(population.arm_names.iter().skip(1).map(|arm| Comparison {
        within: "all".to_owned(),
        first: of(Some(arm), None),
        second: of(control, None),
    }));
    found
}

pub(super) fn compare(
    population: &Population,
    plan: &Plan,
    correlation: &CorrelationPlan,
    pairs_of: &dyn Fn(&Stratum) -> Vec<SubjectPair>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let alpha = 1.0 - plan.confidence_level;
    for comparison in comparisons(population, correlation) {
        let (first, second) = (columns(&pairs_of(&comparison.first)), columns(&pairs_of(&comparison.second)));
        let asked = Asked { x: &correlation.x, y: &correlation.y, stratum: &comparison.first };
        for coefficient in Coefficient::ALL {
            let n = first.0.len() + second.0.len();
            let (most, most_exact) =
                if coefficient == Coefficient::KendallTauB { MOST_PERMUTED_KENDALL } else { MOST_PERMUTED };
            let mut options = CorrelationDifferenceOptions {
                confidence_level: plan.confidence_level,
                most_exact,
                ..Default::default()
            };
            // Labels are dealt out anew for the coefficient that is shown alone: it takes most of the time.
            let is_shown = coefficient == correlation.coefficient;
            if n > most || !is_shown {
                options = CorrelationDifferenceOptions { most_exact: 0, permutations: 0, ..options };
            }
            let (one, two) = (Pairs { x: &first.0, y: &first.1 }, Pairs { x: &second.0, y: &second.1 });
            let found = correlation_difference(coefficient.of_stats(), one, two, &options);
            match found {
                Ok(found) => {
                    tell(&asked, correlation, &comparison, coefficient.difference(), &found, rows);
                    if is_shown {
                        notes.extend(one_significant(&comparison, &found, alpha));
                    }
                }
                Err(error) if is_shown => {
                    let what = format!("pairs of {} and {}", correlation.x.name(), correlation.y.name());
                    let error = AnalysisError::from_stat(&error, &what);
                    let group = Some(format!("{}, {}", comparison.within, comparison.words()));
                    let kind = NoteKind::Unanswered { group, at_month: None, error };
                    notes.push(Note { analysis: AnalysisId::BiomarkerCorrelationDifference, kind });
                }
                Err(_) => {}
            }
        }
    }
}

fn columns(pairs: &[SubjectPair]) -> (Vec<f64>, Vec<f64>) {
    (pairs.iter().map(|pair| pair.x).collect(), pairs.iter().map(|pair| pair.y).collect())
}

fn tell(
    asked: &Asked<'_>,
    correlation: &CorrelationPlan,
    comparison: &Comparison,
    (term, by_labels): (Term, Term),
    found: &CorrelationDifference,
    rows: &mut Vec<Finding>,
) {
    let base = Finding {
        analysis: AnalysisId::BiomarkerCorrelationDifference,
        contrast: Some(format!("{}, with {}", comparison.words(), asked.x.name())),
        n: Some((found.first.n + found.second.n) as u64),
        ..row(asked, correlation, &comparison.within, term, &found.first)
    };
    rows.push(Finding {
        estimate: Some(found.difference),
        df: None,
        statistic: found.statistic,
        p_value: found.p_value,
        conf_low: found.interval.map(|interval| interval.low),
        conf_high: found.interval.map(|interval| interval.high),
        method: Some("Fisher’s z; Zou’s interval".to_owned()),
        ..base.clone()
    });
    if let Some(permutation) = found.permutation {
        let method = if permutation.is_exact {
            format!("labels dealt out anew, all {} ways", permutation.permutations)
        } else {
            format!("labels dealt out anew, {} random ways", permutation.permutations)
        };
        rows.push(Finding {
            estimate: None,
            df: None,
            statistic: None,
            p_value: Some(permutation.p_value),
            conf_low: None,
            conf_high: None,
            method: Some(method),
            term: by_labels,
            ..base
        });
    }
}

fn one_significant(comparison: &Comparison, found: &CorrelationDifference, alpha: f64) -> Option<Note> {
    let p_value = found.permutation.map(|permutation| permutation.p_value).or(found.p_value)?;
    let (first, second) = (found.first.p_value < alpha, found.second.p_value < alpha);
    if first == second || p_value < alpha {
        return None;
    }
    let (clear, unclear) =
        if first { (&comparison.first, &comparison.second) } else { (&comparison.second, &comparison.first) };
    let note = BiomarkerNote::OneSignificant { clear: clear.label(), unclear: unclear.label(), p_value };
    Some(Note { analysis: AnalysisId::BiomarkerCorrelationDifference, kind: NoteKind::Biomarker(note) })
}
