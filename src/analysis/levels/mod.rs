//! Levels of analytes and their changes: by arm and visit, between arms, under every rule for limits, one by one and
//! in declared sets.

mod bounded;
mod compared;
mod family;
mod limits;
mod max_t;
mod plan;
mod repeated;
mod sets;
mod summary;

pub use plan::{LevelsMethod, LevelsPlan};

use serde::{Deserialize, Serialize};

use super::assay::{LimitRule, LimitSide, Reading, Readings, Scale, read_analyte, stand_in_words};
use super::max_t::Permute;
use super::tie::{OF_A_DIFFERENCE, settle_ties};
use super::visit_window::scheduled_months;
use super::{
    AnalysisError, AnalysisId, Answer, BiomarkerNote, Detail, Finding, Note, NoteKind, Plan, Population, Term,
};
use crate::stats::real;
use crate::trial::Trial;

/// What the figures need besides the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelsDetail {
    /// Control first.
    pub arm_names: Vec<String>,
    /// Months after the start at which the analytes were measured.
    pub months: Vec<f64>,
    /// The analyte shown, a line a person.
    pub lines: Vec<LevelLine>,
    /// Its lower limits, on the plan's scale.
    pub lower_limits: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelLine {
    pub subject_id: String,
    pub arm: usize,
    pub points: Vec<LevelPoint>,
    /// Times of the samples that count for the start and for the plan's month.
    pub start: Option<f64>,
    pub later: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LevelPoint {
    pub time_months: f64,
    /// On the plan's scale.
    pub value: f64,
    pub limit: Option<LimitSide>,
}

/// A person with a sample at the start and one at the month, on the plan's scale; `value`s are what the rule puts there.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Paired {
    subject: usize,
    arm: usize,
    baseline: f64,
    value: f64,
    /// Value minus baseline, rounding aside.
    change: f64,
    is_beyond_limit: bool,
}

/// One analyte's samples, read by one rule, of the people analysed.
struct Asked<'a> {
    trial: &'a Trial,
    population: &'a Population,
    plan: &'a Plan,
    levels: &'a LevelsPlan,
}

/// The family of tests, and what a permutation of it needs.
#[derive(Default)]
struct Family {
    tests: Vec<FamilyTest>,
    columns: Vec<max_t::Column>,
    /// Analyte, arm and people with a change.
    counts: Vec<(String, usize, usize)>,
}

/// A test of one analyte in one arm against control that belongs to the family; with one arm, of its change.
struct FamilyTest {
    analyte: String,
    group: String,
    p_value: f64,
}

/// Where a ratio lies on a logarithmic axis.
pub fn log_of(ratio: f64) -> f64 {
    real::log2(ratio)
}

pub fn ratio_of(log: f64) -> f64 {
    real::exp2(log)
}

/// Of a volcano's point.
pub fn height_of(p_value: f64) -> f64 {
    -real::ln(p_value) / real::ln(10.0)
}

pub fn analyse_levels(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    levels: &LevelsPlan,
    permute: Permute<'_>,
) -> Result<Answer, AnalysisError> {
    let asked = Asked { trial, population, plan, levels };
    if population.subjects().all(|subject| population.arm(subject).is_none()) {
        return Err(AnalysisError::TooFew { what: "people in the arms and the analysis set".into(), need: 1, got: 0 });
    }
    let months = asked.months()?;
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let mut family = Family::default();
    for name in &levels.analytes {
        asked.one(name, &months, &mut rows, &mut notes, &mut family)?;
    }
    family::tell_few(&asked, &family.counts, &mut notes);
    family::adjust(&asked, &family.tests, &mut rows, &mut notes);
    let composites = sets::judge(&asked, &mut rows, &mut notes)?;
    max_t::judge(&asked, &family.columns, &composites, permute, &mut rows, &mut notes)?;
    if levels.assay.below_limit == LimitRule::LowestRank
        && asked.arms() > 1
        && levels.method != LevelsMethod::MannWhitney
    {
        let method = levels.method.words().to_owned();
        notes.push(asked.note(NoteKind::Biomarker(BiomarkerNote::RanksAlone { method })));
    }
    if levels.assay.month <= 0.0 {
        let error = AnalysisError::TooFew { what: "months after the start to compare".into(), need: 1, got: 0 };
        notes.push(asked.note(NoteKind::Unanswered { group: None, at_month: Some(levels.assay.month), error }));
    }
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        notes.push(asked.note(NoteKind::OutsideSet { set, subjects: population.outside_set }));
    }
    let without_arm = population.subjects().filter(|subject| population.arm(*subject).is_none()).count();
    if without_arm > 0 {
        notes.push(asked.note(NoteKind::Biomarker(BiomarkerNote::SamplesWithoutArm { subjects: without_arm })));
    }
    let (lines, lower_limits) = asked.lines(&levels.shown)?;
    let detail = LevelsDetail { arm_names: population.arm_names.clone(), months, lines, lower_limits };
    Ok(Answer { rows, notes, detail: Detail::Levels(detail) })
}

