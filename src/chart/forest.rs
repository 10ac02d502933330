//! Estimates with their intervals, one a row, in groups. Where the figure is narrow, the words stand over the interval.

use super::clip::Rect;
use super::frame::{LINE, NARROW};
use super::palette::{Palette, Rgb};
use super::panel::{Interval, Panel, TICKS};
use super::pen::{Paint, Pen};
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark};
use crate::report::figure::{Forest, ForestRow};

const TEXT_LINE: f64 = 16.0;
const GAP: f64 = 24.0;
/// More rows than this stand closer together, with ticks above them too.
const MANY: usize = 20;
const LEAST_PLOT: f64 = 170.0;
/// Room for the interval under its words.
const STACKED: f64 = 16.0;
/// Of a group's members.
const INDENT: f64 = 14.0;
/// Over a group's heading.
const GROUP_GAP: f64 = 6.0;
/// Between the reference line and the words beside it.
const BESIDE: f64 = 10.0;

/// Words of one row, cut into the lines of their columns.
struct Words {
    label: Vec<String>,
    counts: Vec<String>,
    detail: Vec<String>,
    indent: f64,
}

impl Words {
    fn lines(&self, is_stacked: bool) -> usize {
        if is_stacked {
            (self.label.len() + self.counts.len()).max(self.detail.len())
        } else {
            self.label.len().max(self.counts.len()).max(self.detail.len())
        }
    }
}

struct Row {
    words: Words,
    top: f64,
    height: f64,
}

/// Widths of the columns, and where those that stand on their own begin.
struct Columns {
    /// Words over the intervals rather than beside them.
    is_stacked: bool,
    pad: f64,
    width: f64,
    gap: f64,
    labels: f64,
    counts: f64,
    details: f64,
}

impl Columns {
    fn new(figure: &Forest, indents: &[f64], width: f64) -> Columns {
        let palette = Palette::light();
        let pad = if width < NARROW { 8.0 } else { 16.0 };
        let room = (width - 2.0 * pad).max(20.0);
        let header = header_look(&palette);
        let widest = |text: fn(&ForestRow) -> &str, header_text: &str, limit: f64| {
            let rows = figure.rows.iter().map(|row| look(&palette, row).width(text(row)));
            // A header makes its column wider by a word, not by a sentence.
            let word = header_text.split_whitespace().map(|word| header.width(word)).fold(0.0, f64::max);
            rows.fold(word, f64::max).min(limit)
        };
        let headers = figure.headers.clone().unwrap_or_default();
        let indent = indents.iter().copied().fold(0.0, f64::max);
        let counts = widest(|row| &row.counts, &headers.counts, room * 0.2);
        // Where there is one column more, the labels share their room with it.
        let (most, gap) = if counts > 0.0 { (room * 0.27, GAP - 6.0) } else { (room * 0.34, GAP) };
        let labels = (widest(|row| &row.label, &headers.label, most) + indent).min(most);
        let details = widest(|row| &row.detail, &headers.detail, room * 0.32);
        let columns = Columns { is_stacked: false, pad, width, gap, labels, counts, details };
        let is_stacked = width < NARROW || columns.plot_right() - columns.plot_left() < LEAST_PLOT;
        Columns { is_stacked, ..columns }
    }

    fn room(&self) -> f64 {
        (self.width - 2.0 * self.pad).max(20.0)
    }

    /// A column's width with the gap after it.
    fn beside(&self, width: f64) -> f64 {
        if width > 0.0 { width + self.gap } else { 0.0 }
    }

    fn plot_left(&self) -> f64 {
        if self.is_stacked { self.pad } else { self.pad + self.beside(self.labels) + self.beside(self.counts) }
    }

    fn plot_right(&self) -> f64 {
        self.width - self.pad - if self.is_stacked { 0.0 } else { self.beside(self.details) }
    }

    fn words(&self, texts: [&str; 3], indent: f64, look: TextLook) -> Words {
        let [label, counts, detail] = texts;
        if !self.is_stacked {
            return Words {
                label: look.wrap(label, self.labels - indent, 3),
                counts: look.wrap(counts, self.counts, 3),
                detail: look.wrap(detail, self.details, 3),
                indent,
            };
        }
        let room = self.room();
        let detail = look.wrap(detail, room * 0.62, 3);
        let used = detail.iter().map(|line| look.width(line)).fold(0.0, f64::max);
        let left = room - used - GAP - indent;
        Words { label: look.wrap(label, left, 3), counts: look.wrap(counts, left, 2), detail, indent }
    }
}

struct Layout {
    columns: Columns,
    has_top_ticks: bool,
    header: Option<Words>,
    plot: Rect,
    rows: Vec<Row>,
    favours: Favours,
    x_title: Vec<String>,
    height: f64,
}

