//! Times to an event of a made-up trial of any size: the routines alone, on the columns that R is given too.

use second_look::stats::Matrix;
use second_look::stats::survival::{
    CoxOptions, FollowUpTimes, KaplanMeierOptions, LogRankOptions, estimate_kaplan_meier, fit_cox, log_rank_test,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::models::Noise;

/// Two arms, an age and a score that both carry risk; days to a tenth, so that some are tied; a third censored.
#[wasm_bindgen]
pub struct Followed {
    days: Vec<f64>,
    is_event: Vec<bool>,
    arm: Vec<usize>,
    age: Vec<f64>,
    score: Vec<f64>,
}

#[wasm_bindgen]
impl Followed {
    #[wasm_bindgen(constructor)]
    pub fn new(patients: usize) -> Followed {
        let mut noise = Noise::new(1_363_401);
        let mut made = Followed { days: vec![], is_event: vec![], arm: vec![], age: vec![], score: vec![] };
        for patient in 0..patients {
            let arm = patient % 2;
            let (age, score) = (60.0 + 10.0 * noise.normal(), 36.0 + 5.0 * noise.normal());
            let risk = 1.0 - 0.1 * arm as f64 + 0.02 * (age - 60.0) - 0.03 * (score - 36.0);
            // A ratio of uniforms has a long tail, as survival has.
            let death = 500.0 * noise.uniform() / (noise.uniform() * risk.max(0.1));
            let last_seen = 200.0 + 1_500.0 * noise.uniform();
            made.days.push((10.0 * death.min(last_seen)).ceil() / 10.0);
            made.is_event.push(death <= last_seen);
            made.arm.push(arm);
            made.age.push(age);
            made.score.push(score);
        }
        made
    }

    /// One of the columns, for R: days, event, arm, age, score.
    pub fn column(&self, name: &str) -> Vec<f64> {
        match name {
            "days" => self.days.clone(),
            "event" => self.is_event.iter().map(|event| f64::from(u8::from(*event))).collect(),
            "arm" => self.arm.iter().map(|arm| *arm as f64).collect(),
            "age" => self.age.clone(),
            _ => self.score.clone(),
        }
    }

    /// A curve an arm with its intervals; the survival at the end of one of them.
    pub fn kaplan_meier(&self) -> f64 {
        let mut sum = 0.0;
        for wanted in 0..2 {
            let is_in = |place: usize| self.arm.get(place) == Some(&wanted);
            let days: Vec<f64> = kept(&self.days, is_in);
            let is_event: Vec<bool> = kept(&self.is_event, is_in);
            let follow_up = FollowUpTimes::from_start(&days, &is_event);
            let curve = estimate_kaplan_meier(&follow_up, &KaplanMeierOptions::default());
            sum += curve.ok().and_then(|curve| Some(curve.steps.last()?.survival)).unwrap_or(f64::NAN);
        }
        sum
    }

    /// Chi-squared.
    pub fn log_rank(&self) -> f64 {
        let follow_up = FollowUpTimes::from_start(&self.days, &self.is_event);
        log_rank_test(&follow_up, &self.arm, 2, &LogRankOptions::default()).map_or(f64::NAN, |found| found.chi_squared)
    }

    /// Arm, age and score, Efron; the arm's coefficient.
    pub fn cox(&self) -> f64 {
        let follow_up = FollowUpTimes::from_start(&self.days, &self.is_event);
        let mut covariates = Matrix::zeros(self.days.len(), 3);
        for (row, ((arm, age), score)) in self.arm.iter().zip(&self.age).zip(&self.score).enumerate() {
            covariates.row_mut(row).copy_from_slice(&[*arm as f64, *age, *score]);
        }
        fit_cox(&follow_up, &covariates, &CoxOptions::default())
            .ok()
            .and_then(|fit| Some(fit.coefficients.first()?.estimate))
            .unwrap_or(f64::NAN)
    }
}

fn kept<T: Copy>(all: &[T], is_in: impl Fn(usize) -> bool) -> Vec<T> {
    all.iter().enumerate().filter(|(place, _)| is_in(*place)).map(|(_, value)| *value).collect()
}
