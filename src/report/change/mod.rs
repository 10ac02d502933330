//! The Function page.

mod checks;
mod influence;
mod method;
mod sensitivity;
mod tables;

pub use method::{death_name, error_name, margins_name, missing_name};

use super::axis::{fitted_axis, round_axis};
use super::figure::{CountRow, CountRows, Figure, Hue, IntervalPoint, MeanLines, MeanSeries, Tick, Trace};
use super::label::{joined, month_phrase, outcome_label, outcome_unit, time_number};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p_equation};
use super::overview::Overview;
use super::page::{FigureView, Phrase, ResultPage};
use crate::analysis::change::{ChangeDetail, ChangeMethod, ChangePlan, DeathRule, MissingRule, rule_words};
use crate::analysis::{AnalysisId, Answer, Finding, Plan, Term};
use crate::trial::{TimeUnit, alsfrs};

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

/// More people's lines than this hide each other.
const MOST_LINES: usize = 1000;

/// And more points than this take longer to draw than a page may wait.
const MOST_LINE_POINTS: usize = 10_000;

/// What the page needs besides the answer.
pub struct ChangeView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub change: &'a ChangePlan,
    pub answer: &'a Answer,
    pub detail: &'a ChangeDetail,
    /// Draw a line for each subject.
    pub with_subject_lines: bool,
}

