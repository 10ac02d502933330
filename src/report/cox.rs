//! The page of hazard ratios.

use super::Overview;
use super::axis::{fitted_axis, round_axis};
use super::change::hue;
use super::figure::{
    Axis, Figure, Forest, ForestHeaders, ForestRow, Hue, Scatter, ScatterGroup, ScatterLine, ScatterPoint, Tick,
};
use super::label::{capitalised, outcome_label};
use super::note::doubt_sentences;
use super::number::{format_df, format_fixed, format_level, format_p, format_p_equation, format_significant};
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::cox::{CoxDetail, CoxPlan, HazardInterval, Ties};
use crate::analysis::{AnalysisId, Answer, Finding, NoteKind, Plan, Term};
use crate::trial::TimeUnit;

pub struct CoxView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub cox: &'a CoxPlan,
    pub answer: &'a Answer,
    pub detail: &'a CoxDetail,
}

/// A ratio as it is read: 0.86, 1.20, 12.5, 0.012.
fn ratio(value: f64) -> String {
    if (0.1..10.0).contains(&value) {
        format_fixed(value, 2)
    } else {
        format_significant(value, if value < 1.0 { 2 } else { 3 })
    }
}

fn ratio_interval(row: &Finding) -> String {
    match (row.conf_low, row.conf_high) {
        (Some(low), Some(high)) => format!("{} to {}", ratio(low), ratio(high)),
        (Some(low), None) => format!("{} and more", ratio(low)),
        (None, Some(high)) => format!("up to {}", ratio(high)),
        (None, None) => String::new(),
    }
}

