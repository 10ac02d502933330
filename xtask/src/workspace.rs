//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Where builds go.
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Workspace, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask stands in the workspace")?.to_owned();
        // This program is <target>/debug/xtask, wherever cargo was told to build.
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let target = program.ancestors().nth(2).ok_or("xtask was built by cargo")?.to_owned();
        Ok(Workspace { root, target })
    }

    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The page that the browser tests look at.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// A command that runs at the root and builds where this program was built.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    pub fn cargo(&self, words: &str) -> Command {
        let mut command = self.command("cargo");
        command.args(words.split_whitespace());
        command
    }

    /// The commit that is built, with a mark when files were changed since; `None` outside of git.
    pub fn build_id(&self) -> Option<String> {
        if let Ok(given) = std::env::var("SECOND_LOOK_BUILD") {
            return Some(given);
        }
        let git = |words: &str| {
            let output = self.command("git").args(words.split_whitespace()).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let commit = git("rev-parse --short=10 HEAD")?;
        let is_changed = git("status --porcelain --untracked-files=no").is_none_or(|changes| !changes.is_empty());
        Some(if is_changed { format!("{commit}-changed") } else { commit })
    }
}
