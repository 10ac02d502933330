//! REDCap's flat exports, with codes or with labels, with events and repeating instruments; and its data dictionary.

use super::{Head, Recognised, Roles, TOTAL, tidy, time_unit_in};
use crate::import::{Format, Role, TableKind};
use crate::trial::TimeUnit;
use crate::trial::alsfrs::Item;

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if head.has("variable_field_name") || (head.has("field_name") && head.has("field_type") && head.has("form_name")) {
        let mut roles = Roles::new(head);
        roles.ignore_rest();
        let why = "REDCap\u{2019}s data dictionary, by its column Variable / Field Name";
        return Some(roles.end(Format::Redcap, TableKind::Dictionary, why));
    }
    let has_events = head.has_any(&["redcap_event_name", "redcap_repeat_instrument"])
        || (head.has("event_name") && head.has_any(&["record_id", "repeat_instrument"]));
    let has_forms = head.has("record_id") && head.names.iter().any(|name| name.ends_with("_complete"));
    if !has_events && !has_forms {
        return None;
    }
    let mut roles = Roles::new(head);
    let named = roles.give(&["record_id", "study_id", "participant_id", "subject_id"], Role::SubjectId);
    if !named {
        roles.set(0, Role::SubjectId);
    }
    roles.give(&["redcap_event_name", "event_name"], Role::VisitName);
    roles.give_each(
        &["redcap_repeat_instrument", "redcap_repeat_instance", "repeat_instrument", "repeat_instance"],
        &Role::Ignored,
    );
    roles.give(tidy::ARM, Role::Arm);
    tidy::give_baseline(&mut roles);
    roles.give(&["date_of_birth", "dob", "birth_date"], Role::BirthDate);
    roles.give(&["onset_date", "date_of_onset", "symptom_onset_date"], Role::OnsetDate);
    give_fates(&mut roles);
    give_events(&mut roles);
    roles.give(TOTAL, Role::AlsfrsTotal);
    for (column, name) in roles.free() {
        if name.ends_with("_complete") || name == "complete" || name == "redcap_survey_identifier" {
            roles.set(column, Role::Ignored);
        } else if let Some(item) = Item::parse_column(name) {
            roles.set(column, Role::AlsfrsItem(item.label()));
        } else if head.header.get(column).is_some_and(|name| name.contains("___"))
            || matches!(name, "redcap_data_access_group" | "data_access_group")
        {
            // A checkbox, one column an option.
            roles.set(column, Role::Covariate);
        }
    }
    roles.give_levels();
    roles.ignore_nameless();
    let why = if has_events { "redcap_event_name" } else { "a form\u{2019}s _complete" };
    Some(roles.end(Format::Redcap, TableKind::Mixed, format!("REDCap\u{2019}s flat export, by the column {why}")))
}

fn give_fates(roles: &mut Roles<'_>) {
    for (column, name) in roles.free() {
        let is_time = ["surv", "follow_up", "followup"].iter().any(|start| name.starts_with(start));
        if let Some(unit) = time_unit_in(name).filter(|_| is_time) {
            roles.set(column, Role::FollowUp(unit));
            break;
        }
    }
    roles.give(&["death", "died", "dead", "death_event", "event", "survival_event", "vital_status"], Role::Event);
    if !roles.has(|role| matches!(role, Role::FollowUp(TimeUnit::Months | TimeUnit::Weeks | TimeUnit::Days))) {
        roles.give(&["death_date", "date_of_death"], Role::EventDate);
        roles.give(&["last_contact_date", "last_date", "date_last_contact"], Role::LastContactDate);
    }
}

fn give_events(roles: &mut Roles<'_>) {
    let names = [
        "ae_preferred_term",
        "ae_pt",
        "preferred_term",
        "ae_term",
        "aeterm",
        "adverse_event",
        "ae_name",
        "ae_description",
    ];
    if !roles.give(&names, Role::Term) {
        return;
    }
    roles.give(&["ae_soc", "aesoc", "aebodsys", "system_organ_class"], Role::SystemOrganClass);
    roles.give(&["ae_severity", "aesev", "ae_grade", "severity"], Role::Severity);
    roles.give(&["ae_serious", "aeser", "serious"], Role::Serious);
    roles.give(&["ae_related", "aerel", "ae_relationship", "related"], Role::Related);
    roles.give(&["ae_treatment_emergent", "ae_teae", "treatment_emergent", "teae"], Role::TreatmentEmergent);
    roles.give(&["ae_outcome", "aeout"], Role::EventOutcome);
    if !roles.give(&["ae_start_day", "ae_startday"], Role::StartDay) {
        roles.give(&["ae_start_date", "ae_start", "ae_onset_date", "aestdat"], Role::StartDate);
    }
    if !roles.give(&["ae_end_day", "ae_endday"], Role::EndDay) {
        roles.give(&["ae_end_date", "ae_end", "ae_stop_date", "aeendat"], Role::EndDate);
    }
}
