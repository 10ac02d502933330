use serde::{Deserialize, Serialize};

use super::AnalysisPlan;

/// Which question an analysis answers, whatever its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    Patients,
    Change,
    Slope,
    Mmrm,
    Lmm,
    Cafs,
    Staging,
    Levels,
    Correlation,
    Survival,
    Cox,
    Competing,
    Landmark,
    Safety,
}

impl AnalysisPlan {
    pub fn question(&self) -> Question {
        match self {
            Self::Patients(_) => Question::Patients,
            Self::Change(_) => Question::Change,
            Self::Slope(_) => Question::Slope,
            Self::Mmrm(_) => Question::Mmrm,
            Self::Lmm(_) => Question::Lmm,
            Self::Cafs(_) => Question::Cafs,
            Self::Staging(_) => Question::Staging,
            Self::Levels(_) => Question::Levels,
            Self::Correlation(_) => Question::Correlation,
            Self::Survival(_) => Question::Survival,
            Self::Cox(_) => Question::Cox,
            Self::Competing(_) => Question::Competing,
            Self::Landmark(_) => Question::Landmark,
            Self::Safety(_) => Question::Safety,
        }
    }
}
