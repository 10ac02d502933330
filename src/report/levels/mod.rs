//! The Biomarkers page: levels of analytes and their changes.

mod figures;
mod tables;

use std::collections::BTreeMap;

use super::label::{joined, month_phrase};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p_equation, format_significant, plural};
use super::overview::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::assay::{LimitRule, Scale, rule_words};
use crate::analysis::levels::{LevelsDetail, LevelsMethod, LevelsPlan};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More analytes than this are not named in a sentence.
const MOST_NAMED: usize = 6;
/// More analytes outside the family are told as their number.
const MOST_LISTED: usize = 12;

pub struct LevelsView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub asked: &'a LevelsPlan,
    pub answer: &'a Answer,
    pub detail: &'a LevelsDetail,
}

/// The rows by analyte or set, arm and term; those of one key in their order.
type Index<'a> = BTreeMap<(&'a str, &'a str, Term), Vec<&'a Finding>>;

struct Sheet<'a> {
    view: &'a LevelsView<'a>,
    index: Index<'a>,
}

impl LevelsView<'_> {
    pub fn page(&self) -> ResultPage {
        let mut index: Index<'_> = BTreeMap::new();
        for row in &self.answer.rows {
            let group = row.group.as_deref().unwrap_or_default();
            index.entry((row.outcome.as_str(), group, row.term)).or_default().push(row);
        }
        Sheet { view: self, index }.page()
    }
}

impl<'a> Sheet<'a> {
    fn page(&self) -> ResultPage {
        let mut figures = Vec::new();
        figures.extend(self.forest());
        figures.extend(self.volcano());
        figures.extend(self.strips());
        figures.extend(self.over_time());
        let mut tables = Vec::new();
        tables.extend(self.comparison_table());
        tables.extend(self.sets_table());
        tables.push(self.levels_table());
        tables.extend(self.limits_table());
        tables.extend(self.rules_table());
        tables.extend(self.detected_table());
        tables.extend(self.methods_table());
        ResultPage {
            kicker: format!("Biomarkers · levels · change from baseline to {}", self.at()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: doubt_sentences(&self.view.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    fn time_unit(&self) -> TimeUnit {
        let shown = self.view.overview.analytes.iter().find(|analyte| analyte.name == self.view.asked.shown);
        shown.map(|analyte| analyte.time_unit).unwrap_or_default()
    }

    fn month(&self) -> f64 {
        self.view.asked.assay.month
    }

    fn at(&self) -> String {
        month_phrase(self.month(), self.time_unit())
    }

    fn is_log(&self) -> bool {
        self.view.asked.assay.scale == Scale::Log2
    }

    fn control(&self) -> &'a str {
        self.view.detail.arm_names.first().map_or("", String::as_str)
    }

    fn treated(&self) -> &'a [String] {
        self.view.detail.arm_names.get(1..).unwrap_or(&[])
    }

    /// Ranks alone where everything below the limit is tied.
    fn method_used(&self) -> LevelsMethod {
        if self.view.asked.assay.below_limit == LimitRule::LowestRank {
            LevelsMethod::MannWhitney
        } else {
            self.view.asked.method
        }
    }

    fn rows(&self, outcome: &str, group: &str, term: Term) -> std::vec::IntoIter<&'a Finding> {
        self.index.get(&(outcome, group, term)).cloned().unwrap_or_default().into_iter()
    }

    fn row(&self, outcome: &str, group: &str, term: Term, month: f64) -> Option<&'a Finding> {
        self.rows(outcome, group, term).find(|row| row.at == Some(month))
    }

