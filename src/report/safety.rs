//! The Safety page.

use super::axis::round_axis;
use super::change::{capitalised, hue};
use super::figure::{
    Axis, Dot, DotDifference, DotPlot, DotRow, Figure, LegendEntry, Scatter, ScatterGroup, ScatterLine, ScatterPoint,
    Tick,
};
use super::label::joined;
use super::note::doubt_sentences;
use super::number::{format_fixed, format_interval, format_level, format_p, format_significant, plural};
use super::overview::Overview;
use super::page::{Cell, ColumnView, FigureView, Phrase, ResultPage, TableView};
use crate::analysis::safety::{
    ArmDetail, CountedEvents, EventLevel, ItemDetail, ItemKind, ObservedTo, SafetyDetail, SafetyPlan, VolcanoPoint,
};
use crate::analysis::{Answer, EVERYONE, Finding, Plan, Term};
use crate::trial::{Grade, TimeUnit};

/// More rows than this no figure shows well.
const MOST_ROWS: usize = 30;

/// With more treated arms than this, differences and tests stand in the findings only.
const MOST_CONTRASTS: usize = 3;

/// So many points of the volcano have their name beside them.
const MOST_LABELS: usize = 8;

pub struct SafetyView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub safety: &'a SafetyPlan,
    pub answer: &'a Answer,
    pub detail: &'a SafetyDetail,
}

/// What a page says of choices, in the forms too.
pub fn counted_name(counted: CountedEvents) -> &'static str {
    match counted {
        CountedEvents::TreatmentEmergent => "From the first dose on",
        CountedEvents::Flagged => "As the files flag them",
        CountedEvents::All => "All in the files",
    }
}

pub fn observed_name(observed: ObservedTo) -> &'static str {
    match observed {
        ObservedTo::LastRecord => "Last visit, sample or event",
        ObservedTo::EndOfFollowUp => "End of survival follow-up",
    }
}

pub fn level_name(level: EventLevel) -> &'static str {
    match level {
        EventLevel::Term => "Terms",
        EventLevel::Class => "Classes",
    }
}

