use leptos::prelude::*;

use super::PopulationForm;

#[component]
pub fn SafetyForm() -> impl IntoView {
    view! {
        <section class="form">
            <h2>"This question"</h2>
        </section>
        <PopulationForm/>
    }
}
