//! Who is analysed, and in which arm; the control arm comes first.

use super::{AnalysisError, Plan};
use crate::trial::Trial;

/// The one group of a trial whose files name no arm: it is described, and compared with nothing.
pub const EVERYONE: &str = "Everyone";

#[derive(Debug, Clone)]
pub struct Population {
    /// Names of the arms that are compared, the control first, the others in the files' order.
    pub arm_names: Vec<String>,
    /// For each subject of the trial: its place in `arm_names`, if it is analysed and has an arm.
    arm_of_subject: Vec<Option<usize>>,
    /// For each subject: whether it belongs to the analysis set.
    is_member: Vec<bool>,
    /// Subjects outside the chosen analysis set.
    pub outside_set: usize,
}

impl Population {
    pub fn of(trial: &Trial, plan: &Plan) -> Result<Self, AnalysisError> {
        let is_member: Vec<bool> = match &plan.analysis_set {
            None => vec![true; trial.subjects.len()],
            Some(name) => {
                let covariate = trial
                    .covariate(name)
                    .ok_or_else(|| AnalysisError::NotInFiles { what: "analysis set".into(), name: name.clone() })?;
                if !covariate.is_flag() {
                    let what = "yes/no column (with at least one yes)".into();
                    return Err(AnalysisError::NotInFiles { what, name: name.clone() });
                }
                (0..trial.subjects.len()).map(|subject| covariate.flag(subject) == Some(true)).collect()
            }
        };
        let control = plan.control_arm.as_deref().and_then(|name| trial.arm_index(name));
        if let (Some(name), None) = (&plan.control_arm, control) {
            return Err(AnalysisError::NoControl { control: name.clone() });
        }
        if trial.arms.is_empty() {
            return Ok(Self {
                arm_names: vec![EVERYONE.to_owned()],
                arm_of_subject: is_member.iter().map(|member| member.then_some(0)).collect(),
                outside_set: is_member.iter().filter(|member| !**member).count(),
                is_member,
            });
        }
        let order: Vec<usize> =
            control.into_iter().chain((0..trial.arms.len()).filter(|&arm| Some(arm) != control)).collect();
        let mut place = vec![None; trial.arms.len()];
        for (position, &arm) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(arm) {
                *slot = Some(position);
            }
        }
        let arm_of_subject = (0..trial.subjects.len())
            .map(|subject| {
                let arm = trial.arm_of(subject)?;
                is_member.get(subject).copied().unwrap_or(false).then(|| place.get(arm).copied().flatten()).flatten()
            })
            .collect();
        Ok(Self {
            arm_names: order.iter().filter_map(|&arm| trial.arms.get(arm).map(|arm| arm.name.clone())).collect(),
            arm_of_subject,
            outside_set: is_member.iter().filter(|member| !**member).count(),
            is_member,
        })
    }

    pub fn arm(&self, subject: usize) -> Option<usize> {
        self.arm_of_subject.get(subject).copied().flatten()
    }

    pub fn contains(&self, subject: usize) -> bool {
        self.is_member.get(subject).copied().unwrap_or(false)
    }

    pub fn arm_size(&self, arm: usize) -> usize {
        self.arm_of_subject.iter().filter(|place| **place == Some(arm)).count()
    }

    pub fn subjects(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.is_member.len()).filter(|&subject| self.contains(subject))
    }
}
