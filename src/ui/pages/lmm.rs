use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::LmmForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn LmmPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Lmm(_))
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
        >
            <LmmForm/>
        </ResultFrame>
    }
}
