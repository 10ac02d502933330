//! Pictures of the biomarker pages: many analytes, limits, ratios.

use super::{palette, scattered};
use second_look::chart::{Mark, Palette, draw, mark_at, preferred_height, svg};
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
    for row in 0..count {
        for column in 0..row {
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

pub fn no_data() -> Vec<(&'static str, Figure)> {
    let gaps = vec![0, 0, 7, usize::MAX];
    vec![(
        "gaps_without_cells",
        Figure::HeatMap(HeatMap { gaps_after_rows: gaps.clone(), gaps_after_columns: gaps, ..HeatMap::default() }),
    )]
}

pub fn pictures() -> Vec<(&'static str, Figure, u32, bool)> {
    vec![
        ("matrix_of_a_hundred", matrix(100, true), 900, false),
        ("matrix", matrix(36, true), 680, true),
        ("matrix_phone", matrix(36, true), 400, false),
        ("matrix_of_eight", matrix(8, true), 680, false),
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
