use leptos::prelude::*;

use super::{EndpointFields, PopulationForm};
use crate::analysis::survival::{FlatStep, IntervalScale, SurvivalPlan, SurvivalTest};
use crate::analysis::{AnalysisPlan, Plan};
use crate::order::sort_numbers;
use crate::report::label::{outcome_label, time_number};
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Select, Tick};

fn survival_of(plan: &mut Plan) -> Option<&mut SurvivalPlan> {
    plan.analyses
        .iter_mut()
        .find_map(|asked| if let AnalysisPlan::Survival(survival) = asked { Some(survival) } else { None })
}

fn test_key(test: SurvivalTest) -> &'static str {
    match test {
        SurvivalTest::LogRank => "log-rank",
        SurvivalTest::GehanWilcoxon => "gehan",
        SurvivalTest::TaroneWare => "tarone-ware",
        SurvivalTest::PetoPeto => "peto",
        SurvivalTest::FlemingHarrington => "fleming-harrington",
        SurvivalTest::MaxCombo => "max-combo",
    }
}

fn flat_key(rule: FlatStep) -> &'static str {
    match rule {
        FlatStep::MidpointToEnd => "end",
        FlatStep::MidpointBetweenEvents => "events",
        FlatStep::FirstAtOrBelow => "first",
        FlatStep::FirstBelow => "below",
    }
}

