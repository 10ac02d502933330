//! Adverse events: counts by hand, and what must not be counted.

use std::fmt::Write as _;
use std::time::Instant;

use second_look::analysis::safety::{CountedEvents, EventLevel, ObservedTo, SafetyDetail, SafetyPlan};
use second_look::analysis::{AnalysisError, AnalysisPlan, Answer, Detail, Finding, NoteKind, Plan, SafetyNote, Term};
use second_look::engine::run;
use second_look::import::Import;
use second_look::report::page::ResultPage;
use second_look::report::{Overview, result_page};
use second_look::trial::{DAYS_PER_MONTH, Grade};

use crate::import;

const SUBJECTS: &str = "subject_id,arm,first_dose_day,safety\nA1,Active,7,yes\nA2,Active,0,yes\nA3,Active,0,yes\nA4,Active,0,no\nC1,Control,0,yes\nC2,Control,0,yes\nC3,Control,0,yes\n";

/// Everyone is seen up to day 365.25, so that each has a year; A1 less seven days.
const VISITS: &str = "subject_id,day,fvc\nA1,365.25,80\nA2,365.25,80\nA3,365.25,80\nA4,365.25,80\nC1,365.25,80\nC2,365.25,80\nC3,365.25,80\n";

/// A1: a headache before the dose and a fall after it, twice the same row. A2: headache mild then severe, the second
/// without a day; A4 with another spelling. C1: a rash that had ended before day 0, whose start is not known, and a fall.
const EVENTS: &str = "subject_id,term,system_organ_class,severity,serious,related,start_day,end_day,treatment_emergent\n\
A1,Headache,Nervous,mild,no,no,3,4,Y\n\
A1,Fall,Injury,moderate,yes,no,10,11,Y\n\
A1,Fall,Injury,moderate,yes,no,10,11,Y\n\
A2,Headache,Nervous,1,no,possible,30,31,Y\n\
A2,Headache,Nervous,Grade 3,no,no,,,Y\n\
A4,HEADACHE,nervous,2,no,unlikely,60,50,Y\n\
C1,Rash,Skin,mild,no,no,,-3,N\n\
C1,Fall,Injury,,no,no,100,,Y\n\
X9,Fall,Injury,mild,yes,yes,5,6,Y\n";

fn files() -> Import {
    import(&[("subjects.csv", SUBJECTS), ("visits.csv", VISITS), ("adverse_events.csv", EVENTS)])
}

fn asked(import: &Import) -> (Plan, SafetyPlan) {
    let mut plan = Plan::default_for(&import.trial, &import.files);
    plan.analyses.retain(|asked| matches!(asked, AnalysisPlan::Safety(_)));
    let safety = plan.safety().unwrap().clone();
    (plan, safety)
}

fn run_with(import: &Import, change: impl FnOnce(&mut Plan, &mut SafetyPlan)) -> (Plan, Result<Answer, AnalysisError>) {
    let (mut plan, mut safety) = asked(import);
    change(&mut plan, &mut safety);
    plan.analyses = vec![AnalysisPlan::Safety(safety)];
    assert_eq!(plan.problem(), None);
    let answer = run(import, &plan, &mut |_, _| {}).remove(0).result;
    (plan, answer)
}

fn answer(import: &Import, change: impl FnOnce(&mut Plan, &mut SafetyPlan)) -> Answer {
    run_with(import, change).1.unwrap()
}

fn page(import: &Import, change: impl FnOnce(&mut Plan, &mut SafetyPlan)) -> ResultPage {
    let (mut plan, mut safety) = asked(import);
    change(&mut plan, &mut safety);
    plan.analyses = vec![AnalysisPlan::Safety(safety)];
    let answered = run(import, &plan, &mut |_, _| {}).remove(0);
    result_page(&Overview::of(import), &plan, &answered, false).unwrap()
}

fn row<'a>(answer: &'a Answer, outcome: &str, group: &str, term: Term) -> &'a Finding {
    find(answer, outcome, group, term).unwrap_or_else(|| panic!("no {outcome} {group} {term:?}"))
}

