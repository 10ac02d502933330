use crate::stats::distribution::{fisher_f, student_t};
use crate::stats::linear::{Contrast, FTest};
use crate::stats::matrix::{Matrix, add_scaled, dot};
use crate::stats::{Interval, StatError, input};

/// How the denominator degrees of freedom are found; the two of Kenward and Roger also widen standard errors for the
/// covariance being an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DfMethod {
    /// Fai and Cornelius, Giesbrecht and Burns, as lmerTest and mmrm have it.
    Satterthwaite,
    /// Kenward and Roger 1997, with the curvature of the covariance in its own parameters, as R's mmrm has it.
    KenwardRoger,
    /// Kenward and Roger without that curvature: SAS with an unstructured covariance, mmrm's "Kenward-Roger-Linear",
    /// pbkrtest.
    KenwardRogerLinear,
}

/// The fixed effects of a fit, and all that their contrasts and tests need.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedEffects {
    /// The design's column names, in the order of `estimates`.
    pub names: Vec<String>,
    /// One per column, in response units per unit of the column.
    pub estimates: Vec<f64>,
    /// Standard errors, adjusted where the method adjusts.
    pub std_errors: Vec<f64>,
    /// Covariance of the estimates as if the covariance parameters were known.
    pub covariance: Matrix,
    /// The same with the adjustment of Kenward and Roger; absent for Satterthwaite.
    pub adjusted_covariance: Option<Matrix>,
    /// How degrees of freedom are found.
    pub df_method: DfMethod,
    parts: Parts,
}

/// Everything in coordinates in which the estimates' covariance is the identity.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::stats::mixed) struct Parts {
    /// F with F'F the covariance of the estimates; F c is a contrast in these coordinates.
    pub factor: Matrix,
    /// For each covariance parameter the derivative of that identity.
    pub derivatives: Vec<Matrix>,
    /// Covariance of the covariance parameters.
    pub parameter_covariance: Matrix,
    /// What Kenward and Roger add to the identity; `None` for Satterthwaite.
    pub adjustment: Option<Matrix>,
}

impl FixedEffects {
    pub(in crate::stats::mixed) fn new(
        names: &[String],
        estimates: Vec<f64>,
        df_method: DfMethod,
        parts: Parts,
    ) -> Result<Self, StatError> {
        let factor = &parts.factor;
        let covariance = factor.transposed_times(factor);
        let adjusted_covariance = parts.adjustment.as_ref().map(|adjustment| {
            let mut whole = adjustment.clone();
            whole.add_scaled(1.0, &Matrix::identity(factor.rows()));
            factor.transposed_times(&whole.times(factor))
        });
        let used = adjusted_covariance.as_ref().unwrap_or(&covariance);
        let std_errors: Vec<f64> = (0..estimates.len()).map(|place| used.at(place, place).sqrt()).collect();
        for (estimate, std_error) in estimates.iter().zip(&std_errors) {
            input::check_answer("coefficients", *estimate)?;
            input::check_answer("standard errors", *std_error)?;
        }
        Ok(Self { names: names.to_vec(), estimates, std_errors, covariance, adjusted_covariance, df_method, parts })
    }

    /// A weighted sum of fixed effects, two-sided: a difference of arms at a visit, an adjusted mean.
    ///
    /// estimate = c'b; se = sqrt(c'V c), V adjusted where the method adjusts; df = 2 v^2 / g'W g, v = c'V c before any
    /// adjustment, g its derivatives by the covariance parameters, W their covariance.
    ///
    /// Inputs: `weights` c, one per fixed effect, not all 0. Errors: `LengthsDiffer`, `NotFinite`, `NoVariation` (all
    /// weights 0), `OutOfRange` (a confidence level outside 0 to 1).
    pub fn contrast(&self, weights: &[f64], confidence_level: f64) -> Result<Contrast, StatError> {
        input::check_confidence_level(confidence_level)?;
        input::check_equal_lengths("coefficients and weights", self.estimates.len(), weights.len())?;
        input::check_finite("weights", weights)?;
        let estimate = dot(weights, &self.estimates);
        let white = self.parts.factor.times_vector(weights);
        let variance = dot(&white, &white);
        let extra = self.parts.adjustment.as_ref().map_or(0.0, |one| one.quadratic_form(&white));
        let std_error = (variance + extra).sqrt();
        if std_error.is_nan() || std_error <= 0.0 {
            return Err(StatError::NoVariation { what: "weights" });
        }
        let df = self.parts.df(&white, variance);
        input::check_answer("degrees of freedom", df)?;
        let t = estimate / std_error;
        let reach = student_t::critical(confidence_level, df) * std_error;
        Ok(Contrast {
            estimate,
            std_error,
            df,
            t,
            p_value: student_t::two_sided_p(t, df),
            interval: Interval { low: estimate - reach, high: estimate + reach },
        })
    }

