//! Time to death or to the last news, up to 60 months, with no difference between the arms.

use super::design::{Arm, Leaves, Person};
use super::rng::Rng;
use super::stats::log_rank;

pub struct Fate {
    /// Tenths of a month from baseline.
    pub time: i32,
    pub died: bool,
}

const DEATHS: usize = 29;
const END: i32 = 600;

pub fn fates(people: &[Person], rng: &mut Rng) -> Result<Vec<Fate>, String> {
    for _ in 0..5000 {
        let fates: Vec<Fate> = people.iter().map(|p| fate(p, rng)).collect();
        let rows: Vec<(i32, bool, bool)> =
            fates.iter().zip(people).map(|(f, p)| (f.time, f.died, p.arm == Arm::Msc)).collect();
        let mut deaths: Vec<i32> = rows.iter().filter(|r| r.1).map(|r| r.0).collect();
        deaths.sort_unstable();
        let ties = deaths.windows(2).filter(|w| w[0] == w[1]).count();
        let censored_at_a_death = rows.iter().any(|r| !r.1 && deaths.binary_search(&r.0).is_ok());
        // p between about 0.4 and 0.75
        if deaths.len() == DEATHS && ties >= 2 && censored_at_a_death && (0.1..0.7).contains(&log_rank(&rows)) {
            return Ok(fates);
        }
    }
    Err("no survival times found".into())
}

/// Tenths of a month to permanent ventilation, for those who came to it: some months before a death, or under way.
/// Nobody before month 7, when the visits are over.
pub fn ventilations(fates: &[Fate], rng: &mut Rng) -> Vec<Option<i32>> {
    fates
        .iter()
        .map(|fate| {
            let comes = rng.chance(if fate.died { 0.45 } else { 0.12 });
            let before_end = if fate.died { rng.between(8, 90) } else { rng.between(20, 240) };
            Some(fate.time - before_end).filter(|time| comes && *time >= 70)
        })
        .collect()
}

fn fate(p: &Person, rng: &mut Rng) -> Fate {
    match p.leaves {
        Leaves::Dies(time) => Fate { time, died: true },
        Leaves::Lost(time) => Fate { time, died: false },
        Leaves::No | Leaves::Withdraws => {
            let pace = f64::from(p.lead_in) / 3.0 - 1.4;
            let lowness = f64::from(36 - p.baseline) / 4.0;
            let log_months = 4.1 - 0.12 * pace - 0.15 * lowness + 0.75 * rng.normal();
            let mut death = (10.0 * libm::exp(log_months)).round().max(75.0) as i32;
            // Some dates of death are known to the month only.
            if rng.chance(0.35) {
                death = (death + 5) / 10 * 10;
            }
            // The last people in were followed for less than 60 months.
            let followed = if rng.chance(0.3) { 10 * rng.between(36, 59) } else { END };
            Fate { time: death.min(followed), died: death <= followed }
        }
    }
}
