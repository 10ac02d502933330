//! The joint rank page.

use super::Overview;
use super::axis::{fitted_axis, round_axis};
use super::change::hue;
use super::figure::{Bar, BarGroup, Bars, Figure, LegendEntry};
use super::label::{joined, month_phrase, outcome_label, time_heading};
use super::note::{analysis_name, doubt_sentences};
use super::number::{
    format_df, format_fixed, format_interval, format_level, format_p, format_p_equation, format_signed,
    format_significant,
};
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::cafs::{CafsDetail, CafsInterval, CafsMethod, CafsPlan, CafsRule, CafsScores, PersonScore};
use crate::analysis::{AnalysisId, Answer, Finding, Plan, Term};
use crate::order::sort_by;
use crate::trial::TimeUnit;

/// More arms than this are not told one by one in the headline.
const MOST_ARMS_TOLD: usize = 3;

/// More bars than this are thinner than a line.
const MOST_BARS: usize = 400;

/// One figure of scores an arm; more arms than names have theirs in the tables.
const SCORE_KEYS: [&str; 4] =
    ["joint-rank-scores", "joint-rank-scores-2", "joint-rank-scores-3", "joint-rank-scores-4"];

/// What can decide a pair, from best to worst for the arm.
const DECISIONS: [(Term, &str); 6] = [
    (Term::PairsWonByDeath, "Better by death"),
    (Term::PairsWonByFunction, "Better by function"),
    (Term::PairsEqual, "Equal"),
    (Term::PairsNotCompared, "Nothing to compare"),
    (Term::PairsLostByFunction, "Worse by function"),
    (Term::PairsLostByDeath, "Worse by death"),
];

pub struct CafsView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub cafs: &'a CafsPlan,
    pub answer: &'a Answer,
    pub detail: &'a CafsDetail,
}

