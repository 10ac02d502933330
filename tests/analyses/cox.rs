//! Cox's model.

use second_look::analysis::change::AncovaCovariate;
use second_look::analysis::cox::{CoxPlan, HazardInterval, PhTransform, SubgroupPlan, TieRule, log_of, ratio_of};
use second_look::analysis::time_to_event::EndpointPlan;
use second_look::analysis::{
    AnalysisError, AnalysisId, AnalysisPlan, Answer, Detail, Finding, NoteKind, Plan, Term, TimeNote,
};
use second_look::engine::run;
use second_look::import::Import;
use second_look::report::page::ResultPage;
use second_look::report::{Overview, result_page};

use crate::{ask, import, near, near_by, notes, plan, row, rows};

fn death() -> CoxPlan {
    CoxPlan::of(EndpointPlan::of("death".into()))
}

fn asked(cox: CoxPlan) -> Plan {
    assert_eq!(cox.problem(), None);
    plan(Some("control"), vec![AnalysisPlan::Cox(cox)])
}

fn adjusted(names: &[&str]) -> CoxPlan {
    let covariates = names.iter().map(|name| AncovaCovariate { name: (*name).into(), as_factor: false }).collect();
    CoxPlan { covariates, ..death() }
}

fn by(columns: &[&str]) -> Vec<SubgroupPlan> {
    columns.iter().map(|column| SubgroupPlan { column: (*column).into(), cut: None, declared: false }).collect()
}

fn doubts(answer: &Answer) -> Vec<&TimeNote> {
    let notes = answer.notes.iter();
    notes.filter_map(|note| if let NoteKind::Time(doubt) = &note.kind { Some(doubt) } else { None }).collect()
}

fn errors(answer: &Answer) -> Vec<&AnalysisError> {
    let notes = answer.notes.iter();
    notes
        .filter_map(|note| if let NoteKind::Unanswered { error, .. } = &note.kind { Some(error) } else { None })
        .collect()
}

fn by_model<'a>(answer: &'a Answer, key: &str, arm: &str) -> Option<&'a Finding> {
    let mut found = rows(answer, AnalysisId::Cox, Term::HazardRatioByModel);
    found.retain(|row| row.note.as_deref() == Some(key) && row.group.as_deref() == Some(arm));
    assert!(found.len() <= 1, "{key} {arm}");
    found.pop()
}

/// The page of the plan's first question; every row of a table has a cell for each column.
#[track_caller]
fn page(trial: &Import, plan: &Plan) -> ResultPage {
    let answered = run(trial, plan, &mut |_, _| {}).remove(0);
    let page = result_page(&Overview::of(trial), plan, &answered, false).unwrap();
    for table in &page.tables {
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.title);
        assert!(table.row_levels.is_empty() || table.row_levels.len() == table.rows.len(), "{}", table.title);
    }
    let text = format!("{page:?}");
    assert!(!text.contains("NaN") && !text.contains("inf,"), "{text}");
    page
}

fn told(page: &ResultPage) -> String {
    page.headline.iter().map(|phrase| phrase.text.as_str()).collect()
}

/// People of two or more arms with a time each; who is named with a minus was last seen then.
fn arms(arms: &[(&str, &[f64])]) -> Import {
    let mut text = String::from("subject_id,arm,time_months,event\n");
    for (arm, times) in arms {
        for (place, time) in times.iter().enumerate() {
            text.push_str(&format!("{arm}{place},{arm},{},{}\n", time.abs(), u8::from(*time > 0.0)));
        }
    }
    import(&[("survival.csv", &text)])
}

/// 24 people: (arm, sex, age, site, time, event).
fn trial(columns: &dyn Fn(usize) -> String, header: &str) -> Import {
    let times = [
        3.0, 9.0, 4.0, 14.0, 6.0, 21.0, 5.0, 12.0, 8.0, 24.0, 11.0, 24.0, 2.0, 24.0, 7.0, 17.0, 10.0, 19.0, 13.0, 24.0,
        16.0, 24.0, 18.0, 24.0,
    ];
    let people = times.iter().enumerate().map(|(person, time)| {
        let arm = if person % 2 == 0 { "control" } else { "treated" };
        (arm, *time, *time < 20.0 && person % 5 != 4, columns(person))
    });
    described(header, &people.collect::<Vec<_>>())
}

