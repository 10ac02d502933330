//! Two tables that speak of other tables: when each named visit was, and what coded choices mean.

use super::Sheet;
use crate::import::join::{CodedColumn, Join};
use crate::import::ledger::Ledger;
use crate::import::table::normalise_name;
use crate::import::{Role, VisitTime};

pub fn read_schedule(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let Some((_, names)) = sheet.text(|role| *role == Role::VisitName) else { return };
    let times = sheet.roles.iter().enumerate().find_map(|(column, role)| match role {
        Role::Time(unit) => Some((sheet.table.number(column)?, *unit)),
        _ => None,
    });
    let Some((times, unit)) = times else { return };
    ledger.begin_pass();
    for place in 0..sheet.table.len {
        match (names.value(place), times.value(place)) {
            (Some(name), Some(time)) => {
                join.schedule.push(VisitTime { visit: name.to_owned(), time: Some(time), unit });
            }
            _ => ledger.set_aside("no visit or no time", sheet.table.row(place)),
        }
    }
    ledger.end_pass((0..sheet.table.len).map(|place| sheet.table.row(place)));
}

/// REDCap's data dictionary: `1, Riluzole | 2, Riluzole and cells`.
pub fn read_dictionary(sheet: &Sheet<'_>, join: &mut Join, ledger: &mut Ledger) {
    let column_named = |wanted: &[&str]| {
        sheet.table.header.iter().position(|name| {
            let name = normalise_name(name);
            wanted.iter().any(|wanted| name == *wanted)
        })
    };
    let fields = column_named(&["variable_field_name", "field_name"]).and_then(|column| sheet.table.text(column));
    let choices = column_named(&["choices_calculations_or_slider_labels", "select_choices_or_calculations"])
        .and_then(|column| sheet.table.text(column));
    let kinds = column_named(&["field_type"]).and_then(|column| sheet.table.text(column));
    let labels = column_named(&["field_label"]).and_then(|column| sheet.table.text(column));
    ledger.begin_pass();
    for place in 0..sheet.table.len {
        let Some(field) = fields.and_then(|fields| fields.value(place)) else {
            ledger.set_aside("no field", sheet.table.row(place));
            continue;
        };
        let kind = kinds.and_then(|kinds| kinds.value(place)).unwrap_or("radio");
        let label = labels.and_then(|labels| labels.value(place)).unwrap_or(field).to_owned();
        let has_choices = matches!(kind, "radio" | "dropdown" | "yesno" | "truefalse");
        let listed = choices.and_then(|choices| choices.value(place)).filter(|_| has_choices).unwrap_or_default();
        let choice = |choice: &str| {
            let (code, label) = choice.split_once(',')?;
            Some((code.trim().to_owned(), label.trim().to_owned()))
        };
        let choices: Vec<(String, String)> = listed.split('|').filter_map(choice).collect();
        // Scores are choices too, but of numbers: 4 is 4, whatever its label says.
        let is_score = choices.iter().all(|(code, label)| label.starts_with(code.as_str()));
        if !choices.is_empty() && !is_score {
            join.dictionary.push(CodedColumn { column: field.to_owned(), label, choices });
        }
    }
    ledger.end_pass((0..sheet.table.len).map(|place| sheet.table.row(place)));
}
