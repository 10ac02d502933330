//! A made-up panel of analytes of any size: the matrix of all pairs, and the largest statistics by permutation.

use second_look::stats::correlation::{CorrelationKind, CorrelationOptions, correlation_matrix};
use second_look::stats::multiplicity::{BenjaminiHochbergOptions, adjust_benjamini_hochberg};
use second_look::stats::permutation::{CorrelationMaxTInput, GroupMaxTInput, correlation_max_t, group_max_t};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::models::Noise;

/// Two arms; analytes share something within a person, and the first ten move in the second arm.
#[wasm_bindgen]
pub struct Panel {
    columns: Vec<Vec<Option<f64>>>,
    arms: Vec<usize>,
}

#[wasm_bindgen]
impl Panel {
    #[wasm_bindgen(constructor)]
    pub fn new(analytes: usize, people: usize) -> Panel {
        let mut noise = Noise::new(2_018_361);
        let arms: Vec<usize> = (0..people).map(|person| person % 2).collect();
        let shared: Vec<f64> = arms.iter().map(|_| noise.normal()).collect();
        let columns = (0..analytes)
            .map(|analyte| {
                let effect = if analyte < 10 { 0.3 } else { 0.0 };
                let of = |(arm, shared): (&usize, &f64)| effect * *arm as f64 + 0.3 * shared + noise.normal();
                arms.iter().zip(&shared).map(of).map(Some).collect()
            })
            .collect();
        Panel { columns, arms }
    }

    /// All values, column by column, for R.
    pub fn values(&self) -> Vec<f64> {
        self.columns.iter().flatten().map(|value| value.unwrap_or(f64::NAN)).collect()
    }

    /// Pearson of every pair with interval and p, adjusted by Benjamini-Hochberg; how many stay below 0.05.
    pub fn pearson(&self) -> f64 {
        self.matrix(CorrelationKind::Pearson)
    }

    pub fn spearman(&self) -> f64 {
        self.matrix(CorrelationKind::Spearman)
    }

    /// The smallest adjusted p of the arms compared.
    pub fn group_max_t(&self, permutations: u32) -> f64 {
        let asked = GroupMaxTInput { permutations, ..GroupMaxTInput::new(&self.columns, &self.arms, 2) };
        let found = group_max_t(&asked).map(|found| found.tests);
        found.into_iter().flatten().filter_map(|test| test.step_down).fold(1.0, f64::min)
    }

    /// Pairs whose adjusted p stays below 0.05.
    pub fn correlation_max_t(&self, permutations: u32) -> f64 {
        let asked = CorrelationMaxTInput { permutations, ..CorrelationMaxTInput::new(&self.columns, false) };
        let found = correlation_max_t(&asked);
        found.into_iter().flatten().filter(|pair| pair.p_value < 0.05).count() as f64
    }
}

impl Panel {
    fn matrix(&self, kind: CorrelationKind) -> f64 {
        let Ok(found) = correlation_matrix(kind, &self.columns, &CorrelationOptions::default()) else {
            return f64::NAN;
        };
        let raw: Vec<f64> = found.iter().filter_map(|pair| Some(pair.result.as_ref().ok()?.p_value)).collect();
        let adjusted = adjust_benjamini_hochberg(&raw, &BenjaminiHochbergOptions::default());
        adjusted.map_or(f64::NAN, |adjusted| adjusted.iter().filter(|p| **p < 0.05).count() as f64)
    }
}
