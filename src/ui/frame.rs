//! The frame around every page: header, navigation, notices, progress, and the drop target that is the whole window.

use leptos::prelude::*;

use super::header::Header;
use super::pages::{
    BiomarkersPage, CafsPage, CompetingPage, CorrelationPage, CoxPage, DataPage, FunctionPage, LandmarkPage, LmmPage,
    MmrmPage, PatientsPage, SafetyPage, SlopePage, StagingPage, StartPage, SurvivalPage,
};
use super::route::Page;
use super::{bench, demo};
use crate::browser::{address, files};
use crate::report::choices::open_choices;
use crate::report::number::{format_fixed, plural};

#[component]
pub fn Frame() -> impl IntoView {
    let bench = bench();
    let is_over = RwSignal::new(false);
    let has_trial = move || bench.overview.with(Option::is_some);
    let page = Memo::new(move |_| if has_trial() { bench.route.get().page.or(Some(Page::Data)) } else { None });
    view! {
        <div
            class="page"
            class:is-over=move || is_over.get()
            on:dragover=move |event| {
                event.prevent_default();
                is_over.set(true);
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=move |event| {
                is_over.set(false);
                files::from_drop(&event, move |given| bench.take_files(given));
            }
        >
            <button type="button" class="skip" on:click=|_| address::scroll_to("content")>"To the content"</button>
            <Header/>
            <NoticeBar/>
            <ProgressBar/>
            <Show when=move || bench.is_demo.get() && has_trial()>
                <p class="demo-label">{demo::LABEL}</p>
            </Show>
            {move || match page.get() {
                None if bench.progress.with(Option::is_some) => view! { <Waiting/> }.into_any(),
                None => view! { <StartPage/> }.into_any(),
                Some(page) => view! {
                    <div class="shell">
                        <Navigation current=page/>
                        {match page {
                            Page::Data => view! { <DataPage/> }.into_any(),
                            Page::Patients => view! { <PatientsPage/> }.into_any(),
                            Page::Function => view! { <FunctionPage/> }.into_any(),
                            Page::Mmrm => view! { <MmrmPage/> }.into_any(),
                            Page::Lmm => view! { <LmmPage/> }.into_any(),
                            Page::Slope => view! { <SlopePage/> }.into_any(),
                            Page::Cafs => view! { <CafsPage/> }.into_any(),
                            Page::Staging => view! { <StagingPage/> }.into_any(),
                            Page::Biomarkers => view! { <BiomarkersPage/> }.into_any(),
                            Page::Correlation => view! { <CorrelationPage/> }.into_any(),
                            Page::Survival => view! { <SurvivalPage/> }.into_any(),
                            Page::Cox => view! { <CoxPage/> }.into_any(),
                            Page::Competing => view! { <CompetingPage/> }.into_any(),
                            Page::Landmark => view! { <LandmarkPage/> }.into_any(),
                            Page::Safety => view! { <SafetyPage/> }.into_any(),
                        }}
                    </div>
                }
                .into_any(),
            }}
            <div class="drop-veil" aria-hidden="true">"Drop the trial’s files"</div>
        </div>
    }
}

/// What stands in the middle while the first files are read.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <main class="start">
            <p class="kicker">"Reading"</p>
            <h1>"One moment."</h1>
            <p class="lead">"The files are read and analysed in this browser."</p>
        </main>
    }
}

#[component]
fn Navigation(current: Page) -> impl IntoView {
    let bench = bench();
    let aside = move |page: Page| {
        bench.overview.with(|overview| {
            let overview = overview.as_ref()?;
            Some(match page {
                Page::Data => counted(overview.files.len(), "file", "files"),
                Page::Patients => counted(overview.subjects, "person", "people"),
                Page::Function => counted(overview.outcomes.len(), "outcome", "outcomes"),
                Page::Mmrm
                | Page::Lmm
                | Page::Slope
                | Page::Cafs
                | Page::Staging
                | Page::Correlation
                | Page::Cox
                | Page::Competing
                | Page::Landmark => return None,
                Page::Safety => counted(overview.adverse_events, "event", "events"),
                Page::Biomarkers => counted(overview.analytes.len(), "analyte", "analytes"),
                Page::Survival => {
                    counted(overview.endpoints.iter().map(|endpoint| endpoint.events).sum(), "event", "events")
                }
            })
        })
    };
    view! {
        <nav class="nav" aria-label="Pages">
            {Page::ALL
                .into_iter()
                .map(|page| {
                    view! {
                        <button
                            type="button"
                            class="nav-item"
                            class:is-sub=page.is_under_another()
                            aria-current=if page == current { Some("page") } else { None }
                            on:click=move |_| bench.go(page)
                        >
                            <span>{page.title()}</span>
                            <small>{move || aside(page)}</small>
                        </button>
                        {(page == Page::Data).then(|| view! { <OpenChoices/> })}
                    }
                })
                .collect_view()}
        </nav>
    }
}

/// What nobody has confirmed yet, beside the way to it.
#[component]
fn OpenChoices() -> impl IntoView {
    let bench = bench();
    let open = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        bench.plan.with(|plan| plan.as_ref().map(|plan| open_choices(&overview, plan)).filter(|open| *open > 0))
    });
    let show = move |_| {
        if bench.route.with_untracked(|route| route.page == Some(Page::Data)) {
            address::scroll_to("confirm");
        } else {
            bench.heading_for.set(Some("confirm"));
            bench.go(Page::Data);
        }
    };
    view! {
        {move || {
            open.get().map(|open| {
                view! {
                    <button type="button" class="open-choices" on:click=show>
                        {format!("{open} {} to confirm", plural(open, "choice", "choices"))}
                    </button>
                }
            })
        }}
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", plural(count, one, many))
}

#[component]
fn NoticeBar() -> impl IntoView {
    let bench = bench();
    view! {
        <div aria-live="polite">
            {move || {
                bench.notice.get().map(|notice| {
                    view! {
                        <div class="notice" class:is-error=notice.is_error role=if notice.is_error { "alert" } else { "status" }>
                            <p>{notice.text}</p>
                            <button type="button" class="quiet" on:click=move |_| bench.notice.set(None)>"Close"</button>
                        </div>
                    }
                })
            }}
        </div>
    }
}

#[component]
fn ProgressBar() -> impl IntoView {
    let bench = bench();
    view! {
        <Show when=move || bench.progress.with(Option::is_some)>
            <div class="progress-place"><div class="progress" role="status">
                <span class="progress-stage">
                    {move || {
                        bench.progress.get().map(|progress| {
                            format!("{} … {}%", progress.stage, format_fixed((progress.done * 100.0).clamp(0.0, 100.0), 0))
                        })
                    }}
                </span>
                <progress max="1" prop:value=move || bench.progress.get().map_or(0.0, |progress| progress.done)></progress>
                <button type="button" class="quiet" id="cancel" on:click=move |_| {
                    bench.cancel();
                    // The button goes; the keyboard stays on the page.
                    address::focus("content");
                }>"Cancel"</button>
            </div></div>
        </Show>
    }
}
