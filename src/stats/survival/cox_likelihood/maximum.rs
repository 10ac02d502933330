//! Newton's method on the partial likelihood, which is concave, and the signs that it has no maximum.

use super::super::CoxTies;
use super::penalty::penalised_terms;
use super::risk_sets::RiskSets;
use super::terms::{Terms, terms_at};
use crate::stats::StatError;
use crate::stats::matrix::{Matrix, dot};

/// A pivot that lost all but this share is a column that the ones before it explain.
const DEPENDENT: f64 = 1e-11;
const MOST_ITERATIONS: usize = 100;
/// With the penalty the information is not the curvature, and the steps shrink by a factor only.
const MOST_PENALISED_ITERATIONS: usize = 1000;
/// Below this promise (twice the rise of one more step) one more full step ends the search.
const CLOSE: f64 = 1e-12;
const CLOSE_PENALISED: f64 = 1e-20;
/// Below this promise rounding hides the rise of a step.
const NEARLY: f64 = 1e-8;
/// Information along a step, beside that at the start, that only a likelihood without a maximum comes down to.
const COLLAPSED: f64 = 1e-6;
/// Share of the information at 0 below which a column has run out of it.
const FLAT: f64 = 1e-10;
/// Share of the promise that a last step to a maximum never leaves.
const SHRINKS: f64 = 0.1;
/// A promise that can be rounding alone; where the likelihood rises for ever, more than this is left.
const ROUNDING: f64 = 1e-15;

/// A penalised step after which the slope along it is this much of the promise, the other way, went too far: the
/// penalty can double the curvature, and full steps would go to and fro for ever.
const OVERSHOT: f64 = 0.5;
/// A step is not made shorter than this because it went too far.
const SHORTEST: f64 = 0.1;

/// What is maximised.
pub struct Model<'a> {
    pub sets: &'a RiskSets,
    pub ties: CoxTies,
    pub is_firth: bool,
}

/// Where the search ended, in units of the standardised columns.
pub struct Maximum {
    pub coefficients: Vec<f64>,
    pub terms: Terms,
    pub iterations: usize,
    /// The column along which the likelihood still rises, without end.
    pub runaway: Option<usize>,
}

impl Model<'_> {
    /// `None` where the likelihood is not defined.
    pub fn at(&self, coefficients: &[f64]) -> Option<Terms> {
        let terms = if self.is_firth {
            penalised_terms(self.sets, coefficients, self.ties)
        } else {
            Some(terms_at(self.sets, coefficients, self.ties))
        };
        terms
            .filter(|terms| terms.log_likelihood.is_finite() && terms.information.iter().all(|value| value.is_finite()))
    }

    /// At 0, with the columns judged: one that varies in no risk set, or that the ones before it explain, is an error.
    pub fn at_zero(&self) -> Result<Terms, StatError> {
        let p = self.sets.n_columns;
        let plain = terms_at(self.sets, &vec![0.0; p], self.ties);
        if let Some(column) = dependent_column(&plain.information_matrix(), self.sets.n_events as f64) {
            return Err(StatError::Singular { column });
        }
        let terms = if self.is_firth { self.at(&vec![0.0; p]) } else { Some(plain) };
        terms.ok_or(StatError::Singular { column: p - 1 })
    }

    /// Near a maximum a step leaves next to nothing of the promise. On a likelihood that rises for ever as -exp(-b) each
    /// step leaves a share of 1 / e, and along it the information has gone, beside what it was at the start.
    fn runs_away(&self, free: &[usize], terms: &Terms, promise: f64, at_start: f64, at_zero: &Terms) -> bool {
        let left = newton_step(free, terms, at_zero).map_or(f64::INFINITY, |(_, left)| left);
        left > (SHRINKS * promise).max(ROUNDING) && promise < COLLAPSED * at_start
    }

    /// The maximum over the `free` columns, the others staying as in `start`; `at_zero` is what [`Self::at_zero`] gave.
    pub fn maximise(&self, start: &[f64], free: &[usize], at_zero: &Terms) -> Result<Maximum, StatError> {
        let (most, close) =
            if self.is_firth { (MOST_PENALISED_ITERATIONS, CLOSE_PENALISED) } else { (MOST_ITERATIONS, CLOSE) };
        let failed = |iterations, gradient| StatError::NotConverged { iterations, gradient, smallest_eigenvalue: 0.0 };
        let mut coefficients = start.to_vec();
        let is_zero = start.iter().all(|value| *value == 0.0);
        let mut terms = if is_zero { at_zero.clone() } else { self.at(start).ok_or(failed(0, f64::NAN))? };
        let at_start = at_zero.information_matrix().part(free);
        for iterations in 0..=most {
            let score: Vec<f64> = free.iter().filter_map(|column| terms.score.get(*column).copied()).collect();
            let steepest = score.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
            let Some((step, promise)) = newton_step(free, &terms, at_zero) else {
                // Where there was information at the start and is none now, the likelihood has gone flat.
                let runaway = widest(
                    free,
                    &free.iter().filter_map(|column| coefficients.get(*column).copied()).collect::<Vec<_>>(),
                );
                return if steepest < 1e-6 && runaway.is_some() {
                    Ok(Maximum { coefficients, terms, iterations, runaway })
                } else {
                    Err(failed(iterations, steepest))
                };
            };
            if promise.is_nan() || iterations == most {
                return Err(failed(iterations, steepest));
            }
            let is_close = promise < close;
            let moved = |share: f64| {
                let mut moved = coefficients.clone();
                for (column, value) in free.iter().zip(&step) {
                    if let Some(own) = moved.get_mut(*column) {
                        *own += share * value;
                    }
                }
                moved
            };
            let mut share = 1.0;
            let allowed = if promise < NEARLY { f64::INFINITY } else { 1e-12 * terms.log_likelihood.abs().max(1.0) };
            let found = loop {
                let next = moved(share);
                if let Some(found) =
                    self.at(&next).filter(|found| found.log_likelihood >= terms.log_likelihood - allowed)
                {
                    let back = -free.iter().zip(&step).filter_map(|(c, s)| Some(s * found.score.get(*c)?)).sum::<f64>();
                    if !self.is_firth || back <= OVERSHOT * promise || share < SHORTEST {
                        break (next, found);
                    }
                    // To where the slope, drawn as a line, is 0.
                    share *= promise / (promise + back);
                    continue;
                }
                share *= 0.5;
                if share < 1e-10 {
                    return Err(failed(iterations, steepest));
                }
            };
            (coefficients, terms) = found;
            if is_close {
                let flat = free.iter().copied().find(|column| is_flat(*column, &terms, at_zero));
                let along = at_start.quadratic_form(&step);
                let runaway = if self.is_firth {
                    None
                } else if flat.is_some() {
                    flat
                } else if self.runs_away(free, &terms, promise, along, at_zero) {
                    widest(free, &step)
                } else {
                    None
                };
                return Ok(Maximum { coefficients, terms, iterations: iterations + 1, runaway });
            }
        }
        Err(failed(most, f64::NAN))
    }
}

