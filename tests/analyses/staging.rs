//! King's and MiToS stages over time.

use second_look::analysis::staging::{StagingPlan, StagingSystem};
use second_look::analysis::visit_plan::VisitPlan;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, NoteKind, Plan, Term};
use second_look::engine::run;
use second_look::import::Import;
use second_look::report::figure::Figure;
use second_look::report::page::ResultPage;
use second_look::report::{Overview, result_page};

use crate::{ask, import, near, notes, plan, row, rows};

fn staging() -> StagingPlan {
    StagingPlan {
        visits: VisitPlan {
            outcome: "alsfrs_r_total".into(),
            baseline: BaselineRule::LastAtOrBeforeStart,
            target_months: vec![3.0, 6.0],
            primary_month: 6.0,
            window_months: 0.5,
        },
        system: StagingSystem::Kings,
        endpoint: Some("death".into()),
    }
}

fn asked(staging: StagingPlan) -> Plan {
    plan(Some("c"), vec![AnalysisPlan::Staging(staging)])
}

const HEADER: &str = "subject_id,arm,month,alsfrs_r_1_speech,alsfrs_r_2_salivation,alsfrs_r_3_swallowing,alsfrs_r_4_handwriting,\
    alsfrs_r_5a_cutting,alsfrs_r_5b_cutting,alsfrs_r_6_dressing,alsfrs_r_7_turning,alsfrs_r_8_walking,alsfrs_r_9_stairs,\
    alsfrs_r_10_dyspnoea,alsfrs_r_11_orthopnoea,alsfrs_r_12_respiratory\n";

/// Items in the order of the header.
fn forms() -> String {
    let all = "4,4,4,4,4,,4,4,4,4,4,4,4";
    let climbing = "4,4,4,4,4,,4,4,4,2,4,4,4";
    let leg = "4,4,4,4,4,,4,4,3,4,4,4,4";
    let two = "3,4,4,4,4,,4,4,1,4,4,4,4";
    let tube = "3,4,1,4,,3,4,4,4,4,4,4,4";
    let air = "4,4,4,4,4,,4,4,4,4,4,4,2";
    let unclear = "4,4,4,4,3,3,4,4,4,4,4,4,4";
    let mut text = HEADER.to_owned();
    for (who, month, items) in [
        ("C1,c", "0", climbing), // King's 0 although stairs are hard
        ("C1,c", "6", leg),      // 1
        ("C2,c", "0", leg),
        ("C2,c", "5.6", two), // 2; MiToS 1 (walking 1)
        ("C3,c", "0", all),
        ("C3,c", "6", air),    // dead at 5 all the same
        ("T1,t", "-0.4", all), // baseline: the last at or before 0
        ("T1,t", "0.2", two),
        ("T1,t", "6", all), // 0
        ("T2,t", "0", two),
        ("T2,t", "6", tube), // 4A; MiToS 1 (swallowing 1)
        ("T3,t", "0", all),
        ("T3,t", "6", unclear), // both 5a and 5b: King's unknown; MiToS 0
    ] {
        text.push_str(&format!("{who},{month},{items}\n"));
    }
    text
}

const SURVIVAL: &str = "subject_id,arm,time_months,event\nC1,c,9,0\nC2,c,7,1\nC3,c,5,1\nT1,t,9,0\nT2,t,9,0\nT3,t,9,0\n";

fn six() -> Import {
    import(&[("visits.csv", &forms()), ("survival.csv", SURVIVAL)])
}

fn page_of(trial: &Import, plan: &Plan) -> ResultPage {
    let answered = run(trial, plan, &mut |_, _| {}).remove(0);
    result_page(&Overview::of(trial), plan, &answered, false).unwrap()
}

#[test]
fn six_people_by_hand() {
    let answer = ask(&six(), &asked(staging())).unwrap();
    let count = |analysis: AnalysisId, arm: &str, month: f64| -> Vec<(Term, f64)> {
        let of = answer.rows.iter().filter(|row| row.analysis == analysis && row.at == Some(month));
        of.filter(|row| row.group.as_deref() == Some(arm) && row.contrast.is_none() && row.estimate != Some(0.0))
            .inspect(|row| assert_eq!(row.n, Some(3)))
            .map(|row| (row.term, row.estimate.unwrap()))
            .collect()
    };
    let (kings, mitos) = (AnalysisId::StagingKings, AnalysisId::StagingMitos);
    assert_eq!(count(kings, "c", 0.0), [(Term::Stage0, 2.0), (Term::Stage1, 1.0)]);
    assert_eq!(count(kings, "c", 3.0), [(Term::StageUnknown, 3.0)]);
    assert_eq!(count(kings, "c", 6.0), [(Term::Stage1, 1.0), (Term::Stage2, 1.0), (Term::Stage5, 1.0)]);
    assert_eq!(count(kings, "t", 0.0), [(Term::Stage0, 2.0), (Term::Stage2, 1.0)]);
    assert_eq!(count(kings, "t", 6.0), [(Term::Stage0, 1.0), (Term::Stage4A, 1.0), (Term::StageUnknown, 1.0)]);
    assert_eq!(count(mitos, "c", 6.0), [(Term::Stage0, 1.0), (Term::Stage1, 1.0), (Term::Stage5, 1.0)]);
    assert_eq!(count(mitos, "t", 6.0), [(Term::Stage0, 2.0), (Term::Stage1, 1.0)]);
    // King's at 6: t 0, 4 beside c 1, 2, 5. Better in 3 + 1 of 6 pairs. Of the 10 ways to choose 2 of 5 places the sums as
    // far from the middle: 4 of 6 is 1 away; as far or further are all but those in the middle (3 of 6): two ways.
    let test = row(&answer, kings, Term::Superiority, "t");
    near(test.estimate, 4.0 / 6.0);
    assert_eq!((test.n, test.statistic), (Some(5), Some(4.0)));
    near(test.p_value, 0.8);
    // MiToS: t 0, 0, 1 beside c 0, 1, 5: (1/2 + 1 + 1) x 2 + (0 + 1/2 + 1) = 6.5 of 9.
    near(row(&answer, mitos, Term::Superiority, "t").estimate, 6.5 / 9.0);
    let said = notes(&answer);
    assert!(said.contains(&&NoteKind::GastrostomyUnknown { forms: 1 }));
    assert!(!said.contains(&&NoteKind::NoGastrostomyItem));
    assert!(said.contains(&&NoteKind::Unstaged { forms: 5, affected: 1 }), "{said:?}");
    let left_out = NoteKind::LeftOut { arm: "t".into(), at_month: 6.0, of: 3, without_baseline: 0, without_visit: 1 };
    assert!(said.contains(&&left_out));
}

