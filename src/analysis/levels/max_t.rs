//! The family and its sets by permutation: arms of whole people dealt out anew, with one arm the signs of their changes.

use super::{Asked, LevelsMethod, Paired};
use crate::analysis::assay::LimitRule;
use crate::analysis::max_t::{ArmsJob, Counted, PermutationJob, Permute, count};
use crate::analysis::{AnalysisError, BiomarkerNote, Finding, Note, NoteKind, Term};

/// What was measured of one analyte, or a set's scores.
pub(super) struct Column {
    pub name: String,
    /// Subject and number.
    pub values: Vec<(usize, f64)>,
}

impl Column {
    /// The changes; where arms are compared with the start's value as a covariate, what a line on it leaves of the month's
    /// value. The line knows no arms, so that dealing them out anew leaves it as it is.
    pub fn of(asked: &Asked<'_>, name: &str, paired: &[Paired]) -> Self {
        let n = paired.len() as f64;
        let mean = |of: &dyn Fn(&Paired) -> f64| paired.iter().map(of).sum::<f64>() / n;
        let (start, change) = (mean(&|pair| pair.baseline), mean(&|pair| pair.change));
        let sum =
            |of: &dyn Fn(&Paired) -> f64| paired.iter().map(|pair| (pair.baseline - start) * of(pair)).sum::<f64>();
        let spread = sum(&|pair| pair.baseline - start);
        // Of the change on the start: the same residuals as of the value.
        let is_adjusted = is_adjusted(asked) && spread > 0.0;
        let slope = if is_adjusted { sum(&|pair| pair.change - change) / spread } else { 0.0 };
        let rest = |pair: &Paired| {
            if is_adjusted { pair.change - change - slope * (pair.baseline - start) } else { pair.change }
        };
        Self { name: name.to_owned(), values: paired.iter().map(|pair| (pair.subject, rest(pair))).collect() }
    }
}

fn is_ranked(asked: &Asked<'_>) -> bool {
    asked.levels.method == LevelsMethod::MannWhitney || asked.levels.assay.below_limit == LimitRule::LowestRank
}

fn is_adjusted(asked: &Asked<'_>) -> bool {
    let has_covariate =
        matches!(asked.levels.method, LevelsMethod::Ancova | LevelsMethod::Mmrm | LevelsMethod::CensoredLikelihood);
    asked.arms() > 1 && has_covariate && !is_ranked(asked)
}

