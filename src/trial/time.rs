use serde::{Deserialize, Serialize};

/// 365.25 / 12.
pub const DAYS_PER_MONTH: f64 = 30.4375;

/// The unit a file counts time in. Inside the program time is in months from baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    #[default]
    Months,
    Days,
}

impl TimeUnit {
    pub fn to_months(self, value: f64) -> f64 {
        match self {
            Self::Months => value,
            Self::Days => value / DAYS_PER_MONTH,
        }
    }

    pub fn from_months(self, months: f64) -> f64 {
        match self {
            Self::Months => months,
            Self::Days => months * DAYS_PER_MONTH,
        }
    }
}
