//! Shares of ordered classes over time, a panel an arm. The worst class stands at the bottom, so that the ones who
//! died can be compared along one line.

use super::clip::Rect;
use super::frame::{LINE, NARROW, stride};
use super::legend::{Item, Legend, Sample};
use super::palette::Palette;
use super::pen::{Paint, Pen};
use super::text::{Align, NAME, SMALL, TextLook};
use super::texture::{Texture, fill_textured};
use super::{ChartError, Mark, note_along};
use crate::report::figure::{Hue, StackBar, StackPanel, StackPart, StackedBars};

const QUARTERS: [(f64, &str); 5] = [(0.0, "0%"), (0.25, "25%"), (0.5, "50%"), (0.75, "75%"), (1.0, "100%")];
const TITLE_LINE: f64 = 18.0;
const ROW_GAP: f64 = 20.0;
const COLUMN_GAP: f64 = 22.0;
/// Of a bar's room, what the bar takes.
const FILLED: f64 = 0.84;
const WIDEST: f64 = 54.0;
/// The narrowest room for a bar when panels stand side by side.
const NARROWEST: f64 = 22.0;

struct Layout {
    pad: f64,
    left: f64,
    width: f64,
    legend: Legend,
    legend_height: f64,
    y_title: Vec<String>,
    x_title: Vec<String>,
    columns: usize,
    rows: usize,
    /// A panel's width, without its share of the axis.
    panel: f64,
    /// Lines of the longest panel title.
    title_lines: usize,
    /// Labels and counts under the bars.
    foot: f64,
    plot: f64,
    /// Of the ordered ones.
    levels: usize,
    text_size: f64,
}

fn legend(figure: &StackedBars, palette: &Palette) -> Legend {
    let count = figure.levels.len();
    let item = |name: &String, color, texture| Item {
        sample: Sample::Class { color, texture },
        hue: Hue::Neutral,
        name: name.clone(),
        detail: String::new(),
    };
    let levels =
        figure.levels.iter().enumerate().map(|(level, name)| item(name, palette.ordered(level, count), Texture::Solid));
    let unknown = Some(&figure.unknown_level).filter(|name| !name.is_empty());
    let unknown = unknown.map(|name| item(name, palette.neutral, Texture::Rising));
    Legend { items: levels.chain(unknown).collect() }
}

impl Layout {
    fn new(figure: &StackedBars, palette: &Palette, width: f64) -> Layout {
        let pad = if width < NARROW { 8.0 } else { 16.0 };
        let small = TextLook::plain(SMALL, palette.soft);
        let left = pad + small.width("100%") + 9.0;
        let room = (width - left - pad).max(20.0);
        let panels = figure.panels.len();
        let bars = figure.panels.iter().map(|panel| panel.bars.len()).max().unwrap_or(0);
        let needed = (NARROWEST * bars as f64).max(140.0);
        let fitting = ((room + COLUMN_GAP) / (needed + COLUMN_GAP)).floor().max(1.0) as usize;
        // Rows of the same length where that is possible: four as two and two.
        let rows = panels.max(1).div_ceil(fitting.min(panels.max(1)));
        let columns = panels.max(1).div_ceil(rows);
        let panel = ((room - COLUMN_GAP * (columns - 1) as f64) / columns as f64).max(10.0);
        let bold = TextLook::bold(NAME, palette.ink);
        let title_lines =
            figure.panels.iter().map(|titled| bold.wrap(&titled.title, panel, 3).len()).max().unwrap_or(0);
        let bars = || figure.panels.iter().flat_map(|panel| &panel.bars);
        let labels = if bars().all(|bar| bar.label.is_empty()) { 6.0 } else { 22.0 };
        let counts = if bars().all(|bar| bar.count.is_empty()) { 0.0 } else { 17.0 };
        let legend = legend(figure, palette);
        Layout {
            pad,
            left,
            width,
            legend_height: legend.height(width - 2.0 * pad),
            legend,
            y_title: small.wrap(&figure.y_label, width - 2.0 * pad, 2),
            x_title: small.wrap(&figure.x_label, width - 2.0 * pad, 2),
            columns,
            rows,
            panel,
            title_lines,
            foot: labels + counts,
            levels: figure.levels.len(),
            text_size: text_size(figure, panel),
            plot: if columns == 1 { (panel * 0.55).clamp(140.0, 220.0) } else { (panel * 0.8).clamp(170.0, 250.0) },
        }
    }

