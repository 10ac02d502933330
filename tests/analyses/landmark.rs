//! Responders against others from a landmark on.

use second_look::analysis::landmark::{CONTRAST, LandmarkPlan};
use second_look::analysis::slope::SlopeMethod;
use second_look::analysis::time_to_event::{EndpointPlan, TimeOrigin};
use second_look::analysis::visit_plan::VisitPlan;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, Finding, NoteKind, Plan, Term, TimeNote};
use second_look::engine::run;
use second_look::import::Import;
use second_look::report::page::{Phrase, ResultPage};
use second_look::report::{Overview, result_page};
use second_look::trial::TimeUnit;

use crate::{ask, import, near, notes, plan, rows};

fn landmark_plan() -> LandmarkPlan {
    LandmarkPlan {
        visits: VisitPlan {
            outcome: "score".into(),
            baseline: BaselineRule::LastAtOrBeforeStart,
            target_months: vec![4.0],
            primary_month: 4.0,
            window_months: 0.5,
        },
        time: EndpointPlan::of("death".into()),
        landmark_month: None,
        method: SlopeMethod::TwoPoint,
        threshold_percent: 50.0,
        higher_is_better: true,
        arm: None,
    }
}

fn asked(landmark: LandmarkPlan) -> Plan {
    plan(None, vec![AnalysisPlan::Landmark(landmark)])
}

/// A person who lost a point a month before the start.
struct Person {
    id: String,
    arm: &'static str,
    /// Month and value of the visit after the start.
    visit: Option<(f64, f64)>,
    time: f64,
    is_event: bool,
}

fn person(id: &str, arm: &'static str, visit: Option<(f64, f64)>, time: f64, is_event: bool) -> Person {
    Person { id: id.into(), arm, visit, time, is_event }
}

/// Lost a quarter of a point a month since: better by 75 %.
const GOOD: Option<(f64, f64)> = Some((4.0, 39.0));
/// Goes on as before.
const POOR: Option<(f64, f64)> = Some((4.0, 36.0));

fn files(people: &[Person]) -> Import {
    let arm = |person: &Person| if person.arm.is_empty() { String::new() } else { format!("{},", person.arm) };
    let head = if people.iter().any(|person| !person.arm.is_empty()) { "arm," } else { "" };
    let mut visits = format!("subject_id,{head}month,score\n");
    let mut survival = "subject_id,time_months,event\n".to_owned();
    for one in people {
        for (month, value) in [(-3.0, 43.0), (0.0, 40.0)].into_iter().chain(one.visit) {
            visits.push_str(&format!("{},{}{month},{value}\n", one.id, arm(one)));
        }
        survival.push_str(&format!("{},{},{}\n", one.id, one.time, u8::from(one.is_event)));
    }
    import(&[("visits.csv", &visits), ("survival.csv", &survival)])
}

/// Two responders and two others reach the landmark; the others are lost in each of the ways there are.
fn nine() -> Vec<Person> {
    vec![
        person("R1", "", GOOD, 10.0, true),
        person("R2", "", GOOD, 20.0, false),
        person("N1", "", POOR, 6.0, true),
        person("N2", "", POOR, 12.0, true),
        person("early death", "", None, 2.0, true),
        person("left early", "", None, 3.0, false),
        person("last seen at the landmark", "", POOR, 4.0, false),
        person("not seen at month 4", "", None, 15.0, false),
        person("died at the landmark", "", GOOD, 4.0, true),
    ]
}

fn find<'a>(answer: &'a Answer, term: Term, group: Option<&str>) -> &'a Finding {
    let mut found = rows(answer, AnalysisId::Landmark, term);
    found.retain(|row| row.group.as_deref() == group);
    assert_eq!(found.len(), 1, "{term:?} {group:?}: {found:?}");
    found[0]
}

fn count(answer: &Answer, term: Term, group: Option<&str>) -> f64 {
    find(answer, term, group).estimate.unwrap()
}

fn page_of(import: &Import, plan: &Plan) -> ResultPage {
    let answered = run(import, plan, &mut |_, _| {}).remove(0);
    result_page(&Overview::of(import), plan, &answered, false).unwrap()
}

fn text(phrases: &[Phrase]) -> String {
    phrases.iter().map(|phrase| phrase.text.as_str()).collect()
}

