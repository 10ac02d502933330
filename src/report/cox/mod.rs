//! The page of hazard ratios.

mod figures;
mod tables;

use super::label::joined;
use super::note::doubt_sentences;
use super::number::{format_fixed, format_level, format_p_equation, format_significant};
use super::overview::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::cox::{CoxDetail, CoxPlan, HazardInterval, MOST_LEFT_OUT, PhTransform, TieRule};
use crate::analysis::{Answer, Finding, Plan, Term};

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

pub struct CoxView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub cox: &'a CoxPlan,
    pub answer: &'a Answer,
    pub detail: &'a CoxDetail,
}

/// "0.86", "0.013", "1234".
fn ratio_text(ratio: f64) -> String {
    if (0.095..100.0).contains(&ratio) { format_fixed(ratio, 2) } else { format_significant(ratio, 2) }
}

/// "0.45 to 1.65", "below 0.53": an open side is none.
fn interval_text(low: Option<f64>, high: Option<f64>) -> Option<String> {
    match (low, high) {
        (Some(low), Some(high)) => Some(format!("{} to {}", ratio_text(low), ratio_text(high))),
        (None, Some(high)) => Some(format!("below {}", ratio_text(high))),
        (Some(low), None) => Some(format!("above {}", ratio_text(low))),
        (None, None) => None,
    }
}

