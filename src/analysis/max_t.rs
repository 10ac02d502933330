//! Permutations of a whole family: what is to be counted, by whomever, and what it came to.

use serde::{Deserialize, Serialize};

use crate::stats::permutation::{
    CorrelationMaxT, CorrelationMaxTInput, GroupMaxT, GroupMaxTInput, GroupMaxTResult, PairMaxT, Tally,
};

/// As many as are counted where the plan says nothing.
pub const USUAL_PERMUTATIONS: u32 = 10_000;

/// More than this tells nothing more.
pub const MOST_PERMUTATIONS: u32 = 1_000_000;

/// Multiplications beyond which permutations are counted only when the plan asks for them: some ten seconds of one
/// processor.
const MOST_UNASKED: u64 = 30_000_000_000;

const SEED: u64 = 1;

/// Everything that is needed to count permutations; nobody's name is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PermutationJob {
    /// Arms of whole people are dealt out anew, or their signs.
    Arms(ArmsJob),
    /// Columns are shuffled, each on its own.
    Pairs { columns: Vec<Vec<Option<f64>>>, is_ranked: bool, permutations: u32 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmsJob {
    /// The family's, then others that get a p-value of their own; a value a person.
    pub columns: Vec<Vec<Option<f64>>>,
    pub n_family: usize,
    pub arms: Vec<usize>,
    pub n_arms: usize,
    pub sets: Vec<Vec<usize>>,
    pub is_ranked: bool,
    pub permutations: u32,
}

/// Counts over some of the permutations; those of disjoint ranges add up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PermutationTally {
    pub permutations: u64,
    pub counts: Vec<u64>,
}

impl PermutationTally {
    pub fn add(&mut self, other: &Self) {
        let mut sum = Tally { permutations: self.permutations, counts: std::mem::take(&mut self.counts) };
        sum.add(&Tally { permutations: other.permutations, counts: other.counts.clone() });
        *self = sum.into();
    }

    fn of_stats(&self) -> Tally {
        Tally { permutations: self.permutations, counts: self.counts.clone() }
    }
}

impl From<Tally> for PermutationTally {
    fn from(tally: Tally) -> Self {
        Self { permutations: tally.permutations, counts: tally.counts }
    }
}

/// Counts a job's permutations, here or elsewhere; nothing where they are not finished.
pub type Permute<'a> = &'a mut dyn FnMut(&PermutationJob) -> Option<PermutationTally>;

/// Ready to be counted in any ranges.
#[derive(Debug)]
pub enum PreparedJob {
    Arms(GroupMaxT),
    Pairs(CorrelationMaxT),
}

impl PermutationJob {
    /// Nothing where the columns cannot be permuted.
    pub fn prepare(&self) -> Option<PreparedJob> {
        match self {
            Self::Arms(job) => GroupMaxT::new(&GroupMaxTInput {
                n_family: job.n_family,
                is_ranked: job.is_ranked,
                sets: &job.sets,
                permutations: job.permutations,
                seed: SEED,
                ..GroupMaxTInput::new(&job.columns, &job.arms, job.n_arms)
            })
            .map(PreparedJob::Arms)
            .ok(),
            Self::Pairs { columns, is_ranked, permutations } => {
                let asked = CorrelationMaxTInput {
                    permutations: *permutations,
                    seed: SEED,
                    ..CorrelationMaxTInput::new(columns, *is_ranked)
                };
                CorrelationMaxT::new(&asked).map(PreparedJob::Pairs).ok()
            }
        }
    }
}

impl PreparedJob {
    pub fn permutations(&self) -> u64 {
        match self {
            Self::Arms(prepared) => prepared.permutations(),
            Self::Pairs(prepared) => prepared.permutations(),
        }
    }

    /// Multiplications of one permutation, roughly.
    pub fn work(&self) -> u64 {
        match self {
            Self::Arms(prepared) => prepared.work(),
            Self::Pairs(prepared) => prepared.work(),
        }
    }

    /// Counts permutations number `from` to `to` - 1.
    pub fn tally(&self, from: u64, to: u64) -> PermutationTally {
        match self {
            Self::Arms(prepared) => prepared.tally(from, to, &mut |_| true).into(),
            Self::Pairs(prepared) => prepared.tally(from, to, &mut |_| true).into(),
        }
    }

    pub(super) fn of_arms(&self, tally: &PermutationTally) -> Option<GroupMaxTResult> {
        match self {
            Self::Arms(prepared) => Some(prepared.finish(&tally.of_stats())),
            Self::Pairs(_) => None,
        }
    }

    pub(super) fn of_pairs(&self, tally: &PermutationTally) -> Vec<PairMaxT> {
        match self {
            Self::Arms(_) => Vec::new(),
            Self::Pairs(prepared) => prepared.finish(&tally.of_stats()),
        }
    }
}

/// What became of a family's permutations.
pub(super) enum Counted {
    Done(Box<PreparedJob>, PermutationTally),
    /// The plan asks for none, or nothing can be permuted.
    Nothing,
    /// Nobody asked for so many of so much.
    TooMuch {
        permutations: u64,
    },
    /// They run elsewhere, or were stopped.
    NotFinished {
        permutations: u64,
    },
}

/// Has a job counted if the plan, or a small size, says so. `asked` is the plan's number.
pub(super) fn count(asked: Option<u32>, job: PermutationJob, permute: Permute<'_>) -> Counted {
    if asked == Some(0) {
        return Counted::Nothing;
    }
    let Some(prepared) = job.prepare() else { return Counted::Nothing };
    let permutations = prepared.permutations();
    if asked.is_none() && permutations.saturating_mul(prepared.work()) > MOST_UNASKED {
        return Counted::TooMuch { permutations };
    }
    match permute(&job) {
        Some(tally) if tally.permutations == permutations => Counted::Done(Box::new(prepared), tally),
        _ => Counted::NotFinished { permutations },
    }
}

/// Counts all of a job at once.
pub fn permute_here(job: &PermutationJob) -> Option<PermutationTally> {
    let prepared = job.prepare()?;
    Some(prepared.tally(0, prepared.permutations()))
}
