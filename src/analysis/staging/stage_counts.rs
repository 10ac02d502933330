//! How many of each arm are in which clinical stage at each scheduled visit.

use crate::analysis::visit_window::{Series, Timed};
use crate::trial::{Endpoint, Form, Forms, KingsStage, MitosStage, Trial, derive_kings_stage, derive_mitos_stage};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StagingSystem {
    Kings,
    Mitos,
}

impl StagingSystem {
    /// In the order of the counts; the last is death.
    pub fn labels(self) -> Vec<String> {
        match self {
            Self::Kings => KingsStage::ALL.iter().map(|stage| stage.label().to_owned()).collect(),
            Self::Mitos => MitosStage::ALL.iter().map(|stage| stage.number().to_string()).collect(),
        }
    }

    fn n_stages(self) -> usize {
        match self {
            Self::Kings => KingsStage::ALL.len(),
            Self::Mitos => MitosStage::ALL.len(),
        }
    }

    /// Place of the form's stage in the order of the counts.
    fn place(self, form: &Form) -> Option<usize> {
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
    pub months: Vec<f64>,
    /// How far from a month a form may lie and still count.
    pub window_months: f64,
}

/// The stage of each subject at each month, as a place in `StagingSystem::labels`: `[subject][month]`.
///
/// The form nearest the month within the window that decides a stage counts. From the time of an event of `death` on the
/// stage is death, whatever forms say.
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
        series.nearest(subject, month, options.window_months).map(|timed| timed.value as usize)
    };
    died.iter()
        .enumerate()
        .map(|(subject, died)| options.months.iter().map(|month| stage_at(subject, *died, *month)).collect())
        .collect()
}

/// One arm at one month.
#[derive(Debug, Clone, PartialEq)]
pub struct StageCount {
    /// Place in `Trial::arms`; `None` counts the subjects that no file gives an arm.
    pub arm: Option<usize>,
    pub month: f64,
    /// Subjects in each stage, in the order of `StagingSystem::labels`.
    pub counts: Vec<usize>,
    /// Subjects alive, as far as is known, without a form that decides a stage.
    pub missing: usize,
}

/// By arm, then month. Counts and missing add up to the arm's subjects at every month.
pub fn count_stages(trial: &Trial, death: Option<&Endpoint>, options: &StagingOptions) -> Vec<StageCount> {
    let stages = derive_stages(trial, death, options);
    let mut found = Vec::new();
    for arm in (0..trial.arms.len()).map(Some).chain([None]) {
        let members: Vec<&Vec<Option<usize>>> = trial
            .subjects
            .iter()
            .zip(&stages)
            .filter(|(subject, _)| subject.arm == arm)
            .map(|(_, stages)| stages)
            .collect();
        if members.is_empty() {
            continue;
        }
        for (place, month) in options.months.iter().enumerate() {
            let mut one = StageCount { arm, month: *month, counts: vec![0; options.system.n_stages()], missing: 0 };
            for stage in members.iter().map(|stages| stages.get(place).copied().flatten()) {
                match stage.and_then(|stage| one.counts.get_mut(stage)) {
                    Some(count) => *count += 1,
                    None => one.missing += 1,
                }
            }
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::analysis::derived_outcome::tests::trial_of;
    use super::*;
    use crate::trial::{Arm, FollowUp, SourceRow, TimeUnit};

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
        let mut trial = trial_of(3, &forms);
        trial.arms = vec![Arm { name: "A".into() }, Arm { name: "B".into() }];
        let record =
            |subject, time_months, is_event| FollowUp { subject, time_months, is_event, source: SourceRow::default() };
        let death = Endpoint {
            name: "death".into(),
            time_unit: TimeUnit::Months,
            records: vec![record(0, 5.0, true), record(1, 6.0, false)],
        };
        let mut options =
            StagingOptions { system: StagingSystem::Kings, months: vec![0.0, 3.0, 6.0], window_months: 0.5 };
        let stages = derive_stages(&trial, Some(&death), &options);
        // Places: 0 unstaged, 1, 2, 3, 4 for 4A, 5 for 4B, 6 both, 7 death.
        assert_eq!(stages, [[Some(0), Some(5), Some(7)], [Some(1), Some(2), None], [Some(4), None, None]]);
        let counts = count_stages(&trial, Some(&death), &options);
        assert_eq!(counts.len(), 6);
        assert_eq!(
            (counts[0].arm, &counts[0].counts[..], counts[0].missing),
            (Some(0), &[1, 0, 0, 0, 1, 0, 0, 0][..], 0)
        );
        assert_eq!((&counts[1].counts[..], counts[1].missing), (&[0, 0, 0, 0, 0, 1, 0, 0][..], 1));
        assert_eq!((&counts[2].counts[..], counts[2].missing), (&[0, 0, 0, 0, 0, 0, 0, 1][..], 1));
        assert_eq!((counts[5].arm, counts[5].missing), (Some(1), 1));

        options.system = StagingSystem::Mitos;
        // 0: breathing lost at 3.2. 1: movement lost at 2.6. 2: nothing lost at 0.
        let stages = derive_stages(&trial, Some(&death), &options);
        assert_eq!(stages, [[Some(0), Some(1), Some(5)], [Some(0), Some(1), None], [Some(0), None, None]]);
        assert_eq!(derive_stages(&trial, None, &options)[0], [Some(0), Some(1), None]);
        assert_eq!(options.system.labels(), ["0", "1", "2", "3", "4", "5"]);
    }
}