/// People with arm, time, event and the columns named in `header`.
fn described(header: &str, people: &[(&str, f64, bool, String)]) -> Import {
    let mut subjects = format!("subject_id,arm,{header}\n");
    let mut survival = String::from("subject_id,time_months,event\n");
    for (person, (arm, time, event, columns)) in people.iter().enumerate() {
        subjects.push_str(&format!("P{person:02},{arm},{columns}\n"));
        survival.push_str(&format!("P{person:02},{time},{}\n", u8::from(*event)));
    }
    import(&[("subjects.csv", &subjects), ("survival.csv", &survival)])
}

#[test]
fn three_deaths_by_hand() {
    // Deaths at 1 (treated), 2 (control), 3 (treated): L = r / (2 r + 1) x 1 / (r + 1), highest at 2 r^2 = 1.
    let answer = ask(&arms(&[("treated", &[1.0, 3.0]), ("control", &[2.0])]), &asked(death())).unwrap();
    let r = 0.5_f64.sqrt();
    let found = row(&answer, AnalysisId::Cox, Term::HazardRatio, "treated");
    near(found.estimate, r);
    // Variance of x at each death p (1 - p): p = 2 r / (2 r + 1) and r / (r + 1).
    let variance = |p: f64| p * (1.0 - p);
    let std_error = 1.0 / (variance(2.0 * r / (2.0 * r + 1.0)) + variance(r / (r + 1.0))).sqrt();
    near(found.std_error, std_error);
    near(found.statistic, log_of(r) / std_error);
    near(found.conf_high, ratio_of(log_of(r) + 1.959963984540054 * std_error));
    assert_eq!((found.n, found.contrast.as_deref()), (Some(3), Some("treated / control")));
    let test = |term: Term| rows(&answer, AnalysisId::Cox, term)[0];
    near(test(Term::LikelihoodRatioTest).statistic, 2.0 * log_of(6.0 * r / (2.0 * r + 1.0) / (r + 1.0)));
    // At r = 1: slope 1 - 2/3 - 1/2, information 2/9 + 1/4.
    near(test(Term::ScoreTest).statistic, (1.0 / 36.0) / (17.0 / 36.0));
    near(test(Term::LogLikelihood).estimate, log_of(1.0 / 6.0));
    // The pairs 1-2 right, 1-3 tied, 2-3 wrong: r is below 1, so that the control has the higher risk.
    near(test(Term::Concordance).estimate, 0.5);
    assert_eq!(row(&answer, AnalysisId::Cox, Term::Events, "treated").estimate, Some(2.0));
    // No ties: all rules are one.
    for key in ["efron", "breslow", "exact"] {
        near(by_model(&answer, key, "treated").unwrap().estimate, r);
    }
    let ph = rows(&answer, AnalysisId::CoxPh, Term::ProportionalHazards);
    assert_eq!(ph.iter().map(|row| row.contrast.as_deref().unwrap()).collect::<Vec<_>>(), ["arm", "global"]);
}

#[test]
fn an_arm_without_events_has_a_limit_and_with_firth_a_ratio() {
    let alive: [f64; 5] = [-5.0, -6.0, -7.0, -8.0, -9.0];
    let trial = arms(&[("treated", &alive), ("control", &[1.0, 2.0, 3.0, 4.0, -9.0])]);
    let answer = ask(&trial, &asked(death())).unwrap();
    let found = row(&answer, AnalysisId::Cox, Term::HazardRatio, "treated");
    assert_eq!((found.estimate, found.conf_low), (None, None));
    assert!(found.conf_high.unwrap() < 1.0, "{found:?}");
    // All 5 of 10, 4 of 9, 3 of 8, 2 of 7 at risk: at the limit L is 5!/1!, at r = 1 10 x 9 x 8 x 7.
    let at_limit = (5.0 * 4.0 * 3.0 * 2.0_f64).recip();
    near_by(found.statistic, 2.0 * log_of(at_limit * 10.0 * 9.0 * 8.0 * 7.0), 1e-6);
    let column = "treated / control".to_owned();
    assert!(doubts(&answer).contains(&&TimeNote::MonotoneLikelihood { column, has_firth: true }));
    let firth = by_model(&answer, "firth", "treated").unwrap();
    assert!(firth.estimate.unwrap() < 1.0 && firth.conf_low.unwrap() > 0.0);
    let shown = page(&trial, &asked(death()));
    assert!(told(&shown).starts_with("The hazard of death in treated was below "), "{}", told(&shown));
    assert!(shown.figures.iter().any(|figure| figure.key == "hazard-ratios"));
    // Asked for, it is the answer.
    let answer = ask(&trial, &asked(CoxPlan { firth: true, ..death() })).unwrap();
    near(row(&answer, AnalysisId::Cox, Term::HazardRatio, "treated").estimate, firth.estimate.unwrap());
    assert!(by_model(&answer, "without_firth", "treated").is_none());
    assert!(!doubts(&answer).iter().any(|doubt| matches!(doubt, TimeNote::MonotoneLikelihood { .. })));
}

