//! Every pair of the matrix in the chosen group, judged together.

use super::quantity::Reader;
use super::{Asked, Coefficient, CorrelationPlan, Variable, row};
use crate::analysis::max_t::{Counted, PermutationJob, Permute, count};
use crate::analysis::{AnalysisError, AnalysisId, BiomarkerNote, Finding, Note, NoteKind, Plan, Term};
use crate::stats::cluster::average_linkage;
use crate::stats::correlation::{CorrelationOptions, PairCorrelation, correlation_matrix};
use crate::stats::multiplicity::{BenjaminiHochbergOptions, Dependence, adjust_benjamini_hochberg, adjust_holm};

/// More pairs without an answer than this are told as their number.
const MOST_NAMED: usize = 3;

/// What the matrix leaves besides rows.
pub(super) struct Matrix {
    /// Tests that no other row has.
    pub tests: usize,
    /// Places of the variables in the order in which they are shown.
    pub order: Vec<usize>,
    /// A value a person.
    pub columns: Vec<Vec<Option<f64>>>,
}

/// Rows of the chosen coefficient and its adjusted p-values. `is_asked`: the group is one in which the pair asked for has
/// its own rows.
pub(super) fn correlate_all(
    reader: &Reader<'_>,
    plan: &Plan,
    correlation: &CorrelationPlan,
    is_asked: bool,
    is_in: &dyn Fn(usize) -> bool,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<Matrix, AnalysisError> {
    let mut said = Vec::new();
    let mut columns = Vec::with_capacity(correlation.matrix.len());
    for variable in &correlation.matrix {
        let values = reader.read(variable, correlation.quantity, correlation.assay.below_limit, &mut said)?;
        columns.push(
            values.into_iter().enumerate().filter(|(subject, _)| is_in(*subject)).map(|(_, value)| value).collect(),
        );
    }
    said.retain(|note| !notes.contains(note));
    notes.extend(said);
    let options = CorrelationOptions { confidence_level: plan.confidence_level };
    let kind = correlation.coefficient.of_stats();
    let found = correlation_matrix(kind, &columns, &options)
        .map_err(|error| AnalysisError::from_stat(&error, "matrix of correlations"))?;
    let variable = |place: usize| correlation.matrix.get(place);
    let group = correlation.matrix_stratum.label();
    let term = correlation.coefficient.plain();
    let mut family: Vec<(&Variable, &Variable, f64)> = Vec::new();
    let mut gaps = Vec::new();
    let mut tests = 0;
    for pair in &found {
        let (Some(x), Some(y)) = (variable(pair.first), variable(pair.second)) else { continue };
        match &pair.result {
            Ok(answer) => {
                family.push((x, y, answer.p_value));
                if !(is_asked && is_the_pair(correlation, x, y)) {
                    tests += 1;
                    let asked = Asked { x, y, stratum: &correlation.matrix_stratum };
                    rows.push(row(&asked, correlation, &group, term, answer));
                }
            }
            Err(_) => gaps.push(pair),
        }
    }
    tell_gaps(correlation, &group, &gaps, notes);
    adjust(correlation, &group, &family, rows);
    Ok(Matrix { tests, order: order_of(correlation, &found), columns })
}

/// p of every pair by the largest correlation of columns that are shuffled, each on its own.
pub(super) fn permute_all(
    correlation: &CorrelationPlan,
    columns: Vec<Vec<Option<f64>>>,
    permute: Permute<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    if correlation.coefficient == Coefficient::KendallTauB || columns.len() < 3 {
        return;
    }
    let is_ranked = correlation.coefficient == Coefficient::Spearman;
    let permutations = correlation.assay.permutations_or_usual();
    let mut tell =
        |note| notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind: NoteKind::Biomarker(note) });
    let job = PermutationJob::Pairs { columns, is_ranked, permutations };
    let (prepared, tally) = match count(correlation.assay.permutations, job, permute) {
        Counted::Done(prepared, tally) => (prepared, tally),
        Counted::Nothing => return,
        Counted::TooMuch { permutations } => return tell(BiomarkerNote::MaxTNotAsked { permutations }),
        Counted::NotFinished { permutations } => return tell(BiomarkerNote::MaxTNotFinished { permutations }),
    };
    let mut found = prepared.of_pairs(&tally);
    crate::order::sort_by(&mut found, |a, b| a.first.cmp(&b.first).then(a.second.cmp(&b.second)));
    let of = if is_ranked { "ranks" } else { "values" };
    for pair in &found {
        let (Some(x), Some(y)) = (correlation.matrix.get(pair.first), correlation.matrix.get(pair.second)) else {
            continue;
        };
        rows.push(Finding {
            group: Some(correlation.matrix_stratum.label()),
            contrast: Some(format!("with {}", x.name())),
            at: Some(correlation.assay.month),
            n: Some(found.len() as u64),
            statistic: Some(pair.statistic),
            p_value: Some(pair.p_value),
            method: Some(format!("largest of all; {of} of each column shuffled in {} random ways", tally.permutations)),
            ..Finding::new(AnalysisId::BiomarkerCorrelation, y.name(), Term::MaxT)
        });
    }
}

