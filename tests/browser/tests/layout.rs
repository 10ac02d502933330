//! A phone's width, light and dark, and what axe-core has to say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use second_look_browser_tests::{Page, Theme, workspace};
use serde_json::{Value, json};

const PAGES: [(&str, &str); 16] = [
    ("", "Drop a trial’s files"),
    ("#demo/function", "points less than Control"),
    ("#demo/patients", "56 of 64 people"),
    ("#demo/mmrm", "points higher"),
    ("#demo/lmm", "points a month less"),
    ("#demo/slope", "points a month better"),
    ("#demo/cafs", "win ratio"),
    ("#demo/staging", "King’s stage"),
    ("#demo/biomarkers", "changed differently"),
    ("#demo/correlation", "MCP-1"),
    ("#demo/survival", "no clear difference"),
    ("#demo/cox", "times"),
    ("#demo/competing", "incidence"),
    ("#demo/landmark", "responders"),
    ("#demo/safety", "29 of 33"),
    ("#demo/data", "64 people"),
];

#[test]
fn each_page_fits_a_phone_and_is_accessible() {
    let page = Page::start();
    let axe = std::fs::read_to_string(axe()).unwrap();
    let mut complaints = Vec::new();
    for (hash, heading) in PAGES {
        page.open(hash);
        page.wait_for("h1", heading);
        for theme in [Theme::Light, Theme::Dark] {
            page.set_theme(theme);
            page.set_size(360, 740);
            complaints.extend(overflow(&page, hash, theme));
            page.set_size(1280, 900);
            // Everything that can be folded out is looked at too.
            page.driver.script("for (const part of document.querySelectorAll('details')) part.open = true", json!([]));
            complaints.extend(overflow(&page, hash, theme));
            complaints.extend(violations(&page, &axe, hash, theme));
            page.set_size(360, 740);
            complaints.extend(overflow(&page, hash, theme));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));

    // Both would have seen something.
    page.driver.script(
        "
        const wide = document.createElement('div');
        wide.style.width = '500px';
        wide.append('wide', document.createElement('img'));
        document.querySelector('#content').append(wide);",
        json!([]),
    );
    assert!(overflow(&page, "", Theme::Dark).is_some());
    assert!(violations(&page, &axe, "", Theme::Dark).iter().any(|line| line.contains("image-alt")));
}

/// Whether the page is wider than the window, and what sticks out.
fn overflow(page: &Page, hash: &str, theme: Theme) -> Option<String> {
    const MEASURE: &str = "
        return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return done(null);
            const wide = [...document.querySelectorAll('body *')].filter((element) => {
                const box = element.getBoundingClientRect();
                return box.right > width + 1 && box.width > 0 && !element.closest('.table-scroll');
            });
            const names = wide.slice(0, 6).map((element) => `${element.tagName.toLowerCase()}.${element.className} to ${Math.round(element.getBoundingClientRect().right)}`);
            done(`${document.documentElement.scrollWidth} px in a window of ${width}: ${names.join(', ')}`);
        })));";
    let found = page.driver.script(MEASURE, json!([]));
    found.as_str().map(|words| format!("{hash} {}: {words}", theme.name()))
}

fn violations(page: &Page, axe: &str, hash: &str, theme: Theme) -> Vec<String> {
    // Through the driver, so that the page's policy does not matter and stays as it is.
    const RUN: &str = "
        const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200))));
        return frames().then(() => axe.run(document, { resultTypes: ['violations'] })).then((result) => result.violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, impact, nodes }) => [id, impact, nodes.slice(0, 4).map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''}`)]));";
    page.driver.script(&format!("if (!globalThis.axe) {{ {axe} \n}}"), json!([]));
    let found = page.driver.script(RUN, json!([]));
    let list = found.as_array().unwrap_or_else(|| panic!("axe did not run: {found}"));
    list.iter()
        .map(|violation: &Value| {
            format!("{hash} {}: {} ({}): {}", theme.name(), violation[0], violation[1], violation[2])
        })
        .collect()
}

/// `cargo xtask test` fetches it from npm.
fn axe() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let axe = std::env::var_os("SECOND_LOOK_AXE")
        .map_or_else(|| target.join("tools/axe/node_modules/axe-core/axe.min.js"), PathBuf::from);
    assert!(axe.is_file(), "{} is missing: cargo xtask setup brings it", axe.display());
    axe
}