fn find<'a>(answer: &'a Answer, outcome: &str, group: &str, term: Term) -> Option<&'a Finding> {
    let mut found = answer
        .rows
        .iter()
        .filter(|row| row.outcome == outcome && row.term == term && row.group.as_deref() == Some(group));
    let first = found.next();
    assert!(found.next().is_none(), "two rows {outcome} {group} {term:?}");
    first
}

fn value(answer: &Answer, outcome: &str, group: &str, term: Term) -> f64 {
    row(answer, outcome, group, term).estimate.unwrap()
}

fn detail(answer: &Answer) -> &SafetyDetail {
    let Detail::Safety(detail) = &answer.detail else { panic!() };
    detail
}

fn notes(answer: &Answer) -> Vec<&SafetyNote> {
    answer
        .notes
        .iter()
        .filter_map(|note| if let NoteKind::Safety(note) = &note.kind { Some(note) } else { None })
        .collect()
}

fn text(page: &ResultPage) -> String {
    let mut text: String = page.headline.iter().map(|phrase| phrase.text.as_str()).collect();
    text.push_str(&page.subline);
    for table in &page.tables {
        for cell in table.rows.iter().flatten() {
            let _ = write!(text, "|{}", cell.text);
        }
    }
    let _ = write!(text, "{:?} {:?} {:?}", page.figures, page.doubts, page.method);
    text
}

#[track_caller]
fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 1e-12 * wanted.abs().max(1.0), "{found} is not {wanted}");
}

#[test]
fn seven_people_by_hand() {
    let import = files();
    let answer = answer(&import, |_, safety| {
        assert_eq!(safety.first_dose.as_ref().unwrap().column, "first_dose_day");
        assert_eq!(safety.observed_to, ObservedTo::EndOfFollowUp);
    });
    // A1 by the fall, A2, A4; of the controls C1 by the fall alone: the rash was over on day -3.
    let count = |outcome: &str, arm: &str| value(&answer, outcome, arm, Term::Count);
    assert_eq!([count("any adverse event", "Active"), count("any adverse event", "Control")], [3.0, 1.0]);
    assert_eq!(row(&answer, "any adverse event", "Active", Term::Count).n, Some(4));
    assert_eq!(value(&answer, "any adverse event", "Active", Term::Events), 5.0);
    assert_eq!([count("any related event", "Active"), count("any serious event", "Active")], [1.0, 1.0]);
    assert_eq!(count("any serious related event", "Active"), 0.0);
    assert_eq!(count("any severe event", "Active"), 1.0);
    assert!(find(&answer, "any fatal event", "Active", Term::Count).is_none(), "the files do not tell");
    // The two spellings are one, under the class of most rows; "Skin" has no event that counts.
    assert_eq!(count("Nervous: Headache", "Active"), 2.0);
    assert_eq!(count("Injury", "Control"), 1.0);
    assert!(find(&answer, "Skin", "Control", Term::Count).is_none());
    // Worst: A1 moderate, A2 severe, A4 moderate; C1's is not known.
    let worst = |arm: &str, term: Term| value(&answer, "any adverse event", arm, term);
    assert_eq!([worst("Active", Term::WorstModerate), worst("Active", Term::WorstSevere)], [2.0, 1.0]);
    assert_eq!([worst("Control", Term::WorstUnknown), worst("Control", Term::WorstModerate)], [1.0, 0.0]);
    assert!(find(&answer, "any adverse event", "Active", Term::WorstMild).is_none(), "nobody's worst was mild");
    // Shares 3/4 and 1/3.
    near(value(&answer, "any adverse event", "Active", Term::RiskDifference), 0.75 - 1.0 / 3.0);
    assert!(answer.rows.iter().all(|row| row.p_value.is_none()), "nobody asked for a test");
    // A1: 358.25 days; A2, A3, A4: a year each.
    let year = 365.25;
    let days = |days: f64| days / year;
    near(value(&answer, "follow-up", "Active", Term::PatientYears), 3.0 + days(358.25));
    // To the first event: A1 3 days from day 7, A2 30, A3 all, A4 60.
    near(value(&answer, "any adverse event", "Active", Term::YearsAtRisk), days(3.0 + 30.0 + year + 60.0));
    near(value(&answer, "any adverse event", "Control", Term::YearsAtRisk), days(100.0) + 2.0);
    near(value(&answer, "any adverse event", "Control", Term::IncidenceRate), 100.0 / (days(100.0) + 2.0));
    near(value(&answer, "any adverse event", "Active", Term::EventRate), 500.0 / (3.0 + days(358.25)));
    // A2's severe headache has no day: its time at risk is whole.
    near(value(&answer, "any severe event", "Active", Term::YearsAtRisk), 3.0 + days(358.25));
    // None of 3: 1 - 0.05^(1/3).
    let bound = value(&answer, "any serious event", "Control", Term::UpperBound);
    assert!(((1.0 - bound) * (1.0 - bound) * (1.0 - bound) - 0.05).abs() < 1e-15);
    assert!(find(&answer, "any serious event", "Active", Term::UpperBound).is_none());

    let said = notes(&answer);
    assert!(said.contains(&&SafetyNote::OutsideTreatment { before: 2, after: 0 }), "{said:?}");
    assert!(said.contains(&&SafetyNote::EventsWithoutStart { events: 1 }));
    assert!(said.contains(&&SafetyNote::EventsWithoutArm { events: 1, subjects: 1 }));
    assert!(said.contains(&&SafetyNote::DuplicateEvents { events: 1 }));
    assert!(said.contains(&&SafetyNote::EventsEndBeforeStart { events: 1 }));
    assert!(said.contains(&&SafetyNote::FlagDisagrees { only_flagged: 1, only_dated: 0 }));
    assert!(said.contains(&&SafetyNote::SpellingsMerged { of: 2, names: vec!["Nervous".into(), "Headache".into()] }));
    assert!(said.contains(&&SafetyNote::NotSafetySet { set: None, safety: Some("safety".into()) }));
    assert!(said.contains(&&SafetyNote::NotStated { what: "severity".into(), events: 1, of: 6, is_left_out: false }));
    assert_eq!(detail(&answer).events, 8);
}

