//! Which visit stands for which target month.

use serde::{Deserialize, Serialize};

use crate::order;
use crate::trial::DAYS_PER_MONTH;

/// Slack for times that went through days and back.
const SLACK_MONTHS: f64 = 1e-9;

/// Which visit is the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineRule {
    /// The last visit at or before month 0, no earlier than one window before it.
    #[default]
    LastAtOrBeforeStart,
    /// The visit nearest month 0 within the window on either side; of two equally near, the earlier.
    NearestStart,
}

/// A time and a value, of one subject, sorted by time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timed {
    pub time_months: f64,
    pub value: f64,
}

/// Visits per subject: `series[subject]`, each sorted by time.
#[derive(Debug, Clone, Default)]
pub struct Series {
    by_subject: Vec<Vec<Timed>>,
}

impl Series {
    pub fn collect(n_subjects: usize, visits: impl Iterator<Item = (usize, Timed)>) -> Self {
        let mut by_subject = vec![Vec::new(); n_subjects];
        for (subject, timed) in visits {
            if let Some(slot) = by_subject.get_mut(subject) {
                slot.push(timed);
            }
        }
        for slot in &mut by_subject {
            order::sort_by(slot, |a: &Timed, b: &Timed| a.time_months.total_cmp(&b.time_months));
        }
        Self { by_subject }
    }

    pub fn of(&self, subject: usize) -> &[Timed] {
        self.by_subject.get(subject).map_or(&[], Vec::as_slice)
    }

    pub fn baseline(&self, subject: usize, rule: BaselineRule, window_months: f64) -> Option<Timed> {
        match rule {
            BaselineRule::LastAtOrBeforeStart => self
                .of(subject)
                .iter()
                .rev()
                .find(|visit| visit.time_months <= SLACK_MONTHS)
                .filter(|visit| visit.time_months >= -window_months - SLACK_MONTHS)
                .copied(),
            BaselineRule::NearestStart => nearest(self.of(subject), 0.0, window_months),
        }
    }

    /// The visit nearest `month` within the window, after the baseline; of two equally near, the earlier.
    pub fn at(&self, subject: usize, month: f64, window_months: f64, baseline: Timed) -> Option<Timed> {
        let visits = self.of(subject);
        let after = visits.iter().position(|visit| visit.time_months > baseline.time_months + SLACK_MONTHS)?;
        nearest(visits.get(after..)?, month, window_months)
    }

    /// The visit nearest `month` within the window, whatever the baseline.
    pub fn nearest(&self, subject: usize, month: f64, window_months: f64) -> Option<Timed> {
        nearest(self.of(subject), month, window_months)
    }

    /// The earliest visit at least `by_months` before the baseline: the start of the lead-in.
    pub fn lead_in_start(&self, subject: usize, baseline: Timed, by_months: f64) -> Option<Timed> {
        self.of(subject)
            .first()
            .filter(|first| first.time_months <= baseline.time_months - by_months + SLACK_MONTHS)
            .copied()
    }
}

fn nearest(visits: &[Timed], month: f64, window_months: f64) -> Option<Timed> {
    let mut best: Option<(f64, Timed)> = None;
    for visit in visits {
        let distance = (visit.time_months - month).abs();
        let is_nearer = best.is_none_or(|(nearest, _)| distance < nearest - SLACK_MONTHS);
        if distance <= window_months + SLACK_MONTHS && is_nearer {
            best = Some((distance, *visit));
        }
    }
    best.map(|(_, visit)| visit)
}

/// With at most this many distinct times, the times themselves are the schedule.
const MOST_EXACT_TIMES: usize = 24;

/// Times further apart than this (ten days) belong to different scheduled visits.
const CLUSTER_GAP_MONTHS: f64 = 10.0 / DAYS_PER_MONTH;

/// A cluster wider than this is no scheduled visit but a stream of visits.
const WIDEST_CLUSTER_MONTHS: f64 = 1.2;

/// The months after 0 at which a good share of the subjects were seen. A few distinct times are taken as they are.
/// Scattered times are gathered: visits within ten days of a neighbour are one scheduled visit at their median; where
/// they run into each other for longer than a visit can be late, whole months stand for them.
pub fn scheduled_months(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.filter(|time| *time > 0.0).collect();
    order::sort_numbers(&mut times);
    let exact = counted(&times);
    let (counts, share) =
        if exact.len() <= MOST_EXACT_TIMES { (exact, 0.05) } else { (counted_clusters(&times), 0.25) };
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let need = (most as f64 * share).max(2.0_f64.min(most as f64));
    let months = counts.into_iter().filter(|(_, count)| *count as f64 >= need).map(|(month, _)| month);
    months.take(MOST_EXACT_TIMES).collect()
}

