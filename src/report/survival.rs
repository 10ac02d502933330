//! The Survival page.

use super::axis::fitted_axis;
use super::change::{capitalised, hue};
use super::figure::{Axis, CountRow, CountRows, Figure, IntervalPoint, StepCurve, SurvivalCurves, Tick};
use super::label::{joined, outcome_label, time_number};
use super::note::doubt_sentences;
use super::number::{
    format_df, format_fixed, format_interval, format_level, format_p, format_p_equation, format_significant,
};
use super::overview::Overview;
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::survival::{CurveDetail, SurvivalDetail, SurvivalPlan};
use crate::analysis::{AnalysisId, Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More steps than this in one curve are thinned for drawing; the table and the findings keep all.
const MOST_STEPS: usize = 1500;

pub struct SurvivalView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub survival: &'a SurvivalPlan,
    pub answer: &'a Answer,
    pub detail: &'a SurvivalDetail,
}

impl SurvivalView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.endpoint(&self.survival.endpoint).map(|endpoint| endpoint.time_unit).unwrap_or_default()
    }

    fn arm_row(&self, analysis: AnalysisId, term: Term, arm: &str) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == analysis && row.term == term && row.group.as_deref() == Some(arm) && row.contrast.is_none()
        })
    }

    fn overall_test(&self) -> Option<&Finding> {
        self.answer
            .rows
            .iter()
            .find(|row| row.analysis == AnalysisId::LogRank && row.term == Term::LogRank && row.group.is_none())
    }

    /// Treated arms first, control last, as sentences name them.
    fn curves(&self) -> Vec<&CurveDetail> {
        let control = self.detail.curves.iter().filter(|curve| curve.place == 0);
        self.detail.curves.iter().filter(|curve| curve.place != 0).chain(control).collect()
    }

    pub fn page(&self) -> ResultPage {
        ResultPage {
            kicker: format!("Survival · {} · Kaplan-Meier and log-rank", outcome_label(&self.survival.endpoint)),
            headline: self.headline(),
            subline: self.subline(),
            figures: vec![self.figure()],
            tables: [Some(self.arm_table()), self.pairwise_table()].into_iter().flatten().collect(),
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let Some((row, p)) = self.overall_test().and_then(|row| Some((row, row.p_value?))) else {
            return self.one_arm_headline();
        };
        let arms = joined(&self.curves().iter().map(|curve| curve.arm.clone()).collect::<Vec<String>>());
        let alpha = 1.0 - self.plan.confidence_level;
        let chi = row
            .statistic
            .zip(row.df)
            .map(|(chi, df)| format!("log-rank χ² {} on {} df, ", format_fixed(chi, 2), format_df(df)))
            .unwrap_or_default();
        let end = format!(" ({chi}{}).", format_p_equation(p));
        let event = outcome_label(&self.survival.endpoint);
        if p < alpha {
            vec![
                Phrase::plain(format!("The time to {event} ")),
                Phrase::strong("differs"),
                Phrase::plain(format!(" between {arms}{end}")),
            ]
        } else {
            vec![
                Phrase::plain(format!("The time to {event} shows ")),
                Phrase::strong("no clear difference"),
                Phrase::plain(format!(" between {arms}{end}")),
            ]
        }
    }

    /// Without a second arm the median is the answer.
    fn one_arm_headline(&self) -> Vec<Phrase> {
        let [curve] = self.detail.curves.as_slice() else {
            return vec![Phrase::plain("There is no comparison of survival between arms to report.")];
        };
        let unit = self.time_unit().many();
        let median = self.median_cell(&curve.arm).text;
        let median = if median == "not reached" { median } else { format!("{median} {unit}") };
        vec![
            Phrase::plain(format!("The median time to {} is ", outcome_label(&self.survival.endpoint))),
            Phrase::strong(median),
            Phrase::plain(". There is no second arm to compare with."),
        ]
    }

    fn subline(&self) -> String {
        let counts: Vec<String> = self
            .curves()
            .iter()
            .filter_map(|curve| {
                let row = self.arm_row(AnalysisId::KaplanMeier, Term::Events, &curve.arm)?;
                Some(format!("{} of {} in {}", format_fixed(row.estimate?, 0), row.n?, curve.arm))
            })
            .collect();
        let caution =
            if self.is_clear() { "" } else { " The absence of a clear difference does not show that there is none." };
        format!("Events: {}.{caution}", joined(&counts))
    }

    fn is_clear(&self) -> bool {
        self.overall_test().and_then(|row| row.p_value).is_none_or(|p| p < 1.0 - self.plan.confidence_level)
    }

    fn median_cell(&self, arm: &str) -> Cell {
        let Some(row) = self.arm_row(AnalysisId::KaplanMeier, Term::MedianTime, arm) else { return Cell::absent() };
        row.estimate.map_or_else(|| Cell::text("not reached"), |median| Cell::strong(self.time(median)))
    }

    fn median_interval_cell(&self, arm: &str) -> Cell {
        let Some(row) = self.arm_row(AnalysisId::KaplanMeier, Term::MedianTime, arm) else { return Cell::absent() };
        match (row.conf_low, row.conf_high) {
            (Some(low), Some(high)) => Cell::text(format!("{} to {}", self.time(low), self.time(high))),
            (Some(low), None) => Cell::text(format!("{} to not reached", self.time(low))),
            _ => Cell::absent(),
        }
    }

    fn time(&self, months: f64) -> String {
        match self.time_unit() {
            TimeUnit::Months => format_fixed(months, 1),
            TimeUnit::Weeks => format_fixed(TimeUnit::Weeks.from_months(months), 1),
            TimeUnit::Days => {
                // Half days come from a median in the middle of a flat piece.
                let days = TimeUnit::Days.from_months(months);
                format_fixed(days, if (days - days.round()).abs() < 1e-6 { 0 } else { 1 })
            }
        }
    }

    fn arm_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let unit = self.time_unit().many();
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(["n", "Events", "Expected events", "Censored"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("Median, {unit}")));
        columns.push(ColumnView::number(format!("{level} CI")));
        let count = |row: Option<&Finding>, decimals: usize| {
            row.and_then(|row| row.estimate)
                .map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, decimals)))
        };
        let rows = self
            .curves()
            .into_iter()
            .map(|curve| {
                let n = self.arm_row(AnalysisId::KaplanMeier, Term::Events, &curve.arm).and_then(|row| row.n);
                vec![
                    Cell::arm(&curve.arm, hue(curve.place)),
                    n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                    count(self.arm_row(AnalysisId::KaplanMeier, Term::Events, &curve.arm), 0),
                    count(self.arm_row(AnalysisId::LogRank, Term::ExpectedEvents, &curve.arm), 1),
                    count(self.arm_row(AnalysisId::KaplanMeier, Term::Censored, &curve.arm), 0),
                    self.median_cell(&curve.arm),
                    self.median_interval_cell(&curve.arm),
                ]
            })
            .collect();
        let footnote = self.overall_test().and_then(|row| {
            Some(format!(
                "Log-rank test of all arms: χ² = {} on {} df, {}. Expected events: those the arm would have had if all arms shared one hazard.",
                format_fixed(row.statistic?, 2),
                format_df(row.df?),
                format_p_equation(row.p_value?)
            ))
        });
        TableView { title: "Events and median time by arm".into(), columns, rows, footnote, ..TableView::default() }
    }

    fn pairwise_table(&self) -> Option<TableView> {
        let rows: Vec<Vec<Cell>> = self
            .answer
            .rows
            .iter()
            .filter(|row| row.analysis == AnalysisId::LogRank && row.contrast.is_some())
            .map(|row| {
                let text = |value: Option<String>| value.map_or_else(Cell::absent, Cell::text);
                vec![
                    Cell::head(row.contrast.clone().unwrap_or_default()),
                    text(row.n.map(|n| n.to_string())),
                    text(row.statistic.map(|chi| format_fixed(chi, 2))),
                    text(row.df.map(format_df)),
                    text(row.p_value.map(format_p)),
                ]
            })
            .collect();
        let mut columns = vec![ColumnView::text("Log-rank, two arms")];
        columns.extend(["n", "χ²", "df", "p"].map(ColumnView::number));
        (!rows.is_empty()).then_some(TableView {
            title: "Each arm against control".into(),
            columns,
            rows,
            footnote: Some("Not adjusted for the number of comparisons.".into()),
            ..TableView::default()
        })
    }

    fn figure(&self) -> FigureView {
        let unit = self.time_unit();
        let label = match unit {
            TimeUnit::Months => "Months from the start of follow-up",
            TimeUnit::Weeks => "Weeks from the start of follow-up",
            TimeUnit::Days => "Days from the start of follow-up",
        };
        let mut x = fitted_axis(label, 0.0, self.detail.last_month, 8);
        x.ticks = self.risk_ticks();
        let y = Axis {
            label: format!("Without {}", outcome_label(&self.survival.endpoint)),
            min: 0.0,
            max: 1.0,
            ticks: (0..=4)
                .map(|quarter| {
                    let at = f64::from(quarter) / 4.0;
                    Tick { at, label: format!("{}%", quarter * 25) }
                })
                .collect(),
        };
        let curves: Vec<StepCurve> = self.detail.curves.iter().map(|curve| self.step_curve(curve)).collect();
        let counts = CountRows {
            title: "People at risk".into(),
            rows: self
                .detail
                .curves
                .iter()
                .map(|curve| CountRow {
                    name: curve.arm.clone(),
                    hue: hue(curve.place),
                    counts: x.ticks.iter().map(|tick| (tick.at, self.at_risk(&curve.arm, tick.at))).collect(),
                })
                .collect(),
        };
        let described: Vec<String> = self
            .curves()
            .iter()
            .filter_map(|curve| {
                let last = curve.steps.last()?;
                Some(format!("{}% in {}", format_fixed(last.survival * 100.0, 0), curve.arm))
            })
            .collect();
        FigureView {
            key: "survival",
            title: capitalised(&format!("time to {}", outcome_label(&self.survival.endpoint))),
            aside: format!("Kaplan-Meier, {} CI; ticks mark censoring", format_level(self.plan.confidence_level)),
            description: format!(
                "Kaplan-Meier curves by arm. At the end of follow-up the share without the event is {}.",
                joined(&described)
            ),
            figure: Figure::SurvivalCurves(SurvivalCurves {
                x,
                y,
                curves,
                counts: vec![counts],
                reference_y: Some(0.5),
                ..SurvivalCurves::default()
            }),
        }
    }

    fn risk_ticks(&self) -> Vec<Tick> {
        self.detail.risk_months.iter().map(|&at| Tick { at, label: time_number(at, self.time_unit()) }).collect()
    }

    fn at_risk(&self, arm: &str, month: f64) -> String {
        self.answer
            .rows
            .iter()
            .find(|row| row.term == Term::AtRisk && row.group.as_deref() == Some(arm) && row.at == Some(month))
            .and_then(|row| row.estimate)
            .map(|count| format_fixed(count, 0))
            .unwrap_or_default()
    }

    fn step_curve(&self, curve: &CurveDetail) -> StepCurve {
        let level = format_level(self.plan.confidence_level);
        let mut steps = vec![IntervalPoint { x: 0.0, y: 1.0, low: Some(1.0), high: Some(1.0), hint: String::new() }];
        let mut censored = Vec::new();
        // A curve of many thousand steps is drawn with those that a screen can tell apart.
        let (least_drop, least_gap) = if curve.steps.len() > MOST_STEPS {
            (0.5 / MOST_STEPS as f64, self.detail.last_month / MOST_STEPS as f64)
        } else {
            (0.0, 0.0)
        };
        let mut drawn_survival = f64::INFINITY;
        let mut drawn_censoring = f64::NEG_INFINITY;
        for step in &curve.steps {
            if step.events > 0 && drawn_survival - step.survival >= least_drop {
                drawn_survival = step.survival;
                let interval = step
                    .low
                    .zip(step.high)
                    .map(|(low, high)| format!(" ({level} CI {}%)", format_interval(low * 100.0, high * 100.0, 1)))
                    .unwrap_or_default();
                steps.push(IntervalPoint {
                    x: step.month,
                    y: step.survival,
                    low: step.low,
                    high: step.high,
                    hint: format!(
                        "{}, {} {}: {}%{interval}, {} of {} at risk",
                        curve.arm,
                        self.time_unit().one(),
                        self.time(step.month),
                        format_fixed(step.survival * 100.0, 1),
                        step.events,
                        step.at_risk
                    ),
                });
            }
            if step.censored > 0 && step.month - drawn_censoring >= least_gap {
                drawn_censoring = step.month;
                censored.push((step.month, step.survival));
            }
        }
        if let Some(last) = curve.steps.last().filter(|last| last.events == 0 || last.survival < drawn_survival) {
            steps.push(IntervalPoint {
                x: last.month,
                y: last.survival,
                low: last.low,
                high: last.high,
                hint: String::new(),
            });
        }
        let end_label =
            curve.steps.last().map(|last| format!("{}%", format_fixed(last.survival * 100.0, 0))).unwrap_or_default();
        StepCurve { name: curve.arm.clone(), hue: hue(curve.place), end_label, is_dashed: false, steps, censored }
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        vec![
            format!("Kaplan-Meier estimate of the share without the event, with a {level} interval on the log(−log) scale and Greenwood’s variance (Kaplan and Meier 1958; Kalbfleisch and Prentice 2002). SAS and lifelines use the same scale by default; R survival’s default is the log scale."),
            "Median: the first time the curve is at or below one half; where it lies exactly on one half for a while, the middle of that while, as R survival has it. Its interval follows Brookmeyer and Crowley (1982).".to_owned(),
            "The log-rank test compares the events seen in each arm with those expected if all arms shared one hazard, with the hypergeometric variance (Mantel 1966). A tie of an event and a censoring counts the event first.".to_owned(),
            format!("Follow-up ends at {} {}. Checked against R survival 3.5-3; docs/VALIDATION.md has the figures.", self.time_unit().one(), format_significant(self.time_unit().from_months(self.detail.last_month), 4)),
        ]
    }
}
