use serde::{Deserialize, Serialize};

use super::MOST_VISITS;
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::visit_plan::VisitPlan;
use crate::stats::mixed::{CovarianceStructure, DfMethod};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MmrmPlan {
    pub visits: VisitPlan,
    /// Covariances of a patient's visits, tried in this order until one can be fitted.
    #[serde(default = "default_ladder")]
    pub structures: Vec<VisitStructure>,
    #[serde(default)]
    pub df_method: MmrmDfMethod,
    /// The baseline value's slope may differ from visit to visit.
    #[serde(default = "yes")]
    pub baseline_by_visit: bool,
    /// The model adjusts for the baseline value and for these.
    #[serde(default)]
    pub covariates: Vec<AncovaCovariate>,
    /// Those of `covariates` whose effect may differ from visit to visit.
    #[serde(default)]
    pub by_visit: Vec<String>,
}

fn yes() -> bool {
    true
}

fn default_ladder() -> Vec<VisitStructure> {
    VisitStructure::Unstructured.ladder()
}

/// Covariance of a patient's visits, by the names of R's mmrm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitStructure {
    Unstructured,
    HeterogeneousToeplitz,
    Toeplitz,
    HeterogeneousAutoRegressive,
    AutoRegressive,
    HeterogeneousAnteDependence,
    AnteDependence,
    HeterogeneousCompoundSymmetry,
    CompoundSymmetry,
}

impl VisitStructure {
    pub const ALL: [Self; 9] = [
        Self::Unstructured,
        Self::HeterogeneousToeplitz,
        Self::HeterogeneousAnteDependence,
        Self::HeterogeneousAutoRegressive,
        Self::HeterogeneousCompoundSymmetry,
        Self::Toeplitz,
        Self::AnteDependence,
        Self::AutoRegressive,
        Self::CompoundSymmetry,
    ];

    /// As it stands in plans.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unstructured => "unstructured",
            Self::HeterogeneousToeplitz => "heterogeneous_toeplitz",
            Self::Toeplitz => "toeplitz",
            Self::HeterogeneousAutoRegressive => "heterogeneous_auto_regressive",
            Self::AutoRegressive => "auto_regressive",
            Self::HeterogeneousAnteDependence => "heterogeneous_ante_dependence",
            Self::AnteDependence => "ante_dependence",
            Self::HeterogeneousCompoundSymmetry => "heterogeneous_compound_symmetry",
            Self::CompoundSymmetry => "compound_symmetry",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Unstructured => "unstructured covariance",
            Self::HeterogeneousToeplitz => "heterogeneous Toeplitz covariance",
            Self::Toeplitz => "Toeplitz covariance",
            Self::HeterogeneousAutoRegressive => "heterogeneous AR(1) covariance",
            Self::AutoRegressive => "AR(1) covariance",
            Self::HeterogeneousAnteDependence => "heterogeneous ante-dependence covariance",
            Self::AnteDependence => "ante-dependence covariance",
            Self::HeterogeneousCompoundSymmetry => "heterogeneous compound symmetry covariance",
            Self::CompoundSymmetry => "compound symmetry covariance",
        }
    }

    pub(in crate::analysis) fn of_stats(self) -> CovarianceStructure {
        match self {
            Self::Unstructured => CovarianceStructure::Unstructured,
            Self::HeterogeneousToeplitz => CovarianceStructure::HeterogeneousToeplitz,
            Self::Toeplitz => CovarianceStructure::Toeplitz,
            Self::HeterogeneousAutoRegressive => CovarianceStructure::HeterogeneousAutoRegressive,
            Self::AutoRegressive => CovarianceStructure::AutoRegressive,
            Self::HeterogeneousAnteDependence => CovarianceStructure::HeterogeneousAnteDependence,
            Self::AnteDependence => CovarianceStructure::AnteDependence,
            Self::HeterogeneousCompoundSymmetry => CovarianceStructure::HeterogeneousCompoundSymmetry,
            Self::CompoundSymmetry => CovarianceStructure::CompoundSymmetry,
        }
    }

    /// This structure, then ever simpler ones, as analysis plans of trials declare it.
    pub fn ladder(self) -> Vec<Self> {
        let simpler = [
            Self::HeterogeneousToeplitz,
            Self::HeterogeneousAutoRegressive,
            Self::HeterogeneousCompoundSymmetry,
            Self::CompoundSymmetry,
        ];
        let place = Self::ALL.iter().position(|one| *one == self).unwrap_or(0);
        let after = |one: &Self| Self::ALL.iter().position(|other| other == one).unwrap_or(0) > place;
        std::iter::once(self).chain(simpler.into_iter().filter(after)).collect()
    }
}

/// How degrees of freedom are found; the two of Kenward and Roger also adjust standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmrmDfMethod {
    /// As SAS has it with an unstructured covariance; "Kenward-Roger-Linear" of R's mmrm.
    #[default]
    KenwardRogerLinear,
    /// As R's mmrm has it by default for Kenward-Roger.
    KenwardRoger,
    Satterthwaite,
}

impl MmrmDfMethod {
    pub const ALL: [Self; 3] = [Self::KenwardRogerLinear, Self::KenwardRoger, Self::Satterthwaite];

    pub fn key(self) -> &'static str {
        match self {
            Self::KenwardRogerLinear => "kenward_roger_linear",
            Self::KenwardRoger => "kenward_roger",
            Self::Satterthwaite => "satterthwaite",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::KenwardRogerLinear => "Kenward-Roger (as SAS)",
            Self::KenwardRoger => "Kenward-Roger (as R’s mmrm)",
            Self::Satterthwaite => "Satterthwaite",
        }
    }

    pub(in crate::analysis) fn of_stats(self) -> DfMethod {
        match self {
            Self::KenwardRogerLinear => DfMethod::KenwardRogerLinear,
            Self::KenwardRoger => DfMethod::KenwardRoger,
            Self::Satterthwaite => DfMethod::Satterthwaite,
        }
    }
}

impl MmrmPlan {
    /// Where an outcome has at least two visits after the start, and no more than one model can hold.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let visits =
            VisitPlan::default_for(trial).filter(|visits| (2..=MOST_VISITS).contains(&visits.target_months.len()))?;
        Some(Self {
            visits,
            structures: default_ladder(),
            df_method: MmrmDfMethod::default(),
            baseline_by_visit: true,
            covariates: Vec::new(),
            by_visit: Vec::new(),
        })
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if self.structures.is_empty() {
            return Some("structures is empty: name at least one covariance structure".to_owned());
        }
        let stranger =
            self.by_visit.iter().find(|name| !self.covariates.iter().any(|covariate| covariate.name == **name));
        if let Some(name) = stranger {
            return Some(format!("by_visit names {name}, which is not one of covariates"));
        }
        self.visits.problem()
    }
}
