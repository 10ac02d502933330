//! The rules of ARCHITECTURE.md that a machine can hold the project to: which layer names which, what lies where, how
//! long a file may be, what a new routine or page must bring along. Each checker is also shown a breach.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

#[path = "architecture/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use source::{cut_tests, named_from_root, outside_crates, scrub};

/// A part of `src/`, what it may name in the program, and which outside crates.
struct Layer {
    name: &'static str,
    may_name: &'static [&'static str],
    crates: &'static [&'static str],
}

/// From top to bottom. Each may only name layers below it, and of these only the listed ones. The reasons stand in
/// ARCHITECTURE.md, under "Layers".
const LAYERS: [Layer; 11] = [
    Layer {
        name: "ui",
        may_name: &["browser", "engine", "export", "chart", "report", "analysis", "import", "trial", "order"],
        crates: &["leptos"],
    },
    Layer {
        name: "browser",
        may_name: &["chart", "report"],
        crates: &[
            "console_error_panic_hook",
            "js_sys",
            "plotters_canvas",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "web_sys",
        ],
    },
    Layer { name: "engine", may_name: &["report", "analysis", "import", "trial"], crates: &["postcard", "serde"] },
    Layer {
        name: "export",
        may_name: &["chart", "report", "analysis", "import", "trial"],
        crates: &["csv", "serde", "serde_json"],
    },
    Layer { name: "chart", may_name: &["report", "order"], crates: &["plotters_backend", "plotters_svg"] },
    Layer { name: "report", may_name: &["analysis", "import", "trial", "order"], crates: &["serde"] },
    Layer { name: "analysis", may_name: &["import", "trial", "stats", "order"], crates: &["serde"] },
    Layer { name: "import", may_name: &["trial", "order"], crates: &["serde", "sha2", "encoding_rs"] },
    Layer { name: "trial", may_name: &[], crates: &["serde"] },
    Layer { name: "stats", may_name: &["order"], crates: &["libm"] },
    Layer { name: "order", may_name: &[], crates: &[] },
];

/// The files of `src/` that belong to no layer, and what they may name of them. Any layer may sort by `order`.
const ROOTS: [Layer; 4] = [
    Layer { name: "order.rs", may_name: &[], crates: &[] },
    Layer { name: "lib.rs", may_name: &[], crates: &[] },
    Layer { name: "main.rs", may_name: &["browser", "ui"], crates: &[] },
    Layer { name: "bin/second-look.rs", may_name: &["analysis", "engine", "export", "import", "report"], crates: &[] },
];

const MOST_LINES_OF_LOGIC: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "helpers", "common", "misc", "types", "manager"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a folder, relative to it, with `/` between the parts, in order.
fn files_below(folder: &str) -> Vec<String> {
    fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
            if path.is_dir() {
                walk(&path, &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), "", &mut found);
    found
}

fn rust_files() -> Vec<String> {
    files_below("src").into_iter().filter(|file| file.ends_with(".rs")).collect()
}

/// The crates that Cargo.toml brings into the program, as they are named in code, and `statrs` and `plotters`, which
/// must not come back by another way.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = ["statrs", "plotters"].map(str::to_owned).into();
    let mut is_inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            // Those of one target among them; not those of tests.
            is_inside = section == "dependencies]" || section.ends_with(".dependencies]");
            if let Some(name) = section.strip_prefix("dependencies.") {
                found.insert(name.trim_end_matches(']').replace('-', "_"));
            }
        } else if is_inside && let Some((name, _)) = line.split_once('=') {
            found.insert(name.trim().replace('-', "_"));
        }
    }
    found
}

/// The row of the tables that governs a file of `src/`; none is a fault.
fn governing(file: &str) -> Option<&'static Layer> {
    ROOTS.iter().find(|root| root.name == file).or_else(|| {
        let top = file.split('/').next()?.trim_end_matches(".rs");
        LAYERS.iter().find(|layer| layer.name == top)
    })
}

