//! The page of the mixed model for repeated measures.

use super::axis::{fitted_axis, round_axis};
use super::change::{capitalised, hue};
use super::figure::{
    CountRow, CountRows, Figure, Forest, ForestRow, Hue, IntervalPoint, MeanLines, MeanSeries, Scatter, ScatterGroup,
    ScatterLine, ScatterPoint, Tick,
};
use super::label::{joined, month_phrase, outcome_label, outcome_unit, time_heading, time_number};
use super::note::doubt_sentences;
use super::number::{
    format_df, format_fixed, format_interval, format_level, format_p, format_p_equation, format_significant,
};
use super::overview::Overview;
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::mmrm::{MmrmDetail, MmrmDfMethod, MmrmPlan};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More points than this hide each other.
const MOST_POINTS: usize = 4000;

pub struct MmrmView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub mmrm: &'a MmrmPlan,
    pub answer: &'a Answer,
    pub detail: &'a MmrmDetail,
}

impl MmrmView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.mmrm.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn outcome(&self) -> String {
        outcome_label(&self.mmrm.visits.outcome)
    }

    fn rows(&self, term: Term) -> impl Iterator<Item = &Finding> {
        self.answer.rows.iter().filter(move |row| row.term == term)
    }

    fn row(&self, term: Term, group: Option<&str>, month: f64) -> Option<&Finding> {
        self.rows(term).find(|row| row.at == Some(month) && row.group.as_deref() == group)
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    /// The month that is asked for, or the last one that the model has.
    fn month(&self) -> f64 {
        let asked = self.mmrm.visits.primary_month;
        if self.detail.months.contains(&asked) { asked } else { self.detail.months.last().copied().unwrap_or(asked) }
    }

    pub fn page(&self) -> ResultPage {
        ResultPage {
            kicker: format!("Function · {} · Mixed model for repeated measures", self.outcome()),
            headline: self.headline(),
            subline: self.subline(),
            figures: [Some(self.means_figure()), self.structures_figure(), self.normal_figure(), self.fitted_figure()]
                .into_iter()
                .flatten()
                .collect(),
            tables: [
                Some(self.main_table()),
                self.structures_table(),
                Some(self.effects_table()),
                Some(self.covariance_table()),
            ]
            .into_iter()
            .flatten()
            .collect(),
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let month = self.month();
        let level = format_level(self.plan.confidence_level);
        let unit = outcome_unit(self.overview, &self.mmrm.visits.outcome);
        let mut phrases = vec![Phrase::plain(format!("At {}, ", month_phrase(month, self.time_unit())))];
        let treated = self.treated();
        for (place, arm) in treated.iter().enumerate() {
            let Some(row) = self.row(Term::Difference, Some(arm), month) else { continue };
            let (Some(estimate), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) else { continue };
            if place > 0 {
                phrases.push(Phrase::plain(if place + 1 == treated.len() { ", and " } else { ", " }));
            }
            let size = format_fixed(estimate.abs(), 2);
            let size = if unit.is_empty() { size } else { format!("{size} {unit}") };
            let direction = if estimate >= 0.0 { "higher" } else { "lower" };
            phrases.push(Phrase::plain(format!("{arm}’s adjusted change was ")));
            phrases.push(Phrase::strong(format!("{size} {direction}")));
            phrases.push(Phrase::plain(format!(
                " than {}’s ({level} CI of the difference {})",
                self.control(),
                format_interval(low, high, 2)
            )));
        }
        phrases.push(Phrase::plain("."));
        phrases
    }

    fn subline(&self) -> String {
        let people: Vec<String> = self
            .treated()
            .iter()
            .chain(self.detail.arm_names.first())
            .map(|arm| {
                let place = self.detail.arm_names.iter().position(|name| name == arm).unwrap_or_default();
                format!("{} in {arm}", self.detail.arm_people.get(place).copied().unwrap_or_default())
            })
            .collect();
        let mut line = format!("In the model: {}, at {} visits.", joined(&people), self.detail.months.len());
        if let [arm] = self.treated()
            && let Some(row) = self.row(Term::Difference, Some(arm), self.month())
            && let (Some(p), Some(df)) = (row.p_value, row.df)
        {
            line.push_str(&format!(
                " {}; {}, {} degrees of freedom: {}.",
                capitalised(self.detail.structure.words()),
                self.mmrm.df_method.words(),
                format_df(df),
                format_p_equation(p)
            ));
        }
        line
    }

    fn means_figure(&self) -> FigureView {
        let unit = outcome_unit(self.overview, &self.mmrm.visits.outcome);
        let level = format_level(self.plan.confidence_level);
        let series: Vec<MeanSeries> =
            self.detail.arm_names.iter().enumerate().map(|(place, arm)| self.series(place, arm)).collect();
        let mut low: f64 = 0.0;
        let mut high: f64 = 0.0;
        for point in series.iter().flat_map(|series| &series.points) {
            low = low.min(point.low.unwrap_or(point.y));
            high = high.max(point.high.unwrap_or(point.y));
        }
        let last = self.detail.months.iter().copied().fold(0.0, f64::max);
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
        x.ticks = std::iter::once(0.0)
            .chain(self.detail.months.iter().copied())
            .map(|at| Tick { at, label: time_number(at, self.time_unit()) })
            .collect();
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
                    counts: self
                        .detail
                        .months
                        .iter()
                        .map(|&month| {
                            let n = self.row(Term::LsMean, Some(arm), month).and_then(|row| row.n).unwrap_or(0);
                            (month, n.to_string())
                        })
                        .collect(),
                })
                .collect(),
        };
        let described: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .filter_map(|arm| {
                let mean = self.row(Term::LsMean, Some(arm), self.month())?.estimate?;
                Some(format!("{} in {arm}", format_fixed(mean, 2)))
            })
            .collect();
        let label = if unit.is_empty() {
            format!("Change in {}", self.outcome())
        } else {
            format!("Change in {}, {unit}", self.outcome())
        };
        FigureView {
            key: "ls-means",
            title: format!("LS mean change in {}", self.outcome()),
            aside: format!("{}{level} CI", if unit.is_empty() { String::new() } else { format!("{unit}, ") }),
            description: format!(
                "Least-squares means of the change in {} by visit and arm, with {level} confidence intervals, as the model has them. At {} they are {}.",
                self.outcome(),
                month_phrase(self.month(), self.time_unit()),
                joined(&described)
            ),
            figure: Figure::MeanLines(MeanLines {
                x,
                y: round_axis(label, low, high, 5),
                series,
                traces: Vec::new(),
                reference_y: Some(0.0),
                counts,
            }),
        }
    }

    fn series(&self, place: usize, arm: &str) -> MeanSeries {
        let level = format_level(self.plan.confidence_level);
        let mut points =
            vec![IntervalPoint { x: 0.0, y: 0.0, low: None, high: None, hint: format!("{arm}, baseline") }];
        let mut end_label = String::new();
        for &month in &self.detail.months {
            let Some(row) = self.row(Term::LsMean, Some(arm), month) else { continue };
            let (Some(mean), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) else { continue };
            end_label = format_fixed(mean, 2);
            points.push(IntervalPoint {
                x: month,
                y: mean,
                low: Some(low),
                high: Some(high),
                hint: format!(
                    "{arm}, {}: LS mean {} ({level} CI {}), n = {}",
                    month_phrase(month, self.time_unit()),
                    format_fixed(mean, 2),
                    format_interval(low, high, 2),
                    row.n.unwrap_or(0)
                ),
            });
        }
        MeanSeries { name: arm.to_owned(), hue: hue(place), end_label, points }
    }

    /// The structure's name in a row of the comparison.
    fn structure_name(row: &Finding) -> String {
        let method = row.method.as_deref().unwrap_or_default();
        capitalised(method.split(" covariance").next().unwrap_or_default())
    }

    fn is_chosen(&self, row: &Finding) -> bool {
        row.method.as_deref().is_some_and(|method| method.starts_with(self.detail.structure.words()))
    }

    fn structures_figure(&self) -> Option<FigureView> {
        let level = format_level(self.plan.confidence_level);
        let several = self.treated().len() > 1;
        let mut rows = Vec::new();
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for row in self.rows(Term::DifferenceByStructure) {
            let (Some(estimate), Some(from), Some(to)) = (row.estimate, row.conf_low, row.conf_high) else { continue };
            (low, high) = (low.min(from), high.max(to));
            let arm = row.group.clone().unwrap_or_default();
            let place = self.detail.arm_names.iter().position(|name| *name == arm).unwrap_or_default();
            let name = Self::structure_name(row);
            rows.push(ForestRow {
                label: if several { format!("{name}, {arm}") } else { name.clone() },
                detail: format!("{} ({})", format_fixed(estimate, 2), format_interval(from, to, 2)),
                hue: hue(place),
                estimate: Some(estimate),
                low: Some(from),
                high: Some(to),
                is_emphasised: self.is_chosen(row),
                hint: format!("{name}: {} ({level} CI {})", format_fixed(estimate, 2), format_interval(from, to, 2)),
                ..ForestRow::default()
            });
        }
        let name =
            if several { "Difference from control".to_owned() } else { format!("Difference from {}", self.control()) };
        (rows.len() > 1).then(|| FigureView {
            key: "by-structure",
            title: "The same difference under each covariance".into(),
            aside: format!("{}, {level} CI", month_phrase(self.month(), self.time_unit())),
            description: format!(
                "The difference at {} with its {level} confidence interval under {} covariance structures; the one that was used stands out. The estimates lie between {} and {}.",
                month_phrase(self.month(), self.time_unit()),
                rows.len(),
                format_fixed(rows.iter().filter_map(|row| row.estimate).fold(f64::INFINITY, f64::min), 2),
                format_fixed(rows.iter().filter_map(|row| row.estimate).fold(f64::NEG_INFINITY, f64::max), 2),
            ),
            figure: Figure::Forest(Forest { x: round_axis(name, low, high, 5), reference_x: Some(0.0), rows, ..Forest::default() }),
        })
    }

    fn residual_groups(&self, place: impl Fn(&crate::analysis::mmrm::ResidualPoint) -> f64) -> Vec<ScatterGroup> {
        let stride = self.detail.residuals.len().div_ceil(MOST_POINTS).max(1);
        self.detail
            .arm_names
            .iter()
            .enumerate()
            .map(|(arm, name)| ScatterGroup {
                name: name.clone(),
                hue: hue(arm),
                is_hollow: false,
                points: self
                    .detail
                    .residuals
                    .iter()
                    .filter(|point| point.arm == arm)
                    .step_by(stride)
                    .map(|point| ScatterPoint {
                        x: place(point),
                        y: point.standardised,
                        hint: format!(
                            "{}, {}, {}: {}",
                            point.subject_id,
                            name,
                            month_phrase(point.month, self.time_unit()),
                            format_fixed(point.standardised, 2)
                        ),
                        ..ScatterPoint::default()
                    })
                    .collect(),
            })
            .collect()
    }

    fn normal_figure(&self) -> Option<FigureView> {
        let first = self.detail.residuals.first()?;
        let last = self.detail.residuals.last()?;
        let reach = [first.normal_quantile, first.standardised, last.normal_quantile, last.standardised]
            .into_iter()
            .fold(0.0_f64, |most, value| most.max(value.abs()));
        let x = round_axis("Normal quantile", -reach, reach, 6);
        let line = ScatterLine {
            name: "Normal".into(),
            hue: Hue::Neutral,
            is_dashed: true,
            points: vec![(x.min, x.min), (x.max, x.max)],
        };
        Some(FigureView {
            key: "check-normal",
            title: "Are the residuals normal?".into(),
            aside: "Q-Q plot, standardised residuals".into(),
            description: format!(
                "Standardised residuals of the model against the quantiles of a normal distribution. They reach from {} to {}; on the line they would be normal.",
                format_fixed(first.standardised, 2),
                format_fixed(last.standardised, 2)
            ),
            figure: Figure::Scatter(Scatter {
                y: round_axis("Standardised residual", -reach, reach, 6),
                x,
                groups: self.residual_groups(|point| point.normal_quantile),
                lines: vec![line],
                ..Scatter::default()
            }),
        })
    }

    fn fitted_figure(&self) -> Option<FigureView> {
        let fitted = || self.detail.residuals.iter().map(|point| point.fitted);
        let (low, high) = (fitted().fold(f64::INFINITY, f64::min), fitted().fold(f64::NEG_INFINITY, f64::max));
        let most = self.detail.residuals.iter().fold(0.0_f64, |most, point| most.max(point.standardised.abs()));
        (high > low).then(|| {
            let x = round_axis("Fitted change", low, high, 6);
            let at = |y: f64, name: &str| ScatterLine {
                name: name.to_owned(),
                hue: Hue::Neutral,
                is_dashed: y != 0.0,
                points: vec![(x.min, y), (x.max, y)],
            };
            let lines = vec![at(0.0, ""), at(2.0, "±2"), at(-2.0, "")];
            FigureView {
                key: "check-spread",
                title: "Do the residuals spread evenly?".into(),
                aside: "standardised, against the fitted change".into(),
                description: format!(
                    "Standardised residuals against the fitted change. {} of {} lie beyond ±2, where a normal distribution has 4.6%.",
                    self.detail.beyond_two, self.detail.measurements
                ),
                figure: Figure::Scatter(Scatter {
                    y: round_axis("Standardised residual", -most, most, 6),
                    groups: self.residual_groups(|point| point.fitted),
                    lines,
                    x,
                    ..Scatter::default()
                }),
            }
        })
    }

    fn main_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text(time_heading(self.time_unit())), ColumnView::text("Arm")];
        columns.extend(["n", "LS mean (SE)"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("Difference (SE)"));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.extend(["df", "p"].map(ColumnView::number));
        let mut rows = Vec::new();
        for &month in &self.detail.months {
            let arms = self.detail.arm_names.iter().enumerate();
            for (line, (place, arm)) in arms.clone().skip(1).chain(arms.take(1)).enumerate() {
                let mean = self.row(Term::LsMean, Some(arm), month);
                let time = if line == 0 { time_number(month, self.time_unit()) } else { String::new() };
                let mut cells = vec![Cell::head(time), Cell::arm(arm, hue(place))];
                cells.push(mean.and_then(|row| row.n).map_or_else(Cell::absent, |n| Cell::text(n.to_string())));
                cells.extend(compact_cells(mean).into_iter().take(2));
                if place == 0 {
                    cells.extend((0..4).map(|_| Cell::default()));
                } else {
                    cells.extend(compact_cells(self.row(Term::Difference, Some(arm), month)));
                }
                rows.push(cells);
            }
        }
        for (index, arm) in self.treated().iter().enumerate() {
            let found = self.rows(Term::AverageDifference).find(|row| row.group.as_deref() == Some(arm));
            if let Some(row) = found {
                let mut cells = vec![Cell::head(if index == 0 { "All" } else { "" }), Cell::arm(arm, hue(index + 1))];
                cells.extend((0..3).map(|_| Cell::default()));
                cells.extend(compact_cells(Some(row)));
                rows.push(cells);
            }
        }
        TableView {
            title: "Adjusted change by visit and arm".into(),
            columns,
            rows,
            footnote: Some(format!(
                "SE, standard error. LS mean: least-squares mean of the arm at the visit, at the mean of numeric covariates, a factor’s groups weighing alike. Difference: the arm minus {}. All: the mean of the differences over the visits. p is two-sided and not adjusted for several visits.",
                self.control()
            )),
            ..TableView::default()
        }
    }

    fn structures_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Covariance"), ColumnView::text("Arm"), ColumnView::number("AIC")];
        columns.extend(["Difference", "SE"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.extend(["df", "p"].map(ColumnView::number));
        let rows: Vec<Vec<Cell>> = self
            .rows(Term::DifferenceByStructure)
            .map(|row| {
                let arm = row.group.clone().unwrap_or_default();
                let place = self.detail.arm_names.iter().position(|name| *name == arm).unwrap_or_default();
                let name = Self::structure_name(row);
                let aic = row.note.as_deref().and_then(|note| note.rsplit(' ').next()?.parse::<f64>().ok());
                let mut cells = vec![
                    Cell::head(if self.is_chosen(row) { format!("{name} (used)") } else { name }),
                    Cell::arm(arm, hue(place)),
                    aic.map_or_else(Cell::absent, |aic| Cell::text(format_fixed(aic, 1))),
                ];
                cells.extend(estimate_cells(Some(row)));
                cells
            })
            .collect();
        (rows.len() > 1).then(|| TableView {
            title: format!("{} under each covariance", capitalised(&month_phrase(self.month(), self.time_unit()))),
            columns,
            rows,
            footnote: Some("A covariance that could not be fitted is not in the table. AIC: −2 log restricted likelihood plus twice the number of covariance parameters; smaller fits better. The covariance was chosen before the fit, not by AIC.".into()),
            ..TableView::default()
        })
    }

    fn effects_table(&self) -> TableView {
        let rows = self
            .rows(Term::EffectTest)
            .map(|row| {
                let denominator = row.note.as_deref().and_then(|note| {
                    let (_, rest) = note.split_once(" and ")?;
                    rest.trim_end_matches(" df").parse::<f64>().ok()
                });
                vec![
                    Cell::head(row.contrast.clone().unwrap_or_default()),
                    row.statistic.map_or_else(Cell::absent, |f| Cell::text(format_fixed(f, 2))),
                    row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
                    denominator.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
                    row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
                ]
            })
            .collect();
        TableView {
            title: "Tests of the model’s effects, type III".into(),
            columns: vec![
                ColumnView::text("Effect"),
                ColumnView::number("F"),
                ColumnView::number("df"),
                ColumnView::number("denominator df"),
                ColumnView::number("p"),
            ],
            rows,
            footnote: Some("Arm: the mean difference over the visits. Visit: at the mean of numeric covariates. All arms and visits weigh alike.".into()),
            ..TableView::default()
        }
    }

    fn covariance_table(&self) -> TableView {
        let unit = self.time_unit();
        let mut columns = vec![ColumnView::text(time_heading(unit)), ColumnView::number("SD")];
        columns.extend(
            self.detail.months.iter().map(|month| ColumnView::number(format!("r, {}", time_number(*month, unit)))),
        );
        let correlation = |left: f64, right: f64| {
            let (early, late) = if left < right { (left, right) } else { (right, left) };
            let with = format!("with {early}");
            self.rows(Term::VisitCorrelation)
                .find(|row| row.at == Some(late) && row.contrast.as_deref() == Some(with.as_str()))
                .and_then(|row| row.estimate)
        };
        let rows = self
            .detail
            .months
            .iter()
            .map(|&month| {
                let sd = self.row(Term::VisitSd, None, month).and_then(|row| row.estimate);
                let mut cells = vec![
                    Cell::head(time_number(month, unit)),
                    sd.map_or_else(Cell::absent, |sd| Cell::text(format_fixed(sd, 2))),
                ];
                cells.extend(self.detail.months.iter().map(|&other| {
                    if other == month {
                        Cell::text("1")
                    } else {
                        correlation(month, other).map_or_else(Cell::absent, |r| Cell::text(format_fixed(r, 2)))
                    }
                }));
                cells
            })
            .collect();
        let fit: Vec<String> = [(Term::MinusTwoReml, "−2 log restricted likelihood"), (Term::Aic, "AIC")]
            .into_iter()
            .filter_map(|(term, name)| {
                let value = self.rows(term).next()?.estimate?;
                Some(format!("{name} {}", format_fixed(value, 2)))
            })
            .collect();
        TableView {
            title: format!("Residual spread and correlation of the visits: {}", self.detail.structure.words()),
            columns,
            rows,
            footnote: Some(format!("SD, residual standard deviation; r, residual correlation. {}.", joined(&fit))),
            ..TableView::default()
        }
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let ladder: Vec<String> = self.mmrm.structures.iter().map(|structure| structure.words().to_owned()).collect();
        let ladder = match ladder.as_slice() {
            [one] => format!("The covariance was declared before the fit: {one}."),
            several => format!(
                "The covariances were declared before the fit and tried in this order until one converged: {}.",
                joined(several)
            ),
        };
        let df = match self.mmrm.df_method {
            MmrmDfMethod::KenwardRogerLinear => {
                "Standard errors and degrees of freedom by Kenward and Roger (1997) as SAS’s DDFM=KR has them with an unstructured covariance, without the second derivatives of the covariance; R’s mmrm calls it Kenward-Roger-Linear."
            }
            MmrmDfMethod::KenwardRoger => {
                "Standard errors and degrees of freedom by Kenward and Roger (1997) as R’s mmrm has them, in its parameters of the covariance."
            }
            MmrmDfMethod::Satterthwaite => {
                "Degrees of freedom by Satterthwaite’s approximation (Fai and Cornelius 1996); standard errors as if the covariance were known."
            }
        };
        vec![
            format!(
                "{}: a linear model without random effects, whose rows of one person share a covariance, {}, fitted by restricted maximum likelihood (REML) with Newton’s method and exact derivatives. A patient counts with every visit there is; nothing is imputed. Windows and baseline are those of the page Function (within {} {} on either side).",
                self.detail.model,
                self.detail.structure.words(),
                format_significant(self.time_unit().from_months(self.mmrm.visits.window_months), 3),
                self.time_unit().many(),
            ),
            format!("{ladder} {df} Intervals are two-sided, {level}."),
            "Checked against R’s mmrm 0.3.18 (nine covariances by three methods) and nlme’s gls on data sets that the program was not tuned to; docs/VALIDATION.md has the figures.".to_owned(),
        ]
    }
}

/// Estimate with its standard error in one cell, interval, df and p of a row.
pub(super) fn compact_cells(row: Option<&Finding>) -> Vec<Cell> {
    let Some(row) = row else { return (0..4).map(|_| Cell::absent()).collect() };
    let estimate = match (row.estimate, row.std_error) {
        (Some(estimate), Some(error)) => {
            Cell::strong(format!("{} ({})", format_fixed(estimate, 2), format_fixed(error, 2)))
        }
        (Some(estimate), None) => Cell::strong(format_fixed(estimate, 2)),
        _ => Cell::absent(),
    };
    std::iter::once(estimate).chain(estimate_cells(Some(row)).into_iter().skip(2)).collect()
}

/// Estimate, SE, interval, df and p of a row.
pub(super) fn estimate_cells(row: Option<&Finding>) -> Vec<Cell> {
    let Some(row) = row else { return (0..5).map(|_| Cell::absent()).collect() };
    vec![
        row.estimate.map_or_else(Cell::absent, |value| Cell::strong(format_fixed(value, 2))),
        row.std_error.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2))),
        row.conf_low
            .zip(row.conf_high)
            .map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
        row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}
