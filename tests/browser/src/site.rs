//! A plain static host on a free port of this machine, as a stranger would set one up: the page lives in a sub-folder,
//! there are no special headers, and every request is written down.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

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
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    is_closed: Arc<AtomicBool>,
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
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let is_closed = Arc::new(AtomicBool::new(false));
        {
            let (requests, is_closed) = (Arc::clone(&requests), Arc::clone(&is_closed));
            std::thread::spawn(move || {
                for connection in listener.incoming().map_while(Result::ok) {
                    if is_closed.load(Ordering::Relaxed) {
                        return;
                    }
                    let (requests, folder) = (Arc::clone(&requests), folder.clone());
                    // One thread and one request a connection: a browser opens several at once and keeps idle ones open,
                    // and a pool of threads can starve on that. One that hangs up early is no failure of the host.
                    std::thread::spawn(move || answer(&connection, &folder, host, &requests).ok());
                }
            });
        }
        Site { address, requests, is_closed, origin: format!("http://{address}") }
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

impl Site {
    /// From now on nobody answers at this address.
    pub fn go_away(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address); // wakes the listener, which then sees that it is closed
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.go_away();
    }
}

fn answer(connection: &TcpStream, folder: &Path, host: Host, requests: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut words = first.split(' ');
    let (Some(method), Some(url)) = (words.next(), words.next()) else {
        return Ok(()); // a connection opened in advance and not used
    };
    for line in lines.by_ref() {
        if line?.is_empty() {
            break;
        }
    }
    requests.lock().unwrap().push(format!("{method} {url}"));
    let (status, media_type, body) = match find(folder, url, host) {
        Some(path) => ("200 OK", media_type(&path, host), std::fs::read(&path)?),
        None => ("404 Not Found", "text/plain", b"not found".to_vec()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let mut connection = connection;
    connection.write_all(head.as_bytes())?;
    connection.write_all(&body)
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
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") if host != Host::IgnorantOfWasm => "application/wasm",
        _ => "application/octet-stream",
    }
}
