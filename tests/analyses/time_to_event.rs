//! Which event, counted from when, until when, on whole files.

use second_look::analysis::time_to_event::{EndpointPlan, TimeOrigin, TimeToEvent, VENTILATION, time_to_event};
use second_look::analysis::{AnalysisError, Plan, Population, TimeNote};
use second_look::import::Import;
use second_look::stats::survival::{KaplanMeierOptions, estimate_kaplan_meier};
use second_look::trial::TimeUnit;

use crate::{import, near, near_by, plan};

fn asked(control: Option<&str>) -> Plan {
    plan(control, Vec::new())
}

type Found = Result<(TimeToEvent, Vec<TimeNote>), AnalysisError>;

fn found(import: &Import, time: &EndpointPlan) -> Found {
    let control = import.trial.arms.first().map(|arm| arm.name.clone());
    let population = Population::of(&import.trial, &asked(control.as_deref())).unwrap();
    time_to_event(&import.trial, &population, time)
}

/// Identifier, time and the name of what happened.
fn told(import: &Import, found: &TimeToEvent) -> Vec<(String, f64, Option<String>)> {
    let people = found.subjects.iter().zip(&found.times).zip(&found.cause);
    people
        .map(|((subject, time), cause)| {
            (import.trial.subjects[*subject].id.clone(), *time, cause.map(|place| found.causes[place].clone()))
        })
        .collect()
}

fn is(told: &[(String, f64, Option<String>)], expected: &[(&str, f64, Option<&str>)]) {
    let plain: Vec<(&str, f64, Option<&str>)> =
        told.iter().map(|(id, time, cause)| (id.as_str(), *time, cause.as_deref())).collect();
    assert_eq!(plain, expected);
}

const LONG: &str = "subject_id,arm,endpoint,time_months,event\n\
    A,x,death,10,1\nA,x,tracheostomy,7,1\nA,x,gastrostomy,3,1\n\
    B,x,death,12,0\nB,x,tracheostomy,11,0\nB,x,gastrostomy,12,0\n\
    C,y,death,8,0\nC,y,tracheostomy,9,1\nC,y,gastrostomy,9,0\n\
    D,y,death,9,1\nD,y,tracheostomy,9,1\nD,y,gastrostomy,1,0\n\
    E,y,death,5,1\n";

fn death_or(or: &[&str]) -> EndpointPlan {
    EndpointPlan { or: or.iter().map(|name| (*name).to_owned()).collect(), ..EndpointPlan::of("death".into()) }
}

#[test]
fn the_first_of_several_endpoints_of_a_long_file_is_the_event() {
    let import = import(&[("survival.csv", LONG)]);
    let (alone, _) = found(&import, &death_or(&[])).unwrap();
    is(
        &told(&import, &alone),
        &[
            ("A", 10.0, Some("death")),
            ("B", 12.0, None),
            ("C", 8.0, None),
            ("D", 9.0, Some("death")),
            ("E", 5.0, Some("death")),
        ],
    );
    let (both, _) = found(&import, &death_or(&["tracheostomy"])).unwrap();
    assert_eq!(both.name, "death or tracheostomy");
    is(
        &told(&import, &both),
        &[
            ("A", 7.0, Some("tracheostomy")),
            // Nobody knows of a tracheostomy after month 11.
            ("B", 11.0, None),
            ("C", 9.0, Some("tracheostomy")),
            // At one time: the one named first.
            ("D", 9.0, Some("death")),
            ("E", 5.0, Some("death")),
        ],
    );
    assert_eq!((both.events(), both.len(), both.last_month(), both.arms), (4, 5, 11.0, vec![0, 0, 1, 1, 1]));
    let twice = death_or(&["tracheostomy", "death", "tracheostomy"]);
    assert_eq!(twice.names().collect::<Vec<_>>(), ["death", "tracheostomy"]);
    assert_eq!(found(&import, &twice).unwrap().0.causes, ["death", "tracheostomy"]);
    let unknown = found(&import, &death_or(&["transplant"])).unwrap_err();
    assert_eq!(unknown, AnalysisError::NotInFiles { what: "endpoint".into(), name: "transplant".into() });
}

