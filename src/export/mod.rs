//! Files that leave the program when the user saves them: the plan, the findings as JSON and as CSV.

mod csv_cell;
mod findings_csv;
mod findings_json;
mod json;
mod not_read_csv;

pub use findings_csv::write_findings_csv;
pub use findings_json::{Application, FindingsFile, NoteRecord, write_findings_json};
pub use not_read_csv::write_not_read_csv;

use crate::analysis::Plan;

/// `plan.json`: what `second-look plan` prints and "Save plan" saves.
pub fn write_plan_json(plan: &Plan) -> Result<String, String> {
    json::write(plan)
}

/// The reverse. The message names the place of the first mistake.
pub fn read_plan_json(text: &str) -> Result<Plan, String> {
    let plan: Plan = serde_json::from_str(text).map_err(|error| format!("not a plan: {error}"))?;
    plan.problem().map_or(Ok(plan), Err)
}
