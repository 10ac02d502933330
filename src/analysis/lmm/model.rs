//! The model's columns, and the weights that make of them a mean, a slope or a difference.

use super::plan::SlopeModel;
use crate::analysis::AnalysisError;
use crate::analysis::covariate::Column;
use crate::stats::linear::Design;

/// One value of a patient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ModelRow {
    pub subject: usize,
    /// Place among the arms of the model.
    pub arm: usize,
    /// Months from the start of treatment.
    pub time: f64,
    pub value: f64,
}

/// What a column of the design is a product of; absent is 1.
struct Part {
    arm: Option<usize>,
    covariate: Option<usize>,
    /// Place in `SlopeModel::basis`.
    slope: Option<usize>,
}

pub(super) struct Model {
    pub design: Design,
    pub random_columns: Vec<Vec<f64>>,
    parts: Vec<Part>,
    /// What each covariate column is in the mean patient: 0 for a centred number, 1 / levels for a factor's indicator.
    weights: Vec<f64>,
}

impl Model {
    /// `arm_names`: of the arms in the model, control first; each covariate with whether it goes by time.
    pub fn new(
        rows: &[ModelRow],
        arm_names: &[String],
        shape: SlopeModel,
        common_baseline: bool,
        covariates: &[(Column, bool)],
    ) -> Result<Self, AnalysisError> {
        let basis = random_columns(rows, shape);
        let mut builder =
            Builder { rows, basis: &basis, design: Design::new(rows.len()).with_intercept(), parts: Vec::new() };
        builder.parts.push(Part { arm: None, covariate: None, slope: None });
        let slopes = 0..basis.len().saturating_sub(1);
        let slope_words = |slope: usize| if slope == shape.after() { "time" } else { "lead-in time" };
        for slope in slopes.clone() {
            builder.add(slope_words(slope).to_owned(), None, None, Some(slope))?;
        }
        for (arm, name) in arm_names.iter().enumerate().skip(1) {
            if !common_baseline {
                builder.add(name.clone(), Some(arm), None, None)?;
            }
            for slope in slopes.clone().filter(|slope| !common_baseline || *slope == shape.after()) {
                builder.add(format!("{name} × {}", slope_words(slope)), Some(arm), None, Some(slope))?;
            }
        }
        let mut weights = Vec::new();
        for (column, is_by_time) in covariates {
            let name = column.name();
            let (values, weight) = values_of(column, rows);
            for own in &values {
                let place = Some((weights.len(), own.as_slice()));
                weights.push(weight);
                builder.add(name.to_owned(), None, place, None)?;
                for slope in slopes.clone().filter(|_| *is_by_time) {
                    builder.add(format!("{name} × {}", slope_words(slope)), None, place, Some(slope))?;
                }
            }
        }
        let Builder { design, parts, .. } = builder;
        Ok(Self { design, parts, weights, random_columns: basis })
    }

    /// `level`: 1 for a value, 0 for a slope; `along`: what each slope is multiplied by.
    fn weigh(&self, arm: usize, level: f64, along: &[f64]) -> Vec<f64> {
        self.parts
            .iter()
            .map(|part| {
                let of_arm = part.arm.is_none_or(|of| of == arm);
                let covariate = part.covariate.map_or(1.0, |place| self.weights.get(place).copied().unwrap_or(0.0));
                let along = part.slope.map_or(level, |slope| along.get(slope).copied().unwrap_or(0.0));
                f64::from(u8::from(of_arm)) * covariate * along
            })
            .collect()
    }

    /// Mean of an arm at a time, of patients with the mean of each number and all levels of a factor alike.
    pub fn mean(&self, arm: usize, basis: &[f64]) -> Vec<f64> {
        self.weigh(arm, 1.0, basis)
    }

    /// A sum of an arm's slopes; `along` says how often each counts.
    pub fn slope(&self, arm: usize, along: &[f64]) -> Vec<f64> {
        self.weigh(arm, 0.0, along)
    }

    /// The same, arm minus control.
    pub fn difference(&self, arm: usize, along: &[f64]) -> Vec<f64> {
        self.slope(arm, along).iter().zip(self.slope(0, along)).map(|(own, control)| own - control).collect()
    }
}

struct Builder<'a> {
    rows: &'a [ModelRow],
    /// Ones, then the slopes' columns.
    basis: &'a [Vec<f64>],
    design: Design,
    parts: Vec<Part>,
}

impl Builder<'_> {
    fn add(
        &mut self,
        name: String,
        arm: Option<usize>,
        covariate: Option<(usize, &[f64])>,
        slope: Option<usize>,
    ) -> Result<(), AnalysisError> {
        let along = self.basis.get(slope.map_or(0, |slope| slope + 1)).map(Vec::as_slice).unwrap_or_default();
        let values = self
            .rows
            .iter()
            .zip(along)
            .enumerate()
            .map(|(place, (row, along))| {
                let of_arm = arm.is_none_or(|arm| arm == row.arm);
                let value = covariate.map_or(Some(1.0), |(_, values)| values.get(place).copied());
                f64::from(u8::from(of_arm)) * value.unwrap_or(f64::NAN) * along
            })
            .collect();
        let design = std::mem::replace(&mut self.design, Design::new(0));
        self.design =
            design.with_column(name, values).map_err(|error| AnalysisError::from_stat(&error, "mixed model"))?;
        self.parts.push(Part { arm, covariate: covariate.map(|(place, _)| place), slope });
        Ok(())
    }
}

/// Ones, then what each slope is multiplied by.
fn random_columns(rows: &[ModelRow], shape: SlopeModel) -> Vec<Vec<f64>> {
    let basis: Vec<Vec<f64>> = rows.iter().map(|row| shape.basis(row.time)).collect();
    let mut columns = vec![vec![1.0; rows.len()]];
    for slope in 0..=shape.after() {
        columns.push(basis.iter().map(|own| own.get(slope).copied().unwrap_or(0.0)).collect());
    }
    columns
}

/// Numbers less their mean over patients; indicators of all levels but the first.
fn values_of(column: &Column, rows: &[ModelRow]) -> (Vec<Vec<f64>>, f64) {
    match column {
        Column::Numeric { values, .. } => {
            let (mut people, mut sum, mut last) = (0.0_f64, 0.0, None);
            for (row, value) in rows.iter().zip(values) {
                if last != Some(row.subject) {
                    (people, sum, last) = (people + 1.0, sum + value, Some(row.subject));
                }
            }
            let mean = sum / people.max(1.0);
            (vec![values.iter().map(|value| value - mean).collect()], 0.0)
        }
        Column::Factor { codes, n_levels, .. } => {
            let levels: Vec<usize> = (0..*n_levels).filter(|level| codes.contains(level)).collect();
            let indicator = |level: &usize| codes.iter().map(|code| f64::from(u8::from(code == level))).collect();
            (levels.iter().skip(1).map(indicator).collect(), 1.0 / levels.len().max(1) as f64)
        }
    }
}
