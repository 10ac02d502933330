use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::StagingForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn StagingPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Staging(_))
            missing="None of the files holds the items of the ALSFRS-R. Add visits.csv with its twelve items; the start page has a template."
        >
            <StagingForm/>
        </ResultFrame>
    }
}
