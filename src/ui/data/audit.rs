use leptos::prelude::*;

use super::row_buttons::RowButtons;
use super::{bench, looks};
use crate::browser::address;
use crate::import::{Issue, Severity};
use crate::report::reading::issue_sentence;

/// More notes than this are folded away.
const MOST_NOTES: usize = 6;

const GROUPS: [(Severity, &str, &str); 4] = [
    (Severity::Question, "Questions", "Only you can know; nothing is guessed meanwhile."),
    (Severity::Error, "Problems", "What could not be used."),
    (Severity::Warning, "To look at", "Used, with a doubt."),
    (Severity::Note, "Notes", "Worth knowing."),
];

/// Everything that reading found, the most pressing first.
#[component]
pub fn Audit() -> impl IntoView {
    let bench = bench();
    let issues = Memo::new(move |_| bench.overview.get().map(|overview| overview.issues.clone()).unwrap_or_default());
    view! {
        <Show when=move || issues.with(|issues| !issues.is_empty())>
            <section class="issues" aria-labelledby="audit-title">
                <h2 id="audit-title">"What the audit found"</h2>
                {GROUPS
                    .map(|(severity, title, meaning)| {
                        let own = Memo::new(move |_| {
                            let mut own = issues.get();
                            own.retain(|issue| issue.severity == severity);
                            own
                        });
                        view! {
                            <Show when=move || own.with(|own| !own.is_empty())>
                                <Group severity title meaning issues=own/>
                            </Show>
                        }
                    })}
            </section>
        </Show>
    }
}

#[component]
fn Group(severity: Severity, title: &'static str, meaning: &'static str, issues: Memo<Vec<Issue>>) -> impl IntoView {
    let count = move || issues.with(Vec::len);
    let is_folded = move || severity == Severity::Note && count() > MOST_NOTES;
    let list = move || {
        let issues = issues.get().into_iter();
        view! { <ul>{issues.map(|issue| view! { <Line issue/> }).collect_view()}</ul> }
    };
    view! {
        <div class="issue-group">
            <h3>{title}" "<span class="count">{count}</span></h3>
            <p class="hint group-meaning">{meaning}</p>
            {move || {
                if is_folded() {
                    view! {
                        <details>
                            <summary>{format!("Show the {} notes", count())}</summary>
                            {list()}
                        </details>
                    }
                    .into_any()
                } else {
                    list().into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Line(issue: Issue) -> impl IntoView {
    let bench = bench();
    let looks = looks();
    let (class, word) = match issue.severity {
        Severity::Question => ("issue is-question", "Question"),
        Severity::Error => ("issue is-error", "Problem"),
        Severity::Warning => ("issue is-warning", "Look at"),
        Severity::Note => ("issue", "Note"),
    };
    let file = bench.overview.with_untracked(|overview| {
        overview.as_ref().and_then(|overview| overview.files.iter().position(|file| file.name == issue.file))
    });
    let said = issue_sentence(&issue);
    let place = place_of(&issue);
    let rows = match (issue.rows.is_empty(), issue.row) {
        (true, Some(row)) => vec![row],
        _ => issue.rows.clone(),
    };
    let buttons = file.filter(|_| !rows.is_empty()).map(|file| {
        let (what, column, count) = (said.clone(), issue.column.clone(), issue.count);
        view! { <RowButtons file rows count what column/> }
    });
    let answer = file.filter(|_| matches!(issue.severity, Severity::Question | Severity::Error)).map(|file| {
        let open = move |_| {
            looks.file.set(Some(file));
            address::scroll_to(&format!("file-{file}"));
        };
        let is_question = issue.severity == Severity::Question;
        let words = if is_question { "Answer it at the file" } else { "To the file" };
        view! { <button type="button" class="button to-file" on:click=open>{words}</button> }
    });
    view! {
        <li class=class>
            <p class="issue-place"><b>{word}</b>" · "{place}</p>
            <p>{said.clone()}</p>
            <p class="hint">{issue.hint}</p>
            {buttons}
            {answer}
        </li>
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
