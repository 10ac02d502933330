use leptos::prelude::*;

use super::preview::cell;
use super::{Look, bench, breakable, looks};
use crate::browser::dialog;
use crate::import::{Parsed, RowView};
use crate::report::reading::{fate_of, reading_in_full, role_title};

const ID: &str = "row-viewer";
/// Rows before and after.
const NEIGHBOURS: u64 = 2;
/// A table of thousands of columns is shown in parts.
const AT_ONCE: usize = 200;

/// A row as it stands in its file, column by column, beside what was made of it, with its neighbours.
#[component]
pub fn RowViewer() -> impl IntoView {
    let bench = bench();
    let looks = looks();
    // What was looked at last stays in the closed dialogue.
    let look = Memo::new(move |last: Option<&Option<Look>>| looks.row.get().or_else(|| last.cloned().flatten()));
    let rows = RwSignal::new(Vec::<RowView>::new());
    let is_loaded = RwSignal::new(false);
    let most = RwSignal::new(AT_ONCE);
    Effect::new(move |_| {
        bench.progress.track();
        bench.overview.track();
        let Some(look) = looks.row.get() else { return };
        dialog::open(ID);
        let first = look.row.saturating_sub(NEIGHBOURS).max(1);
        let wanted: Vec<u64> = (first..=look.row + NEIGHBOURS).collect();
        match bench.rows_shown.with(|shelf| shelf.rows(look.file, &wanted)) {
            Some(found) => {
                rows.set(found);
                is_loaded.set(true);
            }
            None => {
                bench.wake();
                bench.view_rows(look.file, &wanted);
            }
        }
    });
    let title = move || {
        let look = look.get()?;
        let overview = bench.overview.get()?;
        Some(format!("Row {} of {}", look.row, overview.files.get(look.file)?.name))
    };
    let own = Memo::new(move |_| {
        let look = look.get()?;
        rows.with(|rows| rows.iter().find(|row| row.row == look.row).cloned())
    });
    let fate = move || match own.get() {
        Some(row) => {
            let class = if row.set_aside.is_some() { "fate is-aside" } else { "fate" };
            let mark = if row.set_aside.is_some() { "✕ " } else { "" };
            view! { <p class=class>{mark}"This row is "{fate_of(&row)}"."</p> }.into_any()
        }
        None if is_loaded.get() => view! { <p class="fate">"The file has no such row, or it is empty."</p> }.into_any(),
        None => view! { <p class="fate">"Fetching it …"</p> }.into_any(),
    };
    view! {
        <dialog id=ID class="viewer" aria-labelledby="row-viewer-title" on:close=move |_| looks.row.set(None)>
            <div class="viewer-head">
                <h2 id="row-viewer-title">{title}</h2>
                <button type="button" class="quiet" on:click=|_| dialog::close(ID)>"Close"</button>
            </div>
            <div role="status">{fate}</div>
            <Ways look/>
            <div class="table-scroll viewer-scroll" tabindex="0" role="region" aria-label="The row, column by column">
                {move || own.get().map(|own| view! { <Cells look=look.get() own rows=rows.get() most/> })}
            </div>
        </dialog>
    }
}

/// To the next row of the same kind, and to any row.
#[component]
fn Ways(look: Memo<Option<Look>>) -> impl IntoView {
    let looks = looks();
    let go = move |row: u64| {
        if let Some(look) = look.get_untracked() {
            looks.row.set(Some(Look { row, ..look }));
        }
    };
    let step = move |forward: bool| {
        look.with(|look| {
            let look = look.as_ref()?;
            if look.among.len() < 2 {
                return if forward { Some(look.row + 1) } else { look.row.checked_sub(1).filter(|row| *row > 0) };
            }
            let before = look.among.iter().copied().filter(|row| *row < look.row).max();
            let after = look.among.iter().copied().filter(|row| *row > look.row).min();
            if forward { after } else { before }
        })
    };
    let place = move || {
        look.with(|look| {
            let look = look.as_ref().filter(|look| !look.what.is_empty())?;
            let at = look.among.iter().position(|row| *row == look.row);
            Some(match at.filter(|_| look.among.len() > 1) {
                Some(at) => format!("{} of {}: {}", at + 1, look.among.len(), look.what),
                None => look.what.clone(),
            })
        })
    };
    let way = move |forward: bool, words: &'static str| {
        view! {
            <button
                type="button"
                class="button"
                aria-disabled=move || step(forward).is_none().to_string()
                on:click=move |_| {
                    if let Some(row) = step(forward) {
                        go(row);
                    }
                }
            >
                {words}
            </button>
        }
    };
    let number = move || look.with(|look| look.as_ref().map(|look| look.row.to_string()).unwrap_or_default());
    view! {
        <div class="viewer-ways">
            {way(false, "‹ Previous")}
            {way(true, "Next ›")}
            <label class="viewer-row">
                <span>"Row"</span>
                <input
                    type="text"
                    inputmode="numeric"
                    name="viewer-row"
                    prop:value=number
                    on:change=move |event| {
                        if let Some(row) = event_target_value(&event).trim().parse::<u64>().ok().filter(|row| *row > 0) {
                            go(row);
                        }
                    }
                />
            </label>
            <p class="hint viewer-what">{place}</p>
        </div>
    }
}