impl CafsView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.cafs.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn row(&self, analysis: AnalysisId, term: Term, arm: &str) -> Option<&Finding> {
        self.answer
            .rows
            .iter()
            .find(|row| row.analysis == analysis && row.term == term && row.group.as_deref() == Some(arm))
    }

    /// The mean rank of an arm or of control, in the contrast of `arm`.
    fn mean_rank(&self, arm: &str, group: &str) -> Option<f64> {
        let contrast = format!("{arm} − {}", self.control());
        let is_it = |row: &&Finding| {
            row.term == Term::MeanRank
                && row.group.as_deref() == Some(group)
                && row.contrast.as_deref() == Some(contrast.as_str())
        };
        self.answer.rows.iter().find(is_it)?.estimate
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    /// Pairs decided in one way, and all pairs.
    fn decided(&self, term: Term, arm: &str) -> Option<(f64, f64)> {
        let row = self.row(AnalysisId::Cafs, term, arm)?;
        Some((row.estimate?, row.n? as f64))
    }

    fn share(&self, arm: &str, terms: [Term; 2]) -> Option<f64> {
        let (first, all) = self.decided(terms[0], arm)?;
        let (second, _) = self.decided(terms[1], arm)?;
        (all > 0.0).then(|| (first + second) / all)
    }

    fn horizon_phrase(&self) -> String {
        month_phrase(self.cafs.horizon(), self.time_unit())
    }

    pub fn page(&self) -> ResultPage {
        let outcome = outcome_label(&self.cafs.visits.outcome);
        let with = match &self.cafs.endpoint {
            Some(endpoint) => format!("{outcome} and {}", outcome_label(endpoint)),
            None => outcome,
        };
        let mut figures: Vec<FigureView> = self.pairs_figure().into_iter().collect();
        figures
            .extend(self.detail.contrasts.iter().zip(SCORE_KEYS).map(|(scores, key)| self.score_figure(scores, key)));
        let mut doubts = doubt_sentences(&self.answer.notes, self.time_unit());
        if self.cafs.endpoint.is_some() {
            doubts.push("Deaths are timed from where the survival file begins to count, changes from the baseline visit. Where the two are not the same day, a death and a visit are compared at a shifted time; the files do not tell.".to_owned());
        }
        if self.treated().len() > 1 {
            doubts.push(format!(
                "{} arms are each compared with {}; no p-value is adjusted for that.",
                self.treated().len(),
                self.control()
            ));
        }
        ResultPage {
            kicker: format!("Joint rank · {with} · up to {}", self.horizon_phrase()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables: [self.pairs_table(), self.effects_table(), self.tests_table()].into_iter().flatten().collect(),
            doubts,
            method: self.method(),
        }
    }

    /// "2.93 (95% CI 1.50 to 5.70)", of the win ratio or, where there is none, the net benefit.
    fn effect_phrases(&self, arm: &str) -> Option<(&'static str, String, String)> {
        let told = |term: Term, name: &'static str| {
            let row = self.row(AnalysisId::Cafs, term, arm)?;
            let interval = row
                .conf_low
                .zip(row.conf_high)
                .map(|(low, high)| {
                    format!(" ({} CI {})", format_level(self.plan.confidence_level), format_interval(low, high, 2))
                })
                .unwrap_or_default();
            Some((name, format_fixed(row.estimate?, 2), interval))
        };
        told(Term::WinRatio, "win ratio").or_else(|| told(Term::NetBenefit, "net benefit"))
    }

    fn headline(&self) -> Vec<Phrase> {
        let arms: Vec<&String> =
            self.treated().iter().filter(|arm| self.row(AnalysisId::Cafs, Term::NetBenefit, arm).is_some()).collect();
        let none = || vec![Phrase::plain(format!("Up to {} no arm could be compared.", self.horizon_phrase()))];
        match arms.as_slice() {
            [] => none(),
            [arm] => {
                let better = self.share(arm, [Term::PairsWonByDeath, Term::PairsWonByFunction]);
                let worse = self.share(arm, [Term::PairsLostByDeath, Term::PairsLostByFunction]);
                let (Some(better), Some(worse), Some((name, size, interval))) =
                    (better, worse, self.effect_phrases(arm))
                else {
                    return none();
                };
                vec![
                    Phrase::plain(format!(
                        "Of all pairs of one patient from {arm} and one from {}, {arm} did better in ",
                        self.control()
                    )),
                    Phrase::strong(percent(better)),
                    Phrase::plain(" and worse in "),
                    Phrase::strong(percent(worse)),
                    Phrase::plain(format!(": {name} ")),
                    Phrase::strong(size),
                    Phrase::plain(format!("{interval}.")),
                ]
            }
            many if many.len() > MOST_ARMS_TOLD => self.range_headline(many),
            several => {
                let mut phrases = vec![Phrase::plain(format!("Pairs with {}: ", self.control()))];
                for (index, arm) in several.iter().enumerate() {
                    let end = if index + 1 == several.len() { "." } else { "; " };
                    if let Some((name, size, interval)) = self.effect_phrases(arm) {
                        phrases.push(Phrase::plain(format!("{arm} {name} ")));
                        phrases.push(Phrase::strong(size));
                        phrases.push(Phrase::plain(format!("{interval}{end}")));
                    }
                }
                phrases
            }
        }
    }

    /// Many arms: the smallest and the largest net benefit, which every arm has.
    fn range_headline(&self, arms: &[&String]) -> Vec<Phrase> {
        let net = |arm: &&&String| {
            self.row(AnalysisId::Cafs, Term::NetBenefit, arm).and_then(|row| row.estimate).unwrap_or(0.0)
        };
        let by_size = |a: &&&String, b: &&&String| net(a).total_cmp(&net(b));
        let ends = arms.iter().min_by(by_size).zip(arms.iter().max_by(by_size));
        let Some((low, high)) = ends else { return Vec::new() };
        vec![
            Phrase::plain(format!("The net benefits of {} arms over {} run from ", arms.len(), self.control())),
            Phrase::strong(format_fixed(net(&low), 2)),
            Phrase::plain(format!(" ({low}) to ")),
            Phrase::strong(format_fixed(net(&high), 2)),
            Phrase::plain(format!(" ({high}).")),
        ]
    }

    fn subline(&self) -> String {
        let people = |place: usize| -> usize {
            let scores = self.detail.contrasts.iter().find(|scores| place == 0 || scores.arm == place);
            scores.map_or(0, |scores| scores.people.iter().filter(|person| person.arm == place).count())
        };
        let places = (1..self.detail.arm_names.len()).chain([0]);
        let counts: Vec<String> = places
            .filter_map(|place| Some(format!("{} in {}", people(place), self.detail.arm_names.get(place)?)))
            .collect();
        let mut line = format!("People compared up to {}: {}.", self.horizon_phrase(), joined(&counts));
        let method = self.cafs.method.id();
        if let [arm] = self.treated() {
            let found = self.answer.rows.iter().find(|row| row.analysis == method && row.p_value.is_some());
            match found.and_then(|row| row.p_value) {
                Some(p) => line.push_str(&format!(" {}: {}.", analysis_name(method), format_p_equation(p))),
                None => line.push_str(&format!(" {} has no answer for {arm}.", analysis_name(method))),
            }
        } else if let Some(p) = self.overall().and_then(|row| row.p_value) {
            line.push_str(&format!(" All arms at once, rank ANCOVA: {}.", format_p_equation(p)));
        }
        line
    }

    fn overall(&self) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| row.term == Term::ArmTest)
    }

    fn pairs_table(&self) -> Option<TableView> {
        let mut columns = vec![ColumnView::text("Arm"), ColumnView::number("Pairs")];
        columns.extend(DECISIONS.iter().map(|(_, label)| ColumnView::number(*label)));
        let rows: Vec<Vec<Cell>> = self
            .treated()
            .iter()
            .enumerate()
            .filter_map(|(index, arm)| {
                let (_, all) = self.decided(Term::PairsEqual, arm)?;
                let mut cells = vec![Cell::arm(arm, hue(index + 1)), Cell::text(format_fixed(all, 0))];
                cells.extend(DECISIONS.iter().map(|(term, _)| {
                    self.decided(*term, arm).map_or_else(Cell::absent, |(count, all)| {
                        Cell::text(format!("{} ({}%)", format_fixed(count, 0), format_fixed(100.0 * count / all, 1)))
                    })
                }));
                Some(cells)
            })
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: "What decided the pairs".to_owned(),
            columns,
            rows,
            footnote: Some(format!(
                "Pairs of one patient of the arm and one of {}: people of one arm times people of the other. Better: the patient of the arm.",
                self.control()
            )),
            ..TableView::default()
        })
    }

    fn effects_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Arm")];
        columns.extend(["Mean rank".to_owned(), format!("Mean rank, {}", self.control())].map(ColumnView::number));
        columns.extend(
            ["Win ratio", "Win odds", "Net benefit"].map(|name| format!("{name} ({level} CI)")).map(ColumnView::number),
        );
        let rows: Vec<Vec<Cell>> = self
            .treated()
            .iter()
            .enumerate()
            .filter(|(_, arm)| self.row(AnalysisId::Cafs, Term::NetBenefit, arm).is_some())
            .map(|(index, arm)| {
                let mut cells = vec![Cell::arm(arm, hue(index + 1))];
                for group in [arm.as_str(), self.control()] {
                    let rank = self.mean_rank(arm, group);
                    cells.push(rank.map_or_else(Cell::absent, |rank| Cell::text(format_fixed(rank, 2))));
                }
                for term in [Term::WinRatio, Term::WinOdds, Term::NetBenefit] {
                    cells.push(effect_cell(self.row(AnalysisId::Cafs, term, arm)));
                }
                cells
            })
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: "How much better".to_owned(),
            columns,
            rows,
            footnote: Some(format!(
                "Ranks run from 1 to the number of people in the arm and {}; high is good. Win ratio: pairs won over pairs lost, without the undecided. Win odds: half of the undecided on each side. Net benefit: share won minus share lost, −1 to 1. CI, confidence interval.",
                self.control()
            )),
            ..TableView::default()
        })
    }

    fn tests_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Test"), ColumnView::text("Arm")];
        columns.push(ColumnView::text("What is estimated"));
        columns.push(ColumnView::number("Estimate"));
        columns.push(ColumnView::number(format!("{level} CI")));
        columns.extend(["Statistic", "p"].map(ColumnView::number));
        let mut rows = Vec::new();
        for method in CafsMethod::ALL {
            let (term, what, decimals) = match method {
                CafsMethod::RankAncova => (Term::Difference, "Difference in mean rank", 2),
                CafsMethod::Wilcoxon => (Term::Superiority, "Chance of the higher score", 3),
                CafsMethod::FinkelsteinSchoenfeld => (Term::ScoreSum, "Sum of scores", 0),
            };
            for (index, arm) in self.treated().iter().enumerate() {
                let row = self.row(method.id(), term, arm);
                let name = if index == 0 { analysis_name(method.id()) } else { "" };
                let number = |value: Option<f64>, decimals: usize| {
                    value.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, decimals)))
                };
                let interval = row.and_then(|row| row.conf_low.zip(row.conf_high));
                let statistic = row.and_then(|row| {
                    let value = row.statistic?;
                    Some(match method {
                        CafsMethod::RankAncova => {
                            format!("t = {} on {} df", format_fixed(value, 2), format_df(row.df?))
                        }
                        CafsMethod::Wilcoxon => format!("U = {}", format_significant(value, 6)),
                        CafsMethod::FinkelsteinSchoenfeld => format!("z = {}", format_fixed(value, 2)),
                    })
                });
                rows.push(vec![
                    Cell::head(name),
                    Cell::arm(arm, hue(index + 1)),
                    Cell::text(what),
                    number(row.and_then(|row| row.estimate), decimals),
                    interval.map_or_else(Cell::absent, |(low, high)| Cell::text(format_interval(low, high, 2))),
                    statistic.map_or_else(Cell::absent, Cell::text),
                    row.and_then(|row| row.p_value).map_or_else(Cell::absent, |p| {
                        let text = format_p(p);
                        if method == self.cafs.method { Cell::strong(text) } else { Cell::text(text) }
                    }),
                ]);
            }
        }
        let footnote = self.overall().and_then(|row| {
            Some(format!(
                "All arms at once, everyone ranked among everyone, rank ANCOVA: {}, F = {}, {}.",
                row.note.as_deref()?,
                format_fixed(row.statistic?, 2),
                format_p_equation(row.p_value?)
            ))
        });
        (!rows.is_empty()).then(|| TableView {
            title: format!("Up to {} by each test", self.horizon_phrase()),
            columns,
            rows,
            footnote,
            ..TableView::default()
        })
    }

    /// What decided the pairs: a group of bars for each way, a bar for each arm.
    fn pairs_figure(&self) -> Option<FigureView> {
        let arms: Vec<(usize, &String)> =
            (1..).zip(self.treated()).filter(|(_, arm)| self.decided(Term::PairsEqual, arm).is_some()).collect();
        let (_, first) = *arms.first()?;
        let mut most: f64 = 0.0;
        let mut groups = Vec::new();
        for (term, label) in DECISIONS {
            let mut bars = Vec::new();
            for (place, arm) in &arms {
                let Some((count, all)) = self.decided(term, arm) else { continue };
                let share = 100.0 * count / all;
                most = most.max(share);
                bars.push(Bar {
                    hue: hue(*place),
                    value: share,
                    low: None,
                    high: None,
                    label: format!("{}%", format_fixed(share, 0)),
                    hint: format!(
                        "{arm} beside {}, {}: {} of {} pairs",
                        self.control(),
                        label.to_lowercase(),
                        format_fixed(count, 0),
                        format_fixed(all, 0)
                    ),
                    is_marked: false,
                });
            }
            groups.push(BarGroup { label: label.to_owned(), bars });
        }
        let described: Vec<String> = DECISIONS
            .iter()
            .filter_map(|(term, label)| {
                let (count, all) = self.decided(*term, first)?;
                Some(format!("{} {}", label.to_lowercase(), percent(count / all)))
            })
            .collect();
        Some(FigureView {
            key: "joint-rank-pairs",
            title: format!("Pairs with {}: what decided them", self.control()),
            aside: "% of pairs".to_owned(),
            description: format!(
                "Shares of the pairs of one patient of each arm and one of {}, by what decided them. {first}: {}.",
                self.control(),
                joined(&described)
            ),
            figure: Figure::Bars(Bars {
                x_label: "How the patient of the arm did".to_owned(),
                y: round_axis("Pairs, %", 0.0, most.max(1.0), 5),
                legend: arms
                    .iter()
                    .map(|(place, arm)| LegendEntry { name: (*arm).clone(), hue: hue(*place) })
                    .collect(),
                groups,
                base_y: 0.0,
                reference_y: None,
            }),
        })
    }

    /// One bar a person, from worst to best.
    fn score_figure(&self, scores: &CafsScores, key: &'static str) -> FigureView {
        let name = |place: usize| self.detail.arm_names.get(place).map_or("", String::as_str);
        let mut people: Vec<&PersonScore> = scores.people.iter().collect();
        sort_by(&mut people, |a, b| a.score.total_cmp(&b.score).then(a.arm.cmp(&b.arm)));
        let stride = people.len().div_ceil(MOST_BARS).max(1);
        let reach = (people.len().max(2) - 1) as f64;
        let groups: Vec<BarGroup> = people
            .iter()
            .step_by(stride)
            .map(|person| BarGroup {
                label: String::new(),
                bars: vec![Bar {
                    hue: hue(person.arm),
                    value: person.score,
                    low: None,
                    high: None,
                    label: String::new(),
                    hint: format!(
                        "{}, {}: {}{}",
                        person.subject_id,
                        name(person.arm),
                        format_signed(person.score, 0),
                        if person.is_dead { ", died" } else { "" }
                    ),
                    is_marked: person.is_dead,
                }],
            })
            .collect();
        let half = |upper: bool| {
            let middle = people.len() / 2;
            let of_half = people.iter().enumerate().filter(|(place, _)| (*place >= middle) == upper);
            of_half.filter(|(_, person)| person.arm == scores.arm).count()
        };
        let thinned = if stride > 1 { format!(", every {stride}th person") } else { String::new() };
        FigureView {
            key,
            title: format!("Everyone’s score, {} and {}", name(scores.arm), name(0)),
            aside: format!("people beaten minus people lost to; cross: died{thinned}"),
            description: format!(
                "A bar for each of the {} people of {} and {}, from the worst to the best joint score. Of {}, {} stand in the lower half and {} in the upper.",
                people.len(),
                name(scores.arm),
                name(0),
                name(scores.arm),
                half(false),
                half(true)
            ),
            figure: Figure::Bars(Bars {
                x_label: "People, from worst to best".to_owned(),
                y: fitted_axis("Score", -reach, reach, 6),
                legend: [scores.arm, 0]
                    .map(|place| LegendEntry { name: name(place).to_owned(), hue: hue(place) })
                    .to_vec(),
                groups,
                base_y: 0.0,
                reference_y: None,
            }),
        }
    }

    fn method(&self) -> Vec<String> {
        let horizon = self.horizon_phrase();
        let outcome = outcome_label(&self.cafs.visits.outcome);
        let better = if self.cafs.is_higher_better() { "higher" } else { "lower" };
        let unit = time_heading(self.time_unit()).to_lowercase();
        let level = format_level(self.plan.confidence_level);
        let control = self.control();
        let deaths = match &self.cafs.endpoint {
            Some(endpoint) => format!(
                "Death is the event “{}”; who dies after {horizon} counts as alive at it. Who has no record there was last known alive at the last of all visits.",
                outcome_label(endpoint)
            ),
            None => "No endpoint counts as death.".to_owned(),
        };
        let rule = match self.cafs.rule {
            CafsRule::Cafs => "CAFS, each pair of two patients. Both died: who died later does better, the same time is a tie. One died: the other does better if known to be alive at that time; otherwise (seen for the last time before it) function decides. Neither died: function decides. Function is the change from baseline at the last scheduled visit that both have: the better change wins, equal changes are a tie, and so is a pair without a common visit after baseline.".to_owned(),
            CafsRule::AlsSurv => "ALS/SURV, one order of all. The dead stand below the living, by the time of death. Those with the last scheduled visit stand in the order of their change at it. Who left before is compared, by the change at the last visit seen, with those already placed who have that visit, and takes the place above as many of them as did worse then, half of the equal; the later leavers are placed first. Who has no visit after baseline stands in the middle of the living. A pair is decided by the places in this order. The publication was available as an abstract only: the details are this program’s reading of it.".to_owned(),
        };
        let interval = match self.cafs.interval {
            CafsInterval::Asymptotic => format!(
                "Intervals, {level}: by the variances of two-sample U-statistics, ratios on the log scale (Bebu and Lachin 2016)."
            ),
            CafsInterval::Bootstrap => format!(
                "Intervals, {level}: percentiles of {} resamples, each arm resampled for itself, seed {}.",
                self.cafs.resamples, self.cafs.seed
            ),
        };
        let covariates: Vec<String> =
            self.cafs
                .covariates
                .iter()
                .map(|covariate| {
                    if covariate.as_factor { format!("{} (as groups)", covariate.name) } else { covariate.name.clone() }
                })
                .collect();
        let covariates = if covariates.is_empty() { String::new() } else { format!(", {}", joined(&covariates)) };
        let method = match self.cafs.method {
            CafsMethod::RankAncova => "rank ANCOVA",
            CafsMethod::Wilcoxon | CafsMethod::FinkelsteinSchoenfeld => analysis_name(self.cafs.method.id()),
        };
        vec![
            format!(
                "Everything is cut off at {horizon}. Change of {outcome} is the value at the visit nearest each target {unit} within the window minus the value at baseline; {better} is better. {deaths} In are all with an arm and a baseline or a follow-up; without a baseline only deaths are compared."
            ),
            rule,
            format!(
                "Each arm is scored with {control} alone: S is the number of people, of both arms, that a person does better than, minus the number that do better; the joint rank is the rank of S, ties sharing their mean (Berry and others 2013)."
            ),
            format!(
                "Rank ANCOVA: ordinary least squares of the joint rank on arm and baseline{covariates}. Wilcoxon: the rank sum test on S, exact up to 2,500 pairs with ties counted. Finkelstein-Schoenfeld: the sum T of the arm’s S, z = T over the root of n₁n₀ / (N(N − 1)) · ΣS² (1999). The p-value under the answer is that of {method}; it is two-sided."
            ),
            interval,
            "Checked against R 4.2.2: loops over all pairs, rank, lm, and coin’s wilcox_test; docs/VALIDATION.md has the figures.".to_owned(),
        ]
    }
}

/// "71%".
fn percent(share: f64) -> String {
    format!("{}%", format_fixed(100.0 * share, 0))
}

fn effect_cell(row: Option<&Finding>) -> Cell {
    let Some(row) = row else { return Cell::absent() };
    let Some(estimate) = row.estimate else {
        return row.note.as_ref().map_or_else(Cell::absent, |note| Cell::text(format!("– ({note})")));
    };
    let interval = row.conf_low.zip(row.conf_high);
    let interval = interval.map(|(low, high)| format!(" ({})", format_interval(low, high, 2))).unwrap_or_default();
    Cell::text(format!("{}{interval}", format_fixed(estimate, 2)))
}
