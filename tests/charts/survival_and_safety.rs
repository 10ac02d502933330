//! Figures of survival and safety, of invented data.

use super::{forest_row, percent_axis, point, scattered};
use second_look::report::axis::{fitted_axis, round_axis};
use second_look::report::figure::*;
use second_look::report::number::format_fixed;

/// Arms by name; curves that fall from 1, or rise from 0, with all that may stand around them.
fn curves(arms: &[(&str, Hue)], is_rising: bool, block_titles: &[&str]) -> SurvivalCurves {
    let mut next = scattered(29);
    let months: Vec<f64> = (0..=8).map(|index| f64::from(index) * 3.0).collect();
    let mut figure = SurvivalCurves {
        x: Axis {
            label: "Months since randomisation".into(),
            min: 0.0,
            max: 24.0,
            ticks: months.iter().map(|&at| Tick { at, label: format_fixed(at, 0) }).collect(),
        },
        y: percent_axis(if is_rising { "Died, % (95% CI)" } else { "Alive, % (95% CI)" }),
        ..SurvivalCurves::default()
    };
    let mut blocks: Vec<CountRows> =
        block_titles.iter().map(|&title| CountRows { title: title.into(), rows: Vec::new() }).collect();
    for (index, &(name, hue)) in arms.iter().enumerate() {
        let (mut at_risk, mut alive, mut x) = (40, 1.0, 0.0);
        let value = |alive: f64| if is_rising { 1.0 - alive } else { alive };
        let mut steps = vec![point(name, 0.0, value(1.0), 0.0)];
        let mut censored = Vec::new();
        let mut history = vec![(0.0, 40, 0, 0)];
        let (mut events, mut gone) = (0, 0);
        loop {
            x += (0.2 + next()) * (0.7 + 0.12 * index as f64);
            if x > 22.0 || at_risk < 3 {
                break;
            }
            if next() < 0.3 {
                censored.push((x, value(alive)));
                gone += 1;
            } else {
                alive *= 1.0 - 1.0 / f64::from(at_risk);
                events += 1;
                let half = (1.96 * (alive * (1.0 - alive) / 40.0).sqrt()).min(alive).min(1.0 - alive);
                steps.push(point(name, x, value(alive), half + 0.001));
            }
            at_risk -= 1;
            history.push((x, at_risk, events, gone));
        }
        let last = steps.last().cloned().expect("a curve has a start");
        steps.push(IntervalPoint { x: x.min(24.0), hint: String::new(), ..last });
        for (place, block) in blocks.iter_mut().enumerate() {
            let at = |month: f64| {
                let (_, at_risk, events, gone) =
                    history.iter().rfind(|(x, ..)| *x <= month).copied().expect("the first is at 0");
                (month, [at_risk, events, gone][place % 3].to_string())
            };
            let counts = months.iter().copied().map(at).collect();
            block.rows.push(CountRow { name: name.into(), hue, counts });
        }
        let end_label = format!("{}%", format_fixed(value(alive) * 100.0, 0));
        figure.curves.push(StepCurve { name: name.into(), hue, end_label, is_dashed: false, steps, censored });
    }
    figure.counts = blocks;
    figure
}

const BLOCKS: [&str; 3] = ["At risk", "Events so far", "Censored so far"];
const TWO: [(&str, Hue); 2] = [("MSC", Hue::Treated(0)), ("Control", Hue::Control)];

pub fn three_blocks() -> Figure {
    let mut figure = curves(&TWO, false, &BLOCKS);
    figure.reference_y = Some(0.5);
    figure.marks_x = vec![
        XMark { at: 6.0, label: "Landmark".into() },
        XMark { at: 18.0, label: "Horizon of the restricted mean, month 18".into() },
        XMark { at: 20.0, label: "Data cut".into() },
    ];
    Figure::SurvivalCurves(figure)
}

/// Cumulative incidence, and for each arm the naive estimate beside it.
pub fn rising_curves() -> Figure {
    let mut figure = curves(&TWO, true, &BLOCKS[..2]);
    let naive: Vec<StepCurve> = figure
        .curves
        .iter()
        .map(|curve| {
            let mut naive = StepCurve { is_dashed: true, censored: Vec::new(), ..curve.clone() };
            naive.name = format!("{}, 1 − KM", curve.name);
            for step in &mut naive.steps {
                step.y = (step.y * 1.16).min(1.0);
                (step.low, step.high) = (None, None);
            }
            let last = naive.steps.last().map_or(0.0, |step| step.y);
            naive.end_label = format!("{}%", format_fixed(last * 100.0, 0));
            naive
        })
        .collect();
    figure.curves.extend(naive);
    Figure::SurvivalCurves(figure)
}

