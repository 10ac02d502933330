//! Pictures of figures, compared with the ones committed under `tests/charts/`.
//! `SECOND_LOOK_BLESS=1 cargo test --test charts` rewrites them; look at them before committing.
#![cfg(feature = "chart")]
// The helpers of these tests are tests too.
#![allow(clippy::expect_used, clippy::panic)]

use second_look::chart::{Palette, Rgb, draw, preferred_height, svg};
use second_look::report::axis::{fitted_axis, round_axis};
use second_look::report::figure::*;
use second_look::report::number::format_fixed;
use std::path::PathBuf;

#[path = "charts/biomarkers.rs"]
mod biomarkers;
#[path = "charts/survival_and_safety.rs"]
mod survival_and_safety;

fn point(name: &str, x: f64, y: f64, half_width: f64) -> IntervalPoint {
    let hint = format!(
        "{name}, month {x}: {} (95% CI {} to {})",
        format_fixed(y, 2),
        format_fixed(y - half_width, 2),
        format_fixed(y + half_width, 2)
    );
    let is_estimate = half_width > 0.0;
    IntervalPoint {
        x,
        y,
        low: is_estimate.then_some(y - half_width),
        high: is_estimate.then_some(y + half_width),
        hint,
    }
}

fn months(at: &[f64]) -> Axis {
    let last = at.last().copied().unwrap_or(1.0);
    let ticks = at.iter().map(|&at| Tick { at, label: format_fixed(at, 0) }).collect();
    Axis { label: "Months since first injection".into(), min: 0.0, max: last, ticks }
}

const MONTHS: [f64; 6] = [0.0, 1.0, 2.0, 3.0, 4.0, 6.0];

fn arm(name: &str, hue: Hue, slope: f64, start: usize) -> (MeanSeries, CountRow) {
    let points: Vec<IntervalPoint> = MONTHS
        .iter()
        .enumerate()
        .map(|(index, &month)| {
            let bend = [0.0, 0.9, 1.0, 1.05, 1.0, 0.95][index];
            point(name, month, slope * month * bend, 0.28 * month.sqrt() + 0.12 * month)
        })
        .collect();
    let end_label = points.last().map_or(String::new(), |last| format_fixed(last.y, 2));
    let counts = MONTHS.iter().enumerate().map(|(index, &at)| (at, (start - index).to_string())).collect();
    (MeanSeries { name: name.into(), hue, end_label, points }, CountRow { name: name.into(), hue, counts })
}

fn mean_lines(arms: &[(&str, Hue, f64, usize)]) -> MeanLines {
    let (series, rows) = arms.iter().map(|&(name, hue, slope, start)| arm(name, hue, slope, start)).unzip();
    MeanLines {
        x: months(&MONTHS),
        y: round_axis("Change in ALSFRS-R from baseline, points (mean, 95% CI)", -9.0, 0.4, 5),
        series,
        traces: Vec::new(),
        reference_y: Some(0.0),
        counts: CountRows { title: "People measured".into(), rows },
    }
}

fn two_arms() -> Figure {
    Figure::MeanLines(mean_lines(&[("MSC", Hue::Treated(0), -0.55, 33), ("Control", Hue::Control, -1.12, 31)]))
}

fn three_arms() -> Figure {
    Figure::MeanLines(mean_lines(&[
        ("MSC, two injections", Hue::Treated(0), -0.62, 33),
        ("MSC, one injection", Hue::Treated(1), -0.68, 29),
        ("Control", Hue::Control, -1.12, 31),
    ]))
}

fn long_names() -> Figure {
    Figure::MeanLines(mean_lines(&[
        ("Autologous mesenchymal stem cells, two intrathecal injections", Hue::Treated(0), -0.55, 133),
        ("Riluzole with placebo <injection> & standard care", Hue::Control, -1.12, 131),
    ]))
}

fn ten_arms() -> Figure {
    let names: Vec<String> = (1..10).map(|dose| format!("{} mg", dose * 10)).collect();
    let mut arms: Vec<(&str, Hue, f64, usize)> = vec![("Placebo", Hue::Control, -1.3, 30)];
    for (index, name) in names.iter().enumerate() {
        arms.push((name, Hue::Treated(index), -1.2 + 0.09 * index as f64, 30));
    }
    Figure::MeanLines(mean_lines(&arms))
}

/// A fixed sequence of numbers from 0 to 1 that looks random.
fn scattered(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    }
}

fn traces(count: usize) -> Figure {
    let mut figure = mean_lines(&[("MSC", Hue::Treated(0), -0.55, 33), ("Control", Hue::Control, -1.12, 31)]);
    let mut next = scattered(7);
    for index in 0..count {
        let (hue, slope) = if index % 2 == 0 { (Hue::Treated(0), -0.55) } else { (Hue::Control, -1.12) };
        let own = slope * (0.2 + 1.6 * next());
        let points = MONTHS.iter().map(|&month| (month, (own * month + (next() - 0.5) * 2.0 * month.min(1.0)).round()));
        figure.traces.push(Trace {
            hue,
            points: points.collect(),
            hint: format!("Subject {index}"),
            ends_in_death: false,
        });
    }
    figure.y = round_axis("Change in ALSFRS-R from baseline, points (mean, 95% CI)", -14.0, 2.0, 6);
    Figure::MeanLines(figure)
}

