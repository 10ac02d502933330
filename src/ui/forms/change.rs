use leptos::prelude::*;

use super::PopulationForm;
use crate::analysis::change::{AncovaCovariate, ChangeMethod, ChangePlan};
use crate::analysis::visit_window::BaselineRule;
use crate::analysis::{AnalysisPlan, Plan};
use crate::order::sort_numbers;
use crate::report::CovariateOverview;
use crate::report::change::method_name;
use crate::report::label::{outcome_label, time_number};
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select, Tick};

/// More levels than this are no groups.
const MOST_GROUPS: usize = 40;

fn edit_change(plan: &mut Plan, change: impl FnOnce(&mut ChangePlan)) {
    for analysis in &mut plan.analyses {
        if let AnalysisPlan::Change(found) = analysis {
            change(found);
            return;
        }
    }
}

#[component]
pub fn ChangeForm(with_subject_lines: RwSignal<bool>) -> impl IntoView {
    let bench = bench();
    let change = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.change().cloned())));
    let outcome =
        move || change.with(|change| change.as_ref().map(|change| change.outcome.clone()).unwrap_or_default());
    let unit = move || {
        bench
            .overview
            .with(|overview| {
                let overview = overview.as_ref()?;
                Some(overview.outcome(&outcome())?.time_unit)
            })
            .unwrap_or(TimeUnit::Months)
    };
    let outcomes = move || {
        bench.overview.with(|overview| {
            let outcomes = overview.as_ref().map(|overview| overview.outcomes.clone()).unwrap_or_default();
            outcomes
                .into_iter()
                .map(|outcome| Choice::new(outcome.name.clone(), outcome_label(&outcome.name)))
                .collect::<Vec<Choice>>()
        })
    };
    let choose_outcome = move |name: String| {
        let default = bench.overview.with_untracked(|overview| {
            overview.as_ref().and_then(|overview| overview.outcome(&name).map(|outcome| outcome.default_plan.clone()))
        });
        if let Some(default) = default {
            bench.edit(|plan| {
                edit_change(plan, |change| {
                    *change = ChangePlan { method: change.method, covariates: change.covariates.clone(), ..default };
                });
            });
        }
    };
    let months = move || {
        let unit = unit();
        change.with(|change| {
            let months = change.as_ref().map(|change| change.target_months.clone()).unwrap_or_default();
            months
                .into_iter()
                .map(|month| Choice::new(month.to_string(), time_number(month, unit)))
                .collect::<Vec<Choice>>()
        })
    };
    let month = move || {
        change.with(|change| change.as_ref().map(|change| change.primary_month.to_string()).unwrap_or_default())
    };
    let choose_month = move |text: String| {
        if let Ok(month) = text.parse::<f64>() {
            bench.edit(|plan| edit_change(plan, |change| change.primary_month = month));
        }
    };
    let targets = move || {
        let unit = unit();
        change.with(|change| {
            let months = change.as_ref().map(|change| change.target_months.clone()).unwrap_or_default();
            months.into_iter().map(|month| time_number(month, unit)).collect::<Vec<String>>().join(", ")
        })
    };
    let target_problem = RwSignal::new(None::<String>);
    let enter_targets = move |text: String| {
        let unit = unit();
        let numbers: Result<Vec<f64>, _> =
            text.split([',', ';', ' ']).filter(|part| !part.is_empty()).map(str::parse::<f64>).collect();
        match numbers {
            Ok(mut numbers)
                if !numbers.is_empty() && numbers.iter().all(|number| *number > 0.0 && number.is_finite()) =>
            {
                target_problem.set(None);
                sort_numbers(&mut numbers);
                numbers.dedup();
                let months: Vec<f64> = numbers.into_iter().map(|number| unit.to_months(number)).collect();
                bench.edit(|plan| {
                    edit_change(plan, |change| {
                        // A visit that only lost digits on its way through the field keeps them.
                        let known = |month: f64| {
                            change.target_months.iter().copied().find(|old| (old - month).abs() < 0.02).unwrap_or(month)
                        };
                        let months: Vec<f64> = months.into_iter().map(known).collect();
                        if !months.contains(&change.primary_month) {
                            change.primary_month = months.last().copied().unwrap_or(change.primary_month);
                        }
                        change.target_months = months;
                    });
                });
            }
            _ => target_problem.set(Some("Numbers above 0, with commas between them: 3, 6, 12.".to_owned())),
        }
    };
    let window = move || {
        change.with(|change| {
            change
                .as_ref()
                .map(|change| format_significant(unit().from_months(change.window_months), 4))
                .unwrap_or_default()
        })
    };
    let methods = Signal::stored(
        ChangeMethod::ALL
            .into_iter()
            .map(|method| Choice::new(method.id().as_str(), method_name(method).replace("’s t", "")))
            .collect::<Vec<Choice>>(),
    );
    let method = move || {
        change.with(|change| change.as_ref().map(|change| change.method.id().as_str().to_owned()).unwrap_or_default())
    };
    let choose_method = move |id: String| {
        if let Some(method) = ChangeMethod::ALL.into_iter().find(|method| method.id().as_str() == id) {
            bench.edit(|plan| edit_change(plan, |change| change.method = method));
        }
    };
    let baselines = Signal::stored(vec![
        Choice::new("before", "Last visit up to the start"),
        Choice::new("nearest", "Visit nearest the start"),
    ]);
    let baseline = move || {
        change.with(|change| match change.as_ref().map(|change| change.baseline) {
            Some(BaselineRule::NearestStart) => "nearest".to_owned(),
            Some(BaselineRule::LastAtOrBeforeStart) | None => "before".to_owned(),
        })
    };
    let choose_baseline = move |rule: String| {
        let rule = if rule == "nearest" { BaselineRule::NearestStart } else { BaselineRule::LastAtOrBeforeStart };
        bench.edit(|plan| edit_change(plan, |change| change.baseline = rule));
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <Select label="Outcome" name="outcome" choices=Signal::derive(outcomes) value=Signal::derive(outcome) on_choose=choose_outcome/>
            {move || {
                let label = unit().heading();
                if months().len() > 6 {
                    view! { <Select label name="month" choices=Signal::derive(months) value=Signal::derive(month) on_choose=choose_month/> }.into_any()
                } else {
                    view! { <Segmented label name="month" choices=Signal::derive(months) value=Signal::derive(month) on_choose=choose_month/> }.into_any()
                }
            }}
            <Segmented label="Test" name="method" choices=methods value=Signal::derive(method) on_choose=choose_method/>
            <Tick label="A line for each person" name="subject-lines" checked=with_subject_lines on_change=move |on| with_subject_lines.set(on)/>
            <details>
                <summary>"Visits"</summary>
                <label class="control">
                    <span class="control-label">{move || format!("Target {}", unit().many())}</span>
                    <input type="text" name="targets" prop:value=targets on:change=move |event| enter_targets(event_target_value(&event))/>
                    {move || target_problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
                </label>
                {move || view! {
                    <NumberField
                        label="Window on either side"
                        name="window"
                        value=Signal::derive(window)
                        low=0.0
                        high=3660.0
                        unit=unit().many()
                        on_enter=move |number: f64| {
                            let window = unit().to_months(number);
                            bench.edit(|plan| edit_change(plan, |change| change.window_months = window));
                        }
                    />
                }}
                <Select label="Baseline" name="baseline" choices=baselines value=Signal::derive(baseline) on_choose=choose_baseline/>
            </details>
            <Covariates/>
        </section>
        <PopulationForm/>
    }
}

