use std::fmt;

/// Why a routine cannot answer. Each carries the numbers a reader needs to see why.
#[derive(Debug, Clone, PartialEq)]
pub enum StatError {
    /// Fewer usable values than the method needs.
    TooFew { what: &'static str, need: usize, got: usize },
    /// A NaN or an infinity was passed in; `index` is its place in the slice named `what`.
    NotFinite { what: &'static str, index: usize },
    /// All values are the same, so a spread, a correlation or a ratio to it has no meaning.
    NoVariation { what: &'static str },
    /// Two slices that must pair up differ in length.
    LengthsDiffer { what: &'static str, left: usize, right: usize },
    /// The model's columns are linearly dependent; `column` is the first that adds nothing.
    Singular { column: usize },
    /// A value outside the range the method is defined on.
    OutOfRange { what: &'static str, value: f64 },
    /// What may be there once only is there again at `index`.
    Duplicate { what: &'static str, index: usize },
    /// The search for a maximum of a likelihood ended somewhere else: the slope there is not 0 (largest by a parameter:
    /// `gradient`), or the likelihood is flat or curved upwards (`smallest_eigenvalue` of minus its second derivatives).
    NotConverged { iterations: usize, gradient: f64, smallest_eigenvalue: f64 },
    /// The likelihood rises without end along `column` (complete or quasi-complete separation).
    MonotoneLikelihood { column: usize },
}

impl fmt::Display for StatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { what, need, got } => write!(f, "{what}: at least {need} needed, {got} found"),
            Self::NotFinite { what, index } => write!(f, "{what}: value {} is not a finite number", index + 1),
            Self::NoVariation { what } => write!(f, "{what}: all values are the same"),
            Self::LengthsDiffer { what, left, right } => write!(f, "{what}: {left} values against {right}"),
            Self::Singular { column } => {
                write!(f, "model column {} is a combination of the columns before it", column + 1)
            }
            Self::OutOfRange { what, value } => write!(f, "{what}: {value} is out of range"),
            Self::Duplicate { what, index } => write!(f, "{what}: value {} is there twice", index + 1),
            Self::NotConverged { iterations, gradient, smallest_eigenvalue } => write!(
                f,
                "no maximum of the likelihood after {iterations} steps: slope {gradient:e}, least curvature {smallest_eigenvalue:e}"
            ),
            Self::MonotoneLikelihood { column } => {
                write!(f, "the likelihood rises without end along model column {}", column + 1)
            }
        }
    }
}

impl std::error::Error for StatError {}
