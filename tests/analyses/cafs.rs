//! Joint rank of function and survival.

use second_look::analysis::cafs::{CafsInterval, CafsMethod, CafsPlan, CafsRule};
use second_look::analysis::covariate::AncovaCovariate;
use second_look::analysis::visit_plan::VisitPlan;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, Detail, NoteKind, Plan, Term};
use second_look::import::Import;
use second_look::report::{Overview, result_page};

use crate::demo::FILES;
use crate::{ask, import, near, notes, plan, row, rows};

fn joint_rank() -> CafsPlan {
    CafsPlan {
        visits: VisitPlan {
            outcome: "score".into(),
            baseline: BaselineRule::LastAtOrBeforeStart,
            target_months: vec![2.0, 4.0],
            primary_month: 4.0,
            window_months: 0.5,
        },
        endpoint: Some("death".into()),
        horizon_months: None,
        rule: CafsRule::Cafs,
        higher_is_better: None,
        covariates: Vec::new(),
        method: CafsMethod::RankAncova,
        interval: CafsInterval::Asymptotic,
        resamples: 1999,
        seed: 1,
    }
}

fn asked(cafs: CafsPlan) -> Plan {
    plan(Some("c"), vec![AnalysisPlan::Cafs(cafs)])
}

/// Changes at months 2 and 4, and follow-up:
/// C1 -2, -5, alive at 6. C2 died at 3, -4 at 2. C3 -1 at 2, left, last seen at 2.5. C4 only a baseline and no follow-up.
/// T1 -2, -3, alive at 6. T2 died at 5: after month 4, so alive at it; -1, -5. T3 no baseline, died at 3.5.
const VISITS: &str = "subject_id,arm,month,score\n\
    C1,c,0,40\nC1,c,2,38\nC1,c,4,35\nC2,c,0,41\nC2,c,2,37\nC3,c,0,39\nC3,c,2,38\nC4,c,0,42\n\
    T1,t,0,44\nT1,t,2,42\nT1,t,4,41\nT2,t,0,36\nT2,t,2,35\nT2,t,4,31\n";
const SURVIVAL: &str = "subject_id,arm,time_months,event\n\
    C1,c,6,0\nC2,c,3,1\nC3,c,2.5,0\nT1,t,6,0\nT2,t,5,1\nT3,t,3.5,1\n";

fn seven() -> Import {
    import(&[("visits.csv", VISITS), ("survival.csv", SURVIVAL)])
}

fn pair_counts(answer: &Answer) -> [f64; 6] {
    [
        Term::PairsWonByDeath,
        Term::PairsWonByFunction,
        Term::PairsEqual,
        Term::PairsNotCompared,
        Term::PairsLostByFunction,
        Term::PairsLostByDeath,
    ]
    .map(|term| row(answer, AnalysisId::Cafs, term, "t").estimate.unwrap())
}

fn scores(answer: &Answer) -> Vec<(String, f64, bool)> {
    let Detail::Cafs(detail) = &answer.detail else { panic!("another answer") };
    detail.contrasts[0].people.iter().map(|one| (one.subject_id.clone(), one.score, one.is_dead)).collect()
}

