//! The demo trial beside the figures that R 4.2.2 gives for the same files (docs/demo.R), as docs/demo.md prints them:
//! each text below must stand there, and must be what the analyses find.

use second_look::analysis::correlation::Stratum;
use second_look::analysis::responder::{ResponderRule, Response};
use second_look::analysis::{AnalysisId, AnalysisPlan, Answer, Detail, Finding, Plan, Term};
use second_look::import::Import;

use crate::{ask, import, row, rows};

const PRINTED: &str = include_str!("../../docs/demo.md");

pub const FILES: [(&str, &str); 6] = [
    ("subjects.csv", include_str!("../../public/demo/subjects.csv")),
    ("visits.csv", include_str!("../../public/demo/visits.csv")),
    ("biomarkers.csv", include_str!("../../public/demo/biomarkers.csv")),
    ("survival.csv", include_str!("../../public/demo/survival.csv")),
    ("ventilation.csv", include_str!("../../public/demo/ventilation.csv")),
    ("adverse_events.csv", include_str!("../../public/demo/adverse_events.csv")),
];

pub fn demo() -> (Import, Plan) {
    let trial = import(&FILES);
    let plan = Plan::default_for(&trial.trial, &trial.files);
    (trial, plan)
}

fn only(plan: &Plan, asked: AnalysisPlan) -> Plan {
    Plan { analyses: vec![asked], ..plan.clone() }
}

#[track_caller]
fn printed(found: &str, expected: &str) {
    assert_eq!(found, expected);
    assert!(PRINTED.contains(expected), "docs/demo.md does not say {expected:?}");
}

fn at(answer: &Answer, analysis: AnalysisId, term: Term, group: &str, month: f64) -> Finding {
    let mut found = rows(answer, analysis, term);
    found.retain(|row| row.group.as_deref() == Some(group) && row.at == Some(month));
    assert_eq!(found.len(), 1);
    found[0].clone()
}

/// "-1.6875 (2.5072)"
fn mean_and_sd(answer: &Answer, arm: &str, month: f64) -> String {
    let mean = at(answer, AnalysisId::ChangeSummary, Term::MeanChange, arm, month);
    let sd = at(answer, AnalysisId::ChangeSummary, Term::SdChange, arm, month);
    format!("{:.4} ({:.4})", mean.estimate.unwrap(), sd.estimate.unwrap())
}

/// "2.9766 (0.7463; 1.4815 to 4.4716), df 56"
fn difference(answer: &Answer, analysis: AnalysisId, month: f64) -> String {
    let row = at(answer, analysis, Term::Difference, "MSC", month);
    let [estimate, error, low, high, df] =
        [row.estimate, row.std_error, row.conf_low, row.conf_high, row.df].map(Option::unwrap);
    format!("{estimate:.4} ({error:.4}; {low:.4} to {high:.4}), df {df}")
}

fn change_of(outcome: &str) -> Answer {
    let (trial, plan) = demo();
    let mut change = plan.change().unwrap().clone();
    change.outcome = outcome.to_owned();
    ask(&trial, &only(&plan, AnalysisPlan::Change(change))).unwrap()
}

#[test]
fn ranks_and_other_rules_are_those_of_r() {
    let (trial, plan) = demo();
    for (month, texts) in [
        (
            4.0,
            [
                "1.0250 (0.4819 to 1.5602)",
                "3.0000 (1.0000 to 4.0000), p 0.000694",
                "0.7512",
                "0 and 1",
                "0.7600, p 0.000377",
                "2.8667 (1.4242 to 4.3091), p 0.000190",
                "3.8482 (1.6549 to 6.0415), p 0.000868",
            ],
        ),
        (
            6.0,
            [
                "0.8355 (0.2892 to 1.3747)",
                "3.0000 (1.0000 to 5.0000), p 0.009894",
                "0.6994",
                "1 and 2",
                "0.7014, p 0.007298",
                "3.1000 (1.1424 to 5.0576), p 0.002409",
                "4.2083 (0.3608 to 8.0558), p 0.032611",
            ],
        ),
    ] {
        let mut change = plan.change().unwrap().clone();
        change.primary_month = month;
        let answer = ask(&trial, &only(&plan, AnalysisPlan::Change(change))).unwrap();
        let one = |analysis, term| at(&answer, analysis, term, "MSC", month);
        let by_rule = |analysis, term, words: &str| {
            let found = rows(&answer, analysis, term);
            (*found.iter().find(|row| row.method.as_deref() == Some(words)).unwrap()).clone()
        };
        let told = |row: Finding| {
            let [estimate, low, high] = [row.estimate, row.conf_low, row.conf_high].map(Option::unwrap);
            let p = row.p_value.map(|p| format!(", p {p:.6}")).unwrap_or_default();
            format!("{estimate:.4} ({low:.4} to {high:.4}){p}")
        };
        let (student, ranks) = (AnalysisId::ChangeStudent, AnalysisId::ChangeMannWhitney);
        let deaths =
            ["MSC", "Control"].map(|arm| at(&answer, AnalysisId::ChangeSummary, Term::Deaths, arm, month).estimate);
        let worst = by_rule(ranks, Term::SensitivitySuperiority, "observed, death as worst rank");
        let found = [
            told(one(student, Term::EffectSize)),
            told(one(ranks, Term::Difference)),
            format!("{:.4}", one(ranks, Term::Superiority).estimate.unwrap()),
            format!("{} and {}", deaths[0].unwrap(), deaths[1].unwrap()),
            format!("{:.4}, p {:.6}", worst.estimate.unwrap(), worst.p_value.unwrap()),
            told(by_rule(student, Term::SensitivityDifference, "last observation carried forward")),
            told(by_rule(student, Term::SensitivityDifference, "observed, death as zero")),
        ];
        for (found, expected) in found.iter().zip(texts) {
            printed(found, expected);
        }
        if month == 6.0 {
            let [least, greatest] = [Term::LeastWithoutPatient, Term::GreatestWithoutPatient]
                .map(|term| one(student, term).estimate.unwrap());
            printed(&format!("{least:.6} to {greatest:.6}"), "3.028226 to 3.653226");
        }
    }
}

