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

const MOST_ITERATIONS: usize = 100;
/// Below this promise the quadratic is the function: one more full step ends the search.
const CLOSE: f64 = 1e-9;
/// With this promise and a Hessian of the wrong sign it is a saddle that the search has come near.
const SADDLE: f64 = 1e-4;
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
        let steps = Steps::at(&point, damping);
        decrement = steps.steps.iter().map(|step| -dot(step, &point.gradient)).fold(0.0, f64::max);
        // A flat direction has no Newton step to end with.
        if !decrement.is_finite() || decrement < 1e-16 {
            break;
        }
        let is_close = decrement < CLOSE && steps.is_newton && damping == 0.0;
        let mut best: Option<(f64, Vec<f64>)> = None;
        for step in &steps.steps {
            let found = search(objective, &theta, &point, step, is_close);
            if let Some((value, next)) = found
                && best.as_ref().is_none_or(|(least, _)| value < *least)
            {
                best = Some((value, next));
            }
        }
        match best.and_then(|(_, next)| objective.point(&next).map(|found| (next, found))) {
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
            let last = Steps::at(&point, 0.0);
            decrement = last.steps.iter().map(|step| -dot(step, &point.gradient)).fold(0.0, f64::max);
            break;
        }
    }
    Some(Optimum { theta, point, iterations, decrement })
}

/// Along a step, shorter and shorter, until the function falls enough.
fn search(
    objective: &dyn Objective,
    theta: &[f64],
    point: &Point,
    step: &[f64],
    is_close: bool,
) -> Option<(f64, Vec<f64>)> {
    let decrement = -dot(step, &point.gradient);
    let longest = step.iter().fold(0.0_f64, |most, one| most.max(one.abs()));
    let mut share = if longest > LONGEST_STEP { LONGEST_STEP / longest } else { 1.0 };
    // Near the end the function's rounding hides its fall.
    let allowed = 1e-12 * point.value.abs().max(1.0);
    for _ in 0..12 {
        let mut next = theta.to_vec();
        add_scaled(&mut next, share, step);
        let value = objective.value(&next);
        let lower = value.filter(|value| is_close || *value <= point.value - 1e-4 * share * decrement + allowed);
        if let Some(value) = lower {
            return Some((value, next));
        }
        share *= 0.4;
    }
    None
}

/// Ways down from a point.
struct Steps {
    steps: Vec<Vec<f64>>,
    /// Is the Hessian positive semidefinite, so that its step leads to a minimum?
    is_newton: bool,
}

impl Steps {
    /// -A^-1 gradient, A the Hessian where it is positive definite; else both the Hessian with its eigenvalues turned
    /// positive, which leaves a saddle fast, and the information, which goes far.
    fn at(point: &Point, damping: f64) -> Self {
        if let Some(lower) = damped(&point.hessian, &point.information, damping).cholesky(1e-12) {
            return Self { steps: vec![solved(&lower, &point.gradient)], is_newton: true };
        }
        let eigen = point.hessian.symmetric_eigen();
        let largest = eigen.values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let mut turned = vec![0.0; point.gradient.len()];
        for (place, value) in eigen.values.iter().enumerate() {
            let vector = eigen.vectors.row(place);
            let curve = value.abs().max(1e-6 * largest) + damping * largest;
            add_scaled(&mut turned, -dot(vector, &point.gradient) / curve, vector);
        }
        let is_newton = eigen.values.last().is_some_and(|least| *least > -1e-8 * largest);
        // On a saddle nothing but the curvature says where down is.
        let is_saddle = !is_newton && -dot(&turned, &point.gradient) < SADDLE;
        let mut steps = vec![turned];
        if is_saddle {
            let vector = eigen.vectors.row(point.gradient.len().saturating_sub(1));
            steps.extend([0.1, -0.1].map(|share| vector.iter().map(|value| share * value).collect()));
        }
        let mut extra = damping.max(1e-8);
        while !is_newton && extra < 1e12 {
            if let Some(lower) = damped(&point.information, &point.information, extra).cholesky(1e-13) {
                steps.push(solved(&lower, &point.gradient));
                break;
            }
            extra *= 10.0;
        }
        Self { steps, is_newton }
    }
}

fn solved(lower: &Matrix, gradient: &[f64]) -> Vec<f64> {
    lower.lower_transposed_solve(&lower.lower_solve(gradient)).iter().map(|value| -value).collect()
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
