//! Small dense matrices, row by row, and the two factorings that likelihoods need. A place outside of a matrix reads as
//! NaN and is not written: a fault shows in the answer instead of ending the program.

#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    pub fn identity(size: usize) -> Self {
        let mut matrix = Self::zeros(size, size);
        for place in 0..size {
            matrix.set(place, place, 1.0);
        }
        matrix
    }

    /// From rows of equal length; a longer or shorter row counts as the first.
    pub fn from_rows(rows: &[Vec<f64>]) -> Self {
        let columns = rows.first().map_or(0, Vec::len);
        let mut matrix = Self::zeros(rows.len(), columns);
        for (index, row) in rows.iter().enumerate() {
            for (own, value) in matrix.row_mut(index).iter_mut().zip(row) {
                *own = *value;
            }
        }
        matrix
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub fn at(&self, row: usize, column: usize) -> f64 {
        if column < self.columns {
            self.values.get(row * self.columns + column).copied().unwrap_or(f64::NAN)
        } else {
            f64::NAN
        }
    }

    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        if let Some(own) = self.row_mut(row).get_mut(column) {
            *own = value;
        }
    }

    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        if let Some(own) = self.row_mut(row).get_mut(column) {
            *own += value;
        }
    }

    pub fn row(&self, row: usize) -> &[f64] {
        self.values.get(row * self.columns..(row + 1) * self.columns).unwrap_or_default()
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        self.values.get_mut(row * self.columns..(row + 1) * self.columns).unwrap_or_default()
    }

    pub fn transposed(&self) -> Self {
        let mut turned = Self::zeros(self.columns, self.rows);
        for row in 0..self.rows {
            for (column, value) in self.row(row).iter().enumerate() {
                turned.set(column, row, *value);
            }
        }
        turned
    }

    /// A B.
    pub fn times(&self, other: &Self) -> Self {
        let mut product = Self::zeros(self.rows, other.columns);
        for row in 0..self.rows {
            for (inner, factor) in self.row(row).iter().enumerate() {
                add_scaled(product.row_mut(row), *factor, other.row(inner));
            }
        }
        product
    }

    /// A'B.
    pub fn transposed_times(&self, other: &Self) -> Self {
        let mut product = Self::zeros(self.columns, other.columns);
        for inner in 0..self.rows {
            for (row, factor) in self.row(inner).iter().enumerate() {
                add_scaled(product.row_mut(row), *factor, other.row(inner));
            }
        }
        product
    }

    /// A v.
    pub fn times_vector(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|row| dot(self.row(row), vector)).collect()
    }

    /// A += factor B.
    pub fn add_scaled(&mut self, factor: f64, other: &Self) {
        add_scaled(&mut self.values, factor, &other.values);
    }

    pub fn scale(&mut self, factor: f64) {
        self.values.iter_mut().for_each(|value| *value *= factor);
    }

    /// Sum of the products of equal places: tr(A'B).
    pub fn inner(&self, other: &Self) -> f64 {
        dot(&self.values, &other.values)
    }

    /// Makes A (A + A') / 2.
    pub fn symmetrise(&mut self) {
        for row in 0..self.rows {
            for column in 0..row {
                let mean = 0.5 * (self.at(row, column) + self.at(column, row));
                self.set(row, column, mean);
                self.set(column, row, mean);
            }
        }
    }

    /// v'A v.
    pub fn quadratic_form(&self, vector: &[f64]) -> f64 {
        dot(vector, &self.times_vector(vector))
    }

    /// The rows and columns at `places`.
    pub fn part(&self, places: &[usize]) -> Self {
        let mut part = Self::zeros(places.len(), places.len());
        for (row, from_row) in places.iter().enumerate() {
            for (column, from_column) in places.iter().enumerate() {
                part.set(row, column, self.at(*from_row, *from_column));
            }
        }
        part
    }

    /// L with A = L L', L lower; `None` when A is not positive definite: a pivot that lost all but `least` of its
    /// diagonal is rounding.
    pub fn cholesky(&self, least: f64) -> Option<Self> {
        let mut lower = Self::zeros(self.rows, self.rows);
        for row in 0..self.rows {
            for column in 0..row {
                let known = dot(
                    lower.row(row).get(..column).unwrap_or_default(),
                    lower.row(column).get(..column).unwrap_or_default(),
                );
                lower.set(row, column, (self.at(row, column) - known) / lower.at(column, column));
            }
            let whole = self.at(row, row);
            let known = lower.row(row).get(..row).unwrap_or_default();
            let rest = whole - dot(known, known);
            if rest.is_nan() || rest <= least * whole.abs() || rest.is_infinite() {
                return None;
            }
            lower.set(row, row, rest.sqrt());
        }
        Some(lower)
    }

    /// Of a lower triangle: L^-1.
    pub fn lower_inverse(&self) -> Self {
        let mut inverse = Self::zeros(self.rows, self.rows);
        for row in 0..self.rows {
            let mut new = vec![0.0; self.rows];
            for column in 0..row {
                add_scaled(&mut new, -self.at(row, column), inverse.row(column));
            }
            let diagonal = self.at(row, row);
            for (column, value) in new.iter_mut().enumerate().take(row + 1) {
                let one = if column == row { 1.0 } else { 0.0 };
                *value = (*value + one) / diagonal;
            }
            for (own, value) in inverse.row_mut(row).iter_mut().zip(&new) {
                *own = *value;
            }
        }
        inverse
    }

    /// Of a lower triangle: L^-1 v.
    pub fn lower_solve(&self, vector: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(vector.len());
        for (row, value) in vector.iter().enumerate() {
            let next = (value - dot(self.row(row), &solved)) / self.at(row, row);
            solved.push(next);
        }
        solved
    }

    /// Of a lower triangle: L^-T v.
    pub fn lower_transposed_solve(&self, vector: &[f64]) -> Vec<f64> {
        let mut solved = vector.to_vec();
        for row in (0..self.rows).rev() {
            let (before, own) = solved.split_at_mut(row);
            if let Some(own) = own.first_mut() {
                *own /= self.at(row, row);
                add_scaled(before, -*own, self.row(row));
            }
        }
        solved
    }

    /// Of a lower triangle: the inverse of L L'.
    pub fn inverse_of_square(&self) -> Self {
        let inverse = self.lower_inverse();
        inverse.transposed_times(&inverse)
    }

    /// Logarithm of the determinant of L L', L this lower triangle.
    pub fn log_determinant_of_square(&self) -> f64 {
        2.0 * (0..self.rows).map(|place| super::real::ln(self.at(place, place))).sum::<f64>()
    }

    /// Eigenvalues of a symmetric matrix, from the largest down, and its eigenvectors as rows, by Jacobi's rotations.
    pub fn symmetric_eigen(&self) -> Eigen {
        let n = self.rows;
        let mut work = self.clone();
        let mut vectors = Self::identity(n);
        for _ in 0..60 {
            let mut off = 0.0;
            let mut whole = 0.0;
            for row in 0..n {
                for (column, value) in work.row(row).iter().enumerate() {
                    whole += value * value;
                    if row != column {
                        off += value * value;
                    }
                }
            }
            if off.is_nan() || off <= 1e-32 * whole {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    rotate(&mut work, &mut vectors, p, q);
                }
            }
        }
        let values: Vec<f64> = (0..n).map(|place| work.at(place, place)).collect();
        let mut places: Vec<usize> = (0..n).collect();
        let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
        crate::order::sort_places(&mut places, &|a, b| at(b).total_cmp(&at(a)));
        let rows: Vec<Vec<f64>> = places.iter().map(|place| vectors.row(*place).to_vec()).collect();
        Eigen { values: places.iter().map(|place| at(*place)).collect(), vectors: Self::from_rows(&rows) }
    }
}

