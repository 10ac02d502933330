//! Repeated measures. Whole files beside R: tests/mixed_against_r.rs.

use second_look::analysis::change::AncovaCovariate;
use second_look::analysis::mmrm::{MmrmDfMethod, MmrmPlan, VisitStructure};
use second_look::analysis::visit_plan::VisitPlan;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, NoteKind, Plan, Term};
use second_look::import::Import;

use crate::{ask, import, near_by, notes, plan, row, rows};

fn mmrm(structure: VisitStructure, months: &[f64]) -> MmrmPlan {
    MmrmPlan {
        visits: VisitPlan {
            outcome: "score".into(),
            baseline: BaselineRule::LastAtOrBeforeStart,
            target_months: months.to_vec(),
            primary_month: *months.last().unwrap(),
            window_months: 0.4,
        },
        structures: structure.ladder(),
        df_method: MmrmDfMethod::KenwardRogerLinear,
        baseline_by_visit: true,
        covariates: Vec::new(),
        by_visit: Vec::new(),
    }
}

fn asked(mmrm: MmrmPlan) -> Plan {
    plan(Some("control"), vec![AnalysisPlan::Mmrm(mmrm)])
}

type Value = (String, &'static str, f64, f64);

fn visits(rows: &[Value]) -> Import {
    let mut text = String::from("subject_id,arm,month,score\n");
    for (id, arm, month, score) in rows {
        text.push_str(&format!("{id},{arm},{month},{score}\n"));
    }
    import(&[("visits.csv", &text)])
}

/// Sixteen people, months 0 to 3, everyone seen: changes from a fixed scatter.
fn complete(arms: &[&'static str]) -> Vec<Value> {
    let mut found = Vec::new();
    for person in 0..16_u32 {
        let arm = arms[person as usize % arms.len()];
        let base = f64::from(30 + person * 7 % 11);
        for month in 0..4_u32 {
            let noise = f64::from((person * 37 + month * 53 + person * person * 11 + person * month * 71) % 101) / 20.0;
            let change = if month == 0 { 0.0 } else { noise - f64::from(month) };
            found.push((format!("P{person:02}"), arm, f64::from(month), base + change));
        }
    }
    found
}

#[track_caller]
fn at<'a>(answer: &'a Answer, term: Term, group: &str, month: f64) -> &'a second_look::analysis::Finding {
    let found = rows(answer, AnalysisId::Mmrm, term);
    found.into_iter().find(|row| row.group.as_deref() == Some(group) && row.at == Some(month)).unwrap()
}