fn scatter() -> Figure {
    let mut next = scattered(3);
    let mut group = |name: &str, hue: Hue, is_hollow: bool, count: usize, slope: f64| {
        let points = (0..count).map(|index| {
            let x = -6.0 + 9.0 * next();
            let y = -4.0 + slope * x + 5.0 * (next() - 0.5);
            ScatterPoint { x, y, hint: format!("{name} {index}"), ..ScatterPoint::default() }
        });
        ScatterGroup { name: name.into(), hue, is_hollow, points: points.collect() }
    };
    let groups = vec![
        group("MSC, responder", Hue::Treated(0), false, 24, 0.6),
        group("MSC, poor responder", Hue::Treated(0), true, 10, 0.3),
        group("Control", Hue::Control, false, 31, 0.2),
    ];
    Figure::Scatter(Scatter {
        x: round_axis("Change in CSF TGF-β1, pg/mL", -6.0, 3.0, 6),
        y: round_axis("Change in ALSFRS-R to month 4, points", -10.0, 2.0, 5),
        lines: Vec::new(),
        groups,
        ..Scatter::default()
    })
}

fn heat_map(analytes: &[&str], outcomes: &[&str]) -> Figure {
    let mut next = scattered(11);
    let cells = analytes
        .iter()
        .enumerate()
        .map(|(row, analyte)| {
            let cell = |(column, outcome): (usize, &&str)| {
                let value = ((next() * 2.0 - 1.0) * 100.0).round() / 100.0;
                let is_missing = (row * 5 + column) % 11 == 6;
                (!is_missing).then(|| HeatCell {
                    value,
                    text: format_fixed(value, 2),
                    is_marked: value.abs() > 0.6,
                    hint: format!("{analyte} and {outcome}: r = {}", format_fixed(value, 2)),
                    pick: String::new(),
                })
            };
            outcomes.iter().enumerate().map(cell).collect()
        })
        .collect();
    Figure::HeatMap(HeatMap {
        row_labels: analytes.iter().map(|&label| label.into()).collect(),
        column_labels: outcomes.iter().map(|&label| label.into()).collect(),
        cells,
        scale_labels: ("−1 falls as the other rises".into(), "+1 rise together".into()),
        ..HeatMap::default()
    })
}

fn analytes() -> Figure {
    heat_map(
        &["TGF-β1", "IL-6", "IL-10", "MCP-1", "VEGF", "GFAP", "NfL", "pNfH"],
        &["Month 1", "Month 2", "Month 3", "Month 4", "Month 6"],
    )
}

fn wide_heat_map() -> Figure {
    let names = [
        "TGF-β1",
        "TGF-β2",
        "TGF-β3",
        "IL-6",
        "IL-10",
        "IL-8",
        "MCP-1",
        "VEGF-A",
        "GFAP",
        "NfL",
        "pNfH",
        "Angiogenin",
        "Chitotriosidase",
        "Osteopontin",
    ];
    heat_map(&names, &names)
}

fn survival(is_single: bool) -> Figure {
    let mut next = scattered(5);
    let mut curve = |name: &str, hue: Hue, hazard: f64, start: usize, end: f64| {
        let (mut at_risk, mut y, mut x) = (start, 1.0, 0.0);
        let mut steps = vec![point(name, 0.0, 1.0, 0.0)];
        let mut censored = Vec::new();
        let mut counts = vec![(0.0, start.to_string())];
        let mut due = 6.0;
        while at_risk > 3 {
            x += (0.4 + 2.0 * next()) / hazard;
            if x > end {
                break;
            }
            while due <= x {
                counts.push((due, at_risk.to_string()));
                due += 6.0;
            }
            if next() < 0.25 {
                censored.push((x, y));
            } else {
                y *= 1.0 - 1.0 / at_risk as f64;
                steps.push(point(name, x, y, 1.5 * (y * (1.0 - y) / start as f64).sqrt() + 0.01));
            }
            at_risk -= 1;
        }
        while due <= end {
            counts.push((due, at_risk.to_string()));
            due += 6.0;
        }
        let last = steps.last().cloned().unwrap_or_else(|| point(name, 0.0, 1.0, 0.0));
        steps.push(IntervalPoint { x: end, hint: String::new(), ..last });
        let end_label = format!("{}%", format_fixed(y * 100.0, 0));
        (
            StepCurve { name: name.into(), hue, end_label, steps, censored, ..StepCurve::default() },
            CountRow { name: name.into(), hue, counts },
        )
    };
    let mut arms = vec![curve("MSC", Hue::Treated(0), 0.9, 33, 36.0), curve("Control", Hue::Control, 1.5, 31, 30.0)];
    arms.truncate(if is_single { 1 } else { 2 });
    let (curves, rows) = arms.into_iter().unzip();
    let mut y = fitted_axis("Alive without permanent ventilation, %", 0.0, 1.0, 4);
    for tick in &mut y.ticks {
        tick.label = format_fixed(tick.at * 100.0, 0);
    }
    Figure::SurvivalCurves(SurvivalCurves {
        x: fitted_axis("Months since randomisation", 0.0, 36.0, 6),
        y,
        curves,
        counts: vec![CountRows { title: "At risk".into(), rows }],
        reference_y: Some(0.5),
        ..SurvivalCurves::default()
    })
}

