use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::CafsForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn CafsPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Cafs(_))
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
        >
            <CafsForm/>
        </ResultFrame>
    }
}