/// Forms with item 12: A at 0 from month 6 on, B before the start already, C never, D at month 0, E without a record.
fn forms() -> String {
    let mut text = "subject_id,month,alsfrs_r_12_respiratory\n".to_owned();
    for (id, visits) in [
        ("A", [(0, 4), (6, 0), (9, 0)]),
        ("B", [(-2, 0), (0, 1), (6, 0)]),
        ("C", [(0, 4), (6, 3), (20, 2)]),
        ("D", [(-2, 2), (0, 0), (6, 0)]),
        ("E", [(0, 4), (3, 0), (6, 0)]),
    ] {
        for (month, value) in visits {
            text.push_str(&format!("{id},{month},{value}\n"));
        }
    }
    text
}

const SURVIVAL: &str = "subject_id,arm,time_months,event\nA,x,10,1\nB,x,10,1\nC,y,12,0\nD,y,10,1\n";

#[test]
fn a_form_with_nothing_left_on_item_twelve_is_an_event() {
    let import = import(&[("visits.csv", &forms()), ("survival.csv", SURVIVAL)]);
    let time = EndpointPlan { or_ventilation: true, ..EndpointPlan::of("death".into()) };
    let (found_of, notes) = found(&import, &time).unwrap();
    assert_eq!(found_of.name, format!("death or {VENTILATION}"));
    // Who was ventilated at or before the start cannot become so. C's visit at month 20 lengthens nothing.
    is(&told(&import, &found_of), &[("A", 6.0, Some(VENTILATION)), ("C", 12.0, None)]);
    assert_eq!(
        notes,
        [
            TimeNote::NoTimeAtRisk { arm: "x".into(), subjects: 1 },
            TimeNote::NoTimeAtRisk { arm: "y".into(), subjects: 1 }
        ]
    );
    let (without, _) = found(&import, &EndpointPlan::of("death".into())).unwrap();
    assert_eq!(without.len(), 4);
}

#[test]
fn of_those_without_a_record_the_ventilated_are_not_taken_alone() {
    let text = forms().replace("subject_id", "subject_id,arm").replace("\nE,", "\nE,x,").replace("\nA,", "\nA,x,");
    let text = text.replace("\nB,", "\nB,x,").replace("\nC,", "\nC,y,").replace("\nD,", "\nD,y,");
    let import = import(&[("visits.csv", &text), ("survival.csv", SURVIVAL)]);
    let time = EndpointPlan { or_ventilation: true, ..EndpointPlan::of("death".into()) };
    let (found_of, notes) = found(&import, &time).unwrap();
    assert!(told(&import, &found_of).iter().all(|(id, ..)| id != "E"));
    assert!(notes.contains(&TimeNote::WithoutFollowUp { subjects: 1 }), "{notes:?}");
}

#[test]
fn ventilation_of_a_file_and_of_item_twelve_are_told_apart() {
    let long = "subject_id,arm,endpoint,time_months,event\nA,x,death,10,1\nA,x,permanent_ventilation,8,1\n\
        C,y,death,12,0\nC,y,permanent_ventilation,12,0\n";
    let import = import(&[("visits.csv", &forms()), ("survival.csv", long)]);
    let time = EndpointPlan { or_ventilation: true, ..death_or(&["permanent_ventilation"]) };
    let (found_of, _) = found(&import, &time).unwrap();
    assert_eq!(found_of.causes, ["death", "permanent_ventilation", VENTILATION]);
    is(&told(&import, &found_of), &[("A", 6.0, Some(VENTILATION)), ("C", 12.0, None)]);
}

#[test]
fn without_the_item_there_is_no_ventilation() {
    let import = import(&[("survival.csv", SURVIVAL)]);
    let time = EndpointPlan { or_ventilation: true, ..EndpointPlan::of("death".into()) };
    let error = AnalysisError::NotInFiles { what: "item of the ALSFRS-R".into(), name: "item 12".into() };
    assert_eq!(found(&import, &time).unwrap_err(), error);
    assert!(!time.is_in(&import.trial) && EndpointPlan::of("death".into()).is_in(&import.trial));
}

