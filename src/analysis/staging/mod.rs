//! King's and MiToS stages over time.

mod stage_counts;

pub use stage_counts::{StageCount, StagingOptions, StagingSystem, count_stages, derive_stages};

use serde::{Deserialize, Serialize};

use super::cafs::{default_death, rank_method};
use super::visit_plan::VisitPlan;
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term};
use crate::stats::compare::{MannWhitneyOptions, mann_whitney_test};
use crate::trial::alsfrs::{ITEM_MAX, Item};
use crate::trial::{Endpoint, Forms, Trial};

/// Below this many patients in an arm the test has little to go by.
const FEW_PATIENTS: usize = 10;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagingPlan {
    /// Months, baseline rule and window; stages come from the items, whatever the outcome.
    pub visits: VisitPlan,
    /// The one that the answer's sentence speaks of; both are counted.
    #[serde(default)]
    pub system: StagingSystem,
    /// The endpoint whose event is stage 5. Absent: nobody counts as dead.
    #[serde(default)]
    pub endpoint: Option<String>,
}

impl StagingPlan {
    /// Where the files hold items that decide a stage.
    pub fn default_for(trial: &Trial) -> Option<Self> {
        let visits = VisitPlan::default_for(trial)?;
        let has_stage =
            Forms::of(trial).any(|form| StagingSystem::ALL.iter().any(|system| system.place(&form).is_some()));
        has_stage.then(|| Self { visits, system: StagingSystem::default(), endpoint: default_death(trial) })
    }

    /// Why these settings cannot be run, if so.
    pub fn problem(&self) -> Option<String> {
        self.visits.problem()
    }

    /// The baseline and the target months.
    pub fn months(&self) -> Vec<f64> {
        std::iter::once(0.0).chain(self.visits.target_months.iter().copied()).collect()
    }
}

impl StagingSystem {
    pub fn id(self) -> AnalysisId {
        match self {
            Self::Kings => AnalysisId::StagingKings,
            Self::Mitos => AnalysisId::StagingMitos,
        }
    }

    /// What stands as the outcome of the rows.
    pub fn outcome(self) -> &'static str {
        match self {
            Self::Kings => "kings_stage",
            Self::Mitos => "mitos_stage",
        }
    }
}

/// What the page needs beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StagingDetail {
    /// Control first.
    pub arm_names: Vec<String>,
}

/// # What
/// People of each arm in each stage at baseline and each target month, those without a stage counted too; and at the
/// primary month each arm against control by the Mann-Whitney test on the stage's number.
pub fn analyse_staging(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    staging: &StagingPlan,
) -> Result<Answer, AnalysisError> {
    let death = match &staging.endpoint {
        None => None,
        Some(name) => Some(
            trial
                .endpoint(name)
                .ok_or_else(|| AnalysisError::NotInFiles { what: "endpoint".into(), name: name.clone() })?,
        ),
    };
    if staging.visits.target_months.is_empty() {
        return Err(AnalysisError::NoVisits {
            outcome: staging.visits.outcome.clone(),
            month: staging.visits.primary_month,
            window_months: staging.visits.window_months,
        });
    }
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let mut n_staged = 0;
    for system in StagingSystem::ALL {
        let asked = Asked { trial, population, plan, staging, death, system };
        let stages = asked.stages();
        n_staged += stages.iter().flatten().flatten().count();
        asked.count(&stages, &mut rows, &mut notes);
        asked.compare(&stages, &mut rows, &mut notes);
    }
    if n_staged == 0 {
        return Err(AnalysisError::TooFew { what: "people with an arm and a stage".into(), need: 1, got: 0 });
    }
    notes.extend(form_doubts(trial, population));
    let mut say = |kind: NoteKind| notes.push(Note { analysis: staging.system.id(), kind });
    if death.is_none() {
        say(NoteKind::NoDeaths);
    }
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        say(NoteKind::OutsideSet { set, subjects: population.outside_set });
    }
    let detail = StagingDetail { arm_names: population.arm_names.clone() };
    Ok(Answer { rows, notes, detail: Detail::Staging(detail) })
}

/// One system.
struct Asked<'a> {
    trial: &'a Trial,
    population: &'a Population,
    plan: &'a Plan,
    staging: &'a StagingPlan,
    death: Option<&'a Endpoint>,
    system: StagingSystem,
}

