use super::SlopeView;
use crate::analysis::slope::{MissingRule, SlopeMethod, SlopeTest, difference_words, responder_words};
use crate::analysis::{AnalysisId, Finding, Term};
use crate::report::change::{capitalised, hue};
use crate::report::number::{format_df, format_fixed, format_interval, format_p, format_p_equation};
use crate::report::page::{Cell, ColumnView, TableView};

impl SlopeView<'_> {
    fn mean_sd(&self, mean: Term, sd: Term, arm: &str) -> Cell {
        let value = |term: Term| self.described(term, arm).and_then(|row| row.estimate);
        match (value(mean), value(sd)) {
            (Some(mean), Some(sd)) => Cell::text(format!("{} ({})", format_fixed(mean, 2), format_fixed(sd, 2))),
            (Some(mean), None) => Cell::text(format_fixed(mean, 2)),
            _ => Cell::absent(),
        }
    }

    pub(super) fn slope_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::number("n")];
        if self.detail.has_lead_in {
            columns.extend(["Before, mean (SD)", "After, mean (SD)", "Change, mean (SD)"].map(ColumnView::number));
        } else {
            columns.push(ColumnView::number("Slope, mean (SD)"));
        }
        columns.extend(["Difference", "SE"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{} CI", self.level())));
        columns.extend(["df", "p"].map(ColumnView::number));
        let rows = self
            .arms()
            .map(|(place, arm)| {
                let term = if self.detail.has_lead_in { Term::SlopeChange } else { Term::FollowUpSlope };
                let n = self.described(term, arm).and_then(|row| row.n).unwrap_or(0);
                let mut cells = vec![Cell::arm(arm, hue(place)), Cell::text(n.to_string())];
                if self.detail.has_lead_in {
                    cells.push(self.mean_sd(Term::LeadInSlope, Term::SdLeadInSlope, arm));
                }
                cells.push(self.mean_sd(Term::FollowUpSlope, Term::SdFollowUpSlope, arm));
                if self.detail.has_lead_in {
                    cells.push(self.mean_sd(Term::SlopeChange, Term::SdSlopeChange, arm));
                }
                if place == 0 {
                    cells.extend((0..5).map(|_| Cell::default()));
                } else {
                    cells.extend(difference_cells(self.difference(self.slope.method, SlopeTest::Student, arm)));
                }
                cells
            })
            .collect();
        let outcome = self.outcome();
        TableView {
            title: format!("Slopes of {outcome}, {}", self.slope.method.words()),
            columns,
            rows,
            footnote: Some(format!(
                "{}{}. The slope after the start is of all who have one; the others and n are of those with both. SD, standard deviation; SE, standard error; df, degrees of freedom.",
                capitalised(&self.rate()),
                if self.treated().is_empty() {
                    String::new()
                } else {
                    format!("; difference: the arm minus {}, {}", self.control(), SlopeTest::Student.words())
                }
            )),
            ..TableView::default()
        }
    }

    /// The difference by both kinds of slope and each test.
    pub(super) fn ways_table(&self) -> Option<TableView> {
        let mut columns = vec![
            ColumnView::text("Compared"),
            ColumnView::text("Slopes"),
            ColumnView::text("Test"),
            ColumnView::text("Arm"),
            ColumnView::number("n"),
        ];
        columns.extend(["Difference", "SE"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{} CI", self.level())));
        columns.extend(["df", "p"].map(ColumnView::number));
        let mut rows = Vec::new();
        for (term, what) in [(Term::Difference, "Change in slope"), (Term::FollowUpDifference, "Slope after")] {
            let mut head = what;
            for method in SlopeMethod::ALL {
                for test in SlopeTest::ALL {
                    for (index, arm) in self.treated().iter().enumerate() {
                        let words = difference_words(method, test);
                        let Some(row) = self.row(AnalysisId::SlopeChange, term, Some(arm), &words) else { continue };
                        let mut cells = vec![
                            Cell::head(std::mem::take(&mut head)),
                            Cell::text(capitalised(method.words())),
                            Cell::text(test.words()),
                            Cell::arm(arm, hue(index + 1)),
                            Cell::text(row.n.unwrap_or(0).to_string()),
                        ];
                        cells.extend(difference_cells(Some(row)));
                        rows.push(cells);
                    }
                }
            }
        }
        let arm_tests: Vec<String> = self
            .answer
            .rows
            .iter()
            .filter(|row| row.analysis == AnalysisId::SlopeChange && row.term == Term::ArmTest)
            .filter_map(|row| {
                Some(format!(
                    "{}: {}, F = {}, {}.",
                    row.method.as_deref()?,
                    row.note.as_deref()?,
                    format_fixed(row.statistic?, 2),
                    format_p_equation(row.p_value?)
                ))
            })
            .collect();
        let footnote =
            if arm_tests.is_empty() { None } else { Some(format!("All arms at once. {}", arm_tests.join(" "))) };
        (!rows.is_empty()).then_some(TableView {
            title: "The difference by each way of computing".to_owned(),
            columns,
            rows,
            footnote,
            ..TableView::default()
        })
    }

    fn responder_cells(&self, arm: &str, words: &str, is_control: bool) -> Vec<Cell> {
        let find = |term: Term| self.row(AnalysisId::Responder, term, Some(arm), words);
        let count = find(Term::Count).and_then(|row| Some(format!("{} of {}", format_fixed(row.estimate?, 0), row.n?)));
        let percent = |row: &Finding| {
            let share = format_fixed(100.0 * row.estimate?, 0);
            let interval = row.conf_low.zip(row.conf_high)?;
            Some(format!("{share} ({})", format_interval(100.0 * interval.0, 100.0 * interval.1, 0)))
        };
        let text = |text: Option<String>| text.map_or_else(Cell::absent, Cell::text);
        let mut cells = vec![text(count), text(find(Term::Share).and_then(percent))];
        if is_control {
            cells.extend((0..5).map(|_| Cell::default()));
            return cells;
        }
        let ratio = |row: &Finding| {
            let interval = row.conf_low.zip(row.conf_high)?;
            Some(format!("{} ({})", format_fixed(row.estimate?, 2), format_interval(interval.0, interval.1, 2)))
        };
        let p = |term: Term| find(term).and_then(|row| row.p_value).map(format_p);
        let which = find(Term::ResponderTest)
            .and_then(|row| row.note.as_deref())
            .and_then(|note| note.split(':').next())
            .map(|which| if which == "Fisher" { "F" } else { "χ²" });
        let by_rule = p(Term::ResponderTest).zip(which).map(|(p, which)| format!("{p} {which}"));
        cells.push(find(Term::RiskDifference).and_then(percent).map_or_else(Cell::absent, Cell::strong));
        cells.extend([
            text(find(Term::OddsRatio).and_then(ratio)),
            text(p(Term::ChiSquared)),
            text(p(Term::FisherExact)),
            text(by_rule),
        ]);
        cells
    }

    fn responder_columns(&self, heads: &[&str]) -> Vec<ColumnView> {
        let level = self.level();
        let mut columns: Vec<ColumnView> = heads.iter().map(|head| ColumnView::text(*head)).collect();
        columns.push(ColumnView::number("Responders"));
        columns.push(ColumnView::number(format!("% ({level} CI)")));
        columns.push(ColumnView::number(format!("Difference, % points ({level} CI)")));
        columns.push(ColumnView::number(format!("Odds ratio ({level} CI)")));
        columns.extend(["p, χ²", "p, Fisher", "p by the rule"].map(ColumnView::number));
        columns
    }

    pub(super) fn responder_table(&self) -> TableView {
        let mut rows = Vec::new();
        for criterion in self.slope.criteria() {
            let words = responder_words(criterion, self.slope.method, self.slope.missing);
            for (line, (place, arm)) in self.arms().enumerate() {
                let head = if line == 0 {
                    self.criterion_label(criterion).replace("better by at least ", "≥ ")
                } else {
                    String::new()
                };
                let mut cells = vec![Cell::head(head), Cell::arm(arm, hue(place))];
                cells.extend(self.responder_cells(arm, &words, place == 0));
                rows.push(cells);
            }
        }
        let all: Vec<String> = self
            .slope
            .criteria()
            .into_iter()
            .filter_map(|criterion| {
                let words = responder_words(criterion, self.slope.method, self.slope.missing);
                let row = self.row(AnalysisId::Responder, Term::ArmTest, None, &words)?;
                Some(format!("{} {}", self.criterion_label(criterion), format_p_equation(row.p_value?)))
            })
            .collect();
        let all = if all.is_empty() { String::new() } else { format!(" All arms at once, χ²: {}.", all.join("; ")) };
        TableView {
            title: format!("Responders: {}, {}", self.slope.method.words(), self.slope.missing.words()),
            columns: self.responder_columns(&["Slope", "Arm"]),
            rows,
            footnote: Some(format!(
                "χ² by Pearson, without Yates’s correction. The rule is the one that published responder tables follow: χ² unless an expected count is below 5, then Fisher (F). Intervals: shares by Wilson, differences by Newcombe, odds ratios by Woolf; an odds ratio with an empty cell has none.{all}"
            )),
            ..TableView::default()
        }
    }

    pub(super) fn responder_ways_table(&self) -> Option<TableView> {
        let criterion = self.slope.primary_criterion();
        let mut rows = Vec::new();
        for method in SlopeMethod::ALL {
            for missing in MissingRule::ALL {
                let words = responder_words(criterion, method, missing);
                for (line, (place, arm)) in self.arms().enumerate() {
                    let text = |text: &str| if line == 0 { capitalised(text) } else { String::new() };
                    let mut cells = vec![
                        Cell::head(text(method.words())),
                        Cell::text(text(missing.words())),
                        Cell::arm(arm, hue(place)),
                    ];
                    // The p-value by the rule alone: the other two stand in the table above.
                    let found = self.responder_cells(arm, &words, place == 0);
                    let both = found.len().saturating_sub(3)..found.len().saturating_sub(1);
                    cells.extend(
                        found.into_iter().enumerate().filter(|(at, _)| !both.contains(at)).map(|(_, cell)| cell),
                    );
                    rows.push(cells);
                }
            }
        }
        let mut columns = self.responder_columns(&["Slopes", "Missing", "Arm"]);
        columns.retain(|column| column.label != "p, χ²" && column.label != "p, Fisher");
        (!rows.is_empty()).then(|| TableView {
            title: format!("{} by each way of counting", capitalised(&self.criterion_label(criterion))),
            columns,
            rows,
            footnote: Some(
                "Missing as no response: everyone of the arm is counted, who cannot be judged as no responder."
                    .to_owned(),
            ),
            ..TableView::default()
        })
    }

    pub(super) fn regression_table(&self) -> TableView {
        let level = self.level();
        let with_interval = |row: Option<&Finding>| {
            let text = row.and_then(|row| {
                let estimate = format_fixed(row.estimate?, 2);
                let interval = row.conf_low.zip(row.conf_high);
                Some(match interval {
                    Some((low, high)) => format!("{estimate} ({})", format_interval(low, high, 2)),
                    None => estimate,
                })
            });
            text.map_or_else(Cell::absent, Cell::text)
        };
        let rows = self
            .arms()
            .map(|(place, arm)| {
                let line = self.described(Term::ChangeOnLeadIn, arm);
                vec![
                    Cell::arm(arm, hue(place)),
                    line.and_then(|row| row.n).map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                    with_interval(line),
                    with_interval(self.described(Term::Pearson, arm)),
                ]
            })
            .collect();
        TableView {
            title: "Regression to the mean".to_owned(),
            columns: vec![
                ColumnView::text("Arm"),
                ColumnView::number("n"),
                ColumnView::number(format!("Change in slope for each unit of lead-in slope ({level} CI)")),
                ColumnView::number(format!("Correlation ({level} CI)")),
            ],
            rows,
            footnote: Some("Were each lead-in slope known without error and kept, the line would be flat (0); were the lead-in slope nothing but noise, it would fall by 1 (−1). In between it is minus the share of the lead-in slopes’ spread that does not last; beyond −1, who was fast before is slower than the others afterwards. There is no p-value: the change holds the lead-in slope with a minus sign, so a relation is there by construction.".to_owned()),
            ..TableView::default()
        }
    }

    pub(super) fn judged_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(
            ["People", "Judged by percentage", "No slope after", "No slope before", "No decline before"]
                .map(ColumnView::number),
        );
        let rows = self
            .arms()
            .map(|(place, arm)| {
                let count = |term: Term| {
                    let row = self.row(AnalysisId::Responder, term, Some(arm), self.slope.method.words());
                    row.and_then(|row| row.estimate).unwrap_or(0.0)
                };
                let of = self.detail.arm_sizes.get(place).copied().unwrap_or(0) as f64;
                let lost = [Term::WithoutFollowUp, Term::WithoutLeadIn, Term::WithoutDecline].map(count);
                let judged = of - lost.iter().sum::<f64>();
                let numbers = [of, judged].into_iter().chain(lost).map(|count| Cell::text(format_fixed(count, 0)));
                std::iter::once(Cell::arm(arm, hue(place))).chain(numbers).collect()
            })
            .collect();
        TableView {
            title: "Who can be judged".to_owned(),
            columns,
            rows,
            footnote: Some(format!(
                "Without a decline before the start a percentage of it has no meaning; the threshold in {} still has.",
                self.rate()
            )),
            ..TableView::default()
        }
    }
}

fn difference_cells(row: Option<&Finding>) -> Vec<Cell> {
    let Some(row) = row else { return (0..5).map(|_| Cell::absent()).collect() };
    let fixed = |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2)));
    vec![
        row.estimate.map_or_else(Cell::absent, |value| Cell::strong(format_fixed(value, 2))),
        fixed(row.std_error),
        row.conf_low
            .zip(row.conf_high)
            .map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
        row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}
