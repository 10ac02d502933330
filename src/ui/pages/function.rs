use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::ChangeForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn FunctionPage() -> impl IntoView {
    let with_subject_lines = RwSignal::new(false);
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Change(_))
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
            with_subject_lines
        >
            <ChangeForm with_subject_lines/>
        </ResultFrame>
    }
}