/// What one file of `src/` names that its layer may not.
fn import_faults(file: &str, text: &str, known_crates: &BTreeSet<String>) -> Vec<String> {
    let Some(layer) = governing(file) else {
        return vec![format!("{file} belongs to no layer: add it to the table in tests/architecture.rs")];
    };
    let code = scrub(text);
    let modules: BTreeSet<&str> = LAYERS.iter().map(|layer| layer.name).collect();
    let mut faults = Vec::new();
    for name in named_from_root(&code, file) {
        let is_own = name == layer.name || !modules.contains(name.as_str());
        if !is_own && !layer.may_name.contains(&name.as_str()) {
            faults.push(format!("{file} names the layer {name}"));
        }
    }
    for name in outside_crates(&code, known_crates) {
        if !layer.crates.contains(&name.as_str()) {
            faults.push(format!("{file} names the crate {name}"));
        }
    }
    faults
}

fn lines_of_logic(text: &str) -> usize {
    cut_tests(&scrub(text)).lines().filter(|line| !line.trim().is_empty()).count()
}

fn has_empty_name(path: &str) -> bool {
    path.split('/').any(|part| EMPTY_NAMES.contains(&part.split('.').next().unwrap_or_default()))
}

/// `src/stats/<family>/<name>.rs`: the names.
fn routines() -> Vec<String> {
    files_below("src/stats")
        .iter()
        .filter_map(|file| file.split_once('/'))
        .map(|(_, name)| name.trim_end_matches(".rs").to_owned())
        // A folder inside a family holds parts that several of its routines share.
        .filter(|name| name != "mod" && !name.contains('/'))
        .collect()
}

