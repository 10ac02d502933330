//! One number a subject for a variable: its value at a month, or its change to it.

use super::{CorrelationPlan, LimitRule, Quantity, Scale, Variable};
use crate::analysis::visit_window::{BaselineRule, Series, Timed};
use crate::analysis::{AnalysisError, AnalysisId, Note, NoteKind};
use crate::stats::real;
use crate::trial::{Analyte, Measured, Side, Trial};

pub(super) struct Reader<'a> {
    pub trial: &'a Trial,
    pub plan: &'a CorrelationPlan,
}

impl Reader<'_> {
    /// Parallel to the trial's subjects.
    pub fn read(&self, variable: &Variable, notes: &mut Vec<Note>) -> Result<Vec<Option<f64>>, AnalysisError> {
        let n_subjects = self.trial.subjects.len();
        let series = match variable {
            Variable::Analyte(name) => {
                let analyte = self.trial.analyte(name).ok_or_else(|| missing("analyte", name))?;
                Series::collect(n_subjects, self.concentrations(analyte, notes).into_iter())
            }
            Variable::Outcome(name) => {
                let outcome = self.trial.outcome(name).ok_or_else(|| missing("outcome", name))?;
                let visits = outcome
                    .visits
                    .iter()
                    .map(|visit| (visit.subject, Timed { time_months: visit.time_months, value: visit.value }));
                Series::collect(n_subjects, visits)
            }
        };
        Ok((0..n_subjects).map(|subject| self.quantity(&series, subject)).collect())
    }

    fn quantity(&self, series: &Series, subject: usize) -> Option<f64> {
        match self.plan.quantity {
            Quantity::Value => {
                series.nearest(subject, self.plan.month, self.plan.window_months).map(|timed| timed.value)
            }
            Quantity::Change => {
                let rule = BaselineRule::NearestStart;
                let baseline = series.baseline(subject, rule, self.plan.window_months)?;
                let later = series.at(subject, self.plan.month, self.plan.window_months, baseline)?;
                Some(later.value - baseline.value)
            }
        }
    }

    /// On the plan's scale, limits replaced by the plan's rule, each replacement counted in a note.
    fn concentrations(&self, analyte: &Analyte, notes: &mut Vec<Note>) -> Vec<(usize, Timed)> {
        let mut beyond = 0;
        let mut not_positive = 0;
        let mut timed = Vec::with_capacity(analyte.samples.len());
        for sample in &analyte.samples {
            let value = match sample.value {
                Measured::Exact(value) => Some(value),
                Measured::Beyond { side, limit } => {
                    beyond += 1;
                    self.stand_in(side, limit)
                }
            };
            let Some(value) = value else { continue };
            let value = match self.plan.scale {
                Scale::Raw => value,
                Scale::Log2 if value > 0.0 => real::log2(value),
                Scale::Log2 => {
                    not_positive += 1;
                    continue;
                }
            };
            timed.push((sample.subject, Timed { time_months: sample.time_months, value }));
        }
        let mut note = |kind| notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
        if beyond > 0 {
            let rule = match self.plan.below_limit {
                LimitRule::HalfLimit => "half the limit",
                LimitRule::LimitOverSqrt2 => "the limit divided by √2",
                LimitRule::Limit => "the limit",
                LimitRule::Exclude => "nothing: they are left out",
            };
            note(NoteKind::BeyondLimit { variable: analyte.name.clone(), values: beyond, rule: rule.into() });
        }
        if not_positive > 0 {
            note(NoteKind::NotPositive { variable: analyte.name.clone(), values: not_positive });
        }
        timed
    }

    fn stand_in(&self, side: Side, limit: f64) -> Option<f64> {
        match (self.plan.below_limit, side) {
            (LimitRule::Exclude, _) => None,
            (_, Side::Above) | (LimitRule::Limit, Side::Below) => Some(limit),
            (LimitRule::HalfLimit, Side::Below) => Some(limit / 2.0),
            (LimitRule::LimitOverSqrt2, Side::Below) => Some(limit / f64::sqrt(2.0)),
        }
    }
}

fn missing(what: &str, name: &str) -> AnalysisError {
    AnalysisError::NotInFiles { what: what.to_owned(), name: name.to_owned() }
}
