use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::ChangeForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn FunctionPage() -> impl IntoView {
    let with_subject_lines = RwSignal::new(false);
    view! {
        <ResultFrame
            question=Question::Change
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
            with_subject_lines
        >
            <ChangeForm with_subject_lines/>
        </ResultFrame>
    }
}
