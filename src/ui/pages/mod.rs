//! One file a page; the table of pages is in `route`.

mod biomarkers;
mod data;
mod function;
mod start;
mod survival;

pub use biomarkers::BiomarkersPage;
pub use data::DataPage;
pub use function::FunctionPage;
pub use start::StartPage;
pub use survival::SurvivalPage;
