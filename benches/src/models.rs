//! Models on made-up trials: the routines alone, without reading, plan or notes.

use second_look::stats::compare::{TTestOptions, mann_whitney_test, student_t_test, welch_t_test};
use second_look::stats::linear::{AncovaOptions, Covariate, Design, ancova};
use second_look::stats::mixed::{
    LinearMixedOptions, MmrmOptions, RandomEffectData, RepeatedMeasures, fit_linear_mixed, fit_mmrm,
};
use second_look::stats::rank::{JointRankInput, JointRankOptions, joint_rank};
use wasm_bindgen::prelude::wasm_bindgen;

/// A trial in two arms whose patients lose points at their own speed; each visit after the first is missed once in
/// twenty times, and one patient in a hundred leaves at each.
#[wasm_bindgen]
pub struct Made {
    arm: Vec<usize>,
    baseline: Vec<f64>,
    /// Patient by visit.
    change: Vec<Vec<Option<f64>>>,
    dead_at: Vec<Option<f64>>,
    visits: usize,
}

/// 32 bits a call, the same each time.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    }

    /// The sum of twelve uniforms is near enough to a normal variable.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

#[wasm_bindgen]
impl Made {
    #[wasm_bindgen(constructor)]
    pub fn new(patients: usize, visits: usize) -> Made {
        let mut noise = Noise::new(20_181);
        let mut made = Made { arm: vec![], baseline: vec![], change: vec![], dead_at: vec![], visits };
        for patient in 0..patients {
            let arm = patient % 2;
            let slope = -1.1 + 0.4 * arm as f64 + 0.5 * noise.normal();
            let mut has_left = false;
            let mut carried = 0.0;
            let mut changes = Vec::with_capacity(visits);
            for visit in 0..visits {
                carried = 0.5 * carried + noise.normal();
                let value = slope * (visit + 1) as f64 + carried;
                has_left |= noise.uniform() < 0.01;
                let is_missed = visit > 0 && noise.uniform() < 0.05;
                changes.push((visit == 0 || !(has_left || is_missed)).then_some(value));
            }
            made.arm.push(arm);
            made.baseline.push(36.0 + 5.0 * noise.normal());
            made.change.push(changes);
            made.dead_at.push((noise.uniform() < 0.2).then(|| noise.uniform() * visits as f64));
        }
        made
    }

    /// A row per patient and visit, for R.
    pub fn csv(&self) -> String {
        let mut text = String::from("subject,arm,baseline,visit,change\n");
        for (patient, changes) in self.change.iter().enumerate() {
            for (visit, change) in changes.iter().enumerate() {
                if let (Some(change), Some(arm), Some(baseline)) =
                    (change, self.arm.get(patient), self.baseline.get(patient))
                {
                    text.push_str(&format!("{patient},{arm},{baseline},{},{change}\n", visit + 1));
                }
            }
        }
        text
    }

    /// change ~ arm × visit + baseline × visit, unstructured, Kenward-Roger; the difference at the last visit.
    pub fn mmrm(&self) -> f64 {
        let rows = self.rows();
        let column = |value: &dyn Fn(&Row) -> f64| rows.iter().map(value).collect::<Vec<f64>>();
        let mut design = Design::new(rows.len()).with_intercept();
        let mut add = |name: &str, values: Vec<f64>| {
            if let Ok(larger) = design.clone().with_column(name, values) {
                design = larger;
            }
        };
        add("arm", column(&|row| row.arm));
        for visit in 1..self.visits {
            add("visit", column(&|row| at(row, visit)));
            add("arm by visit", column(&|row| row.arm * at(row, visit)));
        }
        add("baseline", column(&|row| row.baseline));
        for visit in 1..self.visits {
            add("baseline by visit", column(&|row| row.baseline * at(row, visit)));
        }
        let response = column(&|row| row.change);
        let subject: Vec<usize> = rows.iter().map(|row| row.subject).collect();
        let visit: Vec<usize> = rows.iter().map(|row| row.visit).collect();
        let data = RepeatedMeasures { response: &response, subject: &subject, visit: &visit, n_visits: self.visits };
        let Ok(fit) = fit_mmrm(&data, &design, &MmrmOptions::default()) else { return f64::NAN };
        let weights: Vec<f64> = (0..fit.fixed_effects.estimates.len())
            .map(|place| f64::from(u8::from(place == 1 || place == 2 * self.visits - 1)))
            .collect();
        fit.fixed_effects.contrast(&weights, 0.95).map_or(f64::NAN, |found| found.estimate)
    }

