//! Levels of analytes by hand, and what cannot be answered.

use second_look::analysis::assay::{AnalyteSet, AssayPlan, LimitRule, Scale};
use second_look::analysis::levels::{LevelsMethod, LevelsPlan};
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, BiomarkerNote, NoteKind, Plan, Term};
use second_look::import::Import;

use crate::{ask, import, plan, rows};

fn of(analytes: &[&str]) -> LevelsPlan {
    LevelsPlan {
        assay: AssayPlan {
            month: 4.0,
            window_months: 0.5,
            scale: Scale::Log2,
            below_limit: LimitRule::HalfLimit,
            sets: Vec::new(),
            permutations: None,
        },
        analytes: analytes.iter().map(|name| (*name).to_owned()).collect(),
        shown: analytes[0].to_owned(),
        method: LevelsMethod::Student,
    }
}

fn asked(levels: LevelsPlan) -> Plan {
    plan(Some("C"), vec![AnalysisPlan::Levels(levels)])
}

/// Analyte, arm, start and month 4.
fn trial(values: &[(&str, &str, &str, &str)]) -> Import {
    let mut text = String::from("subject_id,arm,month,analyte,value\n");
    for (place, (analyte, arm, start, later)) in values.iter().enumerate() {
        text.push_str(&format!("S{place},{arm},0,{analyte},{start}\nS{place},{arm},4,{analyte},{later}\n"));
    }
    import(&[("biomarkers.csv", &text)])
}

fn notes(answer: &Answer) -> Vec<&BiomarkerNote> {
    answer
        .notes
        .iter()
        .filter_map(|note| if let NoteKind::Biomarker(kind) = &note.kind { Some(kind) } else { None })
        .collect()
}

#[track_caller]
fn near(found: f64, wanted: f64) {
    crate::near(Some(found), wanted);
}

const ID: AnalysisId = AnalysisId::BiomarkerChange;

#[test]
fn ratios_of_two_arms_by_hand() {
    // log2 changes: T 1, 3; C 0, -2. Ratios 2^2 and 2^-1; their ratio 2^3. Pooled variance 2, SE sqrt 2.
    let trial = trial(&[("A", "T", "1", "2"), ("A", "T", "1", "8"), ("A", "C", "4", "4"), ("A", "C", "4", "1")]);
    let answer = ask(&trial, &asked(of(&["A"]))).unwrap();
    let ratio = |arm: &str| {
        let found = rows(&answer, ID, Term::GeometricMeanRatio);
        found.iter().find(|row| row.group.as_deref() == Some(arm)).unwrap().estimate.unwrap()
    };
    near(ratio("T"), 4.0);
    near(ratio("C"), 0.5);
    let found = rows(&answer, ID, Term::ChangeRatio);
    let student = found.iter().find(|row| row.method.as_deref() == Some(LevelsMethod::Student.words())).unwrap();
    near(student.estimate.unwrap(), 8.0);
    near(student.std_error.unwrap(), 2.0_f64.sqrt());
    near(student.statistic.unwrap(), 3.0 / 2.0_f64.sqrt());
    assert_eq!((student.n, student.df), (Some(4), Some(2.0)));
    // All of T above all of C: 2 of 6 ways.
    let ranks = rows(&answer, ID, Term::Superiority);
    near(ranks[0].estimate.unwrap(), 1.0);
    near(ranks[0].p_value.unwrap(), 1.0 / 3.0);
    assert!(rows(&answer, ID, Term::Holm).is_empty(), "one test needs no adjustment");
}

