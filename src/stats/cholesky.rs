//! Symmetric positive definite systems, for the Wald form of a test: u' V^-1 u.

/// u' V^-1 u by V = L L'; `None` when V, given row by row, is not positive definite to working precision.
pub fn inverse_quadratic_form(matrix: &[Vec<f64>], vector: &[f64]) -> Option<f64> {
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(vector.len());
    let mut solved: Vec<f64> = Vec::with_capacity(vector.len());
    for (row, value) in matrix.iter().zip(vector) {
        let mut new: Vec<f64> = Vec::with_capacity(lower.len() + 1);
        for (earlier, entry) in lower.iter().zip(row) {
            let diagonal = earlier.last()?;
            new.push((entry - dot(earlier, &new)) / diagonal);
        }
        let whole = row.get(lower.len())?;
        let rest = whole - dot(&new, &new);
        // A pivot that lost all but a few of its digits is rounding, not information.
        if rest.is_nan() || rest <= 1e-12 * whole.abs() {
            return None;
        }
        let diagonal = rest.sqrt();
        solved.push((value - dot(&new, &solved)) / diagonal);
        new.push(diagonal);
        lower.push(new);
    }
    Some(dot(&solved, &solved))
}

/// Sum of products, as far as the shorter one reaches.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_by_two_by_hand() {
        // V = [4 2; 2 3], inverse [3 -2; -2 4] / 8, u = (1, 2): (3 - 8 + 16) / 8.
        let form = inverse_quadratic_form(&[vec![4.0, 2.0], vec![2.0, 3.0]], &[1.0, 2.0]).unwrap();
        assert!((form - 11.0 / 8.0).abs() < 1e-15);
    }

    #[test]
    fn dependent_rows_have_no_answer() {
        assert_eq!(inverse_quadratic_form(&[vec![1.0, 2.0], vec![2.0, 4.0]], &[1.0, 1.0]), None);
        assert_eq!(inverse_quadratic_form(&[vec![0.0]], &[0.0]), None);
    }
}
