//! Text from a user's file on its way into a CSV file that a spreadsheet may open.

use std::borrow::Cow;

/// A cell that a spreadsheet would run as a formula gets an apostrophe before it, as OWASP advises; a number stays a number.
/// <https://owasp.org/www-community/attacks/CSV_Injection>
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_formula && cell.parse::<f64>().is_err() { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for cell in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\u{ff1d}1+1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["-3", "+0.5", "-1e-3", "MSC", "", "IL-6", "a=b"] {
            assert_eq!(guarded(cell), cell);
        }
    }
}
