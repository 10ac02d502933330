use crate::stats::distribution::chi_squared;
use crate::stats::{StatError, input};

/// What a chi-squared test can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PearsonChiSquaredOptions {
    /// Yates's correction for continuity, for two by two only. Default false.
    pub is_corrected: bool,
}

/// A chi-squared test of a table of counts.
#[derive(Debug, Clone, PartialEq)]
pub struct PearsonChiSquaredTest {
    /// The statistic, chi-squared with `df` degrees of freedom if rows and columns go their own ways.
    pub chi_squared: f64,
    /// (rows - 1) (columns - 1), of those with subjects.
    pub df: f64,
    /// Upper tail of chi-squared: two-sided.
    pub p_value: f64,
    /// The smallest expected count; below 5 the p-value is rough.
    pub smallest_expected: f64,
    /// Whether Yates's correction was used.
    pub is_corrected: bool,
}

/// Pearson's chi-squared test that the columns' shares are the same in every row of a table of counts, two-sided.
///
/// chi_squared = sum (|O - E| - c)^2 / E over cells, E = row total x column total / n; df = (rows - 1) (columns - 1).
/// c = 0; with Yates's correction, of a table two by two, c = 1/2, or |O - E| if that is less.
///
/// Inputs: `rows` of counts of independent subjects, one row per arm, one column per outcome, all of one length. Rows
/// and columns without a subject are left out. Missing values: not here.
/// Errors: `LengthsDiffer` (rows of different lengths), `TooFew` (under 2 rows or 2 columns with subjects).
/// Limits: with an expected count below 5 take [`super::fisher_exact_test`], whose p is not below the truth. Yates's
/// correction gives about Fisher's p. Says nothing about size: give a difference with its interval.
///
/// Source: Pearson, Philosophical Magazine 50:157-175, 1900; Yates, Supplement to the Journal of the Royal Statistical
/// Society 1:217-235, 1934. Checked against R 4.2.2 `chisq.test`, relative 1e-12
/// (tests/golden/pearson_chi_squared_test). SAS PROC FREQ: the same, lines Chi-Square and Continuity Adj. On purpose
/// unlike R, which answers NaN where a row or column is empty, and corrects two by two unless told not to.
///
/// ```
/// use second_look::stats::contingency::{PearsonChiSquaredOptions, pearson_chi_squared_test};
/// // Every expected count is 5, every difference 2: 4 x 4 / 5.
/// let test = pearson_chi_squared_test(&[&[7, 3], &[3, 7]], &PearsonChiSquaredOptions::default()).unwrap();
/// assert!((test.chi_squared - 3.2).abs() < 1e-14);
/// ```
pub fn pearson_chi_squared_test(
    rows: &[&[usize]],
    options: &PearsonChiSquaredOptions,
) -> Result<PearsonChiSquaredTest, StatError> {
    let n_columns = rows.first().map_or(0, |row| row.len());
    for row in rows {
        input::check_equal_lengths("rows of counts", n_columns, row.len())?;
    }
    let column_totals: Vec<f64> = (0..n_columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|count| *count as f64).sum())
        .collect();
    let row_totals: Vec<f64> = rows.iter().map(|row| row.iter().map(|count| *count as f64).sum()).collect();
    let n: f64 = row_totals.iter().sum();
    let filled = |totals: &[f64]| totals.iter().filter(|total| **total > 0.0).count();
    let (n_filled_rows, n_filled_columns) = (filled(&row_totals), filled(&column_totals));
    input::check_at_least("rows with subjects", 2, n_filled_rows)?;
    input::check_at_least("columns with subjects", 2, n_filled_columns)?;

    let df = ((n_filled_rows - 1) * (n_filled_columns - 1)) as f64;
    let is_corrected = options.is_corrected && n_filled_rows == 2 && n_filled_columns == 2;
    let mut smallest_expected = f64::INFINITY;
    let mut sum = 0.0;
    for (row, row_total) in rows.iter().zip(&row_totals) {
        for (count, column_total) in row.iter().zip(&column_totals) {
            let expected = row_total * column_total / n;
            if expected > 0.0 {
                smallest_expected = smallest_expected.min(expected);
                let apart = (*count as f64 - expected).abs();
                let apart = if is_corrected { (apart - 0.5).max(0.0) } else { apart };
                sum += apart * apart / expected;
            }
        }
    }
    Ok(PearsonChiSquaredTest {
        chi_squared: sum,
        df,
        p_value: chi_squared::sf(sum, df),
        smallest_expected,
        is_corrected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_of(rows: &[&[usize]], is_corrected: bool) -> PearsonChiSquaredTest {
        pearson_chi_squared_test(rows, &PearsonChiSquaredOptions { is_corrected }).unwrap()
    }

    #[test]
    fn twenty_subjects_by_hand() {
        // Expected 5 throughout; differences 2, with the correction 1.5.
        let plain = test_of(&[&[7, 3], &[3, 7]], false);
        assert!((plain.chi_squared - 3.2).abs() < 1e-14);
        assert_eq!((plain.df, plain.smallest_expected, plain.is_corrected), (1.0, 5.0, false));
        assert!((test_of(&[&[7, 3], &[3, 7]], true).chi_squared - 1.8).abs() < 1e-14);
        // A difference below 1/2 is corrected to nothing.
        assert_eq!(test_of(&[&[5, 5], &[5, 5]], true).p_value, 1.0);
    }

    #[test]
    fn empty_rows_and_columns_are_left_out() {
        let plain = test_of(&[&[7, 3], &[3, 7]], true);
        assert_eq!(test_of(&[&[7, 0, 3], &[0, 0, 0], &[3, 0, 7]], true), plain);
    }

    #[test]
    fn turning_the_table_changes_nothing() {
        let (there, turned) = (test_of(&[&[1, 5, 9], &[4, 4, 2]], false), test_of(&[&[1, 4], &[5, 4], &[9, 2]], false));
        assert!((there.chi_squared - turned.chi_squared).abs() < 1e-14);
        assert_eq!((there.df, turned.df), (2.0, 2.0));
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let options = PearsonChiSquaredOptions::default();
        let of = |rows: &[&[usize]]| pearson_chi_squared_test(rows, &options).map(|_| ());
        assert!(matches!(of(&[&[3, 0], &[5, 0]]), Err(StatError::TooFew { what: "columns with subjects", .. })));
        assert!(matches!(of(&[&[3, 1], &[0, 0]]), Err(StatError::TooFew { what: "rows with subjects", .. })));
        assert!(matches!(of(&[&[3, 1], &[2]]), Err(StatError::LengthsDiffer { .. })));
        assert!(of(&[]).is_err());
    }
}
