//! Pictures of the biomarker pages: many analytes, limits, ratios.

use super::{palette, scattered};
use second_look::chart::{Mark, Palette, draw, mark_at, preferred_height, svg};
use second_look::report::axis::*;
use second_look::report::figure::*;
use second_look::report::number::format_fixed;

const ANALYTES: [&str; 12] = [
    "TGF-β1",
    "IL-6",
    "IL-10",
    "MCP-1",
    "VEGF-A",
    "GFAP",
    "NfL",
    "pNfH",
    "Angiogenin",
    "Chitotriosidase",
    "Osteopontin",
    "TNF-α",
];

/// The symmetric matrix of `count` analytes in groups of alike ones, a few of them missing.
pub fn matrix(count: usize, has_text: bool) -> Figure {
    let mut next = scattered(53);
    let names: Vec<String> = (0..count)
        .map(|index| match (ANALYTES[index % ANALYTES.len()], index / ANALYTES.len()) {
            (name, 0) => name.to_owned(),
            (name, times) => format!("{name} ({})", times + 1),
        })
        .collect();
    let group = |index: usize| index * 5 / count.max(1);
    let mut cells: Vec<Vec<Option<HeatCell>>> = vec![vec![None; count]; count];
    let pairs = (0..count).flat_map(|row| (0..row).map(move |column| (row, column)));
    for (row, column) in pairs {
        if next() < 0.03 {
            continue;
        }
        let (a, b) = (group(row), group(column));
        let middle = if a == b {
            0.55
        } else if (a + b) % 2 == 1 {
            -0.35
        } else {
            0.1
        };
        let value = (middle + 0.9 * (next() - 0.5_f64)).clamp(-1.0, 1.0);
        let text = format_fixed(value, 2);
        let cell = |x: usize, y: usize| HeatCell {
            value,
            text: if has_text { text.clone() } else { String::new() },
            is_marked: value.abs() > 0.72,
            hint: format!("{} and {}: r = {text}", names[x], names[y]),
            pick: format!("{x},{y}"),
        };
        cells[row][column] = Some(cell(row, column));
        cells[column][row] = Some(cell(column, row));
    }
    let gaps: Vec<usize> =
        (1..count).filter(|&index| group(index) != group(index - 1)).map(|index| index - 1).collect();
    Figure::HeatMap(HeatMap {
        row_labels: names.clone(),
        column_labels: names,
        cells,
        scale_labels: ("−1, opposite".into(), "+1, together".into()),
        gaps_after_rows: gaps.clone(),
        gaps_after_columns: gaps,
    })
}

/// People of each arm at two visits, joined; those under the limit of quantification at it.
fn strip_panel(title: &str, arms: &[(&str, Hue)], people: usize, is_paired: bool) -> StripPanel {
    let mut next = scattered(61 + title.len() as u64 * 7);
    let limit = 0.2;
    let mut groups = Vec::new();
    for (place, &(name, hue)) in arms.iter().enumerate() {
        let first: Vec<f64> = (0..people).map(|_| 1.4 + 1.3 * (next() + next() + next() - 1.5)).collect();
        let visits: &[&str] = if is_paired { &["Baseline", "Month 4"] } else { &[""] };
        for (visit, &visit_name) in visits.iter().enumerate() {
            let shift = visit as f64 * (0.25 * place as f64 - 0.4);
            let mut values: Vec<f64> = first.iter().map(|value| value + shift + 0.8 * (next() - 0.5)).collect();
            let points = values.iter().enumerate().map(|(subject, value)| StripPoint {
                y: value.max(limit),
                hint: format!("{name}, subject {subject}"),
                limit: (*value < limit).then_some(Beyond::Below),
                subject: is_paired.then_some(subject),
            });
            let points = points.collect();
            values.sort_by(f64::total_cmp);
            let at = |share: f64| values.get((share * people as f64) as usize).copied();
            groups.push(StripGroup {
                name: if is_paired { visit_name.into() } else { name.into() },
                count: format!("n = {people}"),
                cluster: if is_paired { name.into() } else { String::new() },
                hue,
                points,
                mid: at(0.5),
                low: at(0.25),
                high: at(0.75),
                hint: format!("{name} {visit_name}: median"),
            });
        }
    }
    StripPanel {
        title: title.into(),
        y: log_level_axis("", -1.0, 4.5, LogBase::Two),
        marks_y: vec![YMark { at: limit, label: "limit of quantification".into() }],
        groups,
    }
}

