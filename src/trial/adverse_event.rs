use serde::{Deserialize, Serialize};

use super::SourceRow;

/// One row of the adverse-event file. Days count from baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct AdverseEvent {
    pub subject: usize,
    pub term: String,
    pub system_organ_class: Option<String>,
    /// As in the file.
    pub severity: Option<String>,
    /// What `severity` says, where it is understood.
    pub grade: Option<Grade>,
    pub is_serious: Option<bool>,
    pub is_related: Option<bool>,
    /// The file's own flag.
    pub is_treatment_emergent: Option<bool>,
    /// The event ended in death; absent where no outcome is recorded.
    pub is_fatal: Option<bool>,
    pub start_day: Option<f64>,
    pub end_day: Option<f64>,
    pub source: SourceRow,
}

/// How severe an event was, from mild to fatal: the five grades of CTCAE, of which mild, moderate and severe are the
/// first three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Mild,
    Moderate,
    Severe,
    LifeThreatening,
    Fatal,
}

impl Grade {
    pub const ALL: [Self; 5] = [Self::Mild, Self::Moderate, Self::Severe, Self::LifeThreatening, Self::Fatal];

    /// A word (`MILD`, `life-threatening`, `schwer`, `중증`), a grade (`3`, `Grade 3`, `CTCAE 3`) or both (`3 - Severe`);
    /// nothing where they contradict each other or neither is known.
    pub fn parse(cell: &str) -> Option<Self> {
        let lower = cell.to_lowercase();
        let parts: Vec<&str> =
            lower.split(|letter: char| !letter.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
        let mut found: Option<Self> = None;
        let mut see = |grade: Self| match found {
            Some(other) if other != grade => false,
            _ => {
                found = Some(grade);
                true
            }
        };
        let mut rest = parts.as_slice();
        while let [part, behind @ ..] = rest {
            rest = behind;
            let grade = match *part {
                "grade" | "grad" | "ctcae" | "ctc" | "toxicity" | "nci" => continue,
                "life" | "lifethreatening" | "lebensbedrohlich" | "생명위협" => {
                    // The second half of life-threatening.
                    while let ["threatening" | "or" | "disabling", behind @ ..] = rest {
                        rest = behind;
                    }
                    Self::LifeThreatening
                }
                "mild" | "leicht" | "경증" | "1" | "g1" | "i" => Self::Mild,
                "moderate" | "mod" | "mittel" | "mäßig" | "mässig" | "moderat" | "중등증" | "중등도" | "2" | "g2"
                | "ii" => Self::Moderate,
                "severe" | "schwer" | "중증" | "3" | "g3" | "iii" => Self::Severe,
                "4" | "g4" | "iv" => Self::LifeThreatening,
                "fatal" | "death" | "tödlich" | "사망" | "5" | "g5" | "v" => Self::Fatal,
                "0" if matches!(cell.split_once('.'), Some((whole, "0")) if whole.parse::<u8>().is_ok()) => continue,
                _ => return None,
            };
            if !see(grade) {
                return None;
            }
        }
        found
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Mild => "mild",
            Self::Moderate => "moderate",
            Self::Severe => "severe",
            Self::LifeThreatening => "life-threatening",
            Self::Fatal => "fatal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_make_one_order() {
        for (cell, grade) in [
            ("MILD", Grade::Mild),
            ("Moderate", Grade::Moderate),
            ("SEVERE", Grade::Severe),
            ("1", Grade::Mild),
            ("3.0", Grade::Severe),
            ("Grade 4", Grade::LifeThreatening),
            ("CTCAE Grade 5", Grade::Fatal),
            ("G2", Grade::Moderate),
            ("GRADE III", Grade::Severe),
            ("3 - Severe", Grade::Severe),
            ("Life-threatening", Grade::LifeThreatening),
            ("LIFE THREATENING OR DISABLING", Grade::LifeThreatening),
            ("schwer", Grade::Severe),
            ("경증", Grade::Mild),
            ("Death", Grade::Fatal),
        ] {
            assert_eq!(Grade::parse(cell), Some(grade), "{cell}");
        }
        assert!(Grade::Mild < Grade::Moderate && Grade::LifeThreatening < Grade::Fatal);
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for cell in ["", "not severe", "0", "6", "2.5", "mild to moderate", "3 - mild", "intense", "very mild", "grade"]
        {
            assert_eq!(Grade::parse(cell), None, "{cell}");
        }
    }
}
