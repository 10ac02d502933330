//! Eight analytes in cerebrospinal fluid at months 0 and 4.

use super::design::{Arm, Person};
use super::rng::Rng;
use super::stats::{mean, outside, pearson, spearman};

pub struct Analyte {
    pub name: &'static str,
    /// Typical value, pg/mL.
    typical: f64,
    /// SD of log2 between people.
    spread: f64,
    /// Mean log2 fold change in the MSC arm.
    shift: f64,
    pub decimals: usize,
    /// Values below are given as `<limit`.
    pub limit: f64,
}

const fn analyte(name: &'static str, typical: f64, spread: f64, shift: f64, decimals: usize, limit: f64) -> Analyte {
    Analyte { name, typical, spread, shift, decimals, limit }
}

pub const ANALYTES: [Analyte; 8] = [
    analyte("TGF-β1", 68.0, 0.55, 0.45, 1, 0.0),
    analyte("MCP-1", 520.0, 0.50, -0.40, 1, 0.0),
    analyte("IL-4", 0.95, 0.60, 0.30, 2, 0.5),
    analyte("IL-6", 3.6, 0.60, -0.28, 2, 0.0),
    analyte("IL-8", 48.0, 0.50, -0.25, 1, 0.0),
    analyte("IL-10", 2.4, 0.55, 0.35, 2, 0.0),
    analyte("TNF-α", 1.3, 0.55, -0.22, 2, 0.6),
    analyte("VEGF", 14.0, 0.60, 0.10, 1, 0.0),
];
const TGF: usize = 0;
const MCP: usize = 1;

/// Values (month 0, month 4) of the eight analytes.
pub type Sample = [(f64, Option<f64>); 8];

pub fn samples(people: &[Person], rng: &mut Rng) -> Result<Vec<Sample>, String> {
    let mut folds = vec![[0.0; 8]; people.len()];
    for arm in [Arm::Msc, Arm::Control] {
        let who: Vec<usize> =
            (0..people.len()).filter(|i| people[*i].arm == arm && people[*i].change4.is_some()).collect();
        for (k, a) in ANALYTES.iter().enumerate() {
            let drawn: Vec<f64> = who.iter().map(|_| 0.45 * rng.normal()).collect();
            let (middle, shift) = (mean(&drawn), if arm == Arm::Msc { a.shift } else { 0.0 });
            for (i, d) in who.iter().zip(drawn) {
                folds[*i][k] = shift + d - middle;
            }
        }
    }
    correlate(people, &mut folds, rng)?;
    Ok(people
        .iter()
        .zip(&folds)
        .map(|(p, fold)| {
            std::array::from_fn(|k| {
                let a = &ANALYTES[k];
                let level = libm::log2(a.typical) + a.spread * rng.normal();
                (libm::exp2(level), p.change4.map(|_| libm::exp2(level + fold[k])))
            })
        })
        .collect())
}

/// A stratum and the range its correlations of TGF-β1 with MCP-1 must lie in.
struct Stratum {
    who: Vec<usize>,
    low: f64,
    high: f64,
}

/// Exchanges MCP-1 changes within strata until TGF-β1 goes against MCP-1 among the MSC arm's good responders
/// and has nothing to do with it elsewhere.
fn correlate(people: &[Person], folds: &mut [[f64; 8]], rng: &mut Rng) -> Result<(), String> {
    let members = |arm: Arm, good: Option<bool>| -> Vec<usize> {
        (0..people.len())
            .filter(|i| {
                people[*i].arm == arm
                    && people[*i].good().is_some_and(|found| good.is_none_or(|wanted| found == wanted))
            })
            .collect()
    };
    let strata = [
        Stratum { who: members(Arm::Msc, Some(true)), low: -0.66, high: -0.58 },
        Stratum { who: members(Arm::Msc, Some(false)), low: -0.2, high: 0.2 },
        Stratum { who: members(Arm::Control, Some(true)), low: -0.22, high: 0.22 },
        Stratum { who: members(Arm::Control, Some(false)), low: -0.2, high: 0.2 },
        Stratum { who: members(Arm::Control, None), low: -0.2, high: 0.2 },
    ];
    let miss = |folds: &[[f64; 8]]| -> f64 {
        strata
            .iter()
            .map(|s| {
                let x: Vec<f64> = s.who.iter().map(|i| folds[*i][TGF]).collect();
                let y: Vec<f64> = s.who.iter().map(|i| folds[*i][MCP]).collect();
                outside(pearson(&x, &y), s.low, s.high) + outside(spearman(&x, &y), s.low, s.high)
            })
            .sum()
    };
    let mut cost = miss(folds);
    for _ in 0..5000 {
        if cost == 0.0 {
            return Ok(());
        }
        let who = &strata[rng.below(4)].who;
        let (i, j) = (who[rng.below(who.len())], who[rng.below(who.len())]);
        let before = (folds[i][MCP], folds[j][MCP]);
        (folds[i][MCP], folds[j][MCP]) = (before.1, before.0);
        let now = miss(folds);
        if now <= cost {
            cost = now;
        } else {
            (folds[i][MCP], folds[j][MCP]) = before;
        }
    }
    Err("no biomarker changes found with the wanted correlations".into())
}