const TWO: [(&str, Hue); 2] = [("MSC", Hue::Treated(0)), ("Control", Hue::Control)];
const THREE: [(&str, Hue); 3] = [
    ("Autologous mesenchymal stem cells, two injections", Hue::Treated(0)),
    ("MSC, one injection", Hue::Treated(1)),
    ("Control", Hue::Control),
];

fn strips(panels: Vec<StripPanel>, arms: &[(&str, Hue)]) -> Figure {
    Figure::StripPlot(StripPlot {
        y_label: "Concentration, pg/mL, logarithmic (median and quartiles)".into(),
        legend: arms.iter().map(|&(name, hue)| LegendEntry { name: name.into(), hue }).collect(),
        limit_name: "Below the limit".into(),
        panels,
    })
}

fn paired() -> Figure {
    strips(vec![strip_panel("TGF-β1", &TWO, 31, true)], &TWO)
}

fn paired_of_three() -> Figure {
    let panels = ["TGF-β1", "MCP-1"].map(|title| strip_panel(title, &THREE, 28, true));
    strips(panels.to_vec(), &THREE)
}

fn analytes_of_three() -> Figure {
    let mut panels: Vec<StripPanel> =
        ANALYTES.iter().take(6).map(|title| strip_panel(title, &THREE, 28, false)).collect();
    panels[1].title = "Interleukin 6, high-sensitivity, by a single-molecule array".into();
    // One with a scale of its own.
    panels[3].y.ticks[0].label = "500".into();
    strips(panels, &THREE)
}

/// 500 people in ten arms.
fn crowd() -> Figure {
    let names: Vec<String> = (1..10).map(|dose| format!("{} mg", dose * 10)).collect();
    let mut arms = vec![("Placebo", Hue::Control)];
    arms.extend(names.iter().enumerate().map(|(index, name)| (name.as_str(), Hue::Treated(index))));
    strips(vec![strip_panel("MCP-1", &arms, 50, true)], &[])
}

/// 500 people in two arms.
fn dense() -> Figure {
    strips(vec![strip_panel("MCP-1", &TWO, 250, true)], &TWO)
}

fn broken_strips() -> Figure {
    let mut panel = strip_panel("Broken", &TWO, 4, true);
    panel.y.max = f64::NAN;
    let mut values = strip_panel("Values", &TWO, 4, true);
    for (point, y) in values.groups[0].points.iter_mut().zip([f64::NAN, f64::INFINITY, -1e300, 9.0]) {
        point.y = y;
    }
    (values.groups[1].mid, values.groups[1].low) = (Some(f64::NAN), Some(f64::NEG_INFINITY));
    values.marks_y.push(YMark { at: f64::NAN, label: "nowhere".into() });
    values.groups.push(StripGroup { name: "Nobody".into(), ..StripGroup::default() });
    strips(vec![panel, values, StripPanel { title: "Empty".into(), ..StripPanel::default() }], &TWO)
}

