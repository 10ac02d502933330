//! Change from baseline.

use second_look::analysis::change::AncovaCovariate;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answered, NoteKind, Plan, Term};
use second_look::import::{Import, SourceFile};

use crate::{ask, import, near, notes, plan, row, rows, score_at_four};

/// Changes: placebo -2, -4, -6 (mean -4, variance 4); low 0, -2, -4 (mean -2, variance 4); high 1, -1 (mean 0,
/// variance 2).
fn three_arms() -> Import {
    import(&[
        (
            "subjects.csv",
            "subject_id,arm\nP1,placebo\nP2,placebo\nP3,placebo\nL1,low\nL2,low\nL3,low\nH1,high\nH2,high\n",
        ),
        (
            "visits.csv",
            "subject_id,month,score\n\
             P1,0,42\nP1,4,40\nP2,0,40\nP2,4,36\nP3,0,44\nP3,4,38\n\
             L1,0,40\nL1,4,40\nL2,0,42\nL2,4,40\nL3,0,44\nL3,4,40\n\
             H1,0,41\nH1,4,42\nH2,0,43\nH2,4,42\n",
        ),
    ])
}

fn asked_change(control: Option<&str>) -> Plan {
    plan(control, vec![AnalysisPlan::Change(score_at_four())])
}

#[test]
fn each_arm_is_compared_with_the_chosen_control() {
    let answer = ask(&three_arms(), &asked_change(Some("low"))).unwrap();
    let means: Vec<(&str, f64, u64)> = rows(&answer, AnalysisId::ChangeSummary, Term::MeanChange)
        .iter()
        .map(|row| (row.group.as_deref().unwrap(), row.estimate.unwrap(), row.n.unwrap()))
        .collect();
    assert_eq!(means, [("low", -2.0, 3), ("placebo", -4.0, 3), ("high", 0.0, 2)], "the control comes first");
    near(row(&answer, AnalysisId::ChangeSummary, Term::SdChange, "placebo").estimate, 2.0);
    near(row(&answer, AnalysisId::ChangeSummary, Term::BaselineMean, "high").estimate, 42.0);

    // placebo - low: -4 - -2 = -2; pooled variance 4, SE sqrt(4 (1/3 + 1/3)) = sqrt(8/3), df 3 + 3 - 2.
    let placebo = row(&answer, AnalysisId::ChangeStudent, Term::Difference, "placebo");
    assert_eq!(placebo.contrast.as_deref(), Some("placebo − low"));
    near(placebo.estimate, -2.0);
    near(placebo.std_error, (8.0_f64 / 3.0).sqrt());
    assert_eq!((placebo.df, placebo.n), (Some(4.0), Some(6)));

    // high - low: 0 - -2 = 2; pooled variance (2 x 4 + 1 x 2) / 3 = 10/3, SE sqrt(10/3 (1/2 + 1/3)) = 5/3, t 1.2.
    let high = row(&answer, AnalysisId::ChangeStudent, Term::Difference, "high");
    near(high.estimate, 2.0);
    near(high.std_error, 5.0 / 3.0);
    near(high.statistic, 1.2);
    assert_eq!(high.df, Some(3.0));

    // By Welch: SE^2 = 4/3 + 2/2 = 7/3; df = (7/3)^2 / ((4/3)^2 / 2 + 1^2 / 1) = (49/9) / (17/9) = 49/17.
    let welch = row(&answer, AnalysisId::ChangeWelch, Term::Difference, "high");
    near(welch.std_error, (7.0_f64 / 3.0).sqrt());
    near(welch.df, 49.0 / 17.0);

    // The question whether any arm differs is asked once, of the model.
    let arm_test = rows(&answer, AnalysisId::ChangeAncova, Term::ArmTest);
    assert_eq!(arm_test.len(), 1);
    assert_eq!((arm_test[0].df, arm_test[0].n, arm_test[0].group.as_ref()), (Some(2.0), Some(8), None));
}

