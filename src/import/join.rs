//! Tables to one trial: the roster of subjects and arms that all files share.

use std::collections::HashMap;

use super::columns::TextColumn;
use super::ledger::{Ledger, Place, words};
use super::tidy::Sheet;
use super::{Issue, IssueKind, Role, Severity};
use crate::order;
use crate::trial::{Analyte, Arm, Covariate, CovariateValues, Endpoint, Outcome, Subject, TimeUnit, Trial};

/// A row that belongs to no subject or is set aside.
pub const NO_SUBJECT: u32 = u32::MAX;

/// A trial in the making.
#[derive(Debug, Default)]
pub struct Join {
    pub trial: Trial,
    index: HashMap<String, u32>,
    /// How many subjects the subjects files name, when there are any; whoever comes later is unknown.
    pub roster: Option<u32>,
    /// A subjects file says who was in which arm: other files' arm columns are only compared with it.
    pub has_arms: bool,
    pub covariates: Vec<CovariateDraft>,
    /// The file that first named an arm.
    arm_file: Option<String>,
}

#[derive(Debug)]
pub struct CovariateDraft {
    pub name: String,
    pub values: DraftValues,
}

#[derive(Debug)]
pub enum DraftValues {
    Numeric(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
}

impl Join {
    /// The subject's place, and whether it is new.
    pub fn add_subject(&mut self, id: &str) -> (u32, bool) {
        if let Some(&subject) = self.index.get(id) {
            return (subject, false);
        }
        let subject = self.trial.subjects.len() as u32;
        self.trial.subjects.push(Subject { id: id.to_owned(), arm: None });
        self.index.insert(id.to_owned(), subject);
        (subject, true)
    }

    pub fn set_arm(&mut self, subject: u32, arm: &str, file: &str) {
        let arm = self.trial.arm_index(arm).unwrap_or_else(|| {
            self.trial.arms.push(Arm { name: arm.to_owned() });
            self.trial.arms.len() - 1
        });
        self.arm_file.get_or_insert_with(|| file.to_owned());
        if let Some(subject) = self.trial.subjects.get_mut(subject as usize) {
            subject.arm = Some(arm);
        }
    }

    /// The arm's name, if the subject is in one.
    pub fn arm_of(&self, subject: u32) -> Option<&str> {
        let arm = self.trial.arm_of(subject as usize)?;
        self.trial.arms.get(arm).map(|arm| arm.name.as_str())
    }

    /// Each row's subject, arms taken or compared on the way; a row without one is set aside.
    pub fn subjects_of_rows(&mut self, sheet: &Sheet<'_>, ledger: &mut Ledger) -> Vec<u32> {
        let Some((column, ids)) = sheet.text(|role| *role == Role::SubjectId) else {
            return vec![NO_SUBJECT; sheet.table.len];
        };
        let name = sheet.name(column);
        let known: Vec<u32> = ids.values.iter().map(|id| self.add_subject(id).0).collect();
        let mut subjects = Vec::with_capacity(sheet.table.len);
        for (place, &code) in ids.codes.iter().enumerate() {
            let row = sheet.table.row(place);
            let Some(&subject) = known.get(code as usize) else {
                ledger.set_aside("no subject", row);
                ledger.report(IssueKind::MissingSubject, Severity::Error, Place::cell(row, name, None), || {
                    words("no subject is named", "Fill in the subject's id; the row is set aside.")
                });
                subjects.push(NO_SUBJECT);
                continue;
            };
            if self.roster.is_some_and(|roster| subject >= roster) {
                let id = ids.value_of_code(code);
                ledger.report(IssueKind::UnknownSubject, Severity::Warning, Place::cell(row, name, id), || {
                    words(
                        "this subject is not in the subjects file",
                        "Compare the ids (capital letters, leading zeros) or add the subject to the subjects file; its \
                         rows are read, but without an arm they are in no comparison of arms.",
                    )
                });
            }
            subjects.push(subject);
        }
        if let Some((column, arms)) = sheet.text(|role| *role == Role::Arm) {
            self.see_arms(sheet, column, arms, &subjects, ledger);
        }
        subjects
    }

    fn see_arms(
        &mut self,
        sheet: &Sheet<'_>,
        column: usize,
        arms: &TextColumn<'_>,
        subjects: &[u32],
        ledger: &mut Ledger,
    ) {
        for (place, &subject) in subjects.iter().enumerate() {
            let Some(arm) = arms.value(place) else { continue };
            if subject == NO_SUBJECT {
                continue;
            }
            match self.arm_of(subject) {
                Some(kept) if kept == arm => {}
                Some(kept) => {
                    let kept = kept.to_owned();
                    self.report_arm_conflict(sheet, column, place, subject, &kept, arm, ledger);
                }
                None if !self.has_arms => self.set_arm(subject, arm, &ledger.file),
                None => {}
            }
        }
    }

