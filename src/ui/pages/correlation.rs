use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::CorrelationForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn CorrelationPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Correlation(_))
            missing="None of the files holds two analytes, or one and an outcome. Add biomarkers.csv; the start page has a template."
        >
            <CorrelationForm/>
        </ResultFrame>
    }
}
