//! The correlation within the arms, taken together: what a treatment moves in both variables makes a correlation of its own
//! among all people, and is taken out here.

use super::{Asked, CorrelationPlan, Stratum, SubjectPair, row};
use crate::analysis::{AnalysisId, BiomarkerNote, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::correlation::{CorrelationOptions, partial_correlation};

pub(super) fn hold_arm_fixed(
    population: &Population,
    plan: &Plan,
    correlation: &CorrelationPlan,
    strata: &[Stratum],
    pairs_of: &dyn Fn(&Stratum) -> Vec<SubjectPair>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    if population.arm_names.len() < 2 {
        return;
    }
    let options = CorrelationOptions { confidence_level: plan.confidence_level };
    for stratum in strata.iter().filter(|stratum| stratum.arm.is_none()) {
        let pairs: Vec<(usize, SubjectPair)> =
            pairs_of(stratum).into_iter().filter_map(|pair| Some((population.arm(pair.subject)?, pair))).collect();
        let present = (0..population.arm_names.len()).filter(|arm| pairs.iter().any(|(own, _)| own == arm));
        let indicator = |arm: usize| pairs.iter().map(|(own, _)| f64::from(u8::from(*own == arm))).collect();
        let fixed: Vec<Vec<f64>> = present.skip(1).map(indicator).collect();
        if fixed.is_empty() {
            continue;
        }
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(_, pair)| (pair.x, pair.y)).unzip();
        let found = partial_correlation(correlation.coefficient.of_stats(), &x, &y, &fixed, &options);
        let Ok(found) = found else { continue };
        let asked = Asked { x: &correlation.x, y: &correlation.y, stratum };
        rows.push(row(&asked, correlation, &stratum.label(), Term::WithinArms, &found));
        if *stratum == correlation.matrix_stratum {
            let (group, estimate, p_value) = (stratum.label(), found.coefficient, found.p_value);
            let note = BiomarkerNote::PooledArms { group, within: estimate, p_value };
            notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind: NoteKind::Biomarker(note) });
        }
    }
}
