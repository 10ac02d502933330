use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::StagingForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn StagingPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Staging
            missing="None of the files holds the twelve items of the ALSFRS-R, from which stages come. Add visits.csv with a column for each item; the start page has a template."
        >
            <StagingForm/>
        </ResultFrame>
    }
}
