//! Who is compared, and what is known of each.

use super::CafsPlan;
use crate::analysis::visit_plan::visit_table;
use crate::analysis::{AnalysisError, Population};
use crate::order::sort_by;
use crate::trial::Trial;

pub(super) struct Member {
    /// Index into `Trial::subjects`.
    pub subject: usize,
    /// Place in `Population::arm_names`.
    pub arm: usize,
    pub baseline: Option<f64>,
    /// Months to the death, or to when the subject was last known alive.
    pub time: f64,
    pub is_death: bool,
    /// One per target month; higher is better.
    pub changes: Vec<Option<f64>>,
}

impl Member {
    pub fn is_dead_by(&self, horizon: f64) -> bool {
        self.is_death && self.time <= horizon
    }
}

/// By the subjects' names, so that the bootstrap draws the same people whatever the order of rows. Who has an arm and either a baseline or a record of follow-up is in; without a baseline there
/// is no function, without a record the subject was last known alive at the last of all visits.
pub(super) fn gather(trial: &Trial, population: &Population, cafs: &CafsPlan) -> Result<Vec<Member>, AnalysisError> {
    let table = visit_table(trial, population, &cafs.visits)?;
    let endpoint = match &cafs.endpoint {
        None => None,
        Some(name) => Some(
            trial
                .endpoint(name)
                .ok_or_else(|| AnalysisError::NotInFiles { what: "endpoint".into(), name: name.clone() })?,
        ),
    };
    let n = trial.subjects.len();
    let mut last_visit = vec![0.0_f64; n];
    for visit in trial.outcomes.iter().flat_map(|outcome| &outcome.visits) {
        if let Some(slot) = last_visit.get_mut(visit.subject) {
            *slot = slot.max(visit.time_months);
        }
    }
    let mut followed = vec![None; n];
    for record in endpoint.into_iter().flat_map(|endpoint| &endpoint.records) {
        if let Some(slot) = followed.get_mut(record.subject) {
            *slot = Some((record.time_months, record.is_event));
        }
    }
    let n_months = cafs.visits.target_months.len();
    let sign = if cafs.is_higher_better() { 1.0 } else { -1.0 };
    let mut seen = table.rows.iter().peekable();
    let mut members = Vec::new();
    for (subject, (last_visit, followed)) in last_visit.into_iter().zip(followed).enumerate() {
        let row = seen.next_if(|row| row.subject == subject);
        let Some(arm) = population.arm(subject).filter(|_| row.is_some() || followed.is_some()) else { continue };
        let (time, is_death) = followed.unwrap_or((last_visit, false));
        members.push(Member {
            subject,
            arm,
            baseline: row.map(|row| row.baseline.value),
            time,
            is_death,
            changes: match row {
                Some(row) => (0..n_months).map(|month| row.change(month).map(|change| sign * change)).collect(),
                None => vec![None; n_months],
            },
        });
    }
    let name = |member: &Member| trial.subjects.get(member.subject).map(|subject| subject.id.as_str());
    sort_by(&mut members, |a, b| name(a).cmp(&name(b)));
    Ok(members)
}
