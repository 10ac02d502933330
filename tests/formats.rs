//! One trial in every format that reviewers hold (`tests/formats`, made by `cargo xtask formats`): whatever the format,
//! the encoding and the dialect, the same trial is read and the same findings come out, and nothing is asked that the
//! files answer.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use second_look::analysis::{AnalysisPlan, Finding, Plan};
use second_look::engine::run;
use second_look::import::{Format, Import, IssueKind, Severity, SourceFile, read_trial};
use second_look::trial::{DAYS_PER_MONTH, Measured, Trial};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

fn read(folder: &str) -> Import {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files: Vec<(String, Vec<u8>)> = paths
        .iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    let files: Vec<SourceFile<'_>> = files.iter().map(|(name, bytes)| SourceFile::new(name, bytes)).collect();
    read_trial(&files, None, &mut |_, _| ())
}

/// A folder and the reference that it must equal; from `manifest.csv`.
struct Case {
    folder: String,
    format: String,
    reference: String,
}

fn cases() -> Vec<Case> {
    let mut reader = csv::Reader::from_path(root().join("manifest.csv")).unwrap();
    let cases: Vec<Case> = reader
        .records()
        .map(|record| record.unwrap())
        .map(|record| Case {
            folder: record[0].to_owned(),
            format: record[1].to_owned(),
            reference: record[4].to_owned(),
        })
        .collect();
    assert!(cases.len() >= 27);
    cases
}

/// `SL-007` and PRO-ACT's `7` are one person.
fn person(id: &str) -> u32 {
    id.trim_start_matches("SL-").parse().unwrap()
}

fn arm_name(name: &str) -> &str {
    match name {
        "Active" => "MSC",
        "Placebo" => "Control",
        other => other,
    }
}

fn rounded(value: f64) -> i64 {
    (value * 1e6).round() as i64
}

type Series = BTreeMap<(u32, i64), String>;

/// Person, time in millionths of a month, and value.
fn outcome(trial: &Trial, name: &str) -> Series {
    let visits = trial.outcome(name).unwrap_or_else(|| panic!("no outcome {name}")).visits.iter();
    visits
        .map(|visit| {
            ((person(&trial.subjects[visit.subject].id), rounded(visit.time_months)), format!("{:.6}", visit.value))
        })
        .collect()
}

fn analyte(trial: &Trial, name: &str) -> Series {
    let samples = trial.analyte(name).unwrap_or_else(|| panic!("no analyte {name}")).samples.iter();
    let value = |value: Measured| match value {
        Measured::Exact(value) => format!("{value}"),
        Measured::Beyond { side, limit } => format!("{side:?} {limit}"),
    };
    samples
        .map(|sample| ((person(&trial.subjects[sample.subject].id), rounded(sample.time_months)), value(sample.value)))
        .collect()
}

/// Person, time in days and whether it happened.
fn fates(trial: &Trial, name: &str) -> BTreeMap<u32, (i64, bool)> {
    let endpoint = trial.endpoint(name).unwrap_or_else(|| panic!("no endpoint {name}"));
    endpoint
        .records
        .iter()
        .map(|record| {
            let days = (record.time_months * DAYS_PER_MONTH * 1000.0).round() as i64;
            (person(&trial.subjects[record.subject].id), (days, record.is_event))
        })
        .collect()
}

fn events(trial: &Trial) -> Vec<(u32, String, Option<i64>, Option<i64>)> {
    let mut events: Vec<_> = trial
        .adverse_events
        .iter()
        .map(|event| {
            let day = |day: Option<f64>| day.map(|day| day.round() as i64);
            let id = person(&trial.subjects[event.subject].id);
            (id, event.term.to_lowercase(), day(event.start_day), day(event.end_day))
        })
        .collect();
    events.sort();
    events
}

fn arms(trial: &Trial) -> BTreeMap<u32, String> {
    let arm = |arm: Option<usize>| arm.map_or("none".to_owned(), |arm| arm_name(&trial.arms[arm].name).to_owned());
    trial.subjects.iter().map(|subject| (person(&subject.id), arm(subject.arm))).collect()
}