/// What a routine lacks, given the files below its golden folder and whether it has a method page.
fn routine_faults(name: &str, golden: &[String], has_page: bool, tests: &str) -> Vec<String> {
    let is_script = |file: &String| file.ends_with(".R") || file.ends_with(".py");
    let is_input = |file: &String| file != "README.md" && file != "expected.json" && !is_script(file);
    let mut faults = Vec::new();
    let mut need = |is_there: bool, what: String| {
        if !is_there {
            faults.push(format!("{name}: {what} is missing"));
        }
    };
    need(golden.iter().any(|file| file == "README.md"), format!("tests/golden/{name}/README.md"));
    need(golden.iter().any(|file| file == "expected.json"), format!("tests/golden/{name}/expected.json"));
    need(golden.iter().any(is_script), format!("a script (.R or .py) in tests/golden/{name}"));
    need(golden.iter().any(is_input), format!("an input in tests/golden/{name}"));
    need(has_page, format!("docs/methods/{name}.md"));
    need(
        tests.contains(&format!("golden!(\"{name}\")")),
        format!("a test in tests/goldens that reads golden!({name:?})"),
    );
    faults
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

// ---------------------------------------------------------------- the rules

#[test]
fn layers_name_only_what_lies_below_them() {
    let known = dependencies(&read("Cargo.toml"));
    let faults: Vec<String> =
        rust_files().iter().flat_map(|file| import_faults(file, &read(format!("src/{file}")), &known)).collect();
    report(&faults);
}

#[test]
fn the_table_itself_points_down() {
    for (place, layer) in LAYERS.iter().enumerate() {
        for name in layer.may_name {
            let below = LAYERS.iter().position(|other| other.name == *name);
            assert!(below > Some(place), "{} may name {name}, which does not lie below it", layer.name);
        }
    }
}

#[test]
fn every_layer_and_every_crate_of_the_table_exists() {
    let known = dependencies(&read("Cargo.toml"));
    for layer in &LAYERS {
        let places = [format!("src/{}/mod.rs", layer.name), format!("src/{}.rs", layer.name)];
        assert!(places.iter().any(|place| root().join(place).is_file()), "neither of {places:?}");
        for name in layer.crates {
            assert!(known.contains(*name), "{name} is in the table and not in Cargo.toml");
        }
    }
    let named: BTreeSet<&str> = LAYERS.iter().flat_map(|layer| layer.crates.iter().copied()).collect();
    let forbidden = ["statrs", "plotters"];
    for name in known.iter().filter(|name| !forbidden.contains(&name.as_str())) {
        assert!(named.contains(name.as_str()), "{name} is in Cargo.toml and no layer may name it");
    }
}

#[test]
fn no_file_holds_more_than_six_hundred_lines_of_logic() {
    let mut files: Vec<String> = rust_files().into_iter().map(|file| format!("src/{file}")).collect();
    files.extend(files_below("xtask/src").into_iter().map(|file| format!("xtask/src/{file}")));
    let too_long: Vec<String> = files
        .iter()
        .map(|file| (file, lines_of_logic(&read(file))))
        .filter(|(_, lines)| *lines > MOST_LINES_OF_LOGIC)
        .map(|(file, lines)| format!("{file} holds {lines} lines of logic, at most {MOST_LINES_OF_LOGIC}"))
        .collect();
    report(&too_long);
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    for folder in ["src", "xtask/src", "tests", "style", "public", "docs"] {
        let named: Vec<String> = files_below(folder).into_iter().filter(|file| has_empty_name(file)).collect();
        report(&named);
    }
}

#[test]
fn every_routine_has_its_golden_folder_and_its_method_page() {
    let tests: String = files_below("tests/goldens").iter().map(|file| read(format!("tests/goldens/{file}"))).collect();
    let names = routines();
    assert!(names.len() >= 13, "{names:?}");
    let faults: Vec<String> = names
        .iter()
        .flat_map(|name| {
            let folder = format!("tests/golden/{name}");
            let golden = if root().join(&folder).is_dir() { files_below(&folder) } else { Vec::new() };
            routine_faults(name, &golden, root().join(format!("docs/methods/{name}.md")).is_file(), &tests)
        })
        .collect();
    report(&faults);
}

#[test]
fn every_golden_folder_and_method_page_has_its_routine() {
    let names: BTreeSet<String> = routines().into_iter().collect();
    let folders: BTreeSet<String> = files_below("tests/golden")
        .iter()
        .filter_map(|file| file.split_once('/').map(|(folder, _)| folder.to_owned()))
        .collect();
    let pages: BTreeSet<String> =
        files_below("docs/methods").iter().map(|file| file.trim_end_matches(".md").to_owned()).collect();
    assert_eq!(folders, names);
    assert_eq!(pages, names);
}

#[test]
fn every_page_of_the_route_table_has_its_file() {
    let keys = string_arms(&read("src/ui/route.rs"), "fn key");
    assert!(keys.len() >= 4, "{keys:?}");
    for key in &keys {
        assert!(root().join(format!("src/ui/pages/{key}.rs")).is_file(), "src/ui/pages/{key}.rs is missing");
    }
    // The start is what is shown where no page is; it has no address.
    for file in files_below("src/ui/pages").iter().filter(|file| *file != "mod.rs" && *file != "start.rs") {
        let key = file.trim_end_matches(".rs");
        assert!(keys.iter().any(|known| known == key), "src/ui/pages/{file} is not in the route table");
    }
}

#[test]
fn every_analysis_has_its_three_files() {
    let plan = scrub(&read("src/analysis/plan.rs"));
    let body = plan.split_once("pub enum AnalysisPlan {").and_then(|(_, rest)| rest.split_once('}')).unwrap().0;
    let variants: Vec<String> =
        body.lines().filter_map(|line| line.trim().split_once('(')).map(|(name, _)| name.to_lowercase()).collect();
    assert!(variants.len() >= 3, "{variants:?}");
    for name in variants {
        let places = [
            [format!("src/analysis/{name}.rs"), format!("src/analysis/{name}/mod.rs")],
            [format!("src/report/{name}.rs"), format!("src/report/{name}/mod.rs")],
            [format!("src/ui/forms/{name}.rs"), format!("src/ui/forms/{name}/mod.rs")],
        ];
        for place in places {
            assert!(place.iter().any(|path| root().join(path).is_file()), "neither of {place:?}");
        }
    }
}

/// The browser's ways out, by the names of web-sys's features. A feature that is not switched on cannot be called.
const WAYS_OUT: [&str; 22] = [
    "BroadcastChannel",
    "Cache",
    "CacheStorage",
    "CookieStore",
    "EventSource",
    "FileSystemDirectoryHandle",
    "Headers",
    "HtmlDocument",
    "HtmlFormElement",
    "HtmlIFrameElement",
    "IdbDatabase",
    "IdbFactory",
    "Notification",
    "Request",
    "RequestInit",
    "Response",
    "RtcPeerConnection",
    "ServiceWorkerContainer",
    "Storage",
    "WebSocket",
    "WebTransport",
    "XmlHttpRequest",
];

fn ways_out(manifest: &str) -> Vec<&'static str> {
    WAYS_OUT.into_iter().filter(|name| manifest.contains(&format!("\"{name}\""))).collect()
}

