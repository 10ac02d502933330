//! How files were read, in words: tables, roles, cells, issues.

use super::label::joined;
use super::number::plural;
use crate::import::{FileMapping, FileReceipt, Issue, Measure, Parsed, Role, RowView, TableKind};
use crate::trial::{Side, TimeUnit};

/// What a user may say that a file is.
pub const TABLES: [TableKind; 13] = [
    TableKind::Subjects,
    TableKind::Characteristics,
    TableKind::Visits,
    TableKind::Measurements,
    TableKind::Biomarkers,
    TableKind::Breathing,
    TableKind::Survival,
    TableKind::AdverseEvents,
    TableKind::Disposition,
    TableKind::Mixed,
    TableKind::VisitSchedule,
    TableKind::Dictionary,
    TableKind::Unrecognised,
];

/// What the rows of such a file are.
pub fn table_title(table: TableKind) -> &'static str {
    match table {
        TableKind::Subjects => "People, one row each",
        TableKind::Characteristics => "Facts about people, several rows each",
        TableKind::Visits => "Visits, a column for each outcome",
        TableKind::Measurements => "Measurements, one row a value",
        TableKind::Biomarkers => "Assays, one row a value",
        TableKind::Breathing => "Breathing tests with trials",
        TableKind::Survival => "Survival, one row a person",
        TableKind::AdverseEvents => "Adverse events, one row each",
        TableKind::Disposition => "How people left the trial",
        TableKind::Mixed => "Several of these in one table",
        TableKind::VisitSchedule => "When each visit was",
        TableKind::Dictionary => "A data dictionary",
        TableKind::Unrecognised => "Not used",
    }
}

/// "Read as “Visits, a column for each outcome”: PRO-ACT’s table …"
pub fn read_as(mapping: &FileMapping, receipt: &FileReceipt) -> String {
    let title = table_title(mapping.table);
    if receipt.why.is_empty() {
        format!("Read as “{title}”.")
    } else {
        format!("Read as “{title}”: {}.", receipt.why)
    }
}

pub fn row_counts(rows_in: u64, rows_used: u64) -> String {
    format!("{rows_in} rows read, {rows_used} used, {} set aside.", rows_in.saturating_sub(rows_used))
}

/// Roles that belong together, for a list to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleGroup {
    pub title: &'static str,
    pub roles: Vec<Role>,
}

/// Every role that a user may give; what the column has and the lists do not, comes first.
pub fn role_groups(current: &Role) -> Vec<RoleGroup> {
    use TimeUnit::{Days, Months, Weeks};
    let items = ["1", "2", "3", "4", "5a", "5b", "5", "6", "7", "8", "9", "10", "11", "12"];
    let items = items.map(|item| Role::AlsfrsItem(item.to_owned()));
    let mut groups = vec![
        RoleGroup {
            title: "People",
            roles: vec![
                Role::SubjectId,
                Role::Arm,
                Role::Covariate,
                Role::BirthDate,
                Role::BirthDay,
                Role::OnsetDate,
                Role::OnsetDay,
            ],
        },
        RoleGroup {
            title: "Time",
            roles: vec![
                Role::Time(Months),
                Role::Time(Weeks),
                Role::Time(Days),
                Role::StudyDay,
                Role::Date,
                Role::VisitName,
                Role::BaselineDate,
                Role::RandomisationDate,
                Role::FirstDoseDate,
                Role::LastDoseDate,
            ],
        },
        RoleGroup {
            title: "Scores",
            roles: [Role::AlsfrsTotal]
                .into_iter()
                .chain(items)
                .chain([Role::Outcome, Role::Parameter, Role::ParameterLabel])
                .chain([Role::Category, Role::Value, Role::ValueText, Role::Unit])
                .collect(),
        },
        RoleGroup { title: "Assays", roles: vec![Role::Level, Role::Analyte, Role::LowerLimit, Role::Specimen] },
        RoleGroup {
            title: "Survival",
            roles: vec![
                Role::Event,
                Role::Censoring,
                Role::Endpoint,
                Role::FollowUp(Months),
                Role::FollowUp(Weeks),
                Role::FollowUp(Days),
                Role::EventDate,
                Role::LastContactDate,
            ],
        },
        RoleGroup {
            title: "Events",
            roles: vec![
                Role::Term,
                Role::SystemOrganClass,
                Role::Severity,
                Role::Serious,
                Role::Related,
                Role::TreatmentEmergent,
                Role::EventOutcome,
                Role::StartDay,
                Role::EndDay,
                Role::StartStudyDay,
                Role::EndStudyDay,
                Role::StartDate,
                Role::EndDate,
            ],
        },
        RoleGroup {
            title: "Breathing",
            roles: vec![Role::Litres, Role::PercentOfNormal, Role::NormalLitres, Role::BreathingUnit],
        },
        RoleGroup { title: "Other", roles: vec![Role::Ignored, Role::OnlyYes, Role::OnlyEmpty] },
    ];
    if groups.iter().all(|group| !group.roles.contains(current)) {
        groups.insert(0, RoleGroup { title: "As found", roles: vec![current.clone()] });
    }
    groups
}

