//! What every routine checks before it counts.
