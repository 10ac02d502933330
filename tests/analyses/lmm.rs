//! Slope models.

use second_look::analysis::change::AncovaCovariate;
use second_look::analysis::lmm::{LmmDfMethod, LmmPlan, SlopeModel};
use second_look::analysis::mmrm::{MmrmDfMethod, MmrmPlan, VisitStructure};
use second_look::analysis::visit_plan::VisitPlan;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{AnalysisError, AnalysisId, AnalysisPlan, Answer, Detail, NoteKind, Plan, Term};
use second_look::import::Import;
use second_look::report::{Overview, result_page};

use crate::{ask, import, near, near_by, notes, plan, row, rows};

fn lmm(model: SlopeModel, months: &[f64]) -> LmmPlan {
    LmmPlan {
        visits: VisitPlan {
            outcome: "score".into(),
            baseline: BaselineRule::LastAtOrBeforeStart,
            target_months: months.to_vec(),
            primary_month: *months.last().unwrap(),
            window_months: 0.5,
        },
        model,
        common_baseline: false,
        df_method: LmmDfMethod::KenwardRoger,
        until_month: None,
        covariates: Vec::new(),
        by_time: Vec::new(),
    }
}

fn asked(lmm: LmmPlan) -> Plan {
    plan(Some("control"), vec![AnalysisPlan::Lmm(lmm)])
}

fn visits(rows: impl IntoIterator<Item = (String, String, f64, f64)>) -> Import {
    let mut text = String::from("subject_id,arm,month,score\n");
    for (id, arm, month, score) in rows {
        text.push_str(&format!("{id},{arm},{month},{score:.4}\n"));
    }
    import(&[("visits.csv", &text)])
}

/// Patients of a line each, and on it a zigzag that no line sees: +-+ half a point at months 0 to 3, +--+.
fn lines(patients: &[(&str, f64, f64)]) -> Vec<(String, String, f64, f64)> {
    let zigzag = [0.5, -0.5, -0.5, 0.5];
    let mut found = Vec::new();
    for (person, (arm, level, slope)) in patients.iter().enumerate() {
        for (month, off) in zigzag.iter().enumerate() {
            let sign = if person % 2 == 0 { 1.0 } else { -1.0 };
            let value = level + slope * month as f64 + sign * off;
            found.push((format!("P{person}"), (*arm).to_owned(), month as f64, value));
        }
    }
    found
}

const SIX: [(&str, f64, f64); 6] = [
    ("control", 40.0, -1.0),
    ("control", 44.0, -2.0),
    ("control", 41.0, -3.0),
    ("active", 43.0, 0.0),
    ("active", 39.0, -1.0),
    ("active", 42.0, -2.0),
];

/// Each patient's own line in the lead-in and another after it, with a zigzag that neither sees: 1 -2 2 -2 1.
fn bends() -> Import {
    let patients = [
        ("control", 40.0, -1.0, -1.0),
        ("control", 46.0, -2.0, -3.0),
        ("control", 41.0, -3.0, -2.0),
        ("control", 37.0, -2.0, -2.0),
        ("active", 44.0, -2.0, 0.0),
        ("active", 39.0, 0.0, -1.0),
        ("active", 42.0, -1.0, -2.0),
        ("active", 35.0, -1.0, -1.0),
    ];
    let mut found = Vec::new();
    for (person, (arm, level, before, after)) in patients.iter().enumerate() {
        for (place, off) in [1.0, -2.0, 2.0, -2.0, 1.0].iter().enumerate() {
            let month = place as f64 - 2.0;
            let sign = if person % 2 == 0 { 0.2 } else { -0.2 };
            let value = level + before * month.min(0.0) + after * month.max(0.0) + sign * off;
            found.push((format!("P{person}"), (*arm).to_owned(), month, value));
        }
    }
    visits(found)
}