#[test]
fn each_way_of_counting_counts_its_own_events() {
    let import = files();
    let events = |change: &dyn Fn(&mut SafetyPlan)| {
        let answer = answer(&import, |_, safety| change(safety));
        [detail(&answer).events_counted, value(&answer, "any adverse event", "Active", Term::Count) as usize]
    };
    assert_eq!(events(&|_| ()), [6, 3]);
    assert_eq!(events(&|safety| safety.counted = CountedEvents::All), [8, 3]);
    assert_eq!(events(&|safety| safety.counted = CountedEvents::Flagged), [7, 3]);
    assert_eq!(events(&|safety| safety.first_dose = None), [7, 3]);
    assert_eq!(events(&|safety| safety.least_severity = Some(Grade::Moderate)), [4, 3]);
    assert_eq!(events(&|safety| safety.least_severity = Some(Grade::Severe)), [1, 1]);
    assert_eq!(events(&|safety| safety.only_serious = true), [2, 1]);
    assert_eq!(events(&|safety| safety.only_related = true), [1, 1]);
    assert_eq!(events(&|safety| safety.only_related = true).len(), 2);
    // Nothing is left: zeros, not an error.
    let none = answer(&import, |_, safety| safety.least_severity = Some(Grade::Fatal));
    assert_eq!(value(&none, "any adverse event", "Active", Term::Count), 0.0);
    assert!(value(&none, "any adverse event", "Active", Term::UpperBound) > 0.0);
}

