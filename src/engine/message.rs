use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::PermutationOrder;
use crate::analysis::max_t::{PermutationJob, PermutationTally};
use crate::analysis::{Answered, Plan, Question};
use crate::import::{FileNotRead, RowView};
use crate::report::Overview;

/// Page to worker. The bytes of files travel beside the message, in the order of `files`. `first` is answered before the
/// plan's other questions: somebody waits for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read these files, then run the given plan, or the default one.
    Load { generation: u64, files: Vec<FileName>, plan: Option<Plan>, first: Option<Question> },
    /// As `Load`, after the files' mappings were changed: analyses of what is no longer there give way to default ones.
    Remap { generation: u64, files: Vec<FileName>, plan: Plan, first: Option<Question> },
    /// Run this plan on the files that were read.
    Analyse { generation: u64, plan: Plan, first: Option<Question> },
    /// These rows of the file at this place, as a spreadsheet counts, ascending.
    Rows { generation: u64, file: usize, rows: Vec<u64> },
    /// Everything that was not read, of all files.
    NotRead { generation: u64 },
    /// To a helper: permutations `from` to `to` - 1 of this job, or of the one given before.
    Count { generation: u64, job: Option<PermutationJob>, from: u64, to: u64 },
    /// What the helpers counted: the analyses that wait for it are finished.
    Counted { generation: u64, tallies: Vec<(PermutationJob, PermutationTally)> },
}

/// A file's name and size. One that is too large to be read travels without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileName {
    pub name: String,
    pub size_bytes: u64,
}

/// Worker to page. A response of an older generation than the page's is dropped unread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Response {
    Progress {
        generation: u64,
        stage: String,
        done: f64,
    },
    Loaded {
        generation: u64,
        overview: Box<Overview>,
        plan: Plan,
    },
    /// One answer, to the plan's question at `place`; it takes the place of one that came before.
    Answer {
        generation: u64,
        place: usize,
        answered: Box<Answered>,
    },
    /// Every answer has come. `orders`: permutations that helpers must count before they are complete.
    Analysed {
        generation: u64,
        plan: Plan,
        orders: Vec<PermutationOrder>,
    },
    /// From a helper.
    Tally {
        generation: u64,
        tally: PermutationTally,
    },
    Rows {
        generation: u64,
        file: usize,
        rows: Vec<RowView>,
    },
    NotRead {
        generation: u64,
        files: Vec<FileNotRead>,
    },
    Failed {
        generation: u64,
        message: String,
    },
}

impl Response {
    pub fn generation(&self) -> u64 {
        match self {
            Self::Progress { generation, .. }
            | Self::Loaded { generation, .. }
            | Self::Answer { generation, .. }
            | Self::Analysed { generation, .. }
            | Self::Tally { generation, .. }
            | Self::Rows { generation, .. }
            | Self::NotRead { generation, .. }
            | Self::Failed { generation, .. } => *generation,
        }
    }
}

/// postcard: keeps every bit of a double and costs the download a few kilobytes. It knows no field names, so nothing
/// that crosses may skip a field or be told apart by its content; `export` does that when it writes JSON.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(message).map_err(|error| format!("message not written: {error}"))
}

pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| format!("message not understood: {error}"))
}