#[test]
fn seven_people_by_hand() {
    let answer = ask(&seven(), &asked(joint_rank())).unwrap();
    // T1: C1 by -3 against -5 won; C2 dead at 3, T1 alive: won; C3 at month 2 -2 against -1: lost; C4 no visit.
    // T2: C1 -5 against -5 equal; C2 dead: won; C3 at 2 -1 against -1: equal; C4 no visit.
    // T3 dead at 3.5: C1 alive then: lost; C2 died before: won; C3 last seen at 2.5, no function: no comparison; C4 last
    // seen at 0: no comparison.
    assert_eq!(pair_counts(&answer), [3.0, 1.0, 2.0, 4.0, 1.0, 1.0]);
    assert_eq!(row(&answer, AnalysisId::Cafs, Term::PairsEqual, "t").n, Some(12));
    let ratio = row(&answer, AnalysisId::Cafs, Term::WinRatio, "t");
    assert_eq!((ratio.estimate, ratio.n, ratio.at), (Some(2.0), Some(7), Some(4.0)));
    near(row(&answer, AnalysisId::Cafs, Term::NetBenefit, "t").estimate, 2.0 / 12.0);
    near(row(&answer, AnalysisId::Cafs, Term::WinOdds, "t").estimate, 7.0 / 5.0);
    // Within c: C1 beats C2 (dead), loses to C3 at 2 (-2 against -1); C2, -4 at 2, loses to C3 (left before 3); C4 is
    // without comparison (last seen at 0). Within t: T1 loses to T2 at... no: at 4, -3 against -5: won; both beat T3.
    let expected = [("C1", 0.0), ("C2", -5.0), ("C3", 3.0), ("C4", 0.0), ("T1", 3.0), ("T2", 1.0), ("T3", -2.0)];
    for (subject, score, _) in scores(&answer) {
        let (_, wanted) = expected.iter().find(|(name, _)| *name == subject).unwrap();
        assert_eq!(score, *wanted, "{subject}");
    }
    let dead: Vec<String> = scores(&answer).into_iter().filter(|one| one.2).map(|one| one.0).collect();
    assert_eq!(dead, ["C2", "T3"], "T2 died after the horizon");
    // T = 3 + 1 - 2; sum of squares 0 + 25 + 9 + 0 + 9 + 1 + 4 = 48; variance 12 / 42 x 48.
    let sum = row(&answer, AnalysisId::CafsFinkelsteinSchoenfeld, Term::ScoreSum, "t");
    near(sum.estimate, 2.0);
    near(sum.std_error, (12.0_f64 / 42.0 * 48.0).sqrt());
    // Ranks: C2 1, T3 2, C1 and C4 3.5, T2 5, C3 and T1 6.5.
    near(row(&answer, AnalysisId::Cafs, Term::MeanRank, "t").estimate, 13.5 / 3.0);
    near(row(&answer, AnalysisId::Cafs, Term::MeanRank, "c").estimate, 14.5 / 4.0);
    // U = 13.5 - 6 of 12.
    near(row(&answer, AnalysisId::CafsWilcoxon, Term::Superiority, "t").estimate, 7.5 / 12.0);
    // T3 has no baseline: six are in the model.
    assert_eq!(row(&answer, AnalysisId::CafsRankAncova, Term::Difference, "t").n, Some(6));
    let said = notes(&answer);
    assert!(said.contains(&&NoteKind::MissingCovariate { covariate: "baseline value".into(), subjects: 1 }));
    assert!(said.contains(&&NoteKind::FewEvents { events: 2 }));
    assert!(said.contains(&&NoteKind::Withdrawn { arm: "c".into(), at_month: 4.0, withdrawn: 2, of: 4 }));
}

