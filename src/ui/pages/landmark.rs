use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::LandmarkForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn LandmarkPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Landmark(_))
            missing="Needed are visits before the start, which make responders, and how long people were followed: visits.csv and survival.csv."
        >
            <LandmarkForm/>
        </ResultFrame>
    }
}