    /// Are all these weighted sums of fixed effects 0? F with the method's denominator degrees of freedom; rows that
    /// others already tell count once.
    ///
    /// Satterthwaite: the rows are turned so that they are uncorrelated, and the degrees of freedom of the single tests
    /// are joined as Fai and Cornelius have it. Kenward-Roger: F is scaled, and its degrees of freedom found, by matching
    /// two moments. Errors as `contrast`; `TooFew` without a row;
    /// `OutOfRange` where those moments do not exist, at 2 denominator degrees of freedom or fewer.
    pub fn f_test(&self, rows: &[Vec<f64>]) -> Result<FTest, StatError> {
        input::check_at_least("rows of weights", 1, rows.len())?;
        for row in rows {
            input::check_equal_lengths("coefficients and weights", self.estimates.len(), row.len())?;
            input::check_finite("weights", row)?;
        }
        let found = if self.parts.adjustment.is_some() { self.kenward_roger(rows) } else { self.satterthwaite(rows) };
        let (f, q, df) = found.ok_or(StatError::NoVariation { what: "weights" })?;
        input::check_answer("degrees of freedom", df)?;
        input::check_answer("F", f)?;
        if f < 0.0 {
            return Err(StatError::OutOfRange { what: "F", value: f });
        }
        let p_value = fisher_f::sf(f, q, df);
        input::check_answer("p-value of F", p_value)?;
        Ok(FTest { f, df_numerator: q, df_denominator: df, p_value })
    }

    fn satterthwaite(&self, rows: &[Vec<f64>]) -> Option<(f64, f64, f64)> {
        let white: Vec<Vec<f64>> = rows.iter().map(|row| self.parts.factor.times_vector(row)).collect();
        let white = Matrix::from_rows(&white);
        let eigen = white.times(&white.transposed()).symmetric_eigen();
        let largest = eigen.values.first().copied().filter(|value| *value > 0.0)?;
        let means: Vec<f64> = rows.iter().map(|row| dot(row, &self.estimates)).collect();
        let (mut sum, mut dfs) = (0.0, Vec::new());
        for (place, value) in eigen.values.iter().enumerate().filter(|(_, value)| **value > 1.5e-8 * largest) {
            let turn = eigen.vectors.row(place);
            let mean = dot(turn, &means);
            sum += mean * mean / value;
            let mut direction = vec![0.0; white.columns()];
            for (factor, row) in turn.iter().zip(0..white.rows()) {
                add_scaled(&mut direction, *factor, white.row(row));
            }
            dfs.push(self.parts.df(&direction, *value));
        }
        let q = dfs.len() as f64;
        Some((sum / q, q, joint_df(&dfs)))
    }