/// Two analytes of three arms with a line for each arm, some values beyond a limit of either.
fn limits() -> Figure {
    let mut next = scattered(71);
    let (low_x, low_y, high_x) = (-1.6, -2.2, 2.6);
    let mut groups = Vec::new();
    let (mut lines, mut bands) = (Vec::new(), Vec::new());
    for (place, (name, hue)) in THREE.into_iter().enumerate() {
        let (slope, offset) = (0.7 - 0.35 * place as f64, 0.3 * place as f64);
        let points = (0..28).map(|index| {
            let x = 5.2 * (next() - 0.45);
            let y = offset + slope * x + 3.0 * (next() - 0.5);
            let below = |value: f64, limit: f64| (value < limit).then_some(Beyond::Below);
            let limit = PointLimit { x: below(x, low_x).or((x > high_x).then_some(Beyond::Above)), y: below(y, low_y) };
            ScatterPoint {
                x: x.clamp(low_x, high_x),
                y: y.max(low_y),
                hint: format!("{name} {index}"),
                limit: (limit != PointLimit::default()).then_some(limit),
                pick: index.to_string(),
                ..ScatterPoint::default()
            }
        });
        groups.push(ScatterGroup { name: name.into(), hue, is_hollow: false, points: points.collect() });
        let at: Vec<f64> = (0..=20).map(|step| low_x + (high_x - low_x) * f64::from(step) / 20.0).collect();
        let mean = |x: f64| offset + slope * x;
        let half = |x: f64| 0.35 + 0.09 * (x - 0.4) * (x - 0.4);
        lines.push(ScatterLine {
            name: String::new(),
            hue,
            is_dashed: false,
            points: at.iter().map(|&x| (x, mean(x))).collect(),
        });
        bands
            .push(ScatterBand { hue, points: at.iter().map(|&x| (x, mean(x) - half(x), mean(x) + half(x))).collect() });
    }
    Figure::Scatter(Scatter {
        x: round_axis("Log2 of NfL, pg/mL", -2.0, 3.0, 5),
        y: round_axis("Log2 of IL-6, pg/mL", -3.0, 4.0, 7),
        groups,
        lines,
        bands,
        marks_x: vec![
            XMark { at: low_x, label: "limit of quantification".into() },
            XMark { at: high_x, label: "upper limit".into() },
        ],
        marks_y: vec![YMark { at: low_y, label: "limit of quantification".into() }],
        limit_name: "Beyond a limit, the way the arrow points".into(),
    })
}

/// A limit whose side is not known, in one hollow group and one full.
fn unknown_side() -> Figure {
    let Figure::Scatter(mut figure) = limits() else { unreachable!() };
    for group in &mut figure.groups {
        group.is_hollow = group.hue == Hue::Control;
        for point in group.points.iter_mut().filter(|point| point.limit.is_some()) {
            point.limit = Some(PointLimit::default());
        }
    }
    (figure.marks_x, figure.marks_y, figure.bands) = (Vec::new(), Vec::new(), Vec::new());
    figure.limit_name = "Beyond a limit".into();
    Figure::Scatter(figure)
}

/// 100 analytes by ratio and p-value; a few have their name beside them.
fn ratios_and_p() -> Figure {
    let mut next = scattered(83);
    let mut points: Vec<ScatterPoint> = (0..100)
        .map(|index| {
            let x = 1.6 * (next() + next() + next() - 1.5);
            let y = (x * x * 2.2 * (0.2 + next())).min(5.8);
            let name = format!("{} ({})", ANALYTES[index % 12], index / 12 + 1);
            let hint = format!("{name}: ratio, p");
            ScatterPoint { x, y, hint, label: name, pick: index.to_string(), ..ScatterPoint::default() }
        })
        .collect();
    points.sort_by(|a, b| b.y.total_cmp(&a.y));
    for point in points.iter_mut().skip(8) {
        point.label.clear();
    }
    let passed = points.iter().filter(|point| point.y > 3.1).count();
    let rest = points.split_off(passed);
    let group = |name: &str, hue, points| ScatterGroup { name: name.into(), hue, is_hollow: false, points };
    Figure::Scatter(Scatter {
        x: ratio_axis("Ratio at month 4, MSC to control", -1.9, 2.2),
        y: round_axis("−log10 of p, unadjusted", 0.0, 6.0, 6),
        groups: vec![
            group("Below the threshold of Holm’s method", Hue::Treated(0), points),
            group("Others", Hue::Neutral, rest),
        ],
        marks_x: vec![XMark { at: 0.0, label: "no difference".into() }],
        marks_y: vec![
            YMark { at: 1.301, label: "p = 0.05".into() },
            YMark { at: 3.1, label: "false discovery rate 5%".into() },
            YMark { at: 3.301, label: "Holm, 100 tests".into() },
        ],
        ..Scatter::default()
    })
}

