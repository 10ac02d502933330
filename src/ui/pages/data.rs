use std::sync::Arc;

use leptos::prelude::*;

use crate::browser::download;
use crate::export::{FindingsFile, write_findings_csv, write_findings_json, write_plan_json};
use crate::import::{FileMapping, FileReceipt, Issue, Severity, used_as};
use crate::order::sort_by;
use crate::report::Overview;
use crate::report::label::{joined, outcome_label};
use crate::report::number::plural;
use crate::ui::bench;
use crate::ui::forms::PopulationForm;
use crate::ui::route::Page;
use crate::ui::workbench::{Notice, Workbench};

/// What was read, what was wrong with it, and what can be saved.
#[component]
pub fn DataPage() -> impl IntoView {
    let bench = bench();
    view! {
        <main id="content" tabindex="-1" class="result data">
            {move || bench.overview.get().map(|overview| view! { <Read overview/> })}
        </main>
        <aside class="settings" aria-label="Settings">
            <PopulationForm/>
            <section class="form">
                <h2>"Save"</h2>
                <button type="button" class="button" id="save-plan" on:click=move |_| save_plan(bench)>"Plan"</button>
                <button type="button" class="button" id="save-findings" on:click=move |_| save_findings(bench)>"Findings, JSON"</button>
                <button type="button" class="button" id="save-findings-csv" on:click=move |_| save_table(bench)>"Findings, CSV"</button>
                <p class="hint">"The plan holds the settings and can be dropped here again. Findings hold every number shown; neither holds a patient’s row."</p>
            </section>
        </aside>
    }
}

fn report_failure(bench: Workbench, saved: Result<(), String>) {
    if let Err(message) = saved {
        bench.notice.set(Some(Notice { text: message, is_error: true }));
    }
}

fn save_plan(bench: Workbench) {
    let Some(plan) = bench.plan.get_untracked() else { return };
    report_failure(
        bench,
        write_plan_json(&plan).and_then(|text| download::save("plan.json", "application/json", &text)),
    );
}

