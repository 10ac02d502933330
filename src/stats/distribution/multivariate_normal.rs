use super::normal;
use crate::stats::Matrix;
use crate::stats::real;
use std::f64::consts::PI;

/// A variable whose variance, given those before it, is below this is a combination of them.
const NO_SPREAD: f64 = 1e-10;
/// How far Gauss's rule may be from Kronrod's, a share of the integral, in the last but two to the last integral; the
/// error of the latter is far smaller.
const TOLERANCES: [f64; 3] = [1e-7, 1e-8, 1e-9];
/// Integrals halve their pieces at most this often.
const MOST_HALVINGS: u32 = 24;
const MOST_DIMENSIONS: usize = 4;

/// Probability that standard Normal variables with this correlation matrix all lie within their limits.
///
/// P(`lower_j` <= Z_j <= `upper_j` for all j). Z = L X with independent X (Cholesky's L, variables ordered by the
/// probability of their own limits, the smallest first): the probability is a nested integral over X_1, X_2, ... whose
/// innermost is a difference of two Normal tails; a variable that is a combination of others adds no dimension, only
/// its limits. The integrals are Gauss-Kronrod's (7, 15), halved until they agree, cut where limits cross: no random
/// numbers, the same answer each time. Small probabilities keep their digits.
///
/// Inputs: `lower` <= `upper`, infinities allowed, one of each a variable; `correlation` symmetric with 1 on its
/// diagonal, positive semidefinite; any number of variables, but rank at most 4. Anything else gives NaN; a lower limit
/// above its upper one gives 0. Limits: correlations within some 1e-10 of 1 count as 1. A p-value of rank 3 takes about
/// a millisecond, of rank 4 some tenths of a second.
///
/// Source: Genz, Journal of Computational and Graphical Statistics 1:141-149, 1992 (the transformation, there for
/// random points); Gibson, Glasbey and Elston, Advances in Numerical Methods and Applications 120-126, 1994 (the
/// order); Piessens et al., QUADPACK, 1983 (Gauss-Kronrod).
/// Checked against R 4.2.2, mvtnorm 1.1-3 `pmvnorm` by TVPACK (2 and 3 variables, absolute 1e-13) and Miwa (3 and 4,
/// 1e-7, as far as it is good), and nested `integrate` (singular matrices, absolute 1e-8; far tails, relative 1e-8)
/// (tests/golden/multivariate_normal). SAS has PROBBNRM for two variables only.
///
/// ```
/// use second_look::stats::{Matrix, distribution::multivariate_normal};
/// // Both above 0: 1/4 + arcsin(1/2) / (2 pi) = 1/3.
/// let correlation = Matrix::from_rows(&[vec![1.0, 0.5], vec![0.5, 1.0]]);
/// let found = multivariate_normal::within(&[0.0; 2], &[f64::INFINITY; 2], &correlation);
/// assert!((found - 1.0 / 3.0).abs() < 1e-10);
/// ```
pub fn within(lower: &[f64], upper: &[f64], correlation: &Matrix) -> f64 {
    match Region::new(lower, upper, correlation) {
        Some(region) => region.probability(0, &mut [0.0; MOST_DIMENSIONS]).clamp(0.0, 1.0),
        None => f64::NAN,
    }
}

/// Probability that at least one of standard Normal variables with this correlation matrix is beyond -`limit` or
/// `limit`: the two-sided p-value of the largest of several z.
///
/// Sum over j of 2 P(Z_j > limit, all variables before j within): no difference from 1 is taken, so that small p-values
/// keep their digits. Inputs, source, limits and check as for [`within`]; `limit` >= 0.
///
/// ```
/// use second_look::stats::{Matrix, distribution::{multivariate_normal, normal}};
/// // Independent: 1 - (1 - p)^2.
/// let p = 2.0 * normal::sf(2.0);
/// let found = multivariate_normal::any_beyond(2.0, &Matrix::identity(2));
/// assert!((found - p * (2.0 - p)).abs() < 1e-12);
/// ```
pub fn any_beyond(limit: f64, correlation: &Matrix) -> f64 {
    if limit.is_nan() || limit < 0.0 {
        return f64::NAN;
    }
    let mut sum = 0.0;
    for last in 0..correlation.rows() {
        let places: Vec<usize> = (0..=last).collect();
        let mut lower = vec![-limit; last];
        let mut upper = vec![limit; last];
        lower.push(limit);
        upper.push(f64::INFINITY);
        sum += 2.0 * within(&lower, &upper, &correlation.part(&places));
    }
    if sum > 1.0 { 1.0 } else { sum }
}

