//! Long work happens in a worker: the page stays awake and can stop it; a worker that dies is replaced, never by one of
//! another build, and never with the help of the host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::Path;

use second_look_browser_tests::Page;
use serde_json::json;

#[test]
fn a_big_file_is_read_while_the_page_stays_awake() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    let big = page.downloads.join("visits.csv");
    write_visits(&big, 60_000_000);

    it_is_read_with_progress(&page, &big);
    new_settings_can_be_stopped(&page);
    it_can_be_stopped(&page, &big);
    it_can_be_stopped_before_its_answers(&page, &big);
    a_worker_that_dies_at_work_is_replaced(&page, &big);
    a_second_death_is_told(&page, &big);
    page.assert_no_faults();
}

/// Four thousand people, each seen so often that the file is as large as asked.
fn write_visits(path: &Path, bytes: usize) {
    const PEOPLE: usize = 4000;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let remark = "a remark as visits have them: long; of no use to anybody";
    file.write_all(b"subject_id,arm,month,alsfrs_r_total,fvc_percent,remark\n").unwrap();
    let mut written = 0;
    let mut row = 0;
    while written < bytes {
        let (person, visit) = (row % PEOPLE, row / PEOPLE);
        let (arm, total) = (["A", "B"][person % 2], 48 - (person * 7 + visit * (1 + person % 2)) % 40);
        let line = format!("S{person:05},{arm},{},{total},{}.5,{remark}\n", visit as f64 / 4.0, 60 + total);
        file.write_all(line.as_bytes()).unwrap();
        written += line.len();
        row += 1;
    }
    file.flush().unwrap();
}

fn it_is_read_with_progress(page: &Page, big: &Path) {
    page.driver.script(
        "
        globalThis.sampler = { longest: 0, last: performance.now(), stages: new Set(), tasks: [] };
        new PerformanceObserver((list) => {
            for (const task of list.getEntries()) sampler.tasks.push(Math.round(task.duration));
        }).observe({ type: 'longtask' });
        const look = () => {
            const now = performance.now();
            sampler.longest = Math.max(sampler.longest, now - sampler.last);
            sampler.last = now;
            sampler.stages.add(document.querySelector('.progress-stage')?.innerText ?? '');
            setTimeout(look, 10);
        };
        look();",
        json!([]),
    );
    let started = std::time::Instant::now();
    page.choose_files("#files", &[big]);
    page.wait_for(".answer", "4000 people");
    page.wait_until_idle();
    let time = started.elapsed();
    let seen = page
        .driver
        .script("return { longest: sampler.longest, stages: [...sampler.stages], tasks: sampler.tasks }", json!([]));
    let longest = seen["longest"].as_f64().unwrap();
    let tasks = &seen["tasks"];
    println!(
        "60 MB: {:.1} s; the page's longest pause was {longest:.0} ms; tasks over 50 ms: {tasks}",
        time.as_secs_f64()
    );
    assert!(longest < 1000.0, "the page did not answer for {longest} ms");
    let stages = seen["stages"].as_array().unwrap();
    let readings =
        stages.iter().filter(|stage| stage.as_str().is_some_and(|stage| stage.starts_with("Reading visits.csv")));
    assert!(readings.count() >= 3, "progress moves: {}", seen["stages"]);
}

/// Presses Cancel as soon as it is there, faster than a person.
const CANCEL_AT_ONCE: &str = "
    new MutationObserver((_, observer) => {
        const button = document.getElementById('cancel');
        if (button) { observer.disconnect(); setTimeout(() => button.click()); }
    }).observe(document.body, { childList: true, subtree: true });";

/// Stopping a run with new settings leaves the old answers, and the forms as the answers need them.
fn new_settings_can_be_stopped(page: &Page) {
    page.go("Function");
    page.wait_for(".answer", "(95% CI");
    page.driver.script(CANCEL_AT_ONCE, json!([]));
    page.enter("confidence-level", "80");
    page.wait_for(".notice", "The answers shown are those of the settings before");
    page.wait_for(".answer", "(95% CI");
    let level = page.driver.script("return document.querySelector('input[name=confidence-level]').value", json!([]));
    assert_eq!(level, "95", "the form goes back with the answers");
    page.enter("confidence-level", "90");
    page.wait_for(".answer", "(90% CI");
    page.wait_until_idle();
}

fn it_can_be_stopped(page: &Page, big: &Path) {
    page.choose_files("#other-files", &[big]);
    page.wait_for(".progress-stage", "Reading visits.csv");
    page.click("#cancel");
    page.wait_for(".notice", "Stopped. Nothing was read");
    assert_eq!(page.text("#cancel"), None);
    page.click("#open-demo");
    page.wait_for(".answer", "MSC had lost 3.38 points less than Control");
}

/// The files are read, nothing is answered yet: the settings stand, and one button works out what they ask.
fn it_can_be_stopped_before_its_answers(page: &Page, big: &Path) {
    let cancel_when_read = "
        new MutationObserver((_, observer) => {
            const [read, button] = [document.querySelector('.answer')?.innerText, document.getElementById('cancel')];
            if (read?.includes('4000 people') && button) { observer.disconnect(); button.click(); }
        }).observe(document.body, { childList: true, subtree: true, characterData: true });";
    page.driver.script(cancel_when_read, json!([]));
    page.choose_files("#other-files", &[big]);
    page.wait_for(".notice", "Stopped before there was an answer");
    page.go("Function");
    page.wait_for("#content", "Stopped before there was an answer");
    page.click("#content .button");
    page.wait_for(".answer", "(95% CI");
    page.wait_until_idle();
}

