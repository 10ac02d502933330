#![allow(clippy::unimplemented, unused_variables)]
use super::{GroupSummary, TTestOptions, TwoSampleTTest};
use crate::stats::StatError;
pub fn student_t_test(treated: &[f64], control: &[f64], options: &TTestOptions) -> Result<TwoSampleTTest, StatError> {
    unimplemented!()
}

pub fn student_t_test_from_summaries(
    treated: &GroupSummary,
    control: &GroupSummary,
    options: &TTestOptions,
) -> Result<TwoSampleTTest, StatError> {
    unimplemented!()
}
