//! Values from −1 to 1 in a grid, with a key. The sign never rests on colour alone: a cell without its number has a
//! stroke where it is negative.

use super::clip::Rect;
use super::frame::NARROW;
use super::palette::{Palette, Rgb};
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note_cell};
use crate::report::figure::{HeatCell, HeatMap};

const KEY: f64 = 60.0;
const KEY_BAR: f64 = 10.0;
const KEY_LINE: f64 = 16.0;
const KEY_STEPS: usize = 60;
const BETWEEN: f64 = 1.0;
/// Between groups.
const GAP: f64 = 4.0;
/// All gaps together take at most this share of the grid.
const GAPS: f64 = 0.12;
/// With more rows than this a cell may be too low for its text.
const MANY: usize = 24;
/// Labels of cells smaller than this are smaller too …
const SMALL_CELL: f64 = 15.0;
const SMALLEST: f64 = 10.0;
/// … and those closer together than this are thinned.
const LABEL_STEP: f64 = 10.5;
/// Between two marks of negative values in the key.
const KEY_STROKES: f64 = 11.0;

struct Layout {
    pad: f64,
    left: f64,
    top: f64,
    cell: (f64, f64),
    /// Where each column and each row begins, from the grid's corner, in numbers of cells and of gaps.
    column_gaps: Vec<usize>,
    row_gaps: Vec<usize>,
    gap: f64,
    has_turned_labels: bool,
    row_limit: f64,
    column_limit: f64,
    row_size: f64,
    column_size: f64,
    key: f64,
}

/// How many gaps stand before each of `count` places, and before their end.
fn gaps_before(count: usize, after: &[usize]) -> Vec<usize> {
    let mut gaps = 0;
    let mut before = Vec::with_capacity(count + 1);
    for place in 0..count {
        before.push(gaps);
        gaps += usize::from(place + 1 < count && after.contains(&place));
    }
    before.push(gaps);
    before
}

impl Layout {
    fn new(map: &HeatMap, width: f64) -> Layout {
        let is_narrow = width < NARROW;
        let pad = if is_narrow { 8.0 } else { 16.0 };
        let look = |size| TextLook::plain(size, Palette::light().ink);
        let columns = map.cells.iter().map(Vec::len).fold(map.column_labels.len(), usize::max);
        let rows = map.row_labels.len().max(map.cells.len());
        let column_gaps = gaps_before(columns, &map.gaps_after_columns);
        let row_gaps = gaps_before(rows, &map.gaps_after_rows);
        let widest = |labels: &[String], size| labels.iter().map(|label| look(size).width(label)).fold(0.0, f64::max);
        let size_for = |length: f64| if length < SMALL_CELL { SMALLEST } else { SMALL };

        // Rows of many columns are as a rule many, and low.
        let is_crowded = width / columns.max(1) as f64 * 0.7 < SMALL_CELL;
        let row_limit_of = |size| {
            let share = if is_narrow { 0.32 } else { 0.3 };
            widest(&map.row_labels, size).min(width * if is_crowded { share - 0.08 } else { share })
        };
        let cell_width_of = |row_limit: f64| {
            let room = width - 2.0 * pad - row_limit - 10.0;
            let gaps = column_gaps.last().copied().unwrap_or(0) as f64;
            let gap = if gaps > 0.0 { GAP.min(room * GAPS / gaps).max(0.0) } else { GAP };
            (((room - gap * gaps) / columns.max(1) as f64).clamp(2.0, 120.0), gap)
        };
        // Of many rows each is lower, so that the whole is seen at once.
        let (least, most) = if rows > MANY { (6.0, 22.0) } else { (26.0, 38.0) };
        let height_of = |cell_width: f64| (cell_width * if rows > MANY { 1.0 } else { 0.6 }).clamp(least, most);
        let mut row_size = SMALL;
        let mut row_limit = row_limit_of(row_size);
        let (mut cell_width, mut gap) = cell_width_of(row_limit);
        if height_of(cell_width) < SMALL_CELL {
            row_size = SMALLEST;
            row_limit = row_limit_of(row_size);
            (cell_width, gap) = cell_width_of(row_limit);
        }
        let column_size = size_for(cell_width);
        let widest_column = widest(&map.column_labels, column_size);
        let has_turned_labels = widest_column > cell_width - 8.0;
        let column_limit = if has_turned_labels { widest_column.min(120.0) } else { cell_width - 4.0 };
        let label_height = if has_turned_labels { column_limit } else { 16.0 };
        let key_label = look(SMALL).width(&map.scale_labels.0).max(look(SMALL).width(&map.scale_labels.1));
        Layout {
            pad,
            left: pad + row_limit + 10.0,
            top: pad + if map.column_labels.is_empty() { 0.0 } else { label_height + 9.0 },
            cell: (cell_width, height_of(cell_width)),
            column_gaps,
            row_gaps,
            gap,
            has_turned_labels,
            row_limit,
            column_limit,
            row_size,
            column_size,
            key: if key_label > (width - 2.0 * pad - 12.0) / 2.0 { KEY + KEY_LINE } else { KEY },
        }
    }