#[component]
pub fn SurvivalForm() -> impl IntoView {
    let bench = bench();
    let survival = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.survival().cloned())));
    let edit = move |change: Box<dyn Fn(&mut SurvivalPlan)>| {
        bench.edit(|plan| {
            if let Some(survival) = survival_of(plan) {
                change(survival);
            }
        });
    };
    let of = move |read: fn(&SurvivalPlan) -> String| survival.with(|plan| plan.as_ref().map(read).unwrap_or_default());
    let is = move |read: fn(&SurvivalPlan) -> bool| survival.with(|plan| plan.as_ref().is_some_and(read));
    let unit = move || {
        let name = of(|plan| plan.endpoint.clone());
        bench.overview.with(|overview| Some(overview.as_ref()?.endpoint(&name)?.time_unit)).unwrap_or(TimeUnit::Months)
    };
    let tests = Signal::stored(vec![
        Choice::new("log-rank", "Log-rank"),
        Choice::new("gehan", "Gehan-Wilcoxon"),
        Choice::new("tarone-ware", "Tarone-Ware"),
        Choice::new("peto", "Peto-Peto"),
        Choice::new("fleming-harrington", "Fleming-Harrington"),
        Choice::new("max-combo", "MaxCombo (two arms)"),
    ]);
    let scales = Signal::stored(
        IntervalScale::ALL.map(|scale| Choice::new(scale.name(), scale.name())).into_iter().collect::<Vec<Choice>>(),
    );
    let rules = Signal::stored(vec![
        Choice::new("end", "Middle, to the end of data (R)"),
        Choice::new("events", "Middle, between events (SAS)"),
        Choice::new("first", "Start (lifelines)"),
        Choice::new("below", "End (statsmodels)"),
    ]);
    let months = move || {
        let unit = unit();
        survival.with(|plan| {
            let months = plan.as_ref().map(|plan| plan.months.clone()).unwrap_or_default();
            months.into_iter().map(|month| time_number(month, unit)).collect::<Vec<String>>().join(", ")
        })
    };
    let month_problem = RwSignal::new(None::<String>);
    let enter_months = move |text: String| {
        let unit = unit();
        let numbers: Result<Vec<f64>, _> =
            text.split([',', ';', ' ']).filter(|part| !part.is_empty()).map(str::parse::<f64>).collect();
        match numbers {
            Ok(mut numbers) if numbers.iter().all(|number| *number > 0.0 && number.is_finite()) => {
                month_problem.set(None);
                sort_numbers(&mut numbers);
                numbers.dedup();
                let months: Vec<f64> = numbers.into_iter().map(|number| unit.to_months(number)).collect();
                edit(Box::new(move |plan| plan.months.clone_from(&months)));
            }
            _ => month_problem
                .set(Some("Numbers above 0, with commas between them: 12, 24, 36. Empty: round ones.".to_owned())),
        }
    };
    let horizon = move || {
        survival.with(|plan| {
            let months = plan.as_ref().and_then(|plan| plan.mean_horizon_months);
            months.map(|months| format_significant(unit().from_months(months), 4)).unwrap_or_default()
        })
    };
    let columns = move || {
        bench.overview.with(|overview| {
            let covariates = overview.as_ref().map(|overview| overview.covariates.clone()).unwrap_or_default();
            covariates
                .into_iter()
                .filter(|covariate| covariate.levels > 1 && covariate.levels <= 12)
                .map(|covariate| covariate.name)
                .collect::<Vec<String>>()
        })
    };
    let has_many_arms =
        move || bench.overview.with(|overview| overview.as_ref().is_some_and(|overview| overview.arms.len() > 2));
    let power = move |read: fn(&SurvivalPlan) -> f64| {
        survival.with(|plan| plan.as_ref().map(|plan| format_significant(read(plan), 4)).unwrap_or_default())
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <EndpointFields/>
            <Select
                label="Test"
                name="test"
                choices=tests
                value=Signal::derive(move || of(|plan| test_key(plan.test).to_owned()))
                on_choose=move |key: String| {
                    if let Some(test) = SurvivalTest::ALL.into_iter().find(|test| test_key(*test) == key) {
                        edit(Box::new(move |plan| plan.test = test));
                    }
                }
            />
            <Show when=move || is(|plan| plan.test == SurvivalTest::FlemingHarrington)>
                <NumberField
                    label="ρ: early events"
                    name="rho"
                    value=Signal::derive(move || power(|plan| plan.rho))
                    low=0.0
                    high=10.0
                    on_enter=move |number: f64| edit(Box::new(move |plan| plan.rho = number))
                />
                <NumberField
                    label="γ: late events"
                    name="gamma"
                    value=Signal::derive(move || power(|plan| plan.gamma))
                    low=0.0
                    high=10.0
                    on_enter=move |number: f64| edit(Box::new(move |plan| plan.gamma = number))
                />
            </Show>
            <Show when=has_many_arms>
                <Tick
                    name="is-ordered"
                    label="The arms have an order: test for trend"
                    checked=Signal::derive(move || is(|plan| plan.is_ordered))
                    on_change=move |is_on: bool| edit(Box::new(move |plan| plan.is_ordered = is_on))
                />
            </Show>
            <details>
                <summary>"Strata"</summary>
                <p class="hint">"Arms are compared within the classes of these columns."</p>
                {move || {
                    columns()
                        .into_iter()
                        .map(|name| {
                            let (shown, chosen) = (name.clone(), name.clone());
                            view! {
                                <Tick
                                    name=format!("stratum-{name}")
                                    label=outcome_label(&name)
                                    checked=Signal::derive(move || survival.with(|plan| plan.as_ref().is_some_and(|plan| plan.strata.contains(&shown))))
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
            </details>
            <details>
                <summary>"Curves and means"</summary>
                <label class="control">
                    <span class="control-label">{move || format!("Compare at {} (empty: round ones)", unit().many())}</span>
                    <input type="text" name="milestones" prop:value=months on:change=move |event| enter_months(event_target_value(&event))/>
                    {move || month_problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
                </label>
                {move || view! {
                    <NumberField
                        label="Restricted mean to (0: the largest)"
                        name="mean-horizon"
                        value=Signal::derive(horizon)
                        low=0.0
                        high=36600.0
                        unit=unit().many()
                        on_enter=move |number: f64| {
                            let months = (number > 0.0).then(|| unit().to_months(number));
                            edit(Box::new(move |plan| plan.mean_horizon_months = months));
                        }
                    />
                }}
                <Select
                    label="Scale of the interval"
                    name="interval"
                    choices=scales
                    value=Signal::derive(move || of(|plan| plan.interval.name().to_owned()))
                    on_choose=move |key: String| {
                        if let Some(scale) = IntervalScale::ALL.into_iter().find(|scale| scale.name() == key) {
                            edit(Box::new(move |plan| plan.interval = scale));
                        }
                    }
                />
                <Select
                    label="Median on a flat step"
                    name="flat-step"
                    choices=rules
                    value=Signal::derive(move || of(|plan| flat_key(plan.flat_step).to_owned()))
                    on_choose=move |key: String| {
                        if let Some(rule) = FlatStep::ALL.into_iter().find(|rule| flat_key(*rule) == key) {
                            edit(Box::new(move |plan| plan.flat_step = rule));
                        }
                    }
                />
            </details>
        </section>
        <PopulationForm/>
    }
}
