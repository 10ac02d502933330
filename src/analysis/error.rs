use serde::{Deserialize, Serialize};

/// Why an analysis, or one arm or visit of it, has no answer. The numbers are in it; the words are made in `report`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisError {
    /// The plan names something that the files do not hold.
    NotInFiles {
        what: String,
        name: String,
    },
    /// Fewer than two arms have data.
    OneArm {
        arms_with_data: usize,
    },
    /// No arm of the plan's control name, or nobody in it.
    NoControl {
        control: String,
    },
    TooFew {
        what: String,
        need: usize,
        got: usize,
    },
    NoBaseline {
        outcome: String,
    },
    NoVisits {
        outcome: String,
        month: f64,
        window_months: f64,
    },
    NoEvents {
        endpoint: String,
    },
    NoVariation {
        what: String,
    },
    /// The covariates contain each other; `column` adds nothing.
    Singular {
        column: String,
    },
    /// Fewer than two variables to correlate.
    NoPairs {
        x: String,
        y: String,
    },
    TooMany {
        what: String,
        most: usize,
        got: usize,
    },
    /// The search for the model's best fit did not end at one.
    NotConverged {
        what: String,
        iterations: usize,
        /// Largest slope of the log likelihood by a covariance parameter; not a number when it never started.
        gradient: f64,
        smallest_eigenvalue: f64,
    },
    /// Nobody has a visit in the window of the primary month.
    NoFollowUp {
        outcome: String,
        month: f64,
        window_months: f64,
    },
    /// Nobody was seen early enough before the baseline for a slope.
    NoLeadIn {
        outcome: String,
    },
    /// Robust standard errors that divide by 1 minus the leverage have nothing to divide by.
    AloneInGroup {
        what: String,
    },
    /// A covariate tells events from survivors perfectly: its hazard ratio has no finite estimate.
    MonotoneLikelihood {
        column: String,
    },
    /// Nobody who was judged is under observation after the landmark.
    NobodyAtLandmark {
        at_month: f64,
        judged: usize,
        last_month: f64,
    },
    /// An arm was not followed so far.
    BeyondFollowUp {
        month: f64,
        last_month: f64,
    },
    /// A logarithm was asked for of values that have none.
    NoLogarithm {
        what: String,
        values: usize,
    },
    /// A hazard ratio per unit of a column is too large to be written.
    RatioTooLarge {
        what: String,
    },
    /// Our fault.
    Internal {
        message: String,
    },
}
