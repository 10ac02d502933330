//! Who is in the trial, and the three ALSFRS-R changes that the published rows pin down.

use super::rng::Rng;
use super::stats::{Arm as Sample, T_53, T_56, ancova, outside};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arm {
    Msc,
    Control,
}

impl Arm {
    pub fn name(self) -> &'static str {
        match self {
            Self::Msc => "MSC",
            Self::Control => "Control",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Onset {
    Bulbar,
    Arm,
    Leg,
}

/// How a person's stay in the trial ends, where that is not by its plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaves {
    No,
    /// Death, in tenths of a month from baseline.
    Dies(i32),
    /// Leaves and is not heard of again after this many tenths of a month.
    Lost(i32),
    /// Leaves the visits, but it stays known whether the person lives.
    Withdraws,
}

pub struct Person {
    pub id: usize,
    pub arm: Arm,
    pub age: i32,
    pub female: bool,
    pub onset: Onset,
    pub onset_months: i32,
    /// Total at month 0.
    pub baseline: i32,
    /// Points lost from month -3 to month 0.
    pub lead_in: i32,
    pub change4: Option<i32>,
    pub change6: Option<i32>,
    pub last_visit: i32,
    pub leaves: Leaves,
}

impl Person {
    /// At least half of the lead-in's slope is gone at month 4.
    pub fn good(&self) -> Option<bool> {
        self.change4.map(|c| side(self.lead_in, c, 4, HALF).0)
    }
}

/// A published arm, as integer scores must meet it. The sums of squares are the only ones that print the
/// published SD (docs/demo.md).
struct Target {
    arm: Arm,
    n4: usize,
    n6: usize,
    sum4: i32,
    squares4: i32,
    sum6: i32,
    squares6: i32,
    sum_lead_in: i32,
    /// Sum of (12 times the change of slope)^2. These two are the pair, near equal SDs of 1.33, with which the
    /// whole published row of the change of slope prints.
    squares_slope: i32,
    /// People whose slope improves by 50, 75 and 100 %.
    responders4: [i32; 3],
    responders6: [i32; 3],
    best: i32,
    worst: i32,
}

const MSC: Target = Target {
    arm: Arm::Msc,
    n4: 32,
    n6: 31,
    sum4: -54,
    squares4: 286,
    sum6: -96,
    squares6: 666,
    sum_lead_in: 149,
    squares_slope: 13_774,
    responders4: [22, 18, 13],
    responders6: [20, 17, 8],
    best: 3,
    worst: -9,
};

const CONTROL: Target = Target {
    arm: Arm::Control,
    n4: 27,
    n6: 25,
    sum4: -126,
    squares4: 862,
    sum6: -162,
    squares6: 1542,
    sum_lead_in: 97,
    squares_slope: 6_622,
    responders4: [5, 2, 1],
    responders6: [6, 3, 1],
    best: 2,
    worst: -12,
};

/// Fractions of improvement in quarters.
const HALF: i32 = 2;
const LEVELS: [i32; 3] = [HALF, 3, 4];

/// Whether the slope of `change` over `months` improves on `lead_in` points lost in 3 months by `quarters`/4,
/// and whether it does so by exactly that much (where rounding could decide otherwise).
fn side(lead_in: i32, change: i32, months: i32, quarters: i32) -> (bool, bool) {
    let (lost, allowed) = (-12 * change, (4 - quarters) * months * lead_in);
    (lost <= allowed, lost == allowed && change != 0)
}

#[derive(Clone, Copy)]
struct Course {
    lead_in: i32,
    change4: i32,
    change6: i32,
}

impl Course {
    fn step(&mut self, part: usize, step: i32) {
        match part {
            0 => self.lead_in += step,
            1 => self.change4 += step,
            2 => self.change6 += step,
            _ => {
                self.change4 += step;
                self.change6 += step;
            }
        }
    }
}

impl Target {
    fn has6(&self, i: usize) -> bool {
        i < self.n6
    }

