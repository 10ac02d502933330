//! The REML likelihood of random effects, V_i = Z_i G Z_i' + sigma^2 I, from cross products: Z_i'Z_i, Z_i'[X_i y_i] and
//! [X y]'[X y] are all it needs of the rows, so that a step costs the same for any number of rows.
//!
//! With G = sigma^2 L L', N = L (I + L'Z'Z L)^-1 L' and V^-1 = (I - Z N Z') / sigma^2. The derivatives by G's entries are
//! those of visits with Z'V^-1 Z in the place of the inverse covariance; those by sigma^2 follow, because V is a sum of
//! parameters times matrices: sum of psi_j dV_j = V.

use super::newton::Point;
use super::pattern_likelihood::{Derivatives, entry};
use crate::stats::matrix::{Matrix, add_scaled, dot};
use crate::stats::real;

/// What the likelihood needs of a subject.
pub struct SubjectProducts {
    /// Z'Z.
    pub square: Matrix,
    /// Z'[X y].
    pub mixed: Matrix,
}

/// What the likelihood needs of all rows.
pub struct Products {
    pub n_rows: usize,
    /// Number of fixed-effect columns.
    pub n_columns: usize,
    /// Number of random effects of a subject.
    pub n_effects: usize,
    pub subjects: Vec<SubjectProducts>,
    /// [X y]'[X y].
    pub whole: Matrix,
    /// Row and column of L for each parameter; the last parameter, log sigma^2, has none.
    pub places: Vec<(usize, usize)>,
}

/// The likelihood at one set of parameters.
pub struct RandomLikelihood {
    /// -2 log likelihood less its constant.
    pub value: f64,
    /// Of the fixed effects.
    pub beta: Vec<f64>,
    /// A with A'A the inverse of X'V^-1 X, lower.
    pub root: Matrix,
    /// y'P y.
    quadratic: f64,
    /// L.
    pub relative: Matrix,
    /// sigma^2.
    pub variance: f64,
    /// N of each subject.
    kernels: Vec<Matrix>,
}

/// Derivatives by the entries of G, then by sigma^2.
pub struct LinearDerivatives {
    pub gradient: Vec<f64>,
    pub hessian: Matrix,
    /// sum tr(V^-1 V_j V^-1 V_k).
    pub information: Matrix,
    /// A P_j A', P_j = sum X'V^-1 V_j V^-1 X.
    pub sides: Vec<Matrix>,
}

impl Products {
    fn relative(&self, theta: &[f64]) -> Matrix {
        let mut relative = Matrix::zeros(self.n_effects, self.n_effects);
        for ((row, column), value) in self.places.iter().zip(theta) {
            relative.set(*row, *column, *value);
        }
        relative
    }

    pub fn likelihood(&self, theta: &[f64]) -> Option<RandomLikelihood> {
        let p = self.n_columns;
        let relative = self.relative(theta);
        let log_variance = theta.last().copied()?;
        let variance = real::exp(log_variance);
        let mut value = self.n_rows as f64 * log_variance;
        let mut cross = self.whole.clone();
        let mut kernels = Vec::with_capacity(self.subjects.len());
        for subject in &self.subjects {
            let mut inner = relative.transposed_times(&subject.square.times(&relative));
            inner.add_scaled(1.0, &Matrix::identity(self.n_effects));
            let lower = inner.cholesky(0.0)?;
            value += lower.log_determinant_of_square();
            // Rows of L_inner^-1 L': N is its square.
            let half = lower.lower_inverse().times(&relative.transposed());
            let white = half.times(&subject.mixed);
            for row in 0..white.rows() {
                let line = white.row(row);
                for (place, factor) in line.iter().enumerate() {
                    add_scaled(cross.row_mut(place), -factor, line.get(..=place).unwrap_or_default());
                }
            }
            kernels.push(half.transposed_times(&half));
        }
        cross.scale(1.0 / variance);
        let columns: Vec<usize> = (0..p).collect();
        let lower = cross.part(&columns).cholesky(1e-14)?;
        let half = lower.lower_solve(cross.row(p).get(..p).unwrap_or_default());
        let quadratic = cross.at(p, p) - dot(&half, &half);
        value += lower.log_determinant_of_square() + quadratic;
        let beta = lower.lower_transposed_solve(&half);
        value.is_finite().then(|| RandomLikelihood {
            value,
            beta,
            root: lower.lower_inverse(),
            quadratic,
            relative,
            variance,
            kernels,
        })
    }

