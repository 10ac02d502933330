use leptos::prelude::*;

use super::PopulationForm;
use crate::analysis::correlation::{Coefficient, CorrelationPlan, LimitRule, Quantity, Scale, Variable};
use crate::analysis::{AnalysisPlan, Detail, Plan};
use crate::order::sort_numbers;
use crate::report::label::{outcome_label, time_number, variable_label};
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select, Tick};

fn edit_correlation(plan: &mut Plan, change: impl FnOnce(&mut CorrelationPlan)) {
    for analysis in &mut plan.analyses {
        if let AnalysisPlan::Correlation(found) = analysis {
            change(found);
            return;
        }
    }
}

fn key(variable: &Variable) -> String {
    match variable {
        Variable::Analyte(name) => format!("analyte:{name}"),
        Variable::Outcome(name) => format!("outcome:{name}"),
    }
}

fn variable(key: &str) -> Option<Variable> {
    let (kind, name) = key.split_once(':')?;
    match kind {
        "analyte" => Some(Variable::Analyte(name.to_owned())),
        "outcome" => Some(Variable::Outcome(name.to_owned())),
        _ => None,
    }
}

/// A variable is not correlated with itself.
fn but(mut choices: Vec<Choice>, taken: String) -> Vec<Choice> {
    choices.retain(|choice| choice.value != taken);
    choices
}

#[component]
pub fn CorrelationForm() -> impl IntoView {
    let bench = bench();
    let asked = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.correlation().cloned())));
    let edit = move |change: Box<dyn FnOnce(&mut CorrelationPlan)>| bench.edit(|plan| edit_correlation(plan, change));
    let of = move |read: fn(&CorrelationPlan) -> String| {
        Signal::derive(move || asked.with(|asked| asked.as_ref().map(read).unwrap_or_default()))
    };
    let variables = move || {
        bench.overview.with(|overview| {
            let Some(overview) = overview.as_ref() else { return Vec::new() };
            let analytes = overview
                .analytes
                .iter()
                .map(|analyte| Choice::new(key(&Variable::Analyte(analyte.name.clone())), analyte.name.clone()));
            let outcomes = overview.outcomes.iter().map(|outcome| {
                Choice::new(key(&Variable::Outcome(outcome.name.clone())), outcome_label(&outcome.name))
            });
            analytes.chain(outcomes).collect::<Vec<Choice>>()
        })
    };
    let unit = move || {
        bench
            .overview
            .with(|overview| {
                overview.as_ref().and_then(|overview| overview.analytes.first().map(|analyte| analyte.time_unit))
            })
            .unwrap_or(TimeUnit::Months)
    };
    // Months of the analytes and of the outcomes: whatever pair is asked for.
    let months = move || {
        let unit = unit();
        bench.overview.with(|overview| {
            let Some(overview) = overview.as_ref() else { return Vec::new() };
            let mut months: Vec<f64> =
                overview.analytes.iter().flat_map(|analyte| analyte.months.iter().copied()).collect();
            let is_change = asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.quantity == Quantity::Change));
            months.retain(|month| !is_change || *month > 0.0);
            months.extend(asked.with(|asked| asked.as_ref().map(|asked| asked.month)));
            sort_numbers(&mut months);
            months.dedup();
            months
                .into_iter()
                .map(|month| Choice::new(month.to_string(), time_number(month, unit)))
                .collect::<Vec<Choice>>()
        })
    };
    let strata = move || {
        bench.answered.with(|answered| {
            let answers = answered.as_ref().map(|answered| answered.answers.as_slice()).unwrap_or_default();
            answers
                .iter()
                .filter_map(|answer| answer.result.as_ref().ok())
                .find_map(|answer| match &answer.detail {
                    Detail::Correlation(detail) => Some(detail.strata.clone()),
                    Detail::Patients(_)
                    | Detail::Change(_)
                    | Detail::Slope(_)
                    | Detail::Mmrm(_)
                    | Detail::Lmm(_)
                    | Detail::Cafs(_)
                    | Detail::Staging(_)
                    | Detail::Cox(_)
                    | Detail::Competing(_)
                    | Detail::Landmark(_)
                    | Detail::Safety(_)
                    | Detail::Survival(_) => None,
                })
                .unwrap_or_default()
        })
    };
    let stratum_choices = move || {
        strata()
            .into_iter()
            .map(|stratum| {
                let label = stratum.label();
                Choice::new(label.clone(), if label == "all" { "Everyone".to_owned() } else { label })
            })
            .collect::<Vec<Choice>>()
    };
    let choose_stratum = move |label: String| {
        if let Some(stratum) = strata().into_iter().find(|stratum| stratum.label() == label) {
            edit(Box::new(move |asked| asked.matrix_stratum = stratum));
        }
    };
    let choose_month = move |chosen: String| {
        if let Ok(month) = chosen.parse::<f64>() {
            edit(Box::new(move |asked| asked.month = month));
        }
    };
    let choose_x = move |chosen: String| {
        if let Some(chosen) = variable(&chosen) {
            edit(Box::new(move |asked| asked.x = chosen));
        }
    };
    let choose_y = move |chosen: String| {
        if let Some(chosen) = variable(&chosen) {
            edit(Box::new(move |asked| asked.y = chosen));
        }
    };
    let enter_threshold = move |percent: f64| {
        edit(Box::new(move |asked| {
            if let Some(rule) = &mut asked.responder {
                rule.threshold_percent = percent;
            }
        }));
    };
    let enter_responder_month = move |month: f64| {
        edit(Box::new(move |asked| {
            if let Some(rule) = &mut asked.responder {
                rule.month = month;
            }
        }));
    };
    let has_rule = move || asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.responder.is_some()));
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <Select label="Across" name="x" choices=Signal::derive(move || but(variables(), of(|asked| key(&asked.y)).get())) value=of(|asked| key(&asked.x))
                on_choose=choose_x/>
            <Select label="Up" name="y" choices=Signal::derive(move || but(variables(), of(|asked| key(&asked.x)).get())) value=of(|asked| key(&asked.y))
                on_choose=choose_y/>
            <Select label="Group" name="stratum" choices=Signal::derive(stratum_choices) value=of(|asked| asked.matrix_stratum.label()) on_choose=choose_stratum/>
            <Segmented label="Coefficient" name="coefficient"
                choices=Signal::stored(vec![Choice::new("pearson", "Pearson"), Choice::new("spearman", "Spearman")])
                value=of(|asked| match asked.coefficient { Coefficient::Pearson => "pearson".into(), Coefficient::Spearman => "spearman".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| {
                    asked.coefficient = if chosen == "spearman" { Coefficient::Spearman } else { Coefficient::Pearson };
                }))/>
            <Segmented label="What is correlated" name="quantity"
                choices=Signal::stored(vec![Choice::new("change", "Change"), Choice::new("value", "Value")])
                value=of(|asked| match asked.quantity { Quantity::Change => "change".into(), Quantity::Value => "value".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| {
                    asked.quantity = if chosen == "value" { Quantity::Value } else { Quantity::Change };
                }))/>
            {move || {
                let label = unit().heading();
                view! {
                    <Select label name="month" choices=Signal::derive(months) value=of(|asked| asked.month.to_string())
                        on_choose=choose_month/>
                }
            }}
            <details>
                <summary>"Scale and limits"</summary>
                <Segmented label="Scale of analytes" name="scale"
                    choices=Signal::stored(vec![Choice::new("log2", "log2"), Choice::new("raw", "As measured")])
                    value=of(|asked| match asked.scale { Scale::Log2 => "log2".into(), Scale::Raw => "raw".into() })
                    on_choose=move |chosen: String| edit(Box::new(move |asked| {
                        asked.scale = if chosen == "raw" { Scale::Raw } else { Scale::Log2 };
                    }))/>
                <Select label="For a value below a limit" name="limit"
                    choices=Signal::stored(vec![
                        Choice::new("half", "Half the limit"),
                        Choice::new("sqrt2", "The limit divided by √2"),
                        Choice::new("limit", "The limit"),
                        Choice::new("exclude", "Leave it out"),
                    ])
                    value=of(|asked| match asked.below_limit {
                        LimitRule::HalfLimit => "half".into(),
                        LimitRule::LimitOverSqrt2 => "sqrt2".into(),
                        LimitRule::Limit => "limit".into(),
                        LimitRule::Exclude => "exclude".into(),
                    })
                    on_choose=move |chosen: String| edit(Box::new(move |asked| {
                        asked.below_limit = match chosen.as_str() {
                            "sqrt2" => LimitRule::LimitOverSqrt2,
                            "limit" => LimitRule::Limit,
                            "exclude" => LimitRule::Exclude,
                            _ => LimitRule::HalfLimit,
                        };
                    }))/>
                <NumberField label="Window on either side" name="window" unit="months" low=0.0 high=120.0
                    value=of(|asked| format_significant(asked.window_months, 4))
                    on_enter=move |window: f64| edit(Box::new(move |asked| asked.window_months = window))/>
            </details>
            <Show when=has_rule>
                <details>
                    <summary>"Good responders"</summary>
                    <p class="hint">"The slope after the start is better than before it by at least this share of its size."</p>
                    <NumberField label="Improvement" name="threshold" unit="%" low=0.0 high=1000.0
                        value=of(|asked| asked.responder.as_ref().map(|rule| format_significant(rule.threshold_percent, 4)).unwrap_or_default())
                        on_enter=enter_threshold/>
                    <NumberField label="Slope up to month" name="responder-month" unit="months" low=0.1 high=240.0
                        value=of(|asked| asked.responder.as_ref().map(|rule| format_significant(rule.month, 4)).unwrap_or_default())
                        on_enter=enter_responder_month/>
                </details>
            </Show>
            <MatrixVariables/>
        </section>
        <PopulationForm/>
    }
}

