use super::PermutationOrder;
use super::{FileName, Request, Response};
use crate::analysis::max_t::{PermutationJob, PermutationTally, Permute, PreparedJob, permute_here};
use crate::analysis::{Answered, BiomarkerNote, Inquiry, NoteKind, Plan, Premises, Question, analyse};
use crate::import::{Import, SourceFile, not_read, read_trial, view_rows};
use crate::report::Overview;

/// The worker's memory: the files as read, and their bytes, so that any row can be shown as it stands.
#[derive(Debug, Default)]
pub struct Session {
    import: Option<Import>,
    buffers: Vec<Vec<u8>>,
    /// Permutations counted before, the newest last: a plan that changes something else has them again.
    counted: Vec<(PermutationJob, PermutationTally)>,
    /// The newest answers: a plan that changes some of the questions has the others again.
    known: Option<(Premises, Vec<Answered>)>,
    /// The plan whose answers wait for permutations.
    unfinished: Option<Plan>,
    /// Of a helper.
    prepared: Option<PreparedJob>,
}

/// So many jobs' counts are kept.
const MOST_COUNTED: usize = 12;

/// Multiplications that the worker does by itself: a fraction of a second.
const MOST_ALONE: u64 = 400_000_000;

impl Session {
    /// Answers one request; `respond` is called at every step of progress and with each result.
    pub fn handle(&mut self, request: Request, buffers: Vec<Vec<u8>>, respond: &mut dyn FnMut(Response)) {
        match request {
            Request::Load { generation, files, plan, first } => {
                self.read(generation, &files, buffers, plan.as_ref(), respond);
                let Some(import) = &self.import else { return };
                let plan = match plan {
                    Some(plan) => Plan { files: import.files.clone(), ..plan },
                    None => Plan::default_for(&import.trial, &import.files),
                };
                self.show_and_analyse(generation, plan, first, respond);
            }
            Request::Remap { generation, files, plan, first } => {
                self.read(generation, &files, buffers, Some(&plan), respond);
                let Some(import) = &self.import else { return };
                let plan = plan.refitted(&import.trial, &import.files);
                self.show_and_analyse(generation, plan, first, respond);
            }
            Request::Analyse { generation, plan, first } => self.analyse(generation, plan, first, respond),
            Request::Count { generation, job, from, to } => {
                if let Some(job) = job {
                    self.prepared = job.prepare();
                }
                let tally = self.prepared.as_ref().map(|prepared| prepared.tally(from, to)).unwrap_or_default();
                respond(Response::Tally { generation, tally });
            }
            Request::Counted { generation, tallies } => self.finish(generation, tallies, respond),
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
        self.known = None;
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

    fn show_and_analyse(
        &mut self,
        generation: u64,
        plan: Plan,
        first: Option<Question>,
        respond: &mut dyn FnMut(Response),
    ) {
        let Some(import) = &self.import else { return };
        respond(Response::Loaded { generation, overview: Box::new(Overview::of(import)), plan: plan.clone() });
        self.analyse(generation, plan, first, respond);
    }

    fn analyse(&mut self, generation: u64, plan: Plan, first: Option<Question>, respond: &mut dyn FnMut(Response)) {
        self.unfinished = None;
        if self.import.is_none() {
            respond(Response::Failed { generation, message: "No files have been read yet.".into() });
            return;
        }
        if let Some(message) = plan.problem() {
            respond(Response::Failed { generation, message });
            return;
        }
        let orders = self.answer(generation, &plan, first, true, respond);
        if !orders.is_empty() {
            self.unfinished = Some(plan.clone());
        }
        respond(Response::Analysed { generation, plan, orders });
    }

    /// Answers that waited for permutations are given again, now with them; the others stand.
    fn finish(
        &mut self,
        generation: u64,
        tallies: Vec<(PermutationJob, PermutationTally)>,
        respond: &mut dyn FnMut(Response),
    ) {
        self.counted.extend(tallies);
        let Some(plan) = self.unfinished.take() else { return };
        self.answer(generation, &plan, None, false, respond);
        respond(Response::Analysed { generation, plan, orders: Vec::new() });
    }

    /// Gives the answers, those that are known already as they are; `tells_known`: these are told again too.
    fn answer(
        &mut self,
        generation: u64,
        plan: &Plan,
        first: Option<Question>,
        tells_known: bool,
        respond: &mut dyn FnMut(Response),
    ) -> Vec<PermutationOrder> {
        let Some(import) = &self.import else { return Vec::new() };
        let counted = &mut self.counted;
        let mut orders = Vec::new();
        let mut permute = |job: &PermutationJob| {
            if let Some((_, tally)) = counted.iter().find(|(own, _)| own == job) {
                return Some(tally.clone());
            }
            let prepared = job.prepare()?;
            let (permutations, work) = (prepared.permutations(), prepared.work());
            if permutations.saturating_mul(work) > MOST_ALONE {
                orders.push(PermutationOrder { job: job.clone(), permutations, work });
                return None;
            }
            let tally = prepared.tally(0, permutations);
            counted.push((job.clone(), tally.clone()));
            Some(tally)
        };
        let inquiry = Inquiry::new(&import.trial, plan);
        let premises = inquiry.premises();
        let known = self.known.take().filter(|(before, _)| *before == premises).map(|(_, answers)| answers);
        let known = known.unwrap_or_default();
        let is_first = |place: &usize| plan.analyses.get(*place).map(|asked| asked.question()) == first;
        let (mut order, later): (Vec<usize>, Vec<usize>) = (0..plan.analyses.len()).partition(is_first);
        order.extend(later);
        let mut answers: Vec<(usize, Answered)> = Vec::with_capacity(order.len());
        for place in order {
            let Some(asked) = plan.analyses.get(place) else { continue };
            let done = answers.len() as f64 / plan.analyses.len() as f64;
            let stage = stage_of(asked.question()).to_owned();
            respond(Response::Progress { generation, stage, done: 0.9 + 0.1 * done });
            let same = known.iter().find(|answered| answered.asked == *asked && !waits(answered)).cloned();
            let is_known = same.is_some();
            let answered = same.unwrap_or_else(|| inquiry.answer(asked, &mut permute));
            if tells_known || !is_known {
                respond(Response::Answer { generation, place, answered: Box::new(answered.clone()) });
            }
            answers.push((place, answered));
        }
        self.known = Some((premises, answers.into_iter().map(|(_, answered)| answered).collect()));
        let too_many = self.counted.len().saturating_sub(MOST_COUNTED);
        self.counted.drain(..too_many);
        orders
    }
}

fn waits(answer: &Answered) -> bool {
    let is_waiting = |kind: &NoteKind| matches!(kind, NoteKind::Biomarker(BiomarkerNote::MaxTNotFinished { .. }));
    answer.result.as_ref().is_ok_and(|answer| answer.notes.iter().any(|note| is_waiting(&note.kind)))
}

/// Runs a plan on what was read, permutations and all: the one route to answers, for the worker and for the command line.
pub fn run(import: &Import, plan: &Plan, on_progress: &mut dyn FnMut(&str, f64)) -> Vec<Answered> {
    run_with(import, plan, on_progress, &mut permute_here)
}

/// The same with permutations counted by `permute`, or elsewhere.
pub fn run_with(
    import: &Import,
    plan: &Plan,
    on_progress: &mut dyn FnMut(&str, f64),
    permute: Permute<'_>,
) -> Vec<Answered> {
    analyse(&import.trial, plan, &mut |question, done| on_progress(stage_of(question), done), permute)
}

fn stage_of(question: Question) -> &'static str {
    match question {
        Question::Change => "Change from baseline",
        Question::Patients => "Patients",
        Question::Slope => "Slopes and responders",
        Question::Mmrm => "Repeated measures (MMRM)",
        Question::Lmm => "Slope model",
        Question::Cafs => "Joint rank (CAFS)",
        Question::Staging => "Stages",
        Question::Levels => "Levels of analytes",
        Question::Correlation => "Correlations",
        Question::Survival => "Survival curves",
        Question::Cox => "Hazard ratios",
        Question::Competing => "Competing events",
        Question::Landmark => "Landmark",
        Question::Safety => "Safety",
    }
}
