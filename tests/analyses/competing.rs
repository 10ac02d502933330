//! Competing events: incidence, what one minus Kaplan-Meier makes of it, tests, doubts.

use second_look::analysis::competing::CompetingPlan;
use second_look::analysis::time_to_event::{EndpointPlan, TimeOrigin, VENTILATION};
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, NoteKind, Plan, Term, TimeNote};
use second_look::engine::run;
use second_look::import::Import;
use second_look::report::Overview;
use second_look::report::result_page;

use crate::{ask, import, near, near_by, notes, plan};

const ID: AnalysisId = AnalysisId::CumulativeIncidence;

fn tube_against_death(months: &[f64]) -> CompetingPlan {
    CompetingPlan {
        time: EndpointPlan { or: vec!["death".into()], ..EndpointPlan::of("tracheostomy".into()) },
        interest: "tracheostomy".into(),
        months: months.to_vec(),
        rho: 0.0,
        strata: Vec::new(),
    }
}

fn asked(control: Option<&str>, competing: CompetingPlan) -> Plan {
    plan(control, vec![AnalysisPlan::Competing(competing)])
}

/// Control: tube at 1, dead at 2, last seen at 3, tube at 4. Treated: dead at 1, tube at 3, last seen at 5.
const TWO_ARMS: &str = "subject_id,arm,time_months,status\n\
    C1,control,1,tracheostomy\nC2,control,2,dead\nC3,control,3,censored\nC4,control,4,tracheostomy\n\
    T1,treated,1,dead\nT2,treated,3,tracheostomy\nT3,treated,5,censored\n";

fn answer(text: &str, control: Option<&str>, competing: CompetingPlan) -> Answer {
    ask(&import(&[("survival.csv", text)]), &asked(control, competing)).unwrap()
}

fn estimate(answer: &Answer, term: Term, outcome: &str, group: &str, at: f64) -> Option<f64> {
    let mut found = answer.rows.iter().filter(|row| {
        row.analysis == ID
            && row.term == term
            && row.outcome == outcome
            && row.group.as_deref() == Some(group)
            && row.at == Some(at)
    });
    let row = found.next().unwrap_or_else(|| panic!("{term:?} {outcome} {group} {at}"));
    assert!(found.next().is_none(), "{term:?} {outcome} {group} {at} twice");
    row.estimate
}

fn doubts(answer: &Answer) -> Vec<&TimeNote> {
    notes(answer)
        .into_iter()
        .filter_map(|kind| if let NoteKind::Time(note) = kind { Some(note) } else { None })
        .collect()
}

