//! The tables of the Survival page.

use super::super::change::hue;
use super::super::label::{month_phrase, time_number};
use super::super::number::{format_df, format_fixed, format_interval, format_level, format_p, format_signed};
use super::super::page::{Cell, ColumnView, TableView};
use super::SurvivalView;
use crate::analysis::survival::RULES;
use crate::analysis::{AnalysisId, Finding, Term};
use crate::report::label::capitalised;
use crate::trial::TimeUnit;

impl SurvivalView<'_> {
    /// In the file's unit.
    pub(super) fn time(&self, months: f64) -> String {
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

    pub(super) fn median_cell(&self, arm: &str) -> Cell {
        self.quantile_cell(self.arm_row(AnalysisId::KaplanMeier, Term::MedianTime, arm), true)
    }

    fn quantile_cell(&self, row: Option<&Finding>, is_strong: bool) -> Cell {
        let Some(row) = row else { return Cell::absent() };
        match row.estimate {
            Some(time) => Cell { is_strong, ..Cell::text(self.time(time)) },
            None => Cell::text("not reached"),
        }
    }

    fn limits_cell(&self, row: Option<&Finding>) -> Cell {
        match row.map(|row| (row.conf_low, row.conf_high)) {
            Some((Some(low), Some(high))) => Cell::text(format!("{} to {}", self.time(low), self.time(high))),
            Some((Some(low), None)) => Cell::text(format!("{} to not reached", self.time(low))),
            _ => Cell::absent(),
        }
    }

    pub(super) fn arm_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let unit = self.time_unit().many();
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(["n", "Events", "Expected", "Last seen without"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("Median, {unit}")));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("25% by"));
        columns.push(ColumnView::number("75% by"));
        columns.push(ColumnView::number("Follow-up, median"));
        let count = |row: Option<&Finding>, decimals: usize| {
            row.and_then(|row| row.estimate)
                .map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, decimals)))
        };
        let rows = self
            .curves()
            .into_iter()
            .map(|curve| {
                let row = |term: Term| self.arm_row(AnalysisId::KaplanMeier, term, &curve.arm);
                let n = row(Term::Events).and_then(|row| row.n);
                vec![
                    Cell::arm(&curve.arm, hue(curve.place)),
                    n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                    count(row(Term::Events), 0),
                    count(self.arm_row(AnalysisId::LogRank, Term::ExpectedEvents, &curve.arm), 1),
                    count(row(Term::Censored), 0),
                    self.median_cell(&curve.arm),
                    self.limits_cell(row(Term::MedianTime)),
                    self.quantile_cell(row(Term::QuarterTime), false),
                    self.quantile_cell(row(Term::ThreeQuartersTime), false),
                    self.quantile_cell(row(Term::MedianFollowUp), false),
                ]
            })
            .collect();
        let footnote = format!(
            "Expected: the events the arm would have had if all arms shared one hazard (unweighted). 25% by, 75% by: {unit} by which a quarter and three quarters have had the event. Follow-up: reverse Kaplan-Meier."
        );
        TableView {
            title: "Events and median time by arm".into(),
            columns,
            rows,
            footnote: Some(footnote),
            ..TableView::default()
        }
    }

    pub(super) fn month_table(&self) -> Option<TableView> {
        let unit = self.time_unit();
        let level = format_level(self.plan.confidence_level);
        let percent = |value: f64| format!("{}%", format_fixed(100.0 * value, 1));
        let mut rows = Vec::new();
        for &month in &self.detail.months {
            for curve in self.curves() {
                let find = |term: Term| {
                    self.answer.rows.iter().find(|row| {
                        row.term == term && row.group.as_deref() == Some(curve.arm.as_str()) && row.at == Some(month)
                    })
                };
                let Some(row) = find(Term::SurvivalAtMonth) else { continue };
                let interval = |row: &Finding, decimals: usize| {
                    row.conf_low.zip(row.conf_high).map_or_else(Cell::absent, |(low, high)| {
                        Cell::text(format!("{}%", format_interval(100.0 * low, 100.0 * high, decimals)))
                    })
                };
                let difference = find(Term::SurvivalDifference);
                rows.push(vec![
                    Cell::head(time_number(month, unit)),
                    Cell::arm(&curve.arm, hue(curve.place)),
                    row.estimate.map_or_else(Cell::absent, |value| Cell::text(percent(value))),
                    interval(row, 1),
                    difference.and_then(|row| row.estimate).map_or_else(Cell::absent, |value| {
                        Cell::strong(format!("{} pp", format_signed(100.0 * value, 1)))
                    }),
                    difference.map_or_else(Cell::absent, |row| {
                        row.conf_low.zip(row.conf_high).map_or_else(Cell::absent, |(low, high)| {
                            Cell::text(format_interval(100.0 * low, 100.0 * high, 1))
                        })
                    }),
                    difference.and_then(|row| row.p_value).map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
                ]);
            }
        }
        let columns = vec![
            ColumnView::text(unit.heading()),
            ColumnView::text("Arm"),
            ColumnView::number(self.free()),
            ColumnView::number(format!("{level} CI")),
            ColumnView::number("Difference to control"),
            ColumnView::number(format!("{level} CI")),
            ColumnView::number("p"),
        ];
        (!rows.is_empty()).then(|| TableView {
            title: format!("{} at chosen {}", self.free(), unit.many()),
            columns,
            rows,
            footnote: Some(
                "pp: percentage points. Several times are several tests, and none is adjusted for that.".into(),
            ),
            ..TableView::default()
        })
    }

    pub(super) fn mean_table(&self) -> Option<TableView> {
        let unit = self.time_unit();
        let level = format_level(self.plan.confidence_level);
        let rmst: Vec<&Finding> = self.answer.rows.iter().filter(|row| row.analysis == AnalysisId::Rmst).collect();
        let horizon = rmst.iter().find_map(|row| row.at)?;
        let decimals = if unit == TimeUnit::Days { 1 } else { 2 };
        let time = |months: f64| format_fixed(unit.from_months(months), decimals);
        let mut rows = Vec::new();
        for row in rmst {
            let name = row.contrast.clone().or_else(|| row.group.clone()).unwrap_or_default();
            let (what, is_time) = match row.term {
                Term::RestrictedMean => ("mean", true),
                Term::Difference => ("difference", true),
                Term::RestrictedMeanRatio => ("ratio of means", false),
                _ => ("ratio of times lost", false),
            };
            let told = |value: f64| if is_time { time(value) } else { format_fixed(value, 3) };
            let interval = row.conf_low.zip(row.conf_high).map(|(low, high)| {
                let (low, high) = if is_time { (unit.from_months(low), unit.from_months(high)) } else { (low, high) };
                format_interval(low, high, if is_time { decimals } else { 3 })
            });
            let place = self.detail.curves.iter().find(|curve| Some(&curve.arm) == row.group.as_ref());
            rows.push(vec![
                match place.filter(|_| row.contrast.is_none()) {
                    Some(curve) => Cell::arm(name, hue(curve.place)),
                    None => Cell::head(name),
                },
                Cell::text(what),
                row.estimate.map_or_else(Cell::absent, |value| Cell {
                    is_strong: row.term == Term::Difference,
                    ..Cell::text(told(value))
                }),
                row.std_error.map_or_else(Cell::absent, |value| Cell::text(told(value))),
                interval.map_or_else(Cell::absent, Cell::text),
                row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
            ]);
        }
        let columns = vec![
            ColumnView::text("Arm or contrast"),
            ColumnView::text("Quantity"),
            ColumnView::number("Estimate"),
            ColumnView::number("SE"),
            ColumnView::number(format!("{level} CI")),
            ColumnView::number("p"),
        ];
        Some(TableView {
            title: format!("Restricted mean time to {}, {}", month_phrase(horizon, unit), unit.many()),
            columns,
            rows,
            footnote: Some(format!(
                "Mean {} without {}, looking no further than the horizon. The standard error of a ratio is that of its natural logarithm.",
                unit.many(),
                self.event()
            )),
            ..TableView::default()
        })
    }

    pub(super) fn test_table(&self) -> Option<TableView> {
        let is_overall = |row: &&Finding| row.analysis == AnalysisId::LogRank && row.group.is_none();
        let rows: Vec<Vec<Cell>> = self
            .answer
            .rows
            .iter()
            .filter(is_overall)
            .filter(|row| matches!(row.term, Term::LogRank | Term::OtherLogRank | Term::LogRankTrend))
            .map(|row| {
                let name = capitalised(&row.method.clone().unwrap_or_default());
                let is_trend = row.term == Term::LogRankTrend;
                let name = if is_trend {
                    format!("Trend over the arms, {}", row.method.clone().unwrap_or_default())
                } else {
                    name
                };
                let symbol = if row.df.is_some() && !is_trend { "χ²" } else { "z" };
                let weighs = match row.method.as_deref().unwrap_or_default() {
                    _ if is_trend => "later arms more events: z above 0",
                    name if name.starts_with("log-rank") => "all events alike",
                    name if name.starts_with("Gehan") => "early events; depends on the censoring",
                    name if name.starts_with("Tarone") => "early events, less strongly",
                    name if name.starts_with("Peto") => "early events",
                    name if name.starts_with("MaxCombo") => "the most extreme of four",
                    name if name.contains("(1, 0)") => "early events",
                    name if name.contains("(0, 1)") => "late events",
                    name if name.contains("(1, 1)") => "events in the middle",
                    _ => "as chosen",
                };
                vec![
                    Cell { is_strong: row.term == Term::LogRank, ..Cell::head(name) },
                    Cell::text(weighs),
                    row.statistic
                        .map_or_else(Cell::absent, |value| Cell::text(format!("{symbol} {}", format_fixed(value, 2)))),
                    row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
                    row.p_value.map_or_else(Cell::absent, |p| Cell {
                        is_strong: row.term == Term::LogRank,
                        ..Cell::text(format_p(p))
                    }),
                ]
            })
            .collect();
        let mut columns = vec![ColumnView::text("Test"), ColumnView::text("Weighs")];
        columns.extend(["Statistic", "df", "p"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "All arms by each test".into(),
            columns,
            rows,
            footnote: Some("The chosen test is set bold. One is to be named before the data are seen; picking the smallest p makes it worthless, and MaxCombo is the one that pays for picking.".into()),
            ..TableView::default()
        })
    }

    pub(super) fn pairwise_table(&self) -> Option<TableView> {
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
                    text(row.estimate.map(format_p)),
                ]
            })
            .collect();
        let mut columns = vec![ColumnView::text("Two arms")];
        columns.extend(["n", "Statistic", "df", "p", "p, adjusted by Holm"].map(ColumnView::number));
        (!rows.is_empty()).then_some(TableView {
            title: "Each arm against control".into(),
            columns,
            rows,
            footnote: Some("Each pair on its own people, by the chosen test.".into()),
            ..TableView::default()
        })
    }

    /// What stands under the curves, for those who read rather than look.
    pub(super) fn count_table(&self) -> TableView {
        let unit = self.time_unit();
        let mut rows = Vec::new();
        for curve in self.curves() {
            for &month in &self.detail.risk_months {
                let count = |term: Term| Cell::text(self.count_at(term, &curve.arm, month));
                rows.push(vec![
                    Cell::arm(&curve.arm, hue(curve.place)),
                    Cell::text(time_number(month, unit)),
                    count(Term::AtRisk),
                    count(Term::EventsBefore),
                    count(Term::CensoredBefore),
                ]);
            }
        }
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend([unit.heading(), "At risk", "Events before", "Last seen before"].map(ColumnView::number));
        TableView {
            title: "Numbers under the curves".into(),
            columns,
            rows,
            footnote: Some("The curve at each event, with its interval, is in findings.csv.".into()),
            is_folded: Some("Numbers under the curves".to_owned()),
            ..TableView::default()
        }
    }

    pub(super) fn program_table(&self) -> TableView {
        let unit = self.time_unit();
        let mut rows = Vec::new();
        let months: Option<f64> =
            self.answer.rows.iter().find(|row| row.term == Term::SurvivalByProgram).and_then(|row| row.at);
        for curve in self.curves() {
            for program in &RULES {
                let find = |term: Term| {
                    self.answer.rows.iter().find(|row| {
                        row.term == term
                            && row.group.as_deref() == Some(curve.arm.as_str())
                            && row.method.as_deref() == Some(program.name)
                    })
                };
                let median = find(Term::MedianByProgram);
                let survival = find(Term::SurvivalByProgram);
                let share = survival.and_then(|row| {
                    let interval = row.conf_low.zip(row.conf_high).map_or_else(String::new, |(low, high)| {
                        format!(" ({})", format_interval(100.0 * low, 100.0 * high, 1))
                    });
                    Some(format!("{}%{interval}", format_fixed(100.0 * row.estimate?, 1)))
                });
                rows.push(vec![
                    Cell::arm(&curve.arm, hue(curve.place)),
                    Cell::text(program.name),
                    match median.map(|row| (row.estimate, row.note.as_ref())) {
                        Some((Some(months), _)) => Cell::strong(self.time(months)),
                        Some((None, Some(note))) => Cell::text(note.clone()),
                        _ => Cell::absent(),
                    },
                    self.limits_cell(median),
                    share.map_or_else(Cell::absent, Cell::text),
                    Cell::text(program.rule),
                ]);
            }
        }
        let at = months.map_or_else(String::new, |month| format!(" at {}", month_phrase(month, unit)));
        let columns = vec![
            ColumnView::text("Arm"),
            ColumnView::text("Program"),
            ColumnView::number(format!("Median, {}", unit.many())),
            ColumnView::number("95% CI"),
            ColumnView::number(format!("{}{at} (95% CI)", self.free())),
            ColumnView::text("The rule that makes the difference"),
        ];
        TableView {
            title: "The same, as other programs print it by default".into(),
            columns,
            rows,
            footnote: Some("Worked out here by each program’s rules, at 95%. All have the same curve: what differs is the scale of the interval, and what a step that lies exactly on one half counts as. Where a curve ends at 0, the interval of its median ends there in SAS, lifelines and statsmodels; in R it may have no upper limit. Another program’s paper should show one of these rows.".into()),
            is_folded: Some("As other programs print it".to_owned()),
            ..TableView::default()
        }
    }
}
