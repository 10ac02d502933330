use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::SafetyForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn SafetyPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Safety(_))
            missing="None of the files lists adverse events. Add adverse_events.csv; the start page has a template."
        >
            <SafetyForm/>
        </ResultFrame>
    }
}