fn survival_by_sixes() -> Figure {
    let Figure::SurvivalCurves(mut figure) = survival(false) else { unreachable!() };
    figure.x.ticks = (0..=6).map(|index| Tick { at: f64::from(index) * 6.0, label: (index * 6).to_string() }).collect();
    Figure::SurvivalCurves(figure)
}

fn bar(hue: Hue, value: f64, label: String, hint: String) -> Bar {
    Bar { hue, value, low: None, high: None, label, hint, is_marked: false }
}

/// One bar a patient, from the best change to the worst; a few died.
fn waterfall(count: usize) -> Bars {
    let mut next = scattered(17);
    let mut bars: Vec<Bar> = (0..count)
        .map(|index| {
            let hue = if index % 2 == 0 { Hue::Treated(0) } else { Hue::Control };
            let value = (if index % 2 == 0 { 4.0 } else { 1.0 } - 16.0 * next() * next()).round();
            let mut bar = bar(hue, value, String::new(), format!("Subject {index}: {value}"));
            bar.is_marked = next() < 0.11;
            bar
        })
        .collect();
    bars.sort_by(|a, b| b.value.total_cmp(&a.value));
    Bars {
        x_label: "People, from the least to the greatest loss (× died)".into(),
        y: round_axis("Change in ALSFRS-R to month 4, points", -16.0, 4.0, 5),
        legend: vec![
            LegendEntry { name: "MSC".into(), hue: Hue::Treated(0) },
            LegendEntry { name: "Control".into(), hue: Hue::Control },
        ],
        groups: bars.into_iter().map(|bar| BarGroup { label: String::new(), bars: vec![bar] }).collect(),
        base_y: 0.0,
        reference_y: None,
    }
}

fn percent_axis(label: &str) -> Axis {
    let mut axis = fitted_axis(label, 0.0, 1.0, 4);
    for tick in &mut axis.ticks {
        tick.label = format!("{}%", format_fixed(tick.at * 100.0, 0));
    }
    axis
}

fn responders(arms: &[(&str, Hue, f64)]) -> Figure {
    let thresholds = ["Any gain", "0% or better", "25% or better", "50% or better", "100% or better"];
    let groups = thresholds.iter().enumerate().map(|(index, label)| {
        let bars = arms.iter().map(|&(name, hue, first)| {
            let value = [0.97, 0.82, 0.6, 0.35, 0.09][index] * first;
            let half = 1.96 * (value * (1.0 - value) / 32.0).sqrt() + 0.02;
            let percent = format!("{}%", format_fixed(value * 100.0, 0));
            let hint = format!("{name}, {label}: {percent}");
            Bar {
                low: Some((value - half).max(0.0)),
                high: Some((value + half).min(1.0)),
                ..bar(hue, value, percent, hint)
            }
        });
        BarGroup { label: (*label).into(), bars: bars.collect() }
    });
    Figure::Bars(Bars {
        x_label: "Slower decline after treatment than before it".into(),
        y: percent_axis("Responders (95% CI)"),
        legend: arms.iter().map(|&(name, hue, _)| LegendEntry { name: name.into(), hue }).collect(),
        groups: groups.collect(),
        base_y: 0.0,
        reference_y: None,
    })
}

fn responders_of_two() -> Figure {
    responders(&[("MSC", Hue::Treated(0), 1.0), ("Control", Hue::Control, 0.7)])
}

fn responders_of_three() -> Figure {
    responders(&[
        ("MSC, two injections", Hue::Treated(0), 1.0),
        ("MSC, one injection", Hue::Treated(1), 0.85),
        ("Control", Hue::Control, 0.6),
    ])
}

/// Bars that rise and fall, labelled, some of them marked, under long names.
fn rising_and_falling() -> Figure {
    let arms = [Hue::Treated(0), Hue::Treated(1), Hue::Treated(2), Hue::Treated(3), Hue::Treated(4), Hue::Neutral];
    let names = ["Speech, salivation and swallowing", "Fine motor", "Gross motor", "Breathing"];
    let groups = names.iter().enumerate().map(|(place, name)| {
        let bars = arms.iter().enumerate().map(|(index, &hue)| {
            let value = (place as f64 - 1.6) * 1.4 + (index as f64 - 2.0) * 0.8;
            let mut bar = bar(hue, value, format_fixed(value, 1), format!("{name} {index}"));
            bar.is_marked = index == 3;
            bar
        });
        BarGroup { label: (*name).into(), bars: bars.collect() }
    });
    Figure::Bars(Bars {
        x_label: String::new(),
        y: round_axis("Change, points", -4.0, 5.0, 5),
        legend: arms.iter().map(|&hue| LegendEntry { name: format!("{hue:?}"), hue }).collect(),
        groups: groups.collect(),
        base_y: 0.0,
        reference_y: Some(2.0),
    })
}

