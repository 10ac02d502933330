//! The words of a browser test: open, drop files, wait for, look at; and what must not happen.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::site::{Host, Site};

/// How long a test waits for something to appear.
pub const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// One browser with the page served to it. The parts are open to a test that needs more than the words below.
pub struct Page {
    pub driver: Driver,
    pub site: Site,
    pub downloads: PathBuf,
    /// Complaints on the console since `open`: reading the browser's log empties it.
    console: RefCell<Vec<String>>,
}

/// Runs before the page's own code: writes down policy violations and uncaught errors, and keeps hold of the workers.
const WATCH: &str = "
    globalThis.watched = { violations: [], errors: [], workers: [] };
    document.addEventListener('securitypolicyviolation', (event) =>
        watched.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}:${event.lineNumber}`));
    addEventListener('error', (event) => watched.errors.push(event.message ?? `${event.target?.src} did not load`), true);
    addEventListener('unhandledrejection', (event) => watched.errors.push(String(event.reason)));
    const NativeWorker = Worker;
    globalThis.Worker = class extends NativeWorker {
        constructor(...rest) { super(...rest); watched.workers.push(this); }
    };
";

/// A real drag and drop, as far as the page can tell: the events with a DataTransfer that holds files.
const DROP: &str = "
    const [selector, files] = arguments;
    const target = document.querySelector(selector);
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name));
    for (const type of ['dragenter', 'dragover', 'drop'])
        target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
";

impl Page {
    /// Starts a browser; nothing is open yet.
    pub fn start() -> Page {
        Page::start_on(Host::Ordinary)
    }

    pub fn start_on(host: Host) -> Page {
        let site = Site::start(host);
        let driver = Driver::start();
        let downloads = crate::scratch("downloads");
        driver.devtools("Page.enable", json!({}));
        driver.devtools("Network.enable", json!({}));
        driver.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
        driver.devtools("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }));
        Page { driver, site, downloads, console: RefCell::default() }
    }

    /// Opens the page afresh at a hash (`""`, `"#demo"`) and forgets what was logged before.
    pub fn open(&self, hash: &str) {
        self.open_address(&self.site.address(hash));
    }

    pub fn open_address(&self, address: &str) {
        self.driver.call("POST", "/url", &json!({ "url": "about:blank" }));
        self.driver.log("browser");
        self.driver.log("performance");
        self.console.borrow_mut().clear();
        self.site.take_requests();
        self.driver.call("POST", "/url", &json!({ "url": address }));
    }

    /// The text of the first element that the selector finds, as a person sees it.
    pub fn text(&self, selector: &str) -> Option<String> {
        let found =
            self.driver.script("return document.querySelector(arguments[0])?.innerText ?? null", json!([selector]));
        found.as_str().map(str::to_owned)
    }

    /// Waits until an element that the selector finds contains the text, and returns its whole text.
    pub fn wait_for(&self, selector: &str, text: &str) -> String {
        const FIND: &str = "
            for (const element of document.querySelectorAll(arguments[0]))
                if (element.innerText.includes(arguments[1])) return element.innerText;
            return null;";
        self.wait_until(&format!("{selector:?} with {text:?}"), || {
            self.driver.script(FIND, json!([selector, text])).as_str().map(str::to_owned)
        })
    }

    /// Waits until the program runs: it has left the loading state of `index.html`.
    pub fn wait_for_start(&self) {
        self.wait_until("the program", || {
            let runs =
                self.driver.script("return !document.getElementById('boot') && !!document.body.innerText", json!([]));
            (runs == true).then_some(())
        });
    }

    /// Asks again and again until there is an answer; panics with `what` and the page's text when patience ends.
    pub fn wait_until<T>(&self, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            if started.elapsed() > PATIENCE {
                panic!("{what} did not come. The page says:\n{}", self.text("body").unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    pub fn click(&self, selector: &str) {
        let element = self.driver.element(selector);
        self.driver.call("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Types into whatever has the keyboard: text, or WebDriver's keys (`\u{E004}` Tab, `\u{E007}` Enter, `\u{E00C}` Escape).
    pub fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({ "type": "keyDown", "value": key.to_string() }),
                    json!({ "type": "keyUp", "value": key.to_string() }),
                ]
            })
            .collect();
        let keyboard = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.driver.call("POST", "/actions", &keyboard);
    }

    /// Gives files of this machine to a file input.
    pub fn choose_files(&self, selector: &str, paths: &[&Path]) {
        let text: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let element = self.driver.element(selector);
        self.driver.call("POST", &format!("/element/{element}/value"), &json!({ "text": text.join("\n") }));
    }

    /// Drops files, given as names and texts, on an element.
    pub fn drop_files(&self, selector: &str, files: &[(&str, &str)]) {
        let files: Vec<Value> = files.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
        self.driver.script(DROP, json!([selector, files]));
    }

    /// A button of the navigation, by its title.
    pub fn go(&self, title: &str) {
        const PRESS: &str = "
            const button = [...document.querySelectorAll('.nav-item')].find((item) => item.innerText.startsWith(arguments[0]));
            button?.click();
            return !!button;";
        self.wait_until(&format!("the page {title}"), || {
            (self.driver.script(PRESS, json!([title])) == true).then_some(())
        });
        self.wait_for(".nav-item[aria-current=page]", title);
    }

    /// Chooses in a drop-down list, by what it shows or by value.
    pub fn choose(&self, name: &str, choice: &str) {
        const CHOOSE: &str = "
            const [name, choice] = arguments;
            const select = document.querySelector(`select[name=\"${name}\"]`);
            const option = [...(select?.options ?? [])].find((option) => option.label === choice || option.value === choice);
            if (!option) return false;
            select.value = option.value;
            select.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        self.wait_until(&format!("{choice} in {name}"), || {
            (self.driver.script(CHOOSE, json!([name, choice])) == true).then_some(())
        });
    }

    /// What a drop-down list shows.
    pub fn chosen(&self, name: &str) -> String {
        let shown = self.driver.script(
            "return document.querySelector(`select[name=\"${arguments[0]}\"]`)?.selectedOptions[0]?.label ?? ''",
            json!([name]),
        );
        shown.as_str().unwrap_or_default().to_owned()
    }

    /// Presses a radio button or ticks a box, by its label.
    pub fn pick(&self, name: &str, label: &str) {
        const PICK: &str = "
            const [name, label] = arguments;
            const input = [...document.querySelectorAll(`input[name=\"${name}\"]`)]
                .find((input) => input.closest('label').textContent.trim() === label || input.value === label);
            input?.click();
            return !!input;";
        self.wait_until(&format!("{label} in {name}"), || {
            (self.driver.script(PICK, json!([name, label])) == true).then_some(())
        });
    }

    /// Replaces the text of a field and leaves it.
    pub fn enter(&self, name: &str, text: &str) {
        const ENTER: &str = "
            const input = document.querySelector(`input[name=\"${arguments[0]}\"]`);
            if (!input) return false;
            input.value = arguments[1];
            input.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        self.wait_until(&format!("the field {name}"), || {
            (self.driver.script(ENTER, json!([name, text])) == true).then_some(())
        });
    }

    /// The cells of the table under a heading that starts so, as a person sees them; the table's head comes first.
    pub fn table(&self, title: &str) -> Vec<Vec<String>> {
        const READ: &str = "
            const block = [...document.querySelectorAll('.table-block')]
                .find((block) => block.querySelector('h2').innerText.startsWith(arguments[0]));
            return block && [...block.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.innerText.trim()));";
        let rows = self.wait_until(&format!("the table {title:?}"), || {
            let rows = self.driver.script(READ, json!([title]));
            rows.as_array().cloned()
        });
        let texts = |row: &Value| {
            let cells = row.as_array().map(Vec::as_slice).unwrap_or_default();
            cells.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        rows.iter().map(texts).collect()
    }

    /// Waits until nothing is being worked out.
    pub fn wait_until_idle(&self) {
        self.wait_until("the end of the work", || {
            let is_idle = "return !document.getElementById('cancel') && !!document.querySelector('#content')";
            (self.driver.script(is_idle, json!([])) == true).then_some(())
        });
    }

    /// Presses a button that saves, and returns the saved file's text.
    pub fn save(&self, button: &str, file_name: &str) -> String {
        // Findings are saved when all are there.
        if button.starts_with("#save-findings") {
            self.wait_until_idle();
        }
        let path = self.downloads.join(file_name);
        let _ = std::fs::remove_file(&path);
        self.click(button);
        let path = self.downloaded(file_name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Waits for a download and returns its path. The browser reserves the name with an empty file before it moves the
    /// whole one there.
    pub fn downloaded(&self, name: &str) -> PathBuf {
        let path = self.downloads.join(name);
        self.wait_until(name, || path.metadata().is_ok_and(|file| file.len() > 0).then_some(()));
        path
    }

    pub fn set_width(&self, width: u32) {
        self.set_size(width, 900);
    }

    pub fn set_size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.driver.devtools("Emulation.setDeviceMetricsOverride", metrics);
    }

    pub fn set_theme(&self, theme: Theme) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme.name() }] });
        self.driver.devtools("Emulation.setEmulatedMedia", features);
    }

    /// A picture of the whole page as `<name>-<width>-<theme>.png`, in `SECOND_LOOK_SCREENSHOTS` or the target folder's
    /// `screenshots`.
    pub fn screenshot(&self, name: &str, width: u32, theme: Theme) -> PathBuf {
        self.set_width(width);
        self.set_theme(theme);
        // Let the page lay itself out, and draw, at the new size.
        self.driver.script(
            "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 150))))",
            json!([]),
        );
        self.picture(&format!("{name}-{width}-{}.png", theme.name()))
    }

    fn picture(&self, file_name: &str) -> PathBuf {
        let folder = std::env::var_os("SECOND_LOOK_SCREENSHOTS")
            .map_or_else(|| crate::target().join("screenshots"), PathBuf::from);
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let picture =
            self.driver.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true, "format": "png" }));
        let path = folder.join(file_name);
        let bytes = BASE64_STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("base64");
        std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }

    /// What the page has asked of any network since the last look or `open`, `data:` and `blob:` left out; and what
    /// reached the host, which also hears the workers.
    pub fn take_requests(&self) -> Vec<String> {
        let of_page = self.driver.log("performance").into_iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            if message["method"] != "Network.requestWillBeSent" {
                return None;
            }
            let url = message["params"]["request"]["url"].as_str()?;
            (!url.starts_with("data:") && !url.starts_with("blob:") && !url.starts_with("about:"))
                .then(|| url.to_owned())
        });
        let mut requests: Vec<String> = of_page.collect();
        requests.extend(self.site.take_requests());
        requests
    }

    /// Waits until nothing has been asked for during a second, and forgets what was.
    pub fn settle(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.wait_until("a quiet network", || {
            std::thread::sleep(Duration::from_secs(1));
            let now = self.take_requests();
            all.extend(now.iter().cloned());
            now.is_empty().then_some(())
        });
        all
    }

    /// Violations of the Content-Security-Policy since `open`, from the page's events and the browser's log.
    pub fn violations(&self) -> Vec<String> {
        self.faults()
            .into_iter()
            .filter(|line| line.contains("Content Security Policy") || line.starts_with("policy: "))
            .collect()
    }

    /// Everything that went wrong since `open`: errors on the console, uncaught errors, violations of the policy.
    pub fn faults(&self) -> Vec<String> {
        for entry in self.driver.log("browser") {
            if let ("SEVERE" | "WARNING", Some(message)) =
                (entry["level"].as_str().unwrap_or(""), entry["message"].as_str())
            {
                self.console.borrow_mut().push(message.to_owned());
            }
        }
        let mut faults = self.console.borrow().clone();
        let watched = self.driver.script("return globalThis.watched", json!([]));
        for (kind, list) in [("policy", &watched["violations"]), ("uncaught", &watched["errors"])] {
            faults.extend(
                list.as_array().into_iter().flatten().filter_map(|line| Some(format!("{kind}: {}", line.as_str()?))),
            );
        }
        faults
    }

    /// Panics unless nothing went wrong since `open`.
    pub fn assert_no_faults(&self) {
        let faults = self.faults();
        assert!(faults.is_empty(), "the browser complains:\n{}", faults.join("\n"));
    }

    /// Sends the page's newest worker something that it cannot understand, so that it dies of it.
    pub fn kill_worker(&self) {
        self.driver.script("watched.workers.at(-1).postMessage('nonsense')", json!([]));
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
            let shown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                eprintln!("what the browser says:\n{}", self.faults().join("\n"));
                eprintln!("the host was asked last for:\n{}", self.site.take_requests().join("\n"));
                eprintln!("picture: {}", self.picture(&format!("failed-{name}.png")).display());
            }));
            if shown.is_err() {
                eprintln!("the browser no longer answers");
            }
        }
        let _ = std::fs::remove_dir_all(&self.downloads);
    }
}
