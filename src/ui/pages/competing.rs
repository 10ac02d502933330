use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::CompetingForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn CompetingPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Competing
            missing="Two kinds of event are needed: a second endpoint in survival.csv, or item 12 of the ALSFRS-R, which tells permanent ventilation."
        >
            <CompetingForm/>
        </ResultFrame>
    }
}