fn look(palette: &Palette, row: &ForestRow) -> TextLook {
    if row.is_emphasised || row.is_heading {
        TextLook::bold(SMALL, palette.ink)
    } else if row.estimate.is_some() {
        TextLook::plain(SMALL, palette.ink.mixed(palette.soft, 0.35))
    } else {
        TextLook::plain(SMALL, palette.soft)
    }
}

fn header_look(palette: &Palette) -> TextLook {
    TextLook::bold(SMALL - 0.5, palette.soft)
}

/// Whether there is more than words.
fn is_drawn(row: &ForestRow) -> bool {
    row.estimate.or(row.low.and(row.high)).is_some_and(f64::is_finite)
}

/// Rows below a heading are its members.
fn indents(rows: &[ForestRow]) -> Vec<f64> {
    let mut indent = 0.0;
    let indent_of = |row: &ForestRow| {
        if row.is_heading {
            indent = INDENT;
            return 0.0;
        }
        indent
    };
    rows.iter().map(indent_of).collect()
}

impl Layout {
    fn new(figure: &Forest, width: f64) -> Layout {
        let palette = Palette::light();
        let indents = indents(&figure.rows);
        let columns = Columns::new(figure, &indents, width);
        let is_stacked = columns.is_stacked;
        let (left, right) = (columns.plot_left(), columns.plot_right());
        let header = figure.headers.as_ref().map(|headers| {
            columns.words([&headers.label, &headers.counts, &headers.detail], 0.0, header_look(&palette))
        });
        let has_top_ticks = figure.rows.len() > MANY;
        let header_height = header.as_ref().map_or(0.0, |words| TEXT_LINE * words.lines(is_stacked) as f64 + 6.0);
        let top = columns.pad + header_height + if has_top_ticks { TICKS } else { 4.0 };
        let space = if figure.rows.len() > MANY { 4.0 } else { 10.0 };
        let mut y = top;
        let mut rows: Vec<Row> = Vec::with_capacity(figure.rows.len());
        for (row, &indent) in figure.rows.iter().zip(&indents) {
            let words = columns.words([&row.label, &row.counts, &row.detail], indent, look(&palette, row));
            let lines = words.lines(is_stacked).max(usize::from(!is_stacked));
            let height = TEXT_LINE * lines as f64 + space + if is_stacked && is_drawn(row) { STACKED } else { 0.0 };
            y += if row.is_heading && y > top { GROUP_GAP } else { 0.0 };
            rows.push(Row { words, top: y, height });
            y += height;
        }
        let bottom = y.max(top + 20.0) + 2.0;
        let plot = Rect { left, top, right: right.max(left + 10.0), bottom };
        let favours = Favours::new(figure, plot, width, columns.pad);
        let x_title = TextLook::plain(SMALL, palette.soft).wrap(&figure.x.label, columns.room(), 2);
        Layout {
            has_top_ticks,
            header,
            plot,
            rows,
            height: bottom + TICKS + 3.0 + favours.height() + LINE * x_title.len() as f64 + columns.pad,
            favours,
            x_title,
            columns,
        }
    }
}

/// Words with arrows under the axis, each on its side of the reference where both have room there, else one below
/// the other at the figure's sides.
struct Favours {
    lines: Vec<Vec<(f64, Align, String)>>,
}

impl Favours {
    fn new(figure: &Forest, plot: Rect, width: f64, pad: f64) -> Favours {
        let Some((left, right)) = &figure.favours else { return Favours { lines: Vec::new() } };
        let look = TextLook::plain(SMALL, Palette::light().soft);
        let (left, right) = (format!("← {left}"), format!("{right} →"));
        let panel = Panel { axis: &figure.x, plot };
        let middle = figure.reference_x.map(|x| panel.x_px(x)).filter(|x| *x >= plot.left && *x <= plot.right);
        let middle = middle.unwrap_or((plot.left + plot.right) / 2.0);
        let has_room =
            middle - BESIDE - look.width(&left) >= pad && middle + BESIDE + look.width(&right) <= width - pad;
        let lines = if has_room {
            vec![vec![(middle - BESIDE, Align::Right, left), (middle + BESIDE, Align::Left, right)]]
        } else if look.width(&left) + look.width(&right) + 2.0 * BESIDE <= width - 2.0 * pad {
            vec![vec![(pad, Align::Left, left), (width - pad, Align::Right, right)]]
        } else {
            let room = width - 2.0 * pad;
            vec![
                vec![(pad, Align::Left, look.fit(&left, room))],
                vec![(width - pad, Align::Right, look.fit(&right, room))],
            ]
        };
        Favours { lines }
    }

    fn height(&self) -> f64 {
        LINE * self.lines.len() as f64
    }
}

