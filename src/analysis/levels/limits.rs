//! What detection limits do to an answer: every rule in turn, and detected or not where most lies below them.

use super::compared::{Changes, by_any_method, row_of, term_of};
use super::{Asked, LevelsMethod, bounded, repeated};
use crate::analysis::assay::{LimitRule, Reading, Readings, Scale, rule_words, rules_that_differ};
use crate::analysis::{AnalysisError, BiomarkerNote, Finding, Note, NoteKind, Term};
use crate::stats::compare::{SignedRankOptions, TTestOptions, one_sample_t_test, signed_rank_test};
use crate::stats::contingency::{TwoByTwo, TwoByTwoOptions, estimate_risk_difference, fisher_exact_test};

/// Above this share below the limit, in any arm at the start or the month, an analyte is told as detected or not.
const MOSTLY: f64 = 0.5;

pub(super) fn judge(
    asked: &Asked<'_>,
    name: &str,
    readings: &Readings,
    months: &[f64],
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<(), AnalysisError> {
    if readings.beyond == 0 {
        return Ok(());
    }
    if enters(asked, readings) {
        repeat(asked, name, readings, months, rows, notes)?;
    }
    if readings.lower_limits.len() > 1 {
        let limits = readings.lower_limits.iter().map(|limit| asked.told(*limit)).collect();
        let note = BiomarkerNote::SeveralLimits { analyte: name.to_owned(), limits };
        notes.push(asked.note(NoteKind::Biomarker(note)));
    }
    detect(asked, name, readings, rows, notes);
    Ok(())
}

/// Whether a value beyond a limit is behind a change to the plan's month.
fn enters(asked: &Asked<'_>, readings: &Readings) -> bool {
    let (month, window) = (asked.levels.assay.month, asked.levels.assay.window_months);
    asked.population.subjects().filter(|&subject| asked.population.arm(subject).is_some()).any(|subject| {
        let start = readings.baseline(subject, window);
        let later = start.and_then(|start| readings.after(subject, month, window, start));
        start.zip(later).is_some_and(|(start, later)| !(start.is_exact() && later.is_exact()))
    })
}

/// The comparison again by each rule. Whether the rules disagree is asked of those whose test is the same, and of the
/// likelihood that takes limits for bounds.
fn repeat(
    asked: &Asked<'_>,
    name: &str,
    readings: &Readings,
    months: &[f64],
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<(), AnalysisError> {
    let month = asked.levels.assay.month;
    let arms = asked.arms();
    let alpha = 1.0 - asked.plan.confidence_level;
    if arms == 1 {
        return repeat_alone(asked, name, readings, rows, notes);
    }
    let (mut excludes, mut includes) = (vec![Vec::new(); arms], vec![Vec::new(); arms]);
    for rule in rules_that_differ(readings.beyond > readings.above) {
        let method = match asked.levels.method {
            _ if rule == LimitRule::LowestRank => LevelsMethod::MannWhitney,
            // Limits as bounds have a row of their own; here something stands in their place.
            LevelsMethod::CensoredLikelihood => LevelsMethod::Ancova,
            method => method,
        };
        let by_rule = asked.read(name, rule)?;
        let paired = asked.paired(&by_rule, month);
        let is_repeated = method == LevelsMethod::Mmrm;
        let repeated = is_repeated.then(|| repeated::fit(asked, name, &by_rule, months)).flatten();
        let changes = Changes { name, month, readings: &by_rule, paired: &paired, repeated: repeated.as_ref() };
        for arm in 1..arms {
            let Ok(compared) = by_any_method(asked, &changes, arm, method) else { continue };
            let term = term_of(asked.levels.assay.scale, method, true);
            let said = if compared.p_value < alpha { &mut excludes } else { &mut includes };
            let is_same_test = rule != LimitRule::LowestRank || asked.levels.method == LevelsMethod::MannWhitney;
            let said = said.get_mut(arm).filter(|_| is_same_test);
            said.into_iter().for_each(|said| said.push(rule_words(rule).to_owned()));
            let row = row_of(asked, name, arm, month, method, term, &compared);
            rows.push(Finding { method: Some(format!("{}; {}", rule_words(rule), method.words())), ..row });
        }
    }
    let method = LevelsMethod::CensoredLikelihood;
    for arm in 1..arms {
        let Ok(compared) = bounded::compare(asked, readings, month, arm) else { continue };
        let said = if compared.p_value < alpha { &mut excludes } else { &mut includes };
        said.get_mut(arm).into_iter().for_each(|said| said.push("censored likelihood".to_owned()));
        let row = row_of(asked, name, arm, month, method, term_of(asked.levels.assay.scale, method, true), &compared);
        rows.push(Finding { method: Some(format!("limits as bounds; {}", method.words())), ..row });
    }
    for (arm, (excludes, includes)) in excludes.into_iter().zip(includes).enumerate() {
        if !excludes.is_empty() && !includes.is_empty() {
            let group = asked.name(arm);
            let note = BiomarkerNote::LimitRulesDisagree { analyte: name.to_owned(), group, excludes, includes };
            notes.push(asked.note(NoteKind::Biomarker(note)));
        }
    }
    Ok(())
}

/// With one arm: its change by each rule.
fn repeat_alone(
    asked: &Asked<'_>,
    name: &str,
    readings: &Readings,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) -> Result<(), AnalysisError> {
    let month = asked.levels.assay.month;
    let level = asked.plan.confidence_level;
    let is_ranked = asked.levels.method == LevelsMethod::MannWhitney;
    let term = if asked.levels.assay.scale == Scale::Log2 { Term::ChangeRatioByRule } else { Term::DifferenceByRule };
    let (mut excludes, mut includes) = (Vec::new(), Vec::new());
    for rule in rules_that_differ(readings.beyond > readings.above) {
        let changes: Vec<f64> = asked.paired(&asked.read(name, rule)?, month).iter().map(|pair| pair.change).collect();
        let row = Finding { n: Some(changes.len() as u64), ..asked.row(name, term, 0, month) };
        let (row, test) = if is_ranked || rule == LimitRule::LowestRank {
            let Ok(test) = signed_rank_test(&changes, &SignedRankOptions { confidence_level: level }) else { continue };
            // Tied at the lowest rank, a change has a sign and a rank and no size.
            let has_size = rule != LimitRule::LowestRank;
            let told = |value: Option<f64>| value.filter(|_| has_size).map(|value| asked.told(value));
            let row = Finding {
                estimate: told(test.pseudo_median),
                conf_low: told(test.interval.map(|interval| interval.low)),
                conf_high: told(test.interval.map(|interval| interval.high)),
                p_value: Some(test.p_value),
                ..row
            };
            (row, "Wilcoxon signed rank test")
        } else {
            let Ok(test) = one_sample_t_test(&changes, &TTestOptions { confidence_level: level }) else { continue };
            let row = Finding {
                estimate: Some(asked.told(test.mean)),
                std_error: Some(test.std_error),
                df: Some(test.df),
                statistic: Some(test.t),
                conf_low: Some(asked.told(test.interval.low)),
                conf_high: Some(asked.told(test.interval.high)),
                p_value: Some(test.p_value),
                ..row
            };
            (row, "paired t-test")
        };
        if is_ranked || rule != LimitRule::LowestRank {
            let is_clear = row.p_value.is_some_and(|p| p < 1.0 - level);
            let said = if is_clear { &mut excludes } else { &mut includes };
            said.push(rule_words(rule).to_owned());
        }
        rows.push(Finding { method: Some(format!("{}; {test}", rule_words(rule))), ..row });
    }
    if !excludes.is_empty() && !includes.is_empty() {
        let group = asked.name(0);
        let note = BiomarkerNote::LimitRulesDisagree { analyte: name.to_owned(), group, excludes, includes };
        notes.push(asked.note(NoteKind::Biomarker(note)));
    }
    Ok(())
}

/// People with a value of which it is known whether it lies above the limit, and how many are above.
fn detected(asked: &Asked<'_>, readings: &Readings, arm: usize, month: f64) -> (u64, u64) {
    let seen: Vec<Reading> = asked
        .population
        .subjects()
        .filter(|&subject| asked.population.arm(subject) == Some(arm))
        .filter_map(|subject| asked.at(readings, subject, month))
        .collect();
    let is_below = |reading: &&Reading| !reading.is_exact() && reading.high.is_finite();
    let below = seen.iter().filter(is_below).count() as u64;
    (seen.len() as u64, seen.len() as u64 - below)
}

fn detect(asked: &Asked<'_>, name: &str, readings: &Readings, rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
    let month = asked.levels.assay.month;
    let visits = if month > 0.0 { vec![0.0, month] } else { vec![month] };
    let mut most = 0.0_f64;
    for &visit in &visits {
        for arm in 0..asked.arms() {
            let (n, above) = detected(asked, readings, arm, visit);
            if n > 0 {
                most = most.max(1.0 - above as f64 / n as f64);
            }
        }
    }
    if most <= MOSTLY {
        return;
    }
    let note = BiomarkerNote::MostlyBelowLimit { analyte: name.to_owned(), share: most };
    notes.push(asked.note(NoteKind::Biomarker(note)));
    let control = detected(asked, readings, 0, month);
    for arm in 0..asked.arms() {
        for &visit in &visits {
            let (n, above) = detected(asked, readings, arm, visit);
            if n > 0 {
                rows.push(Finding {
                    n: Some(n),
                    estimate: Some(above as f64 / n as f64),
                    statistic: Some(above as f64),
                    ..asked.row(name, Term::Detected, arm, visit)
                });
            }
        }
        let treated = detected(asked, readings, arm, month);
        if arm == 0 || treated.0 == 0 || control.0 == 0 {
            continue;
        }
        let counts = TwoByTwo {
            treated_with: treated.1 as usize,
            treated_n: treated.0 as usize,
            control_with: control.1 as usize,
            control_n: control.0 as usize,
        };
        let options = TwoByTwoOptions { confidence_level: asked.plan.confidence_level };
        let row = Finding {
            contrast: Some(format!("minus {}", asked.name(0))),
            n: Some(treated.0 + control.0),
            ..asked.row(name, Term::RiskDifference, arm, month)
        };
        if let Ok(found) = estimate_risk_difference(&counts, &options) {
            rows.push(Finding {
                estimate: Some(found.difference),
                conf_low: Some(found.interval.low),
                conf_high: Some(found.interval.high),
                method: Some("share detected, Newcombe’s interval".to_owned()),
                ..row.clone()
            });
        }
        if let Ok(found) = fisher_exact_test(&counts, &options) {
            rows.push(Finding {
                p_value: Some(found.p_value),
                method: Some("detected or not, Fisher’s exact test".to_owned()),
                term: Term::FisherExact,
                ..row
            });
        }
    }
}