#[test]
fn a_covariate_without_events_is_said_and_the_arms_keep_their_ratio() {
    // Every fifth person was last seen alive.
    let spared = |person: usize| if person < 20 { u8::from(person % 5 == 4).to_string() } else { String::new() };
    let trial = trial(&spared, "spared");
    let cox = adjusted(&["spared"]);
    let answer = ask(&trial, &asked(cox.clone())).unwrap();
    assert!(notes(&answer).contains(&&NoteKind::MissingCovariate { covariate: "spared".into(), subjects: 4 }));
    let column = "spared".to_owned();
    assert!(doubts(&answer).contains(&&TimeNote::MonotoneLikelihood { column, has_firth: true }));
    let covariate = rows(&answer, AnalysisId::Cox, Term::CovariateHazardRatio)[0];
    assert_eq!((covariate.estimate, covariate.conf_low), (None, None));
    assert!(covariate.conf_high.is_some() && covariate.p_value.is_some());
    // At the limit those whom it spares are in no risk set: the ratio is that of the others alone.
    let arm = row(&answer, AnalysisId::Cox, Term::HazardRatio, "treated");
    let mut others = asked(death());
    others.analysis_set = Some("at_risk".into());
    let at_risk = |person: usize| format!("{},{}", spared(person), u8::from(person < 20 && person % 5 != 4));
    let rest = ask(&crate::cox::trial(&at_risk, "spared,at_risk"), &others).unwrap();
    near_by(arm.estimate, row(&rest, AnalysisId::Cox, Term::HazardRatio, "treated").estimate.unwrap(), 1e-5);
    assert_eq!(by_model(&answer, "unadjusted", "treated").unwrap().n, Some(24));
    assert_eq!(by_model(&answer, "unadjusted_same_people", "treated").unwrap().n, Some(20));
    assert!(by_model(&answer, "firth_profile", "treated").unwrap().conf_low.is_some());
    page(&trial, &asked(cox));
}

#[test]
fn a_model_without_an_answer_leaves_the_unadjusted_ratio() {
    let header = "one,age,same,empty";
    let full = trial(&|person| format!("1,{},{},", 40 + 3 * person % 31, 80 + 6 * person % 62), header);
    for (names, wanted) in [
        (&["one"][..], AnalysisError::NoVariation { what: "one".into() }),
        (&["age", "same"][..], AnalysisError::Singular { column: "same".into() }),
    ] {
        let answer = ask(&full, &asked(adjusted(names))).unwrap();
        assert!(errors(&answer).contains(&&wanted), "{:?}", errors(&answer));
        assert!(rows(&answer, AnalysisId::Cox, Term::HazardRatio).is_empty());
        let alone = by_model(&answer, "unadjusted", "treated").unwrap().estimate;
        let plain = ask(&full, &asked(death())).unwrap();
        near(alone, row(&plain, AnalysisId::Cox, Term::HazardRatio, "treated").estimate.unwrap());
        assert!(told(&page(&full, &asked(adjusted(names)))).starts_with("Unadjusted, the hazard of death in treated"));
    }
    let gone = ask(&full, &asked(adjusted(&["empty"])));
    assert!(
        matches!(gone, Err(AnalysisError::TooFew { .. } | AnalysisError::NotInFiles { .. })),
        "a column without values: {gone:?}"
    );
}

