//! The REML likelihood of visits with one covariance matrix, its score and its observed information, by the entries of
//! that matrix.
//!
//! With W = Sigma_i^-1, H = sum X'W X, P_j = sum X'W S_j W X and r = y - X b, S_j the derivative of Sigma by entry j,
//! -2 l = sum log|Sigma_i| + log|H| + sum r'W r has
//! the gradient       sum tr(W S_j) - tr(S_j E),                       E = sum W (r r' + X H^-1 X') W,
//! the second by j, k sum 2 tr(S_j W S_k E) - tr(W S_j W S_k) - tr(H^-1 P_j H^-1 P_k) - 2 u_j'H^-1 u_k,
//! u_j = sum X'W S_j W r. All are sums over patterns of visits.

use super::patterns::Pattern;
use super::visit_covariance::VisitCovariance;
use crate::stats::matrix::{Matrix, add_scaled, dot};

/// The likelihood at one covariance matrix.
pub struct Likelihood {
    /// -2 log likelihood less its constant.
    pub value: f64,
    /// Of the fixed effects.
    pub beta: Vec<f64>,
    /// A with A'A = H^-1, lower.
    pub root: Matrix,
    /// Sigma_i^-1 of each pattern.
    inverses: Vec<Matrix>,
}

/// What the likelihood does around one covariance matrix; entries (a, b), a >= b, count a (a + 1) / 2 + b.
pub struct Derivatives {
    /// G with tr(G S) the derivative in direction S.
    pub gradient: Matrix,
    pub hessian: Matrix,
    /// sum tr(W S_j W S_k): positive semidefinite.
    pub information: Matrix,
    /// A P_j A', with A u_j as last row and column.
    pub sides: Vec<Matrix>,
}

/// The place of an entry of a symmetric matrix.
pub fn entry(a: usize, b: usize) -> usize {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high * (high + 1) / 2 + low
}

/// `None` when the covariance of a pattern is not positive definite.
pub fn likelihood(patterns: &[Pattern], p: usize, sigma: &Matrix) -> Option<Likelihood> {
    let mut value = 0.0;
    let mut cross = Matrix::zeros(p + 1, p + 1);
    let mut inverses = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        let lower = sigma.part(&pattern.visits).cholesky(1e-13)?;
        value += pattern.n_subjects * lower.log_determinant_of_square();
        let inverse = lower.lower_inverse();
        for stand_in in &pattern.stand_ins {
            let white = inverse.times(stand_in);
            for row in 0..white.rows() {
                let line = white.row(row);
                for (place, factor) in line.iter().enumerate() {
                    add_scaled(cross.row_mut(place), *factor, line.get(..=place).unwrap_or_default());
                }
            }
        }
        inverses.push(inverse.transposed_times(&inverse));
    }
    let columns: Vec<usize> = (0..p).collect();
    let lower = cross.part(&columns).cholesky(1e-14)?;
    let right = cross.row(p).get(..p).unwrap_or_default().to_vec();
    let half = lower.lower_solve(&right);
    value += lower.log_determinant_of_square() + cross.at(p, p) - dot(&half, &half);
    let beta = lower.lower_transposed_solve(&half);
    value.is_finite().then(|| Likelihood { value, beta, root: lower.lower_inverse(), inverses })
}

impl Likelihood {
    /// W X A' and W r of a stand-in, side by side.
    fn whitened(&self, inverse: &Matrix, stand_in: &Matrix) -> Matrix {
        let p = self.beta.len();
        let mut weighted = inverse.times(stand_in);
        for row in 0..weighted.rows() {
            let line = weighted.row_mut(row);
            let (columns, response) = line.split_at_mut(p);
            if let Some(response) = response.first_mut() {
                *response -= dot(columns, &self.beta);
            }
            let turned = self.root.times_vector(columns);
            for (own, value) in columns.iter_mut().zip(turned) {
                *own = value;
            }
        }
        weighted
    }

    pub fn derivatives(&self, patterns: &[Pattern], n_visits: usize) -> Derivatives {
        let mut sums = Derivatives::zeros(n_visits, self.beta.len());
        for (pattern, inverse) in patterns.iter().zip(&self.inverses) {
            let whites: Vec<Matrix> =
                pattern.stand_ins.iter().map(|stand_in| self.whitened(inverse, stand_in)).collect();
            sums.add_group(&pattern.visits, pattern.n_subjects, inverse, &whites);
        }
        sums.finish();
        sums
    }

    /// A (sum X'W M W X) A', M made from W by `middle`.
    pub fn sandwich(&self, patterns: &[Pattern], middle: &dyn Fn(&Pattern, &Matrix) -> Matrix) -> Matrix {
        let p = self.beta.len();
        let mut sum = Matrix::zeros(p, p);
        for (pattern, inverse) in patterns.iter().zip(&self.inverses) {
            let middle = middle(pattern, inverse);
            for stand_in in &pattern.stand_ins {
                let white = self.whitened(inverse, stand_in);
                let weighted = middle.times(&white);
                for row in 0..white.rows() {
                    for (place, factor) in white.row(row).iter().enumerate().take(p) {
                        add_scaled(sum.row_mut(place), *factor, weighted.row(row));
                    }
                }
            }
        }
        sum
    }
}

impl Derivatives {
    pub fn zeros(size: usize, p: usize) -> Self {
        let k = size * (size + 1) / 2;
        Self {
            gradient: Matrix::zeros(size, size),
            hessian: Matrix::zeros(k, k),
            information: Matrix::zeros(k, k),
            sides: (0..k).map(|_| Matrix::zeros(p + 1, p + 1)).collect(),
        }
    }

