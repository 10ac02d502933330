use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::SurvivalForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn SurvivalPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Survival(_))
            missing="None of the files says how long people were followed and whether the event happened. Add survival.csv; the start page has a template."
        >
            <SurvivalForm/>
        </ResultFrame>
    }
}