#[test]
fn another_control_turns_the_same_difference_round() {
    let trial = three_arms();
    let low = ask(&trial, &asked_change(Some("low"))).unwrap();
    let placebo = ask(&trial, &asked_change(Some("placebo"))).unwrap();
    let one = row(&low, AnalysisId::ChangeStudent, Term::Difference, "placebo");
    let other = row(&placebo, AnalysisId::ChangeStudent, Term::Difference, "low");
    assert_eq!((one.estimate.map(|value| -value), one.p_value), (other.estimate, other.p_value));
    assert_eq!(one.conf_low.map(|value| -value), other.conf_high);
}

#[test]
fn a_control_that_is_not_there_is_an_error() {
    let error = ask(&three_arms(), &asked_change(Some("sham"))).unwrap_err();
    assert_eq!(error, AnalysisError::NoControl { control: "sham".into() });
}

#[test]
fn an_outcome_that_is_not_there_is_an_error() {
    let change = second_look::analysis::change::ChangePlan { outcome: "svc".into(), ..score_at_four() };
    let error = ask(&three_arms(), &plan(Some("low"), vec![AnalysisPlan::Change(change)])).unwrap_err();
    assert_eq!(error, AnalysisError::NotInFiles { what: "outcome".into(), name: "svc".into() });
}

/// Who counts at month 4 (3.5 to 4.5): A by 3.5, B by 4.5, C by 3.75 and not by the equally near 4.25; D (4.6) and E
/// (3.4) do not count; F has no visit after the start.
const WINDOWS: &str = "subject_id,arm,month,score\n\
    A,x,0,10\nA,x,3.5,11\n\
    B,x,0,10\nB,x,4.5,13\n\
    C,x,0,10\nC,x,3.75,15\nC,x,4.25,19\n\
    D,x,0,10\nD,x,4.6,90\n\
    E,x,0,10\nE,x,3.4,90\n\
    F,x,0,10\n\
    G,y,0,10\nG,y,4,10\nH,y,0,10\nH,y,4,12\n";

#[test]
fn a_visit_counts_within_its_window_and_the_nearest_counts_once() {
    let answer = ask(&import(&[("visits.csv", WINDOWS)]), &asked_change(Some("y"))).unwrap();
    // (1 + 3 + 5) / 3 and (0 + 2) / 2.
    let x = row(&answer, AnalysisId::ChangeSummary, Term::MeanChange, "x");
    assert_eq!((x.n, x.estimate), (Some(3), Some(3.0)));
    near(row(&answer, AnalysisId::ChangeStudent, Term::Difference, "x").estimate, 2.0);
    // Three of six are lost on one side, none of two on the other: both are said.
    let left_out = NoteKind::LeftOut { arm: "x".into(), at_month: 4.0, of: 6, without_baseline: 0, without_visit: 3 };
    assert!(notes(&answer).contains(&&left_out), "{:?}", answer.notes);
    assert!(answer.notes.iter().any(|note| note.kind.code() == "uneven_loss"));
}

#[test]
fn the_baseline_is_the_visit_that_the_rule_says() {
    // Last at or before the start: A -0.4 (20), B 0 (30), C none (only -0.6, too early, and 0.2).
    // Nearest the start: A 0.2 (24), B 0 (30), C 0.2 (44).
    let text = "subject_id,arm,month,score\n\
        A,x,-0.4,20\nA,x,0.2,24\nA,x,4,19\n\
        B,x,0,30\nB,x,0.3,99\nB,x,4,27\n\
        C,x,-0.6,40\nC,x,0.2,44\nC,x,4,38\n\
        D,y,0,10\nD,y,4,9\nE,y,0,10\nE,y,4,8\n";
    let trial = import(&[("visits.csv", text)]);
    let by = |baseline: BaselineRule| {
        let change = second_look::analysis::change::ChangePlan { baseline, ..score_at_four() };
        let answer = ask(&trial, &plan(Some("y"), vec![AnalysisPlan::Change(change)])).unwrap();
        let found = row(&answer, AnalysisId::ChangeSummary, Term::MeanChange, "x");
        (found.n.unwrap(), found.estimate.unwrap())
    };
    assert_eq!(by(BaselineRule::LastAtOrBeforeStart), (2, (-1.0 + -3.0) / 2.0));
    assert_eq!(by(BaselineRule::NearestStart), (3, (-5.0 + -3.0 + -6.0) / 3.0));
}

