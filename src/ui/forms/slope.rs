use leptos::prelude::*;

use super::{PopulationForm, VisitFields};
use crate::analysis::slope::{MissingRule, SlopeMethod, SlopePlan};
use crate::analysis::{AnalysisPlan, Plan};
use crate::order::sort_numbers;
use crate::report::number::format_significant;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented};

fn edit_slope(plan: &mut Plan, change: impl FnOnce(&mut SlopePlan)) {
    for analysis in &mut plan.analyses {
        if let AnalysisPlan::Slope(found) = analysis {
            change(found);
            return;
        }
    }
}

#[component]
pub fn SlopeForm() -> impl IntoView {
    let bench = bench();
    let asked = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.slope().cloned())));
    let edit = move |change: Box<dyn FnOnce(&mut SlopePlan)>| bench.edit(|plan| edit_slope(plan, change));
    let of = move |read: fn(&SlopePlan) -> String| {
        Signal::derive(move || asked.with(|asked| asked.as_ref().map(read).unwrap_or_default()))
    };
    let thresholds = move || {
        asked.with(|asked| {
            let thresholds = asked.as_ref().map(|asked| asked.thresholds_percent.clone()).unwrap_or_default();
            thresholds
                .into_iter()
                .map(|percent| Choice::new(percent.to_string(), format!("{}%", format_significant(percent, 4))))
                .collect::<Vec<Choice>>()
        })
    };
    let choose_threshold = move |chosen: String| {
        if let Ok(percent) = chosen.parse::<f64>() {
            edit(Box::new(move |asked| asked.primary_threshold_percent = percent));
        }
    };
    let listed = of(|asked| {
        let percents: Vec<String> =
            asked.thresholds_percent.iter().map(|percent| format_significant(*percent, 4)).collect();
        percents.join(", ")
    });
    let problem = RwSignal::new(None::<String>);
    let enter_thresholds = move |text: String| {
        let numbers: Result<Vec<f64>, _> =
            text.split([',', ';', ' ', '%']).filter(|part| !part.is_empty()).map(str::parse::<f64>).collect();
        match numbers {
            Ok(mut numbers)
                if (1..=8).contains(&numbers.len())
                    && numbers.iter().all(|number| *number > 0.0 && number.is_finite()) =>
            {
                problem.set(None);
                sort_numbers(&mut numbers);
                numbers.dedup();
                edit(Box::new(move |asked| {
                    if !numbers.contains(&asked.primary_threshold_percent) {
                        asked.primary_threshold_percent =
                            numbers.first().copied().unwrap_or(asked.primary_threshold_percent);
                    }
                    asked.thresholds_percent = numbers;
                }));
            }
            _ => problem.set(Some("One to eight numbers above 0, with commas between them: 25, 50, 75.".to_owned())),
        }
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            <Segmented label="What is better" name="direction"
                choices=Signal::stored(vec![Choice::new("higher", "Higher"), Choice::new("lower", "Lower")])
                value=of(|asked| if asked.higher_is_better { "higher".into() } else { "lower".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| asked.higher_is_better = chosen != "lower"))/>
            <Segmented label="Slopes" name="slopes"
                choices=Signal::stored(vec![Choice::new("two", "Two points"), Choice::new("least_squares", "Least squares")])
                value=of(|asked| match asked.method { SlopeMethod::TwoPoint => "two".into(), SlopeMethod::LeastSquares => "least_squares".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| {
                    asked.method = if chosen == "least_squares" { SlopeMethod::LeastSquares } else { SlopeMethod::TwoPoint };
                }))/>
            <Segmented label="Responder from" name="threshold" choices=Signal::derive(thresholds)
                value=of(|asked| asked.primary_threshold_percent.to_string()) on_choose=choose_threshold/>
            <Segmented label="Who cannot be judged" name="missing"
                choices=Signal::stored(vec![Choice::new("excluded", "Left out"), Choice::new("non_responder", "No responder")])
                value=of(|asked| match asked.missing { MissingRule::Excluded => "excluded".into(), MissingRule::NonResponder => "non_responder".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| {
                    asked.missing = if chosen == "non_responder" { MissingRule::NonResponder } else { MissingRule::Excluded };
                }))/>
            <details>
                <summary>"Thresholds"</summary>
                <label class="control">
                    <span class="control-label">"Better by at least, in %"</span>
                    <input type="text" name="thresholds" prop:value=listed on:change=move |event| enter_thresholds(event_target_value(&event))/>
                    {move || problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
                </label>
                <NumberField label="Or better by at least" name="points" unit="a month" low=0.001 high=1000.0
                    value=of(|asked| format_significant(asked.threshold_points, 4))
                    on_enter=move |points: f64| edit(Box::new(move |asked| asked.threshold_points = points))/>
            </details>
        </section>
        <PopulationForm/>
    }
}
