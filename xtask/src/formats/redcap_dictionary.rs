//! The fields of the REDCap project, and its data dictionary.

use super::sheet::Sheet;

pub struct Field {
    pub name: &'static str,
    pub form: &'static str,
    pub kind: &'static str,
    pub label: &'static str,
    /// `code, label | …`, or a calculation.
    pub choices: &'static str,
    note: &'static str,
    /// Validation, least and greatest value.
    valid: [&'static str; 3],
}

const fn field(
    form: &'static str,
    name: &'static str,
    kind: &'static str,
    label: &'static str,
    choices: &'static str,
) -> Field {
    Field { name, form, kind, label, choices, note: "", valid: ["", "", ""] }
}

const fn measured(
    form: &'static str,
    name: &'static str,
    label: &'static str,
    note: &'static str,
    valid: [&'static str; 3],
) -> Field {
    Field { name, form, kind: "text", label, choices: "", note, valid }
}

const YES_NO: &str = "1, Yes | 0, No";
const SCORE: &str = "4, 4 - Normal | 3, 3 - Mildly impaired | 2, 2 - Moderately impaired | 1, 1 - Severely impaired | \
                     0, 0 - Function lost";
const SUM: &str = "sum([alsfrs_r_1],[alsfrs_r_2],[alsfrs_r_3],[alsfrs_r_4],[alsfrs_r_5],[alsfrs_r_6],[alsfrs_r_7],\
                   [alsfrs_r_8],[alsfrs_r_9],[alsfrs_r_10],[alsfrs_r_11],[alsfrs_r_12])";

const fn score(name: &'static str, label: &'static str) -> Field {
    field("alsfrs", name, "radio", label, SCORE)
}

/// A concentration is text to REDCap, since it may be `<x`.
const fn fluid(name: &'static str, label: &'static str, note: &'static str) -> Field {
    measured("csf", name, label, note, ["", "", ""])
}

pub const FIELDS: [Field; 43] = [
    field("demographics", "record_id", "text", "Record ID", ""),
    field("demographics", "arm", "radio", "Treatment arm", "1, MSC | 2, Control"),
    measured("demographics", "age", "Age", "years", ["integer", "18", "90"]),
    field("demographics", "sex", "radio", "Sex", "1, M | 2, F"),
    field("demographics", "onset_site", "dropdown", "Site of onset", "1, bulbar | 2, limb"),
    measured("demographics", "onset_months", "Time since onset", "months", ["integer", "0", "120"]),
    field("demographics", "riluzole", "yesno", "Riluzole", YES_NO),
    field("demographics", "itt", "yesno", "Intention to treat", YES_NO),
    field("demographics", "per_protocol", "yesno", "Per protocol", YES_NO),
    field("demographics", "race", "checkbox", "Race", "1, Asian | 2, White | 99, Other, or not said"),
    score("alsfrs_r_1", "1. Speech"),
    score("alsfrs_r_2", "2. Salivation"),
    score("alsfrs_r_3", "3. Swallowing"),
    score("alsfrs_r_4", "4. Handwriting"),
    score("alsfrs_r_5", "5a. Cutting food (no gastrostomy)"),
    score("alsfrs_r_6", "6. Dressing and hygiene"),
    score("alsfrs_r_7", "7. Turning in bed"),
    score("alsfrs_r_8", "8. Walking"),
    score("alsfrs_r_9", "9. Climbing stairs"),
    score("alsfrs_r_10", "10. Dyspnea"),
    score("alsfrs_r_11", "11. Orthopnea"),
    score("alsfrs_r_12", "12. Respiratory insufficiency"),
    field("alsfrs", "alsfrs_r_total", "calc", "ALSFRS-R total (0-48)", SUM),
    measured("measures", "fvc_percent", "Forced vital capacity", "% of predicted", ["number_1dp", "0", "150"]),
    measured("measures", "aals", "Appel ALS score (30-164)", "points", ["integer", "30", "164"]),
    measured("measures", "sf36", "SF-36 (0-100)", "points", ["number_1dp", "0", "100"]),
    fluid("tgfb1", "TGF-β1 (pg/mL)", ""),
    fluid("mcp1", "MCP-1 (pg/mL)", ""),
    fluid("il4", "IL-4 (pg/mL)", "below the limit: <0.50"),
    fluid("il6", "IL-6 (pg/mL)", ""),
    fluid("il8", "IL-8", "pg/mL"),
    fluid("il10", "IL-10", "pg/mL"),
    fluid("tnfa", "TNF-α", "pg/mL; below the limit: <0.60"),
    fluid("vegf", "VEGF", "pg/mL"),
    measured("survival", "surv_months", "Time to death or last contact", "months", ["number_1dp", "0", "60"]),
    field("survival", "death", "yesno", "Died", YES_NO),
    field("adverse_events", "ae_term", "text", "Adverse event (preferred term)", ""),
    field("adverse_events", "ae_soc", "text", "System organ class", ""),
    field("adverse_events", "ae_severity", "radio", "Severity", "1, mild | 2, moderate | 3, severe"),
    field("adverse_events", "ae_serious", "yesno", "Serious", YES_NO),
    field("adverse_events", "ae_related", "yesno", "Related to treatment or procedure", YES_NO),
    measured("adverse_events", "ae_start_day", "Start", "days from baseline", ["integer", "", ""]),
    measured("adverse_events", "ae_end_day", "End", "days from baseline", ["integer", "", ""]),
];

/// Codes and labels; a label may hold a comma.
pub fn choices(field: &Field) -> Vec<(&'static str, &'static str)> {
    if field.kind == "calc" {
        return Vec::new();
    }
    field.choices.split(" | ").filter_map(|choice| choice.split_once(", ")).collect()
}

/// Of a yes/no field REDCap's dictionary does not say the choices.
pub fn dictionary() -> Sheet {
    let header = [
        "Variable / Field Name",
        "Form Name",
        "Section Header",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
        "Field Note",
        "Text Validation Type OR Show Slider Number",
        "Text Validation Min",
        "Text Validation Max",
        "Identifier?",
        "Branching Logic (Show field only if...)",
        "Required Field?",
        "Custom Alignment",
        "Question Number (surveys only)",
        "Matrix Group Name",
        "Matrix Ranking?",
        "Field Annotation",
    ];
    let mut sheet = Sheet::new("data_dictionary", &header);
    for field in &FIELDS {
        let shown = if field.kind == "yesno" { "" } else { field.choices };
        let [validation, least, greatest] = field.valid;
        let mut row: Vec<String> =
            [field.name, field.form, "", field.kind, field.label, shown, field.note, validation, least, greatest]
                .map(str::to_owned)
                .to_vec();
        row.resize(header.len(), String::new());
        sheet.push(row);
    }
    sheet
}
