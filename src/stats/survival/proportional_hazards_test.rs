use super::cox::quadratic_form_of_inverse;
use super::cox_likelihood::risk_sets::{DeathTime, RiskSets};
use super::cox_likelihood::risk_sums::walk;
use super::cox_likelihood::terms::{Terms, unpacked};
use super::cox_residuals::standardised_coefficients;
use super::{ChiSquaredTest, CoxFit, CoxOptions, FollowUpTimes};
use crate::order;
use crate::stats::matrix::{Matrix, dot};
use crate::stats::{StatError, input, real};

/// The function g of time that coefficients may change with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeTransform {
    /// 1 - Kaplan-Meier curve of all rows just before the time: early and late events count alike. The default, as in R.
    #[default]
    KaplanMeier,
    /// Rank of the time among the times of all rows, events and others.
    Rank,
    /// The time itself.
    Identity,
    /// Its logarithm.
    Log,
}

/// One event of a test of proportional hazards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SchoenfeldEvent {
    /// The row whose event it is.
    pub row: usize,
    /// Its time.
    pub time: f64,
    /// g(time).
    pub transformed_time: f64,
}

/// Tests that hazard ratios do not change with time, and the residuals that show how they change.
#[derive(Debug, Clone, PartialEq)]
pub struct ProportionalHazards {
    /// For each term, in order: does its coefficient change with g(time)?
    pub terms: Vec<ChiSquaredTest>,
    /// All columns together.
    pub global: ChiSquaredTest,
    /// Events by stratum, then time.
    pub events: Vec<SchoenfeldEvent>,
    /// For each column, one for each of `events`: scaled Schoenfeld residual plus the estimate, so that its trend over
    /// g(time) is that of the coefficient. None in a stratum where the column does not vary.
    pub scaled_residuals: Vec<Vec<Option<f64>>>,
    /// Covariance of one event's scaled residuals, for bands round a smooth line.
    pub residual_covariance: Matrix,
}

