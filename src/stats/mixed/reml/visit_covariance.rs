//! What a visit covariance can look like, with its first and second derivatives.

use crate::stats::matrix::Matrix;
use crate::stats::real;

/// How the visits of one subject hang together. "Heterogeneous": each visit has its own variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CovarianceStructure {
    /// Every variance and every covariance its own.
    Unstructured,
    /// Own variances; one correlation for each distance in visits.
    HeterogeneousToeplitz,
    /// One variance; one correlation for each distance in visits.
    Toeplitz,
    /// Own variances; correlation rho to the power of the distance in visits.
    HeterogeneousAutoRegressive,
    /// One variance; correlation rho to the power of the distance in visits.
    AutoRegressive,
    /// Own variances; own correlation of neighbours, products of them further away.
    HeterogeneousAnteDependence,
    /// One variance; own correlation of neighbours, products of them further away.
    AnteDependence,
    /// Own variances; one correlation.
    HeterogeneousCompoundSymmetry,
    /// One variance, one correlation.
    CompoundSymmetry,
}

impl CovarianceStructure {
    /// Has each visit its own variance?
    pub fn is_heterogeneous(self) -> bool {
        match self {
            Self::Unstructured
            | Self::HeterogeneousToeplitz
            | Self::HeterogeneousAutoRegressive
            | Self::HeterogeneousAnteDependence
            | Self::HeterogeneousCompoundSymmetry => true,
            Self::Toeplitz | Self::AutoRegressive | Self::AnteDependence | Self::CompoundSymmetry => false,
        }
    }

    fn n_scales(self, n_visits: usize) -> usize {
        if self.is_heterogeneous() { n_visits } else { 1 }
    }

    fn n_shapes(self, n_visits: usize) -> usize {
        match self {
            Self::Unstructured => n_visits * (n_visits - 1) / 2,
            Self::HeterogeneousToeplitz | Self::Toeplitz | Self::HeterogeneousAnteDependence | Self::AnteDependence => {
                n_visits - 1
            }
            Self::HeterogeneousAutoRegressive
            | Self::AutoRegressive
            | Self::HeterogeneousCompoundSymmetry
            | Self::CompoundSymmetry => 1,
        }
    }

    /// Number of free parameters.
    pub fn n_parameters(self, n_visits: usize) -> usize {
        self.n_scales(n_visits) + self.n_shapes(n_visits)
    }
}

/// The covariance of the visits at parameters theta. Sigma = D R D: D holds exp(theta) of the scales, R the shape. For
/// an unstructured covariance R = L L', L a lower triangle with ones on its diagonal and theta below, row by row;
/// else R is a correlation matrix whose entries are theta / sqrt(1 + theta^2), or for compound symmetry a logistic
/// function onto (-1 / (n_visits - 1), 1). These are the parameters of R's mmrm: the Kenward-Roger adjustment is not the
/// same in others.
pub struct VisitCovariance {
    structure: CovarianceStructure,
    n_visits: usize,
    n_scales: usize,
    shapes: Vec<f64>,
    pub sigma: Matrix,
    /// Of Sigma by each theta.
    pub first: Vec<Matrix>,
    scales: Vec<f64>,
}

/// A correlation and its derivatives by theta.
struct Bent {
    value: f64,
    first: f64,
    second: f64,
}

fn bent(theta: f64) -> Bent {
    let square = 1.0 + theta * theta;
    let root = square.sqrt();
    Bent { value: theta / root, first: 1.0 / (square * root), second: -3.0 * theta / (square * square * root) }
}

fn bent_symmetric(theta: f64, n_visits: usize) -> Bent {
    let least = 1.0 / (n_visits as f64 - 1.0);
    let share = 1.0 / (1.0 + real::exp(-theta));
    let slope = share * (1.0 - share);
    Bent {
        value: share * (1.0 + least) - least,
        first: slope * (1.0 + least),
        second: slope * (1.0 - 2.0 * share) * (1.0 + least),
    }
}

/// x to a whole power, 1 for 0.
fn power(x: f64, exponent: usize) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * x)
}