#[test]
fn balanced_arms_are_compared_as_by_student_on_each_patients_slope() {
    for df_method in LmmDfMethod::ALL {
        let lmm = LmmPlan { df_method, ..lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]) };
        let answer = ask(&visits(lines(&SIX)), &asked(lmm)).unwrap();
        near_by(row(&answer, AnalysisId::LmmSlope, Term::Slope, "control").estimate, -2.0, 1e-9);
        near_by(row(&answer, AnalysisId::LmmSlope, Term::Slope, "active").estimate, -1.0, 1e-9);
        // Slopes -1 -2 -3 and 0 -1 -2: pooled variance 1, SE sqrt(1/3 + 1/3), df 4.
        let difference = row(&answer, AnalysisId::LmmSlope, Term::Difference, "active");
        near_by(difference.estimate, 1.0, 1e-9);
        near_by(difference.std_error, (2.0_f64 / 3.0).sqrt(), 1e-7);
        near_by(difference.df, 4.0, 1e-5);
        assert_eq!((difference.n, difference.contrast.as_deref()), (Some(6), Some("active − control")));
        // Residual variance: a patient's zigzag has a sum of squares of 1; 24 rows less 12 coefficients.
        let residual = rows(&answer, AnalysisId::LmmSlope, Term::RandomSd)
            .into_iter()
            .find(|row| row.contrast.as_deref() == Some("residual"));
        near_by(residual.unwrap().estimate, 0.5_f64.sqrt(), 1e-7);
        // The variance of slopes, less what the zigzag puts there: 1 - 0.5 / 5.
        let slope = rows(&answer, AnalysisId::LmmSlope, Term::RandomSd)
            .into_iter()
            .find(|row| row.contrast.as_deref() == Some("slope"));
        near_by(slope.unwrap().estimate, 0.9_f64.sqrt(), 1e-6);
        // The same without a model, by Welch: equal variances, so the same df.
        let by_model = rows(&answer, AnalysisId::LmmSlope, Term::DifferenceByModel);
        let two_stage = by_model.iter().find(|row| row.note.as_deref() == Some("two_stage")).unwrap();
        near_by(two_stage.std_error, (2.0_f64 / 3.0).sqrt(), 1e-9);
        near_by(two_stage.df, 4.0, 1e-9);
        assert_eq!(by_model.len(), 5, "common and separate baseline, two methods each, and two stages");
        assert_eq!(rows(&answer, AnalysisId::LmmChangePoint, Term::Slope).len(), 0, "there is no lead-in");
        assert!(answer.notes.iter().all(|note| !note.kind.is_unanswered()), "{:?}", answer.notes);
    }
}

#[test]
fn a_lead_in_bends_the_line_at_month_0() {
    let answer = ask(&bends(), &asked(lmm(SlopeModel::ChangePoint, &[1.0, 2.0]))).unwrap();
    let of = |term: Term, arm: &str| row(&answer, AnalysisId::LmmChangePoint, term, arm);
    near_by(of(Term::LeadInSlope, "control").estimate, -2.0, 1e-9);
    near_by(of(Term::LeadInSlope, "active").estimate, -1.0, 1e-9);
    near_by(of(Term::Slope, "control").estimate, -2.0, 1e-9);
    near_by(of(Term::Slope, "active").estimate, -1.0, 1e-9);
    near_by(of(Term::SlopeChange, "active").estimate, 0.0, 1e-9);
    // Slopes after the start -1 -3 -2 -2 and 0 -1 -2 -1: pooled variance 2/3, SE sqrt(2/3 (1/4 + 1/4)), df 6.
    let difference = of(Term::Difference, "active");
    near_by(difference.estimate, 1.0, 1e-9);
    near_by(difference.std_error, (1.0_f64 / 3.0).sqrt(), 1e-6);
    near_by(difference.df, 6.0, 1e-4);
    // Changes of slope 0 -1 1 0 and 2 -1 -1 0: pooled variance (2 + 6) / 6, SE sqrt(4/3 / 2).
    let change = of(Term::SlopeChangeDifference, "active");
    near_by(change.estimate, 0.0, 1e-9);
    near_by(change.std_error, (2.0_f64 / 3.0).sqrt(), 1e-6);
    // Levels at month 0: 41 and 40.
    let at_zero = |arm: &str| {
        let found = rows(&answer, AnalysisId::LmmChangePoint, Term::LsMean);
        found.into_iter().find(|row| row.group.as_deref() == Some(arm) && row.at == Some(0.0)).unwrap().estimate
    };
    near_by(at_zero("control"), 41.0, 1e-9);
    near_by(at_zero("active"), 40.0, 1e-9);
    assert!(answer.notes.iter().any(|note| note.kind.code() == "lead_in_differs"), "{:?}", answer.notes);
    let Detail::Lmm(detail) = &answer.detail else { panic!("{:?}", answer.detail) };
    assert_eq!((detail.model, detail.patients.len(), detail.residuals.len()), (SlopeModel::ChangePoint, 8, 40));
}