#[test]
fn bad_input_has_its_reason() {
    let ask_of = |trial: &Import, cox: CoxPlan| ask(trial, &asked(cox));
    let alive = arms(&[("treated", &[-1.0, -2.0]), ("control", &[-1.0, -3.0])]);
    assert_eq!(ask_of(&alive, death()).unwrap_err(), AnalysisError::NoEvents { endpoint: "death".into() });
    let one = arms(&[("control", &[1.0, 2.0, -3.0])]);
    assert_eq!(ask_of(&one, death()).unwrap_err(), AnalysisError::OneArm { arms_with_data: 1 });
    let full = trial(&|person| format!("{},S{person}", 40 + 3 * person % 31), "age,alone");
    let missing = AnalysisError::NotInFiles { what: "covariate".into(), name: "height".into() };
    assert_eq!(ask_of(&full, adjusted(&["height"])).unwrap_err(), missing);
    let missing = AnalysisError::NotInFiles { what: "subgroup".into(), name: "height".into() };
    assert_eq!(ask_of(&full, CoxPlan { subgroups: by(&["height"]), ..death() }).unwrap_err(), missing);
    // Everybody a stratum of their own: nobody is at risk beside another.
    let answer = ask_of(&full, CoxPlan { strata: vec!["alone".into()], ..death() }).unwrap();
    assert!(matches!(errors(&answer)[0], AnalysisError::TooFew { .. }), "{:?}", errors(&answer));
    assert!(by_model(&answer, "unadjusted", "treated").is_some());
    // A column of as many words as people: more columns than events.
    let answer = ask_of(&full, adjusted(&["alone"]));
    assert!(
        answer.is_err() || !errors(answer.as_ref().unwrap()).is_empty() || !doubts(answer.as_ref().unwrap()).is_empty()
    );
    page(&full, &asked(adjusted(&["alone"])));
    // Subgroups of one person each, and one that splits nobody.
    let answer = ask_of(&full, CoxPlan { subgroups: by(&["alone"]), ..death() }).unwrap();
    assert!(errors(&answer).iter().any(|error| matches!(error, AnalysisError::TooMany { .. })));
    let cut = vec![SubgroupPlan { column: "age".into(), cut: Some(0.0), declared: true }];
    let answer = ask_of(&full, CoxPlan { subgroups: cut, ..death() }).unwrap();
    assert!(errors(&answer).contains(&&AnalysisError::NoVariation { what: "age".into() }));
    // An event on the first day has no logarithm.
    let first = arms(&[("treated", &[2.0, 3.0, -4.0]), ("control", &[1.0, 2.5, -5.0])]);
    let text =
        "subject_id,arm,time_months,event\nA,treated,0,1\nB,control,1,1\nC,treated,2,1\nD,control,3,1\nE,control,4,0\n";
    let at_zero = import(&[("survival.csv", text)]);
    let log = CoxPlan { ph_transform: PhTransform::Log, ..death() };
    let answer = ask_of(&at_zero, log.clone()).unwrap();
    assert!(errors(&answer).contains(&&AnalysisError::NoLogarithm { what: "time of event".into(), values: 1 }));
    assert!(errors(&ask_of(&first, log).unwrap()).is_empty());
}

#[test]
fn a_plan_that_cannot_be_run_says_why() {
    let exact = CoxPlan { ties: TieRule::Exact, ..death() };
    for (cox, word) in [
        (CoxPlan { firth: true, ..exact.clone() }, "firth"),
        (CoxPlan { cluster: Some("site".into()), ..exact }, "cluster"),
        (CoxPlan { cluster: Some("site".into()), interval: HazardInterval::Profile, ..death() }, "wald"),
        (CoxPlan { strata: vec!["age".into()], ..adjusted(&["age"]) }, "stratum"),
        (adjusted(&["age", "age"]), "twice"),
        (CoxPlan { subgroups: by(&["sex", "sex"]), ..death() }, "twice"),
    ] {
        let problem = cox.problem().unwrap();
        assert!(problem.contains(word), "{problem}");
    }
    let mut settled = CoxPlan { ties: TieRule::Exact, firth: true, cluster: Some("site".into()), ..adjusted(&["age"]) };
    settled.strata = vec!["age".into()];
    settled.settle();
    assert_eq!(settled.problem(), None);
}

#[test]
fn covariates_alone_need_no_second_arm() {
    let people: Vec<_> =
        (0..12).map(|one| ("x", f64::from(1 + one * 7 % 12), one % 3 != 1, format!("{}", 50 + one * 5 % 13))).collect();
    let trial = described("age", &people);
    let alone = plan(None, vec![AnalysisPlan::Cox(adjusted(&["age"]))]);
    let answer = ask(&trial, &alone).unwrap();
    assert_eq!(rows(&answer, AnalysisId::Cox, Term::CovariateHazardRatio).len(), 1);
    assert!(told(&page(&trial, &alone)).contains("no second arm"));
}

