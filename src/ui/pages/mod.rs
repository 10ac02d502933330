//! One file a page; the table of pages is in `route`.

mod biomarkers;
mod cafs;
mod competing;
mod correlation;
mod cox;
mod data;
mod function;
mod landmark;
mod lmm;
mod mmrm;
mod patients;
mod safety;
mod slope;
mod staging;
mod start;
mod survival;

pub use biomarkers::BiomarkersPage;
pub use cafs::CafsPage;
pub use competing::CompetingPage;
pub use correlation::CorrelationPage;
pub use cox::CoxPage;
pub use data::DataPage;
pub use function::FunctionPage;
pub use landmark::LandmarkPage;
pub use lmm::LmmPage;
pub use mmrm::MmrmPage;
pub use patients::PatientsPage;
pub use safety::SafetyPage;
pub use slope::SlopePage;
pub use staging::StagingPage;
pub use start::StartPage;
pub use survival::SurvivalPage;
