//! The regularised incomplete beta function.
