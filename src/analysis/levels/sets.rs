//! Declared sets of analytes: a composite score a person, compared as one number.

use super::Asked;
use super::max_t::Column;
use crate::analysis::{AnalysisError, BiomarkerNote, Finding, Note, NoteKind, Term};
use crate::stats::compare::{TTestOptions, welch_t_test};
use crate::stats::describe::{estimate_summary, mean_interval};

/// Each set's scores, a number a person.
pub(super) fn judge(
    asked: &Asked<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Column>, AnalysisError> {
    let mut composites = Vec::new();
    let month = asked.levels.assay.month;
    let level = asked.plan.confidence_level;
    for set in &asked.levels.assay.sets {
        // For each person the sum and number of standardised changes.
        let mut sums = vec![(0.0, 0_usize); asked.trial.subjects.len()];
        let mut constant = Vec::new();
        let mut is_tied = false;
        for name in &set.analytes {
            let readings = asked.read(name, asked.levels.assay.below_limit)?;
            is_tied |= asked.has_ranks_alone(&readings);
            let paired = asked.paired(&readings, month);
            let Some(sd) = within_sd(&paired, asked.arms()) else {
                constant.push(name.clone());
                continue;
            };
            for pair in &paired {
                if let Some((sum, count)) = sums.get_mut(pair.subject) {
                    *sum += pair.change / sd;
                    *count += 1;
                }
            }
        }
        if !constant.is_empty() {
            let note = BiomarkerNote::NotInComposite { set: set.name.clone(), analytes: constant };
            notes.push(asked.note(NoteKind::Biomarker(note)));
        }
        let counted = |subject: &usize| sums.get(*subject).map_or(0, |(_, count)| *count);
        let scored = || asked.population.subjects().filter(|subject| counted(subject) > 0);
        let whole = scored().map(|subject| counted(&subject)).max().unwrap_or(0);
        let (of, people) = (scored().count(), scored().filter(|subject| counted(subject) < whole).count());
        if people > 0 {
            let note = BiomarkerNote::PartialScores { set: set.name.clone(), people, of };
            notes.push(asked.note(NoteKind::Biomarker(note)));
        }
        let score_of = |subject: usize| {
            let (sum, count) = sums.get(subject).filter(|(_, count)| *count > 0)?;
            Some((subject, sum / *count as f64))
        };
        let values: Vec<(usize, f64)> = asked.population.subjects().filter_map(score_of).collect();
        let of_arm = |arm| values.iter().filter(move |(subject, _)| asked.population.arm(*subject) == Some(arm));
        let scores: Vec<Vec<f64>> =
            (0..asked.arms()).map(|arm| of_arm(arm).map(|(_, score)| *score).collect()).collect();
        composites.push(Column { name: set.name.clone(), values });
        for (arm, values) in scores.iter().enumerate() {
            let Ok(summary) = estimate_summary(values) else { continue };
            let interval = mean_interval(&summary, level);
            rows.push(Finding {
                n: Some(summary.n as u64),
                estimate: Some(summary.mean),
                std_error: summary.std_error,
                conf_low: interval.map(|interval| interval.low),
                conf_high: interval.map(|interval| interval.high),
                ..asked.row(&set.name, Term::CompositeChange, arm, month)
            });
            let control = scores.first().filter(|_| arm > 0);
            let Some(control) = control else { continue };
            if let Ok(test) = welch_t_test(values, control, &TTestOptions { confidence_level: level }) {
                rows.push(Finding {
                    contrast: Some(format!("minus {}", asked.name(0))),
                    n: Some((values.len() + control.len()) as u64),
                    estimate: Some(test.difference),
                    std_error: Some(test.std_error),
                    df: Some(test.df),
                    statistic: Some(test.t),
                    p_value: Some(test.p_value),
                    conf_low: Some(test.interval.low),
                    conf_high: Some(test.interval.high),
                    method: Some(format!(
                        "Welch’s t-test of composite scores{}",
                        if is_tied { "; what lies below the highest limit taken as the limit" } else { "" }
                    )),
                    ..asked.row(&set.name, Term::CompositeDifference, arm, month)
                });
            }
        }
    }
    Ok(composites)
}

/// Standard deviation of the changes about their arm's mean.
fn within_sd(paired: &[super::Paired], arms: usize) -> Option<f64> {
    let (mut squares, mut df) = (0.0, 0.0);
    for arm in 0..arms {
        let changes: Vec<f64> = paired.iter().filter(|pair| pair.arm == arm).map(|pair| pair.change).collect();
        let Ok(summary) = estimate_summary(&changes) else { continue };
        let Some(sd) = summary.sd else { continue };
        squares += sd * sd * (summary.n as f64 - 1.0);
        df += summary.n as f64 - 1.0;
    }
    (df > 0.0 && squares > 0.0).then(|| (squares / df).sqrt())
}
