//! Change from baseline.

use second_look::analysis::change::{
    AncovaCovariate, ChangeMethod, ChangePlan, DeathRule, ErrorRule, Margins, MissingRule,
};
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answered, Detail, NoteKind, Plan, Term};
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
    let change = ChangePlan { outcome: "svc".into(), ..score_at_four() };
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
        let change = ChangePlan { baseline, ..score_at_four() };
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
    let change = ChangePlan { covariates, ..score_at_four() };
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
    let change = ChangePlan { covariates, ..score_at_four() };
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

#[test]
fn ranks_and_shift_by_hand() {
    // high 1, -1 against low 0, -2, -4: five of six pairs. Differences -1 1 1 3 3 5. Of the ten ways to deal five
    // ranks, U is 0, 1, 5 or 6 in four.
    let answer = ask(&three_arms(), &asked_change(Some("low"))).unwrap();
    let shift = row(&answer, AnalysisId::ChangeMannWhitney, Term::Difference, "high");
    assert_eq!((shift.n, shift.estimate, shift.statistic), (Some(5), Some(2.0), Some(5.0)));
    assert_eq!((shift.conf_low, shift.conf_high), (Some(-1.0), Some(5.0)));
    near(shift.p_value, 0.4);
    near(row(&answer, AnalysisId::ChangeMannWhitney, Term::Superiority, "high").estimate, 5.0 / 6.0);
    // g: 2 / sqrt(10/3) times Gamma(3/2) / (sqrt(3/2) Gamma(1)).
    let j = std::f64::consts::PI.sqrt() / 2.0 / 1.5_f64.sqrt();
    near(row(&answer, AnalysisId::ChangeStudent, Term::EffectSize, "high").estimate, j * 2.0 / (10.0_f64 / 3.0).sqrt());
}

/// Month 4: x has B −1; A was last seen at month 2 with −2; C died at 1. y has D −10 and E −4; F was last seen at
/// month 2 with −20 and died at 3.
fn with_deaths() -> Import {
    import(&[
        (
            "visits.csv",
            "subject_id,arm,month,alsfrs_r_total\nA,x,0,40\nA,x,2,38\nB,x,0,40\nB,x,4,39\nC,x,0,40\n\
             D,y,0,40\nD,y,4,30\nE,y,0,40\nE,y,4,36\nF,y,0,40\nF,y,2,20\n",
        ),
        ("survival.csv", "subject_id,time_months,event\nA,12,0\nB,12,0\nC,1,1\nD,12,0\nE,12,0\nF,3,1\n"),
    ])
}

fn by_rules(missing: MissingRule, death: DeathRule, method: ChangeMethod) -> Plan {
    let change = ChangePlan {
        outcome: "alsfrs_r_total".into(),
        missing,
        death,
        method,
        endpoint: Some("death".into()),
        ..score_at_four()
    };
    plan(Some("y"), vec![AnalysisPlan::Change(change)])
}

#[test]
fn missing_visits_and_deaths_are_taken_as_asked() {
    let trial = with_deaths();
    assert_eq!(trial.trial.endpoints[0].name, "death");
    let means = |missing, death| {
        let answer = ask(&trial, &by_rules(missing, death, ChangeMethod::Student)).unwrap();
        ["x", "y"].map(|arm| {
            let row = row(&answer, AnalysisId::ChangeSummary, Term::MeanChange, arm);
            (row.n.unwrap(), row.estimate.unwrap())
        })
    };
    assert_eq!(means(MissingRule::Observed, DeathRule::AsMissing), [(1, -1.0), (2, -7.0)]);
    assert_eq!(means(MissingRule::Locf, DeathRule::AsMissing), [(2, -1.5), (3, -34.0 / 3.0)]);
    assert_eq!(means(MissingRule::Observed, DeathRule::Zero), [(2, -20.5), (3, -18.0)]);
    let [(n, mean), control] = means(MissingRule::Locf, DeathRule::Zero);
    near(Some(mean), -43.0 / 3.0);
    assert_eq!((n, control), (3, (3, -18.0)));

    // Worst rank: C (1) < F (3) < D < E < B, so that x has three of six pairs.
    let answer =
        ask(&trial, &by_rules(MissingRule::Observed, DeathRule::WorstRank, ChangeMethod::MannWhitney)).unwrap();
    let above = row(&answer, AnalysisId::ChangeMannWhitney, Term::Superiority, "x");
    assert_eq!((above.n, above.estimate, above.statistic, above.p_value), (Some(5), Some(0.5), Some(3.0), Some(1.0)));
    assert!(rows(&answer, AnalysisId::ChangeMannWhitney, Term::Difference).is_empty(), "a rank is no number");
    // The tests of means compare survivors: -1 against -7.
    near(row(&answer, AnalysisId::ChangeStudent, Term::Difference, "x").estimate, 6.0);
    assert_eq!(row(&answer, AnalysisId::ChangeSummary, Term::Deaths, "x").estimate, Some(1.0));
    let note = NoteKind::DeathsBefore {
        at_month: 4.0,
        arm: "x".into(),
        deaths: 1,
        of: 3,
        control: "y".into(),
        control_deaths: 1,
        control_of: 3,
    };
    assert!(notes(&answer).contains(&&note));
}

