use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::analysis::{Answered, Plan};
use crate::report::Overview;

/// Page to worker. The bytes of files travel beside the message, in the order of `files`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read these files, then run the given plan, or the default one.
    Load { generation: u64, files: Vec<FileName>, plan: Option<Plan> },
    /// Run this plan on the files that were read.
    Analyse { generation: u64, plan: Plan },
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
    Progress { generation: u64, stage: String, done: f64 },
    Loaded { generation: u64, overview: Overview, plan: Plan },
    Analysed { generation: u64, plan: Plan, answers: Vec<Answered> },
    Failed { generation: u64, message: String },
}

impl Response {
    pub fn generation(&self) -> u64 {
        match self {
            Self::Progress { generation, .. }
            | Self::Loaded { generation, .. }
            | Self::Analysed { generation, .. }
            | Self::Failed { generation, .. } => *generation,
        }
    }
}

/// MessagePack with field names: keeps every bit of a double, and the same serde attributes serve JSON.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, String> {
    rmp_serde::to_vec_named(message).map_err(|error| format!("message not written: {error}"))
}

pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    rmp_serde::from_slice(bytes).map_err(|error| format!("message not understood: {error}"))
}
