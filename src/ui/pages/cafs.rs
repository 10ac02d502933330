use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::CafsForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn CafsPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Cafs
            missing="A joint rank compares two arms by visits with a number at a month or day after the start, and by deaths if the files tell them. Add visits.csv and an arm for each person; the start page has templates."
        >
            <CafsForm/>
        </ResultFrame>
    }
}