/// What each analyte of the reference is called in a folder.
fn analyte_names(folder: &str) -> Option<[(&'static str, &'static str); 8]> {
    let [tgf, mcp, il4, il6, il8, il10, tnf, vegf] = match folder {
        "wide_months" => ["TGF-b1", "MCP-1", "IL-4", "IL-6", "IL-8", "IL-10", "TNF-a", "VEGF"],
        "wide_visits" => ["TGFB1", "MCP1", "IL4", "IL6", "IL8", "IL10", "TNFA", "VEGF"],
        "tidy_windows_1252" => ["TGF-ß1", "MCP-1", "IL-4", "IL-6", "IL-8", "IL-10", "TNF-a", "VEGF"],
        "redcap_raw" | "redcap_labels" => ["tgfb1", "mcp1", "il4", "il6", "il8", "il10", "tnfa", "vegf"],
        "adam" | "sdtm" => ["TGFB1", "MCP1", "INTLK4", "INTLK6", "INTLK8", "INTLK10", "TNF", "VEGF"],
        "proact_prefixed" | "proact_forms" | "tidy_utf16be" => return None,
        _ => ["TGF-β1", "MCP-1", "IL-4", "IL-6", "IL-8", "IL-10", "TNF-α", "VEGF"],
    };
    Some([
        ("TGF-β1", tgf),
        ("MCP-1", mcp),
        ("IL-4", il4),
        ("IL-6", il6),
        ("IL-8", il8),
        ("IL-10", il10),
        ("TNF-α", tnf),
        ("VEGF", vegf),
    ])
}

/// What the numbers at visits are called in a folder, beside the total.
fn outcome_names(folder: &str) -> Vec<(&'static str, &'static str)> {
    match folder {
        "proact" => vec![("fvc_percent", "fvc_percent")],
        "proact_prefixed" | "proact_forms" => vec![],
        "sdtm" | "adam" => vec![("fvc_percent", "fvc_percent"), ("aals", "AALSTS"), ("sf36", "SF36TS")],
        "wide_months" => vec![("fvc_percent", "fvc"), ("aals", "aals"), ("sf36", "sf36")],
        "wide_visits" => vec![("fvc_percent", "FVC"), ("aals", "AALS"), ("sf36", "SF36")],
        "wide_words" => vec![("fvc_percent", "FVC %"), ("aals", "AALS"), ("sf36", "SF-36")],
        "tidy_thousands" => vec![],
        _ => vec![("fvc_percent", "fvc_percent"), ("aals", "aals"), ("sf36", "sf36")],
    }
}

#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    got: &BTreeMap<impl Ord + std::fmt::Debug + Clone, T>,
    wanted: &BTreeMap<impl Ord + std::fmt::Debug + Clone, T>,
) {
    let got: Vec<String> = got.iter().map(|entry| format!("{entry:?}")).collect();
    let wanted: Vec<String> = wanted.iter().map(|entry| format!("{entry:?}")).collect();
    let missing: Vec<&String> = wanted.iter().filter(|entry| !got.contains(entry)).take(5).collect();
    let extra: Vec<&String> = got.iter().filter(|entry| !wanted.contains(entry)).take(5).collect();
    assert!(missing.is_empty() && extra.is_empty(), "{what}\nnot read: {missing:#?}\nread instead: {extra:#?}");
}

