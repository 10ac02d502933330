//! Joint rank of function and survival (CAFS): each arm against control, by pairs.

mod cohort;
mod plan;

pub(crate) use plan::default_death;
pub use plan::{CafsInterval, CafsMethod, CafsPlan, CafsRule};

use serde::{Deserialize, Serialize};

use self::cohort::{Member, gather};
use super::covariate::{Column, columns, completeness, moved};
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::StatError;
use crate::stats::compare::{MannWhitneyMethod, MannWhitneyOptions, mann_whitney_test};
use crate::stats::linear::{Ancova, AncovaOptions, Covariate, ancova, ancova_design};
use crate::stats::rank::{BootstrapOptions, JointRank, JointRankInput, JointRankOptions, PairEffect, joint_rank};
use crate::trial::Trial;

/// Below this many patients in an arm z and intervals are rough.
const FEW_PATIENTS: usize = 10;

/// Fewer deaths than this say little about survival.
const FEW_DEATHS: usize = 20;

/// What the figures need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CafsDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    pub contrasts: Vec<CafsScores>,
}

/// The scores of one arm and control among themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CafsScores {
    /// Place in `arm_names`, 1 or more.
    pub arm: usize,
    pub people: Vec<PersonScore>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonScore {
    pub subject_id: String,
    /// Place in `arm_names`.
    pub arm: usize,
    /// People that this one does better than minus people that do better.
    pub score: f64,
    /// Up to the horizon.
    pub is_dead: bool,
}

/// What all contrasts have in common.
struct Asked<'a> {
    trial: &'a Trial,
    population: &'a Population,
    plan: &'a Plan,
    cafs: &'a CafsPlan,
}

/// # What
/// Each patient of an arm beside each of the control: who died first up to the horizon did worse, otherwise who lost
/// more function up to the last visit that both have. Each arm is scored with control alone.
pub fn analyse_cafs(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    cafs: &CafsPlan,
) -> Result<Answer, AnalysisError> {
    let arm_names = &population.arm_names;
    if arm_names.len() < 2 {
        return Err(AnalysisError::OneArm { arms_with_data: trial.arms.len().min(1) });
    }
    let members = gather(trial, population, cafs)?;
    let asked = Asked { trial, population, plan, cafs };
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let mut contrasts = Vec::new();
    for (arm, name) in arm_names.iter().enumerate().skip(1) {
        let pair: Vec<&Member> = members.iter().filter(|member| member.arm == 0 || member.arm == arm).collect();
        let codes: Vec<usize> = pair.iter().map(|member| usize::from(member.arm == arm)).collect();
        match asked.rank(&pair, &codes, 1) {
            Ok(joint) => {
                asked.contrast_rows(&pair, &codes, &joint, name, &mut rows, &mut notes);
                contrasts.push(asked.scores(&pair, &joint, arm));
            }
            Err(error) => notes.push(asked.unanswered(AnalysisId::Cafs, Some(name), error)),
        }
    }
    if arm_names.len() > 2 {
        match asked.test_all(&members) {
            Ok(row) => rows.push(row),
            Err(error) => notes.push(asked.unanswered(AnalysisId::CafsRankAncova, None, error)),
        }
    }
    notes.extend(asked.outside_model(&members));
    notes.extend(asked.doubts(&members));
    let detail = CafsDetail { arm_names: arm_names.clone(), contrasts };
    Ok(Answer { rows, notes, detail: Detail::Cafs(detail) })
}

