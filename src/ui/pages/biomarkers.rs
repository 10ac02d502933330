use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::LevelsForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn BiomarkersPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Levels
            missing="None of the files holds an analyte. Add biomarkers.csv; the start page has a template."
        >
            <LevelsForm/>
        </ResultFrame>
    }
}
