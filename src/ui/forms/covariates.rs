use leptos::prelude::*;

use crate::analysis::Plan;
use crate::analysis::covariate::AncovaCovariate;
use crate::report::CovariateOverview;
use crate::ui::bench;
use crate::ui::control::Tick;

/// More levels than this are no groups.
const MOST_GROUPS: usize = 40;

/// What a model adjusts for. `of` reads the model's list from the plan, `edit` hands it out to be changed.
#[component]
pub fn CovariateFields(
    summary: &'static str,
    /// What is always in the model: "The baseline value, always, and:".
    hint: &'static str,
    of: fn(&Plan) -> Option<&Vec<AncovaCovariate>>,
    edit: fn(&mut Plan) -> Option<&mut Vec<AncovaCovariate>>,
    /// Puts right what else in the plan names the model's covariates.
    #[prop(default = |_| {})]
    settle: fn(&mut Plan),
) -> impl IntoView {
    let bench = bench();
    let offered = move || {
        bench.overview.with(|overview| {
            let covariates = overview.as_ref().map(|overview| overview.covariates.clone()).unwrap_or_default();
            covariates
                .into_iter()
                .filter(|covariate| covariate.levels > 1 && (covariate.is_numeric || covariate.levels <= MOST_GROUPS))
                .collect::<Vec<CovariateOverview>>()
        })
    };
    view! {
        <Show when=move || !offered().is_empty()>
            <details>
                <summary>{summary}</summary>
                <p class="hint">{hint}</p>
                {move || offered().into_iter().map(|covariate| view! { <CovariateRow covariate of edit settle/> }).collect_view()}
            </details>
        </Show>
    }
}

#[component]
fn CovariateRow(
    covariate: CovariateOverview,
    of: fn(&Plan) -> Option<&Vec<AncovaCovariate>>,
    edit: fn(&mut Plan) -> Option<&mut Vec<AncovaCovariate>>,
    settle: fn(&mut Plan),
) -> impl IntoView {
    let bench = bench();
    let name = StoredValue::new(covariate.name.clone());
    let chosen = move || {
        bench.plan.with(|plan| {
            let covariates = of(plan.as_ref()?)?;
            name.with_value(|name| covariates.iter().find(|covariate| &covariate.name == name).cloned())
        })
    };
    let toggle = move |on: bool| {
        bench.edit(|plan| {
            let Some(covariates) = edit(plan) else { return };
            name.with_value(|name| covariates.retain(|covariate| &covariate.name != name));
            if on {
                covariates.push(AncovaCovariate { name: name.get_value(), as_factor: false });
            }
            settle(plan);
        });
    };
    let as_groups = move |on: bool| {
        bench.edit(|plan| {
            let Some(covariates) = edit(plan) else { return };
            for covariate in covariates {
                if name.with_value(|name| &covariate.name == name) {
                    covariate.as_factor = on;
                }
            }
        });
    };
    let can_be_groups = covariate.is_numeric && covariate.levels <= MOST_GROUPS;
    let label = covariate.name.clone();
    view! {
        <div class="covariate" data-covariate=covariate.name>
            <Tick label name="covariate" checked=Signal::derive(move || chosen().is_some()) on_change=toggle/>
            <Show when=move || can_be_groups && chosen().is_some()>
                <Tick
                    label="as groups"
                    name="as-groups"
                    checked=Signal::derive(move || chosen().is_some_and(|covariate| covariate.as_factor))
                    on_change=as_groups
                />
            </Show>
        </div>
    }
}
