//! CDISC's study data tabulation model: DM, the findings' domains (QS, LB, RE, VS …), AE, DS.

use super::cdisc::give_event_columns;
use super::{Head, Recognised, Roles};
use crate::import::{Format, Role, TableKind};

pub fn recognise(head: &Head<'_>) -> Option<Recognised> {
    if !head.has("usubjid") {
        return None;
    }
    if head.has("rfstdtc") || (head.has("armcd") && head.has("arm")) {
        return Some(demographics(head));
    }
    if head.has("aedecod") || head.has("aeterm") {
        return Some(adverse_events(head));
    }
    if head.has("dsdecod") {
        return Some(disposition(head));
    }
    let test = head.names.iter().find(|name| name.len() == 8 && name.ends_with("testcd"))?;
    let domain = test.get(..2)?.to_owned();
    Some(findings(head, &domain))
}

fn demographics(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&["arm", "armcd", "actarm"], Role::Arm);
    roles.give(&["rfstdtc", "rfxstdtc"], Role::BaselineDate);
    roles.give(&["rfxstdtc"], Role::FirstDoseDate);
    roles.give(&["rfxendtc"], Role::LastDoseDate);
    if roles.give(&["dthdtc"], Role::EventDate) {
        roles.give(&["rfpendtc", "rfendtc"], Role::LastContactDate);
    }
    for (column, name) in roles.free() {
        let is_fact = matches!(name, "siteid" | "age" | "sex" | "race" | "ethnic" | "country");
        roles.set(column, if is_fact { Role::Covariate } else { Role::Ignored });
    }
    roles.end(
        Format::Sdtm,
        TableKind::Subjects,
        "CDISC SDTM\u{2019}s demographics (DM), by the columns USUBJID, ARM and RFSTDTC",
    )
}

fn findings(head: &Head<'_>, domain: &str) -> Recognised {
    let mut roles = Roles::new(head);
    let name = |ending: &str| format!("{domain}{ending}");
    let is_laboratory = matches!(domain, "lb" | "is" | "mi" | "cp");
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&[&name("testcd")], if is_laboratory { Role::Analyte } else { Role::Parameter });
    roles.give(&[&name("test")], Role::ParameterLabel);
    roles.give(&[&name("cat")], Role::Category);
    roles.give(&[&name("stresn")], Role::Value);
    roles.give(&[&name("stresc"), &name("orres")], Role::ValueText);
    roles.give(&[&name("stresu"), &name("orresu")], Role::Unit);
    roles.give(&[&name("spec")], Role::Specimen);
    roles.give(&[&name("lloq")], Role::LowerLimit);
    roles.give(&[&name("stat")], Role::OnlyEmpty);
    let time = if roles.give(&[&name("dtc")], Role::Date) {
        // The visit's name tells which date is baseline where no other table does.
        roles.give(&["visit"], Role::VisitName);
        name("dtc")
    } else if roles.give(&[&name("dy")], Role::StudyDay) {
        name("dy")
    } else {
        roles.give(&["visit"], Role::VisitName);
        "visit".to_owned()
    };
    roles.ignore_rest();
    let table = if is_laboratory { TableKind::Biomarkers } else { TableKind::Measurements };
    let (domain, time) = (domain.to_uppercase(), time.to_uppercase());
    roles.end(
        Format::Sdtm,
        table,
        format!("CDISC SDTM\u{2019}s domain {domain}, by the column {domain}TESTCD; time from {time}"),
    )
}

fn adverse_events(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    give_event_columns(&mut roles);
    roles.ignore_rest();
    roles.end(Format::Sdtm, TableKind::AdverseEvents, "CDISC SDTM\u{2019}s adverse events (AE), by the column AEDECOD")
}

fn disposition(head: &Head<'_>) -> Recognised {
    let mut roles = Roles::new(head);
    roles.give(&["usubjid"], Role::SubjectId);
    roles.give(&["dsdecod"], Role::Term);
    roles.give(&["dscat"], Role::Category);
    roles.give(&["dsstdtc"], Role::Date);
    if !roles.has(|role| *role == Role::Date) {
        roles.give(&["dsstdy"], Role::StudyDay);
    }
    roles.ignore_rest();
    roles.end(Format::Sdtm, TableKind::Disposition, "CDISC SDTM\u{2019}s disposition (DS), by the column DSDECOD")
}
