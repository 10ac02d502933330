use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::LmmForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn LmmPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Lmm
            missing="A line for each person takes three visits or more of most people, the baseline among them, with a number at a month or day. Add visits.csv; the start page has a template."
        >
            <LmmForm/>
        </ResultFrame>
    }
}
