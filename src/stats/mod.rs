//! Numbers in, numbers out: no patient, no file, no screen. NaN and infinities are errors here.

mod error;
pub mod real;

pub use error::StatError;
