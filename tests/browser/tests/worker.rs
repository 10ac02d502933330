//! The worker of the stand-in page: answers, dies of nonsense and of a panic, and is never of another build.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::Page;
use serde_json::json;

#[test]
fn answers_and_is_missed_when_it_dies() {
    let page = Page::start();
    page.open("");
    page.wait_for("#worker-state", "ready");
    // Posted before the worker was ready, with a buffer of 1, 2, 3; answered twice.
    page.wait_for("#worker-answer", "working pong 6");
    page.assert_no_faults();

    page.kill_worker();
    page.wait_for("#worker-state", "died: the page sent something that is not in the protocol");
    page.assert_no_faults();

    page.open("");
    page.wait_for("#worker-state", "ready");
    page.click("#worker-panic");
    let state = page.wait_for("#worker-state", "died");
    assert!(state.contains("as asked") && state.contains("src/ui/mod.rs"), "{state}");

    page.open("");
    page.wait_for("#worker-state", "ready");
    page.click("#page-panic");
    page.wait_for("#stopped", "as asked");
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
    page.wait_for("#worker-state", "wrong build: ");
}