impl SafetyView<'_> {
    pub fn page(&self) -> ResultPage {
        let mut doubts = doubt_sentences(&self.answer.notes, TimeUnit::Days);
        doubts.push("The page cannot know whether those who asked for events and judged their relation to treatment knew the arm. Where they did, what is reported and what is called related follow that knowledge.".to_owned());
        let mut figures: Vec<FigureView> = self.dot_plot().into_iter().collect();
        figures.extend(self.volcano());
        let tables = [
            Some(self.summary_table()),
            self.frequent_table(),
            self.full_table(),
            self.severity_table(),
            self.rate_table(),
        ];
        ResultPage {
            kicker: format!("Safety · {} · by arm", self.events_words()),
            headline: self.headline(),
            subline: self.subline(),
            figures,
            tables: tables.into_iter().flatten().collect(),
            doubts,
            method: self.method(),
        }
    }

    /// "severe or worse, serious, related adverse events".
    fn events_words(&self) -> String {
        format!("{}adverse events", self.filter_words())
    }

    fn filter_words(&self) -> String {
        let mut words = Vec::new();
        match self.safety.least_severity {
            Some(Grade::Fatal) => words.push("fatal".to_owned()),
            Some(least) => words.push(format!("{} or worse", least.word())),
            None => {}
        }
        words.extend(self.safety.only_serious.then(|| "serious".to_owned()));
        words.extend(self.safety.only_related.then(|| "related".to_owned()));
        if words.is_empty() { String::new() } else { format!("{} ", words.join(", ")) }
    }

    fn item(&self, kind: ItemKind) -> Option<&ItemDetail> {
        self.detail.items.iter().find(|item| item.kind == kind)
    }

    fn rows(&self, item: &ItemDetail) -> &[Finding] {
        self.answer.rows.get(item.first_row..item.first_row + item.rows).unwrap_or_default()
    }

    fn row(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Option<&Finding> {
        self.rows(item).iter().find(|row| row.term == term && row.group.as_deref() == Some(arm.name.as_str()))
    }

    fn estimate(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Option<f64> {
        self.row(item, arm, term)?.estimate
    }

    /// Treated arms first, control last, as sentences name them.
    fn arms(&self) -> Vec<&ArmDetail> {
        let control = self.detail.arms.iter().filter(|arm| arm.place == 0);
        self.detail.arms.iter().filter(|arm| arm.place != 0).chain(control).collect()
    }

    /// The arms that have a difference to the control.
    fn contrasts(&self) -> Vec<&ArmDetail> {
        let treated = self.detail.arms.iter().filter(|arm| self.detail.has_control && arm.place != 0);
        let found: Vec<&ArmDetail> = treated.collect();
        if found.len() > MOST_CONTRASTS { Vec::new() } else { found }
    }

    fn hue_of(&self, arm: &ArmDetail) -> super::figure::Hue {
        if arm.name == EVERYONE { super::figure::Hue::Neutral } else { hue(arm.place) }
    }

    /// "fewer than 5" or "12".
    fn told(&self, row: Option<&Finding>) -> String {
        match row {
            Some(row) => match row.estimate {
                Some(count) => format_fixed(count, 0),
                None => format!("fewer than {}", self.safety.mask_below.unwrap_or_default()),
            },
            None => "–".to_owned(),
        }
    }

    fn headline(&self) -> Vec<Phrase> {
        let Some(any) = self.item(ItemKind::Any) else { return Vec::new() };
        let when = match (self.safety.counted, &self.safety.first_dose) {
            (CountedEvents::TreatmentEmergent, Some(_)) => " that began after the first dose",
            (CountedEvents::TreatmentEmergent, None) => " that began after the start",
            (CountedEvents::Flagged, _) => " that the files flag as treatment-emergent",
            (CountedEvents::All, _) => "",
        };
        let arms = self.arms();
        let mut phrases = Vec::new();
        for (place, arm) in arms.iter().enumerate() {
            phrases.push(Phrase::strong(format!("{} of {}", self.told(self.row(any, arm, Term::Count)), arm.people)));
            let behind = if arm.name == EVERYONE { " people".to_owned() } else { format!(" in {}", arm.name) };
            let join = match arms.len() - place {
                1 => "",
                2 => " and ",
                _ => ", ",
            };
            phrases.push(Phrase::plain(format!("{behind}{join}")));
        }
        let noun = format!("{}adverse event", self.filter_words());
        let article = if noun.starts_with('a') { "an" } else { "a" };
        phrases.push(Phrase::plain(format!(" had {article} {noun}{when}")));
        let (kind, name) = match (self.item(ItemKind::SeriousRelated), self.item(ItemKind::Serious)) {
            (Some(item), _) => (Some(item), "serious and related"),
            (None, Some(item)) => (Some(item), "serious"),
            (None, None) => (None, ""),
        };
        match kind {
            Some(item) => {
                phrases.push(Phrase::plain(format!("; {name}: ")));
                phrases.extend(self.by_arm_phrases(item));
                phrases.push(Phrase::plain("."));
            }
            None => phrases.push(Phrase::plain("; the files do not say which were serious.")),
        }
        phrases
    }

    /// "none", or "3 in MSC and none in Control".
    fn by_arm_phrases(&self, item: &ItemDetail) -> Vec<Phrase> {
        let arms = self.arms();
        let is_none = |arm: &&ArmDetail| self.estimate(item, arm, Term::Count) == Some(0.0);
        if arms.iter().all(|arm| is_none(&arm)) {
            return vec![Phrase::strong("none")];
        }
        if arms.len() == 1 {
            let all = arms.iter().map(|arm| Phrase::strong(self.told(self.row(item, arm, Term::Count))));
            return all.collect();
        }
        let words: Vec<String> = arms
            .iter()
            .map(|arm| {
                let count = if is_none(&arm) { "none".to_owned() } else { self.told(self.row(item, arm, Term::Count)) };
                format!("{count} in {}", arm.name)
            })
            .collect();
        vec![Phrase::strong(joined(&words))]
    }

    fn subline(&self) -> String {
        let mut sentences = Vec::new();
        if let Some(any) = self.item(ItemKind::Any) {
            for arm in self.contrasts() {
                let Some(row) = self.row(any, arm, Term::RiskDifference) else { continue };
                let Some(((difference, low), high)) = row.estimate.zip(row.conf_low).zip(row.conf_high) else {
                    continue;
                };
                sentences.push(format!(
                    "{}: {} percentage points ({} CI {}).",
                    row.contrast.clone().unwrap_or_default(),
                    format_fixed(100.0 * difference, 1),
                    format_level(self.plan.confidence_level),
                    format_interval(100.0 * low, 100.0 * high, 1)
                ));
            }
        }
        let (events, counted) = (self.detail.events, self.detail.events_counted);
        sentences.push(format!("{counted} of {events} {} counted.", plural(events, "event is", "events are")));
        sentences.join(" ")
    }

    /// "12 (36.4%)", sorted by the share.
    fn share_cell(&self, item: &ItemDetail, arm: &ArmDetail) -> Cell {
        let count = self.row(item, arm, Term::Count);
        match (count.and_then(|row| row.estimate), self.estimate(item, arm, Term::Share)) {
            (Some(count), Some(share)) => {
                Cell::text(format!("{} ({}%)", format_fixed(count, 0), format_fixed(100.0 * share, 1))).keyed(share)
            }
            _ => self.masked_cell(count),
        }
    }

    /// All masked cells are equal where they are sorted.
    fn masked_cell(&self, row: Option<&Finding>) -> Cell {
        match row {
            Some(_) => Cell::text(format!("< {}", self.safety.mask_below.unwrap_or_default())).keyed(1e-9),
            None => Cell::absent(),
        }
    }

    fn count_cell(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Cell {
        let row = self.row(item, arm, term);
        match row.and_then(|row| row.estimate) {
            Some(count) => Cell::text(format_fixed(count, 0)).keyed(count),
            None if row.is_some_and(|row| row.term == Term::Events) => Cell::text("masked").keyed(1e-9),
            None => self.masked_cell(row),
        }
    }

    /// "3.2 (−1.0 to 7.5)" in percentage points.
    fn difference_cell(&self, item: &ItemDetail, arm: &ArmDetail) -> Cell {
        let Some(row) = self.row(item, arm, Term::RiskDifference) else { return Cell::absent() };
        let Some(((difference, low), high)) = row.estimate.zip(row.conf_low).zip(row.conf_high) else {
            return Cell::text("masked").keyed(0.0);
        };
        let interval = format_interval(100.0 * low, 100.0 * high, 1);
        Cell::text(format!("{} ({interval})", format_fixed(100.0 * difference, 1))).keyed(difference)
    }

    fn p_cell(&self, item: &ItemDetail, arm: &ArmDetail, term: Term) -> Cell {
        let p = self.row(item, arm, term).and_then(|row| row.p_value);
        p.map_or_else(Cell::absent, |p| Cell::text(format_p(p)).keyed(p))
    }

    /// Columns and cells of counts, differences and, where asked for, p-values; the adjusted ones only of the planned
    /// level.
    fn count_columns(&self, is_adjusted: bool) -> Vec<ColumnView> {
        let mut columns = Vec::new();
        for arm in self.arms() {
            columns.push(ColumnView::number(format!("{}, n = {}", arm.name, arm.people)));
            columns.push(ColumnView::number("Events"));
        }
        let contrasts = self.contrasts();
        let of = |arm: &ArmDetail| if contrasts.len() > 1 { format!(", {}", arm.name) } else { String::new() };
        let level = format_level(self.plan.confidence_level);
        for arm in &contrasts {
            columns.push(ColumnView::number(format!("Difference, % points ({level} CI){}", of(arm))));
            if self.safety.fisher {
                columns.push(ColumnView::number(format!("p{}", of(arm))));
                if is_adjusted {
                    columns.push(ColumnView::number(format!("p, Holm{}", of(arm))));
                    columns.push(ColumnView::number(format!("p, BH{}", of(arm))));
                }
            }
        }
        columns
    }

    fn count_cells(&self, item: &ItemDetail, is_adjusted: bool) -> Vec<Cell> {
        let mut cells = Vec::new();
        for arm in self.arms() {
            cells.push(self.share_cell(item, arm));
            cells.push(self.count_cell(item, arm, Term::Events));
        }
        for arm in self.contrasts() {
            cells.push(self.difference_cell(item, arm));
            if self.safety.fisher {
                cells.push(self.p_cell(item, arm, Term::FisherExact));
                if is_adjusted {
                    cells.push(self.p_cell(item, arm, Term::FisherHolm));
                    cells.push(self.p_cell(item, arm, Term::FisherBenjaminiHochberg));
                }
            }
        }
        cells
    }

    fn summary(&self) -> impl Iterator<Item = &ItemDetail> {
        self.detail.items.iter().filter(|item| item.kind < ItemKind::Class)
    }

    fn summary_table(&self) -> TableView {
        let mut columns = vec![ColumnView::text("People with")];
        columns.extend(self.count_columns(false));
        let rows = self
            .summary()
            .map(|item| {
                std::iter::once(Cell::head(summary_name(item.kind))).chain(self.count_cells(item, false)).collect()
            })
            .collect();
        let more = if self.detail.arms.len() > MOST_CONTRASTS + 1 {
            " With so many arms, differences to the control stand in the findings only."
        } else {
            ""
        };
        TableView {
            title: "Adverse events by arm".into(),
            columns,
            rows,
            footnote: Some(format!(
                "People with at least one event (% of the arm), and events. Difference: Newcombe’s interval. A line is missing where the files do not tell.{more}"
            )),
            ..TableView::default()
        }
    }

    fn is_class_level(&self) -> bool {
        self.detail
            .frequent
            .first()
            .and_then(|place| self.detail.items.get(*place))
            .is_some_and(|item| item.kind == ItemKind::Class)
    }

    fn frequent(&self) -> impl Iterator<Item = &ItemDetail> {
        self.detail.frequent.iter().filter_map(|place| self.detail.items.get(*place))
    }

    /// The term; where it stands under several classes, with its class.
    fn short_name<'i>(&'i self, item: &'i ItemDetail) -> &'i str {
        let is_ambiguous = self.frequent().filter(|other| other.label == item.label).count() > 1;
        if is_ambiguous { &item.outcome } else { &item.label }
    }

    fn least(&self) -> String {
        format!("{}%", format_significant(self.safety.least_percent, 3))
    }

    fn frequent_table(&self) -> Option<TableView> {
        let noun = if self.is_class_level() { "Class" } else { "Term" };
        let mut columns = vec![ColumnView::text(noun)];
        columns.extend(self.count_columns(true));
        let rows: Vec<Vec<Cell>> = self
            .frequent()
            .map(|item| {
                std::iter::once(Cell::head(self.short_name(item))).chain(self.count_cells(item, true)).collect()
            })
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: format!("{}s in at least {} of an arm", noun, self.least()).replace("Classs", "Classes"),
            columns,
            rows,
            footnote: self.test_footnote(),
            is_sortable: true,
            is_searchable: true,
            ..TableView::default()
        })
    }

    fn test_footnote(&self) -> Option<String> {
        (self.safety.fisher && self.detail.tests > 0).then(|| {
            format!(
                "p: Fisher’s exact test, two-sided, not adjusted. {} tests of this kind are one family: Holm’s and Benjamini and Hochberg’s (BH) p-values allow for all of them, the rarer {} among them.",
                self.detail.tests,
                if self.is_class_level() { "classes" } else { "terms" }
            )
        })
    }

    fn full_table(&self) -> Option<TableView> {
        let has_classes = self.item(ItemKind::Class).is_some();
        let has_terms = self.item(ItemKind::Term).is_some();
        let (title, head) = match (has_classes, has_terms) {
            (true, true) => ("All events by class and term", "Class, term"),
            (true, false) => ("All events by class", "Class"),
            (false, _) => ("All events by term", "Term"),
        };
        let mut columns = vec![ColumnView::text(head)];
        columns.extend(self.count_columns(false));
        let items: Vec<&ItemDetail> = self.detail.items.iter().filter(|item| item.kind >= ItemKind::Class).collect();
        let level = |item: &ItemDetail| u8::from(has_classes && item.kind == ItemKind::Term);
        let rows: Vec<Vec<Cell>> = items
            .iter()
            .map(|item| std::iter::once(Cell::head(&item.label)).chain(self.count_cells(item, false)).collect())
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: title.into(),
            columns,
            rows,
            footnote: Some("A person counts once in each row, and so less often in a class than in its terms together. The most frequent come first.".into()),
            row_levels: items.iter().map(|item| level(item)).collect(),
            is_searchable: true,
            is_sortable: true,
            ..TableView::default()
        })
    }

    fn severity_table(&self) -> Option<TableView> {
        if self.detail.grades.is_empty() {
            return None;
        }
        let mut levels: Vec<(Term, String)> =
            self.detail.grades.iter().map(|grade| (worst_term(*grade), capitalised(grade.word()))).collect();
        if self.detail.has_unknown_grades {
            levels.push((Term::WorstUnknown, "Not known".to_owned()));
        }
        let arms = self.arms();
        let mut columns = vec![ColumnView::text("Worst severity")];
        columns.extend(arms.iter().map(|arm| ColumnView::number(format!("{}, n = {}", arm.name, arm.people))));
        let (mut rows, mut row_levels) = (Vec::new(), Vec::new());
        for item in self.item(ItemKind::Any).into_iter().chain(self.frequent()) {
            let name = if item.kind == ItemKind::Any { summary_name(item.kind) } else { self.short_name(item) };
            rows.push(
                std::iter::once(Cell::head(name)).chain(arms.iter().map(|arm| self.share_cell(item, arm))).collect(),
            );
            row_levels.push(0);
            for (term, label) in &levels {
                let cells: Vec<Cell> = arms.iter().map(|arm| self.count_cell(item, arm, *term)).collect();
                if cells.iter().all(|cell| *cell == Cell::absent()) {
                    continue;
                }
                rows.push(std::iter::once(Cell::head(label)).chain(cells).collect());
                row_levels.push(1);
            }
        }
        Some(TableView {
            title: "People by their worst event".into(),
            columns,
            rows,
            footnote: Some(format!(
                "All events, then those in at least {} of an arm. Each person stands once, at the worst severity of the events of that row.",
                self.least()
            )),
            row_levels,
            is_searchable: true,
            ..TableView::default()
        })
    }

    fn rate_table(&self) -> Option<TableView> {
        let level = format_level(self.plan.confidence_level);
        let mut columns = vec![ColumnView::text("Per 100 patient-years")];
        columns.extend(["People with an event", "Years at risk"].map(ColumnView::number));
        columns.push(ColumnView::number(format!("Rate ({level} CI)")));
        columns.push(ColumnView::number("Events"));
        columns.push(ColumnView::number(format!("Events, rate ({level} CI)")));
        columns.push(ColumnView::number(format!("Rate ratio ({level} CI)")));
        let rate = |row: Option<&Finding>, decimals: usize| {
            let interval = row.and_then(|row| row.estimate.zip(row.conf_low).zip(row.conf_high));
            match (row, interval) {
                (Some(_), Some(((rate, low), high))) => {
                    Cell::text(format!("{} ({})", format_fixed(rate, decimals), format_interval(low, high, decimals)))
                        .keyed(rate)
                }
                (Some(row), None) => self.open_interval(row),
                (None, _) => Cell::absent(),
            }
        };
        let (mut rows, mut row_levels) = (Vec::new(), Vec::new());
        for item in self.summary().chain(self.frequent()) {
            let name = if item.kind < ItemKind::Class { summary_name(item.kind) } else { self.short_name(item) };
            let mut own = Vec::new();
            for arm in self.arms() {
                let Some(years) = self.row(item, arm, Term::YearsAtRisk) else { continue };
                let years = match years.estimate {
                    Some(years) => Cell::text(format_fixed(years, 1)).keyed(years),
                    None => Cell::text("masked").keyed(0.0),
                };
                own.push(vec![
                    Cell::arm(&arm.name, self.hue_of(arm)),
                    self.count_cell(item, arm, Term::Count),
                    years,
                    rate(self.row(item, arm, Term::IncidenceRate), 1),
                    self.count_cell(item, arm, Term::Events),
                    rate(self.row(item, arm, Term::EventRate), 1),
                    rate(self.row(item, arm, Term::RateRatio), 2),
                ]);
            }
            if own.is_empty() {
                continue;
            }
            let mut head = vec![Cell::head(name)];
            head.extend((1..columns.len()).map(|_| Cell::text("")));
            rows.push(head);
            row_levels.push(0);
            row_levels.extend(own.iter().map(|_| 1));
            rows.extend(own);
        }
        let years: Vec<String> = self
            .arms()
            .into_iter()
            .filter_map(|arm| {
                let is_own =
                    |row: &&Finding| row.term == Term::PatientYears && row.group.as_deref() == Some(arm.name.as_str());
                let total = self.answer.rows.iter().find(is_own)?.estimate?;
                Some(format!("{} in {}", format_fixed(total, 1), arm.name))
            })
            .collect();
        (!rows.is_empty()).then(|| TableView {
            title: "Rates for the time observed".into(),
            columns,
            rows,
            footnote: Some(format!(
                "Patient-years observed: {}. Rate of people: each one’s time ends with the first event. Events of one person run together, so that the interval of their rate is too narrow.",
                joined(&years)
            )),
            row_levels,
            is_searchable: true,
            ..TableView::default()
        })
    }

    /// A ratio without an upper limit, or nothing that may be told.
    fn open_interval(&self, row: &Finding) -> Cell {
        match (row.estimate, row.conf_low, row.conf_high) {
            (None, None, None) => Cell::text("masked").keyed(0.0),
            (estimate, low, high) => {
                let limit = |value: Option<f64>| value.map_or_else(|| "∞".to_owned(), |value| format_fixed(value, 2));
                let text = format!("{} ({} to {})", limit(estimate), limit(low), limit(high));
                Cell::text(text).keyed(estimate.unwrap_or(f64::MAX))
            }
        }
    }

    fn dot_plot(&self) -> Option<FigureView> {
        let noun = if self.is_class_level() { "classes" } else { "terms" };
        let shown: Vec<&ItemDetail> = self.frequent().take(MOST_ROWS).collect();
        let first = shown.first()?;
        let arms = self.arms();
        let (mut most, mut low_end, mut high_end) = (0.0_f64, 0.0_f64, 0.0_f64);
        let contrast = self.contrasts().first().copied().filter(|_| self.contrasts().len() == 1);
        let mut rows = Vec::new();
        for item in &shown {
            let name = self.short_name(item);
            let mut dots = Vec::new();
            for arm in &arms {
                let Some(share) = self.estimate(item, arm, Term::Share) else { continue };
                most = most.max(100.0 * share);
                dots.push(Dot {
                    hue: self.hue_of(arm),
                    x: 100.0 * share,
                    hint: format!(
                        "{name}, {}: {} of {} ({}%)",
                        arm.name,
                        self.told(self.row(item, arm, Term::Count)),
                        arm.people,
                        format_fixed(100.0 * share, 1)
                    ),
                });
            }
            let difference = contrast.and_then(|arm| {
                let row = self.row(item, arm, Term::RiskDifference)?;
                let estimate = 100.0 * row.estimate?;
                let (low, high) = (row.conf_low.map(|low| 100.0 * low), row.conf_high.map(|high| 100.0 * high));
                low_end = low_end.min(low.unwrap_or(estimate));
                high_end = high_end.max(high.unwrap_or(estimate));
                Some(DotDifference {
                    hue: self.hue_of(arm),
                    estimate,
                    low,
                    high,
                    hint: format!("{name}: {} percentage points", self.difference_cell(item, arm).text),
                })
            });
            rows.push(DotRow { label: name.to_owned(), dots, difference });
        }
        let legend = arms.iter().map(|arm| LegendEntry { name: arm.name.clone(), hue: self.hue_of(arm) }).collect();
        let difference_axis = contrast.map(|_| round_axis("Percentage points", low_end, high_end, 4));
        let difference_title = contrast
            .zip(self.detail.arms.first())
            .map(|(arm, control)| {
                format!("{} − {}, {} CI", arm.name, control.name, format_level(self.plan.confidence_level))
            })
            .unwrap_or_default();
        let all = self.detail.frequent.len();
        let cut = if all > MOST_ROWS {
            format!("the {MOST_ROWS} most frequent of {all} {noun}")
        } else {
            format!("{all} {noun}")
        };
        let described: Vec<String> = arms
            .iter()
            .filter_map(|arm| {
                let share = self.estimate(first, arm, Term::Share)?;
                Some(format!("{}% in {}", format_fixed(100.0 * share, 0), arm.name))
            })
            .collect();
        Some(FigureView {
            key: "adverse-events",
            title: format!("People with an event: {cut} in at least {} of an arm", self.least()),
            aside: "% of people; most frequent first".into(),
            description: format!(
                "Share of people with each event, by arm. The most frequent is {}: {}.",
                self.short_name(first),
                joined(&described)
            ),
            figure: Figure::DotPlot(DotPlot {
                title: "% of people".into(),
                x: round_axis("% of people", 0.0, most.max(1.0), 5),
                difference_title,
                difference_axis,
                legend,
                rows,
            }),
        })
    }

    fn volcano(&self) -> Option<FigureView> {
        let points = &self.detail.points;
        if points.is_empty() {
            return None;
        }
        let people = |point: &VolcanoPoint| {
            let counts = self.detail.items.get(point.item).map(|item| {
                let own = self.detail.arms.iter().enumerate().filter(|(place, _)| *place == 0 || *place == point.arm);
                own.filter_map(|(_, arm)| self.estimate(item, arm, Term::Count)).sum::<f64>()
            });
            counts.unwrap_or_default()
        };
        let most_people = points.iter().map(people).fold(1.0, f64::max);
        let mut sorted: Vec<&VolcanoPoint> = points.iter().collect();
        crate::order::sort_by(&mut sorted, |a, b| a.p_value.total_cmp(&b.p_value));
        let labelled = sorted.get(MOST_LABELS.min(sorted.len()).saturating_sub(1)).map_or(0.0, |point| point.p_value);
        let groups = self
            .detail
            .arms
            .iter()
            .enumerate()
            .skip(1)
            .map(|(place, arm)| ScatterGroup {
                name: arm.name.clone(),
                hue: self.hue_of(arm),
                is_hollow: false,
                points: points
                    .iter()
                    .filter(|point| point.arm == place)
                    .filter_map(|point| {
                        let item = self.detail.items.get(point.item)?;
                        let name = self.short_name(item);
                        let is_labelled = point.p_value <= labelled && point.p_value < 0.2;
                        Some(ScatterPoint {
                            x: 100.0 * point.difference,
                            y: point.y,
                            hint: format!(
                                "{name}, {}: {} percentage points, p = {}",
                                arm.name,
                                format_fixed(100.0 * point.difference, 1),
                                format_p(point.p_value)
                            ),
                            label: if is_labelled { name.to_owned() } else { String::new() },
                            size: (4.0 * people(point) / most_people).max(0.3),
                        })
                    })
                    .collect(),
            })
            .collect();
        let reach = points.iter().map(|point| 100.0 * point.difference.abs()).fold(1.0, f64::max);
        let x = round_axis("Difference to control, percentage points", -reach, reach, 6);
        let top = points.iter().map(|point| point.y).fold(self.detail.line_y, f64::max);
        let y = p_axis(top);
        let alpha = format_significant(1.0 - self.plan.confidence_level, 3);
        let line = |name: String, points: Vec<(f64, f64)>| ScatterLine {
            name,
            hue: super::figure::Hue::Neutral,
            is_dashed: true,
            points,
        };
        let lines = vec![
            line(format!("p = {alpha}, not adjusted"), vec![(x.min, self.detail.line_y), (x.max, self.detail.line_y)]),
            line(String::new(), vec![(0.0, y.min), (0.0, y.max)]),
        ];
        let below = points.iter().filter(|point| point.p_value < 1.0 - self.plan.confidence_level).count();
        let noun = if self.is_class_level() { "classes" } else { "terms" };
        Some(FigureView {
            key: "volcano",
            title: format!("Differences and their p-values, all {noun}"),
            aside: "area: people with the event; right: more often than in control".into(),
            description: format!(
                "Each of {} tests by the difference of the shares and the p-value of Fisher’s exact test. {below} {} below {alpha} without adjustment.",
                points.len(),
                plural(below, "lies", "lie")
            ),
            figure: Figure::Scatter(Scatter { x, y, groups, lines, ..Scatter::default() }),
        })
    }

    fn method(&self) -> Vec<String> {
        let level = format_level(self.plan.confidence_level);
        let mut method = vec![
            "A person counts once in each row, however many events; events count each. Denominator: everyone of the arm in the analysis set, in the arm that the files give. Names that differ only in capital letters and spaces are one; with a preferred term and another, the preferred term is read. Related means possibly related and above (possible, probable, definite, suspected); unlikely, remote and doubtful are not. Severe means severe, life-threatening or fatal, which are the grades 3 to 5 of CTCAE.".to_owned(),
            self.method_of_counting(),
            format!("Differences of shares with Newcombe’s hybrid score interval at {level}, his method 10 (Statistics in Medicine 1998; 17: 873–890). Where nobody of n had an event, the one-sided upper limit is 1 − α^(1/n), near 3/n at 95% (Hanley and Lippman-Hand, JAMA 1983; 249: 1743–1745)."),
            format!("Rates: people with an event by the time up to their first event or the end of observation, and events by all the time, per 100 patient-years of 365.25 days, with the exact Poisson interval (Garwood, Biometrika 1936; 28: 437–442); the ratio with its exact conditional interval. Time is counted from {} to {}. An event without a day leaves the person’s time whole. Rates assume a hazard that does not change with time.",
                if self.safety.first_dose.is_some() { "the first dose" } else { "the start of follow-up" },
                match self.safety.observed_to {
                    ObservedTo::LastRecord => "the last visit, sample or day of an adverse event",
                    ObservedTo::EndOfFollowUp => "death or last contact in the survival file, else the last visit, sample or day of an adverse event",
                }
            ),
        ];
        if self.safety.fisher {
            method.push("Fisher’s exact test, two-sided (Journal of the Royal Statistical Society 1935; 98: 39–82), of every row. The tests of all rows of the level shown, in all contrasts together, are one family, adjusted by Holm (Scandinavian Journal of Statistics 1979; 6: 65–70) and by Benjamini and Hochberg (Journal of the Royal Statistical Society B 1995; 57: 289–300). Rare events cannot reach a small p-value however they fall.".to_owned());
        }
        method.push("Checked against R: counts by hand-written R, fisher.test, poisson.test, p.adjust, Newcombe’s interval from prop.test’s; docs/VALIDATION.md has the figures.".to_owned());
        method
    }

    fn method_of_counting(&self) -> String {
        let from = match &self.safety.first_dose {
            Some(dose) => format!("the first dose ({})", dose.column),
            None => "the start of follow-up (day 0)".to_owned(),
        };
        match self.safety.counted {
            CountedEvents::TreatmentEmergent => {
                let to = match (self.safety.window_days, &self.safety.last_dose) {
                    (Some(days), Some(dose)) => format!(
                        " and not later than {} days after the last dose ({}; where it is missing, after the end of observation)",
                        format_significant(days, 4),
                        dose.column
                    ),
                    (Some(days), None) => {
                        format!(" and not later than {} days after the end of observation", format_significant(days, 4))
                    }
                    (None, _) => String::new(),
                };
                format!(
                    "An event is treatment-emergent when it began at {from} or later{to}. One without a first day counts as treatment-emergent unless it had ended before; one that was there before and grew worse cannot be told from the day it began."
                )
            }
            CountedEvents::Flagged => {
                "Events count when the files’ own flag says that they are treatment-emergent.".to_owned()
            }
            CountedEvents::All => format!(
                "All events of the files count, also those from before the treatment. Rates count events from {from} on."
            ),
        }
    }
}

