use leptos::prelude::*;

use super::{AssayFields, PopulationForm};

#[component]
pub fn LevelsForm() -> impl IntoView {
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <AssayFields/>
        </section>
        <PopulationForm/>
    }
}