fn from_column(column: &str, unit: TimeUnit, is_before: bool, is_entry_delayed: bool) -> EndpointPlan {
    let origin = TimeOrigin { column: column.into(), unit, is_before, is_entry_delayed };
    EndpointPlan { origin: Some(origin), ..EndpointPlan::of("death".into()) }
}

#[test]
fn time_since_onset_begins_with_the_trial_s_start() {
    let subjects = "subject_id,arm,onset_months\nA,x,17\nB,x,0\nC,y,\nD,y,25.1\nE,y,24.9\n";
    let survival = "subject_id,time_months,event\nA,10,1\nB,3,1\nC,12,0\nD,10.2,1\nE,10.4,1\n";
    let import = import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let (found_of, notes) = found(&import, &from_column("onset_months", TimeUnit::Months, true, true)).unwrap();
    assert_eq!(found_of.times, [27.0, 3.0, 35.3, 35.3]);
    assert_eq!(found_of.entries, Some(vec![17.0, 0.0, 25.1, 24.9]));
    // Equal on paper is equal to the last bit: a tie.
    assert_eq!(found_of.times[2].to_bits(), found_of.times[3].to_bits());
    assert_eq!(notes, [TimeNote::WithoutOrigin { arm: "y".into(), column: "onset_months".into(), subjects: 1 }]);
    // Without the delay everybody would be at risk from the onset on.
    let (naive, _) = found(&import, &from_column("onset_months", TimeUnit::Months, true, false)).unwrap();
    assert_eq!((naive.entries, naive.times), (None, vec![27.0, 3.0, 35.3, 35.3]));
    let error = found(&import, &from_column("onset_site", TimeUnit::Months, true, true)).unwrap_err();
    assert_eq!(error, AnalysisError::NotInFiles { what: "column with numbers".into(), name: "onset_site".into() });
}

#[test]
fn time_from_randomisation_shifts_and_leaves_out_what_came_before() {
    let subjects = "subject_id,arm,randomisation_day\nA,x,-7\nB,x,0\nC,y,14\nD,y,30\n";
    let survival = "subject_id,time_days,event\nA,100,1\nB,93,1\nC,14,1\nD,20,0\n";
    let import = import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let (found_of, notes) = found(&import, &from_column("randomisation_day", TimeUnit::Days, false, false)).unwrap();
    let days: Vec<f64> =
        found_of.times.iter().map(|time| (TimeUnit::Days.from_months(*time) * 1e6).round() / 1e6).collect();
    assert_eq!((days, found_of.entries, found_of.time_unit), (vec![107.0, 93.0], None, TimeUnit::Days));
    // C's event is at its randomisation, D was last seen before it.
    assert_eq!(notes, [TimeNote::NoTimeAtRisk { arm: "y".into(), subjects: 2 }]);
}

#[test]
fn a_first_injection_that_controls_do_not_have_is_said_by_arm() {
    let subjects = "subject_id,arm,first_injection_day\nA,control,\nB,control,\nC,cells,31\nD,cells,28\n";
    let survival = "subject_id,time_days,event\nA,100,1\nB,93,1\nC,140,1\nD,200,0\n";
    let import = import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let (found_of, notes) = found(&import, &from_column("first_injection_day", TimeUnit::Days, false, false)).unwrap();
    assert_eq!(found_of.arms, [1, 1]);
    let column = "first_injection_day".to_owned();
    assert_eq!(notes, [TimeNote::WithoutOrigin { arm: "control".into(), column, subjects: 2 }]);
}

