//! One number a subject for a variable: its value at a month, or its change to it.

use super::{CorrelationPlan, Quantity, Variable};
use crate::analysis::assay::{LimitRule, read_analyte};
use crate::analysis::visit_window::{BaselineRule, Series, Timed};
use crate::analysis::{AnalysisError, AnalysisId, Note, NoteKind};
use crate::trial::Trial;

pub(super) struct Reader<'a> {
    pub trial: &'a Trial,
    pub plan: &'a CorrelationPlan,
}

impl Reader<'_> {
    /// Parallel to the trial's subjects.
    pub fn read(&self, variable: &Variable, notes: &mut Vec<Note>) -> Result<Vec<Option<f64>>, AnalysisError> {
        let n_subjects = self.trial.subjects.len();
        let series = match variable {
            Variable::Analyte(name) => Series::collect(n_subjects, self.concentrations(name, notes)?.into_iter()),
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
                series.nearest(subject, self.plan.assay.month, self.plan.assay.window_months).map(|timed| timed.value)
            }
            Quantity::Change => {
                let rule = BaselineRule::NearestStart;
                let baseline = series.baseline(subject, rule, self.plan.assay.window_months)?;
                let later = series.at(subject, self.plan.assay.month, self.plan.assay.window_months, baseline)?;
                Some(later.value - baseline.value)
            }
        }
    }

    /// On the plan's scale, limits replaced by the plan's rule, each replacement counted in a note.
    fn concentrations(&self, name: &str, notes: &mut Vec<Note>) -> Result<Vec<(usize, Timed)>, AnalysisError> {
        let assay = &self.plan.assay;
        let readings = read_analyte(self.trial, name, assay.scale, assay.below_limit)?;
        let mut note = |kind| notes.push(Note { analysis: AnalysisId::BiomarkerCorrelation, kind });
        if readings.beyond > 0 {
            let rule = match assay.below_limit {
                LimitRule::HalfLimit => "half the limit",
                LimitRule::LimitOverSqrt2 => "the limit divided by √2",
                LimitRule::Limit => "the limit",
                LimitRule::LowestRank => "the highest limit, where all below it are tied",
                LimitRule::Exclude => "nothing: they are left out",
            };
            note(NoteKind::BeyondLimit { variable: name.to_owned(), values: readings.beyond, rule: rule.into() });
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

fn missing(what: &str, name: &str) -> AnalysisError {
    AnalysisError::NotInFiles { what: what.to_owned(), name: name.to_owned() }
}
