//! Everything can be reached and worked with the keyboard alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use second_look_browser_tests::Page;
use serde_json::json;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const SPACE: &str = "\u{E00D}";
const DOWN: &str = "\u{E015}";
const RIGHT: &str = "\u{E014}";

/// What has the keyboard: id, name, class and text, and whether its place is shown.
fn focused(page: &Page) -> String {
    const LOOK: &str = "
        const at = document.activeElement;
        if (!at || at === document.body) return '';
        const words = [at.tagName.toLowerCase(), at.id && '#' + at.id, at.name && `name=${at.name}`, at.value && `value=${at.value}`, at.className];
        return words.filter(Boolean).join(' ') + ' | ' + (at.innerText || at.closest('label')?.innerText || '').trim().split('\\n')[0];";
    page.driver.script(LOOK, json!([])).as_str().unwrap().to_owned()
}

/// Presses Tab until something is reached; says what was passed when it is not.
fn tab_to(page: &Page, wanted: &str) {
    let mut passed = Vec::new();
    for _ in 0..80 {
        page.press(TAB);
        let now = focused(page);
        if now.contains(wanted) {
            assert!(shows_focus(page), "{now} does not show that it has the keyboard");
            return;
        }
        passed.push(now);
    }
    panic!("Tab does not reach {wanted}; it passed:\n{}", passed.join("\n"));
}

/// The outline (or shadow) of what has the keyboard, or of the label that stands for it.
fn shows_focus(page: &Page) -> bool {
    const LOOK: &str = "
        const at = document.activeElement;
        const shows = (element) => {
            if (!element) return false;
            const style = getComputedStyle(element);
            const box = element.getBoundingClientRect();
            const isVisible = box.width > 2 && box.height > 2;
            return isVisible && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
        };
        return shows(at) || shows(at.nextElementSibling) || shows(at.closest('label'));";
    page.driver.script(LOOK, json!([])) == true
}

#[test]
fn the_keyboard_alone_is_enough() {
    let page = Page::start();
    page.open("");
    page.wait_for_start();
    tab_to(&page, "#files");
    tab_to(&page, "#open-demo");
    page.press(ENTER);
    page.wait_for(".answer", "At month 6 MSC had lost 3.38 points");

    // What was pressed is gone; the next Tab starts at the top.
    tab_to(&page, "#other-files");
    tab_to(&page, "nav-item | Biomarkers");
    page.press(ENTER);
    page.wait_for(".nav-item[aria-current=page]", "Biomarkers");
    tab_to(&page, "nav-item | Function");
    page.press(SPACE);
    page.wait_for(".nav-item[aria-current=page]", "Function");

    // A wide table is scrolled by keys, so it is a stop of its own.
    tab_to(&page, "table-scroll");
    tab_to(&page, "name=outcome");
    page.press(DOWN);
    page.wait_for(".answer", "FVC");
    assert_eq!(page.chosen("outcome"), "FVC %");
    assert!(focused(&page).contains("name=outcome"), "the list keeps the keyboard: {}", focused(&page));
    // FVC is there at month 4 alone, so there is nothing to choose between; the visits are folded away, then the test.
    tab_to(&page, "summary");
    page.press(ENTER);
    tab_to(&page, "name=targets");
    tab_to(&page, "name=method");
    page.press(RIGHT);
    page.wait_for(".table-block h2", "Change from baseline, Welch");
    assert!(focused(&page).contains("value=change.welch"), "the buttons keep the keyboard: {}", focused(&page));
    tab_to(&page, "name=subject-lines");
    page.press(SPACE);
    tab_to(&page, "name=confidence-level");
    page.press("90"); // Tab selects what was there
    page.press(TAB);
    page.wait_for(".answer", "(90% CI");

    page.driver.script("document.activeElement.blur()", json!([]));
    tab_to(&page, "nav-item | Data");
    page.press(ENTER);
    tab_to(&page, "#save-plan");
    page.press(ENTER);
    page.downloaded("plan.json");
    page.assert_no_faults();
}
