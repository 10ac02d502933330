use leptos::prelude::*;

use super::{CovariateFields, PopulationForm, VisitFields};
use crate::analysis::change::{ChangeMethod, ChangePlan, DeathRule, ErrorRule, Margins, MissingRule};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::change::{death_name, error_name, margins_name, method_name, missing_name};
use crate::ui::bench;
use crate::ui::control::{Choice, Segmented, Select, Tick};

/// A closed list as the choices of a control: the value is its place.
fn numbered<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<Choice> {
    all.iter().enumerate().map(|(place, one)| Choice::new(place.to_string(), name(*one))).collect()
}

fn place_of<T: PartialEq>(all: &[T], chosen: Option<T>) -> String {
    all.iter().position(|one| Some(one) == chosen.as_ref()).unwrap_or_default().to_string()
}

fn at_place<T: Copy>(all: &[T], place: &str) -> Option<T> {
    all.get(place.parse::<usize>().ok()?).copied()
}

fn change_of(plan: &mut Plan) -> Option<&mut ChangePlan> {
    plan.analyses
        .iter_mut()
        .find_map(|asked| if let AnalysisPlan::Change(change) = asked { Some(change) } else { None })
}

#[component]
pub fn ChangeForm(with_subject_lines: RwSignal<bool>) -> impl IntoView {
    let bench = bench();
    let methods = Signal::stored(
        ChangeMethod::ALL
            .into_iter()
            .map(|method| Choice::new(method.id().as_str(), method_name(method).replace("’s t", "")))
            .collect::<Vec<Choice>>(),
    );
    let method = move || {
        bench.plan.with(|plan| {
            let change = plan.as_ref().and_then(Plan::change);
            change.map(|change| change.method.id().as_str().to_owned()).unwrap_or_default()
        })
    };
    let choose_method = move |id: String| {
        if let Some(method) = ChangeMethod::ALL.into_iter().find(|method| method.id().as_str() == id) {
            bench.edit(|plan| {
                if let Some(change) = change_of(plan) {
                    change.method = method;
                    // The rank of a death is no number: a test of means would answer as if nobody had asked.
                    if !change.death.fits_method(method) {
                        change.death = DeathRule::AsMissing;
                    }
                }
            });
        }
    };
    let chosen = move |of: fn(&ChangePlan) -> String| {
        Signal::derive(move || bench.plan.with(|plan| plan.as_ref().and_then(Plan::change).map(of).unwrap_or_default()))
    };
    let edit = move |set: &dyn Fn(&mut ChangePlan)| {
        bench.edit(|plan| {
            if let Some(change) = change_of(plan) {
                set(change);
            }
        });
    };
    let endpoints = move || {
        bench.overview.with(|overview| {
            let endpoints = overview.as_ref().map(|overview| overview.endpoints.clone()).unwrap_or_default();
            let own = endpoints.iter().map(|endpoint| Choice::new(&endpoint.name, endpoint.name.replace('_', " ")));
            own.collect::<Vec<Choice>>()
        })
    };
    let deaths = move || {
        let outcome = chosen(|change| change.outcome.clone()).get();
        let mut choices = numbered(&DeathRule::ALL, death_name);
        choices.retain(|choice| at_place(&DeathRule::ALL, &choice.value).is_some_and(|rule| rule.fits(&outcome)));
        choices
    };
    let choose_death = move |place: String| {
        let Some(rule) = at_place(&DeathRule::ALL, &place) else { return };
        let first = endpoints().into_iter().next().map(|choice| choice.value);
        edit(&|change| {
            change.death = rule;
            if rule == DeathRule::WorstRank {
                change.method = ChangeMethod::MannWhitney;
            }
            if change.endpoint.is_none() {
                change.endpoint.clone_from(&first);
            }
        });
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Segmented label="Test" name="method" choices=methods value=Signal::derive(method) on_choose=choose_method/>
            <Tick label="A line for each person" name="subject-lines" checked=with_subject_lines on_change=move |on| with_subject_lines.set(on)/>
            <details>
                <summary>"Missing visits and deaths"</summary>
                <Select
                    label="A visit that was not made"
                    name="missing"
                    choices=Signal::stored(numbered(&MissingRule::ALL, missing_name))
                    value=chosen(|change| place_of(&MissingRule::ALL, Some(change.missing)))
                    on_choose=move |place: String| {
                        if let Some(rule) = at_place(&MissingRule::ALL, &place) {
                            edit(&|change| change.missing = rule);
                        }
                    }
                />
                <Show
                    when=move || !endpoints().is_empty()
                    fallback=|| view! { <p class="hint">"The files do not say who died."</p> }
                >
                    <Select
                        label="A death"
                        name="death"
                        choices=Signal::derive(deaths)
                        value=chosen(|change| place_of(&DeathRule::ALL, Some(change.death)))
                        on_choose=choose_death
                    />
                    <Select
                        label="Endpoint that is death"
                        name="death-endpoint"
                        choices=Signal::derive(endpoints)
                        value=chosen(|change| change.endpoint.clone().unwrap_or_default())
                        on_choose=move |name: String| edit(&|change| change.endpoint = Some(name.clone()))
                    />
                </Show>
            </details>
            <details>
                <summary>"ANCOVA in detail"</summary>
                <Select
                    label="Standard errors"
                    name="standard-error"
                    choices=Signal::stored(numbered(&ErrorRule::ALL, error_name))
                    value=chosen(|change| place_of(&ErrorRule::ALL, Some(change.standard_error)))
                    on_choose=move |place: String| {
                        if let Some(rule) = at_place(&ErrorRule::ALL, &place) {
                            edit(&|change| change.standard_error = rule);
                        }
                    }
                />
                <Select
                    label="Levels of factors in adjusted means"
                    name="margins"
                    choices=Signal::stored(numbered(&Margins::ALL, margins_name))
                    value=chosen(|change| place_of(&Margins::ALL, Some(change.margins)))
                    on_choose=move |place: String| {
                        if let Some(margins) = at_place(&Margins::ALL, &place) {
                            edit(&|change| change.margins = margins);
                        }
                    }
                />
            </details>
            <CovariateFields
                summary="ANCOVA adjusts for"
                hint="The baseline value, always, and:"
                of=|plan| plan.change().map(|change| &change.covariates)
                edit=|plan| change_of(plan).map(|change| &mut change.covariates)
            />
        </section>
        <PopulationForm/>
    }
}