    fn rows(&self) -> usize {
        self.row_gaps.len().saturating_sub(1)
    }

    fn columns(&self) -> usize {
        self.column_gaps.len().saturating_sub(1)
    }

    fn gaps(gaps: &[usize], place: usize) -> f64 {
        gaps.get(place).or(gaps.last()).copied().unwrap_or(0) as f64
    }

    fn bottom(&self) -> f64 {
        self.top + self.cell.1 * self.rows() as f64 + self.gap * Layout::gaps(&self.row_gaps, self.rows())
    }

    fn height(&self) -> f64 {
        self.bottom() + self.key + self.pad
    }

    fn cell(&self, row: usize, column: usize) -> Rect {
        let left = self.left + self.cell.0 * column as f64 + self.gap * Layout::gaps(&self.column_gaps, column);
        let top = self.top + self.cell.1 * row as f64 + self.gap * Layout::gaps(&self.row_gaps, row);
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
    let (rows, columns) = (layout.rows(), layout.columns());
    if rows > 0 && height < layout.height() {
        let room = height - layout.height() + layout.cell.1 * rows as f64;
        layout.cell.1 = (room / rows as f64).max(2.0);
    }
    draw_labels(pen, map, palette, &layout)?;
    let mut marks = Vec::new();
    let size = text_size(map, layout.cell);
    for row in 0..rows {
        for column in 0..columns {
            let value = map.cells.get(row).and_then(|cells| cells.get(column)).and_then(Option::as_ref);
            draw_cell(pen, palette, layout.cell(row, column), value, size, &mut marks)?;
        }
    }
    if rows > 0 && columns > 0 {
        draw_key(pen, palette, map, &layout, width, size.is_none())?;
    }
    Ok(marks)
}

fn draw_labels(pen: &mut Pen<'_>, map: &HeatMap, palette: &Palette, layout: &Layout) -> Result<(), ChartError> {
    let color = palette.ink.mixed(palette.soft, 0.35);
    let every = |length: f64| (LABEL_STEP / length).ceil().max(1.0) as usize;
    let look = TextLook::plain(layout.column_size, color);
    let step = if layout.has_turned_labels { every(layout.cell.0) } else { 1 };
    for (column, label) in map.column_labels.iter().enumerate().step_by(step) {
        let cell = layout.cell(0, column);
        let x = (cell.left + cell.right) / 2.0;
        let text = look.fit(label, layout.column_limit);
        if layout.has_turned_labels {
            pen.text((x, layout.top - 7.0), &text, Align::Left, look.turned())?;
        } else {
            pen.text((x, layout.top - 14.0), &text, Align::Center, look)?;
        }
    }
    let look = TextLook::plain(layout.row_size, color);
    for (row, label) in map.row_labels.iter().enumerate().step_by(every(layout.cell.1)) {
        let cell = layout.cell(row, 0);
        let at = (layout.left - 10.0, (cell.top + cell.bottom) / 2.0);
        pen.text(at, &look.fit(label, layout.row_limit), Align::Right, look)?;
    }
    Ok(())
}

/// One size for all cells, so that no number looks weightier than another; none if the smallest does not fit.
fn text_size(map: &HeatMap, cell: (f64, f64)) -> Option<f64> {
    let cells = || map.cells.iter().flatten().flatten();
    if cells().all(|value| value.text.is_empty()) {
        return None;
    }
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
    let least = cell.width().min(cell.height());
    // Hairlines between cells of few pixels would take their colour.
    let between = if least < 5.0 { 0.0 } else { BETWEEN.min(least * 0.06) };
    let center = ((cell.left + cell.right) / 2.0, (cell.top + cell.bottom) / 2.0);
    let inside = cell.grown(-between);
    let Some(value) = value.filter(|value| value.value.is_finite()) else {
        pen.fill(inside, Paint::solid(palette.paper))?;
        // Without numbers a dash would look like the stroke that says negative.
        let Some(size) = size else { return Ok(()) };
        return pen.text(center, "–", Align::Center, TextLook::plain(size, palette.soft));
    };
    let ground = palette.diverging(value.value);
    pen.fill(inside, Paint::solid(ground))?;
    if let Some(size) = size {
        let color = palette.readable_on(ground);
        let look = if value.is_marked { TextLook::bold(size, color) } else { TextLook::plain(size, color) };
        pen.text(center, &value.text, Align::Center, look)?;
    } else if value.value < 0.0 && least >= 3.0 {
        let half = (0.26 * least).min(5.0);
        let width = if least > 12.0 { 1.5 } else { 1.0 };
        let paint = Paint::solid(stroke(palette, ground, value.value));
        pen.horizontal(center.0 - half, center.0 + half, center.1, width, paint)?;
    }
    if value.is_marked {
        draw_outline(pen, palette, inside)?;
    }
    note_cell(marks, cell, &value.hint, &value.pick);
    Ok(())
}

/// Of the stroke that says negative: the further from 0, the stronger.
fn stroke(palette: &Palette, ground: Rgb, value: f64) -> Rgb {
    ground.mixed(palette.ink, 0.25 + 0.65 * value.abs().min(1.0))
}

/// A frame in ink; of a cell too narrow for one, its upper and lower side.
fn draw_outline(pen: &mut Pen<'_>, palette: &Palette, cell: Rect) -> Result<(), ChartError> {
    let ink = Paint::solid(palette.ink);
    let least = cell.width().min(cell.height());
    let width = if least > 14.0 { 1.5 } else { 1.0 };
    pen.fill(Rect { bottom: cell.top + width, ..cell }, ink)?;
    pen.fill(Rect { top: cell.bottom - width, ..cell }, ink)?;
    if cell.width() >= 4.0 {
        pen.fill(Rect { right: cell.left + width, ..cell }, ink)?;
        pen.fill(Rect { left: cell.right - width, ..cell }, ink)?;
    }
    Ok(())
}

fn draw_key(
    pen: &mut Pen<'_>,
    palette: &Palette,
    map: &HeatMap,
    layout: &Layout,
    width: f64,
    has_strokes: bool,
) -> Result<(), ChartError> {
    let look = TextLook::plain(SMALL, palette.soft);
    let (low, high) = (&map.scale_labels.0, &map.scale_labels.1);
    let room = width - 2.0 * layout.pad;
    let wanted = (2.0 * look.width(low).max(look.width(high)) + 13.0).max(180.0).min(room);
    let left = layout.left.min(width - layout.pad - wanted);
    let top = layout.bottom() + 20.0;
    for step in 0..KEY_STEPS {
        let edge = |index: usize| left + wanted * index as f64 / KEY_STEPS as f64;
        let value = (step as f64 + 0.5) / KEY_STEPS as f64 * 2.0 - 1.0;
        let bar =
            Rect { left: edge(step), top, right: (edge(step + 1) + 0.75).min(left + wanted), bottom: top + KEY_BAR };
        pen.fill(bar, Paint::solid(palette.diverging(value)))?;
    }
    if has_strokes {
        let mut x = left + KEY_STROKES / 2.0;
        while x < left + wanted / 2.0 - 3.0 {
            let value = (x - left) / wanted * 2.0 - 1.0;
            let paint = Paint::solid(stroke(palette, palette.diverging(value), value));
            pen.horizontal(x - 2.5, x + 2.5, top + KEY_BAR / 2.0, 1.0, paint)?;
            x += KEY_STROKES;
        }
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
