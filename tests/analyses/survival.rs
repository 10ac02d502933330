//! Kaplan-Meier and the log-rank test.

use second_look::analysis::TimeNote;
use second_look::analysis::survival::SurvivalPlan;
use second_look::analysis::time_to_event::EndpointPlan;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, NoteKind, Plan, Term};

use crate::{ask, import, near, notes, plan, row, rows};

fn asked(control: Option<&str>) -> Plan {
    plan(control, vec![AnalysisPlan::Survival(SurvivalPlan::of(EndpointPlan::of("death".into())))])
}

/// Control: 1 died, 2 censored, 3 died, 4 censored. Treated: 2 died, 4 died, 5 censored.
const TWO_ARMS: &str = "subject_id,arm,time_months,event\n\
    C1,control,1,1\nC2,control,2,0\nC3,control,3,1\nC4,control,4,0\n\
    T1,treated,2,1\nT2,treated,4,1\nT3,treated,5,0\n";

#[test]
fn the_curves_fall_at_each_death() {
    let answer = ask(&import(&[("survival.csv", TWO_ARMS)]), &asked(Some("control"))).unwrap();
    let steps = |arm: &str| -> Vec<(f64, u64, f64)> {
        rows(&answer, AnalysisId::KaplanMeier, Term::Survival)
            .iter()
            .filter(|row| row.group.as_deref() == Some(arm))
            .map(|row| (row.at.unwrap(), row.n.unwrap(), row.estimate.unwrap()))
            .collect()
    };
    // Control: 3/4 after month 1; two are left at month 3: 3/4 x 1/2.
    assert_eq!(steps("control"), [(1.0, 4, 0.75), (3.0, 2, 0.375)]);
    let treated = steps("treated");
    assert_eq!(treated.iter().map(|step| (step.0, step.1)).collect::<Vec<_>>(), [(2.0, 3), (4.0, 2)]);
    near(Some(treated[0].2), 2.0 / 3.0);
    near(Some(treated[1].2), 1.0 / 3.0);
    assert_eq!(row(&answer, AnalysisId::KaplanMeier, Term::MedianTime, "control").estimate, Some(3.0));
    assert_eq!(row(&answer, AnalysisId::KaplanMeier, Term::MedianTime, "treated").estimate, Some(4.0));
    assert_eq!(row(&answer, AnalysisId::KaplanMeier, Term::Censored, "control").estimate, Some(2.0));
}

#[test]
fn the_log_rank_test_adds_up_the_expected_deaths() {
    let answer = ask(&import(&[("survival.csv", TWO_ARMS)]), &asked(Some("control"))).unwrap();
    // At risk (control of all) at the deaths: 4 of 7, 3 of 6, 2 of 4, 1 of 3.
    let expected = 4.0 / 7.0 + 3.0 / 6.0 + 2.0 / 4.0 + 1.0 / 3.0;
    // p (1 - p) at each: 12/49, 1/4, 1/4, 2/9.
    let variance = 12.0 / 49.0 + 0.25 + 0.25 + 2.0 / 9.0;
    assert_eq!(row(&answer, AnalysisId::LogRank, Term::Events, "control").estimate, Some(2.0));
    near(row(&answer, AnalysisId::LogRank, Term::ExpectedEvents, "control").estimate, expected);
    let test = rows(&answer, AnalysisId::LogRank, Term::LogRank);
    assert_eq!(test.len(), 1, "two arms have one test");
    near(test[0].statistic, (2.0 - expected) * (2.0 - expected) / variance);
    assert_eq!((test[0].df, test[0].n, test[0].group.as_ref()), (Some(1.0), Some(7), None));
    assert!(notes(&answer).contains(&&NoteKind::FewEvents { events: 4 }));
}

#[test]
fn three_arms_have_one_test_of_all_and_one_of_each_against_control() {
    let text = format!("{TWO_ARMS}H1,high,3,1\nH2,high,5,0\nH3,high,5,0\n");
    let answer = ask(&import(&[("survival.csv", &text)]), &asked(Some("treated"))).unwrap();
    let tests = rows(&answer, AnalysisId::LogRank, Term::LogRank);
    let named: Vec<(Option<&str>, Option<f64>)> = tests.iter().map(|row| (row.contrast.as_deref(), row.df)).collect();
    assert_eq!(named, [(None, Some(2.0)), (Some("control − treated"), Some(1.0)), (Some("high − treated"), Some(1.0))]);
    // The pair is tested on its own people: as if the third arm were not there.
    let pair = ask(&import(&[("survival.csv", TWO_ARMS)]), &asked(Some("treated"))).unwrap();
    near(tests[1].statistic, rows(&pair, AnalysisId::LogRank, Term::LogRank)[0].statistic.unwrap());
}

#[test]
fn one_arm_has_a_curve_and_no_test() {
    let text = "subject_id,arm,time_months,event\nA,x,1,1\nB,x,2,0\n";
    let answer = ask(&import(&[("survival.csv", text)]), &asked(None)).unwrap();
    assert_eq!(rows(&answer, AnalysisId::KaplanMeier, Term::Survival).len(), 1);
    let error = AnalysisError::OneArm { arms_with_data: 1 };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: None, error }));
}

#[test]
fn without_deaths_there_is_nothing_to_test_and_no_median() {
    let text = "subject_id,arm,time_months,event\nA,x,1,0\nB,x,2,0\nC,y,1,0\nD,y,2,0\n";
    let answer = ask(&import(&[("survival.csv", text)]), &asked(Some("x"))).unwrap();
    let error = AnalysisError::NoEvents { endpoint: "death".into() };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: None, error }));
    let median = row(&answer, AnalysisId::KaplanMeier, Term::MedianTime, "x");
    assert_eq!((median.estimate, median.note.as_deref()), (None, Some("not reached")));
}

#[test]
fn subjects_without_an_arm_are_counted() {
    let text = format!("{TWO_ARMS}U1,,3,1\n");
    let answer = ask(&import(&[("survival.csv", &text)]), &asked(Some("control"))).unwrap();
    assert!(notes(&answer).contains(&&NoteKind::Time(TimeNote::WithoutArm { subjects: 1 })), "{:?}", answer.notes);
    assert_eq!(rows(&answer, AnalysisId::LogRank, Term::LogRank)[0].n, Some(7));
}