/// So many arms that their names leave the curves' ends.
pub fn many_curves(count: usize) -> Figure {
    let names: Vec<String> = (1..count).map(|dose| format!("{} mg", dose * 10)).collect();
    let mut arms: Vec<(&str, Hue)> = vec![("Placebo", Hue::Control)];
    arms.extend(names.iter().enumerate().map(|(index, name)| (name.as_str(), Hue::Treated(index))));
    Figure::SurvivalCurves(curves(&arms, false, &BLOCKS[..2]))
}

pub fn long_arms() -> Figure {
    let arms = [
        ("Autologous mesenchymal stem cells, two intrathecal injections", Hue::Treated(0)),
        ("Riluzole with placebo and standard care", Hue::Control),
    ];
    Figure::SurvivalCurves(curves(&arms, false, &BLOCKS))
}

/// Adverse events, the most frequent first.
fn events(terms: &[&str], arms: &[(&str, Hue)]) -> DotPlot {
    let mut next = scattered(31);
    let rows = terms.iter().enumerate().map(|(index, term)| {
        let common = 0.62 / (1.0 + 0.35 * index as f64);
        let shares: Vec<f64> =
            arms.iter().map(|_| ((common * (0.6 + 0.8 * next())).min(0.95) * 30.0).round() / 30.0).collect();
        let dots = arms.iter().zip(&shares).map(|(&(name, hue), &x)| Dot {
            hue,
            x,
            hint: format!("{term}, {name}: {}%", format_fixed(x * 100.0, 0)),
        });
        let estimate = shares[0] - shares[shares.len() - 1];
        let half = 0.09 + 0.3 * common * next();
        DotRow {
            label: (*term).into(),
            dots: dots.collect(),
            difference: (index % 7 != 5).then(|| DotDifference {
                hue: arms[0].1,
                estimate,
                low: Some(estimate - half),
                high: Some(estimate + half),
                hint: format!("{term}, difference: {} points", format_fixed(estimate * 100.0, 0)),
            }),
        }
    });
    let mut difference = round_axis("MSC less control, percentage points (95% CI)", -0.3, 0.3, 4);
    for tick in &mut difference.ticks {
        tick.label = format_fixed(tick.at * 100.0, 0);
    }
    DotPlot {
        title: "People with the event".into(),
        x: percent_axis("Share of those treated"),
        difference_title: "Risk difference".into(),
        difference_axis: Some(difference),
        legend: arms.iter().map(|&(name, hue)| LegendEntry { name: name.into(), hue }).collect(),
        rows: rows.collect(),
    }
}

const TERMS: [&str; 10] = [
    "Headache",
    "Back pain",
    "Procedural pain after lumbar puncture or bone marrow aspiration",
    "Pyrexia",
    "Fall",
    "Nasopharyngitis",
    "Respiratory failure requiring permanent non-invasive or invasive ventilation, or tracheostomy",
    "Constipation",
    "Myalgia",
    "Pseudobulbar-affect-with-no-space-to-break-the-line-at-anywhere",
];

pub fn adverse_events() -> Figure {
    Figure::DotPlot(events(&TERMS, &TWO))
}

pub fn adverse_events_of_ten() -> Figure {
    let names: Vec<String> = (1..10).map(|dose| format!("{} mg", dose * 10)).collect();
    let mut arms: Vec<(&str, Hue)> =
        names.iter().enumerate().map(|(i, name)| (name.as_str(), Hue::Treated(i))).collect();
    arms.push(("Placebo", Hue::Control));
    let mut figure = events(&TERMS[..6], &arms);
    figure.difference_axis = None;
    Figure::DotPlot(figure)
}

pub fn many_adverse_events() -> Figure {
    let terms: Vec<String> = (1..=48).map(|index| format!("Preferred term {index}")).collect();
    let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
    Figure::DotPlot(events(&terms, &TWO))
}