impl ChangeView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.change.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn row(&self, analysis: AnalysisId, term: Term, group: Option<&str>, month: f64) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == analysis && row.term == term && row.at == Some(month) && row.group.as_deref() == group
        })
    }

    fn summary(&self, term: Term, arm: &str, month: f64) -> Option<&Finding> {
        self.row(AnalysisId::ChangeSummary, term, Some(arm), month)
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    pub fn page(&self) -> ResultPage {
        let outcome = outcome_label(&self.change.outcome);
        let at = month_phrase(self.change.primary_month, self.time_unit());
        let mut figures = vec![self.figure()];
        figures.extend(self.methods_forest());
        figures.extend(self.waterfall());
        figures.extend(self.normal_plot());
        figures.extend(self.spread_plot());
        figures.extend(self.influence_forest());
        let mut tables = vec![self.main_table()];
        tables.extend(self.methods_table());
        tables.extend(self.sizes_table());
        tables.extend(self.rules_table());
        tables.extend(self.adjusted_means_table());
        tables.extend(self.effects_table());
        tables.extend(self.influence_table());
        ResultPage {
            kicker: format!("Function · {outcome} · change from baseline to {at}{}", self.rule_aside()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    /// What stands in for missing values, when something does: a reader should not have to look for it.
    fn rule_aside(&self) -> String {
        let (missing, death) = (self.change.missing, self.change.death);
        if (missing, death) == (MissingRule::Observed, DeathRule::AsMissing) {
            return String::new();
        }
        let label = if death == DeathRule::Zero { " (sensitivity analysis)" } else { "" };
        format!(" · {}{label}", rule_words(missing, death))
    }

    /// Some of the values were not measured.
    fn is_imputed(&self) -> bool {
        self.change.missing == MissingRule::Locf || self.change.death == DeathRule::Zero
    }

    /// Deaths have a rank and no number: the effect is a probability, not a difference.
    fn is_ranked(&self) -> bool {
        self.change.death == DeathRule::WorstRank && self.change.method == ChangeMethod::MannWhitney
    }

    /// The chosen test's answer for an arm.
    fn effect(&self, arm: &str, month: f64) -> Option<&Finding> {
        let term = if self.is_ranked() { Term::Superiority } else { Term::Difference };
        self.row(self.change.method.id(), term, Some(arm), month)
    }

    fn headline(&self) -> Vec<Phrase> {
        let month = self.change.primary_month;
        if self.is_ranked()
            && let Some(phrases) = self.ranked_headline()
        {
            return phrases;
        }
        let at = capitalised(&format!("at {}", month_phrase(month, self.time_unit())));
        let level = format_level(self.plan.confidence_level);
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let method = self.change.method.id();
        let found: Vec<(&String, &Finding)> = self
            .treated()
            .iter()
            .filter_map(|arm| Some((arm, self.row(method, Term::Difference, Some(arm), month)?)))
            .collect();
        match found.as_slice() {
            [] => self.one_arm_headline(&at),
            [(arm, row)] => {
                let (Some(estimate), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) else {
                    return vec![Phrase::plain(format!("{at} there is no comparison between arms to report."))];
                };
                let interval = format!(" ({level} CI {}).", format_interval(low, high, 2));
                let size = format_fixed(estimate.abs(), 2);
                if self.both_lost(arm, month) {
                    let direction = if estimate >= 0.0 { "less" } else { "more" };
                    vec![
                        Phrase::plain(format!("{at} {arm} had lost ")),
                        Phrase::strong(with_unit(&size, &unit, direction)),
                        Phrase::plain(format!(" than {}{interval}", self.control())),
                    ]
                } else {
                    let direction = if estimate >= 0.0 { "higher" } else { "lower" };
                    vec![
                        Phrase::plain(format!("{at} the change in {} was ", outcome_label(&self.change.outcome))),
                        Phrase::strong(with_unit(&size, &unit, direction)),
                        Phrase::plain(format!(" in {arm} than in {}{interval}", self.control())),
                    ]
                }
            }
            many if many.len() > MOST_ARMS_TOLD => self.range_headline(&at, &unit, many),
            several => {
                let mut phrases = vec![Phrase::plain(format!("{at}, against {}: ", self.control()))];
                for (index, (arm, row)) in several.iter().enumerate() {
                    let end = if index + 1 == several.len() { "." } else { "; " };
                    if let (Some(estimate), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) {
                        phrases.push(Phrase::plain(format!("{arm} ")));
                        let size = format_fixed(estimate, 2);
                        let size = if unit.is_empty() { size } else { format!("{size} {unit}") };
                        phrases.push(Phrase::strong(size));
                        phrases.push(Phrase::plain(format!(" ({level} CI {}){end}", format_interval(low, high, 2))));
                    }
                }
                phrases
            }
        }
    }

    fn ranked_headline(&self) -> Option<Vec<Phrase>> {
        let month = self.change.primary_month;
        let at = capitalised(&format!("at {}", month_phrase(month, self.time_unit())));
        let told = |arm: &String| Some((arm.clone(), self.effect(arm, month)?.estimate?));
        let found: Vec<(String, f64)> = self.treated().iter().filter_map(told).collect();
        let (first, others) = found.split_first()?;
        let mut phrases = vec![
            Phrase::plain(format!(
                "{at} a person in {} ranked above one in {} with probability ",
                first.0,
                self.control()
            )),
            Phrase::strong(format_fixed(first.1, 2)),
        ];
        for (arm, share) in others.iter().take(MOST_ARMS_TOLD - 1) {
            phrases.push(Phrase::plain(format!(", one in {arm} with ")));
            phrases.push(Phrase::strong(format_fixed(*share, 2)));
        }
        phrases.push(Phrase::plain("; deaths rank below everybody alive.".to_owned()));
        Some(phrases)
    }

    /// Many arms: the smallest and the largest difference; the table has the rest.
    fn range_headline(&self, at: &str, unit: &str, found: &[(&String, &Finding)]) -> Vec<Phrase> {
        let told = |pair: Option<&(&String, &Finding)>| {
            let (arm, row) = pair?;
            let size = format_fixed(row.estimate?, 2);
            Some((if unit.is_empty() { size } else { format!("{size} {unit}") }, (*arm).clone()))
        };
        let by_size = |a: &&(&String, &Finding), b: &&(&String, &Finding)| {
            a.1.estimate.unwrap_or(0.0).total_cmp(&b.1.estimate.unwrap_or(0.0))
        };
        let ends = told(found.iter().min_by(by_size)).zip(told(found.iter().max_by(by_size)));
        let Some(((low, low_arm), (high, high_arm))) = ends else { return Vec::new() };
        vec![
            Phrase::plain(format!("{at} the differences of {} arms from {} run from ", found.len(), self.control())),
            Phrase::strong(low),
            Phrase::plain(format!(" ({low_arm}) to ")),
            Phrase::strong(high),
            Phrase::plain(format!(" ({high_arm}).")),
        ]
    }

    /// Without a second arm the change itself is the answer.
    fn one_arm_headline(&self, at: &str) -> Vec<Phrase> {
        let none = || vec![Phrase::plain(format!("{at} there is no comparison between arms to report."))];
        let [arm] = self.detail.arm_names.as_slice() else {
            // Another test may have an answer: it stands in the table.
            return vec![Phrase::plain(format!(
                "{at} {} gives no comparison between arms.",
                method_name(self.change.method)
            ))];
        };
        let Some(row) = self.summary(Term::MeanChange, arm, self.change.primary_month) else { return none() };
        let Some(mean) = row.estimate else { return none() };
        let level = format_level(self.plan.confidence_level);
        let interval = row
            .conf_low
            .zip(row.conf_high)
            .map(|(low, high)| format!(" ({level} CI {})", format_interval(low, high, 2)))
            .unwrap_or_default();
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let size = format_fixed(mean, 2);
        vec![
            Phrase::plain(format!("{at} the mean change in {} was ", outcome_label(&self.change.outcome))),
            Phrase::strong(if unit.is_empty() { size } else { format!("{size} {unit}") }),
            Phrase::plain(format!("{interval}. There is no second arm to compare with.")),
        ]
    }

    /// The ALSFRS-R with a mean loss in both arms can be told as loss.
    fn both_lost(&self, arm: &str, month: f64) -> bool {
        let is_loss = |arm: &str| {
            self.summary(Term::MeanChange, arm, month).and_then(|row| row.estimate).is_some_and(|mean| mean < 0.0)
        };
        self.change.outcome == alsfrs::TOTAL && is_loss(arm) && is_loss(self.control())
    }

    fn subline(&self) -> String {
        let month = self.change.primary_month;
        let counts: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .zip(&self.detail.arm_sizes)
            .skip(1)
            .chain(self.detail.arm_names.iter().zip(&self.detail.arm_sizes).take(1))
            .map(|(arm, size)| {
                let n = self.summary(Term::MeanChange, arm, month).and_then(|row| row.n).unwrap_or(0);
                format!("{n} of {size} in {arm}")
            })
            .collect();
        let mut line = format!("{}: {}.", if self.is_imputed() { "Counted" } else { "Measured" }, joined(&counts));
        if let [arm] = self.treated()
            && let Some(p) = self.effect(arm, month).and_then(|row| row.p_value)
        {
            line.push_str(&format!(" {}: {}.", method_name(self.change.method), format_p_equation(p)));
        }
        line
    }

    fn figure(&self) -> FigureView {
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let outcome = outcome_label(&self.change.outcome);
        let level = format_level(self.plan.confidence_level);
        let series: Vec<MeanSeries> =
            self.detail.arm_names.iter().enumerate().map(|(place, arm)| self.series(place, arm)).collect();
        let traces: Vec<Trace> = if self.with_subject_lines {
            self.detail
                .lines
                .iter()
                .step_by(self.line_stride())
                .map(|line| Trace {
                    hue: hue(line.arm),
                    points: line.points.clone(),
                    hint: line.subject_id.clone(),
                    ends_in_death: line.ends_in_death,
                })
                .collect()
        } else {
            Vec::new()
        };
        let mut low: f64 = 0.0;
        let mut high: f64 = 0.0;
        for point in series.iter().flat_map(|series| &series.points) {
            low = low.min(point.low.unwrap_or(point.y));
            high = high.max(point.high.unwrap_or(point.y));
        }
        for (_, change) in traces.iter().flat_map(|trace| &trace.points) {
            low = low.min(*change);
            high = high.max(*change);
        }
        let last = self.change.target_months.iter().copied().fold(0.0, f64::max);
        let last = traces.iter().flat_map(|trace| &trace.points).map(|(month, _)| *month).fold(last, f64::max);
        let mut x = fitted_axis(
            match self.time_unit() {
                TimeUnit::Months => "Months from baseline",
                TimeUnit::Weeks => "Weeks from baseline",
                TimeUnit::Days => "Days from baseline",
            },
            0.0,
            last,
            8,
        );
        if self.change.target_months.len() <= 12 {
            x.ticks = std::iter::once(0.0)
                .chain(self.change.target_months.iter().copied())
                .map(|at| Tick { at, label: time_number(at, self.time_unit()) })
                .collect();
        }
        let counts = CountRows {
            title: if self.is_imputed() { "People counted" } else { "People measured" }.into(),
            rows: self
                .detail
                .arm_names
                .iter()
                .enumerate()
                .map(|(place, arm)| CountRow {
                    name: arm.clone(),
                    hue: hue(place),
                    counts: std::iter::once((0.0, self.with_baseline(place).to_string()))
                        .chain(self.change.target_months.iter().map(|&month| {
                            let n = self.summary(Term::MeanChange, arm, month).and_then(|row| row.n).unwrap_or(0);
                            (month, n.to_string())
                        }))
                        .collect(),
                })
                .collect(),
        };
        let described: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .filter_map(|arm| {
                let mean = self.summary(Term::MeanChange, arm, self.change.primary_month)?.estimate?;
                Some(format!("{} in {arm}", format_fixed(mean, 2)))
            })
            .collect();
        let y = round_axis(axis_label(&outcome, &unit), low, high, 5);
        FigureView {
            key: "mean-change",
            title: format!("Mean change in {outcome}"),
            aside: format!(
                "{}{level} CI{}",
                if unit.is_empty() { String::new() } else { format!("{unit}, ") },
                self.lines_aside()
            ),
            description: format!(
                "Mean change in {outcome} from baseline over time, by arm, with {level} confidence intervals. At {} the mean change is {}.",
                month_phrase(self.change.primary_month, self.time_unit()),
                joined(&described)
            ),
            figure: Figure::MeanLines(MeanLines { x, y, series, traces, reference_y: Some(0.0), counts }),
        }
    }

    /// Every how manieth person's line is drawn.
    fn line_stride(&self) -> usize {
        let points: usize = self.detail.lines.iter().map(|line| line.points.len()).sum();
        self.detail.lines.len().div_ceil(MOST_LINES).max(points.div_ceil(MOST_LINE_POINTS)).max(1)
    }

    fn lines_aside(&self) -> String {
        match self.line_stride() {
            stride if self.with_subject_lines && stride > 1 => format!(", a line for every {stride}th person"),
            _ => String::new(),
        }
    }

    fn with_baseline(&self, place: usize) -> usize {
        self.detail.lines.iter().filter(|line| line.arm == place).count()
    }

    fn series(&self, place: usize, arm: &str) -> MeanSeries {
        let level = format_level(self.plan.confidence_level);
        let mut points =
            vec![IntervalPoint { x: 0.0, y: 0.0, low: None, high: None, hint: format!("{arm}, baseline") }];
        let mut end_label = String::new();
        for &month in &self.change.target_months {
            let Some(row) = self.summary(Term::MeanChange, arm, month) else { continue };
            let Some(mean) = row.estimate else { continue };
            let interval = row
                .conf_low
                .zip(row.conf_high)
                .map(|(low, high)| format!(" ({level} CI {})", format_interval(low, high, 2)))
                .unwrap_or_default();
            end_label = format_fixed(mean, 2);
            points.push(IntervalPoint {
                x: month,
                y: mean,
                low: row.conf_low,
                high: row.conf_high,
                hint: format!(
                    "{arm}, {}: {}{interval}, n = {}",
                    month_phrase(month, self.time_unit()),
                    format_fixed(mean, 2),
                    row.n.unwrap_or(0)
                ),
            });
        }
        MeanSeries { name: arm.to_owned(), hue: hue(place), end_label, points }
    }
}

/// Place 0 is the control arm.
pub(in crate::report) fn hue(place: usize) -> Hue {
    match place.checked_sub(1) {
        None => Hue::Control,
        Some(index) => Hue::Treated(index),
    }
}

/// The test in words, as tables name it.
pub fn method_name(method: ChangeMethod) -> &'static str {
    super::note::analysis_name(method.id())
}

pub(in crate::report) use super::label::capitalised;

/// "2.98 points".
fn measured(size: &str, unit: &str) -> String {
    if unit.is_empty() { size.to_owned() } else { format!("{size} {unit}") }
}

fn with_unit(size: &str, unit: &str, direction: &str) -> String {
    if unit.is_empty() { format!("{size} {direction}") } else { format!("{size} {unit} {direction}") }
}

fn axis_label(outcome: &str, unit: &str) -> String {
    if unit.is_empty() { format!("Change in {outcome}") } else { format!("Change in {outcome}, {unit}") }
}
