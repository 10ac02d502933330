//! The worker's session without a browser: load, analyse, another plan, failures.

use second_look::analysis::{AnalysisPlan, Answered, Plan, Question};
use second_look::engine::{Crew, FileName, Request, Response, Session, decode, encode, run};

use crate::demo::{FILES, demo};

fn demo_request(generation: u64, plan: Option<Plan>) -> (Request, Vec<Vec<u8>>) {
    let name = |(name, text): &(&str, &str)| FileName { name: (*name).to_owned(), size_bytes: text.len() as u64 };
    let request = Request::Load { generation, files: FILES.iter().map(name).collect(), plan, first: None };
    (request, FILES.iter().map(|(_, text)| text.as_bytes().to_vec()).collect())
}

/// Every response, after a journey through the bytes that cross between page and worker.
fn told(session: &mut Session, request: &Request, buffers: &[Vec<u8>]) -> Vec<Response> {
    let request: Request = decode(&encode(request).unwrap()).unwrap();
    let mut said = Vec::new();
    session.handle(request, buffers.to_vec(), &mut |response| {
        let arrived: Response = decode(&encode(&response).unwrap()).unwrap();
        assert_eq!(arrived, response, "nothing is lost on the way");
        said.push(arrived);
    });
    said
}

/// What was told of each question, by its place; the newest counts.
fn answers(said: &[Response]) -> Vec<Answered> {
    let mut found = std::collections::BTreeMap::new();
    for response in said {
        if let Response::Answer { place, answered, .. } = response {
            found.insert(*place, Answered::clone(answered));
        }
    }
    found.into_values().collect()
}

#[test]
fn loading_reads_reports_and_answers() {
    let (request, buffers) = demo_request(7, None);
    let said = told(&mut Session::default(), &request, &buffers);
    assert!(said.iter().all(|response| response.generation() == 7));
    let mut done = 0.0;
    for response in &said {
        if let Response::Progress { done: now, stage, .. } = response {
            assert!(*now >= done && *now <= 1.0, "{stage}: {now} after {done}");
            done = *now;
        }
    }
    assert!(done > 0.9);
    let loaded = said.iter().position(|response| matches!(response, Response::Loaded { .. })).unwrap();
    let Response::Loaded { overview, plan, .. } = &said[loaded] else { panic!() };
    assert_eq!(
        (overview.subjects, overview.arms.len(), overview.issues.len()),
        (64, 2, 1),
        "who is missing differs by arm"
    );
    let Some(Response::Analysed { plan: answered, .. }) = said.last() else { panic!("{:?}", said.last()) };
    assert_eq!(answered, plan);
    let (import, default) = demo();
    assert_eq!(answered, &default);
    assert_eq!(answers(&said), run(&import, &default, &mut |_, _| {}), "the same as on the command line's route");
}

#[test]
fn another_plan_needs_no_files() {
    let mut session = Session::default();
    let (request, buffers) = demo_request(1, None);
    told(&mut session, &request, &buffers);
    let (import, mut plan) = demo();
    plan.confidence_level = 0.9;
    plan.analyses.retain(|asked| matches!(asked, AnalysisPlan::Survival(_)));
    let said = told(&mut session, &Request::Analyse { generation: 2, plan: plan.clone(), first: None }, &[]);
    let Some(Response::Analysed { generation: 2, plan: answered, .. }) = said.last() else { panic!("{said:?}") };
    assert_eq!(answered, &plan);
    assert_eq!(answers(&said), run(&import, &plan, &mut |_, _| {}));
}

#[test]
fn the_question_that_is_waited_for_is_answered_first() {
    let mut session = Session::default();
    let (request, buffers) = demo_request(1, None);
    let Request::Load { generation, files, plan, .. } = request else { unreachable!() };
    let request = Request::Load { generation, files, plan, first: Some(Question::Survival) };
    let said = told(&mut session, &request, &buffers);
    let questions: Vec<Question> = said
        .iter()
        .filter_map(|response| match response {
            Response::Answer { answered, .. } => Some(answered.asked.question()),
            _ => None,
        })
        .collect();
    assert_eq!(&questions[..3], [Question::Survival, Question::Patients, Question::Change]);
    let (import, default) = demo();
    assert_eq!(answers(&said), run(&import, &default, &mut |_, _| {}), "each at its place in the plan");
}

