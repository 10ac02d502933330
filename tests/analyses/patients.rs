//! Who was seen and why not; the baseline table.

use second_look::analysis::patients::PatientsPlan;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, Finding, NoteKind, Plan, Term};
use second_look::import::Import;

use crate::{ask, import, near, notes, plan, row, score_at_four};

const FLOW: AnalysisId = AnalysisId::PopulationFlow;
const BASELINE: AnalysisId = AnalysisId::PopulationBaseline;

/// At months 0, 2, 4 were seen: P1 0 2 4; P2 0 4; P3 0, died at 3; A1 0 2 4; A2 0 2; A3 only 4.
fn six() -> Import {
    import(&[
        (
            "subjects.csv",
            "subject_id,arm,age,sex\nP1,placebo,50,F\nP2,placebo,60,F\nP3,placebo,70,M\n\
             A1,active,60,F\nA2,active,70,M\nA3,active,80,\n",
        ),
        (
            "visits.csv",
            "subject_id,month,score\nP1,0,42\nP1,2,41\nP1,4,40\nP2,0,40\nP2,4,36\nP3,0,44\n\
             A1,0,40\nA1,2,40\nA1,4,40\nA2,0,42\nA2,2,41\nA3,4,40\n",
        ),
        ("survival.csv", "subject_id,time_months,event\nP1,20,0\nP2,20,1\nP3,3,1\nA1,20,0\nA2,20,0\nA3,20,0\n"),
    ])
}

fn asked(endpoint: Option<&str>) -> PatientsPlan {
    let mut visits = score_at_four().visits();
    visits.target_months = vec![2.0, 4.0];
    PatientsPlan { visits, endpoint: endpoint.map(str::to_owned) }
}

fn asked_in(control: Option<&str>, endpoint: Option<&str>) -> Plan {
    plan(control, vec![AnalysisPlan::Patients(asked(endpoint))])
}

fn answer() -> Answer {
    let trial = six();
    let endpoint = trial.trial.endpoints[0].name.clone();
    ask(&trial, &asked_in(Some("placebo"), Some(&endpoint))).unwrap()
}

fn counted(answer: &Answer, term: Term, group: &str, at: Option<f64>) -> f64 {
    let is_it = |row: &&Finding| row.term == term && row.group.as_deref() == Some(group) && row.at == at;
    let found: Vec<&Finding> = answer.rows.iter().filter(|row| row.analysis == FLOW).filter(is_it).collect();
    assert_eq!(found.len(), 1, "{term:?} {group} {at:?}");
    found[0].estimate.unwrap()
}

#[test]
fn everyone_is_seen_or_has_a_reason() {
    let answer = answer();
    let fates = |group: &str, month: f64| {
        [Term::Seen, Term::Missed, Term::Withdrawn, Term::Died].map(|term| counted(&answer, term, group, Some(month)))
    };
    assert_eq!(fates("placebo", 2.0), [1.0, 1.0, 1.0, 0.0], "P3 is still alive and is not seen again");
    assert_eq!(fates("placebo", 4.0), [2.0, 0.0, 0.0, 1.0]);
    assert_eq!(fates("active", 2.0), [2.0, 1.0, 0.0, 0.0]);
    assert_eq!(fates("active", 4.0), [2.0, 0.0, 1.0, 0.0]);
    let patterns = |group: &str| {
        [Term::WithBaseline, Term::SeenAlways, Term::MonotoneLoss, Term::IntermittentLoss]
            .map(|term| counted(&answer, term, group, None))
    };
    assert_eq!(patterns("placebo"), [3.0, 1.0, 1.0, 1.0]);
    assert_eq!(patterns("active"), [2.0, 1.0, 1.0, 1.0]);
    // 2 of 3 against 2 of 3.
    let difference = row(&answer, FLOW, Term::RiskDifference, "active");
    assert_eq!((difference.estimate, difference.p_value, difference.n), (Some(0.0), Some(1.0), Some(6)));
}

#[test]
fn the_baseline_table_by_hand() {
    let answer = answer();
    let of = |outcome: &str, term: Term, group: Option<&str>| -> Option<f64> {
        let is_it = |row: &&Finding| row.outcome == outcome && row.term == term && row.group.as_deref() == group;
        answer.rows.iter().filter(|row| row.analysis == BASELINE).find(is_it)?.estimate
    };
    // 50, 60, 70 against 60, 70, 80: means 60 and 70, standard deviations 10.
    assert_eq!(of("age", Term::Mean, Some("active")), Some(70.0));
    assert_eq!(of("age", Term::Sd, Some("placebo")), Some(10.0));
    near(of("age", Term::StandardisedDifference, Some("active")), 1.0);
    assert_eq!((of("age", Term::LowerQuartile, None), of("age", Term::Median, None)), (Some(60.0), Some(65.0)));
    // F: 2 of 3 against 1 of 2; the sex of A3 is missing.
    assert_eq!(of("sex", Term::Missing, Some("active")), Some(1.0));
    assert_eq!(of("sex = F", Term::Count, Some("placebo")), Some(2.0));
    assert_eq!(of("sex = F", Term::Share, Some("active")), Some(0.5));
    let spread = ((0.25 + 2.0 / 9.0) / 2.0_f64).sqrt();
    near(of("sex = F", Term::StandardisedDifference, Some("active")), (0.5 - 2.0 / 3.0) / spread);
    assert_eq!(of("sex = M", Term::StandardisedDifference, Some("active")), None, "M says what F says");
    // 42, 40, 44 and 40, 42.
    assert_eq!(of("score", Term::Mean, Some("placebo")), Some(42.0));
    assert_eq!(of("score", Term::Missing, Some("active")), Some(1.0));
    assert_eq!(of("score", Term::Mean, None), Some(41.6));
    assert!(notes(&answer).iter().any(|note| matches!(note, NoteKind::Imbalance { of: 3, .. })));
    assert!(answer.rows.iter().all(|row| row.analysis != BASELINE || row.p_value.is_none()));
}