#[test]
fn the_program_is_built_without_the_browsers_ways_out() {
    assert_eq!(ways_out(&read("Cargo.toml")), Vec::<&str>::new());
    // Raw JavaScript would be another way: one script, which asks for the program itself and nothing else.
    let scripts: Vec<String> = files_below("src").into_iter().filter(|file| file.ends_with(".js")).collect();
    assert_eq!(scripts, ["browser/start.js"]);
    let script = read("src/browser/start.js");
    let asked: Vec<&str> = script.lines().filter(|line| line.contains("fetch(")).map(str::trim).collect();
    assert_eq!(
        asked,
        [
            "const response = await fetch(jsUrl, { cache: \"force-cache\" });",
            "const response = await fetch(url, { mode: \"cors\", credentials: \"same-origin\" });",
        ]
    );
    for file in rust_files() {
        let code = scrub(&read(format!("src/{file}")));
        for word in ["inline_js", "js_namespace", "eval(", "send_beacon", "Function::new"] {
            assert!(!code.contains(word), "src/{file} holds {word}");
        }
    }
}

#[test]
fn the_page_keeps_its_policy() {
    let page = read("index.html");
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self'; \
                  img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'";
    assert!(page.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")));
    // Once everything has arrived, even the page's own host is out of reach.
    let closed = "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src blob:; img-src data: blob:";
    assert!(read("src/browser/start.js").contains(&format!("policy.content = \"{closed}\";")));
    for (file, text) in files_below("style").iter().map(|file| (file, read(format!("style/{file}")))) {
        assert!(!text.contains("://") && !text.contains("@import"), "style/{file} names another address");
    }
    let without_svg_namespace = page.replace("http://www.w3.org", "");
    assert!(!without_svg_namespace.contains("://"), "index.html names another address");
}

/// The string literals of the match arms in the function whose head begins so.
fn string_arms(text: &str, head: &str) -> Vec<String> {
    let body = text.split_once(head).map_or("", |(_, rest)| rest);
    let body = body.split_once("\n    }\n").map_or(body, |(body, _)| body);
    body.lines()
        .filter_map(|line| line.split_once("=> \""))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(key, _)| key.to_owned())
        .collect()
}

// ---------------------------------------------------------------- each checker is shown a breach

fn faults_of(file: &str, text: &str) -> Vec<String> {
    import_faults(file, text, &dependencies(&read("Cargo.toml")))
}

#[test]
fn an_import_upwards_is_seen_however_it_is_written() {
    for text in [
        "use crate::ui::frame;",
        "use crate::{ui, trial::Trial};",
        "use crate::{trial::{Arm, Trial}, ui::frame};",
        "fn f() { crate::ui::mount(); }",
        "use super::super::ui;",
        "use crate :: ui;",
        "use crate::trial; #[cfg(test)] mod tests { use crate::ui; }",
    ] {
        assert_eq!(faults_of("report/page.rs", text), ["report/page.rs names the layer ui"], "{text}");
    }
    assert_eq!(faults_of("main.rs", "use second_look::stats;"), ["main.rs names the layer stats"]);
}

