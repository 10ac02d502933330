//! Correlations: values beyond a limit, scales, strata of responders.

use second_look::analysis::assay::{AssayPlan, LimitRule, Scale};
use second_look::analysis::correlation::{Coefficient, CorrelationPlan, Quantity, Stratum, Variable};
use second_look::analysis::covariate::AncovaCovariate;
use second_look::analysis::responder::ResponderRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Detail, NoteKind, Plan, Term};
use second_look::import::Import;

use crate::{ask, import, near, near_by, notes, plan, row, rows};

fn of_month_0() -> AssayPlan {
    AssayPlan {
        month: 0.0,
        window_months: 0.5,
        scale: Scale::Raw,
        below_limit: LimitRule::HalfLimit,
        sets: Vec::new(),
        permutations: None,
    }
}

fn of_a_and_b() -> CorrelationPlan {
    CorrelationPlan {
        assay: of_month_0(),
        x: Variable::Analyte("A".into()),
        y: Variable::Analyte("B".into()),
        quantity: Quantity::Value,
        y_quantity: None,
        adjust_for: Vec::new(),
        is_clustered: false,
        responder: None,
        matrix: Vec::new(),
        matrix_stratum: Stratum::default(),
        coefficient: Coefficient::Pearson,
    }
}

fn asked(correlation: CorrelationPlan) -> Plan {
    plan(None, vec![AnalysisPlan::Correlation(correlation)])
}

/// One sample of A and of B a subject, all in arm x.
fn samples(pairs: &[(&str, &str)]) -> Import {
    let mut text = String::from("subject_id,arm,month,analyte,value\n");
    for (place, (a, b)) in pairs.iter().enumerate() {
        text.push_str(&format!("S{place},x,0,A,{a}\nS{place},x,0,B,{b}\n"));
    }
    import(&[("biomarkers.csv", &text)])
}

#[test]
fn a_value_below_its_limit_is_what_the_rule_says() {
    let trial = samples(&[("<2", "1"), ("2", "2"), ("3", "3"), ("4", "4")]);
    let by = |below_limit: LimitRule| {
        let answer =
            ask(&trial, &asked(CorrelationPlan { assay: AssayPlan { below_limit, ..of_month_0() }, ..of_a_and_b() }))
                .unwrap();
        let kind = NoteKind::BeyondLimit { variable: "A".into(), values: 1, rule: String::new() };
        assert!(notes(&answer).iter().any(|note| note.code() == kind.code()), "the replacement is said");
        let found = row(&answer, AnalysisId::BiomarkerCorrelation, Term::Pearson, "all");
        (found.n.unwrap(), found.estimate)
    };
    // 1 2 3 4 against 1 2 3 4.
    assert_eq!(by(LimitRule::HalfLimit), (4, Some(1.0)));
    // 2 2 3 4: deviations -.75 -.75 .25 1.25 against -1.5 -.5 .5 1.5: 3.5 / sqrt(2.75 x 5).
    let (n, r) = by(LimitRule::Limit);
    assert_eq!(n, 4);
    near(r, 3.5 / 13.75_f64.sqrt());
    // 1.41421 2 3 4: 4.378680 / sqrt(3.886041 x 5).
    near_by(by(LimitRule::LimitOverSqrt2).1, 0.993355, 1e-6);
    // 2 3 4 against 2 3 4.
    assert_eq!(by(LimitRule::Exclude), (3, Some(1.0)));
}

#[test]
fn a_value_above_its_limit_is_the_limit() {
    let trial = samples(&[("1", "1"), ("2", "2"), ("3", "3"), (">4", "4")]);
    let answer = ask(&trial, &asked(of_a_and_b())).unwrap();
    assert_eq!(row(&answer, AnalysisId::BiomarkerCorrelation, Term::Pearson, "all").estimate, Some(1.0));
}

