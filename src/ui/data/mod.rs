//! The parts of the Data page: what is to be confirmed, what the audit says, how each file was read, any row as it stands.

mod audit;
mod columns;
mod confirm;
mod dialect;
mod file_card;
mod parameters;
mod preview;
mod row_buttons;
mod row_viewer;
mod visits;

pub use audit::Audit;
pub use confirm::ConfirmCard;
pub use file_card::FileCard;
pub use row_viewer::RowViewer;

use leptos::prelude::*;

use super::bench;
use crate::import::FileMapping;
use crate::ui::workbench::Workbench;

/// What the parts of the page tell each other.
#[derive(Debug, Clone, Copy)]
pub struct Looks {
    /// The row that is looked at.
    pub row: RwSignal<Option<Look>>,
    /// The file whose card is to be opened.
    pub file: RwSignal<Option<usize>>,
}

/// A row to look at, and those that it is one of.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub file: usize,
    pub row: u64,
    /// The rows with the same issue; empty when the row was asked for by its number.
    pub among: Vec<u64>,
    /// What they have in common.
    pub what: String,
    /// The column that it is about.
    pub column: Option<String>,
}

impl Looks {
    pub fn provide() -> Self {
        let looks = Self { row: RwSignal::new(None), file: RwSignal::new(None) };
        provide_context(looks);
        looks
    }
}

fn looks() -> Looks {
    expect_context::<Looks>()
}

/// Something of the mapping as it is asked for, which is ahead of what was read while the files are read again.
fn of_planned<T>(bench: Workbench, file: usize, tell: impl Fn(&FileMapping) -> Option<T>) -> Option<T> {
    let overview = bench.overview.get()?;
    let planned = bench.plan.with(|plan| {
        let plan = plan.as_ref().filter(|plan| plan.files.len() == overview.files.len())?;
        plan.files.get(file).and_then(&tell)
    });
    planned.or_else(|| overview.files.get(file).and_then(tell))
}

/// A name that may be broken after its underscores.
fn breakable(name: &str) -> impl IntoView + use<> {
    let parts: Vec<String> = name.split_inclusive(['_', '.', '/']).map(str::to_owned).collect();
    parts.into_iter().map(|part| view! { {part}<wbr/> }).collect_view()
}

/// Changes one file's mapping and reads the files again.
fn remap_file(bench: Workbench, file: usize, change: impl FnOnce(&mut FileMapping)) {
    bench.remap(|plan| {
        if let Some(mapping) = plan.files.get_mut(file) {
            change(mapping);
        }
    });
}
