//! A result page as data: one frame for every question.

use super::figure::Figure;

/// Read from top to bottom: what is asked, the answer, the figure, the table, what could mislead, the method.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultPage {
    pub kicker: String,
    pub headline: Vec<Phrase>,
    pub subline: String,
    pub figures: Vec<FigureView>,
    pub tables: Vec<TableView>,
    pub doubts: Vec<String>,
    pub method: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    pub text: String,
    pub is_emphasised: bool,
}

impl Phrase {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_emphasised: false }
    }

    pub fn strong(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_emphasised: true }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FigureView {
    /// Stable within a page: the canvas's and the saved file's name.
    pub key: &'static str,
    pub title: String,
    /// Beside the title: unit and what the bars are.
    pub aside: String,
    pub figure: Figure,
    /// The figure in a sentence, for those who cannot see it.
    pub description: String,
}

impl FigureView {
    /// Asks whether the method fits rather than what it says: drawn small, below the tables.
    pub fn is_check(&self) -> bool {
        self.key.starts_with("check-")
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableView {
    pub title: String,
    pub columns: Vec<ColumnView>,
    pub rows: Vec<Vec<Cell>>,
    /// Under the table.
    pub footnote: Option<String>,
    /// A field over the table that leaves only the rows with the words typed.
    pub is_searchable: bool,
    /// Column heads are buttons that sort.
    pub is_sortable: bool,
    /// A number a row: 0 for a row of its own, 1 for one that belongs to the last 0 above it, such as a preferred term
    /// to its system organ class. Empty where every row is 0.
    pub row_levels: Vec<u8>,
    /// What to press to see the table, which is closed at first; `None` for one that is always open.
    pub is_folded: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ColumnView {
    pub label: String,
    pub is_text: bool,
}

impl ColumnView {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_text: true }
    }

    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_text: false }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    pub text: String,
    pub is_strong: bool,
    /// The row's head: what the row is about.
    pub is_head: bool,
    pub hue: Option<super::figure::Hue>,
    /// What the cell is sorted by; its text where absent.
    pub sort_key: Option<f64>,
    /// What the page is told when the cell is pressed; empty for nothing.
    pub pick: String,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn strong(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_strong: true, ..Self::default() }
    }

    pub fn head(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_head: true, ..Self::default() }
    }

    pub fn arm(text: impl Into<String>, hue: super::figure::Hue) -> Self {
        Self { text: text.into(), is_head: true, hue: Some(hue), ..Self::default() }
    }

    /// Sorted by `key` rather than by its text: "12 of 31 (38.7%)" by the share.
    pub fn keyed(self, key: f64) -> Self {
        Self { sort_key: Some(key), ..self }
    }

    /// What is absent is an en dash, never 0.
    pub fn absent() -> Self {
        Self::text("–")
    }
}
