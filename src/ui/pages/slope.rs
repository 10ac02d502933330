use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::SlopeForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn SlopePage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Slope(_))
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
        >
            <SlopeForm/>
        </ResultFrame>
    }
}
