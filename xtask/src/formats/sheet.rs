//! A table of text, and the ways in which it becomes a file.

#[derive(Clone)]
pub struct Sheet {
    /// The file's name without its ending.
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn new<S: AsRef<str>>(name: &str, header: &[S]) -> Sheet {
        let header = header.iter().map(|column| column.as_ref().to_owned()).collect();
        Sheet { name: name.to_owned(), header, rows: Vec::new() }
    }

    pub fn push(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Adds a row whose cells are given by column; the other columns stay empty.
    pub fn push_named(&mut self, cells: &[(&str, String)]) -> Result<(), String> {
        let mut row = vec![String::new(); self.header.len()];
        for (name, cell) in cells {
            row[self.column(name)?].clone_from(cell);
        }
        self.rows.push(row);
        Ok(())
    }

    pub fn column(&self, name: &str) -> Result<usize, String> {
        let at = self.header.iter().position(|column| column == name);
        at.ok_or(format!("{} has no column {name}", self.name))
    }

    /// Changes the cells of a column, if there is one of that name, with their row's number.
    pub fn change(&mut self, name: &str, change: impl Fn(usize, &str) -> String) {
        if let Ok(at) = self.column(name) {
            for (i, row) in self.rows.iter_mut().enumerate() {
                row[at] = change(i, &row[at]);
            }
        }
    }

    /// Adds a last column.
    pub fn append(&mut self, name: &str, cell: impl Fn(usize, &[String]) -> String) {
        self.header.push(name.to_owned());
        for (i, row) in self.rows.iter_mut().enumerate() {
            let added = cell(i, row);
            row.push(added);
        }
    }

    /// Header and rows.
    pub fn lines(&self) -> impl Iterator<Item = &[String]> {
        std::iter::once(self.header.as_slice()).chain(self.rows.iter().map(Vec::as_slice))
    }
}

#[derive(Clone, Copy)]
pub struct Dialect {
    pub separator: char,
    pub quotes_all: bool,
    pub has_decimal_comma: bool,
    pub line_end: &'static str,
}

pub const PLAIN: Dialect = Dialect { separator: ',', quotes_all: false, has_decimal_comma: false, line_end: "\n" };

impl Dialect {
    pub fn write(&self, sheet: &Sheet) -> String {
        self.write_lines(sheet.lines())
    }

    pub fn write_lines<'a>(&self, lines: impl Iterator<Item = &'a [String]>) -> String {
        let mut text = String::new();
        for line in lines {
            for (i, cell) in line.iter().enumerate() {
                if i > 0 {
                    text.push(self.separator);
                }
                let cell =
                    if self.has_decimal_comma && is_number(cell) { cell.replace('.', ",") } else { cell.clone() };
                if self.quotes_all || cell.contains([self.separator, '"', '\n']) {
                    text.push('"');
                    text.push_str(&cell.replace('"', "\"\""));
                    text.push('"');
                } else {
                    text.push_str(&cell);
                }
            }
            text.push_str(self.line_end);
        }
        text
    }
}

/// A number, or one behind `<`.
pub fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('<').unwrap_or(cell);
    digits.ends_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}
