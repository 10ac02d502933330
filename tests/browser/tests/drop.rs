//! Files of a trial that no one here made, good and bad, through the input and through a real drop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use second_look_browser_tests::Page;
use serde_json::{Value, json};

/// A small trial of three arms: the change at month 6 is the arm's own, give or take what each person adds.
struct SmallTrial {
    subjects: String,
    visits: String,
    survival: String,
    biomarkers: String,
}

impl SmallTrial {
    fn new() -> SmallTrial {
        let mut trial = SmallTrial {
            subjects: "Subject ID;Arm;Age;ITT\n".to_owned(),
            visits: "subject_id\tALSFRS-R\tMonth\n".to_owned(),
            survival: "event,time_months,subject_id\n".to_owned(),
            biomarkers: "subject_id,day,analyte,value,unit\n".to_owned(),
        };
        for (place, arm) in ["Placebo", "Low dose", "High dose"].into_iter().enumerate() {
            for person in 0..8_usize {
                let id = format!("P{place}{person}");
                let own = [-2_i64, -1, 0, 0, 0, 0, 1, 2][person];
                let (start, fall) = (40 - person as i64, 6 - 2 * place as i64 + own);
                writeln!(trial.subjects, "{id};{arm};{};yes", 50 + person).unwrap();
                writeln!(trial.visits, "{id}\t{start}\t0\n{id}\t{}\t3\n{id}\t{}\t6", start - fall / 2, start - fall)
                    .unwrap();
                writeln!(trial.survival, "{},{},{id}", u8::from(person % 2 == 0), 10 + place + 3 * person).unwrap();
                for (analyte, day, value) in
                    [("NfL", 0, 40), ("NfL", 90, 40 + fall), ("pNfH", 0, 300), ("pNfH", 90, 300 + 9 * fall)]
                {
                    writeln!(trial.biomarkers, "{id},{day},{analyte},{value},pg/mL").unwrap();
                }
            }
        }
        trial
    }

    fn files(&self) -> Vec<(&str, &str)> {
        vec![
            ("people.txt", &self.subjects),
            ("scores.tsv", &self.visits),
            ("follow_up.csv", &self.survival),
            ("csf.csv", &self.biomarkers),
        ]
    }
}

#[test]
fn a_trial_of_three_arms_is_read_and_answered() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    page.settle();
    let trial = SmallTrial::new();

    // The input is hidden behind its label, as a person presses it; the driver puts the files in.
    let paths: Vec<_> = trial
        .files()
        .iter()
        .map(|(name, text)| {
            let path = page.downloads.join(name);
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect();
    page.choose_files("#files", &paths.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>());
    the_three_arms_are_answered(&page);

    // The same through a drop, on the page that shows the first answers.
    page.drop_files(".page", &trial.files());
    the_three_arms_are_answered(&page);

    // One file alone, through the second input.
    page.choose_files("#other-files", &[&paths[2]]);
    page.wait_for(".answer", "24 people");
    page.wait_for(".issues", "arm");
    page.go("Function");
    page.wait_for(".no-answer", "visits.csv");

    assert_eq!(page.take_requests(), Vec::<String>::new(), "nothing is asked for when files are dropped and analysed");
    page.wait_for("#requests", "0 requests");
    page.assert_no_faults();
}

fn the_three_arms_are_answered(page: &Page) {
    page.wait_for(".answer", "24 people: 8 in Placebo, 8 in Low dose and 8 in High dose");
    page.wait_for(".subline", "No problem was found");
    page.wait_until_idle();
    page.choose("control-arm", "Placebo");
    page.go("Function");
    let answer = page.wait_for(".answer", "against Placebo");
    assert!(answer.contains("Low dose 2.00") && answer.contains("High dose 4.00"), "{answer}");
    // Sum of squares 10 in each arm: SD √(10/7) = 1.20, SE √(10/7 × 2/8) = 0.60.
    let table = page.table("Change from baseline");
    let low = table.iter().find(|row| row[0] == "6").unwrap();
    assert_eq!([&low[1], &low[2], &low[4], &low[5], &low[6]], ["Low dose", "8", "−4.00 (1.20)", "2.00", "0.60"]);

    page.choose("control-arm", "High dose");
    page.wait_for(".answer", "against High dose: Placebo −4.00");
    page.go("Survival");
    page.wait_for(".answer", "on 2 df");
    page.go("Correlation");
    page.wait_for(".answer", "NfL and pNfH rise and fall together");
    page.go("Data");
}

/// One bad input: the file, its text, and what the Data page must name.
struct Bad {
    what: &'static str,
    name: &'static str,
    text: String,
    /// The parts of one line of "What to look at".
    place: &'static [&'static str],
    message: &'static str,
}

