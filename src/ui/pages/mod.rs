//! One file a page; the table of pages is in `route`.

mod biomarkers;
mod cafs;
mod data;
mod function;
mod lmm;
mod mmrm;
mod patients;
mod slope;
mod staging;
mod start;
mod survival;

pub use biomarkers::BiomarkersPage;
pub use cafs::CafsPage;
pub use data::DataPage;
pub use function::FunctionPage;
pub use lmm::LmmPage;
pub use mmrm::MmrmPage;
pub use patients::PatientsPage;
pub use slope::SlopePage;
pub use staging::StagingPage;
pub use start::StartPage;
pub use survival::SurvivalPage;
