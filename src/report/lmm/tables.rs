//! The slope models in numbers.

use super::LmmView;
use crate::analysis::lmm::SlopeModel;
use crate::analysis::{Finding, Term};
use crate::report::change::{capitalised, hue};
use crate::report::label::{time_heading, time_number};
use crate::report::note::analysis_name;
use crate::report::number::{format_df, format_fixed, format_interval, format_p};
use crate::report::page::{Cell, ColumnView, TableView};

impl LmmView<'_> {
    pub(super) fn slopes_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::text("What"), ColumnView::number("n")];
        columns.extend(self.estimate_columns());
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        if let Some(row) = self.rows(Term::LeadInSlope).find(|row| row.group.is_none()) {
            rows.push([vec![Cell::head("All arms"), Cell::text("Lead-in slope")], estimate_cells(row)].concat());
        }
        let lead_in = if self.lmm.common_baseline { "Lead-in slope, by itself" } else { "Lead-in slope" };
        let minus = format!("less {}", self.control());
        let arms = self.detail.arm_names.iter().enumerate();
        for (place, arm) in arms.clone().skip(1).chain(arms.take(1)) {
            let told = [
                (Term::LeadInSlope, lead_in.to_owned()),
                (Term::Slope, "Slope".to_owned()),
                (Term::SlopeChange, "Slope less lead-in slope".to_owned()),
                (Term::Difference, format!("Slope {minus}")),
                (Term::LeadInDifference, format!("Lead-in slope {minus}")),
                (Term::SlopeChangeDifference, format!("Change of slope {minus}")),
            ];
            let mut head = Cell::arm(arm, hue(place));
            for (term, what) in told {
                // With a common lead-in slope the change differs as the slope does.
                let is_twice = term == Term::SlopeChangeDifference && self.lmm.common_baseline;
                if let Some(row) = self.arm_row(term, arm).filter(|_| !is_twice) {
                    rows.push([vec![std::mem::take(&mut head), Cell::text(what)], estimate_cells(row)].concat());
                }
            }
        }
        let mut footnote = capitalised(&format!("{}. ", self.rate()));
        if self.has_bend() && self.lmm.common_baseline {
            footnote.push_str("“By itself” and the differences of lead-in slopes are from the model with separate baselines; with a common one the arms share the lead-in, and the change of slope differs as the slope does. ");
        }
        footnote.push_str("SE, standard error; CI, confidence interval; df, degrees of freedom.");
        TableView { title: "Slopes by arm".into(), columns, rows, footnote: Some(footnote), ..TableView::default() }
    }

    fn estimate_columns(&self) -> Vec<ColumnView> {
        let interval = format!("{} CI", self.level());
        ["Estimate", "SE", interval.as_str(), "df", "p"].map(ColumnView::number).to_vec()
    }

    pub(super) fn models_table(&self) -> Option<TableView> {
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::text("Model"), ColumnView::number("n")];
        columns.extend(self.estimate_columns());
        let mut last = 0;
        let mut rows = Vec::new();
        for (row, place) in self.by_model() {
            let arm = row.group.as_deref().unwrap_or_default();
            let head = if place == last { Cell::default() } else { Cell::arm(arm, hue(place)) };
            last = place;
            let name = Self::model_label(row);
            let name = if self.is_chosen(row) { Cell::strong(name) } else { Cell::text(name) };
            rows.push([vec![head, name], estimate_cells(row)].concat());
        }
        (!rows.is_empty()).then(|| TableView {
            title: format!("Difference in slope from {} by each model", self.control()),
            columns,
            rows,
            footnote: Some("Common baseline: no differences between arms at month 0, nor in the lead-in. A model that could not be fitted is missing. The last row, from a straight line for each patient by itself, takes a slope of two visits for as good as one of ten.".into()),
            ..TableView::default()
        })
    }

    pub(super) fn variance_table(&self) -> TableView {
        let mut rows = Vec::new();
        for shape in SlopeModel::ALL {
            let of =
                |term: Term| self.answer.rows.iter().filter(move |row| row.analysis == shape.id() && row.term == term);
            let mut name = analysis_name(shape.id());
            let mut tell = |what: String, value: Option<f64>, decimals: usize| {
                let value = value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, decimals)));
                rows.push(vec![Cell::head(std::mem::take(&mut name)), Cell::text(what), value]);
            };
            for row in of(Term::RandomSd) {
                let what = row.contrast.as_deref().unwrap_or_default();
                tell(format!("SD, {what}"), row.estimate, 3);
            }
            for row in of(Term::RandomCorrelation) {
                let what = row.contrast.as_deref().unwrap_or_default();
                tell(format!("Correlation, {what}"), row.estimate, 3);
            }
            for row in of(Term::MinusTwoReml) {
                tell("−2 log restricted likelihood".into(), row.estimate, 2);
            }
            for row in of(Term::Measurements) {
                tell("Measurements".into(), row.estimate, 0);
            }
        }
        TableView {
            title: "How patients differ".into(),
            columns: vec![ColumnView::text("Model"), ColumnView::text("What"), ColumnView::number("Value")],
            rows,
            footnote: Some("SD, standard deviation over patients about their arm’s line; of slopes in outcome units a month. Residual: of single values about the patient’s own line. The two models rest on different measurements: their likelihoods cannot be compared.".into()),
            ..TableView::default()
        }
    }

    /// The line beside what was measured: does a straight line do?
    pub(super) fn months_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text(time_heading(self.time_unit())), ColumnView::text("Arm")];
        columns.extend(["n", "Measured, mean", "Model, mean"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{} CI", self.level())));
        let mut rows = Vec::new();
        for month in self.months() {
            let arms = self.detail.arm_names.iter().enumerate();
            for (line, (place, arm)) in arms.clone().skip(1).chain(arms.take(1)).enumerate() {
                let seen = self.at(Term::ObservedMean, arm, month);
                let model = self.at(Term::LsMean, arm, month);
                let fixed =
                    |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2)));
                let interval = model.and_then(|row| row.conf_low.zip(row.conf_high));
                rows.push(vec![
                    Cell::head(if line == 0 { time_number(month, self.time_unit()) } else { String::new() }),
                    Cell::arm(arm, hue(place)),
                    Cell::text(seen.and_then(|row| row.n).unwrap_or(0).to_string()),
                    fixed(seen.and_then(|row| row.estimate)),
                    fixed(model.and_then(|row| row.estimate)),
                    interval.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
                ]);
            }
        }
        TableView {
            title: "Line and measured means".into(),
            columns,
            rows,
            footnote: Some("Where measured means run away from the line on one side, decline is not straight. They also part where those who decline fast stop coming: the model counts on their lines going on.".into()),
            ..TableView::default()
        }
    }
}

fn estimate_cells(row: &Finding) -> Vec<Cell> {
    let fixed = |value: Option<f64>| value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 3)));
    let interval = row.conf_low.zip(row.conf_high);
    vec![
        row.n.map_or_else(Cell::absent, |n| Cell::text(n.to_string())),
        row.estimate.map_or_else(Cell::absent, |value| Cell::strong(format_fixed(value, 3))),
        fixed(row.std_error),
        interval.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 3))),
        row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
        row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
    ]
}
