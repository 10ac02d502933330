use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;

use crate::browser::{download, files};
use crate::ui::workbench::Notice;
use crate::ui::{bench, demo};

/// What a visitor sees first: drop files, or look at the demo.
#[component]
pub fn StartPage() -> impl IntoView {
    let bench = bench();
    view! {
        <main id="content" tabindex="-1" class="start">
            <p class="kicker">"For reviewers of ALS trials"</p>
            <h1>"Drop a trial’s files. Get its analysis a second time."</h1>
            <p class="lead">
                "ALSFRS-R changes, cytokine correlations and survival curves, each with its figure, its table, its method in words and its doubts. Everything is computed in this browser; no file leaves it."
            </p>
            <div class="start-actions">
                <div class="choose">
                <label class="drop-zone">
                    <span class="drop-title">"Drop CSV files or a folder anywhere on this page"</span>
                    <span class="drop-hint">"or press here to choose them, as you have them: tidy, wide, PRO-ACT, CDISC, REDCap"</span>
                    <input type="file" multiple class="visually-hidden" id="files" on:change=move |event| bench.take_files(files::from_input(&event))/>
                </label>
                <label class="button choose-folder">
                    "Choose a folder"
                    <input type="file" multiple {..custom_attribute("webkitdirectory", "")} class="visually-hidden" id="folder" on:change=move |event| bench.take_files(files::from_input(&event))/>
                </label>
                </div>
                <div class="demo-offer">
                    <button type="button" class="primary" id="open-demo" on:click=move |_| bench.open_demo()>"Look at the demo trial"</button>
                    <p class="hint">"64 simulated people, two arms, six months of ALSFRS-R, eight CSF analytes, five years of survival. " {demo::LABEL}</p>
                </div>
            </div>
            <section class="templates">
                <h2>"The files it reads"</h2>
                <p>"Tidy tables, wide sheets with a column for each visit, PRO-ACT, CDISC ADaM and SDTM, REDCap exports; with any separator, decimal mark, encoding and spelling of dates. What was understood is shown and can be changed; what only you can know is asked. The simplest form is one of these templates; any of the five will do."</p>
                <ul>
                    {demo::templates()
                        .into_iter()
                        .map(|(name, holds, text)| {
                            let save = move |_| {
                                if let Err(message) = download::save(name, "text/csv", text) {
                                    bench.notice.set(Some(Notice { text: message, is_error: true }));
                                }
                            };
                            view! {
                                <li>
                                    <button type="button" class="file-link" on:click=save>{name}</button>
                                    <span>{holds}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
            <section class="promises">
                <div><h2>"Your data stay here"</h2><p>"The page’s security policy forbids every connection, and the line above counts them. When the page has loaded you can go offline."</p></div>
                <div><h2>"Nothing is dropped silently"</h2><p>"Rows in equal rows used plus rows set aside, each with its row, its column and the reason."</p></div>
                <div><h2>"Numbers that were checked"</h2><p>"Every statistic names its source and was compared with R on data it was not made for."</p></div>
            </section>
        </main>
    }
}
