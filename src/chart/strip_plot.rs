//! Each person's value, groups side by side: points that stand beside one another, and over them middle and spread.

use std::collections::BTreeMap;

use super::clip::Rect;
use super::frame::{LINE, NARROW, share, stride};
use super::legend::{Item, Legend, Sample};
use super::marker::{draw_marker, draw_open_triangle, draw_rimless};
use super::palette::Palette;
use super::pen::{Paint, Pen, Point};
use super::reference::draw_y_marks;
use super::text::{Align, SMALL, TextLook};
use super::{ChartError, Mark, note};
use crate::order::sort_by;
use crate::report::figure::{Beyond, Hue, LegendEntry, StripGroup, StripPanel, StripPlot};

/// Between panels.
const GAP: f64 = 22.0;
/// A panel is not narrower than this beside another, and a group than that.
const NARROWEST_PANEL: f64 = 170.0;
const NARROWEST_GROUP: f64 = 22.0;
/// Between clusters, in widths of a group.
const APART: f64 = 0.45;
/// Of a panel's title, in two lines at most.
const TITLE: f64 = 8.0;
const TITLE_LINE: f64 = 16.0;
const NAME_LINE: f64 = 15.0;
const LONGEST_TURNED: f64 = 124.0;
/// A group wider than this has its name level, if cut, rather than turned and cut too.
const WIDE_GROUP: f64 = 44.0;
/// Under the names, with the line over a cluster's name.
const CLUSTER: f64 = 9.0;

/// A panel, or a part of one that is too wide for a row.
struct Part<'a> {
    panel: &'a StripPanel,
    groups: &'a [StripGroup],
}

/// What stands under the plots.
struct Foot {
    has_turned_names: bool,
    /// Names that would be cut, all of them in the legend too: the legend has them alone.
    is_legend_enough: bool,
    names: f64,
    clusters: f64,
}

impl Foot {
    fn height(&self) -> f64 {
        7.0 + self.names + self.clusters
    }
}

struct Layout<'a> {
    pad: f64,
    legend: Legend,
    y_title: Vec<String>,
    top: f64,
    parts: Vec<Part<'a>>,
    columns: usize,
    /// Of y tick labels, at each panel or at the first of a row.
    ticks: f64,
    is_shared: bool,
    plot: (f64, f64),
    title: f64,
    foot: Foot,
}

fn legend(figure: &StripPlot) -> Legend {
    let arms = figure.legend.iter().map(|entry| (Sample::Point, entry.hue, entry.name.clone()));
    let limit = figure.panels.iter().flat_map(|panel| &panel.groups).flat_map(|group| &group.points);
    let limit = limit.filter_map(|point| point.limit).next().filter(|_| !figure.limit_name.is_empty());
    let limit = limit.map(|side| (Sample::OpenTriangle { side }, Hue::Neutral, figure.limit_name.clone()));
    let items = arms.chain(limit).map(|(sample, hue, name)| Item { sample, hue, name, detail: String::new() });
    Legend { items: items.collect() }
}

fn is_together(left: &StripGroup, right: &StripGroup) -> bool {
    !left.cluster.is_empty() && left.cluster == right.cluster
}

/// Runs of neighbours of one cluster.
fn clusters(groups: &[StripGroup]) -> Vec<&[StripGroup]> {
    groups.chunk_by(is_together).collect()
}

/// The width of all groups, in widths of one.
fn units(groups: &[StripGroup]) -> f64 {
    let clusters = clusters(groups).len();
    groups.len().max(1) as f64 + APART * clusters.saturating_sub(1) as f64 + 0.3
}

