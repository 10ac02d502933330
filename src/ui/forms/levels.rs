use leptos::prelude::*;

use super::{AssayFields, PopulationForm, SetFields};
use crate::analysis::levels::{LevelsMethod, LevelsPlan};
use crate::analysis::{AnalysisPlan, Plan};
use crate::ui::bench;
use crate::ui::control::{Choice, Select, Tick};

const METHODS: [(LevelsMethod, &str, &str); 6] = [
    (LevelsMethod::Ancova, "ancova", "ANCOVA on baseline"),
    (LevelsMethod::Student, "student", "Student’s t"),
    (LevelsMethod::Welch, "welch", "Welch’s t"),
    (LevelsMethod::MannWhitney, "mann_whitney", "Mann-Whitney"),
    (LevelsMethod::Mmrm, "mmrm", "Mixed model, all months"),
    (LevelsMethod::CensoredLikelihood, "censored_likelihood", "Tobit, limits as bounds"),
];

fn edit_levels(plan: &mut Plan, change: impl FnOnce(&mut LevelsPlan)) {
    for analysis in &mut plan.analyses {
        if let AnalysisPlan::Levels(found) = analysis {
            change(found);
            return;
        }
    }
}

#[component]
pub fn LevelsForm() -> impl IntoView {
    let bench = bench();
    let asked = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.levels().cloned())));
    let of = move |read: fn(&LevelsPlan) -> String| {
        Signal::derive(move || asked.with(|asked| asked.as_ref().map(read).unwrap_or_default()))
    };
    let family = move || {
        asked.with(|asked| {
            let names = asked.as_ref().map(|asked| asked.analytes.clone()).unwrap_or_default();
            names.into_iter().map(|name| Choice::new(name.clone(), name)).collect::<Vec<Choice>>()
        })
    };
    let choose_shown = move |chosen: String| bench.edit(|plan| edit_levels(plan, |asked| asked.shown = chosen));
    let choose_method = move |chosen: String| {
        if let Some((method, _, _)) = METHODS.into_iter().find(|(_, key, _)| *key == chosen) {
            bench.edit(|plan| edit_levels(plan, |asked| asked.method = method));
        }
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <Select label="Analyte drawn" name="shown" choices=Signal::derive(family) value=of(|asked| asked.shown.clone())
                on_choose=choose_shown/>
            <Select label="Between arms" name="method"
                choices=Signal::stored(METHODS.iter().map(|(_, key, label)| Choice::new(*key, *label)).collect::<Vec<Choice>>())
                value=of(|asked| {
                    METHODS.iter().find(|(method, _, _)| *method == asked.method).map(|(_, key, _)| (*key).to_owned()).unwrap_or_default()
                })
                on_choose=choose_method/>
            <AssayFields has_start=false/>
            <FamilyFields/>
            <SetFields/>
        </section>
        <PopulationForm/>
    }
}

/// Which analytes are tested together.
#[component]
fn FamilyFields() -> impl IntoView {
    let bench = bench();
    let names = move || {
        bench.overview.with(|overview| {
            let analytes = overview.as_ref().map(|overview| overview.analytes.as_slice()).unwrap_or_default();
            analytes.iter().map(|analyte| analyte.name.clone()).collect::<Vec<String>>()
        })
    };
    view! {
        <details>
            <summary>"In the family of tests"</summary>
            {move || names().into_iter().map(|name| {
                let own = name.clone();
                let is_in = move || bench.plan.with(|plan| {
                    plan.as_ref().and_then(Plan::levels).is_some_and(|asked| asked.analytes.contains(&own))
                });
                let label = name.clone();
                let all = names();
                let toggle = move |on: bool| {
                    let name = name.clone();
                    let all = all.clone();
                    bench.edit(|plan| edit_levels(plan, |asked| {
                        // In the files' order, whatever the order of ticking; the last one stays.
                        let wanted: Vec<String> = all
                            .iter()
                            .filter(|other| if **other == name { on } else { asked.analytes.contains(other) })
                            .cloned()
                            .collect();
                        if let Some(first) = wanted.first() {
                            if !wanted.contains(&asked.shown) {
                                asked.shown = first.clone();
                            }
                            asked.analytes = wanted;
                        }
                    }));
                };
                view! { <Tick label name="family" checked=Signal::derive(is_in) on_change=toggle/> }
            }).collect_view()}
        </details>
    }
}