#[test]
fn the_other_rules_stand_beside_the_plans_own() {
    let answer =
        ask(&with_deaths(), &by_rules(MissingRule::Observed, DeathRule::AsMissing, ChangeMethod::Student)).unwrap();
    let found: Vec<(&str, f64)> = rows(&answer, AnalysisId::ChangeStudent, Term::SensitivityDifference)
        .iter()
        .map(|row| (row.method.as_deref().unwrap(), row.estimate.unwrap()))
        .collect();
    let expected = [
        ("observed", 6.0),
        ("last observation carried forward", -1.5 + 34.0 / 3.0),
        ("observed, death as zero", -2.5),
        ("last observation carried forward, death as zero", -43.0 / 3.0 + 18.0),
    ];
    assert_eq!(found.len(), expected.len());
    for ((words, value), (other, wanted)) in found.into_iter().zip(expected) {
        assert_eq!(words, other);
        near(Some(value), wanted);
    }
    let ranked: Vec<f64> = rows(&answer, AnalysisId::ChangeMannWhitney, Term::SensitivitySuperiority)
        .iter()
        .filter(|row| row.method.as_deref().unwrap().ends_with("worst rank"))
        .map(|row| row.estimate.unwrap())
        .collect();
    // With A's -2 carried forward x has 2 x 3 of 3 x 3 pairs.
    assert_eq!(ranked, [0.5, 6.0 / 9.0]);
}

#[test]
fn deaths_that_no_file_tells_are_not_made_up() {
    let named = ChangePlan { endpoint: Some("death".into()), ..score_at_four() };
    let answer = ask(&three_arms(), &plan(Some("low"), vec![AnalysisPlan::Change(named.clone())])).unwrap();
    let error = AnalysisError::NotInFiles { what: "endpoint".into(), name: "death".into() };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: Some(4.0), error: error.clone() }));
    assert!(rows(&answer, AnalysisId::ChangeSummary, Term::Deaths).is_empty());
    let ranked = ChangePlan { death: DeathRule::WorstRank, ..named };
    let refused = ask(&three_arms(), &plan(Some("low"), vec![AnalysisPlan::Change(ranked.clone())])).unwrap_err();
    assert_eq!(refused, error);
    // Zero is the ALSFRS-R's floor, not any score's; and no rule for deaths without an endpoint.
    assert!(ChangePlan { death: DeathRule::Zero, ..ranked.clone() }.problem().is_some());
    assert!(ChangePlan { endpoint: None, ..ranked.clone() }.problem().is_some());
    assert!(ranked.problem().is_none());
}

