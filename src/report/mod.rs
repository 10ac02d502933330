//! Findings to words, tables and figures as data. Formats, never computes.

pub mod axis;
pub mod figure;
pub mod number;
