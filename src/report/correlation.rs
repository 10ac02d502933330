//! The Biomarkers page.

use super::axis::round_axis;
use super::change::hue;
use super::figure::{Figure, HeatCell, HeatMap, Hue, Scatter, ScatterGroup, ScatterPoint};
use super::label::{month_phrase, outcome_label, variable_label};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p, format_p_equation, format_significant};
use super::overview::Overview;
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::assay::Scale;
use crate::analysis::correlation::{Coefficient, CorrelationDetail, CorrelationPlan, Quantity, Stratum, Variable};
use crate::analysis::responder::Response;
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

pub struct CorrelationView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub correlation: &'a CorrelationPlan,
    pub answer: &'a Answer,
    pub detail: &'a CorrelationDetail,
}

impl CorrelationView<'_> {
    fn term(&self) -> Term {
        match self.correlation.coefficient {
            Coefficient::Pearson => Term::Pearson,
            Coefficient::Spearman => Term::Spearman,
        }
    }

    fn symbol(&self) -> &'static str {
        match self.correlation.coefficient {
            Coefficient::Pearson => "r",
            Coefficient::Spearman => "ρ",
        }
    }

    fn row(&self, x: &Variable, y: &Variable, group: &str, term: Term) -> Option<&Finding> {
        let is = |row: &Finding, x: &Variable, y: &Variable| {
            row.outcome == y.name() && row.contrast.as_deref() == Some(&format!("with {}", x.name()))
        };
        self.answer
            .rows
            .iter()
            .find(|row| row.term == term && row.group.as_deref() == Some(group) && (is(row, x, y) || is(row, y, x)))
    }

    fn pair_row(&self, group: &str, term: Term) -> Option<&Finding> {
        self.row(&self.correlation.x, &self.correlation.y, group, term)
    }

    fn time_unit(&self) -> TimeUnit {
        let of = |variable: &Variable| match variable {
            Variable::Analyte(name) => {
                self.overview.analytes.iter().find(|analyte| &analyte.name == name).map(|analyte| analyte.time_unit)
            }
            Variable::Outcome(name) => self.overview.outcome(name).map(|outcome| outcome.time_unit),
        };
        of(&self.correlation.x).unwrap_or_default()
    }

    fn quantity_phrase(&self) -> String {
        let at = month_phrase(self.correlation.assay.month, self.time_unit());
        match self.correlation.quantity {
            Quantity::Value => format!("value at {at}"),
            Quantity::Change => format!("change from baseline to {at}"),
        }
    }

    pub fn page(&self) -> ResultPage {
        let mut figures = vec![self.scatter()];
        figures.extend(self.heat_map());
        ResultPage {
            kicker: format!(
                "Biomarkers · {} and {} · {}",
                variable_label(&self.correlation.x),
                variable_label(&self.correlation.y),
                self.quantity_phrase()
            ),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables: [Some(self.strata_table()), self.difference_table()].into_iter().flatten().collect(),
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    /// Speaks of the group that the user chose.
    fn headline(&self) -> Vec<Phrase> {
        let x = variable_label(&self.correlation.x);
        let y = variable_label(&self.correlation.y);
        let group = self.correlation.matrix_stratum.label();
        let Some((row, r)) = self.pair_row(&group, self.term()).and_then(|row| Some((row, row.estimate?))) else {
            return vec![Phrase::plain(format!(
                "{x} and {y}: no correlation can be given for {}.",
                group_phrase(&group)
            ))];
        };
        let level = format_level(self.plan.confidence_level);
        let interval = row.conf_low.zip(row.conf_high);
        let is_clear = interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0);
        let words = match (is_clear, r < 0.0) {
            (true, true) => "go in opposite directions",
            (true, false) => "rise and fall together",
            (false, _) => "show no clear correlation",
        };
        let interval =
            interval.map(|(low, high)| format!(", {level} CI {}", format_interval(low, high, 2))).unwrap_or_default();
        vec![
            Phrase::plain(format!("{x} and {y} ")),
            Phrase::strong(words),
            Phrase::plain(format!(
                " in {} ({} = {}{interval}).",
                group_phrase(&group),
                self.symbol(),
                format_fixed(r, 2)
            )),
        ]
    }

    fn subline(&self) -> String {
        let group = self.correlation.matrix_stratum.label();
        let Some(row) = self.pair_row(&group, self.term()) else { return String::new() };
        let p = row.p_value.map(|p| format!(", {}", format_p_equation(p))).unwrap_or_default();
        let groups = match self.detail.strata.len() {
            1 => String::new(),
            count => format!("; {count} groups are shown, no p-value is adjusted"),
        };
        format!("{} people, one pair of numbers each{p}{groups}.", row.n.unwrap_or(0))
    }

    fn strata_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Group"), ColumnView::number("n"), ColumnView::number("Pearson r")];
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("p"));
        columns.push(ColumnView::number("Spearman ρ"));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("p"));
        let rows = self
            .detail
            .strata
            .iter()
            .map(|stratum| {
                let group = stratum.label();
                let pearson = self.pair_row(&group, Term::Pearson);
                let spearman = self.pair_row(&group, Term::Spearman);
                let n = pearson.or(spearman).and_then(|row| row.n);
                let mut cells = vec![
                    Cell::head(sentence_case(&group)),
                    n.map_or_else(|| Cell::text(self.points_in(stratum).to_string()), |n| Cell::text(n.to_string())),
                ];
                for row in [pearson, spearman] {
                    cells.extend(coefficient_cells(row));
                }
                cells
            })
            .collect();
        TableView {
            title: format!(
                "{} with {}, by group",
                variable_label(&self.correlation.x),
                variable_label(&self.correlation.y)
            ),
            columns,
            rows,
            footnote: Some("An en dash: fewer than three people, or no variation.".into()),
            ..TableView::default()
        }
    }

    fn difference_table(&self) -> Option<TableView> {
        let (term, by_labels) = match self.correlation.coefficient {
            Coefficient::Pearson => (Term::PearsonDifference, Term::PearsonDifferencePermutation),
            Coefficient::Spearman => (Term::SpearmanDifference, Term::SpearmanDifferencePermutation),
        };
        let rows: Vec<Vec<Cell>> = self
            .answer
            .rows
            .iter()
            .filter(|row| row.term == term)
            .map(|row| {
                let words = row.contrast.as_deref().and_then(|contrast| contrast.rsplit_once(", with "));
                let permutation = self.answer.rows.iter().find(|other| {
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
        let after_treatment = if self.correlation.responder.is_some() {
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
                ColumnView::number(format!("{} CI", format_level(self.plan.confidence_level))),
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

    fn points_in(&self, stratum: &Stratum) -> usize {
        self.detail
            .points
            .iter()
            .filter(|point| {
                let arm = point.arm.and_then(|place| self.detail.arm_names.get(place));
                (stratum.arm.is_none() || arm == stratum.arm.as_ref())
                    && (stratum.response.is_none() || point.response == stratum.response)
            })
            .count()
    }

    fn axis_label(&self, variable: &Variable) -> String {
        let label = variable_label(variable);
        let unit = match variable {
            Variable::Analyte(name) => self
                .overview
                .analytes
                .iter()
                .find(|analyte| &analyte.name == name)
                .and_then(|analyte| analyte.unit.clone()),
            Variable::Outcome(name) => self.overview.outcome(name).and_then(|outcome| outcome.unit.clone()),
        };
        let is_log = matches!(variable, Variable::Analyte(_)) && self.correlation.assay.scale == Scale::Log2;
        match (self.correlation.quantity, is_log) {
            (Quantity::Change, true) => format!("{label}, log2 fold change"),
            (Quantity::Change, false) => match unit {
                Some(unit) => format!("Change in {label}, {unit}"),
                None => format!("Change in {label}"),
            },
            (Quantity::Value, true) => match unit {
                Some(unit) => format!("{label}, log2 {unit}"),
                None => format!("{label}, log2"),
            },
            (Quantity::Value, false) => match unit {
                Some(unit) => format!("{label}, {unit}"),
                None => label,
            },
        }
    }

    fn scatter(&self) -> FigureView {
        let bounds = |pick: fn(&crate::analysis::correlation::PairPoint) -> f64| {
            self.detail
                .points
                .iter()
                .map(pick)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let (x_low, x_high) = bounds(|point| point.x);
        let (y_low, y_high) = bounds(|point| point.y);
        let mut groups = Vec::new();
        let arms = self.detail.arm_names.iter().enumerate().map(|(place, name)| (Some(place), name.clone()));
        for (place, name) in arms.chain([(None, "No arm".to_owned())]) {
            let hue = place.map_or(Hue::Neutral, hue);
            for (response, suffix, is_hollow) in [
                (Some(Response::Good), ", good responders", false),
                (Some(Response::Poor), ", poor responders", true),
                (None, "", true),
            ] {
                let points: Vec<ScatterPoint> = self
                    .detail
                    .points
                    .iter()
                    .filter(|point| point.arm == place && point.response == response)
                    .map(|point| ScatterPoint {
                        x: point.x,
                        y: point.y,
                        hint: format!(
                            "{}: {}, {}",
                            point.subject_id,
                            format_significant(point.x, 3),
                            format_significant(point.y, 3)
                        ),
                        ..ScatterPoint::default()
                    })
                    .collect();
                let has_rule = self.correlation.responder.is_some();
                let suffix = if has_rule && response.is_none() { ", undefined" } else { suffix };
                if !points.is_empty() {
                    groups.push(ScatterGroup {
                        name: format!("{name}{suffix}"),
                        hue,
                        is_hollow: is_hollow && has_rule,
                        points,
                    });
                }
            }
        }
        let (x, y) = (variable_label(&self.correlation.x), variable_label(&self.correlation.y));
        FigureView {
            key: "scatter",
            title: format!("{x} and {y}"),
            aside: format!("{}, a point a person", self.quantity_phrase()),
            description: format!("Scatter plot of {x} against {y}, {} people.", self.detail.points.len()),
            figure: Figure::Scatter(Scatter {
                x: round_axis(self.axis_label(&self.correlation.x), x_low, x_high, 6),
                y: round_axis(self.axis_label(&self.correlation.y), y_low, y_high, 5),
                lines: Vec::new(),
                groups,
                ..Scatter::default()
            }),
        }
    }

    fn heat_map(&self) -> Option<FigureView> {
        let variables = &self.correlation.matrix;
        if variables.len() < 3 {
            return None;
        }
        let group = self.correlation.matrix_stratum.label();
        let labels: Vec<String> = variables.iter().map(variable_label).collect();
        let cells = variables
            .iter()
            .enumerate()
            .map(|(i, row_variable)| {
                variables
                    .iter()
                    .enumerate()
                    .map(|(j, column_variable)| {
                        if i == j {
                            return None;
                        }
                        let row = self.row(row_variable, column_variable, &group, self.term())?;
                        let value = row.estimate?;
                        let p = row.p_value?;
                        Some(HeatCell {
                            value,
                            text: format_fixed(value, 2),
                            is_marked: p < 1.0 - self.plan.confidence_level,
                            hint: format!(
                                "{} and {}: {} = {}, {}, n = {}",
                                variable_label(row_variable),
                                variable_label(column_variable),
                                self.symbol(),
                                format_fixed(value, 2),
                                format_p_equation(p),
                                row.n.unwrap_or(0)
                            ),
                        })
                    })
                    .collect()
            })
            .collect();
        let pairs = variables.len() * (variables.len() - 1) / 2;
        let alpha = 1.0 - self.plan.confidence_level;
        Some(FigureView {
            key: "matrix",
            title: format!("All pairs, {}", group_phrase(&group)),
            aside: format!(
                "{} of the {}; bold: p < {} unadjusted{}",
                self.symbol(),
                self.quantity_phrase(),
                format_significant(alpha, 2),
                match self.overview.analytes.len() {
                    all if all > variables.len() =>
                        format!("; {} of {all} analytes, see the settings", variables.len()),
                    _ => String::new(),
                }
            ),
            description: format!(
                "Matrix of the correlations of {} variables, {pairs} pairs, in {}.",
                variables.len(),
                group_phrase(&group)
            ),
            figure: Figure::HeatMap(HeatMap {
                row_labels: labels.clone(),
                column_labels: labels,
                cells,
                scale_labels: ("−1, opposite".into(), "+1, together".into()),
            }),
        })
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let scale = match self.correlation.assay.scale {
            Scale::Log2 => "Concentrations enter as log2, so that a change is the log of a ratio.",
            Scale::Raw => "Concentrations enter as measured.",
        };
        let mut method = vec![
            format!(
                "Each person gives one pair of numbers: the {}. {scale} Repeated samples of one person are never counted as several people.",
                self.quantity_phrase()
            ),
            format!(
                "Pearson’s r with a {level} interval by Fisher’s z (Fisher 1921); p by t on n − 2 df. Spearman’s ρ on mid-ranks with the interval of Bonett and Wright (2000); p by all permutations up to nine people without ties, otherwise by t, as SAS does (R uses an Edgeworth series for more than nine)."
            ),
        ];
        method.push("Difference of two correlations: Fisher’s z of each group, their difference over its standard error, and the interval of Zou (2007) from the two intervals; beside it the p-value by dealing out the group labels anew over pairs that were standardised within their group: all ways up to 200,000, else 10,000 random ones (the same each time).".to_owned());
        if let Some(rule) = &self.correlation.responder {
            method.push(format!(
                "Good responder: the slope of {} from baseline to month {} is better than the slope of the lead-in by at least {}% of its size; both slopes join two visits. Without decline in the lead-in the percentage is undefined.",
                outcome_label(&rule.outcome),
                format_significant(rule.month, 3),
                format_significant(rule.threshold_percent, 3)
            ));
        }
        method.push("Checked against R 4.2.2 (cor.test); docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}

fn coefficient_cells(row: Option<&Finding>) -> Vec<Cell> {
    let Some(row) = row else { return vec![Cell::absent(), Cell::absent(), Cell::absent()] };
    vec![
        row.estimate.map_or_else(Cell::absent, |r| Cell::strong(format_fixed(r, 2))),
        row.conf_low
            .zip(row.conf_high)
            .map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}

fn sentence_case(group: &str) -> String {
    if group == "all" { "Everyone".to_owned() } else { super::change::capitalised(group) }
}

/// "all 59 people" reads badly in a sentence; "everyone" and "MSC good responders" read well.
fn group_phrase(group: &str) -> String {
    if group == "all" { "everyone".to_owned() } else { group.replace(", ", " ") }
}
