use leptos::prelude::*;

use crate::browser::download;
use crate::export::{FindingsFile, write_findings_csv, write_findings_json, write_plan_json};
use crate::import::Severity;
use crate::report::Overview;
use crate::report::label::{joined, outcome_label};
use crate::report::number::plural;
use crate::report::reading::{row_counts, verdict};
use crate::ui::bench;
use crate::ui::data::{Audit, ConfirmCard, FileCard, Looks, RowViewer};
use crate::ui::forms::PopulationForm;
use crate::ui::route::Page;
use crate::ui::workbench::{Notice, Workbench};

/// What was read, what was wrong with it, and what can be saved.
#[component]
pub fn DataPage() -> impl IntoView {
    let bench = bench();
    Looks::provide();
    view! {
        <main id="content" tabindex="-1" class="result data">
            <Read/>
            <RowViewer/>
        </main>
        <aside class="settings" aria-label="Settings">
            <PopulationForm/>
            <section class="form">
                <h2>"Save"</h2>
                <button type="button" class="button" id="save-plan" on:click=move |_| save_plan(bench)>"Plan"</button>
                <button type="button" class="button" id="save-findings" on:click=move |_| save_findings(bench)>"Findings, JSON"</button>
                <button type="button" class="button" id="save-findings-csv" on:click=move |_| save_table(bench)>"Findings, CSV"</button>
                <button type="button" class="button" id="save-not-read" on:click=move |_| bench.list_not_read()>"Everything that was not read, CSV"</button>
                <p class="hint">"The last one holds rows of your files, for whoever has to ask about them. "</p>
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
    let is_running =
        bench.progress.with_untracked(|progress| progress.as_ref().is_some_and(|progress| !progress.is_behind));
    let whole = bench.answered.get_untracked().filter(|_| !is_running);
    let (Some(overview), Some(answered)) = (bench.overview.get_untracked(), whole) else {
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
fn Read() -> impl IntoView {
    let bench = bench();
    let people = Memo::new(move |_| bench.overview.get().map(|overview| overview.subjects).unwrap_or_default());
    let arms = Memo::new(move |_| {
        let arms = bench.overview.get().map(|overview| overview.arms.clone()).unwrap_or_default();
        let arms: Vec<String> = arms.iter().map(|arm| format!("{} in {}", arm.subjects, arm.name)).collect();
        if arms.is_empty() { ", no arms named.".to_owned() } else { format!(": {}.", joined(&arms)) }
    });
    let subline = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        let count = |severity| overview.issues.iter().filter(|issue| issue.severity == severity).count();
        let verdict = verdict(count(Severity::Question), count(Severity::Error), count(Severity::Warning));
        let rows_in: u64 = overview.receipt.files.iter().map(|file| file.rows_in).sum();
        let rows_used: u64 = overview.receipt.files.iter().map(|file| file.rows_used).sum();
        Some(format!("{} {verdict}", row_counts(rows_in, rows_used)))
    });
    let answers = Memo::new(move |_| bench.overview.get().map(|overview| holdings(&overview)).unwrap_or_default());
    let files = Memo::new(move |_| bench.overview.get().map(|overview| overview.files.len()).unwrap_or_default());
    view! {
        <article>
            <p class="kicker">"Data · what was read"</p>
            <h1 class="answer">
                {move || match people.get() {
                    0 => "Nothing in these files could be used.".into_any(),
                    people => view! { <em>{format!("{people} {}", plural(people, "person", "people"))}</em> {arms} }.into_any(),
                }}
            </h1>
            <p class="subline">{subline}</p>
            <ConfirmCard/>
            <Show when=move || answers.with(|answers| !answers.is_empty())>
                <ul class="answers">
                    {move || {
                        answers
                            .get()
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
                            .collect_view()
                    }}
                </ul>
            </Show>
            <Audit/>
            <section class="files">
                <h2>"Files"</h2>
                {move || (0..files.get()).map(|file| view! { <FileCard file/> }).collect_view()}
            </section>
        </article>
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