#[test]
fn each_rule_puts_another_value_below_the_limit() {
    let trial = trial(&[("A", "T", "8", "<2"), ("A", "T", "8", "4"), ("A", "C", "8", "8"), ("A", "C", "8", "4")]);
    let by = |below_limit: LimitRule| {
        let mut levels = of(&["A"]);
        levels.assay.below_limit = below_limit;
        ask(&trial, &asked(levels)).unwrap()
    };
    let mean = |answer: &Answer| {
        let found = rows(answer, ID, Term::GeometricMean);
        let at_4 = found.iter().find(|row| row.at == Some(4.0) && row.group.as_deref() == Some("T"));
        at_4.and_then(|row| row.estimate)
    };
    near(mean(&by(LimitRule::HalfLimit)).unwrap(), 2.0);
    near(mean(&by(LimitRule::LimitOverSqrt2)).unwrap(), (4.0 * 2.0_f64.sqrt()).sqrt());
    near(mean(&by(LimitRule::Limit)).unwrap(), 8.0_f64.sqrt());
    near(mean(&by(LimitRule::Exclude)).unwrap(), 4.0);
    let ranked = by(LimitRule::LowestRank);
    assert_eq!(mean(&ranked), None, "a tied rank has no mean");
    assert!(rows(&ranked, ID, Term::ChangeRatio).is_empty() && rows(&ranked, ID, Term::Superiority).len() == 1);
    // Half, over root 2, the limit, lowest rank; of two arms of which one is left with a single value also the t-test.
    let told = rows(&ranked, ID, Term::ChangeRatioByRule).len() + rows(&ranked, ID, Term::SuperiorityByRule).len();
    assert_eq!(told, 5);
    let below = rows(&ranked, ID, Term::BelowLimit);
    let found = below.iter().find(|row| row.at == Some(4.0) && row.group.as_deref() == Some("T")).unwrap();
    assert_eq!((found.n, found.estimate, found.statistic), (Some(2), Some(0.5), Some(1.0)));
}

#[test]
fn with_two_limits_all_below_the_higher_are_tied() {
    let trial = trial(&[("A", "T", "8", "<2"), ("A", "T", "8", "3"), ("A", "C", "8", "<4"), ("A", "C", "8", "9")]);
    let mut levels = of(&["A"]);
    levels.assay.below_limit = LimitRule::LowestRank;
    let answer = ask(&trial, &asked(levels)).unwrap();
    // T tied, tied; C tied, above: 2 halves of 4 pairs.
    near(rows(&answer, ID, Term::Superiority)[0].estimate.unwrap(), 0.25);
    assert!(notes(&answer).contains(&&BiomarkerNote::SeveralLimits { analyte: "A".into(), limits: vec![2.0, 4.0] }));
}

#[test]
fn mostly_below_the_limit_is_detected_or_not() {
    let trial = trial(&[
        ("A", "T", "<1", "<1"),
        ("A", "T", "<1", "<1"),
        ("A", "T", "<1", "5"),
        ("A", "C", "3", "4"),
        ("A", "C", "3", "3"),
        ("A", "C", "<1", "2"),
    ]);
    let answer = ask(&trial, &asked(of(&["A"]))).unwrap();
    assert!(notes(&answer).contains(&&BiomarkerNote::MostlyBelowLimit { analyte: "A".into(), share: 1.0 }));
    let detected = rows(&answer, ID, Term::Detected);
    let share = |arm: &str, at: f64| {
        detected.iter().find(|row| row.group.as_deref() == Some(arm) && row.at == Some(at)).unwrap().estimate.unwrap()
    };
    near(share("T", 0.0), 0.0);
    near(share("T", 4.0), 1.0 / 3.0);
    near(share("C", 4.0), 1.0);
    // 1 of 3 against 3 of 3: of C(6, 4) = 15 ways to detect four, 3 are as extreme on each side.
    near(rows(&answer, ID, Term::FisherExact)[0].p_value.unwrap(), 6.0 / 15.0);
}

#[test]
fn the_family_is_what_was_tested() {
    let mut values = Vec::new();
    for analyte in ["A", "B", "flat"] {
        for (place, arm) in ["T", "T", "T", "C", "C", "C"].iter().enumerate() {
            let later = match (analyte, place) {
                ("A", 0..3) => ["16", "17", "18"][place],
                ("flat", _) => "2",
                _ => ["2", "3", "4", "1", "2", "3"][place],
            };
            values.push((analyte, *arm, "2", later));
        }
    }
    let answer = ask(&trial(&values), &asked(of(&["A", "B", "flat"]))).unwrap();
    let holm = rows(&answer, ID, Term::Holm);
    assert_eq!(holm.len(), 2, "a constant analyte has no test and is not in the family");
    let found = rows(&answer, ID, Term::ChangeRatio);
    let raw = |name: &str| {
        let is_it = |row: &&&second_look::analysis::Finding| {
            row.outcome == name && row.method.as_deref() == Some(LevelsMethod::Student.words())
        };
        found.iter().find(is_it).unwrap().p_value.unwrap()
    };
    near(holm[0].p_value.unwrap(), (2.0 * raw("A")).min(1.0));
    assert_eq!(holm[0].n, Some(2));
    assert!(notes(&answer).iter().any(|note| matches!(note, BiomarkerNote::Family { tests: 2, .. })));
    assert!(answer.notes.iter().any(|note| matches!(
        &note.kind,
        NoteKind::Unanswered { group: Some(group), error: AnalysisError::NoVariation { .. }, .. } if group == "flat, T"
    )));
}