#[test]
fn every_format_holds_the_same_trial() {
    let references: BTreeMap<&str, Import> = ["tidy_months", "tidy_days"].map(|name| (name, read(name))).into();
    for case in cases() {
        let import = read(&case.folder);
        let (trial, reference) = (&import.trial, &references[case.reference.as_str()].trial);
        let folder = case.folder.as_str();
        same(&format!("{folder}: arms"), &arms(trial), &arms(reference));
        if folder != "tidy_thousands" {
            same(&format!("{folder}: total"), &outcome(trial, "alsfrs_r_total"), &outcome(reference, "alsfrs_r_total"));
        }
        for (wanted, name) in outcome_names(folder) {
            same(&format!("{folder}: {name}"), &outcome(trial, name), &outcome(reference, wanted));
        }
        for (wanted, name) in analyte_names(folder).into_iter().flatten() {
            same(&format!("{folder}: {name}"), &analyte(trial, name), &analyte(reference, wanted));
        }
        let fate = match folder {
            "tidy_thousands" | "proact_prefixed" | "proact_forms" => None,
            // Survival stands in days whatever the visits' times are in, the first day counted.
            "adam" => {
                let days = fates(&references["tidy_days"].trial, "death");
                let counted = days.into_iter().map(|(id, (day, event))| (id, (day + 1000, event))).collect();
                Some((fates(trial, "OS"), counted))
            }
            _ => Some((fates(trial, "death"), fates(reference, "death"))),
        };
        if let Some((got, wanted)) = fate {
            same(&format!("{folder}: survival"), &got, &wanted);
        }
        let has_events = !matches!(
            folder,
            "tidy_thousands" | "tidy_utf16be" | "tidy_semicolon_comma" | "proact_prefixed" | "proact_forms"
        );
        if has_events && folder != "tidy_windows_1252" {
            assert_eq!(events(trial), events(reference), "{folder}: adverse events");
        }
        if has_events {
            assert_eq!(trial.adverse_events.len(), 200, "{folder}");
        }
    }
}

#[test]
fn every_format_is_recognised_and_asks_nothing_that_its_files_answer() {
    for case in cases() {
        let import = read(&case.folder);
        let format: Format = serde_json::from_value(serde_json::json!(case.format)).unwrap();
        let has_format = import.files.iter().any(|file| file.format == format);
        assert!(has_format, "{}: {:?}", case.folder, import.files.iter().map(|file| file.format).collect::<Vec<_>>());
        let unknown: Vec<&str> =
            import.files.iter().filter(|file| file.format == Format::Unknown).map(|file| file.name.as_str()).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", case.folder);
        for issue in &import.issues {
            // Missing forms, arms that differ in who is missing and PRO-ACT's forms without item 5 are in the data.
            let is_in_the_data = matches!(
                issue.kind,
                IssueKind::UnevenMissingness | IssueKind::NeitherItemFive | IssueKind::SubjectWithoutData
            );
            assert!(issue.severity == Severity::Note || is_in_the_data, "{}: {}", case.folder, issue.message);
        }
        for file in &import.receipt.files {
            let aside: u64 = file.set_aside.iter().map(|aside| aside.count).sum();
            assert_eq!(file.rows_in, file.rows_used + aside);
        }
    }
}

/// The findings of the analyses of change, of survival and of one correlation, with the arms' names made alike.
fn findings(import: &Import, endpoint: &str, x: &str, y: &str) -> BTreeMap<String, Finding> {
    let mut plan = Plan::default_for(&import.trial, &import.files);
    for asked in &mut plan.analyses {
        match asked {
            AnalysisPlan::Correlation(correlation) => {
                let analyte = second_look::analysis::correlation::Variable::Analyte;
                correlation.matrix.clear();
                correlation.x = analyte(x.to_owned());
                correlation.y = analyte(y.to_owned());
            }
            AnalysisPlan::Levels(levels) => {
                levels.analytes = vec![x.to_owned(), y.to_owned()];
                levels.shown = x.to_owned();
            }
            AnalysisPlan::Patients(_)
            | AnalysisPlan::Slope(_)
            | AnalysisPlan::Mmrm(_)
            | AnalysisPlan::Lmm(_)
            | AnalysisPlan::Cafs(_)
            | AnalysisPlan::Staging(_)
            | AnalysisPlan::Change(_)
            | AnalysisPlan::Survival(_)
            | AnalysisPlan::Cox(_)
            | AnalysisPlan::Competing(_)
            | AnalysisPlan::Landmark(_)
            | AnalysisPlan::Safety(_) => {}
        }
    }
    let alike = |text: &str| {
        let text = text.replace("Active", "MSC").replace("Placebo", "Control");
        let text = text.replace(endpoint, "death");
        // Without analytes there is no name to make alike.
        if x == "-" { text } else { text.replace(x, "TGF").replace(y, "MCP") }
    };
    run(import, &plan, &mut |_, _| {})
        .into_iter()
        .filter_map(|answered| answered.result.ok())
        .flat_map(|answer| answer.rows)
        .map(|row| {
            let group = row.group.as_deref().map(alike).unwrap_or_default();
            let contrast = row.contrast.as_deref().map(alike).unwrap_or_default();
            let at = row.at.map(|at| format!("{at:.6}")).unwrap_or_default();
            let outcome = alike(&row.outcome);
            let key = format!("{:?} {outcome} {group} {contrast} {at} {:?} {:?}", row.analysis, row.term, row.method);
            (key, row)
        })
        .collect()
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-9),
        (a, b) => a.is_none() && b.is_none(),
    }
}