impl Asked<'_> {
    fn unanswered(&self, analysis: AnalysisId, group: Option<&str>, error: AnalysisError) -> Note {
        let at_month = Some(self.cafs.horizon());
        Note { analysis, kind: NoteKind::Unanswered { group: group.map(str::to_owned), at_month, error } }
    }

    fn control(&self) -> &str {
        self.population.arm_names.first().map_or("", String::as_str)
    }

    fn rank(&self, members: &[&Member], codes: &[usize], treated: usize) -> Result<JointRank, AnalysisError> {
        let time: Vec<f64> = members.iter().map(|member| member.time).collect();
        let is_death: Vec<bool> = members.iter().map(|member| member.is_death).collect();
        let changes: Vec<Vec<Option<f64>>> = members.iter().map(|member| member.changes.clone()).collect();
        let data = JointRankInput {
            arm: codes,
            time: &time,
            is_death: &is_death,
            visit_times: &self.cafs.visits.target_months,
            changes: &changes,
        };
        let options = JointRankOptions {
            treated,
            control: 0,
            horizon: Some(self.cafs.horizon()),
            rule: self.cafs.rule.as_stat(),
            confidence_level: self.plan.confidence_level,
            bootstrap: match self.cafs.interval {
                CafsInterval::Asymptotic => None,
                CafsInterval::Bootstrap => {
                    Some(BootstrapOptions { resamples: self.cafs.resamples, seed: self.cafs.seed })
                }
            },
        };
        joint_rank(&data, &options).map_err(|error| match error {
            StatError::TooFew { what, need, got } => AnalysisError::TooFew { what: what.to_owned(), need, got },
            other => AnalysisError::from_stat(&other, "joint rank"),
        })
    }

    fn row(&self, analysis: AnalysisId, term: Term, name: &str) -> Finding {
        Finding {
            group: Some(name.to_owned()),
            contrast: Some(format!("{name} − {}", self.control())),
            at: Some(self.cafs.horizon()),
            ..Finding::new(analysis, &self.cafs.visits.outcome, term)
        }
    }

    fn contrast_rows(
        &self,
        members: &[&Member],
        codes: &[usize],
        joint: &JointRank,
        name: &str,
        rows: &mut Vec<Finding>,
        notes: &mut Vec<Note>,
    ) {
        let pairs = &joint.pairs;
        for (term, count) in [
            (Term::PairsWonByDeath, pairs.wins_by_death),
            (Term::PairsWonByFunction, pairs.wins_by_function),
            (Term::PairsEqual, pairs.equal),
            (Term::PairsNotCompared, pairs.without_comparison),
            (Term::PairsLostByFunction, pairs.losses_by_function),
            (Term::PairsLostByDeath, pairs.losses_by_death),
        ] {
            let n = Some(pairs.total() as u64);
            rows.push(Finding { n, estimate: Some(count as f64), ..self.row(AnalysisId::Cafs, term, name) });
        }
        let n = Some(members.len() as u64);
        let intervals = match self.cafs.interval {
            CafsInterval::Asymptotic => "U-statistics".to_owned(),
            CafsInterval::Bootstrap => {
                format!("bootstrap, {} resamples, seed {}", self.cafs.resamples, self.cafs.seed)
            }
        };
        let mut effect = |term: Term, found: Option<PairEffect>, why: &str| {
            let interval = found.and_then(|found| found.interval);
            rows.push(Finding {
                n,
                estimate: found.map(|found| found.estimate),
                std_error: found.and_then(|found| found.std_error),
                conf_low: interval.map(|interval| interval.low),
                conf_high: interval.map(|interval| interval.high),
                method: Some(intervals.clone()),
                note: found.is_none().then(|| why.to_owned()),
                ..self.row(AnalysisId::Cafs, term, name)
            });
        };
        effect(Term::WinRatio, joint.win_ratio, if pairs.losses() == 0 { "no pair lost" } else { "no pair won" });
        effect(Term::WinOdds, joint.win_odds, "one arm does better in every pair");
        effect(Term::NetBenefit, Some(joint.net_benefit), "");
        let first_test = rows.len();
        self.test_rows(members, codes, joint, name, rows, notes);

        let alpha = 1.0 - self.plan.confidence_level;
        let tests = rows.get(first_test..).unwrap_or(&[]);
        let found = |below: bool| -> Vec<AnalysisId> {
            let is_so = |row: &&Finding| row.p_value.is_some_and(|p| (p < alpha) == below);
            tests.iter().filter(is_so).map(|row| row.analysis).collect()
        };
        let (excludes, includes) = (found(true), found(false));
        let at_month = self.cafs.horizon();
        notes.push(Note {
            analysis: AnalysisId::Cafs,
            kind: NoteKind::PairsDecided {
                group: name.to_owned(),
                at_month,
                by_death: pairs.share_by_death(),
                by_function: pairs.share_by_function(),
                by_neither: pairs.share_by_neither(),
            },
        });
        if !excludes.is_empty() && !includes.is_empty() {
            let kind = NoteKind::MethodsDisagree { at_month, group: name.to_owned(), excludes, includes };
            notes.push(Note { analysis: AnalysisId::Cafs, kind });
        }
    }

    /// Mean ranks, and the three tests on them.
    fn test_rows(
        &self,
        members: &[&Member],
        codes: &[usize],
        joint: &JointRank,
        name: &str,
        rows: &mut Vec<Finding>,
        notes: &mut Vec<Note>,
    ) {
        let of_arm = |values: &[f64], arm: usize| -> Vec<f64> {
            values.iter().zip(codes).filter(|(_, code)| **code == arm).map(|(value, _)| *value).collect()
        };
        for (arm, group) in [(1, name), (0, self.control())] {
            let ranks = of_arm(&joint.ranks, arm);
            rows.push(Finding {
                group: Some(group.to_owned()),
                n: Some(ranks.len() as u64),
                estimate: Some(ranks.iter().sum::<f64>() / ranks.len().max(1) as f64),
                ..self.row(AnalysisId::Cafs, Term::MeanRank, name)
            });
        }
        match self.fit(members, codes, 2, &joint.ranks) {
            Ok(fit) => rows.extend(fit.contrasts.first().map(|found| Finding {
                n: Some(fit.n as u64),
                estimate: Some(found.contrast.estimate),
                std_error: Some(found.contrast.std_error),
                df: Some(found.contrast.df),
                statistic: Some(found.contrast.t),
                p_value: Some(found.contrast.p_value),
                conf_low: Some(found.contrast.interval.low),
                conf_high: Some(found.contrast.interval.high),
                method: Some(self.model_words()),
                ..self.row(AnalysisId::CafsRankAncova, Term::Difference, name)
            })),
            Err(error) => notes.push(self.unanswered(AnalysisId::CafsRankAncova, Some(name), error)),
        }
        let options = MannWhitneyOptions { confidence_level: self.plan.confidence_level };
        match mann_whitney_test(&of_arm(&joint.scores, 1), &of_arm(&joint.scores, 0), &options) {
            Ok(test) => rows.push(Finding {
                n: Some(members.len() as u64),
                estimate: Some(test.superiority),
                statistic: Some(test.u),
                p_value: Some(test.p_value),
                method: Some(rank_method(test.p_method)),
                ..self.row(AnalysisId::CafsWilcoxon, Term::Superiority, name)
            }),
            Err(error) => {
                let error = AnalysisError::from_stat(&error, "joint ranks");
                notes.push(self.unanswered(AnalysisId::CafsWilcoxon, Some(name), error));
            }
        }
        match &joint.test {
            Some(test) => rows.push(Finding {
                n: Some(members.len() as u64),
                estimate: Some(test.statistic),
                std_error: Some(test.variance.sqrt()),
                statistic: Some(test.z),
                p_value: Some(test.p_value),
                ..self.row(AnalysisId::CafsFinkelsteinSchoenfeld, Term::ScoreSum, name)
            }),
            None => {
                let error = AnalysisError::NoVariation { what: "joint ranks".into() };
                notes.push(self.unanswered(AnalysisId::CafsFinkelsteinSchoenfeld, Some(name), error));
            }
        }
    }

    /// Analysis of covariance of the ranks on arm, baseline and covariates. Who lacks one of these keeps the rank in the
    /// others' scores and is not in the model.
    fn fit(&self, members: &[&Member], codes: &[usize], n_arms: usize, ranks: &[f64]) -> Result<Ancova, AnalysisError> {
        let subjects: Vec<usize> = members.iter().map(|member| member.subject).collect();
        let complete = completeness(self.trial, &self.cafs.covariates, &subjects)?;
        let mut kept = Vec::new();
        let (mut arm, mut response, mut baseline) = (Vec::new(), Vec::new(), Vec::new());
        for (((member, code), rank), is_complete) in members.iter().zip(codes).zip(ranks).zip(&complete.is_complete) {
            let Some(value) = member.baseline.filter(|_| *is_complete) else { continue };
            kept.push(member.subject);
            arm.push(*code);
            response.push(*rank);
            baseline.push(value);
        }
        let baseline = Column::Numeric { name: "baseline".into(), values: moved(baseline) };
        let columns: Vec<Column> =
            std::iter::once(baseline).chain(columns(self.trial, &self.cafs.covariates, &kept)?).collect();
        let covariates: Vec<Covariate<'_>> = columns.iter().map(Column::as_covariate).collect();
        let options = AncovaOptions { confidence_level: self.plan.confidence_level, ..AncovaOptions::default() };
        ancova(&response, &arm, n_arms, &covariates, &options).map_err(|error| match error {
            StatError::Singular { column } => AnalysisError::Singular {
                column: ancova_design(&arm, n_arms, &covariates)
                    .ok()
                    .and_then(|design| design.names().get(column).cloned())
                    .unwrap_or_else(|| format!("column {}", column + 1)),
            },
            StatError::TooFew { what, need, got } => {
                AnalysisError::TooFew { what: format!("rank ANCOVA, {what}"), need, got }
            }
            other => AnalysisError::from_stat(&other, "rank ANCOVA"),
        })
    }

    /// Who is ranked and not in the rank ANCOVA.
    fn outside_model(&self, members: &[Member]) -> Vec<Note> {
        let subjects: Vec<usize> = members.iter().map(|member| member.subject).collect();
        let mut missing =
            completeness(self.trial, &self.cafs.covariates, &subjects).map(|found| found.missing).unwrap_or_default();
        let without_baseline = members.iter().filter(|member| member.baseline.is_none()).count();
        if without_baseline > 0 {
            missing.push(("baseline value".to_owned(), without_baseline));
        }
        let note = |(covariate, subjects)| Note {
            analysis: AnalysisId::CafsRankAncova,
            kind: NoteKind::MissingCovariate { covariate, subjects },
        };
        missing.into_iter().map(note).collect()
    }

    /// Do the arms differ at all: everyone scored among everyone, the ranks in one model.
    fn test_all(&self, members: &[Member]) -> Result<Finding, AnalysisError> {
        let members: Vec<&Member> = members.iter().collect();
        let codes: Vec<usize> = members.iter().map(|member| member.arm).collect();
        let treated = codes.iter().copied().find(|code| *code > 0).unwrap_or(1);
        let joint = self.rank(&members, &codes, treated)?;
        let fit = self.fit(&members, &codes, self.population.arm_names.len(), &joint.ranks)?;
        Ok(Finding {
            at: Some(self.cafs.horizon()),
            n: Some(fit.n as u64),
            statistic: Some(fit.arm_test.f),
            df: Some(fit.arm_test.df_numerator),
            p_value: Some(fit.arm_test.p_value),
            method: Some(self.model_words()),
            note: Some(format!("F on {} and {} df", fit.arm_test.df_numerator, fit.arm_test.df_denominator)),
            ..Finding::new(AnalysisId::CafsRankAncova, &self.cafs.visits.outcome, Term::ArmTest)
        })
    }

    fn model_words(&self) -> String {
        let mut words = String::from("joint rank ~ arm + baseline");
        for covariate in &self.cafs.covariates {
            words.push_str(" + ");
            words.push_str(&covariate.name);
            if covariate.as_factor {
                words.push_str(" (groups)");
            }
        }
        words
    }

    fn scores(&self, members: &[&Member], joint: &JointRank, arm: usize) -> CafsScores {
        let people = members
            .iter()
            .zip(&joint.scores)
            .filter_map(|(member, score)| {
                Some(PersonScore {
                    subject_id: self.trial.subjects.get(member.subject)?.id.clone(),
                    arm: member.arm,
                    score: *score,
                    is_dead: member.is_dead_by(self.cafs.horizon()),
                })
            })
            .collect();
        CafsScores { arm, people }
    }

    fn doubts(&self, members: &[Member]) -> Vec<Note> {
        let horizon = self.cafs.horizon();
        let mut kinds = Vec::new();
        if self.cafs.endpoint.is_none() {
            kinds.push(NoteKind::NoDeaths);
        } else {
            let deaths = members.iter().filter(|member| member.is_dead_by(horizon)).count();
            if deaths < FEW_DEATHS {
                kinds.push(NoteKind::FewEvents { events: deaths });
            }
        }
        let months = &self.cafs.visits.target_months;
        let last = months.iter().rposition(|month| *month <= horizon);
        for (arm, name) in self.population.arm_names.iter().enumerate() {
            let of_arm = || members.iter().filter(move |member| member.arm == arm);
            let (of, known) = (self.population.arm_size(arm), of_arm().count());
            if of > known {
                kinds.push(NoteKind::LeftOut {
                    arm: name.clone(),
                    at_month: horizon,
                    of,
                    without_baseline: of - known,
                    without_visit: 0,
                });
            }
            if let Some((last, at_month)) = last.and_then(|last| Some((last, *months.get(last)?))) {
                let has_left = |member: &&Member| {
                    !member.is_dead_by(horizon) && member.changes.get(last).copied().flatten().is_none()
                };
                let withdrawn = of_arm().filter(has_left).count();
                if withdrawn > 0 {
                    kinds.push(NoteKind::Withdrawn { arm: name.clone(), at_month, withdrawn, of: known });
                }
            }
            if (1..FEW_PATIENTS).contains(&known) {
                kinds.push(NoteKind::FewPatients { group: name.clone(), n: known });
            }
        }
        if self.population.outside_set > 0 {
            let set = self.plan.analysis_set.clone().unwrap_or_default();
            kinds.push(NoteKind::OutsideSet { set, subjects: self.population.outside_set });
        }
        kinds.into_iter().map(|kind| Note { analysis: AnalysisId::Cafs, kind }).collect()
    }
}

/// How a rank test's p-value was found.
pub(crate) fn rank_method(method: MannWhitneyMethod) -> String {
    match method {
        MannWhitneyMethod::Exact => "exact".to_owned(),
        MannWhitneyMethod::Normal => "normal approximation, corrected for ties and continuity".to_owned(),
    }
}
