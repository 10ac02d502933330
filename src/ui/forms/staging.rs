use leptos::prelude::*;

use super::{PopulationForm, VisitFields};
use crate::analysis::staging::{StagingPlan, StagingSystem};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::label::outcome_label;
use crate::ui::bench;
use crate::ui::control::{Choice, Segmented, Select};
use crate::ui::workbench::Workbench;

fn staging_of(plan: &mut Plan) -> Option<&mut StagingPlan> {
    plan.analyses
        .iter_mut()
        .find_map(|asked| if let AnalysisPlan::Staging(staging) = asked { Some(staging) } else { None })
}

/// The endpoints of the files, after the choice of none.
pub(super) fn endpoint_choices(bench: Workbench, none: &str) -> Vec<Choice> {
    bench.overview.with(|overview| {
        let endpoints = overview.as_ref().map(|overview| overview.endpoints.clone()).unwrap_or_default();
        let named = endpoints.into_iter().map(|endpoint| {
            let label = format!("{} ({} of {})", outcome_label(&endpoint.name), endpoint.events, endpoint.subjects);
            Choice::new(endpoint.name, label)
        });
        std::iter::once(Choice::new("", none)).chain(named).collect()
    })
}

#[component]
pub fn StagingForm() -> impl IntoView {
    let bench = bench();
    let staging = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.staging().cloned())));
    let edit = move |change: Box<dyn Fn(&mut StagingPlan)>| {
        bench.edit(|plan| {
            if let Some(staging) = staging_of(plan) {
                change(staging);
            }
        });
    };
    let systems = Signal::stored(vec![Choice::new("kings", "King’s"), Choice::new("mitos", "MiToS")]);
    let system = move || {
        let system = staging.with(|staging| staging.as_ref().map(|staging| staging.system).unwrap_or_default());
        match system {
            StagingSystem::Kings => "kings".to_owned(),
            StagingSystem::Mitos => "mitos".to_owned(),
        }
    };
    let endpoint = move || {
        staging.with(|staging| staging.as_ref().and_then(|staging| staging.endpoint.clone())).unwrap_or_default()
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Segmented
                label="Stages"
                name="system"
                choices=systems
                value=Signal::derive(system)
                on_choose=move |id: String| {
                    let system = if id == "mitos" { StagingSystem::Mitos } else { StagingSystem::Kings };
                    edit(Box::new(move |staging| staging.system = system));
                }
            />
            <Select
                label="Death"
                name="staging-endpoint"
                choices=Signal::derive(move || endpoint_choices(bench, "Nobody"))
                value=Signal::derive(endpoint)
                on_choose=move |name: String| {
                    edit(Box::new(move |staging| staging.endpoint = (!name.is_empty()).then(|| name.clone())));
                }
            />
        </section>
        <PopulationForm/>
    }
}
