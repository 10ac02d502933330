//! Slopes before and after the start, and responders.

use second_look::analysis::slope::{Criterion, MissingRule, SlopeMethod, SlopePlan, responder_words};
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, Finding, NoteKind, Plan, Term};
use second_look::import::Import;

use crate::demo::demo;
use crate::{ask, import, near, near_by, notes, plan, score_at_four};

const PRINTED: &str = include_str!("../../docs/demo.md");

/// Slopes before and after: P1 -2, -1; P2 -1, -2; P3 0, -1/2; A1 -2, 0; A2 -1, -1/2; A3 none, -1/4; A4 -2, none.
fn seven() -> Import {
    import(&[
        (
            "subjects.csv",
            "subject_id,arm\nP1,placebo\nP2,placebo\nP3,placebo\nA1,active\nA2,active\nA3,active\nA4,active\n",
        ),
        (
            "visits.csv",
            "subject_id,month,score\nP1,-2,44\nP1,0,40\nP1,4,36\nP2,-2,42\nP2,0,40\nP2,4,32\nP3,-2,40\nP3,0,40\nP3,4,38\n\
             A1,-2,44\nA1,0,40\nA1,4,40\nA2,-2,42\nA2,0,40\nA2,4,38\nA3,0,40\nA3,4,39\nA4,-2,44\nA4,0,40\n",
        ),
    ])
}

fn asked() -> SlopePlan {
    SlopePlan {
        visits: score_at_four().visits(),
        method: SlopeMethod::TwoPoint,
        thresholds_percent: vec![50.0, 100.0],
        primary_threshold_percent: 50.0,
        threshold_points: 1.25,
        missing: MissingRule::Excluded,
        higher_is_better: true,
    }
}

fn asked_in(control: Option<&str>, slope: SlopePlan) -> Plan {
    plan(control, vec![AnalysisPlan::Slope(slope)])
}

#[track_caller]
fn found<'a>(answer: &'a Answer, term: Term, group: &str, method: &str) -> &'a Finding {
    let is_it = |row: &&Finding| {
        row.term == term && row.group.as_deref() == Some(group) && row.method.as_deref() == Some(method)
    };
    let found: Vec<&Finding> = answer.rows.iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{term:?} {group} {method}");
    found[0]
}

fn words(criterion: Criterion, missing: MissingRule) -> String {
    responder_words(criterion, SlopeMethod::TwoPoint, missing)
}

fn unanswered(answer: &Answer) -> Vec<AnalysisError> {
    notes(answer)
        .into_iter()
        .filter_map(|kind| if let NoteKind::Unanswered { error, .. } = kind { Some(error.clone()) } else { None })
        .collect()
}

#[test]
fn slopes_and_their_change_by_hand() {
    let answer = ask(&seven(), &asked_in(Some("placebo"), asked())).unwrap();
    let mean = |term: Term, group: &str| {
        let row = found(&answer, term, group, "two-point slopes");
        (row.estimate.unwrap(), row.n.unwrap())
    };
    assert_eq!(mean(Term::LeadInSlope, "placebo"), (-1.0, 3));
    assert_eq!(mean(Term::LeadInSlope, "active"), (-1.5, 2), "of those with both slopes");
    assert_eq!(mean(Term::FollowUpSlope, "active"), (-0.25, 3), "of all with a slope after");
    // Changes 1, -1, -1/2 and 2, 1/2.
    near(found(&answer, Term::SlopeChange, "placebo", "two-point slopes").estimate, -1.0 / 6.0);
    assert_eq!(mean(Term::SlopeChange, "active"), (1.25, 2));
    // Squares about the means: 13/6 and 9/8; pooled variance (13/6 + 9/8) / 3 = 79/72.
    let student = found(&answer, Term::Difference, "active", "two-point slopes; Student’s t");
    near(student.estimate, 17.0 / 12.0);
    near(student.std_error, (79.0_f64 / 72.0 * (1.0 / 3.0 + 1.0 / 2.0)).sqrt());
    assert_eq!((student.df, student.n), (Some(3.0), Some(5)));
    // Changes 1, -1, -1/2 on -2, -1, 0: (-1 x 1 + 1 x -1/2) / 2.
    near(found(&answer, Term::ChangeOnLeadIn, "placebo", "two-point slopes").estimate, -0.75);
    // Two visits a span: the line through them is the slope between them.
    let least = found(&answer, Term::Difference, "active", "least-squares slopes; Student’s t");
    near(least.estimate, 17.0 / 12.0);
}

