use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::MmrmForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn MmrmPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Mmrm(_))
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
        >
            <MmrmForm/>
        </ResultFrame>
    }
}