impl VisitCovariance {
    pub fn at(structure: CovarianceStructure, n_visits: usize, theta: &[f64]) -> Self {
        let n_scales = structure.n_scales(n_visits);
        let (scales, shapes) = theta.split_at(n_scales.min(theta.len()));
        let scales: Vec<f64> = scales.iter().map(|value| real::exp(*value)).collect();
        let mut this = Self {
            structure,
            n_visits,
            n_scales,
            shapes: shapes.to_vec(),
            sigma: Matrix::zeros(0, 0),
            first: Vec::new(),
            scales,
        };
        this.sigma = this.scaled(&|a, b| this.shape(a, b));
        let mut first: Vec<Matrix> = (0..n_scales).map(|scale| this.by_scale(scale, &this.sigma)).collect();
        first.extend((0..shapes.len()).map(|place| this.scaled(&|a, b| this.shape_by(place, a, b))));
        this.first = first;
        this
    }

    /// The second derivative of Sigma by two thetas, `left <= right`.
    pub fn second(&self, left: usize, right: usize) -> Matrix {
        if left < self.n_scales {
            return self.first.get(right).map_or(Matrix::zeros(0, 0), |first| self.by_scale(left, first));
        }
        let (left, right) = (left - self.n_scales, right - self.n_scales);
        self.scaled(&|a, b| self.shape_by_two(left, right, a, b))
    }

    /// A matrix of the form D ? D, derived by the logarithm of one scale.
    fn by_scale(&self, scale: usize, matrix: &Matrix) -> Matrix {
        let mut derived = matrix.clone();
        if !self.structure.is_heterogeneous() {
            derived.scale(2.0);
            return derived;
        }
        for row in 0..self.n_visits {
            for (column, value) in derived.row_mut(row).iter_mut().enumerate() {
                let times = usize::from(row == scale) + usize::from(column == scale);
                *value *= times as f64;
            }
        }
        derived
    }

    /// D R D, R given for row >= column.
    fn scaled(&self, shape: &dyn Fn(usize, usize) -> f64) -> Matrix {
        let mut matrix = Matrix::zeros(self.n_visits, self.n_visits);
        let scale = |visit: usize| {
            let place = if self.structure.is_heterogeneous() { visit } else { 0 };
            self.scales.get(place).copied().unwrap_or(f64::NAN)
        };
        for row in 0..self.n_visits {
            for column in 0..=row {
                let value = scale(row) * scale(column) * shape(row, column);
                matrix.set(row, column, value);
                matrix.set(column, row, value);
            }
        }
        matrix
    }

    fn theta(&self, place: usize) -> f64 {
        self.shapes.get(place).copied().unwrap_or(f64::NAN)
    }

    /// L of an unstructured covariance.
    fn triangle(&self, row: usize, column: usize) -> f64 {
        match row.cmp(&column) {
            std::cmp::Ordering::Greater => self.theta(row * (row - 1) / 2 + column),
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Less => 0.0,
        }
    }

    fn shape(&self, row: usize, column: usize) -> f64 {
        use CovarianceStructure as S;
        let distance = row - column;
        match self.structure {
            S::Unstructured => (0..=column).map(|k| self.triangle(row, k) * self.triangle(column, k)).sum(),
            _ if distance == 0 => 1.0,
            S::Toeplitz | S::HeterogeneousToeplitz => bent(self.theta(distance - 1)).value,
            S::AutoRegressive | S::HeterogeneousAutoRegressive => power(bent(self.theta(0)).value, distance),
            S::AnteDependence | S::HeterogeneousAnteDependence => {
                (column..row).map(|place| bent(self.theta(place)).value).product()
            }
            S::CompoundSymmetry | S::HeterogeneousCompoundSymmetry => {
                bent_symmetric(self.theta(0), self.n_visits).value
            }
        }
    }

