use super::alsfrs::TOTAL_MAX;

/// Points lost per month since the first symptom: (48 - score) / (visit - onset), both in months from one start.
/// `None` where onset is not before the visit.
pub fn derive_progression_rate(score: f64, onset_months: f64, visit_months: f64) -> Option<f64> {
    let months = visit_months - onset_months;
    (months > 0.0).then(|| (TOTAL_MAX - score) / months)
}

/// Cut-points in common use, points per month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProgressionClass {
    /// Below 0.5.
    Slow,
    /// 0.5 to 1.0, both included.
    Intermediate,
    /// Above 1.0.
    Fast,
}

impl ProgressionClass {
    pub fn of(rate: f64) -> Self {
        if rate > 1.0 {
            Self::Fast
        } else if rate >= 0.5 {
            Self::Intermediate
        } else {
            Self::Slow
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lost_since_onset_by_the_month() {
        assert_eq!(derive_progression_rate(36.0, -12.0, 0.0), Some(1.0));
        assert_eq!(derive_progression_rate(36.0, -18.0, 6.0), Some(0.5));
        assert_eq!(derive_progression_rate(36.0, 0.0, 0.0), None);
        assert_eq!(derive_progression_rate(36.0, 2.0, 0.0), None);
        let classes = [0.49, 0.5, 1.0, 1.01].map(ProgressionClass::of);
        let [slow, middle, fast] = [ProgressionClass::Slow, ProgressionClass::Intermediate, ProgressionClass::Fast];
        assert_eq!(classes, [slow, middle, middle, fast]);
    }
}