#[test]
fn everybody_and_every_site_is_left_out_once() {
    // Changes x 4 5 9 (mean 6), y 1 2 3 (mean 2). Without 9: 4.5 - 2; without 4: 7 - 2. Site s is 4 and 1: without it
    // 7 - 2.5; without t one against one is left, which Student cannot test. The site of onset is no site.
    let trial = import(&[
        (
            "subjects.csv",
            "subject_id,arm,onset_site,site\nA,x,limb,s\nB,x,bulbar,t\nC,x,limb,t\nD,y,limb,s\nE,y,bulbar,t\nF,y,limb,t\n",
        ),
        (
            "visits.csv",
            "subject_id,month,score\nA,0,1\nA,4,5\nB,0,2\nB,4,7\nC,0,1\nC,4,10\nD,0,3\nD,4,4\nE,0,1\nE,4,3\nF,0,4\nF,4,7\n",
        ),
    ]);
    let answer = ask(&trial, &asked_change(Some("y"))).unwrap();
    let number = |term| {
        let row = row(&answer, AnalysisId::ChangeStudent, term, "x");
        (row.n.unwrap(), row.estimate.unwrap())
    };
    assert_eq!(number(Term::LeastWithoutPatient), (6, 2.5));
    assert_eq!(number(Term::GreatestWithoutPatient), (6, 5.0));
    assert_eq!((number(Term::LeastWithoutSite), number(Term::GreatestWithoutSite)), ((1, 4.5), (1, 4.5)));
    // t = 4 / sqrt(16/4 x 2/3) = 2.45 on 4 df is short of 2.78; without 9: SE sqrt(2.5/3 x 5/6) = 0.83, t 3.0, short of
    // 3.18; without 4: SE sqrt(10/3 x 5/6) = 1.67, t 3.0. Without 5 wider still; without 1: SE sqrt(14.5/3 x 5/6).
    assert_eq!(number(Term::DecisivePatients), (6, 0.0));
    let Detail::Change(detail) = &answer.detail else { panic!("another analysis") };
    assert_eq!(detail.left_out.len(), 7);
    // Six residuals that add up to nothing, from the lowest up; quantiles as many on either side.
    let sum: f64 = detail.residuals.iter().map(|point| point.standardised).sum();
    assert!(sum.abs() < 1e-12 && detail.residuals.len() == 6);
    assert!(detail.residuals.windows(2).all(|pair| pair[0].standardised <= pair[1].standardised));
    near(Some(detail.residuals[5].standardised), 3.0 / (4.0_f64 * 2.0 / 3.0).sqrt());
    // And no export tells who.
    let rows = serde_json::to_string(&(&answer.rows, &answer.notes)).unwrap();
    assert!(!rows.contains("\"A\"") && !rows.contains("\"C\""));
}

#[test]
fn robust_errors_and_margins_reach_the_model() {
    let trial = crossed(true);
    let with = |standard_error, margins| {
        let covariates = vec![AncovaCovariate { name: "site".into(), as_factor: true }];
        let change = ChangePlan { covariates, standard_error, margins, ..score_at_four() };
        ask(&trial, &plan(Some("y"), vec![AnalysisPlan::Change(change)])).unwrap()
    };
    // Residuals are all of size 1, leverages all 5 of 12: HC3 is 1 / (7/12)^2 / 12 x 4, classical 12/7 / 12 x 4.
    let robust = with(ErrorRule::Hc3, Margins::Proportional);
    let row_of = |answer: &_| row(answer, AnalysisId::ChangeAncova, Term::Difference, "x").clone();
    near(row_of(&robust).std_error, (4.0_f64 / 12.0).sqrt() * 12.0 / 7.0);
    assert_eq!(row_of(&robust).method.as_deref(), Some("change ~ arm + baseline + site (groups), HC3 standard errors"));
    // Balanced: adjusted means are means, 2 + 5/3 and 5/3 less 0 by any margins.
    for answer in [&robust, &with(ErrorRule::Classical, Margins::Equal)] {
        near(row(answer, AnalysisId::ChangeAncova, Term::LsMean, "x").estimate, 2.0 + 5.0 / 3.0);
        near(row(answer, AnalysisId::ChangeAncova, Term::LsMean, "y").estimate, 5.0 / 3.0);
        let effects = rows(answer, AnalysisId::ChangeAncova, Term::EffectTest);
        let names: Vec<&str> = effects.iter().map(|row| row.contrast.as_deref().unwrap()).collect();
        assert_eq!(names, ["baseline", "site"]);
    }
    // The slopes are 2 and 0 and nothing is left: the answer says so rather than an F without a residual.
    let plain = with(ErrorRule::Classical, Margins::Equal);
    assert!(rows(&plain, AnalysisId::ChangeAncova, Term::SlopeHomogeneity).is_empty());
}

