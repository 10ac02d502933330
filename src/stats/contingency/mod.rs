//! Counts of subjects by arm and outcome.
