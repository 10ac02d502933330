use leptos::prelude::*;

use super::{EndpointFields, PopulationForm};
use crate::analysis::covariate::AncovaCovariate;
use crate::analysis::cox::{CoxPlan, HazardInterval, Subgroup, Ties, TimeScale};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::label::outcome_label;
use crate::ui::bench;
use crate::ui::control::{Choice, Segmented, Select, Tick};

fn cox_of(plan: &mut Plan) -> Option<&mut CoxPlan> {
    plan.analyses.iter_mut().find_map(|asked| if let AnalysisPlan::Cox(cox) = asked { Some(cox) } else { None })
}

/// A column of the subjects file with more classes than this is no stratum, cluster or subgroup.
const MOST_CLASSES: usize = 12;

fn scale_key(scale: TimeScale) -> &'static str {
    match scale {
        TimeScale::KaplanMeier => "km",
        TimeScale::Rank => "rank",
        TimeScale::Identity => "time",
        TimeScale::Log => "log",
    }
}

#[component]
pub fn CoxForm() -> impl IntoView {
    let bench = bench();
    let cox = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.cox().cloned())));
    let edit = move |change: Box<dyn Fn(&mut CoxPlan)>| {
        bench.edit(|plan| {
            if let Some(cox) = cox_of(plan) {
                change(cox);
                // Exact ties have neither robust errors nor a correction.
                if cox.ties == Ties::Exact && (cox.is_firth || cox.cluster.is_some()) {
                    cox.ties = Ties::Efron;
                }
            }
        });
    };
    let of = move |read: fn(&CoxPlan) -> String| cox.with(|plan| plan.as_ref().map(read).unwrap_or_default());
    let is = move |read: fn(&CoxPlan) -> bool| cox.with(|plan| plan.as_ref().is_some_and(read));
    // Name, numeric, distinct values.
    let columns = Memo::new(move |_| {
        bench.overview.with(|overview| {
            let covariates = overview.as_ref().map(|overview| overview.covariates.clone()).unwrap_or_default();
            covariates
                .into_iter()
                .filter(|covariate| covariate.levels > 1 && (covariate.is_numeric || covariate.levels <= MOST_CLASSES))
                .map(|covariate| (covariate.name, covariate.is_numeric, covariate.levels))
                .collect::<Vec<(String, bool, usize)>>()
        })
    });
    let classes = move || {
        columns.with(|columns| {
            columns
                .iter()
                .filter(|(_, _, levels)| *levels <= MOST_CLASSES)
                .map(|(name, ..)| name.clone())
                .collect::<Vec<String>>()
        })
    };
    let cluster_choices = move || {
        let named = bench.overview.with(|overview| {
            let covariates = overview.as_ref().map(|overview| overview.covariates.clone()).unwrap_or_default();
            covariates
                .into_iter()
                .filter(|covariate| covariate.levels > 1)
                .map(|covariate| Choice::new(covariate.name.clone(), outcome_label(&covariate.name)))
                .collect::<Vec<Choice>>()
        });
        std::iter::once(Choice::new("", "None")).chain(named).collect::<Vec<Choice>>()
    };
    let ties = Signal::stored(vec![
        Choice::new("Efron", "Efron"),
        Choice::new("Breslow", "Breslow"),
        Choice::new("exact", "Exact"),
    ]);
    let intervals = Signal::stored(vec![Choice::new("wald", "Wald"), Choice::new("profile", "Profile likelihood")]);
    let scales = Signal::stored(vec![
        Choice::new("km", "1 − Kaplan-Meier (R)"),
        Choice::new("rank", "Rank"),
        Choice::new("time", "Time"),
        Choice::new("log", "Log time"),
    ]);
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <EndpointFields/>
            <details>
                <summary>"Adjust for"</summary>
                {move || {
                    columns
                        .get()
                        .into_iter()
                        .map(|(name, ..)| {
                            let (shown, chosen) = (name.clone(), name.clone());
                            view! {
                                <Tick
                                    name=format!("adjust-{name}")
                                    label=outcome_label(&name)
                                    checked=Signal::derive(move || cox.with(|plan| plan.as_ref().is_some_and(|plan| plan.covariates.iter().any(|one| one.name == shown))))
                                    on_change=move |is_on: bool| {
                                        let name = chosen.clone();
                                        edit(Box::new(move |plan| {
                                            plan.covariates.retain(|one| one.name != name);
                                            if is_on {
                                                plan.covariates.push(AncovaCovariate { name: name.clone(), as_factor: false });
                                            }
                                        }));
                                    }
                                />
                            }
                        })
                        .collect_view()
                }}
            </details>
            <details>
                <summary>"Subgroups"</summary>
                <p class="hint">"Ticked ones are looked at apart; the second tick says that the protocol names it. Numbers are cut at the median."</p>
                {move || {
                    columns
                        .get()
                        .into_iter()
                        .map(|(name, ..)| {
                            let (shown, chosen, declared, declared_of, visible) =
                                (name.clone(), name.clone(), name.clone(), name.clone(), name.clone());
                            let is_chosen = move |name: &str| {
                                cox.with(|plan| plan.as_ref().is_some_and(|plan| plan.subgroups.iter().any(|one| one.column == name)))
                            };
                            view! {
                                <Tick
                                    name=format!("subgroup-{name}")
                                    label=outcome_label(&name)
                                    checked=Signal::derive(move || is_chosen(&shown))
                                    on_change=move |is_on: bool| {
                                        let column = chosen.clone();
                                        edit(Box::new(move |plan| {
                                            plan.subgroups.retain(|one| one.column != column);
                                            if is_on {
                                                plan.subgroups.push(Subgroup { column: column.clone(), cut: None, is_declared: false });
                                            }
                                        }));
                                    }
                                />
                                {move || is_chosen(&visible).then(|| {
                                    let (declared, declared_of) = (declared.clone(), declared_of.clone());
                                    view! {
                                        <Tick
                                            name=format!("declared-{declared}")
                                            label=format!("{} is declared in the protocol", outcome_label(&declared))
                                            checked=Signal::derive(move || cox.with(|plan| plan.as_ref().is_some_and(|plan| plan.subgroups.iter().any(|one| one.column == declared && one.is_declared))))
                                            on_change=move |is_on: bool| {
                                                let column = declared_of.clone();
                                                edit(Box::new(move |plan| {
                                                    for one in plan.subgroups.iter_mut().filter(|one| one.column == column) {
                                                        one.is_declared = is_on;
                                                    }
                                                }));
                                            }
                                        />
                                    }
                                })}
                            }
                        })
                        .collect_view()
                }}
            </details>
            <details>
                <summary>"Strata and clusters"</summary>
                {move || {
                    classes()
                        .into_iter()
                        .map(|name| {
                            let (shown, chosen) = (name.clone(), name.clone());
                            view! {
                                <Tick
                                    name=format!("stratum-{name}")
                                    label=format!("Stratum: {}", outcome_label(&name))
                                    checked=Signal::derive(move || cox.with(|plan| plan.as_ref().is_some_and(|plan| plan.strata.contains(&shown))))
                                    on_change=move |is_on: bool| {
                                        let name = chosen.clone();
                                        edit(Box::new(move |plan| {
                                            plan.strata.retain(|other| *other != name);
                                            if is_on {
                                                plan.strata.push(name.clone());
                                            }
                                        }));
                                    }
                                />
                            }
                        })
                        .collect_view()
                }}
                <Select
                    label="Robust errors by"
                    name="cluster"
                    choices=Signal::derive(cluster_choices)
                    value=Signal::derive(move || of(|plan| plan.cluster.clone().unwrap_or_default()))
                    on_choose=move |name: String| {
                        edit(Box::new(move |plan| plan.cluster = (!name.is_empty()).then(|| name.clone())));
                    }
                />
            </details>
            <details>
                <summary>"Method"</summary>
                <Segmented
                    label="Events at one time"
                    name="ties"
                    choices=ties
                    value=Signal::derive(move || of(|plan| plan.ties.name().to_owned()))
                    on_choose=move |key: String| {
                        if let Some(ties) = Ties::ALL.into_iter().find(|ties| ties.name() == key) {
                            edit(Box::new(move |plan| plan.ties = ties));
                        }
                    }
                />
                <Select
                    label="Interval"
                    name="hazard-interval"
                    choices=intervals
                    value=Signal::derive(move || of(|plan| match plan.interval {
                        HazardInterval::Wald => "wald".to_owned(),
                        HazardInterval::ProfileLikelihood => "profile".to_owned(),
                    }))
                    on_choose=move |key: String| {
                        let interval = if key == "profile" { HazardInterval::ProfileLikelihood } else { HazardInterval::Wald };
                        edit(Box::new(move |plan| plan.interval = interval));
                    }
                />
                <Select
                    label="Proportional hazards against"
                    name="time-scale"
                    choices=scales
                    value=Signal::derive(move || of(|plan| scale_key(plan.time_scale).to_owned()))
                    on_choose=move |key: String| {
                        if let Some(scale) = TimeScale::ALL.into_iter().find(|scale| scale_key(*scale) == key) {
                            edit(Box::new(move |plan| plan.time_scale = scale));
                        }
                    }
                />
                <Tick
                    name="firth"
                    label="Firth’s correction"
                    checked=Signal::derive(move || is(|plan| plan.is_firth))
                    on_change=move |is_on: bool| edit(Box::new(move |plan| plan.is_firth = is_on))
                />
            </details>
        </section>
        <PopulationForm/>
    }
}