#[test]
fn responders_by_each_rule_by_hand() {
    let answer = ask(&seven(), &asked_in(Some("placebo"), asked())).unwrap();
    let count = |group: &str, criterion: Criterion, missing: MissingRule| {
        let row = found(&answer, Term::Count, group, &words(criterion, missing));
        (row.estimate.unwrap(), row.n.unwrap())
    };
    use Criterion::{Percent, Points};
    use MissingRule::{Excluded, NonResponder};
    // P1 and A2 meet 50 % exactly; A1 meets 100 %.
    assert_eq!(count("placebo", Percent(50.0), Excluded), (1.0, 2));
    assert_eq!(count("active", Percent(50.0), Excluded), (2.0, 2));
    assert_eq!(count("placebo", Percent(50.0), NonResponder), (1.0, 3));
    assert_eq!(count("active", Percent(50.0), NonResponder), (2.0, 4));
    assert_eq!(count("active", Percent(100.0), Excluded), (1.0, 2));
    assert_eq!(count("placebo", Points(1.25), Excluded), (0.0, 3), "P3 has a change, though no percentage");
    assert_eq!(count("active", Points(1.25), Excluded), (1.0, 2));
    let lost = |group: &str| {
        [Term::WithoutFollowUp, Term::WithoutLeadIn, Term::WithoutDecline]
            .map(|term| found(&answer, term, group, "two-point slopes").estimate.unwrap())
    };
    assert_eq!(lost("placebo"), [0.0, 0.0, 1.0]);
    assert_eq!(lost("active"), [1.0, 1.0, 0.0]);
    // 2/2 - 1/2; no odds ratio with an empty cell; an expected count below 5, so Fisher: all tables have p 1.
    let of = words(Percent(50.0), Excluded);
    assert_eq!(found(&answer, Term::RiskDifference, "active", &of).estimate, Some(0.5));
    assert!(answer.rows.iter().all(|row| row.term != Term::OddsRatio || row.method.as_deref() != Some(&of)));
    let rule = found(&answer, Term::ResponderTest, "active", &of);
    assert!(rule.note.as_deref().unwrap().starts_with("Fisher"));
    near(rule.p_value, 1.0);
}

#[test]
fn the_demo_is_as_its_document_prints_it() {
    let (trial, all) = demo();
    let mut slope = all.slope().unwrap().clone();
    slope.visits.primary_month = 4.0;
    let answer = ask(&trial, &Plan { analyses: vec![AnalysisPlan::Slope(slope)], ..all }).unwrap();
    let row = |term: Term, group: &str, method: &str| found(&answer, term, group, method);
    let printed = |text: &str| assert!(PRINTED.contains(text), "docs/demo.md does not say {text:?}");
    for (arm, expected) in [("MSC", "1.1302 (1.3293)"), ("Control", "0.0309 (1.3296)")] {
        let mean = row(Term::SlopeChange, arm, "two-point slopes").estimate.unwrap();
        let sd = row(Term::SdSlopeChange, arm, "two-point slopes").estimate.unwrap();
        assert_eq!(format!("{mean:.4} ({sd:.4})"), expected);
        printed(expected);
    }
    let student = row(Term::Difference, "MSC", "two-point slopes; Student’s t");
    let [estimate, error, low, high, p] =
        [student.estimate, student.std_error, student.conf_low, student.conf_high, student.p_value].map(Option::unwrap);
    let text = format!("{estimate:.4} (SE {error:.4}; {low:.4} to {high:.4}), p {p:.5}");
    printed(&text);
    let count = |group: &str, percent: f64, method: SlopeMethod| {
        let words = responder_words(Criterion::Percent(percent), method, MissingRule::Excluded);
        row(Term::Count, group, &words).estimate.unwrap() as usize
    };
    let counts = |group: &str, method: SlopeMethod| [50.0, 75.0, 100.0].map(|percent| count(group, percent, method));
    assert_eq!(counts("MSC", SlopeMethod::TwoPoint), [22, 18, 13]);
    assert_eq!(counts("Control", SlopeMethod::TwoPoint), [5, 2, 1]);
    printed("the MSC arm's month-4 counts are 23, 19 and 13, the control arm's the same as above");
    assert_eq!(counts("MSC", SlopeMethod::LeastSquares), [23, 19, 13]);
    assert_eq!(counts("Control", SlopeMethod::LeastSquares), [5, 2, 1]);
}

#[test]
fn the_published_p_values_of_responders_come_out() {
    // 22 of 32 against 5 of 27 and 13 of 32 against 1 of 27: printed as < 0.001 and 0.001.
    let (trial, all) = demo();
    let mut slope = all.slope().unwrap().clone();
    slope.visits.primary_month = 4.0;
    let answer = ask(&trial, &Plan { analyses: vec![AnalysisPlan::Slope(slope)], ..all }).unwrap();
    let p = |percent: f64, term: Term| {
        found(&answer, term, "MSC", &words(Criterion::Percent(percent), MissingRule::Excluded)).p_value
    };
    near_by(p(50.0, Term::ChiSquared), 0.00011, 0.000005);
    near_by(p(50.0, Term::FisherExact), 0.00019, 0.000005);
    near_by(p(100.0, Term::ChiSquared), 0.00090, 0.000005);
    near_by(p(100.0, Term::FisherExact), 0.00144, 0.000005);
}

