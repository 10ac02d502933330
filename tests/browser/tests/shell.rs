//! The shell that the program runs in: it starts on any static host, keeps the policy, and tells when it cannot.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::site::Host;
use second_look_browser_tests::{Page, Site, Theme};
use serde_json::json;

#[test]
fn starts_in_a_subfolder_and_keeps_quiet() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    let asked = page.settle();
    let origin = page.site.origin();
    assert!(asked.iter().all(|what| what.starts_with(origin) || what.starts_with("GET /review/")), "{asked:?}");
    page.assert_no_faults();

    a_worker_of_the_page_obeys_the_policy(&page);
}

/// The page's policy stands in its HTML, and only a worker from a blob inherits that. So: a worker from an address must not
/// start, and a worker from a blob must not reach another server.
fn a_worker_of_the_page_obeys_the_policy(page: &Page) {
    let elsewhere = Site::start(Host::Ordinary);
    let reach = "
        const source = `fetch(${JSON.stringify(arguments[0])}, { mode: 'no-cors' })
            .then(() => postMessage('sent'), () => postMessage('refused'))`;
        const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' });
        return new Promise((done) => { worker.onmessage = (event) => done(event.data); });";
    let answer = page.driver.script(reach, json!([format!("{}/review/?stolen", elsewhere.origin())]));
    assert_eq!(answer, "refused");
    assert_eq!(elsewhere.take_requests(), Vec::<String>::new());

    let own_host = page.site.address("index.html?stolen");
    assert_eq!(page.driver.script(reach, json!([own_host])), "refused", "its own host, from a worker");
    let from_the_page = "return fetch(arguments[0]).then(() => 'sent', () => 'refused');";
    assert_eq!(page.driver.script(from_the_page, json!([own_host])), "refused", "its own host, from the page");
    let by_a_picture = "
        const picture = new Image();
        picture.src = arguments[0];
        return new Promise((done) => { picture.onload = () => done('sent'); picture.onerror = () => done('refused'); });";
    assert_eq!(page.driver.script(by_a_picture, json!([own_host])), "refused");
    assert_eq!(page.site.take_requests(), Vec::<String>::new());

    let load = "
        return new Promise((done) => {
            try {
                const worker = new Worker(document.querySelector('script[type=module]').src, { type: 'module' });
                worker.onmessage = () => done('started');
                worker.onerror = () => done('refused');
            } catch (error) { done('refused'); }
        });";
    assert_eq!(page.driver.script(load, json!([])), "refused");
    assert!(!page.violations().is_empty(), "the browser reports both");
}

#[test]
fn starts_on_a_host_that_does_not_know_wasm() {
    let page = Page::start_on(Host::IgnorantOfWasm);
    page.open("");
    page.wait_for_start();
    page.assert_no_faults();
}

#[test]
fn says_what_is_missing_when_it_cannot_start() {
    let page = Page::start_on(Host::WithoutWasm);
    page.open("");
    let message = page.wait_for("#boot-message", "did not arrive");
    assert!(message.starts_with("A part of the page"), "{message}");
    page.wait_for("#boot-detail", "404");
    page.screenshot("cannot-start", 400, Theme::Dark);

    let no_wasm = json!({ "source": "delete globalThis.WebAssembly;" });
    page.driver.devtools("Page.addScriptToEvaluateOnNewDocument", no_wasm);
    page.open("");
    page.wait_for("#boot-message", "WebAssembly is missing");
    page.screenshot("no-webassembly", 1280, Theme::Light);
}
