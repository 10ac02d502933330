//! How the files were read is shown, changed and confirmed; every row that was not used can be looked at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;

use second_look_browser_tests::Page;
use serde_json::{Value, json};

const ESCAPE: &str = "\u{E00C}";
const ENTER: &str = "\u{E007}";
const DOWN: &str = "\u{E015}";
const UP: &str = "\u{E013}";

/// Twelve people in two arms. Nothing in the visits tells whether 4,100 is a little over four or some thousands.
struct CommaTrial {
    subjects: String,
    visits: String,
    survival: String,
}

impl CommaTrial {
    fn new() -> CommaTrial {
        let mut trial = CommaTrial {
            subjects: "subject_id;arm;age\n".to_owned(),
            visits: "subject_id;month;score\n".to_owned(),
            survival: "subject_id;time_months;event\n".to_owned(),
        };
        for person in 0..12_usize {
            let id = format!("P{person:02}");
            let arm = if person < 6 { "Placebo" } else { "Active" };
            let own = person % 6;
            writeln!(trial.subjects, "{id};{arm};{}", 50 + person).unwrap();
            writeln!(trial.visits, "{id};0;4,{}00\n{id};6;3,{}50", 1 + own, own + usize::from(person >= 6)).unwrap();
            writeln!(trial.survival, "{id};{};{}", 10 + person, u8::from(person < 5)).unwrap();
        }
        trial
    }

    fn files(&self) -> [(&str, &str); 3] {
        [("subjects.csv", &self.subjects), ("visits.csv", &self.visits), ("survival.csv", &self.survival)]
    }
}

fn start() -> Page {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    page
}

fn run(page: &Page, script: &str) -> Value {
    page.driver.script(script, json!([]))
}

/// The card of a file: `#file-2`.
fn card(page: &Page, name: &str) -> String {
    const FIND: &str = "
        return [...document.querySelectorAll('.file')].find((file) => file.querySelector('h3').innerText === arguments[0])?.id";
    let id = page.wait_until(name, || page.driver.script(FIND, json!([name])).as_str().map(str::to_owned));
    format!("#{id}")
}

/// Opens a file's card as the keyboard does and gives back its place.
fn open_card(page: &Page, name: &str) -> usize {
    let card = card(page, name);
    let is_open = format!("return document.querySelector('{card} .how').open");
    if run(page, &is_open) != true {
        run(page, &format!("document.querySelector('{card} .how > summary').focus()"));
        page.press(ENTER);
    }
    page.wait_until("the card's inside", || {
        (run(page, &format!("return !!document.querySelector('{card} .dialect')")) == true).then_some(())
    });
    card.trim_start_matches("#file-").parse().unwrap()
}

fn wait_for_focus(page: &Page, selector: &str) {
    page.wait_until(&format!("the keyboard at {selector}"), || {
        let at = page.driver.script("return document.activeElement?.matches(arguments[0])", json!([selector]));
        (at == true).then_some(())
    });
}

#[test]
fn a_question_is_answered_and_the_mean_is_right() {
    let page = start();
    let trial = CommaTrial::new();
    page.drop_files(".page", &trial.files());
    page.wait_for(".answer", "12 people");
    page.wait_for(".subline", "question");
    page.wait_for(".issue.is-question", "visits.csv");
    page.wait_until_idle();

    // The question leads to the file, which is open; the choice that answers it is there.
    page.click(".issue.is-question .to-file");
    let file = open_card(&page, "visits.csv");
    wait_for_focus(&page, &format!("#file-{file}"));
    page.wait_for(".first-rows .raw", "4,100");
    page.choose(&format!("decimal-{file}"), "Comma: 1,5");
    page.wait_until("the end of the question", || {
        (run(&page, "return document.querySelectorAll('.issue.is-question').length") == 0).then_some(())
    });
    page.wait_until_idle();
    page.wait_for(".subline", "0 set aside");
    page.wait_for(".first-rows .made", "4.1");
    assert_eq!(run(&page, &format!("return document.querySelector('#file-{file} .how').open")), true);

    // 4.1 to 4.6: the mean is 4.35.
    page.go("Function");
    let table = page.table("Change from baseline");
    assert!(table.iter().any(|row| row.iter().any(|cell| cell.starts_with("4.35"))), "{table:?}");
    page.assert_no_faults();
}

#[test]
fn roles_events_and_confirmations_by_keyboard() {
    let page = start();
    page.open("#demo/data");
    page.wait_for(".answer", "64 people");
    page.wait_until_idle();
    page.wait_for(".open-choices", "3 choices to confirm");
    a_role_is_changed_and_the_keyboard_stays(&page);
    an_event_is_turned_round_and_back(&page);
    every_choice_is_confirmed(&page);
    page.assert_no_faults();
}

