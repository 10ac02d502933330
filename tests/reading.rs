//! Dates, limits, units and mappings, worked by hand on a few rows.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use second_look::analysis::Plan;
use second_look::import::{
    DateOrder, Encoding, Format, Import, IssueKind, Measure, Parsed, Role, SourceFile, TableKind, VisitTime, not_read,
    read_trial, view_rows,
};
use second_look::trial::{CovariateValues, DAYS_PER_MONTH, Measured, Side, TimeUnit};

fn sources<'a>(files: &'a [(&'a str, &'a str)]) -> Vec<SourceFile<'a>> {
    files.iter().map(|(name, text)| SourceFile::new(name, text.as_bytes())).collect()
}

fn read(files: &[(&str, &str)]) -> Import {
    read_trial(&sources(files), None, &mut |_, _| ())
}

fn kinds(import: &Import) -> Vec<IssueKind> {
    import.issues.iter().map(|issue| issue.kind).collect()
}

/// Subject's id, days and value.
fn days(import: &Import, outcome: &str) -> Vec<(String, f64, f64)> {
    let visits = import.trial.outcome(outcome).unwrap().visits.iter();
    visits
        .map(|visit| {
            let id = import.trial.subjects[visit.subject].id.clone();
            (id, (visit.time_months * DAYS_PER_MONTH * 1e6).round() / 1e6, visit.value)
        })
        .collect()
}

#[test]
fn dates_count_from_each_subjects_own_baseline() {
    // S1 began on 31 December 2011: 1 January 2012 is day 1, 29 February day 60. S2 began on 1 March 2012.
    let import = read(&[
        ("subjects.csv", "subject_id,arm,randomisation_date\nS1,A,2011-12-31\nS2,B,01MAR2012\n"),
        (
            "visits.csv",
            "subject_id,visit_date,fvc\nS1,2012-01-01,90\nS1,2012-02-29,80\nS2,2012-02-28,70\nS2,2012/03/31,60\n",
        ),
    ]);
    let expected = [("S1", 1.0, 90.0), ("S1", 60.0, 80.0), ("S2", -2.0, 70.0), ("S2", 30.0, 60.0)];
    assert_eq!(days(&import, "fvc"), expected.map(|(id, day, value)| (id.to_owned(), day, value)));
    assert!(kinds(&import).is_empty(), "{:?}", import.issues);
}

#[test]
fn one_date_tells_the_order_of_all_in_its_column() {
    let with = |dates: [&str; 2]| {
        let visits = format!("subject_id,visit_date,fvc\nS1,{},90\nS1,{},80\n", dates[0], dates[1]);
        read(&[
            ("subjects.csv", "subject_id,arm,baseline_date\nS1,A,2012-04-03\nS2,B,2012-04-03\n"),
            ("v.csv", &visits),
        ])
    };
    // The 13th month there is none of: 13/04 is the 13th of April, so that 03/04 is the 3rd.
    let day_first = with(["03/04/2012", "13/04/2012"]);
    assert_eq!(days(&day_first, "fvc").iter().map(|visit| visit.1).collect::<Vec<_>>(), [0.0, 10.0]);
    assert_eq!(day_first.files[1].dialect.date_order, Some(DateOrder::DayFirst));
    let month_first = with(["04/03/2012", "04/13/2012"]);
    assert_eq!(days(&month_first, "fvc").iter().map(|visit| visit.1).collect::<Vec<_>>(), [0.0, 10.0]);
    // Nothing tells: nothing is read, and the answer is given in the mapping.
    let open = with(["03/04/2012", "05/04/2012"]);
    assert!(open.trial.outcome("fvc").is_none());
    assert!(kinds(&open).contains(&IssueKind::AmbiguousDates));
    let mut mappings = open.files.clone();
    mappings[1].dialect.date_order = Some(DateOrder::DayFirst);
    let files = [
        ("subjects.csv", "subject_id,arm,baseline_date\nS1,A,2012-04-03\nS2,B,2012-04-03\n"),
        ("v.csv", "subject_id,visit_date,fvc\nS1,03/04/2012,90\nS1,05/04/2012,80\n"),
    ];
    let answered = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    assert_eq!(days(&answered, "fvc").iter().map(|visit| visit.1).collect::<Vec<_>>(), [0.0, 2.0]);
}

