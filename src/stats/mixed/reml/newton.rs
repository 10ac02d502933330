//! Newton's method with a second, always positive curvature for where the first has the wrong sign.

use crate::stats::matrix::{Matrix, add_scaled, dot};

/// A function at a point.
pub struct Point {
    pub value: f64,
    pub gradient: Vec<f64>,
    pub hessian: Matrix,
    /// Positive semidefinite and near the Hessian: the information.
    pub information: Matrix,
}

/// What is minimised. `None` where it is not defined.
pub trait Objective {
    fn value(&self, theta: &[f64]) -> Option<f64>;
    fn point(&self, theta: &[f64]) -> Option<Point>;
}

/// Where the search ended.
pub struct Optimum {
    pub theta: Vec<f64>,
    pub point: Point,
    /// Steps taken.
    pub iterations: usize,
    /// Twice the fall of the function that one more step would promise.
    pub decrement: f64,
}

const MOST_ITERATIONS: usize = 200;
/// Below this promise the quadratic is the function: one more full step ends the search.
const CLOSE: f64 = 1e-9;
/// No parameter moves further in one step: all are logarithms or ratios.
const LONGEST_STEP: f64 = 4.0;

/// `None` when the function is not defined at `start`.
pub fn minimise(objective: &dyn Objective, start: Vec<f64>) -> Option<Optimum> {
    let mut theta = start;
    let mut point = objective.point(&theta)?;
    let mut damping = 0.0;
    let mut iterations = 0;
    let mut decrement = f64::INFINITY;
    while iterations < MOST_ITERATIONS {
        let (step, is_newton) = direction(&point, damping);
        decrement = -dot(&step, &point.gradient);
        // A flat direction has no Newton step to end with.
        if !decrement.is_finite() || decrement < 1e-16 {
            break;
        }
        let is_close = decrement < CLOSE && is_newton && damping == 0.0;
        let longest = step.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
        let mut share = if longest > LONGEST_STEP { LONGEST_STEP / longest } else { 1.0 };
        let mut moved = None;
        for _ in 0..12 {
            let mut next = theta.clone();
            add_scaled(&mut next, share, &step);
            // Near the end the function's rounding hides its fall.
            let allowed = 1e-12 * point.value.abs().max(1.0);
            let is_lower = objective
                .value(&next)
                .is_some_and(|value| is_close || value <= point.value - 1e-4 * share * decrement + allowed);
            if is_lower {
                moved = Some(next);
                break;
            }
            share *= 0.4;
        }
        match moved.and_then(|next| objective.point(&next).map(|found| (next, found))) {
            Some((next, found)) => {
                theta = next;
                point = found;
                iterations += 1;
                damping = if damping < 1e-6 { 0.0 } else { damping * 0.1 };
            }
            None if damping < 1e8 => damping = if damping == 0.0 { 1e-3 } else { damping * 10.0 },
            None => break,
        }
        if is_close {
            decrement = -dot(&direction(&point, 0.0).0, &point.gradient);
            break;
        }
    }
    Some(Optimum { theta, point, iterations, decrement })
}

/// -A^-1 gradient, A the Hessian where it is positive definite, else the information with enough added to it.
fn direction(point: &Point, damping: f64) -> (Vec<f64>, bool) {
    let newton = damped(&point.hessian, &point.information, damping).cholesky(1e-13);
    let is_newton = newton.is_some();
    let mut extra = damping.max(1e-8);
    let mut lower = newton;
    while lower.is_none() && extra < 1e12 {
        lower = damped(&point.information, &point.information, extra).cholesky(1e-13);
        extra *= 10.0;
    }
    let step = match lower {
        Some(lower) => lower.lower_transposed_solve(&lower.lower_solve(&point.gradient)),
        None => vec![f64::NAN; point.gradient.len()],
    };
    (step.iter().map(|value| -value).collect(), is_newton)
}

fn damped(matrix: &Matrix, scale: &Matrix, damping: f64) -> Matrix {
    let mut sum = matrix.clone();
    if damping > 0.0 {
        for place in 0..sum.rows() {
            sum.add(place, place, damping * scale.at(place, place).abs().max(1e-8));
        }
    }
    sum
}
