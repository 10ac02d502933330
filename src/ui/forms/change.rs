use leptos::prelude::*;

use super::{CovariateFields, PopulationForm, VisitFields};
use crate::analysis::change::{ChangeMethod, ChangePlan};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::change::method_name;
use crate::ui::bench;
use crate::ui::control::{Choice, Segmented, Tick};

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
                }
            });
        }
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Segmented label="Test" name="method" choices=methods value=Signal::derive(method) on_choose=choose_method/>
            <Tick label="A line for each person" name="subject-lines" checked=with_subject_lines on_change=move |on| with_subject_lines.set(on)/>
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
