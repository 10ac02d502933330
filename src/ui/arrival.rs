//! What to do with files that arrive: a plan is told from data, and what is too large is not read at all.

use crate::analysis::Plan;
use crate::browser::files::{Bytes, GivenFile};
use crate::export::read_plan_json;
use crate::import::LARGEST_FILE_BYTES;

pub struct Arrived {
    pub data: Vec<GivenFile>,
    pub plan: Option<Plan>,
    /// In a folder, and no plan.
    pub passed_over: Vec<String>,
}

/// A `.json` file is a saved plan; everything else goes to the reader, which says what it thinks of it.
pub async fn sort(files: Vec<GivenFile>) -> Result<Arrived, String> {
    let mut arrived = Arrived { data: Vec::new(), plan: None, passed_over: Vec::new() };
    for file in files {
        if !file.name.to_lowercase().ends_with(".json") {
            arrived.data.push(file);
            continue;
        }
        let text = file.read_text().await?;
        match read_plan_json(&text) {
            Ok(plan) => arrived.plan = Some(plan),
            Err(_) if file.is_in_folder => arrived.passed_over.push(file.name),
            Err(error) => {
                return Err(format!(
                    "{}: {error}. A plan is the file that “Save plan” makes; leave other JSON files out.",
                    file.name
                ));
            }
        }
    }
    Ok(arrived)
}

/// Empty for a file over the limit: the reader refuses it by its size.
pub async fn bytes_of(file: &GivenFile) -> Result<Bytes, String> {
    if file.size_bytes > LARGEST_FILE_BYTES { Ok(GivenFile::no_bytes()) } else { file.read().await }
}

/// Nothing that was given is left out without a word.
pub fn passed_over_sentence(names: &[String]) -> Option<String> {
    const NAMED: usize = 5;
    if names.is_empty() {
        return None;
    }
    let mut shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("{} more", names.len() - shown.len());
    if names.len() > NAMED {
        shown.push(&more);
    }
    Some(format!("Not opened, being no tables: {}. Drop a file by itself to have it read.", shown.join(", ")))
}
