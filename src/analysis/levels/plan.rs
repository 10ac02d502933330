use serde::{Deserialize, Serialize};

use crate::analysis::assay::{AssayPlan, usual_analytes};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelsPlan {
    pub assay: AssayPlan,
    /// The family of tests, declared before looking.
    pub analytes: Vec<String>,
    /// The one whose levels are drawn.
    pub shown: String,
    #[serde(default)]
    pub method: LevelsMethod,
}

/// The comparison of arms that the answer's sentence, the figures and the adjustment for many tests use; all are
/// computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelsMethod {
    /// Value at the month on arm and baseline.
    #[default]
    Ancova,
    /// Change, equal variances.
    Student,
    /// Change, unequal variances.
    Welch,
    /// Change, by ranks.
    MannWhitney,
    /// Changes of all months in one model.
    Mmrm,
    /// Value at the month on arm and baseline, values beyond a limit as bounds.
    CensoredLikelihood,
}

impl LevelsMethod {
    pub const ALL: [Self; 6] =
        [Self::Ancova, Self::Student, Self::Welch, Self::MannWhitney, Self::Mmrm, Self::CensoredLikelihood];

    /// As `method` in the findings.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ancova => "ANCOVA on the baseline value",
            Self::Student => "Student’s t-test of changes",
            Self::Welch => "Welch’s t-test of changes",
            Self::MannWhitney => "Mann-Whitney test of changes",
            Self::Mmrm => "mixed model for repeated measures",
            Self::CensoredLikelihood => "censored likelihood (tobit) on the baseline value",
        }
    }
}

/// The most analytes of the default family; more can be picked.
const DEFAULT_FAMILY: usize = 60;

impl LevelsPlan {
    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if self.analytes.is_empty() {
            return Some("no analyte is chosen; choose one at least".to_owned());
        }
        let is_repeated = |name: &String| self.analytes.iter().filter(|other| *other == name).count() > 1;
        if let Some(name) = self.analytes.iter().find(|name| is_repeated(name)) {
            return Some(format!("analytes names {name} twice, it can be tested once"));
        }
        self.assay.problem()
    }

    pub fn default_for(trial: &Trial) -> Option<Self> {
        let assay = AssayPlan::default_for(trial)?;
        let analytes: Vec<String> =
            usual_analytes(trial).iter().take(DEFAULT_FAMILY).map(|analyte| analyte.name.clone()).collect();
        let shown = analytes.first()?.clone();
        Some(Self { assay, analytes, shown, method: LevelsMethod::default() })
    }

    pub fn refitted(self, trial: &Trial) -> Self {
        Self { assay: self.assay.refitted(trial), ..self }
    }
}