#[test]
fn without_an_endpoint_the_dead_are_staged_or_unknown() {
    let answer = ask(&six(), &asked(StagingPlan { endpoint: None, ..staging() })).unwrap();
    let count = |term: Term| {
        let at = rows(&answer, AnalysisId::StagingKings, term);
        at.iter().find(|row| row.at == Some(6.0) && row.group.as_deref() == Some("c")).unwrap().estimate
    };
    assert_eq!((count(Term::Stage5), count(Term::Stage4B)), (Some(0.0), Some(1.0)));
    assert!(notes(&answer).contains(&&NoteKind::NoDeaths));
}

#[test]
fn the_page_shows_both_systems_and_counts_everyone() {
    for system in StagingSystem::ALL {
        let page = page_of(&six(), &asked(StagingPlan { system, ..staging() }));
        assert_eq!((page.figures.len(), page.tables.len()), (2, 3));
        for figure in &page.figures {
            let Figure::StackedBars(stacked) = &figure.figure else { panic!("another figure") };
            for bar in stacked.panels.iter().flat_map(|panel| &panel.bars) {
                let sum: f64 = bar.parts.iter().map(|part| part.share).sum();
                near(Some(sum), 1.0);
            }
        }
        let headline: String = page.headline.iter().map(|phrase| phrase.text.as_str()).collect();
        if system == StagingSystem::Kings {
            assert_eq!(
                headline,
                "At month 6, a patient of t stood in a better King’s stage than one of c with probability 0.67 (p = 0.800); one half is no difference."
            );
            assert_eq!(
                page.subline,
                "In King’s stage 4 or dead: 1 of 3 in t and 1 of 3 in c. Not known: 1 of 3 in t and 0 of 3 in c."
            );
        }
    }
}

#[test]
fn what_cannot_be_answered_says_why_and_the_counts_stand() {
    // One arm: counted, not compared.
    let one = forms().lines().filter(|line| !line.contains(",t,")).collect::<Vec<_>>().join("\n") + "\n";
    let one = import(&[("visits.csv", &one)]);
    let plain = StagingPlan { endpoint: None, ..staging() };
    let answer = ask(&one, &plan(None, vec![AnalysisPlan::Staging(plain.clone())])).unwrap();
    assert_eq!(rows(&answer, AnalysisId::StagingKings, Term::Superiority).len(), 0);
    let error = AnalysisError::OneArm { arms_with_data: 1 };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: Some(6.0), error }));
    page_of(&one, &plan(None, vec![AnalysisPlan::Staging(plain.clone())]));
    // A month at which nobody was seen.
    let mut none = plain.clone();
    none.visits.primary_month = 3.0;
    let answer = ask(&six(), &asked(none.clone())).unwrap();
    assert!(
        answer
            .notes
            .iter()
            .any(|note| matches!(&note.kind, NoteKind::Unanswered { error: AnalysisError::TooFew { .. }, .. }))
    );
    page_of(&six(), &asked(none));
    // No items: not asked by default, and an error when asked.
    let total =
        import(&[("visits.csv", "subject_id,arm,month,alsfrs_r_total\nA,c,0,40\nA,c,6,38\nB,t,0,41\nB,t,6,39\n")]);
    assert!(StagingPlan::default_for(&total.trial).is_none());
    assert!(matches!(ask(&total, &asked(plain)), Err(AnalysisError::TooFew { .. })));
    let gone = StagingPlan { endpoint: Some("relapse".into()), ..staging() };
    let error = AnalysisError::NotInFiles { what: "endpoint".into(), name: "relapse".into() };
    assert_eq!(ask(&six(), &asked(gone)).unwrap_err(), error);
    let default = StagingPlan::default_for(&six().trial).unwrap();
    assert_eq!(default.endpoint.as_deref(), Some("death"));
}