/// One variable: `low` <= factors x <= `high`, the last factor that is not 0 at `dimension`.
struct Slab {
    factors: [f64; MOST_DIMENSIONS],
    dimension: usize,
    low: f64,
    high: f64,
}

impl Slab {
    /// What is left for the last of its x when those before it are given.
    fn room(&self, x: &[f64; MOST_DIMENSIONS]) -> [f64; 2] {
        let mut known = 0.0;
        let mut own = 1.0;
        for (place, (factor, x)) in self.factors.iter().zip(x).enumerate() {
            if place < self.dimension {
                known += factor * x;
            } else if place == self.dimension {
                own = *factor;
            }
        }
        let (a, b) = ((self.low - known) / own, (self.high - known) / own);
        if own > 0.0 { [a, b] } else { [b, a] }
    }
}

/// Where independent standard Normal variables must lie.
struct Region {
    slabs: Vec<Slab>,
    dimensions: usize,
}

impl Region {
    fn new(lower: &[f64], upper: &[f64], correlation: &Matrix) -> Option<Self> {
        let size = lower.len();
        if size == 0 || upper.len() != size || correlation.rows() != size || correlation.columns() != size {
            return None;
        }
        let limits: Vec<(f64, f64)> = lower.iter().copied().zip(upper.iter().copied()).collect();
        let is_known = |(low, high): &(f64, f64)| !low.is_nan() && !high.is_nan();
        let is_unit = (0..size).all(|place| (correlation.at(place, place) - 1.0).abs() < 1e-9);
        if !limits.iter().all(is_known) || !is_unit {
            return None;
        }
        let own: Vec<f64> = limits.iter().map(|(low, high)| between(*low, *high)).collect();
        let share = |place: usize| own.get(place).copied().unwrap_or_default();
        let mut order: Vec<usize> = (0..size).collect();
        crate::order::sort_places(&mut order, &|a, b| share(a).total_cmp(&share(b)));
        let mut region = Self { slabs: Vec::new(), dimensions: 0 };
        // The slabs that brought a new dimension, and the variables they stand for.
        let mut pivots: Vec<(usize, [f64; MOST_DIMENSIONS])> = Vec::new();
        for place in order {
            let mut factors = [0.0; MOST_DIMENSIONS];
            for (dimension, (other, row)) in pivots.iter().enumerate() {
                let known = product(row, &factors);
                let pivot = row.get(dimension).copied()?;
                *factors.get_mut(dimension)? = (correlation.at(place, *other) - known) / pivot;
            }
            let rest = 1.0 - product(&factors, &factors);
            if rest.is_nan() || rest < -1e-6 {
                return None;
            }
            if rest > NO_SPREAD {
                *factors.get_mut(pivots.len())? = rest.sqrt();
                pivots.push((place, factors));
            }
            let dimension = factors.iter().rposition(|factor| factor.abs() > 1e-9)?;
            let (low, high) = limits.get(place).copied()?;
            region.slabs.push(Slab { factors, dimension, low, high });
        }
        region.dimensions = pivots.len();
        Some(region)
    }

    /// Of the variables from `dimension` on, given those before it in `x`.
    fn probability(&self, dimension: usize, x: &mut [f64; MOST_DIMENSIONS]) -> f64 {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for slab in self.slabs.iter().filter(|slab| slab.dimension == dimension) {
            let [a, b] = slab.room(x);
            low = low.max(a);
            high = high.min(b);
        }
        if low >= high {
            return 0.0;
        }
        if dimension + 1 >= self.dimensions {
            return between(low, high);
        }
        // Beyond these the density is below 1e-18 of its largest value within the limits.
        let reach = |nearest: f64| (nearest * nearest + 83.0).sqrt();
        let (low, high) = (low.max(-reach(high.min(0.0))), high.min(reach(low.max(0.0))));
        let mut cuts = self.cuts(dimension, x, low, high);
        cuts.push(low);
        cuts.push(high);
        crate::order::sort_numbers(&mut cuts);
        let mut integrand = |value: f64| {
            if let Some(own) = x.get_mut(dimension) {
                *own = value;
            }
            real::exp(-0.5 * value * value) / (2.0 * PI).sqrt() * self.probability(dimension + 1, x)
        };
        let tolerance = TOLERANCES.get(dimension + 4 - self.dimensions).copied().unwrap_or(1e-12);
        integrate(&mut integrand, &cuts, tolerance)
    }

