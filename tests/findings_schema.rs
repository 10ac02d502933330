//! docs/findings.schema.json and docs/plan.schema.json against what the program writes and reads: real files pass, the
//! schemas know exactly the names that the code knows, and what is made up is refused.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use boon::{Compiler, SchemaIndex, Schemas};
use second_look::analysis::assay::{AnalyteSet, AssayPlan, LimitRule, Scale};
use second_look::analysis::cafs::{CafsInterval, CafsMethod, CafsPlan, CafsRule};
use second_look::analysis::change::{
    AncovaCovariate, ChangeMethod, ChangePlan, DeathRule, ErrorRule, Margins, MissingRule,
};
use second_look::analysis::competing::CompetingPlan;
use second_look::analysis::correlation::{Coefficient, CorrelationPlan, Quantity, Stratum, Variable};
use second_look::analysis::cox::{CoxPlan, HazardInterval, PhTransform, SubgroupPlan, TieRule};
use second_look::analysis::landmark::LandmarkPlan;
use second_look::analysis::levels::{LevelsMethod, LevelsPlan};
use second_look::analysis::lmm::{LmmDfMethod, LmmPlan, SlopeModel};
use second_look::analysis::mmrm::{MmrmDfMethod, MmrmPlan, VisitStructure};
use second_look::analysis::patients::PatientsPlan;
use second_look::analysis::responder::{ResponderRule, Response};
use second_look::analysis::safety::{CountedEvents, EventLevel, ObservedTo, SafetyPlan};
use second_look::analysis::slope::{MissingRule as SlopeMissingRule, SlopeMethod, SlopePlan};
use second_look::analysis::staging::{StagingPlan, StagingSystem};
use second_look::analysis::survival::{FlatStep, IntervalScale, SurvivalPlan, SurvivalTest};
use second_look::analysis::time_to_event::{EndpointPlan, TimeOrigin};
use second_look::analysis::visit_plan::VisitPlan;
use second_look::analysis::visit_window::BaselineRule;
use second_look::analysis::{
    AnalysisId, AnalysisPlan, BiomarkerNote, Confirmation, Finding, NoteKind, Plan, SafetyNote, Term, TimeNote,
};
use second_look::engine::run;
use second_look::export::{FindingsFile, read_plan_json, write_findings_json};
use second_look::import::{
    ColumnMapping, ColumnReceipt, DateOrder, Dialect, Encoding, FileMapping, FileReceipt, Format, Issue, IssueKind,
    Measure, ParameterMapping, Role, SetAside, Severity, SourceFile, TableKind, VisitTime, read_trial,
};
use second_look::report::Overview;
use second_look::trial::alsfrs::MissingItemRule;
use second_look::trial::{Grade, TimeUnit};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const FINDINGS: &str = include_str!("../docs/findings.schema.json");
const PLAN: &str = include_str!("../docs/plan.schema.json");

struct Judge {
    schemas: Schemas,
    schema: SchemaIndex,
}