#[test]
fn days_are_months_of_30_4375_days() {
    // Day 122 is month 4.008; day 140 is month 4.6.
    let text = "subject_id,arm,day,score\nA,x,0,1\nA,x,122,3\nB,x,0,1\nB,x,140,9\nC,y,0,1\nC,y,121,1\n";
    let answer = ask(&import(&[("visits.csv", text)]), &asked_change(Some("y"))).unwrap();
    let x = row(&answer, AnalysisId::ChangeSummary, Term::MeanChange, "x");
    assert_eq!((x.n, x.estimate), (Some(1), Some(2.0)));
    assert_eq!((x.std_error, x.conf_low), (None, None), "one value has no spread");
}

#[test]
fn only_the_analysis_set_is_analysed() {
    let subjects = "subject_id,arm,per_protocol\nA,x,1\nB,x,1\nC,x,0\nD,y,1\nE,y,1\nF,y,\n";
    let visits = "subject_id,month,score\nA,0,1\nA,4,2\nB,0,1\nB,4,4\nC,0,1\nC,4,99\nD,0,1\nD,4,1\nE,0,1\nE,4,3\nF,0,1\nF,4,99\n";
    let trial = import(&[("subjects.csv", subjects), ("visits.csv", visits)]);
    let with_set = Plan { analysis_set: Some("per_protocol".into()), ..asked_change(Some("y")) };
    let answer = ask(&trial, &with_set).unwrap();
    // (1 + 3) / 2 - (0 + 2) / 2; C said no and F said nothing.
    let difference = row(&answer, AnalysisId::ChangeStudent, Term::Difference, "x");
    assert_eq!((difference.estimate, difference.n), (Some(1.0), Some(4)));
    assert!(notes(&answer).contains(&&NoteKind::OutsideSet { set: "per_protocol".into(), subjects: 2 }));

    let unknown = Plan { analysis_set: Some("itt".into()), ..asked_change(Some("y")) };
    let error = ask(&trial, &unknown).unwrap_err();
    assert_eq!(error, AnalysisError::NotInFiles { what: "analysis set".into(), name: "itt".into() });
}

#[test]
fn a_column_of_numbers_is_no_analysis_set() {
    let subjects = "subject_id,arm,age\nA,x,61\nB,x,70\nC,y,55\nD,y,48\n";
    let visits = "subject_id,month,score\nA,0,1\nA,4,2\nB,0,1\nB,4,4\nC,0,1\nC,4,1\nD,0,1\nD,4,3\n";
    let trial = import(&[("subjects.csv", subjects), ("visits.csv", visits)]);
    let error = ask(&trial, &Plan { analysis_set: Some("age".into()), ..asked_change(Some("y")) }).unwrap_err();
    assert!(matches!(error, AnalysisError::NotInFiles { ref name, .. } if name == "age"), "{error:?}");
}

/// Two arms x three sites x baselines 20 and 22, each once. Change = 2 [arm is x] + (0, 4, 1 by site)
/// + (baseline - 21) + e, e = +1 or -1: the product of the signs of arm and baseline, which nothing in the model can tell.
fn crossed(is_site_of_first_known: bool) -> Import {
    let mut subjects = String::from("subject_id,arm,site\n");
    let mut visits = String::from("subject_id,month,score\n");
    for (arm, sign) in [("x", 1), ("y", -1)] {
        for (site, effect) in [(701, 0), (702, 4), (705, 1)] {
            for baseline in [20, 22] {
                let id = format!("{arm}{site}{baseline}");
                let site = if id == "x70120" && !is_site_of_first_known { String::new() } else { site.to_string() };
                subjects.push_str(&format!("{id},{arm},{site}\n"));
                let change = (1 + sign) + effect + (baseline - 21) + sign * (baseline - 21);
                visits.push_str(&format!("{id},0,{baseline}\n{id},4,{}\n", baseline + change));
            }
        }
    }
    import(&[("subjects.csv", &subjects), ("visits.csv", &visits)])
}