    /// Where, along `dimension`, two limits of the next one cross, or a limit sweeps fast through its middle.
    fn cuts(&self, dimension: usize, x: &[f64; MOST_DIMENSIONS], low: f64, high: f64) -> Vec<f64> {
        // Each limit of the next variable is a straight line: its height at 0 and its slope.
        let mut lines: Vec<[f64; 2]> = Vec::new();
        for slab in self.slabs.iter().filter(|slab| slab.dimension == dimension + 1) {
            let mut at = *x;
            let mut heights = |value: f64| {
                if let Some(own) = at.get_mut(dimension) {
                    *own = value;
                }
                slab.room(&at)
            };
            let (at_zero, at_one) = (heights(0.0), heights(1.0));
            for (start, end) in at_zero.into_iter().zip(at_one) {
                if start.is_finite() {
                    lines.push([start, end - start]);
                }
            }
        }
        let mut cuts = Vec::new();
        let mut cut = |place: f64| {
            if place > low && place < high {
                cuts.push(place);
            }
        };
        for (index, [height, slope]) in lines.iter().enumerate() {
            if slope.abs() > 3.0 {
                for level in [-8.0, 0.0, 8.0] {
                    cut((level - height) / slope);
                }
            }
            for [other_height, other_slope] in lines.iter().skip(index + 1) {
                cut((other_height - height) / (slope - other_slope));
            }
        }
        cuts
    }
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// P(low <= Z <= high) by the tail in which both are small.
fn between(low: f64, high: f64) -> f64 {
    let found = if low > 0.0 { normal::sf(low) - normal::sf(high) } else { normal::cdf(high) - normal::cdf(low) };
    found.max(0.0)
}

/// Kronrod's fifteen places on -1 to 1, the middle last; their weights; the weights of Gauss's seven among them.
const PLACES: [[f64; 3]; 8] = [
    [0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0],
    [0.949_107_912_342_758_5, 0.063_092_092_629_978_56, 0.129_484_966_168_869_7],
    [0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0],
    [0.741_531_185_599_394_4, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64],
    [0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0],
    [0.405_845_151_377_397_2, 0.190_350_578_064_785_4, 0.381_830_050_505_118_9],
    [0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0],
    [0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4],
];

/// By Kronrod's rule, and how far Gauss's is from it.
fn kronrod(integrand: &mut dyn FnMut(f64) -> f64, low: f64, high: f64) -> (f64, f64) {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    let (mut fine, mut coarse) = (0.0, 0.0);
    for [place, kronrod, gauss] in PLACES {
        let value = if place == 0.0 {
            integrand(middle)
        } else {
            integrand(middle - half * place) + integrand(middle + half * place)
        };
        fine += kronrod * value;
        coarse += gauss * value;
    }
    (half * fine, half * (fine - coarse).abs())
}

/// Over the pieces between `cuts`, each halved until the error estimates are below `tolerance` of the whole.
fn integrate(integrand: &mut dyn FnMut(f64) -> f64, cuts: &[f64], tolerance: f64) -> f64 {
    let mut open: Vec<(f64, f64, u32, (f64, f64))> = Vec::new();
    let mut whole = 0.0;
    for (low, high) in cuts.iter().zip(cuts.iter().skip(1)) {
        if high > low {
            let found = kronrod(integrand, *low, *high);
            whole += found.0;
            open.push((*low, *high, 0, found));
        }
    }
    let mut settled = 0.0;
    while let Some((low, high, halvings, (value, error))) = open.pop() {
        let middle = 0.5 * (low + high);
        if error <= tolerance * whole || halvings >= MOST_HALVINGS || middle <= low || middle >= high {
            settled += value;
            continue;
        }
        for (from, to) in [(low, middle), (middle, high)] {
            let found = kronrod(integrand, from, to);
            open.push((from, to, halvings + 1, found));
            whole += found.0;
        }
        whole -= value;
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlated(rho: f64) -> Matrix {
        Matrix::from_rows(&[vec![1.0, rho], vec![rho, 1.0]])
    }

    fn equicorrelated(size: usize, rho: f64) -> Matrix {
        let row = |place: usize| (0..size).map(|other| if other == place { 1.0 } else { rho }).collect();
        Matrix::from_rows(&(0..size).map(row).collect::<Vec<Vec<f64>>>())
    }

    #[test]
    fn orthants_have_closed_forms() {
        let orthant = |matrix: &Matrix| within(&vec![0.0; matrix.rows()], &vec![f64::INFINITY; matrix.rows()], matrix);
        // 1/4 + arcsin(rho) / (2 pi): 1/3, 1/6; three at 1/2: 1/4; four at 1/2: 1/5.
        assert!((orthant(&correlated(0.5)) - 1.0 / 3.0).abs() < 1e-11);
        assert!((orthant(&correlated(-0.5)) - 1.0 / 6.0).abs() < 1e-11);
        assert!((orthant(&equicorrelated(3, 0.5)) - 0.25).abs() < 1e-11);
        assert!((orthant(&equicorrelated(4, 0.5)) - 0.2).abs() < 1e-9);
    }

    #[test]
    fn a_copy_changes_nothing() {
        let p = 2.0 * normal::sf(2.5);
        for rho in [1.0, -1.0] {
            assert!((any_beyond(2.5, &correlated(rho)) - p).abs() < 1e-14 * p);
        }
        let with_copy = Matrix::from_rows(&[vec![1.0, 0.3, 1.0], vec![0.3, 1.0, 0.3], vec![1.0, 0.3, 1.0]]);
        let without = any_beyond(2.0, &correlated(0.3));
        assert!((any_beyond(2.0, &with_copy) - without).abs() < 1e-10 * without);
    }

    #[test]
    fn independent_variables_multiply() {
        for size in 1..=4 {
            let inside = 1.0 - 2.0 * normal::sf(1.5);
            let exact = 1.0 - (0..size).fold(1.0, |all, _| all * inside);
            assert!((any_beyond(1.5, &Matrix::identity(size)) - exact).abs() < 1e-10);
        }
        // Far out each adds its own tail, to the last digits.
        let p = 6.0 * normal::sf(12.0);
        assert!((any_beyond(12.0, &Matrix::identity(3)) - p).abs() < 1e-9 * p);
    }

    #[test]
    fn a_sum_of_others_adds_limits_and_no_dimension() {
        // Z3 = (Z1 + Z2) / sqrt 2 > 0 follows from Z1 > 0, Z2 > 0.
        let half = 0.5_f64.sqrt();
        let matrix = Matrix::from_rows(&[vec![1.0, 0.0, half], vec![0.0, 1.0, half], vec![half, half, 1.0]]);
        let up = f64::INFINITY;
        assert!((within(&[0.0, 0.0, 0.0], &[up; 3], &matrix) - 0.25).abs() < 1e-11);
        // Z1 > 0 > Z3: an eighth of the plane.
        assert!((within(&[0.0, -up, -up], &[up, up, 0.0], &matrix) - 0.125).abs() < 1e-11);
    }

    #[test]
    fn ends_and_nonsense() {
        let up = f64::INFINITY;
        assert_eq!(within(&[-up, -up], &[up, up], &correlated(0.3)), 1.0);
        assert_eq!(within(&[1.0, -up], &[0.0, up], &correlated(0.3)), 0.0);
        assert_eq!(any_beyond(0.0, &correlated(0.3)), 1.0);
        assert!(within(&[0.0], &[1.0, 1.0], &correlated(0.3)).is_nan());
        assert!(within(&[f64::NAN, 0.0], &[1.0, 1.0], &correlated(0.3)).is_nan());
        assert!(within(&[0.0; 2], &[1.0; 2], &correlated(1.5)).is_nan());
        assert!(within(&[0.0; 5], &[1.0; 5], &Matrix::identity(5)).is_nan());
        assert!(any_beyond(-1.0, &correlated(0.3)).is_nan());
    }
}
