//! The family of tests: its size, what chance alone gives, adjusted p-values.

use super::{Asked, FamilyTest};
use crate::analysis::{AnalysisId, BiomarkerNote, Finding, Note, NoteKind, Term};
use crate::stats::multiplicity::{BenjaminiHochbergOptions, Dependence, adjust_benjamini_hochberg, adjust_holm};

/// Arms with fewer people are compared, with this doubt.
const FEW: usize = 10;

/// An arm once, by the analyte with the fewest people in it.
pub(super) fn tell_few(asked: &Asked<'_>, counts: &[(String, usize, usize)], notes: &mut Vec<Note>) {
    for place in 0..asked.arms() {
        let in_arm = || counts.iter().filter(|(_, arm, n)| *arm == place && *n > 1);
        let Some((analyte, _, n)) = in_arm().min_by_key(|(_, _, n)| *n).filter(|(_, _, n)| *n < FEW) else { continue };
        let group = if in_arm().all(|(_, _, other)| other == n) {
            asked.name(place)
        } else {
            format!("{} at the least ({analyte})", asked.name(place))
        };
        notes.push(asked.note(NoteKind::FewPatients { group, n: *n }));
    }
}

pub(super) fn adjust(asked: &Asked<'_>, family: &[FamilyTest], rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let tests = family.len();
    if tests < 2 {
        return;
    }
    let expected_by_chance = (1.0 - asked.plan.confidence_level) * tests as f64;
    notes.push(asked.note(NoteKind::Biomarker(BiomarkerNote::Family { tests, expected_by_chance })));
    let raw: Vec<f64> = family.iter().map(|test| test.p_value).collect();
    let arbitrary = BenjaminiHochbergOptions { dependence: Dependence::Arbitrary };
    for (term, adjusted) in [
        (Term::Holm, adjust_holm(&raw)),
        (Term::BenjaminiHochberg, adjust_benjamini_hochberg(&raw, &BenjaminiHochbergOptions::default())),
        (Term::BenjaminiYekutieli, adjust_benjamini_hochberg(&raw, &arbitrary)),
    ] {
        let Ok(adjusted) = adjusted else { continue };
        for (test, p_value) in family.iter().zip(adjusted) {
            rows.push(Finding {
                group: Some(test.group.clone()),
                at: Some(asked.levels.assay.month),
                n: Some(tests as u64),
                p_value: Some(p_value),
                method: Some(format!("adjusted for {tests} tests")),
                ..Finding::new(AnalysisId::BiomarkerChange, &test.analyte, term)
            });
        }
    }
}
