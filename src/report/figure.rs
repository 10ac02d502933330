//! A figure as data: every text is written and every number placed in data units; `chart` only draws it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Figure {
    MeanLines(MeanLines),
    Scatter(Scatter),
    HeatMap(HeatMap),
    SurvivalCurves(SurvivalCurves),
    Bars(Bars),
    StackedBars(StackedBars),
    Forest(Forest),
    DotPlot(DotPlot),
    StripPlot(StripPlot),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    pub label: String,
    pub min: f64,
    pub max: f64,
    pub ticks: Vec<Tick>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    pub at: f64,
    pub label: String,
}

/// Which colour, dash and marker a series has: the control arm is `Control`, the others count from 0.
/// Colour never stands alone: each hue has its own dash and marker too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hue {
    Control,
    Treated(usize),
    /// Not an arm: subjects without one, or a group of all.
    #[default]
    Neutral,
}

/// Means with their intervals over time, each arm a line, named at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeanLines {
    pub x: Axis,
    pub y: Axis,
    pub series: Vec<MeanSeries>,
    /// One subject each, drawn thin behind the means; empty unless asked for.
    pub traces: Vec<Trace>,
    /// A reference line, such as no change.
    pub reference_y: Option<f64>,
    pub counts: CountRows,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeanSeries {
    pub name: String,
    pub hue: Hue,
    /// Written under the name at the line's end: the last value.
    pub end_label: String,
    pub points: Vec<IntervalPoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntervalPoint {
    pub x: f64,
    pub y: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Said when pointed at: "MSC, month 4: −1.69 (95% CI −2.59 to −0.78), n = 32".
    pub hint: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub hue: Hue,
    pub points: Vec<(f64, f64)>,
    /// The subject's id.
    pub hint: String,
    /// Followed until death: the line ends in a cross.
    pub ends_in_death: bool,
}

/// Numbers under the x axis, each right under its x: people measured, or at risk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CountRows {
    pub title: String,
    pub rows: Vec<CountRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountRow {
    pub name: String,
    pub hue: Hue,
    pub counts: Vec<(f64, String)>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    pub x: Axis,
    pub y: Axis,
    pub groups: Vec<ScatterGroup>,
    /// Drawn behind the points: where both are equal, a fitted line.
    pub lines: Vec<ScatterLine>,
    /// Drawn behind the lines: where a smooth curve may run.
    pub bands: Vec<ScatterBand>,
    /// Values that matter, such as a limit of quantification or no change.
    pub marks_x: Vec<XMark>,
    pub marks_y: Vec<YMark>,
    /// In the legend, where a point has a `limit`: "Below the limit". Empty for none.
    pub limit_name: String,
}

/// On which side of what is drawn the true value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beyond {
    Below,
    Above,
}

/// A value known only to lie beyond a limit stands behind the point; neither side given: not known which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointLimit {
    pub x: Option<Beyond>,
    pub y: Option<Beyond>,
}

