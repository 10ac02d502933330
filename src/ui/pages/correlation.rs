use leptos::prelude::*;

use crate::analysis::{AnalysisPlan, Question};
use crate::browser::address;
use crate::ui::bench;
use crate::ui::forms::CorrelationForm;
use crate::ui::result::ResultFrame;

#[component]
pub fn CorrelationPage() -> impl IntoView {
    let bench = bench();
    // "2,5": places in the matrix of the pair whose points are wanted.
    let show_pair = move |picked: String| {
        let places =
            picked.split_once(',').and_then(|(x, y)| Some((x.parse::<usize>().ok()?, y.parse::<usize>().ok()?)));
        let Some((x, y)) = places else { return };
        bench.edit(|plan| {
            for analysis in &mut plan.analyses {
                let AnalysisPlan::Correlation(asked) = analysis else { continue };
                if let (Some(x), Some(y)) = (asked.matrix.get(x).cloned(), asked.matrix.get(y).cloned()) {
                    (asked.x, asked.y, asked.y_quantity) = (x, y, None);
                }
            }
        });
        address::scroll_to("content");
    };
    view! {
        <ResultFrame
            question=Question::Correlation
            missing="None of the files holds two analytes, or one and an outcome. Add biomarkers.csv; the start page has a template."
            on_pick=show_pair
        >
            <CorrelationForm/>
        </ResultFrame>
    }
}
