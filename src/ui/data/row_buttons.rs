use leptos::prelude::*;

use super::{Look, looks};
use crate::report::number::plural;

/// So many stand in the line; the others are folded away.
const IN_LINE: usize = 12;

/// The rows of an issue, each a way to the row as it stands.
#[component]
pub fn RowButtons(
    file: usize,
    rows: Vec<u64>,
    /// Of all rows, which may be more than are named.
    count: u64,
    what: String,
    column: Option<String>,
) -> impl IntoView {
    let looks = looks();
    let among = StoredValue::new(rows.clone());
    let button = move |row: u64| {
        let (what, column) = (what.clone(), column.clone());
        let look = move |_| {
            let (what, column) = (what.clone(), column.clone());
            looks.row.set(Some(Look { file, row, among: among.get_value(), what, column }));
        };
        view! {
            <button type="button" class="row-button" on:click=look>
                <span class="visually-hidden">"Row "</span>
                {row}
            </button>
        }
    };
    let named = rows.len() as u64;
    let rest: Vec<u64> = rows.get(IN_LINE..).unwrap_or_default().to_vec();
    let unnamed = count.saturating_sub(named);
    let more = (unnamed > 0).then(|| format!("and {unnamed} more, in the list of everything that was not read"));
    let (first_button, rest_button) = (button.clone(), button);
    view! {
        <div class="rows">
            <span class="rows-label">{plural(rows.len(), "Row", "Rows")}</span>
            {rows.iter().take(IN_LINE).map(|row| first_button(*row)).collect_view()}
            {(!rest.is_empty())
                .then(|| {
                    view! {
                        <details class="rows-rest">
                            <summary>{format!("{} more", count - IN_LINE as u64)}</summary>
                            <div class="rows">
                                {rest.into_iter().map(&rest_button).collect_view()}
                                {more.map(|more| view! { <span class="hint">{more}</span> })}
                            </div>
                        </details>
                    }
                })}
        </div>
    }
}
