//! The frame of a result: answer, figures, tables, doubts, method; the settings beside it.

use leptos::prelude::*;

use super::bench;
use super::figure::FigureCard;
use super::table::DataTable;
use crate::analysis::{Plan, Question};
use crate::browser::address;
use crate::report::page::ResultPage;
use crate::report::result_page;

#[component]
pub fn ResultFrame(
    question: Question,
    /// What to say when the files hold nothing of this kind.
    missing: &'static str,
    #[prop(into, default = Signal::stored(false))] with_subject_lines: Signal<bool>,
    /// What to do when a cell of a figure or a table is pressed that can be.
    #[prop(optional, into)]
    on_pick: Option<Callback<String>>,
    children: Children,
) -> impl IntoView {
    let bench = bench();
    let shown = Memo::new(move |_| bench.shown(question));
    let page = Memo::new(move |_| {
        let shown = shown.get()?;
        let overview = bench.overview.get()?;
        Some(result_page(&overview, &shown.plan, &shown.answered, with_subject_lines.get()))
    });
    let is_asked = move || {
        let asks = |plan: &Plan| plan.analyses.iter().any(|asked| asked.question() == question);
        bench.plan.with(|plan| plan.as_ref().is_some_and(asks))
    };
    let is_running = Memo::new(move |_| bench.progress.with(Option::is_some));
    view! {
        <main id="content" tabindex="-1" class="result" class:is-stale=move || bench.is_waiting_for(question)>
            {move || match page.get() {
                Some(Ok(page)) => view! { <Result page on_pick/> }.into_any(),
                Some(Err(message)) => view! { <NoAnswer message/> }.into_any(),
                None if is_asked() && is_running.get() => view! { <p class="lead">"Working it out …"</p> }.into_any(),
                None if is_asked() => view! { <Stopped/> }.into_any(),
                None => view! { <NoAnswer message=missing.to_owned()/> }.into_any(),
            }}
        </main>
        <aside class="settings" id="settings" tabindex="-1" aria-label="Settings" class:is-hidden=move || !is_asked()>
            {children()}
            <button type="button" class="button to-settings" on:click=|_| address::scroll_to("content")>"Back to the answer"</button>
        </aside>
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
fn Stopped() -> impl IntoView {
    let bench = bench();
    let start = move |_| bench.plan.get_untracked().into_iter().for_each(|plan| bench.run(plan));
    view! {
        <div class="no-answer">
            <h1>"Stopped before there was an answer."</h1>
            <p class="lead">"The settings stand as they are."</p>
            <button type="button" class="button" on:click=start>"Work it out"</button>
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
