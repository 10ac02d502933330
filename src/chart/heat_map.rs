//! Values from −1 to 1 in a grid, with a key.

use super::clip::Rect;
use super::frame::NARROW;
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note_pick};
use crate::report::figure::{HeatCell, HeatMap};

const KEY: f64 = 60.0;
const KEY_BAR: f64 = 10.0;
const KEY_LINE: f64 = 16.0;
const KEY_STEPS: usize = 60;
const GAP: f64 = 1.0;
/// With more rows than this a cell may be too low for its text.
const MANY: usize = 24;
/// Labels closer together than this are thinned.
const LABEL_STEP: f64 = 11.5;

struct Layout {
    pad: f64,
    left: f64,
    top: f64,
    cell: (f64, f64),
    rows: usize,
    columns: usize,
    has_turned_labels: bool,
    row_limit: f64,
    column_limit: f64,
    key: f64,
}

impl Layout {
    fn new(map: &HeatMap, width: f64) -> Layout {
        let is_narrow = width < NARROW;
        let pad = if is_narrow { 8.0 } else { 16.0 };
        let look = TextLook::plain(SMALL, Palette::light().ink);
        let columns = map.cells.iter().map(Vec::len).fold(map.column_labels.len(), usize::max);
        let rows = map.row_labels.len().max(map.cells.len());
        let widest = |labels: &[String]| labels.iter().map(|label| look.width(label)).fold(0.0, f64::max);
        let row_limit = widest(&map.row_labels).min(width * if is_narrow { 0.32 } else { 0.3 });
        let left = pad + row_limit + 10.0;
        let cell_width = ((width - left - pad) / columns.max(1) as f64).clamp(2.0, 120.0);
        let widest_column = widest(&map.column_labels);
        let has_turned_labels = widest_column > cell_width - 8.0;
        let column_limit = if has_turned_labels { widest_column.min(120.0) } else { cell_width - 4.0 };
        let label_height = if has_turned_labels { column_limit } else { 16.0 };
        let key_label = look.width(&map.scale_labels.0).max(look.width(&map.scale_labels.1));
        Layout {
            pad,
            left,
            top: pad + if map.column_labels.is_empty() { 0.0 } else { label_height + 9.0 },
            // Of many rows each is lower, so that the whole is seen at once.
            cell: (cell_width, (cell_width * 0.6).clamp(if rows > MANY { 6.0 } else { 26.0 }, 38.0)),
            rows,
            columns,
            has_turned_labels,
            row_limit,
            column_limit,
            key: if key_label > (width - 2.0 * pad - 12.0) / 2.0 { KEY + KEY_LINE } else { KEY },
        }
    }

    fn height(&self) -> f64 {
        self.top + self.cell.1 * self.rows as f64 + self.key + self.pad
    }

    fn cell(&self, row: usize, column: usize) -> Rect {
        let left = self.left + self.cell.0 * column as f64;
        let top = self.top + self.cell.1 * row as f64;
        Rect { left, top, right: left + self.cell.0, bottom: top + self.cell.1 }
    }
}

