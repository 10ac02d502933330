use leptos::prelude::*;

use super::bench;
use crate::analysis::Confirmation;
use crate::analysis::visit_window::BaselineRule;
use crate::browser::address;
use crate::import::Role;
use crate::report::choices::{EventColumn, choices_of, event_columns, event_sentence, time_zero};
use crate::ui::control::{Choice, Select};

/// What was found and would turn an answer round if it were wrong.
#[component]
pub fn ConfirmCard() -> impl IntoView {
    let bench = bench();
    let choices = Memo::new(move |_| {
        let Some(overview) = bench.overview.get() else { return Vec::new() };
        bench.plan.with(|plan| plan.as_ref().map(|plan| choices_of(&overview, plan)).unwrap_or_default())
    });
    let has = move |choice| choices.with(|choices| choices.contains(&choice));
    view! {
        <Show when=move || choices.with(|choices| !choices.is_empty())>
            <section class="card confirm" id="confirm" tabindex="-1" aria-labelledby="confirm-title">
                <Arrival/>
                <h2 id="confirm-title">"Confirm"</h2>
                <p class="hint">"Each of these would turn an answer round if it were wrong. The analyses use what stands here."</p>
                <Show when=move || has(Confirmation::ControlArm)><ControlArm/></Show>
                <Show when=move || has(Confirmation::Baseline)><Baseline/></Show>
                <Show when=move || has(Confirmation::EventDirection)><Events/></Show>
            </section>
        </Show>
    }
}

/// Takes the keyboard here when a link on another page led to it.
#[component]
fn Arrival() -> impl IntoView {
    let bench = bench();
    Effect::new(move |_| {
        if bench.heading_for.get() == Some("confirm") {
            bench.heading_for.set(None);
            address::scroll_to("confirm");
        }
    });
}

/// One choice: what stands, how to change it, and the button that confirms it.
#[component]
fn Item(title: &'static str, choice: Confirmation, children: Children) -> impl IntoView {
    let bench = bench();
    let is_confirmed =
        Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().is_some_and(|plan| plan.confirmed.contains(&choice))));
    let id = match choice {
        Confirmation::ControlArm => "confirm-control-arm",
        Confirmation::Baseline => "confirm-baseline",
        Confirmation::EventDirection => "confirm-events",
    };
    // One button for both states, so that the keyboard stays where it is.
    view! {
        <div class="confirm-item">
            <div class="confirm-what">
                <h3>{title}</h3>
                {children()}
            </div>
            <button
                type="button"
                class="button confirm-button"
                id=id
                class:is-confirmed=is_confirmed
                aria-disabled=move || is_confirmed.get().to_string()
                on:click=move |_| bench.confirm(choice)
            >
                {move || if is_confirmed.get() { "✓ Confirmed" } else { "Confirm" }}
                <span class="visually-hidden">": "{title}</span>
            </button>
        </div>
    }
}

#[component]
fn ControlArm() -> impl IntoView {
    let bench = bench();
    let arms = Memo::new(move |_| {
        let overview = bench.overview.get();
        let arms = overview.map(|overview| overview.arms.clone()).unwrap_or_default();
        let choice = |arm: &crate::report::ArmOverview| {
            Choice::new(arm.name.clone(), format!("{} ({} people)", arm.name, arm.subjects))
        };
        arms.iter().map(choice).collect::<Vec<Choice>>()
    });
    let control = Memo::new(move |_| {
        bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.control_arm.clone()).unwrap_or_default())
    });
    view! {
        <Item title="Control arm" choice=Confirmation::ControlArm>
            <p class="hint">"The other arms are compared with this one."</p>
            <div class="unlabelled">
                <Select
                    label="Control arm"
                    name="confirm-control-arm"
                    choices=arms
                    value=control
                    on_choose=move |arm: String| bench.edit(|plan| plan.control_arm = Some(arm))
                />
            </div>
        </Item>
    }
}

