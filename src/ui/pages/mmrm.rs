use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::MmrmForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn MmrmPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Mmrm
            missing="The model needs an outcome with 2 to 15 target months after the start, and this one has fewer or more. Choose the target months on the page Function, or add visits.csv; the start page has a template."
        >
            <MmrmForm/>
        </ResultFrame>
    }
}