#[test]
fn four_of_nine_reach_the_landmark_and_the_rest_are_told() {
    let answer = ask(&files(&nine()), &asked(landmark_plan())).unwrap();
    let of = |term: Term, group: Option<&str>| count(&answer, term, group);
    assert_eq!(of(Term::InSet, None), 9.0);
    assert_eq!(of(Term::WithoutFollowUp, None), 1.0);
    assert_eq!((of(Term::Died, None), of(Term::Withdrawn, None)), (2.0, 2.0));
    assert_eq!(
        (of(Term::Missing, None), of(Term::WithoutLeadIn, None), of(Term::WithoutDecline, None)),
        (0.0, 0.0, 0.0)
    );
    assert_eq!((of(Term::Count, Some("responders")), of(Term::Count, Some("others"))), (3.0, 3.0));
    assert_eq!((of(Term::Died, Some("responders")), of(Term::Withdrawn, Some("responders"))), (1.0, 0.0));
    assert_eq!((of(Term::Died, Some("others")), of(Term::Withdrawn, Some("others"))), (0.0, 1.0));
    assert_eq!((of(Term::AtLandmark, Some("responders")), of(Term::AtLandmark, Some("others"))), (2.0, 2.0));
    assert_eq!((of(Term::Events, Some("responders")), of(Term::Events, Some("others"))), (1.0, 2.0));
}

#[test]
fn survival_counts_from_the_landmark() {
    let answer = ask(&files(&nine()), &asked(landmark_plan())).unwrap();
    // Others die 2 and 8 months after it: the curve is one half from 2 to 8.
    near(find(&answer, Term::MedianTime, Some("others")).estimate, 5.0);
    // Responders: 1 of 2 dies 6 months after it, the last is seen 16 months after it.
    let at = |month: f64| {
        let found = rows(&answer, AnalysisId::Landmark, Term::Survival);
        let row = found.iter().find(|row| row.group.as_deref() == Some("responders") && row.at == Some(month));
        row.and_then(|row| row.estimate)
    };
    assert_eq!((at(8.0), at(10.0), at(20.0)), (Some(1.0), Some(0.5), Some(0.5)));
    // At risk, months after it in brackets: responders of all 2 of 4 (2), 2 of 3 (6), 1 of 2 (8).
    let (expected, variance) = (0.5 + 2.0 / 3.0 + 0.5, 0.25 + 2.0 / 9.0 + 0.25);
    let test = find(&answer, Term::LogRank, None);
    near(test.statistic, (1.0 - expected) * (1.0 - expected) / variance);
    assert_eq!((test.df, test.n, test.at, test.contrast.as_deref()), (Some(1.0), Some(4), Some(4.0), Some(CONTRAST)));
    // L = 1 / (2 r + 2) x r / (2 r + 1) x 1 / (r + 1), highest where 4 r^2 + r = 1.
    near(find(&answer, Term::HazardRatio, None).estimate, (17.0_f64.sqrt() - 1.0) / 8.0);
}

#[test]
fn from_the_start_the_early_deaths_count_among_the_others() {
    let answer = ask(&files(&nine()), &asked(landmark_plan())).unwrap();
    let people = [Some("responders"), Some("others")].map(|group| count(&answer, Term::NaivePeople, group));
    assert_eq!(people, [3.0, 5.0]);
    // At risk at 2, 4, 6, 10, 12: responders of all 3 of 8, 3 of 6, 2 of 4, 2 of 3, 1 of 2.
    let shares = [3.0 / 8.0, 0.5, 0.5, 2.0 / 3.0, 0.5];
    let expected: f64 = shares.iter().sum();
    let variance: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
    let test = find(&answer, Term::NaiveLogRank, None);
    near(test.statistic, (2.0 - expected) * (2.0 - expected) / variance);
    assert_eq!((test.at, test.n), (Some(0.0), Some(8)));
    // Each responder had to live until month 4: 12 of their 10 + 20 + 4 months.
    near(find(&answer, Term::ImmortalShare, Some("responders")).estimate, 12.0 / 34.0);
}

