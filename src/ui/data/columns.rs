use leptos::prelude::*;

use super::{bench, breakable, of_planned, remap_file};
use crate::import::{ColumnMapping, ColumnReceipt, Role};
use crate::report::reading::{RoleGroup, role_groups, role_title};
use crate::ui::workbench::Workbench;

/// So many columns are shown before the others are asked for.
pub const AT_FIRST: usize = 30;
/// And so many at once after that, for tables of thousands.
const AT_ONCE: usize = 300;
/// Of each column.
const SAMPLES: usize = 3;
/// From here on a field finds columns by their names.
const FILTER_FROM: usize = 16;

/// The places of the columns that the filter lets through, and their names: a row of another name is another row.
pub fn shown_columns(
    bench: Workbench,
    file: usize,
    filter: RwSignal<String>,
    most: RwSignal<usize>,
) -> Memo<Vec<(usize, String)>> {
    Memo::new(move |_| {
        let Some(overview) = bench.overview.get() else { return Vec::new() };
        let Some(mapping) = overview.files.get(file) else { return Vec::new() };
        let wanted = filter.get().trim().to_lowercase();
        let fits = |column: &ColumnMapping| {
            wanted.is_empty()
                || column.column.to_lowercase().contains(&wanted)
                || role_title(&column.role).to_lowercase().contains(&wanted)
        };
        let columns = mapping.columns.iter().enumerate().filter(|(_, column)| fits(column));
        columns.take(most.get()).map(|(at, column)| (at, column.column.clone())).collect()
    })
}

/// What each column means, to be changed.
#[component]
pub fn ColumnsTable(
    file: usize,
    shown: Memo<Vec<(usize, String)>>,
    filter: RwSignal<String>,
    most: RwSignal<usize>,
) -> impl IntoView {
    let bench = bench();
    let all = Memo::new(move |_| {
        let overview = bench.overview.get();
        overview.and_then(|overview| overview.files.get(file).map(|file| file.columns.len())).unwrap_or(0)
    });
    let title = format!("columns-{file}");
    let more = move || {
        let is_filtered = filter.with(|filter| !filter.trim().is_empty());
        let (count, most_now) = (all.get(), most.get());
        if is_filtered || count <= most_now {
            return None;
        }
        let next = if count <= AT_ONCE { count } else { (most_now + AT_ONCE).min(count) };
        let words =
            if next == count { format!("Show all {count} columns") } else { format!("Show {next} of {count} columns") };
        Some(
            view! { <button type="button" class="button more-columns" on:click=move |_| most.set(next)>{words}</button> },
        )
    };
    view! {
        <section class="columns">
            <div class="part-head">
                <h4 id=title.clone()>"Columns "<span class="count">{all}</span></h4>
                <Show when=move || { all.get() >= FILTER_FROM }>
                    <label class="filter">
                        <span class="visually-hidden">"Find columns by name or role"</span>
                        <input
                            type="text"
                            name=format!("filter-{file}")
                            placeholder="Find a column"
                            prop:value=filter
                            on:input=move |event| filter.set(event_target_value(&event))
                        />
                    </label>
                </Show>
            </div>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby=title>
                <table class="columns-table" role="table">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" class="text" role="columnheader">"Column"</th>
                            <th scope="col" class="text" role="columnheader">"Means"</th>
                            <th scope="col" class="text" role="columnheader">"Unit"</th>
                            <th scope="col" role="columnheader">"Read"</th>
                            <th scope="col" role="columnheader">"Missing"</th>
                            <th scope="col" role="columnheader">"Beyond limit"</th>
                            <th scope="col" role="columnheader">"Refused"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For
                            each=move || shown.get()
                            key=|column| column.clone()
                            children=move |(at, name): (usize, String)| view! { <ColumnRow file at name/> }
                        />
                    </tbody>
                </table>
            </div>
            {move || shown.with(Vec::is_empty).then(|| view! { <p class="hint">"No column has this in its name or its role."</p> })}
            {more}
        </section>
    }
}