#[test]
fn events_before_the_first_dose_are_in_no_rate() {
    let import = files();
    let all = answer(&import, |_, safety| safety.counted = CountedEvents::All);
    assert_eq!(value(&all, "Nervous: Headache", "Active", Term::Count), 3.0);
    // A1's headache of day 3 counts and is in no rate: A2 30 days, A4 60, the others all.
    near(value(&all, "Nervous: Headache", "Active", Term::YearsAtRisk), (358.25 + 30.0 + 365.25 + 60.0) / 365.25);
    near(value(&all, "Nervous: Headache", "Active", Term::EventRate) * (3.0 + 358.25 / 365.25), 300.0);
}

#[test]
fn a_window_ends_with_the_last_dose_or_with_the_observation() {
    let subjects = "subject_id,arm,last_dose_day\nA,T,20\nB,T,\nC,P,10\nD,P,90\n";
    let visits = "subject_id,day,fvc\nA,100,1\nB,100,1\nC,100,1\nD,100,1\n";
    let events = "subject_id,term,start_day\nA,Fall,50\nA,Rash,51\nB,Fall,99\nC,Fall,41\nD,Fall,99\n";
    let import = import(&[("subjects.csv", subjects), ("visits.csv", visits), ("adverse_events.csv", events)]);
    let answer = answer(&import, |_, safety| {
        assert_eq!(safety.last_dose.as_ref().unwrap().column, "last_dose_day");
        safety.window_days = Some(30.0);
    });
    // A to day 50, B (no last dose) and D to the end, C to day 40.
    assert_eq!(value(&answer, "any adverse event", "T", Term::Events), 2.0);
    assert_eq!(value(&answer, "any adverse event", "P", Term::Count), 1.0);
    near(value(&answer, "follow-up", "T", Term::PatientYears) * 365.25, 50.0 + 100.0);
    near(value(&answer, "follow-up", "P", Term::PatientYears) * 365.25, 40.0 + 100.0);
    assert!(notes(&answer).contains(&&SafetyNote::OutsideTreatment { before: 0, after: 2 }));
}

#[test]
fn a_day_and_its_own_months_are_the_same_moment() {
    for day in 0..400 {
        let subjects = format!("subject_id,arm,first_dose_months\nA,T,{}\nB,P,0\n", f64::from(day) / DAYS_PER_MONTH);
        let events = format!("subject_id,term,start_day\nA,Fall,{day}\n");
        let import = import(&[("subjects.csv", &subjects), ("adverse_events.csv", &events)]);
        let answer = answer(&import, |_, _| ());
        assert_eq!(value(&answer, "any adverse event", "T", Term::Count), 1.0, "day {day}");
    }
}

#[test]
fn fishers_test_is_adjusted_for_the_rows_of_the_level() {
    let import = files();
    let answer = answer(&import, |_, safety| safety.fisher = true);
    // 3 of 4 against 1 of 3: of C(7, 4) = 35 tables with four events, C(4,k) C(3,4-k): 4, 18, 12, 1.
    let p = row(&answer, "any adverse event", "Active", Term::FisherExact).p_value.unwrap();
    near(p, (4.0 + 12.0 + 1.0) / 35.0);
    assert!(find(&answer, "any adverse event", "Active", Term::FisherHolm).is_none(), "only the terms are a family");
    // Headache 2 of 4 against 0 of 3; fall 1 against 1.
    let raw = ["Nervous: Headache", "Injury: Fall"]
        .map(|outcome| row(&answer, outcome, "Active", Term::FisherExact).p_value.unwrap());
    near(raw[0], 9.0 / 21.0);
    near(raw[1], 1.0);
    let holm = row(&answer, "Nervous: Headache", "Active", Term::FisherHolm).p_value.unwrap();
    near(holm, 2.0 * raw[0]);
    near(row(&answer, "Injury: Fall", "Active", Term::FisherBenjaminiHochberg).p_value.unwrap(), 1.0);
    assert_eq!((detail(&answer).tests, detail(&answer).points.len()), (2, 2));
    let by_class = super::safety::answer(&import, |_, safety| {
        safety.fisher = true;
        safety.level = EventLevel::Class;
    });
    assert!(row(&by_class, "Nervous", "Active", Term::FisherHolm).p_value.is_some());
    assert!(find(&by_class, "Nervous: Headache", "Active", Term::Count).is_none());
}