#[test]
fn ten_arms_are_each_compared_and_all_tested_at_once() {
    let names: Vec<String> = (0..9).map(|one| format!("dose {one}")).collect();
    let times: Vec<Vec<f64>> = (0..9)
        .map(|one| (1..6).map(|k| f64::from(k * 3 + one) * if k % 4 == 0 { -1.0 } else { 1.0 }).collect())
        .collect();
    let mut all: Vec<(&str, &[f64])> =
        names.iter().zip(&times).map(|(name, times)| (name.as_str(), times.as_slice())).collect();
    all.push(("control", &[2.0, 4.0, -6.0, 8.0]));
    let trial = arms(&all);
    let answer = ask(&trial, &asked(death())).unwrap();
    assert_eq!(rows(&answer, AnalysisId::Cox, Term::HazardRatio).len(), 9);
    assert_eq!(rows(&answer, AnalysisId::Cox, Term::ArmTest)[0].df, Some(9.0));
    assert!(doubts(&answer).iter().any(|doubt| matches!(doubt, TimeNote::FewEventsPerParameter { parameters: 9, .. })));
    let shown = page(&trial, &asked(death()));
    assert!(told(&shown).starts_with("The hazards of death of 9 arms run from "), "{}", told(&shown));
    assert!(shown.figures.iter().filter(|figure| figure.is_check()).count() <= 8);
}

fn three_columns() -> Import {
    trial(
        &|person| format!("{},{},{}", if person / 2 % 2 == 0 { "F" } else { "M" }, 40 + 7 * person % 31, person / 12),
        "sex,age,site",
    )
}

#[test]
fn subgroups_are_told_with_what_they_are_worth() {
    let trial = three_columns();
    let mut subgroups = by(&["sex", "age"]);
    subgroups[0].declared = true;
    let cox = CoxPlan { subgroups, ..death() };
    let answer = ask(&trial, &asked(cox.clone())).unwrap();
    assert_eq!(rows(&answer, AnalysisId::Cox, Term::SubgroupHazardRatio).len(), 4);
    let tests = rows(&answer, AnalysisId::Cox, Term::Interaction);
    let declared: Vec<_> =
        tests.iter().map(|row| (row.contrast.as_deref().unwrap(), row.note.as_deref().unwrap())).collect();
    assert_eq!(declared, [("arm × sex", "declared"), ("arm × age", "not declared")]);
    assert!(doubts(&answer).contains(&&TimeNote::SubgroupsUndeclared { columns: vec!["age".into()] }));
    assert!(doubts(&answer).contains(&&TimeNote::SubgroupTests { tests: 2, expected_by_chance: 0.1 }));
    let counted: f64 = rows(&answer, AnalysisId::Cox, Term::SubgroupEvents)
        .iter()
        .filter(|row| row.contrast.as_deref().unwrap().starts_with("sex: "))
        .map(|row| row.estimate.unwrap())
        .sum();
    let all: f64 = rows(&answer, AnalysisId::Cox, Term::Events).iter().map(|row| row.estimate.unwrap()).sum();
    assert_eq!(counted, all);
    let shown = page(&trial, &asked(cox));
    assert!(shown.tables.iter().any(|table| table.title == "Subgroups"));
    assert!(shown.doubts.iter().any(|doubt| doubt.contains("little power")));
}

#[test]
fn two_clusters_are_too_few_and_their_errors_are_robust() {
    let cox = CoxPlan { cluster: Some("site".into()), ..death() };
    let answer = ask(&three_columns(), &asked(cox.clone())).unwrap();
    assert!(doubts(&answer).contains(&&TimeNote::FewClusters { column: "site".into(), clusters: 2 }));
    let robust = row(&answer, AnalysisId::Cox, Term::HazardRatio, "treated");
    let plain = by_model(&answer, "not_robust", "treated").unwrap();
    near(robust.estimate, plain.estimate.unwrap());
    assert_ne!(robust.std_error, plain.std_error);
    assert!(by_model(&answer, "exact", "treated").unwrap().method.as_deref() == Some("exact ties; Wald interval"));
    page(&three_columns(), &asked(cox));
}