impl Judge {
    fn new(text: &str) -> Self {
        let address = "https://second-look.invalid/schema.json";
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.add_resource(address, serde_json::from_str(text).unwrap()).unwrap();
        let schema = compiler.compile(address, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
        Self { schemas, schema }
    }

    fn accepts(&self, value: &Value) -> bool {
        self.schemas.validate(value, self.schema).is_ok()
    }

    #[track_caller]
    fn check(&self, value: &Value, what: &str) {
        if let Err(error) = self.schemas.validate(value, self.schema) {
            panic!("{what}: {error:#}");
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_of(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap() != "expected.txt" && path.extension().unwrap() != "txt");
    files.sort();
    files
}

/// What the command line prints, and its exit code.
fn printed(command: &str, files: &[PathBuf], rest: &[&str]) -> (Value, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_second-look")).arg(command).args(files).args(rest).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("null"), "what is absent is absent");
    (serde_json::from_str(&text).unwrap(), output.status.code().unwrap())
}

fn demo() -> Value {
    let (value, code) = printed("analyse", &files_of("public/demo"), &[]);
    assert_eq!(code, 0);
    value
}

/// Three arms; too few people in one of them for a test, so that some answers are missing.
fn three_arms() -> Value {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("three_arms");
    fs::create_dir_all(&folder).unwrap();
    let mut visits = String::from("subject_id,arm,month,fvc,alsfrs_r_total\n");
    let mut survival = String::from("subject_id,time_months,event\n");
    for (arm, people) in [("placebo", 5), ("low", 5), ("high", 1)] {
        for person in 0..people {
            let id = format!("{arm}{person}");
            for month in [-3, 0, 3, 6] {
                let drop = month * (2 + person % 3) / 2;
                visits.push_str(&format!("{id},{arm},{month},{},{}\n", 80 - drop, 40 - drop));
            }
            survival.push_str(&format!("{id},{},{}\n", 6 + person, person % 2));
        }
    }
    let files = [folder.join("visits.csv"), folder.join("survival.csv")];
    fs::write(&files[0], visits).unwrap();
    fs::write(&files[1], survival).unwrap();
    let (value, code) = printed("analyse", &files, &[]);
    assert_eq!(code, 1, "the small arm has no answer by Welch");
    value
}

#[test]
fn the_command_lines_output_is_as_described() {
    let judge = Judge::new(FINDINGS);
    judge.check(&demo(), "the demo trial");
    let three = three_arms();
    judge.check(&three, "three arms");
    assert!(three["notes"].as_array().unwrap().iter().any(|note| note["code"] == "unanswered"));
    let (plan, _) = printed("plan", &files_of("public/demo"), &[]);
    Judge::new(PLAN).check(&plan, "the default plan");
}

#[test]
fn every_file_of_the_corpus_gives_findings_as_described() {
    let judge = Judge::new(FINDINGS);
    let mut seen = 0;
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root().join("tests/import")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let files: Vec<(String, Vec<u8>)> = files_of(folder.to_str().unwrap())
            .iter()
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
            .collect();
        let mut sources: Vec<SourceFile<'_>> = files.iter().map(|(name, bytes)| SourceFile::new(name, bytes)).collect();
        sources.push(SourceFile { name: "huge.csv", bytes: &[], size_bytes: 200 * 1024 * 1024 });
        let import = read_trial(&sources, None, &mut |_, _| {});
        let plan = Plan::default_for(&import.trial, &import.files);
        let answers = run(&import, &plan, &mut |_, _| {});
        let overview = Overview::of(&import);
        let text = write_findings_json(&FindingsFile::new(&overview, &plan, &answers)).unwrap();
        judge.check(&serde_json::from_str(&text).unwrap(), &folder.display().to_string());
        seen += 1;
    }
    assert!(seen > 20);
}

/// The places of all objects in a document, one for each kind of place.
fn objects(value: &Value) -> Vec<String> {
    fn walk(value: &Value, place: &str, kind: &str, seen: &mut BTreeSet<String>, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if seen.insert(kind.to_owned()) {
                    found.push(place.to_owned());
                }
                for (name, field) in fields {
                    walk(field, &format!("{place}/{name}"), &format!("{kind}/{name}"), seen, found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{place}/{index}"), &format!("{kind}/*"), seen, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", "", &mut BTreeSet::new(), &mut found);
    found
}

fn with(value: &Value, change: impl FnOnce(&mut Value)) -> Value {
    let mut changed = value.clone();
    change(&mut changed);
    changed
}

#[test]
fn a_made_up_field_is_refused_wherever_it_stands() {
    let judge = Judge::new(FINDINGS);
    for document in [demo(), three_arms()] {
        let places = objects(&document);
        assert!(places.len() > 12, "{places:?}");
        for place in places {
            let changed = with(&document, |value| value.pointer_mut(&place).unwrap()["made_up"] = json!(1));
            assert!(!judge.accepts(&changed), "made_up at {place:?}");
        }
    }
}

#[test]
fn a_finding_that_cannot_be_is_refused() {
    let judge = Judge::new(FINDINGS);
    let document = demo();
    for (field, wrong) in [
        ("analysis", json!("change.sign")),
        ("term", json!("mode")),
        ("p_value", json!(1.5)),
        ("p_value", json!(-0.1)),
        ("n", json!(-1)),
        ("n", json!(2.5)),
        ("estimate", Value::Null),
        ("estimate", json!("1.69")),
        ("group", json!(1)),
    ] {
        let changed = with(&document, |value| value["findings"][0][field] = wrong.clone());
        assert!(!judge.accepts(&changed), "{field} {wrong}");
    }
    for field in ["analysis", "outcome", "term"] {
        let changed = with(&document, |value| {
            value["findings"][0].as_object_mut().unwrap().remove(field);
        });
        assert!(!judge.accepts(&changed), "without {field}");
    }
    let changed = with(&document, |value| value["notes"][0]["code"] = json!("all_is_well"));
    assert!(!judge.accepts(&changed));
}

#[test]
fn the_plan_schema_refuses_what_the_program_refuses() {
    let judge = Judge::new(PLAN);
    let (plan, _) = printed("plan", &files_of("public/demo"), &[]);
    let agree = |value: &Value| {
        let program = read_plan_json(&value.to_string()).is_ok();
        assert_eq!(judge.accepts(value), program, "{value}");
        program
    };
    assert!(agree(&plan));
    assert!(agree(&json!({ "plan_version": 1, "analyses": [] })), "the least plan");
    for place in objects(&plan) {
        assert!(!agree(&with(&plan, |value| value.pointer_mut(&place).unwrap()["made_up"] = json!(1))), "{place}");
    }
    for (place, wrong) in [
        ("/plan_version", json!(2)),
        ("/confidence_level", json!(1)),
        ("/confidence_level", json!(0)),
        ("/analyses/patients/patients/endpoint", json!(1)),
        ("/analyses/slope/slope/method", json!("three_point")),
        ("/analyses/slope/slope/missing", json!("worst")),
        ("/analyses/change/change/method", json!("mmrm")),
        ("/analyses/change/change/baseline", json!("first")),
        ("/analyses/correlation/correlation/assay/below_limit", json!("zero")),
        ("/analyses/correlation/correlation/assay/scale", json!("ln")),
        ("/analyses/correlation/correlation/matrix_stratum", json!({ "response": "fair" })),
        ("/analyses/change/change/missing", json!("mean")),
        ("/analyses/change/change/death", json!("last_rank")),
        ("/analyses/cox/cox/ties", json!("discrete")),
        ("/analyses/cox/cox/firth", json!("yes")),
        ("/files/0/table", json!("lab")),
    ] {
        let asked = plan["analyses"].as_array().unwrap();
        let place = match place.strip_prefix("/analyses/").and_then(|rest| rest.split_once('/')) {
            Some((name, rest)) => {
                let index = asked.iter().position(|asked| asked.get(name).is_some()).unwrap();
                format!("/analyses/{index}/{rest}")
            }
            None => place.to_owned(),
        };
        assert!(!agree(&with(&plan, |value| *value.pointer_mut(&place).unwrap() = wrong.clone())), "{place} {wrong}");
    }
}

/// The names that serde knows: it lists them when it is given one that it does not know.
fn known_names<T: DeserializeOwned>(unknown: Value) -> BTreeSet<String> {
    let error = serde_json::from_value::<T>(unknown).err().unwrap().to_string();
    assert!(error.contains("expected"), "{error}");
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn variants<T: DeserializeOwned>() -> BTreeSet<String> {
    known_names::<T>(json!("?"))
}

fn fields<T: DeserializeOwned>() -> BTreeSet<String> {
    known_names::<T>(json!({ "?": 1 }))
}

fn written_fields(value: &impl Serialize) -> BTreeSet<String> {
    serde_json::to_value(value).unwrap().as_object().unwrap().keys().cloned().collect()
}

fn at<'a>(schema: &'a Value, place: &str) -> &'a Value {
    schema.pointer(place).unwrap_or_else(|| panic!("{place} is not in the schema"))
}

fn listed(schema: &Value, place: &str) -> BTreeSet<String> {
    let list = at(schema, place).as_array().unwrap_or_else(|| panic!("{place}"));
    list.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn properties(schema: &Value, place: &str) -> BTreeSet<String> {
    at(schema, place)["properties"].as_object().unwrap().keys().cloned().collect()
}

/// The kinds of notes, those of a family under their own names.
fn note_codes() -> BTreeSet<String> {
    let mut codes = variants::<NoteKind>();
    codes.retain(|code| code != "time" && code != "safety" && code != "biomarker");
    codes.extend(variants::<TimeNote>());
    codes.extend(variants::<SafetyNote>());
    codes.extend(variants::<BiomarkerNote>());
    codes
}

#[test]
fn the_schemas_know_the_names_that_the_code_knows() {
    let schema: Value = serde_json::from_str(FINDINGS).unwrap();
    for (place, names) in [
        ("/$defs/analysis/enum", variants::<AnalysisId>()),
        ("/$defs/term/enum", variants::<Term>()),
        ("/$defs/note/properties/code/enum", note_codes()),
        ("/$defs/issue/properties/kind/enum", variants::<IssueKind>()),
        ("/$defs/issue/properties/severity/enum", variants::<Severity>()),
        ("/$defs/file_receipt/properties/table/enum", variants::<TableKind>()),
        ("/$defs/file_mapping/properties/table/enum", variants::<TableKind>()),
        ("/$defs/change/properties/method/enum", variants::<ChangeMethod>()),
        ("/$defs/change/properties/baseline/enum", variants::<BaselineRule>()),
        ("/$defs/visits/properties/baseline/enum", variants::<BaselineRule>()),
        ("/$defs/mmrm/properties/structures/items/enum", variants::<VisitStructure>()),
        ("/$defs/mmrm/properties/df_method/enum", variants::<MmrmDfMethod>()),
        ("/$defs/slope/properties/method/enum", variants::<SlopeMethod>()),
        ("/$defs/levels/properties/method/enum", variants::<LevelsMethod>()),
        ("/$defs/landmark/properties/method/enum", variants::<SlopeMethod>()),
        ("/$defs/slope/properties/missing/enum", variants::<SlopeMissingRule>()),
        ("/$defs/change/properties/missing/enum", variants::<MissingRule>()),
        ("/$defs/change/properties/death/enum", variants::<DeathRule>()),
        ("/$defs/change/properties/standard_error/enum", variants::<ErrorRule>()),
        ("/$defs/change/properties/margins/enum", variants::<Margins>()),
        ("/$defs/survival/properties/interval/enum", variants::<IntervalScale>()),
        ("/$defs/survival/properties/flat_step/enum", variants::<FlatStep>()),
        ("/$defs/survival/properties/test/enum", variants::<SurvivalTest>()),
        ("/$defs/origin/properties/unit/enum", variants::<TimeUnit>()),
        ("/$defs/lmm/properties/model/enum", variants::<SlopeModel>()),
        ("/$defs/lmm/properties/df_method/enum", variants::<LmmDfMethod>()),
        ("/$defs/correlation/properties/quantity/enum", variants::<Quantity>()),
        ("/$defs/assay/properties/scale/enum", variants::<Scale>()),
        ("/$defs/assay/properties/below_limit/enum", variants::<LimitRule>()),
        ("/$defs/correlation/properties/coefficient/enum", variants::<Coefficient>()),
        ("/$defs/stratum/properties/response/enum", variants::<Response>()),
        ("/$defs/cafs/properties/rule/enum", variants::<CafsRule>()),
        ("/$defs/cafs/properties/method/enum", variants::<CafsMethod>()),
        ("/$defs/cafs/properties/interval/enum", variants::<CafsInterval>()),
        ("/$defs/cox/properties/ties/enum", variants::<TieRule>()),
        ("/$defs/cox/properties/interval/enum", variants::<HazardInterval>()),
        ("/$defs/cox/properties/ph_transform/enum", variants::<PhTransform>()),
        ("/$defs/staging/properties/system/enum", variants::<StagingSystem>()),
        ("/$defs/safety/properties/counted/enum", variants::<CountedEvents>()),
        ("/$defs/safety/properties/observed_to/enum", variants::<ObservedTo>()),
        ("/$defs/safety/properties/level/enum", variants::<EventLevel>()),
        ("/$defs/safety/properties/least_severity/enum", variants::<Grade>()),
        ("/$defs/role/oneOf/1/properties/time/enum", variants::<TimeUnit>()),
        ("/$defs/role/oneOf/2/properties/follow_up/enum", variants::<TimeUnit>()),
        ("/$defs/file_mapping/properties/format/enum", variants::<Format>()),
        ("/$defs/file_mapping/properties/visit_times/items/properties/unit/enum", variants::<TimeUnit>()),
        ("/$defs/dialect/properties/encoding/enum", variants::<Encoding>()),
        ("/$defs/dialect/properties/date_order/enum", variants::<DateOrder>()),
        ("/$defs/plan/properties/confirmed/items/enum", variants::<Confirmation>()),
        ("/$defs/plan/properties/missing_items/enum", variants::<MissingItemRule>()),
    ] {
        assert_eq!(listed(&schema, place), names, "{place}");
    }
    let mut roles = listed(&schema, "/$defs/role/oneOf/0/enum");
    for branch in 1..6 {
        roles.extend(properties(&schema, &format!("/$defs/role/oneOf/{branch}")));
    }
    assert_eq!(roles, variants::<Role>());
    let mut measures = listed(&schema, "/$defs/measure/oneOf/0/enum");
    for branch in 1..4 {
        measures.extend(properties(&schema, &format!("/$defs/measure/oneOf/{branch}")));
    }
    assert_eq!(measures, variants::<Measure>());
    for (place, names) in [("asked", variants::<AnalysisPlan>()), ("variable", variants::<Variable>())] {
        let branches = at(&schema, &format!("/$defs/{place}/oneOf")).as_array().unwrap().len();
        let listed: BTreeSet<String> =
            (0..branches).flat_map(|branch| properties(&schema, &format!("/$defs/{place}/oneOf/{branch}"))).collect();
        assert_eq!(listed, names, "{place}");
    }
    for (place, names) in [
        ("plan", fields::<Plan>()),
        ("file_mapping", fields::<FileMapping>()),
        ("file_mapping/properties/columns/items", fields::<ColumnMapping>()),
        ("file_mapping/properties/parameters/items", fields::<ParameterMapping>()),
        ("file_mapping/properties/visit_times/items", fields::<VisitTime>()),
        ("dialect", fields::<Dialect>()),
        ("change", fields::<ChangePlan>()),
        ("change/properties/covariates/items", fields::<AncovaCovariate>()),
        ("assay", fields::<AssayPlan>()),
        ("assay/properties/sets/items", fields::<AnalyteSet>()),
        ("levels", fields::<LevelsPlan>()),
        ("correlation", fields::<CorrelationPlan>()),
        ("responder", fields::<ResponderRule>()),
        ("stratum", fields::<Stratum>()),
        ("survival", fields::<SurvivalPlan>()),
        ("time", fields::<EndpointPlan>()),
        ("origin", fields::<TimeOrigin>()),
        ("cox", fields::<CoxPlan>()),
        ("cox/properties/covariates/items", fields::<AncovaCovariate>()),
        ("cox/properties/subgroups/items", fields::<SubgroupPlan>()),
        ("competing", fields::<CompetingPlan>()),
        ("landmark", fields::<LandmarkPlan>()),
        ("safety", fields::<SafetyPlan>()),
        ("visits", fields::<VisitPlan>()),
        ("mmrm", fields::<MmrmPlan>()),
        ("mmrm/properties/covariates/items", fields::<AncovaCovariate>()),
        ("cafs", fields::<CafsPlan>()),
        ("cafs/properties/covariates/items", fields::<AncovaCovariate>()),
        ("staging", fields::<StagingPlan>()),
        ("patients", fields::<PatientsPlan>()),
        ("slope", fields::<SlopePlan>()),
        ("lmm", fields::<LmmPlan>()),
        ("lmm/properties/covariates/items", fields::<AncovaCovariate>()),
    ] {
        assert_eq!(properties(&schema, &format!("/$defs/{place}")), names, "{place}");
    }
}

#[test]
fn the_schemas_know_the_fields_that_the_code_writes() {
    let schema: Value = serde_json::from_str(FINDINGS).unwrap();
    let finding = Finding::new(AnalysisId::ChangeStudent, "x", Term::Difference);
    assert_eq!(properties(&schema, "/$defs/finding"), written_fields(&finding));
    let issue = Issue {
        severity: Severity::Note,
        kind: IssueKind::OneRow,
        file: String::new(),
        row: None,
        column: None,
        subject: None,
        count: 1,
        rows: Vec::new(),
        message: String::new(),
        hint: String::new(),
    };
    assert_eq!(properties(&schema, "/$defs/issue"), written_fields(&issue));
    let receipt = FileReceipt {
        name: String::new(),
        table: TableKind::Visits,
        why: String::new(),
        rows_in: 0,
        rows_used: 0,
        set_aside: Vec::new(),
        columns: Vec::new(),
    };
    assert_eq!(properties(&schema, "/$defs/file_receipt"), written_fields(&receipt));
    let aside = SetAside { reason: String::new(), count: 0, rows: Vec::new() };
    assert_eq!(properties(&schema, "/$defs/file_receipt/properties/set_aside/items"), written_fields(&aside));
    let column =
        ColumnReceipt { column: String::new(), used_as: String::new(), parsed: 0, missing: 0, censored: 0, refused: 0 };
    assert_eq!(properties(&schema, "/$defs/file_receipt/properties/columns/items"), written_fields(&column));
    assert_eq!(properties(&schema, ""), demo().as_object().unwrap().keys().cloned().collect());
}

#[test]
fn both_schemas_say_the_same_of_a_plan() {
    let findings: Value = serde_json::from_str(FINDINGS).unwrap();
    let plan: Value = serde_json::from_str(PLAN).unwrap();
    for (name, definition) in plan["$defs"].as_object().unwrap() {
        assert_eq!(definition, &findings["$defs"][name], "{name}");
    }
}

#[test]
fn every_id_and_term_is_explained() {
    let text = include_str!("../docs/findings.md");
    for name in variants::<AnalysisId>().iter().chain(&variants::<Term>()).chain(&note_codes()) {
        assert!(text.contains(&format!("`{name}`")), "docs/findings.md does not explain {name}");
    }
}

#[test]
fn every_row_of_the_demo_is_a_row_of_the_documented_table() {
    // The lines of the table "Rows": | analysis | term | …, either cell may name several.
    let text = include_str!("../docs/findings.md");
    let names = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut documented: BTreeSet<(String, String)> = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = line.trim_start_matches("| ").split(" | ");
        let (Some(analyses), Some(terms)) = (cells.next(), cells.next()) else { continue };
        for analysis in names(analyses) {
            documented.extend(names(terms).into_iter().map(|term| (analysis.clone(), term)));
        }
    }
    for document in [demo(), three_arms()] {
        for row in document["findings"].as_array().unwrap() {
            let [analysis, term] = ["analysis", "term"].map(|name| row[name].as_str().unwrap().to_owned());
            assert!(documented.contains(&(analysis.clone(), term.clone())), "{analysis} {term} is not in the table");
        }
    }
}
