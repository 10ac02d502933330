//! What the routines on Cox's model share: the data in the order in which risk sets grow, sums over risk sets, the
//! likelihood with its derivatives for each rule of ties, and its maximum.

pub mod exact_ties;
pub mod hazards;
pub mod maximum;
pub mod penalty;
pub mod risk_sets;
pub mod risk_sums;
pub mod terms;