#[test]
fn the_primary_rows_are_those_of_r() {
    let answer = change_of("alsfrs_r_total");
    let n = |arm: &str, month: f64| at(&answer, AnalysisId::ChangeSummary, Term::MeanChange, arm, month).n.unwrap();
    let arm = |name: &str, month: f64| format!("n {}, {}", n(name, month), mean_and_sd(&answer, name, month));
    printed(&arm("MSC", 4.0), "n 32, -1.6875 (2.5072)");
    printed(&arm("Control", 4.0), "n 27, -4.6667 (3.2463)");
    printed(&arm("MSC", 6.0), "n 31, -3.0968 (3.5058)");
    printed(&arm("Control", 6.0), "n 25, -6.4800 (4.5288)");
    // In bold there: the one digit that the paper has otherwise.
    let student = difference(&answer, AnalysisId::ChangeStudent, 4.0).replace("4.4800", "**4.4800**");
    printed(&student, "2.9792 (0.7495; 1.4784 to **4.4800**), df 57");
    printed(&difference(&answer, AnalysisId::ChangeAncova, 4.0), "2.9766 (0.7463; 1.4815 to 4.4716), df 56");
    printed(&difference(&answer, AnalysisId::ChangeStudent, 6.0), "3.3832 (1.0733; 1.2313 to 5.5351), df 54");
    printed(&difference(&answer, AnalysisId::ChangeAncova, 6.0), "3.3836 (1.0735; 1.2304 to 5.5368), df 53");
    let p = |analysis: AnalysisId, month: f64| at(&answer, analysis, Term::Difference, "MSC", month).p_value.unwrap();
    let ps = [(AnalysisId::ChangeStudent, "0.00020", "0.0026"), (AnalysisId::ChangeAncova, "0.00019", "0.0027")];
    for (analysis, at_four, at_six) in ps {
        printed(&format!("{:.5}", p(analysis, 4.0)), at_four);
        printed(&format!("{:.4}", p(analysis, 6.0)), at_six);
    }
    let welch = |month: f64| {
        let row = at(&answer, AnalysisId::ChangeWelch, Term::Difference, "MSC", month);
        let [estimate, error, low, high] =
            [row.estimate, row.std_error, row.conf_low, row.conf_high].map(Option::unwrap);
        format!("{estimate:.2} ({error:.2}; {low:.2} to {high:.2})")
    };
    printed(&welch(4.0), "2.98 (0.77; 1.44 to 4.52)");
    printed(&welch(6.0), "3.38 (1.10; 1.16 to 5.61)");
}

#[test]
fn the_other_outcomes_are_those_of_r() {
    for (outcome, msc, control, effect) in [
        ("aals", "10.4375 (9.2386)", "17.9600 (11.7774)", "-7.52 (2.78; -13.10 to -1.95), p 0.009"),
        ("fvc_percent", "-11.2839 (10.0596)", "-10.7480 (8.4012)", "-0.54 (2.52; -5.58 to 4.51), p 0.83"),
        ("sf36", "-9.0562 (12.8293)", "-11.8320 (11.2758)", "2.78 (3.25; -3.74 to 9.29), p 0.40"),
    ] {
        let answer = change_of(outcome);
        // R rounds -9.05625 to the even digit, as does the formatter of this test.
        printed(&mean_and_sd(&answer, "MSC", 4.0), msc);
        printed(&mean_and_sd(&answer, "Control", 4.0), control);
        let row = at(&answer, AnalysisId::ChangeStudent, Term::Difference, "MSC", 4.0);
        let [estimate, error, low, high, p] =
            [row.estimate, row.std_error, row.conf_low, row.conf_high, row.p_value].map(Option::unwrap);
        let p = if p < 0.01 { format!("{p:.3}") } else { format!("{p:.2}") };
        printed(&format!("{estimate:.2} ({error:.2}; {low:.2} to {high:.2}), p {p}"), effect);
    }
}

