use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::LevelsForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn BiomarkersPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Levels(_))
            missing="None of the files holds an analyte. Add biomarkers.csv; the start page has a template."
        >
            <LevelsForm/>
        </ResultFrame>
    }
}
