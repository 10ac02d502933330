//! How files were read, in words: tables, roles, cells, and the choices that a person confirms.

use super::label::joined;
use super::number::plural;
use super::overview::{EndpointOverview, Overview};
use crate::analysis::{Confirmation, Plan};
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
        Role::Covariate => "Fact about the person (covariate)",
        Role::BirthDay => "Day of birth, from baseline",
        Role::BirthDate => "Date of birth",
        Role::OnsetDay => "Day of first symptom, from baseline",
        Role::OnsetDate => "Date of first symptom",
        Role::Outcome => "Outcome of the column’s name",
        Role::AlsfrsTotal => "ALSFRS-R total",
        Role::Level => "Level of the column’s analyte",
        Role::Parameter => "Parameter (what the value is of)",
        Role::ParameterLabel => "Parameter in words",
        Role::Category => "Group of the parameter or event",
        Role::Analyte => "Analyte (what the value is of)",
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
    let mut choices = vec![(own, "Outcome of its own name".to_owned())];
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

/// The choices that would turn an answer round and that this trial leaves open.
pub fn choices_of(overview: &Overview, plan: &Plan) -> Vec<Confirmation> {
    let mut choices = Vec::new();
    if overview.arms.len() > 1 {
        choices.push(Confirmation::ControlArm);
    }
    if plan.change().is_some() {
        choices.push(Confirmation::Baseline);
    }
    if !overview.endpoints.is_empty() {
        choices.push(Confirmation::EventDirection);
    }
    choices
}

/// How many of them nobody has confirmed yet.
pub fn open_choices(overview: &Overview, plan: &Plan) -> usize {
    choices_of(overview, plan).iter().filter(|choice| !plan.confirmed.contains(choice)).count()
}

/// "29 of 64 had the event death; 35 count as censored."
pub fn event_sentence(endpoint: &EndpointOverview) -> String {
    let censored = endpoint.subjects.saturating_sub(endpoint.events);
    let count = plural(censored, "counts", "count");
    let (events, subjects, name) = (endpoint.events, endpoint.subjects, endpoint.name.replace('_', " "));
    format!("{events} of {subjects} had the event {name}; {censored} {count} as censored.")
}

/// The column that says whether an event happened.
#[derive(Debug, Clone, PartialEq)]
pub struct EventColumn {
    pub file: usize,
    pub column: usize,
    /// Otherwise it says who was censored.
    pub is_event: bool,
    pub endpoints: Vec<String>,
}

/// Which columns tell the endpoints' events, and of which endpoints.
pub fn event_columns(overview: &Overview) -> Vec<EventColumn> {
    let holds = |table| matches!(table, TableKind::Survival | TableKind::Mixed | TableKind::Subjects);
    let mut columns: Vec<EventColumn> = Vec::new();
    for (file, mapping) in overview.files.iter().enumerate().filter(|(_, mapping)| holds(mapping.table)) {
        let find = |wanted: Role| mapping.columns.iter().position(|column| column.role == wanted);
        let event = find(Role::Event).map(|column| (column, true));
        if let Some((column, is_event)) = event.or(find(Role::Censoring).map(|column| (column, false))) {
            columns.push(EventColumn { file, column, is_event, endpoints: Vec::new() });
        }
    }
    for endpoint in &overview.endpoints {
        let says = |known: &EventColumn| says_endpoint(overview, known, &endpoint.name);
        let place = columns.iter().position(says).or((columns.len() == 1).then_some(0));
        if let Some(known) = place.and_then(|place| columns.get_mut(place)) {
            known.endpoints.push(endpoint.name.clone());
        }
    }
    columns.retain(|column| !column.endpoints.is_empty());
    columns
}

/// By a column of endpoints, or by the event column's own name.
fn says_endpoint(overview: &Overview, known: &EventColumn, endpoint: &str) -> bool {
    let Some(mapping) = overview.files.get(known.file) else { return false };
    let place = mapping.columns.iter().position(|column| column.role == Role::Endpoint);
    let samples = place.and_then(|place| overview.previews.get(known.file)?.columns.get(place));
    if let Some(samples) = samples {
        return samples.samples.iter().any(|sample| sample == endpoint);
    }
    let name = mapping.columns.get(known.column).map(|column| column.column.as_str()).unwrap_or_default();
    name.eq_ignore_ascii_case(endpoint)
}

/// What month 0 is, by the file that the outcomes' times come from.
pub fn time_zero(overview: &Overview) -> String {
    let is_timed = |role: &Role| {
        matches!(role, Role::Time(_) | Role::StudyDay | Role::Date | Role::VisitName) || matches!(role, Role::At { .. })
    };
    let holds = |table| {
        use TableKind::{Breathing, Measurements, Mixed, Visits};
        matches!(table, Visits | Measurements | Mixed | Breathing)
    };
    let found = overview.files.iter().filter(|mapping| holds(mapping.table)).find_map(|mapping| {
        let column = mapping.columns.iter().find(|column| is_timed(&column.role) && column.role != Role::VisitName);
        let column = column.or_else(|| mapping.columns.iter().find(|column| column.role == Role::VisitName))?;
        Some((mapping, column))
    });
    let Some((mapping, column)) = found else { return "Time 0 is where the files begin to count.".to_owned() };
    let place = format!("“{}” in {}", column.column, mapping.name);
    match &column.role {
        Role::Time(unit) => format!("Time 0 is {} 0 of {place}.", unit.one()),
        Role::StudyDay => format!("Time 0 is study day 1 of {place}."),
        Role::Date => {
            let baseline = overview.files.iter().find_map(|file| {
                let column = file.columns.iter().find(|column| column.role == Role::BaselineDate)?;
                Some(format!("“{}” in {}", column.column, file.name))
            });
            match baseline {
                Some(baseline) => format!("Time 0 is each person’s date in {baseline}."),
                None => format!("Time 0 is each person’s first date in {place}, unless another file names a day."),
            }
        }
        _ => {
            let at_zero = mapping.visit_times.iter().filter(|visit| visit.time == Some(0.0));
            let visits: Vec<String> = at_zero.map(|visit| format!("“{}”", visit.visit)).collect();
            if visits.is_empty() {
                format!("No visit of {} is at time 0 by its name.", mapping.name)
            } else {
                format!("Time 0 is the visit {} in {}.", joined(&visits), mapping.name)
            }
        }
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
