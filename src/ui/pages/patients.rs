use leptos::prelude::*;

use crate::analysis::AnalysisPlan;
use crate::ui::forms::PatientsForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn PatientsPage() -> impl IntoView {
    view! {
        <ResultFrame
            picks=|asked| matches!(asked, AnalysisPlan::Patients(_))
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
        >
            <PatientsForm/>
        </ResultFrame>
    }
}