/// Findings belong to a plan that was run; while a new one runs there is nothing to save.
fn with_findings(bench: Workbench, write: impl FnOnce(&FindingsFile<'_>) -> Result<(), String>) {
    let (Some(overview), Some(answered)) = (bench.overview.get_untracked(), bench.answered.get_untracked()) else {
        let text = "The analysis is still running; save when it is done.".to_owned();
        bench.notice.set(Some(Notice { text, is_error: true }));
        return;
    };
    report_failure(bench, write(&FindingsFile::new(&overview, &answered.plan, &answered.answers)));
}

fn save_findings(bench: Workbench) {
    with_findings(bench, |file| {
        write_findings_json(file).and_then(|text| download::save("findings.json", "application/json", &text))
    });
}

fn save_table(bench: Workbench) {
    with_findings(bench, |file| {
        write_findings_csv(&file.findings).and_then(|text| download::save("findings.csv", "text/csv", &text))
    });
}

#[component]
fn Read(overview: Arc<Overview>) -> impl IntoView {
    let bench = bench();
    let arms: Vec<String> = overview.arms.iter().map(|arm| format!("{} in {}", arm.subjects, arm.name)).collect();
    let people = format!("{} {}", overview.subjects, plural(overview.subjects, "person", "people"));
    let problems = overview.issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    let doubts = overview.issues.iter().filter(|issue| issue.severity == Severity::Warning).count();
    let rows_in: u64 = overview.receipt.files.iter().map(|file| file.rows_in).sum();
    let rows_used: u64 = overview.receipt.files.iter().map(|file| file.rows_used).sum();
    let issues = overview.issues.clone();
    let files: Vec<(FileMapping, FileReceipt)> =
        overview.files.iter().cloned().zip(overview.receipt.files.iter().cloned()).collect();
    let answers: Vec<(Page, String)> = holdings(&overview);
    let has_nothing = overview.subjects == 0;
    view! {
        <article>
            <p class="kicker">"Data · what was read"</p>
            {if has_nothing {
                view! { <h1 class="answer">"Nothing in these files could be used."</h1> }.into_any()
            } else {
                view! {
                    <h1 class="answer">
                        <em>{people}</em>
                        {if arms.is_empty() { ", no arms named.".to_owned() } else { format!(": {}.", joined(&arms)) }}
                    </h1>
                }
                .into_any()
            }}
            <p class="subline">
                {format!(
                    "{rows_in} rows read, {rows_used} used, {} set aside. {}",
                    rows_in - rows_used,
                    verdict(problems, doubts)
                )}
            </p>
            {(!answers.is_empty())
                .then(|| {
                    view! {
                        <ul class="answers">
                            {answers
                                .into_iter()
                                .map(|(page, holds)| {
                                    view! {
                                        <li>
                                            <button type="button" class="answer-link" on:click=move |_| bench.go(page)>
                                                <b>{page.title()}</b>
                                                <span>{holds}</span>
                                            </button>
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
            {(!issues.is_empty()).then(|| view! { <Issues issues/> })}
            <section>
                <h2>"Files"</h2>
                {files.into_iter().map(|(mapping, receipt)| view! { <FileCard mapping receipt/> }).collect_view()}
            </section>
        </article>
    }
}

fn verdict(problems: usize, doubts: usize) -> String {
    match (problems, doubts) {
        (0, 0) => "No problem was found.".to_owned(),
        (0, doubts) => format!("{doubts} {} to look at.", plural(doubts, "thing", "things")),
        (problems, 0) => format!("{problems} {} to solve.", plural(problems, "problem", "problems")),
        (problems, doubts) => format!(
            "{problems} {} to solve and {doubts} {} to look at.",
            plural(problems, "problem", "problems"),
            plural(doubts, "thing", "things")
        ),
    }
}

/// The questions the files can answer, each with what it has to go on.
fn holdings(overview: &Overview) -> Vec<(Page, String)> {
    let mut holdings = Vec::new();
    if !overview.outcomes.is_empty() {
        let mut names: Vec<String> =
            overview.outcomes.iter().take(3).map(|outcome| outcome_label(&outcome.name)).collect();
        if overview.outcomes.len() > 3 {
            names.truncate(2);
            names.push(format!("{} more", overview.outcomes.len() - 2));
        }
        holdings.push((Page::Function, joined(&names)));
    }
    if !overview.analytes.is_empty() {
        let beyond: usize = overview.analytes.iter().map(|analyte| analyte.beyond_limit).sum();
        let limits = if beyond > 0 { format!(", {beyond} values beyond a limit") } else { String::new() };
        holdings.push((Page::Biomarkers, format!("{} analytes{limits}", overview.analytes.len())));
    }
    for endpoint in &overview.endpoints {
        let text = format!(
            "{}: {} of {} had the event; the others are counted as censored",
            outcome_label(&endpoint.name),
            endpoint.events,
            endpoint.subjects
        );
        holdings.push((Page::Survival, text));
    }
    holdings
}

#[component]
fn Issues(issues: Vec<Issue>) -> impl IntoView {
    let mut issues = issues;
    sort_by(&mut issues, |a, b| a.severity.cmp(&b.severity));
    view! {
        <section class="issues">
            <h2>"What to look at"</h2>
            <ul>
                {issues
                    .into_iter()
                    .map(|issue| {
                        let (class, word) = match issue.severity {
                            Severity::Question => ("issue is-question", "Question"),
                            Severity::Error => ("issue is-error", "Problem"),
                            Severity::Warning => ("issue is-warning", "Look at"),
                            Severity::Note => ("issue", "Note"),
                        };
                        let place = place_of(&issue);
                        let rows = rows_of(&issue);
                        view! {
                            <li class=class>
                                <p class="issue-place"><b>{word}</b>" · "{place}</p>
                                <p>{issue.message}</p>
                                <p class="hint">{issue.hint}</p>
                                {rows.map(|rows| view! { <details><summary>{format!("All {} rows", issue.count)}</summary><p class="hint">{rows}</p></details> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

fn place_of(issue: &Issue) -> String {
    let mut parts = vec![issue.file.clone()];
    parts.extend(issue.row.map(|row| format!("row {row}")));
    parts.extend(issue.column.clone().map(|column| format!("column “{column}”")));
    parts.extend(issue.subject.clone().map(|subject| format!("subject {subject}")));
    if issue.count > 1 {
        parts.push(format!("{} times", issue.count));
    }
    parts.join(" · ")
}

fn rows_of(issue: &Issue) -> Option<String> {
    if issue.rows.len() < 2 {
        return None;
    }
    let mut rows: Vec<String> = issue.rows.iter().map(u64::to_string).collect();
    let shown = rows.len() as u64;
    if issue.count > shown {
        rows.push(format!("and {} more", issue.count - shown));
    }
    Some(rows.join(", "))
}

fn taken_for(mapping: &FileMapping, receipt: &FileReceipt) -> String {
    let separator = match mapping.dialect.separator {
        '\t' => "tab".to_owned(),
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        other => format!("“{other}”"),
    };
    let rows = format!(
        "{} rows read, {} used, {} set aside",
        receipt.rows_in,
        receipt.rows_used,
        receipt.rows_in - receipt.rows_used
    );
    format!("Taken for {}. {rows}; separator: {separator}.", receipt.why)
}

#[component]
fn FileCard(mapping: FileMapping, receipt: FileReceipt) -> impl IntoView {
    let columns = mapping
        .columns
        .iter()
        .zip(&receipt.columns)
        .map(|(column, counts)| {
            view! {
                <tr>
                    <th scope="row" class="text">{column.column.clone()}</th>
                    <td class="text">{used_as(&column.role)}</td>
                    <td>{counts.parsed}</td>
                    <td>{counts.missing}</td>
                    <td>{counts.censored}</td>
                    <td>{counts.refused}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card file">
            <h3>{mapping.name.clone()}</h3>
            <p class="hint">
                {taken_for(&mapping, &receipt)}
            </p>
            {receipt
                .set_aside
                .iter()
                .map(|aside| {
                    let rows: Vec<String> = aside.rows.iter().take(12).map(u64::to_string).collect();
                    let more = if aside.count > rows.len() as u64 { " …" } else { "" };
                    view! { <p class="hint">{format!("{} set aside, {}: rows {}{more}", aside.count, aside.reason, rows.join(", "))}</p> }
                })
                .collect_view()}
            <details>
                <summary>{format!("{} columns", mapping.columns.len())}</summary>
                <div class="table-scroll" tabindex="0" role="region" aria-label=format!("Columns of {}", mapping.name)>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col" class="text">"Column"</th>
                                <th scope="col" class="text">"Used as"</th>
                                <th scope="col">"Read"</th>
                                <th scope="col">"Missing"</th>
                                <th scope="col">"Beyond limit"</th>
                                <th scope="col">"Refused"</th>
                            </tr>
                        </thead>
                        <tbody>{columns}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}