#[test]
fn with_a_common_baseline_the_arms_share_level_and_lead_in() {
    let plan = LmmPlan { common_baseline: true, ..lmm(SlopeModel::ChangePoint, &[1.0, 2.0]) };
    let answer = ask(&bends(), &asked(plan)).unwrap();
    let shared: Vec<_> = rows(&answer, AnalysisId::LmmChangePoint, Term::LeadInSlope);
    assert!(shared.iter().any(|row| row.group.is_none() && row.n == Some(8)));
    let change = row(&answer, AnalysisId::LmmChangePoint, Term::SlopeChangeDifference, "active");
    let slope = row(&answer, AnalysisId::LmmChangePoint, Term::Difference, "active");
    near(change.estimate, slope.estimate.unwrap());
    let at = |arm: &str| {
        let found = rows(&answer, AnalysisId::LmmChangePoint, Term::LsMean);
        found.into_iter().find(|row| row.group.as_deref() == Some(arm) && row.at == Some(0.0)).unwrap().estimate
    };
    assert_eq!(at("control"), at("active"));
}

#[test]
fn later_visits_do_not_count() {
    let mut found = lines(&SIX);
    found.push(("P0".into(), "control".into(), 9.0, 90.0));
    let answer = ask(&visits(found.clone()), &asked(lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]))).unwrap();
    near_by(row(&answer, AnalysisId::LmmSlope, Term::Slope, "control").estimate, -2.0, 1e-9);
    let plan = LmmPlan { until_month: Some(12.0), ..lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]) };
    let answer = ask(&visits(found), &asked(plan)).unwrap();
    let values = rows(&answer, AnalysisId::LmmSlope, Term::Measurements);
    assert_eq!(values.first().and_then(|row| row.estimate), Some(25.0));
}

#[test]
fn the_chosen_model_without_a_lead_in_is_unanswered_and_the_other_stands() {
    let answer = ask(&visits(lines(&SIX)), &asked(lmm(SlopeModel::ChangePoint, &[1.0, 2.0, 3.0]))).unwrap();
    let error = AnalysisError::NoLeadIn { outcome: "score".into() };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: None, error }));
    assert_eq!(rows(&answer, AnalysisId::LmmSlope, Term::Difference).len(), 1);
    let Detail::Lmm(detail) = &answer.detail else { panic!("{:?}", answer.detail) };
    assert_eq!(detail.model, SlopeModel::Slope);
}

#[test]
fn one_arm_has_a_slope_and_no_difference() {
    let answer =
        ask(&visits(lines(&SIX[..3])), &plan(None, vec![AnalysisPlan::Lmm(lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]))]))
            .unwrap();
    near_by(row(&answer, AnalysisId::LmmSlope, Term::Slope, "control").estimate, -2.0, 1e-9);
    assert!(answer.rows.iter().all(|row| row.term != Term::Difference && row.term != Term::DifferenceByModel));
    let error = AnalysisError::OneArm { arms_with_data: 1 };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: None, at_month: None, error }));
}

#[test]
fn an_arm_that_was_never_seen_again_is_left_out_and_said_so() {
    let mut found = lines(&SIX);
    found.extend((0..3).map(|person| (format!("Q{person}"), "lost".into(), 0.0, 40.0 + f64::from(person))));
    let answer = ask(&visits(found), &asked(lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]))).unwrap();
    let error = AnalysisError::TooFew { what: "people with a baseline and a later visit".into(), need: 1, got: 0 };
    assert!(notes(&answer).contains(&&NoteKind::Unanswered { group: Some("lost".into()), at_month: None, error }));
    assert_eq!(rows(&answer, AnalysisId::LmmSlope, Term::Slope).len(), 2);
}

