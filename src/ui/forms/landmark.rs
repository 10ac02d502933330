use leptos::prelude::*;

use super::{EndpointFields, PopulationForm, VisitFields};
use crate::analysis::landmark::LandmarkPlan;
use crate::analysis::slope::SlopeMethod;
use crate::analysis::{AnalysisPlan, Plan};
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select};

fn landmark_of(plan: &mut Plan) -> Option<&mut LandmarkPlan> {
    plan.analyses
        .iter_mut()
        .find_map(|asked| if let AnalysisPlan::Landmark(landmark) = asked { Some(landmark) } else { None })
}

#[component]
pub fn LandmarkForm() -> impl IntoView {
    let bench = bench();
    let asked = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.landmark().cloned())));
    let edit = move |change: Box<dyn FnOnce(&mut LandmarkPlan)>| {
        bench.edit(|plan| {
            if let Some(landmark) = landmark_of(plan) {
                change(landmark);
            }
        });
    };
    let of = move |read: fn(&LandmarkPlan) -> String| {
        Signal::derive(move || asked.with(|asked| asked.as_ref().map(read).unwrap_or_default()))
    };
    let unit = move || {
        let outcome = asked.with(|asked| asked.as_ref().map(|asked| asked.visits.outcome.clone()).unwrap_or_default());
        bench
            .overview
            .with(|overview| Some(overview.as_ref()?.outcome(&outcome)?.time_unit))
            .unwrap_or(TimeUnit::Months)
    };
    let month = Signal::derive(move || {
        let unit = unit();
        asked.with(|asked| {
            asked.as_ref().map(|asked| format_significant(unit.from_months(asked.landmark()), 5)).unwrap_or_default()
        })
    });
    // What is entered rounded is meant exactly: the response's own month, or a later one.
    let enter_month = move |number: f64| {
        let month = unit().to_months(number);
        edit(Box::new(move |asked| {
            let response = asked.visits.primary_month;
            asked.landmark_month = Some(month).filter(|month| *month > response + 1e-3);
        }));
    };
    let earliest = move || {
        let unit = unit();
        asked.with(|asked| {
            let month = asked.as_ref().map(|asked| asked.visits.primary_month).unwrap_or_default();
            let number = format_significant(unit.from_months(month), 5);
            format!("Not before {} {number}, when it is known who responded.", unit.one())
        })
    };
    let arms = move || {
        let named = bench.overview.with(|overview| {
            let arms = overview.as_ref().map(|overview| overview.arms.clone()).unwrap_or_default();
            arms.into_iter().map(|arm| Choice::new(arm.name.clone(), arm.name)).collect::<Vec<Choice>>()
        });
        std::iter::once(Choice::new("", "All arms, compared within arms")).chain(named).collect::<Vec<Choice>>()
    };
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
            {move || view! {
                <NumberField label="Landmark" name="landmark" unit=unit().many() low=0.0 high=36600.0
                    value=month on_enter=enter_month/>
            }}
            <p class="hint">{earliest}</p>
            <NumberField label="Responder: better by at least" name="threshold" unit="%" low=0.001 high=1000.0
                value=of(|asked| format_significant(asked.threshold_percent, 4))
                on_enter=move |percent: f64| edit(Box::new(move |asked| asked.threshold_percent = percent))/>
            <Segmented label="Slopes" name="slopes"
                choices=Signal::stored(vec![Choice::new("two", "Two points"), Choice::new("least_squares", "Least squares")])
                value=of(|asked| match asked.method { SlopeMethod::TwoPoint => "two".into(), SlopeMethod::LeastSquares => "least_squares".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| {
                    asked.method = if chosen == "least_squares" { SlopeMethod::LeastSquares } else { SlopeMethod::TwoPoint };
                }))/>
            <Segmented label="What is better" name="direction"
                choices=Signal::stored(vec![Choice::new("higher", "Higher"), Choice::new("lower", "Lower")])
                value=of(|asked| if asked.higher_is_better { "higher".into() } else { "lower".into() })
                on_choose=move |chosen: String| edit(Box::new(move |asked| asked.higher_is_better = chosen != "lower"))/>
            <Select label="Whose responders" name="landmark-arm" choices=Signal::derive(arms)
                value=of(|asked| asked.arm.clone().unwrap_or_default())
                on_choose=move |arm: String| edit(Box::new(move |asked| asked.arm = Some(arm).filter(|arm| !arm.is_empty())))/>
            <EndpointFields/>
        </section>
        <PopulationForm/>
    }
}
