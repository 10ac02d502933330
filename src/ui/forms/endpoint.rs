use leptos::prelude::*;

use crate::analysis::time_to_event::{EndpointPlan, TimeOrigin};
use crate::report::label::outcome_label;
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Select, Tick};

/// Event, origin and horizon: the same for every question about survival, so a change here changes them all.
#[component]
pub fn EndpointFields(
    /// False where the question chooses its events itself.
    #[prop(default = true)]
    with_event: bool,
) -> impl IntoView {
    let bench = bench();
    let time = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.time())));
    let edit = move |edit: Box<dyn Fn(&mut EndpointPlan)>| bench.edit(|plan| plan.edit_time(edit));
    let of = move |read: fn(&EndpointPlan) -> String| time.with(|time| time.as_ref().map(read).unwrap_or_default());
    let is = move |read: fn(&EndpointPlan) -> bool| time.with(|time| time.as_ref().is_some_and(read));
    let endpoints = Memo::new(move |_| {
        bench.overview.with(|overview| overview.as_ref().map(|overview| overview.endpoints.clone()).unwrap_or_default())
    });
    let choices = move || {
        endpoints.with(|endpoints| {
            endpoints
                .iter()
                .map(|endpoint| {
                    let label =
                        format!("{} ({} of {})", outcome_label(&endpoint.name), endpoint.events, endpoint.subjects);
                    Choice::new(endpoint.name.clone(), label)
                })
                .collect::<Vec<Choice>>()
        })
    };
    let unit = move || {
        let name = of(|time| time.endpoint.clone());
        endpoints
            .with(|endpoints| {
                endpoints.iter().find(|endpoint| endpoint.name == name).map(|endpoint| endpoint.time_unit)
            })
            .unwrap_or(TimeUnit::Months)
    };
    let others = move || {
        let chosen = of(|time| time.endpoint.clone());
        endpoints.with(|endpoints| {
            let others = endpoints.iter().filter(|endpoint| endpoint.name != chosen);
            others.map(|endpoint| endpoint.name.clone()).collect::<Vec<String>>()
        })
    };
    let ventilated = move || bench.overview.with(|overview| overview.as_ref().and_then(|overview| overview.ventilated));
    let origins = Memo::new(move |_| {
        bench.overview.with(|overview| overview.as_ref().map(|overview| overview.origins.clone()).unwrap_or_default())
    });
    let origin_choices = move || {
        let named = origins.with(|origins| {
            origins
                .iter()
                .map(|origin| Choice::new(origin.column.clone(), outcome_label(&origin.column)))
                .collect::<Vec<_>>()
        });
        std::iter::once(Choice::new("", "As the file counts")).chain(named).collect::<Vec<Choice>>()
    };
    let choose_origin = move |column: String| {
        let origin: Option<TimeOrigin> =
            origins.with_untracked(|origins| origins.iter().find(|origin| origin.column == column).cloned());
        edit(Box::new(move |time| time.origin.clone_from(&origin)));
    };
    let horizon = move || {
        time.with(|time| {
            let months = time.as_ref().and_then(|time| time.horizon_months);
            months.map(|months| format_significant(unit().from_months(months), 4)).unwrap_or_default()
        })
    };
    let direction = move || {
        let chosen = of(|time| time.endpoint.clone());
        endpoints.with(|endpoints| {
            let endpoint = endpoints.iter().find(|endpoint| endpoint.name == chosen)?;
            let others = endpoint.subjects - endpoint.events;
            let (events, others) =
                if is(|time| time.is_flag_reversed) { (others, endpoint.events) } else { (endpoint.events, others) };
            Some(format!("As it stands: {events} with the event, {others} last seen without."))
        })
    };
    view! {
        <Show when=move || with_event>
            <Select
                label="Event (how many of whom)"
                name="endpoint"
                choices=Signal::derive(choices)
                value=Signal::derive(move || of(|time| time.endpoint.clone()))
                on_choose=move |name: String| edit(Box::new(move |time| {
                    time.endpoint.clone_from(&name);
                    time.or.retain(|other| *other != name);
                }))
            />
            {move || {
                others()
                    .into_iter()
                    .map(|name| {
                        let (shown, chosen) = (name.clone(), name.clone());
                        view! {
                            <Tick
                                name=format!("or-{name}")
                                label=format!("or {}", outcome_label(&name))
                                checked=Signal::derive(move || time.with(|time| time.as_ref().is_some_and(|time| time.or.contains(&shown))))
                                on_change=move |is_on: bool| {
                                    let name = chosen.clone();
                                    edit(Box::new(move |time| {
                                        time.or.retain(|other| *other != name);
                                        if is_on {
                                            time.or.push(name.clone());
                                        }
                                    }));
                                }
                            />
                        }
                    })
                    .collect_view()
            }}
            {move || ventilated().map(|people| view! {
                <Tick
                    name="or-ventilation"
                    label=format!("or ventilated day and night ({people} by item 12)")
                    checked=Signal::derive(move || is(|time| time.or_ventilation))
                    on_change=move |is_on: bool| edit(Box::new(move |time| time.or_ventilation = is_on))
                />
            })}
        </Show>
        <details>
            <summary>"Time and flag"</summary>
            <Select
                label="Time counts from"
                name="origin"
                choices=Signal::derive(origin_choices)
                value=Signal::derive(move || of(|time| time.origin.as_ref().map(|origin| origin.column.clone()).unwrap_or_default()))
                on_choose=choose_origin
            />
            <Show when=move || is(|time| time.origin.is_some())>
                <Tick
                    name="delayed-entry"
                    label="At risk only since the file’s start (delayed entry)"
                    checked=Signal::derive(move || is(|time| time.origin.as_ref().is_some_and(|origin| origin.is_entry_delayed)))
                    on_change=move |is_on: bool| edit(Box::new(move |time| {
                        if let Some(origin) = &mut time.origin {
                            origin.is_entry_delayed = is_on;
                        }
                    }))
                />
            </Show>
            {move || view! {
                <NumberField
                    label="Horizon (0: none)"
                    name="horizon"
                    value=Signal::derive(horizon)
                    low=0.0
                    high=36600.0
                    unit=unit().many()
                    on_enter=move |number: f64| {
                        let months = (number > 0.0).then(|| unit().to_months(number));
                        edit(Box::new(move |time| time.horizon_months = months));
                    }
                />
            }}
            <Tick
                name="flag-reversed"
                label="The flag means the opposite"
                checked=Signal::derive(move || is(|time| time.is_flag_reversed))
                on_change=move |is_on: bool| edit(Box::new(move |time| time.is_flag_reversed = is_on))
            />
            <p class="hint">{direction}</p>
        </details>
    }
}
