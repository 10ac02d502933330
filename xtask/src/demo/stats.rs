//! The few statistics the searches steer by.

/// Two-sided 5 % points of t, for the prints the searches aim at.
pub const T_53: f64 = 2.005_745_995;
pub const T_56: f64 = 2.003_240_719;

pub fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn cross(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum()
}

/// Least squares of change on arm and baseline: the arm's effect (first arm minus second) and its SE.
pub struct Arm<'a> {
    pub baseline: &'a [f64],
    pub change: &'a [f64],
}

pub fn ancova(first: &Arm, second: &Arm) -> (f64, f64) {
    let sxx = cross(first.baseline, first.baseline) + cross(second.baseline, second.baseline);
    let sxy = cross(first.baseline, first.change) + cross(second.baseline, second.change);
    let syy = cross(first.change, first.change) + cross(second.change, second.change);
    let slope = sxy / sxx;
    let gap = mean(first.baseline) - mean(second.baseline);
    let effect = mean(first.change) - mean(second.change) - slope * gap;
    let (n1, n2) = (first.change.len() as f64, second.change.len() as f64);
    let variance = (syy - slope * sxy) / (n1 + n2 - 3.0);
    (effect, (variance * (1.0 / n1 + 1.0 / n2 + gap * gap / sxx)).sqrt())
}

pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    cross(x, y) / (cross(x, x) * cross(y, y)).sqrt()
}

pub fn spearman(x: &[f64], y: &[f64]) -> f64 {
    pearson(&ranks(x), &ranks(y))
}

fn ranks(x: &[f64]) -> Vec<f64> {
    x.iter()
        .map(|v| {
            let below = x.iter().filter(|w| *w < v).count() as f64;
            let equal = x.iter().filter(|w| *w == v).count() as f64;
            below + (equal + 1.0) / 2.0
        })
        .collect()
}

/// (time in tenths of a month, death, first arm) of each person; the log-rank chi-square on 1 df.
pub fn log_rank(people: &[(i32, bool, bool)]) -> f64 {
    let mut times: Vec<i32> = people.iter().filter(|p| p.1).map(|p| p.0).collect();
    times.sort_unstable();
    times.dedup();
    let (mut gap, mut variance) = (0.0, 0.0);
    for t in times {
        let at_risk = people.iter().filter(|p| p.0 >= t);
        let (mut n, mut n1, mut d, mut d1) = (0.0, 0.0, 0.0, 0.0);
        for p in at_risk {
            let (died, first) = (p.1 && p.0 == t, p.2);
            n += 1.0;
            n1 += f64::from(u8::from(first));
            d += f64::from(u8::from(died));
            d1 += f64::from(u8::from(died && first));
        }
        gap += d1 - d * n1 / n;
        if n > 1.0 {
            variance += d * (n1 / n) * (1.0 - n1 / n) * (n - d) / (n - 1.0);
        }
    }
    gap * gap / variance
}

/// How far outside [low, high].
pub fn outside(x: f64, low: f64, high: f64) -> f64 {
    (low - x).max(x - high).max(0.0)
}
