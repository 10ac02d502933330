//! REDCap's flat export of a longitudinal project with a repeating instrument: raw codes with the data dictionary,
//! and labels without it.

use super::folder::{About, Folder};
use super::names::ANALYTES;
use super::redcap_dictionary::{FIELDS, Field, choices, dictionary};
use super::sheet::Sheet;
use super::trial::{MONTHS, Person, SAMPLED, Trial, Visit};

const ABOUT: About = About {
    folder: "redcap_raw",
    format: "redcap",
    dialect: "comma; codes, with data_dictionary.csv",
    reference: "tidy_months",
    differs: "time by redcap_event_name (month_minus_3 is month -3); one file for everything, adverse events as a \
              repeating instrument; analytes are the fields tgfb1 to vegf, pg/mL by their labels and notes; covariates \
              race (checkboxes) and data access group added",
};

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let labelled = About {
        folder: "redcap_labels",
        dialect: "comma; labels in the cells, variable names in the header",
        differs: "as redcap_raw, without a dictionary: the analytes have no unit, items are labels such as 4 - Normal",
        ..ABOUT
    };
    Ok(vec![
        Folder::plain(ABOUT, &[export(trial, Flavour::Raw)?, dictionary()])?,
        Folder::plain(labelled, &[export(trial, Flavour::Labels)?])?,
    ])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Raw,
    Labels,
}

/// Where a row stands: a visit, the end of the study, or the list of adverse events.
#[derive(Clone, Copy)]
enum At {
    Month(i32),
    End,
    Unscheduled,
}

impl Flavour {
    fn event(self, at: At) -> String {
        let label = match at {
            At::Month(0) => "Baseline".to_owned(),
            At::Month(month) if month < 0 => format!("Month minus {}", -month),
            At::Month(month) => format!("Month {month}"),
            At::End => "End of study".to_owned(),
            At::Unscheduled => "Unscheduled".to_owned(),
        };
        match self {
            Self::Raw => format!("{}_arm_1", label.to_lowercase().replace(' ', "_")),
            Self::Labels => format!("{label} (Arm 1: Trial)"),
        }
    }

    fn group(self, p: &Person) -> String {
        match self {
            Self::Raw => format!("site_{}", p.site() + 1),
            Self::Labels => format!("Site {}", p.site() + 1),
        }
    }

    /// A coded field's cell.
    fn choice(self, field: &Field, code: &str) -> String {
        let label = choices(field).into_iter().find(|(known, _)| *known == code).map(|(_, label)| label);
        match (self, label) {
            (Self::Labels, Some(label)) => label.to_owned(),
            _ => code.to_owned(),
        }
    }

    fn checkbox(self, is_checked: bool) -> &'static str {
        match (self, is_checked) {
            (Self::Raw, true) => "1",
            (Self::Raw, false) => "0",
            (Self::Labels, true) => "Checked",
            (Self::Labels, false) => "Unchecked",
        }
    }

    /// How far a form is: 0 to 2.
    fn complete(self, status: usize) -> &'static str {
        match self {
            Self::Raw => ["0", "1", "2"][status],
            Self::Labels => ["Incomplete", "Unverified", "Complete"][status],
        }
    }
}

const SYSTEM: [&str; 5] = [
    "record_id",
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_data_access_group",
];

/// The columns of a field: one, or one for each box.
fn columns(field: &Field) -> Vec<String> {
    match field.kind {
        "checkbox" => choices(field).into_iter().map(|(code, _)| format!("{}___{code}", field.name)).collect(),
        "descriptive" => vec![],
        _ => vec![field.name.to_owned()],
    }
}