fn stages(arms: &[(&str, Hue)]) -> Figure {
    let levels =
        ["1", "2A", "2B", "3", "4A", "4B", "Died"].map(|level| format!("Stage {level}").replace("Stage D", "D"));
    let panels = arms.iter().enumerate().map(|(arm, &(name, hue))| {
        let bars = [0, 1, 2, 3, 4, 6, 9, 12].iter().map(|&month| {
            let people = 32 - arm;
            let speed = 0.12 + 0.05 * arm as f64;
            let weights: Vec<f64> = (0..7)
                .map(|level| {
                    let distance = f64::from(level) - 0.6 - speed * f64::from(month) * 2.4;
                    1.0 / (1.0 + distance * distance * 1.5)
                })
                .collect();
            let known = 1.0 - 0.015 * f64::from(month);
            let total: f64 = weights.iter().sum();
            let mut parts: Vec<StackPart> = weights
                .iter()
                .enumerate()
                .map(|(level, weight)| {
                    let share = weight / total * known;
                    let text = format_fixed(share * people as f64, 0);
                    let hint = format!("{name}, month {month}, {}: {text}", levels[level]);
                    StackPart { level: Some(level), share, text, hint }
                })
                .collect();
            let text = format_fixed((1.0 - known) * people as f64, 0);
            let hint = format!("{name}, month {month}, unknown: {text}");
            parts.push(StackPart { level: None, share: 1.0 - known, text, hint });
            StackBar { label: month.to_string(), count: people.to_string(), parts }
        });
        StackPanel { title: name.into(), hue, bars: bars.collect() }
    });
    Figure::StackedBars(StackedBars {
        x_label: "Months since first injection; people".into(),
        y_label: "Share of people in each stage".into(),
        levels: levels.to_vec(),
        unknown_level: "Not known".into(),
        panels: panels.collect(),
    })
}

fn stages_of_two() -> Figure {
    stages(&[("MSC", Hue::Treated(0)), ("Control", Hue::Control)])
}

fn stages_of_three() -> Figure {
    stages(&[
        ("MSC, two intrathecal injections", Hue::Treated(0)),
        ("MSC, one injection", Hue::Treated(1)),
        ("Control", Hue::Control),
    ])
}

fn forest_row(label: &str, estimate: f64, half: f64) -> ForestRow {
    let (low, high) = (estimate - half, estimate + half);
    let detail = format!("{} ({} to {})", format_fixed(estimate, 2), format_fixed(low, 2), format_fixed(high, 2));
    ForestRow {
        hint: format!("{label}: {detail}"),
        label: label.into(),
        detail,
        hue: Hue::Treated(0),
        estimate: Some(estimate),
        low: Some(low),
        high: Some(high),
        is_emphasised: false,
        ..ForestRow::default()
    }
}

fn methods() -> Figure {
    let mut rows = vec![
        forest_row("Student’s t, as published", 2.98, 1.49),
        forest_row("Welch’s t", 2.98, 1.53),
        forest_row("ANCOVA with baseline and onset", 2.91, 1.46),
        forest_row("Mixed model for repeated measures", 2.84, 4.6),
        forest_row("Random slopes to month 6", 3.67, 2.4),
        forest_row("Joint rank, everyone randomised", 0.0, 0.0),
    ];
    rows[0].is_emphasised = true;
    let last = &mut rows[5];
    (last.estimate, last.low, last.high) = (None, None, None);
    last.detail = "not in points".into();
    Figure::Forest(Forest {
        x: round_axis("Difference in change, MSC less control, points (95% CI)", -1.0, 6.0, 7),
        reference_x: Some(0.0),
        rows,
        ..Forest::default()
    })
}

fn leave_one_out(count: usize) -> Figure {
    let mut next = scattered(23);
    let mut rows: Vec<ForestRow> = vec![forest_row("Everyone", 2.98, 1.49)];
    for index in 1..count {
        let estimate = 2.98 + 0.5 * (next() - 0.5);
        let mut row = forest_row(&format!("without A-{:03}", index * 7), estimate, 1.5 + 0.06 * next());
        row.hue = if index % 2 == 0 { Hue::Treated(0) } else { Hue::Control };
        rows.push(row);
    }
    rows[0].is_emphasised = true;
    rows[0].hue = Hue::Neutral;
    Figure::Forest(Forest {
        x: round_axis("Difference at month 4, points (95% CI)", 0.0, 5.0, 5),
        reference_x: Some(0.0),
        rows,
        ..Forest::default()
    })
}

fn scatter_with_lines() -> Figure {
    let Figure::Scatter(mut figure) = scatter() else { unreachable!() };
    let line = |name: &str, hue: Hue, is_dashed: bool, slope: f64, offset: f64| ScatterLine {
        name: name.into(),
        hue,
        is_dashed,
        points: vec![(-20.0, offset - 20.0 * slope), (20.0, offset + 20.0 * slope)],
    };
    figure.lines = vec![
        line("Both equal", Hue::Neutral, true, 1.0, 0.0),
        line("MSC, fitted", Hue::Treated(0), false, 0.5, -4.1),
        line("", Hue::Control, false, 0.2, -4.0),
    ];
    Figure::Scatter(figure)
}