#[test]
fn what_is_masked_is_nowhere() {
    let mut subjects = String::from("subject_id,arm\n");
    let mut events = String::from("subject_id,term,system_organ_class,severity,serious,related,start_day\n");
    for person in 0..40 {
        let arm = if person % 2 == 0 { "T" } else { "P" };
        let _ = writeln!(subjects, "S{person},{arm}");
        // 20 each with "Common", 3 and 4 with "Rare", six of T and none of P with "Mixed".
        let severity = if person < 6 { "severe" } else { "mild" };
        let _ = writeln!(events, "S{person},Common,One,{severity},no,no,5");
        if person < 7 {
            let _ = writeln!(events, "S{person},Rare,Two,mild,yes,yes,5");
        }
        if person % 2 == 0 && person < 12 {
            let _ = writeln!(events, "S{person},Mixed,Two,mild,no,no,5");
        }
    }
    let import = import(&[("subjects.csv", &subjects), ("adverse_events.csv", &events)]);
    let masked = |safety: &mut SafetyPlan| {
        safety.mask_below = Some(5);
        safety.fisher = true;
    };
    let answer = answer(&import, |_, safety| masked(safety));
    for term in [Term::Count, Term::Share, Term::Events] {
        assert_eq!(row(&answer, "Two: Rare", "T", term).estimate, None, "{term:?}");
        assert!(row(&answer, "Two: Rare", "T", term).note.is_some());
    }
    assert_eq!(row(&answer, "Two: Rare", "T", Term::RiskDifference).conf_low, None);
    assert!(find(&answer, "Two: Rare", "T", Term::FisherExact).is_none());
    assert_eq!(value(&answer, "Two: Mixed", "P", Term::Count), 0.0, "nobody is nobody");
    assert_eq!(value(&answer, "Two: Mixed", "T", Term::Count), 6.0);
    // Three of T are severe: with the twenty told, the seventeen would tell them.
    assert_eq!(row(&answer, "One: Common", "T", Term::WorstSevere).estimate, None);
    assert_eq!(row(&answer, "One: Common", "T", Term::WorstMild).estimate, None);
    assert_eq!(value(&answer, "One: Common", "T", Term::Count), 20.0);
    assert!(detail(&answer).frequent.iter().all(|place| detail(&answer).items[*place].label != "Rare"));
    for row in answer.rows.iter().filter(|row| row.term != Term::UpperBound && row.term != Term::PatientYears) {
        let is_count =
            matches!(row.term, Term::Count | Term::Events | Term::WorstMild | Term::WorstSevere | Term::WorstUnknown);
        assert!(!is_count || row.estimate.is_none_or(|count| count == 0.0 || count >= 5.0), "{row:?}");
    }
    let text = text(&page(&import, |_, safety| masked(safety)));
    assert!(
        text.contains("|< 5") && text.contains("fewer than 5 of 20 in T") || text.contains("fewer than 5 in T"),
        "{text}"
    );
    assert!(!text.contains("4 (20.0%)") && !text.contains("3 (15.0%)"), "{text}");
    // Four and three of twenty, and what their difference is.
    assert!(!text.contains("5.0 (−"), "{text}");
    let unmasked = page(&import, |_, _| ());
    assert!(super::safety::text(&unmasked).contains("4 (20.0%)"));
}