pub(super) fn height(map: &HeatMap, width: f64) -> f64 {
    Layout::new(map, width).height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    map: &HeatMap,
    palette: &Palette,
    (width, height): (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let mut layout = Layout::new(map, width);
    if layout.rows > 0 && height < layout.height() {
        let room = height - layout.top - layout.key - layout.pad;
        layout.cell.1 = (room / layout.rows as f64).max(2.0);
    }
    let look = TextLook::plain(SMALL, palette.ink.mixed(palette.soft, 0.35));
    // Turned labels closer together than their height are thinned.
    let every = if layout.has_turned_labels { (LABEL_STEP / layout.cell.0).ceil().max(1.0) as usize } else { 1 };
    for (column, label) in map.column_labels.iter().enumerate().step_by(every) {
        let cell = layout.cell(0, column);
        let x = (cell.left + cell.right) / 2.0;
        let text = look.fit(label, layout.column_limit);
        if layout.has_turned_labels {
            pen.text((x, layout.top - 7.0), &text, Align::Left, look.turned())?;
        } else {
            pen.text((x, layout.top - 14.0), &text, Align::Center, look)?;
        }
    }
    let every = (LABEL_STEP / layout.cell.1).ceil().max(1.0) as usize;
    for (row, label) in map.row_labels.iter().enumerate().step_by(every) {
        let cell = layout.cell(row, 0);
        let at = (layout.left - 10.0, (cell.top + cell.bottom) / 2.0);
        pen.text(at, &look.fit(label, layout.row_limit), Align::Right, look)?;
    }
    let mut marks = Vec::new();
    let size = text_size(map, layout.cell);
    for row in 0..layout.rows {
        for column in 0..layout.columns {
            let value = map.cells.get(row).and_then(|cells| cells.get(column)).and_then(Option::as_ref);
            draw_cell(pen, palette, layout.cell(row, column), value, size, &mut marks)?;
        }
    }
    if layout.rows > 0 && layout.columns > 0 {
        draw_key(pen, palette, map, &layout, width)?;
    }
    Ok(marks)
}

/// One size for all cells, so that no number looks weightier than another; none if the smallest does not fit.
fn text_size(map: &HeatMap, cell: (f64, f64)) -> Option<f64> {
    let cells = || map.cells.iter().flatten().flatten();
    [SMALL, 11.5, 10.5].into_iter().find(|&size| {
        let look = TextLook::bold(size, Palette::light().ink);
        cell.1 >= size + 4.0 && cells().all(|value| look.width(&value.text) <= cell.0 - 4.0)
    })
}

fn draw_cell(
    pen: &mut Pen<'_>,
    palette: &Palette,
    cell: Rect,
    value: Option<&HeatCell>,
    size: Option<f64>,
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    let gap = GAP.min(cell.width() / 4.0).min(cell.height() / 4.0);
    let center = ((cell.left + cell.right) / 2.0, (cell.top + cell.bottom) / 2.0);
    let Some(value) = value.filter(|value| value.value.is_finite()) else {
        pen.fill(cell.grown(-gap), Paint::solid(palette.paper))?;
        let is_roomy = cell.height() >= 14.0 && cell.width() >= 10.0;
        let dash = TextLook::plain(size.unwrap_or(10.5), palette.soft);
        return if is_roomy { pen.text(center, "–", Align::Center, dash) } else { Ok(()) };
    };
    let ground = palette.diverging(value.value);
    pen.fill(cell.grown(-gap), Paint::solid(ground))?;
    if let Some(size) = size {
        let color = palette.readable_on(ground);
        let look = if value.is_marked { TextLook::bold(size, color) } else { TextLook::plain(size, color) };
        pen.text(center, &value.text, Align::Center, look)?;
    } else {
        draw_signs(pen, palette, cell.grown(-gap), value)?;
    }
    note_pick(marks, center, cell.width().min(cell.height()) / 2.0, &value.hint, &value.pick);
    Ok(())
}

/// What a cell without text still says in grey: a stroke for a negative value, a frame where it is marked.
fn draw_signs(pen: &mut Pen<'_>, palette: &Palette, cell: Rect, value: &HeatCell) -> Result<(), ChartError> {
    let color = palette.readable_on(palette.diverging(value.value));
    let least = cell.width().min(cell.height());
    if least < 3.0 {
        return Ok(());
    }
    if value.is_marked {
        let corners = [
            (cell.left, cell.top),
            (cell.right, cell.top),
            (cell.right, cell.bottom),
            (cell.left, cell.bottom),
            (cell.left, cell.top),
        ];
        pen.line(
            &corners
                .map(|(x, y)| (x.clamp(cell.left + 0.5, cell.right - 0.5), y.clamp(cell.top + 0.5, cell.bottom - 0.5))),
            1.0,
            Paint::solid(color),
            &[],
        )?;
    }
    if value.value < 0.0 {
        let (x, y) = ((cell.left + cell.right) / 2.0, (cell.top + cell.bottom) / 2.0);
        let half = (0.22 * least).min(4.0);
        pen.line(&[(x - half, y), (x + half, y)], 1.0, Paint::faint(color, 0.8), &[])?;
    }
    Ok(())
}

fn draw_key(
    pen: &mut Pen<'_>,
    palette: &Palette,
    map: &HeatMap,
    layout: &Layout,
    width: f64,
) -> Result<(), ChartError> {
    let look = TextLook::plain(SMALL, palette.soft);
    let (low, high) = (&map.scale_labels.0, &map.scale_labels.1);
    let room = width - 2.0 * layout.pad;
    let wanted = (2.0 * look.width(low).max(look.width(high)) + 13.0).max(180.0).min(room);
    let left = layout.left.min(width - layout.pad - wanted);
    let top = layout.top + layout.cell.1 * layout.rows as f64 + 20.0;
    for step in 0..KEY_STEPS {
        let edge = |index: usize| left + wanted * index as f64 / KEY_STEPS as f64;
        let value = (step as f64 + 0.5) / KEY_STEPS as f64 * 2.0 - 1.0;
        let bar =
            Rect { left: edge(step), top, right: (edge(step + 1) + 0.75).min(left + wanted), bottom: top + KEY_BAR };
        pen.fill(bar, Paint::solid(palette.diverging(value)))?;
    }
    let half = (wanted - 12.0) / 2.0;
    for (label, x, align) in [(low, left, Align::Left), (high, left + wanted, Align::Right)] {
        let mut y = top + KEY_BAR + 14.0;
        for line in look.wrap(label, half, 2) {
            pen.text((x, y), &line, align, look)?;
            y += KEY_LINE;
        }
    }
    Ok(())
}
