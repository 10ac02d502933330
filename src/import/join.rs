//! Tables to one trial: the roster of subjects and arms that all files share.

use std::collections::HashMap;

use super::columns::TextColumn;
use super::date::Day;
use super::ledger::{Ledger, Place, words};
use super::sheet::Sheet;
use super::{Issue, IssueKind, Role, Severity, VisitTime};
use crate::order;
use crate::trial::alsfrs::Item;
use crate::trial::{
    Analyte, Arm, Covariate, CovariateValues, Endpoint, FollowUp, Outcome, SourceRow, Subject, TimeUnit, Trial,
};

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
    /// The date that each subject's time counts from, by subject.
    pub start_days: Vec<Option<Day>>,
    /// What a schedule of visits says, in whatever file the visit is named.
    pub schedule: Vec<VisitTime>,
    /// What a data dictionary says of coded columns.
    pub dictionary: Vec<CodedColumn>,
    /// Endpoints of which the files list only who had the event.
    pub events_only: Vec<String>,
    /// Follow-up without a time, by endpoint: censored when last seen.
    pub last_seen: Vec<(String, u32, SourceRow)>,
    /// Days of contact that are no visit, such as adverse events, by subject.
    pub last_contact_days: Vec<f64>,
    /// The file that first named an arm.
    arm_file: Option<String>,
}

