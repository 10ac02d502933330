use leptos::prelude::*;

use super::bench;
use super::route::Page;
use crate::browser::{address, files, theme, traffic};
use crate::report::number::plural;

#[component]
pub fn Header() -> impl IntoView {
    let bench = bench();
    let requests = RwSignal::new(0_usize);
    traffic::watch(move |count| requests.set(count));
    let summary = move || {
        bench.overview.with(|overview| {
            overview.as_ref().map(|overview| {
                let whose = if bench.is_demo.get() { "Demo trial, simulated · " } else { "" };
                let (people, files) = (overview.subjects, overview.files.len());
                format!(
                    "{whose}{people} {} · {files} {}",
                    plural(people, "person", "people"),
                    plural(files, "file", "files")
                )
            })
        })
    };
    view! {
        <header class="header">
            <button type="button" class="brand" on:click=move |_| {
                if bench.overview.with(Option::is_some) { bench.go(Page::Data) } else { address::scroll_to_top() }
            }>
                "Second " <i>"Look"</i>
            </button>
            {move || summary().map(|summary| view! { <span class="chip">{summary}</span> })}
            <span class="chip safe" id="requests" title="Counted by the browser since the page finished loading. The page’s security policy forbids any other.">
                {move || {
                    let count = requests.get();
                    format!("Your data stay here: {count} {} since opening", plural(count, "request", "requests"))
                }}
            </span>
            <span class="header-actions">
                <Show when=move || bench.overview.with(Option::is_some)>
                    <label class="button">
                        "Other files"
                        <input type="file" multiple class="visually-hidden" id="other-files" on:change=move |event| bench.take_files(files::from_input(&event))/>
                    </label>
                </Show>
                <button
                    type="button"
                    class="quiet"
                    aria-label=move || if bench.is_dark.get() { "Use light colours" } else { "Use dark colours" }
                    on:click=move |_| {
                        let is_dark = !bench.is_dark.get_untracked();
                        theme::choose(is_dark);
                        bench.is_dark.set(is_dark);
                    }
                >
                    {move || if bench.is_dark.get() { "Light" } else { "Dark" }}
                </button>
            </span>
        </header>
    }
}
