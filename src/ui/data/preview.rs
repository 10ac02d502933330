use leptos::prelude::*;

use super::bench;
use crate::import::{CellView, Parsed, RowView};
use crate::report::reading::{reading, role_title};

/// So many rows show how the file is read.
const ROWS: u64 = 8;

/// The first rows: the text as it stands, and below it what was made of it where that is something else.
#[component]
pub fn FirstRows(file: usize, shown: Memo<Vec<(usize, String)>>) -> impl IntoView {
    let bench = bench();
    let wanted = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        let dialect = &overview.files.get(file)?.dialect;
        let first = dialect.header_row + u64::from(dialect.header_rows);
        Some((first..first + ROWS).collect::<Vec<u64>>())
    });
    // Rows that are read again stay until the new ones come.
    let rows = RwSignal::new(Vec::<RowView>::new());
    Effect::new(move |_| {
        bench.progress.track();
        bench.overview.track();
        let Some(wanted) = wanted.get() else { return };
        match bench.rows_shown.with(|shelf| shelf.rows(file, &wanted)) {
            Some(found) => rows.set(found),
            None => bench.view_rows(file, &wanted),
        }
    });
    let roles = Memo::new(move |_| {
        let overview = bench.overview.get();
        let mapping = overview.as_ref().and_then(|overview| overview.files.get(file));
        let columns = mapping.map(|mapping| mapping.columns.as_slice()).unwrap_or_default();
        shown.with(|shown| {
            let role = |at: usize| columns.get(at).map(|column| role_title(&column.role)).unwrap_or_default();
            shown.iter().map(|(at, name)| (name.clone(), role(*at))).collect::<Vec<(String, String)>>()
        })
    });
    let title = format!("first-rows-{file}");
    view! {
        <section class="first-rows">
            <h4 id=title.clone()>"First rows"</h4>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby=title>
                <table class="cells-table">
                    <thead>
                        <tr>
                            <th scope="col">"Row"</th>
                            {move || {
                                roles
                                    .get()
                                    .into_iter()
                                    .map(|(name, role)| view! { <th scope="col" class="text">{name}<small>{role}</small></th> })
                                    .collect_view()
                            }}
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            let places: Vec<usize> = shown.with(|shown| shown.iter().map(|(at, _)| *at).collect());
                            rows.get().into_iter().map(|row| view! { <FirstRow row places=places.clone()/> }).collect_view()
                        }}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn FirstRow(row: RowView, places: Vec<usize>) -> impl IntoView {
    let is_aside = row.set_aside.is_some();
    let fate = row.set_aside.map(|reason| view! { <small class="made is-refused">"✕ set aside"<span class="visually-hidden">": "{reason}</span></small> });
    let cells = places.iter().map(|at| view! { <td class="text">{row.cells.get(*at).map(cell)}</td> }).collect_view();
    view! {
        <tr class:is-aside=is_aside>
            <th scope="row">{row.row}{fate}</th>
            {cells}
        </tr>
    }
}

/// A cell's text over what was made of it; the column's head says which columns are not used.
pub fn cell(cell: &CellView) -> impl IntoView + use<> {
    let is_unused = cell.parsed == Parsed::NotUsed;
    let made = reading(&cell.raw, &cell.parsed).filter(|_| !is_unused);
    view! {
        <span class="raw" class:is-unused=is_unused>{cell.raw.clone()}</span>
        {made.map(|made| view! { <span class=format!("made {}", made.tone)><i>{made.mark}</i>" "{made.words}</span> })}
    }
}
