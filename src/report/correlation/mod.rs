//! The Correlation page.

mod figures;
mod tables;

use std::collections::BTreeMap;

use super::label::{joined, month_phrase, outcome_label, variable_label};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p_equation, format_significant};
use super::overview::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::assay::Scale;
use crate::analysis::correlation::{Coefficient, CorrelationDetail, CorrelationPlan, Quantity, Stratum, Variable};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

pub struct CorrelationView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub correlation: &'a CorrelationPlan,
    pub answer: &'a Answer,
    pub detail: &'a CorrelationDetail,
}

/// Rows by outcome, contrast, group and term.
type Index<'a> = BTreeMap<(&'a str, &'a str, &'a str, Term), &'a Finding>;

struct Sheet<'a> {
    view: &'a CorrelationView<'a>,
    index: Index<'a>,
    /// "with X" by X: what rows have as their contrast.
    withs: BTreeMap<&'a str, String>,
}

impl CorrelationView<'_> {
    pub fn page(&self) -> ResultPage {
        let mut index: Index<'_> = BTreeMap::new();
        for row in &self.answer.rows {
            let key = (
                row.outcome.as_str(),
                row.contrast.as_deref().unwrap_or_default(),
                row.group.as_deref().unwrap_or_default(),
                row.term,
            );
            index.entry(key).or_insert(row);
        }
        let variables = self.correlation.matrix.iter().chain([&self.correlation.x, &self.correlation.y]);
        let withs = variables.map(|variable| (variable.name(), format!("with {}", variable.name()))).collect();
        Sheet { view: self, index, withs }.page()
    }
}

impl<'a> Sheet<'a> {
    fn coefficient(&self) -> Coefficient {
        self.view.correlation.coefficient
    }

