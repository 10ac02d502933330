use leptos::prelude::*;

use super::{PopulationForm, VisitFields};

#[component]
pub fn CafsForm() -> impl IntoView {
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <VisitFields/>
        </section>
        <PopulationForm/>
    }
}