/// What the browser does to a worker that has run out of memory.
fn kill_at_work(page: &Page) {
    let kill = "
        const worker = watched.workers.at(-1);
        worker.terminate();
        worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));";
    page.driver.script(kill, json!([]));
}

fn a_worker_that_dies_at_work_is_replaced(page: &Page, big: &Path) {
    page.choose_files("#other-files", &[big]);
    page.wait_for(".progress-stage", "Reading visits.csv");
    kill_at_work(page);
    page.wait_for(".progress-stage", "started again");
    page.wait_for(".answer", "4000 people");
    page.wait_until_idle();
}

fn a_second_death_is_told(page: &Page, big: &Path) {
    page.choose_files("#other-files", &[big]);
    page.wait_for(".progress-stage", "Reading visits.csv");
    kill_at_work(page);
    page.wait_for(".progress-stage", "started again");
    page.wait_for(".progress-stage", "Reading visits.csv");
    kill_at_work(page);
    let told = page.wait_for(".notice", "The calculation stopped twice (out of memory)");
    assert!(told.contains("Your files are untouched"), "{told}");
    page.click("#open-demo");
    page.wait_for(".answer", "MSC had lost 3.38 points less than Control");
}

#[test]
fn the_last_setting_wins_and_a_new_worker_needs_no_host() {
    let page = Page::start();
    page.open("#demo");
    page.wait_for(".answer", "(95% CI");

    // Each answer that is shown, in the order of showing.
    page.driver.script(
        "
        globalThis.shown = [];
        const look = () => {
            const level = document.querySelector('.answer')?.innerText.match(/\\((.*)% CI/)?.[1];
            if (level && level !== shown.at(-1)) shown.push(level);
        };
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });",
        json!([]),
    );
    let levels = ["80", "85", "90", "70", "60", "99"];
    page.driver.script(
        "
        for (const level of arguments[0]) {
            const input = document.querySelector('input[name=confidence-level]');
            input.value = level;
            input.dispatchEvent(new Event('change', { bubbles: true }));
        }",
        json!([levels]),
    );
    page.wait_for(".answer", "(99% CI");
    std::thread::sleep(std::time::Duration::from_millis(500));
    page.wait_for(".answer", "(99% CI");
    let shown = page.driver.script("return shown", json!([]));
    let shown: Vec<&str> = shown.as_array().unwrap().iter().filter_map(|level| level.as_str()).collect();
    let order: Vec<usize> = shown.iter().filter_map(|level| levels.iter().position(|known| known == level)).collect();
    assert!(order.is_sorted() && shown.last() == Some(&"99"), "no older answer after a newer one: {shown:?}");

    // One after the other, faster than they are answered.
    for level in levels {
        page.enter("confidence-level", level);
    }
    page.enter("confidence-level", "97.5");
    page.wait_for(".answer", "(97.5% CI");
    page.wait_until_idle();

    the_host_may_go_away(&page);
}

/// When the page has loaded it needs nobody, not even for a new worker.
fn the_host_may_go_away(page: &Page) {
    page.settle();
    page.site.go_away();
    page.driver.devtools("Network.clearBrowserCache", json!({}));
    let workers = || page.driver.script("return watched.workers.length", json!([])).as_u64().unwrap();
    let before = workers();
    page.kill_worker();
    page.wait_for(".notice", "The calculation stopped and was started again; what is shown stands");
    page.wait_until("another worker", || (workers() == before + 1).then_some(()));
    page.enter("confidence-level", "90");
    page.wait_for(".answer", "(90% CI");
    page.wait_until_idle();
    assert_eq!(page.take_requests(), Vec::<String>::new());
    page.assert_no_faults();
}

#[test]
fn the_page_that_is_looked_at_is_answered_first() {
    let page = Page::start();
    let watch = "
        addEventListener('DOMContentLoaded', () => {
            const look = (_, observer) => {
                if (!document.querySelector('.answer')) return;
                globalThis.stageAtAnswer = document.querySelector('.progress-stage')?.innerText ?? '';
                observer.disconnect();
            };
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        });";
    page.driver.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch }));
    page.open("#demo/survival");
    page.wait_for(".answer", "no clear difference");
    let stage = page.driver.script("return stageAtAnswer", json!([]));
    assert!(stage.as_str().is_some_and(|stage| stage.contains("%")), "the others are still to come: {stage}");
    page.wait_until_idle();
    page.go("Correlation");
    page.wait_for(".answer", "TGF-β1 and MCP-1 go in opposite directions");
    page.assert_no_faults();
}

#[test]
fn the_demo_opens_again_after_a_cancel() {
    let page = Page::start();
    let cancel = format!("addEventListener('DOMContentLoaded', () => {{ {CANCEL_AT_ONCE} }});");
    page.driver.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": cancel }));
    page.open("#demo");
    page.wait_for(".notice", "Stopped");
    page.click("#open-demo");
    page.wait_for(".answer", "MSC had lost 3.38 points less than Control");
}

#[test]
fn a_worker_of_another_build_is_sent_away() {
    let page = Page::start();
    let other = "
        const NativeBlob = Blob;
        globalThis.Blob = class extends NativeBlob {
            constructor() { super(['postMessage({ ready: \"of yesterday\" })'], { type: 'text/javascript' }); }
        };";
    page.driver.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": other }));
    page.open("");
    page.wait_for("body", "This page has been updated since it was opened");
}