#[test]
fn a_set_is_one_score_a_person() {
    let mut text = String::from("subject_id,arm,month,analyte,value\n");
    // log2 changes of A: T 2, 4; C 0, 2 (SD within arms sqrt 2); of B: T 0, 0; C 1, 1 (no spread).
    for (id, arm, a, b) in [("S1", "T", "4", "1"), ("S2", "T", "16", "1"), ("S3", "C", "1", "2"), ("S4", "C", "4", "2")]
    {
        text.push_str(&format!("{id},{arm},0,A,1\n{id},{arm},4,A,{a}\n{id},{arm},0,B,1\n{id},{arm},4,B,{b}\n"));
    }
    let mut levels = of(&["A", "B"]);
    levels.assay.sets = vec![AnalyteSet { name: "both".into(), analytes: vec!["A".into(), "B".into()] }];
    let answer = ask(&import(&[("biomarkers.csv", &text)]), &asked(levels)).unwrap();
    let difference = rows(&answer, ID, Term::CompositeDifference);
    near(difference[0].estimate.unwrap(), 2.0 / 2.0_f64.sqrt());
    assert_eq!(difference[0].outcome, "both");
    let note = BiomarkerNote::NotInComposite { set: "both".into(), analytes: vec!["B".into()] };
    assert!(notes(&answer).contains(&&note));
}

#[test]
fn what_cannot_be_answered_says_why_and_leaves_the_rest() {
    let good = [("A", "T", "1", "2"), ("A", "T", "1", "3"), ("A", "C", "1", "1"), ("A", "C", "2", "1")];
    let zeros = trial(&[("A", "T", "0", "2"), ("A", "T", "1", "-3"), ("A", "C", "1", "1"), ("A", "C", "2", "1")]);
    let answer = ask(&zeros, &asked(of(&["A"]))).unwrap();
    assert!(answer.notes.iter().any(|note| matches!(&note.kind, NoteKind::NotPositive { values: 2, .. })));
    let unknown = ask(&trial(&good), &asked(of(&["A", "Z"]))).unwrap_err();
    assert_eq!(unknown, AnalysisError::NotInFiles { what: "analyte".into(), name: "Z".into() });
    let all_below: Vec<_> = good.map(|(analyte, arm, _, _)| (analyte, arm, "<1", "<1")).to_vec();
    let answer = ask(&trial(&all_below), &asked(of(&["A"]))).unwrap();
    assert!(answer.notes.iter().any(|note| note.kind.is_unanswered()), "{:?}", answer.notes);
    assert_eq!(rows(&answer, ID, Term::Detected).len(), 4);
    // One arm: described, compared with nothing.
    let one_arm: Vec<_> = good.map(|(analyte, _, start, later)| (analyte, "C", start, later)).to_vec();
    let answer = ask(&trial(&one_arm), &asked(of(&["A"]))).unwrap();
    assert_eq!(rows(&answer, ID, Term::GeometricMeanRatio).len(), 1);
    assert!(rows(&answer, ID, Term::ChangeRatio).is_empty());
    assert!(of(&["A", "A"]).problem().unwrap().contains("twice"));
    assert!(LevelsPlan { analytes: Vec::new(), ..of(&["A"]) }.problem().is_some());
}

