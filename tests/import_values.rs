//! What stands in the trial after reading, by hand.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use second_look::import::{Import, IssueKind, Role, SourceFile, TableKind, read_trial};
use second_look::trial::{CovariateValues, DAYS_PER_MONTH, Grade, Measured, Side, TimeUnit, Visit};

fn read(files: &[(&str, &str)]) -> Import {
    let files: Vec<SourceFile<'_>> = files.iter().map(|(name, text)| SourceFile::new(name, text.as_bytes())).collect();
    read_trial(&files, None, &mut |_, _| ())
}

type Seen = (usize, f64, f64);

fn visit(subject: usize, time_months: f64, value: f64) -> Seen {
    (subject, time_months, value)
}

/// Subject, month and value of each visit.
fn visits(import: &Import, outcome: &str) -> Vec<Seen> {
    let seen = |visit: &Visit| (visit.subject, visit.time_months, visit.value);
    import.trial.outcome(outcome).unwrap().visits.iter().map(seen).collect()
}

#[test]
fn files_are_joined_by_subject_whatever_their_order() {
    let import = read(&[
        ("visits.csv", "month,FVC (%),subject_id\n4,80,S2\n0,90,S1\n-3,95,S1\n0,85,S2\n"),
        ("subjects.csv", "age,arm,subject_id\n60,control,S2\n50,MSC,S1\n"),
    ]);
    let trial = &import.trial;
    let ids: Vec<&str> = trial.subjects.iter().map(|subject| subject.id.as_str()).collect();
    assert_eq!(ids, ["S2", "S1"]);
    let arms: Vec<&str> = trial.arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(arms, ["control", "MSC"]);
    assert_eq!((trial.arm_of(0), trial.arm_of(1)), (Some(0), Some(1)));
    assert_eq!(
        visits(&import, "FVC (%)"),
        [visit(0, 0.0, 85.0), visit(0, 4.0, 80.0), visit(1, -3.0, 95.0), visit(1, 0.0, 90.0)]
    );
    assert_eq!(trial.covariate("age").unwrap().values, CovariateValues::Numeric(vec![Some(60.0), Some(50.0)]));
    assert!(import.issues.is_empty(), "{:?}", import.issues);
}

#[test]
fn days_become_months_and_remember_that_they_were_days() {
    let import = read(&[("v.csv", "id,arm,day,fvc\n1,A,0,90\n1,A,30.4375,80\n2,B,0,70\n")]);
    let outcome = import.trial.outcome("fvc").unwrap();
    assert_eq!(outcome.time_unit, TimeUnit::Days);
    assert_eq!(outcome.visits[1].time_months, 30.4375 / DAYS_PER_MONTH);
    assert_eq!(outcome.visits[1].time_months, 1.0);
}

#[test]
fn the_recorded_total_stands_and_twelve_items_stand_in_for_a_missing_one() {
    let header = "subject_id,arm,month,Q1,Q2,Q3,Q4,Q5a,Q5b,Q6,Q7,Q8,Q9,Q10,Q11,Q12,ALSFRS-R";
    let text = format!(
        "{header}\nS1,A,0,4,4,4,4,4,,4,4,4,4,4,4,4,40\nS1,A,1,4,4,4,4,4,,4,4,4,4,4,4,3,\n\
         S1,A,2,4,4,4,4,4,,4,4,4,4,4,4,,\nS2,B,0,1,1,1,1,,1,1,1,1,1,1,1,1,49\n"
    );
    let import = read(&[("visits.csv", &text)]);
    let names: Vec<&str> = import.trial.outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    assert_eq!(names[..3], ["alsfrs_r_total", "Q1", "Q2"]);
    // 40 as recorded; 47 added up; nothing with an item missing; 12 added up because 49 cannot be.
    assert_eq!(visits(&import, "alsfrs_r_total"), [visit(0, 0.0, 40.0), visit(0, 1.0, 47.0), visit(1, 0.0, 12.0)]);
    let total = import.receipt.files[0].columns.iter().find(|column| column.column == "ALSFRS-R").unwrap();
    assert_eq!((total.parsed, total.missing, total.refused), (1, 2, 1));
}

