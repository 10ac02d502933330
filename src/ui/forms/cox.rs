use leptos::prelude::*;

use super::{EndpointFields, PopulationForm};

#[component]
pub fn CoxForm() -> impl IntoView {
    view! {
        <section class="form">
            <h2>"This question"</h2>
            <EndpointFields/>
        </section>
        <PopulationForm/>
    }
}
