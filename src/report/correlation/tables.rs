//! Tables of the correlation page.

use super::{Sheet, sentence_case, symbol};
use crate::analysis::correlation::{Coefficient, Stratum, Variable};
use crate::analysis::{Finding, Term};
use crate::report::label::variable_label;
use crate::report::number::{format_fixed, format_interval, format_level, format_p};
use crate::report::page::{Cell, ColumnView, TableView};

/// With more pairs than this the table is closed at first.
const MOST_OPEN: usize = 15;

impl Sheet<'_> {
    pub(super) fn tables(&self) -> Vec<TableView> {
        let mut tables = vec![self.strata_table()];
        tables.extend(self.difference_table());
        tables.extend(self.pairs_table());
        tables.extend(self.rules_table());
        tables.push(self.coefficients_table());
        tables
    }

    fn level(&self) -> String {
        format_level(self.view.plan.confidence_level)
    }

    fn pair_title(&self) -> String {
        let correlation = self.view.correlation;
        format!("{} with {}", variable_label(&correlation.x), variable_label(&correlation.y))
    }

    fn strata_table(&self) -> TableView {
        let chosen = self.coefficient();
        let is_partial = !self.view.correlation.adjust_for.is_empty();
        let mut columns = vec![
            ColumnView::text("Group"),
            ColumnView::number("n"),
            ColumnView::number(long_name(chosen)),
            ColumnView::number(format!("{} CI", self.level())),
            ColumnView::number("p"),
            ColumnView::number("p, permutation"),
        ];
        if is_partial {
            columns.push(ColumnView::number(format!("Partial {}", symbol(chosen))));
            columns.push(ColumnView::number(format!("{} CI", self.level())));
            columns.push(ColumnView::number("p"));
        }
        let others = || Coefficient::ALL.into_iter().filter(|other| *other != chosen);
        columns.extend(others().map(|other| ColumnView::number(long_name(other))));
        let rows = self
            .view
            .detail
            .strata
            .iter()
            .map(|stratum| {
                let group = stratum.label();
                let row = self.pair_row(&group, chosen.plain());
                let n = row.and_then(|row| row.n).unwrap_or_else(|| self.points_in(stratum) as u64);
                let permutation = self.pair_row(&group, chosen.permutation()).and_then(|row| row.p_value);
                let mut cells = vec![Cell::head(sentence_case(&group)), Cell::text(n.to_string())];
                cells.extend(coefficient_cells(row));
                cells.push(permutation.map_or_else(Cell::absent, |p| Cell::text(format_p(p))));
                if is_partial {
                    cells.extend(coefficient_cells(self.pair_row(&group, chosen.partial())));
                }
                cells.extend(others().map(|other| {
                    let estimate = self.pair_row(&group, other.plain()).and_then(|row| row.estimate);
                    estimate.map_or_else(Cell::absent, |r| Cell::text(format_fixed(r, 2)))
                }));
                cells
            })
            .collect();
        TableView {
            title: format!("{}, by group", self.pair_title()),
            columns,
            rows,
            footnote: Some(if self.points_in(&Stratum::default()) > 100 {
                "An en dash: too few people, or no variation; by permutation also more than 200 pairs, for Kendall’s τ 100.".into()
            } else {
                "An en dash: too few people, or no variation.".into()
            }),
            ..TableView::default()
        }
    }

    /// Everything of the pair asked for, each coefficient with interval and p.
    fn coefficients_table(&self) -> TableView {
        let mut rows = Vec::new();
        for stratum in &self.view.detail.strata {
            let group = stratum.label();
            for (place, coefficient) in Coefficient::ALL.into_iter().enumerate() {
                let row = self.pair_row(&group, coefficient.plain());
                let mut cells = vec![
                    Cell::head(if place == 0 { sentence_case(&group) } else { String::new() }),
                    Cell::text(long_name(coefficient)),
                    row.and_then(|row| row.n).map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                ];
                cells.extend(coefficient_cells(row));
                rows.push(cells);
            }
        }
        TableView {
            title: format!("{}, by each coefficient", self.pair_title()),
            columns: vec![
                ColumnView::text("Group"),
                ColumnView::text("Coefficient"),
                ColumnView::number("n"),
                ColumnView::number("Estimate"),
                ColumnView::number(format!("{} CI", self.level())),
                ColumnView::number("p"),
            ],
            rows,
            is_folded: Some("Pearson, Spearman and Kendall with their intervals".into()),
            ..TableView::default()
        }
    }

    /// The matrix as a list, the strongest first.
    fn pairs_table(&self) -> Option<TableView> {
        let variables = &self.view.correlation.matrix;
        let group = self.group();
        let is_permuted = self.view.answer.rows.iter().any(|row| row.term == Term::MaxT);
        let mut adjustments = vec![Term::Holm, Term::BenjaminiHochberg, Term::BenjaminiYekutieli];
        adjustments.extend(is_permuted.then_some(Term::MaxT));
        let mut found: Vec<(f64, Vec<Cell>)> = Vec::new();
        for (i, x) in variables.iter().enumerate() {
            for (j, y) in variables.iter().enumerate().skip(i + 1) {
                let Some(row) = self.row(x, y, &group, self.coefficient().plain()) else { continue };
                let p = row.p_value.unwrap_or(1.0);
                let adjusted = |term: Term| self.row(x, y, &group, term).and_then(|row| row.p_value);
                let mut cells = vec![
                    Cell { pick: format!("{i},{j}"), ..Cell::head(pair_name(x, y)) },
                    Cell::text(row.n.unwrap_or(0).to_string()),
                ];
                cells.extend(coefficient_cells(Some(row)));
                for term in adjustments.iter().copied() {
                    cells.push(adjusted(term).map_or_else(Cell::absent, |p| Cell::text(format_p(p)).keyed(p)));
                }
                found.push((p, cells));
            }
        }
        if found.len() < 2 {
            return None;
        }
        crate::order::sort_by(&mut found, |a: &(f64, Vec<Cell>), b: &(f64, Vec<Cell>)| a.0.total_cmp(&b.0));
        let pairs = found.len();
        let below = found.iter().filter(|(p, _)| *p < 1.0 - self.view.plan.confidence_level).count();
        let by_chance = (1.0 - self.view.plan.confidence_level) * pairs as f64;
        let mut columns = vec![
            ColumnView::text("Pair"),
            ColumnView::number("n"),
            ColumnView::number(long_name(self.coefficient())),
            ColumnView::number(format!("{} CI", self.level())),
            ColumnView::number("p"),
            ColumnView::number("Holm"),
            ColumnView::number("Benjamini-Hochberg"),
            ColumnView::number("Benjamini-Yekutieli"),
        ];
        columns.extend(is_permuted.then(|| ColumnView::number("Max‑T")));
        Some(TableView {
            title: format!("All {pairs} pairs, the smallest p first"),
            columns,
            rows: found.into_iter().map(|(_, cells)| cells).collect(),
            footnote: Some(format!(
                "{below} of {pairs} are below {} unadjusted; with no correlation at all chance alone would give about {}. Press a pair to see its points.",
                crate::report::number::format_significant(1.0 - self.view.plan.confidence_level, 2),
                crate::report::number::format_significant(by_chance, 2)
            )),
            is_searchable: pairs > MOST_OPEN,
            is_sortable: true,
            is_folded: (pairs > MOST_OPEN).then(|| format!("All {pairs} pairs with adjusted p-values")),
            ..TableView::default()
        })
    }

    fn rules_table(&self) -> Option<TableView> {
        let rows: Vec<Vec<Cell>> = self
            .view
            .answer
            .rows
            .iter()
            .filter(|row| row.term == Term::CorrelationByRule)
            .map(|row| {
                let mut cells = vec![
                    Cell::head(sentence_case(row.method.as_deref().unwrap_or_default())),
                    Cell::text(row.n.unwrap_or(0).to_string()),
                ];
                cells.extend(coefficient_cells(Some(row)));
                cells
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        Some(TableView {
            title: format!("{}: what stands for a value below the limit", self.pair_title()),
            columns: vec![
                ColumnView::text("In its place"),
                ColumnView::number("n"),
                ColumnView::number(long_name(self.coefficient())),
                ColumnView::number(format!("{} CI", self.level())),
                ColumnView::number("p"),
            ],
            rows,
            footnote: Some(
                "The answer uses the rule chosen in the settings; a conclusion that changes with the rule is none."
                    .into(),
            ),
            ..TableView::default()
        })
    }

    fn difference_table(&self) -> Option<TableView> {
        let (term, by_labels) = self.coefficient().difference();
        let rows: Vec<Vec<Cell>> = self
            .view
            .answer
            .rows
            .iter()
            .filter(|row| row.term == term)
            .map(|row| {
                let words = row.contrast.as_deref().and_then(|contrast| contrast.rsplit_once(", with "));
                let permutation = self.view.answer.rows.iter().find(|other| {
                    other.term == by_labels && other.group == row.group && other.contrast == row.contrast
                });
                let p = |p: Option<f64>| p.map_or_else(Cell::absent, |p| Cell::text(format_p(p)));
                let interval = row.conf_low.zip(row.conf_high);
                vec![
                    Cell::head(words.map_or("", |(words, _)| words)),
                    Cell::text(row.group.as_deref().map(sentence_case).unwrap_or_default()),
                    Cell::text(row.n.unwrap_or(0).to_string()),
                    row.estimate.map_or_else(Cell::absent, |difference| Cell::strong(format_fixed(difference, 2))),
                    interval.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
                    p(row.p_value),
                    p(permutation.and_then(|row| row.p_value)),
                ]
            })
            .collect();
        if rows.is_empty() {
            return None;
        }
        let after_treatment = if self.view.correlation.responder.is_some() {
            " Responders are told apart after treatment, by its effect: such groups were not made by chance."
        } else {
            ""
        };
        Some(TableView {
            title: "Do the correlations differ?".to_owned(),
            columns: vec![
                ColumnView::text("Which minus which"),
                ColumnView::text("In"),
                ColumnView::number("n"),
                ColumnView::number(format!("Difference of {}", self.symbol())),
                ColumnView::number(format!("{} CI", format_level(self.view.plan.confidence_level))),
                ColumnView::number("p, Fisher’s z"),
                ColumnView::number("p, permutation"),
            ],
            rows,
            footnote: Some(format!(
                "Significant in one group and not in another is no evidence of a difference: this table is the test of that.{after_treatment}"
            )),
            ..TableView::default()
        })
    }
}

fn long_name(coefficient: Coefficient) -> &'static str {
    match coefficient {
        Coefficient::Pearson => "Pearson r",
        Coefficient::Spearman => "Spearman ρ",
        Coefficient::KendallTauB => "Kendall τ-b",
    }
}

fn pair_name(x: &Variable, y: &Variable) -> String {
    format!("{} and {}", variable_label(x), variable_label(y))
}

fn coefficient_cells(row: Option<&Finding>) -> Vec<Cell> {
    let Some(row) = row else { return vec![Cell::absent(), Cell::absent(), Cell::absent()] };
    vec![
        row.estimate.map_or_else(Cell::absent, |r| Cell::strong(format_fixed(r, 2)).keyed(r)),
        row.conf_low
            .zip(row.conf_high)
            .map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2)).keyed(low)),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p)).keyed(p)),
    ]
}