#[test]
fn items_alone_make_a_total_and_both_forms_of_item_five_make_none() {
    let items = "1,2,3,4,5a,5b,6,7,8,9,10,11,12".split(',').map(|item| format!("alsfrs_r_{item}"));
    let header = items.collect::<Vec<_>>().join(",");
    let text =
        format!("subject_id,arm,month,{header}\nS1,A,0,4,4,4,4,,2,4,4,4,4,4,4,4\nS2,B,0,4,4,4,4,2,2,4,4,4,4,4,4,4\n");
    let import = read(&[("visits.csv", &text)]);
    assert_eq!(visits(&import, "alsfrs_r_total"), [visit(0, 0.0, 46.0)]);
    let kinds: Vec<IssueKind> = import.issues.iter().map(|issue| issue.kind).collect();
    assert_eq!(kinds, [IssueKind::TotalFromItems, IssueKind::BothItemFive]);
}

#[test]
fn limits_are_kept_as_limits() {
    let text = "subject_id,arm,month,analyte,value,unit\nS1,A,0,IL-6,<0.5,pg/mL\nS1,A,4,IL-6,1.5 pg/ml,\nS2,B,0,IL-6,>2000,pg/mL\n";
    let import = read(&[("biomarkers.csv", text)]);
    let analyte = import.trial.analyte("IL-6").unwrap();
    assert_eq!(analyte.unit.as_deref(), Some("pg/mL"));
    let values: Vec<Measured> = analyte.samples.iter().map(|sample| sample.value).collect();
    assert_eq!(
        values,
        [
            Measured::Beyond { side: Side::Below, limit: 0.5 },
            Measured::Exact(1.5),
            Measured::Beyond { side: Side::Above, limit: 2000.0 }
        ]
    );
    let value = import.receipt.files[0].columns.iter().find(|column| column.column == "value").unwrap();
    assert_eq!((value.parsed, value.censored, value.refused), (1, 2, 0));
    assert!(import.issues.is_empty(), "{:?}", import.issues);
}

#[test]
fn endpoints_take_their_name_from_the_column_that_has_one() {
    let import = read(&[
        ("survival.csv", "subject_id,arm,time_days,event\nS1,A,365.25,1\nS2,B,10,0\n"),
        ("survival_2.csv", "subject_id,time_months,event,endpoint\nS1,3,no,tracheostomy\nS2,4,yes,tracheostomy\n"),
    ]);
    let death = import.trial.endpoint("death").unwrap();
    assert_eq!((death.records[0].time_months, death.records[0].is_event), (12.0, true));
    assert_eq!(import.trial.endpoint("tracheostomy").unwrap().records.len(), 2);
}

#[test]
fn flags_stay_covariates_and_words_become_factors() {
    let import =
        read(&[("subjects.csv", "subject_id,arm,itt,site,riluzole\n001,A,1,Seoul,Y\n002,B,0,Busan,N\n003,B,1,,\n")]);
    let trial = &import.trial;
    assert_eq!(trial.subjects[0].id, "001");
    assert!(trial.covariate("itt").unwrap().is_flag() && trial.covariate("riluzole").unwrap().is_flag());
    assert_eq!(
        trial.covariate("site").unwrap().values,
        CovariateValues::Factor { levels: vec!["Busan".into(), "Seoul".into()], codes: vec![Some(1), Some(0), None] }
    );
}

#[test]
fn an_unknown_subject_is_read_without_an_arm() {
    let import = read(&[
        ("subjects.csv", "subject_id,arm,age\nS1,A,50\nS2,B,60\n"),
        ("visits.csv", "subject_id,arm,month,fvc\nS1,A,0,90\nS3,A,0,70\n"),
    ]);
    assert_eq!(import.trial.subjects[2].id, "S3");
    assert_eq!(import.trial.arm_of(2), None);
    assert_eq!(import.trial.outcome("fvc").unwrap().visits.len(), 2);
    assert_eq!(import.receipt.files[1].rows_used, 2);
    assert_eq!(
        import.trial.covariate("age").unwrap().values,
        CovariateValues::Numeric(vec![Some(50.0), Some(60.0), None])
    );
}

#[test]
fn a_mapping_can_change_table_and_roles() {
    let text = "subject_id,arm,month,day,fvc,grip\nS1,A,1,30,90,5\nS2,B,1,31,80,6\n";
    let mut mappings = read(&[("odd.csv", text)]).files;
    assert_eq!(mappings[0].table, TableKind::Visits);
    for column in &mut mappings[0].columns {
        match column.column.as_str() {
            "month" | "grip" => column.role = Role::Ignored,
            "day" => column.role = Role::Time(TimeUnit::Days),
            _ => {}
        }
    }
    let files = [SourceFile::new("odd.csv", text.as_bytes())];
    let import = read_trial(&files, Some(&mappings), &mut |_, _| ());
    assert_eq!(import.trial.outcomes.len(), 1);
    assert_eq!(import.trial.outcome("fvc").unwrap().visits[0].time_months, 30.0 / DAYS_PER_MONTH);
    assert_eq!(import.files, mappings);
}