fn side_of(reading: &Reading) -> Option<LimitSide> {
    (!reading.is_exact()).then_some(if reading.high.is_finite() { LimitSide::Below } else { LimitSide::Above })
}

impl Asked<'_> {
    fn note(&self, kind: NoteKind) -> Note {
        Note { analysis: AnalysisId::BiomarkerChange, kind }
    }

    fn read(&self, name: &str, rule: LimitRule) -> Result<Readings, AnalysisError> {
        read_analyte(self.trial, name, self.levels.assay.scale, rule)
    }

    fn arms(&self) -> usize {
        self.population.arm_names.len()
    }

    fn name(&self, arm: usize) -> String {
        self.population.arm_names.get(arm).cloned().unwrap_or_default()
    }

    fn row(&self, analyte: &str, term: Term, arm: usize, month: f64) -> Finding {
        Finding {
            group: Some(self.name(arm)),
            at: Some(month),
            ..Finding::new(AnalysisId::BiomarkerChange, analyte, term)
        }
    }

    /// An estimate on the plan's scale as it is told: a ratio or level in the analyte's unit.
    fn told(&self, value: f64) -> f64 {
        match self.levels.assay.scale {
            Scale::Raw => value,
            Scale::Log2 => real::exp2(value),
        }
    }

    /// The months after the start of all analytes asked for, the plan's month among them.
    fn months(&self) -> Result<Vec<f64>, AnalysisError> {
        let mut times = Vec::new();
        for name in &self.levels.analytes {
            let analyte = self
                .trial
                .analyte(name)
                .ok_or_else(|| AnalysisError::NotInFiles { what: "analyte".into(), name: name.clone() })?;
            times.extend(analyte.samples.iter().map(|sample| sample.time_months));
        }
        let mut months = scheduled_months(times.into_iter());
        if self.levels.assay.month > 0.0 && !months.contains(&self.levels.assay.month) {
            months.push(self.levels.assay.month);
            crate::order::sort_numbers(&mut months);
        }
        Ok(months)
    }

    /// The person's sample for a month: the start is month 0, any other one lies after the start's sample if there is
    /// one.
    fn at(&self, readings: &Readings, subject: usize, month: f64) -> Option<Reading> {
        let window = self.levels.assay.window_months;
        let start = readings.baseline(subject, window);
        match start {
            _ if month == 0.0 => start,
            Some(start) => readings.after(subject, month, window, start),
            None => readings.nearest(subject, month, window),
        }
    }

    /// Everybody with an arm, the start's sample and the month's, where the rule puts a number.
    fn paired(&self, readings: &Readings, month: f64) -> Vec<Paired> {
        let of = |subject: usize| {
            let start = readings.baseline(subject, self.levels.assay.window_months)?;
            let later = readings.after(subject, month, self.levels.assay.window_months, start)?;
            let (arm, baseline, value) = (self.population.arm(subject)?, start.value?, later.value?);
            let is_beyond_limit = !(start.is_exact() && later.is_exact());
            Some(Paired { subject, arm, baseline, value, change: value - baseline, is_beyond_limit })
        };
        let mut paired: Vec<Paired> = self.population.subjects().filter_map(of).collect();
        let largest = paired.iter().map(|pair| pair.value.abs().max(pair.baseline.abs())).fold(0.0, f64::max);
        settle_ties(paired.iter_mut().map(|pair| &mut pair.change), OF_A_DIFFERENCE * largest);
        paired
    }

    /// Below its limits an analyte is all one rank: nothing but ranks can be told of it.
    fn has_ranks_alone(&self, readings: &Readings) -> bool {
        self.levels.assay.below_limit == LimitRule::LowestRank && !readings.lower_limits.is_empty()
    }

    fn one(
        &self,
        name: &str,
        months: &[f64],
        rows: &mut Vec<Finding>,
        notes: &mut Vec<Note>,
        family: &mut Family,
    ) -> Result<(), AnalysisError> {
        let rule = self.levels.assay.below_limit;
        let readings = self.read(name, rule)?;
        if readings.beyond > 0 {
            let rule = stand_in_words(rule, &readings);
            notes.push(self.note(NoteKind::BeyondLimit { variable: name.to_owned(), values: readings.beyond, rule }));
        }
        if readings.not_positive > 0 {
            let kind = NoteKind::NotPositive { variable: name.to_owned(), values: readings.not_positive };
            notes.push(self.note(kind));
        }
        for month in [0.0].into_iter().chain(months.iter().copied()) {
            summary::describe(self, name, &readings, month, rows);
        }
        let repeated = repeated::is_wanted(self).then(|| repeated::fit(self, name, &readings, months)).flatten();
        for &month in months {
            let paired = self.paired(&readings, month);
            let within = rows.len();
            summary::describe_changes(self, name, &readings, &paired, month, rows);
            if month == self.levels.assay.month {
                family.columns.push(max_t::Column::of(self, name, &paired));
                let count = |arm: usize| paired.iter().filter(|pair| pair.arm == arm).count();
                family.counts.extend((0..self.arms()).map(|arm| (name.to_owned(), arm, count(arm))));
                let alone =
                    (self.arms() == 1).then(|| self.alone(name, &paired, rows.get(within..).unwrap_or_default()));
                match alone {
                    Some(Ok(test)) => family.tests.push(test),
                    Some(Err(error)) => {
                        let kind = NoteKind::Unanswered { group: Some(name.to_owned()), at_month: Some(month), error };
                        notes.push(self.note(kind));
                    }
                    None => {}
                }
            }
            let changes =
                compared::Changes { name, month, readings: &readings, paired: &paired, repeated: repeated.as_ref() };
            compared::compare(self, &changes, rows, notes, &mut family.tests);
        }
        limits::judge(self, name, &readings, months, rows, notes)
    }

    /// With one arm the family is of the tests of its changes.
    fn alone(&self, name: &str, paired: &[Paired], rows: &[Finding]) -> Result<FamilyTest, AnalysisError> {
        let is_ranked =
            self.levels.method == LevelsMethod::MannWhitney || self.levels.assay.below_limit == LimitRule::LowestRank;
        let row = rows.iter().find(|row| (row.term == Term::SignedRank) == is_ranked);
        let what = format!("changes of {name}");
        match row.and_then(|row| row.p_value) {
            Some(p_value) => Ok(FamilyTest { analyte: name.to_owned(), group: self.name(0), p_value }),
            None if paired.len() < 2 => Err(AnalysisError::TooFew { what, need: 2, got: paired.len() }),
            None => Err(AnalysisError::NoVariation { what }),
        }
    }

    fn lines(&self, name: &str) -> Result<(Vec<LevelLine>, Vec<f64>), AnalysisError> {
        let readings = self.read(name, self.levels.assay.below_limit)?;
        let of = |subject: usize| {
            let points: Vec<LevelPoint> = readings
                .of(subject)
                .iter()
                .filter_map(|reading| {
                    let value = reading.value?;
                    Some(LevelPoint { time_months: reading.time_months, value, limit: side_of(reading) })
                })
                .collect();
            let subject_id = self.trial.subjects.get(subject)?.id.clone();
            let [start, later] = [0.0, self.levels.assay.month].map(|month| self.at(&readings, subject, month));
            let time = |reading: Option<Reading>| reading.map(|reading| reading.time_months);
            let (start, later) = (time(start), time(later));
            (!points.is_empty()).then_some(LevelLine {
                subject_id,
                arm: self.population.arm(subject)?,
                points,
                start,
                later,
            })
        };
        Ok((self.population.subjects().filter_map(of).collect(), readings.lower_limits.clone()))
    }
}