#[test]
fn cdisc_has_no_day_nought() {
    let import = read(&[
        ("adsl.csv", "USUBJID,TRT01P,TRTSDT\n1,A,01JAN2012\n2,B,01JAN2012\n"),
        (
            "adxx.csv",
            "USUBJID,PARAMCD,PARAM,ADY,AVAL\n1,GRIP,Grip strength,-1,30\n1,GRIP,Grip strength,1,29\n1,GRIP,Grip strength,29,28\n",
        ),
    ]);
    let expected = [(-1.0, 30.0), (0.0, 29.0), (28.0, 28.0)];
    assert_eq!(days(&import, "GRIP").iter().map(|visit| (visit.1, visit.2)).collect::<Vec<_>>(), expected);
    assert_eq!(import.files[1].format, Format::Adam);
}

#[test]
fn a_limit_that_is_not_named_is_the_row_s_own_then_the_analyte_s_then_its_least_value() {
    let header = "subject_id,month,analyte,value,unit,lloq";
    let text = format!(
        "{header}\nS1,0,IL-6,BLQ,pg/mL,0.7\nS1,4,IL-6,<0.5,pg/mL,\nS2,0,IL-6,BLQ,pg/mL,\nS1,0,IL-8,<LLOQ,pg/mL,\nS2,0,IL-8,3.5,pg/mL,\n"
    );
    let import = read(&[("subjects.csv", "subject_id,arm\nS1,A\nS2,B\n"), ("b.csv", &text)]);
    let values = |name: &str| -> Vec<Measured> {
        import.trial.analyte(name).unwrap().samples.iter().map(|sample| sample.value).collect()
    };
    let below = |limit| Measured::Beyond { side: Side::Below, limit };
    // S1 at 0 has its row's limit; S2 has the largest limit of IL-6's cells, which is 0.7.
    assert_eq!(values("IL-6"), [below(0.7), below(0.5), below(0.7)]);
    assert_eq!(values("IL-8"), [below(3.5), Measured::Exact(3.5)]);
    assert_eq!(kinds(&import), [IssueKind::LimitUnsaid]);
}

#[test]
fn a_column_of_an_assay_is_read_though_most_of_its_cells_are_limits() {
    let import = read(&[(
        "v.csv",
        "subject_id,arm,month,fvc,IL-6 (pg/mL)\nS1,A,0,90,<0.5\nS1,A,4,80,<0.5\nS2,B,0,70,<0.5\nS2,B,4,60,2.5\n",
    )]);
    let analyte = import.trial.analyte("IL-6").unwrap();
    let below = Measured::Beyond { side: Side::Below, limit: 0.5 };
    let values: Vec<Measured> = analyte.samples.iter().map(|sample| sample.value).collect();
    assert_eq!(values, [below, below, below, Measured::Exact(2.5)]);
    assert_eq!(analyte.unit.as_deref(), Some("pg/mL"));
    let column = &import.receipt.files[0].columns[4];
    assert_eq!((column.parsed, column.censored, column.refused), (1, 3, 0));
}

#[test]
fn nd_is_missing_or_below_the_limit_as_the_list_says() {
    let files = [
        ("subjects.csv", "subject_id,arm\nS1,A\nS2,B\n"),
        ("b.csv", "subject_id,month,analyte,value\nS1,0,NfL,ND\nS2,0,NfL,12\n"),
    ];
    let import = read(&files);
    assert_eq!(import.trial.analyte("NfL").unwrap().samples.len(), 1);
    assert!(kinds(&import).contains(&IssueKind::NotDetectedOrNotDone));
    let mut mappings = import.files.clone();
    mappings[1].dialect.missing.retain(|token| token != "ND");
    let import = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    let values: Vec<Measured> =
        import.trial.analyte("NfL").unwrap().samples.iter().map(|sample| sample.value).collect();
    assert_eq!(values, [Measured::Beyond { side: Side::Below, limit: 12.0 }, Measured::Exact(12.0)]);
}

