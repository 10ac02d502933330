//! All months of an analyte in one model, so that visits of one person are never several people.

use super::compared::Compared;
use super::{Asked, LevelsMethod, Paired};
use crate::analysis::AnalysisError;
use crate::analysis::assay::Readings;
use crate::analysis::mmrm::model::{Model, ModelRow};
use crate::analysis::mmrm::{MOST_VISITS, MmrmDfMethod, VisitStructure};
use crate::stats::StatError;
use crate::stats::mixed::{MmrmFit, MmrmOptions, RepeatedMeasures, fit_mmrm};

/// With more analytes the model is fitted where it is chosen only: the others would keep the reader waiting.
const MOST_ANALYTES: usize = 20;

/// Change on arm, month, arm by month and baseline by month, by REML.
pub(super) struct Repeated {
    fit: MmrmFit,
    model: Model,
    structure: VisitStructure,
    /// Places of the arms and months that are in the model.
    arms: Vec<usize>,
    months: Vec<f64>,
    rows: Vec<ModelRow>,
}

pub(super) fn is_wanted(asked: &Asked<'_>) -> bool {
    asked.levels.method == LevelsMethod::Mmrm || asked.levels.analytes.len() <= MOST_ANALYTES
}

/// Absent where there is one month after the start: the model would be the analysis of covariance.
pub(super) fn fit(
    asked: &Asked<'_>,
    name: &str,
    readings: &Readings,
    months: &[f64],
) -> Option<Result<Repeated, AnalysisError>> {
    let at: Vec<(f64, Vec<Paired>)> = months.iter().map(|&month| (month, asked.paired(readings, month))).collect();
    let has = |pairs: &[Paired], arm: usize| pairs.iter().any(|pair| pair.arm == arm);
    let arms: Vec<usize> = (0..asked.arms()).filter(|&arm| at.iter().any(|(_, pairs)| has(pairs, arm))).collect();
    let kept: Vec<&(f64, Vec<Paired>)> =
        at.iter().filter(|(_, pairs)| !arms.is_empty() && arms.iter().all(|&arm| has(pairs, arm))).collect();
    if arms.first() != Some(&0) || arms.len() < 2 || kept.len() < 2 {
        return None;
    }
    if kept.len() > MOST_VISITS {
        let what = format!("months of {name} in one mixed model");
        return Some(Err(AnalysisError::TooMany { what, most: MOST_VISITS, got: kept.len() }));
    }
    let mut rows: Vec<ModelRow> = Vec::new();
    for subject in asked.population.subjects() {
        for (visit, (_, pairs)) in kept.iter().enumerate() {
            for pair in pairs.iter().filter(|pair| pair.subject == subject) {
                let Some(arm) = arms.iter().position(|arm| *arm == pair.arm) else { continue };
                rows.push(ModelRow { subject, arm, visit, baseline: pair.baseline, change: pair.change });
            }
        }
    }
    let months: Vec<f64> = kept.iter().map(|(month, _)| *month).collect();
    let what = format!("changes of {name} at all months");
    Some(climb(rows, arms, months).map_err(|error| AnalysisError::from_stat(&error, &what)))
}

/// The first covariance that can be fitted, from the unstructured one down.
fn climb(rows: Vec<ModelRow>, arms: Vec<usize>, months: Vec<f64>) -> Result<Repeated, StatError> {
    let model = Model::new(&rows, arms.len(), months.len(), true, &[])?;
    let response: Vec<f64> = rows.iter().map(|row| row.change).collect();
    let subject: Vec<usize> = rows.iter().map(|row| row.subject).collect();
    let visit: Vec<usize> = rows.iter().map(|row| row.visit).collect();
    let data = RepeatedMeasures { response: &response, subject: &subject, visit: &visit, n_visits: months.len() };
    let df_method = MmrmDfMethod::default().of_stats();
    let mut last = StatError::NoVariation { what: "changes" };
    for structure in VisitStructure::Unstructured.ladder() {
        match fit_mmrm(&data, &model.design, &MmrmOptions { structure: structure.of_stats(), df_method }) {
            Ok(fit) => return Ok(Repeated { fit, model, structure, arms, months, rows }),
            Err(error) => last = error,
        }
    }
    Err(last)
}

impl Repeated {
    pub fn structure(&self) -> &'static str {
        self.structure.words()
    }

    /// Arm minus control at a month; absent where the model has no such arm or month.
    pub fn compared(&self, arm: usize, month: f64, confidence_level: f64) -> Option<Compared> {
        let arm = self.arms.iter().position(|known| *known == arm)?;
        let visit = self.months.iter().position(|known| *known == month)?;
        let found = self.fit.fixed_effects.contrast(&self.model.difference(arm, visit), confidence_level).ok()?;
        let n = self.rows.iter().filter(|row| row.visit == visit && (row.arm == arm || row.arm == 0)).count();
        Some(Compared {
            n,
            estimate: found.estimate,
            std_error: Some(found.std_error),
            df: Some(found.df),
            statistic: Some(found.t),
            p_value: found.p_value,
            interval: Some((found.interval.low, found.interval.high)),
        })
    }
}