fn traces_with_deaths() -> Figure {
    let Figure::MeanLines(mut figure) = traces(40) else { unreachable!() };
    for (index, trace) in figure.traces.iter_mut().enumerate().filter(|(index, _)| index % 5 == 2) {
        trace.points.truncate(3 + index % 3);
        trace.ends_in_death = true;
    }
    Figure::MeanLines(figure)
}

fn no_data() -> Vec<(&'static str, Figure)> {
    let x = fitted_axis("Months", 0.0, 0.0, 4);
    let y = round_axis("Change", f64::NAN, 1.0, 4);
    let counts = || CountRows { title: String::new(), rows: Vec::new() };
    let nowhere = Axis { label: String::new(), min: f64::NAN, max: f64::NAN, ticks: Vec::new() };
    let broken = IntervalPoint {
        x: f64::NAN,
        y: f64::INFINITY,
        low: Some(f64::NEG_INFINITY),
        high: Some(f64::NAN),
        hint: "never seen".into(),
    };
    vec![
        (
            "no_arms",
            Figure::MeanLines(MeanLines {
                x: x.clone(),
                y: y.clone(),
                series: Vec::new(),
                traces: Vec::new(),
                reference_y: Some(f64::NAN),
                counts: counts(),
            }),
        ),
        (
            "broken_numbers",
            Figure::MeanLines(MeanLines {
                x: nowhere.clone(),
                y: nowhere.clone(),
                series: vec![MeanSeries {
                    name: "MSC".into(),
                    hue: Hue::Treated(usize::MAX),
                    end_label: String::new(),
                    points: vec![broken.clone(), broken],
                }],
                traces: vec![Trace {
                    hue: Hue::Neutral,
                    points: vec![(f64::NAN, 1.0)],
                    hint: String::new(),
                    ends_in_death: false,
                }],
                reference_y: None,
                counts: CountRows {
                    title: "n".into(),
                    rows: vec![CountRow {
                        name: "MSC".into(),
                        hue: Hue::Control,
                        counts: vec![(f64::NAN, "0".into())],
                    }],
                },
            }),
        ),
        (
            "no_groups",
            Figure::Scatter(Scatter {
                x: x.clone(),
                y: y.clone(),
                groups: Vec::new(),
                lines: Vec::new(),
                ..Scatter::default()
            }),
        ),
        ("no_cells", Figure::HeatMap(HeatMap::default())),
        (
            "no_bars",
            Figure::Bars(Bars {
                x_label: String::new(),
                y: y.clone(),
                legend: Vec::new(),
                groups: vec![BarGroup { label: "Nobody".into(), bars: Vec::new() }],
                base_y: f64::NAN,
                reference_y: Some(f64::NAN),
            }),
        ),
        (
            "broken_bars",
            Figure::Bars(Bars {
                x_label: "People".into(),
                y: nowhere.clone(),
                legend: Vec::new(),
                groups: vec![BarGroup {
                    label: String::new(),
                    bars: [f64::NAN, f64::INFINITY, 1e300, -3.0]
                        .map(|value| Bar {
                            low: Some(f64::NEG_INFINITY),
                            high: Some(f64::NAN),
                            is_marked: true,
                            ..bar(Hue::Control, value, "1".into(), "seen".into())
                        })
                        .to_vec(),
                }],
                base_y: 0.0,
                reference_y: None,
            }),
        ),
        (
            "no_panels",
            Figure::StackedBars(StackedBars {
                x_label: String::new(),
                y_label: String::new(),
                levels: Vec::new(),
                unknown_level: String::new(),
                panels: Vec::new(),
            }),
        ),
        (
            "broken_panels",
            Figure::StackedBars(StackedBars {
                x_label: "Month".into(),
                y_label: "Share".into(),
                levels: vec!["1".into()],
                unknown_level: "Unknown".into(),
                panels: vec![
                    StackPanel { title: String::new(), hue: Hue::Neutral, bars: Vec::new() },
                    StackPanel {
                        title: "MSC".into(),
                        hue: Hue::Control,
                        bars: vec![StackBar {
                            label: "0".into(),
                            count: String::new(),
                            parts: [f64::NAN, f64::INFINITY, -1.0, 7.0]
                                .map(|share| StackPart {
                                    level: Some(usize::MAX),
                                    share,
                                    text: "1".into(),
                                    hint: "seen".into(),
                                })
                                .to_vec(),
                        }],
                    },
                ],
            }),
        ),
        (
            "no_rows",
            Figure::Forest(Forest { x: x.clone(), reference_x: Some(f64::NAN), rows: Vec::new(), ..Forest::default() }),
        ),
        (
            "broken_rows",
            Figure::Forest(Forest {
                x: nowhere.clone(),
                reference_x: Some(0.0),
                rows: vec![ForestRow {
                    estimate: Some(f64::NAN),
                    low: Some(f64::NEG_INFINITY),
                    high: Some(f64::INFINITY),
                    ..forest_row("Broken", 1.0, f64::NAN)
                }],
                ..Forest::default()
            }),
        ),
        (
            "no_curves",
            Figure::SurvivalCurves(SurvivalCurves {
                x,
                y,
                curves: Vec::new(),
                counts: vec![counts()],
                reference_y: None,
                marks_x: Vec::new(),
            }),
        ),
    ]
}