#[test]
fn without_a_lead_in_the_slopes_after_are_compared() {
    let files = [(
        "visits.csv",
        "subject_id,arm,month,score\nA,x,0,40\nA,x,4,38\nB,x,0,40\nB,x,4,36\nC,y,0,40\nC,y,4,40\nD,y,0,40\nD,y,4,38\n",
    )];
    let answer = ask(&import(&files), &asked_in(Some("x"), asked())).unwrap();
    // -1/2, -1 and 0, -1/2.
    near(found(&answer, Term::FollowUpDifference, "y", "two-point slopes; Student’s t").estimate, 0.5);
    assert!(answer.rows.iter().all(|row| row.analysis == AnalysisId::SlopeChange && row.term != Term::Difference));
    assert_eq!(unanswered(&answer), [AnalysisError::NoLeadIn { outcome: "score".into() }]);
}

#[test]
fn a_score_that_rises_is_turned_round() {
    let trial = seven();
    let answer = ask(&trial, &asked_in(Some("placebo"), SlopePlan { higher_is_better: false, ..asked() })).unwrap();
    let of = words(Criterion::Percent(50.0), MissingRule::Excluded);
    assert!(answer.rows.iter().all(|row| row.term != Term::Share || row.method.as_deref() != Some(&of)));
    assert!(notes(&answer).iter().any(|kind| matches!(kind, NoteKind::MostImprove { .. })));
    // The difference itself has no direction.
    near(found(&answer, Term::Difference, "active", "two-point slopes; Student’s t").estimate, 17.0 / 12.0);
    // Nobody rose before the start: nobody can be judged.
    assert!(matches!(unanswered(&answer).as_slice(), [AnalysisError::TooFew { need: 1, got: 0, .. }]));
}

#[test]
fn bad_input_says_why() {
    let trial = seven();
    let mut late = asked();
    late.visits.target_months = vec![4.0, 12.0];
    late.visits.primary_month = 12.0;
    assert!(matches!(ask(&trial, &asked_in(None, late)), Err(AnalysisError::NoFollowUp { month: 12.0, .. })));

    // One arm: described, compared with nothing.
    let one = import(&[("visits.csv", "subject_id,arm,month,score\nA,x,-2,44\nA,x,0,40\nA,x,4,38\nB,x,0,40\n")]);
    let answer = ask(&one, &asked_in(None, asked())).unwrap();
    assert_eq!(unanswered(&answer), [AnalysisError::OneArm { arms_with_data: 1 }]);
    let share = found(&answer, Term::Share, "x", &words(Criterion::Percent(50.0), MissingRule::Excluded));
    assert_eq!((share.estimate, share.n), (Some(1.0), Some(1)));

    // Lead-in slopes that are all alike: the t-tests stand.
    let alike = "subject_id,arm,month,score\n\
        A,x,-2,44\nA,x,0,40\nA,x,4,38\nB,x,-2,44\nB,x,0,40\nB,x,4,36\nC,x,-2,44\nC,x,0,40\nC,x,4,36\n\
        D,y,-2,44\nD,y,0,40\nD,y,4,40\nE,y,-2,44\nE,y,0,40\nE,y,4,39\n";
    let answer = ask(&import(&[("visits.csv", alike)]), &asked_in(Some("x"), asked())).unwrap();
    assert_eq!(unanswered(&answer), [AnalysisError::Singular { column: "lead-in slope".into() }]);
    assert!(found(&answer, Term::Difference, "y", "two-point slopes; Welch’s t").p_value.is_some());

    // An arm without a visit at the month.
    let empty = "subject_id,arm,month,score\n\
        A,x,-2,44\nA,x,0,40\nA,x,4,38\nB,x,-2,43\nB,x,0,40\nB,x,4,36\nC,x,-2,42\nC,x,0,40\nC,x,4,36\nD,y,-2,44\nD,y,0,40\n";
    let answer = ask(&import(&[("visits.csv", empty)]), &asked_in(Some("x"), asked())).unwrap();
    let reasons = unanswered(&answer);
    assert!(reasons.iter().any(|error| matches!(error, AnalysisError::TooFew { got: 0, .. })), "{reasons:?}");
    assert_eq!(found(&answer, Term::FollowUpSlope, "x", "two-point slopes").n, Some(3));

    for (wrong, word) in [
        (SlopePlan { thresholds_percent: vec![75.0, 50.0], ..asked() }, "thresholds_percent"),
        (SlopePlan { primary_threshold_percent: 60.0, ..asked() }, "primary_threshold_percent"),
        (SlopePlan { threshold_points: 0.0, ..asked() }, "threshold_points"),
    ] {
        assert!(wrong.problem().unwrap().contains(word));
    }
}