#[test]
fn words_that_mean_missing_may_be_numbers() {
    let files = [("v.csv", "subject_id,arm,month,fvc\nS1,A,0,90\nS1,A,4,999\nS2,B,0,-9\nS2,B,4,80\n")];
    let mut mappings = read(&files).files;
    mappings[0].dialect.missing.extend(["999".to_owned(), "-9".to_owned()]);
    let import = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    assert_eq!(days(&import, "fvc").iter().map(|visit| visit.2).collect::<Vec<_>>(), [90.0, 80.0]);
    let column = &import.receipt.files[0].columns[3];
    assert_eq!((column.parsed, column.missing), (2, 2));
}

#[test]
fn a_plan_is_applied_to_a_file_with_the_same_header_whatever_it_is_called() {
    let header = "subject_id,arm,month,fvc,note";
    let first = format!("{header}\nS1,A,0,90,1\nS2,B,0,80,2\n");
    let mut mappings = read(&[("first.csv", &first)]).files;
    mappings[0].columns[4].role = Role::Ignored;
    let second = format!("{header}\nS3,A,0,70,1\nS4,B,0,60,2\n");
    let import = read_trial(&sources(&[("second.csv", &second)]), Some(&mappings), &mut |_, _| ());
    assert_eq!(import.trial.outcomes.len(), 1, "the note is no outcome any more");
    assert!(kinds(&import).is_empty(), "{:?}", import.issues);
    let without = read(&[("second.csv", &second)]);
    assert_eq!(without.trial.outcomes.len(), 2);
}

#[test]
fn a_table_may_be_chosen_and_its_roles_are_found_anew() {
    let files = [("list.csv", "subject_id,arm,age\nS1,A,50\nS2,B,60\n")];
    let mut mappings = read(&files).files;
    assert_eq!(mappings[0].table, TableKind::Subjects);
    mappings[0].table = TableKind::Characteristics;
    mappings[0].columns.clear();
    let import = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    assert_eq!(import.files[0].table, TableKind::Characteristics);
    assert_eq!(import.files[0].columns[2].role, Role::Covariate);
    assert_eq!(import.trial.covariate("age").unwrap().values, CovariateValues::Numeric(vec![Some(50.0), Some(60.0)]));
}

#[test]
fn an_event_flag_can_be_turned_round() {
    let files = [("s.csv", "subject_id,arm,time_months,event\nS1,A,10,1\nS2,B,12,0\n")];
    let events = |import: &Import| -> Vec<bool> {
        import.trial.endpoints[0].records.iter().map(|record| record.is_event).collect()
    };
    let mut mappings = read(&files).files;
    assert_eq!(events(&read(&files)), [true, false]);
    mappings[0].columns[3].role = Role::Censoring;
    let import = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    assert_eq!(events(&import), [false, true]);
}

#[test]
fn visits_get_their_times_from_the_user() {
    let files = [("w.csv", "subject_id,arm,fvc_V1,fvc_V2\nS1,A,90,80\nS2,B,70,60\n")];
    let import = read(&files);
    assert!(import.trial.outcomes.is_empty());
    let mut mappings = import.files.clone();
    let visit = |visit: &str, time| VisitTime { visit: visit.to_owned(), time: Some(time), unit: TimeUnit::Weeks };
    mappings[0].visit_times = vec![visit("V1", 0.0), visit("V2", 12.0)];
    let import = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    let expected = [(0.0, 90.0), (84.0, 80.0), (0.0, 70.0), (84.0, 60.0)];
    assert_eq!(days(&import, "fvc").iter().map(|visit| (visit.1, visit.2)).collect::<Vec<_>>(), expected);
    assert!(kinds(&import).is_empty(), "{:?}", import.issues);
}

#[test]
fn a_parameter_can_be_told_what_it_is() {
    let files = [(
        "adqs.csv",
        "USUBJID,TRTP,PARAMCD,PARAM,AVISIT,AVAL\n1,A,FRSR,Function,Baseline,40\n1,A,FRSR,Function,Month 4,38\n2,B,FRSR,Function,Baseline,41\n",
    )];
    let mut mappings = read(&files).files;
    assert_eq!(mappings[0].parameters[0].measure, Measure::Outcome("FRSR".into()));
    mappings[0].parameters[0].measure = Measure::AlsfrsTotal;
    let import = read_trial(&sources(&files), Some(&mappings), &mut |_, _| ());
    assert_eq!(days(&import, "alsfrs_r_total").len(), 3);
}