#[test]
fn one_arm_ten_arms_no_arm_and_an_arm_without_events() {
    let trial = |arms: usize, has_arm: bool| {
        let mut subjects = String::from(if has_arm { "subject_id,arm,age\n" } else { "subject_id,age\n" });
        let mut events = String::from("subject_id,term,severity,start_day\n");
        for person in 0..40 {
            let arm = person % arms;
            let _ = if has_arm {
                writeln!(subjects, "S{person},arm with a long name {arm},50")
            } else {
                writeln!(subjects, "S{person},50")
            };
            if arm != 1 {
                let _ = writeln!(events, "S{person},Fall,mild,{person}");
            }
        }
        import(&[("subjects.csv", &subjects), ("adverse_events.csv", &events)])
    };
    let one = answer(&trial(1, true), |_, _| ());
    assert!(one.rows.iter().all(|row| row.contrast.is_none()));
    assert!(one.notes.iter().any(|note| note.kind.is_unanswered()));
    let ten = trial(10, true);
    let found = answer(&ten, |_, safety| safety.fisher = true);
    assert_eq!(found.rows.iter().filter(|row| row.term == Term::RiskDifference && row.outcome == "Fall").count(), 9);
    let shown = page(&ten, |_, safety| safety.fisher = true);
    assert_eq!(shown.tables[0].columns.len(), 21, "counts of ten arms, without differences");
    for table in shown.tables {
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.title);
        assert!(table.row_levels.is_empty() || table.row_levels.len() == table.rows.len(), "{}", table.title);
    }
    let two = answer(&trial(2, true), |_, _| ());
    assert_eq!(value(&two, "Fall", "arm with a long name 1", Term::Count), 0.0);
    assert_eq!(value(&two, "Fall", "arm with a long name 1", Term::Events), 0.0);
    assert!(notes(&two).iter().any(|note| matches!(note, SafetyNote::NoneSeen { of: 20, .. })));
    let none = page(&trial(3, false), |_, _| ());
    assert!(none.headline[0].text.contains("of 40") && none.headline[1].text.contains("people"), "{:?}", none.headline);
}

#[test]
fn a_file_of_events_alone_has_no_denominator() {
    let events = "subject_id,arm,term,start_day\nA,T,Fall,1\nB,T,Fall,2\nC,P,Rash,3\n";
    let import = import(&[("adverse_events.csv", events)]);
    let answer = answer(&import, |_, _| ());
    assert!(notes(&answer).contains(&&SafetyNote::OnlyEventFile { subjects: 3 }));
    assert_eq!(row(&answer, "any adverse event", "T", Term::Share).estimate, Some(1.0));
}

#[test]
fn without_days_and_without_visits_there_are_counts_and_no_rates() {
    let subjects = "subject_id,arm\nA,T\nB,P\n";
    let events = "subject_id,term\nA,Fall\nA,Fall\nB,Rash\n";
    let import = import(&[("subjects.csv", subjects), ("adverse_events.csv", events)]);
    let answer = answer(&import, |_, _| ());
    assert_eq!(value(&answer, "Fall", "T", Term::Events), 2.0);
    assert!(answer.rows.iter().all(|row| !matches!(row.term, Term::IncidenceRate | Term::EventRate)));
    assert!(notes(&answer).contains(&&SafetyNote::WithoutExposure { subjects: 2 }));
    assert!(notes(&answer).contains(&&SafetyNote::EventsWithoutStart { events: 3 }));
    // Two rows without a day are no repetition that could be known.
    assert!(!notes(&answer).iter().any(|note| matches!(note, SafetyNote::DuplicateEvents { .. })));
    let shown = page(&import, |_, _| ());
    assert!(shown.tables.iter().all(|table| table.title != "Rates for the time observed"));
}

#[test]
fn a_term_under_two_classes_stands_in_both() {
    let subjects = "subject_id,arm\nA,T\nB,P\n";
    let events = "subject_id,term,system_organ_class,start_day\nA,Fall,Injury,1\nA,Fall,Nervous,2\nB,Fall,,3\n";
    let import = import(&[("subjects.csv", subjects), ("adverse_events.csv", events)]);
    let answer = answer(&import, |_, _| ());
    assert_eq!(value(&answer, "Injury: Fall", "T", Term::Count), 1.0);
    assert_eq!(value(&answer, "Nervous: Fall", "T", Term::Count), 1.0);
    assert_eq!(value(&answer, "no class: Fall", "P", Term::Count), 1.0);
    assert!(notes(&answer).contains(&&SafetyNote::TermInSeveralClasses { of: 1, terms: vec!["Fall".into()] }));
    // Beside each other in the figure they need their class.
    let table = page(&import, |_, _| ()).tables.remove(1);
    assert!(table.rows.iter().any(|row| row[0].text == "Injury: Fall"), "{:?}", table.rows);
}

