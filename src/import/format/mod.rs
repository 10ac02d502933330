//! Whose habits a file follows: told by its columns, each format in a file of its own. A format gives the file a table and
//! its columns roles; the reading itself is the same for all.

mod adam;
mod cdisc;
mod cells;
mod proact;
mod redcap;
mod sdtm;
mod tidy;
mod wide;

use super::columns::Kind;
use super::table::normalise_name;
use super::unit::split_unit;
use super::{Format, Measure, Role, TableKind};
use crate::trial::TimeUnit;
use crate::trial::alsfrs::Item;
pub use cells::{is_unplanned, settle_parameters, settle_role, settle_visits};

pub use wide::is_bare_total;

/// What is known of a file before its rows are read.
pub struct Head<'h> {
    pub file: &'h str,
    /// As in the file.
    pub header: &'h [String],
    /// In lower snake case.
    pub names: Vec<String>,
    /// The first rows, cells trimmed.
    pub sample: &'h [Vec<String>],
}

impl<'h> Head<'h> {
    pub fn new(file: &'h str, header: &'h [String], sample: &'h [Vec<String>]) -> Self {
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        Self { file, header, names: header.iter().map(|name| normalise_name(name)).collect(), sample }
    }

    pub fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    pub fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }

    pub fn has_any(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// The column of the first of these names that the file has.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.column(name))
    }

    /// What the first rows say in a column.
    pub fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.sample.iter().filter_map(move |row| row.get(column)).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}

/// Which table a file is, and the roles its header gives away; `None` is left to the cells.
pub struct Recognised {
    pub format: Format,
    pub table: TableKind,
    pub roles: Vec<Option<Role>>,
    /// What gave it away, in a sentence.
    pub why: String,
}

/// The roles of a header, given one after the other.
pub struct Roles<'h> {
    head: &'h Head<'h>,
    roles: Vec<Option<Role>>,
}

impl<'h> Roles<'h> {
    pub fn new(head: &'h Head<'h>) -> Self {
        Self { head, roles: vec![None; head.names.len()] }
    }

    /// Gives the role to the first of the columns with one of these names that has none; true when there was one.
    pub fn give(&mut self, names: &[&str], role: Role) -> bool {
        let column = names.iter().find_map(|name| {
            let is_free = |column: usize| self.roles.get(column).is_some_and(Option::is_none);
            self.head.names.iter().enumerate().find(|(column, known)| known == name && is_free(*column))
        });
        match column {
            Some((column, _)) => self.set(column, role),
            None => false,
        }
    }

    /// Gives the role to every column with one of these names.
    pub fn give_each(&mut self, names: &[&str], role: &Role) {
        for name in names {
            self.give(&[name], role.clone());
        }
    }

    pub fn set(&mut self, column: usize, role: Role) -> bool {
        let free = self.roles.get_mut(column).filter(|role| role.is_none());
        free.map(|place| *place = Some(role)).is_some()
    }

    pub fn has(&self, is_wanted: impl Fn(&Role) -> bool) -> bool {
        self.roles.iter().flatten().any(is_wanted)
    }

    pub fn is_free(&self, column: usize) -> bool {
        self.roles.get(column).is_some_and(Option::is_none)
    }

    /// Columns without a role yet, with their names.
    pub fn free(&self) -> Vec<(usize, &'h str)> {
        let names = self.head.names.iter().enumerate();
        names.filter(|(column, _)| self.is_free(*column)).map(|(column, name)| (column, name.as_str())).collect()
    }

    /// Columns that are named after an assay hold its levels, limits and all, even where most cells are limits.
    pub fn give_levels(&mut self) {
        for (column, _) in self.free() {
            let Some((bare, unit)) = self.head.header.get(column).map(|name| split_unit(name)) else { continue };
            if is_analyte_name(bare) || unit.is_some_and(is_concentration) {
                self.set(column, Role::Level);
            }
        }
    }

    /// What has no role by now has none.
    pub fn ignore_rest(&mut self) {
        for role in self.roles.iter_mut().filter(|role| role.is_none()) {
            *role = Some(Role::Ignored);
        }
    }

    /// Columns without a name or with an earlier column's name are not read.
    pub fn ignore_nameless(&mut self) {
        let names = &self.head.names;
        for (column, role) in self.roles.iter_mut().enumerate() {
            let Some(name) = names.get(column).filter(|_| role.is_none()) else { continue };
            if name.is_empty() || names.iter().take(column).any(|earlier| earlier == name) {
                *role = Some(Role::Ignored);
            }
        }
    }

    pub fn end(self, format: Format, table: TableKind, why: impl Into<String>) -> Recognised {
        Recognised { format, table, roles: self.roles, why: why.into() }
    }
}

/// By the columns; where they leave several tables open, by the file's name.
pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    redcap::recognise(head)
        .or_else(|| proact::recognise(head))
        .or_else(|| adam::recognise(head))
        .or_else(|| sdtm::recognise(head))
        .or_else(|| wide::recognise(head))
        .or_else(|| tidy::recognise(head))
}