#[test]
fn the_log_scale_takes_what_is_positive_and_says_what_it_left_out() {
    // log2: 0 1 2 against 0 1 2; the zero has no logarithm. The log of half the limit of <1 would be -1.
    let trial = samples(&[("1", "1"), ("2", "2"), ("4", "4"), ("0", "8")]);
    let answer = ask(
        &trial,
        &asked(CorrelationPlan { assay: AssayPlan { scale: Scale::Log2, ..of_month_0() }, ..of_a_and_b() }),
    )
    .unwrap();
    let found = row(&answer, AnalysisId::BiomarkerCorrelation, Term::Pearson, "all");
    assert_eq!((found.n, found.estimate), (Some(3), Some(1.0)));
    assert!(notes(&answer).contains(&&NoteKind::NotPositive { variable: "A".into(), values: 1 }));
}

#[test]
fn a_change_is_taken_against_the_subjects_own_baseline() {
    // A changes 1, 2, 3, 5 and B -1, -2, -3, -5; E has no baseline of B.
    let mut text = String::from("subject_id,arm,month,analyte,value\nE,x,0,A,1\nE,x,4,A,9\nE,x,4,B,9\n");
    for (id, start, change) in [("A", 3, 1), ("B", 1, 2), ("C", 9, 3), ("D", 4, 5)] {
        text.push_str(&format!("{id},x,0,A,{start}\n{id},x,4,A,{}\n", start + change));
        text.push_str(&format!("{id},x,0,B,{}\n{id},x,4,B,{}\n", start + 6, start + 6 - change));
    }
    let correlation =
        CorrelationPlan { quantity: Quantity::Change, assay: AssayPlan { month: 4.0, ..of_month_0() }, ..of_a_and_b() };
    let answer = ask(&import(&[("biomarkers.csv", &text)]), &asked(correlation)).unwrap();
    let found = row(&answer, AnalysisId::BiomarkerCorrelation, Term::Spearman, "all");
    assert_eq!((found.n, found.estimate), (Some(4), Some(-1.0)));
    // Two of the 24 orders are as extreme: 2/24.
    near(found.p_value, 1.0 / 12.0);
    assert_eq!(found.statistic, None, "a perfect line has an infinite t, which is left out");
}

#[test]
fn good_and_poor_responders_are_told_apart_at_the_threshold() {
    // Lead-in: 43 at -3 to 40 at 0, a point a month. To month 4: 38 is half of it, exactly the threshold: good.
    // 37 is three quarters: poor. F did not decline before; G was not seen at month 4.
    let mut visits = String::from("subject_id,arm,month,score\n");
    let mut markers = String::from("subject_id,month,analyte,value\n");
    let people = [("A", 38), ("B", 39), ("C", 40), ("D", 37), ("E", 36), ("H", 30), ("F", 38), ("G", 0)];
    for (place, (id, at_four)) in people.iter().enumerate() {
        let lead_in = if *id == "F" { 40 } else { 43 };
        visits.push_str(&format!("{id},x,-3,{lead_in}\n{id},x,0,40\n"));
        if *id != "G" {
            visits.push_str(&format!("{id},x,4,{at_four}\n"));
        }
        markers.push_str(&format!("{id},0,A,{}\n{id},0,B,{}\n", place * place + 1, place + 1));
    }
    let trial = import(&[("visits.csv", &visits), ("biomarkers.csv", &markers)]);
    let with = |threshold_percent: f64| {
        let responder = Some(ResponderRule { outcome: "score".into(), month: 4.0, threshold_percent });
        ask(&trial, &asked(CorrelationPlan { responder, ..of_a_and_b() })).unwrap()
    };
    let count = |answer: &second_look::analysis::Answer, group: &str| {
        row(answer, AnalysisId::BiomarkerCorrelation, Term::Pearson, group).n
    };
    let answer = with(50.0);
    assert_eq!(count(&answer, "good responders"), Some(3));
    assert_eq!(count(&answer, "poor responders"), Some(3));
    let is_of_the_arm = |row: &second_look::analysis::Finding| row.group.as_deref() == Some("x, good responders");
    assert!(!answer.rows.iter().any(is_of_the_arm), "the only arm is everyone");
    assert_eq!(count(&answer, "all"), Some(8));
    assert!(notes(&answer).contains(&&NoteKind::ResponderUndefined { no_slope: 1, no_decline_before: 1 }));
    assert!(notes(&answer).contains(&&NoteKind::PostTreatmentStratum));
    // At 100 % only C, who lost nothing, is good: one pair is no correlation, and that is said.
    let answer = with(100.0);
    assert_eq!(count(&answer, "poor responders"), Some(5));
    let error = AnalysisError::TooFew { what: "A and B".into(), need: 3, got: 1 };
    let kind = NoteKind::Unanswered { group: Some("good responders".into()), at_month: None, error };
    assert!(notes(&answer).contains(&&kind), "{:?}", answer.notes);
}

