use leptos::prelude::*;

use super::{CovariateFields, PopulationForm, VisitFields};
use crate::analysis::mmrm::{MmrmDfMethod, MmrmPlan, VisitStructure};
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::label::capitalised;
use crate::ui::bench;
use crate::ui::control::{Choice, Select, Tick};

fn mmrm_of(plan: &mut Plan) -> Option<&mut MmrmPlan> {
    plan.analyses.iter_mut().find_map(|asked| if let AnalysisPlan::Mmrm(mmrm) = asked { Some(mmrm) } else { None })
}

#[component]
pub fn MmrmForm() -> impl IntoView {
    let bench = bench();
    let mmrm = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.mmrm().cloned())));
    let edit = move |edit: Box<dyn Fn(&mut MmrmPlan)>| {
        bench.edit(|plan| {
            if let Some(mmrm) = mmrm_of(plan) {
                edit(mmrm);
            }
        });
    };
    let structures = Signal::stored(
        VisitStructure::ALL
            .into_iter()
            .map(|structure| {
                Choice::new(structure.key(), capitalised(structure.words().trim_end_matches(" covariance")))
            })
            .collect::<Vec<Choice>>(),
    );
    let structure = move || {
        mmrm.with(|mmrm| {
            let first = mmrm.as_ref().and_then(|mmrm| mmrm.structures.first());
            first.map(|structure| structure.key().to_owned()).unwrap_or_default()
        })
    };
    let has_ladder = move || mmrm.with(|mmrm| mmrm.as_ref().is_some_and(|mmrm| mmrm.structures.len() > 1));
    let set_structures = move |structure: VisitStructure, with_ladder: bool| {
        edit(Box::new(move |mmrm| {
            mmrm.structures = if with_ladder { structure.ladder() } else { vec![structure] };
        }));
    };
    let choose_structure = move |key: String| {
        if let Some(structure) = VisitStructure::ALL.into_iter().find(|structure| structure.key() == key) {
            set_structures(structure, has_ladder());
        }
    };
    let choose_ladder = move |with_ladder: bool| {
        let first = mmrm.with_untracked(|mmrm| mmrm.as_ref().and_then(|mmrm| mmrm.structures.first().copied()));
        set_structures(first.unwrap_or(VisitStructure::Unstructured), with_ladder);
    };
    let methods = Signal::stored(
        MmrmDfMethod::ALL.into_iter().map(|method| Choice::new(method.key(), method.words())).collect::<Vec<Choice>>(),
    );
    let method =
        move || mmrm.with(|mmrm| mmrm.as_ref().map(|mmrm| mmrm.df_method.key().to_owned()).unwrap_or_default());
    let choose_method = move |key: String| {
        if let Some(method) = MmrmDfMethod::ALL.into_iter().find(|method| method.key() == key) {
            edit(Box::new(move |mmrm| mmrm.df_method = method));
        }
    };
    let chosen = move || {
        mmrm.with(|mmrm| {
            let covariates = mmrm.as_ref().map(|mmrm| mmrm.covariates.clone()).unwrap_or_default();
            covariates.into_iter().map(|covariate| covariate.name).collect::<Vec<String>>()
        })
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Select label="Covariance of the visits" name="structure" choices=structures value=Signal::derive(structure) on_choose=choose_structure/>
            <Tick label="Simpler ones in turn, if it cannot be fitted" name="ladder" checked=Signal::derive(has_ladder) on_change=choose_ladder/>
            <Select label="Degrees of freedom" name="df-method" choices=methods value=Signal::derive(method) on_choose=choose_method/>
            <Tick
                label="Baseline’s slope may differ by visit"
                name="baseline-by-visit"
                checked=Signal::derive(move || mmrm.with(|mmrm| mmrm.as_ref().is_some_and(|mmrm| mmrm.baseline_by_visit)))
                on_change=move |on| edit(Box::new(move |mmrm| mmrm.baseline_by_visit = on))
            />
            <CovariateFields
                summary="The model adjusts for"
                hint="Arm by visit and the baseline value, always, and:"
                of=|plan| plan.mmrm().map(|mmrm| &mmrm.covariates)
                edit=|plan| {
                    let mmrm = mmrm_of(plan)?;
                    Some(&mut mmrm.covariates)
                }
                settle=|plan| {
                    if let Some(mmrm) = mmrm_of(plan) {
                        let chosen = &mmrm.covariates;
                        mmrm.by_visit.retain(|name| chosen.iter().any(|covariate| covariate.name == *name));
                    }
                }
            />
            <Show when=move || !chosen().is_empty()>
                <fieldset class="control">
                    <legend class="control-label">"Effect may differ by visit"</legend>
                    {move || {
                        chosen()
                            .into_iter()
                            .map(|name| {
                                let (own, toggled) = (name.clone(), name.clone());
                                let checked = move || {
                                    mmrm.with(|mmrm| mmrm.as_ref().is_some_and(|mmrm| mmrm.by_visit.contains(&own)))
                                };
                                let toggle = move |on: bool| {
                                    let name = toggled.clone();
                                    edit(Box::new(move |mmrm| {
                                        mmrm.by_visit.retain(|other| *other != name);
                                        if on {
                                            mmrm.by_visit.push(name.clone());
                                        }
                                    }));
                                };
                                view! { <Tick label=name name="by-visit" checked=Signal::derive(checked) on_change=toggle/> }
                            })
                            .collect_view()
                    }}
                </fieldset>
            </Show>
        </section>
        <PopulationForm/>
    }
}
