//! The page of competing events.

use super::axis::fitted_axis;
use super::change::{capitalised, hue};
use super::figure::{Axis, CountRow, CountRows, Figure, IntervalPoint, StepCurve, SurvivalCurves, Tick, XMark};
use super::label::{joined, month_phrase, outcome_label, time_number};
use super::note::doubt_sentences;
use super::number::{
    format_df, format_fixed, format_interval, format_level, format_p, format_p_equation, format_signed, plural,
};
use super::overview::Overview;
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::competing::{ArmCurves, CompetingDetail, CompetingPlan, CurvePoint};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More steps than this in one curve are thinned for drawing; the findings keep all.
const MOST_STEPS: usize = 1500;

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

pub struct CompetingView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub competing: &'a CompetingPlan,
    pub answer: &'a Answer,
    pub detail: &'a CompetingDetail,
}

impl CompetingView<'_> {
    pub fn page(&self) -> ResultPage {
        let mut figures = vec![self.interest_figure()];
        figures.extend(self.others().into_iter().enumerate().map(|(place, cause)| self.other_figure(place, cause)));
        let mut tables = vec![self.month_table()];
        tables.extend(self.comparison_table());
        tables.extend(self.test_table());
        tables.extend(self.sum_table());
        let mut doubts = doubt_sentences(&self.answer.notes, self.unit());
        doubts.push(format!(
            "People last seen without any of the events ({}) count as if they would have gone on like those who stayed. If people leave because they get worse, that does not hold, and no curve shows it.",
            self.censored()
        ));
        ResultPage {
            kicker: format!("Competing events · {} · cumulative incidence", outcome_label(&self.competing.interest)),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts,
            method: self.method(),
        }
    }

    fn unit(&self) -> TimeUnit {
        self.overview.endpoint(&self.competing.time.endpoint).map(|endpoint| endpoint.time_unit).unwrap_or_default()
    }

    fn interest(&self) -> usize {
        self.detail.causes.iter().position(|cause| *cause == self.competing.interest).unwrap_or_default()
    }

    fn others(&self) -> Vec<usize> {
        (0..self.detail.causes.len()).filter(|cause| *cause != self.interest()).collect()
    }

    fn cause(&self, cause: usize) -> &str {
        self.detail.causes.get(cause).map(String::as_str).unwrap_or_default()
    }

    /// Treated arms first, control last, as sentences name them.
    fn arms(&self) -> Vec<&ArmCurves> {
        let control = self.detail.arms.iter().filter(|arm| arm.place == 0);
        self.detail.arms.iter().filter(|arm| arm.place != 0).chain(control).collect()
    }

    fn treated(&self) -> Vec<&ArmCurves> {
        self.arms().into_iter().filter(|arm| arm.place != 0).collect()
    }

    fn row(&self, term: Term, outcome: &str, group: Option<&str>, at: Option<f64>) -> Option<&Finding> {
        self.answer
            .rows
            .iter()
            .find(|row| row.term == term && row.outcome == outcome && row.group.as_deref() == group && row.at == at)
    }

    /// Of all arms at once; of two arms it is the only one.
    fn gray(&self, cause: usize) -> Option<&Finding> {
        self.row(Term::GraysTest, self.cause(cause), None, None)
    }

    fn censored(&self) -> String {
        let name = self.competing.time.name();
        let counts: Vec<String> = self
            .arms()
            .iter()
            .filter_map(|arm| {
                let row = self.row(Term::Censored, &name, Some(&arm.arm), None)?;
                Some(format!("{} of {} in {}", format_fixed(row.estimate?, 0), row.n?, arm.arm))
            })
            .collect();
        joined(&counts)
    }

    fn share(&self, term: Term, cause: usize, arm: &str, month: f64) -> Option<f64> {
        self.row(term, self.cause(cause), Some(arm), Some(month))?.estimate
    }

    fn headline(&self) -> Vec<Phrase> {
        let event = outcome_label(&self.competing.interest);
        let told = self.detail.told_month.map(|month| {
            let shares: Vec<(String, String)> = self
                .arms()
                .iter()
                .filter_map(|arm| {
                    let share = self.share(Term::Incidence, self.interest(), &arm.arm, month)?;
                    Some((arm.arm.clone(), format!("{}%", format_fixed(100.0 * share, 0))))
                })
                .collect();
            (month, shares)
        });
        let Some((month, shares)) = told.filter(|(_, shares)| !shares.is_empty()) else {
            return vec![Phrase::plain(format!(
                "No arm was followed long enough to tell how many come to {event} by the chosen months."
            ))];
        };
        let at = month_phrase(month, self.unit());
        let test = self.gray(self.interest()).and_then(|row| row.p_value);
        let end = test.map_or_else(|| ".".to_owned(), |p| format!(" (Gray’s test {}).", format_p_equation(p)));
        if shares.len() > MOST_ARMS_TOLD {
            let verdict = match test {
                Some(p) if p < 1.0 - self.plan.confidence_level => "differ",
                Some(_) => "do not clearly differ",
                None => "were not compared",
            };
            return vec![
                Phrase::plain(format!("By {at} the arms ")),
                Phrase::strong(verdict),
                Phrase::plain(format!(" in {event}{end}")),
            ];
        }
        let mut phrases = vec![Phrase::plain(format!("By {at} the incidence of {event} is "))];
        let last = shares.len() - 1;
        for (place, (arm, share)) in shares.into_iter().enumerate() {
            let before = if place == 0 {
                ""
            } else if place == last {
                " and "
            } else {
                ", "
            };
            if !before.is_empty() {
                phrases.push(Phrase::plain(before));
            }
            phrases.push(Phrase::strong(share));
            phrases.push(Phrase::plain(format!(" in {arm}")));
        }
        phrases.push(Phrase::plain(end));
        phrases
    }

    fn subline(&self) -> String {
        let counts: Vec<String> = (0..self.detail.causes.len())
            .map(|cause| {
                let of_arms: Vec<String> = self
                    .arms()
                    .iter()
                    .filter_map(|arm| {
                        let row = self.row(Term::Events, self.cause(cause), Some(&arm.arm), None)?;
                        Some(format!("{} of {} in {}", format_fixed(row.estimate?, 0), row.n?, arm.arm))
                    })
                    .collect();
                format!("{} first: {}", outcome_label(self.cause(cause)), joined(&of_arms))
            })
            .collect();
        let p = self.gray(self.interest()).and_then(|row| row.p_value);
        let caution = if p.is_some_and(|p| p >= 1.0 - self.plan.confidence_level) {
            " The absence of a clear difference does not show that there is none."
        } else {
            ""
        };
        format!("{}.{caution}", capitalised(&counts.join("; ")))
    }

    fn interval_cell(row: Option<&Finding>, scale: f64, decimals: usize) -> Cell {
        let interval = row.and_then(|row| row.conf_low.zip(row.conf_high));
        interval
            .map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(scale * low, scale * high, decimals)))
    }

    /// The event of interest by month: what is true of it, and what one minus Kaplan-Meier makes of it.
    fn month_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let cause = self.interest();
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::number(self.unit().heading())];
        columns.extend(
            ["Incidence, %".to_owned(), format!("{level} CI"), "1 − Kaplan-Meier, %".to_owned()]
                .map(ColumnView::number),
        );
        columns.extend(["Too high by, points", "Free of all events, %"].map(ColumnView::number));
        let name = self.competing.time.name();
        let mut rows = Vec::new();
        for arm in self.arms() {
            for &month in &self.competing.months {
                let row = self.row(Term::Incidence, self.cause(cause), Some(&arm.arm), Some(month));
                let naive = self.share(Term::NaiveIncidence, cause, &arm.arm, month);
                let free = self.row(Term::Survival, &name, Some(&arm.arm), Some(month)).and_then(|row| row.estimate);
                let share = row.and_then(|row| row.estimate);
                let percent = |share: Option<f64>| {
                    share.map_or_else(Cell::absent, |share| Cell::text(format_fixed(100.0 * share, 1)))
                };
                rows.push(vec![
                    Cell::arm(&arm.arm, hue(arm.place)),
                    Cell::text(time_number(month, self.unit())),
                    share.map_or_else(Cell::absent, |share| Cell::strong(format_fixed(100.0 * share, 1))),
                    Self::interval_cell(row, 100.0, 1),
                    percent(naive),
                    percent(naive.zip(share).map(|(naive, share)| naive - share)),
                    percent(free),
                ]);
            }
        }
        TableView {
            title: format!("{} by month", capitalised(&outcome_label(&self.competing.interest))),
            columns,
            rows,
            footnote: Some(
                "1 − Kaplan-Meier, with the other events as censorings, is what is often published; it answers what would be if nobody had another event."
                    .into(),
            ),
            ..TableView::default()
        }
    }

    fn comparison_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut rows = Vec::new();
        for cause in std::iter::once(self.interest()).chain(self.others()) {
            for arm in self.treated() {
                for &month in &self.competing.months {
                    let found = self.row(Term::IncidenceDifference, self.cause(cause), Some(&arm.arm), Some(month));
                    let Some(row) = found else { continue };
                    rows.push(vec![
                        Cell::arm(row.contrast.clone().unwrap_or_default(), hue(arm.place)),
                        Cell::text(outcome_label(self.cause(cause))),
                        Cell::text(time_number(month, self.unit())),
                        row.estimate.map_or_else(Cell::absent, |value| Cell::strong(format_signed(100.0 * value, 1))),
                        Self::interval_cell(Some(row), 100.0, 1),
                        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
                    ]);
                }
            }
        }
        let mut columns = vec![ColumnView::text("Arms"), ColumnView::text("Event")];
        columns.push(ColumnView::number(self.unit().heading()));
        columns
            .extend(["Difference, points".to_owned(), format!("{level} CI"), "p".to_owned()].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "Difference of incidence, arm minus control".into(),
            columns,
            rows,
            footnote: Some("At one month each, not adjusted for their number. Where one of the arms has had no such event yet there is no interval.".into()),
            ..TableView::default()
        })
    }

    /// Gray's test beside the hazard ratio: each event's own.
    fn test_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut rows = Vec::new();
        let text = |value: Option<String>| value.map_or_else(Cell::absent, Cell::text);
        for cause in std::iter::once(self.interest()).chain(self.others()) {
            let mut push = |head: Cell, gray: Option<&Finding>, hazard: Option<&Finding>| {
                rows.push(vec![
                    Cell::head(outcome_label(self.cause(cause))),
                    head,
                    text(gray.and_then(|row| row.statistic).map(|chi| format_fixed(chi, 2))),
                    text(gray.and_then(|row| row.df).map(format_df)),
                    text(gray.and_then(|row| row.p_value).map(format_p)),
                    text(hazard.and_then(|row| row.estimate).map(|ratio| format_fixed(ratio, 2))),
                    Self::interval_cell(hazard, 1.0, 2),
                    text(hazard.and_then(|row| row.p_value).map(format_p)),
                ]);
            };
            let hazard = |arm: &str| self.row(Term::CauseSpecificHazardRatio, self.cause(cause), Some(arm), None);
            let overall = self.gray(cause);
            match self.treated().as_slice() {
                [arm] => {
                    if overall.is_some() || hazard(&arm.arm).is_some() {
                        push(Cell::text(self.contrast(arm)), overall, hazard(&arm.arm));
                    }
                }
                treated => {
                    if overall.is_some() {
                        push(Cell::text("All arms"), overall, None);
                    }
                    for arm in treated {
                        let gray = self.row(Term::GraysTest, self.cause(cause), Some(&arm.arm), None);
                        if gray.is_some() || hazard(&arm.arm).is_some() {
                            push(Cell::text(self.contrast(arm)), gray, hazard(&arm.arm));
                        }
                    }
                }
            }
        }
        let mut columns = vec![ColumnView::text("Event"), ColumnView::text("Arms")];
        let numbers = ["Gray’s χ²", "df", "p", "Cause-specific hazard ratio"].map(str::to_owned);
        columns.extend(numbers.into_iter().chain([format!("{level} CI"), "p".to_owned()]).map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "Tests by event".into(),
            columns,
            rows,
            footnote: Some(
                "Gray’s test: does the share that comes to the event differ? Cause-specific hazard ratio: how fast does it come to those still free of all events? The first also moves when only the other event does."
                    .into(),
            ),
            ..TableView::default()
        })
    }

    fn contrast(&self, arm: &ArmCurves) -> String {
        let control = self.detail.arms.iter().find(|arm| arm.place == 0).map(|arm| arm.arm.as_str());
        format!("{} − {}", arm.arm, control.unwrap_or_default())
    }

    /// All events at the month of the headline, which with those free of all make a hundred.
    fn sum_table(&self) -> Option<TableView> {
        let month = self.detail.told_month?;
        let level = format_level(self.plan.confidence_level);
        let name = self.competing.time.name();
        let mut rows = Vec::new();
        for arm in self.arms() {
            let causes = (0..self.detail.causes.len()).map(|cause| {
                let row = self.row(Term::Incidence, self.cause(cause), Some(&arm.arm), Some(month));
                let events = self.row(Term::Events, self.cause(cause), Some(&arm.arm), None);
                (outcome_label(self.cause(cause)), row, events)
            });
            let free = self.row(Term::Survival, &name, Some(&arm.arm), Some(month));
            let censored = self.row(Term::Censored, &name, Some(&arm.arm), None);
            for (event, row, people) in causes.chain([("none of them".to_owned(), free, censored)]) {
                rows.push(vec![
                    Cell::arm(&arm.arm, hue(arm.place)),
                    Cell::text(event),
                    people
                        .and_then(|row| row.estimate)
                        .map_or_else(Cell::absent, |people| Cell::text(format_fixed(people, 0))),
                    row.and_then(|row| row.estimate)
                        .map_or_else(Cell::absent, |share| Cell::text(format_fixed(100.0 * share, 1))),
                    Self::interval_cell(row, 100.0, 1),
                ]);
            }
        }
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::text("First event")];
        columns.push(ColumnView::number("People, whole follow-up"));
        columns.push(ColumnView::number(format!("By {}, %", month_phrase(month, self.unit()))));
        columns.push(ColumnView::number(format!("{level} CI")));
        Some(TableView {
            title: "Every event, and none".into(),
            columns,
            rows,
            footnote: Some("The shares of an arm add up to 100%: each person has one first event or none.".into()),
            ..TableView::default()
        })
    }

    fn interest_figure(&self) -> FigureView {
        let cause = self.interest();
        let event = outcome_label(self.cause(cause));
        let told: Vec<String> = self
            .arms()
            .iter()
            .map(|arm| {
                let end = |curves: &[Vec<CurvePoint>]| {
                    curves.get(cause).and_then(|points| points.last()).map_or(0.0, |point| point.share)
                };
                format!(
                    "{}% in {} (1 − Kaplan-Meier {}%)",
                    format_fixed(100.0 * end(&arm.incidence), 0),
                    arm.arm,
                    format_fixed(100.0 * end(&arm.naive), 0)
                )
            })
            .collect();
        let mut curves = Vec::new();
        for arm in &self.detail.arms {
            curves.push(self.step_curve(arm, cause, false));
            curves.push(self.step_curve(arm, cause, true));
        }
        FigureView {
            key: "incidence",
            title: capitalised(&event),
            aside: format!(
                "cumulative incidence, {} CI; thin and dashed: 1 − Kaplan-Meier, too high",
                format_level(self.plan.confidence_level)
            ),
            description: format!(
                "Cumulative incidence of {event} by arm. At the end of follow-up it is {}.",
                joined(&told)
            ),
            figure: self.curves_figure(&event, curves),
        }
    }

    fn other_figure(&self, place: usize, cause: usize) -> FigureView {
        const KEYS: [&str; 4] = ["check-competing", "check-competing-2", "check-competing-3", "check-competing-4"];
        let event = outcome_label(self.cause(cause));
        let curves: Vec<StepCurve> = self.detail.arms.iter().map(|arm| self.step_curve(arm, cause, false)).collect();
        let told: Vec<String> = self
            .arms()
            .iter()
            .map(|arm| {
                let end = arm.incidence.get(cause).and_then(|points| points.last()).map_or(0.0, |point| point.share);
                format!("{}% in {}", format_fixed(100.0 * end, 0), arm.arm)
            })
            .collect();
        FigureView {
            key: KEYS.get(place).copied().unwrap_or("check-competing-more"),
            title: capitalised(&event),
            aside: format!("cumulative incidence of what competes, {} CI", format_level(self.plan.confidence_level)),
            description: format!(
                "Cumulative incidence of {event} as the first event, by arm. At the end of follow-up it is {}.",
                joined(&told)
            ),
            figure: self.curves_figure(&event, curves),
        }
    }

    fn curves_figure(&self, event: &str, curves: Vec<StepCurve>) -> Figure {
        let unit = self.unit();
        let mut x = fitted_axis(format!("{} from the start", capitalised(unit.many())), 0.0, self.detail.last_month, 8);
        x.ticks = self.detail.risk_months.iter().map(|&at| Tick { at, label: time_number(at, unit) }).collect();
        // All figures of the page on one scale, so that heights can be compared.
        let points = |of: fn(&ArmCurves) -> &Vec<Vec<CurvePoint>>| self.detail.arms.iter().flat_map(of).flatten();
        let highest = points(|arm| &arm.incidence).map(|point| point.high.unwrap_or(point.share));
        let top = highest.chain(points(|arm| &arm.naive).map(|point| point.share)).fold(0.0, f64::max);
        let quarters = (1..=4).find(|quarter| f64::from(*quarter) / 4.0 >= top).unwrap_or(4);
        let y = Axis {
            label: format!("With {event} first"),
            min: 0.0,
            max: f64::from(quarters) / 4.0,
            ticks: (0..=quarters)
                .map(|quarter| Tick { at: f64::from(quarter) / 4.0, label: format!("{}%", quarter * 25) })
                .collect(),
        };
        let name = self.competing.time.name();
        let counts = CountRows {
            title: "People free of all events".into(),
            rows: self
                .detail
                .arms
                .iter()
                .map(|arm| CountRow {
                    name: arm.arm.clone(),
                    hue: hue(arm.place),
                    counts: x
                        .ticks
                        .iter()
                        .filter_map(|tick| {
                            let row = self.row(Term::AtRisk, &name, Some(&arm.arm), Some(tick.at))?;
                            Some((tick.at, format_fixed(row.estimate?, 0)))
                        })
                        .collect(),
                })
                .collect(),
        };
        let mark = self.detail.told_month.map(|at| XMark { at, label: month_phrase(at, unit) });
        Figure::SurvivalCurves(SurvivalCurves {
            x,
            y,
            curves,
            counts: vec![counts],
            reference_y: None,
            marks_x: mark.into_iter().collect(),
        })
    }

    fn step_curve(&self, arm: &ArmCurves, cause: usize, is_naive: bool) -> StepCurve {
        let level = format_level(self.plan.confidence_level);
        let curves = if is_naive { &arm.naive } else { &arm.incidence };
        let points = curves.get(cause).map(Vec::as_slice).unwrap_or_default();
        let least_rise = if points.len() > MOST_STEPS { 0.5 / MOST_STEPS as f64 } else { 0.0 };
        let kind = if is_naive { ", 1 − Kaplan-Meier" } else { "" };
        let mut steps = vec![IntervalPoint { x: 0.0, y: 0.0, low: None, high: None, hint: String::new() }];
        let mut drawn = f64::NEG_INFINITY;
        for point in points.iter().filter(|point| point.events > 0) {
            if point.share - drawn < least_rise {
                continue;
            }
            drawn = point.share;
            let interval = point.low.zip(point.high).map_or_else(String::new, |(low, high)| {
                format!(" ({level} CI {}%)", format_interval(100.0 * low, 100.0 * high, 1))
            });
            // The band is the incidence's own: a second one behind it would be read as the same.
            let (low, high) = if is_naive { (None, None) } else { (point.low, point.high) };
            steps.push(IntervalPoint {
                x: point.month,
                y: point.share,
                low,
                high,
                hint: format!(
                    "{}{kind}, {}: {}%{interval}, {} {}, {} at risk",
                    arm.arm,
                    month_phrase(point.month, self.unit()),
                    format_fixed(100.0 * point.share, 1),
                    point.events,
                    plural(point.events, "event", "events"),
                    point.at_risk
                ),
            });
        }
        if let Some(last) = steps.last().cloned().filter(|last| last.x < arm.last_month) {
            steps.push(IntervalPoint { x: arm.last_month, hint: String::new(), ..last });
        }
        let end = points.last().map_or(0.0, |point| point.share);
        StepCurve {
            name: if is_naive { String::new() } else { arm.arm.clone() },
            hue: hue(arm.place),
            end_label: if is_naive { String::new() } else { format!("{}%", format_fixed(100.0 * end, 0)) },
            is_dashed: is_naive,
            steps,
            censored: Vec::new(),
        }
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let events: Vec<String> = self.detail.causes.iter().map(|cause| outcome_label(cause)).collect();
        let strata = if self.competing.strata.is_empty() {
            String::new()
        } else {
            let columns: Vec<String> = self.competing.strata.iter().map(|column| outcome_label(column)).collect();
            format!(
                " Test and hazard ratio are worked out within the classes of {} and put together.",
                joined(&columns)
            )
        };
        let rho = self.competing.rho;
        let weight = if rho == 0.0 {
            "all times weigh alike (ρ = 0)".to_owned()
        } else {
            format!("times are weighed by the share still without the event, to the power of {rho}")
        };
        vec![
            format!(
                "The events are {}; of each person the first counts, and ends the time at risk of all. Cumulative incidence by Aalen and Johansen (1978): at each time with an event, the share still free of all events just before it times the share of those at risk who have this event, added up. Over all events it adds up to one minus the Kaplan-Meier curve of the first of any.",
                joined(&events)
            ),
            format!("Its {level} intervals are on the log(−log) scale, with the variance as in R’s cmprsk (Aalen 1978). Differences of two arms: normal, with the variances added."),
            "One minus Kaplan-Meier treats the other events as censorings, as if those who died could still be ventilated. It is never lower than the incidence (Putter, Fiocco and Geskus 2007).".to_owned(),
            format!("Gray’s test compares the hazards of the incidence itself, in which who had another event stays at risk; {weight} (Gray 1988). The cause-specific hazard ratio is from a Cox regression with the other events as censorings, Efron’s ties, and Wald’s interval; each arm with control alone.{strata}"),
            "Checked against R cmprsk 2.2-11 (cuminc) and survival 3.5-3 (survfit, coxph); docs/VALIDATION.md has the figures.".to_owned(),
        ]
    }
}
