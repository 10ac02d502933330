//! The worker is replaced when it dies, and never of another build.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::Page;
use serde_json::json;

#[test]
fn a_worker_that_dies_is_replaced() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    let count_workers = || page.driver.script("return watched.workers.length", json!([]));
    page.wait_until("a worker", || (count_workers() == 1).then_some(()));
    page.kill_worker();
    page.wait_until("another worker", || (count_workers() == 2).then_some(()));
    page.assert_no_faults();
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
