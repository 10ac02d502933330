use leptos::prelude::*;

use crate::analysis::visit_plan::VisitPlan;
use crate::analysis::visit_window::BaselineRule;
use crate::order::sort_numbers;
use crate::report::label::{outcome_label, time_number};
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::trial::alsfrs::MissingItemRule;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select};

/// Outcome, month and visits: the same for every question about function, so a change here changes them all.
#[component]
pub fn VisitFields(
    /// False where no single month is spoken of.
    #[prop(default = true)]
    with_month: bool,
) -> impl IntoView {
    let bench = bench();
    let visits = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.visits())));
    let edit = move |edit: Box<dyn Fn(&mut VisitPlan)>| bench.edit(|plan| plan.edit_visits(edit));
    let outcome =
        move || visits.with(|visits| visits.as_ref().map(|visits| visits.outcome.clone()).unwrap_or_default());
    let unit = move || {
        bench
            .overview
            .with(|overview| Some(overview.as_ref()?.outcome(&outcome())?.time_unit))
            .unwrap_or(TimeUnit::Months)
    };
    let outcomes = move || {
        bench.overview.with(|overview| {
            let outcomes = overview.as_ref().map(|overview| overview.outcomes.clone()).unwrap_or_default();
            outcomes
                .into_iter()
                .map(|outcome| Choice::new(outcome.name.clone(), outcome_label(&outcome.name)))
                .collect::<Vec<Choice>>()
        })
    };
    let choose_outcome = move |name: String| {
        let default = bench.overview.with_untracked(|overview| {
            overview.as_ref().and_then(|overview| overview.outcome(&name).map(|outcome| outcome.default_plan.visits()))
        });
        if let Some(default) = default {
            edit(Box::new(move |visits| visits.clone_from(&default)));
        }
    };
    let months = move || {
        let unit = unit();
        visits.with(|visits| {
            let months = visits.as_ref().map(|visits| visits.target_months.clone()).unwrap_or_default();
            months
                .into_iter()
                .map(|month| Choice::new(month.to_string(), time_number(month, unit)))
                .collect::<Vec<Choice>>()
        })
    };
    let month = move || {
        visits.with(|visits| visits.as_ref().map(|visits| visits.primary_month.to_string()).unwrap_or_default())
    };
    let choose_month = move |text: String| {
        if let Ok(month) = text.parse::<f64>() {
            edit(Box::new(move |visits| visits.primary_month = month));
        }
    };
    let targets = move || {
        let unit = unit();
        visits.with(|visits| {
            let months = visits.as_ref().map(|visits| visits.target_months.clone()).unwrap_or_default();
            months.into_iter().map(|month| time_number(month, unit)).collect::<Vec<String>>().join(", ")
        })
    };
    let target_problem = RwSignal::new(None::<String>);
    let enter_targets = move |text: String| {
        let unit = unit();
        let numbers: Result<Vec<f64>, _> =
            text.split([',', ';', ' ']).filter(|part| !part.is_empty()).map(str::parse::<f64>).collect();
        match numbers {
            Ok(mut numbers)
                if !numbers.is_empty() && numbers.iter().all(|number| *number > 0.0 && number.is_finite()) =>
            {
                target_problem.set(None);
                sort_numbers(&mut numbers);
                numbers.dedup();
                let months: Vec<f64> = numbers.into_iter().map(|number| unit.to_months(number)).collect();
                edit(Box::new(move |visits| {
                    // A visit that only lost digits on its way through the field keeps them.
                    let known = |month: f64| {
                        visits.target_months.iter().copied().find(|old| (old - month).abs() < 0.02).unwrap_or(month)
                    };
                    let months: Vec<f64> = months.iter().copied().map(known).collect();
                    if !months.contains(&visits.primary_month) {
                        visits.primary_month = months.last().copied().unwrap_or(visits.primary_month);
                    }
                    visits.target_months = months;
                }));
            }
            _ => target_problem.set(Some("Numbers above 0, with commas between them: 3, 6, 12.".to_owned())),
        }
    };
    let window = move || {
        visits.with(|visits| {
            visits
                .as_ref()
                .map(|visits| format_significant(unit().from_months(visits.window_months), 4))
                .unwrap_or_default()
        })
    };
    let baselines = Signal::stored(vec![
        Choice::new("before", "Last visit up to the start"),
        Choice::new("nearest", "Visit nearest the start"),
    ]);
    let baseline = move || {
        visits.with(|visits| match visits.as_ref().map(|visits| visits.baseline) {
            Some(BaselineRule::NearestStart) => "nearest".to_owned(),
            Some(BaselineRule::LastAtOrBeforeStart) | None => "before".to_owned(),
        })
    };
    let choose_baseline = move |rule: String| {
        let rule = if rule == "nearest" { BaselineRule::NearestStart } else { BaselineRule::LastAtOrBeforeStart };
        edit(Box::new(move |visits| visits.baseline = rule));
    };
    let has_items =
        move || bench.overview.with(|overview| overview.as_ref().is_some_and(|overview| overview.has_items));
    let item_rules = Signal::stored(vec![
        Choice::new("strict", "Has no score"),
        Choice::new("prorate", "One a domain: mean of its others"),
    ]);
    let item_rule = move || {
        bench.plan.with(|plan| match plan.as_ref().map(|plan| plan.missing_items) {
            Some(MissingItemRule::ProrateWithinDomain) => "prorate".to_owned(),
            Some(MissingItemRule::Strict) | None => "strict".to_owned(),
        })
    };
    let choose_item_rule = move |rule: String| {
        let is_prorated = rule == "prorate";
        let rule = if is_prorated { MissingItemRule::ProrateWithinDomain } else { MissingItemRule::Strict };
        bench.edit(|plan| plan.missing_items = rule);
    };
    view! {
        <Select label="Outcome" name="outcome" choices=Signal::derive(outcomes) value=Signal::derive(outcome) on_choose=choose_outcome/>
        <Show when=move || with_month>
            {move || {
                let label = unit().heading();
                if months().len() > 6 {
                    view! { <Select label name="month" choices=Signal::derive(months) value=Signal::derive(month) on_choose=choose_month/> }.into_any()
                } else {
                    view! { <Segmented label name="month" choices=Signal::derive(months) value=Signal::derive(month) on_choose=choose_month/> }.into_any()
                }
            }}
        </Show>
        <details>
            <summary>"Visits"</summary>
            <label class="control">
                <span class="control-label">{move || format!("Target {}", unit().many())}</span>
                <input type="text" name="targets" prop:value=targets on:change=move |event| enter_targets(event_target_value(&event))/>
                {move || target_problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
            </label>
            {move || view! {
                <NumberField
                    label="Window on either side"
                    name="window"
                    value=Signal::derive(window)
                    low=0.0
                    high=3660.0
                    unit=unit().many()
                    on_enter=move |number: f64| {
                        let window = unit().to_months(number);
                        edit(Box::new(move |visits| visits.window_months = window));
                    }
                />
            }}
            <Select label="Baseline" name="baseline" choices=baselines value=Signal::derive(baseline) on_choose=choose_baseline/>
            <Show when=has_items>
                <Select label="Form that lacks an item" name="missing-items" choices=item_rules value=Signal::derive(item_rule) on_choose=choose_item_rule/>
            </Show>
        </details>
    }
}