    /// For each theta the derivatives of G's entries and sigma^2.
    pub fn jacobian(&self, at: &RandomLikelihood) -> Matrix {
        let k = self.n_effects * (self.n_effects + 1) / 2;
        let mut jacobian = Matrix::zeros(self.places.len() + 1, k + 1);
        for (theta, (row, column)) in self.places.iter().enumerate() {
            for other in 0..self.n_effects {
                let times = if other == *row { 2.0 } else { 1.0 };
                jacobian.set(theta, entry(*row, other), times * at.variance * at.relative.at(other, *column));
            }
        }
        for (place, value) in at.parameters().iter().enumerate() {
            jacobian.set(self.places.len(), place, *value);
        }
        jacobian
    }

    pub fn point(&self, theta: &[f64]) -> Option<Point> {
        let at = self.likelihood(theta)?;
        let linear = at.derivatives(self);
        let jacobian = self.jacobian(&at);
        let turned = jacobian.transposed();
        let gradient = jacobian.times_vector(&linear.gradient);
        let mut hessian = jacobian.times(&linear.hessian).times(&turned);
        let last = self.places.len();
        for (left, (row, column)) in self.places.iter().enumerate() {
            for (right, (other_row, other_column)) in self.places.iter().enumerate() {
                if column == other_column {
                    let times = if row == other_row { 2.0 } else { 1.0 };
                    let slope = linear.gradient.get(entry(*row, *other_row)).copied().unwrap_or(f64::NAN);
                    hessian.add(left, right, times * at.variance * slope);
                }
            }
        }
        // All parameters of V are products with sigma^2.
        for (place, slope) in gradient.iter().enumerate() {
            hessian.add(place, last, *slope);
            if place != last {
                hessian.add(last, place, *slope);
            }
        }
        let information = jacobian.times(&linear.information).times(&turned);
        Some(Point { value: at.value, gradient, hessian, information })
    }
}

impl RandomLikelihood {
    /// G.
    pub fn covariance(&self) -> Matrix {
        let mut covariance = self.relative.times(&self.relative.transposed());
        covariance.scale(self.variance);
        covariance
    }

    /// The entries of G, then sigma^2.
    pub fn parameters(&self) -> Vec<f64> {
        let covariance = self.covariance();
        let mut parameters = Vec::new();
        for row in 0..covariance.rows() {
            parameters.extend(covariance.row(row).iter().take(row + 1));
        }
        parameters.push(self.variance);
        parameters
    }

    /// Z'V^-1 Z, and Z'V^-1 [X A', r].
    fn weighted(&self, subject: &SubjectProducts, kernel: &Matrix) -> (Matrix, Matrix) {
        let p = self.beta.len();
        let turn = subject.square.times(kernel);
        let mut square = subject.square.clone();
        square.add_scaled(-1.0, &turn.times(&subject.square));
        square.scale(1.0 / self.variance);
        square.symmetrise();
        let mut white = subject.mixed.clone();
        white.add_scaled(-1.0, &turn.times(&subject.mixed));
        white.scale(1.0 / self.variance);
        for row in 0..white.rows() {
            let (columns, response) = white.row_mut(row).split_at_mut(p);
            if let Some(response) = response.first_mut() {
                *response -= dot(columns, &self.beta);
            }
            let turned = self.root.times_vector(columns);
            for (own, value) in columns.iter_mut().zip(turned) {
                *own = value;
            }
        }
        (square, white)
    }

    /// G Z'V^-1 r of each subject: what its random effects are expected to be.
    pub fn effects(&self, products: &Products) -> Vec<Vec<f64>> {
        let p = self.beta.len();
        let covariance = self.covariance();
        products
            .subjects
            .iter()
            .zip(&self.kernels)
            .map(|(subject, kernel)| {
                let white = self.weighted(subject, kernel).1;
                let residual: Vec<f64> = (0..white.rows()).map(|row| white.at(row, p)).collect();
                covariance.times_vector(&residual)
            })
            .collect()
    }

