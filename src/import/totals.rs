//! The ALSFRS-R's total and its items, when all files are read: the recorded total stands; where there is none, twelve
//! items add up to one.

use super::format::is_bare_total;
use super::ledger::{Place, words};
use super::{Issue, IssueKind, Severity, SourceRows};
use crate::order::sort_by;
use crate::trial::alsfrs::{Item, TOTAL, derive_total};
use crate::trial::{Forms, Outcome, SourceRow, Trial, Visit};

/// Issues of one kind and file are one issue.
pub struct Collected<'r> {
    rows: &'r SourceRows,
    pub issues: Vec<Issue>,
}

impl<'r> Collected<'r> {
    pub fn new(rows: &'r SourceRows) -> Self {
        Self { rows, issues: Vec::new() }
    }

    pub fn report(
        &mut self,
        kind: IssueKind,
        severity: Severity,
        column: Option<&str>,
        subject: Option<&str>,
        source: SourceRow,
        say: impl FnOnce() -> super::ledger::Words,
    ) {
        let (file, row) = self.rows.place(source);
        let same = |issue: &&mut Issue| {
            issue.kind == kind && issue.severity == severity && issue.file == file && issue.column.as_deref() == column
        };
        if let Some(issue) = self.issues.iter_mut().find(same) {
            issue.count += 1;
            if issue.rows.len() < super::ledger::MOST_ROWS_NAMED {
                issue.rows.extend(row);
            }
            return;
        }
        let place = Place { row, column, subject };
        self.issues.push(Issue::new(file, kind, severity, place, say()));
    }

    pub fn end(mut self) -> Vec<Issue> {
        for issue in &mut self.issues {
            issue.say_count();
        }
        self.issues
    }
}

pub fn settle_totals(trial: &mut Trial, rows: &SourceRows) -> Vec<Issue> {
    let mut collected = Collected::new(rows);
    report_original_totals(trial, &mut collected);
    let items: Vec<&Outcome> = trial.outcomes.iter().filter(|outcome| outcome.item.is_some()).collect();
    if items.is_empty() {
        return collected.end();
    }
    let has_all =
        (0..12).all(|place| items.iter().any(|outcome| outcome.item.is_some_and(|item| item.place() == place)));
    let both_fives =
        [Item::FiveA, Item::FiveB].iter().all(|five| items.iter().any(|outcome| outcome.item == Some(*five)));
    let time_unit = items.first().map(|outcome| outcome.time_unit).unwrap_or_default();
    let recorded = trial.outcome(TOTAL).map(|outcome| outcome.visits.as_slice()).unwrap_or_default();
    let mut derived: Vec<Visit> = Vec::new();
    let mut next = 0;
    for form in Forms::of(trial) {
        let id = trial.subjects.get(form.subject).map(|subject| subject.id.as_str());
        let compare =
            |visit: &Visit| visit.subject.cmp(&form.subject).then(visit.time_months.total_cmp(&form.time_months));
        while recorded.get(next).is_some_and(|visit| compare(visit).is_lt()) {
            next += 1;
        }
        let total = recorded.get(next).filter(|visit| compare(visit).is_eq());
        let (five_a, five_b) = (form.five_a, form.five_b);
        let mut others = form.items.iter().enumerate().filter(|(place, _)| *place != 4);
        let has_others = others.all(|(_, score)| score.is_some());
        if five_a.is_some() && five_b.is_some() {
            let column =
                items.iter().find(|outcome| outcome.item == Some(Item::FiveB)).map(|outcome| outcome.name.as_str());
            collected.report(IssueKind::BothItemFive, Severity::Warning, column, id, form.source, || {
                words(
                    "items 5a and 5b are both filled in, and only one of them counts",
                    "Keep 5a (no gastrostomy) or 5b (gastrostomy); no total is added up from the items of this visit, and a \
                     recorded total is used as it is.",
                )
            });
            continue;
        }
        if both_fives && has_others && five_a.is_none() && five_b.is_none() {
            collected.report(IssueKind::NeitherItemFive, Severity::Warning, None, id, form.source, || {
                words(
                    "neither item 5a nor item 5b is filled in, and one of them belongs to the form",
                    "Fill in 5a (no gastrostomy) or 5b (gastrostomy); no total is added up from the items of this visit, and a \
                     recorded total is used as it is.",
                )
            });
        }
        let Some(sum) = derive_total(&form.items).filter(|_| has_all) else { continue };
        match total.map(|visit| visit.value) {
            Some(recorded) if recorded == sum => {}
            Some(recorded) => {
                collected.report(
                    IssueKind::TotalDiffersFromItems,
                    Severity::Warning,
                    Some(TOTAL),
                    id,
                    form.source,
                    || {
                        words(
                            format!("the recorded total is {recorded} and the twelve items add up to {sum}"),
                            "Find out which is right and correct the other; the recorded total is used meanwhile.",
                        )
                    },
                );
            }
            None => {
                derived.push(Visit {
                    subject: form.subject,
                    time_months: form.time_months,
                    value: sum,
                    source: form.source,
                });
                collected.report(IssueKind::TotalFromItems, Severity::Note, Some(TOTAL), id, form.source, || {
                    words(
                        "no usable total is recorded, so the sum of the twelve items is used",
                        "Nothing needs to be done if that is meant.",
                    )
                });
            }
        }
    }
    add_derived(trial, derived, time_unit);
    collected.end()
}

/// The original scale ends at 40: its totals are an outcome of their own, never mixed with the revised scale's.
fn report_original_totals(trial: &Trial, collected: &mut Collected<'_>) {
    for outcome in trial.outcomes.iter().filter(|outcome| is_bare_total(&outcome.name)) {
        for visit in &outcome.visits {
            let id = trial.subjects.get(visit.subject).map(|subject| subject.id.as_str());
            collected.report(IssueKind::FortyPointScale, Severity::Note, Some(&outcome.name), id, visit.source, || {
                words(
                    "totals of the original ALSFRS, which ends at 40, are an outcome of their own",
                    "Nothing needs to be done; they are never mixed with ALSFRS-R totals, which end at 48. If the scale is the \
                     revised one, set the column\u{2019}s role to ALSFRS-R total.",
                )
            });
        }
    }
}

fn add_derived(trial: &mut Trial, derived: Vec<Visit>, time_unit: crate::trial::TimeUnit) {
    if derived.is_empty() {
        return;
    }
    match trial.outcomes.iter_mut().find(|outcome| outcome.name == TOTAL) {
        Some(total) => {
            total.visits.extend(derived);
            sort_by(&mut total.visits, |a, b| a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months)));
        }
        None => {
            let total = Outcome { name: TOTAL.to_owned(), item: None, unit: None, time_unit, visits: derived };
            trial.outcomes.insert(0, total);
        }
    }
}