    /// R by one theta, for row >= column.
    fn shape_by(&self, place: usize, row: usize, column: usize) -> f64 {
        use CovarianceStructure as S;
        let distance = row - column;
        match self.structure {
            S::Unstructured => {
                let (i, j) = triangle_place(place);
                let one = if i == row { self.triangle(column, j) } else { 0.0 };
                one + if i == column { self.triangle(row, j) } else { 0.0 }
            }
            _ if distance == 0 => 0.0,
            S::Toeplitz | S::HeterogeneousToeplitz if place + 1 == distance => bent(self.theta(place)).first,
            S::Toeplitz | S::HeterogeneousToeplitz => 0.0,
            S::AutoRegressive | S::HeterogeneousAutoRegressive => {
                let rho = bent(self.theta(0));
                distance as f64 * power(rho.value, distance - 1) * rho.first
            }
            S::AnteDependence | S::HeterogeneousAnteDependence => {
                if (column..row).contains(&place) {
                    bent(self.theta(place)).first * self.product_without(row, column, &[place])
                } else {
                    0.0
                }
            }
            S::CompoundSymmetry | S::HeterogeneousCompoundSymmetry => {
                bent_symmetric(self.theta(0), self.n_visits).first
            }
        }
    }

    /// R by two thetas, for row >= column.
    fn shape_by_two(&self, left: usize, right: usize, row: usize, column: usize) -> f64 {
        use CovarianceStructure as S;
        let distance = row - column;
        match self.structure {
            S::Unstructured => {
                let ((i, j), (k, l)) = (triangle_place(left), triangle_place(right));
                if j != l {
                    return 0.0;
                }
                f64::from(u8::from(i == row && k == column)) + f64::from(u8::from(k == row && i == column))
            }
            _ if distance == 0 => 0.0,
            S::Toeplitz | S::HeterogeneousToeplitz if left == right && left + 1 == distance => {
                bent(self.theta(left)).second
            }
            S::Toeplitz | S::HeterogeneousToeplitz => 0.0,
            S::AutoRegressive | S::HeterogeneousAutoRegressive => {
                let rho = bent(self.theta(0));
                let d = distance as f64;
                let curve = if distance < 2 { 0.0 } else { d * (d - 1.0) * power(rho.value, distance - 2) };
                curve * rho.first * rho.first + d * power(rho.value, distance - 1) * rho.second
            }
            S::AnteDependence | S::HeterogeneousAnteDependence => {
                let within = column..row;
                if !within.contains(&left) || !within.contains(&right) {
                    0.0
                } else if left == right {
                    bent(self.theta(left)).second * self.product_without(row, column, &[left])
                } else {
                    bent(self.theta(left)).first
                        * bent(self.theta(right)).first
                        * self.product_without(row, column, &[left, right])
                }
            }
            S::CompoundSymmetry | S::HeterogeneousCompoundSymmetry => {
                bent_symmetric(self.theta(0), self.n_visits).second
            }
        }
    }

    fn product_without(&self, row: usize, column: usize, places: &[usize]) -> f64 {
        (column..row).filter(|one| !places.contains(one)).map(|one| bent(self.theta(one)).value).product()
    }
}

/// Row and column of the entry at `place`, below the diagonal, row by row.
fn triangle_place(place: usize) -> (usize, usize) {
    let mut row = 1;
    let mut left = place;
    while left >= row {
        left -= row;
        row += 1;
    }
    (row, left)
}

