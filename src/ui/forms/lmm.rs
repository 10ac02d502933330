use leptos::prelude::*;

use super::{CovariateFields, PopulationForm, VisitFields};
use crate::analysis::lmm::{LmmDfMethod, LmmPlan, SlopeModel};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::label::time_number;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Tick};

fn lmm_of(plan: &mut Plan) -> Option<&mut LmmPlan> {
    plan.analyses.iter_mut().find_map(|asked| if let AnalysisPlan::Lmm(lmm) = asked { Some(lmm) } else { None })
}

#[component]
pub fn LmmForm() -> impl IntoView {
    let bench = bench();
    let asked = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.lmm().cloned())));
    let edit = move |change: Box<dyn FnOnce(&mut LmmPlan)>| {
        bench.edit(|plan| {
            if let Some(lmm) = lmm_of(plan) {
                change(lmm);
            }
        });
    };
    let of = move |read: fn(&LmmPlan) -> String| {
        Signal::derive(move || asked.with(|asked| asked.as_ref().map(read).unwrap_or_default()))
    };
    let models = Signal::stored(
        SlopeModel::ALL
            .into_iter()
            .map(|model| {
                let label = match model {
                    SlopeModel::ChangePoint => "Change-point",
                    SlopeModel::Slope => "From baseline",
                };
                Choice::new(model.key(), label)
            })
            .collect::<Vec<Choice>>(),
    );
    let choose_model = move |key: String| {
        if let Some(model) = SlopeModel::ALL.into_iter().find(|model| model.key() == key) {
            edit(Box::new(move |lmm| lmm.model = model));
        }
    };
    let methods = Signal::stored(
        LmmDfMethod::ALL.into_iter().map(|method| Choice::new(method.key(), method.words())).collect::<Vec<Choice>>(),
    );
    let choose_method = move |key: String| {
        if let Some(method) = LmmDfMethod::ALL.into_iter().find(|method| method.key() == key) {
            edit(Box::new(move |lmm| lmm.df_method = method));
        }
    };
    let common = Signal::derive(move || asked.with(|asked| asked.as_ref().is_some_and(|lmm| lmm.common_baseline)));
    let unit = move || {
        let outcome = asked.with(|asked| asked.as_ref().map(|lmm| lmm.visits.outcome.clone()).unwrap_or_default());
        bench
            .overview
            .with(|overview| Some(overview.as_ref()?.outcome(&outcome)?.time_unit))
            .unwrap_or(TimeUnit::Months)
    };
    let until = move || {
        let unit = unit();
        asked.with(|asked| asked.as_ref().map(|lmm| time_number(lmm.horizon(), unit)).unwrap_or_default())
    };
    let covariates = move || {
        asked.with(|asked| {
            let covariates = asked.as_ref().map(|lmm| lmm.covariates.clone()).unwrap_or_default();
            covariates.into_iter().map(|covariate| covariate.name).collect::<Vec<String>>()
        })
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields with_month=false/>
            <Segmented label="Model" name="slope-model" choices=models value=of(|lmm| lmm.model.key().to_owned()) on_choose=choose_model/>
            <Tick
                label="Common baseline"
                name="common-baseline"
                checked=common
                on_change=move |on| edit(Box::new(move |lmm| lmm.common_baseline = on))
            />
            <Segmented label="Degrees of freedom" name="lmm-df" choices=methods value=of(|lmm| lmm.df_method.key().to_owned()) on_choose=choose_method/>
            {move || view! {
                <NumberField
                    label="Visits up to"
                    name="until"
                    value=Signal::derive(until)
                    low=0.01
                    high=36_600.0
                    unit=unit().many()
                    on_enter=move |number: f64| {
                        let month = unit().to_months(number);
                        edit(Box::new(move |lmm| lmm.until_month = Some(month)));
                    }
                />
            }}
            <CovariateFields
                summary="Adjusts for"
                hint="The mean is adjusted for:"
                of=|plan| plan.lmm().map(|lmm| &lmm.covariates)
                edit=|plan| lmm_of(plan).map(|lmm| &mut lmm.covariates)
                settle=|plan| {
                    if let Some(lmm) = lmm_of(plan) {
                        let covariates = &lmm.covariates;
                        lmm.by_time.retain(|name| covariates.iter().any(|covariate| covariate.name == *name));
                    }
                }
            />
            <Show when=move || !covariates().is_empty()>
                <details>
                    <summary>"The slope too"</summary>
                    {move || covariates().into_iter().map(|name| view! { <ByTime name/> }).collect_view()}
                </details>
            </Show>
        </section>
        <PopulationForm/>
    }
}

/// Whether a covariate changes the slope as well.
#[component]
fn ByTime(name: String) -> impl IntoView {
    let bench = bench();
    let label = name.clone();
    let name = StoredValue::new(name);
    let checked = move || {
        bench.plan.with(|plan| {
            let lmm = plan.as_ref().and_then(Plan::lmm);
            lmm.is_some_and(|lmm| name.with_value(|name| lmm.by_time.contains(name)))
        })
    };
    let toggle = move |on: bool| {
        bench.edit(|plan| {
            let Some(lmm) = lmm_of(plan) else { return };
            name.with_value(|name| lmm.by_time.retain(|other| other != name));
            if on {
                lmm.by_time.push(name.get_value());
            }
        });
    };
    view! { <Tick label name="by-time" checked=Signal::derive(checked) on_change=toggle/> }
}