fn by_site(as_factor: bool) -> Plan {
    let covariates = vec![AncovaCovariate { name: "site".into(), as_factor }];
    let change = second_look::analysis::change::ChangePlan { covariates, ..score_at_four() };
    plan(Some("y"), vec![AnalysisPlan::Change(change)])
}

#[test]
fn codes_enter_as_groups_when_asked() {
    let trial = crossed(true);
    // The design is balanced, so the arms' effect is 2 whatever else is in the model. As groups: residual sum of squares
    // 12, df 12 - (1 + 1 + 1 + 2) = 7, SE sqrt(12/7 (1/6 + 1/6)) = sqrt(4/7).
    let answer = ask(&trial, &by_site(true)).unwrap();
    let groups = row(&answer, AnalysisId::ChangeAncova, Term::Difference, "x");
    near(groups.estimate, 2.0);
    near(groups.std_error, (4.0_f64 / 7.0).sqrt());
    assert_eq!((groups.df, groups.n), (Some(7.0), Some(12)));
    assert_eq!(groups.method.as_deref(), Some("change ~ arm + baseline + site (groups)"));
    // As numbers one column less, and sites 0, 4, 1 do not lie on a line.
    let answer = ask(&trial, &by_site(false)).unwrap();
    let line = row(&answer, AnalysisId::ChangeAncova, Term::Difference, "x");
    near(line.estimate, 2.0);
    assert_eq!(line.df, Some(8.0));
    assert!(line.std_error > groups.std_error);
    assert_eq!(line.method.as_deref(), Some("change ~ arm + baseline + site"));
}

#[test]
fn a_missing_covariate_drops_the_subject_from_the_model_only() {
    let answer = ask(&crossed(false), &by_site(true)).unwrap();
    assert_eq!(row(&answer, AnalysisId::ChangeAncova, Term::Difference, "x").n, Some(11));
    assert_eq!(row(&answer, AnalysisId::ChangeStudent, Term::Difference, "x").n, Some(12));
    assert!(notes(&answer).contains(&&NoteKind::MissingCovariate { covariate: "site".into(), subjects: 1 }));
}

#[test]
fn a_covariate_that_is_not_there_leaves_the_other_tests_standing() {
    let covariates = vec![AncovaCovariate { name: "centre".into(), as_factor: true }];
    let change = second_look::analysis::change::ChangePlan { covariates, ..score_at_four() };
    let answer = ask(&crossed(true), &plan(Some("y"), vec![AnalysisPlan::Change(change)])).unwrap();
    assert_eq!(rows(&answer, AnalysisId::ChangeAncova, Term::Difference).len(), 0);
    assert_eq!(rows(&answer, AnalysisId::ChangeStudent, Term::Difference).len(), 1);
    let error = AnalysisError::NotInFiles { what: "covariate".into(), name: "centre".into() };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: Some(4.0), error }));
}

#[test]
fn one_arm_is_described_and_not_compared() {
    let text = "subject_id,arm,month,score\nA,x,0,10\nA,x,4,8\nB,x,0,10\nB,x,4,6\n";
    let answer = ask(&import(&[("visits.csv", text)]), &asked_change(None)).unwrap();
    near(row(&answer, AnalysisId::ChangeSummary, Term::MeanChange, "x").estimate, -3.0);
    assert!(answer.rows.iter().all(|row| row.analysis == AnalysisId::ChangeSummary));
    let error = AnalysisError::OneArm { arms_with_data: 1 };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: Some(4.0), error }));
}

#[test]
fn without_a_baseline_there_is_no_change() {
    let text = "subject_id,arm,month,score\nA,x,1,10\nA,x,4,8\nB,y,1,10\nB,y,4,6\n";
    let error = ask(&import(&[("visits.csv", text)]), &asked_change(Some("y"))).unwrap_err();
    assert_eq!(error, AnalysisError::NoBaseline { outcome: "score".into() });
}

