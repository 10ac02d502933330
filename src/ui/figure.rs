use leptos::html;
use leptos::prelude::*;

use super::bench;
use crate::browser::canvas::{WidthGuard, draw_on, place_in, save_png, watch_width};
use crate::browser::download;
use crate::chart::{Mark, Palette, mark_at, svg};
use crate::report::page::FigureView;

/// Width of a saved figure, in CSS pixels.
const SAVED_WIDTH: u32 = 900;

#[derive(Clone, PartialEq)]
struct Hint {
    x: f64,
    y: f64,
    text: String,
}

#[component]
pub fn FigureCard(view: FigureView, #[prop(optional_no_strip)] on_pick: Option<Callback<String>>) -> impl IntoView {
    let bench = bench();
    let canvas = NodeRef::<html::Canvas>::new();
    let marks = StoredValue::new(Vec::<Mark>::new());
    let hint = RwSignal::new(None::<Hint>);
    let failure = RwSignal::new(None::<String>);
    let width = RwSignal::new(None::<u32>);
    let guard = StoredValue::new_local(None::<WidthGuard>);
    let figure = StoredValue::new(view.figure.clone());

    let palette = move || if bench.is_dark.get() { Palette::dark() } else { Palette::light() };
    Effect::new(move |_| {
        let (Some(canvas), Some(width)) = (canvas.get(), width.get()) else { return };
        let drawn = figure.with_value(|figure| draw_on(&canvas, figure, &palette(), width));
        match drawn {
            Ok(found) => {
                marks.set_value(found);
                failure.set(None);
            }
            Err(message) => failure.set(Some(message)),
        }
    });
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        guard.set_value(watch_width(&canvas, move |found| width.set(Some(found))));
    });
    on_cleanup(move || guard.set_value(None));

    let is_pickable = RwSignal::new(false);
    let point_at = move |at: (f64, f64)| {
        let mark = marks.with_value(|marks| mark_at(marks, at).cloned());
        is_pickable.set(on_pick.is_some() && mark.as_ref().is_some_and(|mark| !mark.pick.is_empty()));
        let found = mark.map(|mark| Hint { x: mark.x, y: mark.y, text: mark.hint });
        if hint.get_untracked() != found {
            hint.set(found);
        }
    };

    let pick_at = move |at: (f64, f64)| {
        let picked = marks.with_value(|marks| mark_at(marks, at).map(|mark| mark.pick.clone()));
        if let (Some(on_pick), Some(picked)) = (on_pick, picked.filter(|picked| !picked.is_empty())) {
            on_pick.run(picked);
        }
    };
    let name = format!("second-look-{}", view.key);
    let picture_name = format!("{name}.png");
    let name = format!("{name}.svg");
    let title = view.title.clone();
    let description = view.description.clone();
    let save = move |_| {
        let text = figure.with_value(|figure| svg(figure, &Palette::light(), SAVED_WIDTH, &title, &description));
        if let Err(message) = download::save(&name, "image/svg+xml", &text) {
            failure.set(Some(message));
        }
    };
    let save_picture = move |_| {
        figure.with_value(|figure| {
            let fail = move |message| failure.set(Some(message));
            save_png(&picture_name, figure, &Palette::light(), SAVED_WIDTH, fail);
        });
    };
    view! {
        <figure class="card">
            <figcaption>
                <h2>{view.title.clone()}</h2>
                <small>{view.aside.clone()}</small>
                <span class="save">
                    "Save"
                    <button type="button" class="quiet" aria-label="Save SVG" on:click=save>"SVG"</button>
                    <button type="button" class="quiet" aria-label="Save PNG" on:click=save_picture>"PNG"</button>
                </span>
            </figcaption>
            <div class="canvas-place">
                <canvas
                    node_ref=canvas
                    role="img"
                    data-figure=view.key
                    aria-label=view.description.clone()
                    class:is-pickable=is_pickable
                    on:mousemove=move |event| point_at(place_in(&event))
                    on:click=move |event| pick_at(place_in(&event))
                    on:mouseleave=move |_| hint.set(None)
                ></canvas>
                {move || {
                    hint.get().map(|hint| {
                        let is_right = canvas.get_untracked().is_some_and(|canvas| hint.x * 2.0 > f64::from(canvas.client_width()));
                        view! {
                            <div
                                class="tooltip"
                                class:is-right=is_right
                                style:left=format!("{:.0}px", hint.x)
                                style:top=format!("{:.0}px", hint.y)
                            >
                                {hint.text}
                            </div>
                        }
                    })
                }}
            </div>
            {move || failure.get().map(|message| view! { <p class="inline-error">{message}</p> })}
        </figure>
    }
}
