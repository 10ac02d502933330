//! The demo trial, carried in the program: showing it asks nothing of any server.

use crate::browser::files::GivenFile;

pub const LABEL: &str = "Simulated to match published summary figures; no patient’s data.";

pub fn files() -> Vec<GivenFile> {
    vec![
        GivenFile::carried("subjects.csv", include_str!("../../public/demo/subjects.csv")),
        GivenFile::carried("visits.csv", include_str!("../../public/demo/visits.csv")),
        GivenFile::carried("biomarkers.csv", include_str!("../../public/demo/biomarkers.csv")),
        GivenFile::carried("survival.csv", include_str!("../../public/demo/survival.csv")),
        GivenFile::carried("ventilation.csv", include_str!("../../public/demo/ventilation.csv")),
        GivenFile::carried("adverse_events.csv", include_str!("../../public/demo/adverse_events.csv")),
    ]
}

/// The tidy format's templates: file name, what it holds, text.
pub fn templates() -> [(&'static str, &'static str, &'static str); 5] {
    [
        (
            "subjects.csv",
            "who: arm, age, sex, site of onset, analysis sets",
            include_str!("../../public/templates/subjects.csv"),
        ),
        (
            "visits.csv",
            "ALSFRS-R total or items, FVC and other outcomes by month or day",
            include_str!("../../public/templates/visits.csv"),
        ),
        (
            "biomarkers.csv",
            "analyte, value with unit, also below a limit",
            include_str!("../../public/templates/biomarkers.csv"),
        ),
        ("survival.csv", "time and whether the event happened", include_str!("../../public/templates/survival.csv")),
        (
            "adverse_events.csv",
            "term, class, severity, seriousness, relation",
            include_str!("../../public/templates/adverse_events.csv"),
        ),
    ]
}