#[test]
fn strata_of_one_arm_are_counted() {
    let trial = trial(&|person| if person < 2 { format!("S{person}") } else { "S2".into() }, "centre");
    let answer = ask(&trial, &asked(CoxPlan { strata: vec!["centre".into()], ..death() })).unwrap();
    assert!(doubts(&answer).contains(&&TimeNote::StrataOfOneArm { strata: 2, of: 3, people: 2 }));
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let mut lines: Vec<(&str, f64, bool, String)> = (0..20)
        .map(|one| {
            let arm = if one % 2 == 0 { "control" } else { "treated" };
            (arm, f64::from(1 + one * 7 % 11), one % 4 != 3, format!("{}", 40 + one * 11 % 23))
        })
        .collect();
    let cox = CoxPlan { subgroups: by(&["age"]), ..adjusted(&["age"]) };
    let of = |lines: &[(&str, f64, bool, String)]| ask(&described("age", lines), &asked(cox.clone())).unwrap().rows;
    let first = of(&lines);
    lines.reverse();
    let second = of(&lines);
    assert_eq!(first.len(), second.len());
    for (one, other) in first.iter().zip(&second) {
        assert_eq!((one.term, &one.group, &one.contrast), (other.term, &other.group, &other.contrast));
        for (a, b) in [(one.estimate, other.estimate), (one.std_error, other.std_error), (one.p_value, other.p_value)] {
            assert_eq!(a.is_some(), b.is_some());
            if let Some(a) = a {
                near_by(b, a, 1e-9);
            }
        }
    }
}

#[test]
fn no_id_leaves_with_the_findings() {
    let answer = ask(&three_columns(), &asked(death())).unwrap();
    assert!(answer.rows.iter().all(|row| !format!("{row:?}").contains("P1")));
    let Detail::Cox(detail) = &answer.detail else { panic!() };
    assert_eq!(detail.influence[0].points.len(), 24);
    assert!(detail.influence[0].points.windows(2).all(|pair| pair[0].dfbeta <= pair[1].dfbeta));
}

/// Place, transformed time, log hazard ratio and its standard error by R 4.2.2: cox.zph of survival 3.5-3, then the
/// lines of its plot.cox.zph, with splines::ns(df = 4, intercept = TRUE).
const SMOOTH_BY_R: [(usize, f64, f64, f64); 5] = [
    (0, 0.0, -1.4215100473306028, 1.1593385195083123),
    (9, 0.11918255032008024, 0.17213170679840462, 0.6572277820176781),
    (19, 0.2516076062312805, 0.3810642505509017, 0.5655294408123106),
    (29, 0.3840326621424808, 0.6220349539575771, 0.6814758112171727),
    (39, 0.516457718053681, 2.2271620488478288, 1.4031158315626573),
];

#[test]
fn the_smooth_curve_is_that_of_r() {
    let (import, plan) = crate::demo::demo();
    let plan = Plan { analyses: vec![AnalysisPlan::Cox(plan.cox().unwrap().clone())], ..plan };
    let answer = ask(&import, &plan).unwrap();
    let Detail::Cox(detail) = &answer.detail else { panic!() };
    let smooth = &detail.hazards[0].smooth;
    assert_eq!(smooth.len(), 40);
    for (place, x, y, std_error) in SMOOTH_BY_R {
        let (at, mean, low, high) = smooth[place];
        near_by(Some(at), x, 1e-12);
        near_by(Some(mean), y, 1e-9);
        near_by(Some((high - low) / 2.0), std_error * 1.959963984540054, 1e-9);
    }
}

/// Nine arms, one of them without an event: the others keep their ratios.
#[test]
fn an_arm_without_events_among_many_leaves_the_others_standing() {
    let mut text = String::from("subject_id,arm,time_months,event\n");
    for arm in 0..9 {
        for person in 0..6 {
            let time = 1 + (7 * arm + 5 * person) % 23;
            let event = u8::from(arm != 3 && (arm + person) % 2 == 0);
            text.push_str(&format!("P{arm}{person},arm {arm},{time},{event}\n"));
        }
    }
    let answer =
        ask(&import(&[("survival.csv", &text)]), &Plan { control_arm: Some("arm 0".into()), ..asked(death()) })
            .unwrap();
    let ratios: Vec<Option<f64>> =
        rows(&answer, AnalysisId::Cox, Term::HazardRatio).iter().map(|row| row.estimate).collect();
    assert_eq!(ratios.len(), 8);
    assert_eq!(ratios.iter().filter(|ratio| ratio.is_none()).count(), 1, "{ratios:?}");
    assert_eq!(ratios[2], None);
}
