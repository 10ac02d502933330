use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::LandmarkForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn LandmarkPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Landmark
            missing="Needed are visits before the start, which make responders, and how long people were followed: visits.csv and survival.csv."
        >
            <LandmarkForm/>
        </ResultFrame>
    }
}
