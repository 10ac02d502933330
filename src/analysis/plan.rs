//! What is asked: the forms edit it, files and links carry it, worker and command line run it.

use serde::{Deserialize, Serialize};

use super::assay::AssayPlan;
use super::cafs::CafsPlan;
use super::change::ChangePlan;
use super::competing::CompetingPlan;
use super::correlation::{CorrelationPlan, Variable};
use super::cox::CoxPlan;
use super::landmark::LandmarkPlan;
use super::levels::LevelsPlan;
use super::lmm::LmmPlan;
use super::mmrm::MmrmPlan;
use super::patients::PatientsPlan;
use super::safety::SafetyPlan;
use super::slope::SlopePlan;
use super::staging::StagingPlan;
use super::survival::SurvivalPlan;
use super::time_to_event::EndpointPlan;
use super::visit_plan::VisitPlan;
use crate::import::FileMapping;
use crate::trial::Trial;
use crate::trial::alsfrs::{Domain, MissingItemRule};

pub const PLAN_VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub plan_version: u32,
    /// How each file was understood; applied again to a file of the same name and header.
    #[serde(default)]
    pub files: Vec<FileMapping>,
    /// Each other arm is compared with this one. Absent when the files name fewer than two arms.
    #[serde(default)]
    pub control_arm: Option<String>,
    /// A yes/no covariate; only subjects with a yes are analysed. Absent: everyone.
    #[serde(default)]
    pub analysis_set: Option<String>,
    /// What the user has confirmed of the choices that would turn an answer round.
    #[serde(default)]
    pub confirmed: Vec<Confirmation>,
    /// Of every interval, between 0 and 1.
    #[serde(default = "default_confidence_level")]
    pub confidence_level: f64,
    /// What becomes of an ALSFRS-R form that lacks an item.
    #[serde(default)]
    pub missing_items: MissingItemRule,
    pub analyses: Vec<AnalysisPlan>,
}

fn default_confidence_level() -> f64 {
    0.95
}

/// A choice that changes an answer's sign when it is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Which arm the others are compared with.
    ControlArm,
    /// Which visit change is counted from.
    Baseline,
    /// Which value of the flag is the event.
    EventDirection,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisPlan {
    Patients(PatientsPlan),
    Change(ChangePlan),
    Slope(SlopePlan),
    Mmrm(MmrmPlan),
    Lmm(LmmPlan),
    Cafs(CafsPlan),
    Staging(StagingPlan),
    Levels(LevelsPlan),
    Correlation(CorrelationPlan),
    Survival(SurvivalPlan),
    Cox(CoxPlan),
    Competing(CompetingPlan),
    Landmark(LandmarkPlan),
    Safety(SafetyPlan),
}

impl Plan {
    /// The plan for a trial nobody has said anything about: every question its files can answer, with sound defaults.
    pub fn default_for(trial: &Trial, files: &[FileMapping]) -> Self {
        let mut analyses = Vec::new();
        analyses.extend(PatientsPlan::default_for(trial).map(AnalysisPlan::Patients));
        analyses.extend(ChangePlan::default_for(trial).map(AnalysisPlan::Change));
        analyses.extend(SlopePlan::default_for(trial).map(AnalysisPlan::Slope));
        analyses.extend(MmrmPlan::default_for(trial).map(AnalysisPlan::Mmrm));
        analyses.extend(LmmPlan::default_for(trial).map(AnalysisPlan::Lmm));
        analyses.extend(CafsPlan::default_for(trial).map(AnalysisPlan::Cafs));
        analyses.extend(StagingPlan::default_for(trial).map(AnalysisPlan::Staging));
        analyses.extend(LevelsPlan::default_for(trial).map(AnalysisPlan::Levels));
        analyses.extend(CorrelationPlan::default_for(trial).map(AnalysisPlan::Correlation));
        analyses.extend(SurvivalPlan::default_for(trial).map(AnalysisPlan::Survival));
        analyses.extend(CoxPlan::default_for(trial).map(AnalysisPlan::Cox));
        analyses.extend(CompetingPlan::default_for(trial).map(AnalysisPlan::Competing));
        analyses.extend(LandmarkPlan::default_for(trial).map(AnalysisPlan::Landmark));
        analyses.extend(SafetyPlan::default_for(trial).map(AnalysisPlan::Safety));
        Self {
            plan_version: PLAN_VERSION,
            files: files.to_vec(),
            control_arm: default_control(trial),
            analysis_set: None,
            confirmed: Vec::new(),
            confidence_level: default_confidence_level(),
            missing_items: MissingItemRule::Strict,
            analyses,
        }
    }

