//! The demo trial in every shape in which a reviewer may hold one: `tests/formats/`.
//!
//! `cargo xtask formats` writes the folders, `cargo xtask formats --check` fails when a file there is not the one made
//! here, or is one too many. What each folder is for: `tests/formats/README.md` and the manifest beside it.

mod adam;
mod calendar;
mod cdisc;
mod dates;
mod dialects;
mod encoding;
mod folder;
mod names;
mod proact;
mod proact_people;
mod redcap;
mod redcap_dictionary;
mod sdtm;
mod sheet;
#[cfg(test)]
mod tests;
mod tidy;
mod trial;
mod wide;

use std::collections::BTreeSet;
use std::path::Path;

use crate::arguments::Arguments;
use crate::workspace::Workspace;

use folder::{Folder, manifest};
use trial::Trial;

pub fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), String> {
    let check = arguments.flag("--check");
    arguments.end()?;
    let files = files(&workspace.root.join("public").join("demo"))?;
    let root = workspace.root.join("tests").join("formats");
    if !check {
        write(&root, &files)?;
    }
    let mut faults: Vec<String> = Vec::new();
    for (name, bytes) in &files {
        if std::fs::read(root.join(name)).ok().as_ref() != Some(bytes) {
            faults.push(format!("{name} is not as made"));
        }
    }
    let made: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let strangers = found(&root)?.into_iter().filter(|name| !made.contains(name.as_str()));
    faults.extend(strangers.map(|name| format!("{name} is made by nothing")));
    if faults.is_empty() {
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        println!("formats: {} files, {bytes} bytes, {}", files.len(), if check { "as generated" } else { "written" });
        Ok(())
    } else {
        Err(format!("tests/formats: {}; run `cargo xtask formats`", faults.join(", ")))
    }
}

fn folders(demo: &Path) -> Result<Vec<Folder>, String> {
    let trial = Trial::read(demo)?;
    let parts = [
        tidy::folders(&trial)?,
        dialects::folders(&trial)?,
        dates::folders(&trial)?,
        wide::folders(&trial)?,
        proact::folders(&trial)?,
        adam::folders(&trial)?,
        sdtm::folders(&trial)?,
        redcap::folders(&trial)?,
    ];
    Ok(parts.into_iter().flatten().collect())
}

/// Every file below `tests/formats/` but the two written by hand.
fn files(demo: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let folders = folders(demo)?;
    let mut files = vec![("manifest.csv".to_owned(), manifest(&folders).into_bytes())];
    for folder in folders {
        let named = folder.files.into_iter().map(|(name, bytes)| (format!("{}/{name}", folder.about.folder), bytes));
        files.extend(named);
    }
    Ok(files)
}

fn write(root: &Path, files: &[(String, Vec<u8>)]) -> Result<(), String> {
    for (name, bytes) in files {
        let path = root.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        std::fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// What lies in the folders, and beside the manifest.
fn found(root: &Path) -> Result<BTreeSet<String>, String> {
    let list = |folder: &Path| -> Result<Vec<(String, bool)>, String> {
        let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        entries
            .map(|entry| {
                let entry = entry.map_err(|e| e.to_string())?;
                Ok((entry.file_name().to_string_lossy().into_owned(), entry.path().is_dir()))
            })
            .collect()
    };
    let mut names = BTreeSet::new();
    for (name, is_folder) in list(root)? {
        if is_folder {
            names.extend(list(&root.join(&name))?.into_iter().map(|(file, _)| format!("{name}/{file}")));
        } else if !["README.md", ".gitattributes"].contains(&name.as_str()) {
            names.insert(name);
        }
    }
    Ok(names)
}