fn error_of(found: Vec<(String, String, f64, f64)>, lmm: LmmPlan) -> AnalysisError {
    ask(&visits(found), &asked(lmm)).unwrap_err()
}

#[test]
fn what_cannot_be_fitted_says_why() {
    let slope = || lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]);
    // A single visit each.
    let mut once = lines(&SIX);
    once.retain(|(_, _, month, _)| *month == 0.0);
    assert!(matches!(error_of(once, slope()), AnalysisError::TooFew { need: 2, got: 0, .. }));
    // Two visits each: a line of each patient's own leaves nothing to tell its error by.
    let mut twice = lines(&SIX);
    twice.retain(|(_, _, month, _)| *month < 2.0);
    let error = error_of(twice, slope());
    assert!(matches!(error, AnalysisError::TooFew { need: 13, got: 12, .. }), "{error:?}");
    // The same value everywhere.
    let flat: Vec<_> = lines(&SIX).into_iter().map(|(id, arm, month, _)| (id, arm, month, 40.0)).collect();
    assert_eq!(error_of(flat, slope()), AnalysisError::NoVariation { what: "score".into() });
    // Nobody in the control arm comes back.
    let mut gone = lines(&SIX);
    gone.retain(|(_, arm, month, _)| arm != "control" || *month == 0.0);
    assert_eq!(error_of(gone, slope()), AnalysisError::NoControl { control: "control".into() });
    // No baseline.
    let mut late = lines(&SIX);
    late.retain(|(_, _, month, _)| *month > 0.0);
    assert_eq!(error_of(late, slope()), AnalysisError::NoBaseline { outcome: "score".into() });
}

#[test]
fn exact_lines_have_no_answer_or_numbers_that_are_numbers() {
    // No error at all about each line: the likelihood has no maximum.
    let found: Vec<_> = SIX
        .iter()
        .enumerate()
        .flat_map(|(person, (arm, level, slope))| {
            (0..4).map(move |month| {
                (format!("P{person}"), (*arm).to_owned(), f64::from(month), level + slope * f64::from(month))
            })
        })
        .collect();
    match ask(&visits(found), &asked(lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]))) {
        Err(error) => assert!(matches!(error, AnalysisError::NotConverged { .. }), "{error:?}"),
        Ok(answer) => all_finite(&answer),
    }
}

#[track_caller]
fn all_finite(answer: &Answer) {
    for row in &answer.rows {
        for value in [row.estimate, row.std_error, row.df, row.statistic, row.p_value, row.conf_low, row.conf_high] {
            assert!(value.is_none_or(f64::is_finite), "{row:?}");
        }
    }
}

#[test]
fn patients_with_one_slope_are_a_singular_fit() {
    let patients: Vec<(&str, f64, f64)> =
        SIX.iter().map(|(arm, level, _)| (*arm, *level, if *arm == "active" { -1.0 } else { -2.0 })).collect();
    let answer = ask(&visits(lines(&patients)), &asked(lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]))).unwrap();
    near_by(row(&answer, AnalysisId::LmmSlope, Term::Difference, "active").estimate, 1.0, 1e-6);
    assert!(answer.notes.iter().any(|note| note.kind.code() == "singular_fit"), "{:?}", answer.notes);
    all_finite(&answer);
}

fn with_covariates(text: &str, names: &[&str], by_time: &[&str]) -> Result<Answer, AnalysisError> {
    let mut rows = String::from("subject_id,arm,month,score\n");
    for (id, arm, month, score) in lines(&SIX) {
        rows.push_str(&format!("{id},{arm},{month},{score}\n"));
    }
    let trial = import(&[("subjects.csv", text), ("visits.csv", &rows)]);
    let covariates = names.iter().map(|name| AncovaCovariate { name: (*name).into(), as_factor: false }).collect();
    let by_time = by_time.iter().map(|name| (*name).to_owned()).collect();
    ask(&trial, &asked(LmmPlan { covariates, by_time, ..lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]) }))
}