    /// This plan for files that were understood anew: what it asks of things that are no longer there is asked as the
    /// default plan asks, and what is there now and was not asked before is asked too.
    pub fn refitted(self, trial: &Trial, files: &[FileMapping]) -> Self {
        let defaults = Self::default_for(trial, files);
        let has_outcome =
            |asked: &AnalysisPlan| asked.visits().is_none_or(|visits| holds_outcome(trial, &visits.outcome));
        let has_endpoint = |name: Option<&String>| name.is_none_or(|name| trial.endpoint(name).is_some());
        let still_there = |asked: &AnalysisPlan| match asked {
            AnalysisPlan::Patients(patients) => {
                holds_outcome(trial, &patients.visits.outcome)
                    && patients.endpoint.as_ref().is_none_or(|endpoint| trial.endpoint(endpoint).is_some())
            }
            AnalysisPlan::Change(_) | AnalysisPlan::Slope(_) | AnalysisPlan::Mmrm(_) | AnalysisPlan::Lmm(_) => {
                has_outcome(asked)
            }
            AnalysisPlan::Cafs(cafs) => has_outcome(asked) && has_endpoint(cafs.endpoint.as_ref()),
            AnalysisPlan::Staging(staging) => has_outcome(asked) && has_endpoint(staging.endpoint.as_ref()),
            AnalysisPlan::Levels(asked) => asked.analytes.iter().all(|name| trial.analyte(name).is_some()),
            AnalysisPlan::Correlation(correlation) => {
                [&correlation.x, &correlation.y].into_iter().chain(&correlation.matrix).all(|variable| match variable {
                    Variable::Analyte(name) => trial.analyte(name).is_some(),
                    Variable::Outcome(name) => holds_outcome(trial, name),
                })
            }
            AnalysisPlan::Survival(survival) => {
                survival.time().is_in(trial) && survival.strata.iter().all(|name| trial.covariate(name).is_some())
            }
            AnalysisPlan::Cox(_) | AnalysisPlan::Competing(_) | AnalysisPlan::Landmark(_) | AnalysisPlan::Safety(_) => {
                has_outcome(asked) && asked.time().is_none_or(|time| time.is_in(trial))
            }
        };
        let mut analyses = Vec::new();
        for default in defaults.analyses {
            let is_same_question =
                |asked: &&AnalysisPlan| std::mem::discriminant(*asked) == std::mem::discriminant(&default);
            let kept: Vec<AnalysisPlan> =
                self.analyses.iter().filter(is_same_question).filter(|asked| still_there(asked)).cloned().collect();
            let kept: Vec<AnalysisPlan> = kept.into_iter().map(|asked| asked.refitted(trial)).collect();
            if kept.is_empty() { analyses.push(default) } else { analyses.extend(kept) }
        }
        let has_arm = |arm: &String| trial.arm_index(arm).is_some();
        let has_set = |set: &String| trial.covariate(set).is_some();
        Self {
            files: files.to_vec(),
            control_arm: self.control_arm.filter(has_arm).or(defaults.control_arm),
            analysis_set: self.analysis_set.filter(has_set),
            analyses,
            ..self
        }
    }

    /// What all questions share, without them; no number depends on what is confirmed.
    pub fn without_questions(&self) -> Self {
        Self {
            plan_version: self.plan_version,
            files: self.files.clone(),
            control_arm: self.control_arm.clone(),
            analysis_set: self.analysis_set.clone(),
            confirmed: Vec::new(),
            confidence_level: self.confidence_level,
            missing_items: self.missing_items,
            analyses: Vec::new(),
        }
    }

    /// Why this plan cannot be run at all, if so.
    pub fn problem(&self) -> Option<String> {
        if self.plan_version != PLAN_VERSION {
            return Some(format!(
                "the plan has version {}, this program reads version {PLAN_VERSION}",
                self.plan_version
            ));
        }
        if !(self.confidence_level > 0.0 && self.confidence_level < 1.0) {
            return Some(format!("confidence_level is {}, it must lie between 0 and 1", self.confidence_level));
        }
        self.analyses.iter().find_map(|analysis| match analysis {
            AnalysisPlan::Change(change) => change.problem(),
            AnalysisPlan::Levels(asked) => asked.problem(),
            AnalysisPlan::Correlation(correlation) => correlation.problem(),
            AnalysisPlan::Patients(patients) => patients.problem(),
            AnalysisPlan::Slope(slope) => slope.problem(),
            AnalysisPlan::Mmrm(mmrm) => mmrm.problem(),
            AnalysisPlan::Lmm(lmm) => lmm.problem(),
            AnalysisPlan::Cafs(cafs) => cafs.problem(),
            AnalysisPlan::Staging(staging) => staging.problem(),
            AnalysisPlan::Survival(survival) => survival.problem(),
            AnalysisPlan::Cox(cox) => cox.problem(),
            AnalysisPlan::Competing(competing) => competing.problem(),
            AnalysisPlan::Landmark(landmark) => landmark.problem(),
            AnalysisPlan::Safety(safety) => safety.problem(),
        })
    }