#[component]
fn Cells(look: Option<Look>, own: RowView, rows: Vec<RowView>, most: RwSignal<usize>) -> impl IntoView {
    let bench = bench();
    let columns = bench.overview.with_untracked(|overview| {
        let file = look.as_ref().map(|look| look.file)?;
        overview.as_ref()?.files.get(file).map(|file| file.columns.clone())
    });
    let columns = columns.unwrap_or_default();
    let neighbours: Vec<RowView> = rows.into_iter().filter(|row| row.row != own.row).collect();
    let asked = look.as_ref().and_then(|look| look.column.clone());
    let count = own.cells.len().max(columns.len());
    // The column that it is about comes first, then those that are used.
    let is_asked = |at: usize| asked.is_some() && columns.get(at).map(|column| &column.column) == asked.as_ref();
    let is_used = |at: usize| own.cells.get(at).is_some_and(|cell| cell.parsed != Parsed::NotUsed);
    let mut order: Vec<(usize, bool)> = (0..count).filter(|at| is_asked(*at)).map(|at| (at, true)).collect();
    order.extend((0..count).filter(|at| !is_asked(*at) && is_used(*at)).map(|at| (at, false)));
    order.extend((0..count).filter(|at| !is_asked(*at) && !is_used(*at)).map(|at| (at, false)));
    let line = {
        let neighbours = neighbours.clone();
        move |at: usize, is_asked: bool| {
            let column = columns.get(at);
            let name = column.map_or_else(|| format!("(column {})", at + 1), |column| column.column.clone());
            let role = column.map(|column| role_title(&column.role)).unwrap_or_default();
            let own_cell = own.cells.get(at).cloned();
            let made =
                own_cell.as_ref().filter(|_| !own.is_header).map(|cell| reading_in_full(&cell.raw, &cell.parsed));
            let others = neighbours
                .iter()
                .map(|row| view! { <td class="text neighbour">{row.cells.get(at).map(cell)}</td> })
                .collect_view();
            view! {
                <tr class:is-asked=is_asked>
                    <th scope="row" class="text">{breakable(&name)}<small>{role}</small></th>
                    <td class="text own"><span class="raw">{own_cell.map(|cell| cell.raw)}</span></td>
                    <td class="text own">
                        {made.map(|made| view! { <span class=format!("made {}", made.tone)><i>{made.mark}</i>" "{made.words}</span> })}
                    </td>
                    {others}
                </tr>
            }
        }
    };
    let heads = neighbours
        .iter()
        .map(|row| {
            let fate = row.set_aside.is_some().then_some("✕ set aside");
            let fate = if row.is_header { Some("above the data") } else { fate };
            view! { <th scope="col" class="text">{format!("Row {}", row.row)}<small>{fate}</small></th> }
        })
        .collect_view();
    view! {
        <table class="viewer-table">
            <thead>
                <tr>
                    <th scope="col" class="text">"Column"</th>
                    <th scope="col" class="text">"In the file"</th>
                    <th scope="col" class="text">"Read as"</th>
                    {heads}
                </tr>
            </thead>
            <tbody>
                {move || {
                    order.iter().take(most.get()).map(|(at, is_asked)| line(*at, *is_asked)).collect_view()
                }}
            </tbody>
        </table>
        {move || {
            (count > most.get())
                .then(|| view! { <button type="button" class="button" on:click=move |_| most.update(|most| *most += AT_ONCE)>{format!("More of its {count} columns")}</button> })
        }}
    }
}