/// Parameters near a covariance that residuals suggest; it need not be positive definite.
pub fn starting_parameters(structure: CovarianceStructure, moments: &Matrix) -> Vec<f64> {
    use CovarianceStructure as S;
    let n = moments.rows();
    let sds: Vec<f64> = (0..n).map(|visit| moments.at(visit, visit).sqrt()).collect();
    let sd = |visit: usize| sds.get(visit).copied().unwrap_or(f64::NAN);
    let mut correlation = Matrix::identity(n);
    for row in 0..n {
        for column in 0..n {
            if row != column {
                let rho = moments.at(row, column) / (sd(row) * sd(column));
                correlation.set(row, column, if rho.is_finite() { rho.clamp(-0.98, 0.98) } else { 0.0 });
            }
        }
    }
    let mut lower = correlation.cholesky(1e-2);
    for _ in 0..40 {
        if lower.is_some() {
            break;
        }
        correlation.scale(0.9);
        for visit in 0..n {
            correlation.set(visit, visit, 1.0);
        }
        lower = correlation.cholesky(1e-2);
    }
    let lower = lower.unwrap_or_else(|| Matrix::identity(n));

    let mut theta: Vec<f64> = if structure == S::Unstructured {
        (0..n).map(|visit| real::ln(sd(visit) * lower.at(visit, visit))).collect()
    } else if structure.is_heterogeneous() {
        sds.iter().map(|one| real::ln(*one)).collect()
    } else {
        let mean = sds.iter().map(|one| one * one).sum::<f64>() / n as f64;
        vec![0.5 * real::ln(mean)]
    };
    let mean_at = |distance: usize| {
        let sum: f64 = (distance..n).map(|row| correlation.at(row, row - distance)).sum();
        sum / (n - distance) as f64
    };
    let bend = |rho: f64| rho / (1.0 - rho * rho).sqrt();
    match structure {
        S::Unstructured => {
            for row in 1..n {
                theta.extend((0..row).map(|column| lower.at(row, column) / lower.at(row, row)));
            }
        }
        S::Toeplitz | S::HeterogeneousToeplitz => {
            let mut rhos: Vec<f64> = (1..n).map(mean_at).collect();
            for _ in 0..40 {
                let mut whole = theta.clone();
                whole.extend(rhos.iter().map(|rho| bend(*rho)));
                if VisitCovariance::at(structure, n, &whole).sigma.cholesky(1e-2).is_some() {
                    break;
                }
                rhos.iter_mut().for_each(|rho| *rho *= 0.9);
            }
            theta.extend(rhos.iter().map(|rho| bend(*rho)));
        }
        S::AutoRegressive | S::HeterogeneousAutoRegressive => theta.push(bend(mean_at(1))),
        S::AnteDependence | S::HeterogeneousAnteDependence => {
            theta.extend((1..n).map(|row| bend(correlation.at(row, row - 1))));
        }
        S::CompoundSymmetry | S::HeterogeneousCompoundSymmetry => {
            let least = 1.0 / (n as f64 - 1.0);
            let mean = (1..n).map(|distance| mean_at(distance) * (n - distance) as f64).sum::<f64>();
            let rho = (2.0 * mean / (n * (n - 1)) as f64).max(-0.5 * least);
            let share = (rho + least) / (1.0 + least);
            theta.push(real::ln(share / (1.0 - share)));
        }
    }
    theta
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [CovarianceStructure; 9] = [
        CovarianceStructure::Unstructured,
        CovarianceStructure::HeterogeneousToeplitz,
        CovarianceStructure::Toeplitz,
        CovarianceStructure::HeterogeneousAutoRegressive,
        CovarianceStructure::AutoRegressive,
        CovarianceStructure::HeterogeneousAnteDependence,
        CovarianceStructure::AnteDependence,
        CovarianceStructure::HeterogeneousCompoundSymmetry,
        CovarianceStructure::CompoundSymmetry,
    ];

    #[test]
    fn derivatives_are_what_small_steps_say() {
        for structure in ALL {
            let k = structure.n_parameters(4);
            let theta: Vec<f64> = (0..k).map(|place| 0.3 - 0.07 * place as f64).collect();
            let here = VisitCovariance::at(structure, 4, &theta);
            for left in 0..k {
                let moved = |by: f64| {
                    let mut other = theta.clone();
                    other[left] += by;
                    VisitCovariance::at(structure, 4, &other)
                };
                let (up, down) = (moved(1e-5), moved(-1e-5));
                let difference = |up: &Matrix, down: &Matrix, exact: &Matrix| {
                    for (place, value) in exact.values().iter().enumerate() {
                        let step = (up.values()[place] - down.values()[place]) / 2e-5;
                        assert!((step - value).abs() < 1e-7, "{structure:?} {left}: {step} {value}");
                    }
                };
                difference(&up.sigma, &down.sigma, &here.first[left]);
                for right in left..k {
                    difference(&up.first[right], &down.first[right], &here.second(left, right));
                }
            }
        }
    }

    #[test]
    fn a_start_gives_back_a_matrix_of_its_structure() {
        for structure in ALL {
            let k = structure.n_parameters(3);
            let theta: Vec<f64> = (0..k).map(|place| 0.4 - 0.1 * place as f64).collect();
            let sigma = VisitCovariance::at(structure, 3, &theta).sigma;
            let start = starting_parameters(structure, &sigma);
            for (found, wanted) in start.iter().zip(&theta) {
                assert!((found - wanted).abs() < 1e-12, "{structure:?} {start:?} {theta:?}");
            }
        }
    }
}