#[test]
fn a_safety_set_is_the_denominator_where_it_is_chosen() {
    let import = files();
    let answer = answer(&import, |plan, _| plan.analysis_set = Some("safety".into()));
    assert_eq!(row(&answer, "any adverse event", "Active", Term::Count).n, Some(3));
    assert_eq!(value(&answer, "any adverse event", "Active", Term::Count), 2.0);
    assert!(!notes(&answer).iter().any(|note| matches!(note, SafetyNote::NotSafetySet { .. })));
    assert!(answer.notes.iter().any(|note| matches!(note.kind, NoteKind::OutsideSet { .. })));
}

#[test]
fn survival_beyond_the_last_visit_is_no_time_for_events() {
    let survival = "subject_id,time_months,event\nA1,60,0\nA2,60,0\nA3,60,0\nA4,60,1\nC1,60,0\nC2,60,0\nC3,60,1\n";
    let import = import(&[
        ("subjects.csv", SUBJECTS),
        ("visits.csv", VISITS),
        ("adverse_events.csv", EVENTS),
        ("survival.csv", survival),
    ]);
    let answer = answer(&import, |_, safety| assert_eq!(safety.observed_to, ObservedTo::LastRecord));
    near(value(&answer, "follow-up", "Control", Term::PatientYears), 3.0);
    assert!(
        notes(&answer).iter().any(|note| matches!(note, SafetyNote::RecordsEndEarly { is_follow_up_used: false, .. }))
    );
    let long = super::safety::answer(&import, |_, safety| safety.observed_to = ObservedTo::EndOfFollowUp);
    near(value(&long, "follow-up", "Control", Term::PatientYears), 15.0);
}

#[test]
fn nonsense_is_refused() {
    let import = files();
    let (_, safety) = asked(&import);
    let problem = |change: &dyn Fn(&mut SafetyPlan)| {
        let mut changed = safety.clone();
        change(&mut changed);
        changed.problem()
    };
    assert_eq!(problem(&|_| ()), None);
    assert!(problem(&|safety| safety.least_percent = f64::NAN).is_some());
    assert!(problem(&|safety| safety.window_days = Some(-1.0)).is_some());
    assert!(problem(&|safety| safety.mask_below = Some(1)).is_some());
    let (_, answer) = run_with(&import, |_, safety| safety.first_dose.as_mut().unwrap().column = "gone".into());
    assert!(matches!(answer, Err(AnalysisError::NotInFiles { .. })));
    let none = crate::import(&[("subjects.csv", SUBJECTS), ("visits.csv", VISITS)]);
    assert!(Plan::default_for(&none.trial, &none.files).safety().is_none());
}

#[test]
fn ten_thousand_events_take_no_time_to_speak_of() {
    let mut subjects = String::from("subject_id,arm\n");
    let mut events = String::from("subject_id,term,system_organ_class,severity,serious,related,start_day\n");
    for person in 0..1000 {
        let _ = writeln!(subjects, "S{person},arm {}", person % 2);
        for event in 0..10 {
            let term = (person * 7 + event * 13) % 400;
            let _ = writeln!(events, "S{person},Term {term},Class {},{},no,no,{}", term % 25, 1 + event % 3, event * 9);
        }
    }
    let import = import(&[("subjects.csv", &subjects), ("adverse_events.csv", &events)]);
    let start = Instant::now();
    let shown = page(&import, |_, safety| safety.fisher = true);
    let taken = start.elapsed();
    // Without optimisation; the program itself takes a fraction of it.
    assert!(taken.as_secs_f64() < 20.0, "{taken:?}");
    println!("{taken:?}");
    let full = shown.tables.iter().find(|table| table.title.starts_with("All events")).unwrap();
    assert_eq!(full.rows.len(), 425);
}
