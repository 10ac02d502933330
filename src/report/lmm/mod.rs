//! The page of the slope models.

mod figures;
mod tables;

use super::change::capitalised;
use super::label::{joined, month_phrase, outcome_label, outcome_unit};
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p_equation, format_significant};
use super::overview::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::lmm::{LmmDetail, LmmDfMethod, LmmPlan, SlopeModel};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::{TimeUnit, alsfrs};

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

pub struct LmmView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub lmm: &'a LmmPlan,
    pub answer: &'a Answer,
    pub detail: &'a LmmDetail,
}

impl LmmView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.lmm.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn level(&self) -> String {
        format_level(self.plan.confidence_level)
    }

    /// The model that the page speaks of.
    fn rows(&self, term: Term) -> impl Iterator<Item = &Finding> {
        let id = self.detail.model.id();
        self.answer.rows.iter().filter(move |row| row.analysis == id && row.term == term)
    }

    fn arm_row(&self, term: Term, arm: &str) -> Option<&Finding> {
        self.rows(term).find(|row| row.group.as_deref() == Some(arm))
    }

    fn at(&self, term: Term, arm: &str, month: f64) -> Option<&Finding> {
        self.rows(term).find(|row| row.group.as_deref() == Some(arm) && row.at == Some(month))
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    /// "points a month", or "a month" for an outcome without a unit.
    fn rate(&self) -> String {
        let unit = outcome_unit(self.overview, &self.lmm.visits.outcome);
        if unit.is_empty() { "a month".to_owned() } else { format!("{unit} a month") }
    }

    fn has_bend(&self) -> bool {
        self.detail.model == SlopeModel::ChangePoint
    }

    pub fn page(&self) -> ResultPage {
        let outcome = outcome_label(&self.lmm.visits.outcome);
        let since = if self.has_bend() { "from the start of treatment, lead-in in the model" } else { "from baseline" };
        let mut figures = vec![self.lines_figure()];
        figures.extend(self.forest_figure());
        figures.extend(self.quantile_figures());
        figures.extend(self.patients_figure());
        let mut tables = vec![self.slopes_table()];
        tables.extend(self.models_table());
        tables.push(self.variance_table());
        tables.push(self.months_table());
        ResultPage {
            kicker: format!("Slope model · {outcome} · change a month {since}"),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables,
            doubts: self.doubts(),
            method: self.method(),
        }
    }

    /// The ALSFRS-R with a decline in both arms can be told as loss.
    fn both_lose(&self, arm: &str) -> bool {
        let falls =
            |arm: &str| self.arm_row(Term::Slope, arm).and_then(|row| row.estimate).is_some_and(|one| one < 0.0);
        self.lmm.visits.outcome == alsfrs::TOTAL && falls(arm) && falls(self.control())
    }

    fn headline(&self) -> Vec<Phrase> {
        let level = self.level();
        let rate = self.rate();
        let found: Vec<(&String, f64, f64, f64)> = self
            .treated()
            .iter()
            .filter_map(|arm| {
                let row = self.arm_row(Term::Difference, arm)?;
                Some((arm, row.estimate?, row.conf_low?, row.conf_high?))
            })
            .collect();
        match found.as_slice() {
            [] => self.one_arm_headline(),
            [(arm, estimate, low, high)] => {
                let interval = format!(" ({level} CI {}).", format_interval(*low, *high, 2));
                let size = format_fixed(estimate.abs(), 2);
                let is_more = *estimate >= 0.0;
                if self.both_lose(arm) {
                    let direction = if is_more { "less" } else { "more" };
                    vec![
                        Phrase::plain(format!("{arm} lost ")),
                        Phrase::strong(match rate.strip_suffix(" a month") {
                            Some(unit) => format!("{size} {unit} a month {direction}"),
                            None => format!("{size} {rate} {direction}"),
                        }),
                        Phrase::plain(format!(" than {}{interval}", self.control())),
                    ]
                } else {
                    let direction = if is_more { "higher" } else { "lower" };
                    vec![
                        Phrase::plain(format!("The slope of {} was ", outcome_label(&self.lmm.visits.outcome))),
                        Phrase::strong(format!("{size} {rate} {direction}")),
                        Phrase::plain(format!(" in {arm} than in {}{interval}", self.control())),
                    ]
                }
            }
            many if many.len() > MOST_ARMS_TOLD => {
                let by_size = |a: &&(&String, f64, f64, f64), b: &&(&String, f64, f64, f64)| a.1.total_cmp(&b.1);
                let Some((least, most)) = many.iter().min_by(by_size).zip(many.iter().max_by(by_size)) else {
                    return Vec::new();
                };
                vec![
                    Phrase::plain(format!(
                        "The differences in slope of {} arms from {} run from ",
                        many.len(),
                        self.control()
                    )),
                    Phrase::strong(format!("{} {rate}", format_fixed(least.1, 2))),
                    Phrase::plain(format!(" ({}) to ", least.0)),
                    Phrase::strong(format!("{} {rate}", format_fixed(most.1, 2))),
                    Phrase::plain(format!(" ({}).", most.0)),
                ]
            }
            several => {
                let mut phrases = vec![Phrase::plain(format!("Slope against {}: ", self.control()))];
                for (place, (arm, estimate, low, high)) in several.iter().enumerate() {
                    let end = if place + 1 == several.len() { "." } else { "; " };
                    phrases.push(Phrase::plain(format!("{arm} ")));
                    phrases.push(Phrase::strong(format!("{} {rate}", format_fixed(*estimate, 2))));
                    phrases.push(Phrase::plain(format!(" ({level} CI {}){end}", format_interval(*low, *high, 2))));
                }
                phrases
            }
        }
    }

    /// Without a second arm the slope itself is the answer.
    fn one_arm_headline(&self) -> Vec<Phrase> {
        let row = self.rows(Term::Slope).next();
        let Some((estimate, low, high)) = row.and_then(|row| Some((row.estimate?, row.conf_low?, row.conf_high?)))
        else {
            return vec![Phrase::plain("There is no comparison of slopes to report.")];
        };
        vec![
            Phrase::plain(format!("{} changed by ", capitalised(&outcome_label(&self.lmm.visits.outcome)))),
            Phrase::strong(format!("{} {}", format_fixed(estimate, 2), self.rate())),
            Phrase::plain(format!(
                " ({} CI {}). There is no second arm to compare with.",
                self.level(),
                format_interval(low, high, 2)
            )),
        ]
    }

    fn subline(&self) -> String {
        let mut counts: Vec<String> = self
            .detail
            .arm_names
            .iter()
            .zip(&self.detail.arm_people)
            .map(|(arm, people)| format!("{people} in {arm}"))
            .collect();
        if counts.len() > 1 {
            counts.rotate_left(1);
        }
        let values = self.rows(Term::Measurements).next().and_then(|row| row.estimate).unwrap_or(0.0);
        let mut line = format!("In the model: {}, {} measurements.", joined(&counts), format_fixed(values, 0));
        let name = capitalised(self.detail.model.words());
        let df = self.lmm.df_method.words();
        if let Some(row) = self.rows(Term::ArmTest).next()
            && let (Some(f), Some(p)) = (row.statistic, row.p_value)
        {
            let f = format_fixed(f, 2);
            line.push_str(&format!(" {name}, {df}, all arms at once: F = {f}, {}.", format_p_equation(p)));
        } else if let [arm] = self.treated()
            && let Some(p) = self.arm_row(Term::Difference, arm).and_then(|row| row.p_value)
        {
            line.push_str(&format!(" {name}, {df}: {}.", format_p_equation(p)));
        }
        if self.detail.model != self.lmm.model {
            line.push_str(&format!(
                " The {} that was asked for has no answer; this is the {}.",
                self.lmm.model.words(),
                self.detail.model.words()
            ));
        }
        line
    }

    /// Months at which the lines are read off, rising.
    fn months(&self) -> Vec<f64> {
        let mut months: Vec<f64> = self.rows(Term::LsMean).filter_map(|row| row.at).collect();
        months.dedup();
        months
    }

    /// The same difference by each model, and which arm it is of.
    fn by_model(&self) -> Vec<(&Finding, usize)> {
        self.treated()
            .iter()
            .enumerate()
            .flat_map(|(place, arm)| {
                let of_arm = move |row: &&Finding| {
                    row.term == Term::DifferenceByModel && row.group.as_deref() == Some(arm.as_str())
                };
                self.answer.rows.iter().filter(of_arm).map(move |row| (row, place + 1))
            })
            .collect()
    }

    fn is_chosen(&self, row: &Finding) -> bool {
        let chosen = self.rows(Term::Slope).next();
        row.analysis == self.detail.model.id() && chosen.is_some_and(|chosen| chosen.method == row.method)
    }

    fn model_label(row: &Finding) -> String {
        capitalised(row.method.as_deref().unwrap_or_default())
    }

    fn doubts(&self) -> Vec<String> {
        let mut doubts = doubt_sentences(&self.answer.notes, self.time_unit());
        let bend = if self.has_bend() { " on either side of month 0" } else { "" };
        doubts.push(format!(
            "The model takes decline for a straight line{bend}. If it slows down or speeds up, the slope is a mean over the visits there are, and arms that were followed for different times cannot be compared by it."
        ));
        doubts.push("Someone who dies or leaves is taken to have gone on along the line that their visits and their arm tell. If people left for a reason that their earlier values do not show, slopes are biased; a death is no missing value. The joint rank counts deaths, this does not.".to_owned());
        if self.lmm.common_baseline && self.detail.arm_names.len() > 1 {
            doubts.push("A common baseline holds for randomised arms. If arms were chosen otherwise, take separate baselines: the row is in the table.".to_owned());
        }
        doubts
    }

    fn method(&self) -> Vec<String> {
        let unit = self.time_unit();
        let horizon = month_phrase(self.lmm.horizon(), unit);
        let mut method = vec![match self.detail.model {
            SlopeModel::Slope => format!(
                "Linear mixed model by restricted maximum likelihood: {}. t is time in months from the start; visits from the baseline to {horizon}, each at its own time. Each patient has a line of their own about the arm’s; their intercepts and slopes are normal with any variances and correlation (Laird and Ware 1982).",
                self.detail.formula
            ),
            SlopeModel::ChangePoint => format!(
                "Linear mixed model by restricted maximum likelihood, with a bend at month 0: {}. t_pre = min(t, 0), t_post = max(t, 0), t in months from the start; all visits to {horizon}, each at its own time. Each patient has an intercept, a lead-in slope and a slope afterwards of their own about the arm’s, normal with any variances and correlations (Laird and Ware 1982).",
                self.detail.formula
            ),
        }];
        if self.has_bend() {
            method.push("The lead-in is data, not something to subtract: a patient’s decline before treatment tells, through the correlation, what decline afterwards to expect. The difference between a patient’s two slopes would carry the noise of both and regression to the mean.".to_owned());
        }
        if self.detail.arm_names.len() > 1 {
            method.push(match (self.lmm.common_baseline, self.has_bend()) {
                (true, true) => "Common baseline: the arms share mean at month 0 and lead-in slope, and differ in the slope afterwards.".to_owned(),
                (true, false) => "Common baseline: the arms share the mean at month 0 and differ in slope.".to_owned(),
                (false, true) => "Separate baselines: each arm has its own mean at month 0 and its own lead-in slope.".to_owned(),
                (false, false) => "Separate baselines: each arm has its own mean at month 0.".to_owned(),
            });
        }
        method.push(match self.lmm.df_method {
            LmmDfMethod::KenwardRoger => "Standard errors and degrees of freedom by Kenward and Roger (Biometrics 53:983, 1997), as R’s pbkrtest has them.".to_owned(),
            LmmDfMethod::Satterthwaite => "Degrees of freedom by Satterthwaite, as R’s lmerTest has them (Kuznetsova, Brockhoff and Christensen, J Stat Softw 82(13), 2017).".to_owned(),
        });
        let window = format_significant(unit.from_months(self.lmm.visits.window_months), 3);
        method.push(format!(
            "Only people with a baseline visit, within {window} {} of the start, are in it. Measured means take the visit nearest the month within that window; the model takes every visit.",
            unit.many()
        ));
        method.push("Checked against R’s lme4, lmerTest and pbkrtest on whole files, both models, common and separate baseline, both methods: relative difference below 0.00001; docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}
