//! The settings beside an answer: each form edits its part of the plan.

mod cafs;
mod change;
mod competing;
mod correlation;
mod covariates;
mod cox;
mod endpoint;
mod landmark;
mod lmm;
mod mmrm;
mod patients;
mod population;
mod safety;
mod slope;
mod staging;
mod survival;
mod visits;

pub use cafs::CafsForm;
pub use change::ChangeForm;
pub use competing::CompetingForm;
pub use correlation::CorrelationForm;
pub use covariates::CovariateFields;
pub use cox::CoxForm;
pub use endpoint::EndpointFields;
pub use landmark::LandmarkForm;
pub use lmm::LmmForm;
pub use mmrm::MmrmForm;
pub use patients::PatientsForm;
pub use population::PopulationForm;
pub use safety::SafetyForm;
pub use slope::SlopeForm;
pub use staging::StagingForm;
pub use survival::SurvivalForm;
pub use visits::VisitFields;
