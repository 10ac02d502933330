use serde::{Deserialize, Serialize};

use crate::analysis::Term;
use crate::analysis::assay::{AssayPlan, usual_analytes};
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::responder::{ResponderRule, Response};
use crate::analysis::visit_window::scheduled_months;
use crate::stats::correlation::CorrelationKind;
use crate::trial::{Analyte, Trial, alsfrs};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrelationPlan {
    pub assay: AssayPlan,
    pub x: Variable,
    pub y: Variable,
    pub quantity: Quantity,
    /// Of y, where it is another than that of x and the matrix.
    #[serde(default)]
    pub y_quantity: Option<Quantity>,
    /// The pair's partial correlations hold these fixed.
    #[serde(default)]
    pub adjust_for: Vec<AncovaCovariate>,
    /// Splits every stratum into good and poor responders as well. Absent: no such strata.
    #[serde(default)]
    pub responder: Option<ResponderRule>,
    /// Every pair of these is correlated in `matrix_stratum`.
    pub matrix: Vec<Variable>,
    #[serde(default)]
    pub matrix_stratum: Stratum,
    /// Variables that are alike stand together in the matrix.
    #[serde(default)]
    pub is_clustered: bool,
    /// The coefficient that the answer's sentence and the matrix show; of the pair all are computed.
    #[serde(default)]
    pub coefficient: Coefficient,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    Analyte(String),
    Outcome(String),
}

impl Variable {
    pub fn name(&self) -> &str {
        match self {
            Self::Analyte(name) | Self::Outcome(name) => name,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The value at the month.
    Value,
    /// The month's value against the baseline's: a difference, or on the log scale the log of the ratio.
    #[default]
    Change,
    /// The value at the start.
    Baseline,
    /// Change a month: the line of least squares through all values from the baseline to the month, two at least.
    Slope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coefficient {
    #[default]
    Pearson,
    Spearman,
    KendallTauB,
}

impl Coefficient {
    pub const ALL: [Self; 3] = [Self::Pearson, Self::Spearman, Self::KendallTauB];

    pub fn plain(self) -> Term {
        match self {
            Self::Pearson => Term::Pearson,
            Self::Spearman => Term::Spearman,
            Self::KendallTauB => Term::KendallTauB,
        }
    }

    pub fn partial(self) -> Term {
        match self {
            Self::Pearson => Term::PartialPearson,
            Self::Spearman => Term::PartialSpearman,
            Self::KendallTauB => Term::PartialKendall,
        }
    }

    pub fn permutation(self) -> Term {
        match self {
            Self::Pearson => Term::PearsonPermutation,
            Self::Spearman => Term::SpearmanPermutation,
            Self::KendallTauB => Term::KendallPermutation,
        }
    }

    /// Of two groups, and its p by dealing out the labels.
    pub fn difference(self) -> (Term, Term) {
        match self {
            Self::Pearson => (Term::PearsonDifference, Term::PearsonDifferencePermutation),
            Self::Spearman => (Term::SpearmanDifference, Term::SpearmanDifferencePermutation),
            Self::KendallTauB => (Term::KendallDifference, Term::KendallDifferencePermutation),
        }
    }

    pub(super) fn of_stats(self) -> CorrelationKind {
        match self {
            Self::Pearson => CorrelationKind::Pearson,
            Self::Spearman => CorrelationKind::Spearman,
            Self::KendallTauB => CorrelationKind::KendallTauB,
        }
    }
}

/// Who is correlated: everyone, an arm, the good responders, or the good responders of an arm.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    #[serde(default)]
    pub arm: Option<String>,
    #[serde(default)]
    pub response: Option<Response>,
}

impl Stratum {
    /// The `group` of the findings: "all", "MSC", "good responders", "MSC, good responders".
    pub fn label(&self) -> String {
        let response = self.response.map(|response| match response {
            Response::Good => "good responders",
            Response::Poor => "poor responders",
        });
        match (&self.arm, response) {
            (None, None) => "all".to_owned(),
            (Some(arm), None) => arm.clone(),
            (None, Some(response)) => response.to_owned(),
            (Some(arm), Some(response)) => format!("{arm}, {response}"),
        }
    }
}

/// The most variables the default matrix takes; more can be picked.
const DEFAULT_MATRIX_SIZE: usize = 16;

impl CorrelationPlan {
    pub fn quantity_of_y(&self) -> Quantity {
        self.y_quantity.unwrap_or(self.quantity)
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if self.x == self.y {
            return Some(format!("{} cannot be correlated with itself; choose two different variables", self.x.name()));
        }
        let is_repeated = |variable: &&Variable| self.matrix.iter().filter(|other| other == variable).count() > 1;
        if let Some(variable) = self.matrix.iter().find(is_repeated) {
            return Some(format!("matrix names {} twice, it can stand there once", variable.name()));
        }
        let is_repeated = |fixed: &&AncovaCovariate| self.adjust_for.iter().filter(|other| other == fixed).count() > 1;
        if self.adjust_for.iter().any(|fixed| is_repeated(&fixed)) {
            return Some("adjust_for names a covariate twice, it can be held fixed once".to_owned());
        }
        self.assay.problem()
    }

    /// TGF-β1 and MCP-1 if both are there, else the first two analytes, or one analyte and an outcome.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let analytes = usual_analytes(trial);
        let assay = AssayPlan::default_for(trial)?;
        let first = *analytes.first()?;
        let named = |letters: &[&str]| {
            trial.analytes.iter().find(|analyte| {
                let plain: String = analyte.name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
                letters.contains(&plain.as_str())
            })
        };
        let analyte = |analyte: &Analyte| Variable::Analyte(analyte.name.clone());
        let pair = named(&["tgfβ1", "tgfb1", "tgfbeta1", "tgfb"])
            .zip(named(&["mcp1", "ccl2"]))
            .map(|(x, y)| (analyte(x), analyte(y)))
            .or_else(|| analytes.get(1).map(|second| (analyte(first), analyte(second))))
            .or_else(|| {
                let outcome = trial.outcome(alsfrs::TOTAL).or_else(|| trial.outcomes.first())?;
                Some((analyte(first), Variable::Outcome(outcome.name.clone())))
            })?;
        let has_start = first.samples.iter().any(|sample| sample.time_months.abs() <= 0.5);
        let has_later = first.samples.iter().any(|sample| sample.time_months > 0.0);
        let quantity = if has_start && has_later { Quantity::Change } else { Quantity::Value };
        let matrix = analytes.iter().take(DEFAULT_MATRIX_SIZE).map(|kept| analyte(kept)).collect();
        Some(Self {
            assay,
            x: pair.0,
            y: pair.1,
            quantity,
            y_quantity: None,
            adjust_for: Vec::new(),
            responder: default_responder(trial),
            matrix,
            matrix_stratum: Stratum::default(),
            is_clustered: false,
            coefficient: Coefficient::default(),
        })
    }
}

/// Only with a lead-in: without one there is no slope to improve on.
fn default_responder(trial: &Trial) -> Option<ResponderRule> {
    let outcome = trial.outcome(alsfrs::TOTAL)?;
    let has_lead_in = outcome.visits.iter().any(|visit| visit.time_months <= -1.0);
    let months = scheduled_months(outcome.visits.iter().map(|visit| visit.time_months));
    // Four months is the published rule; otherwise the last month there is.
    let month = months.iter().copied().find(|&month| month == 4.0).or_else(|| months.last().copied())?;
    has_lead_in.then(|| ResponderRule { outcome: outcome.name.clone(), month, threshold_percent: 50.0 })
}