fn bad(
    what: &'static str,
    name: &'static str,
    text: &str,
    place: &'static [&'static str],
    message: &'static str,
) -> Bad {
    Bad { what, name, text: text.to_owned(), place, message }
}

/// The inputs of the issue, each a file beside a good trial.
fn bad_inputs() -> Vec<Bad> {
    let items = "alsfrs_r_1,alsfrs_r_2,alsfrs_r_3,alsfrs_r_4,alsfrs_r_5a,alsfrs_r_6,alsfrs_r_7,alsfrs_r_8,alsfrs_r_9,alsfrs_r_10,alsfrs_r_11,alsfrs_r_12";
    let item_out = format!("subject_id,month,{items}\nP00,9,4,4,5,4,4,4,4,4,4,4,4,4\n");
    let total_differs = format!("subject_id,month,{items},alsfrs_r_total\nP00,9,4,4,4,4,4,4,4,4,4,4,4,4,40\n");
    vec![
        bad("not a CSV", "letter.csv", "Dear colleague\nthe data, as promised\n", &["letter.csv"], ""),
        bad("empty", "nothing.csv", "", &["nothing.csv"], ""),
        bad("header only", "header.csv", "subject_id,month,fvc\n", &["header.csv"], ""),
        bad("one row", "single.csv", "subject_id,month,fvc\nP00,0,90\n", &["single.csv"], ""),
        bad("ragged rows", "ragged.csv", "subject_id,month,fvc\nP00,0\nP01,0,90\n", &["ragged.csv", "row 2"], ""),
        bad(
            "duplicate subject",
            "twice.csv",
            "subject_id,sex\nP00,f\nP01,m\nP00,m\n",
            &["twice.csv", "row 4", "“subject_id”", "P00"],
            "",
        ),
        bad(
            "duplicate visit",
            "again.csv",
            "subject_id,month,fvc\nP00,0,90\nP01,0,80\nP00,0,91\n",
            &["again.csv", "row 4", "“month”", "P00"],
            "",
        ),
        bad(
            "unknown subject",
            "stranger.csv",
            "subject_id,month,fvc\nP00,0,90\nX99,0,80\n",
            &["stranger.csv", "row 3", "“subject_id”", "X99"],
            "",
        ),
        bad(
            "not a number",
            "words.csv",
            "subject_id,month,fvc\nP00,0,90\nP01,0,80\nP02,0,70\nP03,0,high\nP04,0,60\n",
            &["words.csv", "row 5", "“fvc”", "P03"],
            "high",
        ),
        bad(
            "total outside 0 to 48",
            "totals.csv",
            "subject_id,month,alsfrs_r_total\nP00,9,49\nP01,9,40\n",
            &["totals.csv", "row 2", "“alsfrs_r_total”"],
            "49",
        ),
        bad("item outside 0 to 4", "items.csv", &item_out, &["items.csv", "row 2", "“alsfrs_r_3”"], "5"),
        bad("total differs from items", "sums.csv", &total_differs, &["sums.csv", "row 2", "“alsfrs_r_total”"], "48"),
        bad(
            "all values missing",
            "blank.csv",
            "subject_id,month,fvc,svc\nP00,0,90,\nP01,0,80,NA\n",
            &["blank.csv", "“svc”"],
            "",
        ),
    ]
}

