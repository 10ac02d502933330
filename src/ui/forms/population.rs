use leptos::prelude::*;

use crate::report::number::format_significant;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Select};

/// Who is compared with whom, and how sure intervals are: the same for every page.
#[component]
pub fn PopulationForm() -> impl IntoView {
    let bench = bench();
    let arms = move || {
        bench.overview.with(|overview| {
            let arms = overview.as_ref().map(|overview| overview.arms.clone()).unwrap_or_default();
            arms.into_iter().map(|arm| Choice::new(arm.name.clone(), arm.name)).collect::<Vec<Choice>>()
        })
    };
    let control =
        move || bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.control_arm.clone()).unwrap_or_default());
    let sets = move || {
        let everyone = Choice::new("", "Everyone in the files");
        let flags = bench.overview.with(|overview| {
            let covariates = overview.as_ref().map(|overview| overview.covariates.clone()).unwrap_or_default();
            covariates
                .into_iter()
                .filter(|covariate| covariate.is_flag)
                .map(|covariate| Choice::new(covariate.name.clone(), format!("{} = yes", covariate.name)))
                .collect::<Vec<Choice>>()
        });
        std::iter::once(everyone).chain(flags).collect::<Vec<Choice>>()
    };
    let set =
        move || bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.analysis_set.clone()).unwrap_or_default());
    let level = move || {
        bench.plan.with(|plan| {
            plan.as_ref().map(|plan| format_significant(plan.confidence_level * 100.0, 4)).unwrap_or_default()
        })
    };
    view! {
        <section class="form">
            <h2>"Everywhere"</h2>
            <Show when=move || { arms().len() > 1 }>
                <Select
                    label="Control arm"
                    name="control-arm"
                    choices=Signal::derive(arms)
                    value=Signal::derive(control)
                    on_choose=move |arm: String| bench.edit(|plan| plan.control_arm = Some(arm))
                />
            </Show>
            <Show when=move || { sets().len() > 1 }>
                <Select
                    label="People"
                    name="analysis-set"
                    choices=Signal::derive(sets)
                    value=Signal::derive(set)
                    on_choose=move |set: String| bench.edit(|plan| plan.analysis_set = (!set.is_empty()).then_some(set))
                />
            </Show>
            <NumberField
                label="Confidence level"
                name="confidence-level"
                value=Signal::derive(level)
                low=50.0
                high=99.99
                unit="%"
                on_enter=move |percent: f64| bench.edit(|plan| plan.confidence_level = percent / 100.0)
            />
        </section>
    }
}