    fn cost(&self, courses: &[Course]) -> f64 {
        let (mut s4, mut q4, mut s6, mut q6, mut sl, mut qs) = (0, 0, 0, 0, 0, 0);
        let (mut r4, mut r6) = ([0; 3], [0; 3]);
        let mut odd = 0;
        for (i, c) in courses.iter().enumerate() {
            s4 += c.change4;
            q4 += c.change4 * c.change4;
            sl += c.lead_in;
            let slope = 3 * c.change4 + 4 * c.lead_in;
            qs += slope * slope;
            let last = if self.has6(i) {
                s6 += c.change6;
                q6 += c.change6 * c.change6;
                let later = c.change6 - c.change4;
                odd += (later - 1).max(-5 - later).max(0);
                odd += (c.change6 - self.best).max(0);
                (c.change6, 6)
            } else {
                (c.change4, 4)
            };
            odd += (c.change4 - self.best).max(self.worst - c.change4).max(0);
            odd += (1 - c.lead_in).max(c.lead_in - 11).max(0) * 3;
            for (k, level) in LEVELS.iter().enumerate() {
                let at4 = side(c.lead_in, c.change4, 4, *level);
                let at6 = side(c.lead_in, last.0, last.1, *level);
                r4[k] += i32::from(at4.0);
                r6[k] += i32::from(at6.0);
                odd += 2 * (i32::from(at4.1) + i32::from(at6.1));
            }
        }
        let miss: i32 = (0..3).map(|k| (r4[k] - self.responders4[k]).abs() + (r6[k] - self.responders6[k]).abs()).sum();
        let sums = (s4 - self.sum4).abs() + (s6 - self.sum6).abs() + (sl - self.sum_lead_in).abs();
        let squares = (q4 - self.squares4).abs() + (q6 - self.squares6).abs();
        let slopes = (qs - self.squares_slope).abs();
        f64::from(3 * miss + 2 * sums + squares + 2 * odd) + f64::from(slopes) / 16.0
    }

    /// Simulated annealing: small steps from a plausible start until every figure is met.
    fn courses(&self, rng: &mut Rng) -> Result<Vec<Course>, String> {
        for _ in 0..40 {
            let mut courses: Vec<Course> = (0..self.n4).map(|_| self.start(rng)).collect();
            let mut cost = self.cost(&courses);
            let mut heat = 8.0;
            for _ in 0..60_000 {
                let (i, j) = (rng.below(courses.len()), rng.below(courses.len()));
                let before = (courses[i], courses[j]);
                // A step of one person, often with the opposite step of another so that the sums stay.
                let (part, paired) = (rng.below(4), rng.chance(0.7));
                let step = if rng.chance(0.5) { 1 } else { -1 };
                courses[i].step(part, step);
                if paired {
                    courses[j].step(part, -step);
                }
                let now = self.cost(&courses);
                if now <= cost || rng.chance(libm::exp((cost - now) / heat)) {
                    cost = now;
                } else {
                    courses[j] = before.1;
                    courses[i] = before.0;
                }
                if cost == 0.0 {
                    return Ok(courses);
                }
                heat = (heat * 0.999_93).max(0.4);
            }
        }
        Err(format!("no courses found that meet the {} arm's figures", self.arm.name()))
    }

