//! Rows of files as they stand, asked of the worker and kept to be looked at.

use std::collections::{BTreeMap, VecDeque};

use crate::import::RowView;

/// Enough for every table on the page at once.
const MOST_KEPT: usize = 600;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowShelf {
    /// Of each file and row; nothing where the file has no such row.
    kept: BTreeMap<(usize, u64), Option<RowView>>,
    /// What the worker owes, in the order in which it answers.
    asked: VecDeque<(usize, Vec<u64>)>,
}

impl RowShelf {
    /// Those that are neither here nor on their way.
    pub fn missing(&self, file: usize, rows: &[u64]) -> Vec<u64> {
        let is_asked = |row: &u64| self.asked.iter().any(|(asked, rows)| *asked == file && rows.contains(row));
        rows.iter().copied().filter(|row| !self.kept.contains_key(&(file, *row)) && !is_asked(row)).collect()
    }

    pub fn ask(&mut self, file: usize, rows: Vec<u64>) {
        if self.kept.len() > MOST_KEPT {
            self.kept.clear();
        }
        self.asked.push_back((file, rows));
    }

    pub fn put(&mut self, file: usize, views: Vec<RowView>) {
        // Answers come in the order of the questions; one that nobody waits for is of no use.
        let Some(place) = self.asked.iter().position(|(asked, _)| *asked == file) else { return };
        let Some((_, asked)) = self.asked.remove(place) else { return };
        for row in asked {
            self.kept.insert((file, row), None);
        }
        for view in views {
            self.kept.insert((file, view.row), Some(view));
        }
    }

    /// Another question was put to the worker, which drops what it owed.
    pub fn forget_asked(&mut self) {
        self.asked.clear();
    }

    /// The rows that exist, once every one of them is here.
    pub fn rows(&self, file: usize, wanted: &[u64]) -> Option<Vec<RowView>> {
        let rows: Option<Vec<&Option<RowView>>> = wanted.iter().map(|row| self.kept.get(&(file, *row))).collect();
        Some(rows?.into_iter().flatten().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(row: u64) -> RowView {
        RowView { row, cells: Vec::new(), set_aside: None, is_header: false }
    }

    #[test]
    fn a_row_that_does_not_exist_is_asked_for_once() {
        let mut shelf = RowShelf::default();
        assert_eq!(shelf.missing(0, &[1, 2]), [1, 2]);
        shelf.ask(0, vec![1, 2]);
        assert_eq!(shelf.missing(0, &[1, 2, 3]), [3]);
        assert_eq!(shelf.rows(0, &[1, 2]), None);
        shelf.put(0, vec![view(1)]);
        assert_eq!(shelf.missing(0, &[1, 2]), Vec::<u64>::new());
        assert_eq!(shelf.rows(0, &[1, 2]), Some(vec![view(1)]));
    }

    #[test]
    fn what_was_dropped_is_asked_for_again() {
        let mut shelf = RowShelf::default();
        shelf.ask(0, vec![1]);
        shelf.forget_asked();
        assert_eq!(shelf.missing(0, &[1]), [1]);
    }
}
