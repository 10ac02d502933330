use leptos::prelude::*;

use super::PopulationForm;
use crate::analysis::safety::{CountedEvents, EventLevel, ObservedTo, SafetyPlan};
use crate::analysis::time_to_event::TimeOrigin;
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::Overview;
use crate::report::label::capitalised;
use crate::report::number::format_significant;
use crate::report::safety::{counted_name, level_name, observed_name};
use crate::trial::Grade;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select, Tick};

fn edit_safety(plan: &mut Plan, change: &dyn Fn(&mut SafetyPlan)) {
    for asked in &mut plan.analyses {
        if let AnalysisPlan::Safety(safety) = asked {
            change(safety);
            return;
        }
    }
}

/// A closed list as the choices of a control: the value is its place.
fn numbered<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<Choice> {
    all.iter().enumerate().map(|(place, one)| Choice::new(place.to_string(), name(*one))).collect()
}

fn place_of<T: PartialEq>(all: &[T], chosen: &T) -> String {
    all.iter().position(|one| one == chosen).unwrap_or_default().to_string()
}

fn at_place<T: Clone>(all: &[T], place: &str) -> Option<T> {
    all.get(place.parse::<usize>().ok()?).cloned()
}

/// Masking begins here when it is ticked: what many data holders ask for.
const MASK_BELOW: u32 = 5;

