//! The Responders page: slopes before and after the start.

mod figures;
mod tables;

use super::Overview;
use super::change::capitalised;
use super::label::{joined, month_phrase, outcome_label, outcome_unit};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p_equation, format_significant};
use super::page::{Phrase, ResultPage};
use crate::analysis::slope::{
    Criterion, SlopeDetail, SlopeMethod, SlopePlan, SlopeTest, difference_words, responder_words,
};
use crate::analysis::{AnalysisId, Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

/// What the page needs besides the answer.
pub struct SlopeView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub slope: &'a SlopePlan,
    pub answer: &'a Answer,
    pub detail: &'a SlopeDetail,
}

impl SlopeView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.slope.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn at(&self) -> String {
        month_phrase(self.slope.visits.primary_month, self.time_unit())
    }

    fn outcome(&self) -> String {
        outcome_label(&self.slope.visits.outcome)
    }

    /// "points a month", or "a month".
    fn rate(&self) -> String {
        match outcome_unit(self.overview, &self.slope.visits.outcome).as_str() {
            "" => "a month".to_owned(),
            unit => format!("{unit} a month"),
        }
    }

    fn level(&self) -> String {
        format_level(self.plan.confidence_level)
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

    fn row(&self, analysis: AnalysisId, term: Term, group: Option<&str>, method: &str) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == analysis
                && row.term == term
                && row.group.as_deref() == group
                && row.method.as_deref() == Some(method)
        })
    }

    fn described(&self, term: Term, arm: &str) -> Option<&Finding> {
        self.row(AnalysisId::SlopeChange, term, Some(arm), self.slope.method.words())
    }

    fn difference(&self, method: SlopeMethod, test: SlopeTest, arm: &str) -> Option<&Finding> {
        self.row(AnalysisId::SlopeChange, self.compared(), Some(arm), &difference_words(method, test))
    }

    /// The change in slope, or the follow-up slope where there is no other.
    fn compared(&self) -> Term {
        if self.detail.has_lead_in { Term::Difference } else { Term::FollowUpDifference }
    }

    fn responder(&self, term: Term, arm: &str, criterion: Criterion) -> Option<&Finding> {
        let words = responder_words(criterion, self.slope.method, self.slope.missing);
        self.row(AnalysisId::Responder, term, Some(arm), &words)
    }

    pub fn page(&self) -> ResultPage {
        let mut figures = Vec::new();
        let mut tables = Vec::new();
        if self.detail.has_lead_in {
            figures.extend([
                self.responder_figure(),
                self.slopes_figure(),
                self.regression_figure(),
                self.waterfall_figure(),
            ]);
            tables.push(self.responder_table());
            tables.push(self.slope_table());
            tables.extend(self.ways_table());
            tables.extend(self.responder_ways_table());
            tables.push(self.regression_table());
            tables.push(self.judged_table());
        } else {
            figures.push(self.waterfall_figure());
            tables.push(self.slope_table());
            tables.extend(self.ways_table());
        }
        let mut doubts = doubt_sentences(&self.answer.notes, self.time_unit());
        doubts.extend(self.regression_doubt());
        let what =
            if self.detail.has_lead_in { "against the slope before the start" } else { "slope from the baseline" };
        ResultPage {
            kicker: format!("Responders · {} · {what}, up to {}", self.outcome(), self.at()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts,
            method: self.method(),
        }
    }

    /// "better" or "worse", as the plan says which way is which.
    fn direction(&self, difference: f64) -> &'static str {
        if (difference >= 0.0) == self.slope.higher_is_better { "better" } else { "worse" }
    }

    fn headline(&self) -> Vec<Phrase> {
        let until = capitalised(&format!("up to {}", self.at()));
        let found: Vec<(&String, &Finding)> = self
            .treated()
            .iter()
            .filter_map(|arm| Some((arm, self.difference(self.slope.method, SlopeTest::Student, arm)?)))
            .collect();
        let what = if self.detail.has_lead_in { "the change in slope" } else { "the slope" };
        let mut phrases = match found.as_slice() {
            [] => return self.one_arm_headline(&until),
            many if many.len() > MOST_ARMS_TOLD => {
                let ends = many.iter().filter_map(|(_, row)| row.estimate);
                let low = ends.clone().fold(f64::INFINITY, f64::min);
                let high = ends.fold(f64::NEG_INFINITY, f64::max);
                vec![
                    Phrase::plain(format!(
                        "{until} {what} of {} arms differs from that of {} by ",
                        many.len(),
                        self.control()
                    )),
                    Phrase::strong(format!("{} {}", format_interval(low, high, 2), self.rate())),
                    Phrase::plain("."),
                ]
            }
            several => {
                let mut phrases = vec![Phrase::plain(format!("{until} {what} was "))];
                for (index, (arm, row)) in several.iter().enumerate() {
                    let (Some(estimate), Some(low), Some(high)) = (row.estimate, row.conf_low, row.conf_high) else {
                        continue;
                    };
                    let size = format_fixed(estimate.abs(), 2);
                    phrases.push(Phrase::strong(format!("{size} {} {}", self.rate(), self.direction(estimate))));
                    let end = if index + 1 == several.len() { "." } else { ", " };
                    phrases.push(Phrase::plain(format!(
                        " in {arm} than in {} ({} CI {}){end}",
                        self.control(),
                        self.level(),
                        format_interval(low, high, 2)
                    )));
                }
                phrases
            }
        };
        if let [(arm, _)] = found.as_slice() {
            phrases.extend(self.responder_phrases(arm));
        }
        phrases
    }

    fn responder_phrases(&self, arm: &str) -> Vec<Phrase> {
        let criterion = self.slope.primary_criterion();
        let percent = |arm: &str| {
            let share = self.responder(Term::Share, arm, criterion)?.estimate?;
            Some(format!("{}%", format_fixed(100.0 * share, 0)))
        };
        let (Some(treated), Some(control)) = (percent(arm), percent(self.control())) else { return Vec::new() };
        vec![
            Phrase::plain(" "),
            Phrase::strong(format!("{treated} against {control}")),
            Phrase::plain(format!(" were {}.", self.criterion_label(criterion))),
        ]
    }

    fn one_arm_headline(&self, until: &str) -> Vec<Phrase> {
        let [arm] = self.detail.arm_names.as_slice() else {
            return vec![Phrase::plain(format!("{until} there is no comparison between arms to report."))];
        };
        let term = if self.detail.has_lead_in { Term::SlopeChange } else { Term::FollowUpSlope };
        let Some((row, mean)) = self.described(term, arm).and_then(|row| Some((row, row.estimate?))) else {
            return vec![Phrase::plain(format!("{until} nobody has the slopes that are asked for."))];
        };
        let interval = row
            .conf_low
            .zip(row.conf_high)
            .map(|(low, high)| format!(" ({} CI {})", self.level(), format_interval(low, high, 2)))
            .unwrap_or_default();
        let what = if self.detail.has_lead_in { "mean change in slope" } else { "mean slope" };
        vec![
            Phrase::plain(format!("{until} the {what} was ")),
            Phrase::strong(format!("{} {}", format_fixed(mean, 2), self.rate())),
            Phrase::plain(format!("{interval}. There is no second arm to compare with.")),
        ]
    }

    fn subline(&self) -> String {
        let counts: Vec<String> = self
            .arms()
            .map(|(place, arm)| {
                let term = if self.detail.has_lead_in { Term::SlopeChange } else { Term::FollowUpSlope };
                let n = self.described(term, arm).and_then(|row| row.n).unwrap_or(0);
                format!("{n} of {} in {arm}", self.detail.arm_sizes.get(place).copied().unwrap_or(0))
            })
            .collect();
        let mut line = format!("With the slopes: {}.", joined(&counts));
        if let [arm] = self.treated() {
            if let Some(p) = self.difference(self.slope.method, SlopeTest::Student, arm).and_then(|row| row.p_value) {
                line.push_str(&format!(" {}: {}.", SlopeTest::Student.words(), format_p_equation(p)));
            }
            if let Some(row) = self.difference(self.slope.method, SlopeTest::Ancova, arm)
                && let (Some(estimate), Some(low), Some(high), Some(p)) =
                    (row.estimate, row.conf_low, row.conf_high, row.p_value)
            {
                line.push_str(&format!(
                    " Adjusted for the lead-in slope: {} ({}), {}.",
                    format_fixed(estimate, 2),
                    format_interval(low, high, 2),
                    format_p_equation(p)
                ));
            }
        }
        line
    }

    /// What an unadjusted change in slope hides, with its numbers.
    fn regression_doubt(&self) -> Vec<String> {
        if !self.detail.has_lead_in {
            return Vec::new();
        }
        let told: Vec<String> = self
            .treated()
            .iter()
            .filter_map(|arm| {
                let plain = self.difference(self.slope.method, SlopeTest::Student, arm)?.estimate?;
                let adjusted = self.difference(self.slope.method, SlopeTest::Ancova, arm)?.estimate?;
                Some(format!("{arm} {} without, {} with", format_fixed(plain, 2), format_fixed(adjusted, 2)))
            })
            .collect();
        let numbers = if told.is_empty() {
            String::new()
        } else {
            format!(" The difference without and with that adjustment: {}.", told.join("; "))
        };
        vec![format!(
            "A lead-in slope from a few visits is partly noise. Whoever looked fast by chance looks slower afterwards without any treatment, so the arm with the faster lead-in gains by it; adjusting for the lead-in slope takes that out.{numbers}"
        )]
    }

    fn criterion_label(&self, criterion: Criterion) -> String {
        match criterion {
            Criterion::Percent(percent) => format!("better by at least {}%", format_significant(percent, 4)),
            Criterion::Points(points) => {
                format!("better by at least {} {}", format_significant(points, 4), self.rate())
            }
        }
    }

    fn method(&self) -> Vec<String> {
        let better = if self.slope.higher_is_better { "Higher" } else { "Lower" };
        let mut method = vec![
            "Slope before: from the first visit, at least a month before the baseline, to the baseline. Slope after: from the baseline to the visit in the window of the chosen time. By two points: last less first over the time between. By least squares: the line through all visits of the span. Change in slope: after less before. Nothing is imputed.".to_owned(),
        ];
        if self.detail.has_lead_in {
            method.push(format!("Percent improvement is 100 (after − before) / |before|, and exists only for those who declined before. {better} is better. Chi-squared after Pearson (1900), the exact test after Fisher (1935), intervals after Wilson (1927), Newcombe (1998, method 10) and Woolf (1955)."));
            method.push("The difference in change of slope is tested by Student’s t with pooled variance, as the published analysis was, and by Welch’s. The analysis of covariance puts the lead-in slope into the model (change in slope ~ arm + lead-in slope): of the three it alone compares people of the same lead-in slope. A model of all visits with a bend at the start (Slope model) uses the lead-in better still.".to_owned());
        } else {
            method.push("The slopes are compared by Student’s t with pooled variance and by Welch’s.".to_owned());
        }
        method.push("Checked against R 4.2.2 (t.test, lm, chisq.test, fisher.test) on the demo trial and on a data set that the program was not tuned to; docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}
