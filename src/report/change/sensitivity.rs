//! The same difference by each test and each rule for missing visits and deaths.

use super::tables::effect_cells;
use super::{ChangeView, capitalised, hue, measured, method_name};
use crate::analysis::change::{ChangeMethod, DeathRule, rule_words, rules};
use crate::analysis::{Finding, Term};
use crate::report::axis::round_axis;
use crate::report::figure::{Figure, Forest, ForestRow};
use crate::report::label::{month_phrase, outcome_label, outcome_unit};
use crate::report::number::{format_fixed, format_interval, format_level, plural};
use crate::report::page::{Cell, ColumnView, FigureView, TableView};

/// More rows than this are no overview: then only those that differ from the plan in one choice.
const MOST_ROWS: usize = 20;

/// A test by a rule, for one arm.
struct Again<'a> {
    arm: &'a str,
    place: usize,
    method: ChangeMethod,
    words: String,
    is_planned_rule: bool,
    row: &'a Finding,
}

impl Again<'_> {
    fn is_planned(&self, method: ChangeMethod) -> bool {
        self.is_planned_rule && self.method == method
    }
}

impl ChangeView<'_> {
    fn again(&self, difference: Term, superiority: Term) -> Vec<Again<'_>> {
        let mut found = Vec::new();
        for (index, arm) in self.treated().iter().enumerate() {
            for (missing, death) in rules(self.change, self.detail.has_deaths) {
                let words = rule_words(missing, death);
                for method in ChangeMethod::ALL.into_iter().filter(|method| death.fits_method(*method)) {
                    let is_wanted = |row: &&Finding| {
                        row.analysis == method.id()
                            && (row.term == difference || (death == DeathRule::WorstRank && row.term == superiority))
                            && row.group.as_deref() == Some(arm)
                            && row.method.as_deref() == Some(&words)
                    };
                    let Some(row) = self.answer.rows.iter().find(is_wanted) else { continue };
                    let is_planned_rule = missing == self.change.missing
                        && if method == ChangeMethod::MannWhitney || self.change.death != DeathRule::WorstRank {
                            death == self.change.death
                        } else {
                            death == DeathRule::AsMissing
                        };
                    found.push(Again { arm, place: index + 1, method, words: words.clone(), is_planned_rule, row });
                }
            }
        }
        found
    }

    pub(super) fn methods_forest(&self) -> Option<FigureView> {
        let mut shown = self.again(Term::SensitivityDifference, Term::SensitivityDifference);
        if shown.len() > MOST_ROWS {
            shown.retain(|one| one.is_planned_rule || one.method == self.change.method);
        }
        if shown.len() > 2 * MOST_ROWS {
            shown.retain(|one| one.is_planned_rule);
        }
        if shown.len() < 2 {
            return None;
        }
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for row in shown.iter().map(|one| one.row) {
            low = low.min(row.conf_low.or(row.estimate).unwrap_or(0.0));
            high = high.max(row.conf_high.or(row.estimate).unwrap_or(0.0));
        }
        let level = format_level(self.plan.confidence_level);
        let several = self.treated().len() > 1;
        let rows: Vec<ForestRow> = shown
            .iter()
            .map(|one| {
                let arm = if several { format!("{}: ", one.arm) } else { String::new() };
                let words = one.words.replace("last observation carried forward", "last carried forward");
                let label = format!("{arm}{}, {words}", method_name(one.method));
                let detail = estimate_words(one.row);
                ForestRow {
                    hint: format!("{label}: {detail}"),
                    label,
                    detail,
                    hue: hue(one.place),
                    estimate: one.row.estimate,
                    low: one.row.conf_low,
                    high: one.row.conf_high,
                    is_emphasised: one.is_planned(self.change.method),
                    ..ForestRow::default()
                }
            })
            .collect();
        let excluding = shown.iter().filter(|one| excludes_none(one.row)).count();
        let outcome = outcome_label(&self.change.outcome);
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let at = month_phrase(self.change.primary_month, self.time_unit());
        Some(FigureView {
            key: "methods",
            title: "The same difference by each method".to_owned(),
            aside: format!(
                "{}{level} CI; strong: as planned",
                if unit.is_empty() { String::new() } else { format!("{unit}, ") }
            ),
            description: format!(
                "Difference in the change of {outcome} from {} at {at}, by each test and each rule for missing visits and deaths: {excluding} of {} {} no difference. Death as the worst rank has no difference and stands in the table.",
                self.control(),
                shown.len(),
                plural(excluding, "interval excludes", "intervals exclude")
            ),
            figure: Figure::Forest(Forest {
                x: round_axis(measured_axis(self.control(), &unit), low, high, 5),
                reference_x: Some(0.0),
                rows,
                ..Forest::default()
            }),
        })
    }

    pub(super) fn rules_table(&self) -> Option<TableView> {
        let rows: Vec<Vec<Cell>> = self
            .again(Term::SensitivityDifference, Term::SensitivitySuperiority)
            .into_iter()
            .map(|one| {
                let mut cells = vec![
                    Cell::head(capitalised(&one.words)),
                    Cell::text(method_name(one.method)),
                    Cell::arm(one.arm, hue(one.place)),
                    one.row.n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                ];
                cells.extend(effect_cells(Some(one.row)));
                cells
            })
            .collect();
        let mut columns = ["Rule", "Test", "Arm"].map(ColumnView::text).to_vec();
        columns.extend(["n", "Difference", "SE"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{} CI", format_level(self.plan.confidence_level))));
        columns.extend(["df", "p"].map(ColumnView::number));
        let at = month_phrase(self.change.primary_month, self.time_unit());
        (!rows.is_empty()).then(|| TableView {
            title: format!("{} by each rule for missing visits and deaths", capitalised(&at)),
            columns,
            rows,
            footnote: Some(if self.detail.has_deaths {
                "Sensitivity analyses: none of them is the plan’s answer but the one that the plan names. P(above): probability that a person of the arm ranks above one of the control.".to_owned()
            } else {
                "Sensitivity analyses. The files do not say who died, so that deaths cannot be told from other missing visits."
                    .to_owned()
            }),
            ..TableView::default()
        })
    }
}

/// "2.98 (1.48 to 4.47)".
pub(super) fn estimate_words(row: &Finding) -> String {
    let Some(estimate) = row.estimate else { return String::new() };
    let interval = row.conf_low.zip(row.conf_high).map(|(low, high)| format!(" ({})", format_interval(low, high, 2)));
    format!("{}{}", format_fixed(estimate, 2), interval.unwrap_or_default())
}

fn excludes_none(row: &Finding) -> bool {
    row.conf_low.zip(row.conf_high).is_some_and(|(low, high)| low > 0.0 || high < 0.0)
}

pub(super) fn measured_axis(control: &str, unit: &str) -> String {
    measured(&format!("Difference from {control}{}", if unit.is_empty() { "" } else { "," }), unit)
}
