//! How often something was seen in each arm, one thing a row, and the difference beside it.

use super::palette::Palette;
use super::pen::Pen;
use super::{ChartError, Mark};
use crate::report::figure::DotPlot;

pub(super) fn height(_: &DotPlot, _: f64) -> f64 {
    40.0
}

pub(super) fn draw(_: &mut Pen<'_>, _: &DotPlot, _: &Palette, _: (f64, f64)) -> Result<Vec<Mark>, ChartError> {
    Ok(Vec::new())
}