/// Roles for a table that the user chose, whatever the file was taken for.
pub fn roles_for(table: TableKind, head: &Head<'_>) -> Recognised {
    match recognise(head).filter(|recognised| recognised.table == table) {
        Some(recognised) => recognised,
        None => tidy::roles_for(table, head, "You chose this table"),
    }
}

/// How a column's cells are to be read, by its role.
pub fn kind_of(role: Option<&Role>) -> Kind {
    match role {
        None | Some(Role::Covariate | Role::Ignored) => Kind::Auto,
        Some(Role::OnlyEmpty) => Kind::Status,
        Some(
            Role::Time(_)
            | Role::StudyDay
            | Role::BirthDay
            | Role::OnsetDay
            | Role::Outcome
            | Role::AlsfrsItem(_)
            | Role::AlsfrsTotal
            | Role::Level
            | Role::At { .. }
            | Role::Value
            | Role::LowerLimit
            | Role::FollowUp(_)
            | Role::StartDay
            | Role::EndDay
            | Role::StartStudyDay
            | Role::EndStudyDay
            | Role::Litres
            | Role::PercentOfNormal
            | Role::NormalLitres,
        ) => Kind::Number,
        Some(
            Role::SubjectId
            | Role::Arm
            | Role::Date
            | Role::VisitName
            | Role::BaselineDate
            | Role::RandomisationDate
            | Role::FirstDoseDate
            | Role::LastDoseDate
            | Role::BirthDate
            | Role::OnsetDate
            | Role::Parameter
            | Role::ParameterLabel
            | Role::Analyte
            | Role::ValueText
            | Role::Unit
            | Role::UnitOf(_)
            | Role::Specimen
            | Role::OnlyYes
            | Role::Event
            | Role::Censoring
            | Role::Endpoint
            | Role::EventDate
            | Role::LastContactDate
            | Role::Term
            | Role::SystemOrganClass
            | Role::Severity
            | Role::Serious
            | Role::Related
            | Role::TreatmentEmergent
            | Role::EventOutcome
            | Role::StartDate
            | Role::EndDate
            | Role::BreathingUnit
            | Role::Category,
        ) => Kind::Text,
    }
}

/// Names of the ALSFRS-R's total, in lower snake case.
pub const TOTAL: &[&str] = &[
    "alsfrs_r_total",
    "alsfrsr_total",
    "alsfrs_r",
    "alsfrsr",
    "alsfrs_r_total_score",
    "alsfrs_r_score",
    "total_alsfrs_r",
    "alsfrsr_total_score",
    "alsfrs_r_sum",
    "total_alsfrsr",
    "alsfrs_r_gesamt",
];

/// What a column measures, by its name without a visit: the total, an item, an assay's level, or some other number.
pub fn measure_of_name(name: &str) -> Measure {
    let (bare, unit) = split_unit(name);
    let normal = normalise_name(bare);
    if TOTAL.contains(&normal.as_str()) {
        return Measure::AlsfrsTotal;
    }
    if let Some(item) = Item::parse_column(&normal) {
        return Measure::AlsfrsItem(item.label());
    }
    if is_analyte_name(bare) || unit.is_some_and(is_concentration) {
        return Measure::Analyte(bare.to_owned());
    }
    Measure::Outcome(name.to_owned())
}

/// An amount by a volume: what assays give and scales never do.
pub fn is_concentration(unit: &str) -> bool {
    let unit = unit.to_lowercase();
    let volumes = ["/ml", "/l", "/dl", "/\u{b5}l"];
    volumes.iter().any(|volume| unit.ends_with(volume)) && !unit.starts_with('l')
}

/// Cytokines, growth factors and neurofilaments by the names that panels and CDISC give them.
pub fn is_analyte_name(name: &str) -> bool {
    let plain: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_numbered = |stem: &str| {
        plain.strip_prefix(stem).is_some_and(|rest| {
            let digits = rest.trim_end_matches(|letter: char| letter.is_alphabetic());
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && rest.len() - digits.len() <= 3
        })
    };
    const STEMS: [&str; 10] = ["il", "ccl", "cxcl", "intlk", "mcp", "mip", "angpt", "igf", "tgfb", "cx3cl"];
    const NAMES: [&str; 42] = [
        "tnf", "tnfa", "tnfα", "tnfalpha", "tgfb", "tgfβ1", "tgfß1", "tgfbeta1", "tgfβ", "ifng", "ifnγ", "ifngamma",
        "vegf", "vegfa", "hgf", "bdnf", "gdnf", "ngf", "gcsf", "gmcsf", "mip1a", "mip1b", "mip1α", "mip1β", "rantes",
        "fgf2", "bfgf", "fgfbf", "pdgf", "eotaxin", "ykl40", "ykl40p", "chit1", "chi3l1", "nfl", "nflp", "pnfh",
        "nfhp", "nfh", "gfap", "opn", "crp",
    ];
    NAMES.contains(&plain.as_str()) || STEMS.iter().any(|stem| is_numbered(stem))
}