#[test]
fn with_everyone_seen_each_visit_is_its_own_ancova() {
    // Unstructured, baseline by visit, no gaps: at each visit the least squares fit of that visit alone.
    let trial = visits(&complete(&["control", "active"]));
    let answer = ask(&trial, &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap();
    let change = second_look::analysis::change::ChangePlan {
        target_months: vec![1.0, 2.0, 3.0],
        primary_month: 3.0,
        window_months: 0.4,
        ..crate::score_at_four()
    };
    let ancova = ask(&trial, &plan(Some("control"), vec![AnalysisPlan::Change(change)])).unwrap();
    for month in [1.0, 2.0, 3.0] {
        let one = at(&answer, Term::Difference, "active", month);
        let other = rows(&ancova, AnalysisId::ChangeAncova, Term::Difference)
            .into_iter()
            .find(|row| row.at == Some(month))
            .unwrap();
        near_by(one.estimate, other.estimate.unwrap(), 1e-9);
        near_by(one.std_error, other.std_error.unwrap(), 1e-7);
        near_by(one.df, other.df.unwrap(), 1e-5);
        assert_eq!(one.n, Some(16));
    }
    let average = row(&answer, AnalysisId::Mmrm, Term::AverageDifference, "active");
    let sum: f64 =
        [1.0, 2.0, 3.0].iter().map(|month| at(&answer, Term::Difference, "active", *month).estimate.unwrap()).sum();
    near_by(average.estimate, sum / 3.0, 1e-9);
    assert!(answer.notes.iter().all(|note| note.kind.code() != "missing_at_random"), "nobody is missing");
}

#[test]
fn three_arms_have_a_test_of_all_at_each_visit() {
    let answer = ask(
        &visits(&complete(&["control", "low", "high"])),
        &asked(mmrm(VisitStructure::CompoundSymmetry, &[1.0, 2.0, 3.0])),
    )
    .unwrap();
    let tests = rows(&answer, AnalysisId::Mmrm, Term::ArmTest);
    assert_eq!(
        tests.iter().map(|row| (row.at, row.df)).collect::<Vec<_>>(),
        [1.0, 2.0, 3.0].map(|m| (Some(m), Some(2.0)))
    );
    // Sixteen people in turn: 6, 5 and 5.
    let by_structure = rows(&answer, AnalysisId::Mmrm, Term::DifferenceByStructure);
    assert!(!by_structure.is_empty() && by_structure.iter().all(|row| row.n == Some(11)), "{by_structure:?}");
    let arm = rows(&answer, AnalysisId::Mmrm, Term::EffectTest);
    assert_eq!(
        arm.iter().map(|row| (row.contrast.as_deref().unwrap(), row.df.unwrap())).collect::<Vec<_>>(),
        [("arm", 2.0), ("visit", 2.0), ("arm × visit", 4.0), ("baseline", 1.0), ("baseline × visit", 2.0)]
    );
}

#[test]
fn one_arm_is_nothing_to_compare() {
    let trial = visits(&complete(&["control"]));
    let error = ask(&trial, &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap_err();
    assert!(matches!(error, AnalysisError::OneArm { arms_with_data: 1 }), "{error:?}");
}

#[test]
fn a_visit_that_an_arm_never_had_is_left_out_and_said_so() {
    let mut found = complete(&["control", "active"]);
    found.retain(|(_, arm, month, _)| *arm != "active" || *month != 3.0);
    let answer = ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap();
    let error = AnalysisError::TooFew { what: "people seen at this visit".into(), need: 1, got: 0 };
    let kind = NoteKind::Unanswered { group: Some("active".into()), at_month: Some(3.0), error };
    assert!(notes(&answer).contains(&&kind), "{:?}", answer.notes);
    assert_eq!(rows(&answer, AnalysisId::Mmrm, Term::Difference).len(), 2);
    // With only one visit left there is nothing repeated.
    found.retain(|(_, arm, month, _)| *arm != "active" || *month != 2.0);
    let error = ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap_err();
    assert!(matches!(error, AnalysisError::TooFew { need: 2, got: 1, .. }), "{error:?}");
}

#[test]
fn a_visit_of_one_patient_of_an_arm_gives_numbers_or_a_reason() {
    let mut found = complete(&["control", "active"]);
    found.retain(|(id, arm, month, _)| *arm != "active" || *month != 3.0 || id == "P01");
    let answer = ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap();
    let last = at(&answer, Term::Difference, "active", 3.0);
    assert_eq!(last.n, Some(9));
    assert!(last.std_error.is_some_and(f64::is_finite));
    all_finite(&answer);
    assert!(notes(&answer).contains(&&NoteKind::MissingAtRandom { without_visit: 7, of: 16 }), "{:?}", answer.notes);
}

#[track_caller]
fn all_finite(answer: &Answer) {
    for row in &answer.rows {
        for value in [row.estimate, row.std_error, row.df, row.statistic, row.p_value, row.conf_low, row.conf_high] {
            assert!(value.is_none_or(f64::is_finite), "{row:?}");
        }
    }
}

#[test]
fn a_constant_outcome_has_no_answer() {
    let error_of = |value: &dyn Fn(&Value) -> f64| {
        let found: Vec<Value> = complete(&["control", "active"])
            .into_iter()
            .map(|row| (row.0.clone(), row.1, row.2, value(&row)))
            .collect();
        ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap_err()
    };
    assert_eq!(error_of(&|_| 40.0), AnalysisError::Singular { column: "baseline".into() });
    // Nobody changes.
    let level = |row: &Value| row.0.len() as f64 + f64::from(row.0.as_bytes().last().copied().unwrap());
    assert_eq!(error_of(&level), AnalysisError::NoVariation { what: "score".into() });
}

#[test]
fn a_covariate_that_another_tells_is_named() {
    let mut subjects = String::from("subject_id,arm,age,years\n");
    let found = complete(&["control", "active"]);
    for person in 0..16 {
        let arm = if person % 2 == 0 { "control" } else { "active" };
        subjects.push_str(&format!("P{person:02},{arm},{},{}\n", 40 + person * 5 % 17, 80 + 2 * (person * 5 % 17)));
    }
    let mut text = String::from("subject_id,arm,month,score\n");
    for (id, arm, month, score) in &found {
        text.push_str(&format!("{id},{arm},{month},{score}\n"));
    }
    let trial = import(&[("subjects.csv", &subjects), ("visits.csv", &text)]);
    let covariates = ["age", "years"].map(|name| AncovaCovariate { name: name.into(), as_factor: false }).to_vec();
    let plan = MmrmPlan { covariates, ..mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]) };
    assert_eq!(ask(&trial, &asked(plan)).unwrap_err(), AnalysisError::Singular { column: "years".into() });
}

#[test]
fn more_parameters_than_patients_steps_down_the_ladder() {
    let mut found = complete(&["control", "active"]);
    found.retain(|(id, ..)| id.as_str() < "P06");
    let answer = ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0])));
    match answer {
        Ok(answer) => {
            all_finite(&answer);
            let codes: Vec<&str> = answer.notes.iter().map(|note| note.kind.code()).collect();
            assert!(codes.contains(&"ladder_step") || codes.contains(&"many_parameters"), "{codes:?}");
        }
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn a_second_value_of_a_visit_is_settled_on_reading() {
    let mut found = complete(&["control", "active"]);
    let plain = ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap();
    let again = found.iter().find(|(id, _, month, _)| id == "P03" && *month == 2.0).unwrap().clone();
    found.push(again);
    let twice = ask(&visits(&found), &asked(mmrm(VisitStructure::Unstructured, &[1.0, 2.0, 3.0]))).unwrap();
    assert_eq!(
        at(&plain, Term::Difference, "active", 2.0).estimate,
        at(&twice, Term::Difference, "active", 2.0).estimate
    );
}
