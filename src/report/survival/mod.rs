//! The Survival page.

mod tables;

use super::axis::{fitted_axis, round_axis};
use super::change::{capitalised, hue};
use super::figure::{
    Axis, CountRow, CountRows, Figure, IntervalPoint, Scatter, ScatterLine, StepCurve, SurvivalCurves, Tick, XMark,
};
use super::label::{joined, month_phrase, outcome_label, time_number};
use super::note::doubt_sentences;
use super::number::{format_df, format_fixed, format_interval, format_level, format_p_equation, format_significant};
use super::overview::Overview;
use super::page::{FigureView, Phrase, ResultPage};
use crate::analysis::survival::{CurveDetail, FlatStep, IntervalScale, SurvivalDetail, SurvivalPlan};
use crate::analysis::{AnalysisId, Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

/// More steps than this in one curve are thinned for drawing; the table and the findings keep all.
const MOST_STEPS: usize = 1500;

/// More arms than this are not named in the headline, and have one block of numbers under the curves.
const MOST_NAMES: usize = 4;

pub struct SurvivalView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub survival: &'a SurvivalPlan,
    pub answer: &'a Answer,
    pub detail: &'a SurvivalDetail,
}

impl SurvivalView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.endpoint(&self.survival.endpoint).map(|endpoint| endpoint.time_unit).unwrap_or_default()
    }

    fn arm_row(&self, analysis: AnalysisId, term: Term, arm: &str) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == analysis && row.term == term && row.group.as_deref() == Some(arm) && row.contrast.is_none()
        })
    }

    fn overall_test(&self) -> Option<&Finding> {
        self.answer
            .rows
            .iter()
            .find(|row| row.analysis == AnalysisId::LogRank && row.term == Term::LogRank && row.group.is_none())
    }

    /// Treated arms first, control last, as sentences name them.
    fn curves(&self) -> Vec<&CurveDetail> {
        let control = self.detail.curves.iter().filter(|curve| curve.place == 0);
        self.detail.curves.iter().filter(|curve| curve.place != 0).chain(control).collect()
    }

    pub fn page(&self) -> ResultPage {
        let tables = [
            Some(self.arm_table()),
            self.month_table(),
            self.mean_table(),
            self.test_table(),
            self.pairwise_table(),
            Some(self.count_table()),
            Some(self.program_table()),
        ];
        let figures = [Some(self.figure()), self.hazard_check()];
        ResultPage {
            kicker: format!("Survival · {} · curves, tests, restricted means", self.event()),
            headline: self.headline(),
            subline: self.subline(),
            figures: figures.into_iter().flatten().collect(),
            tables: tables.into_iter().flatten().collect(),
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    /// "death", "death or tracheostomy".
    fn event(&self) -> String {
        let names: Vec<String> = self.survival.time().name().split(" or ").map(outcome_label).collect();
        names.join(" or ")
    }

    /// What the curves show the share of: "Alive", "Without tracheostomy".
    fn free(&self) -> String {
        let event = self.event();
        if event == "death" { "Alive".to_owned() } else { format!("Without {event}") }
    }

    /// The difference of two arms' restricted means as a phrase.
    fn mean_phrase(&self) -> Option<String> {
        let mut rows =
            self.answer.rows.iter().filter(|row| row.analysis == AnalysisId::Rmst && row.term == Term::Difference);
        let row = rows.next().filter(|_| rows.next().is_none())?;
        let (arm, estimate, horizon) = (row.group.as_deref()?, row.estimate?, row.at?);
        let unit = self.time_unit();
        let interval = row.conf_low.zip(row.conf_high).map(|(low, high)| {
            let told = |months: f64| unit.from_months(months);
            let level = format_level(self.plan.confidence_level);
            format!(" ({level} CI of the difference {})", format_interval(told(low), told(high), 1))
        });
        let event = self.event();
        let (verb, without) =
            if event == "death" { ("lived", String::new()) } else { ("had", format!(" without {event}")) };
        Some(format!(
            "Up to {} people in {arm} {verb} on average {} {} {}{without}{}.",
            month_phrase(horizon, unit),
            format_fixed(unit.from_months(estimate.abs()), 1),
            unit.many(),
            if estimate >= 0.0 { "more" } else { "less" },
            interval.unwrap_or_default()
        ))
    }

    fn headline(&self) -> Vec<Phrase> {
        let Some((row, p)) = self.overall_test().and_then(|row| Some((row, row.p_value?))) else {
            return self.one_arm_headline();
        };
        let arms = self.curves();
        let arms = if arms.len() > MOST_NAMES {
            format!("the {} arms", arms.len())
        } else {
            joined(&arms.iter().map(|curve| curve.arm.clone()).collect::<Vec<String>>())
        };
        let alpha = 1.0 - self.plan.confidence_level;
        let name = row.method.clone().unwrap_or_default();
        let statistic = match (row.statistic, row.df) {
            (Some(chi), Some(df)) => format!("{name} χ² {} on {} df, ", format_fixed(chi, 2), format_df(df)),
            (Some(z), None) => format!("{name} |z| {}, ", format_fixed(z, 2)),
            (None, _) => String::new(),
        };
        let end = format!(" between {arms} ({statistic}{}).", format_p_equation(p));
        let event = self.event();
        if p < alpha {
            vec![Phrase::plain(format!("The time to {event} ")), Phrase::strong("differs"), Phrase::plain(end)]
        } else {
            vec![
                Phrase::plain(format!("The time to {event} shows ")),
                Phrase::strong("no clear difference"),
                Phrase::plain(end),
            ]
        }
    }

    /// Without a second arm the median is the answer.
    fn one_arm_headline(&self) -> Vec<Phrase> {
        let [curve] = self.detail.curves.as_slice() else {
            return vec![Phrase::plain("There is no comparison of survival between arms to report.")];
        };
        let unit = self.time_unit().many();
        let median = self.median_cell(&curve.arm).text;
        let median = if median == "not reached" { median } else { format!("{median} {unit}") };
        vec![
            Phrase::plain(format!("The median time to {} is ", self.event())),
            Phrase::strong(median),
            Phrase::plain(". There is no second arm to compare with."),
        ]
    }

    fn subline(&self) -> String {
        let counts: Vec<String> = self
            .curves()
            .iter()
            .filter_map(|curve| {
                let row = self.arm_row(AnalysisId::KaplanMeier, Term::Events, &curve.arm)?;
                Some(format!("{} of {} in {}", format_fixed(row.estimate?, 0), row.n?, curve.arm))
            })
            .collect();
        let caution =
            if self.is_clear() { "" } else { " The absence of a clear difference does not show that there is none." };
        let mean = self.mean_phrase().map(|phrase| format!("{phrase} ")).unwrap_or_default();
        format!("{mean}Events: {}.{caution}", joined(&counts))
    }

    fn is_clear(&self) -> bool {
        self.overall_test().and_then(|row| row.p_value).is_none_or(|p| p < 1.0 - self.plan.confidence_level)
    }

    fn figure(&self) -> FigureView {
        let mut x = fitted_axis(self.time_label(), 0.0, self.detail.last_month, 8);
        x.ticks = self.risk_ticks();
        let percent = |quarter: i32| Tick { at: f64::from(quarter) / 4.0, label: format!("{}%", quarter * 25) };
        let y = Axis { label: self.free(), min: 0.0, max: 1.0, ticks: (0..=4).map(percent).collect() };
        let blocks = [
            ("At risk", Term::AtRisk),
            ("Events before", Term::EventsBefore),
            ("Last seen before", Term::CensoredBefore),
        ];
        let shown = if self.detail.curves.len() > MOST_NAMES { 1 } else { blocks.len() };
        let block = |(title, term): (&str, Term)| CountRows {
            title: title.to_owned(),
            rows: self
                .detail
                .curves
                .iter()
                .map(|curve| CountRow {
                    name: curve.arm.clone(),
                    hue: hue(curve.place),
                    counts: x.ticks.iter().map(|tick| (tick.at, self.count_at(term, &curve.arm, tick.at))).collect(),
                })
                .collect(),
        };
        let counts: Vec<CountRows> = blocks.into_iter().take(shown).map(block).collect();
        let described: Vec<String> = self
            .curves()
            .iter()
            .filter_map(|curve| {
                let last = curve.steps.last()?;
                Some(format!("{}% in {}", format_fixed(last.survival * 100.0, 0), curve.arm))
            })
            .collect();
        let horizon = self.detail.mean_horizon.filter(|_| self.mean_phrase().is_some());
        FigureView {
            key: "survival",
            title: capitalised(&format!("time to {}", self.event())),
            aside: format!(
                "Kaplan-Meier, {} CI ({} scale); ticks mark who was last seen",
                format_level(self.plan.confidence_level),
                self.survival.interval.name()
            ),
            description: format!(
                "Kaplan-Meier curves by arm. At the end of follow-up the share without the event is {}.",
                joined(&described)
            ),
            figure: Figure::SurvivalCurves(SurvivalCurves {
                x,
                y,
                curves: self.detail.curves.iter().map(|curve| self.step_curve(curve)).collect(),
                counts,
                reference_y: Some(0.5),
                marks_x: horizon
                    .map(|at| XMark { at, label: "horizon of the restricted mean".to_owned() })
                    .into_iter()
                    .collect(),
            }),
        }
    }

    fn time_label(&self) -> String {
        let from = match &self.survival.origin {
            Some(origin) => format!("since {}", outcome_label(&origin.column)),
            None => "from the start of follow-up".to_owned(),
        };
        format!("{} {from}", capitalised(self.time_unit().many()))
    }

    /// ln(−ln S) against ln t: parallel where hazards are proportional.
    fn hazard_check(&self) -> Option<FigureView> {
        let lines: Vec<ScatterLine> = self
            .detail
            .curves
            .iter()
            .map(|curve| ScatterLine {
                name: curve.arm.clone(),
                hue: hue(curve.place),
                is_dashed: false,
                points: curve.log_log.clone(),
            })
            .filter(|line| line.points.len() > 2)
            .collect();
        if lines.len() < 2 {
            return None;
        }
        let points = || lines.iter().flat_map(|line| line.points.iter().copied());
        let range = |value: fn((f64, f64)) -> f64| {
            points()
                .map(value)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), one| (low.min(one), high.max(one)))
        };
        let ((low_x, high_x), (low_y, high_y)) = (range(|point| point.0), range(|point| point.1));
        let mut x = fitted_axis(format!("{}, logarithmic", self.time_label()), low_x, high_x, 5);
        let unit = self.time_unit();
        let is_inside = |(_, at): &&(f64, f64)| (low_x..=high_x).contains(at);
        x.ticks = self
            .detail
            .log_ticks
            .iter()
            .filter(is_inside)
            .map(|(month, at)| Tick { at: *at, label: format_significant(unit.from_months(*month), 2) })
            .collect();
        Some(FigureView {
            key: "check-hazards",
            title: "Are the hazards proportional?".to_owned(),
            aside: "ln(−ln S) against ln time: roughly parallel if so".to_owned(),
            description: "The logarithm of the cumulative hazard of each arm against the logarithm of time. Parallel lines speak for proportional hazards, lines that cross against them.".to_owned(),
            figure: Figure::Scatter(Scatter {
                x,
                y: round_axis("ln(−ln S)", low_y, high_y, 5),
                lines,
                ..Scatter::default()
            }),
        })
    }

    fn risk_ticks(&self) -> Vec<Tick> {
        self.detail.risk_months.iter().map(|&at| Tick { at, label: time_number(at, self.time_unit()) }).collect()
    }

    fn count_at(&self, term: Term, arm: &str, month: f64) -> String {
        self.answer
            .rows
            .iter()
            .find(|row| row.term == term && row.group.as_deref() == Some(arm) && row.at == Some(month))
            .and_then(|row| row.estimate)
            .map(|count| format_fixed(count, 0))
            .unwrap_or_default()
    }

    fn step_curve(&self, curve: &CurveDetail) -> StepCurve {
        let level = format_level(self.plan.confidence_level);
        let mut steps = vec![IntervalPoint { x: 0.0, y: 1.0, low: Some(1.0), high: Some(1.0), hint: String::new() }];
        let mut censored = Vec::new();
        // A curve of many thousand steps is drawn with those that a screen can tell apart.
        let (least_drop, least_gap) = if curve.steps.len() > MOST_STEPS {
            (0.5 / MOST_STEPS as f64, self.detail.last_month / MOST_STEPS as f64)
        } else {
            (0.0, 0.0)
        };
        let mut drawn_survival = f64::INFINITY;
        let mut drawn_censoring = f64::NEG_INFINITY;
        for step in &curve.steps {
            if step.events > 0 && drawn_survival - step.survival >= least_drop {
                drawn_survival = step.survival;
                let interval = step
                    .low
                    .zip(step.high)
                    .map(|(low, high)| format!(" ({level} CI {}%)", format_interval(low * 100.0, high * 100.0, 1)))
                    .unwrap_or_default();
                steps.push(IntervalPoint {
                    x: step.month,
                    y: step.survival,
                    low: step.low,
                    high: step.high,
                    hint: format!(
                        "{}, {} {}: {}%{interval}, {} of {} at risk",
                        curve.arm,
                        self.time_unit().one(),
                        self.time(step.month),
                        format_fixed(step.survival * 100.0, 1),
                        step.events,
                        step.at_risk
                    ),
                });
            }
            if step.censored > 0 && step.month - drawn_censoring >= least_gap {
                drawn_censoring = step.month;
                censored.push((step.month, step.survival));
            }
        }
        if let Some(last) = curve.steps.last().filter(|last| last.events == 0 || last.survival < drawn_survival) {
            steps.push(IntervalPoint {
                x: last.month,
                y: last.survival,
                low: last.low,
                high: last.high,
                hint: String::new(),
            });
        }
        let end_label =
            curve.steps.last().map(|last| format!("{}%", format_fixed(last.survival * 100.0, 0))).unwrap_or_default();
        StepCurve { name: curve.arm.clone(), hue: hue(curve.place), end_label, is_dashed: false, steps, censored }
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let scale = match self.survival.interval {
            IntervalScale::LogLog => "the log(−log) scale, as SAS and lifelines have it by default (R: log)",
            IntervalScale::Log => "the log scale, as R has it by default (SAS: log(−log))",
            IntervalScale::Plain => "the plain scale, cut at 0 and 1",
            IntervalScale::Logit => "the logit scale",
            IntervalScale::Arcsine => "the arcsine scale",
        };
        let flat = match self.survival.flat_step {
            FlatStep::MidpointToEnd => {
                "its middle, counted to the last observed time if no event ends it, as R’s quantile has it"
            }
            FlatStep::MidpointBetweenEvents => "its middle, and none if no event ends it, as SAS has it",
            FlatStep::FirstAtOrBelow => "its start, as lifelines has it",
            FlatStep::FirstBelow => "its end, as statsmodels has it",
        };
        let mut method = vec![
            format!("Kaplan-Meier estimate of the share without the event, with a {level} interval on {scale} and Greenwood’s variance (Kaplan and Meier 1958; Kalbfleisch and Prentice 1980). The band holds at one time each, not for the whole curve. The numbers below the curves count before each time: at risk, had the event and last seen make the arm."),
            format!("Median and other quantiles: the first time the curve is at or below the level; where it lies exactly on it for a while, {flat}. The interval follows Brookmeyer and Crowley (1982): the same rule on the limits of the curve. Median follow-up: the curve with events and censorings exchanged (reverse Kaplan-Meier, Schemper and Smith 1996)."),
            "The log-rank test compares the events seen in each arm with those expected if all arms shared one hazard, with the hypergeometric variance (Mantel 1966); strata are compared within. Its relatives weigh event times by the number at risk (Gehan-Wilcoxon), its root (Tarone-Ware), a survival estimate (Peto-Peto), or S^ρ(1 − S)^γ (Fleming-Harrington: (1, 0) early, (0, 1) late, (1, 1) middle events). MaxCombo takes the most extreme of the log-rank and these three and pays for the choice (joint Normal distribution). An event and a censoring at one time: the event comes first.".to_owned(),
            "Restricted mean: the area under the curve up to the horizon, Greenwood’s plug-in variance (Royston and Parmar 2013); the difference needs no proportional hazards. By default the largest horizon that all arms allow: the earliest of the arms’ last times, passing over curves that have reached 0 (as R’s survRM2). With return_variance lifelines gives the variance of the restricted time itself (lung cancer data of R, men, 365 days: 120.5² against a standard error of the mean of 10.4), which says nothing about the precision of the mean.".to_owned(),
            "Differences at a month: Wald’s interval on the two Greenwood variances (Klein et al. 2007).".to_owned(),
            "As other programs print it: R survival 3.5-3 (print and quantile of survfit), lifelines 0.30.3 (median_survival_time_, confidence_interval_) and statsmodels 0.15 (SurvfuncRight.quantile, quantile_ci) were run on the same data; tern’s s_surv_time and s_surv_timepoint are R’s survfit with conf.type = \"plain\"; SAS by the formulas of SAS/STAT User’s Guide, The LIFETEST Procedure, and its printed limits for R’s kidney data; Prism by its Statistics Guide (median survival, asymmetrical intervals).".to_owned(),
        ];
        if self.detail.curves.len() > 2 {
            method.push("With more than two arms each is also tested against control on these two arms’ people alone, and these p-values are adjusted by Holm (1979). MaxCombo is for two arms; all at once are then compared by the log-rank test.".to_owned());
        }
        if self.detail.has_entries {
            method.push("Delayed entry: people are at risk only from the time they came under observation on (left truncation); who had the event before could not be in the trial.".to_owned());
        }
        method.push(format!(
            "Follow-up ends at {}. Checked against R survival 3.5-3, mvtnorm and lifelines; docs/VALIDATION.md has the figures.",
            month_phrase(self.detail.last_month, self.time_unit())
        ));
        method
    }
}