#[test]
fn messages_say_file_row_column_subject_and_value() {
    let import = read(&[("visits.csv", "subject_id,arm,month,alsfrs_r_total\nS1,A,0,52\nS2,B,0,41\nS2,B,1,53\n")]);
    let issue = &import.issues[0];
    assert_eq!(
        issue.message,
        "visits.csv, row 2, column \u{201c}alsfrs_r_total\u{201d}, subject \u{201c}S1\u{201d}: 52 is not an ALSFRS-R total, \
         which is 0 to 48. There are 2 such rows."
    );
    assert_eq!((issue.count, issue.rows.as_slice()), (2, &[2, 4][..]));
}

#[test]
fn dates_of_doses_count_from_baseline_and_events_know_their_grade() {
    let subjects = b"subject_id,arm,baseline_date,randomisation_date,first_dose_date,last_dose_date\nS1,A,2012-03-01,2012-03-01,2012-03-08,2012-04-05\nS2,B,2012-03-02,2012-03-02,2012-03-02,\n";
    let events = b"subject_id,preferred_term,ae_term,grade,related,treatment_emergent,start_date,outcome\nS1,Headache,bad headache,2,possibly related,,2012-03-05,recovered\nS2,Fall,fell,Grade 5,remote,Y,2012-03-09,fatal\nS2,Rash,rash,odd,,,2012-03-09,\n";
    let import =
        read_trial(&[SourceFile::new("s.csv", subjects), SourceFile::new("e.csv", events)], None, &mut |_, _| ());
    let trial = &import.trial;
    let days = |name: &str| match &trial.covariate(name).unwrap().values {
        CovariateValues::Numeric(values) => {
            values.iter().map(|months| months.map(|months| (months * 30.4375).round())).collect::<Vec<_>>()
        }
        CovariateValues::Factor { .. } => Vec::new(),
    };
    assert_eq!(days("first_dose_months"), [Some(7.0), Some(0.0)]);
    assert_eq!(days("last_dose_months"), [Some(35.0), None]);
    assert!(trial.covariate("randomisation_months").is_none(), "it is everyone's baseline");
    let [headache, fall, rash] = trial.adverse_events.as_slice() else { unreachable!() };
    assert_eq!(
        (headache.term.as_str(), headache.grade, headache.is_related),
        ("Headache", Some(Grade::Moderate), Some(true))
    );
    // Only a yes is ever written: what is empty is a no.
    assert_eq!((headache.is_treatment_emergent, headache.is_fatal), (Some(false), Some(false)));
    assert_eq!((fall.grade, fall.is_related), (Some(Grade::Fatal), Some(false)));
    assert_eq!((fall.is_treatment_emergent, fall.is_fatal), (Some(true), Some(true)));
    assert_eq!((rash.severity.as_deref(), rash.grade, rash.is_fatal), (Some("odd"), None, None));
}

#[test]
fn a_data_dictionary_tells_what_severities_mean() {
    let dictionary = b"\"Variable / Field Name\",\"Form Name\",\"Field Type\",\"Field Label\",\"Choices, Calculations, OR Slider Labels\"\nae_severity,ae,radio,Severity,\"1, Severe | 2, Moderate | 3, Mild\"\nae_related,ae,radio,Related,\"1, Unrelated | 2, Possibly related\"\n";
    let events = b"record_id,redcap_repeat_instrument,ae_term,ae_severity,ae_related,ae_complete\nS1,ae,Fall,1,1,2\nS1,ae,Rash,3,2,2\n";
    let import = read_trial(
        &[SourceFile::new("dictionary.csv", dictionary), SourceFile::new("export.csv", events)],
        None,
        &mut |_, _| (),
    );
    let found: Vec<_> = import.trial.adverse_events.iter().map(|event| (event.grade, event.is_related)).collect();
    assert_eq!(found, [(Some(Grade::Severe), Some(false)), (Some(Grade::Mild), Some(true))]);
}