#[test]
fn without_an_endpoint_the_dead_are_among_the_lost_and_it_is_said() {
    let answer = ask(&six(), &asked_in(Some("placebo"), None)).unwrap();
    assert_eq!(counted(&answer, Term::Died, "placebo", Some(4.0)), 0.0);
    assert_eq!(counted(&answer, Term::Withdrawn, "placebo", Some(4.0)), 1.0);
    assert!(notes(&answer).contains(&&NoteKind::DeathsUnknown));
}

#[test]
fn bad_input_says_why() {
    let trial = six();
    let error = ask(&trial, &asked_in(Some("placebo"), Some("relapse"))).unwrap_err();
    assert!(matches!(error, AnalysisError::NotInFiles { name, .. } if name == "relapse"));
    let mut wrong = asked(None);
    wrong.visits.outcome = "fvc".into();
    let error = ask(&trial, &plan(None, vec![AnalysisPlan::Patients(wrong)])).unwrap_err();
    assert!(matches!(error, AnalysisError::NotInFiles { .. }));

    // One arm: described, compared with nothing.
    let one = import(&[("visits.csv", "subject_id,arm,month,score\nA,x,0,40\nA,x,4,38\nB,x,0,40\n")]);
    let answer = ask(&one, &asked_in(None, None)).unwrap();
    assert_eq!(counted(&answer, Term::Seen, "x", Some(4.0)), 1.0);
    let unanswered = |answer: &Answer| {
        let kinds: Vec<NoteKind> = notes(answer).into_iter().filter(|kind| kind.is_unanswered()).cloned().collect();
        kinds
    };
    assert!(matches!(
        unanswered(&answer).as_slice(),
        [NoteKind::Unanswered { error: AnalysisError::OneArm { arms_with_data: 1 }, .. }]
    ));

    // An arm whom nobody belongs to in the analysis set.
    let files = [
        ("subjects.csv", "subject_id,arm,itt\nA,x,1\nB,x,1\nC,y,0\n"),
        ("visits.csv", "subject_id,month,score\nA,0,40\nA,4,40\nB,0,40\nC,0,30\nC,4,30\n"),
    ];
    let mut set = asked_in(Some("x"), None);
    set.analysis_set = Some("itt".into());
    let answer = ask(&import(&files), &set).unwrap();
    assert_eq!(counted(&answer, Term::InFiles, "y", None), 1.0);
    assert_eq!(counted(&answer, Term::InSet, "y", None), 0.0);
    assert_eq!(unanswered(&answer).len(), 1);
    assert!(answer.rows.iter().all(|row| row.outcome != "itt"), "the set is no characteristic");

    // Nobody has a baseline.
    let none = import(&[("visits.csv", "subject_id,arm,month,score\nA,x,4,40\nB,y,4,38\n")]);
    assert!(matches!(ask(&none, &asked_in(None, None)), Err(AnalysisError::NoBaseline { .. })));
}

#[test]
fn a_visit_after_death_is_told() {
    let files = [
        ("visits.csv", "subject_id,arm,month,score\nA,x,0,40\nA,x,4,38\nB,y,0,40\nB,y,4,38\n"),
        ("survival.csv", "subject_id,time_months,event\nA,1,1\nB,9,1\n"),
    ];
    let trial = import(&files);
    let endpoint = trial.trial.endpoints[0].name.clone();
    let answer = ask(&trial, &asked_in(Some("x"), Some(&endpoint))).unwrap();
    assert!(notes(&answer).iter().any(|kind| matches!(kind, NoteKind::SeenAfterEvent { subjects: 1, .. })));
    assert_eq!(counted(&answer, Term::Seen, "x", Some(4.0)), 1.0);
    assert_eq!(counted(&answer, Term::Died, "x", Some(2.0)), 1.0);
}

#[test]
fn progression_since_onset_by_hand() {
    let files = [
        ("subjects.csv", "subject_id,arm,months_since_onset\nA,x,8\nB,x,16\nC,y,12\nD,y,\n"),
        (
            "visits.csv",
            "subject_id,month,alsfrs_r_total\nA,0,40\nA,4,38\nB,0,40\nB,4,38\nC,0,36\nC,4,30\nD,0,36\nD,4,30\n",
        ),
    ];
    let trial = import(&files);
    let plan = Plan::default_for(&trial.trial, &trial.files);
    let asked = plan.patients().unwrap().clone();
    let answer = ask(&trial, &crate::plan(Some("x"), vec![AnalysisPlan::Patients(asked)])).unwrap();
    let rate = |group: &str, term: Term| {
        answer.rows.iter().find(|row| {
            row.outcome == "progression rate since onset" && row.term == term && row.group.as_deref() == Some(group)
        })
    };
    // 8 / 8 and 8 / 16; 12 / 12.
    near(rate("x", Term::Mean).unwrap().estimate, 0.75);
    near(rate("y", Term::Mean).unwrap().estimate, 1.0);
    assert_eq!(rate("y", Term::Missing).unwrap().estimate, Some(1.0));
    assert!(rate("y", Term::StandardisedDifference).is_none(), "one value has no spread");
}