    pub fn derivatives(&self, products: &Products) -> LinearDerivatives {
        let (p, q) = (self.beta.len(), products.n_effects);
        let effects: Vec<usize> = (0..q).collect();
        let mut sums = Derivatives::zeros(q, p);
        let mut squares = Matrix::zeros(q, q);
        for (subject, kernel) in products.subjects.iter().zip(&self.kernels) {
            let (square, white) = self.weighted(subject, kernel);
            squares.add_scaled(1.0, &square);
            sums.add_group(&effects, 1.0, &square, &[white]);
        }
        // r'V^-1 V_j V^-1 r and tr(V^-1 V_j).
        let (mut fits, mut traces, mut gradient) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..q {
            for column in 0..=row {
                let times = if row == column { 1.0 } else { 2.0 };
                fits.push(times * sums.sides.get(entry(row, column)).map_or(f64::NAN, |side| side.at(p, p)));
                traces.push(times * squares.at(row, column));
                gradient.push(times * sums.gradient.at(row, column));
            }
        }
        sums.finish();

        let parameters = self.parameters();
        let (of_g, k) = (parameters.split_last().map_or(parameters.as_slice(), |split| split.1), fits.len());
        let scale = 1.0 / self.variance;
        let free = (products.n_rows - p) as f64;
        let mut hessian = Matrix::zeros(k + 1, k + 1);
        let mut information = Matrix::zeros(k + 1, k + 1);
        for row in 0..k {
            for column in 0..k {
                hessian.set(row, column, sums.hessian.at(row, column));
                information.set(row, column, sums.information.at(row, column));
            }
        }
        gradient.push(scale * (free - self.quadratic - dot(of_g, &gradient)));
        fits.push(scale * (self.quadratic - dot(of_g, &fits)));
        traces.push(scale * (products.n_rows as f64 - dot(of_g, &traces)));
        for row in 0..=k {
            let at = |values: &[f64]| values.get(row).copied().unwrap_or(f64::NAN);
            let known = dot(of_g, hessian.row(row));
            let second = scale * (at(&fits) - at(&gradient) - known);
            let known = dot(of_g, information.row(row));
            let trace = scale * (at(&traces) - known);
            hessian.set(row, k, second);
            hessian.set(k, row, second);
            information.set(row, k, trace);
            information.set(k, row, trace);
        }
        let places: Vec<usize> = (0..p).collect();
        let mut sides: Vec<Matrix> = sums.sides.iter().map(|side| side.part(&places)).collect();
        sides.push(remainder(Matrix::identity(p), of_g, &sides, scale));
        LinearDerivatives { gradient, hessian, information, sides }
    }

    /// A Q_jk A', Q_jk = sum X'V^-1 V_j V^-1 V_k V^-1 X made symmetric, for j >= k, in the order of `entry`.
    pub fn squares(&self, products: &Products, sides: &[Matrix]) -> Vec<Matrix> {
        let (p, q) = (self.beta.len(), products.n_effects);
        let shapes: Vec<Matrix> = (0..q)
            .flat_map(|row| (0..=row).map(move |column| (row, column)))
            .map(|(row, column)| {
                let mut shape = Matrix::zeros(q, q);
                shape.set(row, column, 1.0);
                shape.set(column, row, 1.0);
                shape
            })
            .collect();
        let k = shapes.len();
        let mut squares: Vec<Matrix> = (0..k * (k + 1) / 2).map(|_| Matrix::zeros(p, p)).collect();
        let columns: Vec<usize> = (0..p).collect();
        for (subject, kernel) in products.subjects.iter().zip(&self.kernels) {
            let (square, white) = self.weighted(subject, kernel);
            let rows: Vec<Vec<f64>> =
                (0..q).map(|row| white.row(row).get(..columns.len()).unwrap_or_default().to_vec()).collect();
            let white = Matrix::from_rows(&rows);
            for (j, left) in shapes.iter().enumerate() {
                for (k, right) in shapes.iter().enumerate().take(j + 1) {
                    let middle = left.times(&square).times(right);
                    if let Some(sum) = squares.get_mut(entry(j, k)) {
                        sum.add_scaled(1.0, &white.transposed_times(&middle.times(&white)));
                    }
                }
            }
        }
        squares.iter_mut().for_each(Matrix::symmetrise);
        let parameters = self.parameters();
        let of_g = parameters.get(..k).unwrap_or_default();
        for row in 0..=k {
            let others: Vec<Matrix> = (0..k).filter_map(|other| squares.get(entry(row, other)).cloned()).collect();
            let whole = sides.get(row).cloned().unwrap_or_else(|| Matrix::zeros(p, p));
            squares.push(remainder(whole, of_g, &others, 1.0 / self.variance));
        }
        squares
    }
}

/// What sigma^2 has of a sum over all parameters: (whole - sum of psi_j part_j) / sigma^2.
fn remainder(whole: Matrix, of_g: &[f64], parts: &[Matrix], scale: f64) -> Matrix {
    let mut rest = whole;
    for (factor, part) in of_g.iter().zip(parts) {
        rest.add_scaled(-factor, part);
    }
    rest.scale(scale);
    rest
}