#[test]
fn covariates_enter_and_those_that_tell_nothing_are_named() {
    let text = "subject_id,arm,age,years,site\nP0,control,50,50,a\nP1,control,61,61,a\nP2,control,58,58,a\n\
        P3,active,49,49,a\nP4,active,70,70,a\nP5,active,55,55,a\n";
    let answer = with_covariates(text, &["age"], &["age"]).unwrap();
    let method = answer.rows.iter().find(|row| row.term == Term::Slope).unwrap();
    assert!(method.estimate.is_some());
    let error = with_covariates(text, &["age", "years"], &[]).unwrap_err();
    assert_eq!(error, AnalysisError::Singular { column: "years".into() });
    let error = with_covariates(text, &["site"], &[]).unwrap_err();
    assert_eq!(error, AnalysisError::NoVariation { what: "site".into() });
    let error = with_covariates(text, &["weight"], &[]).unwrap_err();
    assert_eq!(error, AnalysisError::NotInFiles { what: "covariate".into(), name: "weight".into() });
}

#[test]
fn a_missing_covariate_takes_the_patient_out() {
    let text =
        "subject_id,arm,age\nP0,control,50\nP1,control,61\nP2,control,58\nP3,active,\nP4,active,70\nP5,active,55\n";
    let answer = with_covariates(text, &["age"], &[]).unwrap();
    assert!(notes(&answer).contains(&&NoteKind::MissingCovariate { covariate: "age".into(), subjects: 1 }));
    assert_eq!(row(&answer, AnalysisId::LmmSlope, Term::Slope, "active").n, Some(2));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let good = lmm(SlopeModel::Slope, &[3.0]);
    assert_eq!(good.problem(), None);
    assert!(LmmPlan { by_time: vec!["age".into()], ..good.clone() }.problem().unwrap().contains("age"));
    assert!(LmmPlan { until_month: Some(0.0), ..good.clone() }.problem().is_some());
    assert!(LmmPlan { until_month: Some(f64::NAN), ..good }.problem().is_some());
}

#[test]
fn the_default_takes_the_lead_in_where_half_have_one() {
    let default = LmmPlan::default_for(&bends().trial).unwrap();
    assert_eq!((default.model, default.common_baseline), (SlopeModel::ChangePoint, true));
    let default = LmmPlan::default_for(&visits(lines(&SIX)).trial).unwrap();
    assert_eq!((default.model, default.horizon()), (SlopeModel::Slope, 3.5));
    // Two visits are no line that can be told from its error: nothing is asked.
    let mut twice = lines(&SIX);
    twice.retain(|(_, _, month, _)| *month < 2.0);
    assert_eq!(LmmPlan::default_for(&visits(twice).trial), None);
}

#[test]
fn three_arms_are_tested_at_once_and_each_against_control() {
    let mut found = lines(&SIX);
    let third = [("other", 41.0, -1.0), ("other", 45.0, 0.0), ("other", 38.0, 1.0)];
    found.extend(lines(&third).into_iter().map(|(id, arm, month, value)| (format!("Q{id}"), arm, month, value)));
    let answer = ask(&visits(found), &asked(lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]))).unwrap();
    // Mean slopes -2, -1, 0, variance 1 in each: between 3 (1 + 0 + 1) / 2 = 3, within 1; F = 3 on 2 and 6.
    let test = rows(&answer, AnalysisId::LmmSlope, Term::ArmTest);
    assert_eq!(test.len(), 1);
    near_by(test[0].statistic, 3.0, 1e-6);
    near(test[0].df, 2.0);
    near_by(row(&answer, AnalysisId::LmmSlope, Term::Difference, "other").estimate, 2.0, 1e-9);
}