    fn row(&self, x: &Variable, y: &Variable, group: &str, term: Term) -> Option<&'a Finding> {
        let of = |x: &Variable, y: &Variable| {
            let with = self.withs.get(x.name())?;
            self.index.get(&(y.name(), with.as_str(), group, term)).copied()
        };
        of(x, y).or_else(|| of(y, x))
    }

    fn pair_row(&self, group: &str, term: Term) -> Option<&'a Finding> {
        self.row(&self.view.correlation.x, &self.view.correlation.y, group, term)
    }

    fn group(&self) -> String {
        self.view.correlation.matrix_stratum.label()
    }

    /// Tests of the matrix that are judged together.
    fn family_size(&self) -> usize {
        let adjusted = self.view.answer.rows.iter().find(|row| row.term == Term::Holm).and_then(|row| row.n);
        adjusted.unwrap_or_default() as usize
    }

    fn symbol(&self) -> &'static str {
        symbol(self.coefficient())
    }

    fn time_unit(&self) -> TimeUnit {
        let of = |variable: &Variable| match variable {
            Variable::Analyte(name) => self
                .view
                .overview
                .analytes
                .iter()
                .find(|analyte| &analyte.name == name)
                .map(|analyte| analyte.time_unit),
            Variable::Outcome(name) => self.view.overview.outcome(name).map(|outcome| outcome.time_unit),
        };
        of(&self.view.correlation.x).unwrap_or_default()
    }

    fn quantity_words(&self, quantity: Quantity) -> String {
        let at = month_phrase(self.view.correlation.assay.month, self.time_unit());
        match quantity {
            Quantity::Value => format!("value at {at}"),
            Quantity::Change => format!("change from baseline to {at}"),
            Quantity::Baseline => "value at baseline".to_owned(),
            Quantity::Slope => format!("slope from baseline to {at}"),
        }
    }

    fn quantity_phrase(&self) -> String {
        self.quantity_words(self.view.correlation.quantity)
    }

    /// Of x, and of y where it is another.
    fn pair_phrase(&self) -> String {
        let correlation = self.view.correlation;
        if correlation.quantity_of_y() == correlation.quantity {
            return self.quantity_phrase();
        }
        format!("{} against {}", self.quantity_phrase(), self.quantity_words(correlation.quantity_of_y()))
    }

    fn page(&self) -> ResultPage {
        let mut figures = vec![self.scatter()];
        figures.extend(self.heat_map());
        ResultPage {
            kicker: format!(
                "Biomarkers · {} and {} · {}",
                variable_label(&self.view.correlation.x),
                variable_label(&self.view.correlation.y),
                self.pair_phrase()
            ),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables: self.tables(),
            doubts: doubt_sentences(&self.view.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    /// Speaks of the group that the user chose.
    fn headline(&self) -> Vec<Phrase> {
        let x = variable_label(&self.view.correlation.x);
        let y = variable_label(&self.view.correlation.y);
        let group = self.view.correlation.matrix_stratum.label();
        let Some((row, r)) =
            self.pair_row(&group, self.coefficient().plain()).and_then(|row| Some((row, row.estimate?)))
        else {
            return vec![Phrase::plain(format!(
                "{x} and {y}: no correlation can be given for {}.",
                group_phrase(&group)
            ))];
        };
        let level = format_level(self.view.plan.confidence_level);
        let interval = row.conf_low.zip(row.conf_high);
        let alpha = 1.0 - self.view.plan.confidence_level;
        let is_clear =
            interval.map_or_else(|| row.p_value.is_some_and(|p| p < alpha), |(low, high)| low > 0.0 || high < 0.0);
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
        let group = self.view.correlation.matrix_stratum.label();
        let Some(row) = self.pair_row(&group, self.coefficient().plain()) else { return String::new() };
        let p = row.p_value.map(|p| format!(", {}", format_p_equation(p))).unwrap_or_default();
        let groups = match self.view.detail.strata.len() {
            1 => String::new(),
            count => format!("; {count} groups are shown, not adjusted for each other"),
        };
        let permutation = self.pair_row(&group, self.coefficient().permutation()).and_then(|row| row.p_value);
        let permutation =
            permutation.map(|p| format!(" ({} by permutation)", format_p_equation(p))).unwrap_or_default();
        format!("{} people, one pair of numbers each{p}{permutation}{groups}.", row.n.unwrap_or(0))
    }

    fn points_in(&self, stratum: &Stratum) -> usize {
        self.view
            .detail
            .points
            .iter()
            .filter(|point| {
                let arm = point.arm.and_then(|place| self.view.detail.arm_names.get(place));
                (stratum.arm.is_none() || arm == stratum.arm.as_ref())
                    && (stratum.response.is_none() || point.response == stratum.response)
            })
            .count()
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.view.plan.confidence_level);
        let scale = match self.view.correlation.assay.scale {
            Scale::Log2 => "Concentrations enter as log2, so that a change is the log of a ratio.",
            Scale::Raw => "Concentrations enter as measured.",
        };
        let mut method = vec![
            format!(
                "Each person gives one pair of numbers: the {}. {scale} Repeated samples of one person are never counted as several people.",
                self.pair_phrase()
            ),
            format!(
                "Pearson’s r with a {level} interval by Fisher’s z (Fisher 1921); p by t on n − 2 df. Spearman’s ρ on mid-ranks with the interval of Bonett and Wright (2000); p by all permutations up to nine people without ties, otherwise by t, as SAS does (R uses an Edgeworth series for more than nine). Kendall’s τ-b with the interval of Fieller, Hartley and Pearson (1957); p exact below 50 people without ties, otherwise by its Normal distribution with the variance corrected for ties."
            ),
            "p by permutation deals one of the two measurements out anew: all orders up to nine people, otherwise 10,000 random ones, the same each time; ties do no harm to it.".to_owned(),
        ];
        if !self.view.correlation.adjust_for.is_empty() {
            let names: Vec<String> =
                self.view.correlation.adjust_for.iter().map(|covariate| covariate.name.clone()).collect();
            method.push(format!(
                "Partial correlations hold {} fixed, by the inverse of the matrix of coefficients: for Pearson’s r the correlation of the residuals, for Spearman’s ρ that of the residuals of ranks.",
                joined(&names)
            ));
        }
        if self.view.correlation.quantity == Quantity::Slope || self.view.correlation.quantity_of_y() == Quantity::Slope
        {
            method.push(
                "A slope is the line of least squares through all values from the baseline to the month, two at least."
                    .to_owned(),
            );
        }
        if self.family_size() > 1 {
            method.push(format!(
                "The {} pairs of the matrix in the chosen group are one family of tests. Holm (1979) bounds the chance of any false finding; Benjamini-Hochberg (1995) the share of false findings where tests are independent or positively dependent, Benjamini-Yekutieli (2001) however they depend. Max-T (Westfall and Young 1993) compares each pair with the largest |atanh r| √(n − 3) of the matrix when every column is shuffled on its own: 10,000 times or as often as chosen, not for Kendall.{}",
                self.family_size(),
                if self.view.correlation.is_clustered { " Variables stand in the order of a tree of average linkage with 1 − the coefficient as the distance: a way to look, not a finding." } else { "" }
            ));
        }
        method.push("Difference of two correlations: Fisher’s z of each group, their difference over its standard error, and the interval of Zou (2007) from the two intervals; beside it the p-value by dealing out the group labels anew over pairs that were standardised within their group: all ways up to 200,000, else 10,000 random ones (the same each time).".to_owned());
        if let Some(rule) = &self.view.correlation.responder {
            method.push(format!(
                "Good responder: the slope of {} from baseline to month {} is better than the slope of the lead-in by at least {}% of its size; both slopes join two visits. Without decline in the lead-in the percentage is undefined.",
                outcome_label(&rule.outcome),
                format_significant(rule.month, 3),
                format_significant(rule.threshold_percent, 3)
            ));
        }
        method.push(
            "Checked against R 4.2.2 (cor.test, solve(cor()), p.adjust); docs/VALIDATION.md has the figures."
                .to_owned(),
        );
        method
    }
}

fn symbol(coefficient: Coefficient) -> &'static str {
    match coefficient {
        Coefficient::Pearson => "r",
        Coefficient::Spearman => "ρ",
        Coefficient::KendallTauB => "τ",
    }
}

fn sentence_case(group: &str) -> String {
    if group == "all" { "Everyone".to_owned() } else { super::change::capitalised(group) }
}

/// "all 59 people" reads badly in a sentence; "everyone" and "MSC good responders" read well.
fn group_phrase(group: &str) -> String {
    if group == "all" { "everyone".to_owned() } else { group.replace(", ", " ") }
}