fn counted_clusters(sorted: &[f64]) -> Vec<(f64, usize)> {
    let clusters = sorted.chunk_by(|a, b| b - a <= CLUSTER_GAP_MONTHS);
    let mut counts: Vec<(f64, usize)> = Vec::new();
    for cluster in clusters {
        let (Some(first), Some(last), Some(median)) = (cluster.first(), cluster.last(), cluster.get(cluster.len() / 2))
        else {
            continue;
        };
        if last - first <= WIDEST_CLUSTER_MONTHS {
            counts.push((rounded(*median), cluster.len()));
        } else {
            let whole: Vec<f64> = cluster.iter().map(|time| time.round()).filter(|month| *month >= 1.0).collect();
            counts.extend(counted(&whole));
        }
    }
    counts
}

/// What the schedule probably said: the nearer of a whole month within three days and a whole week within two, else
/// a whole day.
fn rounded(month: f64) -> f64 {
    let days = month * DAYS_PER_MONTH;
    let whole_month = month.round().max(1.0);
    let whole_week = (days / 7.0).round().max(1.0) * 7.0;
    let off_month = (days - whole_month * DAYS_PER_MONTH).abs();
    let off_week = (days - whole_week).abs();
    if off_month <= 3.0 && off_month <= off_week {
        whole_month
    } else if off_week <= 2.0 {
        whole_week / DAYS_PER_MONTH
    } else {
        days.round().max(1.0) / DAYS_PER_MONTH
    }
}

fn counted(sorted: &[f64]) -> Vec<(f64, usize)> {
    let mut counts: Vec<(f64, usize)> = Vec::new();
    for &time in sorted {
        match counts.last_mut() {
            Some((last, count)) if (time - *last).abs() < SLACK_MONTHS => *count += 1,
            _ => counts.push((time, 1)),
        }
    }
    counts
}

/// Half the smallest gap between neighbouring target months (month 0 among them), at most half a month.
pub fn default_window_months(target_months: &[f64]) -> f64 {
    let mut previous = 0.0;
    let mut window: f64 = 0.5;
    for &month in target_months {
        window = window.min((month - previous) / 2.0);
        previous = month;
    }
    window.max(1.0 / DAYS_PER_MONTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(times: &[f64]) -> Series {
        Series::collect(1, times.iter().map(|&time_months| (0, Timed { time_months, value: time_months * 10.0 })))
    }

    #[test]
    fn the_last_visit_at_or_before_the_start_is_the_baseline() {
        let visits = series(&[-3.0, -0.3, 0.2, 4.0]);
        let baseline = visits.baseline(0, BaselineRule::LastAtOrBeforeStart, 0.5).map(|visit| visit.time_months);
        assert_eq!(baseline, Some(-0.3));
        let nearest = visits.baseline(0, BaselineRule::NearestStart, 0.5).map(|visit| visit.time_months);
        assert_eq!(nearest, Some(0.2));
    }

    #[test]
    fn a_lead_in_visit_is_no_baseline() {
        assert_eq!(series(&[-3.0, 4.0]).baseline(0, BaselineRule::LastAtOrBeforeStart, 0.5), None);
    }

    #[test]
    fn of_two_equally_near_visits_the_earlier_counts() {
        let visits = series(&[0.0, 3.75, 4.25]);
        let baseline = Timed { time_months: 0.0, value: 0.0 };
        assert_eq!(visits.at(0, 4.0, 0.5, baseline).map(|visit| visit.time_months), Some(3.75));
    }

    #[test]
    fn the_baseline_never_stands_for_a_later_month() {
        let visits = series(&[0.0, 2.0]);
        let baseline = Timed { time_months: 0.0, value: 0.0 };
        assert_eq!(visits.at(0, 0.4, 0.5, baseline), None);
    }

    #[test]
    fn scattered_days_make_whole_months() {
        let times = (0..200).map(|i| 0.9 + f64::from(i % 50) * 0.004);
        assert_eq!(scheduled_months(times), vec![1.0]);
        assert_eq!(scheduled_months([1.0, 1.0, 4.0, 4.0, 6.0, 6.0].into_iter()), vec![1.0, 4.0, 6.0]);
    }

    #[test]
    fn late_and_early_visits_gather_round_their_schedule() {
        let days = [28.0, 84.0, 168.0, 252.0];
        let times = (0..200).map(|i| (days[i % 4] + (i / 4 % 13) as f64 - 6.0) / DAYS_PER_MONTH);
        let found: Vec<f64> = scheduled_months(times).iter().map(|month| (month * DAYS_PER_MONTH).round()).collect();
        assert_eq!(found, days);
    }

    #[test]
    fn a_stream_of_visits_makes_whole_months() {
        let times = (0..3000).map(|i| 0.5 + f64::from(i % 300) * 0.02);
        assert_eq!(scheduled_months(times), vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn windows_do_not_overlap() {
        assert!((default_window_months(&[0.5, 1.0, 3.0]) - 0.25).abs() < 1e-12);
        assert!((default_window_months(&[3.0, 6.0]) - 0.5).abs() < 1e-12);
    }
}
