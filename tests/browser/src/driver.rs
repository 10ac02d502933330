//! WebDriver, as far as these tests need it: one chromedriver, one Chromium, JSON over HTTP.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A session with a Chromium of its own. Ended when dropped, also when a test panics.
pub struct Driver {
    chromedriver: Child,
    agent: ureq::Agent,
    session: String,
    profile: PathBuf,
}

/// The key under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Driver {
    pub fn start() -> Driver {
        let program = find_chromedriver();
        let (chromedriver, port) = start_chromedriver(&program);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        let profile = crate::scratch("profile");
        let mut driver = Driver { chromedriver, agent, session: format!("http://127.0.0.1:{port}/session"), profile };
        let capabilities = capabilities(&driver.profile);
        let created = driver.call("POST", "", &capabilities);
        let id = created["sessionId"].as_str().expect("a session id").to_owned();
        driver.session = format!("{}/{id}", driver.session);
        driver
    }

    /// One WebDriver command; panics with the driver's words when it fails.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|message| panic!("{method} {path}: {message}"))
    }

    pub fn try_call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("{}{path}", self.session);
        let answer = match method {
            "POST" => self.agent.post(&url).header("Content-Type", "application/json").send(body.to_string()),
            "DELETE" => self.agent.delete(&url).call(),
            _ => self.agent.get(&url).call(),
        };
        let text = answer
            .and_then(|mut answer| answer.body_mut().with_config().limit(1 << 28).read_to_string())
            .map_err(|error| error.to_string())?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        let value = answer["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"].as_str().unwrap_or_default())),
            None => Ok(value),
        }
    }

    /// A command of the Chrome DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.call("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Runs the body of a function in the page: `arguments[0]` and so on, `return`, and promises are waited for.
    pub fn script(&self, body: &str, arguments: Value) -> Value {
        self.call("POST", "/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// Everything that came into a log (`browser`, `performance`) since it was last read.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let mut entries = self.call("POST", "/se/log", &json!({ "type": kind }));
        entries.as_array_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The id of the first element that a CSS selector finds.
    pub fn element(&self, selector: &str) -> String {
        let found = self.call("POST", "/element", &json!({ "using": "css selector", "value": selector }));
        found[ELEMENT].as_str().expect("an element").to_owned()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The session's end closes Chromium; then the driver goes, whether or not it answered.
        let _ = self.try_call("DELETE", "", &Value::Null);
        let _ = self.chromedriver.kill();
        let _ = self.chromedriver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn capabilities(profile: &std::path::Path) -> Value {
    let mut options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic", "--hide-scrollbars",
            "--force-color-profile=srgb", "--lang=en-US", "--window-size=1280,900",
            format!("--user-data-dir={}", profile.display()),
        ],
    });
    if let Some(chromium) = find_chromium() {
        options["binary"] = json!(chromium);
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
    } } })
}

fn find_chromedriver() -> PathBuf {
    let named = std::env::var_os("CHROMEDRIVER").map(PathBuf::from);
    let runner = std::env::var_os("CHROMEWEBDRIVER").map(|folder| PathBuf::from(folder).join("chromedriver"));
    named.or(runner).or_else(|| on_path("chromedriver")).expect("chromedriver is on PATH (Debian: chromium-driver)")
}

/// `None` where the driver finds its Chrome by itself.
fn find_chromium() -> Option<PathBuf> {
    std::env::var_os("CHROME")
        .map(PathBuf::from)
        .or_else(|| if std::env::var_os("CHROMEWEBDRIVER").is_some() { None } else { on_path("chromium") })
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// chromedriver takes a free port when asked for port 0, and says which. Several that start at once can be after the
/// same one for IPv6; who loses ends, and is started again.
fn start_chromedriver(program: &std::path::Path) -> (Child, u16) {
    for _ in 0..5 {
        let mut chromedriver = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        if let Some(port) = read_port(&mut chromedriver) {
            return (chromedriver, port);
        }
        let _ = chromedriver.kill();
        let _ = chromedriver.wait();
    }
    panic!("{} names no port", program.display());
}

fn read_port(chromedriver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(chromedriver.stdout.take()?).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())?;
    // Keep reading, or it stops when the pipe is full.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Some(port)
}