    /// Where the first row of panels starts.
    fn top(&self) -> f64 {
        let legend = if self.legend_height > 0.0 { self.legend_height + 8.0 } else { 0.0 };
        let title = if self.y_title.is_empty() { 0.0 } else { LINE * self.y_title.len() as f64 + 8.0 };
        self.pad + legend + title
    }

    /// Above each row's plot.
    fn head(&self) -> f64 {
        if self.title_lines == 0 { 6.0 } else { TITLE_LINE * self.title_lines as f64 + 9.0 }
    }

    /// Everything but the plots.
    fn around(&self) -> f64 {
        let rows = self.rows as f64;
        let between = ROW_GAP * (rows - 1.0);
        let x_title = if self.x_title.is_empty() { 0.0 } else { LINE * self.x_title.len() as f64 + 5.0 };
        self.top() + (self.head() + self.foot) * rows + between + x_title + self.pad
    }

    fn place(&self, index: usize) -> Rect {
        let (row, column) = (index / self.columns, index % self.columns);
        let left = self.left + (self.panel + COLUMN_GAP) * column as f64;
        let top = self.top() + (self.head() + self.plot + self.foot + ROW_GAP) * row as f64 + self.head();
        Rect { left, top, right: left + self.panel, bottom: top + self.plot }
    }
}

