//! Domains of the ALSFRS-R as outcomes, and forms that lack an item.

use second_look::analysis::{AnalysisId, AnalysisPlan, NoteKind, Plan, Term};
use second_look::import::Import;
use second_look::trial::alsfrs::MissingItemRule;

use crate::demo::demo;
use crate::{ask, import, near, rows, score_at_four};

const ITEMS: [&str; 12] = [
    "1_speech",
    "2_salivation",
    "3_swallowing",
    "4_handwriting",
    "5_cutting",
    "6_dressing",
    "7_turning",
    "8_walking",
    "9_stairs",
    "10_dyspnoea",
    "11_orthopnoea",
    "12_respiratory",
];

/// Two people an arm, months 0 and 4, all items 4 but salivation, which falls to 2 in arm a, and handwriting of P1 at
/// month 4, which is missing.
fn forms() -> Import {
    let mut visits = String::from("subject_id,arm,month");
    for item in ITEMS {
        visits.push_str(&format!(",alsfrs_r_{item}"));
    }
    visits.push('\n');
    for (person, arm) in [("P1", "a"), ("P2", "a"), ("P3", "b"), ("P4", "b")] {
        for month in [0, 4] {
            visits.push_str(&format!("{person},{arm},{month}"));
            for item in 0..12 {
                let cell = match (person, month, item) {
                    ("P1", 4, 3) => "",
                    (_, 4, 1) if arm == "a" => "2",
                    _ => "4",
                };
                visits.push_str(&format!(",{cell}"));
            }
            visits.push('\n');
        }
    }
    import(&[("visits.csv", &visits)])
}

fn asked(outcome: &str, missing_items: MissingItemRule) -> Plan {
    let mut change = score_at_four();
    change.outcome = outcome.into();
    Plan { missing_items, ..crate::plan(Some("b"), vec![AnalysisPlan::Change(change)]) }
}

fn changes(trial: &Import, plan: &Plan) -> Vec<(String, u64, f64)> {
    let answer = ask(trial, plan).unwrap();
    let means = rows(&answer, AnalysisId::ChangeSummary, Term::MeanChange);
    means.iter().map(|row| (row.group.clone().unwrap(), row.n.unwrap(), row.estimate.unwrap())).collect()
}

#[test]
fn a_domain_is_an_outcome_like_any_other() {
    let bulbar = changes(&forms(), &asked("alsfrs_r_bulbar", MissingItemRule::Strict));
    assert_eq!(bulbar, [("b".to_owned(), 2, 0.0), ("a".to_owned(), 2, -2.0)]);
    let motor = changes(&forms(), &asked("alsfrs_r_motor", MissingItemRule::Strict));
    assert_eq!(motor[1], ("a".to_owned(), 1, 0.0), "P1 has no motor score at month 4");
}

#[test]
fn a_missing_item_costs_the_total_unless_it_is_prorated() {
    let strict = changes(&forms(), &asked("alsfrs_r_total", MissingItemRule::Strict));
    assert_eq!(strict[1], ("a".to_owned(), 1, -2.0));
    // Handwriting of P1 is the mean of cutting and dressing, 4: the total falls by salivation's 2 alone.
    let plan = asked("alsfrs_r_total", MissingItemRule::ProrateWithinDomain);
    assert_eq!(changes(&forms(), &plan)[1], ("a".to_owned(), 2, -2.0));
    let answer = ask(&forms(), &plan).unwrap();
    let said = |note: &&NoteKind| matches!(note, NoteKind::ProratedItems { visits: 1, .. });
    assert!(crate::notes(&answer).iter().any(said), "{:?}", answer.notes);
}

/// The domains of a complete form add up to its total, so their mean changes do too.
#[test]
fn the_domains_of_the_demo_add_up_to_its_total() {
    let (trial, plan) = demo();
    let mean = |outcome: &str| {
        let mut plan = plan.clone();
        plan.analyses.retain(|asked| matches!(asked, AnalysisPlan::Change(_)));
        plan.edit_visits(|visits| visits.outcome = outcome.to_owned());
        let answer = ask(&trial, &plan).unwrap();
        let means = rows(&answer, AnalysisId::ChangeSummary, Term::MeanChange);
        let last = means.iter().find(|row| row.at == Some(6.0) && row.group.as_deref() == Some("MSC"));
        last.unwrap().estimate.unwrap()
    };
    let parts = ["alsfrs_r_bulbar", "alsfrs_r_fine_motor", "alsfrs_r_gross_motor", "alsfrs_r_respiratory"];
    near(Some(parts.into_iter().map(mean).sum()), mean("alsfrs_r_total"));
    near(Some(mean("alsfrs_r_fine_motor") + mean("alsfrs_r_gross_motor")), mean("alsfrs_r_motor"));
}