pub(super) fn judge(
    asked: &Asked<'_>,
    analytes: &[Column],
    composites: &[Column],
    permute: Permute<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<(), AnalysisError> {
    let members = asked.levels.assay.sets.iter().flat_map(|set| &set.analytes);
    let mut others: Vec<Column> = Vec::new();
    for name in members {
        if analytes.iter().chain(&others).all(|column| column.name != *name) {
            let readings = asked.read(name, asked.levels.assay.below_limit)?;
            others.push(Column::of(asked, name, &asked.paired(&readings, asked.levels.assay.month)));
        }
    }
    let is_measured = |subject: &usize| {
        let holds = |column: &Column| column.values.iter().any(|(own, _)| own == subject);
        asked.population.arm(*subject).is_some() && analytes.iter().chain(&others).any(holds)
    };
    let people: Vec<usize> = asked.population.subjects().filter(is_measured).collect();
    let mut place_of = vec![None; asked.trial.subjects.len()];
    for (place, subject) in people.iter().enumerate() {
        place_of.get_mut(*subject).into_iter().for_each(|slot| *slot = Some(place));
    }
    let column = |column: &Column| {
        let mut values = vec![None; people.len()];
        for (subject, value) in &column.values {
            let place = place_of.get(*subject).copied().flatten();
            place.and_then(|place| values.get_mut(place)).into_iter().for_each(|slot| *slot = Some(*value));
        }
        values
    };
    let sets = &asked.levels.assay.sets;
    let places = |names: &[String]| -> Vec<usize> {
        let columns = || analytes.iter().chain(composites).chain(&others).enumerate();
        let is_score = |place: usize| (analytes.len()..analytes.len() + composites.len()).contains(&place);
        let place = |name: &String| columns().find(|(place, column)| column.name == *name && !is_score(*place));
        names.iter().filter_map(place).map(|(place, _)| place).collect()
    };
    let is_ranked = is_ranked(asked);
    let job = ArmsJob {
        columns: analytes.iter().chain(composites).chain(&others).map(column).collect(),
        n_family: analytes.len(),
        arms: people.iter().filter_map(|subject| asked.population.arm(*subject)).collect(),
        n_arms: asked.arms(),
        sets: sets.iter().map(|set| places(&set.analytes)).collect(),
        is_ranked,
        permutations: asked.levels.assay.permutations_or_usual(),
    };
    let mut tell = |note| notes.push(asked.note(NoteKind::Biomarker(note)));
    let (prepared, tally) = match count(asked.levels.assay.permutations, PermutationJob::Arms(job), permute) {
        Counted::Done(prepared, tally) => (prepared, tally),
        Counted::Nothing => return Ok(()),
        Counted::TooMuch { permutations } => {
            tell(BiomarkerNote::MaxTNotAsked { permutations });
            return Ok(());
        }
        Counted::NotFinished { permutations } => {
            tell(BiomarkerNote::MaxTNotFinished { permutations });
            return Ok(());
        }
    };
    let Some(found) = prepared.of_arms(&tally) else { return Ok(()) };
    let month = asked.levels.assay.month;
    let dealt = match (asked.arms(), found.is_exact) {
        (1, true) => format!("signs flipped in all {} ways", found.permutations),
        (1, false) => format!("signs flipped in {} random ways", found.permutations),
        (_, true) => format!("arms dealt out anew in all {} ways", found.permutations),
        (_, false) => format!("arms dealt out anew in {} random ways", found.permutations),
    };
    let t_of = match (asked.arms(), is_ranked) {
        (1, false) => "t",
        (1, true) => "t of signed ranks",
        (_, false) if is_adjusted(asked) => "Welch’s t of values adjusted for the baseline",
        (_, false) => "Welch’s t",
        (_, true) => "Welch’s t of ranks",
    };
    let contrast = (asked.arms() > 1).then(|| format!("minus {}", asked.name(0)));
    let tests = found.tests.iter().filter(|test| test.step_down.is_some()).count();
    for test in &found.tests {
        if let (Some(adjusted), Some(analyte)) = (test.step_down, analytes.get(test.column)) {
            for (term, n, p_value, how) in [
                (Term::Permutation, None, test.p_value, "this analyte alone"),
                (Term::MaxT, Some(tests as u64), adjusted, "largest of all, step-down"),
            ] {
                rows.push(Finding {
                    contrast: contrast.clone(),
                    n,
                    statistic: Some(test.t),
                    p_value: Some(p_value),
                    method: Some(format!("{t_of}, {how}; {dealt}")),
                    ..asked.row(&analyte.name, term, test.group, month)
                });
            }
        }
        if let Some(composite) = test.column.checked_sub(analytes.len()).and_then(|place| composites.get(place)) {
            rows.push(Finding {
                contrast: contrast.clone(),
                statistic: Some(test.t),
                p_value: Some(test.p_value),
                method: Some(format!(
                    "{} of composite scores; {dealt}",
                    if asked.arms() == 1 { "t" } else { "Welch’s t" }
                )),
                ..asked.row(&composite.name, Term::CompositePermutation, test.group, month)
            });
        }
    }
    for test in &found.sets {
        let Some(set) = sets.get(test.set) else { continue };
        rows.push(Finding {
            contrast: contrast.clone(),
            n: Some(test.variables as u64),
            statistic: Some(test.mean_square_t),
            p_value: Some(test.p_value),
            method: Some(format!("mean square of {t_of}, either direction; {dealt}")),
            ..asked.row(&set.name, Term::SetPermutation, test.group, month)
        });
    }
    Ok(())
}
