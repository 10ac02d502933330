//! What the rule for values beyond a limit does to the pair's correlation in the chosen group.

use super::quantity::Reader;
use super::{Asked, Coefficient, CorrelationPlan, SubjectPair, row};
use crate::analysis::assay::{LimitRule, rule_words, rules_that_differ};
use crate::analysis::{AnalysisError, AnalysisId, BiomarkerNote, Finding, Note, NoteKind, Plan, Term};
use crate::stats::correlation::{Correlation, CorrelationOptions, estimate_correlation};

type Column = [Option<f64>];

pub(super) fn repeat(
    reader: &Reader<'_>,
    plan: &Plan,
    correlation: &CorrelationPlan,
    pairs_of: &dyn Fn(&Column, &Column) -> Vec<SubjectPair>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<(), AnalysisError> {
    if !reader.is_beyond(&correlation.x) && !reader.is_beyond(&correlation.y) {
        return Ok(());
    }
    let group = correlation.matrix_stratum.label();
    let asked = Asked { x: &correlation.x, y: &correlation.y, stratum: &correlation.matrix_stratum };
    let mut found_by: Vec<(LimitRule, Correlation)> = Vec::new();
    for rule in rules_that_differ(reader.is_below(&correlation.x) || reader.is_below(&correlation.y)) {
        // Ties at the lowest rank have no distance.
        if rule == LimitRule::LowestRank && correlation.coefficient == Coefficient::Pearson {
            continue;
        }
        let mut said = Vec::new();
        let x = reader.read(&correlation.x, correlation.quantity, rule, &mut said)?;
        let y = reader.read(&correlation.y, correlation.quantity_of_y(), rule, &mut said)?;
        let (x, y): (Vec<f64>, Vec<f64>) = pairs_of(&x, &y).iter().map(|pair| (pair.x, pair.y)).unzip();
        let options = CorrelationOptions { confidence_level: plan.confidence_level };
        let Ok(found) = estimate_correlation(correlation.coefficient.of_stats(), &x, &y, &options) else { continue };
        found_by.push((rule, found));
    }
    // No limit is behind the pairs of this group.
    if found_by.windows(2).all(|pair| matches!(pair, [a, b] if a.1 == b.1)) {
        return Ok(());
    }
    let (mut excludes, mut includes) = (Vec::new(), Vec::new());
    for (rule, found) in &found_by {
        let is_clear = found.p_value < 1.0 - plan.confidence_level;
        let said = if is_clear { &mut excludes } else { &mut includes };
        said.push(rule_words(*rule).to_owned());
        let row = row(&asked, correlation, &group, Term::CorrelationByRule, found);
        rows.push(Finding { method: Some(rule_words(*rule).to_owned()), ..row });
    }
    if !excludes.is_empty() && !includes.is_empty() {
        let (x, y) = (correlation.x.name().to_owned(), correlation.y.name().to_owned());
        let note = BiomarkerNote::CorrelationRulesDisagree { x, y, group, excludes, includes };
        notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind: NoteKind::Biomarker(note) });
    }
    Ok(())
}