    pub fn patients(&self) -> Option<&PatientsPlan> {
        self.analyses
            .iter()
            .find_map(|plan| if let AnalysisPlan::Patients(patients) = plan { Some(patients) } else { None })
    }

    pub fn change(&self) -> Option<&ChangePlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Change(change) = plan { Some(change) } else { None })
    }

    pub fn slope(&self) -> Option<&SlopePlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Slope(slope) = plan { Some(slope) } else { None })
    }

    pub fn mmrm(&self) -> Option<&MmrmPlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Mmrm(mmrm) = plan { Some(mmrm) } else { None })
    }

    pub fn lmm(&self) -> Option<&LmmPlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Lmm(lmm) = plan { Some(lmm) } else { None })
    }

    pub fn cafs(&self) -> Option<&CafsPlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Cafs(cafs) = plan { Some(cafs) } else { None })
    }

    pub fn staging(&self) -> Option<&StagingPlan> {
        self.analyses
            .iter()
            .find_map(|plan| if let AnalysisPlan::Staging(staging) = plan { Some(staging) } else { None })
    }

    pub fn levels(&self) -> Option<&LevelsPlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Levels(asked) = plan { Some(asked) } else { None })
    }

    pub fn correlation(&self) -> Option<&CorrelationPlan> {
        self.analyses
            .iter()
            .find_map(|plan| if let AnalysisPlan::Correlation(correlation) = plan { Some(correlation) } else { None })
    }

    pub fn survival(&self) -> Option<&SurvivalPlan> {
        self.analyses
            .iter()
            .find_map(|plan| if let AnalysisPlan::Survival(survival) = plan { Some(survival) } else { None })
    }

    pub fn cox(&self) -> Option<&CoxPlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Cox(cox) = plan { Some(cox) } else { None })
    }

    pub fn competing(&self) -> Option<&CompetingPlan> {
        self.analyses
            .iter()
            .find_map(|plan| if let AnalysisPlan::Competing(competing) = plan { Some(competing) } else { None })
    }

    pub fn landmark(&self) -> Option<&LandmarkPlan> {
        self.analyses
            .iter()
            .find_map(|plan| if let AnalysisPlan::Landmark(landmark) = plan { Some(landmark) } else { None })
    }

    pub fn safety(&self) -> Option<&SafetyPlan> {
        self.analyses.iter().find_map(|plan| if let AnalysisPlan::Safety(safety) = plan { Some(safety) } else { None })
    }

    /// The event and its time that the questions about survival start from.
    pub fn time(&self) -> Option<EndpointPlan> {
        self.analyses.iter().find_map(AnalysisPlan::time)
    }

    /// Changes the event and its time of every question about survival alike. The question of competing events has
    /// events of its own and shares origin and horizon.
    pub fn edit_time(&mut self, edit: impl Fn(&mut EndpointPlan)) {
        for asked in &mut self.analyses {
            if let Some(mut time) = asked.time() {
                edit(&mut time);
                asked.set_time(time);
            }
        }
    }

    /// What the questions about analytes share.
    pub fn assay(&self) -> Option<&AssayPlan> {
        self.analyses.iter().find_map(AnalysisPlan::assay)
    }

    /// Changes what the questions about analytes share, in each alike.
    pub fn edit_assay(&mut self, edit: impl Fn(&mut AssayPlan)) {
        for asked in &mut self.analyses {
            match asked {
                AnalysisPlan::Levels(asked) => edit(&mut asked.assay),
                AnalysisPlan::Correlation(asked) => edit(&mut asked.assay),
                _ => {}
            }
        }
    }

    /// The visits that the questions about function start from.
    pub fn visits(&self) -> Option<VisitPlan> {
        self.change().map(ChangePlan::visits).or_else(|| self.analyses.iter().find_map(AnalysisPlan::visits))
    }

    /// Changes the visits of every question about function alike.
    pub fn edit_visits(&mut self, edit: impl Fn(&mut VisitPlan)) {
        for asked in &mut self.analyses {
            if let Some(mut visits) = asked.visits() {
                edit(&mut visits);
                asked.set_visits(visits);
            }
        }
    }
}

