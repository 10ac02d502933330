//! The form controls, each with its label and its way through the keyboard.

use leptos::prelude::*;

/// What can be chosen: the value and what is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A drop-down list.
#[component]
pub fn Select(
    label: &'static str,
    #[prop(into)] name: String,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    view! {
        <label class="control">
            <span class="control-label">{label}</span>
            <select name=name on:change=move |event| on_choose.run(event_target_value(&event))>
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|choice| {
                            let own = choice.value.clone();
                            let selected = move || value.get() == own;
                            view! { <option value=choice.value prop:selected=selected>{choice.label}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </label>
    }
}

/// A row of buttons of which one is on; arrow keys move between them, as in any group of radio buttons.
#[component]
pub fn Segmented(
    label: &'static str,
    name: &'static str,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    view! {
        <fieldset class="control">
            <legend class="control-label">{label}</legend>
            <div class="segments">
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|choice| {
                            let own = choice.value.clone();
                            let chosen = choice.value.clone();
                            view! {
                                <label class="segment">
                                    <input
                                        type="radio"
                                        name=name
                                        value=choice.value
                                        prop:checked=move || value.get() == own
                                        on:change=move |_| on_choose.run(chosen.clone())
                                    />
                                    <span>{choice.label}</span>
                                </label>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </fieldset>
    }
}

/// A number with bounds; what cannot be read is said beside the field and not used.
#[component]
pub fn NumberField(
    label: &'static str,
    #[prop(into)] name: String,
    #[prop(into)] value: Signal<String>,
    low: f64,
    high: f64,
    #[prop(optional)] unit: &'static str,
    #[prop(into)] on_enter: Callback<f64>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let enter = move |text: String| match text.trim().replace(',', ".").parse::<f64>() {
        Ok(number) if number >= low && number <= high => {
            problem.set(None);
            on_enter.run(number);
        }
        _ => problem.set(Some(format!("A number from {low} to {high}, please."))),
    };
    view! {
        <label class="control">
            <span class="control-label">{label}</span>
            <span class="number">
                <input
                    type="text"
                    inputmode="decimal"
                    name=name
                    prop:value=value
                    aria-invalid=move || problem.with(Option::is_some).to_string()
                    on:change=move |event| enter(event_target_value(&event))
                />
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            </span>
            {move || problem.get().map(|text| view! { <span class="inline-error" role="alert">{text}</span> })}
        </label>
    }
}

/// A box to tick.
#[component]
pub fn Tick(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input type="checkbox" name=name prop:checked=checked on:change=move |event| on_change.run(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
}
