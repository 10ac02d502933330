use leptos::prelude::*;

use super::PopulationForm;
use crate::analysis::AnalysisPlan;
use crate::report::label::outcome_label;
use crate::ui::bench;
use crate::ui::control::{Choice, Select};

#[component]
pub fn SurvivalForm() -> impl IntoView {
    let bench = bench();
    let endpoints = move || {
        bench.overview.with(|overview| {
            let endpoints = overview.as_ref().map(|overview| overview.endpoints.clone()).unwrap_or_default();
            endpoints
                .into_iter()
                .map(|endpoint| {
                    let label =
                        format!("{} ({} of {})", outcome_label(&endpoint.name), endpoint.events, endpoint.subjects);
                    Choice::new(endpoint.name, label)
                })
                .collect::<Vec<Choice>>()
        })
    };
    let endpoint = move || {
        bench.plan.with(|plan| {
            plan.as_ref().and_then(|plan| plan.survival().map(|survival| survival.endpoint.clone())).unwrap_or_default()
        })
    };
    let choose = move |name: String| {
        bench.edit(|plan| {
            for analysis in &mut plan.analyses {
                if let AnalysisPlan::Survival(survival) = analysis {
                    survival.endpoint.clone_from(&name);
                }
            }
        });
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <Select label="Event (how many of whom)" name="endpoint" choices=Signal::derive(endpoints) value=Signal::derive(endpoint) on_choose=choose/>
        </section>
        <PopulationForm/>
    }
}
