//! Subjects seen at the same visits share one covariance matrix, and all that the likelihood asks of them is a sum of
//! cross products. A few stand-ins with the same sum take their place.

use super::standardised::Standardised;
use crate::order::sort_places;
use crate::stats::StatError;
use crate::stats::matrix::{Matrix, add_scaled, dot};

/// The rows of one subject, in the order of the visits.
pub struct SubjectRows {
    pub visits: Vec<usize>,
    pub rows: Vec<usize>,
}

/// Subjects with the same visits.
pub struct Pattern {
    pub visits: Vec<usize>,
    pub n_subjects: f64,
    /// Each a visit a row: fixed-effect columns, then the response.
    pub stand_ins: Vec<Matrix>,
}

/// Rows by subject, subjects in the order of their codes. A visit of a subject with two rows is an error.
pub fn rows_by_subject(subject: &[usize], visit: &[usize]) -> Result<Vec<SubjectRows>, StatError> {
    let mut places: Vec<usize> = (0..subject.len()).collect();
    let key = |place: usize| (subject.get(place), visit.get(place));
    sort_places(&mut places, &|a, b| key(a).cmp(&key(b)));
    let mut subjects: Vec<SubjectRows> = Vec::new();
    let mut last = None;
    for place in places {
        let (Some(code), Some(visit)) = key(place) else { continue };
        match subjects.last_mut() {
            Some(own) if last == Some(*code) => {
                if own.visits.last() == Some(visit) {
                    return Err(StatError::Duplicate { what: "row of a subject and visit", index: place });
                }
                own.visits.push(*visit);
                own.rows.push(place);
            }
            _ => subjects.push(SubjectRows { visits: vec![*visit], rows: vec![place] }),
        }
        last = Some(*code);
    }
    Ok(subjects)
}

pub fn patterns(subjects: &[SubjectRows], data: &Standardised) -> Vec<Pattern> {
    let mut places: Vec<usize> = (0..subjects.len()).collect();
    let visits = |place: usize| subjects.get(place).map(|one| one.visits.as_slice());
    sort_places(&mut places, &|a, b| visits(a).cmp(&visits(b)));
    let mut patterns = Vec::new();
    for group in places.chunk_by(|a, b| visits(*a) == visits(*b)) {
        let members: Vec<&SubjectRows> = group.iter().filter_map(|place| subjects.get(*place)).collect();
        let Some(first) = members.first() else { continue };
        let lines: Vec<Vec<f64>> = members.iter().map(|one| line(one, data)).collect();
        let width = data.columns.len() + 1;
        let stand_ins = fewer(lines).iter().map(|line| folded(line, width)).collect();
        patterns.push(Pattern { visits: first.visits.clone(), n_subjects: members.len() as f64, stand_ins });
    }
    patterns
}

/// A subject's columns and response, visit after visit.
fn line(subject: &SubjectRows, data: &Standardised) -> Vec<f64> {
    let mut line = Vec::with_capacity(subject.rows.len() * (data.columns.len() + 1));
    for row in &subject.rows {
        line.extend(data.columns.iter().map(|column| column.get(*row).copied().unwrap_or(f64::NAN)));
        line.push(data.residuals.get(*row).copied().unwrap_or(f64::NAN));
    }
    line
}

fn folded(line: &[f64], width: usize) -> Matrix {
    let rows: Vec<Vec<f64>> = line.chunks(width).map(<[f64]>::to_vec).collect();
    Matrix::from_rows(&rows)
}

/// Fewer lines with the same sum of cross products: R of a QR factoring with pivoting, which ends where the lines' rank
/// does. Where that saves little the lines stay as they are.
fn fewer(lines: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let n = lines.len();
    let most = (n / 2).min(64);
    let width = lines.first().map_or(0, Vec::len);
    let mut columns: Vec<Vec<f64>> = (0..width)
        .map(|place| lines.iter().map(|line| line.get(place).copied().unwrap_or(f64::NAN)).collect())
        .collect();
    let mut squares: Vec<f64> = columns.iter().map(|column| dot(column, column)).collect();
    let mut stand_ins: Vec<Vec<f64>> = Vec::new();
    loop {
        let largest = squares.iter().enumerate().fold(
            (0, 0.0),
            |best, (place, square)| {
                if *square > best.1 { (place, *square) } else { best }
            },
        );
        // All values are of the size of one.
        if largest.1 <= 1e-24 * n as f64 {
            return stand_ins;
        }
        if stand_ins.len() >= most {
            return lines;
        }
        let mut pivot = columns.get(largest.0).cloned().unwrap_or_default();
        let length = largest.1.sqrt();
        pivot.iter_mut().for_each(|value| *value /= length);
        let mut stand_in = Vec::with_capacity(width);
        for (column, square) in columns.iter_mut().zip(&mut squares) {
            let share = dot(&pivot, column);
            add_scaled(column, -share, &pivot);
            *square = dot(column, column);
            stand_in.push(share);
        }
        stand_ins.push(stand_in);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_keep_the_cross_products() {
        let lines: Vec<Vec<f64>> = (0..12)
            .map(|one| {
                let (a, b) = (f64::from(one % 3) - 1.0, f64::from(one * one % 7) - 3.0);
                vec![1.0, a, b, a + b, 2.0 * a]
            })
            .collect();
        let stand_ins = fewer(lines.clone());
        assert_eq!(stand_ins.len(), 3);
        let cross = |lines: &[Vec<f64>]| Matrix::from_rows(lines).transposed_times(&Matrix::from_rows(lines));
        for (a, b) in cross(&lines).values().iter().zip(cross(&stand_ins).values()) {
            assert!((a - b).abs() < 1e-12);
        }
        assert_eq!(fewer(lines[..2].to_vec()), lines[..2]);
    }

    #[test]
    fn rows_come_by_subject_and_visit() {
        let subjects = rows_by_subject(&[7, 3, 7, 3], &[2, 0, 1, 2]).unwrap();
        assert_eq!((&subjects[0].rows, &subjects[1].rows), (&vec![1, 3], &vec![2, 0]));
        assert!(matches!(rows_by_subject(&[7, 7], &[2, 2]), Err(StatError::Duplicate { index: 1, .. })));
    }
}
