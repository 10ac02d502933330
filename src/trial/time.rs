use serde::{Deserialize, Serialize};

/// 365.25 / 12.
pub const DAYS_PER_MONTH: f64 = 30.4375;
const DAYS_PER_WEEK: f64 = 7.0;

/// The unit a file counts time in. Inside the program time is in months from baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    #[default]
    Months,
    Weeks,
    Days,
}

impl TimeUnit {
    pub fn to_months(self, value: f64) -> f64 {
        match self {
            Self::Months => value,
            Self::Weeks => value * DAYS_PER_WEEK / DAYS_PER_MONTH,
            Self::Days => value / DAYS_PER_MONTH,
        }
    }

    pub fn from_months(self, months: f64) -> f64 {
        match self {
            Self::Months => months,
            Self::Weeks => months * DAYS_PER_MONTH / DAYS_PER_WEEK,
            Self::Days => months * DAYS_PER_MONTH,
        }
    }

    /// "month", "week", "day".
    pub fn one(self) -> &'static str {
        match self {
            Self::Months => "month",
            Self::Weeks => "week",
            Self::Days => "day",
        }
    }

    /// "months", "weeks", "days".
    pub fn many(self) -> &'static str {
        match self {
            Self::Months => "months",
            Self::Weeks => "weeks",
            Self::Days => "days",
        }
    }

    /// "Month", "Week", "Day".
    pub fn heading(self) -> &'static str {
        match self {
            Self::Months => "Month",
            Self::Weeks => "Week",
            Self::Days => "Day",
        }
    }
}
