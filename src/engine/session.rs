use super::{Request, Response};
use crate::analysis::{AnalysisPlan, Answered, Plan, analyse};
use crate::import::{Import, SourceFile, read_trial};
use crate::report::Overview;

/// The worker's memory: the files as read. The bytes themselves are let go.
#[derive(Debug, Default)]
pub struct Session {
    import: Option<Import>,
}

impl Session {
    /// Answers one request; `respond` is called at every step of progress and with each result.
    pub fn handle(&mut self, request: Request, buffers: &[Vec<u8>], respond: &mut dyn FnMut(Response)) {
        match request {
            Request::Load { generation, files: names, plan } => {
                let files: Vec<SourceFile<'_>> = names
                    .iter()
                    .zip(buffers)
                    .map(|(file, bytes)| SourceFile { name: &file.name, bytes, size_bytes: file.size_bytes })
                    .collect();
                let mappings = plan.as_ref().map(|plan| plan.files.as_slice());
                let import = read_trial(&files, mappings, &mut |file, done| {
                    respond(Response::Progress { generation, stage: format!("Reading {file}"), done: done * 0.9 });
                });
                let overview = Overview::of(&import);
                let plan = match plan {
                    Some(plan) => Plan { files: import.files.clone(), ..plan },
                    None => Plan::default_for(&import.trial, &import.files),
                };
                self.import = Some(import);
                respond(Response::Loaded { generation, overview, plan: plan.clone() });
                self.analyse(generation, plan, respond);
            }
            Request::Analyse { generation, plan } => self.analyse(generation, plan, respond),
        }
    }

    fn analyse(&self, generation: u64, plan: Plan, respond: &mut dyn FnMut(Response)) {
        let Some(import) = &self.import else {
            respond(Response::Failed { generation, message: "No files have been read yet.".into() });
            return;
        };
        if let Some(message) = plan.problem() {
            respond(Response::Failed { generation, message });
            return;
        }
        let answers = run(import, &plan, &mut |stage, done| {
            respond(Response::Progress { generation, stage: stage.to_owned(), done: 0.9 + 0.1 * done });
        });
        respond(Response::Analysed { generation, plan, answers });
    }
}

/// Runs a plan on what was read: the one route to answers, for the worker and for the command line.
pub fn run(import: &Import, plan: &Plan, on_progress: &mut dyn FnMut(&str, f64)) -> Vec<Answered> {
    analyse(&import.trial, plan, &mut |asked, done| {
        let stage = match asked {
            AnalysisPlan::Change(_) => "Change from baseline",
            AnalysisPlan::Correlation(_) => "Correlations",
            AnalysisPlan::Survival(_) => "Survival curves",
        };
        on_progress(stage, done);
    })
}