/// Which variables the matrix takes.
#[component]
fn MatrixVariables() -> impl IntoView {
    let bench = bench();
    let variables = move || {
        bench.overview.with(|overview| {
            let Some(overview) = overview.as_ref() else { return Vec::new() };
            let analytes = overview.analytes.iter().map(|analyte| Variable::Analyte(analyte.name.clone()));
            let outcomes = overview.outcomes.iter().map(|outcome| Variable::Outcome(outcome.name.clone()));
            analytes.chain(outcomes).collect::<Vec<Variable>>()
        })
    };
    view! {
        <details>
            <summary>"In the matrix"</summary>
            {move || variables().into_iter().map(|variable| {
                let own = variable.clone();
                let is_in = move || bench.plan.with(|plan| {
                    plan.as_ref().and_then(Plan::correlation).is_some_and(|asked| asked.matrix.contains(&own))
                });
                let label = variable_label(&variable);
                let toggle = move |on: bool| {
                    let variable = variable.clone();
                    bench.edit(|plan| edit_correlation(plan, |asked| {
                        asked.matrix.retain(|other| *other != variable);
                        if on {
                            asked.matrix.push(variable);
                        }
                    }));
                };
                view! { <Tick label name="matrix" checked=Signal::derive(is_in) on_change=toggle/> }
            }).collect_view()}
        </details>
    }
}