    fn start(&self, rng: &mut Rng) -> Course {
        let mean4 = f64::from(self.sum4) / self.n4 as f64;
        let mean6 = f64::from(self.sum6) / self.n6 as f64;
        let change4 = (mean4 + 2.5 * rng.normal()).round() as i32;
        let change6 = change4 + (mean6 - mean4 + 1.2 * rng.normal()).round() as i32;
        let mean_lead = f64::from(self.sum_lead_in) / self.n4 as f64;
        let lead_in = (mean_lead + 2.5 * rng.normal()).round().max(1.0) as i32;
        Course { lead_in, change4, change6 }
    }
}

pub fn people(rng: &mut Rng) -> Result<Vec<Person>, String> {
    let msc = MSC.courses(rng)?;
    let control = CONTROL.courses(rng)?;
    let baselines = baselines(&msc, &control, rng)?;

    let mut people = Vec::new();
    let with4 = msc.iter().map(|c| (&MSC, c)).chain(control.iter().map(|c| (&CONTROL, c)));
    let mut seen = [0usize; 2];
    for ((target, course), baseline) in with4.zip(baselines) {
        let i = &mut seen[usize::from(target.arm == Arm::Control)];
        let last_visit = if target.has6(*i) { 6 } else { 4 };
        let leaves = match (target.arm, *i) {
            (_, i) if target.has6(i) => Leaves::No,
            (Arm::Msc, _) => Leaves::Dies(54),
            (Arm::Control, 25) => Leaves::Dies(49),
            (Arm::Control, _) => Leaves::Lost(43),
        };
        let change6 = target.has6(*i).then_some(course.change6);
        *i += 1;
        people.push(Person {
            arm: target.arm,
            baseline,
            lead_in: course.lead_in,
            change4: Some(course.change4),
            change6,
            last_visit,
            leaves,
            ..person(rng)
        });
    }
    // The five without a month-4 score. One has no lead-in decline: a slope improvement cannot be worked out.
    for (arm, baseline, lead_in, last_visit, leaves) in [
        (Arm::Msc, 34, 5, 1, Leaves::Withdraws),
        (Arm::Control, 29, 7, 3, Leaves::Dies(32)),
        (Arm::Control, 41, 0, 2, Leaves::Lost(25)),
        (Arm::Control, 37, 4, 0, Leaves::Lost(8)),
        (Arm::Control, 33, 6, 1, Leaves::Withdraws),
    ] {
        people.push(Person { arm, baseline, lead_in, last_visit, leaves, ..person(rng) });
    }

    for arm in [Arm::Msc, Arm::Control] {
        let members: Vec<&mut Person> = people.iter_mut().filter(|p| p.arm == arm).collect();
        // The same share of each site in both arms.
        let mut sites: Vec<Onset> = (0..members.len())
            .map(|i| match i % 11 {
                0 | 1 => Onset::Bulbar,
                2..=6 => Onset::Arm,
                _ => Onset::Leg,
            })
            .collect();
        rng.shuffle(&mut sites);
        for (p, site) in members.into_iter().zip(sites) {
            p.onset = site;
        }
    }

    let mut ids: Vec<usize> = (1..=people.len()).collect();
    rng.shuffle(&mut ids);
    for (p, id) in people.iter_mut().zip(ids) {
        p.id = id;
        p.onset_months = onset_months(p, rng);
    }
    people.sort_by_key(|p| p.id);
    Ok(people)
}

/// What is drawn without regard to the course; the rest is filled in by the caller.
fn person(rng: &mut Rng) -> Person {
    let age = (54.0 + 9.5 * rng.normal()).round().clamp(29.0, 76.0) as i32;
    Person {
        id: 0,
        arm: Arm::Msc,
        age,
        female: rng.chance(0.4),
        onset: Onset::Arm,
        onset_months: 0,
        baseline: 0,
        lead_in: 0,
        change4: None,
        change6: None,
        last_visit: 0,
        leaves: Leaves::No,
    }
}

/// Points lost before month -3, at a pace between this person's lead-in and the usual one.
fn onset_months(p: &Person, rng: &mut Rng) -> i32 {
    let pace = 0.35 + 0.15 * f64::from(p.lead_in) / 3.0 + 0.12 * rng.normal();
    let months = 6.0 + f64::from(48 - p.baseline - p.lead_in) / pace.max(0.2);
    months.round().clamp(6.0, 48.0) as i32
}

/// Baseline totals such that the analyses of covariance print the published rows too.
fn baselines(msc: &[Course], control: &[Course], rng: &mut Rng) -> Result<Vec<i32>, String> {
    let courses: Vec<Course> = msc.iter().chain(control).copied().collect();
    let fits = |b: i32, c: &Course| (28..=44).contains(&b) && b + c.lead_in <= 47;
    for _ in 0..20 {
        let mut totals: Vec<i32> = courses
            .iter()
            .map(|c| (36.6 + 3.9 * rng.normal()).round().clamp(28.0, f64::from(44.min(47 - c.lead_in))) as i32)
            .collect();
        let mut cost = baseline_cost(&totals, msc, control);
        for _ in 0..60_000 {
            let (i, j) = (rng.below(totals.len()), rng.below(totals.len()));
            let before = (totals[i], totals[j]);
            if rng.chance(0.7) {
                totals.swap(i, j);
            } else {
                totals[i] += rng.between(-1, 1);
            }
            let now = if fits(totals[i], &courses[i]) && fits(totals[j], &courses[j]) {
                baseline_cost(&totals, msc, control)
            } else {
                f64::INFINITY
            };
            if now <= cost {
                cost = now;
            } else {
                (totals[i], totals[j]) = before;
            }
            if cost == 0.0 {
                return Ok(totals);
            }
        }
    }
    Err("no baseline totals found for the analyses of covariance".into())
}

fn baseline_cost(totals: &[i32], msc: &[Course], control: &[Course]) -> f64 {
    let real = |x: &[i32]| x.iter().map(|v| f64::from(*v)).collect::<Vec<f64>>();
    let (first, second) = totals.split_at(msc.len());
    let (first, second) = (real(first), real(second));
    let pick = |c: &[Course], f: fn(&Course) -> i32| c.iter().map(|c| f64::from(f(c))).collect::<Vec<f64>>();
    let (a, b) = (pick(msc, |c| c.change4), pick(control, |c| c.change4));
    let at4 = ancova(&Sample { baseline: &first, change: &a }, &Sample { baseline: &second, change: &b });
    let (a, b) = (pick(msc, |c| c.change6), pick(control, |c| c.change6));
    let at6 = ancova(
        &Sample { baseline: &first[..MSC.n6], change: &a[..MSC.n6] },
        &Sample { baseline: &second[..CONTROL.n6], change: &b[..CONTROL.n6] },
    );
    prints(at4, T_56, [2.98, 0.75, 1.48, 4.47]) + prints(at6, T_53, [3.38, 1.07, 1.23, 5.54])
}

/// How far an effect, its SE and its 95 % limits are from printing as `row` to two decimals.
fn prints((effect, se): (f64, f64), t: f64, row: [f64; 4]) -> f64 {
    let found = [effect, se, effect - t * se, effect + t * se];
    found.iter().zip(row).map(|(x, y)| outside(*x, y - 0.0047, y + 0.0047)).sum()
}
