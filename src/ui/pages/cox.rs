use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::CoxForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn CoxPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Cox
            missing="None of the files says how long people were followed and whether the event happened. Add survival.csv; the start page has a template."
        >
            <CoxForm/>
        </ResultFrame>
    }
}