/// Answers that are remembered are those that would be given: one question changes after the other, then what all share.
#[test]
fn what_is_remembered_is_what_would_be_worked_out() {
    let mut session = Session::default();
    let (request, buffers) = demo_request(1, None);
    told(&mut session, &request, &buffers);
    let (import, mut plan) = demo();
    plan.analyses.retain(|asked| !matches!(asked.question(), Question::Lmm | Question::Correlation));
    let edits: [fn(&mut Plan); 6] = [
        |plan| plan.edit_time(|time| time.horizon_months = Some(12.0)),
        |plan| plan.edit_visits(|visits| visits.outcome = "alsfrs_r_bulbar".to_owned()),
        |plan| plan.missing_items = second_look::trial::alsfrs::MissingItemRule::ProrateWithinDomain,
        |plan| plan.analyses.swap(0, 1),
        |plan| plan.confidence_level = 0.9,
        |plan| plan.control_arm = Some("MSC".to_owned()),
    ];
    for (generation, edit) in (2..).zip(edits) {
        edit(&mut plan);
        let said = told(&mut session, &Request::Analyse { generation, plan: plan.clone(), first: None }, &[]);
        assert_eq!(answers(&said), run(&import, &plan, &mut |_, _| {}), "{generation}");
    }
    // Other files, and the same plan.
    let (mut request, mut buffers) = demo_request(9, Some(plan.clone()));
    let Request::Load { files, .. } = &mut request else { unreachable!() };
    let survival = FILES.iter().position(|(name, _)| name.starts_with("survival")).unwrap();
    files.remove(survival);
    buffers.remove(survival);
    let said = told(&mut session, &request, &buffers);
    let lost = answers(&said).into_iter().find(|answered| answered.asked.question() == Question::Survival).unwrap();
    assert!(lost.result.is_err(), "{lost:?}");
}

#[test]
fn a_given_plan_is_run_on_the_files_it_is_given_with() {
    let (_, mut plan) = demo();
    plan.control_arm = Some("MSC".into());
    let (request, buffers) = demo_request(1, Some(plan.clone()));
    let said = told(&mut Session::default(), &request, &buffers);
    let Some(Response::Analysed { plan: answered, .. }) = said.last() else { panic!("{said:?}") };
    assert_eq!(answered, &plan);
}

#[test]
fn a_plan_before_any_file_fails() {
    let (_, plan) = demo();
    let said = told(&mut Session::default(), &Request::Analyse { generation: 3, plan, first: None }, &[]);
    assert!(matches!(said.as_slice(), [Response::Failed { generation: 3, .. }]), "{said:?}");
}

#[test]
fn a_plan_of_another_version_fails_and_the_files_stay() {
    let mut session = Session::default();
    let (request, buffers) = demo_request(1, None);
    told(&mut session, &request, &buffers);
    let (_, plan) = demo();
    let newer = Plan { plan_version: 2, ..plan.clone() };
    let said = told(&mut session, &Request::Analyse { generation: 2, plan: newer, first: None }, &[]);
    let [Response::Failed { message, .. }] = said.as_slice() else { panic!("{said:?}") };
    assert!(message.contains("version 2"), "{message}");
    let said = told(&mut session, &Request::Analyse { generation: 3, plan, first: None }, &[]);
    assert!(matches!(said.last(), Some(Response::Analysed { generation: 3, .. })));
}

#[test]
fn files_that_cannot_be_used_are_reported_and_answer_nothing() {
    let files = vec![FileName { name: "letter.txt".into(), size_bytes: 18 }];
    let request = Request::Load { generation: 1, files, plan: None, first: None };
    let said = told(&mut Session::default(), &request, &[b"Dear Sir, I write\n".to_vec()]);
    let overview = said.iter().find_map(|response| match response {
        Response::Loaded { overview, .. } => Some(overview),
        _ => None,
    });
    let overview = overview.unwrap();
    assert!(overview.subjects == 0 && !overview.issues.is_empty(), "{overview:?}");
    assert!(matches!(said.last(), Some(Response::Analysed { .. })) && answers(&said).is_empty(), "{said:?}");
}