    /// change ~ arm × time, a line for each patient, Kenward-Roger; the difference of the slopes.
    pub fn slopes(&self) -> f64 {
        let rows = self.rows();
        let time: Vec<f64> = rows.iter().map(|row| (row.visit + 1) as f64).collect();
        let arm_time: Vec<f64> = rows.iter().zip(&time).map(|(row, time)| row.arm * time).collect();
        let design = Design::new(rows.len())
            .with_intercept()
            .with_column("time", time.clone())
            .and_then(|design| design.with_column("arm by time", arm_time));
        let Ok(design) = design else { return f64::NAN };
        let response: Vec<f64> = rows.iter().map(|row| row.change).collect();
        let subject: Vec<usize> = rows.iter().map(|row| row.subject).collect();
        let columns = [vec![1.0; rows.len()], time];
        let data = RandomEffectData { response: &response, subject: &subject, random_columns: &columns };
        let Ok(fit) = fit_linear_mixed(&data, &design, &LinearMixedOptions::default()) else { return f64::NAN };
        fit.fixed_effects.contrast(&[0.0, 0.0, 1.0], 0.95).map_or(f64::NAN, |found| found.estimate)
    }

    /// All pairs of patients by death, then by function at the last visit that both have.
    pub fn joint_rank(&self) -> f64 {
        let times: Vec<f64> = (1..=self.visits).map(|visit| visit as f64).collect();
        let follow_up: Vec<f64> = self.dead_at.iter().map(|dead| dead.unwrap_or(self.visits as f64)).collect();
        let is_death: Vec<bool> = self.dead_at.iter().map(Option::is_some).collect();
        let data = JointRankInput {
            arm: &self.arm,
            time: &follow_up,
            is_death: &is_death,
            visit_times: &times,
            changes: &self.change,
        };
        joint_rank(&data, &JointRankOptions::default()).map_or(f64::NAN, |found| found.net_benefit.estimate)
    }

    /// The first visit by Student, Welch, Mann-Whitney and ANCOVA.
    pub fn tests(&self) -> f64 {
        let values: Vec<f64> = self.change.iter().filter_map(|changes| changes.first().copied().flatten()).collect();
        let of_arm = |wanted: usize| -> Vec<f64> {
            values.iter().zip(&self.arm).filter(|(_, arm)| **arm == wanted).map(|(value, _)| *value).collect()
        };
        let (treated, control) = (of_arm(1), of_arm(0));
        let baseline = [Covariate::Numeric { name: "baseline", values: &self.baseline }];
        let options = TTestOptions::default();
        let mut sum = student_t_test(&treated, &control, &options).map_or(f64::NAN, |found| found.p_value);
        sum += welch_t_test(&treated, &control, &options).map_or(f64::NAN, |found| found.p_value);
        sum += mann_whitney_test(&treated, &control, &Default::default()).map_or(f64::NAN, |found| found.p_value);
        let adjusted = ancova(&values, &self.arm, 2, &baseline, &AncovaOptions::default());
        sum + adjusted.map_or(f64::NAN, |found| found.arm_test.p_value)
    }
}

struct Row {
    subject: usize,
    arm: f64,
    baseline: f64,
    visit: usize,
    change: f64,
}

fn at(row: &Row, visit: usize) -> f64 {
    f64::from(u8::from(row.visit == visit))
}

impl Made {
    fn rows(&self) -> Vec<Row> {
        let patients = self.arm.iter().zip(&self.baseline).zip(&self.change).enumerate();
        patients
            .flat_map(|(subject, ((arm, baseline), changes))| {
                changes.iter().enumerate().filter_map(move |(visit, change)| {
                    let change = (*change)?;
                    Some(Row { subject, arm: *arm as f64, baseline: *baseline, visit, change })
                })
            })
            .collect()
    }
}
