//! Which rows of a table are shown, and in what order: sorted by a column, searched for words.

use std::cmp::Ordering;

use super::page::{Cell, TableView};
use crate::order::sort_places;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub is_descending: bool,
}

impl Sort {
    /// What pressing a column's head leads to: rising, falling, as given.
    pub fn pressed(current: Option<Sort>, column: usize) -> Option<Sort> {
        match current {
            Some(sort) if sort.column == column => {
                (!sort.is_descending).then_some(Sort { is_descending: true, ..sort })
            }
            _ => Some(Sort { column, is_descending: false }),
        }
    }
}

/// Places of the rows to show. A row is kept when a cell holds `search`, whatever the case; with it the rows that it
/// belongs to, and its own members. Sorting moves members with their row, and sorts them among themselves.
pub fn arranged(table: &TableView, sort: Option<Sort>, search: &str) -> Vec<usize> {
    let search = search.trim().to_lowercase();
    let is_found =
        |row: &Vec<Cell>| search.is_empty() || row.iter().any(|cell| cell.text.to_lowercase().contains(&search));
    let keys: Vec<Option<Key>> = match sort {
        Some(sort) => table.rows.iter().map(|row| row.get(sort.column).map(Key::of)).collect(),
        None => vec![None; table.rows.len()],
    };
    let arrangement = Arrangement {
        levels: (0..table.rows.len()).map(|row| table.row_levels.get(row).copied().unwrap_or(0)).collect(),
        found: table.rows.iter().map(is_found).collect(),
        keys,
        is_descending: sort.is_some_and(|sort| sort.is_descending),
    };
    let mut shown = Vec::with_capacity(table.rows.len());
    arrangement.collect(0, table.rows.len(), false, &mut shown);
    shown
}

struct Arrangement {
    levels: Vec<u8>,
    found: Vec<bool>,
    keys: Vec<Option<Key>>,
    is_descending: bool,
}

impl Arrangement {
    /// Rows `start..end`, the first of which leads a family: itself and the rows of a higher level that follow it.
    fn collect(&self, start: usize, end: usize, is_all_found: bool, shown: &mut Vec<usize>) {
        let mut families: Vec<(usize, usize)> = Vec::new();
        let mut level = 0;
        for row in start..end {
            match families.last_mut() {
                Some(family) if self.levels[row] > level => family.1 = row + 1,
                _ => {
                    level = self.levels[row];
                    families.push((row, row + 1));
                }
            }
        }
        let mut order: Vec<usize> = (0..families.len()).collect();
        sort_places(&mut order, &|a, b| self.compare(families[a].0, families[b].0));
        for family in order {
            let (head, end) = families[family];
            let is_all_found = is_all_found || self.found[head];
            if is_all_found || self.found[head..end].contains(&true) {
                shown.push(head);
                self.collect(head + 1, end, is_all_found, shown);
            }
        }
    }

    /// What is absent stands last, whichever way the rest runs.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let absent = |row: usize| !matches!(self.keys[row], Some(Key::Number(..) | Key::Text(_)));
        match (absent(a), absent(b), &self.keys[a], &self.keys[b]) {
            (false, false, Some(left), Some(right)) => {
                let order = left.compare(right);
                if self.is_descending { order.reverse() } else { order }
            }
            (a, b, ..) => a.cmp(&b),
        }
    }
}

/// What a cell is sorted by.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    /// With −1 for "less than", 1 for "more than" it: "<0.001" stands before "0.001".
    Number(f64, i8),
    /// In lower case.
    Text(String),
    Absent,
}

impl Key {
    fn of(cell: &Cell) -> Key {
        let text = cell.text.trim();
        match cell.sort_key {
            Some(key) if key.is_finite() => Key::Number(key, 0),
            Some(_) => Key::Absent,
            None if text.is_empty() || text == "–" => Key::Absent,
            None => number_at_start(text)
                .map_or_else(|| Key::Text(text.to_lowercase()), |(number, bound)| Key::Number(number, bound)),
        }
    }

    fn compare(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Number(a, a_bound), Key::Number(b, b_bound)) => a.total_cmp(b).then(a_bound.cmp(b_bound)),
            (Key::Text(a), Key::Text(b)) => compare_texts(a, b),
            (Key::Number(..), _) | (_, Key::Absent) => Ordering::Less,
            (_, Key::Number(..)) | (Key::Absent, _) => Ordering::Greater,
        }
    }
}

/// The number that a text begins with: 12 of "12 of 31", −1.2 of "−1.2 (−2.4 to 0.1)"; not the year of a date, which
/// sorts as a text.
fn number_at_start(text: &str) -> Option<(f64, i8)> {
    let (rest, bound) = match text.strip_prefix(['<', '≤']) {
        Some(rest) => (rest, -1),
        None => text.strip_prefix(['>', '≥']).map_or((text, 0), |rest| (rest, 1)),
    };
    let rest = rest.trim_start();
    let (rest, sign) = rest.strip_prefix(['−', '-']).map_or((rest, 1.0), |rest| (rest, -1.0));
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let is_date =
        rest[end..].strip_prefix('-').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let number: f64 = rest[..end].trim_end_matches('.').parse().ok().filter(|_| !is_date)?;
    Some((sign * number, bound))
}