pub fn role_title(role: &Role) -> String {
    let plain = match role {
        Role::SubjectId => "Person",
        Role::Arm => "Arm",
        Role::Time(TimeUnit::Months) => "Time in months",
        Role::Time(TimeUnit::Weeks) => "Time in weeks",
        Role::Time(TimeUnit::Days) => "Time in days",
        Role::StudyDay => "Study day (day 1 is baseline)",
        Role::Date => "Date of the visit",
        Role::VisitName => "Name of the visit",
        Role::BaselineDate => "Date of baseline",
        Role::RandomisationDate => "Date of randomisation",
        Role::FirstDoseDate => "Date of the first dose",
        Role::LastDoseDate => "Date of the last dose",
        Role::Covariate => "Covariate",
        Role::BirthDay => "Day of birth, from baseline",
        Role::BirthDate => "Date of birth",
        Role::OnsetDay => "Day of first symptom, from baseline",
        Role::OnsetDate => "Date of first symptom",
        Role::Outcome => "Outcome",
        Role::AlsfrsTotal => "ALSFRS-R total",
        Role::Level => "Analyte’s level",
        Role::Parameter => "Parameter",
        Role::ParameterLabel => "Parameter in words",
        Role::Category => "Category",
        Role::Analyte => "Analyte",
        Role::Value => "Value",
        Role::ValueText => "Value as reported",
        Role::Unit => "Unit of the value",
        Role::LowerLimit => "Lower limit of the assay",
        Role::Specimen => "Specimen",
        Role::OnlyYes => "Use only rows with a yes here",
        Role::OnlyEmpty => "Use only rows with nothing here",
        Role::Event => "Event (1 or yes: it happened)",
        Role::Censoring => "Censoring (0: the event happened)",
        Role::Endpoint => "Endpoint",
        Role::FollowUp(TimeUnit::Months) => "Follow-up in months",
        Role::FollowUp(TimeUnit::Weeks) => "Follow-up in weeks",
        Role::FollowUp(TimeUnit::Days) => "Follow-up in days",
        Role::EventDate => "Date of the event",
        Role::LastContactDate => "Date of last contact",
        Role::Term => "Term",
        Role::SystemOrganClass => "System organ class",
        Role::Severity => "Severity",
        Role::Serious => "Serious (yes or no)",
        Role::Related => "Related to treatment",
        Role::TreatmentEmergent => "Treatment-emergent (yes or no)",
        Role::EventOutcome => "How the event ended",
        Role::StartDay => "Start, day from baseline",
        Role::EndDay => "End, day from baseline",
        Role::StartStudyDay => "Start, study day",
        Role::EndStudyDay => "End, study day",
        Role::StartDate => "Start, date",
        Role::EndDate => "End, date",
        Role::Litres => "Litres",
        Role::PercentOfNormal => "Percent of normal",
        Role::NormalLitres => "Normal value in litres",
        Role::BreathingUnit => "Unit of the test",
        Role::Ignored => "Not used",
        Role::AlsfrsItem(item) => return format!("ALSFRS-R item {item}"),
        Role::UnitOf(column) => return format!("Unit of {column}"),
        Role::At { measure, visit } => return format!("{} at {visit}", measure_title(measure)),
    };
    plain.to_owned()
}

pub fn measure_title(measure: &Measure) -> String {
    match measure {
        Measure::Outcome(name) => format!("Outcome {name}"),
        Measure::AlsfrsItem(item) => format!("ALSFRS-R item {item}"),
        Measure::AlsfrsTotal => "ALSFRS-R total".to_owned(),
        Measure::Analyte(name) => format!("Analyte {name}"),
        Measure::Ignored => "Not used".to_owned(),
    }
}

/// What a parameter of this name may stand for; what it has and the list does not, comes first.
pub fn measure_choices(parameter: &str, current: &Measure) -> Vec<(Measure, String)> {
    let own = Measure::Outcome(parameter.to_owned());
    let mut choices = vec![(own, "Its own outcome".to_owned())];
    let items = ["1", "2", "3", "4", "5a", "5b", "5", "6", "7", "8", "9", "10", "11", "12"];
    let others = [Measure::AlsfrsTotal].into_iter().chain(items.map(|item| Measure::AlsfrsItem(item.to_owned())));
    choices.extend(others.chain([Measure::Ignored]).map(|measure| {
        let title = measure_title(&measure);
        (measure, title)
    }));
    if choices.iter().all(|(measure, _)| measure != current) {
        choices.insert(0, (current.clone(), measure_title(current)));
    }
    choices
}

