use serde::{Deserialize, Serialize};

/// A doubt about analytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BiomarkerNote {
    /// The permutations are being run in the background.
    PermutationsRunning { permutations: u64 },
    /// The permutations were stopped or not asked for: what rests on them is absent.
    PermutationsNotRun { permutations: u64 },
}

impl BiomarkerNote {
    pub fn code(&self) -> &'static str {
        match self {
            Self::PermutationsRunning { .. } => "permutations_running",
            Self::PermutationsNotRun { .. } => "permutations_not_run",
        }
    }
}
