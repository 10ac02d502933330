//! What a file's header alone gives reason to say.

use super::cell;
use super::format::{Head, table_name};
use super::ledger::{Ledger, Place, words};
use super::{IssueKind, Role, Severity, TableKind};
use crate::trial::TimeUnit;

/// Whether a role is the required one, and the columns that give it.
type Required = (fn(&Role) -> bool, &'static str);

/// What each table cannot do without, and the columns that give it.
fn required(table: TableKind) -> &'static [Required] {
    const SUBJECT: Required = (|role| *role == Role::SubjectId, "subject_id");
    const TIME: Required =
        (|role| matches!(role, Role::Time(_) | Role::StudyDay | Role::Date | Role::VisitName), "month or day");
    const VALUE: Required = (|role| matches!(role, Role::Value | Role::ValueText), "value");
    match table {
        TableKind::Subjects | TableKind::Characteristics | TableKind::Mixed => &[SUBJECT],
        TableKind::Visits | TableKind::Breathing => &[SUBJECT, TIME],
        TableKind::Measurements => &[SUBJECT, TIME, (|role| *role == Role::Parameter, "parameter"), VALUE],
        TableKind::Biomarkers => &[SUBJECT, TIME, (|role| *role == Role::Analyte, "analyte"), VALUE],
        TableKind::Survival => &[
            SUBJECT,
            (
                |role| {
                    matches!(
                        role,
                        Role::Time(_)
                            | Role::StudyDay
                            | Role::Date
                            | Role::FollowUp(_)
                            | Role::EventDate
                            | Role::LastContactDate
                    )
                },
                "time_months or time_days",
            ),
            (|role| matches!(role, Role::Event | Role::Censoring | Role::EventDate), "event"),
        ],
        TableKind::AdverseEvents | TableKind::Disposition => &[SUBJECT, (|role| *role == Role::Term, "term")],
        TableKind::VisitSchedule => {
            &[(|role| *role == Role::VisitName, "visit"), (|role| matches!(role, Role::Time(_)), "month")]
        }
        TableKind::Dictionary | TableKind::Unrecognised => &[],
    }
}

/// Issues that the header alone gives; false when the table cannot be read.
pub fn check_header(kind: TableKind, head: &Head<'_>, roles: &[Option<Role>], ledger: &mut Ledger) -> bool {
    for (column, name) in head.names.iter().enumerate() {
        let is_repeated = !name.is_empty() && head.names.iter().take(column).any(|earlier| earlier == name);
        // Two columns that a plan gives roles are told apart by their place.
        let is_read = roles.get(column).is_some_and(|role| role.as_ref().is_some_and(|role| *role != Role::Ignored));
        if let (true, false, Some(column)) = (is_repeated, is_read, head.header.get(column)) {
            ledger.report(IssueKind::DuplicateColumn, Severity::Warning, Place::column(column), || {
                words(
                    "two columns have this name",
                    "Rename one of them; the first is used and the second is not read meanwhile.",
                )
            });
        }
    }
    report_time_columns(head, roles, ledger);
    let mut is_complete = true;
    for (is_wanted, columns) in required(kind) {
        if roles.iter().flatten().any(is_wanted) {
            continue;
        }
        is_complete = false;
        ledger.report(IssueKind::MissingColumn, Severity::Error, Place::column(columns), || {
            words(
                format!("a {} file needs a column {columns}, and none is named so", table_name(kind)),
                "Add the column, or give the column that holds it its role; the file is set aside and the others are analysed.",
            )
        });
    }
    is_complete
}

fn report_time_columns(head: &Head<'_>, roles: &[Option<Role>], ledger: &mut Ledger) {
    let Some(column) = roles.iter().position(|role| matches!(role, Some(Role::Time(_)))) else { return };
    let (Some(name), Some(spelled)) = (head.names.get(column), head.header.get(column)) else { return };
    if TimeUnit::is_open(name) {
        ledger.report(IssueKind::TimeUnitAssumed, Severity::Warning, Place::column(spelled), || {
            words(
                "the name does not say whether time is in months or days; months are assumed",
                "Name the column month or day, or set its role.",
            )
        });
    }
    let is_months = matches!(roles.get(column), Some(Some(Role::Time(TimeUnit::Months))));
    let other = ["day", "days", "visit_day", "study_day", "time_days", "time_day"]
        .iter()
        .find_map(|day| head.column(day))
        .filter(|&day| day != column && roles.get(day) == Some(&Some(Role::Ignored)))
        .and_then(|day| head.header.get(day));
    if let Some(other) = other
        && is_months
        && name != "time"
    {
        ledger.report(IssueKind::TwoTimeColumns, Severity::Note, Place::column(other), || {
            words(
                format!("time stands in months and in days; {} is used and this column is not", cell::quote(spelled)),
                "To count time in days, set this column's role to time.",
            )
        });
    }
}
