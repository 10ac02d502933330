use leptos::prelude::*;

use crate::analysis::Question;
use crate::ui::forms::SlopeForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn SlopePage() -> impl IntoView {
    view! {
        <ResultFrame
            question=Question::Slope
            missing="Who responds is told by the slope before the start, and none of the files holds visits a month or more before the baseline. The page Slope model compares the slopes after it."
        >
            <SlopeForm/>
        </ResultFrame>
    }
}
