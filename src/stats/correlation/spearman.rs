#![allow(clippy::unimplemented, unused_variables)]
use super::{Correlation, CorrelationOptions};
use crate::stats::StatError;
pub fn spearman(x: &[f64], y: &[f64], options: &CorrelationOptions) -> Result<Correlation, StatError> {
    unimplemented!()
}
