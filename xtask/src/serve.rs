//! `cargo xtask serve`: the page on this machine, built again when a file changes.

use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::arguments::Arguments;
use crate::page;
use crate::process;
use crate::tools;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), String> {
    let port = arguments.value("--port")?.unwrap_or_else(|| "8080".to_owned());
    let port: u16 = port.parse().map_err(|_| format!("--port {port}: a number from 1 to 65535"))?;
    let is_debug = arguments.flag("--debug");
    arguments.end()?;
    if TcpStream::connect(("127.0.0.1", port)).is_ok() {
        return Err(format!("Port {port} is taken: cargo xtask serve --port {}", port.wrapping_add(1).max(1024)));
    }
    let tools = tools::ensure(workspace)?;
    // trunk's reload script is inline, and the page's policy would block it.
    let mut trunk = tools.lend(workspace.command("trunk"));
    trunk.args([
        "--quiet",
        "serve",
        "--no-autoreload=true",
        "--address",
        "127.0.0.1",
        "--port",
        &port.to_string(),
        "--dist",
    ]);
    trunk.arg(workspace.target.join("serve"));
    page::name_build(workspace, &mut trunk);
    if !is_debug {
        trunk.arg("--release");
    }
    println!("building the page; the first time takes a few minutes …");
    let mut server = trunk.spawn().map_err(|error| format!("{}: {error}", process::spell(&trunk)))?;
    loop {
        if let Some(status) = server.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("trunk: {status}"));
        }
        // It listens when the page is built.
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let address = format!("http://127.0.0.1:{port}/");
    println!(
        "\n  Second Look with the demo trial:  {address}#demo\n  Empty, for your own files:        {address}\n  Stop with Ctrl+C.\n"
    );
    open_browser(&format!("{address}#demo"));
    let status = server.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("trunk: {status}")) }
}

/// Shows the page where there is a desktop; anywhere else the printed address has to do.
fn open_browser(address: &str) {
    let has_desktop = !cfg!(target_os = "linux")
        || std::env::var_os("DISPLAY").is_some()
        || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if !has_desktop {
        return;
    }
    let (program, words): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let _ = Command::new(program).args(words).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
