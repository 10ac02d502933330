//! One number a subject for a variable: its value at a month, or its change to it.

use super::{CorrelationPlan, Quantity, Variable};
use crate::analysis::assay::{AssayPlan, LimitRule, LimitSide, read_analyte, stand_in_words};
use crate::analysis::tie::{OF_A_DIFFERENCE, OF_SUMS, settle_ties};
use crate::analysis::visit_window::{BaselineRule, Series, Timed};
use crate::analysis::{AnalysisError, AnalysisId, Note, NoteKind};
use crate::trial::{Measured, Sample, Side, Trial};

/// Of each subject where the true value lies, if a limit was used.
pub(super) type Limits = Vec<Option<LimitSide>>;

pub(super) struct Reader<'a> {
    pub trial: &'a Trial,
    pub plan: &'a CorrelationPlan,
}

impl Reader<'_> {
    /// Whether values of an analyte lie beyond a limit.
    pub fn is_beyond(&self, variable: &Variable) -> bool {
        let Variable::Analyte(name) = variable else { return false };
        let is_limit = |sample: &Sample| matches!(sample.value, Measured::Beyond { .. });
        self.trial.analyte(name).is_some_and(|analyte| analyte.samples.iter().any(is_limit))
    }

    /// Whether values of an analyte lie below a limit: above one, most rules say the same.
    pub fn is_below(&self, variable: &Variable) -> bool {
        let Variable::Analyte(name) = variable else { return false };
        let is_limit = |sample: &Sample| matches!(sample.value, Measured::Beyond { side: Side::Below, .. });
        self.trial.analyte(name).is_some_and(|analyte| analyte.samples.iter().any(is_limit))
    }

    /// Parallel to the trial's subjects.
    pub fn read(
        &self,
        variable: &Variable,
        quantity: Quantity,
        rule: LimitRule,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Option<f64>>, AnalysisError> {
        let n_subjects = self.trial.subjects.len();
        let series = match variable {
            Variable::Analyte(name) => Series::collect(n_subjects, self.concentrations(name, rule, notes)?.into_iter()),
            Variable::Outcome(name) => {
                let outcome = self.trial.outcome(name).ok_or_else(|| missing("outcome", name))?;
                let visits = outcome
                    .visits
                    .iter()
                    .map(|visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value }));
                Series::collect(n_subjects, visits)
            }
        };
        let mut values: Vec<Option<f64>> =
            (0..n_subjects).map(|subject| self.quantity(quantity, &series, subject)).collect();
        if matches!(quantity, Quantity::Change | Quantity::Slope) {
            let all = (0..n_subjects).flat_map(|subject| series.of(subject));
            let largest = all.map(|timed| timed.value.abs()).fold(0.0, f64::max);
            let part = if quantity == Quantity::Slope { OF_SUMS } else { OF_A_DIFFERENCE };
            settle_ties(values.iter_mut().flatten(), part * largest);
        }
        Ok(values)
    }

    /// Behind whose x and y a value beyond a limit stands, and on which side the true one lies: what rises with the number
    /// put in the place of a low value is too high.
    pub fn limits(&self, x: &[Option<f64>], y: &[Option<f64>]) -> Result<(Limits, Limits), AnalysisError> {
        let plan = self.plan;
        let of = |variable: &Variable, quantity: Quantity, values: &[Option<f64>]| {
            if !self.is_beyond(variable) {
                return Ok(vec![None; values.len()]);
            }
            let read = |rule| self.read(variable, quantity, rule, &mut Vec::new());
            // Where leaving limits out changes nothing, no limit was used.
            let (without, low, high) =
                (read(LimitRule::Exclude)?, read(LimitRule::HalfLimit)?, read(LimitRule::Limit)?);
            let side = |subject: usize| {
                let at = |values: &[Option<f64>]| values.get(subject).copied().flatten();
                let rise = at(&high)? - at(&low)?;
                (at(values) != at(&without)).then_some(match () {
                    () if rise > 1e-9 => LimitSide::Below,
                    () if rise < -1e-9 => LimitSide::Above,
                    () => LimitSide::Unknown,
                })
            };
            Ok((0..values.len()).map(side).collect())
        };
        Ok((of(&plan.x, plan.quantity, x)?, of(&plan.y, plan.quantity_of_y(), y)?))
    }

    /// On the plan's scale; none for a change, which has no limit of its own.
    pub fn lower_limits(&self, variable: &Variable, quantity: Quantity) -> Result<Vec<f64>, AnalysisError> {
        let is_level = matches!(quantity, Quantity::Value | Quantity::Baseline);
        let Variable::Analyte(name) = variable else { return Ok(Vec::new()) };
        if !is_level || !self.is_beyond(variable) {
            return Ok(Vec::new());
        }
        let assay = &self.plan.assay;
        Ok(read_analyte(self.trial, name, assay.scale, assay.below_limit)?.lower_limits)
    }

    fn quantity(&self, quantity: Quantity, series: &Series, subject: usize) -> Option<f64> {
        let AssayPlan { month, window_months, .. } = self.plan.assay;
        let start = || series.baseline(subject, BaselineRule::NearestStart, window_months);
        match quantity {
            Quantity::Value => series.nearest(subject, month, window_months).map(|timed| timed.value),
            Quantity::Baseline => start().map(|timed| timed.value),
            Quantity::Change => {
                let baseline = start()?;
                let later = series.at(subject, month, window_months, baseline)?;
                Some(later.value - baseline.value)
            }
            Quantity::Slope => {
                let baseline = start()?;
                let last = month + window_months + SLACK_MONTHS;
                let is_in = |timed: &&Timed| (baseline.time_months..=last).contains(&timed.time_months);
                slope(&series.of(subject).iter().filter(is_in).copied().collect::<Vec<Timed>>())
            }
        }
    }

    /// On the plan's scale, limits replaced by the plan's rule, each replacement counted in a note.
    fn concentrations(
        &self,
        name: &str,
        rule: LimitRule,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<(usize, Timed)>, AnalysisError> {
        let assay = &self.plan.assay;
        let readings = read_analyte(self.trial, name, assay.scale, rule)?;
        let mut note = |kind| notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
        if readings.beyond > 0 {
            let rule = stand_in_words(rule, &readings);
            note(NoteKind::BeyondLimit { variable: name.to_owned(), values: readings.beyond, rule });
        }
        if readings.not_positive > 0 {
            note(NoteKind::NotPositive { variable: name.to_owned(), values: readings.not_positive });
        }
        let timed = (0..self.trial.subjects.len()).flat_map(|subject| {
            readings.of(subject).iter().filter_map(move |reading| {
                Some((subject, Timed { time_months: reading.time_months, value: reading.value? }))
            })
        });
        Ok(timed.collect())
    }
}

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// Least squares; absent without two different times.
fn slope(points: &[Timed]) -> Option<f64> {
    let n = points.len() as f64;
    let (mut time, mut value) = (0.0, 0.0);
    for point in points {
        time += point.time_months / n;
        value += point.value / n;
    }
    let (mut spread, mut products) = (0.0, 0.0);
    for point in points {
        spread += (point.time_months - time) * (point.time_months - time);
        products += (point.time_months - time) * (point.value - value);
    }
    (spread > SLACK_MONTHS).then(|| products / spread)
}

fn missing(what: &str, name: &str) -> AnalysisError {
    AnalysisError::NotInFiles { what: what.to_owned(), name: name.to_owned() }
}