    fn kenward_roger(&self, rows: &[Vec<f64>]) -> Option<(f64, f64, f64)> {
        let adjustment = self.parts.adjustment.as_ref()?;
        // Rows made orthonormal in the coordinates of `Parts`, and their estimates with them.
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let mut means: Vec<f64> = Vec::new();
        for row in rows {
            let mut white = self.parts.factor.times_vector(row);
            let mut mean = dot(row, &self.estimates);
            let whole = dot(&white, &white);
            for _ in 0..2 {
                for (earlier, earlier_mean) in basis.iter().zip(&means) {
                    let share = dot(earlier, &white);
                    add_scaled(&mut white, -share, earlier);
                    mean -= share * earlier_mean;
                }
            }
            let length = dot(&white, &white).sqrt();
            if length > 1e-7 * whole.sqrt() {
                white.iter_mut().for_each(|value| *value /= length);
                basis.push(white);
                means.push(mean / length);
            }
        }
        let q = basis.len() as f64;
        let basis = Matrix::from_rows(&basis);
        let turned = basis.transposed();
        let mut whole = adjustment.clone();
        whole.add_scaled(1.0, &Matrix::identity(adjustment.rows()));
        let lower = basis.times(&whole).times(&turned).cholesky(1e-13)?;
        let solved = lower.lower_solve(&means);
        let wald = dot(&solved, &solved) / q;

        let sides: Vec<Matrix> = self.parts.derivatives.iter().map(|one| basis.times(one).times(&turned)).collect();
        let traces: Vec<f64> = sides.iter().map(|side| (0..side.rows()).map(|one| side.at(one, one)).sum()).collect();
        let a1 = self.parts.parameter_covariance.quadratic_form(&traces);
        let mut a2 = 0.0;
        for (place, side) in sides.iter().enumerate() {
            let weights = self.parts.parameter_covariance.row(place);
            a2 += sides.iter().zip(weights).map(|(other, weight)| weight * side.inner(other)).sum::<f64>();
        }
        if q == 1.0 {
            return Some((wald, q, 2.0 / a2));
        }
        let (scale, df) = kenward_roger_moments(q, a1, a2);
        Some((scale * wald, q, df))
    }
}

/// Scale and denominator degrees of freedom of F: Kenward and Roger 1997, section 3.
fn kenward_roger_moments(q: f64, a1: f64, a2: f64) -> (f64, f64) {
    let b = (a1 + 6.0 * a2) / (2.0 * q);
    let g = ((q + 1.0) * a1 - (q + 4.0) * a2) / ((q + 2.0) * a2);
    let denominator = 3.0 * q + 2.0 * (1.0 - g);
    let (c1, c2, c3) = (g / denominator, (q - g) / denominator, (q + 2.0 - g) / denominator);
    let mean = 1.0 / (1.0 - a2 / q);
    let spread = 2.0 / q * (1.0 + c1 * b) / ((1.0 - c2 * b) * (1.0 - c2 * b) * (1.0 - c3 * b));
    let rho = spread / (2.0 * mean * mean);
    let df = 4.0 + (q + 2.0) / (q * rho - 1.0);
    (df / (mean * (df - 2.0)), df)
}

/// The degrees of freedom of a mean of squared t: Fai and Cornelius 1996.
fn joint_df(dfs: &[f64]) -> f64 {
    let q = dfs.len() as f64;
    let (least, most) = dfs.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), df| (low.min(*df), high.max(*df)));
    if most - least < 1.5e-8 {
        return dfs.iter().sum::<f64>() / q;
    }
    if least <= 2.0 {
        return 2.0;
    }
    let sum: f64 = dfs.iter().map(|df| df / (df - 2.0)).sum();
    2.0 * sum / (sum - q)
}

impl Parts {
    fn df(&self, white: &[f64], variance: f64) -> f64 {
        let slopes: Vec<f64> = self.derivatives.iter().map(|one| one.quadratic_form(white)).collect();
        2.0 * variance * variance / self.parameter_covariance.quadratic_form(&slopes)
    }
}

/// From sum w Q to twice sum w (Q - P H^-1 P), symmetric.
pub(in crate::stats::mixed) fn subtract_squares(sum: &mut Matrix, derivatives: &[Matrix], weights: &Matrix) {
    for (place, left) in derivatives.iter().enumerate() {
        let mut right = Matrix::zeros(left.rows(), left.columns());
        for (factor, matrix) in weights.row(place).iter().zip(derivatives) {
            right.add_scaled(*factor, matrix);
        }
        sum.add_scaled(-1.0, &left.times(&right));
    }
    sum.symmetrise();
    sum.scale(2.0);
}
