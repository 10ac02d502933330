//! The settings beside an answer: each form edits its part of the plan.

mod change;
mod correlation;
mod population;
mod survival;

pub use change::ChangeForm;
pub use correlation::CorrelationForm;
pub use population::PopulationForm;
pub use survival::SurvivalForm;