impl CoxView<'_> {
    fn time_unit(&self) -> TimeUnit {
        self.overview.endpoint(&self.cox.time.endpoint).map(|endpoint| endpoint.time_unit).unwrap_or_default()
    }

    fn event(&self) -> String {
        let names: Vec<String> = self.cox.time.name().split(" or ").map(outcome_label).collect();
        names.join(" or ")
    }

    fn rows(&self, term: Term) -> impl Iterator<Item = &Finding> {
        self.answer.rows.iter().filter(move |row| row.term == term)
    }

    fn place_of(&self, arm: &str) -> usize {
        self.detail.arm_names.iter().position(|name| name == arm).unwrap_or(0)
    }

    fn control(&self) -> String {
        self.detail.arm_names.first().cloned().unwrap_or_default()
    }

    fn events_of(&self, arm: &str) -> Option<(f64, u64)> {
        let row = self.rows(Term::Events).find(|row| row.group.as_deref() == Some(arm))?;
        Some((row.estimate?, row.n?))
    }

    pub fn page(&self) -> ResultPage {
        let tables = [
            Some(self.ratio_table()),
            self.choice_table(),
            self.subgroup_table(),
            self.proportional_table(),
            self.model_table(),
        ];
        let figures = std::iter::once(self.forest()).chain(self.residual_figure()).chain(self.influence_figure());
        ResultPage {
            kicker: format!("Hazard ratios · {} · Cox regression, {} ties", self.event(), self.cox.ties.name()),
            headline: self.headline(),
            subline: self.subline(),
            figures: figures.collect(),
            tables: tables.into_iter().flatten().collect(),
            doubts: doubt_sentences(&self.answer.notes, self.time_unit()),
            method: self.method(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let level = format_level(self.plan.confidence_level);
        let told = |row: &Finding, how: &str| -> Option<Vec<Phrase>> {
            let interval = ratio_interval(row);
            Some(vec![
                Phrase::plain(format!("The hazard of {} in {} is{how} ", self.event(), row.group.as_deref()?)),
                Phrase::strong(format!("{} times", ratio(row.estimate?))),
                Phrase::plain(format!(" that in {} ({level} CI {interval})", self.control())),
            ])
        };
        let mut phrases = Vec::new();
        for row in self.rows(Term::HazardRatio).filter(|row| row.analysis == AnalysisId::Cox) {
            if !phrases.is_empty() {
                phrases.push(Phrase::plain("; "));
            }
            phrases.extend(told(row, "").unwrap_or_default());
        }
        if phrases.is_empty() {
            let firth = self.rows(Term::HazardRatioByChoice).find(|row| row.method.as_deref() == Some("Firth"));
            let monotone = self.answer.notes.iter().any(|note| {
                matches!(
                    &note.kind,
                    NoteKind::Unanswered { error: crate::analysis::AnalysisError::MonotoneLikelihood { .. }, .. }
                )
            });
            if let Some(mut told) = firth.filter(|_| monotone).and_then(|row| told(row, ", with Firth’s correction,"))
            {
                phrases.push(Phrase::plain("No finite hazard ratio fits best. "));
                phrases.append(&mut told);
            }
        }
        if phrases.is_empty() {
            return vec![Phrase::plain("There is no hazard ratio to report.")];
        }
        phrases.push(Phrase::plain("."));
        phrases
    }

    fn subline(&self) -> String {
        let counts: Vec<String> = self
            .rows(Term::Events)
            .filter_map(|row| {
                Some(format!("{} of {} in {}", format_fixed(row.estimate?, 0), row.n?, row.group.as_ref()?))
            })
            .collect();
        let first = self.rows(Term::HazardRatio).find(|row| row.analysis == AnalysisId::Cox);
        let p =
            first.and_then(|row| row.p_value).map(|p| format!(" Wald {}.", format_p_equation(p))).unwrap_or_default();
        let alpha = 1.0 - self.plan.confidence_level;
        let is_unclear = first.is_some_and(|row| row.p_value.is_some_and(|p| p >= alpha));
        let caution =
            if is_unclear { " The absence of a clear difference does not show that there is none." } else { "" };
        format!("Events: {}.{p}{caution}", super::label::joined(&counts))
    }

    /// ln of the ratio on the axis; ticks at round ratios.
    fn ratio_axis(&self, rows: &[ForestRow]) -> Axis {
        let values =
            || rows.iter().flat_map(|row| [row.estimate, row.low, row.high]).flatten().filter(|x| x.is_finite());
        let low = values().fold(-0.7, f64::min).max(-3.3);
        let high = values().fold(0.7, f64::max).min(3.0);
        let is_inside = |(_, log): &&(f64, f64)| *log >= low - 0.05 && *log <= high + 0.05;
        Axis {
            label: format!("Hazard ratio of {}, logarithmic", self.event()),
            min: low - 0.1,
            max: high + 0.1,
            ticks: self
                .detail
                .ticks
                .iter()
                .filter(is_inside)
                .map(|(ratio, at)| Tick { at: *at, label: format_significant(*ratio, 2) })
                .collect(),
        }
    }

    fn forest_row(&self, label: String, row: &Finding, arm: &str, counts: String) -> ForestRow {
        // Where the error is that of the logarithm, the logarithm is z times it.
        let log = row.statistic.zip(row.std_error).map(|(z, error)| z * error);
        let place = self.answer.rows.iter().position(|own| std::ptr::eq(own, row));
        let (low, high) = place.and_then(|place| self.detail.log_limits.get(place)).copied().unwrap_or_default();
        ForestRow {
            label: label.clone(),
            counts,
            detail: format!("{} ({})", row.estimate.map(ratio).unwrap_or_default(), ratio_interval(row)),
            hue: hue(self.place_of(arm)),
            estimate: log,
            low,
            high,
            hint: format!(
                "{label}: hazard ratio {} ({} CI {})",
                row.estimate.map(ratio).unwrap_or_default(),
                format_level(self.plan.confidence_level),
                ratio_interval(row)
            ),
            ..ForestRow::default()
        }
    }

    fn forest(&self) -> FigureView {
        let control = self.control();
        let counts = |arm: &str| {
            let told = |arm: &str| self.events_of(arm).map(|(events, n)| format!("{}/{n}", format_fixed(events, 0)));
            told(arm).zip(told(&control)).map(|(own, other)| format!("{own} vs {other}")).unwrap_or_default()
        };
        let mut rows = Vec::new();
        for row in self.rows(Term::HazardRatio).filter(|row| row.analysis == AnalysisId::Cox) {
            let arm = row.group.clone().unwrap_or_default();
            let own = self.forest_row(format!("{arm}, everyone"), row, &arm, counts(&arm));
            rows.push(ForestRow { is_emphasised: true, ..own });
        }
        for choice in ["unadjusted", "Firth"] {
            for row in self.rows(Term::HazardRatioByChoice).filter(|row| row.method.as_deref() == Some(choice)) {
                let arm = row.group.clone().unwrap_or_default();
                let words = if choice == "Firth" { "Firth’s correction" } else { choice };
                rows.push(self.forest_row(format!("{arm}, {words}"), row, &arm, String::new()));
            }
        }
        for subgroup in &self.cox.subgroups {
            let p = self
                .rows(Term::InteractionTest)
                .find(|row| row.contrast.as_ref() == Some(&subgroup.column))
                .and_then(|row| row.p_value);
            let declared = if subgroup.is_declared { "" } else { " (not declared)" };
            rows.push(ForestRow {
                label: format!("{}{declared}", capitalised(&outcome_label(&subgroup.column))),
                is_heading: true,
                detail: p.map(|p| format!("interaction {}", format_p_equation(p))).unwrap_or_default(),
                ..ForestRow::default()
            });
            for (arm, class, group) in self.subgroup_classes(&subgroup.column) {
                let events = |arm: &str| {
                    let name = format!("{arm}, {}: {class}", subgroup.column);
                    let row = self.rows(Term::SubgroupEvents).find(|row| row.group.as_ref() == Some(&name))?;
                    Some(format!("{}/{}", format_fixed(row.estimate?, 0), row.n?))
                };
                let told = events(&arm).zip(events(&control)).map(|(own, other)| format!("{own} vs {other}"));
                let label = if self.detail.arm_names.len() > 2 { format!("{class}, {arm}") } else { class.clone() };
                let found = self.rows(Term::SubgroupHazardRatio).find(|row| row.group.as_ref() == Some(&group));
                rows.push(match found {
                    Some(row) => self.forest_row(label, row, &arm, told.unwrap_or_default()),
                    None => ForestRow {
                        label,
                        counts: told.unwrap_or_default(),
                        detail: "no estimate".to_owned(),
                        ..ForestRow::default()
                    },
                });
            }
        }
        let favours = match self.detail.arm_names.as_slice() {
            [control, treated] => (format!("favours {treated}"), format!("favours {control}")),
            _ => ("favours the arm".to_owned(), format!("favours {control}")),
        };
        FigureView {
            key: "forest",
            title: "Hazard ratios against control".to_owned(),
            aside: format!("{} CI; below 1: fewer events in the arm", format_level(self.plan.confidence_level)),
            description: format!(
                "Forest plot of the hazard ratio of {} of each arm against {control}, for everyone and by subgroup.",
                self.event()
            ),
            figure: Figure::Forest(Forest {
                x: self.ratio_axis(&rows),
                reference_x: Some(0.0),
                rows,
                headers: Some(ForestHeaders {
                    label: "Who".to_owned(),
                    counts: "Events/people".to_owned(),
                    detail: format!("Ratio ({} CI)", format_level(self.plan.confidence_level)),
                }),
                favours: Some(favours),
            }),
        }
    }

    /// Arm, class and the rows' group, in the order of the rows.
    fn subgroup_classes(&self, column: &str) -> Vec<(String, String, String)> {
        let control = self.control();
        let mid = format!(", {column}: ");
        self.rows(Term::SubgroupEvents)
            .filter_map(|row| {
                let group = row.group.clone()?;
                let (arm, class) = group.split_once(&mid)?;
                (arm != control).then(|| (arm.to_owned(), class.to_owned(), group.clone()))
            })
            .collect()
    }

    fn residual_figure(&self) -> Option<FigureView> {
        let detail = self.detail.residuals.first()?;
        let all = || detail.points.iter();
        if detail.points.len() < 3 {
            return None;
        }
        let range = |value: fn(&(f64, f64, f64)) -> f64| {
            all().map(value).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), one| (low.min(one), high.max(one)))
        };
        let ((low_x, high_x), (low_y, high_y)) = (range(|point| point.0), range(|point| point.1));
        let unit = self.time_unit();
        let points = all()
            .map(|(x, y, month)| ScatterPoint {
                x: *x,
                y: *y,
                hint: format!("event at {}: {}", super::label::month_phrase(*month, unit), format_fixed(*y, 2)),
                ..ScatterPoint::default()
            })
            .collect();
        let own = hue(self.place_of(&detail.arm));
        let trend = ScatterLine {
            name: "mean of a fifth of the events".to_owned(),
            hue: own,
            is_dashed: false,
            points: detail.means.iter().map(|(x, y, _)| (*x, *y)).collect(),
        };
        let constant = ScatterLine {
            name: "the model’s one value".to_owned(),
            hue: Hue::Neutral,
            is_dashed: true,
            points: vec![(low_x, detail.estimate), (high_x, detail.estimate)],
        };
        let critical = 2.0;
        let bands = vec![super::figure::ScatterBand {
            hue: own,
            points: detail.means.iter().map(|(x, y, error)| (*x, y - critical * error, y + critical * error)).collect(),
        }];
        let mut x = fitted_axis(
            format!("{} of the event (scale: {})", unit.heading(), self.cox.time_scale.name()),
            low_x,
            high_x,
            5,
        );
        // The axis is told in the file's own time, at some of the events.
        let every = detail.points.len().div_ceil(5).max(1);
        x.ticks = detail
            .points
            .iter()
            .step_by(every)
            .map(|(x, _, month)| Tick { at: *x, label: super::label::time_number(*month, unit) })
            .collect();
        Some(FigureView {
            key: "check-proportional",
            title: format!("Does the hazard ratio of {} change with time?", detail.arm),
            aside: "scaled Schoenfeld residuals; a flat line speaks for proportional hazards".to_owned(),
            description: format!(
                "Scaled Schoenfeld residuals of {} against time, with means of fifths of the events and two standard errors about them.",
                detail.arm
            ),
            figure: Figure::Scatter(Scatter {
                x,
                y: round_axis("Log hazard ratio at the event", low_y, high_y, 5),
                groups: vec![ScatterGroup { name: "one event".to_owned(), hue: own, is_hollow: true, points }],
                lines: vec![constant, trend],
                bands,
            }),
        })
    }

    fn influence_figure(&self) -> Option<FigureView> {
        let detail = self.detail.influences.first().filter(|detail| detail.points.len() > 2)?;
        let unit = self.time_unit();
        let last = detail.points.iter().map(|point| point.0).fold(0.0, f64::max);
        let reach = detail.points.iter().map(|point| point.1.abs()).fold(0.1, f64::max);
        let group = |name: &str, wanted: bool| ScatterGroup {
            name: name.to_owned(),
            hue: hue(self.place_of(&detail.arm)),
            is_hollow: !wanted,
            points: detail
                .points
                .iter()
                .filter(|point| point.2 == wanted)
                .map(|(month, shift, _, id)| ScatterPoint {
                    x: *month,
                    y: *shift,
                    hint: format!("{id}: {} standard errors", super::number::format_signed(*shift, 2)),
                    ..ScatterPoint::default()
                })
                .collect(),
        };
        let mut x = fitted_axis(capitalised(unit.many()), 0.0, last, 6);
        x.ticks = (0..=5)
            .map(|part| {
                let at = last * f64::from(part) / 5.0;
                Tick { at, label: format_fixed(unit.from_months(at), 0) }
            })
            .collect();
        Some(FigureView {
            key: "check-influence",
            title: format!("Does one patient decide on {}?", detail.arm),
            aside: "shift of the log hazard ratio by each patient, in standard errors".to_owned(),
            description: format!(
                "Influence of each patient on the hazard ratio of {} against time of follow-up. The largest shift is {} standard errors.",
                detail.arm,
                format_fixed(reach, 2)
            ),
            figure: Figure::Scatter(Scatter {
                x,
                y: round_axis("Shift, standard errors", -reach, reach, 5),
                groups: vec![group("had the event", true), group("last seen without", false)],
                lines: Vec::new(),
                bands: Vec::new(),
            }),
        })
    }

    fn ratio_columns(&self, first: &str) -> Vec<ColumnView> {
        let mut columns = vec![ColumnView::text(first)];
        columns.extend(["n", "Hazard ratio"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("{} CI", format_level(self.plan.confidence_level))));
        columns.extend(["SE of ln", "z", "p"].map(ColumnView::number));
        columns
    }

    fn ratio_cells(&self, row: &Finding, is_strong: bool) -> Vec<Cell> {
        let text = |value: Option<String>| value.map_or_else(Cell::absent, Cell::text);
        vec![
            text(row.n.map(|n| n.to_string())),
            row.estimate.map_or_else(Cell::absent, |value| Cell { is_strong, ..Cell::text(ratio(value)) }),
            Cell::text(ratio_interval(row)),
            text(row.std_error.map(|value| format_fixed(value, 3))),
            text(row.statistic.map(|value| format_fixed(value, 2))),
            text(row.p_value.map(format_p)),
        ]
    }

    fn ratio_table(&self) -> TableView {
        let mut rows = Vec::new();
        for row in self.answer.rows.iter().filter(|row| row.analysis == AnalysisId::Cox) {
            let head = match row.term {
                Term::HazardRatio => {
                    let arm = row.group.clone().unwrap_or_default();
                    Cell::arm(row.contrast.clone().unwrap_or_default(), hue(self.place_of(&arm)))
                }
                Term::CovariateHazardRatio => {
                    let name = row.contrast.clone().unwrap_or_default();
                    Cell::head(match name.split_once(": ") {
                        Some((column, classes)) => format!("{}: {classes}", outcome_label(column)),
                        None => format!("{}, by 1", outcome_label(&name)),
                    })
                }
                _ => continue,
            };
            let mut cells = vec![head];
            cells.extend(self.ratio_cells(row, row.term == Term::HazardRatio));
            rows.push(cells);
        }
        TableView {
            title: "The model".into(),
            columns: self.ratio_columns("Term"),
            rows,
            footnote: self
                .rows(Term::HazardRatio)
                .find_map(|row| row.method.clone())
                .map(|method| format!("Cox regression: {method}.")),
            ..TableView::default()
        }
    }

    fn choice_table(&self) -> Option<TableView> {
        let rule = |method: &str| match method {
            "Efron" => "R, lifelines and Stata’s efron: tied events share their risk set in turn",
            "Breslow" => "SAS, SPSS, statsmodels and Stata by default: tied events each meet the whole risk set",
            "exact" => "R’s exact is SAS’s discrete: all ways in which the tied events can be chosen",
            "unadjusted" => "without the covariates",
            "robust" => "errors by clusters",
            "Firth" => "penalised by Jeffreys’ prior: finite also where a covariate separates events",
            _ => "",
        };
        let rows: Vec<Vec<Cell>> = self
            .rows(Term::HazardRatioByChoice)
            .map(|row| {
                let method = row.method.clone().unwrap_or_default();
                let mut cells =
                    vec![Cell::head(format!("{}, {}", capitalised(&method), row.contrast.clone().unwrap_or_default()))];
                cells.extend(self.ratio_cells(row, false));
                cells.push(Cell::text(rule(&method)));
                cells
            })
            .collect();
        let mut columns = self.ratio_columns("Choice");
        columns.push(ColumnView::text("The rule"));
        (!rows.is_empty()).then(|| TableView {
            title: "The same by other choices".into(),
            columns,
            rows,
            footnote: Some("Every program has the same model and differs in how it counts events at one time. Model-based errors, but for the robust row.".into()),
            is_folded: Some("As other programs print it, and by other choices".to_owned()),
            ..TableView::default()
        })
    }

    fn subgroup_table(&self) -> Option<TableView> {
        let mut rows = Vec::new();
        for subgroup in &self.cox.subgroups {
            let test = self.rows(Term::InteractionTest).find(|row| row.contrast.as_ref() == Some(&subgroup.column));
            for (arm, class, group) in self.subgroup_classes(&subgroup.column) {
                let found = self.rows(Term::SubgroupHazardRatio).find(|row| row.group.as_ref() == Some(&group));
                let mut cells =
                    vec![Cell::head(format!("{}: {class}", outcome_label(&subgroup.column))), Cell::text(arm)];
                match found {
                    Some(row) => cells.extend(self.ratio_cells(row, false)),
                    None => cells.extend((0..6).map(|_| Cell::absent())),
                }
                cells.push(test.and_then(|row| row.p_value).map_or_else(Cell::absent, |p| Cell::text(format_p(p))));
                rows.push(cells);
            }
        }
        let mut columns = self.ratio_columns("Subgroup");
        columns.insert(1, ColumnView::text("Arm"));
        columns.push(ColumnView::number("Interaction, p"));
        (!rows.is_empty()).then(|| TableView {
            title: "Subgroups".into(),
            columns,
            rows,
            footnote: Some("Each class by itself, unadjusted but for strata. The interaction asks whether the classes differ: only that speaks of a subgroup effect.".into()),
            ..TableView::default()
        })
    }

    fn proportional_table(&self) -> Option<TableView> {
        let rows: Vec<Vec<Cell>> = self
            .rows(Term::ProportionalHazards)
            .map(|row| {
                let name = row.contrast.clone().unwrap_or_default();
                let name = match name.as_str() {
                    "arm" => "Arm".to_owned(),
                    "all terms" => "All terms".to_owned(),
                    other => outcome_label(other),
                };
                vec![
                    Cell::head(name),
                    row.statistic.map_or_else(Cell::absent, |value| Cell::text(format_fixed(value, 2))),
                    row.df.map_or_else(Cell::absent, |df| Cell::text(format_df(df))),
                    row.p_value.map_or_else(Cell::absent, |p| Cell::text(format_p(p))),
                ]
            })
            .collect();
        let mut columns = vec![ColumnView::text("Term")];
        columns.extend(["χ²", "df", "p"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "Are the hazards proportional?".into(),
            columns,
            rows,
            footnote: Some(format!("Score test of a coefficient that changes with {}, as R’s cox.zph has it since 2019 (survival 3.0). The older approximation, still in lifelines, gives other values.", self.cox.time_scale.name())),
            ..TableView::default()
        })
    }

    fn model_table(&self) -> Option<TableView> {
        let mut rows = Vec::new();
        let text = |value: Option<String>| value.map_or_else(Cell::absent, Cell::text);
        for row in self.answer.rows.iter().filter(|row| row.analysis == AnalysisId::Cox) {
            let head = match row.term {
                Term::ModelTest => format!("All coefficients 0, {}", row.method.clone().unwrap_or_default()),
                Term::EffectTest => format!(
                    "{}, {}",
                    capitalised(&outcome_label(row.contrast.as_deref().unwrap_or_default())),
                    row.method.clone().unwrap_or_default()
                ),
                _ => continue,
            };
            rows.push(vec![
                Cell::head(head),
                text(row.statistic.map(|value| format!("χ² {}", format_fixed(value, 2)))),
                text(row.df.map(format_df)),
                text(row.p_value.map(format_p)),
            ]);
        }
        if let Some(row) = self.rows(Term::Concordance).next() {
            let error = row.std_error.map(|error| format!(" (SE {})", format_fixed(error, 3))).unwrap_or_default();
            rows.push(vec![
                Cell::head("Concordance"),
                text(row.estimate.map(|value| format!("{}{error}", format_fixed(value, 3)))),
                Cell::absent(),
                Cell::absent(),
            ]);
        }
        for (term, name) in [
            (Term::LeastWithoutPatient, "Smallest hazard ratio without one patient"),
            (Term::GreatestWithoutPatient, "Largest hazard ratio without one patient"),
        ] {
            for row in self.rows(term).filter(|row| row.analysis == AnalysisId::Cox) {
                rows.push(vec![
                    Cell::head(format!("{name}, {}", row.group.clone().unwrap_or_default())),
                    text(row.estimate.map(ratio)),
                    Cell::absent(),
                    Cell::absent(),
                ]);
            }
        }
        let mut columns = vec![ColumnView::text("Test or measure")];
        columns.extend(["Value", "df", "p"].map(ColumnView::number));
        (!rows.is_empty()).then(|| TableView {
            title: "Tests and measures of the model".into(),
            columns,
            rows,
            ..TableView::default()
        })
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let ties = match self.cox.ties {
            Ties::Efron => "Efron’s, as in R (SAS and SPSS: Breslow’s)",
            Ties::Breslow => "Breslow’s, as SAS and SPSS have it by default (R: Efron’s)",
            Ties::Exact => "the exact partial likelihood, R’s exact and SAS’s discrete",
        };
        let interval = match self.cox.interval {
            HazardInterval::Wald => "Wald’s, on the logarithm",
            HazardInterval::ProfileLikelihood => "of the arms by the profile likelihood, of covariates Wald’s",
        };
        let mut method = vec![
            format!("Cox regression (Cox 1972): hazard = h₀(t) exp(x′β), h₀ left open; the partial likelihood compares, at each event, who had it with those still at risk. Ties: {ties}. {level} interval: {interval}."),
            "Proportional hazards: the score test that a coefficient changes with time (Grambsch and Therneau 1994, without their approximation). Dots are scaled Schoenfeld residuals, each the log hazard ratio as one event sees it; the line joins the means of fifths of the events, with two standard errors. Concordance: Harrell’s, with the infinitesimal jackknife’s error.".to_owned(),
            "Influence: dfbeta, the approximate shift of the log hazard ratio without a patient; the twenty with most are left out in truth, one by one.".to_owned(),
            "Firth’s correction: the likelihood times the root of the information (Firth 1993; Heinze and Schemper 2001), with Wald’s interval here; it pulls towards 1 and stays finite where a covariate separates events from survivors.".to_owned(),
        ];
        if !self.cox.subgroups.is_empty() {
            method.push("Subgroups: each class by itself; interaction by the likelihood-ratio test of class by arm. Numbers are cut at the median unless a cut is named.".to_owned());
        }
        if self.cox.cluster.is_some() {
            method.push(
                "Robust standard errors: the sandwich of score residuals summed over clusters (Lin and Wei 1989)."
                    .to_owned(),
            );
        }
        method.push("Checked against R survival 3.5-3: coxph, cox.zph, concordance, residuals; docs/VALIDATION.md has the figures.".to_owned());
        method
    }
}
