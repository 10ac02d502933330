use super::csv_cell::guarded;
use crate::analysis::Finding;

const COLUMNS: [&str; 16] = [
    "analysis",
    "outcome",
    "group",
    "contrast",
    "at",
    "term",
    "n",
    "estimate",
    "std_error",
    "df",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "method",
    "note",
];

/// The findings as one tidy table, full precision, empty where absent.
pub fn write_findings_csv(rows: &[&Finding]) -> Result<String, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fail = |error: csv::Error| format!("findings not written: {error}");
    writer.write_record(COLUMNS).map_err(fail)?;
    for row in rows {
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let text = |value: &Option<String>| value.as_deref().map(guarded).unwrap_or_default().into_owned();
        writer
            .write_record([
                row.analysis.as_str().to_owned(),
                guarded(&row.outcome).into_owned(),
                text(&row.group),
                text(&row.contrast),
                number(row.at),
                row.term.as_str().to_owned(),
                row.n.map(|n| n.to_string()).unwrap_or_default(),
                number(row.estimate),
                number(row.std_error),
                number(row.df),
                number(row.statistic),
                number(row.p_value),
                number(row.conf_low),
                number(row.conf_high),
                text(&row.method),
                text(&row.note),
            ])
            .map_err(fail)?;
    }
    let bytes = writer.into_inner().map_err(|error| format!("findings not written: {error}"))?;
    String::from_utf8(bytes).map_err(|error| format!("findings not written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{AnalysisId, Term};

    #[test]
    fn absent_is_empty_and_formulas_are_defused() {
        let row = Finding {
            group: Some("=HYPERLINK(\"x\")".into()),
            estimate: Some(0.1 + 0.2),
            ..Finding::new(AnalysisId::ChangeStudent, "alsfrs_r_total", Term::Difference)
        };
        let text = write_findings_csv(&[&row]).unwrap();
        let line = text.lines().nth(1).unwrap();
        assert_eq!(
            line,
            "change.student,alsfrs_r_total,\"'=HYPERLINK(\"\"x\"\")\",,,difference,,0.30000000000000004,,,,,,,,"
        );
    }
}
