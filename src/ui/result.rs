//! The frame of a result: answer, figures, tables, doubts, method; the settings beside it.

use leptos::prelude::*;

use super::bench;
use super::figure::FigureCard;
use super::table::DataTable;
use crate::analysis::AnalysisPlan;
use crate::browser::address;
use crate::report::page::ResultPage;
use crate::report::result_page;

/// `picks` says which of the answered analyses the page shows.
#[component]
pub fn ResultFrame(
    picks: fn(&AnalysisPlan) -> bool,
    /// What to say when the files hold nothing of this kind.
    missing: &'static str,
    #[prop(into, default = Signal::stored(false))] with_subject_lines: Signal<bool>,
    /// What to do when a cell of a figure or a table is pressed that can be.
    #[prop(optional, into)]
    on_pick: Option<Callback<String>>,
    children: Children,
) -> impl IntoView {
    let bench = bench();
    let page = Memo::new(move |_| {
        let answered = bench.answered.get()?;
        let overview = bench.overview.get()?;
        let found = answered.answers.iter().find(|answer| picks(&answer.asked))?;
        Some(result_page(&overview, &answered.plan, found, with_subject_lines.get()))
    });
    let is_asked = move || bench.plan.with(|plan| plan.as_ref().is_some_and(|plan| plan.analyses.iter().any(picks)));
    view! {
        <main id="content" tabindex="-1" class="result" class:is-stale=move || bench.progress.with(|progress| progress.as_ref().is_some_and(|progress| !progress.is_behind))>
            {move || match page.get() {
                Some(Ok(page)) => view! { <Result page on_pick/> }.into_any(),
                Some(Err(message)) => view! { <NoAnswer message/> }.into_any(),
                None if is_asked() => view! { <p class="lead">"Working it out …"</p> }.into_any(),
                None => view! { <NoAnswer message=missing.to_owned()/> }.into_any(),
            }}
        </main>
        <aside class="settings" id="settings" tabindex="-1" aria-label="Settings" class:is-hidden=move || !is_asked()>{children()}</aside>
    }
}

#[component]
fn NoAnswer(message: String) -> impl IntoView {
    view! {
        <div class="no-answer">
            <h1>"No answer to this question."</h1>
            <p class="lead">{message}</p>
        </div>
    }
}

#[component]
fn Result(page: ResultPage, on_pick: Option<Callback<String>>) -> impl IntoView {
    let (checks, figures): (Vec<_>, Vec<_>) = page.figures.into_iter().partition(|figure| figure.is_check());
    view! {
        <article>
            <p class="kicker">{page.kicker}</p>
            <h1 class="answer">
                {page
                    .headline
                    .into_iter()
                    .map(|phrase| {
                        if phrase.is_emphasised {
                            view! { <em>{phrase.text}</em> }.into_any()
                        } else {
                            phrase.text.into_any()
                        }
                    })
                    .collect_view()}
            </h1>
            <p class="subline">{page.subline}</p>
            <button type="button" class="button to-settings" on:click=|_| address::scroll_to("settings")>"Settings"</button>
            {figures.into_iter().map(|figure| view! { <FigureCard view=figure on_pick/> }).collect_view()}
            {page.tables.into_iter().map(|table| view! { <DataTable table on_pick/> }).collect_view()}
            {(!checks.is_empty())
                .then(|| {
                    view! {
                        <section class="checks" aria-label="Checks of the model">
                            {checks.into_iter().map(|figure| view! { <FigureCard view=figure on_pick/> }).collect_view()}
                        </section>
                    }
                })}
            {(!page.doubts.is_empty())
                .then(|| {
                    view! {
                        <section class="doubts">
                            <h2>"Before you rely on it"</h2>
                            <ul>{page.doubts.into_iter().map(|doubt| view! { <li>{doubt}</li> }).collect_view()}</ul>
                        </section>
                    }
                })}
            <section class="method">
                <h2>"Method"</h2>
                {page.method.into_iter().map(|paragraph| view! { <p>{paragraph}</p> }).collect_view()}
            </section>
        </article>
    }
}