#[test]
fn any_visit_shows_that_someone_was_alive() {
    // C has no follow-up and no score after month 2, but a walking test at 3.5: alive when T died at 3.
    let visits = "subject_id,arm,month,score,walk\nC,c,0,40,9\nC,c,2,30,8\nC,c,3.5,,7\nT,t,0,40,9\nT,t,2,39,9\n";
    let survival = "subject_id,arm,time_months,event\nT,t,3,1\n";
    let trial = import(&[("visits.csv", visits), ("survival.csv", survival)]);
    let answer = ask(&trial, &asked(joint_rank())).unwrap();
    assert_eq!(pair_counts(&answer), [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn a_later_horizon_lets_later_deaths_count() {
    let answer = ask(&seven(), &asked(CafsPlan { horizon_months: Some(6.0), ..joint_rank() })).unwrap();
    // T2, dead at 5, now loses to C1 (alive at 6); against C3 and C4, not seen at 5, function as before.
    assert_eq!(pair_counts(&answer), [3.0, 1.0, 1.0, 4.0, 1.0, 2.0]);
    assert_eq!(row(&answer, AnalysisId::Cafs, Term::WinRatio, "t").at, Some(6.0));
}

#[test]
fn without_deaths_function_alone_is_compared() {
    let answer = ask(&seven(), &asked(CafsPlan { endpoint: None, ..joint_rank() })).unwrap();
    // T3 has neither baseline nor a follow-up that counts: it is out. T1: C1 won, C2 at 2 -2 against -4 won, C3 lost.
    // T2: C1 equal, C2 won, C3 equal.
    assert_eq!(pair_counts(&answer), [0.0, 3.0, 2.0, 2.0, 1.0, 0.0]);
    assert!(notes(&answer).contains(&&NoteKind::NoDeaths));
    assert!(
        notes(&answer)
            .iter()
            .any(|note| matches!(note, NoteKind::LeftOut { arm, without_baseline: 1, .. } if arm == "t"))
    );
}

#[test]
fn where_lower_is_better_function_turns_round() {
    let answer = ask(&seven(), &asked(CafsPlan { higher_is_better: Some(false), ..joint_rank() })).unwrap();
    assert_eq!(pair_counts(&answer), [3.0, 1.0, 2.0, 4.0, 1.0, 1.0], "one of each changed place");
    // C1 beats T1 at 4, beats C3 at 2, beats dead C2 and T3, is equal to T2 and not compared with C4. T1 loses to C1 and
    // T2, beats C3, C2 and T3.
    let of = |subject: &str| scores(&answer).into_iter().find(|one| one.0 == subject).unwrap().1;
    assert_eq!((of("C1"), of("T1")), (4.0, 1.0));
    let named = |outcome: &str| {
        let mut cafs = joint_rank();
        cafs.visits.outcome = outcome.into();
        cafs.is_higher_better()
    };
    assert!(!named("AALS"));
    assert!(named("alsfrs_r_total"));
}

#[test]
fn withdrawals_keep_their_place_by_als_surv() {
    let answer = ask(&seven(), &asked(CafsPlan { rule: CafsRule::AlsSurv, ..joint_rank() })).unwrap();
    // The dead: C2 (3) below T3 (3.5). Completers at 4: C1 and T2 level (-5), T1 (-3). C3 left at 2 with -1, among C1 -2,
    // T2 -1, T1 -2: two below, one equal, 2.5 of three: level with the third, T1. C4, in the middle of the four living:
    // above two of four, between the levels.
    let order = [("C2", -6.0), ("T3", -4.0), ("C1", -1.0), ("T2", -1.0), ("C4", 2.0), ("C3", 5.0), ("T1", 5.0)];
    for (subject, score, _) in scores(&answer) {
        assert_eq!(score, order.iter().find(|(name, _)| *name == subject).unwrap().1, "{subject}");
    }
}

#[test]
fn the_bootstrap_is_the_same_each_time_and_differs_by_seed() {
    let with = |seed: u64| {
        let cafs = CafsPlan { interval: CafsInterval::Bootstrap, resamples: 499, seed, ..joint_rank() };
        let answer = ask(&seven(), &asked(cafs)).unwrap();
        let row = row(&answer, AnalysisId::Cafs, Term::NetBenefit, "t");
        (row.conf_low, row.conf_high, row.method.clone())
    };
    assert_eq!(with(1), with(1));
    assert_eq!(with(1).2.as_deref(), Some("bootstrap, 499 resamples, seed 1"));
    let differs = (2..6).any(|seed| (with(seed).0, with(seed).1) != (with(1).0, with(1).1));
    assert!(differs);
}

#[test]
fn three_arms_are_each_ranked_with_control_and_tested_at_once() {
    let mut visits = VISITS.to_owned();
    for (id, base, change) in [("H1", 40, 1), ("H2", 41, -2), ("H3", 35, 0)] {
        visits.push_str(&format!("{id},h,0,{base}\n{id},h,4,{}\n", base + change));
    }
    let trial = import(&[("visits.csv", &visits), ("survival.csv", SURVIVAL)]);
    let answer = ask(&trial, &asked(joint_rank())).unwrap();
    assert_eq!(pair_counts(&answer), [3.0, 1.0, 2.0, 4.0, 1.0, 1.0], "as if the third arm were not there");
    assert_eq!(rows(&answer, AnalysisId::CafsRankAncova, Term::ArmTest)[0].df, Some(2.0));
    let Detail::Cafs(detail) = &answer.detail else { panic!("another answer") };
    assert_eq!(detail.contrasts.len(), 2);
    assert!(page_of(&trial, &asked(joint_rank())).headline.len() > 3);
}

fn page_of(trial: &Import, plan: &Plan) -> second_look::report::page::ResultPage {
    let answered = second_look::engine::run(trial, plan, &mut |_, _| {}).remove(0);
    result_page(&Overview::of(trial), plan, &answered, false).unwrap()
}

#[test]
fn the_page_says_what_was_found() {
    let page = page_of(&seven(), &asked(joint_rank()));
    let headline: String = page.headline.iter().map(|phrase| phrase.text.as_str()).collect();
    assert!(
        headline.starts_with("Of all pairs of one patient from t and one from c, t did better in 33% and worse in 17%: win ratio 2.00 (95% CI "),
        "{headline}"
    );
    assert!(
        page.subline.starts_with("People compared up to month 4: 3 in t and 4 in c. Rank ANCOVA: p = "),
        "{}",
        page.subline
    );
    let keys: Vec<&str> = page.figures.iter().map(|figure| figure.key).collect();
    assert_eq!(keys, ["joint-rank-pairs", "joint-rank-scores"]);
    assert_eq!(page.tables.len(), 3);
    assert_eq!(page.tables[0].rows[0][2].text, "3 (25.0%)");
}

#[test]
fn what_cannot_be_answered_says_why_and_the_rest_stands() {
    let unanswered = |answer: &Answer, analysis: AnalysisId| {
        answer.notes.iter().find_map(|note| match &note.kind {
            NoteKind::Unanswered { error, .. } if note.analysis == analysis => Some(error.clone()),
            _ => None,
        })
    };
    // One arm.
    let one = import(&[("visits.csv", "subject_id,arm,month,score\nA,c,0,4\nA,c,4,3\nB,c,0,4\nB,c,4,1\n")]);
    let error = ask(&one, &asked(CafsPlan { endpoint: None, ..joint_rank() })).unwrap_err();
    assert_eq!(error, AnalysisError::OneArm { arms_with_data: 1 });
    assert!(CafsPlan::default_for(&one.trial).is_none());
    // An endpoint that is not there.
    let error = ask(&one, &plan(None, vec![AnalysisPlan::Cafs(joint_rank())])).unwrap_err();
    assert_eq!(error, AnalysisError::OneArm { arms_with_data: 1 });
    let gone = CafsPlan { endpoint: Some("tracheostomy".into()), ..joint_rank() };
    let error = ask(&seven(), &asked(gone)).unwrap_err();
    assert_eq!(error, AnalysisError::NotInFiles { what: "endpoint".into(), name: "tracheostomy".into() });
    // A constant change: every pair is equal.
    let flat = "subject_id,arm,month,score\nA,c,0,4\nA,c,4,3\nB,c,0,5\nB,c,4,4\nD,t,0,7\nD,t,4,6\nE,t,0,6\nE,t,4,5\n";
    let flat = import(&[("visits.csv", flat)]);
    let without = asked(CafsPlan { endpoint: None, ..joint_rank() });
    let answer = ask(&flat, &without).unwrap();
    for analysis in [AnalysisId::CafsRankAncova, AnalysisId::CafsWilcoxon, AnalysisId::CafsFinkelsteinSchoenfeld] {
        assert!(matches!(unanswered(&answer, analysis), Some(AnalysisError::NoVariation { .. })), "{analysis:?}");
    }
    let ratio = row(&answer, AnalysisId::Cafs, Term::WinRatio, "t");
    assert_eq!((ratio.estimate, ratio.note.as_deref()), (None, Some("no pair lost")));
    near(row(&answer, AnalysisId::Cafs, Term::NetBenefit, "t").estimate, 0.0);
    page_of(&flat, &without);
    // Everyone died before the horizon, one patient in an arm, an arm without anyone, nobody seen.
    let dead = import(&[
        ("visits.csv", "subject_id,arm,month,score\nA,c,0,4\nB,t,0,5\nE,t,0,5\n"),
        ("survival.csv", "subject_id,arm,time_months,event\nA,c,1,1\nB,t,2,1\nE,t,3,1\n"),
    ]);
    let answer = ask(&dead, &asked(joint_rank())).unwrap();
    assert_eq!(pair_counts(&answer), [2.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(row(&answer, AnalysisId::Cafs, Term::WinOdds, "t").estimate, None);
    assert!(matches!(unanswered(&answer, AnalysisId::CafsRankAncova), Some(AnalysisError::TooFew { .. })));
    page_of(&dead, &asked(joint_rank()));
    let nobody = import(&[("visits.csv", "subject_id,arm,month,score\nA,c,0,4\nB,t,0,5\nE,t,9,5\n")]);
    let answer = ask(&nobody, &without).unwrap();
    assert!(matches!(unanswered(&answer, AnalysisId::Cafs), Some(AnalysisError::TooFew { .. })));
    page_of(&nobody, &without);
    let empty = import(&[
        ("subjects.csv", "subject_id,arm\nA,c\nB,c\nD,t\nE,u\n"),
        ("visits.csv", "subject_id,month,score\nA,0,4\nA,4,3\nB,0,4\nB,4,2\nD,0,4\nD,4,4\n"),
    ]);
    let answer = ask(&empty, &without).unwrap();
    assert!(answer.rows.iter().any(|row| row.group.as_deref() == Some("t")));
    assert!(matches!(unanswered(&answer, AnalysisId::Cafs), Some(AnalysisError::TooFew { .. })));
    // Covariates: not there, and one that the arm tells.
    let covered = |name: &str| {
        let covariates = vec![AncovaCovariate { name: name.into(), as_factor: false }];
        ask(&seven(), &asked(CafsPlan { covariates, ..joint_rank() })).unwrap()
    };
    let answer = covered("age");
    let error = AnalysisError::NotInFiles { what: "covariate".into(), name: "age".into() };
    assert_eq!(unanswered(&answer, AnalysisId::CafsRankAncova), Some(error));
    assert_eq!(rows(&answer, AnalysisId::CafsWilcoxon, Term::Superiority).len(), 1);
}

#[test]
fn nonsense_is_refused() {
    let problem = |cafs: CafsPlan| cafs.problem().unwrap();
    assert!(problem(CafsPlan { horizon_months: Some(0.0), ..joint_rank() }).contains("horizon_months"));
    assert!(problem(CafsPlan { horizon_months: Some(f64::NAN), ..joint_rank() }).contains("horizon_months"));
    assert!(problem(CafsPlan { resamples: 10, ..joint_rank() }).contains("resamples"));
    assert_eq!(joint_rank().problem(), None);
}

#[test]
fn the_order_of_rows_and_files_changes_no_joint_rank_and_no_stage() {
    let turned = FILES.map(|(name, text)| {
        let (header, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().rev().collect();
        (name, format!("{header}\n{}\n", rows.join("\n")))
    });
    let there = import(&FILES);
    let back: Vec<(&str, &str)> = turned.iter().rev().map(|(name, text)| (*name, text.as_str())).collect();
    let back = import(&back);
    let default = Plan::default_for(&there.trial, &[]);
    let bootstrap = CafsPlan { interval: CafsInterval::Bootstrap, resamples: 199, ..default.cafs().unwrap().clone() };
    let staging = AnalysisPlan::Staging(default.staging().unwrap().clone());
    let plan = Plan { analyses: vec![AnalysisPlan::Cafs(bootstrap), staging], ..default };
    let rows = |trial: &Import| {
        let mut rows: Vec<_> = second_look::engine::run(trial, &plan, &mut |_, _| {})
            .into_iter()
            .flat_map(|answered| answered.result.unwrap().rows)
            .collect();
        rows.sort_by_key(|row| {
            format!("{:?} {:?} {:?} {:?} {:?}", row.analysis, row.term, row.group, row.contrast, row.at)
        });
        rows
    };
    let (one, other) = (rows(&there), rows(&back));
    assert_eq!(one.len(), other.len());
    for (left, right) in one.iter().zip(&other) {
        assert_eq!((left.term, &left.group, left.n, &left.method), (right.term, &right.group, right.n, &right.method));
        for (left, right) in [
            (left.estimate, right.estimate),
            (left.p_value, right.p_value),
            (left.conf_low, right.conf_low),
            (left.conf_high, right.conf_high),
        ] {
            let is_near = left.zip(right).map_or(left == right, |(left, right)| (left - right).abs() < 1e-10);
            assert!(is_near, "{left:?} {right:?}");
        }
    }
}
