//! How much hangs on one patient or one site.

use super::sensitivity::measured_axis;
use super::{ChangeView, hue, method_name};
use crate::analysis::Term;
use crate::analysis::change::LeftOut;
use crate::order::sort_by;
use crate::report::axis::round_axis;
use crate::report::figure::{Figure, Forest, ForestRow};
use crate::report::label::{month_phrase, outcome_unit};
use crate::report::number::{format_fixed, format_interval, format_level};
use crate::report::page::{Cell, ColumnView, FigureView, TableView};

/// The people who move the difference most.
const MOST_PEOPLE: usize = 10;

/// More sites than this would leave no room for the people.
const MOST_SITES: usize = 12;

impl ChangeView<'_> {
    /// Those who move the first arm's difference most, or of several arms any.
    pub(super) fn influence_forest(&self) -> Option<FigureView> {
        let month = self.change.primary_month;
        let whole = |arm: usize| {
            let name = self.detail.arm_names.get(arm)?;
            Some((name, self.effect(name, month)?))
        };
        let shift = |one: &LeftOut| {
            whole(one.arm).and_then(|(_, row)| row.estimate).map_or(0.0, |estimate| (one.estimate - estimate).abs())
        };
        let most = |is_site: bool, most: usize| {
            let mut found: Vec<&LeftOut> = self.detail.left_out.iter().filter(|one| one.is_site == is_site).collect();
            sort_by(&mut found, |a: &&LeftOut, b: &&LeftOut| shift(b).total_cmp(&shift(a)));
            found.truncate(most);
            found
        };
        let shown: Vec<&LeftOut> = most(true, MOST_SITES).into_iter().chain(most(false, MOST_PEOPLE)).collect();
        if shown.is_empty() {
            return None;
        }
        let several = self.treated().len() > 1;
        let of_arm = |arm: &str| if several { format!("{arm}: ") } else { String::new() };
        let mut rows = Vec::new();
        for (index, arm) in self.treated().iter().enumerate() {
            let Some(row) = self.effect(arm, month).filter(|_| shown.iter().any(|one| one.arm == index + 1)) else {
                continue;
            };
            rows.push(forest_row(
                format!("{}everybody", of_arm(arm)),
                index + 1,
                (row.estimate, row.conf_low, row.conf_high),
                true,
            ));
        }
        for one in &shown {
            let arm = self.detail.arm_names.get(one.arm).map_or("", String::as_str);
            let what = if one.is_site { "site " } else { "" };
            let turns = if one.is_decisive { " (decides)" } else { "" };
            let label = format!("{}without {what}{}{turns}", of_arm(arm), one.label);
            rows.push(forest_row(label, one.arm, (Some(one.estimate), one.low, one.high), false));
        }
        let none: f64 = if self.is_ranked() { 0.5 } else { 0.0 };
        let (mut low, mut high) = (none, none);
        for row in &rows {
            for end in [row.low, row.high, row.estimate].into_iter().flatten() {
                low = low.min(end);
                high = high.max(end);
            }
        }
        let unit = outcome_unit(self.overview, &self.change.outcome);
        let label = if self.is_ranked() { "P(above)".to_owned() } else { measured_axis(self.control(), &unit) };
        let level = format_level(self.plan.confidence_level);
        let decisive = self.detail.left_out.iter().filter(|one| one.is_decisive).count();
        Some(FigureView {
            key: "influence",
            title: "Without one patient, without one site".to_owned(),
            aside: format!("{level} CI; the {MOST_PEOPLE} people who move it most"),
            description: format!(
                "{} at {} without one site or one person at a time, those that move it most. Leaving one out turns the answer round in {decisive} of {} cases.",
                method_name(self.change.method),
                month_phrase(month, self.time_unit()),
                self.detail.left_out.len()
            ),
            figure: Figure::Forest(Forest {
                x: round_axis(label, low, high, 5),
                reference_x: Some(none),
                rows,
                ..Forest::default()
            }),
        })
    }

    pub(super) fn influence_table(&self) -> Option<TableView> {
        let month = self.change.primary_month;
        let method = self.change.method.id();
        let mut rows = Vec::new();
        for (index, arm) in self.treated().iter().enumerate() {
            for (what, terms) in [
                ("One person", [Term::LeastWithoutPatient, Term::GreatestWithoutPatient, Term::DecisivePatients]),
                ("One site", [Term::LeastWithoutSite, Term::GreatestWithoutSite, Term::DecisiveSites]),
            ] {
                let [least, greatest, decisive] = terms.map(|term| self.row(method, term, Some(arm), month));
                let Some(n) = least.and_then(|row| row.n) else { continue };
                let value = |row: Option<&crate::analysis::Finding>| row.and_then(|row| row.estimate);
                let ends = value(least).zip(value(greatest));
                rows.push(vec![
                    Cell::head(what),
                    Cell::arm(arm, hue(index + 1)),
                    Cell::text(n.to_string()),
                    ends.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
                    value(decisive).map_or_else(Cell::absent, |count| Cell::text(format_fixed(count, 0))),
                ]);
            }
        }
        let mut columns = ["Left out", "Arm"].map(ColumnView::text).to_vec();
        let range = if self.is_ranked() { "P(above), range" } else { "Difference, range" };
        columns.extend(["Times", range, "Turn the answer round"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: format!("{} with one left out at a time", method_name(self.change.method)),
            columns,
            rows,
            footnote: Some("Turn the answer round: without them the interval excludes no difference and with them it does not, or the other way round. One who bears much is to be looked at, not dropped.".to_owned()),
            ..TableView::default()
        })
    }
}

fn forest_row(
    label: String,
    place: usize,
    (estimate, low, high): (Option<f64>, Option<f64>, Option<f64>),
    is_emphasised: bool,
) -> ForestRow {
    let size = estimate.map(|value| format_fixed(value, 2)).unwrap_or_default();
    let interval = low.zip(high).map(|(low, high)| format!(" ({})", format_interval(low, high, 2)));
    let detail = format!("{size}{}", interval.unwrap_or_default());
    ForestRow {
        hint: format!("{label}: {detail}"),
        label,
        detail,
        hue: hue(place),
        estimate,
        low,
        high,
        is_emphasised,
        ..ForestRow::default()
    }
}