#[test]
fn the_matrix_holds_each_pair_once() {
    let mut text = String::from("subject_id,arm,month,analyte,value\n");
    for subject in 1..=4 {
        for (analyte, power) in [("A", 1), ("B", 2), ("C", 3)] {
            text.push_str(&format!("S{subject},x,0,{analyte},{}\n", i32::pow(subject, power)));
        }
    }
    let matrix = ["A", "B", "C"].map(|name| Variable::Analyte(name.into())).to_vec();
    let answer =
        ask(&import(&[("biomarkers.csv", &text)]), &asked(CorrelationPlan { matrix, ..of_a_and_b() })).unwrap();
    let mut pairs: Vec<(String, String)> = rows(&answer, AnalysisId::BiomarkerCorrelation, Term::Pearson)
        .iter()
        .filter(|row| row.group.as_deref() == Some("all"))
        .map(|row| (row.contrast.clone().unwrap(), row.outcome.clone()))
        .collect();
    pairs.sort();
    let pair = |x: &str, y: &str| (format!("with {x}"), y.to_owned());
    assert_eq!(pairs, [pair("A", "B"), pair("A", "C"), pair("B", "C")]);
}

#[test]
fn what_is_not_in_the_files_is_named() {
    let trial = samples(&[("1", "1"), ("2", "2"), ("3", "3")]);
    let unknown = CorrelationPlan { y: Variable::Analyte("Z".into()), ..of_a_and_b() };
    let error = ask(&trial, &asked(unknown)).unwrap_err();
    assert_eq!(error, AnalysisError::NotInFiles { what: "analyte".into(), name: "Z".into() });
    let nowhere = CorrelationPlan { assay: AssayPlan { month: 12.0, ..of_month_0() }, ..of_a_and_b() };
    let error = ask(&trial, &asked(nowhere)).unwrap_err();
    assert_eq!(error, AnalysisError::NoPairs { x: "A".into(), y: "B".into() });
}

#[test]
fn the_points_of_the_figure_are_the_pairs_of_everyone() {
    let answer = ask(&samples(&[("1", "5"), ("2", "6"), ("3", "8")]), &asked(of_a_and_b())).unwrap();
    let Detail::Correlation(detail) = &answer.detail else { panic!("another answer") };
    let points: Vec<(f64, f64)> = detail.points.iter().map(|point| (point.x, point.y)).collect();
    assert_eq!(points, [(1.0, 5.0), (2.0, 6.0), (3.0, 8.0)]);
}

/// TGF-β1 and MCP-1 of the demo, change to month 4 in log2.
fn of_the_demo(change: impl FnOnce(&mut CorrelationPlan)) -> second_look::analysis::Answer {
    let read = |name: &str| std::fs::read_to_string(format!("public/demo/{name}.csv")).unwrap();
    let (subjects, biomarkers) = (read("subjects"), read("biomarkers"));
    let trial = import(&[("subjects.csv", &subjects), ("biomarkers.csv", &biomarkers)]);
    let mut correlation = CorrelationPlan {
        assay: AssayPlan { month: 4.0, scale: Scale::Log2, ..of_month_0() },
        x: Variable::Analyte("TGF-β1".into()),
        y: Variable::Analyte("MCP-1".into()),
        quantity: Quantity::Change,
        ..of_a_and_b()
    };
    change(&mut correlation);
    ask(&trial, &plan(Some("Control"), vec![AnalysisPlan::Correlation(correlation)])).unwrap()
}