fn export(trial: &Trial, flavour: Flavour) -> Result<Sheet, String> {
    let mut header: Vec<String> = SYSTEM.map(str::to_owned).to_vec();
    for (i, field) in FIELDS.iter().enumerate() {
        if !SYSTEM.contains(&field.name) {
            header.extend(columns(field));
        }
        if FIELDS.get(i + 1).is_none_or(|next| next.form != field.form) {
            header.push(format!("{}_complete", field.form));
        }
    }
    let name = if flavour == Flavour::Raw { "export_raw" } else { "export_labels" };
    let mut sheet = Sheet::new(name, &header);
    for (i, p) in trial.people.iter().enumerate() {
        for month in MONTHS {
            let visit = trial.visit(i, month);
            // A visit left out has a row only where one was made by mistake or by rule: at month 4.
            if visit.is_none() && month != 4 {
                continue;
            }
            let mut row = Row::new(flavour, p, At::Month(month));
            if month == 0 {
                row.demographics(p);
            }
            row.scores(visit, month);
            if SAMPLED.contains(&month) {
                row.fluid(trial, i, month);
            }
            row.push(&mut sheet)?;
        }
        let mut row = Row::new(flavour, p, At::End);
        row.set("surv_months", p.survival_months.clone());
        row.code("death", if p.died { "1" } else { "0" });
        row.complete("survival", 2);
        row.push(&mut sheet)?;
        for (k, e) in trial.events.iter().filter(|e| e.person == i).enumerate() {
            let mut row = Row::new(flavour, p, At::Unscheduled);
            let instrument = if flavour == Flavour::Raw { "adverse_events" } else { "Adverse Events" };
            row.set("redcap_repeat_instrument", instrument.into());
            row.set("redcap_repeat_instance", (k + 1).to_string());
            row.set("ae_term", e.term.clone());
            row.set("ae_soc", e.class.clone());
            row.code(
                "ae_severity",
                match e.severity.as_str() {
                    "mild" => "1",
                    "moderate" => "2",
                    _ => "3",
                },
            );
            row.code("ae_serious", if e.is_serious { "1" } else { "0" });
            row.code("ae_related", if e.is_related { "1" } else { "0" });
            row.set("ae_start_day", e.start.to_string());
            row.set("ae_end_day", e.end.map(|day| day.to_string()).unwrap_or_default());
            row.complete("adverse_events", if e.end.is_some() { 2 } else { 1 });
            row.push(&mut sheet)?;
        }
    }
    Ok(sheet)
}

struct Row {
    flavour: Flavour,
    cells: Vec<(String, String)>,
}

impl Row {
    fn new(flavour: Flavour, p: &Person, at: At) -> Row {
        let mut row = Row { flavour, cells: Vec::new() };
        row.set("record_id", p.name());
        row.set("redcap_event_name", flavour.event(at));
        row.set("redcap_data_access_group", flavour.group(p));
        // An export holds 0 in the boxes of every row, those of other forms' rows included.
        for field in FIELDS.iter().filter(|field| field.kind == "checkbox") {
            for column in columns(field) {
                row.set(&column, flavour.checkbox(false).into());
            }
        }
        row
    }

    fn set(&mut self, name: &str, cell: String) {
        self.cells.retain(|(known, _)| known != name);
        self.cells.push((name.to_owned(), cell));
    }

    fn code(&mut self, name: &str, code: &str) {
        let field = FIELDS.iter().find(|field| field.name == name);
        let cell = field.map_or_else(|| code.to_owned(), |field| self.flavour.choice(field, code));
        self.set(name, cell);
    }

    fn complete(&mut self, form: &str, status: usize) {
        self.set(&format!("{form}_complete"), self.flavour.complete(status).into());
    }

    fn demographics(&mut self, p: &Person) {
        self.code("arm", if p.is_msc() { "1" } else { "2" });
        self.set("age", p.age.clone());
        self.code("sex", if p.sex == "F" { "2" } else { "1" });
        self.code("onset_site", if p.onset_site == "bulbar" { "1" } else { "2" });
        self.set("onset_months", p.onset_months.to_string());
        self.code("riluzole", if p.riluzole == "yes" { "1" } else { "0" });
        self.code("itt", if p.itt { "1" } else { "0" });
        self.code("per_protocol", if p.per_protocol { "1" } else { "0" });
        let race = if p.id.is_multiple_of(8) { "race___2" } else { "race___1" };
        self.set(race, self.flavour.checkbox(true).into());
        self.complete("demographics", 2);
    }

    fn scores(&mut self, visit: Option<&Visit>, month: i32) {
        self.complete("alsfrs", if visit.is_some() { 2 } else { 0 });
        let Some(visit) = visit else { return };
        for (i, score) in visit.items.iter().enumerate() {
            self.code(&format!("alsfrs_r_{}", i + 1), score);
        }
        self.set("alsfrs_r_total", visit.total.clone());
        if [-3, 0, 4].contains(&month) {
            let planned = [("fvc_percent", &visit.fvc), ("aals", &visit.aals), ("sf36", &visit.sf36)];
            for (name, cell) in planned {
                self.set(name, cell.clone());
            }
            let is_whole = planned.iter().all(|(name, cell)| !cell.is_empty() || (*name == "sf36" && month < 0));
            self.complete("measures", if is_whole { 2 } else { 1 });
        }
    }

    fn fluid(&mut self, trial: &Trial, person: usize, month: i32) {
        let mut is_taken = false;
        for (analyte, known) in ANALYTES.iter().enumerate() {
            if let Some(sample) = trial.sample(person, month, analyte) {
                is_taken = true;
                self.set(known.field, sample.value.clone());
            }
        }
        self.complete("csf", if is_taken { 2 } else { 0 });
    }

    fn push(self, sheet: &mut Sheet) -> Result<(), String> {
        let cells: Vec<(&str, String)> = self.cells.iter().map(|(name, cell)| (name.as_str(), cell.clone())).collect();
        sheet.push_named(&cells)
    }
}