pub(super) fn height(figure: &StackedBars, width: f64) -> f64 {
    let layout = Layout::new(figure, &Palette::light(), width);
    layout.around() + layout.plot * layout.rows as f64
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &StackedBars,
    palette: &Palette,
    (width, height): (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let mut layout = Layout::new(figure, palette, width);
    layout.plot = layout.plot.min((height - layout.around()) / layout.rows as f64).max(20.0);
    let (pad, small) = (layout.pad, TextLook::plain(SMALL, palette.soft));
    layout.legend.draw(pen, palette, pad, pad - 3.0, width - 2.0 * pad)?;
    let mut y = layout.top() - 8.0 - LINE * layout.y_title.len() as f64 + LINE / 2.0;
    for line in &layout.y_title {
        pen.text((pad, y), line, Align::Left, small)?;
        y += LINE;
    }
    let mut marks = Vec::new();
    for (index, panel) in figure.panels.iter().enumerate() {
        let plot = layout.place(index);
        for (share, label) in QUARTERS {
            let y = plot.bottom - share * plot.height();
            pen.horizontal(plot.left, plot.right, y, 1.0, Paint::solid(palette.line))?;
            if index % layout.columns == 0 && (plot.height() >= 90.0 || share == 0.0 || share == 1.0) {
                pen.text((plot.left - 9.0, y), label, Align::Right, small)?;
            }
        }
        draw_panel(pen, palette, panel, plot, &layout, &mut marks)?;
    }
    if !figure.panels.is_empty() {
        let last = layout.place(layout.columns * (layout.rows - 1)).bottom;
        let mut y = last + layout.foot + 5.0 + LINE / 2.0;
        let middle = (layout.left + layout.width - pad) / 2.0;
        for line in &layout.x_title {
            let half = small.width(line) / 2.0;
            let x = middle.min(width - pad - half).max(pad + half);
            pen.text((x, y), line, Align::Center, small)?;
            y += LINE;
        }
    }
    Ok(marks)
}

fn draw_panel(
    pen: &mut Pen<'_>,
    palette: &Palette,
    panel: &StackPanel,
    plot: Rect,
    layout: &Layout,
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    let title = TextLook::bold(NAME, palette.look(panel.hue).color);
    let lines = title.wrap(&panel.title, plot.width(), 3);
    let mut y = plot.top - 9.0 - TITLE_LINE * lines.len() as f64 + TITLE_LINE / 2.0;
    for line in &lines {
        pen.text((plot.left, y), line, Align::Left, title)?;
        y += TITLE_LINE;
    }
    let pitch = plot.width() / panel.bars.len().max(1) as f64;
    let width = bar_width(panel, plot.width());
    let small = TextLook::plain(SMALL, palette.soft);
    let ink = TextLook::plain(SMALL, palette.ink.mixed(palette.soft, 0.35));
    let middle = |index: usize| plot.left + pitch * (index as f64 + 0.5);
    let texts: Vec<(f64, f64)> = panel
        .bars
        .iter()
        .enumerate()
        .map(|(index, bar)| (middle(index), small.width(&bar.label).max(small.width(&bar.count))))
        .collect();
    let step = stride(&texts, 6.0);
    for (index, bar) in panel.bars.iter().enumerate() {
        let x = middle(index);
        let column = Rect { left: x - width / 2.0, right: x + width / 2.0, ..plot };
        draw_stack(pen, palette, bar, column, layout, marks)?;
        if index % step == 0 {
            let limit = pitch * step as f64 + COLUMN_GAP / 2.0;
            pen.text((x, plot.bottom + 14.0), &ink.fit(&bar.label, limit), Align::Center, ink)?;
            let y = plot.bottom + layout.foot - 8.0;
            pen.text((x, y), &small.fit_or_nothing(&bar.count, limit), Align::Center, small)?;
        }
    }
    let axis = Paint::solid(palette.line.mixed(palette.soft, 0.75));
    pen.horizontal(plot.left, plot.right, plot.bottom, 1.0, axis)
}

/// The largest size at which all numbers fit their bars, else the smallest: what is still too wide is left out.
fn text_size(figure: &StackedBars, panel: f64) -> f64 {
    const SMALLEST: f64 = 10.5;
    let fits = |&size: &f64| {
        let look = TextLook::plain(size, Palette::light().ink);
        figure.panels.iter().all(|titled| {
            let width = bar_width(titled, panel);
            titled.bars.iter().flat_map(|bar| &bar.parts).all(|part| look.width(&part.text) <= width - 3.0)
        })
    };
    [SMALL, 11.5].into_iter().find(fits).unwrap_or(SMALLEST)
}

fn bar_width(panel: &StackPanel, plot: f64) -> f64 {
    (plot / panel.bars.len().max(1) as f64 * FILLED).min(WIDEST)
}

fn draw_stack(
    pen: &mut Pen<'_>,
    palette: &Palette,
    bar: &StackBar,
    column: Rect,
    layout: &Layout,
    marks: &mut Vec<Mark>,
) -> Result<(), ChartError> {
    // From the bottom: the worst first, the unknown on top of all.
    let mut parts: Vec<&StackPart> =
        bar.parts.iter().filter(|part| part.share.is_finite() && part.share > 0.0).collect();
    crate::order::sort_by(&mut parts, |a, b| b.level.cmp(&a.level));
    let (x, size) = ((column.left + column.right) / 2.0, layout.text_size);
    let mut done = 0.0f64;
    for part in parts {
        let from = column.bottom - done.min(1.0) * column.height();
        done += part.share;
        let to = column.bottom - done.min(1.0) * column.height();
        let gap = if from - to > 3.0 { 1.0 } else { 0.0 };
        let rect = Rect { top: to, bottom: from - gap, ..column };
        if rect.height() <= 0.0 {
            continue;
        }
        let center = (x, (rect.top + rect.bottom) / 2.0);
        let ground = match part.level {
            Some(level) => {
                let color = palette.ordered(level, layout.levels);
                pen.fill(rect, Paint::solid(color))?;
                color
            }
            None => {
                fill_textured(pen, rect, palette.neutral, palette.card, Texture::Rising)?;
                palette.card
            }
        };
        let look = TextLook::plain(size, palette.readable_on(ground));
        let text = look.fit_or_nothing(&part.text, rect.width() - 3.0);
        if rect.height() >= size + 1.0 && !text.is_empty() {
            if part.level.is_none() {
                // The hatch leaves a clearing for the number.
                let half = look.width(&text) / 2.0 + 2.0;
                let clearing = Rect {
                    left: (x - half).max(rect.left),
                    top: (center.1 - size * 0.55).max(rect.top),
                    right: (x + half).min(rect.right),
                    bottom: (center.1 + size * 0.55).min(rect.bottom),
                };
                pen.fill(clearing, Paint::solid(palette.card))?;
            }
            pen.text(center, &text, Align::Center, look)?;
        }
        note_along(marks, x, (rect.top, rect.bottom), rect.width().min(rect.height()) / 2.0, 8, &part.hint);
    }
    Ok(())
}
