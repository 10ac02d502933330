//! Fixed-effect columns made orthonormal and a response freed of them: what follows is then of the size of one, in
//! whatever units the data came.

use crate::stats::linear::{Design, fit_least_squares};
use crate::stats::matrix::{Matrix, add_scaled, dot};
use crate::stats::{StatError, real};

/// X = Q T, y = X b + s e.
pub struct Standardised {
    pub n_rows: usize,
    /// Columns of Q, of mean square 1.
    pub columns: Vec<Vec<f64>>,
    /// e: residuals of least squares, of mean square 1.
    pub residuals: Vec<f64>,
    /// b.
    least_squares: Vec<f64>,
    /// T', lower.
    triangle: Matrix,
    /// s.
    pub scale: f64,
}

impl Standardised {
    /// Errors as those of `fit_least_squares`.
    pub fn of(design: &Design, response: &[f64]) -> Result<Self, StatError> {
        let fit = fit_least_squares(design, response)?;
        let n = response.len() as f64;
        let p = design.columns().len();
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(p);
        let mut triangle = Matrix::zeros(p, p);
        for (index, column) in design.columns().iter().enumerate() {
            let mut rest = column.clone();
            // Twice is enough for orthogonality to working precision.
            for _ in 0..2 {
                for (place, earlier) in columns.iter().enumerate() {
                    let share = dot(earlier, &rest) / n;
                    triangle.add(index, place, share);
                    add_scaled(&mut rest, -share, earlier);
                }
            }
            let length = (dot(&rest, &rest) / n).sqrt();
            triangle.set(index, index, length);
            rest.iter_mut().for_each(|value| *value /= length);
            columns.push(rest);
        }
        let scale = (dot(&fit.residuals, &fit.residuals) / n).sqrt();
        let residuals = fit.residuals.iter().map(|value| value / scale).collect();
        Ok(Self { n_rows: response.len(), columns, residuals, least_squares: fit.coefficients, triangle, scale })
    }

    /// What -2 log REML likelihood of the data has more than that of Q and e.
    pub fn constant(&self) -> f64 {
        let free = (self.n_rows - self.columns.len()) as f64;
        free * real::ln(2.0 * std::f64::consts::PI * self.scale * self.scale)
            + self.triangle.log_determinant_of_square()
    }

    /// Coefficients of X from those of Q and e.
    pub fn coefficients(&self, of_columns: &[f64]) -> Vec<f64> {
        let own = self.triangle.lower_transposed_solve(of_columns);
        self.least_squares.iter().zip(own).map(|(base, more)| base + self.scale * more).collect()
    }

    /// F with Cov(b) = F'F, given A with A'A the covariance of Q's coefficients.
    pub fn covariance_factor(&self, root: &Matrix) -> Matrix {
        let mut factor = root.times(&self.triangle.lower_inverse());
        factor.scale(self.scale);
        factor
    }
}
