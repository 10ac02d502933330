//! Each person's value, groups side by side.

use super::palette::Palette;
use super::pen::Pen;
use super::{ChartError, Mark};
use crate::report::figure::StripPlot;

pub(super) fn height(_figure: &StripPlot, width: f64) -> f64 {
    width * 0.6
}

pub(super) fn draw(
    _pen: &mut Pen<'_>,
    _figure: &StripPlot,
    _palette: &Palette,
    _size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    Ok(Vec::new())
}
