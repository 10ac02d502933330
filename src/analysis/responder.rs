//! Good and poor responders: how much better the slope is after the start than in the lead-in.

use serde::{Deserialize, Serialize};

use super::visit_window::{BaselineRule, Series};

/// The lead-in must be at least this long for a slope.
pub(super) const SHORTEST_LEAD_IN_MONTHS: f64 = 1.0;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponderRule {
    /// Outcome whose slope is judged; higher is better.
    pub outcome: String,
    /// Follow-up slope: from baseline to this month.
    pub month: f64,
    /// Good: the slope improved by at least this percentage of the lead-in slope's size.
    pub threshold_percent: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    Good,
    Poor,
}

/// Two-point slopes of one subject, in points a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slopes {
    pub lead_in: f64,
    pub follow_up: f64,
}

/// Lead-in: first visit to baseline. Follow-up: baseline to the visit at `month`. Absent without those three visits.
pub fn derive_slopes(
    series: &Series,
    subject: usize,
    month: f64,
    baseline_rule: BaselineRule,
    window_months: f64,
) -> Option<Slopes> {
    let baseline = series.baseline(subject, baseline_rule, window_months)?;
    let lead_in = derive_lead_in_slope(series, subject, baseline_rule, window_months)?;
    let follow = series.at(subject, month, window_months, baseline)?;
    Some(Slopes { lead_in, follow_up: (follow.value - baseline.value) / (follow.time_months - baseline.time_months) })
}

/// Points a month from the first lead-in visit to the baseline.
pub fn derive_lead_in_slope(
    series: &Series,
    subject: usize,
    baseline_rule: BaselineRule,
    window_months: f64,
) -> Option<f64> {
    let baseline = series.baseline(subject, baseline_rule, window_months)?;
    let start = series.lead_in_start(subject, baseline, SHORTEST_LEAD_IN_MONTHS)?;
    Some((baseline.value - start.value) / (baseline.time_months - start.time_months))
}

/// Absent when the subject did not decline in the lead-in: a percentage of no decline has no meaning.
pub fn derive_response(slopes: Slopes, threshold_percent: f64) -> Option<Response> {
    if slopes.lead_in >= 0.0 {
        return None;
    }
    // follow-up >= lead-in + p·|lead-in|, written without a division so that 100 % is met exactly at slope 0.
    let needed = slopes.lead_in * (1.0 - threshold_percent / 100.0);
    let slack = 1e-9 * slopes.lead_in.abs();
    Some(if slopes.follow_up >= needed - slack { Response::Good } else { Response::Poor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_the_decline_is_a_good_response() {
        let slopes = Slopes { lead_in: -1.0, follow_up: -0.5 };
        assert_eq!(derive_response(slopes, 50.0), Some(Response::Good));
        assert_eq!(derive_response(slopes, 75.0), Some(Response::Poor));
    }

    #[test]
    fn no_decline_after_the_start_is_a_full_response() {
        let slopes = Slopes { lead_in: -7.0 / 3.0, follow_up: 0.0 };
        assert_eq!(derive_response(slopes, 100.0), Some(Response::Good));
    }

    #[test]
    fn without_a_decline_before_there_is_no_percentage() {
        assert_eq!(derive_response(Slopes { lead_in: 0.0, follow_up: 1.0 }, 50.0), None);
    }
}