/// As listed, or by average linkage with 1 - r as the distance; 1 where there is no r.
fn order_of(correlation: &CorrelationPlan, found: &[PairCorrelation]) -> Vec<usize> {
    let n = correlation.matrix.len();
    let listed = || (0..n).collect();
    if !correlation.is_clustered {
        return listed();
    }
    let mut distances = vec![0.0; n * n];
    for pair in found {
        let distance = 1.0 - pair.result.as_ref().map_or(0.0, |answer| answer.coefficient);
        for place in [pair.first * n + pair.second, pair.second * n + pair.first] {
            distances.get_mut(place).into_iter().for_each(|slot| *slot = distance);
        }
    }
    average_linkage(&distances, n).map_or_else(|_| listed(), |tree| tree.order)
}

fn is_the_pair(correlation: &CorrelationPlan, x: &Variable, y: &Variable) -> bool {
    correlation.quantity_of_y() == correlation.quantity
        && ((x == &correlation.x && y == &correlation.y) || (x == &correlation.y && y == &correlation.x))
}

fn tell_gaps(correlation: &CorrelationPlan, group: &str, gaps: &[&PairCorrelation], notes: &mut Vec<Note>) {
    let mut note = |kind| notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
    if gaps.len() > MOST_NAMED {
        note(NoteKind::Biomarker(BiomarkerNote::MatrixGaps { pairs: gaps.len() }));
        return;
    }
    for gap in gaps {
        let (Some(x), Some(y)) = (correlation.matrix.get(gap.first), correlation.matrix.get(gap.second)) else {
            continue;
        };
        if let Err(error) = &gap.result {
            let error = AnalysisError::from_stat(error, &format!("{} and {}", x.name(), y.name()));
            note(NoteKind::Unanswered { group: Some(group.to_owned()), at_month: None, error });
        }
    }
}

fn adjust(correlation: &CorrelationPlan, group: &str, family: &[(&Variable, &Variable, f64)], rows: &mut Vec<Finding>) {
    let tests = family.len();
    if tests < 2 {
        return;
    }
    let raw: Vec<f64> = family.iter().map(|(_, _, p)| *p).collect();
    let arbitrary = BenjaminiHochbergOptions { dependence: Dependence::Arbitrary };
    for (term, adjusted) in [
        (Term::Holm, adjust_holm(&raw)),
        (Term::BenjaminiHochberg, adjust_benjamini_hochberg(&raw, &BenjaminiHochbergOptions::default())),
        (Term::BenjaminiYekutieli, adjust_benjamini_hochberg(&raw, &arbitrary)),
    ] {
        let Ok(adjusted) = adjusted else { continue };
        for ((x, y, _), p_value) in family.iter().zip(adjusted) {
            rows.push(Finding {
                group: Some(group.to_owned()),
                contrast: Some(format!("with {}", x.name())),
                at: Some(correlation.assay.month),
                n: Some(tests as u64),
                p_value: Some(p_value),
                method: Some(format!("adjusted for {tests} tests")),
                ..Finding::new(AnalysisId::BiomarkerCorrelation, y.name(), term)
            });
        }
    }
}