    /// An arm against control by a method, at the plan's month.
    fn contrast(&self, outcome: &str, group: &str, method: LevelsMethod) -> Option<&'a Finding> {
        let term = match (method, self.is_log()) {
            (LevelsMethod::MannWhitney, _) => Term::Superiority,
            (_, true) => Term::ChangeRatio,
            (_, false) => Term::Difference,
        };
        self.rows(outcome, group, term)
            .find(|row| row.at == Some(self.month()) && row.method.as_deref() == Some(method.words()))
    }

    /// The change within an arm as the family has it where there is one arm.
    fn within(&self, outcome: &str, group: &str) -> Option<&'a Finding> {
        let term = match (self.method_used(), self.is_log()) {
            (LevelsMethod::MannWhitney, _) => Term::SignedRank,
            (_, true) => Term::GeometricMeanRatio,
            (_, false) => Term::MeanChange,
        };
        self.row(outcome, group, term, self.month())
    }

    fn adjusted(&self, outcome: &str, group: &str, term: Term) -> Option<f64> {
        self.row(outcome, group, term, self.month())?.p_value
    }

    fn unit(&self, analyte: &str) -> String {
        let found = self.view.overview.analytes.iter().find(|known| known.name == analyte);
        found.and_then(|known| known.unit.clone()).unwrap_or_default()
    }

    /// Tests of the family: as the adjusted rows say, or the one there is.
    fn family_size(&self) -> usize {
        let adjusted = self.view.answer.rows.iter().find(|row| row.term == Term::Holm).and_then(|row| row.n);
        adjusted.map_or_else(|| self.tested().len(), |n| n as usize)
    }

    /// Analyte and arm of each test of the family, with p and Holm's p.
    fn tested(&self) -> Vec<(&'a str, &'a str, f64, f64)> {
        let mut tested = Vec::new();
        for analyte in &self.view.asked.analytes {
            let alone = self.within(analyte, self.control()).filter(|_| self.treated().is_empty());
            if let Some(p) = alone.and_then(|row| row.p_value) {
                let holm = self.adjusted(analyte, self.control(), Term::Holm).unwrap_or(p);
                tested.push((analyte.as_str(), self.control(), p, holm));
            }
            for arm in self.treated() {
                let Some(p) = self.contrast(analyte, arm, self.method_used()).and_then(|row| row.p_value) else {
                    continue;
                };
                let holm = self.adjusted(analyte, arm, Term::Holm).unwrap_or(p);
                tested.push((analyte.as_str(), arm.as_str(), p, holm));
            }
        }
        tested
    }

    fn alpha(&self) -> f64 {
        1.0 - self.view.plan.confidence_level
    }

    fn headline(&self) -> Vec<Phrase> {
        let tested = self.tested();
        let many = self.view.asked.analytes.len();
        if tested.is_empty() && self.treated().is_empty() {
            return vec![Phrase::plain(format!(
                "{many} {} described; there is no second arm to compare with.",
                plural(many, "analyte is", "analytes are")
            ))];
        }
        if tested.is_empty() {
            return vec![Phrase::plain(format!("No analyte could be compared between the arms at {}.", self.at()))];
        }
        let clear: Vec<&(&str, &str, f64, f64)> =
            tested.iter().filter(|(_, _, _, holm)| *holm < self.alpha()).collect();
        let arms = match self.treated() {
            [] => format!("from baseline to {}; there is no second arm to compare with", self.at()),
            [one] => format!("differently in {one} and {}", self.control()),
            _ => "differently in the arms".to_owned(),
        };
        let tests = match tested.len() {
            1 => String::new(),
            tests => format!(", {tests} tests allowed for"),
        };
        let at = match format_significant(self.alpha(), 2).as_str() {
            "0.05" | "0.050" => String::new(),
            alpha => format!(" at {alpha}"),
        };
        let tests = format!("{tests}{at}");
        if clear.is_empty() {
            let what = match self.treated() {
                [] => format!(" shows a clear change {arms}"),
                [one] => format!(" shows a clear difference in change between {one} and {}", self.control()),
                _ => " shows a clear difference in change between the arms".to_owned(),
            };
            return vec![Phrase::strong("No analyte"), Phrase::plain(format!("{what}{tests}."))];
        }
        let mut names: Vec<String> = Vec::new();
        for (analyte, _, _, _) in &clear {
            if !names.iter().any(|name| name == analyte) {
                names.push((*analyte).to_owned());
            }
        }
        let named =
            if names.len() > MOST_NAMED { format!("{} of {many} analytes", names.len()) } else { joined(&names) };
        vec![Phrase::strong(named), Phrase::plain(format!(" changed {arms}{tests}."))]
    }

    fn subline(&self) -> String {
        let tested = self.tested();
        let Some((analyte, arm, p, _)) = tested.iter().copied().reduce(|a, b| if b.2 < a.2 { b } else { a }) else {
            return String::new();
        };
        let raw = tested.iter().filter(|(_, _, p, _)| *p < self.alpha()).count();
        let alpha = format_significant(self.alpha(), 2);
        let by_chance = format_significant(self.alpha() * tested.len() as f64, 2);
        let row = if self.treated().is_empty() {
            self.within(analyte, arm)
        } else {
            self.contrast(analyte, arm, self.method_used())
        };
        let in_arm = if self.treated().is_empty() { String::new() } else { format!(" in {arm}") };
        let smallest =
            row.and_then(|row| self.interval_words(row)).map(|words| format!(" {words}")).unwrap_or_default();
        if tested.len() == 1 {
            return format!("One test: {analyte}{}{smallest}, {}.", in_arm, format_p_equation(p));
        }
        format!(
            "Strongest: {analyte}{}{smallest}, {}. Unadjusted, {raw} of {} are below {alpha}; chance alone would give {by_chance}.",
            in_arm,
            format_p_equation(p),
            tested.len()
        )
    }

    /// "ratio 0.62 (95% CI 0.51 to 0.75)".
    fn interval_words(&self, row: &Finding) -> Option<String> {
        let word = match row.term {
            Term::ChangeRatio => "ratio",
            Term::GeometricMeanRatio => "ratio to baseline",
            Term::SignedRank => "pseudo-median change",
            Term::MeanChange => "mean change",
            _ => "difference",
        };
        if row.term == Term::Superiority {
            return Some(format!("probability of the higher change {}", format_fixed(row.estimate?, 2)));
        }
        let level = format_level(self.view.plan.confidence_level);
        let unit = Some(self.unit(&row.outcome)).filter(|unit| !unit.is_empty() && !self.is_log());
        let unit = unit.map(|unit| format!(" {unit}")).unwrap_or_default();
        Some(format!(
            "{word} {}{unit} ({level} CI {})",
            self.number(row.estimate?),
            self.interval(row.conf_low?, row.conf_high?)
        ))
    }

    fn number(&self, value: f64) -> String {
        if self.is_log() && value >= 0.095 { format_fixed(value, 2) } else { format_significant(value, 3) }
    }

    fn interval(&self, low: f64, high: f64) -> String {
        if self.is_log() && low >= 0.095 {
            format_interval(low, high, 2)
        } else {
            format!("{} to {}", self.number(low), self.number(high))
        }
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.view.plan.confidence_level);
        let mut method = vec![format!(
            "A sample counts for a month when it is the nearest within {} months of it; each person counts once a month, and visits are never pooled as if they were people. {}",
            format_significant(self.view.asked.assay.window_months, 3),
            if self.is_log() {
                "Concentrations are analysed as logarithms: means are geometric means, a change is the ratio to the baseline of the same person, and a difference between arms is the ratio of these ratios."
            } else {
                "Concentrations are analysed as measured."
            }
        )];
        method.push(format!(
            "Between arms, each against control: analysis of covariance of the value at the month with the baseline value as covariate, all arms in one model; Student’s and Welch’s t-tests and the Mann-Whitney test (exact with ties up to 2,500 pairs) of the changes; with several months also the mixed model for repeated measures: all changes of a person in one model on arm, month and baseline, each by month, any covariance between months (a simpler one where that cannot be fitted), REML with Kenward and Roger’s degrees of freedom; and for values beyond a limit the censored likelihood (tobit): Normal regression of the value at the month in which such a value is known to lie beyond its limit and no more. The sentence, the figures and the adjusted p-values use: {}. Within an arm: paired t-test of the change, and Wilcoxon’s signed rank test (exact with ties up to 50 people). Intervals cover {level}.",
            self.method_used().words()
        ));
        method.push(format!(
            "For a value below a limit stands {}; the table of rules repeats the comparison with each rule. For one above a limit the limit stands, or nothing. With the lowest rank, everything below the highest limit is tied there and ranks alone are used. Changes that differ by no more than the rounding of their subtraction are ties. An analyte of which more than half of an arm lies below the limit is also told as detected or not, with Fisher’s exact test and Newcombe’s interval.",
            rule_words(self.view.asked.assay.below_limit)
        ));
        method.push(
            "The family of tests is every analyte chosen, in every arm against control (with one arm: its change), at this month. Holm (1979) bounds the chance of any false finding; Benjamini-Hochberg (1995) the share of false findings where tests are independent or positively dependent, Benjamini-Yekutieli (2001) however they depend. Max-T (Westfall and Young 1993, step-down) compares each with the largest t of the family that dealing out the arms anew brings, whole people at a time (with one arm: flipping signs): it bounds the chance of any false finding and loses less than Holm where analytes go together; t is Welch’s t of the changes, of their ranks where the comparison is by ranks, and where it is adjusted for the baseline of what a line on the baseline, fitted without the arms, leaves of the value; up to 20,000 ways are all counted, else 10,000 random ones or as many as chosen.".to_owned(),
        );
        let others: Vec<String> = self.view.overview.analytes.iter().map(|analyte| analyte.name.clone()).collect();
        let others: Vec<String> = others.into_iter().filter(|name| !self.view.asked.analytes.contains(name)).collect();
        if !others.is_empty() {
            let named = if others.len() > MOST_LISTED {
                format!("{} of the files’ analytes", others.len())
            } else {
                joined(&others)
            };
            method.push(format!(
                "Not in the family: {named}. By default it takes analytes that were measured at least half as often as the one measured most; the settings change it."
            ));
        }
        if !self.view.asked.assay.sets.is_empty() {
            method.push(
                "A set’s score of a person is the mean of the changes of its analytes, each divided by its standard deviation within arms; scores are compared by Welch’s t-test, and by permutation. A set as a whole is judged by the mean of its squared t’s, in which analytes that rise and analytes that fall both count, against the same when the arms are dealt out anew.".to_owned(),
            );
        }
        method.push("Checked against R 4.2.2 (t.test, lm, wilcox.test, coin, survreg, fisher.test, p.adjust); docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}
