//! The page of the slope models.

use super::axis::{fitted_axis, round_axis};
use super::change::{capitalised, hue};
use super::figure::{
    Axis, CountRow, CountRows, Figure, Forest, ForestRow, Hue, IntervalPoint, MeanLines, MeanSeries, Scatter,
    ScatterGroup, ScatterLine, ScatterPoint, Tick, Trace,
};
use super::label::{joined, month_phrase, outcome_label, outcome_unit, time_heading, time_number};
use super::note::{analysis_name, doubt_sentences};
use super::number::{
    format_df, format_fixed, format_interval, format_level, format_p, format_p_equation, format_significant,
};
use super::overview::Overview;
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::lmm::{LmmDetail, LmmDfMethod, LmmPlan, SlopeModel};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::{TimeUnit, alsfrs};

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

/// More people's lines than this hide each other.
const MOST_LINES: usize = 300;

/// More points than this look the same as fewer.
const MOST_POINTS: usize = 3000;

pub struct LmmView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub lmm: &'a LmmPlan,
    pub answer: &'a Answer,
    pub detail: &'a LmmDetail,
}

impl LmmView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.lmm.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn level(&self) -> String {
        format_level(self.plan.confidence_level)
    }

    /// The model that the page speaks of.
    fn rows(&self, term: Term) -> impl Iterator<Item = &Finding> {
        let id = self.detail.model.id();
        self.answer.rows.iter().filter(move |row| row.analysis == id && row.term == term)
    }

    fn arm_row(&self, term: Term, arm: &str) -> Option<&Finding> {
        self.rows(term).find(|row| row.group.as_deref() == Some(arm))
    }

    fn at(&self, term: Term, arm: &str, month: f64) -> Option<&Finding> {
        self.rows(term).find(|row| row.group.as_deref() == Some(arm) && row.at == Some(month))
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    /// "points a month", or "a month" for an outcome without a unit.
    fn rate(&self) -> String {
        let unit = outcome_unit(self.overview, &self.lmm.visits.outcome);
        if unit.is_empty() { "a month".to_owned() } else { format!("{unit} a month") }
    }

    fn has_bend(&self) -> bool {
        self.detail.model == SlopeModel::ChangePoint
    }

    pub fn page(&self) -> ResultPage {
        let outcome = outcome_label(&self.lmm.visits.outcome);
        let since = if self.has_bend() { "from the start of treatment, lead-in in the model" } else { "from baseline" };
        let mut figures = vec![self.lines_figure()];
        figures.extend(self.forest_figure());
        figures.extend(self.quantile_figures());
        figures.extend(self.patients_figure());
        let mut tables = vec![self.slopes_table()];
        tables.extend(self.models_table());
        tables.push(self.variance_table());
        tables.push(self.months_table());
        ResultPage {
            kicker: format!("Slope model · {outcome} · change a month {since}"),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: self.doubts(),
            method: self.method(),
        }
    }

    /// The ALSFRS-R with a decline in both arms can be told as loss.
    fn both_lose(&self, arm: &str) -> bool {
        let falls =
            |arm: &str| self.arm_row(Term::Slope, arm).and_then(|row| row.estimate).is_some_and(|one| one < 0.0);
        self.lmm.visits.outcome == alsfrs::TOTAL && falls(arm) && falls(self.control())
    }

    fn headline(&self) -> Vec<Phrase> {
        let level = self.level();
        let rate = self.rate();
        let found: Vec<(&String, f64, f64, f64)> = self
            .treated()
            .iter()
            .filter_map(|arm| {
                let row = self.arm_row(Term::Difference, arm)?;
                Some((arm, row.estimate?, row.conf_low?, row.conf_high?))
            })
            .collect();
        match found.as_slice() {
            [] => self.one_arm_headline(),
            [(arm, estimate, low, high)] => {
                let interval = format!(" ({level} CI {}).", format_interval(*low, *high, 2));
                let size = format_fixed(estimate.abs(), 2);
                let is_more = *estimate >= 0.0;
                if self.both_lose(arm) {
                    let direction = if is_more { "less" } else { "more" };
                    vec![
                        Phrase::plain(format!("{arm} lost ")),
                        Phrase::strong(match rate.strip_suffix(" a month") {
                            Some(unit) => format!("{size} {unit} a month {direction}"),
                            None => format!("{size} {rate} {direction}"),
                        }),
                        Phrase::plain(format!(" than {}{interval}", self.control())),
                    ]
                } else {
                    let direction = if is_more { "higher" } else { "lower" };
                    vec![
                        Phrase::plain(format!("The slope of {} was ", outcome_label(&self.lmm.visits.outcome))),
                        Phrase::strong(format!("{size} {rate} {direction}")),
                        Phrase::plain(format!(" in {arm} than in {}{interval}", self.control())),
                    ]
                }
            }
            many if many.len() > MOST_ARMS_TOLD => {
                let by_size = |a: &&(&String, f64, f64, f64), b: &&(&String, f64, f64, f64)| a.1.total_cmp(&b.1);
                let Some((least, most)) = many.iter().min_by(by_size).zip(many.iter().max_by(by_size)) else {
                    return Vec::new();
                };
                vec![
                    Phrase::plain(format!(
                        "The differences in slope of {} arms from {} run from ",
                        many.len(),
                        self.control()
                    )),
                    Phrase::strong(format!("{} {rate}", format_fixed(least.1, 2))),
                    Phrase::plain(format!(" ({}) to ", least.0)),
                    Phrase::strong(format!("{} {rate}", format_fixed(most.1, 2))),
                    Phrase::plain(format!(" ({}).", most.0)),
                ]
            }
            several => {
                let mut phrases = vec![Phrase::plain(format!("Slope against {}: ", self.control()))];
                for (place, (arm, estimate, low, high)) in several.iter().enumerate() {
                    let end = if place + 1 == several.len() { "." } else { "; " };
                    phrases.push(Phrase::plain(format!("{arm} ")));
                    phrases.push(Phrase::strong(format!("{} {rate}", format_fixed(*estimate, 2))));
                    phrases.push(Phrase::plain(format!(" ({level} CI {}){end}", format_interval(*low, *high, 2))));
                }
                phrases
            }
        }
    }

    /// Without a second arm the slope itself is the answer.
    fn one_arm_headline(&self) -> Vec<Phrase> {
        let row = self.rows(Term::Slope).next();
        let Some((estimate, low, high)) = row.and_then(|row| Some((row.estimate?, row.conf_low?, row.conf_high?)))
        else {
            return vec![Phrase::plain("There is no comparison of slopes to report.")];
        };
        vec![
            Phrase::plain(format!("{} changed by ", capitalised(&outcome_label(&self.lmm.visits.outcome)))),
            Phrase::strong(format!("{} {}", format_fixed(estimate, 2), self.rate())),
            Phrase::plain(format!(
                " ({} CI {}). There is no second arm to compare with.",
                self.level(),
                format_interval(low, high, 2)
            )),
        ]
    }

    fn subline(&self) -> String {
        let mut counts: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .zip(&self.detail.arm_people)
            .map(|(arm, people)| format!("{people} in {arm}"))
            .collect();
        if counts.len() > 1 {
            counts.rotate_left(1);
        }
        let values = self.rows(Term::Measurements).next().and_then(|row| row.estimate).unwrap_or(0.0);
        let mut line = format!("In the model: {}, {} measurements.", joined(&counts), format_fixed(values, 0));
        let name = capitalised(self.detail.model.words());
        let df = self.lmm.df_method.words();
        if let Some(row) = self.rows(Term::ArmTest).next()
            && let (Some(f), Some(p)) = (row.statistic, row.p_value)
        {
            let f = format_fixed(f, 2);
            line.push_str(&format!(" {name}, {df}, all arms at once: F = {f}, {}.", format_p_equation(p)));
        } else if let [arm] = self.treated()
            && let Some(p) = self.arm_row(Term::Difference, arm).and_then(|row| row.p_value)
        {
            line.push_str(&format!(" {name}, {df}: {}.", format_p_equation(p)));
        }
        if self.detail.model != self.lmm.model {
            line.push_str(&format!(
                " The {} that was asked for has no answer; this is the {}.",
                self.lmm.model.words(),
                self.detail.model.words()
            ));
        }
        line
    }

    /// Months at which the lines are read off, rising.
    fn months(&self) -> Vec<f64> {
        let mut months: Vec<f64> = self.rows(Term::LsMean).filter_map(|row| row.at).collect();
        months.dedup();
        months
    }

    fn lines_figure(&self) -> FigureView {
        let unit = self.time_unit();
        let outcome = outcome_label(&self.lmm.visits.outcome);
        let level = self.level();
        let months = self.months();
        let series: Vec<MeanSeries> = self
            .detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(place, arm)| {
                let points = months
                    .iter()
                    .filter_map(|month| {
                        let row = self.at(Term::LsMean, arm, *month)?;
                        let (y, low, high) = (row.estimate?, row.conf_low?, row.conf_high?);
                        Some(IntervalPoint {
                            x: *month,
                            y,
                            low: Some(low),
                            high: Some(high),
                            hint: format!(
                                "{arm}, {}: {} ({level} CI {})",
                                month_phrase(*month, unit),
                                format_fixed(y, 2),
                                format_interval(low, high, 2)
                            ),
                        })
                    })
                    .collect();
                let slope = self.arm_row(Term::Slope, arm).and_then(|row| row.estimate);
                let end_label = slope.map(|slope| format!("{} a month", format_fixed(slope, 2))).unwrap_or_default();
                MeanSeries { name: arm.clone(), hue: hue(place), end_label, points }
            })
            .collect();
        let stride = self.detail.lines.len().div_ceil(MOST_LINES).max(1);
        let traces: Vec<Trace> = self
            .detail
            .lines
            .iter()
            .step_by(stride)
            .map(|line| Trace {
                hue: hue(line.arm),
                points: line.points.clone(),
                hint: line.subject_id.clone(),
                ends_in_death: false,
            })
            .collect();
        let values = || traces.iter().flat_map(|trace| &trace.points);
        let ends = || series.iter().flat_map(|series| &series.points);
        let low = values().map(|(_, value)| *value).chain(ends().filter_map(|point| point.low));
        let high = values().map(|(_, value)| *value).chain(ends().filter_map(|point| point.high));
        let (low, high) = (low.fold(f64::INFINITY, f64::min), high.fold(f64::NEG_INFINITY, f64::max));
        let first = values().map(|(month, _)| *month).fold(months.first().copied().unwrap_or(0.0), f64::min);
        let last = values().map(|(month, _)| *month).fold(months.last().copied().unwrap_or(1.0), f64::max);
        let x_label = match unit {
            TimeUnit::Months => "Months from the start",
            TimeUnit::Weeks => "Weeks from the start",
            TimeUnit::Days => "Days from the start",
        };
        let mut x = fitted_axis(x_label, first, last, 8);
        if months.len() <= 13 {
            x.ticks = months.iter().map(|at| Tick { at: *at, label: time_number(*at, unit) }).collect();
        }
        let counts = CountRows {
            title: "People measured".into(),
            rows: self
                .detail
                .arm_names
                .iter()
                .enumerate()
                .map(|(place, arm)| CountRow {
                    name: arm.clone(),
                    hue: hue(place),
                    counts: months
                        .iter()
                        .map(|month| {
                            let n = self.at(Term::ObservedMean, arm, *month).and_then(|row| row.n).unwrap_or(0);
                            (*month, n.to_string())
                        })
                        .collect(),
                })
                .collect(),
        };
        let told: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .filter_map(|arm| {
                let slope = self.arm_row(Term::Slope, arm)?.estimate?;
                Some(format!("{} {} in {arm}", format_fixed(slope, 2), self.rate()))
            })
            .collect();
        let unit_word = outcome_unit(self.overview, &self.lmm.visits.outcome);
        let y_label = if unit_word.is_empty() { outcome.clone() } else { format!("{outcome}, {unit_word}") };
        let thinned = if stride > 1 { format!(", a line for every {stride}th person") } else { String::new() };
        let bend = if self.has_bend() { ", with a bend at month 0" } else { "" };
        FigureView {
            key: "model-lines",
            title: format!("{outcome}: the model’s lines"),
            aside: format!("{level} CI; thin: each person’s values{thinned}"),
            description: format!(
                "The line of each arm as the model has it{bend}, over each person’s values. The slopes are {}.",
                joined(&told)
            ),
            figure: Figure::MeanLines(MeanLines {
                x,
                y: round_axis(y_label, low, high, 5),
                series,
                traces,
                reference_y: None,
                counts,
            }),
        }
    }

    /// The same difference by each model, and which arm it is of.
    fn by_model(&self) -> Vec<(&Finding, usize)> {
        self.treated()
            .iter()
            .enumerate()
            .flat_map(|(place, arm)| {
                let of_arm = move |row: &&Finding| {
                    row.term == Term::DifferenceByModel && row.group.as_deref() == Some(arm.as_str())
                };
                self.answer.rows.iter().filter(of_arm).map(move |row| (row, place + 1))
            })
            .collect()
    }

    fn is_chosen(&self, row: &Finding) -> bool {
        let chosen = self.rows(Term::Slope).next();
        row.analysis == self.detail.model.id() && chosen.is_some_and(|chosen| chosen.method == row.method)
    }

    fn model_label(row: &Finding) -> String {
        capitalised(row.method.as_deref().unwrap_or_default())
    }

    fn forest_figure(&self) -> Option<FigureView> {
        let found = self.by_model();
        let several = self.treated().len() > 1;
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        let mut rows = Vec::new();
        for (row, place) in &found {
            let (Some(estimate), Some(from), Some(to)) = (row.estimate, row.conf_low, row.conf_high) else { continue };
            (low, high) = (low.min(from), high.max(to));
            let arm = row.group.as_deref().unwrap_or_default();
            let model = Self::model_label(row);
            let detail = format!("{} ({})", format_fixed(estimate, 2), format_interval(from, to, 2));
            rows.push(ForestRow {
                label: if several { format!("{arm}: {model}") } else { model.clone() },
                hint: format!("{arm}, {model}: {detail}"),
                detail,
                hue: hue(*place),
                estimate: Some(estimate),
                low: Some(from),
                high: Some(to),
                is_emphasised: self.is_chosen(row),
            });
        }
        let estimates = || found.iter().filter_map(|(row, _)| row.estimate);
        let (least, most) = (estimates().fold(f64::INFINITY, f64::min), estimates().fold(f64::NEG_INFINITY, f64::max));
        (!rows.is_empty()).then(|| FigureView {
            key: "by-model",
            title: "What the choice of model does".into(),
            aside: format!("Difference in slope from {}, {}, {} CI", self.control(), self.rate(), self.level()),
            description: format!(
                "The difference in slope by both models, with common and separate baseline and either method of degrees of freedom, and from each person’s own slope. The estimates run from {} to {}.",
                format_fixed(least, 2),
                format_fixed(most, 2)
            ),
            figure: Figure::Forest(Forest {
                x: round_axis(format!("Difference in slope, {}", self.rate()), low, high, 5),
                reference_x: Some(0.0),
                rows,
            }),
        })
    }

    fn quantile_figures(&self) -> Vec<FigureView> {
        let unit = self.time_unit();
        let stride = self.detail.residuals.len().div_ceil(MOST_POINTS).max(1);
        let residuals: Vec<(usize, ScatterPoint)> = self
            .detail
            .residuals
            .iter()
            .step_by(stride)
            .map(|point| {
                let hint = format!(
                    "{}, {}: {}",
                    point.subject_id,
                    month_phrase(point.month, unit),
                    format_fixed(point.standardised, 2)
                );
                (point.arm, ScatterPoint { x: point.normal_quantile, y: point.standardised, hint })
            })
            .collect();
        let slopes: Vec<(usize, ScatterPoint)> = self
            .detail
            .patients
            .iter()
            .filter_map(|patient| {
                let y = patient.standardised?;
                let hint = format!("{}: slope {}", patient.subject_id, format_fixed(patient.slope, 2));
                Some((patient.arm, ScatterPoint { x: patient.normal_quantile, y, hint }))
            })
            .collect();
        let mut figures = vec![self.quantile_figure(
            "residual-quantiles",
            "Are the residuals normal?",
            "Residual, in standard deviations",
            &residuals,
        )];
        if !slopes.is_empty() {
            figures.push(self.quantile_figure(
                "slope-quantiles",
                "Are the patients’ slopes normal?",
                "A patient’s part of the slope, in standard deviations",
                &slopes,
            ));
        }
        figures
    }

    fn quantile_figure(
        &self,
        key: &'static str,
        title: &str,
        y_label: &str,
        points: &[(usize, ScatterPoint)],
    ) -> FigureView {
        let ends = points.iter().flat_map(|(_, point)| [point.x, point.y]);
        let reach = ends.fold(2.0_f64, |most, value| most.max(value.abs()));
        let furthest = points.iter().fold(0.0_f64, |most, (_, point)| most.max((point.y - point.x).abs()));
        FigureView {
            key,
            title: title.to_owned(),
            aside: "On the line: normal".into(),
            description: format!(
                "{y_label}, against what a normal distribution would have at the same rank: {} points, the furthest {} from the line.",
                points.len(),
                format_fixed(furthest, 2)
            ),
            figure: Figure::Scatter(Scatter {
                x: round_axis("Normal quantile", -reach, reach, 6),
                y: round_axis(y_label, -reach, reach, 6),
                groups: self.groups(points),
                lines: vec![diagonal("normal", -reach, reach)],
            }),
        }
    }

    fn groups(&self, points: &[(usize, ScatterPoint)]) -> Vec<ScatterGroup> {
        self.detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(place, name)| ScatterGroup {
                name: name.clone(),
                hue: hue(place),
                is_hollow: false,
                points: points.iter().filter(|(arm, _)| *arm == place).map(|(_, point)| point.clone()).collect(),
            })
            .collect()
    }

    /// Each patient's slope before and after the start.
    fn patients_figure(&self) -> Option<FigureView> {
        let stride = self.detail.patients.len().div_ceil(MOST_POINTS).max(1);
        let points: Vec<(usize, ScatterPoint)> = self
            .detail
            .patients
            .iter()
            .step_by(stride)
            .filter_map(|patient| {
                let before = patient.lead_in?;
                let hint = format!(
                    "{}: {} before, {} after",
                    patient.subject_id,
                    format_fixed(before, 2),
                    format_fixed(patient.slope, 2)
                );
                Some((patient.arm, ScatterPoint { x: before, y: patient.slope, hint }))
            })
            .collect();
        if points.is_empty() {
            return None;
        }
        let ends = || points.iter().flat_map(|(_, point)| [point.x, point.y]);
        let (low, high) = (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
        let axis = |label: &str| -> Axis { round_axis(format!("{label}, {}", self.rate()), low, high, 5) };
        let better = points.iter().filter(|(_, point)| point.y > point.x).count();
        Some(FigureView {
            key: "patient-slopes",
            title: "Each patient before and after the start".into(),
            aside: "As the model predicts them, drawn to their arm’s mean".into(),
            description: format!(
                "Each patient’s slope after the start against that in the lead-in; {better} of {} lie above the line of no change.",
                points.len()
            ),
            figure: Figure::Scatter(Scatter {
                x: axis("Lead-in slope"),
                y: axis("Slope after the start"),
                groups: self.groups(&points),
                lines: vec![diagonal("no change", low, high)],
            }),
        })
    }

    fn slopes_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::text("What"), ColumnView::number("n")];
        columns.extend(self.estimate_columns());
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        if let Some(row) = self.rows(Term::LeadInSlope).find(|row| row.group.is_none()) {
            rows.push([vec![Cell::head("All arms"), Cell::text("Lead-in slope")], estimate_cells(row)].concat());
        }
        let lead_in = if self.lmm.common_baseline { "Lead-in slope, by itself" } else { "Lead-in slope" };
        let minus = format!("less {}", self.control());
        let arms = self.detail.arm_names.iter().enumerate();
        for (place, arm) in arms.clone().skip(1).chain(arms.take(1)) {
            let told = [
                (Term::LeadInSlope, lead_in.to_owned()),
                (Term::Slope, "Slope".to_owned()),
                (Term::SlopeChange, "Slope less lead-in slope".to_owned()),
                (Term::Difference, format!("Slope {minus}")),
                (Term::LeadInDifference, format!("Lead-in slope {minus}")),
                (Term::SlopeChangeDifference, format!("Change of slope {minus}")),
            ];
            let mut head = Cell::arm(arm, hue(place));
            for (term, what) in told {
                // With a common lead-in slope the change differs as the slope does.
                let is_twice = term == Term::SlopeChangeDifference && self.lmm.common_baseline;
                if let Some(row) = self.arm_row(term, arm).filter(|_| !is_twice) {
                    rows.push([vec![std::mem::take(&mut head), Cell::text(what)], estimate_cells(row)].concat());
                }
            }
        }
        let mut footnote = format!("In {}. ", self.rate());
        if self.has_bend() && self.lmm.common_baseline {
            footnote.push_str("“By itself” and the differences of lead-in slopes are from the model with separate baselines; with a common one the arms share the lead-in, and the change of slope differs as the slope does. ");
        }
        footnote.push_str("SE, standard error; CI, confidence interval; df, degrees of freedom.");
        TableView { title: "Slopes by arm".into(), columns, rows, footnote: Some(footnote) }
    }

    fn estimate_columns(&self) -> Vec<ColumnView> {
        let interval = format!("{} CI", self.level());
        ["Estimate", "SE", interval.as_str(), "df", "p"].map(ColumnView::number).to_vec()
    }

    fn models_table(&self) -> Option<TableView> {
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::text("Model"), ColumnView::number("n")];
        columns.extend(self.estimate_columns());
        let mut last = 0;
        let mut rows = Vec::new();
        for (row, place) in self.by_model() {
            let arm = row.group.as_deref().unwrap_or_default();
            let head = if place == last { Cell::default() } else { Cell::arm(arm, hue(place)) };
            last = place;
            let name = Self::model_label(row);
            let name = if self.is_chosen(row) { Cell::strong(name) } else { Cell::text(name) };
            rows.push([vec![head, name], estimate_cells(row)].concat());
        }
        (!rows.is_empty()).then(|| TableView {
            title: format!("Difference in slope from {} by each model", self.control()),
            columns,
            rows,
            footnote: Some("Common baseline: no differences between arms at month 0, nor in the lead-in. A model that could not be fitted is missing. The last row, from a straight line for each patient by itself, takes a slope of two visits for as good as one of ten.".into()),
        })
    }

    fn variance_table(&self) -> TableView {
        let mut rows = Vec::new();
        for shape in SlopeModel::ALL {
            let of =
                |term: Term| self.answer.rows.iter().filter(move |row| row.analysis == shape.id() && row.term == term);
            let mut name = analysis_name(shape.id());
            let mut tell = |what: String, value: Option<f64>, decimals: usize| {
                let value = value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, decimals)));
                rows.push(vec![Cell::head(std::mem::take(&mut name)), Cell::text(what), value]);
            };
            for row in of(Term::RandomSd) {
                let what = row.contrast.as_deref().unwrap_or_default();
                tell(format!("SD, {what}"), row.estimate, 3);
            }
            for row in of(Term::RandomCorrelation) {
                let what = row.contrast.as_deref().unwrap_or_default();
                tell(format!("Correlation, {what}"), row.estimate, 3);
            }
            for row in of(Term::MinusTwoReml) {
                tell("−2 log restricted likelihood".into(), row.estimate, 2);
            }
            for row in of(Term::Measurements) {
                tell("Measurements".into(), row.estimate, 0);
            }
        }
        TableView {
            title: "How patients differ".into(),
            columns: vec![ColumnView::text("Model"), ColumnView::text("What"), ColumnView::number("Value")],
            rows,
            footnote: Some("SD, standard deviation over patients about their arm’s line; of slopes in outcome units a month. Residual: of single values about the patient’s own line. The two models rest on different measurements: their likelihoods cannot be compared.".into()),
        }
    }

    /// The line beside what was measured: does a straight line do?
    fn months_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text(time_heading(self.time_unit())), ColumnView::text("Arm")];
        columns.extend(["n", "Measured, mean", "Model, mean"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{} CI", self.level())));
        let mut rows = Vec::new();
        for month in self.months() {
            let arms = self.detail.arm_names.iter().enumerate();
            for (line, (place, arm)) in arms.clone().skip(1).chain(arms.take(1)).enumerate() {
                let seen = self.at(Term::ObservedMean, arm, month);
                let model = self.at(Term::LsMean, arm, month);
                let fixed =
                    |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2)));
                let interval = model.and_then(|row| row.conf_low.zip(row.conf_high));
                rows.push(vec![
                    Cell::head(if line == 0 { time_number(month, self.time_unit()) } else { String::new() }),
                    Cell::arm(arm, hue(place)),
                    Cell::text(seen.and_then(|row| row.n).unwrap_or(0).to_string()),
                    fixed(seen.and_then(|row| row.estimate)),
                    fixed(model.and_then(|row| row.estimate)),
                    interval.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
                ]);
            }
        }
        TableView {
            title: "Line and measured means".into(),
            columns,
            rows,
            footnote: Some("Where measured means run away from the line on one side, decline is not straight. They also part where those who decline fast stop coming: the model counts on their lines going on.".into()),
        }
    }

    fn doubts(&self) -> Vec<String> {
        let mut doubts = doubt_sentences(&self.answer.notes, self.time_unit());
        let bend = if self.has_bend() { " on either side of month 0" } else { "" };
        doubts.push(format!(
            "The model takes decline for a straight line{bend}. If it slows down or speeds up, the slope is a mean over the visits there are, and arms that were followed for different times cannot be compared by it."
        ));
        doubts.push("Someone who dies or leaves is taken to have gone on along the line that their visits and their arm tell. If people left for a reason that their earlier values do not show, slopes are biased; a death is no missing value. The joint rank counts deaths, this does not.".to_owned());
        if self.lmm.common_baseline && self.detail.arm_names.len() > 1 {
            doubts.push("A common baseline holds for randomised arms. If arms were chosen otherwise, take separate baselines: the row is in the table.".to_owned());
        }
        doubts
    }

    fn method(&self) -> Vec<String> {
        let unit = self.time_unit();
        let horizon = month_phrase(self.lmm.horizon(), unit);
        let mut method = vec![match self.detail.model {
            SlopeModel::Slope => format!(
                "Linear mixed model by restricted maximum likelihood: {}. t is time in months from the start; visits from the baseline to {horizon}, each at its own time. Each patient has a line of their own about the arm’s; their intercepts and slopes are normal with any variances and correlation (Laird and Ware 1982).",
                self.detail.formula
            ),
            SlopeModel::ChangePoint => format!(
                "Linear mixed model by restricted maximum likelihood, with a bend at month 0: {}. t_pre = min(t, 0), t_post = max(t, 0), t in months from the start; all visits to {horizon}, each at its own time. Each patient has an intercept, a lead-in slope and a slope afterwards of their own about the arm’s, normal with any variances and correlations (Laird and Ware 1982).",
                self.detail.formula
            ),
        }];
        if self.has_bend() {
            method.push("The lead-in is data, not something to subtract: a patient’s decline before treatment tells, through the correlation, what decline afterwards to expect. The difference between a patient’s two slopes would carry the noise of both and regression to the mean.".to_owned());
        }
        if self.detail.arm_names.len() > 1 {
            method.push(match (self.lmm.common_baseline, self.has_bend()) {
                (true, true) => "Common baseline: the arms share mean at month 0 and lead-in slope, and differ in the slope afterwards.".to_owned(),
                (true, false) => "Common baseline: the arms share the mean at month 0 and differ in slope.".to_owned(),
                (false, true) => "Separate baselines: each arm has its own mean at month 0 and its own lead-in slope.".to_owned(),
                (false, false) => "Separate baselines: each arm has its own mean at month 0.".to_owned(),
            });
        }
        method.push(match self.lmm.df_method {
            LmmDfMethod::KenwardRoger => "Standard errors and degrees of freedom by Kenward and Roger (Biometrics 53:983, 1997), as R’s pbkrtest has them.".to_owned(),
            LmmDfMethod::Satterthwaite => "Degrees of freedom by Satterthwaite, as R’s lmerTest has them (Kuznetsova, Brockhoff and Christensen, J Stat Softw 82(13), 2017).".to_owned(),
        });
        let window = format_significant(unit.from_months(self.lmm.visits.window_months), 3);
        method.push(format!(
            "Only people with a baseline visit, within {window} {} of the start, are in it. Measured means take the visit nearest the month within that window; the model takes every visit.",
            unit.many()
        ));
        method.push("Checked against R’s lme4, lmerTest and pbkrtest on whole files, both models, common and separate baseline, both methods: relative difference below 0.00001; docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}

fn diagonal(name: &str, low: f64, high: f64) -> ScatterLine {
    let points = vec![(low, low), (high, high)];
    ScatterLine { name: name.to_owned(), hue: Hue::Neutral, is_dashed: true, points }
}

fn estimate_cells(row: &Finding) -> Vec<Cell> {
    let fixed = |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 3)));
    let interval = row.conf_low.zip(row.conf_high);
    vec![
        row.n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
        row.estimate.map_or_else(Cell::absent, |value| Cell::strong(format_fixed(value, 3))),
        fixed(row.std_error),
        interval.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 3))),
        row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}
