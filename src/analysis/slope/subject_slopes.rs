//! Each subject's slope before and after the start.

use super::SlopeMethod;
use crate::analysis::Population;
use crate::analysis::responder::{SHORTEST_LEAD_IN_MONTHS, derive_lead_in_slope};
use crate::analysis::visit_plan::{VisitPlan, VisitTable};
use crate::analysis::visit_window::Timed;

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// An analysed subject with an arm; a slope is absent where its visits are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::analysis) struct SubjectSlopes {
    pub subject: usize,
    pub arm: usize,
    /// First visit to baseline, in the outcome's unit a month.
    pub lead_in: Option<f64>,
    /// Baseline to the visit at the primary month.
    pub follow_up: Option<f64>,
}

impl SubjectSlopes {
    /// Follow-up less lead-in.
    pub fn change(&self) -> Option<f64> {
        Some(self.follow_up? - self.lead_in?)
    }
}

/// One entry a subject of the population with an arm, those without a baseline included.
pub(in crate::analysis) fn derive_subject_slopes(
    table: &VisitTable<'_>,
    population: &Population,
    visits: &VisitPlan,
    method: SlopeMethod,
) -> Vec<SubjectSlopes> {
    let primary = visits.target_months.iter().position(|month| *month == visits.primary_month);
    let mut rows = table.rows.iter().peekable();
    population
        .subjects()
        .filter_map(|subject| {
            let arm = population.arm(subject)?;
            let Some(row) = rows.next_if(|row| row.subject == subject) else {
                return Some(SubjectSlopes { subject, arm, lead_in: None, follow_up: None });
            };
            let visit = primary.and_then(|place| row.at_month.get(place).copied().flatten());
            let all = table.series.of(subject);
            let between = |from: f64, to: f64| -> Vec<Timed> {
                let is_in = |time: f64| time >= from - SLACK_MONTHS && time <= to + SLACK_MONTHS;
                all.iter().filter(|visit| is_in(visit.time_months)).copied().collect()
            };
            let start = row.baseline.time_months;
            let (lead_in, follow_up) = match method {
                SlopeMethod::TwoPoint => (
                    derive_lead_in_slope(&table.series, subject, visits.baseline, visits.window_months),
                    visit.map(|visit| (visit.value - row.baseline.value) / (visit.time_months - start)),
                ),
                SlopeMethod::LeastSquares => (
                    table
                        .series
                        .lead_in_start(subject, row.baseline, SHORTEST_LEAD_IN_MONTHS)
                        .and_then(|first| derive_least_squares_slope(&between(first.time_months, start))),
                    visit.and_then(|visit| derive_least_squares_slope(&between(start, visit.time_months))),
                ),
            };
            Some(SubjectSlopes { subject, arm, lead_in, follow_up })
        })
        .collect()
}

/// Slope of the least-squares line: sum((t - mean t)(y - mean y)) / sum((t - mean t)^2). Absent below two times.
pub(super) fn derive_least_squares_slope(visits: &[Timed]) -> Option<f64> {
    let first = visits.first()?;
    let n = visits.len() as f64;
    // Less the first value: what is far from zero keeps its digits.
    let mean = |of: fn(&Timed) -> f64| visits.iter().map(|visit| of(visit) - of(first)).sum::<f64>() / n;
    let (mean_time, mean_value) = (mean(|visit| visit.time_months), mean(|visit| visit.value));
    let (mut products, mut squares) = (0.0, 0.0);
    for visit in visits {
        let time = visit.time_months - first.time_months - mean_time;
        products += time * (visit.value - first.value - mean_value);
        squares += time * time;
    }
    (squares > 0.0).then(|| products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(f64, f64)]) -> Option<f64> {
        let visits: Vec<Timed> = points.iter().map(|&(time_months, value)| Timed { time_months, value }).collect();
        derive_least_squares_slope(&visits)
    }

    #[test]
    fn a_line_through_three_visits_by_hand() {
        // Times -1, 0, 1 about their mean; values 40, 39, 37: (-40 + 37) / 2.
        assert_eq!(line(&[(-3.0, 40.0), (-2.0, 39.0), (-1.0, 37.0)]), Some(-1.5));
        // Two visits: the slope between them.
        assert_eq!(line(&[(0.0, 40.0), (4.0, 38.0)]), Some(-0.5));
    }

    #[test]
    fn one_visit_has_no_slope() {
        assert_eq!(line(&[(0.0, 40.0)]), None);
        assert_eq!(line(&[]), None);
    }
}