/// Ratios on a logarithmic axis, one of them beyond it.
fn ratios() -> Figure {
    let mut next = scattered(89);
    let rows = ANALYTES.iter().enumerate().map(|(index, name)| {
        let (estimate, half) = (1.3 * (next() - 0.5), 0.3 + 0.9 * next());
        let half = if index == 5 { 4.0 } else { half };
        let detail = format!("{} ({} to {})", format_fixed(estimate, 2), format_fixed(estimate - half, 2), "…");
        ForestRow {
            label: (*name).into(),
            counts: "31 vs 30".into(),
            hint: format!("{name}: {detail}"),
            detail,
            hue: Hue::Treated(0),
            estimate: Some(estimate),
            low: Some(estimate - half),
            high: Some(estimate + half),
            ..ForestRow::default()
        }
    });
    Figure::Forest(Forest {
        is_without_guide: true,
        x: ratio_axis("Ratio of concentrations at month 4, MSC to control (95% CI)", -1.6, 1.9),
        reference_x: Some(0.0),
        rows: rows.collect(),
        headers: Some(ForestHeaders {
            label: "Analyte".into(),
            counts: "People".into(),
            detail: "Log2 ratio (95% CI)".into(),
        }),
        favours: Some(("lower with MSC".into(), "higher with MSC".into())),
    })
}

pub fn no_data() -> Vec<(&'static str, Figure)> {
    let gaps = vec![0, 0, 7, usize::MAX];
    vec![
        (
            "gaps_without_cells",
            Figure::HeatMap(HeatMap { gaps_after_rows: gaps.clone(), gaps_after_columns: gaps, ..HeatMap::default() }),
        ),
        ("no_strips", Figure::StripPlot(StripPlot::default())),
        ("broken_strips", broken_strips()),
    ]
}

pub fn pictures() -> Vec<(&'static str, Figure, u32, bool)> {
    vec![
        ("matrix_of_forty", matrix(40, true), 900, false),
        ("matrix", matrix(36, true), 680, true),
        ("matrix_phone", matrix(36, true), 400, false),
        ("matrix_of_eight", matrix(8, true), 680, false),
        ("ratios", ratios(), 680, false),
        ("ratios_phone_dark", ratios(), 400, true),
        ("ratios_and_p", ratios_and_p(), 680, false),
        ("ratios_and_p_phone_dark", ratios_and_p(), 400, true),
        ("limits", limits(), 680, false),
        ("limits_phone_dark", limits(), 400, true),
        ("limits_of_unknown_side", unknown_side(), 680, false),
        ("paired", paired(), 680, false),
        ("paired_phone_dark", paired(), 400, true),
        ("paired_of_three", paired_of_three(), 900, true),
        ("paired_of_three_phone", paired_of_three(), 400, false),
        ("strips_of_three", analytes_of_three(), 900, false),
        ("strips_of_three_phone", analytes_of_three(), 400, false),
        ("strips_of_ten", crowd(), 900, false),
        ("strips_of_ten_phone", crowd(), 400, false),
        ("strips_of_500", dense(), 680, false),
        ("no_strips", broken_strips(), 680, false),
    ]
}

fn marks(figure: &Figure, width: u32) -> Vec<Mark> {
    let mut buffer = String::new();
    let size = (width, preferred_height(figure, width));
    let backend = plotters_svg::SVGBackend::with_string(&mut buffer, size);
    draw(backend, figure, &Palette::light(), size, 1.0).expect("drawing into text")
}

#[test]
fn a_cell_is_pressed_inside_and_nowhere_else() {
    let Figure::HeatMap(map) = matrix(100, true) else { unreachable!() };
    let wanted: Vec<&str> = map.cells.iter().flatten().flatten().map(|cell| cell.pick.as_str()).collect();
    for width in [400, 900] {
        let marks = marks(&Figure::HeatMap(map.clone()), width);
        assert_eq!(marks.len(), wanted.len());
        for (mark, pick) in marks.iter().zip(&wanted) {
            assert_eq!(mark.pick, *pick);
            let (half_width, half_height) = mark.cell.expect("a cell has its size");
            for (x, y) in [(0.0, 0.0), (-0.98, 0.98), (0.98, -0.98)] {
                let found = mark_at(&marks, (mark.x + x * half_width, mark.y + y * half_height));
                assert_eq!(found.map(|found| found.pick.as_str()), Some(*pick));
            }
        }
        // The diagonal is empty: between two cells of the first row lies none.
        let (first, second) = (&marks[0], marks.iter().find(|mark| mark.pick == "1,0").expect("the cell below"));
        assert_eq!(mark_at(&marks, (second.x, first.y)), None);
    }
}

