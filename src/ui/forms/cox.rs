use leptos::prelude::*;

use super::{CovariateFields, EndpointFields, PopulationForm};
use crate::analysis::cox::{CoxPlan, HazardInterval, PhTransform, SubgroupPlan, TieRule};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::CovariateOverview;
use crate::report::label::{capitalised, outcome_label};
use crate::report::number::format_significant;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select, Tick};

/// More levels than this make no strata and no clusters.
const MOST_STRATA: usize = 40;

/// More levels than this make no subgroups.
const MOST_GROUPS: usize = 12;

fn cox_of(plan: &mut Plan) -> Option<&mut CoxPlan> {
    plan.analyses.iter_mut().find_map(|asked| if let AnalysisPlan::Cox(cox) = asked { Some(cox) } else { None })
}

fn settle(plan: &mut Plan) {
    if let Some(cox) = cox_of(plan) {
        cox.settle();
    }
}

#[component]
pub fn CoxForm() -> impl IntoView {
    let bench = bench();
    let chosen = move |of: fn(&CoxPlan) -> String| {
        Signal::derive(move || bench.plan.with(|plan| plan.as_ref().and_then(Plan::cox).map(of).unwrap_or_default()))
    };
    let edit = move |set: &dyn Fn(&mut CoxPlan)| {
        bench.edit(|plan| {
            if let Some(cox) = cox_of(plan) {
                set(cox);
                cox.settle();
            }
        });
    };
    let clusters = move || {
        let named = offered(MOST_STRATA * 5);
        let named = named.into_iter().map(|covariate| Choice::new(&covariate.name, outcome_label(&covariate.name)));
        std::iter::once(Choice::new("", "Each person alone")).chain(named).collect::<Vec<Choice>>()
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <EndpointFields/>
            <CovariateFields
                summary="Adjusted for"
                hint="The arm, always, and:"
                of=|plan| plan.cox().map(|cox| &cox.covariates)
                edit=|plan| cox_of(plan).map(|cox| &mut cox.covariates)
                settle
            />
            <details>
                <summary>"Ties, intervals, tests"</summary>
                <Select
                    label="Events at one time"
                    name="ties"
                    choices=Signal::stored(TieRule::ALL.map(|ties| Choice::new(ties.key(), tie_name(ties))).to_vec())
                    value=chosen(|cox| cox.ties.key().to_owned())
                    on_choose=move |key: String| {
                        if let Some(ties) = TieRule::ALL.into_iter().find(|ties| ties.key() == key) {
                            edit(&|cox| cox.ties = ties);
                        }
                    }
                />
                <Segmented
                    label="Interval"
                    name="hazard-interval"
                    choices=Signal::stored(vec![
                        Choice::new(HazardInterval::Wald.key(), "Wald"),
                        Choice::new(HazardInterval::Profile.key(), "Profile likelihood"),
                    ])
                    value=chosen(|cox| cox.interval.key().to_owned())
                    on_choose=move |key: String| {
                        if let Some(interval) = HazardInterval::ALL.into_iter().find(|interval| interval.key() == key) {
                            edit(&|cox| {
                                cox.interval = interval;
                                if interval == HazardInterval::Profile {
                                    cox.cluster = None;
                                }
                            });
                        }
                    }
                />
                <Tick
                    label="Firth’s penalty, for few or no events in an arm"
                    name="firth"
                    checked=Signal::derive(move || chosen(|cox| cox.firth.to_string()).get() == "true")
                    on_change=move |is_on: bool| edit(&|cox| {
                        cox.firth = is_on;
                        if is_on && cox.ties == TieRule::Exact {
                            cox.ties = TieRule::Efron;
                        }
                    })
                />
                <Select
                    label="Does the ratio change with"
                    name="ph-transform"
                    choices=Signal::stored(PhTransform::ALL.map(|one| Choice::new(one.key(), one.words())).to_vec())
                    value=chosen(|cox| cox.ph_transform.key().to_owned())
                    on_choose=move |key: String| {
                        if let Some(transform) = PhTransform::ALL.into_iter().find(|one| one.key() == key) {
                            edit(&|cox| cox.ph_transform = transform);
                        }
                    }
                />
            </details>
            <Show when=move || !offered(MOST_STRATA).is_empty()>
                <details>
                    <summary>"Strata and clusters"</summary>
                    <p class="hint">"A baseline hazard of its own for each:"</p>
                    {move || offered(MOST_STRATA).into_iter().map(|covariate| view! { <StratumRow name=covariate.name/> }).collect_view()}
                    <Select
                        label="People who may be alike (robust errors)"
                        name="cluster"
                        choices=Signal::derive(clusters)
                        value=chosen(|cox| cox.cluster.clone().unwrap_or_default())
                        on_choose=move |name: String| edit(&|cox| {
                            cox.cluster = Some(name.clone()).filter(|name| !name.is_empty());
                            if cox.cluster.is_some() && cox.ties == TieRule::Exact {
                                cox.ties = TieRule::Efron;
                            }
                        })
                    />
                </details>
                <details>
                    <summary>"Subgroups"</summary>
                    <p class="hint">"Is the hazard ratio another in these? Tick those that the protocol declared."</p>
                    {move || subgroup_columns().into_iter().map(|covariate| view! { <SubgroupRow covariate/> }).collect_view()}
                </details>
            </Show>
        </section>
        <PopulationForm/>
    }
}

