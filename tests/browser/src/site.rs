//! A plain static host on a free port of this machine, as a stranger would set one up: the page lives in a sub-folder,
//! there are no special headers, and every request is written down.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tiny_http::{Header, Response, Server};

/// The sub-folder that the page is served under.
pub const FOLDER: &str = "/review/";

/// What is odd about a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Ordinary,
    /// Does not know the media type of `.wasm` files.
    IgnorantOfWasm,
    /// Answers 404 for `.wasm` files.
    WithoutWasm,
}

pub struct Site {
    server: Arc<Server>,
    requests: Arc<Mutex<Vec<String>>>,
    origin: String,
}

impl Site {
    /// Serves the built page: the folder in `SECOND_LOOK_SITE`, or `site` in the target folder.
    pub fn start(host: Host) -> Site {
        let folder = std::env::var_os("SECOND_LOOK_SITE").map_or_else(|| crate::target().join("site"), PathBuf::from);
        assert!(
            folder.join("index.html").is_file(),
            "no built page in {}: cargo xtask test --only page,browser",
            folder.display()
        );
        Site::serve(folder, host)
    }

    fn serve(folder: PathBuf, host: Host) -> Site {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let origin = format!("http://{}", server.server_addr());
        let requests = Arc::new(Mutex::new(Vec::new()));
        for _ in 0..4 {
            let (server, requests, folder) = (Arc::clone(&server), Arc::clone(&requests), folder.clone());
            std::thread::spawn(move || {
                for request in server.incoming_requests() {
                    requests.lock().unwrap().push(format!("{} {}", request.method(), request.url()));
                    // A browser that hangs up early is no failure of the host.
                    let _ = match find(&folder, request.url(), host) {
                        Some(path) => {
                            let content_type = Header::from_bytes("Content-Type", media_type(&path, host)).unwrap();
                            let file = std::fs::File::open(&path).expect("a readable file");
                            request.respond(Response::from_file(file).with_header(content_type))
                        }
                        None => request.respond(Response::from_string("not found").with_status_code(404)),
                    };
                }
            });
        }
        Site { server, requests, origin }
    }

    /// `http://127.0.0.1:<port>`
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The page's address with a hash: `address("#demo")`.
    pub fn address(&self, hash: &str) -> String {
        format!("{}{FOLDER}{hash}", self.origin)
    }

    /// What was asked for since the last call, whoever asked: page, worker or browser.
    pub fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for _ in 0..4 {
            self.server.unblock();
        }
    }
}

fn find(folder: &Path, url: &str, host: Host) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(FOLDER)?;
    if path.split('/').any(|part| part == "..") || (host == Host::WithoutWasm && path.ends_with(".wasm")) {
        return None;
    }
    let path = folder.join(if path.is_empty() { "index.html" } else { path });
    path.is_file().then_some(path)
}

fn media_type(path: &Path, host: Host) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("wasm") if host != Host::IgnorantOfWasm => "application/wasm",
        _ => "application/octet-stream",
    }
}
