#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub id: String,
    /// Absent when no file says which arm the subject was in.
    pub arm: Option<usize>,
}

/// A baseline column of the subjects file; `values` runs parallel to `Trial::subjects`.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    pub name: String,
    pub values: CovariateValues,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CovariateValues {
    Numeric(Vec<Option<f64>>),
    /// Codes point into `levels`, which are sorted.
    Factor {
        levels: Vec<String>,
        codes: Vec<Option<usize>>,
    },
}

impl Covariate {
    /// Whether a yes/no column (1/0, yes/no, y/n, true/false) says yes for this subject;
    /// `None` when the column does not say or is not a yes/no column.
    pub fn flag(&self, subject: usize) -> Option<bool> {
        match &self.values {
            CovariateValues::Numeric(values) => match values.get(subject).copied().flatten() {
                Some(1.0) => Some(true),
                Some(0.0) => Some(false),
                _ => None,
            },
            CovariateValues::Factor { levels, codes } => {
                let level = codes.get(subject).copied().flatten().and_then(|code| levels.get(code))?;
                match level.to_ascii_lowercase().as_str() {
                    "y" | "yes" | "true" => Some(true),
                    "n" | "no" | "false" => Some(false),
                    _ => None,
                }
            }
        }
    }

    /// Every value that is present is a yes or a no, and there is at least one yes.
    pub fn is_flag(&self) -> bool {
        let (len, present): (usize, Box<dyn Fn(usize) -> bool + '_>) = match &self.values {
            CovariateValues::Numeric(values) => {
                (values.len(), Box::new(move |i| values.get(i).is_some_and(Option::is_some)))
            }
            CovariateValues::Factor { codes, .. } => {
                (codes.len(), Box::new(move |i| codes.get(i).is_some_and(Option::is_some)))
            }
        };
        let all_yes_or_no = (0..len).filter(|&i| present(i)).all(|i| self.flag(i).is_some());
        all_yes_or_no && (0..len).any(|i| self.flag(i) == Some(true))
    }
}