fn tie_name(ties: TieRule) -> &'static str {
    match ties {
        TieRule::Efron => "Efron (R)",
        TieRule::Breslow => "Breslow (SAS, SPSS, Stata)",
        TieRule::Exact => "Exact (SAS: discrete)",
    }
}

fn covariates() -> Vec<CovariateOverview> {
    bench().overview.with(|overview| overview.as_ref().map(|overview| overview.covariates.clone()).unwrap_or_default())
}

/// Columns that make groups.
fn offered(most: usize) -> Vec<CovariateOverview> {
    covariates().into_iter().filter(|covariate| (2..=most).contains(&covariate.levels)).collect()
}

/// Words of few levels, and numbers, which are cut in two.
fn subgroup_columns() -> Vec<CovariateOverview> {
    let fits = |covariate: &CovariateOverview| {
        covariate.levels > 1 && (covariate.is_numeric || covariate.levels <= MOST_GROUPS)
    };
    covariates().into_iter().filter(fits).collect()
}

#[component]
fn StratumRow(name: String) -> impl IntoView {
    let bench = bench();
    let (shown, chosen) = (name.clone(), name.clone());
    let checked = move || {
        bench.plan.with(|plan| plan.as_ref().and_then(Plan::cox).is_some_and(|cox| cox.strata.contains(&shown)))
    };
    let toggle = move |is_on: bool| {
        bench.edit(|plan| {
            if let Some(cox) = cox_of(plan) {
                cox.strata.retain(|other| *other != chosen);
                if is_on {
                    cox.covariates.retain(|covariate| covariate.name != chosen);
                    cox.strata.push(chosen.clone());
                }
            }
        });
    };
    view! {
        <Tick
            name=format!("stratum-{name}")
            label=capitalised(&outcome_label(&name))
            checked=Signal::derive(checked)
            on_change=toggle
        />
    }
}

#[component]
fn SubgroupRow(covariate: CovariateOverview) -> impl IntoView {
    let bench = bench();
    let name = StoredValue::new(covariate.name.clone());
    let chosen = move || {
        bench.plan.with(|plan| {
            let cox = plan.as_ref().and_then(Plan::cox)?;
            name.with_value(|name| cox.subgroups.iter().find(|one| &one.column == name).cloned())
        })
    };
    let edit = move |set: &dyn Fn(&mut SubgroupPlan)| {
        bench.edit(|plan| {
            let Some(cox) = cox_of(plan) else { return };
            let own = cox.subgroups.iter_mut().find(|one| name.with_value(|name| &one.column == name));
            own.into_iter().for_each(set);
        });
    };
    let toggle = move |is_on: bool| {
        bench.edit(|plan| {
            let Some(cox) = cox_of(plan) else { return };
            cox.subgroups.retain(|one| name.with_value(|name| &one.column != name));
            if is_on {
                cox.subgroups.push(SubgroupPlan { column: name.get_value(), cut: None, declared: false });
            }
        });
    };
    let is_cut = covariate.is_numeric && covariate.levels > 2;
    let column = covariate.name.clone();
    view! {
        <div class="covariate" data-subgroup=column.clone()>
            <Tick
                label=capitalised(&outcome_label(&column))
                name="subgroup"
                checked=Signal::derive(move || chosen().is_some())
                on_change=toggle
            />
            <Show when=move || chosen().is_some()>
                <Tick
                    label="declared in the protocol"
                    name="declared"
                    checked=Signal::derive(move || chosen().is_some_and(|one| one.declared))
                    on_change=move |is_on: bool| edit(&|one| one.declared = is_on)
                />
            </Show>
            <Show when=move || is_cut && chosen().is_some()>
                <NumberField
                    label="Cut (0: the median)"
                    name="cut"
                    value=Signal::derive(move || {
                        chosen().map(|one| format_significant(one.cut.unwrap_or(0.0), 6)).unwrap_or_default()
                    })
                    low=-1e9
                    high=1e9
                    on_enter=move |number: f64| edit(&|one| one.cut = (number != 0.0).then_some(number))
                />
            </Show>
        </div>
    }
}
