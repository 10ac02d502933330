//! The Patients page.

use super::Overview;
use super::axis::round_axis;
use super::change::{capitalised, hue};
use super::figure::{Figure, Forest, ForestRow, StackBar, StackPanel, StackPart, StackedBars};
use super::label::{joined, month_phrase, outcome_label, time_heading, time_number};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p, format_p_equation, format_signed, plural};
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::patients::{BaselineVariable, PROGRESSION_RATE, PatientsDetail, PatientsPlan, class_key};
use crate::analysis::visit_window::BaselineRule;
use crate::analysis::{AnalysisId, Answer, EVERYONE, Finding, Plan, Term};
use crate::order;
use crate::trial::TimeUnit;

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

/// More rows than this make no figure that can be read: the furthest apart are drawn.
const MOST_FIGURE_ROWS: usize = 40;

/// From best to worst; the first is seen.
const LEVELS: [(Term, &str); 4] = [
    (Term::Seen, "Seen"),
    (Term::Missed, "Missed, seen later"),
    (Term::Withdrawn, "No later visit"),
    (Term::Died, "Died"),
];

/// What the page needs besides the answer.
pub struct PatientsView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub patients: &'a PatientsPlan,
    pub answer: &'a Answer,
    pub detail: &'a PatientsDetail,
}

/// A baseline row's key in words: "ALSFRS-R total, lead-in slope", "onset site: limb".
pub fn baseline_label(key: &str) -> String {
    if let Some((variable, class)) = key.split_once(" = ") {
        return format!("{}: {class}", outcome_label(variable));
    }
    if key == PROGRESSION_RATE {
        return "points lost a month since onset (ΔFS)".to_owned();
    }
    match key.strip_suffix(", lead-in slope") {
        Some(outcome) => format!("{}, lead-in slope", outcome_label(outcome)),
        None => outcome_label(key),
    }
}

