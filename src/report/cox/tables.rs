//! Hazard ratios in numbers.

use super::{CoxView, interval_text, ratio_text};
use crate::analysis::cox::choice_words;
use crate::analysis::{Finding, Term};
use crate::report::change::{capitalised, hue};
use crate::report::label::outcome_label;
use crate::report::number::{format_df, format_fixed, format_p, format_significant};
use crate::report::page::{Cell, ColumnView, TableView};

fn ratio_cells(row: &Finding) -> Vec<Cell> {
    vec![
        row.estimate.map_or_else(Cell::absent, |ratio| Cell::strong(ratio_text(ratio)).keyed(ratio)),
        interval_text(row.conf_low, row.conf_high).map_or_else(Cell::absent, Cell::text),
        row.std_error.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 3))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}

impl CoxView<'_> {
    fn ratio_columns(&self) -> Vec<ColumnView> {
        let interval = format!("{} CI", self.level());
        ["Hazard ratio".to_owned(), interval, "SE of the log".to_owned(), "p".to_owned()]
            .into_iter()
            .map(ColumnView::number)
            .collect()
    }

    pub(super) fn ratios_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("What"), ColumnView::number("Events of people")];
        columns.extend(self.ratio_columns());
        let mut rows = Vec::new();
        for arm in self.treated() {
            let mut cells = vec![
                Cell::arm(format!("{arm} / {}", self.control()), hue(self.place(arm))),
                Cell::text(self.events_of(arm)),
            ];
            match self.arm_row(Term::HazardRatio, arm) {
                Some(row) => cells.extend(ratio_cells(row)),
                None => cells.extend((0..4).map(|_| Cell::absent())),
            }
            rows.push(cells);
        }
        if !self.control().is_empty() {
            let mut cells = vec![Cell::arm(self.control(), hue(0)), Cell::text(self.events_of(self.control()))];
            cells.extend((0..4).map(|_| Cell::absent()));
            rows.push(cells);
        }
        for row in self.rows(Term::CovariateHazardRatio) {
            let contrast = row.contrast.as_deref().unwrap_or_default();
            let label = match contrast.split_once(": ") {
                Some((name, levels)) => format!("{}: {levels}", capitalised(&outcome_label(name))),
                None => format!("{}, each unit", capitalised(&outcome_label(contrast))),
            };
            let mut cells = vec![Cell::head(label), Cell::absent()];
            cells.extend(ratio_cells(row));
            rows.push(cells);
        }
        let method = self.rows(Term::HazardRatio).next().and_then(|row| row.method.clone());
        TableView {
            title: "Hazard ratios".into(),
            columns,
            rows,
            footnote: method.map(|method| format!("{method}.")),
            ..TableView::default()
        }
    }

    pub(super) fn subgroups_table(&self) -> Option<TableView> {
        if self.cox.subgroups.is_empty() {
            return None;
        }
        let mut columns =
            vec![ColumnView::text("Group"), ColumnView::text("Arm"), ColumnView::number("Events of people")];
        columns.extend(self.ratio_columns());
        let (mut rows, mut row_levels) = (Vec::new(), Vec::new());
        for subgroup in &self.cox.subgroups {
            let wanted = format!("arm × {}", subgroup.column);
            let test = self.rows(Term::Interaction).find(|row| row.contrast.as_deref() == Some(wanted.as_str()));
            let declared = if subgroup.declared { "declared" } else { "not declared" };
            let mut cells = vec![
                Cell::head(format!("{} ({declared})", capitalised(&outcome_label(&subgroup.column)))),
                Cell::text("interaction"),
            ];
            cells.extend((0..4).map(|_| Cell::absent()));
            cells.push(test.and_then(|row| row.p_value).map_or_else(Cell::absent, |p| Cell::text(format_p(p))));
            rows.push(cells);
            row_levels.push(0);
            let start = format!("{}: ", subgroup.column);
            for counted in self.rows(Term::SubgroupEvents) {
                let contrast = counted.contrast.as_deref().unwrap_or_default();
                let Some(level) = contrast.strip_prefix(&start) else { continue };
                let arm = counted.group.as_deref().unwrap_or_default();
                let is_own =
                    |row: &&Finding| row.group.as_deref() == Some(arm) && row.contrast.as_deref() == Some(contrast);
                let mut cells = vec![
                    Cell::head(level),
                    Cell::arm(arm, hue(self.place(arm))),
                    Cell::text(format!(
                        "{} of {}",
                        format_fixed(counted.estimate.unwrap_or(0.0), 0),
                        counted.n.unwrap_or(0)
                    )),
                ];
                match self.rows(Term::SubgroupHazardRatio).find(is_own) {
                    Some(row) => cells.extend(ratio_cells(row)),
                    None => cells.extend((0..4).map(|_| Cell::absent())),
                }
                rows.push(cells);
                row_levels.push(1);
            }
        }
        Some(TableView {
            title: "Subgroups".into(),
            columns,
            rows,
            row_levels,
            footnote: Some("The p-value beside a group is of its own ratio; whether groups differ the interaction’s says. None is adjusted for the number of tests.".into()),
            ..TableView::default()
        })
    }

    pub(super) fn hazards_table(&self) -> Option<TableView> {
        let rows: Vec<Vec<Cell>> = self
            .rows(Term::ProportionalHazards)
            .map(|row| {
                let name = row.contrast.as_deref().unwrap_or_default();
                let label = match name {
                    "arm" => "Arm".to_owned(),
                    "global" => "All together".to_owned(),
                    other => capitalised(&outcome_label(other)),
                };
                test_cells(label, row)
            })
            .collect();
        let scale = self.cox.ph_transform.words();
        (!rows.is_empty()).then(|| TableView {
            title: "Does the hazard ratio change with time?".into(),
            columns: test_columns("Of"),
            rows,
            footnote: Some(format!(
                "Score tests against a change with {scale}{}. A small p: the ratio changes. A large one: no change was seen in these events.",
                if self.detail.is_checked_by_firth { ", at the penalised fit" } else { "" }
            )),
            ..TableView::default()
        })
    }

    pub(super) fn tests_table(&self) -> Option<TableView> {
        let mut rows = Vec::new();
        for (term, label) in [
            (Term::LikelihoodRatioTest, "Likelihood ratio, all columns"),
            (Term::WaldTest, "Wald, all columns"),
            (Term::ScoreTest, "Score, all columns"),
            (Term::RobustScoreTest, "Score, robust, all columns"),
            (Term::ArmTest, "All arms"),
        ] {
            rows.extend(self.rows(term).map(|row| test_cells(label.to_owned(), row)));
        }
        for row in self.rows(Term::EffectTest) {
            let name = capitalised(&outcome_label(row.contrast.as_deref().unwrap_or_default()));
            rows.push(test_cells(format!("{name}, {}", row.method.as_deref().unwrap_or_default()), row));
        }
        if rows.is_empty() {
            return None;
        }
        let mut footnotes = Vec::new();
        if let Some(row) = self.rows(Term::Concordance).next()
            && let (Some(estimate), Some(std_error)) = (row.estimate, row.std_error)
        {
            footnotes.push(format!(
                "Concordance {} (SE {}): 0.5 is chance, 1 perfect order.",
                format_fixed(estimate, 3),
                format_fixed(std_error, 3)
            ));
        }
        let likelihood = |contrast: &str| {
            self.rows(Term::LogLikelihood).find(|row| row.contrast.as_deref() == Some(contrast))?.estimate
        };
        if let Some((null, model)) = likelihood("coefficients 0").zip(likelihood("model")) {
            footnotes.push(format!(
                "Log partial likelihood {} without and {} with the columns.",
                format_fixed(null, 2),
                format_fixed(model, 2)
            ));
        }
        if self.cox.cluster.is_some() {
            footnotes.push("The likelihood ratio takes people for independent.".to_owned());
        }
        Some(TableView {
            title: "Tests of the model".into(),
            columns: test_columns("Test"),
            rows,
            footnote: Some(footnotes.join(" ")).filter(|text| !text.is_empty()),
            ..TableView::default()
        })
    }

    /// The same ratio by other rules, and who has which by default.
    pub(super) fn choices_table(&self) -> Option<TableView> {
        let mut columns = vec![ColumnView::text("Choice"), ColumnView::text("Default of"), ColumnView::number("n")];
        if self.treated().len() > 1 {
            columns.insert(0, ColumnView::text("Arm"));
        }
        columns.extend(self.ratio_columns());
        let mut rows = Vec::new();
        for row in self.rows(Term::HazardRatioByModel) {
            let key = row.note.as_deref().unwrap_or_default();
            let who = match key {
                "efron" => "R, lifelines, Prism with many ties",
                "breslow" => "SAS, SPSS, Stata",
                "exact" => "Prism with few ties; “exact” in R, “discrete” in SAS",
                _ => "–",
            };
            let arm = row.group.as_deref().unwrap_or_default();
            let mut cells = vec![
                Cell::head(capitalised(choice_words(key))),
                Cell::text(who),
                row.n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
            ];
            if self.treated().len() > 1 {
                cells.insert(0, Cell::arm(arm, hue(self.place(arm))));
            }
            cells.extend(ratio_cells(row));
            rows.push(cells);
        }
        (!rows.is_empty()).then(|| TableView {
            title: "The same ratio by other choices".into(),
            columns,
            rows,
            footnote: Some("Programs differ only where several people have the event at one time. What SAS calls exact is the likelihood over the orders that the tied may have had, which is none of these.".into()),
            is_folded: Some("The same ratio by the rules of other programs".into()),
            ..TableView::default()
        })
    }

    pub(super) fn influence_table(&self) -> Option<TableView> {
        let mut rows = Vec::new();
        for arm in self.treated() {
            let of = |term: Term| self.arm_row(term, arm);
            let Some(largest) = of(Term::LargestDfbeta) else { continue };
            let ratio = |row: Option<&Finding>| {
                row.and_then(|row| row.estimate).map_or_else(Cell::absent, |ratio| Cell::text(ratio_text(ratio)))
            };
            let decisive = of(Term::DecisivePatients);
            rows.push(vec![
                Cell::arm(arm, hue(self.place(arm))),
                largest.estimate.map_or_else(Cell::absent, |value| Cell::text(format_significant(value, 2))),
                decisive.and_then(|row| row.n).map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                ratio(of(Term::LeastWithoutPatient)),
                ratio(of(Term::GreatestWithoutPatient)),
                decisive
                    .and_then(|row| row.estimate)
                    .map_or_else(Cell::absent, |count| Cell::strong(format_fixed(count, 0))),
            ]);
        }
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(
            ["Largest dfbeta", "Left out in turn", "Least ratio without one", "Greatest", "Who decide"]
                .map(ColumnView::number),
        );
        (!rows.is_empty()).then(|| TableView {
            title: "Single people".into(),
            columns,
            rows,
            footnote: Some(
                "Who decide: people without any one of whom the interval says the opposite about a ratio of 1.".into(),
            ),
            ..TableView::default()
        })
    }
}

fn test_columns(head: &str) -> Vec<ColumnView> {
    let mut columns = vec![ColumnView::text(head)];
    columns.extend(["χ²", "df", "p"].map(ColumnView::number));
    columns
}

fn test_cells(label: String, row: &Finding) -> Vec<Cell> {
    vec![
        Cell::head(label),
        row.statistic.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2))),
        row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}