/// The space between two lines, such as a smooth curve's 95% limits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScatterBand {
    pub hue: Hue,
    /// x, low, high; from left to right.
    pub points: Vec<(f64, f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScatterLine {
    /// In the legend; empty for none: then an arm's line has the arm's own dash.
    pub name: String,
    pub hue: Hue,
    pub is_dashed: bool,
    pub points: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScatterGroup {
    pub name: String,
    pub hue: Hue,
    /// Hollow markers, for a second property such as poor responders.
    pub is_hollow: bool,
    pub points: Vec<ScatterPoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScatterPoint {
    pub x: f64,
    pub y: f64,
    pub hint: String,
    /// Beside the point where there is room; may be empty.
    pub label: String,
    /// The marker's area, 1 being the usual one.
    pub size: f64,
    /// Drawn hollow with an arrow to where the true value lies; `Scatter::limit_name` explains it.
    pub limit: Option<PointLimit>,
    /// What the page is told when the point is pressed; empty for nothing.
    pub pick: String,
}

impl Default for ScatterPoint {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, hint: String::new(), label: String::new(), size: 1.0, limit: None, pick: String::new() }
    }
}

/// Symmetric or not: `cells[row][column]`, coloured by `value` in −1 to 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    pub row_labels: Vec<String>,
    pub column_labels: Vec<String>,
    pub cells: Vec<Vec<Option<HeatCell>>>,
    /// Ends of the colour scale in words, left (−1) and right (+1).
    pub scale_labels: (String, String),
    /// A thin gap after each of these rows, counted from 0: between groups of analytes.
    pub gaps_after_rows: Vec<usize>,
    pub gaps_after_columns: Vec<usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HeatCell {
    pub value: f64,
    pub text: String,
    /// Drawn bold and framed.
    pub is_marked: bool,
    pub hint: String,
    /// What the page is told when the cell is pressed; empty for nothing.
    pub pick: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SurvivalCurves {
    pub x: Axis,
    pub y: Axis,
    pub curves: Vec<StepCurve>,
    /// Blocks of numbers under the curves, one below the other: at risk, events so far, censored so far.
    pub counts: Vec<CountRows>,
    /// A line across at this probability, such as the median's 0.5.
    pub reference_y: Option<f64>,
    /// Times that matter, such as the horizon of a restricted mean.
    pub marks_x: Vec<XMark>,
}

/// A thin dashed line upright, its words at the top.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct XMark {
    pub at: f64,
    pub label: String,
}

/// A thin dashed line across, its words at one end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct YMark {
    pub at: f64,
    pub label: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StepCurve {
    pub name: String,
    pub hue: Hue,
    /// Written under the name at the curve's end.
    pub end_label: String,
    /// For a second property: the same arm by another estimate.
    pub is_dashed: bool,
    /// The curve holds `y` from `x` to the next step's `x`; the first step stands at time 0, the last at the end of follow-up.
    pub steps: Vec<IntervalPoint>,
    /// Censor marks.
    pub censored: Vec<(f64, f64)>,
}

/// Upright bars in groups: responders by threshold and arm, or one bar a patient (waterfall).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    pub x_label: String,
    pub y: Axis,
    pub legend: Vec<LegendEntry>,
    pub groups: Vec<BarGroup>,
    /// Bars rise and fall from here.
    pub base_y: f64,
    pub reference_y: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LegendEntry {
    pub name: String,
    pub hue: Hue,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarGroup {
    /// Under the bars; may be empty.
    pub label: String,
    pub bars: Vec<Bar>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    pub hue: Hue,
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// At the bar's end, such as "69%"; left out where there is no room.
    pub label: String,
    pub hint: String,
    /// A cross at the bar's end: died.
    pub is_marked: bool,
}

/// Shares of ordered classes over time, a panel an arm: stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackedBars {
    pub x_label: String,
    pub y_label: String,
    /// From best to worst; coloured from pale to strong.
    pub levels: Vec<String>,
    /// Drawn hatched or grey, apart from the ordered ones; empty for none.
    pub unknown_level: String,
    pub panels: Vec<StackPanel>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackPanel {
    pub title: String,
    pub hue: Hue,
    pub bars: Vec<StackBar>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackBar {
    /// Under the bar: the month.
    pub label: String,
    /// Under the label: how many people.
    pub count: String,
    pub parts: Vec<StackPart>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackPart {
    /// Place in `levels`; absent for the unknown.
    pub level: Option<usize>,
    /// Share of the bar, 0 to 1.
    pub share: f64,
    /// Inside the part; left out where there is no room.
    pub text: String,
    pub hint: String,
}

/// Estimates with intervals, one a row: the same difference by each method, or with one patient left out at a time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    pub x: Axis,
    pub reference_x: Option<f64>,
    pub rows: Vec<ForestRow>,
    /// Over the columns of words.
    pub headers: Option<ForestHeaders>,
    /// Under the axis: what it means to lie left and right of the reference.
    pub favours: Option<(String, String)>,
    /// Emphasis is no plan: nothing is drawn through the one row that has it.
    pub is_without_guide: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ForestHeaders {
    pub label: String,
    pub counts: String,
    pub detail: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ForestRow {
    pub label: String,
    /// Starts a group, such as "Sex": the rows below it are indented, until the next heading. It may have an estimate
    /// of its own, such as everyone's below all groups.
    pub is_heading: bool,
    /// Between label and interval: "12/31 vs 9/33"; may be empty.
    pub counts: String,
    /// At the right: "2.98 (1.48 to 4.47)".
    pub detail: String,
    pub hue: Hue,
    pub estimate: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The planned one: drawn stronger.
    pub is_emphasised: bool,
    pub hint: String,
}

/// How often something was seen in each arm, one thing a row, and the difference beside it: adverse events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DotPlot {
    /// Over the left panel.
    pub title: String,
    pub x: Axis,
    /// Over the right panel.
    pub difference_title: String,
    /// Absent for no right panel. Its 0 is drawn as a line: no difference.
    pub difference_axis: Option<Axis>,
    pub legend: Vec<LegendEntry>,
    /// From top to bottom.
    pub rows: Vec<DotRow>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DotRow {
    /// Said when pointed at, where it is too long to be written whole.
    pub label: String,
    pub dots: Vec<Dot>,
    pub difference: Option<DotDifference>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Dot {
    pub hue: Hue,
    pub x: f64,
    /// "Headache, MSC: 12 of 31 (38.7%)".
    pub hint: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DotDifference {
    pub hue: Hue,
    pub estimate: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub hint: String,
}

/// Each person's value as a point, groups side by side with their middle and spread; a panel an analyte or a visit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StripPlot {
    /// Over all panels: what goes up, such as "Concentration, pg/mL (median and quartiles)".
    pub y_label: String,
    /// The arms; may be empty where the groups' names say enough.
    pub legend: Vec<LegendEntry>,
    /// In the legend, where a point has a `limit`: "Below the limit". Empty for none.
    pub limit_name: String,
    pub panels: Vec<StripPanel>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StripPanel {
    /// Over the panel: the analyte.
    pub title: String,
    /// Values and ticks may be logarithms (`report::axis::log_level_axis`); panels with the same axis share its labels.
    pub y: Axis,
    pub marks_y: Vec<YMark>,
    /// From left to right.
    pub groups: Vec<StripGroup>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StripGroup {
    /// Under the group: the visit, or the arm.
    pub name: String,
    /// Under the name: "n = 31"; may be empty.
    pub count: String,
    /// Neighbours of the same cluster stand closer, with the cluster's name under theirs once: the arm. Empty for none.
    pub cluster: String,
    pub hue: Hue,
    pub points: Vec<StripPoint>,
    /// A bar across the points: the median, or the mean.
    pub mid: Option<f64>,
    /// Ends of the upright line through it: quartiles, or an interval.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Said when the bar is pointed at.
    pub hint: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StripPoint {
    pub y: f64,
    pub hint: String,
    /// Drawn as an open triangle that points to where the true value lies.
    pub limit: Option<Beyond>,
    /// A person's points in neighbouring groups of one cluster are joined by a thin line.
    pub subject: Option<usize>,
}