/// The panel in as few parts as have room, each of about as many clusters.
fn parts(panel: &StripPanel, room: f64) -> Vec<Part<'_>> {
    let clusters = clusters(&panel.groups);
    let most = (room / NARROWEST_GROUP).max(1.0);
    let wanted = (units(&panel.groups) / most).ceil().max(1.0) as usize;
    let each = clusters.len().div_ceil(wanted).max(1);
    let mut parts = Vec::new();
    let mut rest = panel.groups.as_slice();
    for run in clusters.chunks(each) {
        let (groups, after) = rest.split_at(run.iter().map(|cluster| cluster.len()).sum::<usize>().min(rest.len()));
        parts.push(Part { panel, groups });
        rest = after;
    }
    if parts.is_empty() {
        parts.push(Part { panel, groups: &[] });
    }
    parts
}

fn small() -> TextLook {
    TextLook::plain(SMALL, Palette::light().soft)
}

fn title_look(palette: &Palette) -> TextLook {
    TextLook::bold(SMALL, palette.ink)
}

fn title_lines(part: &Part, plot_width: f64) -> Vec<String> {
    title_look(&Palette::light()).wrap(&part.panel.title, plot_width, 2)
}

fn name_look(palette: &Palette, group: &StripGroup) -> TextLook {
    if group.cluster.is_empty() { cluster_look(palette, group.hue) } else { TextLook::plain(SMALL, palette.soft) }
}

fn cluster_look(palette: &Palette, hue: Hue) -> TextLook {
    TextLook::bold(SMALL, palette.look(hue).color)
}

