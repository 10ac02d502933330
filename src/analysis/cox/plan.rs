use serde::{Deserialize, Serialize};

use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::time_to_event::EndpointPlan;
use crate::stats::survival::{CoxTies, TimeTransform};
use crate::trial::Trial;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoxPlan {
    pub time: EndpointPlan,
    /// What is done with events at one time; the others stand beside it.
    #[serde(default)]
    pub ties: TieRule,
    /// What the hazard ratio is adjusted for.
    #[serde(default)]
    pub covariates: Vec<AncovaCovariate>,
    /// Columns of the subjects file: each combination of their values has a baseline hazard of its own.
    #[serde(default)]
    pub strata: Vec<String>,
    /// A column such as the site: people with one value may hang together, and the standard errors are robust to that.
    #[serde(default)]
    pub cluster: Option<String>,
    #[serde(default)]
    pub interval: HazardInterval,
    /// The likelihood is penalised by Jeffreys' prior (Firth): there is an answer where nobody in an arm has the event.
    #[serde(default)]
    pub firth: bool,
    /// The function of time that the hazard ratio is tested to change with.
    #[serde(default)]
    pub ph_transform: PhTransform,
    /// Columns by whose values the hazard ratio is told apart.
    #[serde(default)]
    pub subgroups: Vec<SubgroupPlan>,
}

/// A column by which people are told apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubgroupPlan {
    pub column: String,
    /// Numbers: below it and from it on. Absent: their median; each number is a group where there are two, and where the
    /// model takes them as groups.
    #[serde(default)]
    pub cut: Option<f64>,
    /// The protocol named it before the data were seen.
    #[serde(default)]
    pub declared: bool,
}

/// What is done with events at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieRule {
    /// R's default.
    #[default]
    Efron,
    /// The default of SAS, SPSS and Stata.
    Breslow,
    /// R's "exact", SAS's "discrete".
    Exact,
}

/// Where the intervals come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HazardInterval {
    /// Log hazard ratio and its standard error.
    #[default]
    Wald,
    /// The profile of the likelihood, with the likelihood-ratio test.
    Profile,
}

/// The function of time that the hazard ratio is tested to change with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhTransform {
    /// 1 - Kaplan-Meier: R's default.
    #[default]
    Km,
    Rank,
    Identity,
    Log,
}

impl TieRule {
    pub const ALL: [Self; 3] = [Self::Efron, Self::Breslow, Self::Exact];

    /// As it stands in plans.
    pub fn key(self) -> &'static str {
        match self {
            Self::Efron => "efron",
            Self::Breslow => "breslow",
            Self::Exact => "exact",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Efron => "Efron’s ties",
            Self::Breslow => "Breslow’s ties",
            Self::Exact => "exact ties",
        }
    }

    pub(super) fn of_stats(self) -> CoxTies {
        match self {
            Self::Efron => CoxTies::Efron,
            Self::Breslow => CoxTies::Breslow,
            Self::Exact => CoxTies::Exact,
        }
    }
}

impl HazardInterval {
    pub const ALL: [Self; 2] = [Self::Wald, Self::Profile];

    pub fn key(self) -> &'static str {
        match self {
            Self::Wald => "wald",
            Self::Profile => "profile",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Wald => "Wald interval",
            Self::Profile => "profile likelihood interval",
        }
    }
}

impl PhTransform {
    pub const ALL: [Self; 4] = [Self::Km, Self::Rank, Self::Identity, Self::Log];

    pub fn key(self) -> &'static str {
        match self {
            Self::Km => "km",
            Self::Rank => "rank",
            Self::Identity => "identity",
            Self::Log => "log",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Km => "1 − Kaplan-Meier",
            Self::Rank => "rank of time",
            Self::Identity => "time",
            Self::Log => "log time",
        }
    }

    pub(super) fn of_stats(self) -> TimeTransform {
        match self {
            Self::Km => TimeTransform::KaplanMeier,
            Self::Rank => TimeTransform::Rank,
            Self::Identity => TimeTransform::Identity,
            Self::Log => TimeTransform::Log,
        }
    }
}

impl CoxPlan {
    /// Death by arm and nothing else: the ratio that papers give. No subgroups: nobody has declared any.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        if trial.arms.len() < 2 {
            return None;
        }
        let time = EndpointPlan::default_for(trial)?;
        let has_events = trial.endpoint(&time.endpoint)?.records.iter().any(|record| record.is_event);
        has_events.then(|| Self::of(time))
    }

    pub fn of(time: EndpointPlan) -> Self {
        Self {
            time,
            ties: TieRule::Efron,
            covariates: Vec::new(),
            strata: Vec::new(),
            cluster: None,
            interval: HazardInterval::Wald,
            firth: false,
            ph_transform: PhTransform::Km,
            subgroups: Vec::new(),
        }
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        if let Some(problem) = self.time.problem() {
            return Some(problem);
        }
        if self.ties == TieRule::Exact && self.firth {
            return Some("ties: exact and firth do not go together: take efron or breslow".to_owned());
        }
        if self.cluster.is_some() && self.ties == TieRule::Exact {
            return Some("ties: exact and cluster do not go together: take efron or breslow".to_owned());
        }
        if self.cluster.is_some() && self.interval == HazardInterval::Profile {
            return Some("interval: profile takes people for independent, cluster does not: take wald".to_owned());
        }
        if let Some(cut) = self.subgroups.iter().filter_map(|one| one.cut).find(|cut| !cut.is_finite()) {
            return Some(format!("subgroups: the cut {cut} is not a finite number"));
        }
        let covariates: Vec<&String> = self.covariates.iter().map(|one| &one.name).collect();
        let subgroups: Vec<&String> = self.subgroups.iter().map(|one| &one.column).collect();
        for (what, names) in
            [("covariates", &covariates), ("strata", &self.strata.iter().collect()), ("subgroups", &subgroups)]
        {
            let twice =
                names.iter().enumerate().find(|(place, name)| names.iter().take(*place).any(|one| one == *name));
            if let Some((_, name)) = twice {
                return Some(format!("{what}: {name} is there twice"));
            }
        }
        let both = self.strata.iter().find(|name| covariates.contains(name));
        both.map(|name| format!("{name} is a covariate and a stratum: it can be one of them"))
    }

    /// Takes back what does not go with what was chosen last, so that the plan can be run.
    pub fn settle(&mut self) {
        if self.ties == TieRule::Exact {
            self.firth = false;
            self.cluster = None;
        }
        if self.cluster.is_some() {
            self.interval = HazardInterval::Wald;
        }
        let covariates: Vec<String> = self.covariates.iter().map(|one| one.name.clone()).collect();
        self.strata.retain(|name| !covariates.contains(name));
    }
}