/// The unit of time that a word of a name says, where it says one.
pub fn time_unit_in(name: &str) -> Option<TimeUnit> {
    let has = |word: &str| name.split('_').any(|part| part == word);
    if has("months") || has("month") || has("mo") {
        Some(TimeUnit::Months)
    } else if has("weeks") || has("week") {
        Some(TimeUnit::Weeks)
    } else if has("days") || has("day") {
        Some(TimeUnit::Days)
    } else {
        None
    }
}

/// A role in a word or two, for the receipt.
pub fn used_as(role: &Role) -> String {
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::Months => "months",
        TimeUnit::Weeks => "weeks",
        TimeUnit::Days => "days",
    };
    match role {
        Role::SubjectId => "subject".into(),
        Role::Arm => "arm".into(),
        Role::Time(time) => format!("time in {}", unit(time)),
        Role::StudyDay => "study day (1 is baseline)".into(),
        Role::Date => "date".into(),
        Role::VisitName => "visit".into(),
        Role::BaselineDate => "baseline date".into(),
        Role::RandomisationDate => "date of randomisation".into(),
        Role::FirstDoseDate => "date of the first dose".into(),
        Role::LastDoseDate => "date of the last dose".into(),
        Role::Covariate => "covariate".into(),
        Role::BirthDay => "day of birth".into(),
        Role::BirthDate => "date of birth".into(),
        Role::OnsetDay => "day of onset".into(),
        Role::OnsetDate => "date of onset".into(),
        Role::Outcome => "outcome".into(),
        Role::AlsfrsItem(item) => format!("ALSFRS-R item {item}"),
        Role::AlsfrsTotal => "ALSFRS-R total".into(),
        Role::Level => "analyte\u{2019}s level".into(),
        Role::At { measure, visit } => match measure {
            Measure::Outcome(name) => format!("{name} at {visit}"),
            Measure::AlsfrsItem(item) => format!("ALSFRS-R item {item} at {visit}"),
            Measure::AlsfrsTotal => format!("ALSFRS-R total at {visit}"),
            Measure::Analyte(name) => format!("level of {name} at {visit}"),
            Measure::Ignored => "not used".into(),
        },
        Role::Parameter => "parameter".into(),
        Role::ParameterLabel => "parameter in words".into(),
        Role::Analyte => "analyte".into(),
        Role::Value => "value".into(),
        Role::ValueText => "value as reported".into(),
        Role::Unit => "unit".into(),
        Role::UnitOf(column) => format!("unit of {column}"),
        Role::LowerLimit => "lower limit".into(),
        Role::Specimen => "specimen".into(),
        Role::OnlyYes => "only rows with yes".into(),
        Role::OnlyEmpty => "only rows without".into(),
        Role::Event => "event".into(),
        Role::Censoring => "censoring (0 is an event)".into(),
        Role::Endpoint => "endpoint".into(),
        Role::FollowUp(time) => format!("follow-up in {}", unit(time)),
        Role::EventDate => "date of the event".into(),
        Role::LastContactDate => "date of last contact".into(),
        Role::Term => "term".into(),
        Role::SystemOrganClass => "system organ class".into(),
        Role::Severity => "severity".into(),
        Role::Serious => "serious".into(),
        Role::Related => "related".into(),
        Role::TreatmentEmergent => "treatment-emergent".into(),
        Role::EventOutcome => "how the event ended".into(),
        Role::StartDay => "start day".into(),
        Role::EndDay => "end day".into(),
        Role::StartStudyDay => "start, study day".into(),
        Role::EndStudyDay => "end, study day".into(),
        Role::StartDate => "start date".into(),
        Role::EndDate => "end date".into(),
        Role::Litres => "litres".into(),
        Role::PercentOfNormal => "percent of normal".into(),
        Role::NormalLitres => "normal value in litres".into(),
        Role::BreathingUnit => "unit of the test".into(),
        Role::Category => "category".into(),
        Role::Ignored => "not used".into(),
    }
}

pub fn table_name(table: TableKind) -> &'static str {
    match table {
        TableKind::Subjects => "subjects",
        TableKind::Characteristics => "characteristics",
        TableKind::Visits => "visits",
        TableKind::Measurements => "measurements",
        TableKind::Biomarkers => "biomarkers",
        TableKind::Breathing => "breathing tests",
        TableKind::Survival => "survival",
        TableKind::AdverseEvents => "adverse events",
        TableKind::Disposition => "disposition",
        TableKind::Mixed => "mixed",
        TableKind::VisitSchedule => "visit schedule",
        TableKind::Dictionary => "data dictionary",
        TableKind::Unrecognised => "unrecognised",
    }
}
