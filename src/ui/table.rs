use leptos::prelude::*;

use crate::report::figure::Hue;
use crate::report::page::{Cell, TableView};

#[component]
pub fn DataTable(table: TableView) -> impl IntoView {
    let is_text: Vec<bool> = table.columns.iter().map(|column| column.is_text).collect();
    let label = table.title.clone();
    let is_wide = table.columns.len() > 8;
    let rows = table.rows.into_iter().map(|cells| row(cells, &is_text)).collect_view();
    view! {
        <section class="table-block">
            <h2>{table.title}</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label=label>
                <table class:is-wide=is_wide>
                    <thead>
                        <tr>
                            {table
                                .columns
                                .into_iter()
                                .map(|column| view! { <th scope="col" class:text=column.is_text>{column.label}</th> })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {rows}
                    </tbody>
                </table>
            </div>
            {table.footnote.map(|footnote| view! { <p class="footnote">{footnote}</p> })}
        </section>
    }
}

fn row(cells: Vec<Cell>, is_text: &[bool]) -> impl IntoView + use<> {
    let starts_group = cells.first().is_some_and(|cell| cell.is_head && !cell.text.is_empty());
    let cells = cells
        .into_iter()
        .enumerate()
        .map(|(index, cell)| {
            let text = is_text.get(index).copied().unwrap_or(false);
            let hue = cell.hue.map(hue_class);
            if cell.is_head {
                view! { <th scope="row" class:text=text class=hue>{cell.text}</th> }.into_any()
            } else if cell.is_strong {
                view! { <td class:text=text><b>{cell.text}</b></td> }.into_any()
            } else {
                view! { <td class:text=text>{cell.text}</td> }.into_any()
            }
        })
        .collect_view();
    view! { <tr class:group-start=starts_group>{cells}</tr> }
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