/// Adverse events by difference and p-value, the size of a point being how many people had it.
pub fn volcano() -> Figure {
    let mut next = scattered(37);
    let points = (0..60).map(|index| {
        let x = (next() - 0.45) * 0.5;
        let y = (x * x * 60.0 * (0.3 + next())).min(4.8);
        let is_notable = y > 1.3;
        ScatterPoint {
            x,
            y,
            hint: format!("Event {index}"),
            label: if is_notable { format!("Adverse event {index}") } else { String::new() },
            size: 0.4 + 5.0 * next() * next(),
            ..ScatterPoint::default()
        }
    });
    let mut x = round_axis("Risk difference, MSC less control, percentage points", -0.3, 0.3, 6);
    for tick in &mut x.ticks {
        tick.label = format_fixed(tick.at * 100.0, 0);
    }
    Figure::Scatter(Scatter {
        x,
        y: round_axis("−log10 of p", 0.0, 5.0, 5),
        groups: vec![ScatterGroup {
            name: "An event; its area is the number of people".into(),
            hue: Hue::Neutral,
            is_hollow: false,
            points: points.collect(),
        }],
        lines: vec![ScatterLine {
            name: "p = 0.05".into(),
            hue: Hue::Control,
            is_dashed: true,
            points: vec![(-1.0, 1.301), (1.0, 1.301)],
        }],
        ..Scatter::default()
    })
}

/// Scaled Schoenfeld residuals with a smooth curve and its band.
pub fn residuals_with_band() -> Figure {
    let mut next = scattered(41);
    let smooth = |x: f64| -0.6 + 0.055 * x - 0.0011 * x * x;
    let points = (0..70).map(|index| {
        let x = 24.0 * next();
        ScatterPoint {
            x,
            y: smooth(x) + 2.6 * (next() - 0.5),
            hint: format!("Subject {index}"),
            ..ScatterPoint::default()
        }
    });
    let at: Vec<f64> = (0..=48).map(|index| f64::from(index) * 0.5).collect();
    let half = |x: f64| 0.25 + 0.004 * (x - 12.0) * (x - 12.0);
    Figure::Scatter(Scatter {
        x: fitted_axis("Months", 0.0, 24.0, 8),
        y: round_axis("Log hazard ratio, MSC to control", -2.0, 2.0, 4),
        groups: vec![ScatterGroup {
            name: "A death".into(),
            hue: Hue::Neutral,
            is_hollow: true,
            points: points.collect(),
        }],
        lines: vec![
            ScatterLine {
                name: "Smooth curve (95% band)".into(),
                hue: Hue::Treated(0),
                is_dashed: false,
                points: at.iter().map(|&x| (x, smooth(x))).collect(),
            },
            ScatterLine {
                name: "Constant".into(),
                hue: Hue::Control,
                is_dashed: true,
                points: vec![(0.0, -0.25), (24.0, -0.25)],
            },
        ],
        bands: vec![ScatterBand {
            hue: Hue::Treated(0),
            points: at.iter().map(|&x| (x, smooth(x) - half(x), smooth(x) + half(x))).collect(),
        }],
        ..Scatter::default()
    })
}

/// Hazard ratios by subgroup on a logarithmic axis, some of them beyond it.
pub fn subgroups() -> Figure {
    let heading = |label: &str| ForestRow { label: label.into(), is_heading: true, ..ForestRow::default() };
    let member = |label: &str, counts: &str, estimate: f64, half: f64| {
        let row = forest_row(label, estimate, half);
        ForestRow { counts: counts.into(), ..row }
    };
    let mut all = member("Everyone", "21/64 vs 29/62", -0.41, 0.55);
    all.is_emphasised = true;
    let mut last = member("Everyone, adjusted", "21/64 vs 29/62", -0.38, 0.57);
    last.is_heading = true;
    let rows = vec![
        all,
        heading("Sex"),
        member("Female", "8/27 vs 12/25", -0.62, 0.9),
        member("Male", "13/37 vs 17/37", -0.24, 0.7),
        heading("Onset of the disease"),
        member("Bulbar, that is with the first weakness in speech or swallowing", "3/9 vs 1/7", 0.95, 2.3),
        member("Limb", "18/55 vs 28/55", -0.52, 0.6),
        heading("Riluzole at baseline"),
        member("Yes", "19/60 vs 29/61", -0.49, 0.58),
        member("No", "2/4 vs 0/1", 2.4, 0.7),
        last,
    ];
    let ticks = [(-1.386, "0.25"), (-0.693, "0.5"), (0.0, "1"), (0.693, "2"), (1.386, "4")];
    Figure::Forest(Forest {
        is_without_guide: false,
        x: Axis {
            label: "Hazard ratio of death, MSC to control (95% CI)".into(),
            min: -1.5,
            max: 1.5,
            ticks: ticks.map(|(at, label)| Tick { at, label: label.into() }).to_vec(),
        },
        reference_x: Some(0.0),
        rows,
        headers: Some(ForestHeaders {
            label: "Subgroup".into(),
            counts: "Deaths, MSC vs control".into(),
            detail: "Log hazard ratio (95% CI)".into(),
        }),
        favours: Some(("favours MSC".into(), "favours control".into())),
    })
}

