//! What can be asked about hazard ratios.

use serde::{Deserialize, Serialize};

use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::time_to_event::EndpointPlan;
use crate::stats::survival::{CoxTies, TimeTransform};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoxPlan {
    pub time: EndpointPlan,
    /// How events at one time are counted.
    #[serde(default)]
    pub ties: Ties,
    #[serde(default)]
    pub covariates: Vec<AncovaCovariate>,
    /// Columns of the subjects file: each class has a baseline hazard of its own.
    #[serde(default)]
    pub strata: Vec<String>,
    /// A column of the subjects file whose classes (sites) may hang together: robust standard errors.
    #[serde(default)]
    pub cluster: Option<String>,
    #[serde(default)]
    pub interval: HazardInterval,
    /// Firth's correction, which has an answer where a covariate tells events from survivors perfectly.
    #[serde(default)]
    pub is_firth: bool,
    /// The time against which a change of the hazard ratio is looked for.
    #[serde(default)]
    pub time_scale: TimeScale,
    #[serde(default)]
    pub subgroups: Vec<Subgroup>,
}

/// Who is looked at apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subgroup {
    /// A column of the subjects file.
    pub column: String,
    /// Numbers up to it are one class, above it the other. Absent: the median.
    #[serde(default)]
    pub cut: Option<f64>,
    /// The protocol or analysis plan names it.
    #[serde(default)]
    pub is_declared: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    #[default]
    Efron,
    Breslow,
    Exact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardInterval {
    #[default]
    Wald,
    ProfileLikelihood,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeScale {
    /// 1 − Kaplan-Meier, R's default.
    #[default]
    KaplanMeier,
    Rank,
    Identity,
    Log,
}

impl Ties {
    pub const ALL: [Self; 3] = [Self::Efron, Self::Breslow, Self::Exact];

    pub fn rule(self) -> CoxTies {
        match self {
            Self::Efron => CoxTies::Efron,
            Self::Breslow => CoxTies::Breslow,
            Self::Exact => CoxTies::Exact,
        }
    }

    /// As it stands in the findings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Efron => "Efron",
            Self::Breslow => "Breslow",
            Self::Exact => "exact",
        }
    }
}

impl TimeScale {
    pub const ALL: [Self; 4] = [Self::KaplanMeier, Self::Rank, Self::Identity, Self::Log];

    pub fn transform(self) -> TimeTransform {
        match self {
            Self::KaplanMeier => TimeTransform::KaplanMeier,
            Self::Rank => TimeTransform::Rank,
            Self::Identity => TimeTransform::Identity,
            Self::Log => TimeTransform::Log,
        }
    }

    /// As it stands in the findings.
    pub fn name(self) -> &'static str {
        match self {
            Self::KaplanMeier => "1 − Kaplan-Meier",
            Self::Rank => "rank",
            Self::Identity => "time",
            Self::Log => "log time",
        }
    }
}

impl CoxPlan {
    /// Where there is an event and an arm to compare; unadjusted, without subgroups: what a protocol does not name is
    /// not looked at unasked.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let time = EndpointPlan::default_for(trial)?;
        let has_event = trial.endpoint(&time.endpoint)?.records.iter().any(|record| record.is_event);
        (has_event && trial.arms.len() > 1).then(|| Self::of(time))
    }

    pub fn of(time: EndpointPlan) -> Self {
        Self {
            time,
            ties: Ties::default(),
            covariates: Vec::new(),
            strata: Vec::new(),
            cluster: None,
            interval: HazardInterval::default(),
            is_firth: false,
            time_scale: TimeScale::default(),
            subgroups: Vec::new(),
        }
    }

    pub fn problem(&self) -> Option<String> {
        let is_twice =
            |place: usize, name: &String| self.covariates.iter().take(place).any(|other| other.name == *name);
        if let Some((_, twice)) =
            self.covariates.iter().enumerate().find(|(place, covariate)| is_twice(*place, &covariate.name))
        {
            return Some(format!("the covariate {} is named twice", twice.name));
        }
        if let Some(cut) = self.subgroups.iter().filter_map(|subgroup| subgroup.cut).find(|cut| !cut.is_finite()) {
            return Some(format!("a subgroup's cut is {cut}, it must be a number"));
        }
        if self.ties == Ties::Exact && (self.cluster.is_some() || self.is_firth) {
            return Some("exact ties go with neither clusters nor Firth's correction".to_owned());
        }
        self.time.problem()
    }

    /// Columns that the plan names.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let covariates = self.covariates.iter().map(|covariate| &covariate.name);
        covariates
            .chain(&self.strata)
            .chain(&self.cluster)
            .chain(self.subgroups.iter().map(|subgroup| &subgroup.column))
    }
}
