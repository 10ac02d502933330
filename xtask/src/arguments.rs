//! The words after the command.

pub struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub fn new(words: impl Iterator<Item = String>) -> Arguments {
        Arguments { words: words.collect() }
    }

    /// Takes `--name` out; true when it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let found = self.words.iter().position(|word| word == name);
        found.map(|at| self.words.remove(at)).is_some()
    }

    /// Takes `--name VALUE` or `--name=VALUE` out.
    pub fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let prefix = format!("{name}=");
        let Some(at) = self.words.iter().position(|word| word == name || word.starts_with(&prefix)) else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.words.len() { Ok(Some(self.words.remove(at))) } else { Err(format!("{name} needs a value")) }
    }

    /// Takes every `--name VALUE` out; a value may hold several, separated by commas.
    pub fn values(&mut self, name: &str) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        while let Some(value) = self.value(name)? {
            values.extend(value.split(',').map(str::to_owned));
        }
        Ok(values)
    }

    /// The words that were not taken out, for a command that reads them itself.
    pub fn rest(self) -> Vec<String> {
        self.words
    }

    /// Everything must have been taken out by now.
    pub fn end(self) -> Result<(), String> {
        match self.words.first() {
            Some(word) => Err(format!("what is {word:?}? Commands:\n{}", crate::USAGE)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn values_come_in_either_spelling_and_in_lists() {
        let mut given = arguments("--only page,browser --port=8081 --only=engine --debug");
        assert_eq!(given.values("--only").unwrap(), ["page", "browser", "engine"]);
        assert_eq!(given.value("--port").unwrap().as_deref(), Some("8081"));
        assert!(given.flag("--debug") && !given.flag("--debug"));
        assert!(given.end().is_ok());
    }

    #[test]
    fn leftovers_and_missing_values_are_errors() {
        assert!(arguments("--onyl page").end().is_err());
        assert!(arguments("--port").value("--port").is_err());
    }
}
