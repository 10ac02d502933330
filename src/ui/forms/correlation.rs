use leptos::prelude::*;

use super::{AssayFields, CovariateFields, PopulationForm};
use crate::analysis::correlation::{Coefficient, CorrelationPlan, Quantity, Variable};
use crate::analysis::{AnalysisPlan, Detail, Plan, Question};
use crate::report::label::{outcome_label, variable_label};
use crate::report::number::format_significant;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Select, Tick};

const COEFFICIENTS: [(Coefficient, &str, &str); 3] = [
    (Coefficient::Pearson, "pearson", "Pearson r"),
    (Coefficient::Spearman, "spearman", "Spearman ρ, ranks"),
    (Coefficient::KendallTauB, "kendall", "Kendall τ-b, ranks with many ties"),
];

const QUANTITIES: [(Quantity, &str, &str); 4] = [
    (Quantity::Change, "change", "Change from baseline"),
    (Quantity::Value, "value", "Value at the month"),
    (Quantity::Baseline, "baseline", "Value at baseline"),
    (Quantity::Slope, "slope", "Slope up to the month"),
];

fn coefficient_key(coefficient: Coefficient) -> &'static str {
    COEFFICIENTS.into_iter().find(|(known, _, _)| *known == coefficient).map_or("", |(_, key, _)| key)
}

fn quantity_key(quantity: Quantity) -> &'static str {
    QUANTITIES.into_iter().find(|(known, _, _)| *known == quantity).map_or("", |(_, key, _)| key)
}

fn quantity(key: &str) -> Option<Quantity> {
    QUANTITIES.into_iter().find(|(_, known, _)| *known == key).map(|(quantity, _, _)| quantity)
}

/// `first` stands for no choice of its own.
fn quantities(first: Option<&'static str>) -> Vec<Choice> {
    let first = first.map(|label| Choice::new("same", label));
    first.into_iter().chain(QUANTITIES.iter().map(|(_, key, label)| Choice::new(*key, *label))).collect()
}

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
    let strata = move || {
        let shown = bench.shown(Question::Correlation);
        let answer = shown.as_ref().and_then(|shown| shown.answered.result.as_ref().ok());
        match answer.map(|answer| &answer.detail) {
            Some(Detail::Correlation(detail)) => detail.strata.clone(),
            _ => Vec::new(),
        }
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
            <Select label="Coefficient" name="coefficient"
                choices=Signal::stored(COEFFICIENTS.iter().map(|(_, key, label)| Choice::new(*key, *label)).collect::<Vec<Choice>>())
                value=of(|asked| coefficient_key(asked.coefficient).to_owned())
                on_choose=move |chosen: String| {
                    if let Some((coefficient, _, _)) = COEFFICIENTS.into_iter().find(|(_, key, _)| *key == chosen) {
                        edit(Box::new(move |asked| asked.coefficient = coefficient));
                    }
                }/>
            <Select label="What is correlated" name="quantity" choices=Signal::stored(quantities(None))
                value=of(|asked| quantity_key(asked.quantity).to_owned())
                on_choose=move |chosen: String| {
                    if let Some(quantity) = quantity(&chosen) {
                        edit(Box::new(move |asked| asked.quantity = quantity));
                    }
                }/>
            <Select label="Of the one up" name="y-quantity" choices=Signal::stored(quantities(Some("The same")))
                value=of(|asked| asked.y_quantity.map_or("same", quantity_key).to_owned())
                on_choose=move |chosen: String| edit(Box::new(move |asked| asked.y_quantity = quantity(&chosen)))/>
            <AssayFields has_start=true/>
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
            <CovariateFields
                summary="Held fixed in partial correlations"
                hint="The partial correlation is that among people who are alike in:"
                of=|plan| plan.correlation().map(|asked| &asked.adjust_for)
                edit=|plan| plan.analyses.iter_mut().find_map(|asked| {
                    if let AnalysisPlan::Correlation(asked) = asked { Some(&mut asked.adjust_for) } else { None }
                })
            />
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
            <Tick label="Alike ones together" name="clustered"
                checked=Signal::derive(move || bench.plan.with(|plan| plan.as_ref().and_then(Plan::correlation).is_some_and(|asked| asked.is_clustered)))
                on_change=move |on: bool| bench.edit(|plan| edit_correlation(plan, |asked| asked.is_clustered = on))/>
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
