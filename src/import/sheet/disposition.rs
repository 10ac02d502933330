//! How people left the trial, one row a milestone: the last of each is kept as a covariate, and a death is one.

use super::{Rows, Sheet};
use crate::import::Role;
use crate::import::join::{CovariateDraft, DraftValues, Join, NO_SUBJECT};
use crate::import::ledger::Ledger;
use crate::trial::{Endpoint, FollowUp, TimeUnit};

const COVARIATE: &str = "disposition";
const ENDPOINT: &str = "death";

pub fn read_disposition(sheet: &Sheet<'_>, rows: &Rows, join: &mut Join, ledger: &mut Ledger) {
    let Some((_, terms)) = sheet.text(|role| *role == Role::Term) else { return };
    let categories = sheet.text(|role| *role == Role::Category).map(|(_, categories)| categories);
    let mut last: Vec<Option<String>> = vec![None; join.trial.subjects.len()];
    for place in 0..sheet.table.len {
        let subject = rows.subject(place as u32);
        if subject == NO_SUBJECT {
            continue;
        }
        let row = sheet.table.row(place);
        let Some(term) = terms.value(place) else {
            ledger.set_aside("no term", row);
            continue;
        };
        let category = categories.and_then(|categories| categories.value(place)).unwrap_or_default();
        if category.to_lowercase().contains("milestone") {
            ledger.set_aside("a milestone, not how the trial ended", row);
            continue;
        }
        let months = rows.times.month(place as u32);
        join.see_contact(subject, TimeUnit::Days.from_months(months));
        if let Some(slot) = last.get_mut(subject as usize) {
            *slot = Some(term.to_owned());
        }
        let is_death = matches!(term.to_lowercase().as_str(), "death" | "died");
        // Records stand in the order of their subjects.
        let place_of =
            |endpoint: &Endpoint| endpoint.records.binary_search_by_key(&(subject as usize), |record| record.subject);
        let is_known = join.trial.endpoint(ENDPOINT).is_some_and(|endpoint| place_of(endpoint).is_ok());
        if is_death && !is_known && months >= 0.0 {
            let source = sheet.source(place);
            if let Some(endpoint) = join.endpoint_mut(ENDPOINT, TimeUnit::Days)
                && let Err(at) = place_of(endpoint)
            {
                let record = FollowUp { subject: subject as usize, time_months: months, is_event: true, source };
                endpoint.records.insert(at, record);
            }
            if !join.events_only.iter().any(|name| name == ENDPOINT) {
                join.events_only.push(ENDPOINT.to_owned());
            }
        }
    }
    let is_known = join.covariates.iter().any(|draft| draft.name == COVARIATE);
    if !is_known && last.iter().any(Option::is_some) {
        join.covariates.push(CovariateDraft { name: COVARIATE.to_owned(), values: DraftValues::Text(last) });
    }
}