/// What [`Matrix::symmetric_eigen`] finds.
pub struct Eigen {
    pub values: Vec<f64>,
    pub vectors: Matrix,
}

/// One rotation that makes the place (p, q) zero; rows of `vectors` turn with it.
fn rotate(work: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    let (app, aqq, apq) = (work.at(p, p), work.at(q, q), work.at(p, q));
    if apq == 0.0 {
        return;
    }
    let half = 0.5 * (aqq - app) / apq;
    let sign = if half < 0.0 { -1.0 } else { 1.0 };
    let tangent = if half.is_finite() { sign / (half.abs() + (half * half + 1.0).sqrt()) } else { 0.0 };
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in 0..work.rows {
        let line = work.row_mut(row);
        if let [Some(left), Some(right)] = [line.get(p).copied(), line.get(q).copied()] {
            if let Some(own) = line.get_mut(p) {
                *own = cosine * left - sine * right;
            }
            if let Some(own) = line.get_mut(q) {
                *own = sine * left + cosine * right;
            }
        }
    }
    turn_rows(work, p, q, cosine, sine);
    turn_rows(vectors, p, q, cosine, sine);
}

fn turn_rows(matrix: &mut Matrix, p: usize, q: usize, cosine: f64, sine: f64) {
    let columns = matrix.columns;
    let (upper, lower) = matrix.values.split_at_mut(q * columns);
    let first = upper.get_mut(p * columns..(p + 1) * columns).unwrap_or_default();
    for (left, right) in first.iter_mut().zip(lower) {
        let (a, b) = (*left, *right);
        *left = cosine * a - sine * b;
        *right = sine * a + cosine * b;
    }
}