impl AnalysisPlan {
    pub fn assay(&self) -> Option<&AssayPlan> {
        match self {
            Self::Levels(plan) => Some(&plan.assay),
            Self::Correlation(plan) => Some(&plan.assay),
            _ => None,
        }
    }

    pub fn visits(&self) -> Option<VisitPlan> {
        match self {
            Self::Patients(plan) => Some(plan.visits.clone()),
            Self::Change(plan) => Some(plan.visits()),
            Self::Slope(plan) => Some(plan.visits.clone()),
            Self::Mmrm(plan) => Some(plan.visits.clone()),
            Self::Lmm(plan) => Some(plan.visits.clone()),
            Self::Cafs(plan) => Some(plan.visits.clone()),
            Self::Staging(plan) => Some(plan.visits.clone()),
            Self::Landmark(plan) => Some(plan.visits.clone()),
            Self::Levels(_)
            | Self::Correlation(_)
            | Self::Survival(_)
            | Self::Cox(_)
            | Self::Competing(_)
            | Self::Safety(_) => None,
        }
    }

    pub fn time(&self) -> Option<EndpointPlan> {
        match self {
            Self::Survival(plan) => Some(plan.time()),
            Self::Cox(plan) => Some(plan.time.clone()),
            Self::Competing(plan) => Some(plan.time.clone()),
            Self::Landmark(plan) => Some(plan.time.clone()),
            Self::Patients(_)
            | Self::Change(_)
            | Self::Slope(_)
            | Self::Mmrm(_)
            | Self::Lmm(_)
            | Self::Cafs(_)
            | Self::Staging(_)
            | Self::Levels(_)
            | Self::Correlation(_)
            | Self::Safety(_) => None,
        }
    }

    fn set_time(&mut self, time: EndpointPlan) {
        match self {
            Self::Survival(plan) => plan.set_time(time),
            Self::Cox(plan) => plan.time = time,
            Self::Competing(plan) => {
                let EndpointPlan { is_flag_reversed, origin, horizon_months, .. } = time;
                plan.time = EndpointPlan { is_flag_reversed, origin, horizon_months, ..plan.time.clone() };
            }
            Self::Landmark(plan) => plan.time = time,
            Self::Patients(_)
            | Self::Change(_)
            | Self::Slope(_)
            | Self::Mmrm(_)
            | Self::Lmm(_)
            | Self::Cafs(_)
            | Self::Staging(_)
            | Self::Levels(_)
            | Self::Correlation(_)
            | Self::Safety(_) => {}
        }
    }

    fn refitted(self, trial: &Trial) -> Self {
        match self {
            Self::Change(change) => Self::Change(change.refitted(trial)),
            Self::Landmark(landmark) => Self::Landmark(landmark.refitted(trial)),
            Self::Levels(levels) => Self::Levels(levels.refitted(trial)),
            Self::Safety(safety) => Self::Safety(safety.refitted(trial)),
            other => other,
        }
    }

    fn set_visits(&mut self, visits: VisitPlan) {
        match self {
            Self::Patients(plan) => plan.visits = visits,
            Self::Change(plan) => plan.set_visits(visits),
            Self::Slope(plan) => plan.visits = visits,
            Self::Mmrm(plan) => plan.visits = visits,
            Self::Lmm(plan) => plan.visits = visits,
            Self::Cafs(plan) => plan.visits = visits,
            Self::Staging(plan) => plan.visits = visits,
            Self::Landmark(plan) => plan.set_visits(visits),
            Self::Levels(_)
            | Self::Correlation(_)
            | Self::Survival(_)
            | Self::Cox(_)
            | Self::Competing(_)
            | Self::Safety(_) => {}
        }
    }
}

/// In the files, or made from the items in them.
fn holds_outcome(trial: &Trial, name: &str) -> bool {
    let has_items = || trial.outcomes.iter().any(|outcome| outcome.item.is_some());
    let is_domain = Domain::FOUR.into_iter().chain([Domain::Motor]).any(|domain| domain.outcome_name() == name);
    trial.outcome(name).is_some() || (is_domain && has_items())
}

/// The arm whose name says it is the control, else the first in alphabetical order: a guess, shown for confirmation.
fn default_control(trial: &Trial) -> Option<String> {
    if trial.arms.len() < 2 {
        return None;
    }
    let words = ["placebo", "control", "sham", "standard", "untreated", "riluzole alone", "usual care", "vehicle"];
    let named = words
        .iter()
        .find_map(|word| trial.arms.iter().find(|arm| arm.name.to_lowercase().contains(word)))
        .map(|arm| arm.name.clone());
    named.or_else(|| trial.arms.iter().map(|arm| arm.name.clone()).min())
}