#[test]
fn every_format_gives_the_same_findings() {
    let tgf = |folder: &str| analyte_names(folder).map_or(("", ""), |names| (names[0].1, names[1].1));
    let references: BTreeMap<&str, BTreeMap<String, Finding>> = ["tidy_months", "tidy_days"]
        .map(|name| (name, findings(&read(name), "death", tgf(name).0, tgf(name).1)))
        .into();
    for case in cases() {
        let folder = case.folder.as_str();
        // Which folders hold what: `manifest.csv`.
        if matches!(folder, "tidy_thousands") {
            continue;
        }
        let endpoint = if folder == "adam" { "OS" } else { "death" };
        let (x, y) = tgf(folder);
        let import = read(folder);
        let has_items = import.trial.outcomes.iter().any(|outcome| outcome.item.is_some());
        let got = findings(&import, endpoint, if x.is_empty() { "?x" } else { x }, if y.is_empty() { "?y" } else { y });
        let wanted = &references[case.reference.as_str()];
        let mut compared = 0;
        for (key, row) in wanted {
            let has_other_follow_up = matches!(folder, "proact_prefixed" | "proact_forms" | "adam");
            // Who died stands in the survival file.
            let is_survival = [
                "KaplanMeier",
                "LogRank",
                "Rmst",
                "Cox",
                "CumulativeIncidence",
                "Landmark",
                "Cafs",
                "Staging",
                "PopulationFlow",
            ]
            .iter()
            .any(|id| key.starts_with(id));
            let is_staging = key.starts_with("Staging");
            // Not every format holds every characteristic, and some round times before the start to days.
            let is_measured = key.contains(" 0.000000 ") && !key.starts_with("PopulationBaseline progression");
            if key.starts_with("PopulationBaseline") && !(is_measured && got.contains_key(key)) {
                continue;
            }
            let is_correlation = key.starts_with("Biomarker");
            let is_of_events = key.starts_with("Safety");
            // Two folders have no adverse events, one has other names for some, and PRO-ACT knows neither seriousness
            // nor relation.
            let has_same_events = !matches!(folder, "tidy_utf16be" | "tidy_semicolon_comma" | "tidy_windows_1252")
                && !matches!(folder, "proact_prefixed" | "proact_forms");
            let is_untold = folder == "proact" && (key.contains(" serious ") || key.contains(" related "));
            // PRO-ACT's folder has visits of its own, up to the last contact.
            let is_time = ["YearsAtRisk", "PatientYears", "IncidenceRate", "EventRate", "RateRatio"]
                .iter()
                .any(|term| key.contains(term));
            let is_untold = is_untold || (folder == "proact" && is_time);
            if is_of_events && (!has_same_events || is_untold) {
                continue;
            }
            // PRO-ACT's forms have 5b, or neither 5a nor 5b, where the reference has a plain item 5.
            if folder.starts_with("proact") && key.starts_with("StagingKings") {
                continue;
            }
            if (is_survival && has_other_follow_up) || (is_correlation && x.is_empty()) || (is_staging && !has_items) {
                continue;
            }
            let found = got.get(key).unwrap_or_else(|| {
                panic!("{folder}: no row {key}; there are {:#?}", got.keys().take(6).collect::<Vec<_>>())
            });
            let numbers = |row: &Finding| {
                [row.estimate, row.std_error, row.df, row.statistic, row.p_value, row.conf_low, row.conf_high]
            };
            assert_eq!(found.n, row.n, "{folder}: {key}");
            for (a, b) in numbers(found).into_iter().zip(numbers(row)) {
                assert!(close(a, b), "{folder}: {key}: {a:?} against {b:?}");
            }
            compared += 1;
        }
        assert!(compared > 20, "{folder}: only {compared} rows compared");
    }
}