/// Sum of products, as far as the shorter one reaches.
pub fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// left += factor right, as far as the shorter one reaches.
pub fn add_scaled(left: &mut [f64], factor: f64, right: &[f64]) {
    if factor != 0.0 {
        for (own, other) in left.iter_mut().zip(right) {
            *own += factor * other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Matrix {
        Matrix::from_rows(&[vec![4.0, 2.0, 0.0], vec![2.0, 3.0, 1.0], vec![0.0, 1.0, 2.0]])
    }

    #[test]
    fn a_factor_and_its_inverse_by_hand() {
        // [4 2; 2 3] = [2 0; 1 sqrt 2] squared, inverse [3 -2; -2 4] / 8.
        let lower = Matrix::from_rows(&[vec![4.0, 2.0], vec![2.0, 3.0]]).cholesky(1e-12).unwrap();
        assert!((lower.at(1, 0) - 1.0).abs() < 1e-15 && (lower.at(1, 1) - 2.0_f64.sqrt()).abs() < 1e-15);
        let inverse = lower.inverse_of_square();
        assert!((inverse.at(0, 0) - 0.375).abs() < 1e-15 && (inverse.at(0, 1) + 0.25).abs() < 1e-15);
        assert!((lower.log_determinant_of_square() - crate::stats::real::ln(8.0)).abs() < 1e-14);
        let solved = lower.lower_transposed_solve(&lower.lower_solve(&[1.0, 2.0]));
        assert!((solved[0] + 0.125).abs() < 1e-15 && (solved[1] - 0.75).abs() < 1e-15);
        assert!(Matrix::from_rows(&[vec![1.0, 2.0], vec![2.0, 4.0]]).cholesky(1e-12).is_none());
    }

    #[test]
    fn eigenvectors_make_the_matrix_again() {
        let eigen = example().symmetric_eigen();
        let mut again = Matrix::zeros(3, 3);
        for (place, value) in eigen.values.iter().enumerate() {
            let row = Matrix::from_rows(&[eigen.vectors.row(place).to_vec()]);
            again.add_scaled(*value, &row.transposed_times(&row));
        }
        again.add_scaled(-1.0, &example());
        assert!(again.values().iter().all(|value| value.abs() < 1e-14), "{again:?}");
        assert!(eigen.values[0] > eigen.values[1] && eigen.values[1] > eigen.values[2]);
    }

    #[test]
    fn products_and_places() {
        let a = Matrix::from_rows(&[vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!(a.times(&a).values(), [7.0, 10.0, 15.0, 22.0]);
        assert_eq!(a.transposed_times(&a).values(), [10.0, 14.0, 14.0, 20.0]);
        assert_eq!(a.transposed().row(0), [1.0, 3.0]);
        assert_eq!(a.quadratic_form(&[1.0, 1.0]), 10.0);
        assert_eq!(example().part(&[0, 2]).values(), [4.0, 0.0, 0.0, 2.0]);
        assert!(a.at(0, 2).is_nan() && a.at(2, 0).is_nan());
    }
}