/// By letters, and runs of digits as numbers: "A-9" before "A-10".
fn compare_texts(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while let (Some(left), Some(right)) = (a.chars().next(), b.chars().next()) {
        if left.is_ascii_digit() && right.is_ascii_digit() {
            let (left, left_rest) = split_digits(a);
            let (right, right_rest) = split_digits(b);
            // Without leading zeros the longer number is the larger.
            let order = left.len().cmp(&right.len()).then(left.cmp(right));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (left_rest, right_rest);
        } else if left != right {
            return left.cmp(&right);
        } else {
            (a, b) = (&a[left.len_utf8()..], &b[right.len_utf8()..]);
        }
    }
    a.len().cmp(&b.len())
}

/// The digits at the start, without leading zeros, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> TableView {
        let rows = rows.iter().map(|row| row.iter().map(|text| Cell::text(*text)).collect()).collect();
        TableView { rows, ..TableView::default() }
    }

    fn texts(table: &TableView, sort: Option<Sort>, search: &str) -> Vec<String> {
        arranged(table, sort, search).into_iter().map(|row| table.rows[row][0].text.clone()).collect()
    }

    const RISING: Option<Sort> = Some(Sort { column: 0, is_descending: false });
    const FALLING: Option<Sort> = Some(Sort { column: 0, is_descending: true });

    #[test]
    fn the_third_press_gives_the_order_back() {
        let first = Sort::pressed(None, 2);
        let second = Sort::pressed(first, 2);
        assert_eq!(first, Some(Sort { column: 2, is_descending: false }));
        assert_eq!(second, Some(Sort { column: 2, is_descending: true }));
        assert_eq!(Sort::pressed(second, 2), None);
        assert_eq!(Sort::pressed(second, 0), RISING);
    }

    #[test]
    fn numbers_sort_as_numbers_and_what_is_absent_stands_last() {
        let table = table(&[&["10.5"], &["–"], &["−2 (−3 to 1)"], &["9 of 31"], &["0.001"], &["<0.001"], &[""]]);
        assert_eq!(texts(&table, RISING, ""), ["−2 (−3 to 1)", "<0.001", "0.001", "9 of 31", "10.5", "–", ""]);
        assert_eq!(texts(&table, FALLING, ""), ["10.5", "9 of 31", "0.001", "<0.001", "−2 (−3 to 1)", "–", ""]);
    }

    #[test]
    fn texts_sort_whatever_their_case_and_with_their_numbers() {
        let names = table(&[&["A-10"], &["b"], &["a-9"], &["A-009x"], &["Ärm"]]);
        assert_eq!(texts(&names, RISING, ""), ["a-9", "A-009x", "A-10", "b", "Ärm"]);
        let dates = table(&[&["2024-03-01"], &["2024-11-20"], &["2023-12-31"]]);
        assert_eq!(texts(&dates, RISING, ""), ["2023-12-31", "2024-03-01", "2024-11-20"]);
    }

    #[test]
    fn a_key_stands_for_the_text() {
        let mut table = table(&[&["high"], &["low"], &["none"], &["middle"]]);
        for (row, key) in [(0, 3.0), (1, 1.0), (2, f64::NAN), (3, 2.0)] {
            table.rows[row][0].sort_key = Some(key);
        }
        assert_eq!(texts(&table, FALLING, ""), ["high", "middle", "low", "none"]);
    }

    #[test]
    fn equal_rows_keep_their_order_both_ways() {
        let table = table(&[&["1", "a"], &["1", "b"], &["1", "c"]]);
        assert_eq!(arranged(&table, RISING, ""), [0, 1, 2]);
        assert_eq!(arranged(&table, FALLING, ""), [0, 1, 2]);
        assert_eq!(arranged(&table, Some(Sort { column: 9, is_descending: false }), ""), [0, 1, 2]);
    }

    fn events() -> TableView {
        let mut table = table(&[
            &["Nervous system", "14"],
            &["Headache", "12"],
            &["Dizziness", "3"],
            &["Infections", "20"],
            &["Influenza", "4"],
            &["Cold", "17"],
        ]);
        table.row_levels = vec![0, 1, 1, 0, 1, 1];
        table
    }

    #[test]
    fn members_sort_within_the_row_they_belong_to() {
        let table = events();
        let by_count = Some(Sort { column: 1, is_descending: true });
        assert_eq!(
            texts(&table, by_count, ""),
            ["Infections", "Cold", "Influenza", "Nervous system", "Headache", "Dizziness"]
        );
        let rising = ["Infections", "Cold", "Influenza", "Nervous system", "Dizziness", "Headache"];
        assert_eq!(texts(&table, RISING, ""), rising);
    }

    #[test]
    fn a_search_keeps_what_a_match_belongs_to_and_its_members() {
        let table = events();
        assert_eq!(texts(&table, None, " head "), ["Nervous system", "Headache"]);
        assert_eq!(texts(&table, None, "NERVOUS"), ["Nervous system", "Headache", "Dizziness"]);
        assert_eq!(texts(&table, RISING, "in"), ["Infections", "Cold", "Influenza", "Nervous system", "Dizziness"]);
        assert!(texts(&table, None, "fracture").is_empty());
        assert_eq!(texts(&table, None, "").len(), 6);
    }

    #[test]
    fn levels_that_begin_or_end_anywhere_lose_no_row() {
        let mut table = events();
        for levels in [vec![1, 0, 2, 2, 1, 0], vec![3, 2, 1], vec![0, 1, 2, 1, 2, 2, 7, 7], vec![]] {
            table.row_levels = levels;
            let mut rows = arranged(&table, RISING, "");
            rows.sort_unstable();
            assert_eq!(rows, [0, 1, 2, 3, 4, 5]);
        }
        assert!(arranged(&TableView::default(), RISING, "x").is_empty());
    }
}