#[test]
fn beyond_the_horizon_nobody_has_an_event() {
    let survival = "subject_id,arm,time_months,event\nA,x,6,1\nB,x,6.1,1\nC,y,9,0\nD,y,3,1\n";
    let import = import(&[("survival.csv", survival)]);
    let time = EndpointPlan { horizon_months: Some(6.0), ..EndpointPlan::of("death".into()) };
    let (found_of, _) = found(&import, &time).unwrap();
    is(
        &told(&import, &found_of),
        &[("A", 6.0, Some("death")), ("B", 6.0, None), ("C", 6.0, None), ("D", 3.0, Some("death"))],
    );
    assert_eq!(found_of.is_event, [true, false, false, true]);
    for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let time = EndpointPlan { horizon_months: Some(nonsense), ..EndpointPlan::of("death".into()) };
        assert!(time.problem().is_some(), "{nonsense}");
    }
    // From onset: who enters after the horizon was never at risk before it, and 20.1 + 15.9 is 36.
    let subjects = "subject_id,arm,onset_months\nA,x,15.9\nB,x,40\nC,y,1\nD,y,2\n";
    let survival = "subject_id,time_months,event\nA,20.1,1\nB,6.1,1\nC,9,0\nD,3,1\n";
    let import = crate::import(&[("subjects.csv", subjects), ("survival.csv", survival)]);
    let since_onset = from_column("onset_months", TimeUnit::Months, true, true);
    let time = EndpointPlan { horizon_months: Some(36.0), ..since_onset };
    let (found_of, notes) = found(&import, &time).unwrap();
    is(&told(&import, &found_of), &[("A", 36.0, Some("death")), ("C", 10.0, None), ("D", 5.0, Some("death"))]);
    assert_eq!(notes, [TimeNote::NoTimeAtRisk { arm: "x".into(), subjects: 1 }]);
}

#[test]
fn a_flag_that_means_the_opposite_is_noticed_and_turned_round() {
    // Six were last seen at the end, marked 1; deaths before, marked 0.
    let mut text = "subject_id,arm,time_months,event\n".to_owned();
    for (place, (time, flag)) in
        [(24, 1), (24, 1), (24, 1), (24, 1), (24, 1), (24, 1), (5, 0), (9, 0), (14, 0)].into_iter().enumerate()
    {
        text.push_str(&format!("P{place},{},{time},{flag}\n", if place % 2 == 0 { "x" } else { "y" }));
    }
    let import = import(&[("survival.csv", &text)]);
    let mut time = EndpointPlan::of("death".into());
    let (as_read, notes) = found(&import, &time).unwrap();
    assert_eq!((as_read.events(), notes), (6, vec![TimeNote::FlagDoubtful { events: 6, subjects: 9 }]));
    time.is_flag_reversed = true;
    let (turned, notes) = found(&import, &time).unwrap();
    assert_eq!((turned.events(), notes), (3, Vec::new()));
    assert!(turned.is_event.iter().zip(&as_read.is_event).all(|(one, other)| one != other));
}

#[test]
fn times_of_zero_stay_and_negative_ones_are_set_aside() {
    let survival = "subject_id,arm,time_months,event\nA,x,0,1\nB,x,0,0\nC,y,-1,1\nD,y,3,1\n";
    let import = import(&[("survival.csv", survival)]);
    let (found_of, _) = found(&import, &EndpointPlan::of("death".into())).unwrap();
    is(&told(&import, &found_of), &[("A", 0.0, Some("death")), ("B", 0.0, None), ("D", 3.0, Some("death"))]);
    assert!(import.issues.iter().any(|issue| issue.message.contains("negative")));
    // Nobody is left: said so.
    let later = "subject_id,arm,delay_day\nA,x,1\nB,x,1\nD,y,200\n".replace("delay_day", "randomisation_day");
    let import = crate::import(&[
        ("subjects.csv", &later),
        ("survival.csv", "subject_id,time_months,event\nA,0,1\nB,0,0\nD,3,1\n"),
    ]);
    let error = found(&import, &from_column("randomisation_day", TimeUnit::Days, false, false)).unwrap_err();
    assert_eq!(error, AnalysisError::TooFew { what: "subjects with follow-up and an arm".into(), need: 1, got: 0 });
}

#[test]
fn the_order_of_the_rows_and_files_does_not_matter() {
    let mut lines: Vec<&str> = LONG.lines().skip(1).collect();
    let straight = import(&[("visits.csv", &forms()), ("survival.csv", LONG)]);
    lines.reverse();
    let reversed = format!("subject_id,arm,endpoint,time_months,event\n{}\n", lines.join("\n"));
    let turned = import(&[("survival.csv", &reversed), ("visits.csv", &forms())]);
    let time = EndpointPlan { or_ventilation: true, ..death_or(&["tracheostomy"]) };
    let sorted = |import: &Import| {
        let population = Population::of(&import.trial, &asked(Some("x"))).unwrap();
        let (found_of, notes) = time_to_event(&import.trial, &population, &time).unwrap();
        let mut people = told(import, &found_of);
        people.sort_by(|one, other| one.0.cmp(&other.0));
        (people, notes)
    };
    assert_eq!(sorted(&straight), sorted(&turned));
}

