use super::kendall::{PairsInOrder, kendall_of};
use super::spearman::{EXACT_UP_TO, spearman, spearman_of};
use super::{Correlation, CorrelationKind, CorrelationOptions, pearson};
use crate::order;
use crate::stats::midrank::{CentredRanks, rank_centred};
use crate::stats::{StatError, input};

/// Two columns and how they go together.
#[derive(Debug, Clone, PartialEq)]
pub struct PairCorrelation {
    /// Places of the two columns, first < second.
    pub first: usize,
    pub second: usize,
    /// Rows in which both have a value.
    pub n: usize,
    /// Or why there is none: too few rows, a column without variation in them.
    pub result: Result<Correlation, StatError>,
}

/// The coefficient of every pair of columns over the rows in which both have a value.
///
/// Each pair is what [`super::estimate_correlation`] gives for it (the same p-values and intervals); ranks are taken
/// within the pair's rows, as cor(use = "pairwise.complete.obs") does. Sorting is done once a column, not once a pair.
///
/// Inputs: columns of one length, one row per subject, absent where there is no value. Errors: `LengthsDiffer`,
/// `NotFinite`, `OutOfRange` (the confidence level); what a single pair lacks is in its `result`.
/// Limits: with different rows for different pairs the matrix as a whole may be one that no complete data could have.
///
/// Source: as of the single routines. Checked against R 4.2.2: `cor(use = "pairwise.complete.obs")` with each method and
/// `cor.test` of each pair, relative 1e-11 (tests/golden/correlation_matrix); SAS PROC CORR does the same by default.
///
/// ```
/// use second_look::stats::correlation::*;
/// let columns = [vec![Some(1.0), Some(2.0), Some(3.0)], vec![Some(1.0), Some(3.0), None], vec![Some(5.0), None, Some(1.0)]];
/// let found = correlation_matrix(CorrelationKind::Pearson, &columns, &CorrelationOptions::default()).unwrap();
/// assert_eq!(found.iter().map(|pair| pair.n).collect::<Vec<_>>(), [2, 2, 1]);
/// ```
pub fn correlation_matrix(
    kind: CorrelationKind,
    columns: &[Vec<Option<f64>>],
    options: &CorrelationOptions,
) -> Result<Vec<PairCorrelation>, StatError> {
    input::check_confidence_level(options.confidence_level)?;
    let rows = columns.first().map_or(0, Vec::len);
    let mut prepared = Vec::with_capacity(columns.len());
    for column in columns {
        input::check_equal_lengths("columns", rows, column.len())?;
        prepared.push(Prepared::of(kind, column)?);
    }
    let mut pairs = Vec::with_capacity(columns.len() * columns.len().saturating_sub(1) / 2);
    let mut scratch = Scratch::default();
    for (first, left) in prepared.iter().enumerate() {
        for (second, right) in prepared.iter().enumerate().skip(first + 1) {
            let n = scratch.fill(left, right);
            let result = scratch.correlate(kind, left, right, options);
            pairs.push(PairCorrelation { first, second, n, result });
        }
    }
    Ok(pairs)
}

/// A column, with what every pair with it needs.
struct Prepared {
    /// NaN where absent.
    values: Vec<f64>,
    /// Rows with a value, by value.
    by_value: Vec<usize>,
    /// Of a column in which nothing is missing.
    ranks: Option<CentredRanks>,
}

impl Prepared {
    fn of(kind: CorrelationKind, column: &[Option<f64>]) -> Result<Self, StatError> {
        let mut values = Vec::with_capacity(column.len());
        for (index, value) in column.iter().enumerate() {
            match value {
                Some(value) if !value.is_finite() => return Err(StatError::NotFinite { what: "column", index }),
                // -0 and 0 are one value.
                Some(value) => values.push(value + 0.0),
                None => values.push(f64::NAN),
            }
        }
        let mut by_value = Vec::new();
        if kind != CorrelationKind::Pearson {
            let mut present: Vec<(f64, usize)> =
                values.iter().copied().zip(0..).filter(|(value, _)| !value.is_nan()).collect();
            order::sort_by(&mut present, |a, b| a.0.total_cmp(&b.0));
            by_value = present.into_iter().map(|(_, row)| row).collect();
        }
        let is_whole = kind == CorrelationKind::Spearman && by_value.len() == values.len();
        let ranks = is_whole.then(|| rank_centred(&values));
        Ok(Self { values, by_value, ranks })
    }

    fn value(&self, row: usize) -> f64 {
        self.values.get(row).copied().unwrap_or(f64::NAN)
    }
}

/// The rows of one pair; kept from pair to pair so that nothing is allocated for each.
#[derive(Default)]
struct Scratch {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Scratch {
    fn fill(&mut self, left: &Prepared, right: &Prepared) -> usize {
        self.x.clear();
        self.y.clear();
        for (x, y) in left.values.iter().zip(&right.values) {
            if !x.is_nan() && !y.is_nan() {
                self.x.push(*x);
                self.y.push(*y);
            }
        }
        self.x.len()
    }