impl<'a> Layout<'a> {
    fn new(figure: &'a StripPlot, width: f64) -> Layout<'a> {
        let is_narrow = width < NARROW;
        let pad = if is_narrow { 8.0 } else { 16.0 };
        let room = width - 2.0 * pad;
        let legend = legend(figure);
        let legend_height = legend.height(room);
        let y_title = small().wrap(&figure.y_label, room, 2);
        let labels = figure.panels.iter().flat_map(|panel| &panel.y.ticks).map(|tick| small().width(&tick.label));
        let ticks = labels.fold(0.0, f64::max).min(width * 0.3) + 10.0;
        let is_shared = figure.panels.windows(2).all(|pair| pair[0].y == pair[1].y);

        let parts: Vec<Part> = figure.panels.iter().flat_map(|panel| parts(panel, room - ticks)).collect();
        let widest = parts.iter().map(|part| units(part.groups)).fold(0.0, f64::max);
        let needed = (widest * NARROWEST_GROUP * 1.25).max(NARROWEST_PANEL);
        let columns =
            if is_shared { (room - ticks + GAP) / (needed + GAP) } else { (room + GAP) / (needed + ticks + GAP) };
        let columns = (columns as usize).clamp(1, parts.len().max(1));
        // As many in each row.
        let columns = parts.len().max(1).div_ceil(parts.len().max(1).div_ceil(columns));
        let between = GAP * (columns - 1) as f64;
        let all_ticks = if is_shared { ticks } else { ticks * columns as f64 };
        let plot_width = ((room - all_ticks - between) / columns as f64).max(20.0);
        let plot_height = (plot_width * 0.85).clamp(190.0, if columns == 1 { 320.0 } else { 260.0 });
        let foot = foot(&parts, plot_width, &figure.legend);
        let title_lines = parts.iter().map(|part| title_lines(part, plot_width).len()).max().unwrap_or(0);
        let title = TITLE + TITLE_LINE * title_lines as f64;
        let top = pad
            + if legend_height > 0.0 { legend_height + 8.0 } else { 0.0 }
            + if y_title.is_empty() { 0.0 } else { LINE * y_title.len() as f64 + 6.0 };
        Layout {
            pad,
            legend,
            y_title,
            top,
            parts,
            columns,
            ticks,
            is_shared,
            plot: (plot_width, plot_height),
            title,
            foot,
        }
    }

    fn row_height(&self) -> f64 {
        self.title + self.plot.1 + self.foot.height() + 14.0
    }

    fn height(&self) -> f64 {
        self.top + self.row_height() * self.parts.len().div_ceil(self.columns) as f64 + self.pad - 6.0
    }

    fn plot(&self, index: usize) -> Rect {
        let (column, row) = (index % self.columns, index / self.columns);
        let step = self.plot.0 + GAP + if self.is_shared { 0.0 } else { self.ticks };
        let left = self.pad + self.ticks + step * column as f64;
        let bottom = self.top + self.row_height() * (row + 1) as f64 - self.foot.height() - 14.0;
        Rect { left, top: bottom - self.plot.1, right: left + self.plot.0, bottom }
    }
}

/// One for all parts, so that rows stand level.
fn foot(parts: &[Part], plot_width: f64, legend: &[LegendEntry]) -> Foot {
    let palette = Palette::light();
    let (mut names, mut turned, mut clusters_height) = (0.0_f64, 0.0_f64, 0.0_f64);
    let (mut is_too_wide, mut narrowest) = (false, f64::INFINITY);
    for part in parts {
        let slot = plot_width / units(part.groups);
        narrowest = narrowest.min(slot);
        for group in part.groups {
            let look = name_look(&palette, group);
            let widest = group.name.split_whitespace().map(|word| look.width(word)).fold(0.0, f64::max);
            is_too_wide |= widest.max(small().width(&group.count)) > slot - 2.0;
            let lines = look.wrap(&group.name, slot - 2.0, 3).len() + usize::from(!group.count.is_empty());
            names = names.max(NAME_LINE * lines as f64);
            turned = turned.max(look.width(&turned_name(group)));
        }
        for cluster in clusters(part.groups) {
            if let Some(first) = cluster.first().filter(|first| !first.cluster.is_empty()) {
                let lines = cluster_lines(&palette, first, cluster.len(), slot).len();
                clusters_height = clusters_height.max(CLUSTER + NAME_LINE * lines as f64);
            }
        }
    }
    let has_turned_names = is_too_wide && (turned <= LONGEST_TURNED || narrowest < WIDE_GROUP);
    let mut groups = parts.iter().flat_map(|part| part.groups);
    let is_in_legend =
        |group: &StripGroup| legend.iter().any(|entry| entry.name == group.name && entry.hue == group.hue);
    let is_legend_enough = is_too_wide && groups.all(is_in_legend);
    let has_turned_names = has_turned_names && !is_legend_enough;
    let names = match (is_legend_enough, has_turned_names) {
        (true, _) => NAME_LINE,
        (_, true) => turned.min(LONGEST_TURNED) + 8.0,
        _ => names,
    };
    Foot { has_turned_names, is_legend_enough, names, clusters: clusters_height }
}

fn turned_name(group: &StripGroup) -> String {
    match (group.name.is_empty(), group.count.is_empty()) {
        (false, false) => format!("{}, {}", group.name, group.count),
        (true, _) => group.count.clone(),
        (_, true) => group.name.clone(),
    }
}

fn cluster_lines(palette: &Palette, first: &StripGroup, count: usize, slot: f64) -> Vec<String> {
    let limit = slot * (count as f64 + APART) - 4.0;
    cluster_look(palette, first.hue).wrap(&first.cluster, limit, 3)
}

pub(super) fn height(figure: &StripPlot, width: f64) -> f64 {
    Layout::new(figure, width).height()
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    figure: &StripPlot,
    palette: &Palette,
    (width, _): (f64, f64),
) -> Result<Vec<Mark>, ChartError> {
    let layout = Layout::new(figure, width);
    let pad = layout.pad;
    layout.legend.draw(pen, palette, pad, pad - 3.0, width - 2.0 * pad)?;
    let look = TextLook::plain(SMALL, palette.soft);
    let mut y = layout.top - 6.0 - LINE * layout.y_title.len() as f64 + LINE / 2.0;
    for line in &layout.y_title {
        pen.text((pad, y), line, Align::Left, look)?;
        y += LINE;
    }
    let mut marks = Vec::new();
    for (index, part) in layout.parts.iter().enumerate() {
        let plot = layout.plot(index);
        let has_labels = !layout.is_shared || index % layout.columns == 0;
        let field = Field { part, plot, slot: plot.width() / units(part.groups) };
        field.draw_axis(pen, palette, has_labels, &mut marks)?;
        field.draw_names(pen, palette, &layout.foot, &mut marks)?;
        field.draw_groups(pen, palette, has_labels, &mut marks)?;
    }
    Ok(marks)
}

struct Field<'a> {
    part: &'a Part<'a>,
    plot: Rect,
    /// Width of a group.
    slot: f64,
}

