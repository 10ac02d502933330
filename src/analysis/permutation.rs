//! Work that is split up among several workers: which permutations are wanted, and what they came to.

use serde::{Deserialize, Serialize};

/// Everything that a worker needs to run permutations number `from` to `to`; no patient's name is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PermutationJob {
    /// Arm labels (or signs) of whole people are dealt out anew; many analytes at once.
    GroupMaxT(GroupMaxTJob),
    /// Columns are shuffled independently; all pairs at once.
    CorrelationMaxT(CorrelationMaxTJob),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupMaxTJob {
    /// People by analytes, row by row.
    pub values: Vec<Option<f64>>,
    pub n_people: usize,
    pub n_variables: usize,
    /// Absent for one group, whose signs are flipped.
    pub is_treated: Option<Vec<bool>>,
    /// Places of each set's analytes, and the direction in which each counts.
    pub sets: Vec<Vec<(usize, f64)>>,
    pub permutations: u64,
    pub seed: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrelationMaxTJob {
    pub columns: Vec<Vec<Option<f64>>>,
    /// Spearman rather than Pearson.
    pub is_ranked: bool,
    /// Only pairs with this column.
    pub against: Option<usize>,
    pub permutations: u64,
    pub seed: u64,
}

/// Counts over permutations; those of disjoint ranges add up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PermutationTally {
    pub permutations: u64,
    /// In the order of the routine that counted them.
    pub counts: Vec<u64>,
}

/// What an analysis gets when it asks for permutations.
#[derive(Debug, Clone, PartialEq)]
pub enum Permuted {
    Done(PermutationTally),
    /// They run elsewhere; the analysis is asked again when they are done.
    Pending,
    /// The user stopped them.
    Stopped,
}

/// Runs the permutations of a job, or says that they run elsewhere.
pub type Permute<'a> = &'a mut dyn FnMut(&PermutationJob) -> Permuted;