#[test]
fn each_bad_input_is_named_and_the_rest_goes_on() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    let trial = SmallTrial::new();
    for bad in bad_inputs() {
        let mut files = trial.files();
        files.push((bad.name, &bad.text));
        page.drop_files(".page", &files);
        let issue = page.wait_until(bad.what, || find_issue(&page, &bad));
        assert!(
            issue["place"].as_str().unwrap().len() > 5 && !issue["hint"].as_str().unwrap().is_empty(),
            "{}: {issue}",
            bad.what
        );
        println!("{}: {} | {} | {}", bad.what, issue["place"], issue["message"], issue["hint"]);
        page.wait_until_idle();
        page.wait_for(".answer", "8 in Placebo");
        page.go("Function");
        page.wait_for(".answer", "2.00");
        page.go("Survival");
        page.wait_for(".answer", "on 2 df");
        page.go("Data");
    }
    one_arm_alone(&page, &trial);
    a_huge_file_is_refused_by_its_size(&page, &trial);
    page.assert_no_faults();
}

fn find_issue(page: &Page, bad: &Bad) -> Option<Value> {
    const READ: &str = "
        return [...document.querySelectorAll('.issue')].map((issue) => ({
            place: issue.querySelector('.issue-place').innerText,
            message: issue.querySelectorAll('p')[1].innerText,
            hint: issue.querySelector('p.hint')?.innerText ?? '',
        }));";
    let issues = page.driver.script(READ, json!([]));
    issues
        .as_array()?
        .iter()
        .find(|issue| {
            let place = issue["place"].as_str().unwrap_or_default();
            bad.place.iter().all(|part| place.contains(part))
                && issue["message"].as_str().is_some_and(|text| text.contains(bad.message))
        })
        .cloned()
}

fn one_arm_alone(page: &Page, trial: &SmallTrial) {
    let subjects = trial.subjects.replace("Low dose", "Placebo").replace("High dose", "Placebo");
    let mut files = trial.files();
    files[0].1 = &subjects;
    page.drop_files(".page", &files);
    let one_arm = bad("one arm", "", "", &["people.txt"], "one arm");
    page.wait_until("one arm", || find_issue(page, &one_arm));
    page.wait_until_idle();
    page.go("Function");
    page.wait_for(".answer", "There is no second arm to compare with");
    page.go("Biomarkers");
    page.wait_for(".answer", "there is no second arm to compare with");
    page.go("Correlation");
    page.wait_for(".answer", "rise and fall together");
    page.go("Data");
}

fn a_huge_file_is_refused_by_its_size(page: &Page, trial: &SmallTrial) {
    let mut paths = Vec::new();
    for (name, text) in trial.files() {
        paths.push(page.downloads.join(name));
        std::fs::write(paths.last().unwrap(), text).unwrap();
    }
    // Sparse: 200 MB that take no room.
    let huge = page.downloads.join("huge.csv");
    std::fs::File::create(&huge).unwrap().set_len(200_000_000).unwrap();
    paths.push(huge);
    let started = Instant::now();
    page.choose_files("#other-files", &paths.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>());
    let too_large = bad("200 MB", "", "", &["huge.csv"], "MB");
    let issue = page.wait_until("the refusal", || find_issue(page, &too_large));
    let time = started.elapsed();
    println!("200 MB: {} in {time:?}", issue["message"]);
    assert!(time < Duration::from_secs(5), "a file that is not read is refused at once, not after {time:?}");
    page.wait_for(".answer", "24 people");
    page.wait_until_idle();
    page.go("Survival");
    page.wait_for(".answer", "on 2 df");
}
