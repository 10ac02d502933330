//! A table of a result: sorted and searched on the page where it says so, long ones cut, closed ones behind a word.

use leptos::html;
use leptos::prelude::*;

use crate::report::arrangement::{Sort, arranged};
use crate::report::figure::Hue;
use crate::report::page::{Cell, ColumnView, TableView};

/// More rows than this are cut to the first [`FIRST`].
const MOST: usize = 40;
const FIRST: usize = 25;

#[component]
pub fn DataTable(table: TableView, #[prop(optional_no_strip)] on_pick: Option<Callback<String>>) -> impl IntoView {
    match table.is_folded.clone() {
        Some(label) => view! {
            <details class="table-fold">
                <summary>{label}</summary>
                <Opened table on_pick/>
            </details>
        }
        .into_any(),
        None => view! { <Opened table on_pick/> }.into_any(),
    }
}

#[component]
fn Opened(mut table: TableView, on_pick: Option<Callback<String>>) -> impl IntoView {
    let title = std::mem::take(&mut table.title);
    let footnote = table.footnote.take();
    let columns = std::mem::take(&mut table.columns);
    let label = title.clone();
    let all = table.rows.len();
    let is_searchable = table.is_searchable;
    let is_wide = columns.len() > 7;
    let is_text: Vec<bool> = columns.iter().map(|column| column.is_text).collect();
    let is_sortable = table.is_sortable;

    let sort = RwSignal::new(None::<Sort>);
    let search = RwSignal::new(String::new());
    let is_whole = RwSignal::new(false);
    let region = NodeRef::<html::Div>::new();
    let first_new = NodeRef::<html::Tr>::new();
    let table = StoredValue::new(table);
    let shown = Memo::new(move |_| table.with_value(|table| arranged(table, sort.get(), &search.read())));
    let is_cut = move || !is_whole.get() && shown.read().len() > MOST;

    let rows = move || {
        let shown = shown.read();
        let count = if is_cut() { FIRST } else { shown.len() };
        let is_long = shown.len() > MOST;
        table.with_value(|table| {
            let row = |(place, &index): (usize, &usize)| {
                let cells = table.rows.get(index).map_or(&[][..], Vec::as_slice);
                let level = table.row_levels.get(index).copied().unwrap_or(0);
                row(cells, &is_text, level, (is_long && place == FIRST).then_some(first_new), on_pick)
            };
            shown.iter().take(count).enumerate().map(row).collect_view()
        })
    };
    let toggle = move |_| {
        is_whole.update(|is_whole| *is_whole = !*is_whole);
        // The rows are on the page when the effects of this change have run.
        request_animation_frame(move || {
            let row = first_new.get_untracked().filter(|_| is_whole.get_untracked());
            if let Some(row) = row {
                let _ = row.focus();
            } else if let Some(region) = region.get_untracked() {
                region.scroll_into_view();
                let _ = region.focus();
            }
        });
    };
    view! {
        <section class="table-block">
            <h2>{title}</h2>
            {is_searchable.then(|| view! { <Search search shown=Signal::derive(move || shown.read().len()) all/> })}
            <div class="table-scroll" class:is-arranged=is_searchable || is_sortable tabindex="0" role="region" aria-label=label node_ref=region>
                <table class:is-wide=is_wide>
                    <thead>
                        <tr>
                            {columns
                                .into_iter()
                                .enumerate()
                                .map(|(place, column)| head(column, is_sortable.then_some((place, sort))))
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {rows}
                    </tbody>
                </table>
            </div>
            {move || (shown.read().len() > MOST).then(|| {
                let label = move || if is_cut() {
                    format!("Show all {} rows", shown.read().len())
                } else {
                    format!("Show the first {FIRST} rows")
                };
                view! { <button type="button" class="button rows-more" on:click=toggle>{label}</button> }
            })}
            {footnote.map(|footnote| view! { <p class="footnote">{footnote}</p> })}
        </section>
    }
}

/// The field over a table, and how many rows hold its words.
#[component]
fn Search(search: RwSignal<String>, shown: Signal<usize>, all: usize) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let is_empty = move || search.read().trim().is_empty();
    let clear = move |_| {
        search.set(String::new());
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    view! {
        <div class="table-search" role="search">
            <label>
                <span class="visually-hidden">"Search this table"</span>
                <input
                    type="text"
                    placeholder="Search"
                    autocomplete="off"
                    spellcheck="false"
                    node_ref=field
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </label>
            <button type="button" class="quiet" class:is-hidden=is_empty on:click=clear>"Clear"</button>
            <span class="found" role="status">
                {move || if is_empty() { String::new() } else { format!("{} of {all} rows", shown.get()) }}
            </span>
        </div>
    }
}

/// A column's head; a button where the table can be sorted by it.
fn head(column: ColumnView, sorted_by: Option<(usize, RwSignal<Option<Sort>>)>) -> AnyView {
    let ColumnView { label, is_text } = column;
    let Some((place, sort)) = sorted_by.filter(|_| !label.is_empty()) else {
        return view! { <th scope="col" class:text=is_text>{label}</th> }.into_any();
    };
    let direction = move || match sort.get() {
        Some(sort) if sort.column == place => Some(if sort.is_descending { "descending" } else { "ascending" }),
        _ => None,
    };
    view! {
        <th scope="col" class:text=is_text aria-sort=direction>
            <button type="button" class="sort" on:click=move |_| sort.update(|sort| *sort = Sort::pressed(*sort, place))>
                {label}
            </button>
        </th>
    }
    .into_any()
}

/// `reached` is given to the row that the keyboard may be moved to.
fn row(
    cells: &[Cell],
    is_text: &[bool],
    level: u8,
    reached: Option<NodeRef<html::Tr>>,
    on_pick: Option<Callback<String>>,
) -> AnyView {
    let starts_group = cells.first().is_some_and(|cell| cell.is_head && !cell.text.is_empty());
    let class = match (level, starts_group) {
        (0, true) => "group-start",
        (0, false) => "",
        (1, _) => "group-start level-1",
        (_, _) => "group-start level-2",
    };
    let cells = cells
        .iter()
        .enumerate()
        .map(|(index, cell)| {
            let text = is_text.get(index).copied().unwrap_or(false);
            let hue = cell.hue.map(hue_class);
            let words = match on_pick.filter(|_| !cell.pick.is_empty()) {
                Some(on_pick) => {
                    let (words, picked) = (cell.text.clone(), cell.pick.clone());
                    let press = move |_| on_pick.run(picked.clone());
                    view! { <button type="button" class="link" on:click=press>{words}</button> }.into_any()
                }
                None => cell.text.clone().into_any(),
            };
            if cell.is_head {
                view! { <th scope="row" class:text=text class=hue>{words}</th> }.into_any()
            } else if cell.is_strong {
                view! { <td class:text=text><b>{words}</b></td> }.into_any()
            } else {
                view! { <td class:text=text>{words}</td> }.into_any()
            }
        })
        .collect_view();
    match reached {
        Some(reached) => view! { <tr class=class tabindex="-1" node_ref=reached>{cells}</tr> }.into_any(),
        None => view! { <tr class=class>{cells}</tr> }.into_any(),
    }
}

/// The class that gives an arm's name its colour.
pub fn hue_class(hue: Hue) -> &'static str {
    match hue {
        Hue::Control => "hue-control",
        Hue::Treated(index) => match index % 6 {
            0 => "hue-1",
            1 => "hue-2",
            2 => "hue-3",
            3 => "hue-4",
            4 => "hue-5",
            _ => "hue-6",
        },
        Hue::Neutral => "hue-neutral",
    }
}