/// What an issue says, without the place that its message begins with.
pub fn issue_sentence(issue: &Issue) -> String {
    let message = issue.message.as_str();
    // The subject or else the column stands last before the colon, and may hold a colon itself.
    let after = |part: Option<&str>| part.and_then(|part| Some(message.find(part)? + part.len()));
    let place = message.strip_prefix(issue.file.as_str()).and_then(|_| {
        let end = after(issue.subject.as_deref()).or(after(issue.column.as_deref())).unwrap_or(issue.file.len());
        let colon = message.get(end..)?.find(": ")?;
        Some(end + colon + 2)
    });
    let said = place.and_then(|place| message.get(place..)).unwrap_or(message);
    let mut letters = said.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    let end = if said.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// What became of a cell, in a word or two, with a mark that needs no colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub mark: &'static str,
    pub words: String,
    /// For the style sheet; the words say the same.
    pub tone: &'static str,
}

/// Nothing for what was taken just as it stands.
pub fn reading(raw: &str, parsed: &Parsed) -> Option<Reading> {
    let say = |mark: &'static str, words: String, tone: &'static str| Some(Reading { mark, words, tone });
    match parsed {
        Parsed::Number(value) => {
            let text = value.to_string();
            if text == raw.trim() { None } else { say("=", text.replace('-', "−"), "is-value") }
        }
        Parsed::Beyond { side: Side::Below, limit } => say("<", format!("below {limit}"), "is-limit"),
        Parsed::Beyond { side: Side::Above, limit } => say(">", format!("above {limit}"), "is-limit"),
        Parsed::BeyondUnsaid(Side::Below) => say("<", "below a limit".to_owned(), "is-limit"),
        Parsed::BeyondUnsaid(Side::Above) => say(">", "above a limit".to_owned(), "is-limit"),
        Parsed::Date(day) => (day != raw.trim()).then(|| day.clone()).and_then(|day| say("=", day, "is-value")),
        Parsed::Yes => say("✓", "yes".to_owned(), "is-value"),
        Parsed::No => say("=", "no".to_owned(), "is-value"),
        Parsed::Text => None,
        Parsed::Missing => say("∅", "missing".to_owned(), "is-missing"),
        Parsed::Refused => say("✕", "refused".to_owned(), "is-refused"),
        Parsed::NotUsed => say("–", "not used".to_owned(), "is-unused"),
    }
}

/// What it was read as, also where that is what stands in the file.
pub fn reading_in_full(raw: &str, parsed: &Parsed) -> Reading {
    reading(raw, parsed).unwrap_or_else(|| match parsed {
        Parsed::Number(value) => Reading { mark: "=", words: value.to_string(), tone: "is-value" },
        Parsed::Date(day) => Reading { mark: "=", words: day.clone(), tone: "is-value" },
        _ => Reading { mark: "=", words: "as it stands".to_owned(), tone: "is-value" },
    })
}

/// What became of a row.
pub fn fate_of(row: &RowView) -> String {
    match (&row.set_aside, row.is_header) {
        (_, true) => "above the data".to_owned(),
        (Some(reason), false) => format!("set aside: {reason}"),
        (None, false) => "used".to_owned(),
    }
}

/// "2 questions that only you can answer, 1 problem to solve and 3 things to look at."
pub fn verdict(questions: usize, problems: usize, doubts: usize) -> String {
    let mut parts = Vec::new();
    if questions > 0 {
        parts.push(format!("{questions} {} only you can answer", plural(questions, "question", "questions")));
    }
    if problems > 0 {
        parts.push(format!("{problems} {} to solve", plural(problems, "problem", "problems")));
    }
    if doubts > 0 {
        parts.push(format!("{doubts} {} to look at", plural(doubts, "thing", "things")));
    }
    if parts.is_empty() { "No problem was found.".to_owned() } else { format!("{}.", joined(&parts)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_own_role_can_always_be_chosen() {
        for role in [Role::Arm, Role::UnitOf("Pulse".to_owned()), Role::AlsfrsItem("5a".to_owned())] {
            let times =
                role_groups(&role).iter().flat_map(|group| &group.roles).filter(|known| **known == role).count();
            assert_eq!(times, 1, "{role:?}");
        }
    }

    #[test]
    fn a_cell_that_is_taken_as_it_stands_needs_no_words() {
        assert_eq!(reading("42", &Parsed::Number(42.0)), None);
        assert_eq!(reading("3,5", &Parsed::Number(3.5)).unwrap().words, "3.5");
        assert_eq!(reading("-9", &Parsed::Missing).unwrap().mark, "∅");
    }

    #[test]
    fn what_is_open_is_counted() {
        assert_eq!(verdict(0, 0, 0), "No problem was found.");
        assert_eq!(verdict(1, 0, 2), "1 question only you can answer and 2 things to look at.");
    }
}