#[test]
fn an_arm_nobody_was_seen_in_leaves_the_others_answered() {
    let subjects = "subject_id,arm\nA,x\nB,x\nC,y\nD,y\nE,z\n";
    let visits = "subject_id,month,score\nA,0,1\nA,4,2\nB,0,2\nB,4,5\nC,0,1\nC,4,1\nD,0,4\nD,4,6\nE,0,5\n";
    let answer = ask(&import(&[("subjects.csv", subjects), ("visits.csv", visits)]), &asked_change(Some("y"))).unwrap();
    // (1 + 3) / 2 - (0 + 2) / 2.
    near(row(&answer, AnalysisId::ChangeStudent, Term::Difference, "x").estimate, 1.0);
    assert!(
        rows(&answer, AnalysisId::ChangeStudent, Term::Difference).iter().all(|row| row.group.as_deref() != Some("z"))
    );
    let unanswered: Vec<_> = answer.notes.iter().filter(|note| note.kind.is_unanswered()).collect();
    assert!(
        !unanswered.is_empty()
            && unanswered
                .iter()
                .all(|note| { matches!(&note.kind, NoteKind::Unanswered { group: Some(group), .. } if group == "z") }),
        "{unanswered:?}"
    );
}

#[test]
fn without_arms_everyone_is_one_group_that_is_described() {
    let files = [SourceFile::new(
        "visits.csv",
        b"subject_id,month,alsfrs_r_total\nA,0,40\nA,3,38\nB,0,41\nB,3,36\nC,0,30\nC,3,29\n",
    )];
    let import = second_look::import::read_trial(&files, None, &mut |_, _| {});
    let plan = Plan::default_for(&import.trial, &import.files);
    let answers = second_look::engine::run(&import, &plan, &mut |_, _| {});
    let is_change = |answered: &&Answered| matches!(answered.asked, AnalysisPlan::Change(_));
    let answer = answers.iter().find(is_change).unwrap().result.as_ref().unwrap();
    // Changes −2, −5, −1: mean −8/3.
    let row = answer.rows.iter().find(|row| row.term == Term::MeanChange).unwrap();
    assert_eq!((row.group.as_deref(), row.n), (Some("Everyone"), Some(3)));
    assert!((row.estimate.unwrap() + 8.0 / 3.0).abs() < 1e-12);
    assert!(answer.rows.iter().all(|row| row.term != Term::Difference));
    assert!(answer.notes.iter().any(|note| note.kind.is_unanswered()));
}

#[test]
fn a_large_constant_in_the_outcome_takes_no_digits_from_the_adjusted_difference() {
    // Whole numbers below 2^53: the changes are the same to the last bit, and so must the contrast be but for rounding.
    let trial = |constant: u64| {
        let scores = [(42, 40), (40, 36), (44, 38), (45, 40), (40, 40), (42, 40), (44, 40), (41, 42)];
        let mut text = String::from("subject_id,arm,month,score\n");
        for (subject, (baseline, later)) in scores.into_iter().enumerate() {
            let arm = if subject < 4 { "y" } else { "x" };
            text.push_str(&format!(
                "S{subject},{arm},0,{}\nS{subject},{arm},4,{}\n",
                constant + baseline,
                constant + later
            ));
        }
        import(&[("visits.csv", &text)])
    };
    let adjusted = |constant: u64| {
        let answer = ask(&trial(constant), &asked_change(Some("y"))).unwrap();
        row(&answer, AnalysisId::ChangeAncova, Term::Difference, "x").clone()
    };
    let small = adjusted(0);
    for constant in [1_000_000, 1_000_000_000_000] {
        let large = adjusted(constant);
        near(large.estimate, small.estimate.unwrap());
        near(large.std_error, small.std_error.unwrap());
        near(large.p_value, small.p_value.unwrap());
    }
}
