//! The clinical stage of each subject at each scheduled visit.

use serde::{Deserialize, Serialize};

use crate::analysis::Term;
use crate::analysis::visit_window::{BaselineRule, Series, Timed};
use crate::trial::{Endpoint, Form, Forms, KingsStage, MitosStage, Trial, derive_kings_stage, derive_mitos_stage};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StagingSystem {
    #[default]
    Kings,
    Mitos,
}

impl StagingSystem {
    pub const ALL: [Self; 2] = [Self::Kings, Self::Mitos];

    /// In the order of the counts; the last is death.
    pub fn labels(self) -> Vec<String> {
        match self {
            Self::Kings => KingsStage::ALL.iter().map(|stage| stage.label().to_owned()).collect(),
            Self::Mitos => MitosStage::ALL.iter().map(|stage| stage.number().to_string()).collect(),
        }
    }

    /// What counts the stages, in the order of the counts.
    pub fn terms(self) -> &'static [Term] {
        use Term::{Stage0, Stage1, Stage2, Stage3, Stage4, Stage4A, Stage4B, Stage4Both, Stage5};
        match self {
            Self::Kings => &[Stage0, Stage1, Stage2, Stage3, Stage4A, Stage4B, Stage4Both, Stage5],
            Self::Mitos => &[Stage0, Stage1, Stage2, Stage3, Stage4, Stage5],
        }
    }

    /// 0 to 5: 4A, 4B and both are one.
    pub fn number(self, place: usize) -> Option<u8> {
        match self {
            Self::Kings => KingsStage::ALL.get(place).map(|stage| stage.number()),
            Self::Mitos => MitosStage::ALL.get(place).map(|stage| stage.number()),
        }
    }

    fn n_stages(self) -> usize {
        self.terms().len()
    }

    /// Place of the form's stage in the order of the counts.
    pub(super) fn place(self, form: &Form) -> Option<usize> {
        match self {
            Self::Kings => {
                let stage = derive_kings_stage(&form.items, form.is_gastrostomy())?;
                KingsStage::ALL.iter().position(|one| *one == stage)
            }
            Self::Mitos => {
                let stage = derive_mitos_stage(&form.items)?;
                MitosStage::ALL.iter().position(|one| *one == stage)
            }
        }
    }
}

/// Where the stages are counted.
#[derive(Debug, Clone, PartialEq)]
pub struct StagingOptions {
    pub system: StagingSystem,
    /// 0 is the baseline.
    pub months: Vec<f64>,
    /// Which form stands for month 0.
    pub baseline: BaselineRule,
    /// How far from a month a form may lie and still count.
    pub window_months: f64,
}

/// The stage of each subject at each month, as a place in `StagingSystem::labels`: `[subject][month]`.
///
/// Of the forms that decide a stage counts the one nearest the month within the window, for month 0 the one of the
/// baseline rule. From the time of an event of `death` on the stage is death, whatever forms say.
pub fn derive_stages(trial: &Trial, death: Option<&Endpoint>, options: &StagingOptions) -> Vec<Vec<Option<usize>>> {
    let n = trial.subjects.len();
    // A stage's place stands as the value.
    let staged = Forms::of(trial).filter_map(|form| {
        let place = options.system.place(&form)?;
        Some((form.subject, Timed { time_months: form.time_months, value: place as f64 }))
    });
    let series = Series::collect(n, staged);
    let mut died: Vec<Option<f64>> = vec![None; n];
    for record in death.into_iter().flat_map(|endpoint| &endpoint.records).filter(|record| record.is_event) {
        if let Some(slot) = died.get_mut(record.subject) {
            *slot = Some(record.time_months);
        }
    }
    let stage_at = |subject: usize, died: Option<f64>, month: f64| {
        if died.is_some_and(|time| time <= month) {
            return options.system.n_stages().checked_sub(1);
        }
        let form = if month == 0.0 {
            series.baseline(subject, options.baseline, options.window_months)
        } else {
            series.nearest(subject, month, options.window_months)
        };
        form.map(|timed| timed.value as usize)
    };
    died.iter()
        .enumerate()
        .map(|(subject, died)| options.months.iter().map(|month| stage_at(subject, *died, *month)).collect())
        .collect()
}

