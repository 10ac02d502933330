use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::assay::{AssayPlan, LimitRule, Scale};
use crate::analysis::{Answered, BiomarkerNote, NoteKind};
use crate::order::sort_numbers;
use crate::report::label::time_number;
use crate::report::number::format_significant;
use crate::trial::TimeUnit;
use crate::ui::bench;
use crate::ui::control::{Choice, NumberField, Segmented, Select};
use crate::ui::workbench::Answers;

const RULES: [(LimitRule, &str, &str); 5] = [
    (LimitRule::HalfLimit, "half", "Half the limit"),
    (LimitRule::LimitOverSqrt2, "sqrt2", "The limit divided by √2"),
    (LimitRule::Limit, "limit", "The limit"),
    (LimitRule::LowestRank, "rank", "The lowest rank, tied"),
    (LimitRule::Exclude, "exclude", "Leave it out"),
];

const PERMUTATIONS: [(&str, &str); 5] =
    [("", "10,000 where that is quick"), ("0", "None"), ("1000", "1,000"), ("10000", "10,000"), ("100000", "100,000")];

fn waits_for_permutations(answered: &Option<Arc<Answers>>) -> bool {
    let waits = |kind: &NoteKind| matches!(kind, NoteKind::Biomarker(BiomarkerNote::MaxTNotFinished { .. }));
    let has_it = |answer: &Answered| {
        answer.result.as_ref().is_ok_and(|answer| answer.notes.iter().any(|note| waits(&note.kind)))
    };
    answered.as_ref().is_some_and(|answered| answered.answers.iter().any(|answered| has_it(answered)))
}

/// What the questions about analytes share; it is changed for all of them alike.
#[component]
pub fn AssayFields(
    /// Whether the start is a month to ask of: of values it is, of changes it is not.
    has_start: bool,
) -> impl IntoView {
    let bench = bench();
    let assay = Memo::new(move |_| bench.plan.with(|plan| plan.as_ref().and_then(|plan| plan.assay().cloned())));
    let of = move |read: fn(&AssayPlan) -> String| {
        Signal::derive(move || assay.with(|assay| assay.as_ref().map(read).unwrap_or_default()))
    };
    let unit = move || {
        bench
            .overview
            .with(|overview| {
                overview.as_ref().and_then(|overview| overview.analytes.first().map(|analyte| analyte.time_unit))
            })
            .unwrap_or(TimeUnit::Months)
    };
    let months = move || {
        let unit = unit();
        let mut months: Vec<f64> = bench.overview.with(|overview| {
            let analytes = overview.as_ref().map(|overview| overview.analytes.as_slice()).unwrap_or_default();
            analytes.iter().flat_map(|analyte| analyte.months.iter().copied()).collect()
        });
        months.extend(assay.with(|assay| assay.as_ref().map(|assay| assay.month)));
        sort_numbers(&mut months);
        months.dedup();
        let current = assay.with(|assay| assay.as_ref().map(|assay| assay.month));
        months.retain(|month| has_start || *month > 0.0 || Some(*month) == current);
        months
            .into_iter()
            .map(|month| Choice::new(month.to_string(), time_number(month, unit)))
            .collect::<Vec<Choice>>()
    };
    let choose_month = move |chosen: String| {
        if let Ok(month) = chosen.parse::<f64>() {
            bench.edit(|plan| plan.edit_assay(|assay| assay.month = month));
        }
    };
    let choose_scale = move |chosen: String| {
        let scale = if chosen == "raw" { Scale::Raw } else { Scale::Log2 };
        bench.edit(|plan| plan.edit_assay(|assay| assay.scale = scale));
    };
    let choose_rule = move |chosen: String| {
        if let Some((rule, _, _)) = RULES.into_iter().find(|(_, key, _)| *key == chosen) {
            bench.edit(|plan| plan.edit_assay(|assay| assay.below_limit = rule));
        }
    };
    let enter_window = move |window: f64| bench.edit(|plan| plan.edit_assay(|assay| assay.window_months = window));
    let choose_permutations = move |chosen: String| {
        let permutations = chosen.parse::<u32>().ok();
        bench.edit(|plan| plan.edit_assay(|assay| assay.permutations = permutations));
    };
    // Stopped, not still going on.
    let is_unfinished = move || bench.progress.with(Option::is_none) && bench.answered.with(waits_for_permutations);
    view! {
        {move || {
            let label = unit().heading();
            view! {
                <Select label name="month" choices=Signal::derive(months) value=of(|assay| assay.month.to_string())
                    on_choose=choose_month/>
            }
        }}
        <details>
            <summary>"Scale and limits"</summary>
            <Segmented label="Scale of analytes" name="scale"
                choices=Signal::stored(vec![Choice::new("log2", "log2"), Choice::new("raw", "As measured")])
                value=of(|assay| match assay.scale { Scale::Log2 => "log2".into(), Scale::Raw => "raw".into() })
                on_choose=choose_scale/>
            <Select label="For a value below a limit" name="limit"
                choices=Signal::stored(RULES.iter().map(|(_, key, label)| Choice::new(*key, *label)).collect::<Vec<Choice>>())
                value=of(|assay| {
                    RULES.iter().find(|(rule, _, _)| *rule == assay.below_limit).map(|(_, key, _)| (*key).to_owned()).unwrap_or_default()
                })
                on_choose=choose_rule/>
            <NumberField label="Window on either side" name="window" unit="months" low=0.0 high=120.0
                value=of(|assay| format_significant(assay.window_months, 4)) on_enter=enter_window/>
        </details>
        <details>
            <summary>"Many tests"</summary>
            <Select label="Permutations for max-T" name="permutations"
                choices=Signal::stored(PERMUTATIONS.iter().map(|(key, label)| Choice::new(*key, *label)).collect::<Vec<Choice>>())
                value=of(|assay| assay.permutations.map(|count| count.to_string()).unwrap_or_default())
                on_choose=choose_permutations/>
            <p class="hint">
                "Holm, Benjamini-Hochberg and Benjamini-Yekutieli are always there. Max-T deals out the arms, or shuffles the columns, anew; large panels take a while and use all processors."
            </p>
            <Show when=is_unfinished>
                <button type="button" class="quiet" on:click=move |_| bench.edit(|_| ())>"Count again"</button>
            </Show>
        </details>
    }
}