    /// Subjects whose W is the same: `whites` have W X A' and W r of each, side by side.
    pub fn add_group(&mut self, visits: &[usize], n_subjects: f64, w: &Matrix, whites: &[Matrix]) {
        let size = visits.len();
        let mut explained = Matrix::zeros(size, size);
        for white in whites {
            for (a, visit_a) in visits.iter().enumerate() {
                let line = white.row(a);
                for (b, visit_b) in visits.iter().enumerate().take(a + 1) {
                    let other = white.row(b);
                    let product = dot(line, other);
                    explained.add(a, b, product);
                    if a != b {
                        explained.add(b, a, product);
                    }
                    if let Some(side) = self.sides.get_mut(entry(*visit_a, *visit_b)) {
                        for (place, factor) in line.iter().enumerate() {
                            add_scaled(side.row_mut(place), *factor, other);
                        }
                    }
                }
            }
        }
        for (a, visit_a) in visits.iter().enumerate() {
            for (b, visit_b) in visits.iter().enumerate() {
                self.gradient.add(*visit_a, *visit_b, n_subjects * w.at(a, b) - explained.at(a, b));
            }
        }
        self.add_traces(visits, n_subjects, w, &explained);
    }

    /// The traces of the second derivatives that belong to one group, for entries j >= k.
    fn add_traces(&mut self, visits: &[usize], n_subjects: f64, w: &Matrix, e: &Matrix) {
        let mut pairs = Vec::new();
        for (a, visit_a) in visits.iter().enumerate() {
            for (b, visit_b) in visits.iter().enumerate().take(a + 1) {
                pairs.push((a, b, entry(*visit_a, *visit_b), if a == b { 0.5 } else { 1.0 }));
            }
        }
        for (index, (a, b, j, half)) in pairs.iter().enumerate() {
            let (wa, wb, ea, eb) = (w.row(*a), w.row(*b), e.row(*a), e.row(*b));
            let at = |row: &[f64], place: &usize| row.get(*place).copied().unwrap_or(f64::NAN);
            for (c, d, k, other_half) in pairs.iter().take(index + 1) {
                let (wac, wad, wbc, wbd) = (at(wa, c), at(wa, d), at(wb, c), at(wb, d));
                let with_e = wbc * at(ea, d) + wbd * at(ea, c) + wac * at(eb, d) + wad * at(eb, c);
                let halves = half * other_half;
                let plain = 2.0 * n_subjects * halves * (wbc * wad + wbd * wac);
                self.hessian.add(*j, *k, 2.0 * halves * with_e - plain);
                self.information.add(*j, *k, plain);
            }
        }
    }

    /// When all groups are there.
    pub fn finish(&mut self) {
        for row in 0..self.gradient.rows() {
            for column in 0..=row {
                if let Some(side) = self.sides.get_mut(entry(row, column)) {
                    let last = side.rows() - 1;
                    // Of a covariance the matrix S_j has two ones, of a variance one.
                    side.scale(if row == column { 1.0 } else { 2.0 });
                    side.symmetrise();
                    side.set(last, last, 0.0);
                }
            }
        }
        for (j, left) in self.sides.iter().enumerate() {
            for (k, right) in self.sides.iter().enumerate().take(j + 1) {
                self.hessian.add(j, k, -left.inner(right));
                self.hessian.set(k, j, self.hessian.at(j, k));
                self.information.set(k, j, self.information.at(j, k));
            }
        }
    }

    /// The derivatives of the entries by theta, a theta a row.
    pub fn jacobian(first: &[Matrix]) -> Matrix {
        let n = first.first().map_or(0, Matrix::rows);
        let mut jacobian = Matrix::zeros(first.len(), n * (n + 1) / 2);
        for (theta, matrix) in first.iter().enumerate() {
            for row in 0..n {
                for column in 0..=row {
                    jacobian.set(theta, entry(row, column), matrix.at(row, column));
                }
            }
        }
        jacobian
    }

    pub fn gradient_by(&self, first: &[Matrix]) -> Vec<f64> {
        first.iter().map(|matrix| self.gradient.inner(matrix)).collect()
    }

    /// The Hessian by theta, with the part that Sigma's curvature adds.
    pub fn hessian_by(&self, covariance: &VisitCovariance, jacobian: &Matrix) -> Matrix {
        let turned = jacobian.transposed();
        let mut hessian = jacobian.times(&self.hessian).times(&turned);
        for row in 0..jacobian.rows() {
            for column in 0..=row {
                let curve = self.gradient.inner(&covariance.second(column, row));
                let value = hessian.at(row, column) + curve;
                hessian.set(row, column, value);
                hessian.set(column, row, value);
            }
        }
        hessian
    }

    pub fn information_by(&self, jacobian: &Matrix) -> Matrix {
        jacobian.times(&self.information).times(&jacobian.transposed())
    }

    /// A P A' for each theta.
    pub fn sides_by(&self, jacobian: &Matrix) -> Vec<Matrix> {
        let p = self.sides.first().map_or(0, Matrix::rows).saturating_sub(1);
        let places: Vec<usize> = (0..p).collect();
        let parts: Vec<Matrix> = self.sides.iter().map(|side| side.part(&places)).collect();
        (0..jacobian.rows())
            .map(|theta| {
                let mut sum = Matrix::zeros(p, p);
                for (part, factor) in parts.iter().zip(jacobian.row(theta)) {
                    sum.add_scaled(*factor, part);
                }
                sum
            })
            .collect()
    }
}