#[test]
fn the_mixed_model_of_complete_months_is_each_months_ancova() {
    // lm(change ~ arm + baseline) of R 4.2.2, each month alone: with nobody missing the months say nothing more of each
    // other.
    let start = [10, 12, 9, 15, 11, 14, 8, 13];
    let months = [[11, 12, 10, 14, 9, 12, 8, 10], [13, 12, 12, 17, 8, 11, 7, 9]];
    let mut text = String::from("subject_id,arm,month,analyte,value\n");
    for place in 0..8 {
        let arm = if place < 4 { "C" } else { "T" };
        for (month, value) in [(0, start[place]), (3, months[0][place]), (6, months[1][place])] {
            text.push_str(&format!("S{place},{arm},{month},A,{value}\n"));
        }
    }
    let trial = import(&[("biomarkers.csv", &text)]);
    let mut levels = of(&["A"]);
    levels.method = LevelsMethod::Mmrm;
    levels.assay = AssayPlan { month: 6.0, scale: Scale::Raw, ..levels.assay };
    let answer = ask(&trial, &asked(levels)).unwrap();
    let found: Vec<_> = rows(&answer, ID, Term::Difference)
        .into_iter()
        .filter(|row| row.method.as_deref() == Some(LevelsMethod::Mmrm.words()))
        .collect();
    assert_eq!(found.len(), 2);
    for (row, (estimate, std_error, p)) in found.iter().zip([
        (-2.0, 0.374_801_534_783_664, 0.003_098_972_321_762_048),
        (-4.75, 0.800_669_362_828_020_6, 0.001_941_848_127_546_53),
    ]) {
        let close =
            |found: Option<f64>, wanted: f64| assert!((found.unwrap() / wanted - 1.0).abs() < 1e-6, "{found:?}");
        close(row.estimate, estimate);
        close(row.std_error, std_error);
        close(row.df, 5.0);
        close(row.p_value, p);
        assert_eq!((row.n, row.note.as_deref()), (Some(8), Some("unstructured covariance")));
    }
}

#[test]
fn one_arm_has_a_family_of_its_changes() {
    let mut text = String::from("subject_id,month,analyte,value\n");
    // Changes of A: 1, 1, 1, 2; of B: 1, -1, 1, -1.
    for (id, a, b) in [("S1", 1, 1), ("S2", 1, -1), ("S3", 1, 1), ("S4", 2, -1)] {
        text.push_str(&format!("{id},0,A,5\n{id},4,A,{}\n{id},0,B,5\n{id},4,B,{}\n", 5 + a, 5 + b));
    }
    let mut levels = of(&["A", "B"]);
    levels.assay.scale = Scale::Raw;
    levels.assay.sets = vec![AnalyteSet { name: "both".into(), analytes: vec!["A".into(), "B".into()] }];
    let plan = Plan { control_arm: None, ..asked(levels) };
    let answer = ask(&import(&[("biomarkers.csv", &text)]), &plan).unwrap();
    let p = |term: Term, outcome: &str| {
        let found = rows(&answer, ID, term);
        let row = found.iter().find(|row| row.outcome == outcome).unwrap_or_else(|| panic!("{term:?} {outcome}"));
        (row.statistic, row.p_value.unwrap())
    };
    // t = 1.25 / (0.5 / 2) = 5 on 3 df: R's 2 * pt(-5, 3).
    near(p(Term::MeanChange, "A").1, 0.015392438073302296);
    near(p(Term::Holm, "A").1, 2.0 * 0.015392438073302296);
    near(p(Term::Holm, "B").1, 1.0);
    // Of 16 ways of signs two leave A's t as large; in two others B is constant.
    near(p(Term::Permutation, "A").0.unwrap(), 5.0);
    near(p(Term::Permutation, "A").1, 2.0 / 16.0);
    near(p(Term::MaxT, "A").1, 4.0 / 16.0);
    near(p(Term::MaxT, "B").1, 1.0);
    // Mean of 25 and 0: reached in the same four ways.
    near(p(Term::SetPermutation, "both").0.unwrap(), 12.5);
    near(p(Term::SetPermutation, "both").1, 4.0 / 16.0);
    assert!(notes(&answer).iter().any(|note| matches!(note, BiomarkerNote::Family { tests: 2, .. })));
}

#[test]
fn no_permutations_are_made_where_none_are_asked_for_and_a_note_tells_of_many() {
    let values = [("A", "T", "1", "2"), ("A", "T", "1", "3"), ("A", "C", "1", "1"), ("A", "C", "2", "1")];
    let mut levels = of(&["A"]);
    levels.assay.permutations = Some(0);
    let answer = ask(&trial(&values), &asked(levels.clone())).unwrap();
    assert!(rows(&answer, ID, Term::MaxT).is_empty());
    levels.assay.permutations = Some(2_000_000);
    assert!(asked(levels).problem().is_some_and(|problem| problem.contains("1000000 or less")));
}