fn a_role_is_changed_and_the_keyboard_stays(page: &Page) {
    let file = open_card(page, "subjects.csv");
    let find = "
        const row = [...document.querySelectorAll('.columns-table tbody tr')].find((row) => row.querySelector('.column-name').innerText === 'age');
        row?.querySelector('select').focus();
        return row?.querySelector('select').name;";
    let name = page.wait_until("the column", || run(page, find).as_str().map(str::to_owned));
    assert!(name.starts_with(&format!("role-{file}-")), "{name}");
    assert_eq!(page.chosen(&name), "Covariate");
    page.press(DOWN);
    let is_refused = format!(
        "return [...document.querySelector('select[name=\"{name}\"]').closest('tr').querySelectorAll('td.is-refused')].length"
    );
    page.wait_until("ages that are no dates", || (run(page, &is_refused) == 1).then_some(()));
    page.wait_until_idle();
    assert_eq!(page.chosen(&name), "Date of birth");
    wait_for_focus(page, &format!("select[name=\"{name}\"]"));
    let plan: Value = serde_json::from_str(&page.save("#save-plan", "plan.json")).unwrap();
    assert!(plan["files"].to_string().contains("birth_date"));

    run(page, &format!("document.querySelector('select[name=\"{name}\"]').focus()"));
    page.press(UP);
    page.wait_until("ages that are read", || (run(page, &is_refused) == 0).then_some(()));
    page.wait_until_idle();
    assert_eq!(page.chosen(&name), "Covariate");
}

fn an_event_is_turned_round_and_back(page: &Page) {
    page.wait_for(".event-sentence", "29 of 64 had the event death; 35 count as censored");
    run(page, "document.querySelector('.turn-round').focus()");
    page.press(ENTER);
    page.wait_for(".event-sentence", "35 of 64 had the event death; 29 count as censored");
    page.wait_for(".turn", "0 is the event");
    page.wait_until_idle();
    wait_for_focus(page, ".turn-round");
    page.press(ENTER);
    page.wait_for(".event-sentence", "29 of 64 had the event death");
    page.wait_until_idle();
}

fn every_choice_is_confirmed(page: &Page) {
    page.go("Survival");
    page.wait_for(".open-choices", "3 choices to confirm");
    page.click(".open-choices");
    page.wait_for(".nav-item[aria-current=page]", "Data");
    wait_for_focus(page, "#confirm");
    for (button, left) in [("#confirm-control-arm", "2 choices"), ("#confirm-baseline", "1 choice to confirm")] {
        run(page, &format!("document.querySelector('{button}').focus()"));
        page.press(ENTER);
        page.wait_for(button, "Confirmed");
        page.wait_for(".open-choices", left);
        wait_for_focus(page, button);
    }
    page.click("#confirm-events");
    page.wait_for("#confirm-events", "Confirmed");
    let is_gone = || (run(page, "return !document.querySelector('.open-choices')") == true).then_some(());
    page.wait_until("the line's end", is_gone);
    let findings: Value = serde_json::from_str(&page.save("#save-findings", "findings.json")).unwrap();
    assert_eq!(findings["plan"]["confirmed"].as_array().unwrap().len(), 3);
    page.go("Function");
    page.wait_until("no line here either", is_gone);

    // A choice that is made anew is confirmed anew.
    page.go("Data");
    page.choose("confirm-control-arm", "MSC (33 people)");
    page.wait_for(".open-choices", "1 choice to confirm");
    page.wait_until_idle();
    page.wait_for("#confirm-control-arm", "Confirm");
}