#[test]
fn who_is_judged_after_the_landmark_is_at_risk_from_then_on() {
    let mut people = nine();
    // N1 dies at 6; R1 is seen at 4.25 and dies at 10; a second responder is judged when N1 is already dead.
    people[0].visit = Some((4.25, 39.0));
    people[1].visit = Some((4.5, 39.0));
    people[2].time = 4.375;
    let answer = ask(&files(&people), &asked(landmark_plan())).unwrap();
    // At N1's death R1, N1 and N2 are at risk; then R1, R2, N2, and R2, N2.
    let shares = [1.0 / 3.0, 2.0 / 3.0, 0.5];
    let expected: f64 = shares.iter().sum();
    let variance: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
    near(find(&answer, Term::LogRank, None).statistic, (1.0 - expected) * (1.0 - expected) / variance);
    let late = NoteKind::Time(TimeNote::JudgedAfterLandmark { subjects: 2, latest_month: 4.5 });
    assert!(notes(&answer).contains(&&late), "{:?}", answer.notes);
}

#[test]
fn a_later_landmark_leaves_out_who_dies_before_it() {
    let later = LandmarkPlan { landmark_month: Some(7.0), ..landmark_plan() };
    let answer = ask(&files(&nine()), &asked(later)).unwrap();
    assert_eq!(count(&answer, Term::AtLandmark, Some("others")), 1.0);
    assert_eq!(count(&answer, Term::Died, Some("others")), 1.0);
    // N2 and R1 after 5 and 3 months.
    near(find(&answer, Term::LogRank, None).statistic, {
        let (expected, variance) = (2.0 / 3.0 + 0.5, 2.0 / 9.0 + 0.25);
        (1.0 - expected) * (1.0 - expected) / variance
    });
    // Both months are tried, and half a year after the response, when half of the 20 months are still to come.
    let tried = rows(&answer, AnalysisId::Landmark, Term::EventsByLandmark);
    let tried: Vec<(f64, f64)> = tried.iter().map(|row| (row.at.unwrap(), row.estimate.unwrap())).collect();
    assert_eq!(tried, [(4.0, 3.0), (7.0, 2.0), (10.0, 1.0)]);
}

#[test]
fn the_page_says_what_immortal_time_does() {
    let page = page_of(&files(&nine()), &asked(landmark_plan()));
    assert_eq!(
        text(&page.headline),
        "From month 4 on the hazard of death was 0.39 times as high in responders as in others (95% CI 0.03 to 4.44), no clear difference. Counted from the start it would seem to be 0.63: nobody can respond who has died first."
    );
    assert!(
        page.subline.starts_with("Events after month 4: 1 of 2 responders, 2 of 2 others. Log-rank χ²"),
        "{}",
        page.subline
    );
    let doubts = page.doubts.join("\n");
    for words in ["Immortal time", "not drawn by lot", "35% of the responders’ follow-up"] {
        assert!(doubts.contains(words), "{words}: {doubts}");
    }
    let flow = page.tables.last().unwrap();
    let shown: Vec<&str> = flow.rows.iter().map(|row| row[1].text.as_str()).collect();
    assert_eq!(shown, ["9", "0", "0", "0", "1", "1", "1", "1", "0", "2", "0", "1", "2"]);
}

#[test]
fn in_all_arms_people_are_compared_within_their_arm() {
    let mut people = nine();
    for (place, person) in people.iter_mut().enumerate() {
        person.arm = if place % 2 == 0 { "a" } else { "b" };
    }
    let answer = ask(&files(&people), &plan(Some("a"), vec![AnalysisPlan::Landmark(landmark_plan())])).unwrap();
    // Arm a: N1 dies beside R1, then R1 alone. Arm b: N2 dies beside R2.
    let test = find(&answer, Term::LogRank, None);
    near(test.statistic, 1.0 / 0.5);
    assert_eq!(test.method.as_deref(), Some("log-rank; stratified by arm"));
    near(find(&answer, Term::LogRank, Some("a")).statistic, 0.25 / 0.25);
    assert_eq!(count(&answer, Term::AtLandmark, Some("b, others")), 1.0);
    let one = LandmarkPlan { arm: Some("b".into()), ..landmark_plan() };
    let page = page_of(&files(&people), &plan(Some("a"), vec![AnalysisPlan::Landmark(one)]));
    assert!(text(&page.headline).contains("others in b"), "{}", text(&page.headline));
}

#[test]
fn where_no_responder_dies_the_penalised_ratio_stands() {
    let mut people = nine();
    people[0].is_event = false;
    let answer = ask(&files(&people), &asked(landmark_plan())).unwrap();
    let ratio = find(&answer, Term::HazardRatio, None);
    assert!(ratio.method.as_ref().unwrap().starts_with("Cox with Firth’s penalty"), "{ratio:?}");
    assert!(ratio.estimate.unwrap() > 0.0 && ratio.estimate.unwrap() < 1.0);
    let page = page_of(&files(&people), &asked(landmark_plan()));
    assert!(page.tables[0].footnote.as_ref().unwrap().contains("Firth"));
}