/// Score tests of proportional hazards in a Cox regression, against coefficients b + c g(time); two-sided.
///
/// With s_i the Schoenfeld residual of an event (its x minus the mean of x in its risk set by weights exp(x'b)), V_i the
/// variance of x there, and g centred at its mean over the events: U = sum g s, and information of (b, c) the blocks
/// sum V, sum g V, sum g^2 V. chi_squared = (0, U)' information^-1 (0, U), for a term with its columns of c only.
/// Scaled residual: V^-1 s + b, V the mean of the V_i. Efron's ties average over the tied; exact ones are taken as
/// Breslow's. The sums are exact: not the approximation of 1994 with one V for all, which R before 3.0 has.
///
/// Inputs: the data, the options and the fit of [`super::fit_cox`]; `terms` lists of columns, a factor's together. With
/// clusters the test is that of independent rows, as in R. Missing values: none; NaN is an error.
/// Errors: `LengthsDiffer` (another fit), `OutOfRange` (no such column; `Log` with an event at time 0), `TooFew` (a term
/// without columns), `Singular` (fewer distinct event times than needed), and those of the data.
/// Limits: it sees trends along g only; with many events small trends are "significant", with few large ones are not:
/// look at the residuals. A covariate left out can look like a changing coefficient.
///
/// Source: Grambsch and Therneau, Biometrika 81:515-526, 1994; Therneau and Grambsch, Modeling Survival Data, 2000,
/// chapter 6. Checked against R 4.2.2, survival 3.5-3, `cox.zph`, relative 1e-9 (tests/golden/proportional_hazards_test).
/// SAS PROC PHREG, ZPH option: the approximation with one V.
///
/// ```
/// use second_look::stats::{Matrix, survival::{
///     CoxOptions, FollowUpTimes, TimeTransform, fit_cox, proportional_hazards_test}};
/// let covariates = Matrix::from_rows(&[vec![1.0], vec![0.0], vec![1.0]]);
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0], &[true; 3]);
/// let options = CoxOptions::default();
/// let fit = fit_cox(&follow_up, &covariates, &options).unwrap();
/// let test = |transform| proportional_hazards_test(&follow_up, &covariates, &fit, &[&[0]], transform, &options);
/// // r = sqrt(1/2): residuals m, -m, 0 with m = 1 - 2 r / (2 r + 1) = r / (r + 1).
/// let found = test(TimeTransform::Identity).unwrap();
/// let m = 0.5_f64.sqrt() / (0.5_f64.sqrt() + 1.0);
/// // U = g1 m - g2 m = -m; V the same at both times, 0 at the third: information (2, -1; -1, 1) m (1 - m).
/// assert!((found.global.chi_squared - m * m / (0.5 * m * (1.0 - m))).abs() < 1e-9);
/// ```
pub fn proportional_hazards_test(
    follow_up: &FollowUpTimes<'_>,
    covariates: &Matrix,
    fit: &CoxFit,
    terms: &[&[usize]],
    transform: TimeTransform,
    options: &CoxOptions<'_>,
) -> Result<ProportionalHazards, StatError> {
    let sets = RiskSets::new(follow_up, covariates, options.strata)?;
    let coefficients = standardised_coefficients(&sets, fit)?;
    let p = sets.n_columns;
    for term in terms {
        input::check_codes("columns", term, p)?;
        input::check_at_least("columns of a term", 1, term.len())?;
    }
    let transformed = transformed_times(&sets, follow_up, transform)?;
    let deaths = || sets.death_times.iter().zip(&transformed);
    let mean = deaths().map(|(one, g)| one.n_events as f64 * g).sum::<f64>() / sets.n_events as f64;

    let triangle = p * (p + 1) / 2;
    let mut blocks = vec![0.0; 3 * triangle];
    let mut slope = vec![0.0; p];
    // For each event time the mean of x that the events are compared with.
    let mut means = Vec::with_capacity(sets.death_times.len() * p);
    let mut own = Terms::new(p);
    walk(&sets, &coefficients, false, &mut |index, death_time, sums| {
        own.clear();
        own.add(sums, death_time.n_events, options.ties);
        let g = transformed.get(index).copied().unwrap_or(f64::NAN) - mean;
        for (block, factor) in blocks.chunks_exact_mut(triangle).zip([1.0, g, g * g]) {
            for (sum, value) in block.iter_mut().zip(&own.information) {
                *sum += factor * value;
            }
        }
        for ((sum, score), rows) in slope.iter_mut().zip(&own.score).zip(&sums.rows_of_dying) {
            *sum += g * score;
            means.push((rows - score) / death_time.n_events as f64);
        }
    });
    let [plain, by_g, by_square] =
        [0, 1, 2].map(|block| unpacked(blocks.get(block * triangle..(block + 1) * triangle).unwrap_or_default(), p));
    let test = |columns: &[usize]| {
        let size = p + columns.len();
        let mut information = Matrix::zeros(size, size);
        for row in 0..p {
            for column in 0..p {
                information.set(row, column, plain.at(row, column));
            }
            for (place, column) in columns.iter().enumerate() {
                information.set(row, p + place, by_g.at(row, *column));
                information.set(p + place, row, by_g.at(row, *column));
            }
        }
        let mut score = vec![0.0; p];
        for (place, column) in columns.iter().enumerate() {
            score.push(slope.get(*column).copied().unwrap_or(f64::NAN));
            for (other, other_column) in columns.iter().enumerate() {
                information.set(p + place, p + other, by_square.at(*column, *other_column));
            }
        }
        Ok(ChiSquaredTest::of(quadratic_form_of_inverse(&information, &score)?, columns.len() as f64))
    };
    let all: Vec<usize> = (0..p).collect();
    let scaled = ScaledResiduals { sets: &sets, means: &means, coefficients: &coefficients, information: &plain };
    let (events, scaled_residuals, residual_covariance) = scaled.collect(&transformed)?;
    Ok(ProportionalHazards {
        terms: terms.iter().map(|columns| test(columns)).collect::<Result<_, StatError>>()?,
        global: test(&all)?,
        events,
        scaled_residuals,
        residual_covariance,
    })
}

/// g at each of the event times.
fn transformed_times(
    sets: &RiskSets,
    follow_up: &FollowUpTimes<'_>,
    transform: TimeTransform,
) -> Result<Vec<f64>, StatError> {
    let times = sets.death_times.iter().map(|one| one.time);
    let mut sorted = follow_up.times.to_vec();
    order::sort_numbers(&mut sorted);
    Ok(match transform {
        TimeTransform::Identity => times.collect(),
        TimeTransform::Log => {
            if let Some(value) = times.clone().find(|time| *time <= 0.0) {
                return Err(StatError::OutOfRange { what: "event time to take the logarithm of", value });
            }
            times.map(real::ln).collect()
        }
        TimeTransform::Rank => times
            .map(|time| {
                let below = sorted.partition_point(|other| *other < time);
                let through = sorted.partition_point(|other| *other <= time);
                0.5 * (below + through + 1) as f64
            })
            .collect(),
        TimeTransform::KaplanMeier => {
            let mut entries = follow_up.entries.map(<[f64]>::to_vec).unwrap_or_default();
            order::sort_numbers(&mut entries);
            let mut deaths: Vec<f64> =
                follow_up.times.iter().zip(follow_up.is_event).filter(|one| *one.1).map(|one| *one.0).collect();
            order::sort_numbers(&mut deaths);
            let mut before = Vec::with_capacity(deaths.len());
            let mut survival = 1.0;
            for tied in deaths.chunk_by(|a, b| a == b) {
                let time = tied.first().copied().unwrap_or_default();
                before.push((time, 1.0 - survival));
                let begun = entries.len() - entries.partition_point(|entry| *entry < time);
                let at_risk = sorted.len() - sorted.partition_point(|other| *other < time) - begun;
                survival *= 1.0 - tied.len() as f64 / at_risk as f64;
            }
            let at = |time: f64| before.get(before.partition_point(|one| one.0 < time)).map_or(f64::NAN, |one| one.1);
            times.map(at).collect()
        }
    })
}

