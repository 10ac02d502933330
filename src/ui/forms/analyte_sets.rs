use leptos::prelude::*;

use crate::analysis::Plan;
use crate::analysis::assay::{AnalyteSet, AssayPlan, usual_sets};
use crate::ui::bench;
use crate::ui::control::Tick;

fn edit_set(plan: &mut Plan, place: usize, change: impl Fn(&mut AnalyteSet)) {
    plan.edit_assay(|assay| {
        if let Some(set) = assay.sets.get_mut(place) {
            change(set);
        }
    });
}

fn sets_of(plan: Option<&Plan>) -> &[AnalyteSet] {
    plan.and_then(Plan::assay).map(|assay| assay.sets.as_slice()).unwrap_or_default()
}

/// The groups of analytes that are judged as one: their names and members.
#[component]
pub fn SetFields() -> impl IntoView {
    let bench = bench();
    let names = Memo::new(move |_| {
        bench.overview.with(|overview| {
            let analytes = overview.as_ref().map(|overview| overview.analytes.as_slice()).unwrap_or_default();
            analytes.iter().map(|analyte| analyte.name.clone()).collect::<Vec<String>>()
        })
    });
    // Ticking an analyte must not draw the boxes anew.
    let titles = Memo::new(move |_| {
        bench.plan.with(|plan| sets_of(plan.as_ref()).iter().map(|set| set.name.clone()).collect::<Vec<String>>())
    });
    let add = move |_| {
        let Some(first) = names.with(|names| names.first().cloned()) else { return };
        bench.edit(|plan| {
            plan.edit_assay(|assay| {
                let name = free_name(assay);
                assay.sets.push(AnalyteSet { name, analytes: vec![first.clone()] });
            });
        });
    };
    let take_usual = move |_| {
        let usual = names.with(|names| usual_sets(names.iter().map(String::as_str)));
        bench.edit(|plan| plan.edit_assay(|assay| assay.sets.clone_from(&usual)));
    };
    view! {
        <details>
            <summary>"Sets of analytes"</summary>
            <p class="hint">"Declared before looking: each set is judged as one score and by one test."</p>
            {move || titles.get().into_iter().enumerate().map(|(place, title)| {
                view! { <SetField place title names/> }
            }).collect_view()}
            <div class="form-buttons">
                <button type="button" class="quiet" on:click=add>"Add a set"</button>
                <button type="button" class="quiet" on:click=take_usual>"Usual sets"</button>
            </div>
        </details>
    }
}

/// `Set 3`, if no set is called that.
fn free_name(assay: &AssayPlan) -> String {
    let is_taken = |name: &String| assay.sets.iter().any(|set| set.name == *name);
    (1..).map(|number| format!("Set {number}")).find(|name| !is_taken(name)).unwrap_or_default()
}

#[component]
fn SetField(place: usize, title: String, names: Memo<Vec<String>>) -> impl IntoView {
    let bench = bench();
    let problem = RwSignal::new(None::<&'static str>);
    let own = title.clone();
    let rename = move |entered: String| {
        let entered = entered.trim().to_owned();
        let is_taken = bench
            .plan
            .with(|plan| sets_of(plan.as_ref()).iter().enumerate().any(|(at, set)| at != place && set.name == entered));
        if entered.is_empty() || is_taken {
            problem.set(Some(if is_taken { "Another set has this name." } else { "A set needs a name." }));
            return;
        }
        problem.set(None);
        bench.edit(|plan| edit_set(plan, place, |set| set.name.clone_from(&entered)));
    };
    let remove = move |_| {
        bench.edit(|plan| {
            plan.edit_assay(|assay| {
                if place < assay.sets.len() {
                    assay.sets.remove(place);
                }
            });
        });
    };
    let members = move || {
        bench.plan.with(|plan| sets_of(plan.as_ref()).get(place).map(|set| set.analytes.len()).unwrap_or_default())
    };
    let summary = move || match members() {
        1 => "1 analyte".to_owned(),
        count => format!("{count} analytes"),
    };
    view! {
        <fieldset class="set">
            <legend class="control-label">{format!("Set {}", place + 1)}</legend>
            <label class="control">
                <span class="control-label">"Name"</span>
                <input type="text" name=format!("set-name-{place}") prop:value=own
                    aria-invalid=move || problem.with(Option::is_some).to_string()
                    on:change=move |event| rename(event_target_value(&event))/>
                {move || problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
            </label>
            <details>
                <summary>{summary}</summary>
                {move || names.get().into_iter().map(|name| {
                    let own = name.clone();
                    let is_in = move || bench.plan.with(|plan| {
                        sets_of(plan.as_ref()).get(place).is_some_and(|set| set.analytes.contains(&own))
                    });
                    let label = name.clone();
                    let toggle = move |on: bool| {
                        let order = names.get_untracked();
                        bench.edit(|plan| edit_set(plan, place, |set| {
                            // In the files' order; the last one stays, since a set of none is no set.
                            let wanted: Vec<String> = order
                                .iter()
                                .filter(|other| if **other == name { on } else { set.analytes.contains(other) })
                                .cloned()
                                .collect();
                            if !wanted.is_empty() {
                                set.analytes = wanted;
                            }
                        }));
                    };
                    view! { <Tick label name=format!("set-{place}") checked=Signal::derive(is_in) on_change=toggle/> }
                }).collect_view()}
            </details>
            <button type="button" class="quiet" on:click=remove aria-label=format!("Remove the set {title}")>"Remove"</button>
        </fieldset>
    }
}
