//! The page of clinical stages.

use super::Overview;
use super::change::{capitalised, hue};
use super::figure::{Figure, StackBar, StackPanel, StackPart, StackedBars};
use super::label::{joined, month_phrase, outcome_label, time_heading, time_number};
use super::note::{analysis_name, doubt_sentences};
use super::number::{format_fixed, format_p, format_p_equation, format_significant};
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::staging::{StagingDetail, StagingPlan, StagingSystem};
use crate::analysis::{Answer, Finding, Plan, Term};
use crate::trial::TimeUnit;

pub struct StagingView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub staging: &'a StagingPlan,
    pub answer: &'a Answer,
    pub detail: &'a StagingDetail,
}

impl StagingView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.outcome(&self.staging.visits.outcome).map(|outcome| outcome.time_unit).unwrap_or_default()
    }

    fn row(&self, system: StagingSystem, term: Term, arm: &str, month: f64) -> Option<&Finding> {
        self.answer.rows.iter().find(|row| {
            row.analysis == system.id()
                && row.term == term
                && row.at == Some(month)
                && row.group.as_deref() == Some(arm)
        })
    }

    /// People in a stage, and of how many.
    fn count(&self, system: StagingSystem, term: Term, arm: &str, month: f64) -> (f64, f64) {
        let row = self.row(system, term, arm, month);
        row.and_then(|row| row.estimate.zip(row.n)).map_or((0.0, 0.0), |(count, n)| (count, n as f64))
    }

    fn treated(&self) -> &[String] {
        self.detail.arm_names.get(1..).unwrap_or(&[])
    }

    fn control(&self) -> &str {
        self.detail.arm_names.first().map_or("", String::as_str)
    }

    /// Treated arms first, control last, as tables name them.
    fn arms(&self) -> impl Iterator<Item = (usize, &String)> {
        let arms = self.detail.arm_names.iter().enumerate();
        arms.clone().skip(1).chain(arms.take(1))
    }

    /// The chosen system first.
    fn systems(&self) -> [StagingSystem; 2] {
        match self.staging.system {
            StagingSystem::Kings => [StagingSystem::Kings, StagingSystem::Mitos],
            StagingSystem::Mitos => [StagingSystem::Mitos, StagingSystem::Kings],
        }
    }

    fn month(&self) -> f64 {
        self.staging.visits.primary_month
    }

    pub fn page(&self) -> ResultPage {
        let at = month_phrase(self.month(), self.time_unit());
        let mut tables = Vec::new();
        tables.extend(self.test_table());
        tables.extend(self.systems().map(|system| self.stage_table(system)));
        ResultPage {
            kicker: format!("Stages · {} · at {at}", analysis_name(self.staging.system.id())),
            headline: self.headline(),
            subline: self.subline(),
            figures: self.systems().map(|system| self.figure(system)).into(),
            tables,
            doubts: self.doubts(),
            method: self.method(),
        }
    }

    fn test(&self, system: StagingSystem, arm: &str) -> Option<&Finding> {
        self.row(system, Term::Superiority, arm, self.month())
    }

    fn headline(&self) -> Vec<Phrase> {
        let system = self.staging.system;
        let at = capitalised(&format!("at {}", month_phrase(self.month(), self.time_unit())));
        let found: Vec<(&String, &Finding)> =
            self.treated().iter().filter_map(|arm| Some((arm, self.test(system, arm)?))).collect();
        let name = analysis_name(system.id());
        let mut phrases = vec![Phrase::plain(format!("{at}, "))];
        if found.is_empty() {
            let arms: Vec<(usize, &String)> = self.arms().collect();
            for (index, (_, arm)) in arms.iter().enumerate() {
                let end = if index + 1 == arms.len() { "." } else { "; " };
                phrases.push(Phrase::strong(self.advanced(system, arm)));
                phrases.push(Phrase::plain(format!(" in {arm} were in {} or had died{end}", advanced_words(system))));
            }
            return phrases;
        }
        for (index, (arm, row)) in found.iter().enumerate() {
            let end = if index + 1 == found.len() { "" } else { "; " };
            let Some(share) = row.estimate else { continue };
            phrases.push(Phrase::plain(if index == 0 {
                format!(
                    "a patient of {arm} stood in a better {} than one of {} with probability ",
                    stage_word(name),
                    self.control()
                )
            } else {
                format!("of {arm} ")
            }));
            phrases.push(Phrase::strong(format_fixed(share, 2)));
            let p = row.p_value.map(|p| format!(" ({})", format_p_equation(p))).unwrap_or_default();
            phrases.push(Phrase::plain(format!("{p}{end}")));
        }
        phrases.push(Phrase::plain("; one half is no difference."));
        phrases
    }

    /// "7 of 33": stage 4 or death.
    fn advanced(&self, system: StagingSystem, arm: &str) -> String {
        let from_four = [Term::Stage4, Term::Stage4A, Term::Stage4B, Term::Stage4Both, Term::Stage5];
        let late: f64 = from_four.into_iter().map(|term| self.count(system, term, arm, self.month()).0).sum();
        let (_, n) = self.count(system, Term::StageUnknown, arm, self.month());
        format!("{} of {}", format_fixed(late, 0), format_fixed(n, 0))
    }

    fn subline(&self) -> String {
        let system = self.staging.system;
        let counts: Vec<String> =
            self.arms().map(|(_, arm)| format!("{} in {arm}", self.advanced(system, arm))).collect();
        let unknown: Vec<String> = self
            .arms()
            .map(|(_, arm)| {
                let (count, n) = self.count(system, Term::StageUnknown, arm, self.month());
                format!("{} of {} in {arm}", format_fixed(count, 0), format_fixed(n, 0))
            })
            .collect();
        format!("In {} or dead: {}. Not known: {}.", advanced_words(system), joined(&counts), joined(&unknown))
    }

    fn labels(&self, system: StagingSystem) -> Vec<String> {
        let mut labels = system.labels();
        if let Some(last) = labels.last_mut() {
            last.push_str(" (died)");
        }
        labels
    }

    fn stage_table(&self, system: StagingSystem) -> TableView {
        let mut columns = vec![ColumnView::text(time_heading(self.time_unit())), ColumnView::text("Arm")];
        columns.push(ColumnView::number("People"));
        // A stage that nobody was ever in needs no column.
        let is_seen = |term: Term| {
            self.staging
                .months()
                .iter()
                .any(|month| self.arms().any(|(_, arm)| self.count(system, term, arm, *month).0 > 0.0))
        };
        let seen: Vec<(Term, String)> = system
            .terms()
            .iter()
            .copied()
            .zip(self.labels(system))
            .filter(|(term, _)| is_seen(*term))
            .chain([(Term::StageUnknown, "Not known".to_owned())])
            .collect();
        columns.extend(seen.iter().map(|(_, label)| ColumnView::number(label.clone())));
        let mut rows = Vec::new();
        for month in self.staging.months() {
            for (line, (place, arm)) in self.arms().enumerate() {
                let head = if line == 0 { self.time_label(month) } else { String::new() };
                let (_, n) = self.count(system, Term::StageUnknown, arm, month);
                let mut cells = vec![Cell::head(head), Cell::arm(arm, hue(place)), Cell::text(format_fixed(n, 0))];
                cells.extend(seen.iter().map(|(term, _)| {
                    let (count, n) = self.count(system, *term, arm, month);
                    if count == 0.0 {
                        return Cell::text("0");
                    }
                    Cell::text(format!("{} ({}%)", format_fixed(count, 0), format_fixed(100.0 * count / n, 0)))
                }));
                rows.push(cells);
            }
        }
        TableView {
            title: format!("{}: people in each", analysis_name(system.id())),
            columns,
            rows,
            footnote: Some("Not known: alive as far as is known, and no form within the window decides the stage. % of all people of the arm.".to_owned()),
            ..TableView::default()
        }
    }

    /// "baseline", "6".
    fn time_label(&self, month: f64) -> String {
        if month == 0.0 { "Baseline".to_owned() } else { time_number(month, self.time_unit()) }
    }

    fn test_table(&self) -> Option<TableView> {
        let mut rows = Vec::new();
        for system in self.systems() {
            for (index, arm) in self.treated().iter().enumerate() {
                let row = self.test(system, arm);
                let number = |value: Option<String>| value.map_or_else(Cell::absent, Cell::text);
                rows.push(vec![
                    Cell::head(if index == 0 { analysis_name(system.id()) } else { "" }),
                    Cell::arm(arm, hue(index + 1)),
                    number(row.and_then(|row| row.n).map(|n| n.to_string())),
                    number(row.and_then(|row| row.estimate).map(|value| format_fixed(value, 3))),
                    number(row.and_then(|row| row.statistic).map(|value| format_significant(value, 6))),
                    number(row.and_then(|row| row.p_value).map(format_p)),
                ]);
            }
        }
        let mut columns = vec![ColumnView::text("Stages"), ColumnView::text("Arm")];
        columns.extend(["n", "Chance of the better stage", "U", "p"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: format!("{}, Mann-Whitney", capitalised(&month_phrase(self.month(), self.time_unit()))),
            columns,
            rows,
            footnote: Some(format!(
                "Chance that a patient of the arm is in a better stage than one of {}, equal stages counted half; 0.5 is no difference. People whose stage is not known are left out. p is two-sided and not adjusted for two systems or several arms.",
                self.control()
            )),
            ..TableView::default()
        })
    }

    fn figure(&self, system: StagingSystem) -> FigureView {
        let name = analysis_name(system.id());
        let labels = self.labels(system);
        let panels = self
            .arms()
            .map(|(place, arm)| StackPanel {
                title: arm.clone(),
                hue: hue(place),
                bars: self.staging.months().into_iter().map(|month| self.bar(system, &labels, arm, month)).collect(),
            })
            .collect();
        let described: Vec<String> =
            self.arms().map(|(_, arm)| format!("{} in {arm}", self.advanced(system, arm))).collect();
        FigureView {
            key: match system {
                StagingSystem::Kings => "kings-stages",
                StagingSystem::Mitos => "mitos-stages",
            },
            title: name.to_owned(),
            aside: "% of people of the arm".to_owned(),
            description: format!(
                "Shares of people in each of the {name}, by arm and visit. At {}, in {} or dead: {}.",
                month_phrase(self.month(), self.time_unit()),
                advanced_words(system),
                joined(&described)
            ),
            figure: Figure::StackedBars(StackedBars {
                x_label: match self.time_unit() {
                    TimeUnit::Months => "Months from baseline",
                    TimeUnit::Weeks => "Weeks from baseline",
                    TimeUnit::Days => "Days from baseline",
                }
                .to_owned(),
                y_label: "People, %".to_owned(),
                levels: labels,
                unknown_level: "Not known".to_owned(),
                panels,
            }),
        }
    }

    fn bar(&self, system: StagingSystem, labels: &[String], arm: &str, month: f64) -> StackBar {
        let known = system
            .terms()
            .iter()
            .zip(labels)
            .enumerate()
            .map(|(level, (term, label))| (Some(level), *term, format!("stage {label}")));
        let parts = known
            .chain([(None, Term::StageUnknown, "stage not known".to_owned())])
            .filter_map(|(level, term, label)| {
                let (count, n) = self.count(system, term, arm, month);
                (count > 0.0).then(|| StackPart {
                    level,
                    share: count / n,
                    text: format_fixed(count, 0),
                    hint: format!(
                        "{arm}, {}, {label}: {} of {}",
                        if month == 0.0 { "baseline".to_owned() } else { month_phrase(month, self.time_unit()) },
                        format_fixed(count, 0),
                        format_fixed(n, 0)
                    ),
                })
            })
            .collect();
        let (_, n) = self.count(system, Term::StageUnknown, arm, month);
        StackBar { label: time_number(month, self.time_unit()), count: format_fixed(n, 0), parts }
    }

    fn doubts(&self) -> Vec<String> {
        let mut doubts = doubt_sentences(&self.answer.notes, self.time_unit());
        doubts.push("King’s stages are estimated from the ALSFRS-R (Balendra 2014): the clinical stages count regions examined and milestones such as the need for a gastrostomy, which a questionnaire does not always tell.".to_owned());
        if self.staging.endpoint.is_some() {
            doubts.push("Deaths are timed from where the survival file begins to count, forms from the baseline. Where the two are not the same day, someone may be counted as dead a visit too early or too late.".to_owned());
        }
        doubts
    }

    fn method(&self) -> Vec<String> {
        let unit = time_heading(self.time_unit()).to_lowercase();
        let window = format_significant(self.time_unit().from_months(self.staging.visits.window_months), 3);
        let death = match &self.staging.endpoint {
            Some(endpoint) => {
                format!(
                    "From the time of the event “{}” on the stage is 5, whatever forms say.",
                    outcome_label(endpoint)
                )
            }
            None => "No endpoint counts as death.".to_owned(),
        };
        vec![
            format!(
                "Of the forms that decide a stage the one nearest each target {unit} counts, within {window} {} on either side; at baseline the one of the baseline rule. {death} Nothing is carried forward: who has no form is counted as not known.",
                self.time_unit().many()
            ),
            "King’s: 4A with a gastrostomy (item 5b filled in instead of 5a); 4B with item 10 at 0 or item 12 below 4; otherwise the number of regions affected: bulbar (item 1, 2 or 3 below 4), arm (item 4 or 5), leg (item 8). None is 0/unstaged. A missing item leaves the stage unknown unless the others decide it (Balendra and others 2014, as two programs of others code it).".to_owned(),
            "MiToS: the number of domains in which independence is lost: movement (item 8 or item 6 at most 1), swallowing (item 3 at most 1), communicating (item 1 and item 4 at most 1), breathing (item 10 at most 1 or item 12 at most 2) (Chiò and others 2015).".to_owned(),
            "Mann-Whitney test on the stage’s number, 0 to 5 (4A and 4B are 4, death is 5), exact up to 2,500 pairs with ties counted; two-sided. Each arm is compared with the control.".to_owned(),
            "Checked against R 4.2.2: stages from the items, and coin’s exact wilcox_test; docs/VALIDATION.md has the figures.".to_owned(),
        ]
    }
}

fn advanced_words(system: StagingSystem) -> &'static str {
    match system {
        StagingSystem::Kings => "King’s stage 4",
        StagingSystem::Mitos => "MiToS stage 4",
    }
}

/// "King’s stages" to "King’s stage".
fn stage_word(stages: &'static str) -> &'static str {
    stages.strip_suffix('s').unwrap_or(stages)
}