struct ScaledResiduals<'a> {
    sets: &'a RiskSets,
    means: &'a [f64],
    coefficients: &'a [f64],
    information: &'a Matrix,
}

type Collected = (Vec<SchoenfeldEvent>, Vec<Vec<Option<f64>>>, Matrix);

impl ScaledResiduals<'_> {
    /// By stratum, then time, then row. The variance of an event's residual is the information per event; columns that
    /// do not vary in a stratum have no part in its events.
    fn collect(&self, transformed: &[f64]) -> Result<Collected, StatError> {
        let (sets, p) = (self.sets, self.sets.n_columns);
        let strata: Vec<&[DeathTime]> = sets.death_times.chunk_by(|a, b| a.stratum_start == b.stratum_start).collect();
        let mut variance = self.information.clone();
        let mut counts = Matrix::zeros(p, p);
        for stratum in &strata {
            let events = stratum.iter().map(|one| one.n_events).sum::<usize>() as f64;
            let used = self.columns_that_vary(stratum);
            for row in &used {
                for column in &used {
                    counts.add(*row, *column, events);
                }
            }
        }
        for row in 0..p {
            for column in 0..p {
                variance.set(row, column, variance.at(row, column) / counts.at(row, column).max(1.0));
            }
        }
        let inverse = |matrix: Matrix| {
            let lower =
                matrix.cholesky(1e-14).ok_or(StatError::Singular { column: matrix.rows().saturating_sub(1) })?;
            Ok::<_, StatError>(lower.inverse_of_square())
        };
        let mut events = Vec::with_capacity(sets.n_events);
        let mut residuals: Vec<Vec<Option<f64>>> = vec![Vec::with_capacity(sets.n_events); p];
        let mut first = 0;
        for stratum in &strata {
            let used = self.columns_that_vary(stratum);
            let weights = inverse(variance.part(&used))?;
            for (place, death_time) in stratum.iter().enumerate().rev() {
                let at = first + place;
                let mean = self.means.get(at * p..(at + 1) * p).unwrap_or_default();
                for (row, given) in
                    sets.rows_of(death_time.events()).zip(sets.given.iter().skip(death_time.first_event))
                {
                    events.push(SchoenfeldEvent {
                        row: *given as usize,
                        time: death_time.time,
                        transformed_time: transformed.get(at).copied().unwrap_or(f64::NAN),
                    });
                    let plain: Vec<f64> = row.iter().zip(mean).map(|(x, mean)| x - mean).collect();
                    let own: Vec<f64> = used.iter().filter_map(|column| plain.get(*column).copied()).collect();
                    for (column, values) in residuals.iter_mut().enumerate() {
                        let part = used.iter().position(|one| *one == column);
                        let of = |values: &[f64]| values.get(column).copied().unwrap_or(f64::NAN);
                        values.push(
                            part.map(|part| (dot(weights.row(part), &own) + of(self.coefficients)) / of(&sets.scale)),
                        );
                    }
                }
            }
            first += stratum.len();
        }
        let mut covariance = inverse(variance)?;
        for (row, own) in sets.scale.iter().enumerate() {
            for (value, other) in covariance.row_mut(row).iter_mut().zip(&sets.scale) {
                *value = *value / own / other;
            }
        }
        Ok((events, residuals, covariance))
    }

    fn columns_that_vary(&self, stratum: &[DeathTime]) -> Vec<usize> {
        let start = stratum.first().map_or(0, |one| one.stratum_start);
        let end = stratum.last().map_or(0, |one| one.joined);
        let first = self.sets.row(start);
        let varies = |column: &usize| self.sets.rows_of(start..end).any(|row| row.get(*column) != first.get(*column));
        (0..self.sets.n_columns).filter(varies).collect()
    }
}