#[component]
fn ColumnRow(file: usize, at: usize, name: String) -> impl IntoView {
    let bench = bench();
    let counts = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        overview.receipt.files.get(file)?.columns.get(at).cloned()
    });
    let preview = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        overview.previews.get(file)?.columns.get(at).cloned()
    });
    let column = Memo::new(move |_| of_planned(bench, file, |mapping| mapping.columns.get(at).cloned()));
    let unit = Memo::new(move |_| column.get().and_then(|column| column.unit).unwrap_or_default());
    let is_unused =
        Memo::new(move |_| column.with(|column| column.as_ref().is_some_and(|column| column.role == Role::Ignored)));
    let samples = move || {
        preview.get().map(|preview| {
            let kind = match (preview.samples.is_empty(), preview.is_number) {
                (true, _) => "empty",
                (false, true) => "numbers",
                (false, false) => "text",
            };
            view! {
                <span class="kind">{kind}</span>
                <span class="samples">{preview.samples.iter().take(SAMPLES).cloned().collect::<Vec<String>>().join(" · ")}</span>
            }
        })
    };
    let count = move |tell: fn(&ColumnReceipt) -> u64| {
        let number = Memo::new(move |_| counts.with(|counts| counts.as_ref().map(tell).unwrap_or(0)));
        move || number.get()
    };
    let refused = count(|counts| counts.refused);
    let name = if name.is_empty() { format!("(no name, column {})", at + 1) } else { name };
    let enter_unit = move |unit: String| {
        let unit = unit.trim().to_owned();
        remap_file(bench, file, |mapping| {
            if let Some(column) = mapping.columns.get_mut(at) {
                column.unit = (!unit.is_empty()).then_some(unit);
            }
        });
    };
    view! {
        <tr role="row" class:is-unused=is_unused>
            <th scope="row" class="text" role="rowheader">
                <span class="column-name">{breakable(&name)}</span>
                {samples}
            </th>
            <td class="text" role="cell" data-label="Means">
                <RoleSelect file at name=name.clone() column/>
            </td>
            <td class="text" role="cell" data-label="Unit">
                <input
                    type="text"
                    class="unit-field"
                    name=format!("unit-{file}-{at}")
                    aria-label=format!("Unit of {name}")
                    prop:value=unit
                    on:change=move |event| enter_unit(event_target_value(&event))
                />
            </td>
            <td role="cell" data-label="Read">{count(|counts| counts.parsed)}</td>
            <td role="cell" data-label="Missing" class:is-zero=move || counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.missing == 0))>
                {count(|counts| counts.missing)}
            </td>
            <td role="cell" data-label="Beyond limit" class:is-zero=move || counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.censored == 0))>
                {count(|counts| counts.censored)}
            </td>
            <td role="cell" data-label="Refused" class:is-zero=move || { refused() == 0 } class:is-refused=move || { refused() > 0 }>
                {refused}
            </td>
        </tr>
    }
}

/// The roles in their groups. The list is filled when the keyboard or the pointer comes to it: a table of hundreds of
/// columns would otherwise be made of tens of thousands of options.
#[component]
fn RoleSelect(file: usize, at: usize, name: String, column: Memo<Option<ColumnMapping>>) -> impl IntoView {
    let bench = bench();
    let role = Memo::new(move |_| column.get().map_or(Role::Ignored, |column| column.role));
    // What the column had at first stays on offer.
    let found = role.get_untracked();
    let groups = Memo::new(move |_| {
        let mut groups = role_groups(&found);
        let role = role.get();
        if groups.iter().all(|group| !group.roles.contains(&role)) {
            groups.insert(0, RoleGroup { title: "As read now", roles: vec![role] });
        }
        groups
    });
    let is_filled = RwSignal::new(false);
    let fill = move || {
        if !is_filled.get_untracked() {
            is_filled.set(true);
        }
    };
    let choose = move |label: String| {
        let chosen = groups.with_untracked(|groups| {
            groups.iter().flat_map(|group| &group.roles).find(|role| role_title(role) == label).cloned()
        });
        if let Some(chosen) = chosen {
            remap_file(bench, file, |mapping| {
                if let Some(column) = mapping.columns.get_mut(at) {
                    column.role = chosen;
                }
            });
        }
    };
    let option = move |own: Role| {
        let title = role_title(&own);
        view! { <option value=title.clone() prop:selected=move || role.with(|role| *role == own)>{title.clone()}</option> }
    };
    view! {
        <select
            name=format!("role-{file}-{at}")
            aria-label=format!("What {name} means")
            title=move || role.with(role_title)
            on:focus=move |_| fill()
            on:pointerdown=move |_| fill()
            on:change=move |event| choose(event_target_value(&event))
        >
            {move || {
                if is_filled.get() {
                    groups
                        .get()
                        .into_iter()
                        .map(|group| {
                            view! { <optgroup label=group.title>{group.roles.into_iter().map(option).collect_view()}</optgroup> }
                        })
                        .collect_view()
                        .into_any()
                } else {
                    let title = role_title(&role.get());
                    view! { <option selected value=title.clone()>{title.clone()}</option> }.into_any()
                }
            }}
        </select>
    }
}