impl CoxView<'_> {
    fn level(&self) -> String {
        format_level(self.plan.confidence_level)
    }

    fn rows(&self, term: Term) -> impl Iterator<Item = &Finding> {
        self.answer.rows.iter().filter(move |row| row.term == term)
    }

    fn arm_row(&self, term: Term, arm: &str) -> Option<&Finding> {
        self.rows(term).find(|row| row.group.as_deref() == Some(arm))
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    fn place(&self, arm: &str) -> usize {
        self.detail.arm_names.iter().position(|name| name == arm).unwrap_or_default()
    }

    fn event(&self) -> String {
        self.cox.time.name().replace('_', " ")
    }

    /// The main ratio of an arm; where the adjusted model has no answer, the unadjusted one.
    fn main_row(&self, arm: &str) -> Option<&Finding> {
        let unadjusted =
            |row: &&Finding| row.group.as_deref() == Some(arm) && row.note.as_deref() == Some("unadjusted");
        self.arm_row(Term::HazardRatio, arm).or_else(|| self.rows(Term::HazardRatioByModel).find(unadjusted))
    }

    fn is_fallback(&self) -> bool {
        self.rows(Term::HazardRatio).next().is_none() && self.rows(Term::HazardRatioByModel).next().is_some()
    }

    /// "12 of 31".
    fn events_of(&self, arm: &str) -> String {
        self.arm_row(Term::Events, arm)
            .map(|row| format!("{} of {}", format_fixed(row.estimate.unwrap_or(0.0), 0), row.n.unwrap_or(0)))
            .unwrap_or_default()
    }

    pub fn page(&self) -> ResultPage {
        let mut figures: Vec<_> = self.forest_figure().into_iter().collect();
        figures.extend(self.hazard_figures());
        figures.extend(self.influence_figures());
        let mut tables = vec![self.ratios_table()];
        tables.extend(self.subgroups_table());
        tables.extend(self.hazards_table());
        tables.extend(self.influence_table());
        tables.extend(self.tests_table());
        tables.extend(self.choices_table());
        ResultPage {
            kicker: format!("Cox model · {} · hazard against {}", self.event(), self.control()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: self.doubts(),
            method: self.method(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let level = self.level();
        let event = self.event();
        let control = self.control();
        let found: Vec<(&String, &Finding)> =
            self.treated().iter().filter_map(|arm| Some((arm, self.main_row(arm)?))).collect();
        let told = |row: &Finding| {
            let interval = interval_text(row.conf_low, row.conf_high);
            match row.estimate {
                Some(ratio) => (
                    format!("{} times", ratio_text(ratio)),
                    interval.map(|interval| format!(" ({level} CI {interval})")).unwrap_or_default(),
                ),
                None => (
                    interval
                        .map_or_else(|| "no ratio that can be told".to_owned(), |interval| format!("{interval} times")),
                    format!(" (limit of the {level} interval; no finite ratio fits best)"),
                ),
            }
        };
        match found.as_slice() {
            [] if self.treated().is_empty() => vec![Phrase::plain(
                "There is no second arm to compare with. The hazard ratios of the covariates stand in the table.",
            )],
            [] => vec![Phrase::plain(format!("There is no ratio of hazards of {event} to report."))],
            [(arm, row)] => {
                let (size, interval) = told(row);
                let start = if self.is_fallback() { "Unadjusted, the hazard" } else { "The hazard" };
                vec![
                    Phrase::plain(format!("{start} of {event} in {arm} was ")),
                    Phrase::strong(size),
                    Phrase::plain(format!(" {control}’s{interval}.")),
                ]
            }
            many if many.len() > MOST_ARMS_TOLD => {
                let finite = || many.iter().filter_map(|(arm, row)| Some((*arm, row.estimate?)));
                let least = finite().min_by(|a, b| a.1.total_cmp(&b.1));
                let most = finite().max_by(|a, b| a.1.total_cmp(&b.1));
                let Some((least, most)) = least.zip(most) else {
                    return vec![Phrase::plain(format!(
                        "No arm has a finite ratio of hazards of {event} to {control}’s."
                    ))];
                };
                vec![
                    Phrase::plain(format!("The hazards of {event} of {} arms run from ", many.len())),
                    Phrase::strong(format!("{} times", ratio_text(least.1))),
                    Phrase::plain(format!(" {control}’s ({}) to ", least.0)),
                    Phrase::strong(format!("{} times", ratio_text(most.1))),
                    Phrase::plain(format!(" ({}).", most.0)),
                ]
            }
            several => {
                let mut phrases = vec![Phrase::plain(format!("The hazard of {event}, against {control}’s: "))];
                for (place, (arm, row)) in several.iter().enumerate() {
                    let end = if place + 1 == several.len() { "." } else { "; " };
                    let (size, interval) = told(row);
                    phrases.push(Phrase::plain(format!("{arm} ")));
                    phrases.push(Phrase::strong(size));
                    phrases.push(Phrase::plain(format!("{interval}{end}")));
                }
                phrases
            }
        }
    }

    fn subline(&self) -> String {
        let mut counts: Vec<String> =
            self.detail.arm_names.iter().map(|arm| format!("{} in {arm}", self.events_of(arm))).collect();
        if counts.len() > 1 {
            counts.rotate_left(1);
        }
        let mut line = format!("Events: {}.", joined(&counts));
        let method = self.rows(Term::HazardRatio).next().and_then(|row| row.method.clone()).unwrap_or_default();
        let method = method.split("; ").collect::<Vec<&str>>().join(", ");
        if let Some(row) = self.rows(Term::ArmTest).next()
            && let (Some(statistic), Some(df), Some(p)) = (row.statistic, row.df, row.p_value)
        {
            line.push_str(&format!(
                " {method}; all arms at once: χ² = {} on {} df, {}.",
                format_fixed(statistic, 2),
                format_fixed(df, 0),
                format_p_equation(p)
            ));
        } else if let [arm] = self.treated()
            && let Some(p) = self.arm_row(Term::HazardRatio, arm).and_then(|row| row.p_value)
        {
            line.push_str(&format!(" {method}: {}.", format_p_equation(p)));
        }
        if self.is_fallback() {
            line.push_str(" The model that was asked for has no answer; below is why.");
        }
        line
    }

    fn doubts(&self) -> Vec<String> {
        let mut doubts = doubt_sentences(&self.answer.notes, self.detail.time_unit);
        if self.treated().is_empty() {
            return doubts;
        }
        doubts.push("A hazard ratio is no ratio of risks and none of times: 0.5 means that at each moment, of those still without the event, half as many have it; how many more are alive in the end, and for how long, the curves and the restricted mean say.".to_owned());
        doubts.push("One ratio stands for all of follow-up. If treatment works late or wears off, it is a mean over the time seen, and a test that sees no change in few events is no proof that there is none.".to_owned());
        if self.rows(Term::Interaction).next().is_some() {
            doubts.push("A test of interaction has little power: the trial was made to see one effect, and to see a difference of two as large takes about four times as many people. One subgroup’s interval without 1 beside another’s with it is no evidence that the two differ.".to_owned());
        }
        if !self.cox.covariates.is_empty() {
            doubts.push("Adjusting for something that tells survival moves a hazard ratio away from 1 even where the arms are balanced: the adjusted and the unadjusted ratio answer two questions. Take the one that the protocol named.".to_owned());
        }
        doubts
    }

    fn method(&self) -> Vec<String> {
        let mut method = vec![format!(
            "Cox’s regression (1972): hazard h(t) = h₀(t) exp(x′β), h₀ any function of time{}; exp(β) is the hazard ratio. β makes the partial likelihood largest, the product over events of exp(x′β) of the one who has it over the sum of exp(x′β) of all at risk (Newton’s method).{}{}",
            if self.cox.strata.is_empty() {
                String::new()
            } else {
                format!(" and of {}, each combination its own", joined(&self.words(&self.cox.strata)))
            },
            if self.cox.covariates.is_empty() {
                " x tells the arm and nothing else.".to_owned()
            } else {
                let names: Vec<String> = self.cox.covariates.iter().map(|one| one.name.clone()).collect();
                format!(
                    " x tells the arm and {}: numbers a unit each, words each level against the first in alphabetical order. Who lacks one is not in the model.",
                    joined(&self.words(&names))
                )
            },
            if self.cox.time.origin.as_ref().is_some_and(|origin| origin.is_entry_delayed) {
                " People are at risk only from when they came under observation (delayed entry)."
            } else {
                ""
            }
        )];
        method.push(match self.cox.ties {
            TieRule::Efron => "Events at one time: Efron’s rule (1977), in which the tied leave the risk set share by share; the default of R’s survival and lifelines.".to_owned(),
            TieRule::Breslow => "Events at one time: Breslow’s rule (1974), in which all the tied stay at risk for each other; the default of SAS, SPSS and Stata. It lies nearer to 1 than Efron’s.".to_owned(),
            TieRule::Exact => "Events at one time: the exact partial likelihood of discrete time, which sets of so many at risk have the event. R calls it exact, SAS discrete; what SAS calls exact is another likelihood, over the orders that the tied may have had.".to_owned(),
        });
        let has_firth = self.cox.firth;
        method.push(format!(
            "{}{}",
            match (self.cox.interval, self.detail.monotone.is_some()) {
                (_, true) => "Intervals: all values at which twice the fall of the profile likelihood from its height stays below χ² (Venzon and Moolgavkar 1988); p-values by the likelihood ratio.",
                (HazardInterval::Wald, _) => "Intervals: exp(β ± z · SE), SE from the information; p-values of z = β / SE.",
                (HazardInterval::Profile, _) => "Intervals: all values at which twice the fall of the profile likelihood from its height stays below χ² (Venzon and Moolgavkar 1988); p-values by the likelihood ratio.",
            },
            match (&self.cox.cluster, has_firth) {
                (Some(cluster), false) => format!(" SE are robust to people of one {cluster} being alike (Lin and Wei 1989)."),
                (Some(cluster), true) => format!(" SE are robust to people of one {cluster} being alike (Lin and Wei 1989); the likelihood is penalised by Jeffreys’ prior (Firth; Heinze and Schemper 2001)."),
                (None, true) => " The likelihood is penalised by Jeffreys’ prior (Firth; Heinze and Schemper 2001).".to_owned(),
                (None, false) => String::new(),
            }
        ));
        let scale = match self.cox.ph_transform {
            PhTransform::Km => "1 − Kaplan-Meier, so that early and late events count alike",
            PhTransform::Rank => "the rank of time",
            PhTransform::Identity => "time itself",
            PhTransform::Log => "the logarithm of time",
        };
        method.push(format!(
            "Does the ratio change? The score test of a coefficient that changes with g(t), g {scale} (Grambsch and Therneau 1994), in its exact form, as R’s cox.zph has it since survival 3.0; SAS and older R use an approximation with one variance for all. The points are scaled Schoenfeld residuals plus β; the curve is a natural cubic spline of four parameters with its {} band.",
            self.level()
        ));
        method.push(format!(
            "Influence: dfbeta, the score residual times the covariance of β, is about how far β would move back without the person{}. Up to {MOST_LEFT_OUT} people each is left out in turn and the model fitted again; of more, those whom dfbeta names.",
            if self.cox.ties == TieRule::Exact { " (by Efron’s ties: exact ones have no score residuals)" } else { "" }
        ));
        if !self.cox.subgroups.is_empty() {
            method.push("Subgroups: a model of its own in each, adjusted as the whole one but for the column that makes the groups. Interaction: the likelihood-ratio test of the products of arm and group beside both, in everybody; with robust errors Wald’s. Numbers are cut at the median unless the plan names a cut.".to_owned());
        }
        method.push("Concordance is Harrell’s c with the infinitesimal jackknife’s standard error. Checked against R 4.2.2’s survival (coxph, cox.zph, concordance, anova) on whole files; docs/VALIDATION.md has the figures.".to_owned());
        method
    }

    fn words(&self, names: &[String]) -> Vec<String> {
        names.iter().map(|name| name.replace('_', " ")).collect()
    }
}
