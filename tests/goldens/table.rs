//! A golden's input: comma-separated, a header, no quotes. Inputs are built into the test, so that it also runs where
//! there is no file system.

pub struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Table {
    pub fn parse(text: &'static str) -> Self {
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().expect("a header");
        Self { header, rows: lines.collect() }
    }

    pub fn names(&self) -> &[&'static str] {
        &self.header
    }

    pub fn text(&self, name: &str) -> Vec<&'static str> {
        let place = self.header.iter().position(|one| *one == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| row[place]).collect()
    }

    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).iter().map(|cell| cell.parse().expect("a number")).collect()
    }

    pub fn codes(&self, name: &str) -> Vec<usize> {
        self.text(name).iter().map(|cell| cell.parse().expect("a code")).collect()
    }

    pub fn flags(&self, name: &str) -> Vec<bool> {
        self.text(name).iter().map(|cell| *cell == "1").collect()
    }

    /// The rows whose column `name` holds `value`.
    pub fn only(&self, name: &str, value: &str) -> Self {
        let keep = self.text(name);
        let rows = self.rows.iter().zip(keep).filter(|(_, cell)| *cell == value).map(|(row, _)| row.clone()).collect();
        Self { header: self.header.clone(), rows }
    }
}
