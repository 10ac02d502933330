//! The path between the fixed totals, and the twelve items under each total.

use super::design::{Onset, Person};
use super::rng::Rng;

pub const ITEMS: [&str; 12] = [
    "alsfrs_r_1_speech",
    "alsfrs_r_2_salivation",
    "alsfrs_r_3_swallowing",
    "alsfrs_r_4_handwriting",
    "alsfrs_r_5a_cutting",
    "alsfrs_r_6_dressing",
    "alsfrs_r_7_turning",
    "alsfrs_r_8_walking",
    "alsfrs_r_9_stairs",
    "alsfrs_r_10_dyspnoea",
    "alsfrs_r_11_orthopnoea",
    "alsfrs_r_12_respiratory",
];

pub type Items = [i32; 12];

pub struct Visit {
    pub month: i32,
    pub items: Items,
}

/// Month of a fixed total.
const LEAD_IN: i32 = -3;

/// The visits of every person, in the people's order.
pub fn paths(people: &[Person], rng: &mut Rng) -> Vec<Vec<Visit>> {
    people.iter().map(|p| path(p, rng)).collect()
}

fn path(p: &Person, rng: &mut Rng) -> Vec<Visit> {
    let totals = totals(p, rng);
    let mut items = Decline::new(p, rng);
    let mut visits = Vec::new();
    for (month, total) in totals {
        items.reach(total, rng);
        if month > LEAD_IN && rng.chance(0.12) {
            items.exchange(rng);
        }
        let interim = matches!(month, -2 | -1 | 1 | 2 | 3) && month != p.last_visit;
        if !(interim && rng.chance(0.03)) {
            visits.push(Visit { month, items: items.now });
        }
    }
    visits
}

/// Totals at the months up to the last visit: straight between the fixed ones, give or take a point.
fn totals(p: &Person, rng: &mut Rng) -> Vec<(i32, i32)> {
    let b = p.baseline;
    let at = |month: i32| match month {
        0 => b,
        4 => b + p.change4.unwrap_or(-4 * p.lead_in / 3),
        6 => b + p.change6.unwrap_or(0),
        _ => b + p.lead_in,
    };
    let mut totals = vec![(LEAD_IN, at(LEAD_IN))];
    for (start, end) in [(LEAD_IN, 0), (0, 4), (4, 6)] {
        let (from, to) = (at(start), at(end));
        for month in start + 1..end {
            let share = f64::from(month - start) / f64::from(end - start);
            let noise = [-1, 0, 1][rng.pick(&[0.16, 0.68, 0.16])];
            let total = (f64::from(from) + share * f64::from(to - from)).round() as i32 + noise;
            if month != 5 {
                totals.push((month, total.clamp(from.min(to), from.max(to) + i32::from(from > 40)).min(48)));
            }
        }
        totals.push((end, to));
    }
    totals.retain(|(month, _)| *month <= p.last_visit);
    totals
}

/// Twelve items on their way down.
struct Decline {
    now: Items,
    weights: [f64; 12],
    lowered: Vec<usize>,
}

impl Decline {
    fn new(p: &Person, rng: &mut Rng) -> Self {
        // bulbar, arm, trunk, leg, breathing
        let region = match p.onset {
            Onset::Bulbar => [6.0, 2.0, 0.8, 0.8, 0.6],
            Onset::Arm => [0.8, 6.0, 1.2, 1.5, 0.4],
            Onset::Leg => [0.5, 1.5, 1.2, 6.0, 0.4],
        };
        let weight = |r: usize, own: f64| region[r] * own;
        let mut weights = [
            weight(0, 1.0),
            weight(0, 0.8),
            weight(0, 0.8),
            weight(1, 1.1),
            weight(1, 1.0),
            weight(1, 1.0),
            weight(2, 1.0),
            weight(3, 1.0),
            weight(3, 1.4),
            weight(4, 1.2),
            weight(4, 0.7),
            weight(4, 0.15),
        ];
        for w in &mut weights {
            *w *= 0.6 + 0.8 * rng.uniform();
        }
        Self { now: [4; 12], weights, lowered: Vec::new() }
    }

    fn reach(&mut self, total: i32, rng: &mut Rng) {
        // Two points of one item between two visits are rare; before the first visit there is time for them.
        let first = self.lowered.is_empty();
        let mut fell = [1.0; 12];
        while self.now.iter().sum::<i32>() > total {
            let i = self.lower(rng, &fell);
            if !first {
                fell[i] *= 0.08;
            }
        }
        while self.now.iter().sum::<i32>() < total {
            self.raise(rng);
        }
    }

    /// One item falls a point, drawn by its own weight times `factor`.
    fn lower(&mut self, rng: &mut Rng, factor: &[f64; 12]) -> usize {
        let mut weights: [f64; 12] = std::array::from_fn(|i| {
            let near_floor = [0.0, 0.06, 0.6, 1.0, 1.0];
            self.weights[i] * factor[i] * near_floor[self.now[i] as usize]
        });
        // Nobody climbs stairs better than walking.
        if self.now[8] > self.now[7] - 1 {
            weights[7] *= 0.2;
        }
        let i = rng.pick(&weights);
        self.now[i] -= 1;
        self.lowered.push(i);
        i
    }

    /// One of the items lowered last comes back by a point.
    fn raise(&mut self, rng: &mut Rng) -> Option<usize> {
        let recent = self.lowered.len().min(4);
        let back = if recent == 0 { None } else { Some(self.lowered.len() - 1 - rng.below(recent)) };
        let i = back.map(|k| self.lowered.remove(k))?;
        self.now[i] += 1;
        Some(i)
    }

    /// One item better, another worse, the total as it was.
    fn exchange(&mut self, rng: &mut Rng) {
        if let Some(raised) = self.raise(rng) {
            let others = std::array::from_fn(|i| if i == raised { 0.0 } else { 1.0 });
            self.lower(rng, &others);
        }
    }
}
