use leptos::prelude::*;

use super::{bench, breakable, of_planned, remap_file};
use crate::import::{TableKind, VisitTime};
use crate::report::number::plural;
use crate::trial::TimeUnit;
use crate::ui::control::{Choice, Select};

const UNITS: [(TimeUnit, &str); 3] =
    [(TimeUnit::Months, "months"), (TimeUnit::Weeks, "weeks"), (TimeUnit::Days, "days")];

/// When each named visit was; empty when nobody has said.
#[component]
pub fn Visits(file: usize) -> impl IntoView {
    let bench = bench();
    let names = Memo::new(move |_| {
        let visits = of_planned(bench, file, |mapping| Some(mapping.visit_times.clone()));
        visits.unwrap_or_default().into_iter().map(|visit| visit.visit).enumerate().collect::<Vec<(usize, String)>>()
    });
    let untimed = Memo::new(move |_| {
        let untimed = |visits: &[VisitTime]| visits.iter().filter(|visit| visit.time.is_none()).count();
        of_planned(bench, file, |mapping| Some(untimed(&mapping.visit_times))).unwrap_or_default()
    });
    let schedule = Memo::new(move |_| {
        let overview = bench.overview.get()?;
        let schedule = overview.files.iter().find(|file| file.table == TableKind::VisitSchedule);
        schedule.map(|schedule| schedule.name.clone())
    });
    let title = format!("visits-{file}");
    view! {
        <Show when=move || names.with(|names| !names.is_empty())>
            <section class="visits">
                <h4 id=title.clone()>"Visits "<span class="count">{move || names.with(Vec::len)}</span></h4>
                <p class="hint">
                    "Time from baseline. "
                    {move || match untimed.get() {
                        0 => "Each visit has one.".to_owned(),
                        _ if schedule.with(Option::is_some) => {
                            format!("Where none stands here, {} says when the visit was.", schedule.get().unwrap_or_default())
                        }
                        1 => "One visit has none: its rows are set aside.".to_owned(),
                        untimed => {
                            let visits = plural(untimed, "visit has", "visits have");
                            format!("{untimed} {visits} none: their rows are set aside.")
                        }
                    }}
                </p>
                <table class="short-table" aria-labelledby=title.clone()>
                    <thead>
                        <tr>
                            <th scope="col" class="text">"Visit"</th>
                            <th scope="col" class="text">"Time"</th>
                            <th scope="col" class="text">"Unit"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || names.get()
                            key=|visit| visit.clone()
                            children=move |(at, name): (usize, String)| view! { <VisitRow file at name/> }
                        />
                    </tbody>
                </table>
            </section>
        </Show>
    }
}

#[component]
fn VisitRow(file: usize, at: usize, name: String) -> impl IntoView {
    let bench = bench();
    let visit = Memo::new(move |_| of_planned(bench, file, |mapping| mapping.visit_times.get(at).cloned()));
    let time = Memo::new(move |_| {
        visit.with(|visit| visit.as_ref().and_then(|visit| visit.time).map(|time| time.to_string()).unwrap_or_default())
    });
    let unit = Memo::new(move |_| {
        let unit = visit.with(|visit| visit.as_ref().map(|visit| visit.unit));
        UNITS.iter().position(|(known, _)| Some(*known) == unit).map(|at| at.to_string()).unwrap_or_default()
    });
    let problem = RwSignal::new(false);
    let change = move |change: &dyn Fn(&mut VisitTime)| {
        remap_file(bench, file, |mapping| {
            if let Some(visit) = mapping.visit_times.get_mut(at) {
                change(visit);
            }
        });
    };
    let enter = move |text: String| {
        let text = text.trim().replace(',', ".").replace('−', "-");
        let time = text.parse::<f64>().ok().filter(|time| time.is_finite());
        problem.set(time.is_none() && !text.is_empty());
        if time.is_some() || text.is_empty() {
            change(&|visit| visit.time = time);
        }
    };
    let units =
        UNITS.iter().enumerate().map(|(at, (_, title))| Choice::new(at.to_string(), *title)).collect::<Vec<_>>();
    let choose = move |choice: String| {
        if let Some((unit, _)) = choice.parse().ok().and_then(|at: usize| UNITS.get(at)) {
            change(&|visit| visit.unit = *unit);
        }
    };
    let label = format!("Time of {name}");
    view! {
        <tr>
            <th scope="row" class="text">{breakable(&name)}</th>
            <td class="text">
                <input
                    type="text"
                    inputmode="decimal"
                    class="unit-field"
                    name=format!("visit-{file}-{at}")
                    aria-label=label
                    aria-invalid=move || problem.get().to_string()
                    prop:value=time
                    on:change=move |event| enter(event_target_value(&event))
                />
                {move || problem.get().then(|| view! { <span class="inline-error" role="alert">"A number, please, or nothing."</span> })}
            </td>
            <td class="text unlabelled">
                <Select label="Unit of its time" name=format!("visit-unit-{file}-{at}") choices=Signal::stored(units) value=unit on_choose=choose/>
            </td>
        </tr>
    }
}