#[test]
fn one_alone_in_a_site_leaves_hc3_without_a_residual() {
    let subjects = "subject_id,arm,site\nA,x,s\nB,x,s\nC,x,t\nD,y,s\nE,y,s\nF,y,s\n";
    let visits =
        "subject_id,month,score\nA,0,1\nA,4,5\nB,0,2\nB,4,7\nC,0,1\nC,4,10\nD,0,3\nD,4,4\nE,0,1\nE,4,3\nF,0,4\nF,4,7\n";
    let trial = import(&[("subjects.csv", subjects), ("visits.csv", visits)]);
    let with = |standard_error| {
        let covariates = vec![AncovaCovariate { name: "site".into(), as_factor: true }];
        let change = ChangePlan { covariates, standard_error, ..score_at_four() };
        ask(&trial, &plan(Some("y"), vec![AnalysisPlan::Change(change)])).unwrap()
    };
    let error = AnalysisError::AloneInGroup { what: "ANCOVA".into() };
    let unanswered = NoteKind::Unanswered { group: None, at_month: Some(4.0), error };
    let robust = with(ErrorRule::Hc3);
    assert!(notes(&robust).contains(&&unanswered), "{:?}", robust.notes);
    assert_eq!(rows(&robust, AnalysisId::ChangeStudent, Term::Difference).len(), 1, "the others stand");
    assert_eq!(rows(&with(ErrorRule::Hc1), AnalysisId::ChangeAncova, Term::Difference).len(), 1);
}

/// What no test can answer is said once for each, and the page stands.
#[test]
fn nonsense_is_answered_with_reasons() {
    let constant =
        "subject_id,arm,month,score\nA,x,0,5\nA,x,4,5\nB,x,0,5\nB,x,4,5\nC,y,0,5\nC,y,4,5\nD,y,0,5\nD,y,4,5\n";
    let one_visit = "subject_id,arm,month,score\nA,x,0,5\nA,x,4,6\nB,x,0,5\nC,y,0,5\nD,y,0,5\n";
    for text in [constant, one_visit] {
        for method in ChangeMethod::ALL {
            let change = ChangePlan { method, ..score_at_four() };
            let import = import(&[("visits.csv", text)]);
            let plan = plan(Some("y"), vec![AnalysisPlan::Change(change)]);
            let answer = ask(&import, &plan).unwrap();
            let unanswered = answer.notes.iter().filter(|note| note.kind.is_unanswered()).count();
            assert_eq!(unanswered, 4, "{text} {:?}", answer.notes);
            assert!(answer.rows.iter().all(|row| row.analysis == AnalysisId::ChangeSummary), "{:?}", answer.rows);
            let answered = second_look::engine::run(&import, &plan, &mut |_, _| {}).remove(0);
            let overview = second_look::report::Overview::of(&import);
            assert!(second_look::report::result_page(&overview, &plan, &answered, false).is_ok());
        }
    }
}

#[test]
fn every_answer_makes_a_page() {
    let page_of = |import: &Import, plan: &Plan| {
        let overview = second_look::report::Overview::of(import);
        let answered = second_look::engine::run(import, plan, &mut |_, _| {}).remove(0);
        second_look::report::result_page(&overview, plan, &answered, true).unwrap()
    };
    let keys = |page: &second_look::report::page::ResultPage| -> Vec<&str> {
        page.figures.iter().map(|figure| figure.key).collect()
    };
    let all = ["mean-change", "methods", "waterfall", "check-normal", "check-spread", "influence"];
    assert_eq!(keys(&page_of(&three_arms(), &asked_change(Some("low")))), all);
    for method in ChangeMethod::ALL {
        for death in DeathRule::ALL {
            let page = page_of(&with_deaths(), &by_rules(MissingRule::Locf, death, method));
            for figure in &page.figures {
                assert!(!figure.title.is_empty() && !figure.description.is_empty());
            }
            for table in &page.tables {
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.title);
            }
        }
    }
    let ranked =
        page_of(&with_deaths(), &by_rules(MissingRule::Observed, DeathRule::WorstRank, ChangeMethod::MannWhitney));
    let headline: String = ranked.headline.iter().map(|phrase| phrase.text.as_str()).collect();
    assert_eq!(
        headline,
        "At month 4 a person in x ranked above one in y with probability 0.50; deaths rank below everybody alive."
    );
    let zero = page_of(&with_deaths(), &by_rules(MissingRule::Locf, DeathRule::Zero, ChangeMethod::Student));
    assert!(zero.kicker.ends_with("last observation carried forward, death as zero (sensitivity analysis)"));
    assert_eq!(zero.subline, "Counted: 3 of 3 in x and 3 of 3 in y. Student’s t: p = 0.840.");
    let one_arm = import(&[("visits.csv", "subject_id,arm,month,score\nA,x,0,10\nA,x,4,8\nB,x,0,10\nB,x,4,6\n")]);
    assert_eq!(keys(&page_of(&one_arm, &asked_change(None))), ["mean-change", "waterfall"]);
}