#[component]
pub fn SafetyForm() -> impl IntoView {
    let bench = bench();
    let chosen = move |of: fn(&SafetyPlan) -> String| {
        Signal::derive(move || bench.plan.with(|plan| plan.as_ref().and_then(Plan::safety).map(of).unwrap_or_default()))
    };
    let is = move |of: fn(&SafetyPlan) -> bool| {
        Signal::derive(move || bench.plan.with(|plan| plan.as_ref().and_then(Plan::safety).is_some_and(of)))
    };
    let edit = move |change: &dyn Fn(&mut SafetyPlan)| bench.edit(|plan| edit_safety(plan, change));
    let has_flags =
        move || bench.overview.with(|overview| overview.as_ref().is_some_and(|overview| overview.flagged_events > 0));
    let counted = move || {
        let mut choices = numbered(&CountedEvents::ALL, counted_name);
        let flagged = place_of(&CountedEvents::ALL, &CountedEvents::Flagged);
        choices.retain(|choice| choice.value != flagged || has_flags());
        choices
    };
    // What the plan has already and every column that may hold it.
    let doses = move |found: fn(&Overview) -> Vec<TimeOrigin>, own: fn(&SafetyPlan) -> Option<TimeOrigin>| {
        let mut all =
            bench.overview.with(|overview| overview.as_ref().map(|overview| found(overview)).unwrap_or_default());
        let own = bench.plan.with(|plan| plan.as_ref().and_then(Plan::safety).and_then(own));
        all.extend(own.filter(|own| !all.contains(own)));
        all
    };
    let first_doses = move || {
        doses(
            |overview| {
                let mut all = overview.first_doses.clone();
                let others =
                    overview.origins.iter().filter(|origin| !origin.is_entry_delayed && !all.contains(*origin));
                let others: Vec<TimeOrigin> = others.cloned().collect();
                all.extend(others);
                all
            },
            |safety| safety.first_dose.clone(),
        )
    };
    let last_doses = move || doses(|overview| overview.last_doses.clone(), |safety| safety.last_dose.clone());
    let columns = |none: &'static str, all: Vec<TimeOrigin>| {
        let own = all.into_iter().map(|origin| Choice::new(origin.column.clone(), origin.column));
        std::iter::once(Choice::new("", none)).chain(own).collect::<Vec<Choice>>()
    };
    let is_dated = is(|safety| safety.counted == CountedEvents::TreatmentEmergent);
    let severities = {
        let own = Grade::ALL.iter().enumerate().map(|(place, grade)| {
            let words = if *grade == Grade::Fatal {
                "Fatal".to_owned()
            } else {
                format!("{} or worse", capitalised(grade.word()))
            };
            Choice::new(place.to_string(), words)
        });
        std::iter::once(Choice::new("", "Any")).chain(own).collect::<Vec<Choice>>()
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <Select
                label="Events"
                name="counted"
                choices=Signal::derive(counted)
                value=chosen(|safety| place_of(&CountedEvents::ALL, &safety.counted))
                on_choose=move |place: String| {
                    if let Some(counted) = at_place(&CountedEvents::ALL, &place) {
                        edit(&|safety| safety.counted = counted);
                    }
                }
            />
            <Show when=move || !first_doses().is_empty()>
                <Select
                    label="First dose"
                    name="first-dose"
                    choices=Signal::derive(move || columns("Start of follow-up", first_doses()))
                    value=chosen(|safety| safety.first_dose.as_ref().map(|dose| dose.column.clone()).unwrap_or_default())
                    on_choose=move |column: String| {
                        let dose = first_doses().into_iter().find(|dose| dose.column == column);
                        edit(&|safety| safety.first_dose.clone_from(&dose));
                    }
                />
            </Show>
            <Segmented
                label="Told apart by"
                name="level"
                choices=Signal::stored(numbered(&EventLevel::ALL, level_name))
                value=chosen(|safety| place_of(&EventLevel::ALL, &safety.level))
                on_choose=move |place: String| {
                    if let Some(level) = at_place(&EventLevel::ALL, &place) {
                        edit(&|safety| safety.level = level);
                    }
                }
            />
            <NumberField label="Figure: in at least" name="least-percent" unit="% of an arm" low=0.0 high=100.0
                value=chosen(|safety| format_significant(safety.least_percent, 4))
                on_enter=move |percent: f64| edit(&|safety| safety.least_percent = percent)/>
            <Select
                label="Severity"
                name="least-severity"
                choices=Signal::stored(severities)
                value=chosen(|safety| safety.least_severity.map(|least| place_of(&Grade::ALL, &least)).unwrap_or_default())
                on_choose=move |place: String| {
                    let least = at_place(&Grade::ALL, &place);
                    edit(&|safety| safety.least_severity = least);
                }
            />
            <Tick label="Only serious events" name="only-serious" checked=is(|safety| safety.only_serious)
                on_change=move |on: bool| edit(&|safety| safety.only_serious = on)/>
            <Tick label="Only related events" name="only-related" checked=is(|safety| safety.only_related)
                on_change=move |on: bool| edit(&|safety| safety.only_related = on)/>
            <Tick label="Test every row (Fisher)" name="fisher" checked=is(|safety| safety.fisher)
                on_change=move |on: bool| edit(&|safety| safety.fisher = on)/>
            <details>
                <summary>"Time observed"</summary>
                <Select
                    label="For rates, observed to"
                    name="observed-to"
                    choices=Signal::stored(numbered(&ObservedTo::ALL, observed_name))
                    value=chosen(|safety| place_of(&ObservedTo::ALL, &safety.observed_to))
                    on_choose=move |place: String| {
                        if let Some(observed) = at_place(&ObservedTo::ALL, &place) {
                            edit(&|safety| safety.observed_to = observed);
                        }
                    }
                />
                <Show when=move || is_dated.get()>
                    <Tick label="End some days after treatment" name="has-window" checked=is(|safety| safety.window_days.is_some())
                        on_change=move |on: bool| edit(&|safety| safety.window_days = on.then_some(30.0))/>
                    <Show when=move || is(|safety| safety.window_days.is_some()).get()>
                        <NumberField label="Up to" name="window-days" unit="days after" low=0.0 high=10000.0
                            value=chosen(|safety| safety.window_days.map(|days| format_significant(days, 5)).unwrap_or_default())
                            on_enter=move |days: f64| edit(&|safety| safety.window_days = Some(days))/>
                        <Show when=move || !last_doses().is_empty()>
                            <Select
                                label="Last dose"
                                name="last-dose"
                                choices=Signal::derive(move || columns("End of observation", last_doses()))
                                value=chosen(|safety| safety.last_dose.as_ref().map(|dose| dose.column.clone()).unwrap_or_default())
                                on_choose=move |column: String| {
                                    let dose = last_doses().into_iter().find(|dose| dose.column == column);
                                    edit(&|safety| safety.last_dose.clone_from(&dose));
                                }
                            />
                        </Show>
                    </Show>
                </Show>
            </details>
            <details>
                <summary>"Small counts"</summary>
                <p class="hint">"Counts of few people can point to a person. Masked counts are left out of tables, figures and saved findings."</p>
                <Tick label="Mask small counts" name="masked" checked=is(|safety| safety.mask_below.is_some())
                    on_change=move |on: bool| edit(&|safety| safety.mask_below = on.then_some(MASK_BELOW))/>
                <Show when=move || is(|safety| safety.mask_below.is_some()).get()>
                    <NumberField label="Fewer than" name="mask-below" unit="people" low=2.0 high=1000.0
                        value=chosen(|safety| safety.mask_below.map(|below| below.to_string()).unwrap_or_default())
                        on_enter=move |below: f64| edit(&|safety| safety.mask_below = Some(below.round() as u32))/>
                </Show>
            </details>
        </section>
        <PopulationForm/>
    }
}