pub fn no_data() -> Vec<(&'static str, Figure)> {
    let nowhere = Axis { label: String::new(), min: f64::NAN, max: f64::NAN, ticks: Vec::new() };
    let mut broken = events(&TERMS[..2], &TWO);
    for row in &mut broken.rows {
        row.dots[0].x = f64::NAN;
        row.dots[1].x = f64::INFINITY;
        row.difference = Some(DotDifference {
            estimate: f64::NAN,
            low: Some(f64::NEG_INFINITY),
            high: None,
            hint: "seen".into(),
            ..DotDifference::default()
        });
    }
    let Figure::SurvivalCurves(mut marked) = three_blocks() else { unreachable!() };
    marked.marks_x.push(XMark { at: f64::NAN, label: "Never".into() });
    marked.marks_x.push(XMark { at: 7.0, label: String::new() });
    marked.curves.clear();
    vec![
        ("no_events", Figure::DotPlot(DotPlot { x: percent_axis("Share"), ..DotPlot::default() })),
        (
            "events_without_axes",
            Figure::DotPlot(DotPlot { x: nowhere.clone(), difference_axis: Some(nowhere), ..broken }),
        ),
        ("marks_without_curves", Figure::SurvivalCurves(marked)),
        (
            "broken_band",
            Figure::Scatter(Scatter {
                x: fitted_axis("x", 0.0, 1.0, 2),
                y: fitted_axis("y", 0.0, 1.0, 2),
                groups: vec![ScatterGroup {
                    name: "Points".into(),
                    hue: Hue::Neutral,
                    is_hollow: false,
                    points: [f64::NAN, -1.0, 0.0, 1e300]
                        .map(|size| ScatterPoint {
                            x: 0.5,
                            y: 0.5,
                            size,
                            label: "Here".into(),
                            ..ScatterPoint::default()
                        })
                        .to_vec(),
                }],
                lines: Vec::new(),
                bands: vec![ScatterBand {
                    hue: Hue::Control,
                    points: vec![(0.0, 0.1, 0.2), (0.5, f64::NAN, 1.0), (0.6, -9.0, 9.0), (0.7, f64::INFINITY, 1.0)],
                }],
                ..Scatter::default()
            }),
        ),
    ]
}

pub fn pictures() -> Vec<(&'static str, Figure, u32, bool)> {
    let empty = || no_data().swap_remove(0).1;
    vec![
        ("survival_three_blocks", three_blocks(), 680, false),
        ("survival_three_blocks_phone_dark", three_blocks(), 400, true),
        ("rising_curves", rising_curves(), 680, true),
        ("rising_curves_phone", rising_curves(), 400, false),
        ("ten_curves", many_curves(10), 680, false),
        ("ten_curves_phone_dark", many_curves(10), 400, true),
        ("fourteen_curves", many_curves(14), 900, true),
        ("survival_long_names", long_arms(), 680, false),
        ("survival_long_names_phone", long_arms(), 400, false),
        ("adverse_events", adverse_events(), 680, false),
        ("adverse_events_dark", adverse_events(), 1000, true),
        ("adverse_events_phone", adverse_events(), 400, false),
        ("adverse_events_of_ten", adverse_events_of_ten(), 680, false),
        ("many_adverse_events", many_adverse_events(), 680, false),
        ("no_adverse_events", empty(), 400, false),
        ("volcano", volcano(), 680, false),
        ("volcano_phone_dark", volcano(), 400, true),
        ("residuals_with_band", residuals_with_band(), 680, true),
        ("residuals_with_band_phone", residuals_with_band(), 400, false),
        ("subgroups", subgroups(), 900, false),
        ("subgroups_dark", subgroups(), 680, true),
        ("subgroups_phone", subgroups(), 400, false),
    ]
}
