use leptos::prelude::*;

use super::{EndpointFields, PopulationForm};
use crate::analysis::competing::CompetingPlan;
use crate::analysis::time_to_event::VENTILATION;
use crate::analysis::{AnalysisPlan, Plan};
use crate::order::sort_numbers;
use crate::report::label::{outcome_label, time_number};
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Select, Tick};

fn competing_of(plan: &mut Plan) -> Option<&mut CompetingPlan> {
    plan.analyses
        .iter_mut()
        .find_map(|asked| if let AnalysisPlan::Competing(competing) = asked { Some(competing) } else { None })
}

#[component]
pub fn CompetingForm() -> impl IntoView {
    let bench = bench();
    let competing =
        Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.competing().cloned())));
    let edit = move |change: Box<dyn Fn(&mut CompetingPlan)>| {
        bench.edit(|plan| {
            if let Some(competing) = competing_of(plan) {
                change(competing);
            }
        });
    };
    // What the files tell of, with how many had it.
    let events = Memo::new(move |_| {
        bench.overview.with(|overview| {
            let Some(overview) = overview else { return Vec::new() };
            let named = overview.endpoints.iter().map(|endpoint| {
                let label = format!("{} ({} of {})", outcome_label(&endpoint.name), endpoint.events, endpoint.subjects);
                (endpoint.name.clone(), label)
            });
            let ventilated = overview
                .ventilated
                .map(|people| (VENTILATION.to_owned(), format!("ventilated day and night ({people} by item 12)")));
            named.chain(ventilated).collect::<Vec<(String, String)>>()
        })
    });
    let causes =
        Memo::new(move |_| competing.with(|plan| plan.as_ref().map(CompetingPlan::causes).unwrap_or_default()));
    let interests = move || {
        let causes = causes.get();
        let chosen = events.get().into_iter().filter(|(name, _)| causes.contains(name));
        chosen.map(|(name, label)| Choice::new(name, label)).collect::<Vec<Choice>>()
    };
    let interest = move || competing.with(|plan| plan.as_ref().map(|plan| plan.interest.clone()).unwrap_or_default());
    let unit = move || {
        let endpoint = competing.with(|plan| plan.as_ref().map(|plan| plan.time.endpoint.clone()).unwrap_or_default());
        bench
            .overview
            .with(|overview| Some(overview.as_ref()?.endpoint(&endpoint)?.time_unit))
            .unwrap_or(TimeUnit::Months)
    };
    let months = move || {
        competing.with(|plan| {
            let months = plan.as_ref().map(|plan| plan.months.clone()).unwrap_or_default();
            months.into_iter().map(|month| time_number(month, unit())).collect::<Vec<String>>().join(", ")
        })
    };
    let months_problem = RwSignal::new(None::<&'static str>);
    let enter_months = move |text: String| {
        let numbers: Result<Vec<f64>, _> =
            text.split([',', ';', ' ']).filter(|part| !part.is_empty()).map(str::parse::<f64>).collect();
        match numbers {
            Ok(mut numbers) if !numbers.is_empty() && numbers.iter().all(|one| *one > 0.0 && one.is_finite()) => {
                months_problem.set(None);
                sort_numbers(&mut numbers);
                numbers.dedup();
                let entered: Vec<f64> = numbers.into_iter().map(|number| unit().to_months(number)).collect();
                edit(Box::new(move |plan| {
                    // A month that only lost digits on its way through the field keeps them.
                    let known = |month: f64| {
                        plan.months.iter().copied().find(|old| (old - month).abs() < 0.02).unwrap_or(month)
                    };
                    plan.months = entered.iter().copied().map(known).collect();
                }));
            }
            _ => months_problem.set(Some("Numbers above 0, with commas between them: 6, 12, 24.")),
        }
    };
    let columns = Memo::new(move |_| {
        bench.overview.with(|overview| {
            let Some(overview) = overview else { return Vec::new() };
            // Strata of single people say nothing.
            let classes = overview.covariates.iter().filter(|column| column.levels >= 2 && column.levels <= 20);
            classes.filter(|column| !column.is_numeric || column.is_flag).map(|column| column.name.clone()).collect()
        })
    });
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <fieldset class="control">
                <legend class="control-label">"Events that compete"</legend>
                {move || {
                    events
                        .get()
                        .into_iter()
                        .map(|(name, label)| {
                            let (shown, chosen) = (name.clone(), name.clone());
                            view! {
                                <Tick
                                    name=format!("cause-{name}")
                                    label
                                    checked=Signal::derive(move || causes.with(|causes| causes.contains(&shown)))
                                    on_change=move |is_on: bool| {
                                        let name = chosen.clone();
                                        edit(Box::new(move |plan| {
                                            let mut causes = plan.causes();
                                            causes.retain(|cause| *cause != name);
                                            if is_on {
                                                causes.push(name.clone());
                                            }
                                            // Nothing competes with a single event, and item 12 alone follows nobody.
                                            if causes.len() >= 2 {
                                                plan.set_causes(&causes);
                                            }
                                        }));
                                    }
                                />
                            }
                        })
                        .collect_view()
                }}
                <p class="hint">"Two at least. Of each person the first counts."</p>
            </fieldset>
            <Select
                label="Event of interest"
                name="interest"
                choices=Signal::derive(interests)
                value=Signal::derive(interest)
                on_choose=move |name: String| edit(Box::new(move |plan| plan.interest.clone_from(&name)))
            />
            <label class="control">
                <span class="control-label">{move || format!("Told at {}", unit().many())}</span>
                <input type="text" name="incidence-months" prop:value=months on:change=move |event| enter_months(event_target_value(&event))/>
                {move || months_problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
            </label>
            <EndpointFields with_event=false/>
            <details>
                <summary>"Test"</summary>
                <NumberField
                    label="Gray’s ρ (0: all times alike)"
                    name="rho"
                    value=Signal::derive(move || {
                        competing.with(|plan| plan.as_ref().map(|plan| format_significant(plan.rho, 3)).unwrap_or_default())
                    })
                    low=0.0
                    high=10.0
                    on_enter=move |rho: f64| edit(Box::new(move |plan| plan.rho = rho))
                />
                {move || {
                    columns
                        .get()
                        .into_iter()
                        .map(|name: String| {
                            let (shown, chosen) = (name.clone(), name.clone());
                            view! {
                                <Tick
                                    name=format!("within-{name}")
                                    label=format!("within the classes of {}", outcome_label(&name))
                                    checked=Signal::derive(move || {
                                        competing.with(|plan| plan.as_ref().is_some_and(|plan| plan.strata.contains(&shown)))
                                    })
                                    on_change=move |is_on: bool| {
                                        let name = chosen.clone();
                                        edit(Box::new(move |plan| {
                                            plan.strata.retain(|column| *column != name);
                                            if is_on {
                                                plan.strata.push(name.clone());
                                            }
                                        }));
                                    }
                                />
                            }
                        })
                        .collect_view()
                }}
            </details>
        </section>
        <PopulationForm/>
    }
}