#[test]
fn a_file_over_the_limit_travels_without_its_bytes_and_the_others_are_read() {
    let huge = FileName { name: "visits.csv".into(), size_bytes: 200_000_000 };
    let survival = FileName { name: "survival.csv".into(), size_bytes: FILES[3].1.len() as u64 };
    let request = Request::Load { generation: 1, files: vec![huge, survival], plan: None, first: None };
    let buffers = [Vec::new(), FILES[3].1.as_bytes().to_vec()];
    let said = told(&mut Session::default(), &request, &buffers);
    let Some(Response::Loaded { overview, .. }) = said.iter().find(|one| matches!(one, Response::Loaded { .. })) else {
        panic!("{said:?}")
    };
    assert!(overview.issues[0].message.contains("200 MB"), "{:?}", overview.issues);
    assert_eq!(overview.endpoints[0].subjects, 64);
}

#[test]
fn bytes_that_are_no_message_are_refused() {
    assert!(decode::<Request>(&[250, 1, 2]).is_err());
    assert!(decode::<Response>(&[]).is_err());
}

/// A panel that is too much for the worker alone, counted by two helpers in turn.
#[test]
fn helpers_bring_what_the_command_line_counts_by_itself() {
    let mut session = Session::default();
    let (request, buffers) = demo_request(1, None);
    told(&mut session, &request, &buffers);
    let (import, mut plan) = demo();
    plan.analyses.retain(|asked| matches!(asked, AnalysisPlan::Correlation(_) | AnalysisPlan::Safety(_)));
    plan.edit_assay(|assay| assay.permutations = Some(200_000));
    let said = told(&mut session, &Request::Analyse { generation: 2, plan: plan.clone(), first: None }, &[]);
    let Some(Response::Analysed { orders, .. }) = said.last() else { panic!("{said:?}") };
    let mut all = answers(&said);
    assert_eq!((orders.len(), all.len()), (1, 2));
    let missing = "max_t_not_finished";
    let codes = |answered: &[Answered]| -> Vec<&str> {
        let answers = answered.iter().filter_map(|answered| answered.result.as_ref().ok());
        answers.flat_map(|answer| answer.notes.iter().map(|note| note.kind.code())).collect()
    };
    assert!(codes(&all).contains(&missing));

    let mut crew = Crew::new(2, orders.clone(), 2);
    let mut helpers = [Session::default(), Session::default()];
    let mut turn = 0;
    while let Some(request) = crew.assign(turn % 2) {
        let said = told(&mut helpers[turn % 2], &request, &[]);
        let [Response::Tally { tally, .. }] = said.as_slice() else { panic!("{said:?}") };
        crew.take(turn % 2, tally);
        turn += 1;
    }
    assert!(turn > 1, "several ranges");
    let tallies = crew.finished().expect("all of them");
    let said = told(&mut session, &Request::Counted { generation: 2, tallies }, &[]);
    let Some(Response::Analysed { orders, .. }) = said.last() else { panic!("{said:?}") };
    let again = said.iter().filter_map(|response| match response {
        Response::Answer { place, answered, .. } => Some((*place, Answered::clone(answered))),
        _ => None,
    });
    for (place, answered) in again {
        assert_eq!(answered.asked.question(), Question::Correlation, "the other stands");
        all[place] = answered;
    }
    assert!(orders.is_empty() && !codes(&all).contains(&missing));
    assert_eq!(all, run(&import, &plan, &mut |_, _| {}));

    // The same again is remembered.
    let said = told(&mut session, &Request::Analyse { generation: 3, plan, first: None }, &[]);
    assert!(matches!(said.last(), Some(Response::Analysed { orders, .. }) if orders.is_empty()));
}
