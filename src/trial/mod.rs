//! The vocabulary: what a trial is made of, whatever file it came from.

mod adverse_event;
pub mod alsfrs;
mod analyte;
pub mod analyte_dictionary;
mod endpoint;
mod form;
mod outcome;
mod progression;
mod staging;
mod subject;
mod time;

pub use adverse_event::{AdverseEvent, Grade};
pub use analyte::{Analyte, Measured, Sample, Side};
pub use endpoint::{Endpoint, FollowUp};
pub use form::{Form, Forms};
pub use outcome::{Outcome, SourceRow, Visit};
pub use progression::{ProgressionClass, derive_progression_rate};
pub use staging::{KingsStage, MitosStage, derive_kings_stage, derive_mitos_stage};
pub use subject::{Arm, Covariate, CovariateValues, Subject};
pub use time::{DAYS_PER_MONTH, TimeUnit};

/// Everything that was read, joined by subject. Indices point into `subjects` and `arms`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    /// In order of first appearance in the files.
    pub arms: Vec<Arm>,
    pub subjects: Vec<Subject>,
    pub covariates: Vec<Covariate>,
    pub outcomes: Vec<Outcome>,
    pub analytes: Vec<Analyte>,
    pub endpoints: Vec<Endpoint>,
    pub adverse_events: Vec<AdverseEvent>,
}

impl Trial {
    pub fn arm_index(&self, name: &str) -> Option<usize> {
        self.arms.iter().position(|arm| arm.name == name)
    }

    pub fn outcome(&self, name: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.name == name)
    }

    pub fn analyte(&self, name: &str) -> Option<&Analyte> {
        self.analytes.iter().find(|analyte| analyte.name == name)
    }

    pub fn covariate(&self, name: &str) -> Option<&Covariate> {
        self.covariates.iter().find(|covariate| covariate.name == name)
    }

    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.name == name)
    }

    pub fn arm_of(&self, subject: usize) -> Option<usize> {
        self.subjects.get(subject).and_then(|subject| subject.arm)
    }
}