fn one_point() -> Figure {
    let mut figure = mean_lines(&[("MSC", Hue::Treated(0), -0.55, 33)]);
    figure.series[0].points.drain(..4);
    figure.series[0].points.truncate(1);
    figure.counts.rows[0].counts.truncate(1);
    Figure::MeanLines(figure)
}

/// Visits closer together than their labels are wide.
fn many_visits() -> Figure {
    let mut figure = mean_lines(&[("MSC", Hue::Treated(0), -0.55, 33), ("Control", Hue::Control, -1.12, 31)]);
    let at: Vec<f64> = (0..=24).map(f64::from).collect();
    figure.x = months(&at);
    for (series, row) in figure.series.iter_mut().zip(&mut figure.counts.rows) {
        let slope = if series.hue == Hue::Control { -0.36 } else { -0.2 };
        series.points = at.iter().map(|&month| point(&series.name, month, slope * month, 0.2 * month.sqrt())).collect();
        row.counts = at.iter().map(|&month| (month, (133 - 2 * month as usize).to_string())).collect();
    }
    Figure::MeanLines(figure)
}

fn pictures() -> Vec<(&'static str, Figure, u32, bool)> {
    let mut pictures = vec![
        ("mean_lines", two_arms(), 680, false),
        ("mean_lines_dark", two_arms(), 680, true),
        ("mean_lines_phone", two_arms(), 320, false),
        ("three_arms", three_arms(), 680, false),
        ("three_arms_phone_dark", three_arms(), 360, true),
        ("ten_arms", ten_arms(), 900, false),
        ("ten_arms_dark", ten_arms(), 680, true),
        ("long_names", long_names(), 680, false),
        ("long_names_phone", long_names(), 300, false),
        ("traces", traces(40), 680, false),
        ("many_visits_phone", many_visits(), 320, false),
        ("many_visits", many_visits(), 680, false),
        ("one_point", one_point(), 680, false),
        ("scatter", scatter(), 680, false),
        ("scatter_phone_dark", scatter(), 340, true),
        ("heat_map", analytes(), 680, false),
        ("heat_map_dark", analytes(), 680, true),
        ("heat_map_phone", wide_heat_map(), 340, false),
        ("heat_map_wide", wide_heat_map(), 900, false),
        ("survival_curves", survival_by_sixes(), 680, false),
        ("survival_curves_dark", survival_by_sixes(), 680, true),
        ("survival_curves_phone", survival_by_sixes(), 320, false),
        ("one_survival_curve", survival(true), 1100, false),
        ("waterfall", Figure::Bars(waterfall(64)), 680, false),
        ("waterfall_phone_dark", Figure::Bars(waterfall(64)), 320, true),
        ("waterfall_crowd", Figure::Bars(waterfall(1000)), 680, false),
        ("responders", responders_of_two(), 680, false),
        ("responders_phone", responders_of_two(), 320, false),
        ("responders_of_three", responders_of_three(), 680, true),
        ("responders_of_three_phone", responders_of_three(), 320, false),
        ("rising_and_falling", rising_and_falling(), 720, false),
        ("stages_of_two", stages_of_two(), 720, false),
        ("stages_of_two_phone", stages_of_two(), 360, true),
        ("stages_of_three", stages_of_three(), 720, true),
        ("stages_of_three_phone", stages_of_three(), 360, false),
        ("forest", methods(), 680, false),
        ("forest_phone_dark", methods(), 320, true),
        ("long_forest", leave_one_out(64), 680, false),
        ("long_forest_phone", leave_one_out(64), 320, false),
        ("scatter_with_lines", scatter_with_lines(), 680, false),
        ("scatter_with_lines_phone", scatter_with_lines(), 320, true),
        ("traces_with_deaths", traces_with_deaths(), 680, false),
        ("traces_with_deaths_dark", traces_with_deaths(), 680, true),
        ("no_arms", no_data().swap_remove(0).1, 680, false),
    ];
    pictures.extend(survival_and_safety::pictures());
    pictures.extend(biomarkers::pictures());
    pictures
}

fn palette(is_dark: bool) -> Palette {
    if is_dark { Palette::dark() } else { Palette::light() }
}

#[test]
fn pictures_are_as_committed() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/charts");
    let is_blessing = std::env::var_os("SECOND_LOOK_BLESS").is_some();
    let mut changed = Vec::new();
    for (name, figure, width, is_dark) in pictures() {
        let drawn = svg(&figure, &palette(is_dark), width, name, "A figure of invented data.");
        let path = folder.join(format!("{name}.svg"));
        if is_blessing {
            std::fs::write(&path, &drawn).expect("the picture can be written");
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&drawn) {
            changed.push(name);
        }
    }
    assert!(changed.is_empty(), "changed: {changed:?}; look, then bless with SECOND_LOOK_BLESS=1");
}

