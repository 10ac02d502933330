//! Forced vital capacity, Appel ALS score and SF-36, whose month-4 changes print the published rows.

use super::design::{Arm, Person};
use super::rng::Rng;
use super::stats::{mean, outside};

/// Values at months -3, 0 and 4, each only where the visit took place and the measure was taken.
pub struct Measures {
    /// Tenths of a per cent of the predicted value.
    pub fvc: [Option<i32>; 3],
    /// 30 (well) to 164.
    pub aals: [Option<i32>; 3],
    /// Tenths of a point, 0 to 100.
    pub sf36: [Option<i32>; 3],
}

pub const MONTHS: [i32; 3] = [-3, 0, 4];

pub fn measures(people: &[Person], rng: &mut Rng) -> Result<Vec<Measures>, String> {
    let mut aals = vec![None; people.len()];
    let mut fvc = vec![None; people.len()];
    let mut sf36 = vec![None; people.len()];
    for (arm, row_aals, row_fvc, row_sf36) in [
        (Arm::Msc, (10.44, 9.24), (-11.28, 10.06), (-9.06, 12.83)),
        (Arm::Control, (17.96, 11.78), (-10.75, 8.40), (-11.83, 11.28)),
    ] {
        let with4: Vec<usize> = (0..people.len()).filter(|i| people[*i].arm == arm && has4(&people[*i])).collect();
        let with_fvc: Vec<usize> = with4.iter().copied().filter(|i| people[*i].change6.is_some()).collect();
        changes(people, &with4, -0.6, 1, row_aals, &mut aals, rng)?;
        changes(people, &with_fvc, 0.4, 10, row_fvc, &mut fvc, rng)?;
        changes(people, &with4, 0.4, 10, row_sf36, &mut sf36, rng)?;
    }
    Ok(people
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let function = f64::from(p.baseline - 36);
            let lost = f64::from(p.lead_in);
            Measures {
                fvc: levels(
                    fvc[i],
                    885.0 + 12.0 * function + 120.0 * rng.normal(),
                    10.0 * lost,
                    25.0,
                    (450, 1250),
                    rng,
                ),
                aals: levels(aals[i], 66.0 - 2.6 * function + 5.0 * rng.normal(), -2.7 * lost, 3.0, (30, 164), rng),
                sf36: match levels(sf36[i], 560.0 + 10.0 * function + 90.0 * rng.normal(), 0.0, 1.0, (80, 960), rng) {
                    [_, zero, four] => [None, zero, four],
                },
            }
        })
        .collect())
}

/// Two controls with a month-4 ALSFRS-R lack the other outcomes, as in the published rows (n = 25).
fn has4(p: &Person) -> bool {
    p.change4.is_some() && (p.arm == Arm::Msc || p.change6.is_some())
}

/// Integer changes (in 1/`scale`), leaning on the ALSFRS-R change by `lean`, whose mean and SD print `row`.
fn changes(
    people: &[Person],
    who: &[usize],
    lean: f64,
    scale: i32,
    row: (f64, f64),
    out: &mut [Option<i32>],
    rng: &mut Rng,
) -> Result<(), String> {
    let scale = f64::from(scale);
    let function: Vec<f64> = who.iter().map(|i| f64::from(people[*i].change4.unwrap_or(0))).collect();
    let (m, s) = mean_sd(&function);
    let rest = (1.0 - lean * lean).sqrt();
    let drawn: Vec<f64> = function.iter().map(|f| lean * (f - m) / s + rest * rng.normal()).collect();
    let (m, s) = mean_sd(&drawn);
    let mut found: Vec<f64> = drawn.iter().map(|d| (scale * (row.0 + row.1 * (d - m) / s)).round()).collect();
    let miss = |x: &[f64]| {
        let (m, s) = mean_sd(x);
        outside(m / scale, row.0 - 0.0048, row.0 + 0.0048) + outside(s / scale, row.1 - 0.0048, row.1 + 0.0048)
    };
    let mut cost = miss(&found);
    for _ in 0..20_000 {
        if cost == 0.0 {
            break;
        }
        let (i, j) = (rng.below(found.len()), rng.below(found.len()));
        let before = (found[i], found[j]);
        found[i] += f64::from(rng.between(-1, 1));
        found[j] += f64::from(rng.between(-1, 1));
        let now = miss(&found);
        if now <= cost {
            cost = now;
        } else {
            found[j] = before.1;
            found[i] = before.0;
        }
    }
    if cost > 0.0 {
        return Err(format!("no changes found with mean {} and SD {}", row.0, row.1));
    }
    for (i, x) in who.iter().zip(found) {
        out[*i] = Some(x as i32);
    }
    Ok(())
}

/// Values at months -3, 0 and 4 within `range`; `before` is added to the baseline for month -3.
fn levels(
    change: Option<i32>,
    baseline: f64,
    before: f64,
    noise: f64,
    range: (i32, i32),
    rng: &mut Rng,
) -> [Option<i32>; 3] {
    let change_or_none = change.unwrap_or(0);
    let (low, high) = (range.0 - change_or_none.min(0), range.1 - change_or_none.max(0));
    let zero = (baseline.round() as i32).clamp(low, high);
    let lead = (f64::from(zero) + before + noise * rng.normal()).round() as i32;
    [Some(lead.clamp(range.0, range.1)), Some(zero), change.map(|c| zero + c)]
}

fn mean_sd(x: &[f64]) -> (f64, f64) {
    let m = mean(x);
    let squares: f64 = x.iter().map(|v| (v - m) * (v - m)).sum();
    (m, (squares / (x.len() as f64 - 1.0)).sqrt())
}
