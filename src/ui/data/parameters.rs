use leptos::prelude::*;

use super::{bench, of_planned, remap_file};
use crate::import::Measure;
use crate::report::reading::measure_choices;
use crate::ui::control::{Choice, Select};

/// More than this are folded away.
const MOST_SHOWN: usize = 40;

/// What the names in a column of parameters stand for.
#[component]
pub fn Parameters(file: usize) -> impl IntoView {
    let bench = bench();
    let all = Memo::new(move |_| {
        let parameters = of_planned(bench, file, |mapping| Some(mapping.parameters.clone()));
        let names = parameters.unwrap_or_default().into_iter().map(|known| known.parameter);
        names.enumerate().collect::<Vec<(usize, String)>>()
    });
    let most = RwSignal::new(MOST_SHOWN);
    let shown = move || all.with(|all| all.iter().take(most.get()).cloned().collect::<Vec<(usize, String)>>());
    let title = format!("parameters-{file}");
    view! {
        <Show when=move || all.with(|all| !all.is_empty())>
            <section class="parameters">
                <h4 id=title.clone()>"Parameters "<span class="count">{move || all.with(Vec::len)}</span></h4>
                <table class="short-table" aria-labelledby=title.clone()>
                    <thead>
                        <tr>
                            <th scope="col" class="text">"In the file"</th>
                            <th scope="col" class="text">"Stands for"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=shown
                            key=|parameter| parameter.clone()
                            children=move |(at, name): (usize, String)| view! { <ParameterRow file at name/> }
                        />
                    </tbody>
                </table>
                {move || {
                    let count = all.with(Vec::len);
                    (count > most.get())
                        .then(|| view! { <button type="button" class="button" on:click=move |_| most.set(count)>{format!("Show all {count} parameters")}</button> })
                }}
            </section>
        </Show>
    }
}

#[component]
fn ParameterRow(file: usize, at: usize, name: String) -> impl IntoView {
    let bench = bench();
    let measure = Memo::new(move |_| {
        of_planned(bench, file, |mapping| mapping.parameters.get(at).map(|known| known.measure.clone()))
    });
    // What it stood for at first stays on offer.
    let found = measure.get_untracked().unwrap_or(Measure::Ignored);
    let known = StoredValue::new(measure_choices(&name, &found));
    let choices = known.with_value(|known| {
        known.iter().enumerate().map(|(at, (_, title))| Choice::new(at.to_string(), title.clone())).collect::<Vec<_>>()
    });
    let value = Memo::new(move |_| {
        let measure = measure.get();
        let place = known.with_value(|known| known.iter().position(|(known, _)| Some(known) == measure.as_ref()));
        place.map(|at| at.to_string()).unwrap_or_default()
    });
    let choose = move |choice: String| {
        let chosen = choice.parse().ok().and_then(|at: usize| known.with_value(|known| known.get(at).cloned()));
        if let Some((measure, _)) = chosen {
            remap_file(bench, file, |mapping| {
                if let Some(parameter) = mapping.parameters.get_mut(at) {
                    parameter.measure = measure;
                }
            });
        }
    };
    view! {
        <tr>
            <th scope="row" class="text">{name}</th>
            <td class="text unlabelled">
                <Select label="Stands for" name=format!("parameter-{file}-{at}") choices=Signal::stored(choices) value on_choose=choose/>
            </td>
        </tr>
    }
}
