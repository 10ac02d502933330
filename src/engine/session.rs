use super::{FileName, Request, Response};
use crate::analysis::{AnalysisPlan, Answered, Plan, analyse};
use crate::import::{Import, SourceFile, not_read, read_trial, view_rows};
use crate::report::Overview;

/// The worker's memory: the files as read, and their bytes, so that any row can be shown as it stands.
#[derive(Debug, Default)]
pub struct Session {
    import: Option<Import>,
    buffers: Vec<Vec<u8>>,
}

impl Session {
    /// Answers one request; `respond` is called at every step of progress and with each result.
    pub fn handle(&mut self, request: Request, buffers: Vec<Vec<u8>>, respond: &mut dyn FnMut(Response)) {
        match request {
            Request::Load { generation, files, plan } => {
                self.read(generation, &files, buffers, plan.as_ref(), respond);
                let Some(import) = &self.import else { return };
                let plan = match plan {
                    Some(plan) => Plan { files: import.files.clone(), ..plan },
                    None => Plan::default_for(&import.trial, &import.files),
                };
                self.show_and_analyse(generation, plan, respond);
            }
            Request::Remap { generation, files, plan } => {
                self.read(generation, &files, buffers, Some(&plan), respond);
                let Some(import) = &self.import else { return };
                let plan = plan.refitted(&import.trial, &import.files);
                self.show_and_analyse(generation, plan, respond);
            }
            Request::Analyse { generation, plan } => self.analyse(generation, plan, respond),
            Request::Rows { generation, file, rows } => {
                let found = self.import.as_ref().and_then(|import| {
                    let (mapping, fates) = (import.files.get(file)?, import.fates.get(file)?);
                    view_rows(self.buffers.get(file)?, mapping, fates, &rows).ok()
                });
                respond(Response::Rows { generation, file, rows: found.unwrap_or_default() });
            }
            Request::NotRead { generation } => {
                let files = self.import.as_ref().map(|import| not_read(import, &self.buffers)).unwrap_or_default();
                respond(Response::NotRead { generation, files });
            }
        }
    }

    fn read(
        &mut self,
        generation: u64,
        names: &[FileName],
        buffers: Vec<Vec<u8>>,
        plan: Option<&Plan>,
        respond: &mut dyn FnMut(Response),
    ) {
        // What was read before makes room for what is read now.
        self.import = None;
        self.buffers = buffers;
        let files: Vec<SourceFile<'_>> = names
            .iter()
            .zip(&self.buffers)
            .map(|(file, bytes)| SourceFile { name: &file.name, bytes, size_bytes: file.size_bytes })
            .collect();
        let mappings = plan.map(|plan| plan.files.as_slice());
        let import = read_trial(&files, mappings, &mut |file, done| {
            respond(Response::Progress { generation, stage: format!("Reading {file}"), done: done * 0.9 });
        });
        self.import = Some(import);
    }

    fn show_and_analyse(&self, generation: u64, plan: Plan, respond: &mut dyn FnMut(Response)) {
        let Some(import) = &self.import else { return };
        respond(Response::Loaded { generation, overview: Box::new(Overview::of(import)), plan: plan.clone() });
        self.analyse(generation, plan, respond);
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
            AnalysisPlan::Patients(_) => "Patients",
            AnalysisPlan::Slope(_) => "Slopes and responders",
            AnalysisPlan::Mmrm(_) => "Repeated measures (MMRM)",
            AnalysisPlan::Lmm(_) => "Slope model",
            AnalysisPlan::Cafs(_) => "Joint rank (CAFS)",
            AnalysisPlan::Staging(_) => "Stages",
            AnalysisPlan::Levels(_) => "Levels of analytes",
            AnalysisPlan::Correlation(_) => "Correlations",
            AnalysisPlan::Survival(_) => "Survival curves",
            AnalysisPlan::Cox(_) => "Hazard ratios",
            AnalysisPlan::Competing(_) => "Competing events",
            AnalysisPlan::Landmark(_) => "Landmark",
            AnalysisPlan::Safety(_) => "Safety",
        };
        on_progress(stage, done);
    })
}
