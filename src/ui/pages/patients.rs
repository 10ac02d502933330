use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::PatientsForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn PatientsPage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Patients
            missing="None of the files holds visits with a number at a month or day after the start. Add visits.csv; the start page has a template."
        >
            <PatientsForm/>
        </ResultFrame>
    }
}
