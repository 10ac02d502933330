use leptos::prelude::*;

use super::{PopulationForm, VisitFields};
use crate::analysis::AnalysisPlan;
use crate::report::label::outcome_label;
use crate::ui::bench;
use crate::ui::control::{Choice, Select};

/// No endpoint has this name: names come from cells, which are trimmed.
const NONE: &str = " ";

#[component]
pub fn PatientsForm() -> impl IntoView {
    let bench = bench();
    let endpoints = move || {
        bench.overview.with(|overview| {
            let endpoints = overview.as_ref().map(|overview| overview.endpoints.clone()).unwrap_or_default();
            let named =
                endpoints.into_iter().map(|endpoint| Choice::new(endpoint.name.clone(), outcome_label(&endpoint.name)));
            named.chain(std::iter::once(Choice::new(NONE, "Not told apart"))).collect::<Vec<Choice>>()
        })
    };
    let endpoint = move || {
        bench.plan.with(|plan| {
            plan.as_ref()
                .and_then(|plan| plan.patients())
                .and_then(|asked| asked.endpoint.clone())
                .unwrap_or_else(|| NONE.to_owned())
        })
    };
    let choose_endpoint = move |name: String| {
        bench.edit(move |plan| {
            for asked in &mut plan.analyses {
                if let AnalysisPlan::Patients(patients) = asked {
                    patients.endpoint = (name != NONE).then(|| name.clone());
                }
            }
        });
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Select label="Deaths from" name="endpoint" choices=Signal::derive(endpoints) value=Signal::derive(endpoint) on_choose=choose_endpoint/>
        </section>
        <PopulationForm/>
    }
}
