use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::SurvivalForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn SurvivalPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Survival
            missing="None of the files says how long people were followed and whether the event happened. Add survival.csv; the start page has a template."
        >
            <SurvivalForm/>
        </ResultFrame>
    }
}