/// The page is made without a panic, and says something.
fn page(import: &Import, plan: &Plan) -> String {
    let overview = Overview::of(import);
    let answered = run(import, plan, &mut |_, _| {}).remove(0);
    match result_page(&overview, plan, &answered, false) {
        Ok(page) => page.headline.iter().map(|phrase| phrase.text.as_str()).collect(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn the_incidence_is_what_is_left_free_times_the_share_that_has_the_event() {
    let answer = answer(TWO_ARMS, Some("control"), tube_against_death(&[1.0, 3.5, 4.0]));
    let of = |term: Term, outcome: &str, group: &str, at: f64| estimate(&answer, term, outcome, group, at);
    // Control: 1/4; then 3/4 are free, 1/3 of them die; then 1/2 is free, and the last one has a tube.
    near(of(Term::Incidence, "tracheostomy", "control", 1.0), 0.25);
    near(of(Term::Incidence, "tracheostomy", "control", 3.5), 0.25);
    near(of(Term::Incidence, "tracheostomy", "control", 4.0), 0.75);
    near(of(Term::Incidence, "death", "control", 3.5), 0.25);
    near(of(Term::Survival, "tracheostomy or death", "control", 3.5), 0.5);
    near(of(Term::Survival, "tracheostomy or death", "control", 4.0), 0.0);
    // With the death as a censoring, the last one stands for all: 1 − 3/4 x 0.
    near(of(Term::NaiveIncidence, "tracheostomy", "control", 4.0), 1.0);
    // Treated: 1/3 dies, half of the other 2/3 has a tube; naively half of all.
    near(of(Term::Incidence, "tracheostomy", "treated", 4.0), 1.0 / 3.0);
    near(of(Term::NaiveIncidence, "tracheostomy", "treated", 4.0), 0.5);
    near(of(Term::IncidenceDifference, "tracheostomy", "treated", 4.0), 1.0 / 3.0 - 0.75);
    let naive = TimeNote::NaiveOverstates {
        cause: "tracheostomy".into(),
        arm: "control".into(),
        at_month: 4.0,
        naive: 1.0,
        incidence: 0.75,
    };
    assert!(doubts(&answer).contains(&&naive), "{:?}", doubts(&answer));
    assert!(doubts(&answer).contains(&&TimeNote::FewOfCause { cause: "death".into(), events: 2 }));
}

#[test]
fn the_shares_of_all_events_and_of_none_make_one() {
    let answer = answer(TWO_ARMS, Some("control"), tube_against_death(&[1.0, 2.0, 3.0, 4.0]));
    for group in ["control", "treated"] {
        for at in [1.0, 2.0, 3.0, 4.0] {
            let of = |term, outcome| estimate(&answer, term, outcome, group, at).unwrap();
            let sum = of(Term::Incidence, "tracheostomy")
                + of(Term::Incidence, "death")
                + of(Term::Survival, "tracheostomy or death");
            near(Some(sum), 1.0);
        }
    }
}

#[test]
fn beyond_the_last_follow_up_there_is_no_answer_unless_everybody_had_an_event() {
    let answer = answer(TWO_ARMS, Some("control"), tube_against_death(&[4.0, 6.0]));
    near(estimate(&answer, Term::Incidence, "tracheostomy", "control", 6.0), 0.75);
    let beyond = TimeNote::MonthBeyondFollowUp { arm: "treated".into(), at_month: 6.0, last_month: 5.0 };
    assert!(doubts(&answer).contains(&&beyond));
    assert!(!answer.rows.iter().any(|row| row.at == Some(6.0) && row.group.as_deref() == Some("treated")));
}

#[test]
fn two_files_say_the_same_as_words() {
    let death = "subject_id,arm,time_months,event\nC1,control,1,0\nC2,control,2,1\nC3,control,3,0\nC4,control,4,0\n\
                 T1,treated,1,1\nT2,treated,9,1\nT3,treated,5,0\n";
    let tube = "subject_id,endpoint,time_months,event\nC1,tracheostomy,1,1\nC2,tracheostomy,2,0\nC3,tracheostomy,3,0\n\
                C4,tracheostomy,4,1\nT1,tracheostomy,1,0\nT2,tracheostomy,3,1\nT3,tracheostomy,5,0\n";
    let asked = asked(Some("control"), tube_against_death(&[4.0]));
    let files = ask(&import(&[("death.csv", death), ("tube.csv", tube)]), &asked).unwrap();
    let words = ask(&import(&[("survival.csv", TWO_ARMS)]), &asked).unwrap();
    assert_eq!(files.rows, words.rows);
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut lines: Vec<&str> = TWO_ARMS.trim_end().lines().collect();
    lines[1..].reverse();
    let turned = answer(&lines.join("\n"), Some("control"), tube_against_death(&[4.0]));
    let straight = answer(TWO_ARMS, Some("control"), tube_against_death(&[4.0]));
    assert_eq!(turned.rows.len(), straight.rows.len());
    for (one, other) in turned.rows.iter().zip(&straight.rows) {
        assert_eq!((one.term, &one.outcome, &one.group), (other.term, &other.outcome, &other.group));
        if let Some(estimate) = other.estimate {
            near(one.estimate, estimate);
        }
    }
}

#[test]
fn of_two_events_at_one_time_the_one_named_first_counts_and_it_is_said() {
    let text = "subject_id,arm,endpoint,time_months,event\n\
                A,x,death,5,1\nA,x,tracheostomy,5,1\nB,x,death,7,1\nB,x,tracheostomy,7,0\n\
                C,y,death,4,0\nC,y,tracheostomy,3,1\nD,y,death,8,1\nD,y,tracheostomy,8,0\n";
    let first = answer(text, Some("x"), tube_against_death(&[8.0]));
    near(estimate(&first, Term::Incidence, "tracheostomy", "x", 8.0), 0.5);
    let tied = |counted: &str| TimeNote::TiedEvents { subjects: 1, counted: counted.into() };
    assert!(doubts(&first).contains(&&tied("tracheostomy")), "{:?}", doubts(&first));
    let turned = EndpointPlan { or: vec!["tracheostomy".into()], ..EndpointPlan::of("death".into()) };
    let turned = answer(text, Some("x"), CompetingPlan { time: turned, ..tube_against_death(&[8.0]) });
    near(estimate(&turned, Term::Incidence, "tracheostomy", "x", 8.0), 0.0);
    assert!(doubts(&turned).contains(&&tied("death")));
}

#[test]
fn fewer_of_one_and_more_of_the_other_is_said() {
    // Treated: all dead before anybody can have a tube. Control: all have one.
    let mut text = String::from("subject_id,arm,time_months,status\n");
    for person in 0..6 {
        text.push_str(&format!(
            "T{person},treated,{},dead\nC{person},control,{},tracheostomy\n",
            1 + person,
            3 + person
        ));
    }
    let answer = answer(&text, Some("control"), tube_against_death(&[8.0]));
    let offset = TimeNote::CompetingOffsets {
        arm: "treated".into(),
        cause: "tracheostomy".into(),
        difference: -1.0,
        competing: "death".into(),
        competing_difference: 1.0,
        at_month: 8.0,
    };
    assert!(
        doubts(&answer).iter().any(|doubt| match doubt {
            TimeNote::CompetingOffsets { arm, difference, competing_difference, .. } => {
                arm == "treated" && (difference + 1.0).abs() < 1e-12 && (competing_difference - 1.0).abs() < 1e-12
            }
            _ => false,
        }),
        "{offset:?} is not among {:?}",
        doubts(&answer)
    );
    let absent = |cause: &str, arm: &str| TimeNote::CauseAbsentInArm { cause: cause.into(), arm: arm.into(), of: 6 };
    assert!(doubts(&answer).contains(&&absent("tracheostomy", "treated")));
    assert!(doubts(&answer).contains(&&absent("death", "control")));
    assert!(!answer.rows.iter().any(|row| row.term == Term::CauseSpecificHazardRatio));
}

#[test]
fn item_twelve_is_an_event_that_visits_find() {
    let visits = "subject_id,arm,month,alsfrs_r_12_respiratory\n\
                  A,x,0,4\nA,x,3,2\nA,x,6,0\nB,x,0,4\nB,x,3,3\nC,y,0,4\nC,y,3,0\nD,y,0,4\nD,y,3,4\n";
    let survival = "subject_id,time_months,event\nA,20,1\nB,12,1\nC,9,0\nD,5,0\n";
    let import = import(&[("visits.csv", visits), ("survival.csv", survival)]);
    let default = CompetingPlan::default_for(&import.trial).unwrap();
    assert_eq!((default.interest.as_str(), default.time.endpoint.as_str()), (VENTILATION, "death"));
    let answer = ask(&import, &asked(Some("x"), CompetingPlan { months: vec![6.0], ..default })).unwrap();
    near(estimate(&answer, Term::Incidence, VENTILATION, "x", 6.0), 0.5);
    // A and C came to 0, each three months after the visit before; B was followed for nine months after the last visit.
    let seen = TimeNote::SeenAtVisits { gap_months: Some(3.0), unseen: 1, of: 4 };
    assert!(doubts(&answer).contains(&&seen), "{:?}", doubts(&answer));
}

#[test]
fn the_default_asks_for_what_is_no_death_and_needs_two_events() {
    let of = |text: &str| CompetingPlan::default_for(&import(&[("survival.csv", text)]).trial);
    assert_eq!(of("subject_id,arm,time_months,event\nA,x,1,1\nB,y,2,0\n"), None);
    let both = "subject_id,arm,endpoint,time_months,event\nA,x,death,3,1\nB,y,death,2,0\n\
                A,x,death_or_tracheostomy,2,1\nB,y,death_or_tracheostomy,2,0\n";
    assert_eq!(of(both), None, "a composite does not compete with its part");
    let more = format!("{both}A,x,gastrostomy,1,1\nB,y,gastrostomy,1,1\nA,x,niv,2,1\nB,y,niv,2,0\n");
    let plan = of(&more).unwrap();
    assert_eq!((plan.interest.as_str(), plan.causes()), ("niv", vec!["niv".to_owned(), "death".to_owned()]));
    assert_eq!(plan.months, [2.0], "nobody was followed to month 6");
    assert_eq!(of("subject_id,arm,endpoint,time_months,event\nA,x,death,3,1\nA,x,niv,3,0\n"), None);
}

#[test]
fn an_event_that_ends_follow_up_competes_unless_it_is_left_out_and_then_it_is_said() {
    let text = "subject_id,arm,time_months,status\nA,x,3,dead\nB,x,2,tracheostomy\nC,x,5,NIV\nD,y,4,NIV\nE,y,6,dead\n";
    let default = CompetingPlan::default_for(&import(&[("survival.csv", text)]).trial).unwrap();
    assert_eq!(default.causes(), ["niv", "tracheostomy", "death"]);
    let left_out = answer(text, Some("x"), tube_against_death(&[3.0]));
    let ended = TimeNote::EndedByOther { other: "niv".into(), subjects: 2 };
    assert!(doubts(&left_out).contains(&&ended), "{:?}", doubts(&left_out));
    // A gastrostomy after which people are followed on does not.
    let text = "subject_id,arm,endpoint,time_months,event\nA,x,death,9,1\nA,x,niv,9,0\nA,x,peg,3,1\n\
                B,y,death,8,1\nB,y,niv,4,1\nB,y,peg,8,0\n";
    let default = CompetingPlan::default_for(&import(&[("survival.csv", text)]).trial).unwrap();
    assert_eq!(default.causes(), ["niv", "death"]);
}

#[test]
fn late_entries_have_curves_and_ratios_and_no_test_by_gray() {
    let subjects = "subject_id,arm,onset_months\nC1,control,10\nC2,control,4\nC3,control,7\nC4,control,5\n\
                    T1,treated,8\nT2,treated,12\nT3,treated,6\n";
    let survival = TWO_ARMS.lines().map(|line| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells.remove(1);
        format!("{}\n", cells.join(","))
    });
    let import = import(&[("subjects.csv", subjects), ("survival.csv", &survival.collect::<String>())]);
    let mut asked_for = tube_against_death(&[12.0]);
    asked_for.time.origin = TimeOrigin::candidates(&import.trial).pop();
    assert!(asked_for.time.origin.is_some());
    let answer = ask(&import, &asked(Some("control"), asked_for)).unwrap();
    assert!(doubts(&answer).contains(&&TimeNote::NoGrayWithLateEntries));
    assert!(!answer.rows.iter().any(|row| row.term == Term::GraysTest));
    // Control from onset: C2 at risk 4 to 6 (dead), C4 5 to 9 (tube), C3 7 to 10, C1 10 to 11 (tube).
    // At 6 two are at risk: half dies. At 9 C4 and C3: half of the half has a tube. At 11 C1 alone.
    near(estimate(&answer, Term::Incidence, "death", "control", 12.0), 0.5);
    near(estimate(&answer, Term::Incidence, "tracheostomy", "control", 12.0), 0.5);
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    let sound = tube_against_death(&[6.0]);
    assert_eq!(sound.problem(), None);
    let bad = [
        CompetingPlan { interest: "stroke".into(), ..sound.clone() },
        CompetingPlan { months: Vec::new(), ..sound.clone() },
        CompetingPlan { months: vec![0.0], ..sound.clone() },
        CompetingPlan { rho: f64::NAN, ..sound.clone() },
        CompetingPlan { time: EndpointPlan::of("tracheostomy".into()), ..sound.clone() },
    ];
    for plan in bad {
        assert!(plan.problem().is_some(), "{plan:?}");
    }
    let mut plan = sound;
    plan.set_causes(&["death".into(), VENTILATION.into()]);
    assert_eq!((plan.time.or_ventilation, plan.interest.as_str(), plan.problem()), (true, VENTILATION, None));
}

#[test]
fn awkward_files_have_answers_or_reasons() {
    let file = |rows: &[(&str, f64, &str)]| {
        let mut text = String::from("subject_id,arm,time_months,status\n");
        for (place, (arm, time, status)) in rows.iter().enumerate() {
            text.push_str(&format!("P{place},{arm},{time},{status}\n"));
        }
        text
    };
    // Of two events only one happens: nothing competes.
    let text = "subject_id,arm,endpoint,time_months,event\nA,x,death,3,0\nA,x,tracheostomy,2,1\nB,x,death,4,0\n\
                B,x,tracheostomy,4,0\nC,y,death,2,0\nC,y,tracheostomy,1,1\n";
    let one_cause = answer(text, Some("x"), tube_against_death(&[2.0]));
    assert!(doubts(&one_cause).contains(&&TimeNote::CauseNeverHappened { cause: "death".into() }));
    let incidence = estimate(&one_cause, Term::Incidence, "tracheostomy", "x", 2.0);
    near(incidence, estimate(&one_cause, Term::NaiveIncidence, "tracheostomy", "x", 2.0).unwrap());
    // One arm.
    let one_arm = file(&[("x", 1.0, "dead"), ("x", 2.0, "tracheostomy"), ("x", 3.0, "censored")]);
    let found = answer(&one_arm, None, tube_against_death(&[2.0]));
    let error = AnalysisError::OneArm { arms_with_data: 1 };
    assert!(notes(&found).contains(&&NoteKind::Unanswered { group: None, at_month: None, error }));
    near_by(estimate(&found, Term::Incidence, "tracheostomy", "x", 2.0), 1.0 / 3.0, 1e-12);
    // An arm without any event.
    let quiet = file(&[("x", 1.0, "dead"), ("x", 2.0, "tracheostomy"), ("y", 3.0, "censored"), ("y", 4.0, "censored")]);
    let found = answer(&quiet, Some("x"), tube_against_death(&[2.0]));
    near(estimate(&found, Term::Incidence, "tracheostomy", "y", 2.0), 0.0);
    assert!(doubts(&found).contains(&&TimeNote::CauseAbsentInArm { cause: "death".into(), arm: "y".into(), of: 2 }));
    // Everything at one time.
    let together: Vec<(&str, f64, &str)> = [("x", "dead"), ("x", "tracheostomy"), ("y", "dead"), ("y", "censored")]
        .into_iter()
        .map(|(arm, status)| (arm, 2.0, status))
        .collect();
    let found = answer(&file(&together), Some("x"), tube_against_death(&[2.0]));
    near(estimate(&found, Term::Incidence, "death", "x", 2.0), 0.5);
    near(estimate(&found, Term::Incidence, "death", "y", 2.0), 0.5);
    // Ten arms.
    let arms: Vec<String> = (0..10).map(|arm| format!("arm {arm}")).collect();
    let mut many = Vec::new();
    for (place, arm) in arms.iter().enumerate() {
        for (person, status) in ["dead", "tracheostomy", "censored", "dead"].into_iter().enumerate() {
            many.push((arm.as_str(), 1.0 + ((place * 3 + person * 5) % 7) as f64, status));
        }
    }
    let found = answer(&file(&many), Some("arm 0"), tube_against_death(&[3.0]));
    let tests = found.rows.iter().filter(|row| row.term == Term::GraysTest && row.outcome == "tracheostomy");
    let df: Vec<Option<f64>> = tests.map(|row| row.df).collect();
    assert_eq!((df.len(), df[0]), (10, Some(9.0)));
    // Nobody with an event.
    let text = "subject_id,arm,endpoint,time_months,event\nA,x,death,3,0\nA,x,tracheostomy,2,0\nB,y,death,4,0\nB,y,tracheostomy,4,0\n";
    let import_of = |text: &str| import(&[("survival.csv", text)]);
    let asked_of = |control| asked(control, tube_against_death(&[2.0]));
    assert!(matches!(ask(&import_of(text), &asked_of(Some("x"))), Err(AnalysisError::NoEvents { .. })));
    // Each of them has a page.
    for (text, control) in [
        (one_arm.as_str(), None),
        (quiet.as_str(), Some("x")),
        (&file(&together), Some("x")),
        (&file(&many), Some("arm 0")),
        (TWO_ARMS, Some("control")),
    ] {
        let said = page(&import_of(text), &asked_of(control));
        assert!(said.starts_with("By month 2"), "{said}");
    }
}

#[test]
fn the_page_says_the_share_of_each_arm() {
    let said = page(&import(&[("survival.csv", TWO_ARMS)]), &asked(Some("control"), tube_against_death(&[1.0, 4.0])));
    assert!(
        said.starts_with("By month 4 the incidence of tracheostomy is 33% in treated and 75% in control"),
        "{said}"
    );
}