/// The reason in the notes of the whole comparison.
fn reason(answer: &Answer) -> AnalysisError {
    let found = notes(answer).into_iter().find_map(|kind| match kind {
        NoteKind::Unanswered { group: None, error, .. } => Some(error.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{:?}", answer.notes))
}

#[test]
fn what_cannot_be_compared_says_why_and_the_rest_stands() {
    let of = |change: &dyn Fn(&mut Person)| {
        let mut people = nine();
        people.iter_mut().for_each(change);
        let import = files(&people);
        page_of(&import, &asked(landmark_plan()));
        ask(&import, &asked(landmark_plan())).unwrap()
    };
    let all_respond = of(&|person| person.visit = person.visit.and(GOOD));
    let error = AnalysisError::TooFew { what: "others than responders under observation".into(), need: 1, got: 0 };
    assert_eq!(reason(&all_respond), error);
    assert_eq!(count(&all_respond, Term::AtLandmark, Some("responders")), 4.0);
    let none_responds = of(&|person| person.visit = person.visit.and(POOR));
    let error = AnalysisError::TooFew { what: "responders under observation".into(), need: 1, got: 0 };
    assert_eq!(reason(&none_responds), error);
    let no_event = of(&|person| person.is_event &= person.time <= 4.0);
    assert_eq!(reason(&no_event), AnalysisError::NoEvents { endpoint: "death".into() });
    assert_eq!(find(&no_event, Term::MedianTime, Some("others")).note.as_deref(), Some("not reached"));
}

#[test]
fn without_anybody_at_the_landmark_there_is_no_answer() {
    let error = |people: &[Person], landmark: LandmarkPlan| ask(&files(people), &asked(landmark)).unwrap_err();
    let mut nobody_seen = nine();
    nobody_seen.iter_mut().for_each(|person| person.visit = None);
    nobody_seen[0].visit = Some((9.0, 30.0));
    let expected = AnalysisError::NoFollowUp { outcome: "score".into(), month: 4.0, window_months: 0.5 };
    assert_eq!(error(&nobody_seen, landmark_plan()), expected);
    let beyond = LandmarkPlan { landmark_month: Some(24.0), ..landmark_plan() };
    let expected = AnalysisError::NobodyAtLandmark { at_month: 24.0, judged: 6, last_month: 20.0 };
    assert_eq!(error(&nine(), beyond), expected);
    let unknown = LandmarkPlan { arm: Some("x".into()), ..landmark_plan() };
    assert_eq!(error(&nine(), unknown), AnalysisError::NotInFiles { what: "arm".into(), name: "x".into() });
    // Without visits before the start nobody can be judged, and nothing is asked by default.
    let text = "subject_id,month,score\nA,0,40\nA,4,39\nB,0,40\nB,4,30\n";
    let import = import(&[("visits.csv", text), ("survival.csv", "subject_id,time_months,event\nA,9,1\nB,8,1\n")]);
    let expected = AnalysisError::NoLeadIn { outcome: "score".into() };
    assert_eq!(ask(&import, &asked(landmark_plan())).unwrap_err(), expected);
    assert_eq!(LandmarkPlan::default_for(&import.trial), None);
}

#[test]
fn without_a_decline_before_nobody_is_judged() {
    let rising = |month: f64, value: f64| format!("A,{month},{value}\nB,{month},{value}\n");
    let visits = format!("subject_id,month,score\n{}{}{}", rising(-3.0, 38.0), rising(0.0, 40.0), rising(4.0, 41.0));
    let import = import(&[("visits.csv", &visits), ("survival.csv", "subject_id,time_months,event\nA,9,1\nB,8,1\n")]);
    let expected = AnalysisError::NobodyAtLandmark { at_month: 4.0, judged: 0, last_month: 9.0 };
    assert_eq!(ask(&import, &asked(landmark_plan())).unwrap_err(), expected);
    // Where lower is better the same visits are a decline that became slower.
    let lower = LandmarkPlan { higher_is_better: false, ..landmark_plan() };
    let answer = ask(&import, &asked(lower)).unwrap();
    assert_eq!(count(&answer, Term::AtLandmark, Some("responders")), 2.0);
}

#[test]
fn ten_arms_have_a_comparison_each_and_a_page() {
    let names: Vec<&'static str> =
        vec!["a", "b", "c", "d", "e", "f", "g", "h", "i", "an arm with a name that does not end"];
    let people: Vec<Person> = (0..60)
        .map(|place| {
            let visit = if place % 3 == 0 { GOOD } else { POOR };
            person(&format!("P{place}"), names[place % 10], visit, 5.0 + (place * 7 % 23) as f64, place % 4 != 0)
        })
        .collect();
    let import = files(&people);
    let asked = plan(Some("a"), vec![AnalysisPlan::Landmark(landmark_plan())]);
    let answer = ask(&import, &asked).unwrap();
    assert_eq!(rows(&answer, AnalysisId::Landmark, Term::InSet).len(), 11);
    let page = page_of(&import, &asked);
    assert_eq!(page.figures.len(), 2, "twenty curves are not drawn in one figure");
    assert_eq!(page.tables[0].rows.len(), 22);
}

#[test]
fn a_landmark_before_the_response_is_refused_and_moves_with_the_visits() {
    let mut early = LandmarkPlan { landmark_month: Some(3.0), ..landmark_plan() };
    assert!(early.problem().unwrap().contains("landmark_month is 3"));
    let nonsense = LandmarkPlan { threshold_percent: f64::NAN, ..landmark_plan() };
    assert!(nonsense.problem().unwrap().contains("threshold_percent"));
    early.landmark_month = Some(5.0);
    assert_eq!(early.problem(), None);
    let mut plan = asked(early);
    plan.edit_visits(|visits| visits.primary_month = 4.0);
    assert_eq!(plan.landmark().unwrap().landmark_month, Some(5.0));
    plan.edit_visits(|visits| {
        visits.target_months = vec![6.0];
        visits.primary_month = 6.0;
    });
    assert_eq!((plan.landmark().unwrap().landmark_month, plan.landmark().unwrap().landmark()), (None, 6.0));
    assert_eq!(plan.problem(), None);
}

#[test]
fn an_origin_moves_nothing_and_is_said() {
    let mut landmark = landmark_plan();
    let people = nine();
    let plain = ask(&files(&people), &asked(landmark.clone())).unwrap();
    landmark.time.origin = Some(TimeOrigin {
        column: "onset_months".into(),
        unit: TimeUnit::Months,
        is_before: true,
        is_entry_delayed: true,
    });
    let answer = ask(&files(&people), &asked(landmark)).unwrap();
    assert_eq!(answer.rows, plain.rows);
    let note = NoteKind::Time(TimeNote::OriginNotUsed { column: "onset_months".into() });
    assert!(notes(&answer).contains(&&note));
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut people = nine();
    let straight = ask(&files(&people), &asked(landmark_plan())).unwrap();
    people.reverse();
    let reversed = ask(&files(&people), &asked(landmark_plan())).unwrap();
    for (one, other) in straight.rows.iter().zip(&reversed.rows) {
        assert_eq!((one.term, &one.group, one.at, one.n), (other.term, &other.group, other.at, other.n));
        match (one.estimate, other.estimate) {
            (Some(a), Some(b)) => near(Some(a), b),
            (a, b) => assert_eq!(a, b),
        }
    }
    assert_eq!((straight.rows.len(), straight.notes), (reversed.rows.len(), reversed.notes));
}

#[test]
fn who_dies_in_the_window_unseen_is_lost_early_and_after_it_unseen_only() {
    let mut people = nine();
    people.push(person("died in the window", "", None, 4.25, true));
    people.push(person("died after the window", "", None, 4.75, true));
    // Seen for the response after the last contact that the other file knows.
    people.push(person("seen later than known", "", Some((4.25, 39.0)), 4.125, true));
    let answer = ask(&files(&people), &asked(landmark_plan())).unwrap();
    assert_eq!((count(&answer, Term::Died, None), count(&answer, Term::WithoutFollowUp, None)), (4.0, 2.0));
    assert_eq!(count(&answer, Term::NaivePeople, Some("others")), 6.0);
    near(find(&answer, Term::ImmortalShare, Some("responders")).estimate, (12.0 + 4.125) / (34.0 + 4.125));
}
