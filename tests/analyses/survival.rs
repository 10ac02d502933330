//! Curves, the log-rank family, restricted means, and what other programs print.

use second_look::analysis::survival::{IntervalScale, SurvivalPlan, SurvivalTest};
use second_look::analysis::time_to_event::{EndpointPlan, TimeOrigin};
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, Finding, NoteKind, Plan, Term, TimeNote};
use second_look::engine::run;
use second_look::import::Import;
use second_look::report::page::ResultPage;
use second_look::report::{Overview, result_page};
use second_look::trial::TimeUnit;

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

fn files(folder: &str) -> Import {
    let read = |name: &str| {
        std::fs::read_to_string(format!("{}/tests/survival_against_r/{folder}/{name}", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
    };
    import(&[("subjects.csv", &read("subjects.csv")), ("survival.csv", &read("survival.csv"))])
}

fn asked_with(control: Option<&str>, change: impl Fn(&mut SurvivalPlan)) -> Plan {
    let mut survival = SurvivalPlan::of(EndpointPlan::of("death".into()));
    change(&mut survival);
    plan(control, vec![AnalysisPlan::Survival(survival)])
}

/// One row a person: id, arm, time, event.
fn table(people: &[(&str, f64, bool)]) -> String {
    let rows = people
        .iter()
        .enumerate()
        .map(|(place, (arm, time, is_event))| format!("P{place},{arm},{time},{}\n", u8::from(*is_event)));
    "subject_id,arm,time_months,event\n".to_owned() + &rows.collect::<String>()
}

/// The answer, and that its page can be made.
fn answer_and_page(text: &str, plan: &Plan) -> (Answer, ResultPage) {
    let import = import(&[("survival.csv", text)]);
    let answered = run(&import, plan, &mut |_, _| {}).remove(0);
    let page = result_page(&Overview::of(&import), plan, &answered, false).unwrap();
    (answered.result.unwrap(), page)
}

fn headline(page: &ResultPage) -> String {
    page.headline.iter().map(|phrase| phrase.text.as_str()).collect()
}

fn time_notes(answer: &Answer) -> Vec<&'static str> {
    let code = |kind: &&NoteKind| if let NoteKind::Time(note) = kind { Some(note.code()) } else { None };
    notes(answer).iter().filter_map(code).collect()
}

fn unanswered(answer: &Answer) -> Vec<(Option<&str>, &AnalysisError)> {
    let found = notes(answer).into_iter().filter_map(|kind| match kind {
        NoteKind::Unanswered { group, error, .. } => Some((group.as_deref(), error)),
        _ => None,
    });
    found.collect()
}

#[test]
fn a_plan_of_the_endpoint_alone_still_reads() {
    let plan: Plan =
        serde_json::from_str(r#"{"plan_version": 1, "analyses": [{"survival": {"endpoint": "death"}}]}"#).unwrap();
    assert_eq!(plan.survival().unwrap(), &SurvivalPlan::of(EndpointPlan::of("death".into())));
}

#[test]
fn nonsense_in_the_plan_is_refused() {
    let problem = |change: &dyn Fn(&mut SurvivalPlan)| {
        let mut survival = SurvivalPlan::of(EndpointPlan::of("death".into()));
        change(&mut survival);
        survival.problem()
    };
    assert_eq!(problem(&|_| {}), None);
    assert!(problem(&|survival| survival.months = vec![12.0, 12.0]).unwrap().contains("months"));
    assert!(problem(&|survival| survival.months = vec![0.0]).unwrap().contains("months"));
    assert!(problem(&|survival| survival.months = vec![f64::NAN]).unwrap().contains("months"));
    assert!(problem(&|survival| survival.gamma = -1.0).unwrap().contains("gamma"));
    assert!(problem(&|survival| survival.mean_horizon_months = Some(0.0)).unwrap().contains("mean_horizon"));
    assert!(problem(&|survival| survival.horizon_months = Some(-3.0)).unwrap().contains("horizon"));
}

/// The median, its limits, in days.
fn days_by_program(answer: &Answer, arm: &str, program: &str) -> [Option<f64>; 3] {
    let found = rows(answer, AnalysisId::KaplanMeier, Term::MedianByProgram);
    let is_own = |row: &&&Finding| row.group.as_deref() == Some(arm) && row.method.as_deref() == Some(program);
    let row = found.iter().find(is_own).unwrap();
    [row.estimate, row.conf_low, row.conf_high]
        .map(|months| months.map(|months| (TimeUnit::Days.from_months(months) * 1e6).round() / 1e6))
}

#[test]
fn programs_print_different_medians_of_one_curve() {
    // Days 20, 35, 50, 68, 87 events; 90, 95, 100, 110, 118 censored: one half from 87 on. R, lifelines, statsmodels:
    // run; tests/survival_against_r.
    let answer = ask(&files("flat_step"), &asked(Some("to the end"))).unwrap();
    let median = |program: &str| days_by_program(&answer, "to the end", program)[0];
    assert_eq!(median("R survival, quantile"), Some(102.5));
    assert_eq!(median("R survival, print"), Some(87.0));
    assert_eq!(median("R tern (teal)"), Some(87.0));
    assert_eq!(median("SAS PROC LIFETEST"), None);
    assert_eq!(median("lifelines"), Some(87.0));
    assert_eq!(median("statsmodels"), None);
    assert_eq!(median("GraphPad Prism"), Some(102.5));
    // 10, 20, 30, 60, all events: one half from 20 to 30.
    let median = |program: &str| days_by_program(&answer, "to an event", program)[0];
    for program in ["R survival, quantile", "R survival, print", "SAS PROC LIFETEST", "GraphPad Prism"] {
        assert_eq!(median(program), Some(25.0), "{program}");
    }
    assert_eq!((median("lifelines"), median("statsmodels")), (Some(20.0), Some(30.0)));
}

#[test]
fn programs_print_different_intervals_of_one_median() {
    let import = files("lung");
    let answer = ask(&import, &asked(Some("men"))).unwrap();
    let interval = |program: &str| days_by_program(&answer, "men", program);
    assert_eq!(interval("R tern (teal)"), [Some(270.0), Some(212.0), Some(306.0)]);
    assert_eq!(interval("R survival, print"), [Some(270.0), Some(212.0), Some(310.0)]);
    for program in ["SAS PROC LIFETEST", "lifelines", "statsmodels"] {
        assert_eq!(interval(program), [Some(270.0), Some(210.0), Some(306.0)], "{program}");
    }
    assert_eq!(interval("GraphPad Prism"), [Some(270.0), None, None]);
    for (scale, low, high) in [
        (IntervalScale::Plain, 212.0, 306.0),
        (IntervalScale::Log, 212.0, 310.0),
        (IntervalScale::LogLog, 210.0, 306.0),
        (IntervalScale::Logit, 210.0, 310.0),
    ] {
        let answer = ask(&import, &asked_with(Some("men"), |survival| survival.interval = scale)).unwrap();
        let median = row(&answer, AnalysisId::KaplanMeier, Term::MedianTime, "men");
        near(median.estimate, TimeUnit::Days.to_months(270.0));
        near(median.conf_low, TimeUnit::Days.to_months(low));
        near(median.conf_high, TimeUnit::Days.to_months(high));
    }
}

#[test]
fn a_negative_time_is_set_aside_and_a_time_of_0_is_not() {
    let people = [("x", -1.0, true), ("x", 0.0, true), ("x", 2.0, false), ("y", 0.0, false), ("y", 3.0, true)];
    let (answer, _) = answer_and_page(&table(&people), &asked(Some("x")));
    assert_eq!(row(&answer, AnalysisId::KaplanMeier, Term::Events, "x").n, Some(2));
    let first = rows(&answer, AnalysisId::KaplanMeier, Term::Survival)[0];
    assert_eq!((first.at, first.estimate, first.n), (Some(0.0), Some(0.5), Some(2)));
}

#[test]
fn everybody_censored_leaves_the_curves() {
    let people = [("x", 1.0, false), ("x", 2.0, false), ("y", 1.0, false), ("y", 2.0, false)];
    let (answer, page) = answer_and_page(&table(&people), &asked(Some("x")));
    assert_eq!(unanswered(&answer), [(None, &AnalysisError::NoEvents { endpoint: "death".into() })]);
    assert_eq!(rows(&answer, AnalysisId::Rmst, Term::RestrictedMean).len(), 0);
    assert!(headline(&page).contains("no comparison"), "{}", headline(&page));
}

#[test]
fn all_events_at_one_time_are_one_comparison() {
    let people: Vec<(&str, f64, bool)> = (0..16).map(|place| (["x", "y"][place % 2], 5.0, place % 3 > 0)).collect();
    let (answer, _) = answer_and_page(&table(&people), &asked(Some("x")));
    // Everybody is at risk at that one time: 16 people, 8 and 8, 10 events, 5 and 5 expected.
    near(row(&answer, AnalysisId::LogRank, Term::ExpectedEvents, "x").estimate, 5.0);
    assert_eq!(rows(&answer, AnalysisId::LogRank, Term::LogRank)[0].df, Some(1.0));
    // Nothing had happened before it: the weights for late events are 0.
    let others = rows(&answer, AnalysisId::LogRank, Term::OtherLogRank);
    assert!(others.iter().all(|row| !row.method.as_deref().unwrap().ends_with("1)")), "{others:?}");
    // All are followed to the month of the events, where the mean is the month.
    let mean = row(&answer, AnalysisId::Rmst, Term::RestrictedMean, "x");
    assert_eq!((mean.estimate, mean.std_error), (Some(5.0), Some(0.0)));
    assert!(unanswered(&answer).iter().any(|(group, _)| *group == Some("y")));
}

#[test]
fn an_arm_without_events_is_named_and_compared() {
    let people: Vec<(&str, f64, bool)> =
        (1..=12).map(|month| (["x", "y"][month % 2], month as f64, month % 2 == 0)).collect();
    let (answer, page) = answer_and_page(&table(&people), &asked(Some("x")));
    assert!(notes(&answer).contains(&&NoteKind::Time(TimeNote::ArmWithoutEvents { arm: "y".into(), n: 6 })));
    assert!(rows(&answer, AnalysisId::LogRank, Term::LogRank)[0].p_value.is_some());
    let mean = row(&answer, AnalysisId::Rmst, Term::RestrictedMean, "y");
    assert_eq!((mean.at, mean.estimate, mean.std_error), (Some(11.0), Some(11.0), Some(0.0)));
    assert_eq!(rows(&answer, AnalysisId::Rmst, Term::TimeLostRatio).len(), 0);
    assert!(page.doubts.iter().any(|doubt| doubt.starts_with("None of the 6 people in y")));
}

#[test]
fn ten_arms_have_nine_pairs() {
    let people: Vec<(String, f64, bool)> =
        (0..120).map(|place| (format!("arm {}", place % 10), (1 + (place * 37) % 41) as f64, place % 4 > 0)).collect();
    let people: Vec<(&str, f64, bool)> =
        people.iter().map(|(arm, time, event)| (arm.as_str(), *time, *event)).collect();
    let (answer, page) = answer_and_page(&table(&people), &asked(Some("arm 3")));
    let pairs = rows(&answer, AnalysisId::LogRank, Term::LogRank);
    assert_eq!((pairs.len(), pairs[0].df), (10, Some(9.0)));
    // Holm: the smallest p times nine.
    let smallest = pairs[1..].iter().min_by(|a, b| a.p_value.partial_cmp(&b.p_value).unwrap()).unwrap();
    near(smallest.estimate, (9.0 * smallest.p_value.unwrap()).min(1.0));
    assert!(headline(&page).contains("between the 10 arms"), "{}", headline(&page));
    assert_eq!(rows(&answer, AnalysisId::Rmst, Term::Difference).len(), 9);
}

#[test]
fn one_person_an_arm_is_answered_and_doubted() {
    let (answer, page) = answer_and_page(&table(&[("x", 1.0, true), ("y", 2.0, true)]), &asked(Some("x")));
    // At 1: one of two at risk, expected 1/2, variance 1/4.
    near(rows(&answer, AnalysisId::LogRank, Term::LogRank)[0].statistic, 1.0);
    assert!(notes(&answer).contains(&&NoteKind::FewPatients { group: "y".into(), n: 1 }));
    assert!(notes(&answer).contains(&&NoteKind::FewEvents { events: 2 }));
    assert!(!page.tables.is_empty());
    let (answer, _) = answer_and_page(&table(&[("x", 1.0, false), ("y", 2.0, true)]), &asked(Some("x")));
    assert!(unanswered(&answer).iter().any(|(group, _)| group.is_none()), "nobody is compared: {:?}", notes(&answer));
}

#[test]
fn one_arm_has_its_restricted_mean() {
    let people: Vec<(&str, f64, bool)> = (1..=4).map(|month| ("x", f64::from(month), true)).collect();
    let (answer, page) = answer_and_page(&table(&people), &asked(None));
    // 1 + 3/4 + 1/2 + 1/4.
    near(row(&answer, AnalysisId::Rmst, Term::RestrictedMean, "x").estimate, 2.5);
    assert!(headline(&page).contains("2.5 months"), "{}", headline(&page));
}

#[test]
fn a_control_without_anybody_leaves_the_overall_test() {
    let subjects = "subject_id,arm\nP0,x\nP1,x\nP2,y\nP3,y\nP4,z\n";
    let survival = "subject_id,time_months,event\nP0,1,1\nP1,4,1\nP2,2,1\nP3,3,0\n";
    let import = import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let answer = ask(&import, &asked(Some("z"))).unwrap();
    assert_eq!(rows(&answer, AnalysisId::LogRank, Term::LogRank).len(), 1);
    assert!(unanswered(&answer).contains(&(None, &AnalysisError::NoControl { control: "z".into() })));
    assert_eq!(rows(&answer, AnalysisId::Rmst, Term::Difference).len(), 0);
}

#[test]
fn an_event_before_entry_is_left_out_and_counted() {
    // Since onset at risk from the start on; the last one's event lies before it.
    let subjects = "subject_id,arm,onset_months\nP0,x,10\nP1,x,6\nP2,y,4\nP3,y,8\nP4,y,5\n";
    let survival = "subject_id,time_months,event\nP0,2,1\nP1,9,1\nP2,12,1\nP3,3,1\nP4,0,1\n";
    let import = import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let origin =
        TimeOrigin { column: "onset_months".into(), unit: TimeUnit::Months, is_before: true, is_entry_delayed: true };
    let asked = asked_with(Some("x"), |survival| survival.origin = Some(origin.clone()));
    let answer = ask(&import, &asked).unwrap();
    assert!(notes(&answer).contains(&&NoteKind::Time(TimeNote::NoTimeAtRisk { arm: "y".into(), subjects: 1 })));
    // y: 4 to 16 and 8 to 11: both at risk at 11.
    let steps = rows(&answer, AnalysisId::KaplanMeier, Term::Survival);
    let y: Vec<_> = steps.iter().filter(|row| row.group.as_deref() == Some("y")).map(|row| (row.at, row.n)).collect();
    assert_eq!(y, [(Some(11.0), Some(2)), (Some(16.0), Some(1))]);
    // Programs without late entry say so.
    let sas = rows(&answer, AnalysisId::KaplanMeier, Term::MedianByProgram);
    let sas = sas.iter().find(|row| row.method.as_deref() == Some("SAS PROC LIFETEST")).unwrap();
    assert_eq!((sas.estimate, sas.note.as_deref()), (None, Some("no late entry")));
}

#[test]
fn an_early_event_among_few_late_entries_is_doubted() {
    // Two come in at the start of time, thirty later; one of the two dies before.
    let mut subjects = "subject_id,arm,onset_months\nP0,x,1\nP1,x,1\n".to_owned();
    let mut survival = "subject_id,time_months,event\nP0,2,1\nP1,20,0\n".to_owned();
    for person in 2..32 {
        subjects += &format!("P{person},x,10\n");
        survival += &format!("P{person},{},{}\n", 5 + person, person % 2);
    }
    let import = import(&[("subjects.csv", &subjects), ("survival.csv", &survival)]);
    let origin =
        TimeOrigin { column: "onset_months".into(), unit: TimeUnit::Months, is_before: true, is_entry_delayed: true };
    let asked = asked_with(None, |survival| survival.origin = Some(origin.clone()));
    let answer = ask(&import, &asked).unwrap();
    let thin = TimeNote::ThinStart { arm: "x".into(), month: 3.0, at_risk: 2 };
    assert!(notes(&answer).contains(&&NoteKind::Time(thin)), "{:?}", notes(&answer));
}

#[test]
fn months_and_horizons_beyond_follow_up_are_told_and_the_rest_stands() {
    let asked = asked_with(Some("control"), |survival| {
        survival.months = vec![2.0, 4.5];
        survival.mean_horizon_months = Some(4.5);
    });
    let (answer, _) = answer_and_page(TWO_ARMS, &asked);
    let error = AnalysisError::BeyondFollowUp { month: 4.5, last_month: 4.0 };
    assert_eq!(unanswered(&answer), [(Some("control"), &error), (Some("control"), &error)]);
    assert_eq!(rows(&answer, AnalysisId::KaplanMeier, Term::SurvivalAtMonth).len(), 3);
    let differences = rows(&answer, AnalysisId::KaplanMeier, Term::SurvivalDifference);
    assert_eq!(differences.iter().map(|row| row.at).collect::<Vec<_>>(), [Some(2.0)]);
    // 2/3 less 3/4.
    near(differences[0].estimate, 2.0 / 3.0 - 0.75);
    assert_eq!(rows(&answer, AnalysisId::Rmst, Term::RestrictedMean).len(), 1);
}

#[test]
fn max_combo_of_three_arms_is_in_the_pairs() {
    let text = format!("{TWO_ARMS}H1,high,3,1\nH2,high,5,0\nH3,high,5,0\n");
    let asked = asked_with(Some("control"), |survival| survival.test = SurvivalTest::MaxCombo);
    let (answer, page) = answer_and_page(&text, &asked);
    let methods: Vec<_> = rows(&answer, AnalysisId::LogRank, Term::LogRank)
        .iter()
        .map(|row| (row.group.clone().unwrap_or_default(), row.method.clone().unwrap()))
        .collect();
    let named = |group: &str, method: &str| (group.to_owned(), method.to_owned());
    assert_eq!(methods, [named("", "log-rank"), named("treated", "MaxCombo"), named("high", "MaxCombo")]);
    assert!(headline(&page).contains("log-rank χ²"), "{}", headline(&page));
}

#[test]
fn people_without_a_stratum_are_in_the_curves_only() {
    let subjects = "subject_id,arm,site\nC1,control,a\nC2,control,b\nC3,control,a\nC4,control,\nT1,treated,b\nT2,treated,a\nT3,treated,a\n";
    let survival = "subject_id,time_months,event\nC1,1,1\nC2,2,0\nC3,3,1\nC4,4,0\nT1,2,1\nT2,4,1\nT3,5,0\n";
    let import = import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let asked = asked_with(Some("control"), |survival| survival.strata = vec!["site".into()]);
    let answer = ask(&import, &asked).unwrap();
    assert!(notes(&answer).contains(&&NoteKind::MissingCovariate { covariate: "site".into(), subjects: 1 }));
    assert_eq!(row(&answer, AnalysisId::KaplanMeier, Term::Events, "control").n, Some(4));
    let test = rows(&answer, AnalysisId::LogRank, Term::LogRank)[0];
    assert_eq!((test.n, test.method.as_deref()), (Some(6), Some("log-rank, stratified by site")));
    // a: at 1 control 2 of 4, at 3 control 1 of 3, at 4 none. b: at 2 control 1 of 2.
    near(row(&answer, AnalysisId::LogRank, Term::ExpectedEvents, "control").estimate, 0.5 + 1.0 / 3.0 + 0.5);
    let asked = asked_with(Some("control"), |survival| survival.strata = vec!["centre".into()]);
    let error = AnalysisError::NotInFiles { what: "column of the subjects".into(), name: "centre".into() };
    assert_eq!(ask(&import, &asked).unwrap_err(), error);
}

#[test]
fn curves_that_cross_are_told_and_equal_ones_are_not() {
    // x: 20 of 40 die early and none later; y: none early, 35 of 40 late.
    let mut people = Vec::new();
    for person in 0..40 {
        let own = f64::from(person) / 40.0;
        people.push(if person < 20 { ("x", 1.0 + 5.0 * own, true) } else { ("x", 30.0 + own, false) });
        people.push(if person < 35 { ("y", 12.0 + 10.0 * own, true) } else { ("y", 30.0 + own, false) });
    }
    let (answer, page) = answer_and_page(&table(&people), &asked(Some("x")));
    let codes = time_notes(&answer);
    assert!(codes.contains(&"curves_cross") && codes.contains(&"tests_disagree"), "{codes:?}");
    assert!(page.doubts.iter().any(|doubt| doubt.contains("one hazard ratio is a mean of both")));
    let alike: Vec<(&str, f64, bool)> =
        (0..80).map(|place| (["x", "y"][place % 2], 1.0 + (place / 2) as f64, place % 4 < 2)).collect();
    let (answer, page) = answer_and_page(&table(&alike), &asked(Some("x")));
    let codes = time_notes(&answer);
    assert!(!codes.contains(&"curves_cross") && !codes.contains(&"follow_up_differs"), "{codes:?}");
    assert!(codes.contains(&"absence_of_evidence"), "{codes:?}");
    assert!(headline(&page).contains("no clear difference"));
}

#[test]
fn uneven_follow_up_and_uneven_early_losses_are_told() {
    // Half of y leaves at 6 months, x stays to 24.
    let mut people = Vec::new();
    for person in 0..40 {
        let month = f64::from(person % 20);
        people.push(if person < 10 { ("x", 5.0 + month, true) } else { ("x", 24.0, false) });
        people.push(if person < 10 {
            ("y", 5.0 + month, true)
        } else {
            ("y", if person < 30 { 3.0 } else { 24.0 }, false)
        });
    }
    let (answer, _) = answer_and_page(&table(&people), &asked(Some("x")));
    assert!(time_notes(&answer).contains(&"follow_up_differs"), "{:?}", notes(&answer));
    // As many leave in all, y's early and x's near the end, and y's others stay longer.
    let mut people = Vec::new();
    for person in 0..30 {
        people.push(("x", if person < 20 { 20.0 + f64::from(person) / 10.0 } else { 24.0 }, false));
        people.push(("y", if person < 6 { 1.0 } else { 24.0 + f64::from(person) / 10.0 }, false));
    }
    people.extend([("x", 10.0, true), ("y", 10.0, true)]);
    let (answer, _) = answer_and_page(&table(&people), &asked(Some("x")));
    let codes = time_notes(&answer);
    assert!(codes.contains(&"early_losses") || codes.contains(&"follow_up_differs"), "{codes:?}");
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let people: Vec<(&str, f64, bool)> =
        (0..60).map(|place| (["x", "y", "z"][place % 3], ((place * 7) % 23 + 1) as f64, place % 5 > 0)).collect();
    let text = table(&people);
    let (header, body) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.reverse();
    let turned = format!("{header}\n{}\n", lines.join("\n"));
    let asked = asked_with(Some("x"), |survival| survival.is_ordered = true);
    let subjects = |lines: &str| import(&[("survival.csv", lines)]);
    let (one, other) = (ask(&subjects(&text), &asked).unwrap(), ask(&subjects(&turned), &asked).unwrap());
    for term in [Term::Survival, Term::MedianTime, Term::RestrictedMean, Term::SurvivalDifference] {
        let sorted = |answer: &Answer| {
            let mut rows: Vec<String> =
                answer.rows.iter().filter(|row| row.term == term).map(|row| format!("{row:?}")).collect();
            rows.sort();
            rows
        };
        assert_eq!(sorted(&one), sorted(&other), "{term:?}");
    }
    near(
        rows(&one, AnalysisId::LogRank, Term::LogRank)[0].statistic,
        rows(&other, AnalysisId::LogRank, Term::LogRank)[0].statistic.unwrap(),
    );
}

#[test]
fn the_page_of_the_demo_tells_how_sure_it_is() {
    let demo =
        |name: &str| std::fs::read_to_string(format!("{}/public/demo/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let import = import(&[("subjects.csv", &demo("subjects.csv")), ("survival.csv", &demo("survival.csv"))]);
    let asked = asked(Some("Control"));
    let answered = run(&import, &asked, &mut |_, _| {}).remove(0);
    let page = result_page(&Overview::of(&import), &asked, &answered, false).unwrap();
    assert_eq!(
        headline(&page),
        "The time to death shows no clear difference between MSC and Control (log-rank χ² 0.61 on 1 df, p = 0.434)."
    );
    let mean = "Up to month 60 people in MSC lived on average 0.4 months less (95% CI of the difference −9.4 to 8.7).";
    assert!(page.subline.starts_with(mean), "{}", page.subline);
    let titles: Vec<&str> = page.tables.iter().map(|table| table.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Events and median time by arm",
            "Alive at chosen months",
            "Restricted mean time to month 60, months",
            "All arms by each test",
            "Numbers under the curves",
            "The same, as other programs print it by default"
        ]
    );
    assert!(page.tables.iter().all(|table| table.rows.iter().all(|row| row.len() == table.columns.len())));
    assert_eq!(page.figures.iter().map(|figure| figure.key).collect::<Vec<_>>(), ["survival", "check-hazards"]);
}
