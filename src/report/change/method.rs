//! How it was worked out, in words; the names of the choices.

use super::{ChangeView, method_name};
use crate::analysis::change::{ChangeMethod, DeathRule, ErrorRule, MOST_LEFT_OUT, Margins, MissingRule};
use crate::analysis::visit_window::BaselineRule;
use crate::report::label::{joined, time_heading};
use crate::report::number::{format_fixed, format_level, format_significant};
use crate::trial::TimeUnit;

pub fn missing_name(rule: MissingRule) -> &'static str {
    match rule {
        MissingRule::Observed => "Observed only",
        MissingRule::Locf => "Last observation carried forward",
    }
}

pub fn death_name(rule: DeathRule) -> &'static str {
    match rule {
        DeathRule::AsMissing => "Missing, like any other",
        DeathRule::WorstRank => "Worst rank (Mann-Whitney)",
        DeathRule::Zero => "Zero points (sensitivity)",
    }
}

pub fn error_name(rule: ErrorRule) -> &'static str {
    rule.name().unwrap_or("One variance for all")
}

pub fn margins_name(margins: Margins) -> &'static str {
    match margins {
        Margins::Equal => "Every level alike",
        Margins::Proportional => "By people",
    }
}

impl ChangeView<'_> {
    pub(super) fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let mut paragraphs = vec![self.values_taken()];
        paragraphs.extend(self.deaths_taken());
        if self.treated().is_empty() {
            paragraphs.push(format!(
                "Intervals of a mean are two-sided, {level}, by Student’s t on n − 1 degrees of freedom."
            ));
        } else {
            paragraphs.push(format!(
                "{} Intervals are two-sided, {level}. Each arm is compared with {}.",
                self.test_words(),
                self.control()
            ));
            paragraphs.push(format!(
                "The other tests, and the other rules for missing visits and deaths, are worked out beside it, so that it can be seen whether the choice decides. {} is repeated without each person (up to {MOST_LEFT_OUT}) and without each site. Residuals are divided by their standard errors; in the Normal plot they stand against the Normal quantiles of (rank − ½)/n.",
                method_name(self.change.method)
            ));
        }
        paragraphs.push("Checked against R 4.2.2 (t.test, wilcox.test and coin, lm, drop1, emmeans, sandwich) on data sets that the program was not tuned to, leave-one-out included; docs/VALIDATION.md has the figures.".to_owned());
        paragraphs
    }

    fn values_taken(&self) -> String {
        let unit = self.time_unit();
        let window = match unit {
            TimeUnit::Months => count_phrase(&format_significant(self.change.window_months, 3), "month"),
            TimeUnit::Weeks => {
                count_phrase(&format_significant(unit.from_months(self.change.window_months), 3), "week")
            }
            TimeUnit::Days => count_phrase(&format_fixed(unit.from_months(self.change.window_months), 0), "day"),
        };
        let baseline = match self.change.baseline {
            BaselineRule::LastAtOrBeforeStart => {
                format!("the last visit at or before the start (no more than {window} before it)")
            }
            BaselineRule::NearestStart => format!("the visit nearest the start, within {window}"),
        };
        let missing = match self.change.missing {
            MissingRule::Observed => "People with both are compared; nothing is imputed.",
            MissingRule::Locf => {
                "Who was not seen then is given the last visit after the baseline and before the end of that window (last observation carried forward; never the baseline). That takes decline to have stopped with the last visit, and favours the arm that lost people early."
            }
        };
        format!(
            "Change is the value at the visit nearest each target {} (within {window} on either side; of two equally near, the earlier) minus the value at baseline, {baseline}. {missing}",
            time_heading(unit).to_lowercase()
        )
    }

    fn deaths_taken(&self) -> Option<String> {
        let endpoint = self.change.endpoint.as_deref().filter(|_| self.detail.has_deaths)?.replace('_', " ");
        Some(match self.change.death {
            DeathRule::AsMissing => format!(
                "A death (endpoint {endpoint}) has no value of its own: it is a missing visit, and those compared are survivors."
            ),
            DeathRule::WorstRank => format!(
                "By Mann-Whitney a death (endpoint {endpoint}) up to the month ranks below everybody alive, the earlier the lower, whatever was measured before. Its effect is the probability that a person of the arm ranks above one of the control. The tests of means have no number for a death and take it as missing."
            ),
            DeathRule::Zero => format!(
                "Sensitivity analysis: for a death (endpoint {endpoint}) up to the month the value is 0, the floor of the scale, so that the change is minus the baseline. The difference then mixes survival and function, and rests on how many points a death is said to be worth."
            ),
        })
    }

    fn test_words(&self) -> String {
        match self.change.method {
            ChangeMethod::Student => "Student’s two-sample t-test with pooled variance: it assumes that both arms spread alike (Student 1908).".to_owned(),
            ChangeMethod::Welch => "Welch’s two-sample t-test, which lets the arms spread differently, with Satterthwaite’s degrees of freedom (Welch 1947).".to_owned(),
            ChangeMethod::MannWhitney => "Mann-Whitney’s test (Wilcoxon’s rank sum): up to 2500 pairs of people every way to deal the ranks is counted, ties included, beyond that the Normal distribution serves, corrected for ties and continuity. The difference is the median of all differences between a person of one arm and one of the other (Hodges and Lehmann 1963).".to_owned(),
            ChangeMethod::Ancova => {
                let others: Vec<String> = self
                    .change
                    .covariates
                    .iter()
                    .map(|covariate| {
                        if covariate.as_factor { format!("{} (as groups)", covariate.name) } else { covariate.name.clone() }
                    })
                    .collect();
                let others = if others.is_empty() { String::new() } else { format!(", {}", joined(&others)) };
                let errors = match self.change.standard_error.name() {
                    None => "one residual variance".to_owned(),
                    Some(name) => format!("standard errors that let people differ in variance ({name}, White 1980, MacKinnon and White 1985)"),
                };
                format!("Analysis of covariance: ordinary least squares of the change on arm and the baseline value{others}; one common slope a covariate, {errors}.")
            }
        }
    }
}

/// "1 month", "0.5 months".
fn count_phrase(count: &str, unit: &str) -> String {
    if count == "1" { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
