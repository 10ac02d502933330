//! The Safety page's tables.

use super::{MOST_CONTRASTS, SafetyView, summary_name};
use crate::analysis::safety::{ArmDetail, ItemDetail, ItemKind};
use crate::analysis::{Finding, Term};
use crate::report::change::capitalised;
use crate::report::label::joined;
use crate::report::number::{format_fixed, format_interval, format_level, format_p};
use crate::report::page::{Cell, ColumnView, TableView};
use crate::trial::Grade;

impl SafetyView<'_> {
    /// "12 (36.4%)", sorted by the share.
    fn share_cell(&self, item: &ItemDetail, arm: &ArmDetail) -> Cell {
        let count = self.row(item, arm, Term::Count);
        match (count.and_then(|row| row.estimate), self.estimate(item, arm, Term::Share)) {
            (Some(count), Some(share)) => {
                Cell::text(format!("{} ({}%)", format_fixed(count, 0), format_fixed(100.0 * share, 1))).keyed(share)
            }
            _ => self.masked_cell(count),
        }
    }

    /// All masked cells are equal where they are sorted.
    fn masked_cell(&self, row: Option<&Finding>) -> Cell {
        match row {
            Some(row) if row.note.as_deref().is_some_and(|note| note.starts_with("masked: fewer")) => {
                Cell::text(format!("< {}", self.safety.mask_below.unwrap_or_default())).keyed(1e-9)
            }
            Some(_) => Cell::text("masked").keyed(1e-9),
            None => Cell::absent(),
        }
    }

    fn count_cell(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Cell {
        let row = self.row(item, arm, term);
        match row.and_then(|row| row.estimate) {
            Some(count) => Cell::text(format_fixed(count, 0)).keyed(count),
            // More events than people: a limit of people says nothing of them.
            None if term == Term::Events && row.is_some() => Cell::text("masked").keyed(1e-9),
            None => self.masked_cell(row),
        }
    }

    /// "3.2 (−1.0 to 7.5)" in percentage points.
    pub(super) fn difference_cell(&self, item: &ItemDetail, arm: &ArmDetail) -> Cell {
        let Some(row) = self.row(item, arm, Term::RiskDifference) else { return Cell::absent() };
        let Some(((difference, low), high)) = row.estimate.zip(row.conf_low).zip(row.conf_high) else {
            return Cell::text("masked").keyed(0.0);
        };
        let interval = format_interval(100.0 * low, 100.0 * high, 1);
        Cell::text(format!("{} ({interval})", format_fixed(100.0 * difference, 1))).keyed(difference)
    }

    fn p_cell(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Cell {
        let p = self.row(item, arm, term).and_then(|row| row.p_value);
        p.map_or_else(Cell::absent, |p| Cell::text(format_p(p)).keyed(p))
    }

    /// Columns and cells of counts, differences and, where asked for, p-values; the adjusted ones only of the planned
    /// level.
    fn count_columns(&self, is_adjusted: bool) -> Vec<ColumnView> {
        let mut columns = Vec::new();
        for arm in self.arms() {
            columns.push(ColumnView::number(format!("{}, n = {}", arm.name, arm.people)));
            columns.push(ColumnView::number("Events"));
        }
        let contrasts = self.contrasts();
        let of = |arm: &ArmDetail| if contrasts.len() > 1 { format!(", {}", arm.name) } else { String::new() };
        let level = format_level(self.plan.confidence_level);
        for arm in &contrasts {
            columns.push(ColumnView::number(format!("Difference, % points ({level} CI){}", of(arm))));
            if self.safety.fisher {
                columns.push(ColumnView::number(format!("p{}", of(arm))));
                if is_adjusted {
                    columns.push(ColumnView::number(format!("p, Holm{}", of(arm))));
                    columns.push(ColumnView::number(format!("p, BH{}", of(arm))));
                }
            }
        }
        columns
    }

    fn count_cells(&self, item: &ItemDetail, is_adjusted: bool) -> Vec<Cell> {
        let mut cells = Vec::new();
        for arm in self.arms() {
            cells.push(self.share_cell(item, arm));
            cells.push(self.count_cell(item, arm, Term::Events));
        }
        for arm in self.contrasts() {
            cells.push(self.difference_cell(item, arm));
            if self.safety.fisher {
                cells.push(self.p_cell(item, arm, Term::FisherExact));
                if is_adjusted {
                    cells.push(self.p_cell(item, arm, Term::FisherHolm));
                    cells.push(self.p_cell(item, arm, Term::FisherBenjaminiHochberg));
                }
            }
        }
        cells
    }

    pub(super) fn summary_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("People with")];
        columns.extend(self.count_columns(false));
        let rows = self
            .summary()
            .map(|item| {
                std::iter::once(Cell::head(summary_name(item.kind))).chain(self.count_cells(item, false)).collect()
            })
            .collect();
        let more = if self.detail.arms.len() > MOST_CONTRASTS + 1 {
            " With so many arms, differences to the control stand in the findings only."
        } else {
            ""
        };
        TableView {
            title: "Adverse events by arm".into(),
            columns,
            rows,
            footnote: Some(format!(
                "People with at least one event (% of the arm), and events. Difference: Newcombe’s interval. A line is missing where the files do not tell.{more}"
            )),
            ..TableView::default()
        }
    }

    pub(super) fn frequent_table(&self) -> Option<TableView> {
        let noun = if self.is_class_level() { "Class" } else { "Term" };
        let mut columns = vec![ColumnView::text(noun)];
        columns.extend(self.count_columns(true));
        let rows: Vec<Vec<Cell>> = self
            .frequent()
            .map(|item| {
                std::iter::once(Cell::head(self.short_name(item))).chain(self.count_cells(item, true)).collect()
            })
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: format!("{}s in at least {} of an arm", noun, self.least()).replace("Classs", "Classes"),
            columns,
            rows,
            footnote: self.test_footnote(),
            is_sortable: true,
            is_searchable: true,
            ..TableView::default()
        })
    }

    fn test_footnote(&self) -> Option<String> {
        (self.safety.fisher && self.detail.tests > 0).then(|| {
            format!(
                "p: Fisher’s exact test, two-sided, not adjusted. {} tests of this kind are one family: Holm’s and Benjamini and Hochberg’s (BH) p-values allow for all of them, the rarer {} among them.",
                self.detail.tests,
                if self.is_class_level() { "classes" } else { "terms" }
            )
        })
    }

    pub(super) fn full_table(&self) -> Option<TableView> {
        let has_classes = self.item(ItemKind::Class).is_some();
        let has_terms = self.item(ItemKind::Term).is_some();
        let (title, head) = match (has_classes, has_terms) {
            (true, true) => ("All events by class and term", "Class, term"),
            (true, false) => ("All events by class", "Class"),
            (false, _) => ("All events by term", "Term"),
        };
        let mut columns = vec![ColumnView::text(head)];
        columns.extend(self.count_columns(false));
        let items: Vec<&ItemDetail> = self.detail.items.iter().filter(|item| item.kind >= ItemKind::Class).collect();
        let level = |item: &ItemDetail| u8::from(has_classes && item.kind == ItemKind::Term);
        let rows: Vec<Vec<Cell>> = items
            .iter()
            .map(|item| std::iter::once(Cell::head(&item.label)).chain(self.count_cells(item, false)).collect())
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: title.into(),
            columns,
            rows,
            footnote: Some("A person counts once in each row, and so less often in a class than in its terms together. The most frequent come first.".into()),
            row_levels: items.iter().map(|item| level(item)).collect(),
            is_searchable: true,
            is_sortable: true,
            ..TableView::default()
        })
    }

    pub(super) fn severity_table(&self) -> Option<TableView> {
        if self.detail.grades.is_empty() {
            return None;
        }
        let mut levels: Vec<(Term, String)> =
            self.detail.grades.iter().map(|grade| (worst_term(*grade), capitalised(grade.word()))).collect();
        if self.detail.has_unknown_grades {
            levels.push((Term::WorstUnknown, "Not known".to_owned()));
        }
        let arms = self.arms();
        let mut columns = vec![ColumnView::text("Worst severity")];
        columns.extend(arms.iter().map(|arm| ColumnView::number(format!("{}, n = {}", arm.name, arm.people))));
        let (mut rows, mut row_levels) = (Vec::new(), Vec::new());
        for item in self.item(ItemKind::Any).into_iter().chain(self.frequent()) {
            let name = if item.kind == ItemKind::Any { summary_name(item.kind) } else { self.short_name(item) };
            rows.push(
                std::iter::once(Cell::head(name)).chain(arms.iter().map(|arm| self.share_cell(item, arm))).collect(),
            );
            row_levels.push(0);
            for (term, label) in &levels {
                let cells: Vec<Cell> = arms.iter().map(|arm| self.count_cell(item, arm, *term)).collect();
                if cells.iter().all(|cell| *cell == Cell::absent()) {
                    continue;
                }
                rows.push(std::iter::once(Cell::head(label)).chain(cells).collect());
                row_levels.push(1);
            }
        }
        Some(TableView {
            title: "People by their worst event".into(),
            columns,
            rows,
            footnote: Some(format!(
                "All events, then those in at least {} of an arm. Each person stands once, at the worst severity of the events of that row.",
                self.least()
            )),
            row_levels,
            is_searchable: true,
            ..TableView::default()
        })
    }

    pub(super) fn rate_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Per 100 patient-years")];
        columns.extend(["People with an event", "Years at risk"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("Rate ({level} CI)")));
        columns.push(ColumnView::number("Events"));
        columns.push(ColumnView::number(format!("Events, rate ({level} CI)")));
        columns.push(ColumnView::number(format!("Rate ratio ({level} CI)")));
        let rate = |row: Option<&Finding>, decimals: usize| {
            let interval = row.and_then(|row| row.estimate.zip(row.conf_low).zip(row.conf_high));
            match (row, interval) {
                (Some(_), Some(((rate, low), high))) => {
                    Cell::text(format!("{} ({})", format_fixed(rate, decimals), format_interval(low, high, decimals)))
                        .keyed(rate)
                }
                (Some(row), None) => self.open_interval(row),
                (None, _) => Cell::absent(),
            }
        };
        let (mut rows, mut row_levels) = (Vec::new(), Vec::new());
        for item in self.summary().chain(self.frequent()) {
            let name = if item.kind < ItemKind::Class { summary_name(item.kind) } else { self.short_name(item) };
            let mut own = Vec::new();
            for arm in self.arms() {
                let Some(years) = self.row(item, arm, Term::YearsAtRisk) else { continue };
                let years = match years.estimate {
                    Some(years) => Cell::text(format_fixed(years, 1)).keyed(years),
                    None => Cell::text("masked").keyed(0.0),
                };
                own.push(vec![
                    Cell::arm(&arm.name, self.hue_of(arm)),
                    self.count_cell(item, arm, Term::Count),
                    years,
                    rate(self.row(item, arm, Term::IncidenceRate), 1),
                    self.count_cell(item, arm, Term::Events),
                    rate(self.row(item, arm, Term::EventRate), 1),
                    rate(self.row(item, arm, Term::RateRatio), 2),
                ]);
            }
            if own.is_empty() {
                continue;
            }
            let mut head = vec![Cell::head(name)];
            head.extend((1..columns.len()).map(|_| Cell::text("")));
            rows.push(head);
            row_levels.push(0);
            row_levels.extend(own.iter().map(|_| 1));
            rows.extend(own);
        }
        let years: Vec<String> = self
            .arms()
            .into_iter()
            .filter_map(|arm| {
                let is_own =
                    |row: &&Finding| row.term == Term::PatientYears && row.group.as_deref() == Some(arm.name.as_str());
                let total = self.answer.rows.iter().find(is_own)?.estimate?;
                Some(format!("{} in {}", format_fixed(total, 1), arm.name))
            })
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: "Rates for the time observed".into(),
            columns,
            rows,
            footnote: Some(format!(
                "Patient-years observed: {}. Rate of people: each one’s time ends with the first event. Events of one person run together, so that the interval of their rate is too narrow.",
                joined(&years)
            )),
            row_levels,
            is_searchable: true,
            ..TableView::default()
        })
    }

    /// A ratio without an upper limit, or nothing that may be told.
    fn open_interval(&self, row: &Finding) -> Cell {
        match (row.estimate, row.conf_low, row.conf_high) {
            (None, None, None) => Cell::text("masked").keyed(0.0),
            (estimate, low, high) => {
                let limit = |value: Option<f64>| value.map_or_else(|| "∞".to_owned(), |value| format_fixed(value, 2));
                let text = format!("{} ({} to {})", limit(estimate), limit(low), limit(high));
                Cell::text(text).keyed(estimate.unwrap_or(f64::MAX))
            }
        }
    }
}

fn worst_term(grade: Grade) -> Term {
    match grade {
        Grade::Mild => Term::WorstMild,
        Grade::Moderate => Term::WorstModerate,
        Grade::Severe => Term::WorstSevere,
        Grade::LifeThreatening => Term::WorstLifeThreatening,
        Grade::Fatal => Term::WorstFatal,
    }
}
