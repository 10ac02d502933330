//! The Landmark page: survival of responders and others.

use super::Overview;
use super::axis::fitted_axis;
use super::change::{capitalised, hue};
use super::figure::{Axis, CountRow, CountRows, Figure, Hue, IntervalPoint, StepCurve, SurvivalCurves, Tick, XMark};
use super::label::{joined, month_phrase, outcome_label, time_heading, time_number};
use super::note::doubt_sentences;
use super::number::{
    format_df, format_fixed, format_interval, format_level, format_p, format_p_equation, format_significant,
};
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::landmark::{LandmarkCurve, LandmarkDetail, LandmarkPlan, group_name};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More arms than this are not drawn in one figure: each has two curves.
const MOST_ARMS_DRAWN: usize = 3;

/// More steps than this in one curve are thinned for drawing.
const MOST_STEPS: usize = 1500;

/// Shares are told at this many months at most.
const MOST_SHARES: usize = 4;

pub struct LandmarkView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub landmark: &'a LandmarkPlan,
    pub answer: &'a Answer,
    pub detail: &'a LandmarkDetail,
}

impl LandmarkView<'_> {
    fn unit(&self) -> TimeUnit {
        self.detail.time_unit
    }

    fn event(&self) -> String {
        let words: Vec<String> = self.detail.event.split(" or ").map(outcome_label).collect();
        words.join(" or ")
    }

    fn at(&self) -> String {
        month_phrase(self.detail.landmark_month, self.unit())
    }

    /// The arm that the sentences speak of.
    fn planned(&self) -> Option<&str> {
        self.landmark.arm.as_deref()
    }

    /// All arms first, then each where there are several: treated ones before the control.
    fn units(&self) -> Vec<Option<&str>> {
        let arms = self.detail.arm_names.iter().map(|arm| Some(arm.as_str()));
        let several = self.detail.arm_names.len() > 1;
        let control = arms.clone().take(1);
        std::iter::once(None).chain(arms.skip(1).chain(control).filter(|_| several)).collect()
    }

    fn unit_name(&self, arm: Option<&str>) -> String {
        match arm {
            Some(arm) => arm.to_owned(),
            None if self.detail.arm_names.len() > 1 => "All arms".to_owned(),
            None => self.detail.arm_names.first().cloned().unwrap_or_default(),
        }
    }

    fn find(&self, term: Term, group: Option<&str>, at: Option<f64>) -> Option<&Finding> {
        self.answer
            .rows
            .iter()
            .find(|row| row.term == term && row.group.as_deref() == group && (at.is_none() || row.at == at))
    }

    fn of_response(&self, term: Term, arm: Option<&str>, is_responder: bool) -> Option<&Finding> {
        self.find(term, Some(&group_name(arm, is_responder)), None)
    }

    fn count(&self, term: Term, arm: Option<&str>, is_responder: bool) -> u64 {
        self.of_response(term, arm, is_responder).and_then(|row| row.estimate).map_or(0, |count| count as u64)
    }

    pub fn page(&self) -> ResultPage {
        let mut figures = vec![self.landmark_figure(), self.naive_figure()];
        figures.extend(self.arms_figure());
        let mut tables = vec![self.comparison_table(), self.group_table()];
        tables.extend(self.tried_table());
        tables.push(self.flow_table());
        ResultPage {
            kicker: format!(
                "Landmark · {} · responders against others from {} on",
                capitalised(&self.event()),
                self.at()
            ),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: doubt_sentences(&self.answer.notes, self.unit()),
            method: self.method(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let at = capitalised(&format!("from {} on", self.at()));
        let where_ = self.planned().map_or_else(String::new, |arm| format!(" in {arm}"));
        let Some(row) = self.find(Term::HazardRatio, self.planned(), None) else {
            return self.headline_without_ratio(&at, &where_);
        };
        let (Some(ratio), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) else {
            return self.headline_without_ratio(&at, &where_);
        };
        let is_clear = low > 1.0 || high < 1.0;
        let how = if is_clear { "" } else { ", no clear difference" };
        let mut phrases = vec![
            Phrase::plain(format!("{at} the hazard of {} was ", self.event())),
            Phrase::strong(format!("{} times", format_fixed(ratio, 2))),
            Phrase::plain(format!(
                " as high in responders as in others{where_} ({} CI {}){how}.",
                format_level(self.plan.confidence_level),
                format_interval(low, high, 2)
            )),
        ];
        if let Some(naive) = self.find(Term::NaiveHazardRatio, self.planned(), None).and_then(|row| row.estimate) {
            phrases.push(Phrase::plain(" Counted from the start it would seem to be "));
            phrases.push(Phrase::strong(format_fixed(naive, 2)));
            phrases.push(Phrase::plain(": nobody can respond who has died first."));
        }
        phrases
    }

    fn headline_without_ratio(&self, at: &str, where_: &str) -> Vec<Phrase> {
        let (responders, others) = self.sizes(self.planned());
        vec![Phrase::plain(format!(
            "{at} responders and others{where_} cannot be compared: there are {responders} and {others} of them, with {} and {} events.",
            self.count(Term::Events, self.planned(), true),
            self.count(Term::Events, self.planned(), false)
        ))]
    }

    fn sizes(&self, arm: Option<&str>) -> (u64, u64) {
        (self.count(Term::AtLandmark, arm, true), self.count(Term::AtLandmark, arm, false))
    }

    fn subline(&self) -> String {
        let arm = self.planned();
        let (responders, others) = self.sizes(arm);
        let test = self.find(Term::LogRank, arm, None).and_then(|row| {
            Some(format!(
                " Log-rank χ² {} on {} df, {}{}.",
                format_fixed(row.statistic?, 2),
                format_df(row.df?),
                format_p_equation(row.p_value?),
                if arm.is_none() && self.detail.arm_names.len() > 1 { ", within arms" } else { "" }
            ))
        });
        format!(
            "Events after {}: {} of {responders} responders, {} of {others} others.{}",
            self.at(),
            self.count(Term::Events, arm, true),
            self.count(Term::Events, arm, false),
            test.unwrap_or_default()
        )
    }

    fn time(&self, months: f64) -> String {
        match self.unit() {
            TimeUnit::Days => format_fixed(TimeUnit::Days.from_months(months), 0),
            unit => format_fixed(unit.from_months(months), 1),
        }
    }

    /// Ratio, interval and p, or dashes.
    fn ratio_cells(ratio: Option<&Finding>, test: Option<&Finding>) -> [Cell; 3] {
        let cell = |text: Option<String>| text.map_or_else(Cell::absent, Cell::text);
        let interval = ratio.and_then(|row| row.conf_low.zip(row.conf_high));
        [
            ratio.and_then(|row| row.estimate).map_or_else(Cell::absent, |ratio| Cell::strong(format_fixed(ratio, 2))),
            cell(interval.map(|(low, high)| format_interval(low, high, 2))),
            cell(test.and_then(|row| row.p_value).map(format_p)),
        ]
    }

    fn comparison_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Responders against others"), ColumnView::text("Counted from")];
        columns.extend(["n", "Events", "Hazard ratio"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("Log-rank p"));
        let mut rows = Vec::new();
        let mut is_penalised = false;
        for arm in self.units() {
            let ways = [
                (self.at(), Term::AtLandmark, Term::Events, Term::HazardRatio, Term::LogRank),
                (
                    "the start (biased)".to_owned(),
                    Term::NaivePeople,
                    Term::NaiveEvents,
                    Term::NaiveHazardRatio,
                    Term::NaiveLogRank,
                ),
            ];
            for (from, people, events, ratio, test) in ways {
                let ratio = self.find(ratio, arm, None);
                is_penalised |= ratio.is_some_and(is_firth);
                let both = |term: Term| format!("{} and {}", self.count(term, arm, true), self.count(term, arm, false));
                let mut row = vec![Cell::head(self.unit_name(arm)), Cell::text(from)];
                row.extend([Cell::text(both(people)), Cell::text(both(events))]);
                row.extend(Self::ratio_cells(ratio, self.find(test, arm, None)));
                rows.push(row);
            }
        }
        let within =
            if self.detail.arm_names.len() > 1 { " In all arms, people are compared within their arm." } else { "" };
        let penalised = if is_penalised { FIRTH } else { "" };
        TableView {
            title: "From the landmark, and from the start".into(),
            columns,
            rows,
            footnote: Some(format!(
                "Responders and others, in this order. A hazard ratio below 1 is in the responders’ favour.{within} From the start, those whose {} or last contact came before the response could be seen count among the others.{penalised}",
                self.event()
            )),
            ..TableView::default()
        }
    }

    fn group_table(&self) -> TableView {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Group")];
        columns.extend(["n", "Events"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("Median from the landmark, {}", self.unit().many())));
        columns.push(ColumnView::number(format!("{level} CI")));
        let months = self.told_months();
        for month in &months {
            columns.push(ColumnView::number(format!("Without the event at {}", month_phrase(*month, self.unit()))));
        }
        let mut rows = Vec::new();
        for arm in self.units() {
            for is_responder in [true, false] {
                let name = group_name(arm, is_responder);
                let Some(people) = self.find(Term::AtLandmark, Some(&name), None) else { continue };
                let median = self.find(Term::MedianTime, Some(&name), None);
                let number =
                    |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 0)));
                let mut row = vec![
                    self.group_head(arm, is_responder),
                    number(people.estimate),
                    number(self.find(Term::Events, Some(&name), None).and_then(|row| row.estimate)),
                    median
                        .and_then(|row| row.estimate)
                        .map_or_else(|| Cell::text("not reached"), |median| Cell::strong(self.time(median))),
                    match median.map(|row| (row.conf_low, row.conf_high)) {
                        Some((Some(low), Some(high))) => {
                            Cell::text(format!("{} to {}", self.time(low), self.time(high)))
                        }
                        Some((Some(low), None)) => Cell::text(format!("{} to not reached", self.time(low))),
                        _ => Cell::absent(),
                    },
                ];
                for month in &months {
                    let share = self.find(Term::Survival, Some(&name), Some(*month));
                    row.push(
                        share.and_then(|row| row.estimate).map_or_else(Cell::absent, |share| {
                            Cell::text(format!("{}%", format_fixed(100.0 * share, 0)))
                        }),
                    );
                }
                rows.push(row);
            }
        }
        TableView { title: "Responders and others from the landmark on".into(), columns, rows, ..TableView::default() }
    }

    fn group_head(&self, arm: Option<&str>, is_responder: bool) -> Cell {
        let text = capitalised(&group_name(arm, is_responder));
        let hue = arm.map_or_else(|| self.response_hue(is_responder), |arm| self.arm_hue(arm));
        Cell { hue: Some(hue), ..Cell::head(text) }
    }

    /// Colours that no arm has.
    fn response_hue(&self, is_responder: bool) -> Hue {
        let treated = self.detail.arm_names.len().saturating_sub(1);
        Hue::Treated(if is_responder { treated } else { treated + 1 })
    }

    fn arm_hue(&self, arm: &str) -> Hue {
        self.detail.arm_names.iter().position(|name| name == arm).map_or(Hue::Neutral, hue)
    }

    /// A few of the months after the landmark, evenly chosen.
    fn told_months(&self) -> Vec<f64> {
        let later: Vec<f64> = self.detail.landmark_months.iter().copied().skip(1).collect();
        let stride = later.len().div_ceil(MOST_SHARES).max(1);
        later.into_iter().skip(stride - 1).step_by(stride).collect()
    }

    fn tried_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text(format!("Landmark, {}", time_heading(self.unit()).to_lowercase()))];
        columns.extend(["n", "Events", "Hazard ratio"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.push(ColumnView::number("Log-rank p"));
        let mut is_penalised = false;
        let rows: Vec<Vec<Cell>> = self
            .detail
            .tried_months
            .iter()
            .filter_map(|month| {
                let find = |term: Term| self.find(term, self.planned(), Some(*month));
                let events = find(Term::EventsByLandmark)?;
                let is_planned = *month == self.detail.landmark_month;
                let ratio = find(Term::HazardRatioByLandmark);
                is_penalised |= ratio.is_some_and(is_firth);
                let label = time_number(*month, self.unit());
                let mut row = vec![
                    Cell::head(if is_planned { format!("{label} (chosen)") } else { label }),
                    Cell::text(events.n.unwrap_or(0).to_string()),
                    Cell::text(format_fixed(events.estimate?, 0)),
                ];
                row.extend(Self::ratio_cells(ratio, find(Term::LogRankByLandmark)));
                Some(row)
            })
            .collect();
        let who = self.planned().map_or_else(String::new, |arm| format!(" in {arm}"));
        let penalised = if is_penalised { FIRTH } else { "" };
        (rows.len() > 1).then(|| TableView {
            title: "Other landmarks".into(),
            columns,
            rows,
            footnote: Some(format!(
                "Response is that of {}{who} in every row; a later landmark leaves out who died or left until then.{penalised}",
                month_phrase(self.landmark.visits.primary_month, self.unit())
            )),
            ..TableView::default()
        })
    }

    /// Who is lost before the landmark: by arm, and of those judged by response.
    fn flow_table(&self) -> TableView {
        let units = self.units();
        let mut columns = vec![ColumnView::text("People")];
        columns.extend(units.iter().map(|arm| ColumnView::number(self.unit_name(*arm))));
        let event = self.event();
        let plain = [
            (Term::InSet, "In the analysis".to_owned()),
            (Term::Missing, "Without a time of follow-up".to_owned()),
            (Term::WithoutLeadIn, "Without a slope before the start".to_owned()),
            (Term::WithoutDecline, "Without a decline before the start".to_owned()),
            (Term::WithoutFollowUp, "Under observation, not seen in the window of the response".to_owned()),
        ];
        let count = |term: Term, group: Option<&str>| {
            self.find(term, group, Some(self.detail.landmark_month)).and_then(|row| row.estimate)
        };
        let cell = |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 0)));
        let mut rows: Vec<Vec<Cell>> = plain
            .into_iter()
            .map(|(term, label)| {
                let own = units.iter().map(|arm| cell(count(term, *arm)));
                std::iter::once(Cell::head(label)).chain(own).collect()
            })
            .collect();
        let lost = [
            (Term::Died, format!("{} before the landmark", capitalised(&event))),
            (Term::Withdrawn, "Last seen before the landmark".to_owned()),
        ];
        for (term, label) in &lost {
            // Those whom no visit could judge any more.
            let own = units.iter().map(|arm| {
                let judged =
                    [true, false].map(|response| count(*term, Some(&group_name(*arm, response))).unwrap_or(0.0));
                cell(count(*term, *arm).map(|all| all - judged.iter().sum::<f64>()))
            });
            let label = format!("{label}, response not known");
            rows.push(std::iter::once(Cell::head(label)).chain(own).collect());
        }
        for is_responder in [true, false] {
            let name = capitalised(&group_name(None, is_responder));
            let of = |term: Term, label: String, is_strong: bool| {
                let own = units.iter().map(|arm| {
                    let found = cell(count(term, Some(&group_name(*arm, is_responder))));
                    // A group without anybody has no row from the landmark on.
                    let found =
                        if term == Term::AtLandmark && found == Cell::absent() { Cell::text("0") } else { found };
                    Cell { is_strong, ..found }
                });
                std::iter::once(Cell::head(label)).chain(own).collect::<Vec<Cell>>()
            };
            for (term, label) in &lost {
                rows.push(of(*term, format!("{name}: {}", lower_first(label)), false));
            }
            rows.push(of(Term::AtLandmark, format!("{name} at the landmark"), true));
        }
        TableView {
            title: "Who is lost before the landmark".into(),
            columns,
            rows,
            footnote: Some("The rows below the first add up to it. From the start (biased), who died or was last seen before the response was known counts among the others.".into()),
            ..TableView::default()
        }
    }

    fn y_axis(&self) -> Axis {
        let ticks =
            (0..=4).map(|quarter| Tick { at: f64::from(quarter) / 4.0, label: format!("{}%", quarter * 25) }).collect();
        Axis { label: format!("Without {}", self.event()), min: 0.0, max: 1.0, ticks }
    }

    fn x_axis(&self, months: &[f64]) -> Axis {
        let label = format!("{} from the start of follow-up", capitalised(self.unit().many()));
        let first = months.first().copied().unwrap_or(0.0);
        let mut x = fitted_axis(label, first, self.detail.last_month, 8);
        x.ticks = months.iter().map(|&at| Tick { at, label: time_number(at, self.unit()) }).collect();
        x
    }

    /// The curves of some units as a figure's data.
    fn curves(&self, all: &[LandmarkCurve], units: &[Option<&str>], months: &[f64], at_risk: Term) -> SurvivalCurves {
        let picked: Vec<&LandmarkCurve> = all.iter().filter(|curve| units.contains(&curve.arm.as_deref())).collect();
        let x = self.x_axis(months);
        let is_by_arm = units.len() > 1;
        let rows = picked
            .iter()
            .map(|curve| {
                let name = group_name(curve.arm.as_deref(), curve.is_responder);
                let counts = months.iter().map(|month| {
                    let found = self.find(at_risk, Some(&name), Some(*month)).and_then(|row| row.estimate);
                    (*month, found.map(|count| format_fixed(count, 0)).unwrap_or_default())
                });
                CountRow {
                    name: self.curve_name(curve),
                    hue: self.curve_hue(curve, is_by_arm),
                    counts: counts.collect(),
                }
            })
            .collect();
        let first = months.first().copied().unwrap_or(0.0);
        // Where the curves begin at the landmark, it needs no mark.
        let mark = XMark { at: self.detail.landmark_month, label: "Landmark".into() };
        let marks_x = Some(mark).filter(|mark| mark.at > first).into_iter().collect();
        SurvivalCurves {
            y: self.y_axis(),
            curves: picked.iter().map(|curve| self.step_curve(curve, first, is_by_arm)).collect(),
            counts: vec![CountRows { title: "People at risk".into(), rows }],
            reference_y: Some(0.5),
            marks_x,
            x,
        }
    }

    fn curve_name(&self, curve: &LandmarkCurve) -> String {
        capitalised(&group_name(curve.arm.as_deref(), curve.is_responder))
    }

    /// The arm's where several are in one figure.
    fn curve_hue(&self, curve: &LandmarkCurve, is_by_arm: bool) -> Hue {
        let arm = curve.arm.as_deref().filter(|_| is_by_arm);
        arm.map_or_else(|| self.response_hue(curve.is_responder), |arm| self.arm_hue(arm))
    }

    fn step_curve(&self, curve: &LandmarkCurve, first: f64, is_by_arm: bool) -> StepCurve {
        let name = self.curve_name(curve);
        let level = format_level(self.plan.confidence_level);
        let mut steps = vec![IntervalPoint { x: first, y: 1.0, low: Some(1.0), high: Some(1.0), hint: String::new() }];
        let mut censored = Vec::new();
        // A curve of many thousand steps is drawn with those that a screen can tell apart.
        let is_long = curve.steps.len() > MOST_STEPS;
        let least_drop = if is_long { 0.5 / MOST_STEPS as f64 } else { 0.0 };
        let least_gap = if is_long { self.detail.last_month / MOST_STEPS as f64 } else { 0.0 };
        let (mut drawn_survival, mut drawn_censoring) = (f64::INFINITY, f64::NEG_INFINITY);
        for step in &curve.steps {
            if step.events > 0 && drawn_survival - step.survival >= least_drop {
                drawn_survival = step.survival;
                let interval = step
                    .low
                    .zip(step.high)
                    .map(|(low, high)| format!(" ({level} CI {}%)", format_interval(low * 100.0, high * 100.0, 1)));
                let hint = format!(
                    "{name}, {} {}: {}%{}, {} of {} at risk",
                    self.unit().one(),
                    self.time(step.month),
                    format_fixed(step.survival * 100.0, 1),
                    interval.unwrap_or_default(),
                    step.events,
                    step.at_risk
                );
                steps.push(IntervalPoint { x: step.month, y: step.survival, low: step.low, high: step.high, hint });
            }
            if step.censored > 0 && step.month - drawn_censoring >= least_gap {
                drawn_censoring = step.month;
                censored.push((step.month, step.survival));
            }
        }
        let last = curve.steps.last();
        if let Some(last) = last.filter(|last| last.events == 0 || last.survival < drawn_survival) {
            let (low, high) = (last.low, last.high);
            steps.push(IntervalPoint { x: last.month, y: last.survival, low, high, hint: String::new() });
        }
        let end_label = last.map(|last| format!("{}%", format_fixed(last.survival * 100.0, 0))).unwrap_or_default();
        if is_by_arm {
            // The bands of so many curves hide each other.
            steps.iter_mut().for_each(|step| (step.low, step.high) = (None, None));
        }
        let is_dashed = is_by_arm && !curve.is_responder;
        StepCurve { name, hue: self.curve_hue(curve, is_by_arm), end_label, is_dashed, steps, censored }
    }

    /// What the curves end at, in words.
    fn ends(&self, curves: &[LandmarkCurve], arm: Option<&str>) -> String {
        let own = curves.iter().filter(|curve| curve.arm.as_deref() == arm);
        let told: Vec<String> = own
            .filter_map(|curve| {
                let last = curve.steps.last()?;
                Some(format!("{}% of {}", format_fixed(last.survival * 100.0, 0), group_name(None, curve.is_responder)))
            })
            .collect();
        joined(&told)
    }

    fn who(&self) -> String {
        self.planned().map_or_else(String::new, |arm| format!(" in {arm}"))
    }

    fn landmark_figure(&self) -> FigureView {
        let months = &self.detail.landmark_months;
        FigureView {
            key: "landmark",
            title: format!("Responders and others{} from {} on", self.who(), self.at()),
            aside: format!("Kaplan-Meier, {} CI; ticks mark censoring", format_level(self.plan.confidence_level)),
            description: format!(
                "Kaplan-Meier curves of responders and others, both at 100% at the landmark, {}. At the end of follow-up {} are without {}.",
                self.at(),
                self.ends(&self.detail.curves, self.planned()),
                self.event()
            ),
            figure: Figure::SurvivalCurves(self.curves(&self.detail.curves, &[self.planned()], months, Term::AtRisk)),
        }
    }

    fn naive_figure(&self) -> FigureView {
        let months = &self.detail.naive_months;
        FigureView {
            key: "landmark-naive",
            title: format!("Counted from the start{}: not to be relied on", self.who()),
            aside: format!("the line at {} marks the landmark", self.at()),
            description: format!(
                "The same people counted from the start of follow-up, with those who died or left before the response could be seen among the others. The responders’ curve cannot fall before they respond. At the end of follow-up {} are without {}.",
                self.ends(&self.detail.naive_curves, self.planned()),
                self.event()
            ),
            figure: Figure::SurvivalCurves(self.curves(
                &self.detail.naive_curves,
                &[self.planned()],
                months,
                Term::NaiveAtRisk,
            )),
        }
    }

    /// Each arm's two curves, where they can be told apart.
    fn arms_figure(&self) -> Option<FigureView> {
        let arms: Vec<Option<&str>> = self.units().into_iter().filter(Option::is_some).collect();
        if self.planned().is_some() || arms.is_empty() || arms.len() > MOST_ARMS_DRAWN {
            return None;
        }
        let told: Vec<String> = arms
            .iter()
            .map(|arm| format!("{} in {}", self.ends(&self.detail.curves, *arm), arm.unwrap_or_default()))
            .collect();
        Some(FigureView {
            key: "landmark-arms",
            title: format!("The same by arm, from {} on", self.at()),
            aside: "Kaplan-Meier, without intervals; thin dashes: others".into(),
            description: format!(
                "Kaplan-Meier curves of responders and others in each arm from the landmark on. At the end of follow-up {} are without {}.",
                told.join("; "),
                self.event()
            ),
            figure: Figure::SurvivalCurves(self.curves(
                &self.detail.curves,
                &arms,
                &self.detail.landmark_months,
                Term::AtRisk,
            )),
        })
    }

    fn method(&self) -> Vec<String> {
        let better = if self.landmark.higher_is_better { "higher" } else { "lower" };
        let mut method = vec![
            format!(
                "Responder: the slope of {} from the baseline to {} is better than the slope before the baseline by at least {}% of its size ({}; {better} is better), as on the page of responders. Others: who was judged and is none.",
                outcome_label(&self.landmark.visits.outcome),
                month_phrase(self.landmark.visits.primary_month, self.unit()),
                format_significant(self.landmark.threshold_percent, 4),
                self.landmark.method.words()
            ),
            "Landmark method (Anderson, Cain and Gelber, Journal of Clinical Oncology 1:710–719, 1983): groups are made at the landmark, of those alive and under observation after it, and time counts from it. Who was judged at a visit later than the landmark is at risk from that visit on. An event at the landmark itself is one before it. Immortal time: Suissa, American Journal of Epidemiology 167:492–499, 2008.".to_owned(),
            "Kaplan-Meier curves with intervals on the log(−log) scale; log-rank test (Mantel 1966); hazard ratio by Cox’s regression on response with Efron’s ties and Wald’s interval. Of all arms, both compare people within arms: each arm has its own baseline hazard (stratified).".to_owned(),
            "Counted from the start: the same people, and among the others those whose event or last contact came before the response could be judged; time counts from the start of follow-up. It is shown to measure the bias, not to be reported.".to_owned(),
        ];
        method.push("Checked against R 4.2.2, survival 3.5-3 (survfit, survdiff, coxph) on the demo trial and on a simulated one with visits off their month; docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}

const FIRTH: &str = " Where one group has no event no finite ratio fits best: there it is that of Firth’s penalised likelihood, and its interval is rough.";

fn is_firth(row: &Finding) -> bool {
    row.method.as_ref().is_some_and(|method| method.contains("Firth"))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