/// Good responders of the arm, and those with a response at all.
fn responders(arm: &str, threshold_percent: f64) -> (usize, usize) {
    let (trial, plan) = demo();
    let mut correlation = plan.correlation().unwrap().clone();
    let outcome = "alsfrs_r_total".to_owned();
    correlation.responder = Some(ResponderRule { outcome, month: 4.0, threshold_percent });
    let answer = ask(&trial, &only(&plan, AnalysisPlan::Correlation(correlation))).unwrap();
    let Detail::Correlation(detail) = &answer.detail else { panic!("another answer") };
    let place = detail.arm_names.iter().position(|name| name == arm);
    let of_arm: Vec<Response> =
        detail.points.iter().filter(|point| point.arm == place).filter_map(|point| point.response).collect();
    (of_arm.iter().filter(|response| **response == Response::Good).count(), of_arm.len())
}

#[test]
fn the_responder_counts_are_the_papers() {
    for (threshold, msc, control) in [(50.0, 22, 5), (75.0, 18, 2), (100.0, 13, 1)] {
        assert_eq!(responders("MSC", threshold), (msc, 32), "at least {threshold} %");
        assert_eq!(responders("Control", threshold), (control, 27), "at least {threshold} %");
        assert!(PRINTED.contains(&format!("| At least {threshold} %")), "{threshold}");
        let line = PRINTED.lines().find(|line| line.starts_with(&format!("| At least {threshold} %"))).unwrap();
        assert!(line.ends_with(&format!("| {msc} | {msc} | {control} | {control} |")), "{line}");
    }
}

#[test]
fn the_correlations_are_those_of_r() {
    let (trial, plan) = demo();
    let mut correlation = plan.correlation().unwrap().clone();
    correlation.matrix = Vec::new();
    correlation.matrix_stratum = Stratum::default();
    let answer = ask(&trial, &only(&plan, AnalysisPlan::Correlation(correlation))).unwrap();
    let found = |term: Term, group: &str| row(&answer, AnalysisId::BiomarkerCorrelation, term, group);
    let three = |row: &Finding| format!("{:.3}", row.estimate.unwrap());
    let pearson = found(Term::Pearson, "MSC, good responders");
    let spearman = found(Term::Spearman, "MSC, good responders");
    printed(
        &format!(
            "n {}: Pearson {} (p {:.4}), Spearman {} (p {:.4})",
            pearson.n.unwrap(),
            three(pearson),
            pearson.p_value.unwrap(),
            three(spearman),
            spearman.p_value.unwrap()
        ),
        "n 22: Pearson -0.637 (p 0.0014), Spearman -0.633 (p 0.0016)",
    );
    for (group, expected) in [
        ("MSC, poor responders", "n 10: 0.027, -0.042"),
        ("Control, good responders", "n 5: -0.069, -0.100"),
        ("Control, poor responders", "n 22: 0.069, 0.108"),
    ] {
        let pearson = found(Term::Pearson, group);
        let said = format!("n {}: {}, {}", pearson.n.unwrap(), three(pearson), three(found(Term::Spearman, group)));
        printed(&said, expected);
    }
    let two = |group: &str| {
        let row = found(Term::Pearson, group);
        format!("{:.3} (n {})", row.estimate.unwrap(), row.n.unwrap())
    };
    printed(&format!("MSC {}, everyone {}", two("MSC"), two("all")), "MSC -0.440 (n 32), everyone -0.405 (n 59)");
}

#[test]
fn the_survival_figures_are_those_of_r() {
    let (trial, plan) = demo();
    let survival = plan.survival().unwrap().clone();
    let answer = ask(&trial, &only(&plan, AnalysisPlan::Survival(survival))).unwrap();
    let count = |arm: &str| {
        let row = row(&answer, AnalysisId::KaplanMeier, Term::Events, arm);
        format!("{} {}of {}", row.estimate.unwrap(), if arm == "MSC" { "deaths " } else { "" }, row.n.unwrap())
    };
    let test = rows(&answer, AnalysisId::LogRank, Term::LogRank)[0];
    let said = format!(
        "{} and {} in 60 months, log-rank chi-square {:.3}, p {:.3}",
        count("MSC"),
        count("Control"),
        test.statistic.unwrap(),
        test.p_value.unwrap()
    );
    printed(&said, "17 deaths of 33 and 12 of 31 in 60 months, log-rank chi-square 0.612, p 0.434");
    let median = row(&answer, AnalysisId::KaplanMeier, Term::MedianTime, "MSC").estimate.unwrap();
    printed(
        &format!("median {median} months (MSC), not reached (Control)"),
        "median 50.6 months (MSC), not reached (Control)",
    );
    assert_eq!(row(&answer, AnalysisId::KaplanMeier, Term::MedianTime, "Control").estimate, None);
}
