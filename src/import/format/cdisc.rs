//! What CDISC's analysis and tabulation models share.

use super::{Head, Roles};
use crate::import::Role;
use crate::import::unit::split_unit;
use crate::import::visit_name::parse_visit_name;

/// Most of the labels tell when their visit was.
pub fn visits_tell_times(head: &Head<'_>, column: usize) -> bool {
    let (mut told, mut all) = (0, 0);
    for cell in head.cells(column) {
        all += 1;
        told += usize::from(parse_visit_name(cell).is_some());
    }
    all > 0 && told * 2 >= all
}

/// The labels name concentrations: a laboratory's table, not a questionnaire's.
pub fn labels_name_concentrations(head: &Head<'_>, column: usize) -> bool {
    let (mut named, mut all) = (0, 0);
    for cell in head.cells(column) {
        all += 1;
        named += usize::from(split_unit(cell).1.is_some_and(super::is_concentration));
    }
    all > 0 && named * 2 >= all
}

/// The columns of an event, under any of these names.
pub fn give_event_columns(roles: &mut Roles<'_>) {
    roles.give(&["aedecod", "aeterm"], Role::Term);
    roles.give(&["aebodsys", "aesoc"], Role::SystemOrganClass);
    roles.give(&["asev", "aesev", "atoxgr", "aetoxgr", "aesevn"], Role::Severity);
    roles.give(&["aeser"], Role::Serious);
    roles.give(&["arel", "aerel"], Role::Related);
    roles.give(&["trtemfl", "aetrtem"], Role::TreatmentEmergent);
    roles.give(&["aeout"], Role::EventOutcome);
    if !roles.give(&["astdy", "aestdy"], Role::StartStudyDay) {
        roles.give(&["astdt", "aestdtc", "aestdt"], Role::StartDate);
    }
    if !roles.give(&["aendy", "aeendy"], Role::EndStudyDay) {
        roles.give(&["aendt", "aeendtc", "aeendt"], Role::EndDate);
    }
}