#[test]
fn an_outside_crate_is_seen_however_it_is_written() {
    for text in ["use web_sys::Window;", "fn f() { web_sys::window(); }", "use ::web_sys;", "extern crate web_sys;"] {
        assert_eq!(faults_of("ui/frame.rs", text), ["ui/frame.rs names the crate web_sys"], "{text}");
    }
    assert_eq!(faults_of("stats/real.rs", "use serde::Serialize;"), ["stats/real.rs names the crate serde"]);
    assert_eq!(faults_of("stats/real.rs", "use statrs::function;"), ["stats/real.rs names the crate statrs"]);
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = r####"
        //! crate::ui, web_sys::window()
        /* use crate::ui; /* nested: use crate::ui; */ still */
        /// use crate::ui;
        const A: &str = "use crate::ui; // \" use web_sys::x;";
        const B: &str = r#"crate::ui " web_sys::x"#;
        const C: char = '"'; const D: &[u8] = b"crate::ui"; const E: char = '\''; // crate::ui
        fn f<'a>(x: &'a str) -> &'a str { x }
    "####;
    assert_eq!(faults_of("trial/mod.rs", text), Vec::<String>::new());
}

#[test]
fn own_modules_and_lower_layers_are_fine() {
    let text =
        "use crate::trial::Trial; use super::change; use crate::BUILD; mod csv; use self::csv::x; use super::csv;";
    assert_eq!(faults_of("analysis/plan.rs", text), Vec::<String>::new());
}

#[test]
fn a_new_module_fails_until_it_is_listed() {
    assert_eq!(faults_of("cloud/mod.rs", "").len(), 1);
    assert_eq!(faults_of("cloud.rs", "").len(), 1);
    assert_eq!(faults_of("bin/other.rs", "").len(), 1);
}

#[test]
fn docs_and_tests_are_not_logic() {
    let text = "//! Doc\n\nfn f() {\n    // why\n    g();\n}\n\n#[cfg(test)]\nmod tests {\n    fn t() { assert!(\"}\" != \"{\"); }\n}\nfn h() {}\n";
    assert_eq!(lines_of_logic(text), 4);
    let long: String = (0..=MOST_LINES_OF_LOGIC).map(|line| format!("const A{line}: u8 = 0;\n")).collect();
    assert!(lines_of_logic(&long) > MOST_LINES_OF_LOGIC);
}

#[test]
fn names_that_say_nothing_are_seen() {
    assert!(has_empty_name("stats/utils.rs") && has_empty_name("common/mod.rs") && has_empty_name("ui/types.rs"));
    assert!(!has_empty_name("ui/commons.rs") && !has_empty_name("stats/linear/mod.rs"));
}

#[test]
fn a_routine_without_its_papers_is_seen() {
    let all = ["README.md", "expected.json", "make.R", "x.csv"].map(str::to_owned);
    assert_eq!(routine_faults("cox", &all, true, "golden!(\"cox\")"), Vec::<String>::new());
    assert_eq!(routine_faults("cox", &all, false, "golden!(\"cox\")").len(), 1);
    assert_eq!(routine_faults("cox", &all, true, "golden!(\"log_rank\")").len(), 1);
    assert_eq!(routine_faults("cox", &[], false, "").len(), 6);
    for missing in 0..all.len() {
        let rest: Vec<String> =
            all.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, f)| f.clone()).collect();
        assert_eq!(routine_faults("cox", &rest, true, "golden!(\"cox\")").len(), 1, "without {}", all[missing]);
    }
}

#[test]
fn a_way_out_is_seen() {
    assert_eq!(ways_out("features = [\"Blob\", \"WebSocket\"]"), ["WebSocket"]);
}

#[test]
fn the_route_table_is_read() {
    let text = "fn key(self) {\n        match self {\n            A => \"data\",\n            B => \"news\",\n        }\n    }\n fn title() { A => \"Data\" }";
    assert_eq!(string_arms(text, "fn key"), ["data", "news"]);
}

#[test]
fn the_manifest_is_read() {
    let known = dependencies(
        "[dependencies]\na-b = \"1\"\n[dependencies.web-sys]\nversion = \"1\"\n[dev-dependencies]\nc = \"1\"",
    );
    let expected: BTreeMap<&str, ()> = ["a_b", "plotters", "statrs", "web_sys"].map(|name| (name, ())).into();
    assert_eq!(known.iter().map(String::as_str).collect::<Vec<_>>(), expected.into_keys().collect::<Vec<_>>());
}