#[test]
fn a_row_is_looked_at_and_everything_not_read_is_saved() {
    let page = start();
    let trial = CommaTrial::new();
    let visits = trial.visits.replace("P03;6;3,350", "P03;6;high").replace("P05;0;4,600", "P05;0;low");
    page.drop_files(".page", &[("subjects.csv", &trial.subjects), ("visits.csv", &visits)]);
    page.wait_for(".answer", "12 people");
    page.wait_until_idle();
    let find = "
        const issue = [...document.querySelectorAll('.issue')].find((issue) => issue.innerText.includes('high'));
        issue?.querySelector('.row-button').focus();
        return issue?.innerText;";
    page.wait_until("the issue", || run(&page, find).as_str().map(str::to_owned));
    page.press(ENTER);
    page.wait_for("#row-viewer h2", "Row 9 of visits.csv");
    let cells = page.wait_for(".viewer-table tr.is-asked", "high");
    assert!(cells.contains("refused"), "{cells}");
    page.wait_for(".viewer-table thead", "Row 11");
    page.wait_for("#row-viewer .fate", "This row is");
    let rows = "return [...document.querySelectorAll('.viewer-table thead th')].map((head) => head.innerText.split('\\n')[0]);";
    assert_eq!(run(&page, rows), json!(["Column", "In the file", "Read as", "Row 7", "Row 8", "Row 10", "Row 11"]));

    // The next row with the same, any row, and a row that does not exist.
    run(&page, "document.querySelectorAll('.viewer-ways button')[1].focus()");
    page.press(ENTER);
    page.wait_for("#row-viewer h2", "Row 12 of visits.csv");
    page.wait_for(".viewer-table tr.is-asked", "low");
    page.enter("viewer-row", "2");
    page.wait_for(".viewer-table .own", "P00");
    page.enter("viewer-row", "999");
    page.wait_for("#row-viewer .fate", "no such row");
    page.press(ESCAPE);
    page.wait_until("the closed dialogue", || {
        (run(&page, "return document.querySelector('#row-viewer').open") == false).then_some(())
    });
    wait_for_focus(&page, ".row-button");

    // From the file's own field.
    page.enter("row-1", "3");
    run(
        &page,
        "const field = document.querySelector('input[name=row-1]'); field.dispatchEvent(new Event('input', { bubbles: true })); field.focus();",
    );
    page.press(ENTER);
    page.wait_for("#row-viewer h2", "Row 3 of");
    page.press(ESCAPE);

    let list = page.save("#save-not-read", "not-read.csv");
    assert!(list.starts_with("file,row,column,as in the file,what became of it"), "{list}");
    assert!(list.contains("visits.csv,9,score,high,refused") || list.contains("visits.csv,9,,"), "{list}");
    page.assert_no_faults();
}

const FOLDER: [(&str, &str); 6] = [
    ("subjects.csv", ""),
    ("first/visits.csv", "subject_id;month;fvc\nP00;0;90\nP01;0;80\nP00;6;70\nP01;6;75\n"),
    ("second/deeper/visits.csv", "subject_id;month;svc\nP00;0;90\nP01;0;80\nP00;6;70\nP01;6;75\n"),
    ("first/.DS_Store", "hidden"),
    ("first/protocol.pdf", "%PDF-1.4"),
    ("._subjects.csv", "hidden"),
];

/// A drop as the page sees it, of a folder whose reader gives one entry at a time. No driver can drop a real one.
const DROP_FOLDER: &str = "
    const entry = (path, files) => {
        const name = path.split('/').at(-1);
        const own = files.find(([file]) => `/trial/${file}` === path);
        if (own) {
            const file = (done) => setTimeout(() => done(new File([own[1]], name)));
            return ({ name, fullPath: path, isDirectory: false, isFile: true, file });
        }
        const createReader = () => {
            const below = files.map(([file]) => `/trial/${file}`).filter((file) => file.startsWith(`${path}/`));
            const left = [...new Set(below.map((file) => `${path}/${file.slice(path.length + 1).split('/')[0]}`))];
            return { readEntries: (done) => setTimeout(() => done(left.splice(0, 1).map((path) => entry(path, files)))) };
        };
        return ({ name, fullPath: path, isDirectory: true, isFile: false, createReader });
    };
    const items = [{ kind: 'file', webkitGetAsEntry: () => entry('/trial', arguments[0]) }];
    const event = new DragEvent('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { items } });
    document.querySelector('.page').dispatchEvent(event);
";

#[test]
fn a_folder_is_walked_and_equal_names_keep_their_path() {
    let page = start();
    let trial = CommaTrial::new();
    let folder = page.downloads.join("trial");
    for (name, text) in FOLDER {
        let text = if name == "subjects.csv" { &trial.subjects } else { text };
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    page.choose_files("#folder", &[&folder]);
    the_folder_was_read(&page);

    page.open("");
    page.wait_for_start();
    let files: Vec<Value> = FOLDER
        .iter()
        .map(|(name, text)| json!([name, if name.ends_with("subjects.csv") { &trial.subjects } else { *text }]))
        .collect();
    page.driver.script(DROP_FOLDER, json!([files]));
    the_folder_was_read(&page);
    page.assert_no_faults();
}

fn the_folder_was_read(page: &Page) {
    page.wait_for(".answer", "12 people");
    page.wait_for(".notice", "protocol.pdf");
    page.wait_until_idle();
    let names = run(page, "return [...document.querySelectorAll('.file h3')].map((name) => name.innerText).sort()");
    assert_eq!(names, json!(["subjects.csv", "trial/first/visits.csv", "trial/second/deeper/visits.csv"]));
}