/// A line of the summary in words.
fn summary_name(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Any | ItemKind::Class | ItemKind::Term => "Any adverse event",
        ItemKind::Related => "Any related event",
        ItemKind::Serious => "Any serious event",
        ItemKind::SeriousRelated => "Any serious related event",
        ItemKind::Severe => "Any severe event (grade 3 or above)",
        ItemKind::Fatal => "Any fatal event",
    }
}

fn worst_term(grade: Grade) -> Term {
    match grade {
        Grade::Mild => Term::WorstMild,
        Grade::Moderate => Term::WorstModerate,
        Grade::Severe => Term::WorstSevere,
        Grade::LifeThreatening => Term::WorstLifeThreatening,
        Grade::Fatal => Term::WorstFatal,
    }
}

/// Of -log10 p, its ticks named by p: 1, 0.1, 0.01.
fn p_axis(top: f64) -> Axis {
    let last = top.ceil().max(2.0) as usize;
    let step = last.div_ceil(6);
    let label = |power: usize| match power {
        0 => "1".to_owned(),
        1..=4 => format!("0.{}1", "0".repeat(power - 1)),
        _ => format!("1e−{power}"),
    };
    let ticks = (0..=last).step_by(step).map(|power| Tick { at: power as f64, label: label(power) }).collect();
    Axis { label: "p, Fisher’s exact test (up: smaller)".into(), min: 0.0, max: last as f64, ticks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_p_axis_is_named_by_p() {
        let labels: Vec<String> = p_axis(2.4).ticks.into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, ["1", "0.1", "0.01", "0.001"]);
        assert_eq!(p_axis(0.2).max, 2.0);
        assert_eq!(p_axis(11.0).ticks.len(), 6);
    }
}
