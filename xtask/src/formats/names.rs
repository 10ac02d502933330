//! What the standards call the things that the trial measures.

/// An ALSFRS-R item. Its code in `adam` and `sdtm` is made up: the CDISC terminology has none for this scale.
pub struct Item {
    pub code: &'static str,
    pub text: &'static str,
}

const fn item(code: &'static str, text: &'static str) -> Item {
    Item { code, text }
}

pub const ITEMS: [Item; 12] = [
    item("ALSFR101", "Speech"),
    item("ALSFR102", "Salivation"),
    item("ALSFR103", "Swallowing"),
    item("ALSFR104", "Handwriting"),
    item("ALSFR105", "Cutting Food Without Gastrostomy"),
    item("ALSFR106", "Dressing and Hygiene"),
    item("ALSFR107", "Turning in Bed"),
    item("ALSFR108", "Walking"),
    item("ALSFR109", "Climbing Stairs"),
    item("ALSFR110", "Dyspnea"),
    item("ALSFR111", "Orthopnea"),
    item("ALSFR112", "Respiratory Insufficiency"),
];

/// An analyte, in the demo's order.
pub struct Analyte {
    /// With Latin letters instead of Greek.
    pub latin: &'static str,
    /// Where a name may hold letters and digits only.
    pub bare: &'static str,
    /// A REDCap field.
    pub field: &'static str,
    /// LBTESTCD of the CDISC terminology.
    pub code: &'static str,
    pub text: &'static str,
}

const fn analyte(
    latin: &'static str,
    bare: &'static str,
    field: &'static str,
    code: &'static str,
    text: &'static str,
) -> Analyte {
    Analyte { latin, bare, field, code, text }
}

pub const ANALYTES: [Analyte; 8] = [
    analyte("TGF-b1", "TGFB1", "tgfb1", "TGFB1", "Transforming growth factor beta 1"),
    analyte("MCP-1", "MCP1", "mcp1", "MCP1", "Monocyte chemotactic protein 1"),
    analyte("IL-4", "IL4", "il4", "INTLK4", "Interleukin 4"),
    analyte("IL-6", "IL6", "il6", "INTLK6", "Interleukin 6"),
    analyte("IL-8", "IL8", "il8", "INTLK8", "Interleukin 8"),
    analyte("IL-10", "IL10", "il10", "INTLK10", "Interleukin 10"),
    analyte("TNF-a", "TNFA", "tnfa", "TNF", "Tumor necrosis factor"),
    analyte("VEGF", "VEGF", "vegf", "VEGF", "Vascular endothelial growth factor"),
];

pub const STUDY: &str = "SL-TRIAL";