#[test]
fn a_point_is_pressed_near_it_and_one_without_a_press_tells_nothing() {
    let marks = marks(&ratios_and_p(), 680);
    let highest = marks.iter().min_by(|a, b| a.y.total_cmp(&b.y)).expect("a mark");
    let found = mark_at(&marks, (highest.x + 9.0, highest.y)).expect("the pointer is near");
    assert_eq!((&found.hint, &found.pick), (&highest.hint, &highest.pick));
    assert!(!found.pick.is_empty());
    assert_eq!(mark_at(&marks, (highest.x - 40.0, highest.y)), None);
    let Figure::Scatter(plain) = super::scatter() else { unreachable!() };
    assert!(self::marks(&Figure::Scatter(plain), 680).iter().all(|mark| mark.pick.is_empty()));
}

/// Where texts begin and how large they are: x, y, size, whether turned.
fn texts(drawn: &str) -> Vec<(f64, f64, f64, bool)> {
    let number = |text: &str, name: &str| -> f64 {
        let value = text.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.expect("text has a place").parse().expect("a number")
    };
    drawn
        .split("<text")
        .skip(1)
        .map(|text| {
            let head = text.split('>').next().unwrap_or_default();
            (number(head, "x"), number(head, "y"), number(head, "font-size"), head.contains("rotate"))
        })
        .collect()
}

#[test]
fn labels_of_a_hundred_rows_and_columns_do_not_overlap() {
    for width in [300, 400, 680, 900, 1400] {
        let drawn = svg(&matrix(100, true), &palette(false), width, "", "");
        let labels = texts(&drawn);
        let (columns, rows): (Vec<_>, Vec<_>) = labels.into_iter().partition(|label| label.3);
        assert!(columns.len() >= 15 && rows.len() >= 15, "{width}: {} {}", columns.len(), rows.len());
        // Less the two of the key.
        let rows: &[(f64, f64, f64, bool)] = &rows[..rows.len() - 2];
        assert!(rows.windows(2).all(|pair| pair[1].1 - pair[0].1 >= 0.95 * pair[0].2), "{width}");
        assert!(columns.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 0.95 * pair[0].2), "{width}");
    }
}

#[test]
fn each_person_can_be_pointed_at_and_stands_at_their_value() {
    for (figure, people) in [(paired(), 31 * 4), (crowd(), 50 * 20), (dense(), 250 * 4)] {
        for width in [400, 680] {
            let marks = marks(&figure, width);
            let points: Vec<&Mark> = marks.iter().filter(|mark| mark.hint.contains("subject")).collect();
            assert_eq!(points.len(), people, "{width}");
            assert!(points.iter().all(|mark| mark.x > 8.0 && mark.x < f64::from(width) - 4.0));
        }
    }
    // Points at the limit stand in one row, and beside one another.
    let marks = marks(&paired(), 680);
    let lowest = marks.iter().filter(|mark| mark.hint.contains("subject")).map(|mark| mark.y).fold(0.0, f64::max);
    let row: Vec<f64> = marks.iter().filter(|mark| mark.y == lowest).map(|mark| mark.x).collect();
    assert!(row.len() > 3);
    for (index, x) in row.iter().enumerate() {
        assert!(row[..index].iter().all(|other| (x - other).abs() > 4.0), "{row:?}");
    }
}

#[test]
fn a_person_is_joined_within_a_cluster_alone() {
    let lines = |figure: &Figure| svg(figure, &palette(false), 680, "", "").matches("<polyline").count();
    let Figure::StripPlot(mut plot) = paired() else { unreachable!() };
    let joined = lines(&Figure::StripPlot(plot.clone()));
    for group in &mut plot.panels[0].groups {
        group.cluster.clear();
    }
    let apart = lines(&Figure::StripPlot(plot));
    assert_eq!(joined - apart, 31 * 2, "a line a person");
}