/// The page in all its sentences, for the eyes of whoever runs it with --nocapture.
#[test]
fn every_answer_makes_a_page() {
    let three = {
        let mut found = lines(&SIX);
        let third = [("other", 41.0, -1.0), ("other", 45.0, 0.0), ("other", 38.0, 1.0)];
        found.extend(lines(&third).into_iter().map(|(id, arm, month, value)| (format!("Q{id}"), arm, month, value)));
        visits(found)
    };
    let slope = || lmm(SlopeModel::Slope, &[1.0, 2.0, 3.0]);
    for (trial, plan, headline) in [
        (
            bends(),
            asked(lmm(SlopeModel::ChangePoint, &[1.0, 2.0])),
            "The slope of score was 1.00 a month higher in active than in control (95% CI −0.41 to 2.41).",
        ),
        (three, asked(slope()), "Slope against control: active 1.00 a month (95% CI "),
        (
            visits(lines(&SIX[..3])),
            plan(None, vec![AnalysisPlan::Lmm(slope())]),
            "Score changed by −2.00 a month (95% CI ",
        ),
    ] {
        let overview = Overview::of(&trial);
        let answered = second_look::engine::run(&trial, &plan, &mut |_, _| {}).remove(0);
        let page = result_page(&overview, &plan, &answered, false).unwrap();
        let told: String = page.headline.iter().map(|phrase| phrase.text.as_str()).collect();
        assert!(told.starts_with(headline), "{told}");
        println!("{}\n{told}\n{}\n{:#?}\n{:#?}", page.kicker, page.subline, page.doubts, page.method);
        for table in &page.tables {
            println!("{}", table.title);
            for row in &table.rows {
                assert_eq!(row.len(), table.columns.len(), "{}", table.title);
                println!("{}", row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | "));
            }
        }
        for figure in &page.figures {
            println!("{} ({}): {}", figure.title, figure.aside, figure.description);
        }
    }
}

/// Small and ugly: whole scores, gaps, people seen once, arms of one.
#[test]
fn small_trials_give_numbers_or_reasons_and_never_a_fault_of_the_program() {
    let mut state = 20_260_207_u64;
    let mut draw = |below: u64| {
        // SplitMix64: any fixed scatter does.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    };
    let (mut answers, mut reasons) = (0, 0);
    for _ in 0..50 {
        let arms = 1 + draw(4);
        let people = 2 + draw(12);
        let spread = 1 + draw(4);
        let mut found = Vec::new();
        for person in 0..people {
            let arm = ["control", "active", "other", "fourth"][draw(arms) as usize];
            let level = 30 + draw(10);
            for month in [-3.0, -1.0, 0.0, 1.0, 2.0, 4.0] {
                if draw(5) > 0 || month == 0.0 {
                    let score = level as f64 - month * (draw(3) as f64) / 2.0 + draw(spread) as f64;
                    found.push((format!("P{person}"), arm.to_owned(), month, score.round()));
                }
            }
        }
        let trial = visits(found);
        let control = trial.trial.arms.iter().any(|arm| arm.name == "control").then_some("control");
        let visits = lmm(SlopeModel::Slope, &[1.0, 2.0, 4.0]).visits;
        let repeated = MmrmPlan {
            visits,
            structures: VisitStructure::Unstructured.ladder(),
            df_method: MmrmDfMethod::default(),
            baseline_by_visit: false,
            covariates: Vec::new(),
            by_visit: Vec::new(),
        };
        let slopes = [(SlopeModel::Slope, true), (SlopeModel::ChangePoint, false)].map(|(model, common_baseline)| {
            AnalysisPlan::Lmm(LmmPlan { common_baseline, ..lmm(model, &[1.0, 2.0, 4.0]) })
        });
        for asked in slopes.into_iter().chain([AnalysisPlan::Mmrm(repeated)]) {
            match ask(&trial, &plan(control, vec![asked])) {
                Err(AnalysisError::Internal { message }) => panic!("{message}"),
                Err(_) => reasons += 1,
                Ok(answer) => {
                    answers += 1;
                    all_finite(&answer);
                }
            }
        }
    }
    println!("{answers} answers, {reasons} reasons");
    assert!(answers > 60, "{answers}");
}