#[test]
fn another_encoding_can_be_chosen() {
    let bytes = b"subject_id,arm,site\nS1,A,Z\xFCrich\nS2,B,Bern\n";
    let file = [SourceFile::new("s.csv", bytes)];
    let mut mappings = read_trial(&file, None, &mut |_, _| ()).files;
    assert_eq!(mappings[0].dialect.encoding, Encoding::Windows1252);
    mappings[0].dialect.encoding = Encoding::Utf8;
    let refused = read_trial(&file, Some(&mappings), &mut |_, _| ());
    assert_eq!(kinds(&refused), [IssueKind::NotText]);
    assert!(refused.issues[0].message.contains("line 2"), "{}", refused.issues[0].message);
}

#[test]
fn any_row_can_be_seen_as_it_stands_and_what_was_not_read_is_listed() {
    let files = [
        ("subjects.csv", "subject_id,arm\nS1,A\nS2,B\n"),
        ("visits.csv", "subject_id;month;fvc;il6\nS1;0;88,5;<0,5\nS2;0;lost;NA\n;4;70;2\nS1;4;80;2\nS2;4;81;2\n"),
    ];
    let import = read(&files);
    let rows = view_rows(files[1].1.as_bytes(), &import.files[1], &import.fates[1], &[1, 2, 3, 4, 9]).unwrap();
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(rows[0].is_header);
    let parsed: Vec<&Parsed> = rows[1].cells.iter().map(|cell| &cell.parsed).collect();
    let limit = Parsed::Beyond { side: Side::Below, limit: 0.5 };
    assert_eq!(parsed, [&Parsed::Text, &Parsed::Number(0.0), &Parsed::Number(88.5), &limit]);
    assert_eq!(rows[1].cells[2].raw, "88,5");
    assert_eq!((&rows[2].cells[2].parsed, &rows[2].cells[3].parsed), (&Parsed::Refused, &Parsed::Missing));
    assert_eq!(rows[3].set_aside.as_deref(), Some("no subject"));
    let buffers: Vec<Vec<u8>> = files.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
    let listed: Vec<(u64, String, String)> = not_read(&import, &buffers)[1]
        .list
        .iter()
        .map(|entry| (entry.row, entry.column.clone().unwrap_or_default(), entry.what.clone()))
        .collect();
    let expected = [
        (2, "il6", "kept as a limit"),
        (3, "", "row set aside: no usable value"),
        (4, "", "row set aside: no subject"),
    ];
    assert_eq!(listed, expected.map(|(row, column, what)| (row, column.to_owned(), what.to_owned())));
}

#[test]
fn a_plan_is_fitted_to_files_that_were_understood_anew() {
    let files = [("v.csv", "subject_id,arm,month,fvc,svc\nS1,A,0,90,80\nS1,A,4,85,75\nS2,B,0,88,78\nS2,B,4,80,70\n")];
    let import = read(&files);
    let mut plan = Plan::default_for(&import.trial, &import.files);
    assert_eq!(plan.change().unwrap().outcome, "fvc");
    plan.files[0].columns[3].role = Role::Ignored;
    let again = read_trial(&sources(&files), Some(&plan.files), &mut |_, _| ());
    let fitted = plan.refitted(&again.trial, &again.files);
    assert_eq!(fitted.change().unwrap().outcome, "svc");
}

#[test]
fn items_are_known_by_their_words_and_pounds_become_kilograms() {
    let import = read(&[(
        "vitals.csv",
        "subject_id,Vital_Signs_Delta,Weight,Weight_Units\n1,0,100,Pounds\n1,30,46,Kilograms\n2,0,70,Kilograms\n",
    )]);
    let values: Vec<f64> = days(&import, "Weight").iter().map(|visit| visit.2).collect();
    assert_eq!(values, [45.359_237, 46.0, 70.0]);
    assert_eq!(import.trial.outcome("Weight").unwrap().unit.as_deref(), Some("kg"));
}