/// The choices of one column, as a data dictionary lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedColumn {
    pub column: String,
    /// The name that a person would read.
    pub label: String,
    /// Code and label.
    pub choices: Vec<(String, String)>,
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

    pub fn start_day(&self, subject: u32) -> Option<Day> {
        self.start_days.get(subject as usize).copied().flatten()
    }

    /// The first date that is given for a subject stays.
    pub fn set_start_day(&mut self, subject: u32, day: Day) {
        let at = subject as usize;
        if at >= self.start_days.len() {
            self.start_days.resize(at + 1, None);
        }
        if let Some(slot) = self.start_days.get_mut(at) {
            slot.get_or_insert(day);
        }
    }

    /// A day on which the subject was alive, whatever it was that happened.
    pub fn see_contact(&mut self, subject: u32, day: f64) {
        let at = subject as usize;
        if at >= self.last_contact_days.len() {
            self.last_contact_days.resize(at + 1, f64::NEG_INFINITY);
        }
        if let Some(last) = self.last_contact_days.get_mut(at)
            && day.is_finite()
        {
            *last = last.max(day);
        }
    }

    pub fn coded(&self, column: &str) -> Option<&CodedColumn> {
        self.dictionary.iter().find(|coded| coded.column == column)
    }

    /// The arm's name, if the subject is in one.
    pub fn arm_of(&self, subject: u32) -> Option<&str> {
        let arm = self.trial.arm_of(subject as usize)?;
        self.trial.arms.get(arm).map(|arm| arm.name.as_str())
    }

    /// Each row's subject, arms taken or compared on the way; a row without one is set aside, and so is a row of totals.
    pub fn subjects_of_rows(&mut self, sheet: &Sheet<'_>, ledger: &mut Ledger) -> Vec<u32> {
        let Some((column, ids)) = sheet.text(|role| *role == Role::SubjectId) else {
            return vec![NO_SUBJECT; sheet.table.len];
        };
        let name = sheet.name(column);
        let known: Vec<u32> =
            ids.values.iter().map(|id| if is_totals_row(id) { NO_SUBJECT } else { self.add_subject(id).0 }).collect();
        let mut subjects = Vec::with_capacity(sheet.table.len);
        let totals: Vec<bool> = ids.values.iter().map(|id| is_totals_row(id)).collect();
        for (place, &code) in ids.codes.iter().enumerate() {
            let row = sheet.table.row(place);
            if ledger.is_set_aside(row) {
                subjects.push(NO_SUBJECT);
                continue;
            }
            if totals.get(code as usize) == Some(&true) {
                report_totals_row(row, ledger);
                subjects.push(NO_SUBJECT);
                continue;
            }
            let Some(&subject) = known.get(code as usize).filter(|subject| **subject != NO_SUBJECT) else {
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
        let names = super::sheet::labels(sheet, column, arms, self);
        for (place, &subject) in subjects.iter().enumerate() {
            let name = arms.codes.get(place).and_then(|&code| names.get(code as usize));
            let Some(arm) = name.map(String::as_str) else { continue };
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
    pub fn outcome_mut(&mut self, name: &str, item: Option<Item>, time_unit: TimeUnit) -> Option<&mut Outcome> {
        let at = self.trial.outcomes.iter().position(|outcome| outcome.name == name).unwrap_or_else(|| {
            let outcome = Outcome { name: name.to_owned(), item, unit: None, time_unit, visits: Vec::new() };
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
        let mut issues = Vec::new();
        let subjects = self.trial.subjects.len();
        if let Some(issue) = self.censor_at_last_contact(first_file) {
            issues.push(issue);
        }
        self.trial.covariates =
            std::mem::take(&mut self.covariates).into_iter().map(|draft| draft.finish(subjects)).collect();
        for outcome in &mut self.trial.outcomes {
            outcome.visits.shrink_to_fit();
        }
        let file = self.arm_file.as_deref().unwrap_or(first_file);
        let mut say = |kind, words| issues.push(Issue::new(file, kind, Severity::Warning, Place::default(), words));
        match (self.trial.arms.as_slice(), subjects) {
            (_, 0) => {}
            ([], _) => say(
                IssueKind::NoArm,
                words(
                    "no file says which arm a subject was in",
                    "Add an arm column to the subjects file; meanwhile all subjects are described as one group.",
                ),
            ),
            ([only], _) => say(
                IssueKind::OneArm,
                words(
                    format!("all subjects are in one arm, {}", super::cell::quote(&only.name)),
                    "Check the arm column; analyses that compare arms cannot answer, the others go on.",
                ),
            ),
            _ => {}
        }
        (self.trial, issues)
    }

    /// Who is in the files and not among the deaths was alive when last seen. Files such as PRO-ACT's list only who died.
    fn censor_at_last_contact(&mut self, first_file: &str) -> Option<Issue> {
        let mut pending = std::mem::take(&mut self.last_seen);
        for name in std::mem::take(&mut self.events_only) {
            let Some(endpoint) = self.trial.endpoint(&name) else { continue };
            let mut is_known = vec![false; self.trial.subjects.len()];
            let recorded = endpoint.records.iter().map(|record| record.subject);
            let waiting = pending.iter().filter(|(known, ..)| *known == name).map(|(_, who, _)| *who as usize);
            for subject in recorded.chain(waiting) {
                if let Some(slot) = is_known.get_mut(subject) {
                    *slot = true;
                }
            }
            for (subject, _) in is_known.iter().enumerate().filter(|(_, is_known)| !**is_known) {
                pending.push((name.clone(), subject as u32, SourceRow::default()));
            }
        }
        if pending.is_empty() {
            return None;
        }
        order::sort_by(&mut pending, |a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        pending.dedup_by(|later, first| (&later.0, later.1) == (&first.0, first.1));
        let last = self.last_contact_months();
        // Records that files gave are sorted by subject; those that are added here stand behind them.
        let given: Vec<(String, usize)> =
            self.trial.endpoints.iter().map(|endpoint| (endpoint.name.clone(), endpoint.records.len())).collect();
        let mut censored = 0_u64;
        let mut endpoint_name = String::new();
        for (name, subject, source) in pending {
            let Some(time_months) = last.get(subject as usize).copied().filter(|last| *last >= 0.0) else { continue };
            let Some(endpoint) = self.endpoint_mut(&name, TimeUnit::Days) else { continue };
            // A file that was read later may have had a time after all.
            let count = given.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
            let records = endpoint.records.get(..count).unwrap_or_default();
            if records.binary_search_by(|record| record.subject.cmp(&(subject as usize))).is_ok() {
                continue;
            }
            endpoint.records.push(FollowUp { subject: subject as usize, time_months, is_event: false, source });
            endpoint_name = name;
            censored += 1;
        }
        for endpoint in &mut self.trial.endpoints {
            order::sort_by(&mut endpoint.records, |a, b| a.subject.cmp(&b.subject));
        }
        (censored > 0).then(|| {
            let say = words(
                format!(
                    "{censored} people have no recorded end of follow-up for {} and count as censored when any of the files \
                     last saw them",
                    super::cell::quote(&endpoint_name)
                ),
                "Nothing needs to be done if that is meant; a file with each person’s last contact makes it exact.",
            );
            let mut issue =
                Issue::new(first_file, IssueKind::CensoredAtLastContact, Severity::Note, Place::default(), say);
            issue.count = censored;
            issue
        })
    }

    fn last_contact_months(&self) -> Vec<f64> {
        let mut last: Vec<f64> = vec![f64::NEG_INFINITY; self.trial.subjects.len()];
        let mut see = |subject: usize, months: f64| {
            if let Some(slot) = last.get_mut(subject) {
                *slot = slot.max(months);
            }
        };
        for (subject, day) in self.last_contact_days.iter().enumerate() {
            see(subject, TimeUnit::Days.to_months(*day));
        }
        for visit in self.trial.outcomes.iter().flat_map(|outcome| &outcome.visits) {
            see(visit.subject, visit.time_months);
        }
        for sample in self.trial.analytes.iter().flat_map(|analyte| &analyte.samples) {
            see(sample.subject, sample.time_months);
        }
        last
    }
}

pub fn report_totals_row(row: u64, ledger: &mut Ledger) {
    ledger.set_aside("row of totals", row);
    ledger.report(IssueKind::TotalsRow, Severity::Note, Place::row(row), || {
        words("this is a row of totals, not a subject", "Nothing needs to be done; the row is set aside.")
    });
}

/// `Total`, `N = 64`, `Summe`: what stands below a table in the column of subjects.
pub fn is_totals_row(id: &str) -> bool {
    const WORDS: [&str; 10] =
        ["total", "totals", "sum", "summe", "gesamt", "mean", "average", "median", "합계", "grand total"];
    let lower = id.trim_end_matches(':').to_lowercase();
    let is_count = lower.strip_prefix('n').is_some_and(|rest| rest.trim_start().starts_with('='));
    is_count || WORDS.contains(&lower.as_str()) || lower.starts_with("total ") || lower.starts_with("total(")
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
