//! What is timed, the same code natively (`main.rs`) and inside WebAssembly, where `bench.mjs` calls and times it.

mod models;
mod panel;
mod survival;

pub use models::Made;
pub use panel::Panel;
pub use survival::Followed;

use second_look::analysis::{AnalysisPlan, Plan};
use second_look::engine::run;
use second_look::import::{Column, Import, SourceFile, read_columns, read_text, read_trial};
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes to typed columns; how many cells they have.
#[wasm_bindgen]
pub fn columns(bytes: &[u8]) -> usize {
    let Ok(text) = read_text(bytes) else { return 0 };
    let Ok(table) = read_columns(&text) else { return 0 };
    let cells = |column: &Column<'_>| match column {
        Column::Number(numbers) => numbers.values.len(),
        Column::Text(texts) => texts.codes.len(),
    };
    table.columns.iter().map(cells).sum()
}

/// Bytes to a trial, with fingerprint, checks and receipt; how many rows were used.
#[wasm_bindgen]
pub fn trial(name: &str, bytes: &[u8]) -> u64 {
    let import = read_trial(&[SourceFile::new(name, bytes)], None, &mut |_, _| {});
    import.receipt.files.iter().map(|file| file.rows_used).sum()
}

/// The size of WebAssembly's memory, which only grows: the most that was in use so far. 0 natively.
#[wasm_bindgen]
pub fn memory_bytes() -> f64 {
    #[cfg(target_arch = "wasm32")]
    let bytes = core::arch::wasm32::memory_size(0) as f64 * 65_536.0;
    #[cfg(not(target_arch = "wasm32"))]
    let bytes = 0.0;
    bytes
}

/// The parser alone: the csv crate's records, each cell to a number where it is one. How many numbers there were.
#[wasm_bindgen]
pub fn plain_csv(bytes: &[u8]) -> usize {
    let mut reader = csv::Reader::from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut numbers = 0;
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        columns.resize_with(record.len(), Vec::new);
        for (column, cell) in columns.iter_mut().zip(&record) {
            let number = std::str::from_utf8(cell).ok().and_then(|cell| cell.parse().ok());
            numbers += usize::from(number.is_some());
            column.push(number.unwrap_or(f64::NAN));
        }
    }
    std::hint::black_box(&columns);
    numbers
}

const DEMO: [(&str, &[u8]); 6] = [
    ("subjects.csv", include_bytes!("../../public/demo/subjects.csv")),
    ("visits.csv", include_bytes!("../../public/demo/visits.csv")),
    ("biomarkers.csv", include_bytes!("../../public/demo/biomarkers.csv")),
    ("survival.csv", include_bytes!("../../public/demo/survival.csv")),
    ("ventilation.csv", include_bytes!("../../public/demo/ventilation.csv")),
    ("adverse_events.csv", include_bytes!("../../public/demo/adverse_events.csv")),
];

/// The demo trial, read, with its default plan.
#[wasm_bindgen]
pub struct Demo {
    import: Import,
    plan: Plan,
}

#[wasm_bindgen]
impl Demo {
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // reads five files: no default value
    pub fn new() -> Demo {
        let files = DEMO.map(|(name, bytes)| SourceFile::new(name, bytes));
        let import = read_trial(&files, None, &mut |_, _| {});
        let plan = Plan::default_for(&import.trial, &import.files);
        Demo { import, plan }
    }

    /// Runs one of the plan's questions; how many rows of findings it gave.
    pub fn analyse(&self, question: &str) -> usize {
        let is_asked = |asked: &&AnalysisPlan| {
            let name = match asked {
                AnalysisPlan::Change(_) => "change",
                AnalysisPlan::Patients(_) => "patients",
                AnalysisPlan::Slope(_) => "slope",
                AnalysisPlan::Mmrm(_) => "mmrm",
                AnalysisPlan::Lmm(_) => "lmm",
                AnalysisPlan::Cafs(_) => "cafs",
                AnalysisPlan::Staging(_) => "staging",
                AnalysisPlan::Levels(_) => "levels",
                AnalysisPlan::Correlation(_) => "correlation",
                AnalysisPlan::Survival(_) => "survival",
                AnalysisPlan::Cox(_) => "cox",
                AnalysisPlan::Competing(_) => "competing",
                AnalysisPlan::Landmark(_) => "landmark",
                AnalysisPlan::Safety(_) => "safety",
            };
            name == question
        };
        let analyses = self.plan.analyses.iter().filter(is_asked).cloned().collect();
        let plan = Plan { analyses, ..self.plan.clone() };
        let answers = run(&self.import, &plan, &mut |_, _| {});
        answers.iter().filter_map(|answered| answered.result.as_ref().ok()).map(|answer| answer.rows.len()).sum()
    }
}
