use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::SafetyForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn SafetyPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Safety
            missing="None of the files lists adverse events. Add adverse_events.csv; the start page has a template."
        >
            <SafetyForm/>
        </ResultFrame>
    }
}