    #[expect(clippy::too_many_arguments)]
    pub fn report_arm_conflict(
        &self,
        sheet: &Sheet<'_>,
        column: usize,
        place: usize,
        subject: u32,
        kept: &str,
        arm: &str,
        ledger: &mut Ledger,
    ) {
        let id = self.trial.subjects.get(subject as usize).map(|subject| subject.id.as_str());
        let at = Place::cell(sheet.table.row(place), sheet.name(column), id);
        ledger.report(IssueKind::ConflictingArm, Severity::Warning, at, || {
            use super::cell::quote;
            words(
                format!("the arm is {} here and {} before", quote(arm), quote(kept)),
                "Find out which arm the subject was in and correct the other; the arm that was read first is used.",
            )
        });
    }

    /// The outcome of that name, made when it is new.
    pub fn outcome_mut(&mut self, name: &str, time_unit: TimeUnit) -> Option<&mut Outcome> {
        let at = self.trial.outcomes.iter().position(|outcome| outcome.name == name).unwrap_or_else(|| {
            let outcome = Outcome { name: name.to_owned(), unit: None, time_unit, visits: Vec::new() };
            self.trial.outcomes.push(outcome);
            self.trial.outcomes.len() - 1
        });
        self.trial.outcomes.get_mut(at)
    }

    pub fn analyte_mut(&mut self, name: &str, time_unit: TimeUnit) -> Option<&mut Analyte> {
        let at = self.trial.analytes.iter().position(|analyte| analyte.name == name).unwrap_or_else(|| {
            self.trial.analytes.push(Analyte { name: name.to_owned(), unit: None, time_unit, samples: Vec::new() });
            self.trial.analytes.len() - 1
        });
        self.trial.analytes.get_mut(at)
    }

    pub fn endpoint_mut(&mut self, name: &str, time_unit: TimeUnit) -> Option<&mut Endpoint> {
        let at = self.trial.endpoints.iter().position(|endpoint| endpoint.name == name).unwrap_or_else(|| {
            self.trial.endpoints.push(Endpoint { name: name.to_owned(), time_unit, records: Vec::new() });
            self.trial.endpoints.len() - 1
        });
        self.trial.endpoints.get_mut(at)
    }

    /// The trial, and what is to be said about it as a whole.
    pub fn finish(mut self, first_file: &str) -> (Trial, Vec<Issue>) {
        let subjects = self.trial.subjects.len();
        self.trial.covariates = self.covariates.into_iter().map(|draft| draft.finish(subjects)).collect();
        for outcome in &mut self.trial.outcomes {
            outcome.visits.shrink_to_fit();
        }
        let mut ledger = Ledger::new(self.arm_file.as_deref().unwrap_or(first_file));
        match (self.trial.arms.as_slice(), subjects) {
            (_, 0) => {}
            ([], _) => ledger.report(IssueKind::NoArm, Severity::Warning, Place::default(), || {
                words(
                    "no file says which arm a subject was in",
                    "Add an arm column to the subjects file; meanwhile all subjects are described as one group.",
                )
            }),
            ([only], _) => ledger.report(IssueKind::OneArm, Severity::Warning, Place::default(), || {
                words(
                    format!("all subjects are in one arm, {}", super::cell::quote(&only.name)),
                    "Check the arm column; analyses that compare arms cannot answer, the others go on.",
                )
            }),
            _ => {}
        }
        let (_, issues) = ledger.close(super::TableKind::Unrecognised, &[], &[]);
        (self.trial, issues)
    }
}

impl CovariateDraft {
    fn finish(self, subjects: usize) -> Covariate {
        let values = match self.values {
            DraftValues::Numeric(mut values) => {
                values.resize(subjects, None);
                CovariateValues::Numeric(values)
            }
            DraftValues::Text(mut cells) => {
                cells.resize(subjects, None);
                let mut levels: Vec<String> = cells.iter().flatten().cloned().collect();
                order::sort_by(&mut levels, String::cmp);
                levels.dedup();
                let code = |cell: &Option<String>| cell.as_ref().and_then(|cell| levels.binary_search(cell).ok());
                let codes = cells.iter().map(code).collect();
                CovariateValues::Factor { levels, codes }
            }
        };
        Covariate { name: self.name, values }
    }
}