impl Field<'_> {
    fn y_px(&self, y: f64) -> f64 {
        // A little room below and above for markers at the axis's ends.
        let inset = 5.0;
        self.plot.bottom - inset - share(&self.part.panel.y, y) * (self.plot.height() - 2.0 * inset)
    }

    fn holds(&self, y: f64) -> bool {
        y >= self.plot.top - 0.5 && y <= self.plot.bottom + 0.5
    }

    /// Middles of the groups.
    fn centers(&self) -> Vec<f64> {
        let mut x = self.plot.left + self.slot * 0.65;
        let mut centers = Vec::with_capacity(self.part.groups.len());
        for cluster in clusters(self.part.groups) {
            for _ in cluster {
                centers.push(x);
                x += self.slot;
            }
            x += self.slot * APART;
        }
        centers
    }

    fn draw_axis(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        has_labels: bool,
        marks: &mut Vec<Mark>,
    ) -> Result<(), ChartError> {
        let (plot, panel) = (self.plot, self.part.panel);
        let look = TextLook::plain(SMALL, palette.soft);
        let lines = title_lines(self.part, plot.width());
        let mut y = plot.top - 4.0 - TITLE_LINE * (lines.len() as f64 - 0.5);
        for line in &lines {
            pen.text((plot.left, y), line, Align::Left, title_look(palette))?;
            y += TITLE_LINE;
        }
        if lines.last().is_some_and(|line| line.contains('…')) {
            note(marks, (plot.left + plot.width() / 2.0, plot.top - 12.0), 14.0, &panel.title);
        }
        let ticks: Vec<(f64, &str)> =
            panel.y.ticks.iter().map(|tick| (self.y_px(tick.at), tick.label.as_str())).collect();
        let ticks: Vec<(f64, &str)> = ticks.into_iter().filter(|(y, _)| self.holds(*y)).collect();
        let step = stride(&ticks.iter().map(|(y, _)| (-y, 15.0)).collect::<Vec<_>>(), 3.0);
        for (y, label) in ticks.into_iter().step_by(step) {
            pen.horizontal(plot.left, plot.right, y, 1.0, Paint::solid(palette.line))?;
            if has_labels {
                pen.text((plot.left - 9.0, y), label, Align::Right, look)?;
            }
        }
        let axis = Paint::solid(palette.line.mixed(palette.soft, 0.55));
        pen.horizontal(plot.left, plot.right, plot.bottom, 1.0, axis)?;
        Ok(())
    }

    fn draw_names(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        foot: &Foot,
        marks: &mut Vec<Mark>,
    ) -> Result<(), ChartError> {
        let centers = self.centers();
        let top = self.plot.bottom + 7.0;
        for (group, &x) in self.part.groups.iter().zip(&centers) {
            let look = name_look(palette, group);
            if foot.has_turned_names {
                let whole = turned_name(group);
                let text = look.fit(&whole, foot.names - 8.0);
                pen.text((x, top), &text, Align::Right, look.turned())?;
                if text != whole {
                    note(marks, (x, top + foot.names / 2.0), self.slot / 2.0, &whole);
                }
                continue;
            }
            let mut y = top + NAME_LINE / 2.0;
            if foot.is_legend_enough {
                pen.text((x, y), &group.count, Align::Center, look)?;
                note(marks, (x, y), self.slot / 2.0, &group.name);
                continue;
            }
            let lines = look.wrap(&group.name, self.slot - 2.0, 3);
            for line in &lines {
                pen.text((x, y), line, Align::Center, look)?;
                y += NAME_LINE;
            }
            if lines.iter().any(|line| line.contains('…')) {
                note(marks, (x, top + NAME_LINE), self.slot / 2.0, &group.name);
            }
            pen.text((x, y), &group.count, Align::Center, TextLook::plain(SMALL, palette.soft))?;
        }
        let mut from = 0;
        for cluster in clusters(self.part.groups) {
            let to = from + cluster.len();
            let ends = centers.get(from).zip(centers.get(to - 1));
            from = to;
            let (Some(first), Some((&left, &right))) = (cluster.first(), ends) else { continue };
            if first.cluster.is_empty() {
                continue;
            }
            let reach = self.slot * 0.42;
            let (line_y, paint) = (top + foot.names + 3.0, Paint::solid(palette.look(first.hue).color));
            pen.horizontal(left - reach, right + reach, line_y, 1.5, paint)?;
            let lines = cluster_lines(palette, first, cluster.len(), self.slot);
            let middle = (left + right) / 2.0;
            let mut y = line_y + 5.0 + NAME_LINE / 2.0;
            for line in &lines {
                pen.text((middle, y), line, Align::Center, cluster_look(palette, first.hue))?;
                y += NAME_LINE;
            }
            if lines.iter().any(|line| line.contains('…')) {
                note(marks, (middle, line_y + 12.0), (right - left) / 2.0 + reach, &first.cluster);
            }
        }
        Ok(())
    }

    fn draw_groups(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        has_words: bool,
        marks: &mut Vec<Mark>,
    ) -> Result<(), ChartError> {
        let groups = self.part.groups;
        let crowd = groups.iter().map(|group| group.points.len()).max().unwrap_or(0) as f64;
        // So many points of this size would about fill the group's strip.
        let radius =
            (0.24 * (self.slot * self.plot.height() / crowd.max(1.0)).sqrt()).min(self.slot * 0.1).clamp(1.5, 3.6);
        let spots: Vec<Vec<Option<Point>>> =
            groups.iter().zip(self.centers()).map(|(group, x)| self.spots(group, x, radius)).collect();
        let points: Vec<Point> = spots.iter().flatten().flatten().copied().collect();
        let points = has_words.then_some(points.as_slice());
        draw_y_marks(pen, palette, self.plot, &self.part.panel.marks_y, &|y| self.y_px(y), points)?;
        self.draw_links(pen, palette, &spots)?;
        for (group, spots) in groups.iter().zip(&spots) {
            let look = palette.look(group.hue);
            for (point, at) in group.points.iter().zip(spots) {
                let Some(at) = *at else { continue };
                match point.limit {
                    Some(side) => {
                        let down = if side == Beyond::Below { 1.0 } else { -1.0 };
                        draw_open_triangle(pen, at, radius.max(2.0) + 0.75, (0.0, down), look.color, palette.card)?;
                    }
                    None if radius >= 2.75 => {
                        draw_marker(pen, look.marker, at, radius, look.color, palette.card, false)?;
                    }
                    None => draw_rimless(pen, look.marker, at, radius, look.color)?,
                }
                note(marks, at, radius.max(3.0), &point.hint);
            }
        }
        for (group, x) in groups.iter().zip(self.centers()) {
            self.draw_summary(pen, palette, group, x, marks)?;
        }
        Ok(())
    }

    /// Points in the order of their height, each at the free place nearest to the middle; where none is free, at one
    /// that looks random but is the same each time.
    fn spots(&self, group: &StripGroup, center: f64, radius: f64) -> Vec<Option<Point>> {
        let reach = self.slot * 0.42;
        let apart = 2.0 * radius + 0.5;
        let mut order: Vec<(usize, f64)> =
            group.points.iter().map(|point| self.y_px(point.y)).enumerate().filter(|(_, y)| self.holds(*y)).collect();
        sort_by(&mut order, |a, b| a.1.total_cmp(&b.1));
        let mut spots: Vec<Option<Point>> = vec![None; group.points.len()];
        let mut placed: Vec<Point> = Vec::with_capacity(order.len());
        let steps = (reach / (apart / 2.0)).floor().max(0.0) as usize;
        for (turn, (index, y)) in order.into_iter().enumerate() {
            let near = placed.iter().rposition(|(_, other)| y - other >= apart).map_or(0, |place| place + 1);
            let near = placed.get(near..).unwrap_or_default();
            let offset = (0..=2 * steps)
                .map(|step| {
                    let side = if (step + turn) % 2 == 0 { 1.0 } else { -1.0 };
                    side * step.div_ceil(2) as f64 * apart / 2.0
                })
                .find(|offset| {
                    near.iter().all(|(x, other)| {
                        let (dx, dy) = (center + offset - x, y - other);
                        dx * dx + dy * dy >= apart * apart * 0.98
                    })
                });
            // The golden ratio's multiples spread evenly.
            let offset = offset.unwrap_or_else(|| ((turn as f64 * 0.618034).fract() * 2.0 - 1.0) * reach);
            placed.push((center + offset, y));
            if let Some(spot) = spots.get_mut(index) {
                *spot = Some((center + offset, y));
            }
        }
        spots
    }

    fn draw_links(&self, pen: &mut Pen<'_>, palette: &Palette, spots: &[Vec<Option<Point>>]) -> Result<(), ChartError> {
        for (groups, spots) in self.part.groups.windows(2).zip(spots.windows(2)) {
            let ([left, right], [left_spots, right_spots]) = (groups, spots) else { continue };
            if !is_together(left, right) {
                continue;
            }
            let by_subject = |group: &StripGroup, spots: &[Option<Point>]| -> BTreeMap<usize, Point> {
                let points = group.points.iter().zip(spots);
                points.filter_map(|(point, at)| Some((point.subject?, (*at)?))).collect()
            };
            let (from, to) = (by_subject(left, left_spots), by_subject(right, right_spots));
            let paint = Paint::faint(palette.look(left.hue).color, (14.0 / from.len().max(1) as f64).clamp(0.14, 0.5));
            for (subject, start) in &from {
                if let Some(end) = to.get(subject) {
                    pen.line(&[*start, *end], 1.0, paint, &[])?;
                }
            }
        }
        Ok(())
    }

    /// In ink with a rim, so that it is seen on points of any colour.
    fn draw_summary(
        &self,
        pen: &mut Pen<'_>,
        palette: &Palette,
        group: &StripGroup,
        x: f64,
        marks: &mut Vec<Mark>,
    ) -> Result<(), ChartError> {
        let plot = self.plot;
        let inside = |y: f64| Some(self.y_px(y)).filter(|y| y.is_finite()).map(|y| y.max(plot.top).min(plot.bottom));
        let ends = group.low.zip(group.high).and_then(|(low, high)| Some((inside(low)?, inside(high)?)));
        let mid = group.mid.map(|mid| self.y_px(mid)).filter(|y| self.holds(*y));
        let (ink, rim) = (Paint::solid(palette.ink), Paint::solid(palette.card));
        let half = (self.slot * 0.3).clamp(4.0, 22.0);
        if let Some((low, high)) = ends {
            pen.vertical(x, high - 0.75, low + 0.75, 3.5, rim)?;
        }
        if let Some(y) = mid {
            pen.horizontal(x - half - 0.75, x + half + 0.75, y, 4.0, rim)?;
        }
        if let Some((low, high)) = ends {
            pen.vertical(x, high, low, 2.0, ink)?;
            note(marks, (x, low), 5.0, &group.hint);
            note(marks, (x, high), 5.0, &group.hint);
        }
        if let Some(y) = mid {
            pen.horizontal(x - half, x + half, y, 2.5, ink)?;
            note(marks, (x, y), 7.0, &group.hint);
        }
        Ok(())
    }
}
