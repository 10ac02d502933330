//! Not drawn yet.

use super::palette::Palette;
use super::pen::Pen;
use super::{ChartError, Mark};
use crate::report::figure::Forest;

pub(super) fn height(_figure: &Forest, _width: f64) -> f64 {
    300.0
}

pub(super) fn draw(
    _pen: &mut Pen<'_>,
    _figure: &Forest,
    _palette: &Palette,
    _size: (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    Ok(Vec::new())
}