/// Newton's step to the maximum over the free columns, and its promise. Columns along which the likelihood has gone flat,
/// as it does where it rises for ever, stay where they are if the step cannot be told with them.
fn newton_step(free: &[usize], terms: &Terms, at_zero: &Terms) -> Option<(Vec<f64>, f64)> {
    let information = terms.information_matrix();
    let step_of = |columns: &[usize]| {
        let score: Vec<f64> = columns.iter().filter_map(|column| terms.score.get(*column).copied()).collect();
        let lower = information.part(columns).cholesky(1e-14)?;
        let step = lower.lower_transposed_solve(&lower.lower_solve(&score));
        let promise = dot(&step, &score);
        Some((step, promise))
    };
    step_of(free).or_else(|| {
        let kept: Vec<usize> = free.iter().copied().filter(|column| !is_flat(*column, terms, at_zero)).collect();
        if kept.is_empty() || kept.len() == free.len() {
            return None;
        }
        let (step, promise) = step_of(&kept)?;
        let mut moves = kept.iter().zip(&step).peekable();
        let whole = free.iter().map(|column| moves.next_if(|(own, _)| *own == column).map_or(0.0, |(_, step)| *step));
        Some((whole.collect(), promise))
    })
}

/// Is next to nothing left of the information that the column had at 0?
fn is_flat(column: usize, terms: &Terms, at_zero: &Terms) -> bool {
    let own = |terms: &Terms| terms.information_matrix().at(column, column);
    own(terms) < FLAT * own(at_zero)
}

/// The column that moves furthest.
fn widest(columns: &[usize], step: &[f64]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (column, value) in columns.iter().zip(step) {
        if best.is_none_or(|(_, most)| value.abs() > most) {
            best = Some((*column, value.abs()));
        }
    }
    best.map(|(column, _)| column)
}

/// The first column whose information the columns before it hold already; `scale` is what a whole column would have.
fn dependent_column(information: &Matrix, scale: f64) -> Option<usize> {
    (0..information.rows()).find(|last| {
        let columns: Vec<usize> = (0..=*last).collect();
        let own = information.at(*last, *last);
        own.is_nan() || own <= DEPENDENT * scale || information.part(&columns).cholesky(DEPENDENT).is_none()
    })
}
