use super::number::format_count;
use crate::analysis::BiomarkerNote;

pub fn biomarker_note_sentence(note: &BiomarkerNote) -> String {
    match note {
        BiomarkerNote::PermutationsRunning { permutations } => format!(
            "{} permutations are being run; what rests on them is filled in when they are done.",
            format_count(*permutations)
        ),
        BiomarkerNote::PermutationsNotRun { permutations: 0 } => {
            "No permutations are asked for: p-values adjusted by them are absent.".to_owned()
        }
        BiomarkerNote::PermutationsNotRun { permutations } => format!(
            "The {} permutations were stopped: p-values adjusted by them are absent. Run them again from the settings.",
            format_count(*permutations)
        ),
    }
}
