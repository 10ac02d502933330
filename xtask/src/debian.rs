//! Programs that come from the system: installed where that is plainly allowed, else named.

use std::path::Path;
use std::process::Command;

use crate::process;

/// Sees to it that each program is there. `programs` holds the program and the Debian package that brings it;
/// `in_words` tells people on other systems what is missing.
pub fn ensure(programs: &[(&str, &str)], in_words: &str) -> Result<(), String> {
    let missing: Vec<_> = programs.iter().filter(|(program, _)| process::on_path(program).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|(_, package)| *package).collect();
    let packages = packages.join(" ");
    if !(Path::new("/etc/debian_version").exists() && is_root()) {
        return Err(format!("Please install {in_words} (on Debian: apt-get install {packages})."));
    }
    println!("apt-get install {packages} …");
    let apt = |words: &str| {
        let mut command = Command::new("apt-get");
        command.args(words.split_whitespace()).env("DEBIAN_FRONTEND", "noninteractive");
        process::run(&mut command)
    };
    apt("update -qq")?;
    apt(&format!("install -qq -y --no-install-recommends {packages}"))?;
    match missing.iter().find(|(program, _)| process::on_path(program).is_none()) {
        Some((program, _)) => Err(format!("apt-get has run, but there is no {program}. Please install {in_words}.")),
        None => Ok(()),
    }
}

fn is_root() -> bool {
    process::read(Command::new("id").arg("-u")).as_deref() == Some("0")
}
