use leptos::prelude::*;

use super::columns::ColumnsTable;
use super::dialect::DialectForm;
use super::parameters::Parameters;
use super::preview::FirstRows;
use super::row_buttons::RowButtons;
use super::visits::Visits;
use super::{Look, bench, looks};
use crate::import::Severity;
use crate::report::number::plural;
use crate::report::reading::{read_as, row_counts};

/// How one file was read, and everything about that which can be changed.
#[component]
pub fn FileCard(file: usize) -> impl IntoView {
    let bench = bench();
    let looks = looks();
    let name = Memo::new(move |_| {
        bench.overview.with(|overview| overview.as_ref()?.files.get(file).map(|file| file.name.clone()))
    });
    let name = Memo::new(move |_| name.get().unwrap_or_default());
    let taken_for = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        Some(read_as(overview.files.get(file)?, overview.receipt.files.get(file)?))
    });
    let counts = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        overview.receipt.files.get(file).map(|receipt| row_counts(receipt.rows_in, receipt.rows_used))
    });
    let set_aside = Memo::new(move |_| {
        let overview = bench.overview.get();
        let receipt = overview.as_ref().and_then(|overview| overview.receipt.files.get(file));
        receipt.map(|receipt| receipt.set_aside.clone()).unwrap_or_default()
    });
    let has_columns = Memo::new(move |_| {
        let overview = bench.overview.get();
        overview.is_some_and(|overview| overview.files.get(file).is_some_and(|file| !file.columns.is_empty()))
    });
    let is_pressing = bench.overview.with_untracked(|overview| {
        let Some(overview) = overview else { return false };
        let name = overview.files.get(file).map(|file| file.name.as_str());
        let is_pressing = |severity| matches!(severity, Severity::Question | Severity::Error);
        overview.issues.iter().any(|issue| Some(issue.file.as_str()) == name && is_pressing(issue.severity))
    });
    let is_open = RwSignal::new(is_pressing);
    Effect::new(move |_| {
        if looks.file.get() == Some(file) {
            is_open.set(true);
            looks.file.set(None);
        }
    });
    view! {
        <section class="card file" id=format!("file-{file}") tabindex="-1" aria-labelledby=format!("file-name-{file}")>
            <h3 id=format!("file-name-{file}")>{name}</h3>
            <p class="hint">{taken_for}</p>
            <p class="hint counts">{counts}</p>
            {move || {
                set_aside
                    .get()
                    .into_iter()
                    .map(|aside| {
                        let rows = plural(aside.count as usize, "row", "rows");
                        let words = format!("{} {rows} set aside: {}.", aside.count, aside.reason);
                        view! {
                            <div class="aside">
                                <p>{words}</p>
                                <RowButtons file rows=aside.rows count=aside.count what=aside.reason column=None/>
                            </div>
                        }
                    })
                    .collect_view()
            }}
            <details class="how" prop:open=is_open on:toggle=move |event| is_open.set(is_target_open(&event))>
                <summary>"How it was read"</summary>
                // A file that nobody looks into costs nothing.
                <Show when=move || is_open.get()>
                    <DialectForm file/>
                    <Show when=move || has_columns.get()>
                        <div class="short-tables">
                            <Visits file/>
                            <Parameters file/>
                        </div>
                        <Body file/>
                    </Show>
                </Show>
            </details>
            <Show when=move || has_columns.get()>
                <RowField file name/>
            </Show>
        </section>
    }
}

/// The columns, and below them the same columns of the first rows.
#[component]
fn Body(file: usize) -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let most = RwSignal::new(super::columns::AT_FIRST);
    let shown = super::columns::shown_columns(bench(), file, filter, most);
    view! {
        <ColumnsTable file shown filter most/>
        <FirstRows file shown/>
    }
}

/// Any row of the file, by its number.
#[component]
fn RowField(file: usize, name: Memo<String>) -> impl IntoView {
    let looks = looks();
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(false);
    let look = move || match typed.get_untracked().trim().parse::<u64>() {
        Ok(row) if row > 0 => {
            problem.set(false);
            looks.row.set(Some(Look { file, row, among: Vec::new(), what: String::new(), column: None }));
        }
        _ => problem.set(true),
    };
    view! {
        <div class="row-field">
            <label>
                <span>"Row"</span>
                <input
                    type="text"
                    inputmode="numeric"
                    name=format!("row-{file}")
                    aria-label=move || format!("Row of {}", name.get())
                    aria-invalid=move || problem.get().to_string()
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=move |event| if event.key() == "Enter" { look() }
                />
            </label>
            <button type="button" class="button" on:click=move |_| look()>"Look at row"</button>
            {move || problem.get().then(|| view! { <span class="inline-error" role="alert">"A row’s number, please."</span> })}
        </div>
    }
}

fn is_target_open(event: &leptos::ev::Event) -> bool {
    crate::browser::dialog::is_details_open(event)
}