/// What ANCOVA adjusts for besides the baseline value.
#[component]
fn Covariates() -> impl IntoView {
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
                <summary>"ANCOVA adjusts for"</summary>
                <p class="hint">"The baseline value, always, and:"</p>
                {move || offered().into_iter().map(|covariate| view! { <CovariateRow covariate/> }).collect_view()}
            </details>
        </Show>
    }
}

#[component]
fn CovariateRow(covariate: CovariateOverview) -> impl IntoView {
    let bench = bench();
    let name = StoredValue::new(covariate.name.clone());
    let chosen = move || {
        bench.plan.with(|plan| {
            let covariates = &plan.as_ref()?.change()?.covariates;
            name.with_value(|name| covariates.iter().find(|covariate| &covariate.name == name).cloned())
        })
    };
    let toggle = move |on: bool| {
        bench.edit(|plan| {
            edit_change(plan, |change| {
                name.with_value(|name| change.covariates.retain(|covariate| &covariate.name != name));
                if on {
                    change.covariates.push(AncovaCovariate { name: name.get_value(), as_factor: false });
                }
            });
        });
    };
    let as_groups = move |on: bool| {
        bench.edit(|plan| {
            edit_change(plan, |change| {
                for covariate in &mut change.covariates {
                    if name.with_value(|name| &covariate.name == name) {
                        covariate.as_factor = on;
                    }
                }
            });
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