fn demo() -> Import {
    let read = |name: &str| std::fs::read_to_string(format!("public/demo/{name}.csv")).unwrap();
    let texts = ["subjects", "visits", "survival", "ventilation"].map(|name| (format!("{name}.csv"), read(name)));
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    import(&files)
}

fn demo_cases() -> Vec<(&'static str, EndpointPlan)> {
    let since_onset = from_column("onset_months", TimeUnit::Months, true, true);
    vec![
        ("death", death_or(&[])),
        ("death_or_ventilation", death_or(&["permanent_ventilation"])),
        ("death_or_item_12", EndpointPlan { or_ventilation: true, ..death_or(&[]) }),
        ("until_24", EndpointPlan { horizon_months: Some(24.0), ..death_or(&[]) }),
        ("since_onset", since_onset.clone()),
        ("since_onset_until_60", EndpointPlan { horizon_months: Some(60.0), ..since_onset }),
    ]
}

/// The columns of one line of a file that R wrote.
fn lines(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

#[test]
fn events_and_times_of_the_demo_are_as_r_has_them() {
    let import = demo();
    let expected = lines(include_str!("../times_against_r/people.csv"));
    let mut compared = 0;
    for (case, time) in demo_cases() {
        let (found_of, _) = found(&import, &time).unwrap();
        let expected: Vec<&Vec<&str>> = expected.iter().filter(|line| line[0] == case).collect();
        assert_eq!(expected.len(), found_of.len(), "{case}");
        for (place, subject) in found_of.subjects.iter().enumerate() {
            let id = &import.trial.subjects[*subject].id;
            let line = expected.iter().find(|line| line[1] == id).unwrap();
            let number = |column: usize| line[column].parse::<f64>().unwrap();
            let entry = found_of.entries.as_ref().map_or(0.0, |entries| entries[place]);
            near(Some(entry), number(2));
            near(Some(found_of.times[place]), number(3));
            assert_eq!(f64::from(u8::from(found_of.is_event[place])), number(4), "{case} {id}");
            compared += 1;
        }
    }
    assert_eq!(compared, expected.len());
}

#[test]
fn the_curves_since_onset_are_as_r_has_them() {
    let import = demo();
    let expected = lines(include_str!("../times_against_r/curves.csv"));
    let mut compared = 0;
    for (case, time) in demo_cases().into_iter().filter(|(case, _)| case.starts_with("since_onset")) {
        let (found_of, _) = found(&import, &time).unwrap();
        for (place, arm) in import.trial.arms.iter().enumerate() {
            let own = found_of.of_arm(place);
            let curve = estimate_kaplan_meier(&own.follow_up(), &KaplanMeierOptions::default()).unwrap();
            let steps: Vec<_> = curve.steps.iter().filter(|step| step.events > 0).collect();
            let expected: Vec<_> = expected.iter().filter(|line| line[0] == case && line[1] == arm.name).collect();
            assert_eq!(steps.len(), expected.len(), "{case} {}: ties are ties", arm.name);
            for (step, line) in steps.iter().zip(expected) {
                let number = |column: usize| line[column].parse::<f64>().ok();
                near(Some(step.time), number(2).unwrap());
                assert_eq!(
                    (step.at_risk as f64, step.events as f64),
                    (number(3).unwrap(), number(4).unwrap()),
                    "{line:?}"
                );
                near(Some(step.survival), number(5).unwrap());
                if step.survival > 0.0 {
                    near(step.std_error, number(6).unwrap());
                    let interval = step.interval.unwrap();
                    near_by(Some(interval.low), number(7).unwrap(), 1e-11);
                    near_by(Some(interval.high), number(8).unwrap(), 1e-11);
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, expected.len());
}