impl Asked<'_> {
    /// `[subject][month]`; nobody outside the arms has one.
    fn stages(&self) -> Vec<Vec<Option<usize>>> {
        let options = StagingOptions {
            system: self.system,
            months: self.staging.months(),
            baseline: self.staging.visits.baseline,
            window_months: self.staging.visits.window_months,
        };
        let mut stages = derive_stages(self.trial, self.death, &options);
        for (subject, stages) in stages.iter_mut().enumerate() {
            if self.population.arm(subject).is_none() {
                stages.fill(None);
            }
        }
        stages
    }

    fn of_arm(&self, stages: &[Vec<Option<usize>>], arm: usize, place: usize) -> Vec<Option<usize>> {
        stages
            .iter()
            .enumerate()
            .filter(|(subject, _)| self.population.arm(*subject) == Some(arm))
            .map(|(_, stages)| stages.get(place).copied().flatten())
            .collect()
    }

    fn row(&self, term: Term, arm: &str, month: f64) -> Finding {
        Finding {
            group: Some(arm.to_owned()),
            at: Some(month),
            ..Finding::new(self.system.id(), self.system.outcome(), term)
        }
    }

    fn count(&self, stages: &[Vec<Option<usize>>], rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
        for (arm, name) in self.population.arm_names.iter().enumerate() {
            for (place, month) in self.staging.months().into_iter().enumerate() {
                let people = self.of_arm(stages, arm, place);
                let found = count_stages(self.system, people.iter().copied());
                let counts = self.system.terms().iter().zip(&found.counts).map(|(term, count)| (*term, *count));
                rows.extend(counts.chain([(Term::StageUnknown, found.missing)]).map(|(term, count)| Finding {
                    n: Some(people.len() as u64),
                    estimate: Some(count as f64),
                    ..self.row(term, name, month)
                }));
                let is_told = self.system == self.staging.system && month == self.staging.visits.primary_month;
                if is_told && found.missing > 0 {
                    let kind = NoteKind::LeftOut {
                        arm: name.clone(),
                        at_month: month,
                        of: people.len(),
                        without_baseline: 0,
                        without_visit: found.missing,
                    };
                    notes.push(Note { analysis: self.system.id(), kind });
                }
            }
        }
    }

    fn compare(&self, stages: &[Vec<Option<usize>>], rows: &mut Vec<Finding>, notes: &mut Vec<Note>) {
        let month = self.staging.visits.primary_month;
        let Some(place) = self.staging.months().iter().position(|one| *one == month) else { return };
        let unanswered = |group: Option<&str>, error: AnalysisError| Note {
            analysis: self.system.id(),
            kind: NoteKind::Unanswered { group: group.map(str::to_owned), at_month: Some(month), error },
        };
        let Some((control, treated)) = self.population.arm_names.split_first().filter(|(_, rest)| !rest.is_empty())
        else {
            let error = AnalysisError::OneArm { arms_with_data: self.trial.arms.len().min(1) };
            notes.push(unanswered(None, error));
            return;
        };
        // A lower stage is better.
        let scored = |arm: usize| -> Vec<f64> {
            let places = self.of_arm(stages, arm, place).into_iter().flatten();
            places.filter_map(|place| self.system.number(place)).map(|number| -f64::from(number)).collect()
        };
        let controls = scored(0);
        let options = MannWhitneyOptions { confidence_level: self.plan.confidence_level };
        let few = |name: &String, n: usize| {
            let is_told = self.system == self.staging.system && (1..FEW_PATIENTS).contains(&n);
            let kind = NoteKind::FewPatients { group: name.clone(), n };
            is_told.then_some(Note { analysis: self.system.id(), kind })
        };
        for (name, arm) in treated.iter().zip(1..) {
            let values = scored(arm);
            match mann_whitney_test(&values, &controls, &options) {
                Ok(test) => rows.push(Finding {
                    contrast: Some(format!("{name} − {control}")),
                    n: Some((values.len() + controls.len()) as u64),
                    estimate: Some(test.superiority),
                    statistic: Some(test.u),
                    p_value: Some(test.p_value),
                    method: Some(rank_method(test.p_method)),
                    ..self.row(Term::Superiority, name, month)
                }),
                Err(error) => {
                    let smaller = if values.len() <= controls.len() { name } else { control };
                    let what = if values.is_empty() || controls.is_empty() { smaller.as_str() } else { "stages" };
                    notes.push(unanswered(Some(name), AnalysisError::from_stat(&error, what)));
                }
            }
            notes.extend(few(name, values.len()));
        }
        notes.extend(few(control, controls.len()));
    }
}

/// What the forms do not tell King's stages.
fn form_doubts(trial: &Trial, population: &Population) -> Vec<Note> {
    let (mut unstaged, mut affected, mut unknown) = (0, 0, 0);
    for form in Forms::of(trial).filter(|form| population.arm(form.subject).is_some()) {
        if StagingSystem::Kings.place(&form) == Some(0) {
            unstaged += 1;
            affected += usize::from(form.items.iter().flatten().any(|score| *score < ITEM_MAX));
        }
        unknown += usize::from(form.is_gastrostomy().is_none());
    }
    let mut kinds = Vec::new();
    if unstaged > 0 {
        kinds.push(NoteKind::Unstaged { forms: unstaged, affected });
    }
    if !trial.outcomes.iter().any(|outcome| outcome.item == Some(Item::FiveB)) {
        kinds.push(NoteKind::NoGastrostomyItem);
    }
    if unknown > 0 {
        kinds.push(NoteKind::GastrostomyUnknown { forms: unknown });
    }
    kinds.into_iter().map(|kind| Note { analysis: AnalysisId::StagingKings, kind }).collect()
}