    fn correlate(
        &self,
        kind: CorrelationKind,
        left: &Prepared,
        right: &Prepared,
        options: &CorrelationOptions,
    ) -> Result<Correlation, StatError> {
        let n = self.x.len();
        match kind {
            CorrelationKind::Pearson => pearson(&self.x, &self.y, options),
            CorrelationKind::Spearman if n <= EXACT_UP_TO => spearman(&self.x, &self.y, options),
            CorrelationKind::Spearman => {
                self.check_variation()?;
                match (&left.ranks, &right.ranks) {
                    (Some(x), Some(y)) => Ok(spearman_of(x, y, options)),
                    _ => Ok(spearman_of(&ranks_within(left, right), &ranks_within(right, left), options)),
                }
            }
            CorrelationKind::KendallTauB => {
                input::check_at_least("pairs", 3, n)?;
                self.check_variation()?;
                let pairs: Vec<(f64, f64)> = left
                    .by_value
                    .iter()
                    .map(|row| (left.value(*row), right.value(*row)))
                    .filter(|(_, y)| !y.is_nan())
                    .collect();
                Ok(kendall_of(&PairsInOrder::sorted_by_x(pairs), options))
            }
        }
    }

    fn check_variation(&self) -> Result<(), StatError> {
        for (what, values) in [("x", &self.x), ("y", &self.y)] {
            if input::is_constant(values) {
                return Err(StatError::NoVariation { what });
            }
        }
        Ok(())
    }
}

/// Centred mid-ranks of the column's values in the rows where the other has one too, in the order of the rows.
fn ranks_within(column: &Prepared, other: &Prepared) -> CentredRanks {
    let kept: Vec<usize> = column.by_value.iter().copied().filter(|row| !other.value(*row).is_nan()).collect();
    let centre = 0.5 * (kept.len() as f64 + 1.0);
    let mut by_row = vec![f64::NAN; column.values.len()];
    let (mut tie_term, mut before) = (0.0, 0);
    for run in kept.chunk_by(|a, b| column.value(*a) == column.value(*b)) {
        let size = run.len() as f64;
        tie_term += (size * size - 1.0) * size;
        let rank = before as f64 + 0.5 * (size + 1.0) - centre;
        run.iter().for_each(|row| by_row.get_mut(*row).into_iter().for_each(|slot| *slot = rank));
        before += run.len();
    }
    by_row.retain(|rank| !rank.is_nan());
    CentredRanks { ranks: by_row, tie_term }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlation::estimate_correlation;
    use crate::stats::random::Pcg32;

    fn made(rows: usize, columns: usize, share_missing: u32) -> Vec<Vec<Option<f64>>> {
        let mut random = Pcg32::new(7, 7);
        (0..columns)
            .map(|_| {
                let value = |random: &mut Pcg32| f64::from(random.below(40)) / 4.0 - 3.0;
                (0..rows).map(|_| (random.below(100) >= share_missing).then(|| value(&mut random))).collect()
            })
            .collect()
    }

    #[test]
    fn every_pair_is_what_its_own_routine_says() {
        let options = CorrelationOptions::default();
        for (rows, missing) in [(40, 0), (40, 20), (11, 10), (8, 0), (4, 40)] {
            let columns = made(rows, 6, missing);
            for kind in [CorrelationKind::Pearson, CorrelationKind::Spearman, CorrelationKind::KendallTauB] {
                for pair in correlation_matrix(kind, &columns, &options).unwrap() {
                    let both = columns[pair.first].iter().zip(&columns[pair.second]);
                    let (x, y): (Vec<f64>, Vec<f64>) = both.filter_map(|(x, y)| Some(((*x)?, (*y)?))).unzip();
                    let single = estimate_correlation(kind, &x, &y, &options);
                    assert_eq!(pair.result, single, "{kind:?} of {rows} rows");
                    assert_eq!(pair.n, x.len());
                }
            }
        }
    }

    #[test]
    fn what_is_no_table_is_an_error() {
        let options = CorrelationOptions::default();
        let uneven = [vec![Some(1.0)], vec![]];
        assert!(matches!(
            correlation_matrix(CorrelationKind::Pearson, &uneven, &options),
            Err(StatError::LengthsDiffer { .. })
        ));
        let nan = [vec![Some(f64::NAN)]];
        assert!(matches!(
            correlation_matrix(CorrelationKind::Pearson, &nan, &options),
            Err(StatError::NotFinite { .. })
        ));
        assert_eq!(correlation_matrix(CorrelationKind::Spearman, &[], &options), Ok(Vec::new()));
    }
}