/// Some people at one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageCount {
    /// In each stage, in the order of `StagingSystem::labels`.
    pub counts: Vec<usize>,
    /// Alive, as far as is known, without a form that decides a stage.
    pub missing: usize,
}

/// Counts and missing add up to the people given.
pub fn count_stages(system: StagingSystem, stages: impl Iterator<Item = Option<usize>>) -> StageCount {
    let mut found = StageCount { counts: vec![0; system.n_stages()], missing: 0 };
    for stage in stages {
        match stage.and_then(|stage| found.counts.get_mut(stage)) {
            Some(count) => *count += 1,
            None => found.missing += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::derived_outcome::tests::trial_of;
    use crate::trial::{FollowUp, SourceRow, TimeUnit};

    fn form(changed: &[(usize, Option<f64>)]) -> [Option<f64>; 12] {
        let mut items = [Some(4.0); 12];
        for (number, score) in changed {
            items[number - 1] = *score;
        }
        items
    }

    #[test]
    fn stages_are_counted_by_arm_and_month() {
        // 0 (arm 0): 0, then 4B at 3.2, then dead at 5. 1 (arm 1): one region at 0, at 3 a form that decides nothing
        // and at 2.6 one that does (2 regions). 2 (arm 0): never seen after 0.
        let tube = form(&[(5, None)]);
        let forms = [
            (0, 0.0, form(&[]), None),
            (0, 3.2, form(&[(12, Some(2.0))]), None),
            (1, 0.0, form(&[(8, Some(3.0))]), None),
            (1, 2.6, form(&[(8, Some(1.0)), (1, Some(3.0))]), None),
            (1, 3.0, form(&[(8, None), (6, None)]), None),
            (2, 0.0, tube, Some(3.0)),
        ];
        let trial = trial_of(3, &forms);
        let record =
            |subject, time_months, is_event| FollowUp { subject, time_months, is_event, source: SourceRow::default() };
        let death = Endpoint {
            name: "death".into(),
            time_unit: TimeUnit::Months,
            records: vec![record(0, 5.0, true), record(1, 6.0, false)],
        };
        let mut options = StagingOptions {
            system: StagingSystem::Kings,
            months: vec![0.0, 3.0, 6.0],
            baseline: BaselineRule::LastAtOrBeforeStart,
            window_months: 0.5,
        };
        let stages = derive_stages(&trial, Some(&death), &options);
        // Places: 0 unstaged, 1, 2, 3, 4 for 4A, 5 for 4B, 6 both, 7 death.
        assert_eq!(stages, [[Some(0), Some(5), Some(7)], [Some(1), Some(2), None], [Some(4), None, None]]);
        let counts = |people: &[usize], month: usize| {
            let found = count_stages(options.system, people.iter().map(|subject| stages[*subject][month]));
            (found.counts, found.missing)
        };
        assert_eq!(counts(&[0, 2], 0), (vec![1, 0, 0, 0, 1, 0, 0, 0], 0));
        assert_eq!(counts(&[0, 2], 1), (vec![0, 0, 0, 0, 0, 1, 0, 0], 1));
        assert_eq!(counts(&[0, 2], 2), (vec![0, 0, 0, 0, 0, 0, 0, 1], 1));
        assert_eq!(counts(&[1], 2), (vec![0; 8], 1));

        options.system = StagingSystem::Mitos;
        // 0: breathing lost at 3.2. 1: movement lost at 2.6. 2: nothing lost at 0.
        let stages = derive_stages(&trial, Some(&death), &options);
        assert_eq!(stages, [[Some(0), Some(1), Some(5)], [Some(0), Some(1), None], [Some(0), None, None]]);
        assert_eq!(derive_stages(&trial, None, &options)[0], [Some(0), Some(1), None]);
        assert_eq!(options.system.labels(), ["0", "1", "2", "3", "4", "5"]);
    }
}
