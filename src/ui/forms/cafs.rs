use leptos::prelude::*;

use super::staging::endpoint_choices;
use super::{CovariateFields, PopulationForm, VisitFields};
use crate::analysis::cafs::{CafsInterval, CafsMethod, CafsPlan, CafsRule};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::label::time_number;
use crate::report::note::analysis_name;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select, Tick};

/// Horizons beyond the visits, in months: survival is often followed for longer.
const LATER_HORIZONS: [f64; 6] = [12.0, 18.0, 24.0, 36.0, 48.0, 60.0];

fn cafs_of(plan: &mut Plan) -> Option<&mut CafsPlan> {
    plan.analyses.iter_mut().find_map(|asked| if let AnalysisPlan::Cafs(cafs) = asked { Some(cafs) } else { None })
}

#[component]
pub fn CafsForm() -> impl IntoView {
    let bench = bench();
    let cafs = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.cafs().cloned())));
    let read = move |of: fn(&CafsPlan) -> String| cafs.with(|cafs| cafs.as_ref().map(of).unwrap_or_default());
    let edit = move |change: Box<dyn Fn(&mut CafsPlan)>| {
        bench.edit(|plan| {
            if let Some(cafs) = cafs_of(plan) {
                change(cafs);
            }
        });
    };
    let unit = move || {
        let outcome = read(|cafs| cafs.visits.outcome.clone());
        bench
            .overview
            .with(|overview| Some(overview.as_ref()?.outcome(&outcome)?.time_unit))
            .unwrap_or(TimeUnit::Months)
    };
    let horizons = move || {
        let unit = unit();
        let months = cafs.with(|cafs| cafs.as_ref().map(|cafs| cafs.visits.target_months.clone()).unwrap_or_default());
        let last = months.last().copied().unwrap_or(0.0);
        let chosen = cafs.with(|cafs| cafs.as_ref().and_then(|cafs| cafs.horizon_months));
        let mut months: Vec<f64> =
            months.into_iter().chain(LATER_HORIZONS.into_iter().filter(|month| *month > last)).collect();
        months.extend(chosen.filter(|month| !months.contains(month)));
        let named = months
            .into_iter()
            .map(|month| Choice::new(month.to_string(), format!("{} {}", unit.heading(), time_number(month, unit))));
        std::iter::once(Choice::new("", "As chosen above")).chain(named).collect::<Vec<Choice>>()
    };
    let rules = Signal::stored(vec![Choice::new("cafs", "CAFS"), Choice::new("als_surv", "ALS/SURV")]);
    let methods = Signal::stored(
        CafsMethod::ALL
            .into_iter()
            .map(|method| Choice::new(method.id().as_str(), analysis_name(method.id())))
            .collect::<Vec<Choice>>(),
    );
    let intervals =
        Signal::stored(vec![Choice::new("asymptotic", "By formula"), Choice::new("bootstrap", "Bootstrap")]);
    let is_bootstrap =
        move || cafs.with(|cafs| cafs.as_ref().is_some_and(|cafs| cafs.interval == CafsInterval::Bootstrap));
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Select
                label="Death"
                name="cafs-endpoint"
                choices=Signal::derive(move || endpoint_choices(bench, "Nobody: function only"))
                value=Signal::derive(move || read(|cafs| cafs.endpoint.clone().unwrap_or_default()))
                on_choose=move |name: String| {
                    edit(Box::new(move |cafs| cafs.endpoint = (!name.is_empty()).then(|| name.clone())));
                }
            />
            <Select
                label="Compared up to"
                name="horizon"
                choices=Signal::derive(horizons)
                value=Signal::derive(move || {
                    read(|cafs| cafs.horizon_months.map(|month| month.to_string()).unwrap_or_default())
                })
                on_choose=move |text: String| {
                    let horizon = text.parse::<f64>().ok();
                    edit(Box::new(move |cafs| cafs.horizon_months = horizon));
                }
            />
            <Segmented
                label="Rule"
                name="rule"
                choices=rules
                value=Signal::derive(move || {
                    read(|cafs| match cafs.rule {
                        CafsRule::Cafs => "cafs".to_owned(),
                        CafsRule::AlsSurv => "als_surv".to_owned(),
                    })
                })
                on_choose=move |id: String| {
                    let rule = if id == "als_surv" { CafsRule::AlsSurv } else { CafsRule::Cafs };
                    edit(Box::new(move |cafs| cafs.rule = rule));
                }
            />
            <Select
                label="Test"
                name="cafs-method"
                choices=methods
                value=Signal::derive(move || read(|cafs| cafs.method.id().as_str().to_owned()))
                on_choose=move |id: String| {
                    if let Some(method) = CafsMethod::ALL.into_iter().find(|method| method.id().as_str() == id) {
                        edit(Box::new(move |cafs| cafs.method = method));
                    }
                }
            />
            <Tick
                label="Higher values are better"
                name="higher-is-better"
                checked=Signal::derive(move || cafs.with(|cafs| cafs.as_ref().is_some_and(CafsPlan::is_higher_better)))
                on_change=move |on: bool| edit(Box::new(move |cafs| cafs.higher_is_better = Some(on)))
            />
            <details>
                <summary>"Intervals"</summary>
                <Segmented
                    label="Of win ratio, win odds and net benefit"
                    name="interval"
                    choices=intervals
                    value=Signal::derive(move || {
                        read(|cafs| match cafs.interval {
                            CafsInterval::Asymptotic => "asymptotic".to_owned(),
                            CafsInterval::Bootstrap => "bootstrap".to_owned(),
                        })
                    })
                    on_choose=move |id: String| {
                        let interval =
                            if id == "bootstrap" { CafsInterval::Bootstrap } else { CafsInterval::Asymptotic };
                        edit(Box::new(move |cafs| cafs.interval = interval));
                    }
                />
                <Show when=is_bootstrap>
                    <NumberField
                        label="Resamples"
                        name="resamples"
                        value=Signal::derive(move || read(|cafs| cafs.resamples.to_string()))
                        low=199.0
                        high=20000.0
                        on_enter=move |number: f64| edit(Box::new(move |cafs| cafs.resamples = number as usize))
                    />
                    <NumberField
                        label="Seed"
                        name="seed"
                        value=Signal::derive(move || read(|cafs| cafs.seed.to_string()))
                        low=0.0
                        high=4294967295.0
                        on_enter=move |number: f64| edit(Box::new(move |cafs| cafs.seed = number as u64))
                    />
                </Show>
            </details>
            <CovariateFields
                summary="Rank ANCOVA adjusts for"
                hint="The baseline value, always, and:"
                of=|plan| plan.cafs().map(|cafs| &cafs.covariates)
                edit=|plan| cafs_of(plan).map(|cafs| &mut cafs.covariates)
            />
        </section>
        <PopulationForm/>
    }
}