/// Every number in coordinates of the SVG, by x and y.
fn coordinates(svg: &str) -> Vec<f64> {
    ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "points", "font-size"]
        .into_iter()
        .flat_map(|name| svg.split(&format!(" {name}=\"")).skip(1).collect::<Vec<_>>())
        .filter_map(|rest| rest.split('"').next())
        .flat_map(|value| value.split([' ', ',']).filter(|part| !part.is_empty()).collect::<Vec<_>>())
        .map(|number| number.parse().expect("a coordinate is a number"))
        .collect()
}

#[test]
fn coordinates_are_finite_and_marks_are_inside() {
    let all = pictures().into_iter().map(|(name, figure, _, _)| (name, figure)).chain(no_data());
    let all = all.chain(survival_and_safety::no_data()).chain(biomarkers::no_data());
    for (name, figure) in all.chain([("thousands", traces(5000))]) {
        for width in [1, 120, 300, 479, 480, 1100] {
            let drawn = svg(&figure, &Palette::light(), width, name, "");
            let limit = 4.0 * 21_000.0;
            assert!(
                coordinates(&drawn).iter().all(|value| value.is_finite() && value.abs() <= limit),
                "{name} {width}"
            );
            let mut buffer = String::new();
            let height = preferred_height(&figure, width);
            let backend = plotters_svg::SVGBackend::with_string(&mut buffer, (width * 2, height * 2));
            let marks = draw(backend, &figure, &Palette::dark(), (width, height), 2.0).expect("drawing into text");
            for mark in marks {
                assert!((0.0..=f64::from(width)).contains(&mark.x) && (0.0..=f64::from(height)).contains(&mark.y));
                assert!(mark.radius > 0.0 && !mark.hint.is_empty());
            }
        }
    }
}

#[test]
fn a_small_canvas_does_not_panic() {
    for (_, figure, _, _) in pictures() {
        for size in [(0, 0), (1, 1), (300, 20), (20, 300)] {
            let mut buffer = String::new();
            let backend = plotters_svg::SVGBackend::with_string(&mut buffer, size);
            draw(backend, &figure, &Palette::light(), size, f64::NAN).expect("drawing into text");
        }
    }
}

#[test]
fn each_point_has_its_hint_where_it_stands() {
    let mut buffer = String::new();
    let figure = two_arms();
    let size = (680, preferred_height(&figure, 680));
    let backend = plotters_svg::SVGBackend::with_string(&mut buffer, size);
    let marks = draw(backend, &figure, &Palette::light(), size, 1.0).expect("drawing into text");
    assert_eq!(marks.len(), 12);
    let month_6: Vec<_> = marks.iter().filter(|mark| mark.hint.contains("month 6")).collect();
    assert_eq!(month_6.len(), 2);
    assert!(month_6[0].y < month_6[1].y, "the arm that lost less stands higher");
    assert!((month_6[0].x - month_6[1].x).abs() >= 5.0, "the bars stand side by side");
}

/// The hints that can be pointed at, each once.
fn hints(figure: &Figure, width: u32) -> (usize, std::collections::BTreeSet<String>) {
    let mut buffer = String::new();
    let size = (width, preferred_height(figure, width));
    let backend = plotters_svg::SVGBackend::with_string(&mut buffer, size);
    let marks = draw(backend, figure, &Palette::light(), size, 1.0).expect("drawing into text");
    (marks.len(), marks.into_iter().map(|mark| mark.hint).collect())
}

#[test]
fn each_bar_and_row_can_be_pointed_at() {
    for width in [320, 680] {
        let (count, found) = hints(&Figure::Bars(waterfall(1000)), width);
        assert_eq!(found.len(), 1000);
        assert!(count <= 8000, "{count} marks are slow to search");
        assert_eq!(hints(&responders_of_three(), width).1.len(), 15);
        // Seven stages at each of eight visits, and the unknown ones but for the first.
        assert_eq!(hints(&stages_of_two(), width).1.len(), 2 * (8 * 8 - 1));
        assert_eq!(hints(&leave_one_out(64), width).1.len(), 64);
        assert_eq!(hints(&methods(), width).1.len(), 6);
    }
}

#[test]
fn each_event_and_each_cut_label_can_be_pointed_at() {
    for width in [400, 680] {
        let found = hints(&survival_and_safety::adverse_events(), width).1;
        assert_eq!(found.iter().filter(|hint| hint.contains('%')).count(), 20, "two dots a row");
        assert_eq!(found.iter().filter(|hint| hint.contains("difference")).count(), 9, "one row has none");
        assert!(found.contains("Pseudobulbar-affect-with-no-space-to-break-the-line-at-anywhere"), "{width}");
    }
}