#[component]
fn Baseline() -> impl IntoView {
    let bench = bench();
    let zero = Memo::new(move |_| bench.overview.get().map(|overview| time_zero(&overview)).unwrap_or_default());
    let rules = Signal::stored(vec![
        Choice::new("before", "Last visit up to time 0"),
        Choice::new("nearest", "Visit nearest time 0"),
    ]);
    let rule = Memo::new(move |_| {
        let rule = bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.change()).map(|change| change.baseline));
        match rule {
            Some(BaselineRule::NearestStart) => "nearest".to_owned(),
            Some(BaselineRule::LastAtOrBeforeStart) | None => "before".to_owned(),
        }
    });
    let choose = move |rule: String| {
        let rule = if rule == "nearest" { BaselineRule::NearestStart } else { BaselineRule::LastAtOrBeforeStart };
        bench.edit(|plan| {
            plan.edit_visits(|visits| visits.baseline = rule);
        });
    };
    view! {
        <Item title="Baseline" choice=Confirmation::Baseline>
            <p class="hint">{zero}</p>
            <Select label="Change is counted from the" name="confirm-baseline" choices=rules value=rule on_choose=choose/>
        </Item>
    }
}

#[component]
fn Events() -> impl IntoView {
    let bench = bench();
    let sentences = Memo::new(move |_| {
        let Some(overview) = bench.overview.get() else { return Vec::new() };
        overview.endpoints.iter().map(event_sentence).collect::<Vec<String>>()
    });
    // By their place alone, so that a button that was pressed is still there after the files were read again.
    let columns = Memo::new(move |_| {
        let Some(overview) = bench.overview.get() else { return Vec::new() };
        let places = event_columns(&overview);
        places.iter().map(|known| (known.file, known.column)).collect::<Vec<(usize, usize)>>()
    });
    view! {
        <Item title="Events" choice=Confirmation::EventDirection>
            {move || sentences.get().into_iter().map(|sentence| view! { <p class="event-sentence">{sentence}</p> }).collect_view()}
            {move || {
                let is_only = columns.with(Vec::len) < 2;
                columns.get().into_iter().map(|(file, column)| view! { <Turn file column is_only/> }).collect_view()
            }}
        </Item>
    }
}

/// The column that tells the events, and the button that turns its meaning round.
#[component]
fn Turn(file: usize, column: usize, is_only: bool) -> impl IntoView {
    let bench = bench();
    let known = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        let mapping = overview.files.get(file)?;
        let name = mapping.columns.get(column)?.column.clone();
        let file_name = mapping.name.clone();
        event_columns(&overview)
            .into_iter()
            .find(|known: &EventColumn| (known.file, known.column) == (file, column))
            .map(|known| (name, file_name, known))
    });
    let says = move || {
        known.get().map(|(name, file_name, known)| {
            let whose = if is_only { String::new() } else { format!(" ({})", known.endpoints.join(", ")) };
            let meaning = match (known.names_events, known.is_event) {
                (true, _) => "each word is an event, and who had another is censored for it",
                (false, true) => "1 or yes is the event",
                (false, false) => "0 is the event, anything above is censored",
            };
            format!("{file_name}, column “{name}”{whose}: {meaning}.")
        })
    };
    let has_direction = move || known.with(|known| known.as_ref().is_none_or(|(.., known)| !known.names_events));
    let turn = move |_| {
        bench.remap(|plan| {
            let column = plan.files.get_mut(file).and_then(|mapping| mapping.columns.get_mut(column));
            if let Some(column) = column {
                column.role = if column.role == Role::Event { Role::Censoring } else { Role::Event };
            }
        });
    };
    view! {
        <div class="turn">
            <p class="hint">{says}</p>
            <Show when=has_direction>
                <button type="button" class="button turn-round" on:click=turn>"Turn round"</button>
            </Show>
        </div>
    }
}
