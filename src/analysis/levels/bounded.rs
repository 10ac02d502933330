//! Values beyond a limit as what they are: bounds.

use super::Asked;
use super::compared::Compared;
use crate::analysis::assay::Readings;
use crate::stats::StatError;
use crate::stats::censored::{CensoredRegressionOptions, fit_censored_regression};
use crate::stats::linear::Design;

/// A person with a start that the rule puts a number to, and the bounds of the value at the month.
struct Bounded {
    arm: usize,
    baseline: f64,
    low: f64,
    high: f64,
}

/// Value at the month on all arms and the baseline, one arm against control.
pub(super) fn compare(asked: &Asked<'_>, readings: &Readings, month: f64, arm: usize) -> Result<Compared, StatError> {
    let window = asked.levels.assay.window_months;
    let of = |subject: usize| {
        let start = readings.baseline(subject, window)?;
        let later = readings.after(subject, month, window, start)?;
        let (arm, baseline) = (asked.population.arm(subject)?, start.value?);
        Some(Bounded { arm, baseline, low: later.low, high: later.high })
    };
    let people: Vec<Bounded> = asked.population.subjects().filter_map(of).collect();
    let n_in = |wanted: usize| people.iter().filter(|person| person.arm == wanted).count();
    let n = n_in(arm) + n_in(0);
    if n_in(arm) == 0 || n_in(0) == 0 {
        return Err(StatError::TooFew { what: "people in the arm", need: 1, got: 0 });
    }
    let column = |of: &dyn Fn(&Bounded) -> f64| people.iter().map(of).collect::<Vec<f64>>();
    let mut design = Design::new(people.len()).with_intercept();
    let mut place = 0;
    let others = (1..asked.arms()).filter(|other| n_in(*other) > 0);
    for (index, other) in others.enumerate() {
        design = design.with_column("arm", column(&|person| f64::from(u8::from(person.arm == other))))?;
        if other == arm {
            place = index + 1;
        }
    }
    // Less the first, so that a baseline far from 0 keeps its digits beside the intercept.
    let first = people.first().map(|person| person.baseline).unwrap_or_default();
    let design = design.with_column("baseline", column(&|person| person.baseline - first))?;
    let options = CensoredRegressionOptions { confidence_level: asked.plan.confidence_level };
    let fit =
        fit_censored_regression(&column(&|person| person.low), &column(&|person| person.high), &design, &options)?;
    let found = fit.coefficients.get(place).ok_or(StatError::TooFew { what: "arms", need: 2, got: 1 })?;
    Ok(Compared {
        n,
        estimate: found.estimate,
        std_error: Some(found.std_error),
        df: None,
        statistic: Some(found.z),
        p_value: found.p_value,
        interval: Some((found.interval.low, found.interval.high)),
    })
}
