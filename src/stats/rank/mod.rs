//! Scores by comparing everyone with everyone.

mod joint_rank;

pub use joint_rank::{
    BootstrapOptions, DecidedPairs, FinkelsteinSchoenfeld, JointRank, JointRankInput, JointRankOptions, JointRankRule,
    PairEffect, joint_rank,
};
