//! What the browser tests stand on: the built page served under a sub-folder ([`site`]), a Chromium driven through
//! WebDriver ([`driver`]), and the words of a test ([`page`]).
//!
//! `cargo xtask test --only page,browser` builds the page and runs them. Starting a browser takes a second or two, so a
//! test file starts one and asks it several things.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod driver;
pub mod page;
pub mod site;

pub use page::{Page, Theme};
pub use site::Site;

use std::path::PathBuf;

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).canonicalize().expect("the workspace")
}

/// The folder that builds go to.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// A new, empty folder under the target folder, for one run's downloads, screenshots or profile.
fn scratch(name: &str) -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = target().join("browser-tests").join(format!("{name}-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}
