use super::Sheet;
use crate::analysis::Term;
use crate::analysis::assay::rule_words;
use crate::analysis::levels::LevelsMethod;
use crate::report::change::{capitalised, hue};
use crate::report::label::time_number;
use crate::report::number::{format_fixed, format_level, format_p, format_significant};
use crate::report::page::{Cell, ColumnView, TableView};

/// Tables with fewer analytes are not searched.
const SEARCHED_FROM: usize = 12;

fn p_cell(p: Option<f64>) -> Cell {
    p.map_or_else(Cell::absent, |p| Cell::text(format_p(p)).keyed(p))
}

impl Sheet<'_> {
    fn estimate_cell(&self, row: Option<&crate::analysis::Finding>) -> Cell {
        let Some((row, estimate)) = row.and_then(|row| Some((row, row.estimate?))) else { return Cell::absent() };
        let text = match row.conf_low.zip(row.conf_high) {
            Some((low, high)) => format!("{} ({})", self.number(estimate), self.interval(low, high)),
            None => self.number(estimate),
        };
        Cell::text(text).keyed(estimate)
    }

    /// With the unit where numbers have one.
    fn named(&self, analyte: &str) -> String {
        match self.unit(analyte) {
            unit if unit.is_empty() || self.is_log() => analyte.to_owned(),
            unit => format!("{analyte}, {unit}"),
        }
    }

    fn within_term(&self) -> Term {
        if self.is_log() { Term::GeometricMeanRatio } else { Term::MeanChange }
    }

    pub(super) fn comparison_table(&self) -> Option<TableView> {
        let level = format_level(self.view.plan.confidence_level);
        let (within, between) = if self.is_log() { ("ratio to baseline", "Ratio") } else { ("change", "Difference") };
        let has_arms = !self.treated().is_empty();
        let mut columns = vec![ColumnView::text("Analyte")];
        if self.treated().len() > 1 {
            columns.push(ColumnView::text("Arm"));
        }
        columns.push(ColumnView::number("n"));
        match self.treated() {
            [] => columns.push(ColumnView::number(format!("Everyone, {within} ({level} CI)"))),
            [one] => {
                let of = |arm: &str| ColumnView::number(format!("{arm}, {within} ({level} CI)"));
                columns.extend([of(self.control()), of(one)]);
            }
            _ => columns.push(ColumnView::number(format!("{} ({level} CI)", capitalised(within)))),
        }
        if has_arms {
            let to = if self.treated().len() > 1 { format!(" to {}", self.control()) } else { String::new() };
            let label = if self.method_used() == LevelsMethod::MannWhitney {
                "P(higher change)".to_owned()
            } else {
                format!("{between}{to} ({level} CI)")
            };
            columns.push(ColumnView::number(label));
        }
        columns.push(ColumnView::number("p"));
        let tests = self.family_size();
        let adjusted = self.adjustments();
        columns.extend(adjusted.iter().map(|(_, label)| ColumnView::number(*label)));
        let mut rows = Vec::new();
        for analyte in &self.view.asked.analytes {
            let control = self.row(analyte, self.control(), self.within_term(), self.month());
            if !has_arms {
                let n = control.and_then(|row| row.n).unwrap_or(0);
                let p = self.within(analyte, self.control()).and_then(|row| row.p_value);
                let mut cells = vec![
                    Cell::head(self.named(analyte)),
                    Cell::text(n.to_string()).keyed(n as f64),
                    self.estimate_cell(control),
                    p_cell(p),
                ];
                cells.extend(self.adjusted_cells(&adjusted, analyte, self.control()));
                rows.push(cells);
                continue;
            }
            // With several arms each has a row, control among them.
            let has_rows = self.treated().len() > 1;
            let arms = if has_rows { self.view.detail.arm_names.as_slice() } else { self.treated() };
            for arm in arms {
                let own = self.row(analyte, arm, self.within_term(), self.month());
                let contrast = self.contrast(analyte, arm, self.method_used());
                let counted = [control.filter(|_| !has_rows), own];
                let n = counted.into_iter().flatten().filter_map(|row| row.n).sum::<u64>();
                let mut cells = vec![Cell::head(self.named(analyte))];
                if has_rows {
                    let place = self.view.detail.arm_names.iter().position(|name| name == arm).unwrap_or(0);
                    cells.push(Cell { is_head: false, ..Cell::arm(arm.clone(), hue(place)) });
                }
                cells.push(Cell::text(n.to_string()).keyed(n as f64));
                cells.extend((!has_rows).then(|| self.estimate_cell(control)));
                cells.push(self.estimate_cell(own));
                cells.push(self.estimate_cell(contrast));
                cells.push(p_cell(contrast.and_then(|row| row.p_value)));
                cells.extend(self.adjusted_cells(&adjusted, analyte, arm));
                rows.push(cells);
            }
        }
        let how = match (has_arms, self.method_used()) {
            (true, method) => method.words(),
            (false, LevelsMethod::MannWhitney) => "Wilcoxon’s signed rank test",
            (false, _) => "paired t-test",
        };
        let footnote = if tests > 1 {
            format!(
                "p: {how}. Family: {tests} tests; at {} chance alone gives {} of them. BH Benjamini-Hochberg, BY Benjamini-Yekutieli{}. Strong: below {}.",
                format_significant(self.alpha(), 2),
                format_significant(self.alpha() * tests as f64, 2),
                self.max_t_words().map(|words| format!(", max-T: {words}")).unwrap_or_default(),
                format_significant(self.alpha(), 2)
            )
        } else {
            format!("p: {how}.")
        };
        Some(TableView {
            title: format!("Change to {}, by analyte", self.at()),
            columns,
            is_searchable: rows.len() >= SEARCHED_FROM,
            is_sortable: rows.len() > 1,
            rows,
            footnote: Some(footnote),
            ..TableView::default()
        })
    }

    /// What the family's p-values are adjusted by.
    fn adjustments(&self) -> Vec<(Term, &'static str)> {
        let all = [
            (Term::Holm, "Holm"),
            (Term::BenjaminiHochberg, "BH"),
            (Term::BenjaminiYekutieli, "BY"),
            (Term::MaxT, "Max‑T"),
        ];
        let has = |term: Term| self.view.answer.rows.iter().any(|row| row.term == term);
        all.into_iter().filter(|(term, _)| self.family_size() > 1 && has(*term)).collect()
    }

    fn adjusted_cells(&self, adjusted: &[(Term, &str)], analyte: &str, arm: &str) -> Vec<Cell> {
        let cell = |(term, _): &(Term, &str)| {
            let p = self.adjusted(analyte, arm, *term);
            Cell { is_strong: p.is_some_and(|p| p < self.alpha()), ..p_cell(p) }
        };
        adjusted.iter().map(cell).collect()
    }

    /// "Welch’s t, largest of all, step-down; arms dealt out anew in 10000 random ways".
    fn max_t_words(&self) -> Option<String> {
        self.view.answer.rows.iter().find(|row| row.term == Term::MaxT).and_then(|row| row.method.clone())
    }

    pub(super) fn sets_table(&self) -> Option<TableView> {
        let level = format_level(self.view.plan.confidence_level);
        let has_arms = !self.treated().is_empty();
        let mut rows = Vec::new();
        for set in &self.view.asked.assay.sets {
            for (place, arm) in self.view.detail.arm_names.iter().enumerate() {
                let Some(own) = self.row(&set.name, arm, Term::CompositeChange, self.month()) else { continue };
                let contrast = self.row(&set.name, arm, Term::CompositeDifference, self.month());
                let cell = |row: Option<&crate::analysis::Finding>| {
                    let Some((row, estimate)) = row.and_then(|row| Some((row, row.estimate?))) else {
                        return Cell::absent();
                    };
                    let interval = row
                        .conf_low
                        .zip(row.conf_high)
                        .map(|(low, high)| format!(" ({} to {})", format_fixed(low, 2), format_fixed(high, 2)));
                    Cell::text(format!("{}{}", format_fixed(estimate, 2), interval.unwrap_or_default()))
                };
                let mut cells = vec![
                    Cell::head(set.name.clone()),
                    Cell { is_head: false, ..Cell::arm(arm.clone(), hue(place)) },
                    Cell::text(own.n.unwrap_or(0).to_string()),
                    cell(Some(own)),
                ];
                if has_arms {
                    cells.push(cell(contrast));
                    cells.push(p_cell(contrast.and_then(|row| row.p_value)));
                }
                cells.push(p_cell(self.adjusted(&set.name, arm, Term::CompositePermutation)));
                cells.push(p_cell(self.adjusted(&set.name, arm, Term::SetPermutation)));
                rows.push(cells);
            }
        }
        if rows.is_empty() {
            return None;
        }
        let mut columns = vec![
            ColumnView::text("Set"),
            ColumnView::text("Arm"),
            ColumnView::number("n"),
            ColumnView::number(format!("Mean score ({level} CI)")),
        ];
        if has_arms {
            columns.push(ColumnView::number(format!("Against {} ({level} CI)", self.control())));
            columns.push(ColumnView::number("p"));
        }
        columns.extend([ColumnView::number("p, permuted"), ColumnView::number("p, either direction")]);
        let members: Vec<String> =
            self.view.asked.assay.sets.iter().map(|set| format!("{}: {}", set.name, set.analytes.join(", "))).collect();
        Some(TableView {
            title: "Declared sets, as one score a person".to_owned(),
            columns,
            rows,
            footnote: Some(format!(
                "Score in standard deviations of change. Either direction: do these analytes move at all, whichever way, by permutation. {}.",
                members.join("; ")
            )),
            ..TableView::default()
        })
    }

    pub(super) fn levels_table(&self) -> TableView {
        let shown = self.view.asked.shown.as_str();
        let level = format_level(self.view.plan.confidence_level);
        let unit = self.unit(shown);
        let unit = if unit.is_empty() { String::new() } else { format!(", {unit}") };
        let (mean, term, within) = if self.is_log() {
            ("Geometric mean", Term::GeometricMean, "Ratio to baseline")
        } else {
            ("Mean", Term::Mean, "Change")
        };
        let mut rows = Vec::new();
        for (place, arm) in self.view.detail.arm_names.iter().enumerate() {
            for month in [0.0].into_iter().chain(self.view.detail.months.iter().copied()) {
                let Some(seen) = self.row(shown, arm, Term::BelowLimit, month) else { continue };
                let level_cell = |row: Option<&crate::analysis::Finding>| {
                    let Some((row, estimate)) = row.and_then(|row| Some((row, row.estimate?))) else {
                        return Cell::absent();
                    };
                    let interval = row.conf_low.zip(row.conf_high).map(|(low, high)| {
                        format!(" ({} to {})", format_significant(low, 3), format_significant(high, 3))
                    });
                    Cell::text(format!("{}{}", format_significant(estimate, 3), interval.unwrap_or_default()))
                };
                let of = |term| self.row(shown, arm, term, month).and_then(|row| row.estimate);
                let middle = match (of(Term::Median), of(Term::LowerQuartile), of(Term::UpperQuartile)) {
                    (Some(median), Some(low), Some(high)) => Cell::text(format!(
                        "{} ({} to {})",
                        format_significant(median, 3),
                        format_significant(low, 3),
                        format_significant(high, 3)
                    )),
                    _ => Cell::absent(),
                };
                let change = self.row(shown, arm, self.within_term(), month);
                rows.push(vec![
                    Cell::arm(arm.clone(), hue(place)),
                    Cell::text(time_number(month, self.time_unit())),
                    Cell::text(seen.n.unwrap_or(0).to_string()),
                    Cell::text(format_fixed(seen.statistic.unwrap_or(0.0), 0)),
                    level_cell(self.row(shown, arm, term, month)),
                    middle,
                    self.estimate_cell(change),
                    p_cell(change.and_then(|row| row.p_value)),
                    p_cell(self.row(shown, arm, Term::SignedRank, month).and_then(|row| row.p_value)),
                ]);
            }
        }
        TableView {
            title: format!("{shown} by arm and visit{unit}"),
            columns: vec![
                ColumnView::text("Arm"),
                ColumnView::number(self.time_unit().heading()),
                ColumnView::number("n"),
                ColumnView::number("Below limit"),
                ColumnView::number(format!("{mean} ({level} CI)")),
                ColumnView::number("Median (quartiles)"),
                ColumnView::number(format!("{within} ({level} CI)")),
                ColumnView::number("p, t"),
                ColumnView::number("p, ranks"),
            ],
            rows,
            footnote: Some(format!(
                "p within the arm: paired t-test, and Wilcoxon’s signed rank test. For a value below a limit stands {}.",
                rule_words(self.view.asked.assay.below_limit)
            )),
            ..TableView::default()
        }
    }

    pub(super) fn limits_table(&self) -> Option<TableView> {
        let months: Vec<f64> = [0.0].into_iter().chain(self.view.detail.months.iter().copied()).collect();
        let mut rows = Vec::new();
        for analyte in &self.view.asked.analytes {
            for (place, arm) in self.view.detail.arm_names.iter().enumerate() {
                let found: Vec<_> =
                    months.iter().map(|month| self.row(analyte, arm, Term::BelowLimit, *month)).collect();
                let has_any = self.view.detail.arm_names.iter().any(|arm| {
                    months.iter().any(|month| {
                        self.row(analyte, arm, Term::BelowLimit, *month).and_then(|row| row.statistic).unwrap_or(0.0)
                            > 0.0
                    })
                });
                if !has_any {
                    continue;
                }
                let mut cells =
                    vec![Cell::head(analyte.clone()), Cell { is_head: false, ..Cell::arm(arm.clone(), hue(place)) }];
                cells.extend(found.into_iter().map(|row| {
                    row.map_or_else(Cell::absent, |row| {
                        let share = row.estimate.unwrap_or(0.0);
                        Cell::text(format!(
                            "{} of {} ({}%)",
                            format_fixed(row.statistic.unwrap_or(0.0), 0),
                            row.n.unwrap_or(0),
                            format_fixed(100.0 * share, 0)
                        ))
                        .keyed(share)
                    })
                }));
                rows.push(cells);
            }
        }
        if rows.is_empty() {
            return None;
        }
        let mut columns = vec![ColumnView::text("Analyte"), ColumnView::text("Arm")];
        columns.extend(months.iter().map(|month| {
            let label = if *month == 0.0 {
                "Baseline".to_owned()
            } else {
                crate::report::label::capitalised(&crate::report::label::month_phrase(*month, self.time_unit()))
            };
            ColumnView::number(label)
        }));
        Some(TableView {
            title: "Below the limit of quantification".to_owned(),
            columns,
            is_searchable: rows.len() >= SEARCHED_FROM,
            rows,
            footnote: Some("Analytes without a value below a limit are not listed.".to_owned()),
            ..TableView::default()
        })
    }

    pub(super) fn rules_table(&self) -> Option<TableView> {
        let level = format_level(self.view.plan.confidence_level);
        let mut rows = Vec::new();
        for analyte in &self.view.asked.analytes {
            let arms = if self.treated().is_empty() { &self.view.detail.arm_names } else { self.treated() };
            for arm in arms {
                for term in [Term::ChangeRatioByRule, Term::DifferenceByRule, Term::SuperiorityByRule] {
                    for row in self.rows(analyte, arm, term) {
                        let words = row.method.clone().unwrap_or_default();
                        let (rule, method) = words.split_once("; ").unwrap_or((words.as_str(), ""));
                        let name = if self.treated().len() > 1 { format!("{analyte}, {arm}") } else { analyte.clone() };
                        let is_chosen = rule == rule_words(self.view.asked.assay.below_limit);
                        let rule = if is_chosen { Cell::strong(rule) } else { Cell::text(rule) };
                        rows.push(vec![
                            Cell::head(name),
                            rule,
                            Cell::text(row.n.unwrap_or(0).to_string()),
                            self.estimate_cell(Some(row)),
                            p_cell(row.p_value),
                            Cell::text(method),
                        ]);
                    }
                }
            }
        }
        if rows.is_empty() {
            return None;
        }
        Some(TableView {
            title: "The same conclusion under every rule?".to_owned(),
            columns: vec![
                ColumnView::text("Analyte"),
                ColumnView::text("For values beyond a limit"),
                ColumnView::number("n"),
                ColumnView::number(format!("Estimate ({level} CI)")),
                ColumnView::number("p"),
                ColumnView::text("Test"),
            ],
            is_searchable: rows.len() >= SEARCHED_FROM,
            rows,
            footnote: Some(
                "p unadjusted. The estimate of the Mann-Whitney test is the probability that a change is higher in the arm than in control. Limits as bounds: of the month’s value; for a baseline beyond its limit stands what the settings say.".to_owned(),
            ),
            ..TableView::default()
        })
    }

    pub(super) fn detected_table(&self) -> Option<TableView> {
        let mut rows = Vec::new();
        for analyte in &self.view.asked.analytes {
            for (place, arm) in self.view.detail.arm_names.iter().enumerate() {
                let cell = |month: f64| {
                    self.row(analyte, arm, Term::Detected, month).map_or_else(Cell::absent, |row| {
                        Cell::text(format!(
                            "{} of {} ({}%)",
                            format_fixed(row.statistic.unwrap_or(0.0), 0),
                            row.n.unwrap_or(0),
                            format_fixed(100.0 * row.estimate.unwrap_or(0.0), 0)
                        ))
                    })
                };
                if self.rows(analyte, arm, Term::Detected).next().is_none() {
                    continue;
                }
                let difference = self.row(analyte, arm, Term::RiskDifference, self.month());
                let difference_cell = difference.and_then(|row| {
                    let (estimate, low, high) = (row.estimate?, row.conf_low?, row.conf_high?);
                    Some(Cell::text(format!(
                        "{} ({} to {})",
                        format_fixed(100.0 * estimate, 0),
                        format_fixed(100.0 * low, 0),
                        format_fixed(100.0 * high, 0)
                    )))
                });
                rows.push(vec![
                    Cell::head(analyte.clone()),
                    Cell { is_head: false, ..Cell::arm(arm.clone(), hue(place)) },
                    cell(0.0),
                    cell(self.month()),
                    difference_cell.unwrap_or_else(Cell::absent),
                    p_cell(self.row(analyte, arm, Term::FisherExact, self.month()).and_then(|row| row.p_value)),
                ]);
            }
        }
        if rows.is_empty() {
            return None;
        }
        Some(TableView {
            title: "Mostly below the limit: detected or not".to_owned(),
            columns: vec![
                ColumnView::text("Analyte"),
                ColumnView::text("Arm"),
                ColumnView::number("Detected at baseline"),
                ColumnView::number(format!("Detected at {}", self.at())),
                ColumnView::number(format!(
                    "Percentage points against control ({} CI)",
                    format_level(self.view.plan.confidence_level)
                )),
                ColumnView::number("Fisher’s p"),
            ],
            rows,
            footnote: Some(
                "Analytes of which more than half of an arm lies below the limit at baseline or at this month."
                    .to_owned(),
            ),
            ..TableView::default()
        })
    }

    /// The comparison by all four methods.
    pub(super) fn methods_table(&self) -> Option<TableView> {
        let level = format_level(self.view.plan.confidence_level);
        let mut rows = Vec::new();
        for analyte in &self.view.asked.analytes {
            for arm in self.treated() {
                for method in LevelsMethod::ALL {
                    let Some(row) = self.contrast(analyte, arm, method) else { continue };
                    let name = if self.treated().len() > 1 { format!("{analyte}, {arm}") } else { analyte.clone() };
                    rows.push(vec![
                        Cell::head(name),
                        Cell::text(method.words()),
                        Cell::text(row.n.unwrap_or(0).to_string()),
                        self.estimate_cell(Some(row)),
                        p_cell(row.p_value),
                    ]);
                }
            }
        }
        if rows.is_empty() {
            return None;
        }
        Some(TableView {
            title: "By every method".to_owned(),
            columns: vec![
                ColumnView::text("Analyte"),
                ColumnView::text("Method"),
                ColumnView::number("n"),
                ColumnView::number(format!("Estimate ({level} CI)")),
                ColumnView::number("p"),
            ],
            is_searchable: rows.len() >= SEARCHED_FROM,
            is_sortable: true,
            rows,
            footnote: Some("p unadjusted. The estimate of the Mann-Whitney test is the probability that a change is higher in the arm than in control.".to_owned()),
            is_folded: Some("Show the comparison by every method".to_owned()),
            ..TableView::default()
        })
    }
}
