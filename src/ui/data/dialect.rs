use leptos::prelude::*;

use super::{bench, of_planned, remap_file};
use crate::import::{DateOrder, Dialect, Encoding, FileMapping};
use crate::report::reading::{TABLES, table_title};
use crate::ui::control::{Choice, NumberField, Select, Tick};

/// What the file is and how it spells numbers, dates and gaps; each change reads the files again.
#[component]
pub fn DialectForm(file: usize) -> impl IntoView {
    let bench = bench();
    let tell = move |tell: fn(&FileMapping) -> String| {
        Memo::new(move |_| of_planned(bench, file, |mapping| Some(tell(mapping))).unwrap_or_default())
    };
    let change = move |change: fn(&mut Dialect, String)| {
        move |choice: String| remap_file(bench, file, |mapping| change(&mut mapping.dialect, choice))
    };
    let tables = Signal::stored(numbered(TABLES.map(table_title)));
    let encodings = Signal::stored(numbered(Encoding::ALL.map(Encoding::title)));
    let table = tell(|mapping| place(TABLES.iter().position(|table| *table == mapping.table)));
    let encoding =
        tell(|mapping| place(Encoding::ALL.iter().position(|encoding| *encoding == mapping.dialect.encoding)));
    let choose_table = move |choice: String| {
        if let Some(table) = choice.parse().ok().and_then(|at: usize| TABLES.get(at).copied()) {
            remap_file(bench, file, |mapping| {
                mapping.table = table;
                // The roles are found anew for what it is now.
                mapping.columns.clear();
            });
        }
    };
    let units_below = Memo::new(move |_| {
        of_planned(bench, file, |mapping| Some(mapping.dialect.header_rows > 1)).unwrap_or_default()
    });
    view! {
        <div class="dialect">
            <div class="dialect-table">
                <Select label="What its rows are" name=format!("table-{file}") choices=tables value=table on_choose=choose_table/>
            </div>
            <Select
                label="Encoding"
                name=format!("encoding-{file}")
                choices=encodings
                value=encoding
                on_choose=change(|dialect, choice| {
                    if let Some(encoding) = choice.parse().ok().and_then(|at: usize| Encoding::ALL.get(at).copied()) {
                        dialect.encoding = encoding;
                    }
                })
            />
            <Select
                label="Between cells"
                name=format!("separator-{file}")
                choices=Signal::stored(chosen(&[(",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar")]))
                value=tell(|mapping| mapping.dialect.separator.to_string())
                on_choose=change(|dialect, choice| dialect.separator = choice.chars().next().unwrap_or(','))
            />
            <Select
                label="Decimal mark"
                name=format!("decimal-{file}")
                choices=Signal::stored(chosen(&[("", "Not decided"), (".", "Point: 1.5"), (",", "Comma: 1,5")]))
                value=tell(|mapping| mapping.dialect.decimal_mark.map(String::from).unwrap_or_default())
                on_choose=change(|dialect, choice| {
                    dialect.decimal_mark = choice.chars().next();
                    if dialect.thousands_mark == dialect.decimal_mark {
                        dialect.thousands_mark = None;
                    }
                })
            />
            <Select
                label="Thousands mark"
                name=format!("thousands-{file}")
                choices=Signal::stored(
                    chosen(
                        &[
                            ("", "None"),
                            (",", "Comma: 1,000"),
                            (".", "Point: 1.000"),
                            (" ", "Space: 1 000"),
                            ("'", "Apostrophe: 1'000"),
                        ],
                    ),
                )
                value=tell(|mapping| mapping.dialect.thousands_mark.map(String::from).unwrap_or_default())
                on_choose=change(|dialect, choice| {
                    dialect.thousands_mark = choice.chars().next();
                    if dialect.thousands_mark == dialect.decimal_mark {
                        dialect.decimal_mark = match dialect.thousands_mark {
                            Some(',') => Some('.'),
                            Some('.') => Some(','),
                            other => other,
                        };
                    }
                })
            />
            <Select
                label="Dates such as 03/04/2012"
                name=format!("dates-{file}")
                choices=Signal::stored(
                    chosen(&[("", "Not needed"), ("day", "Day first: 3 April"), ("month", "Month first: March 4")]),
                )
                value=tell(|mapping| {
                    match mapping.dialect.date_order {
                        None => "",
                        Some(DateOrder::DayFirst) => "day",
                        Some(DateOrder::MonthFirst) => "month",
                    }
                    .to_owned()
                })
                on_choose=change(|dialect, choice| {
                    dialect.date_order = match choice.as_str() {
                        "day" => Some(DateOrder::DayFirst),
                        "month" => Some(DateOrder::MonthFirst),
                        _ => None,
                    };
                })
            />
            <div class="names-row">
                <NumberField
                    label="Row of the names"
                    name=format!("header-row-{file}")
                    value=tell(|mapping| mapping.dialect.header_row.to_string())
                    low=1.0
                    high=1000.0
                    on_enter=move |row: f64| remap_file(bench, file, |mapping| mapping.dialect.header_row = row as u64)
                />
                <Tick
                    label="Units in the row below"
                    name=format!("units-row-{file}")
                    checked=units_below
                    on_change=move |is_on: bool| {
                        remap_file(bench, file, |mapping| mapping.dialect.header_rows = if is_on { 2 } else { 1 });
                    }
                />
            </div>
            <label class="control missing-words">
                <span class="control-label">"Words that mean missing, with commas between them"</span>
                <input
                    type="text"
                    name=format!("missing-{file}")
                    prop:value=tell(|mapping| words_of(&mapping.dialect.missing))
                    on:change=move |event| {
                        let words = event_target_value(&event);
                        let words = words.split(',').map(str::trim).filter(|word| !word.is_empty());
                        let words: Vec<String> = words.map(str::to_owned).collect();
                        remap_file(bench, file, |mapping| {
                            // An empty cell is missing whatever is typed.
                            let empty = mapping.dialect.missing.iter().find(|word| word.is_empty()).cloned();
                            mapping.dialect.missing = empty.into_iter().chain(words).collect();
                        });
                    }
                />
            </label>
        </div>
    }
}

fn chosen(choices: &[(&str, &str)]) -> Vec<Choice> {
    choices.iter().map(|(value, label)| Choice::new(*value, *label)).collect()
}

/// Choices whose values are their places.
fn numbered<const N: usize>(titles: [&'static str; N]) -> Vec<Choice> {
    titles.into_iter().enumerate().map(|(at, title)| Choice::new(at.to_string(), title)).collect()
}

fn place(at: Option<usize>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

fn words_of(missing: &[String]) -> String {
    let words: Vec<&str> = missing.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    words.join(", ")
}
