use std::borrow::Borrow;

use serde::Serialize;

use crate::analysis::{AnalysisId, AnalysisPlan, Answered, Finding, NoteKind, Plan};
use crate::import::{Issue, Receipt};
use crate::report::Overview;
use crate::report::note::{error_sentence, note_sentence};
use crate::trial::TimeUnit;

/// `findings.json`, described in docs/findings.md and by docs/findings.schema.json.
#[derive(Debug, Clone, Serialize)]
pub struct FindingsFile<'a> {
    pub app: Application,
    pub files: Vec<FileRecord<'a>>,
    pub plan: &'a Plan,
    pub receipt: &'a Receipt,
    pub issues: &'a [Issue],
    pub findings: Vec<&'a Finding>,
    pub notes: Vec<NoteRecord>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Application {
    pub name: &'static str,
    pub version: &'static str,
    /// The commit it was built from, or `dev`.
    pub build: &'static str,
}

impl Default for Application {
    fn default() -> Self {
        Self { name: "Second Look", version: env!("CARGO_PKG_VERSION"), build: crate::BUILD }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct FileRecord<'a> {
    pub name: &'a str,
    pub sha256: &'a str,
    pub bytes: u64,
    pub rows: u64,
}

/// A doubt in words, with its stable code.
#[derive(Debug, Clone, Serialize)]
pub struct NoteRecord {
    pub analysis: AnalysisId,
    pub code: &'static str,
    pub text: String,
}

impl<'a> FindingsFile<'a> {
    pub fn new<A: Borrow<Answered>>(overview: &'a Overview, plan: &'a Plan, answers: &'a [A]) -> Self {
        // Side by side, not by name: two files of different folders may share one.
        let files = overview
            .files
            .iter()
            .zip(&overview.receipt.files)
            .map(|(file, receipt)| FileRecord {
                name: &file.name,
                sha256: &file.sha256,
                bytes: file.bytes,
                rows: receipt.rows_in,
            })
            .collect();
        let answers = || answers.iter().map(Borrow::borrow);
        let findings =
            answers().filter_map(|answered: &Answered| answered.result.as_ref().ok()).flat_map(|answer| &answer.rows);
        Self {
            app: Application::default(),
            files,
            plan,
            receipt: &overview.receipt,
            issues: &overview.issues,
            findings: findings.collect(),
            notes: answers().flat_map(note_records).collect(),
        }
    }

    /// Whether an analysis or a part of it could not answer.
    pub fn has_unanswered(&self) -> bool {
        self.notes.iter().any(|note| note.code == "unanswered")
    }
}

fn note_records(answered: &Answered) -> Vec<NoteRecord> {
    match &answered.result {
        // The rows of the file count in months too.
        Ok(answer) => answer
            .notes
            .iter()
            .map(|note| NoteRecord {
                analysis: note.analysis,
                code: note.kind.code(),
                text: note_sentence(note, TimeUnit::Months),
            })
            .collect(),
        Err(error) => {
            let analysis = match &answered.asked {
                AnalysisPlan::Change(change) => change.method.id(),
                AnalysisPlan::Patients(_) => AnalysisId::PopulationFlow,
                AnalysisPlan::Slope(_) => AnalysisId::SlopeChange,
                AnalysisPlan::Mmrm(_) => AnalysisId::Mmrm,
                AnalysisPlan::Lmm(_) => AnalysisId::LmmSlope,
                AnalysisPlan::Cafs(_) => AnalysisId::Cafs,
                AnalysisPlan::Staging(_) => AnalysisId::StagingKings,
                AnalysisPlan::Levels(_) => AnalysisId::BiomarkerChange,
                AnalysisPlan::Correlation(_) => AnalysisId::BiomarkerCorrelation,
                AnalysisPlan::Survival(_) => AnalysisId::KaplanMeier,
                AnalysisPlan::Cox(_) => AnalysisId::Cox,
                AnalysisPlan::Competing(_) => AnalysisId::CumulativeIncidence,
                AnalysisPlan::Landmark(_) => AnalysisId::Landmark,
                AnalysisPlan::Safety(_) => AnalysisId::SafetyIncidence,
            };
            let kind = NoteKind::Unanswered { group: None, at_month: None, error: error.clone() };
            vec![NoteRecord { analysis, code: kind.code(), text: error_sentence(error) }]
        }
    }
}

pub fn write_findings_json(file: &FindingsFile<'_>) -> Result<String, String> {
    super::json::write(file)
}