#[test]
fn words_over_an_upright_line_do_not_cover_each_other() {
    let drawn = svg(&survival_and_safety::three_blocks(), &Palette::light(), 680, "", "");
    let y_of = |word: &str| {
        let text = drawn.split("<text").find(|text| text.contains(word)).expect("the word is drawn");
        let y = text.split(" y=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("text has a place");
        y.parse::<f64>().expect("a coordinate is a number")
    };
    let (landmark, horizon, cut) = (y_of("Landmark"), y_of("Horizon"), y_of("Data cut"));
    assert_eq!(landmark, horizon, "there is room for both in one row");
    assert!(cut < horizon, "the third stands above");
}

#[test]
fn an_interval_beyond_the_axis_leaves_its_arrow() {
    for width in [400, 900] {
        let figure = survival_and_safety::subgroups();
        let found = hints(&figure, width).1;
        assert!(found.iter().any(|hint| hint.starts_with("No:")), "{found:?}");
    }
}

#[test]
fn a_tall_bar_can_be_pointed_at_anywhere() {
    let figure = Figure::Bars(waterfall(64));
    let mut buffer = String::new();
    let size = (680, preferred_height(&figure, 680));
    let backend = plotters_svg::SVGBackend::with_string(&mut buffer, size);
    let marks = draw(backend, &figure, &Palette::light(), size, 1.0).expect("drawing into text");
    let last = marks.last().expect("a mark").hint.clone();
    let mut heights: Vec<f64> = marks.iter().filter(|mark| mark.hint == last).map(|mark| mark.y).collect();
    heights.sort_by(f64::total_cmp);
    assert!(heights.len() > 4);
    assert!(heights.windows(2).all(|pair| pair[1] - pair[0] < 16.0), "{heights:?}");
}

#[test]
fn words_from_files_are_escaped() {
    let drawn = svg(&long_names(), &Palette::light(), 1100, "<script>alert(1)</script> & \"more\"", "a < b\u{1}");
    assert!(!drawn.contains("<script"));
    assert!(!drawn.contains("<injection"));
    assert!(drawn.contains("<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;</title>"));
    assert!(drawn.contains("<desc>a &lt; b</desc>"));
    assert!(!drawn.contains("style="), "the page's policy forbids inline styles");
}

const TOKENS: &str = include_str!("../style/tokens.css");

/// The custom properties of the block that starts with `selector`.
fn tokens(selector: &str) -> Vec<(String, String)> {
    let start = TOKENS.find(&format!("{selector} {{")).expect("the block is there");
    let block = TOKENS[start..].split(['{', '}']).nth(1).expect("a block has braces");
    block
        .split(';')
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, value)| Some((name.trim().strip_prefix("--")?.to_owned(), value.trim().to_owned())))
        .collect()
}

fn color(tokens: &[(String, String)], name: &str) -> Rgb {
    let (_, value) = tokens.iter().find(|(token, _)| token == name).unwrap_or_else(|| panic!("--{name} is missing"));
    let hex = value.strip_prefix('#').filter(|hex| hex.len() == 6).expect("a colour of six digits");
    Rgb::from_hex(u32::from_str_radix(hex, 16).expect("a colour in hex"))
}

#[test]
fn page_and_figures_share_their_colours() {
    for (selector, palette) in [("\n:root", Palette::light()), (":root[data-theme=\"dark\"]", Palette::dark())] {
        let tokens = tokens(selector);
        let named = [
            ("paper", palette.paper),
            ("card", palette.card),
            ("ink", palette.ink),
            ("soft", palette.soft),
            ("accent", palette.accent),
            ("line", palette.line),
            ("arm-control", palette.control),
            ("arm-neutral", palette.neutral),
            ("heat-negative", palette.negative),
            ("heat-positive", palette.positive),
        ];
        for (name, drawn) in named {
            assert_eq!(color(&tokens, name), drawn, "{selector} --{name}");
        }
        for (index, drawn) in palette.treated.into_iter().enumerate() {
            assert_eq!(color(&tokens, &format!("arm-{}", index + 1)), drawn, "{selector} --arm-{}", index + 1);
        }
    }
}

#[test]
fn the_two_dark_blocks_are_the_same() {
    assert_eq!(tokens(":root:not([data-theme=\"light\"])"), tokens(":root[data-theme=\"dark\"]"));
}

#[test]
fn text_colours_read_on_their_grounds() {
    for selector in ["\n:root", ":root[data-theme=\"dark\"]"] {
        let tokens = tokens(selector);
        let pairs = [
            ("ink", "paper"),
            ("ink", "warn-wash"),
            ("ink", "error-wash"),
            ("ink", "accent-wash"),
            ("soft", "paper"),
            ("soft", "card"),
            ("soft", "accent-wash"),
            ("accent", "paper"),
            ("accent", "card"),
            ("accent", "accent-wash"),
            ("card", "accent"),
            ("warn", "card"),
            ("warn", "paper"),
            ("warn", "warn-wash"),
            ("error", "card"),
            ("error", "paper"),
            ("error", "error-wash"),
        ];
        for (text, ground) in pairs {
            let ratio = color(&tokens, text).contrast(color(&tokens, ground));
            assert!(ratio >= 4.5, "{selector}: --{text} on --{ground} is {ratio}");
        }
    }
}
