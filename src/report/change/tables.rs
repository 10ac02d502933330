//! Means, tests and models in rows.

use super::{ChangeView, capitalised, hue, method_name};
use crate::analysis::change::{ChangeMethod, Margins};
use crate::analysis::{AnalysisId, Finding, Term};
use crate::report::label::{month_phrase, time_heading, time_number};
use crate::report::number::{format_df, format_fixed, format_interval, format_level, format_p, format_p_equation};
use crate::report::page::{Cell, ColumnView, TableView};

impl ChangeView<'_> {
    pub(super) fn main_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text(time_heading(self.time_unit()))];
        columns.push(ColumnView::text("Arm"));
        let effect = if self.is_ranked() { "P(above)" } else { "Difference" };
        columns.extend(["n", "Baseline, mean (SD)", "Change, mean (SD)", effect, "SE"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("df"));
        columns.push(ColumnView::number("p"));
        let mut rows = Vec::new();
        for &month in &self.change.target_months {
            let arms = self.detail.arm_names.iter().enumerate();
            for (line, (place, arm)) in arms.clone().skip(1).chain(arms.take(1)).enumerate() {
                rows.push(self.table_row(month, place, arm, line == 0));
            }
        }
        TableView {
            title: format!("Change from baseline, {}", method_name(self.change.method)),
            columns,
            rows,
            footnote: (self.detail.arm_names.len() > 1).then(|| if self.is_ranked() {
                format!("P(above): probability that a person of the arm ranks above one of {}, equal ones half; deaths rank below everybody alive and are not in the means. SD, standard deviation. p is two-sided and not adjusted for several visits.", self.control())
            } else { format!("Difference: the arm minus {}. SD, standard deviation; SE, standard error; CI, confidence interval; df, degrees of freedom. p is two-sided and not adjusted for several visits.", self.control()) }),
            ..TableView::default()
        }
    }

    fn table_row(&self, month: f64, place: usize, arm: &str, is_first: bool) -> Vec<Cell> {
        let value = |term: Term| self.summary(term, arm, month).and_then(|row| row.estimate);
        let mean_sd = |mean: Term, sd: Term| match (value(mean), value(sd)) {
            (Some(mean), Some(sd)) => Cell::text(format!("{} ({})", format_fixed(mean, 2), format_fixed(sd, 2))),
            (Some(mean), None) => Cell::text(format_fixed(mean, 2)),
            _ => Cell::absent(),
        };
        let n = self.summary(Term::MeanChange, arm, month).and_then(|row| row.n);
        let mut cells = vec![
            Cell::head(if is_first { time_number(month, self.time_unit()) } else { String::new() }),
            Cell::arm(arm, hue(place)),
            n.map_or_else(|| Cell::text("0"), |n| Cell::text(n.to_string())),
            mean_sd(Term::BaselineMean, Term::BaselineSd),
            mean_sd(Term::MeanChange, Term::SdChange),
        ];
        if place == 0 {
            cells.extend((0..5).map(|_| Cell::default()));
        } else {
            cells.extend(difference_cells(self.effect(arm, month)));
        }
        cells
    }

    /// The primary month by all four tests.
    pub(super) fn methods_table(&self) -> Option<TableView> {
        let month = self.change.primary_month;
        let level = format_level(self.plan.confidence_level);
        let mut rows = Vec::new();
        for method in ChangeMethod::ALL {
            for (index, arm) in self.treated().iter().enumerate() {
                // Ranked deaths leave no difference.
                let row = self
                    .row(method.id(), Term::Difference, Some(arm), month)
                    .or_else(|| self.row(method.id(), Term::Superiority, Some(arm), month));
                let name = if index == 0 { method_name(method) } else { "" };
                let mut cells = vec![Cell::head(name), Cell::arm(arm, hue(index + 1))];
                cells.push(row.and_then(|row| row.n).map_or_else(Cell::absent, |n| Cell::text(n.to_string())));
                cells.extend(effect_cells(row));
                rows.push(cells);
            }
        }
        let mut columns = vec![ColumnView::text("Test"), ColumnView::text("Arm"), ColumnView::number("n")];
        columns.extend(["Difference", "SE"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.extend(["df", "p"].map(ColumnView::number));
        let arm_test = self.row(AnalysisId::ChangeAncova, Term::ArmTest, None, month);
        let footnote = arm_test.and_then(|row| {
            Some(format!(
                "All arms at once, ANCOVA: {}, F = {}, {}.",
                row.note.as_deref()?,
                format_fixed(row.statistic?, 2),
                format_p_equation(row.p_value?)
            ))
        });
        let title = format!("{} by each test", capitalised(&month_phrase(month, self.time_unit())));
        (!rows.is_empty()).then_some(TableView { title, columns, rows, footnote, ..TableView::default() })
    }

    /// Standardised and by ranks, at the primary month.
    pub(super) fn sizes_table(&self) -> Option<TableView> {
        let month = self.change.primary_month;
        let mut rows = Vec::new();
        for (index, arm) in self.treated().iter().enumerate() {
            let size = self.row(AnalysisId::ChangeStudent, Term::EffectSize, Some(arm), month);
            let above = self.row(AnalysisId::ChangeMannWhitney, Term::Superiority, Some(arm), month);
            if size.is_none() && above.is_none() {
                continue;
            }
            let fixed = |row: Option<&Finding>| {
                row.and_then(|row| row.estimate).map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2)))
            };
            let n = size.or(above).and_then(|row| row.n).map_or_else(Cell::absent, |n| Cell::text(n.to_string()));
            rows.push(vec![Cell::arm(arm, hue(index + 1)), n, fixed(size), interval_cell(size), fixed(above)]);
        }
        let mut columns = vec![ColumnView::text("Arm")];
        let level = format!("{} CI", format_level(self.plan.confidence_level));
        columns.extend(["n", "Hedges’ g", &level, "P(above)"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "Size of the effect".to_owned(),
            columns,
            rows,
            footnote: Some(format!(
                "Hedges’ g: the difference in pooled standard deviations, corrected for small samples. P(above): probability that a person of the arm lies above one of {}, equal ones half; 0.5 is no difference.",
                self.control()
            )),
            ..TableView::default()
        })
    }

    pub(super) fn adjusted_means_table(&self) -> Option<TableView> {
        let month = self.change.primary_month;
        let mut rows = Vec::new();
        let arms = self.detail.arm_names.iter().enumerate();
        for (place, arm) in arms.clone().skip(1).chain(arms.take(1)) {
            let Some(row) = self.row(AnalysisId::ChangeAncova, Term::LsMean, Some(arm), month) else { continue };
            let fixed =
                |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2)));
            let n = row.n.map_or_else(Cell::absent, |n| Cell::text(n.to_string()));
            rows.push(vec![
                Cell::arm(arm, hue(place)),
                n,
                fixed(row.estimate),
                fixed(row.std_error),
                interval_cell(Some(row)),
            ]);
        }
        let level = format!("{} CI", format_level(self.plan.confidence_level));
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(["n", "Adjusted mean", "SE", &level].map(ColumnView::number));
        let levels = match self.change.margins {
            Margins::Equal => "every level of a factor alike",
            Margins::Proportional => "levels of a factor by their people",
        };
        (!rows.is_empty()).then(|| TableView {
            title: format!("Adjusted mean change at {}, ANCOVA", month_phrase(month, self.time_unit())),
            columns,
            rows,
            footnote: Some(format!("At the mean of baseline and numeric covariates, {levels}.")),
            ..TableView::default()
        })
    }

    /// What the model's terms are worth.
    pub(super) fn effects_table(&self) -> Option<TableView> {
        let month = self.change.primary_month;
        let is_shown = |row: &&Finding| {
            row.analysis == AnalysisId::ChangeAncova
                && matches!(row.term, Term::EffectTest | Term::SlopeHomogeneity)
                && row.at == Some(month)
        };
        let rows: Vec<Vec<Cell>> = self
            .answer
            .rows
            .iter()
            .filter(is_shown)
            .map(|row| {
                let name = row.contrast.clone().unwrap_or_default();
                vec![
                    Cell::head(if row.term == Term::SlopeHomogeneity {
                        format!("{name} (equal slopes?)")
                    } else {
                        name
                    }),
                    row.statistic.map_or_else(Cell::absent, |f| Cell::text(format_fixed(f, 2))),
                    row.note
                        .as_deref()
                        .map_or_else(Cell::absent, |note| Cell::text(note.replace("F on ", "").replace(" df", ""))),
                    row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
                ]
            })
            .collect();
        let mut columns = vec![ColumnView::text("Term")];
        columns.extend(["F", "df", "p"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "What the ANCOVA adjusts for".to_owned(),
            columns,
            rows,
            footnote: Some(
                "Each term given all others (type III). The last asks whether the change goes with the baseline alike in all arms, which the model takes for granted."
                    .to_owned(),
            ),
            ..TableView::default()
        })
    }
}

/// Estimate, SE, interval, df, p.
pub(super) fn difference_cells(row: Option<&Finding>) -> Vec<Cell> {
    let Some(row) = row else { return (0..5).map(|_| Cell::absent()).collect() };
    let fixed = |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2)));
    vec![
        row.estimate.map_or_else(Cell::absent, |value| Cell::strong(format_fixed(value, 2))),
        fixed(row.std_error),
        interval_cell(Some(row)),
        row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}

/// As [`difference_cells`], a probability told as one.
pub(super) fn effect_cells(row: Option<&Finding>) -> Vec<Cell> {
    let mut cells = difference_cells(row);
    let is_share = |row: &&Finding| matches!(row.term, Term::Superiority | Term::SensitivitySuperiority);
    if let (Some(share), Some(cell)) = (row.filter(is_share).and_then(|row| row.estimate), cells.first_mut()) {
        *cell = Cell::text(format!("P(above) {}", format_fixed(share, 2)));
    }
    cells
}

pub(super) fn interval_cell(row: Option<&Finding>) -> Cell {
    row.and_then(|row| row.conf_low.zip(row.conf_high))
        .map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2)))
}