#[test]
fn partial_correlations_of_the_demo_are_what_r_says() {
    // R 4.2.2: -P[1, 2] / sqrt(P[1, 1] * P[2, 2]), P <- solve(cor(cbind(x, y, age, sex == "M", onset == "limb"), method)).
    let covariates = ["age", "sex", "onset_site"];
    let answer = of_the_demo(|asked| {
        asked.adjust_for = covariates.map(|name| AncovaCovariate { name: name.into(), as_factor: false }).to_vec();
    });
    for (term, group, n, estimate, p) in [
        (Term::PartialPearson, "MSC", 32, -0.544_990_703_898_235_7, 0.002_234_798_539_659_43),
        (Term::PartialSpearman, "MSC", 32, -0.483_449_697_190_151_85, 0.007_887_551_121_052_08),
        (Term::PartialKendall, "MSC", 32, -0.318_846_257_525_534_2, 0.015_171_431_160_923_4),
        (Term::PartialPearson, "all", 59, -0.391_578_089_286_000_85, 0.002_841_533_419_945_32),
        (Term::PartialSpearman, "all", 59, -0.388_898_864_260_103, 0.003_054_681_562_299_25),
        (Term::PartialKendall, "all", 59, -0.255_125_099_100_557, 0.005_489_989_534_769_78),
    ] {
        let found = rows(&answer, AnalysisId::BiomarkerCorrelation, term);
        let row = found.into_iter().find(|row| row.group.as_deref() == Some(group)).unwrap();
        assert_eq!(row.n, Some(n));
        near_by(row.estimate, estimate, 1e-12);
        near_by(row.p_value, p, 1e-11);
    }
}

#[test]
fn the_matrix_can_stand_in_the_order_of_its_tree() {
    let matrix = ["TGF-β1", "MCP-1", "IL-4", "IL-6", "IL-8", "IL-10", "TNF-α", "VEGF"];
    let variables = || matrix.map(|name| Variable::Analyte(name.into())).to_vec();
    let order = |is_clustered: bool| {
        let answer = of_the_demo(|asked| (asked.matrix, asked.is_clustered) = (variables(), is_clustered));
        let Detail::Correlation(detail) = answer.detail else { panic!("no correlation") };
        detail.order
    };
    assert_eq!(order(false), [0, 1, 2, 3, 4, 5, 6, 7]);
    // hclust(as.dist(1 - cor(changes, use = "pairwise")), "average")$order - 1 of R 4.2.2.
    assert_eq!(order(true), ORDER_BY_R);
}

const ORDER_BY_R: [usize; 8] = [5, 2, 0, 7, 6, 4, 1, 3];

#[test]
fn equal_slopes_are_ties() {
    // Two visits a person, one point a month each, at times that round differently.
    let mut text = String::from("subject_id,arm,month,analyte,value\n");
    for (place, (start, months)) in [(0.1, 3.0), (0.3, 0.7), (1.7, 1.1), (2.9, 4.3)].into_iter().enumerate() {
        text.push_str(&format!("S{place},x,0,A,{start}\nS{place},x,{months},A,{}\n", start + months));
        text.push_str(&format!("S{place},x,0,B,{place}\n"));
    }
    let asked_of = CorrelationPlan {
        assay: AssayPlan { month: 4.5, ..of_month_0() },
        quantity: Quantity::Slope,
        y_quantity: Some(Quantity::Baseline),
        ..of_a_and_b()
    };
    let error = ask(&import(&[("biomarkers.csv", &text)]), &asked(asked_of)).unwrap_err();
    assert_eq!(error, AnalysisError::NoVariation { what: "A and B".into() });
}