impl PatientsView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.patients.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn month(&self) -> f64 {
        self.patients.visits.primary_month
    }

    fn at(&self) -> String {
        month_phrase(self.month(), self.time_unit())
    }

    fn flow(&self, term: Term, group: &str, at: Option<f64>) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == AnalysisId::PopulationFlow
                && row.term == term
                && row.at == at
                && row.group.as_deref() == Some(group)
        })
    }

    fn count(&self, term: Term, group: &str, at: Option<f64>) -> f64 {
        self.flow(term, group, at).and_then(|row| row.estimate).unwrap_or(0.0)
    }

    /// `at` tells a column of the subjects file from an outcome of its name.
    fn baseline(&self, key: &str, at: Option<f64>, term: Term, group: Option<&str>) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == AnalysisId::PopulationBaseline
                && row.term == term
                && row.outcome == key
                && row.at == at
                && row.group.as_deref() == group
        })
    }

    fn differences(&self) -> impl Iterator<Item = &Finding> {
        self.answer
            .rows
            .iter()
            .filter(|row| row.analysis == AnalysisId::PopulationBaseline && row.term == Term::StandardisedDifference)
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    /// Treated arms first, then the control, each with its place.
    fn arms(&self) -> impl Iterator<Item = (usize, &String)> {
        let arms = self.detail.arm_names.iter().enumerate();
        arms.clone().skip(1).chain(arms.take(1))
    }

    fn everyone(&self) -> usize {
        self.detail.arm_sizes.iter().sum()
    }

    pub fn page(&self) -> ResultPage {
        let mut figures = vec![self.flow_figure()];
        figures.extend(self.difference_figure());
        let mut tables = vec![self.flow_table(), self.set_table()];
        tables.extend(self.seen_table());
        tables.push(self.baseline_table());
        ResultPage {
            kicker: format!(
                "Patients · {} · who was seen, and whether the arms were alike",
                outcome_label(&self.patients.visits.outcome)
            ),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let month = Some(self.month());
        let seen: f64 = self.detail.arm_names.iter().map(|arm| self.count(Term::Seen, arm, month)).sum();
        let told: Vec<String> = self
            .arms()
            .map(|(place, arm)| {
                let of = self.detail.arm_sizes.get(place).copied().unwrap_or(0);
                format!("{} of {of} in {arm}", format_fixed(self.count(Term::Seen, arm, month), 0))
            })
            .collect();
        let end = match self.detail.arm_names.len() {
            2..=MOST_ARMS_TOLD => format!(" were seen: {}.", joined(&told)),
            _ => " were seen.".to_owned(),
        };
        vec![
            Phrase::plain(format!("{} ", capitalised(&format!("at {}", self.at())))),
            Phrase::strong(format!("{} of {} people", format_fixed(seen, 0), self.everyone())),
            Phrase::plain(end),
        ]
    }

    fn subline(&self) -> String {
        let month = Some(self.month());
        let total = |term: Term| -> f64 { self.detail.arm_names.iter().map(|arm| self.count(term, arm, month)).sum() };
        let why: Vec<String> = [
            (Term::Died, "had died"),
            (Term::Withdrawn, "had no later visit"),
            (Term::Missed, "missed it and came later"),
        ]
        .into_iter()
        .map(|(term, why)| (total(term), why))
        .filter(|(count, _)| *count > 0.0)
        .map(|(count, why)| format!("{} {why}", format_fixed(count, 0)))
        .collect();
        let mut line = if why.is_empty() { String::new() } else { format!("Of the others {}.", joined(&why)) };
        let size = |row: &&Finding| row.estimate.unwrap_or(0.0).abs();
        if let Some(furthest) = self.differences().max_by(|a, b| size(a).total_cmp(&size(b))) {
            let arm = furthest.group.as_deref().unwrap_or_default();
            line.push_str(&format!(
                " At baseline {arm} and {} differ most in {}: {} standard deviations.",
                self.control(),
                baseline_label(&furthest.outcome),
                format_fixed(furthest.estimate.unwrap_or(0.0), 2)
            ));
        }
        line.trim().to_owned()
    }

    fn flow_figure(&self) -> FigureView {
        let unit = self.time_unit();
        let panels = self
            .detail
            .arm_names
            .iter()
            .zip(&self.detail.arm_sizes)
            .enumerate()
            .map(|(place, (arm, size))| StackPanel {
                title: arm.clone(),
                hue: hue(place),
                bars: self
                    .patients
                    .visits
                    .target_months
                    .iter()
                    .map(|&month| StackBar {
                        label: time_number(month, unit),
                        count: size.to_string(),
                        parts: LEVELS
                            .iter()
                            .enumerate()
                            .map(|(level, (term, name))| {
                                let count = self.count(*term, arm, Some(month));
                                StackPart {
                                    level: Some(level),
                                    share: count / (*size).max(1) as f64,
                                    text: if count > 0.0 { format_fixed(count, 0) } else { String::new() },
                                    hint: format!(
                                        "{arm}, {}: {}, {} of {size}",
                                        month_phrase(month, unit),
                                        name.to_lowercase(),
                                        format_fixed(count, 0)
                                    ),
                                }
                            })
                            .collect(),
                    })
                    .collect(),
            })
            .collect();
        let described: Vec<String> = self
            .arms()
            .map(|(place, arm)| {
                let count = |term: Term| format_fixed(self.count(term, arm, Some(self.month())), 0);
                format!(
                    "of {} in {arm} {} were seen, {} missed it, {} had no later visit and {} had died",
                    self.detail.arm_sizes.get(place).copied().unwrap_or(0),
                    count(Term::Seen),
                    count(Term::Missed),
                    count(Term::Withdrawn),
                    count(Term::Died)
                )
            })
            .collect();
        FigureView {
            key: "flow",
            title: "Who was seen, and why the others were not".to_owned(),
            aside: "share of the arm".to_owned(),
            description: format!("Shares of each arm over time. At {}: {}.", self.at(), described.join("; ")),
            figure: Figure::StackedBars(StackedBars {
                x_label: format!("{} from baseline", capitalised(unit.many())),
                y_label: "Share of the arm".to_owned(),
                levels: LEVELS.iter().map(|(_, name)| (*name).to_owned()).collect(),
                unknown_level: String::new(),
                panels,
            }),
        }
    }

    fn difference_figure(&self) -> Option<FigureView> {
        let mut found: Vec<&Finding> = self.differences().collect();
        if found.is_empty() {
            return None;
        }
        let size = |row: &Finding| row.estimate.unwrap_or(0.0).abs();
        let all = found.len();
        order::sort_by(&mut found, |a: &&Finding, b: &&Finding| size(b).total_cmp(&size(a)));
        found.truncate(MOST_FIGURE_ROWS);
        let several = self.treated().len() > 1;
        let rows: Vec<ForestRow> = found
            .iter()
            .map(|row| {
                let arm = row.group.as_deref().unwrap_or_default();
                let label = capitalised(&baseline_label(&row.outcome));
                let estimate = format_signed(row.estimate.unwrap_or(0.0), 2);
                ForestRow {
                    label: if several { format!("{label}, {arm}") } else { label.clone() },
                    detail: estimate.clone(),
                    hue: hue(self.detail.arm_names.iter().position(|name| name == arm).unwrap_or(1)),
                    estimate: row.estimate,
                    low: None,
                    high: None,
                    is_emphasised: size(row) > 0.2,
                    hint: format!("{label}, {arm} less {}: {estimate} standard deviations", self.control()),
                    ..ForestRow::default()
                }
            })
            .collect();
        let reach = found.iter().map(|row| size(row)).fold(0.25, f64::max);
        let above = |limit: f64| self.differences().filter(|row| size(row) > limit).count();
        let aside = if all > rows.len() {
            format!("the {} furthest apart of {all}", rows.len())
        } else {
            "furthest apart first".to_owned()
        };
        Some(FigureView {
            key: "baseline-differences",
            title: "How unlike the arms are at baseline".to_owned(),
            aside,
            description: format!(
                "Standardised differences from {} at baseline, a point each. {} of {all} are further than 0.1 from zero, {} further than 0.2.",
                self.control(),
                above(0.1),
                above(0.2)
            ),
            figure: Figure::Forest(Forest {
                x: round_axis(format!("Difference from {} in standard deviations", self.control()), -reach, reach, 6),
                reference_x: Some(0.0),
                rows,
                ..Forest::default()
            }),
        })
    }

    fn flow_table(&self) -> TableView {
        let unit = self.time_unit();
        let mut columns =
            vec![ColumnView::text(time_heading(unit)), ColumnView::text("Arm"), ColumnView::number("People")];
        columns.extend(LEVELS.iter().map(|(_, name)| ColumnView::number(*name)));
        columns.push(ColumnView::number("Seen, %"));
        let mut rows = Vec::new();
        for &month in &self.patients.visits.target_months {
            for (line, (place, arm)) in self.arms().enumerate() {
                let size = self.detail.arm_sizes.get(place).copied().unwrap_or(0);
                let head = if line == 0 { time_number(month, unit) } else { String::new() };
                let mut cells = vec![Cell::head(head), Cell::arm(arm, hue(place)), Cell::text(size.to_string())];
                for (term, _) in LEVELS {
                    let text = format_fixed(self.count(term, arm, Some(month)), 0);
                    cells.push(if term == Term::Seen { Cell::strong(text) } else { Cell::text(text) });
                }
                let seen = self.count(Term::Seen, arm, Some(month));
                cells.push(if size == 0 {
                    Cell::absent()
                } else {
                    Cell::text(format_fixed(100.0 * seen / size as f64, 0))
                });
                rows.push(cells);
            }
        }
        TableView {
            title: format!("Visits of {} by arm", outcome_label(&self.patients.visits.outcome)),
            columns,
            rows,
            footnote: Some("Missed: no visit in the window, but a later one. No later visit: neither then nor later, and no death up to then; withdrawn, lost, or the files end.".to_owned()),
            ..TableView::default()
        }
    }

    fn set_table(&self) -> TableView {
        let terms = [
            Term::InFiles,
            Term::InSet,
            Term::WithBaseline,
            Term::SeenAlways,
            Term::MonotoneLoss,
            Term::IntermittentLoss,
        ];
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(
            [
                "In the files",
                "In the analysis set",
                "With a baseline",
                "Seen each time",
                "Seen up to a visit",
                "With gaps",
            ]
            .map(ColumnView::number),
        );
        let rows = self
            .arms()
            .map(|(place, arm)| {
                let counts = terms.map(|term| Cell::text(format_fixed(self.count(term, arm, None), 0)));
                std::iter::once(Cell::arm(arm, hue(place))).chain(counts).collect()
            })
            .collect();
        TableView {
            title: "From the files to the visits".to_owned(),
            columns,
            rows,
            footnote: Some("Seen up to a visit: none missed before the last one (monotone), or never seen at these visits. With gaps: seen again after a visit without them (intermittent). Methods for repeated measures take both; carrying the last value forward is apt for neither.".to_owned()),
            ..TableView::default()
        }
    }

    fn seen_table(&self) -> Option<TableView> {
        let month = Some(self.month());
        let level = format_level(self.plan.confidence_level);
        let rows: Vec<Vec<Cell>> = self
            .treated()
            .iter()
            .enumerate()
            .filter_map(|(index, arm)| {
                let row = self.flow(Term::RiskDifference, arm, month)?;
                let percent = |value: f64| format_fixed(100.0 * value, 1);
                Some(vec![
                    Cell::arm(arm, hue(index + 1)),
                    row.n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
                    row.estimate.map_or_else(Cell::absent, |value| Cell::strong(percent(value))),
                    row.conf_low.zip(row.conf_high).map_or_else(Cell::absent, |(low, high)| {
                        Cell::text(format_interval(100.0 * low, 100.0 * high, 1))
                    }),
                    row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
                ])
            })
            .collect();
        let all =
            self.answer.rows.iter().find(|row| row.analysis == AnalysisId::PopulationFlow && row.term == Term::ArmTest);
        let all = all.and_then(|row| {
            Some(format!(
                " All arms at once: χ² = {} on {} df, {}.",
                format_fixed(row.statistic?, 2),
                format_fixed(row.df?, 0),
                format_p_equation(row.p_value?)
            ))
        });
        (!rows.is_empty()).then(|| TableView {
            title: format!("Shares seen at {}", self.at()),
            columns: vec![
                ColumnView::text("Arm"),
                ColumnView::number("n"),
                ColumnView::number("Difference, percentage points"),
                ColumnView::number(format!("{level} CI")),
                ColumnView::number("p"),
            ],
            rows,
            footnote: Some(format!(
                "Share seen in the arm minus share seen in {}; interval by Newcombe, p by Fisher’s exact test. A large p does not show that those who were lost were like those who stayed.{}",
                self.control(),
                all.unwrap_or_default()
            )),
            ..TableView::default()
        })
    }

    fn baseline_table(&self) -> TableView {
        let has_all = self.detail.arm_names.len() > 1;
        let mut columns = vec![ColumnView::text("Characteristic")];
        columns.extend(self.arms().map(|(place, arm)| {
            ColumnView::number(format!("{arm}, n = {}", self.detail.arm_sizes.get(place).copied().unwrap_or(0)))
        }));
        if has_all {
            columns.push(ColumnView::number(format!("All, n = {}", self.everyone())));
        }
        columns.extend(self.treated().iter().map(|arm| {
            let label = if self.treated().len() > 1 { format!("Std. diff., {arm}") } else { "Std. diff.".to_owned() };
            ColumnView::number(label)
        }));
        let mut rows = Vec::new();
        for variable in &self.detail.variables {
            if variable.classes.is_empty() {
                self.number_lines(variable, &mut rows);
            } else {
                self.class_lines(variable, &mut rows);
            }
        }
        let alone = self.detail.arm_names.first().is_some_and(|arm| arm == EVERYONE);
        let note = if self.treated().is_empty() {
            if alone { "The files name no arm, so nothing is compared." } else { "One arm: nothing is compared." }
                .to_owned()
        } else {
            format!(
                "Std. diff.: the arm minus {}, in standard deviations (Austin 2009); † above 0.1, ‡ above 0.2, either way. There are no p-values: in a randomised trial each difference at baseline is chance, so a test of it asks what is known, and small trials hide large differences behind large p-values (CONSORT 2010, item 15).",
                self.control()
            )
        };
        TableView { title: "At baseline".to_owned(), columns, rows, footnote: Some(note), ..TableView::default() }
    }

    /// Arms in their order, then all together where there are several.
    fn groups(&self) -> Vec<Option<&str>> {
        let arms = self.arms().map(|(_, arm)| Some(arm.as_str()));
        arms.chain((self.detail.arm_names.len() > 1).then_some(None)).collect()
    }

    fn line(&self, head: Cell, cell: &dyn Fn(Option<&str>) -> Cell, key: Option<(&str, Option<f64>)>) -> Vec<Cell> {
        let mut cells = vec![head];
        cells.extend(self.groups().into_iter().map(cell));
        cells.extend(self.treated().iter().map(|arm| {
            let Some((key, at)) = key else { return Cell::default() };
            let row = self.baseline(key, at, Term::StandardisedDifference, Some(arm));
            row.and_then(|row| row.estimate).map_or_else(Cell::absent, |difference| {
                let text = format_fixed(difference, 2);
                if difference.abs() > 0.2 {
                    Cell::strong(format!("{text} ‡"))
                } else if difference.abs() > 0.1 {
                    Cell::text(format!("{text} †"))
                } else {
                    Cell::text(text)
                }
            })
        }));
        cells
    }

    fn number_lines(&self, variable: &BaselineVariable, rows: &mut Vec<Vec<Cell>>) {
        let key = &variable.key;
        let value =
            |term: Term, group: Option<&str>| self.baseline(key, variable.at, term, group).and_then(|row| row.estimate);
        let spread = self.groups().last().and_then(|group| value(Term::Sd, *group)).unwrap_or(1.0);
        let decimals = if spread >= 1.0 { 1 } else { 2 };
        let label = capitalised(&baseline_label(key));
        let mean = |group: Option<&str>| match (value(Term::Mean, group), value(Term::Sd, group)) {
            (Some(mean), Some(sd)) => {
                Cell::text(format!("{} ({})", format_fixed(mean, decimals), format_fixed(sd, decimals)))
            }
            (Some(mean), None) => Cell::text(format_fixed(mean, decimals)),
            _ => Cell::absent(),
        };
        rows.push(self.line(Cell::head(format!("{label}, mean (SD)")), &mean, Some((key, variable.at))));
        let median = |group: Option<&str>| {
            let quartiles = value(Term::LowerQuartile, group).zip(value(Term::UpperQuartile, group));
            match value(Term::Median, group).zip(quartiles) {
                Some((median, (low, high))) => {
                    Cell::text(format!("{} [{}]", format_fixed(median, decimals), format_interval(low, high, decimals)))
                }
                None => Cell::absent(),
            }
        };
        rows.push(self.line(Cell::text("median [quartiles]"), &median, None));
        self.missing_line(variable, rows);
    }

    fn class_lines(&self, variable: &BaselineVariable, rows: &mut Vec<Vec<Cell>>) {
        let label = capitalised(&baseline_label(&variable.key));
        rows.push(self.line(Cell::head(format!("{label}, n (%)")), &|_| Cell::default(), None));
        for (place, class) in variable.classes.iter().enumerate() {
            let key = class_key(&variable.key, class);
            let cell = |group: Option<&str>| {
                let count = self.baseline(&key, variable.at, Term::Count, group).and_then(|row| row.estimate);
                let share = self.baseline(&key, variable.at, Term::Share, group).and_then(|row| row.estimate);
                match (count, share) {
                    (Some(count), Some(share)) => {
                        Cell::text(format!("{} ({})", format_fixed(count, 0), format_fixed(100.0 * share, 0)))
                    }
                    _ => Cell::absent(),
                }
            };
            let has_difference = variable.classes.len() != 2 || place == 0;
            rows.push(self.line(Cell::text(class), &cell, has_difference.then_some((key.as_str(), variable.at))));
        }
        self.missing_line(variable, rows);
    }

    fn missing_line(&self, variable: &BaselineVariable, rows: &mut Vec<Vec<Cell>>) {
        let missing = |group: Option<&str>| {
            self.baseline(&variable.key, variable.at, Term::Missing, group).and_then(|row| row.estimate).unwrap_or(0.0)
        };
        if self.groups().into_iter().any(|group| missing(group) > 0.0) {
            let cell = |group: Option<&str>| Cell::text(format_fixed(missing(group), 0));
            rows.push(self.line(Cell::text("missing, n"), &cell, None));
        }
    }

    fn method(&self) -> Vec<String> {
        let unit = self.time_unit();
        let window = format!(
            "{} {}",
            super::number::format_significant(unit.from_months(self.patients.visits.window_months), 3),
            unit.many()
        );
        let baseline = match self.patients.visits.baseline {
            BaselineRule::LastAtOrBeforeStart => {
                format!("the last visit at or before the start, no more than {window} before it")
            }
            BaselineRule::NearestStart => format!("the visit nearest the start, within {window}"),
        };
        let deaths = match &self.patients.endpoint {
            Some(endpoint) => format!("the event “{endpoint}” came at or before the target {}", unit.one()),
            None => "told by no file that was chosen".to_owned(),
        };
        let set = match &self.plan.analysis_set {
            Some(set) => format!("Who has an arm and a yes in “{set}” is counted"),
            None => "Everyone with an arm is counted".to_owned(),
        };
        vec![
            format!(
                "{set}. Seen: a visit of {} within {window} of the target {}. Not seen is sorted in this order: died ({deaths}); missed (a later visit exists); no later visit. Times in the survival file are taken to count from the same day as the visits.",
                outcome_label(&self.patients.visits.outcome),
                unit.one()
            ),
            format!(
                "Baseline is {baseline}. Quartiles are R’s type 7 (Hyndman and Fan 1996). The standardised difference is the difference of means over the root of the mean of the two variances; for shares the variance is p(1 − p), a class each, of two classes the first. By chance alone it scatters by about √(1/n₁ + 1/n₂): {}.",
                self.scatter()
            ),
            "Checked against R 4.2.2 (quantile, fisher.test, prop.test) on the demo trial and on data sets that the program was not tuned to; docs/VALIDATION.md has the figures.".to_owned(),
        ]
    }

    fn scatter(&self) -> String {
        let control = self.detail.arm_sizes.first().copied().unwrap_or(0);
        let told: Vec<String> = self
            .treated()
            .iter()
            .zip(self.detail.arm_sizes.iter().skip(1))
            .filter(|(_, size)| **size > 0 && control > 0)
            .map(|(arm, size)| {
                format!("{} for {arm}", format_fixed((1.0 / *size as f64 + 1.0 / control as f64).sqrt(), 2))
            })
            .collect();
        if told.is_empty() {
            let people = plural(self.everyone(), "person", "people");
            format!("here nothing is compared among {} {people}", self.everyone())
        } else {
            joined(&told)
        }
    }
}
