//! What to do with files that arrive: a plan is told from data, and what is too large is not read at all.

use crate::analysis::Plan;
use crate::browser::files::{Bytes, GivenFile};
use crate::export::read_plan_json;
use crate::import::LARGEST_FILE_BYTES;

pub struct Arrived {
    pub data: Vec<GivenFile>,
    pub plan: Option<Plan>,
}

/// A `.json` file is a saved plan; everything else goes to the reader, which says what it thinks of it.
pub async fn sort(files: Vec<GivenFile>) -> Result<Arrived, String> {
    let mut arrived = Arrived { data: Vec::new(), plan: None };
    for file in files {
        if !file.name.to_lowercase().ends_with(".json") {
            arrived.data.push(file);
            continue;
        }
        let text = file.read_text().await?;
        let plan = read_plan_json(&text).map_err(|error| {
            format!("{}: {error}. A plan is the file that “Save plan” makes; leave other JSON files out.", file.name)
        })?;
        arrived.plan = Some(plan);
    }
    Ok(arrived)
}

/// Empty for a file over the limit: the reader refuses it by its size.
pub async fn bytes_of(file: &GivenFile) -> Result<Bytes, String> {
    if file.size_bytes > LARGEST_FILE_BYTES { Ok(GivenFile::no_bytes()) } else { file.read().await }
}