pub(super) fn height(figure: &Forest, width: f64) -> f64 {
    Layout::new(figure, width).height
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &Forest,
    palette: &Palette,
    (width, _): (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let layout = Layout::new(figure, width);
    let panel = Panel { axis: &figure.x, plot: layout.plot };
    let is_stacked = layout.columns.is_stacked;
    for (row, place) in figure.rows.iter().zip(&layout.rows).filter(|(row, _)| row.is_emphasised) {
        let edge = layout.columns.pad / 2.0;
        let band = Rect { left: edge, top: place.top, right: width - edge, bottom: place.top + place.height };
        pen.fill(band, Paint::solid(ground(palette, row)))?;
    }
    draw_axis(pen, figure, palette, &layout, &panel)?;
    if let Some(words) = &layout.header {
        // Each column's header ends where the rows begin.
        let height = TEXT_LINE * words.lines(is_stacked) as f64;
        let top = layout.columns.pad;
        draw_words(pen, &layout.columns, words, header_look(palette), (top, height), None)?;
        let y = top + height + 3.0;
        pen.horizontal(layout.columns.pad, width - layout.columns.pad, y, 1.0, Paint::solid(palette.line))?;
    }
    let mut marks = Vec::new();
    for (row, place) in figure.rows.iter().zip(&layout.rows) {
        let space = place.height - if is_stacked && is_drawn(row) { STACKED } else { 0.0 };
        let behind = is_stacked.then(|| ground(palette, row));
        draw_words(pen, &layout.columns, &place.words, look(palette, row), (place.top, space), behind)?;
        let y =
            if is_stacked { place.top + place.height - STACKED / 2.0 - 2.0 } else { place.top + place.height / 2.0 };
        let interval = Interval {
            hue: row.hue,
            estimate: row.estimate,
            low: row.low,
            high: row.high,
            is_emphasised: row.is_emphasised,
            hint: &row.hint,
        };
        panel.draw_interval(pen, palette, &interval, y, &mut marks)?;
    }
    Ok(marks)
}

/// What a row stands on.
fn ground(palette: &Palette, row: &ForestRow) -> Rgb {
    if row.is_emphasised { palette.card.mixed(palette.look(row.hue).color, 0.09) } else { palette.card }
}

/// A row's words in the middle of `space` below `top`, on `behind` where grid lines run there.
fn draw_words(
    pen: &mut Pen<'_>,
    columns: &Columns,
    words: &Words,
    look: TextLook,
    (top, space): (f64, f64),
    behind: Option<Rgb>,
) -> Result<(), ChartError> {
    let all = words.lines(columns.is_stacked);
    let left = columns.pad + words.indent;
    let under_label = if columns.is_stacked { words.label.len() } else { 0 };
    let counts_left = if columns.is_stacked { left } else { columns.pad + columns.beside(columns.labels) };
    for (lines, x, align, skipped) in [
        (&words.label, left, Align::Left, 0),
        (&words.counts, counts_left, Align::Left, under_label),
        (&words.detail, columns.width - columns.pad, Align::Right, 0),
    ] {
        // Beside the interval each is centred on it; over it all start at the top.
        let count = if columns.is_stacked { all } else { lines.len() };
        let first = top + space / 2.0 - TEXT_LINE * (count as f64 - 1.0) / 2.0;
        let mut y = first + TEXT_LINE * skipped as f64 + if columns.is_stacked { 2.0 } else { 0.0 };
        for line in lines {
            if let Some(behind) = behind {
                let wide = look.width(line);
                let left = if align == Align::Left { x } else { x - wide };
                let rect = Rect { left: left - 2.0, top: y - 8.0, right: left + wide + 2.0, bottom: y + 8.0 };
                pen.fill(rect, Paint::solid(behind))?;
            }
            pen.text((x, y), line, align, look)?;
            y += TEXT_LINE;
        }
    }
    Ok(())
}

fn draw_axis(
    pen: &mut Pen<'_>,
    figure: &Forest,
    palette: &Palette,
    layout: &Layout,
    panel: &Panel,
) -> Result<(), ChartError> {
    let plot = layout.plot;
    let (width, pad) = (layout.columns.width, layout.columns.pad);
    let look = TextLook::plain(SMALL, palette.soft);
    panel.draw_ticks(pen, palette, layout.has_top_ticks, width)?;
    panel.draw_reference(pen, palette, figure.reference_x)?;
    // Where the planned one stands, to compare the others with.
    let mut emphasised = figure.rows.iter().filter(|row| row.is_emphasised);
    if let (Some(row), None, false) = (emphasised.next(), emphasised.next(), figure.is_without_guide)
        && let Some(x) = row.estimate.map(|x| panel.x_px(x)).filter(|x| *x >= plot.left && *x <= plot.right)
    {
        let paint = Paint::solid(palette.card.mixed(palette.look(row.hue).color, 0.55));
        pen.line(&[(x, plot.top), (x, plot.bottom)], 1.0, paint, &[2.0, 4.0])?;
    }
    let below = plot.bottom + TICKS + 3.0;
    let mut y = below + LINE / 2.0;
    for line in &layout.favours.lines {
        for (x, align, text) in line {
            pen.text((*x, y), text, *align, look)?;
        }
        y += LINE;
    }
    panel.draw_title(pen, look, &layout.x_title, below + layout.favours.height(), (pad, width - pad))
}
