use std::sync::Arc;

use super::crew::AHEAD;
use super::{Crew, FileName, PermutationOrder, Request, Response};
use crate::analysis::{Answered, Plan, Question};
use crate::import::{FileNotRead, RowView};
use crate::report::Overview;

/// The page's order of business: which request is current, what to do when the worker dies, what is stale.
/// It performs nothing itself; it says what the page must do.
#[derive(Debug, Default)]
pub struct Desk {
    /// How many helpers count permutations at a time; 1 at least.
    processors: usize,
    /// Helpers at work, for answers that are shown already.
    crew: Option<Crew>,
    generation: u64,
    worker_is_ready: bool,
    /// Sent when the worker is ready; the newest only.
    waiting: Option<Request>,
    /// What the current worker has been told to read. A new worker must be told again.
    has_files: bool,
    current: Option<Request>,
    /// What the page is looking at, which is answered before the rest.
    first: Option<Question>,
    /// Answers of this generation, at their places.
    answers: Vec<Option<Arc<Answered>>>,
    /// Deaths since the last answer; a file that kills every worker must not do so for ever.
    deaths: u32,
}

/// What the page must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Stop the worker at once and start another.
    ReplaceWorker,
    /// Send this with the bytes of the files it names.
    PostWithFiles(Request),
    /// Send this alone.
    Post(Request),
    /// Start so many helpers; each waits for what it is sent.
    HireHelpers(usize),
    /// Another in the place of the one that died.
    ReplaceHelper(usize),
    PostToHelper(usize, Request),
    /// End all helpers at once.
    DismissHelpers,
}

/// What the page must show.
#[derive(Debug, Clone, PartialEq)]
pub enum DeskEvent {
    Progress {
        stage: String,
        done: f64,
    },
    Loaded {
        overview: Box<Overview>,
        plan: Box<Plan>,
    },
    /// One of the answers; the others are on their way.
    Answer(Arc<Answered>),
    /// All of them.
    Answered {
        plan: Box<Plan>,
        answers: Vec<Arc<Answered>>,
    },
    Rows {
        file: usize,
        rows: Vec<RowView>,
    },
    NotRead {
        files: Vec<FileNotRead>,
    },
    /// Of `all` permutations so many are counted; what is shown stands meanwhile.
    Permuting {
        counted: u64,
        all: u64,
        done: f64,
    },
    Failed {
        message: String,
    },
}

/// A second death over the same request is the request's doing.
const MOST_DEATHS: u32 = 2;

impl Desk {
    pub fn new(processors: usize) -> Self {
        Self { processors, ..Self::default() }
    }

    /// The question that is to be answered first from now on.
    pub fn look_at(&mut self, question: Option<Question>) {
        self.first = question;
    }

    /// New files: whatever ran before is of no interest now.
    pub fn load(&mut self, files: Vec<FileName>, plan: Option<Plan>) -> Vec<Command> {
        let was_busy = self.current.is_some();
        self.generation += 1;
        self.deaths = 0;
        let request = Request::Load { generation: self.generation, files, plan, first: self.first };
        self.has_files = true;
        self.replace_if(was_busy, request)
    }

    /// Another plan on the same files. A run that is under way is stopped rather than waited for; a worker that has not
    /// read the files, or is stopped before it has, reads them first.
    pub fn analyse(&mut self, plan: Plan, files: Vec<FileName>) -> Vec<Command> {
        self.generation += 1;
        self.deaths = 0;
        let was_busy = self.current.is_some();
        if was_busy || !self.has_files {
            self.has_files = true;
            let request = Request::Load { generation: self.generation, files, plan: Some(plan), first: self.first };
            return self.replace_if(was_busy, request);
        }
        let request = Request::Analyse { generation: self.generation, plan, first: self.first };
        self.replace_if(false, request)
    }

    /// Another understanding of the same files: they are read again.
    pub fn remap(&mut self, plan: Plan, files: Vec<FileName>) -> Vec<Command> {
        let was_busy = self.current.is_some();
        self.generation += 1;
        self.deaths = 0;
        self.has_files = true;
        let request = Request::Remap { generation: self.generation, files, plan, first: self.first };
        self.replace_if(was_busy, request)
    }

    /// Rows to look at. Nothing happens while the worker has no files: the page asks again when it has.
    pub fn view_rows(&self, file: usize, rows: Vec<u64>) -> Vec<Command> {
        self.ask(Request::Rows { generation: self.generation, file, rows })
    }

    pub fn list_not_read(&self) -> Vec<Command> {
        self.ask(Request::NotRead { generation: self.generation })
    }

    fn ask(&self, request: Request) -> Vec<Command> {
        if self.worker_is_ready && self.has_files { vec![Command::Post(request)] } else { Vec::new() }
    }

    /// The user has had enough: permutations end, with the answers as they are. Otherwise what was answered before still stands, so the files must be read again for a new plan.
    pub fn cancel(&mut self) -> Vec<Command> {
        if self.is_permuting() {
            return self.dismiss();
        }
        self.generation += 1;
        self.current = None;
        self.waiting = None;
        self.answers.clear();
        self.worker_is_ready = false;
        self.has_files = false;
        vec![Command::ReplaceWorker]
    }

    pub fn on_ready(&mut self) -> Vec<Command> {
        self.worker_is_ready = true;
        self.waiting.take().map(post).into_iter().collect()
    }

    /// A worker died. Its request is tried once more on a new one; the second time the user is told.
    pub fn on_death(&mut self, message: &str, files: Vec<FileName>) -> (Vec<Command>, Option<DeskEvent>) {
        self.worker_is_ready = false;
        self.deaths += 1;
        let mut commands = vec![Command::ReplaceWorker];
        let plan = match self.current.take() {
            Some(Request::Load { plan, .. }) => plan,
            Some(Request::Analyse { plan, .. } | Request::Remap { plan, .. }) => Some(plan),
            Some(Request::Rows { .. } | Request::NotRead { .. } | Request::Count { .. } | Request::Counted { .. })
            | None => {
                // It had answered; the answers stand, the next plan reads the files again.
                self.has_files = false;
                return (commands, None);
            }
        };
        if self.deaths >= MOST_DEATHS {
            self.waiting = None;
            self.has_files = false;
            let message = format!(
                "The calculation stopped twice ({message}). Your files are untouched and what was shown before still stands. Try fewer columns or rows, and report the file’s shape."
            );
            return (commands, Some(DeskEvent::Failed { message }));
        }
        self.generation += 1;
        let request = Request::Load { generation: self.generation, files, plan, first: self.first };
        self.answers.clear();
        self.current = Some(request.clone());
        self.waiting = Some(request);
        self.has_files = true;
        let stage = "The calculation stopped and was started again".to_owned();
        commands.truncate(1);
        (commands, Some(DeskEvent::Progress { stage, done: 0.0 }))
    }

    /// What a response means for the page; nothing if it is stale.
    pub fn on_response(&mut self, response: Response) -> (Vec<Command>, Option<DeskEvent>) {
        if response.generation() != self.generation {
            return (Vec::new(), None);
        }
        let mut commands = Vec::new();
        let event = match response {
            // What is shown already is only completed.
            Response::Progress { .. } if matches!(self.current, Some(Request::Counted { .. })) => None,
            Response::Progress { stage, done, .. } => Some(DeskEvent::Progress { stage, done }),
            Response::Loaded { overview, plan, .. } => Some(DeskEvent::Loaded { overview, plan: Box::new(plan) }),
            Response::Answer { place, answered, .. } => {
                let answered: Arc<Answered> = Arc::from(answered);
                if self.answers.len() <= place {
                    self.answers.resize(place + 1, None);
                }
                self.answers.get_mut(place).into_iter().for_each(|slot| *slot = Some(answered.clone()));
                Some(DeskEvent::Answer(answered))
            }
            Response::Analysed { plan, orders, .. } => {
                self.current = None;
                self.deaths = 0;
                let answers = self.answers.iter().flatten().cloned().collect();
                if !orders.is_empty() {
                    commands = self.hire(orders);
                }
                Some(DeskEvent::Answered { plan: Box::new(plan), answers })
            }
            Response::Rows { file, rows, .. } => Some(DeskEvent::Rows { file, rows }),
            Response::NotRead { files, .. } => Some(DeskEvent::NotRead { files }),
            Response::Tally { .. } => None,
            Response::Failed { message, .. } => {
                self.current = None;
                Some(DeskEvent::Failed { message })
            }
        };
        (commands, event)
    }

    pub fn is_busy(&self) -> bool {
        self.current.is_some() || self.crew.is_some()
    }

    /// Whether the worker holds the files, so that a plan alone is enough.
    pub fn worker_has_files(&self) -> bool {
        self.has_files
    }

    fn replace_if(&mut self, must_replace: bool, request: Request) -> Vec<Command> {
        let mut commands = self.dismiss();
        self.answers.clear();
        self.current = Some(request.clone());
        if must_replace {
            self.worker_is_ready = false;
            self.waiting = Some(request);
            commands.push(Command::ReplaceWorker);
        } else if self.worker_is_ready {
            commands.push(post(request));
        } else {
            self.waiting = Some(request);
        }
        commands
    }

    fn dismiss(&mut self) -> Vec<Command> {
        self.crew.take().map(|_| Command::DismissHelpers).into_iter().collect()
    }

    fn hire(&mut self, orders: Vec<PermutationOrder>) -> Vec<Command> {
        let mut crew = Crew::new(self.generation, orders, self.processors);
        let mut commands = vec![Command::HireHelpers(crew.helpers())];
        for _ in 0..AHEAD {
            for helper in 0..crew.helpers() {
                commands.extend(crew.assign(helper).map(|request| Command::PostToHelper(helper, request)));
            }
        }
        self.crew = Some(crew);
        commands
    }

    /// What a helper counted, and what it does next; the last one's answer goes to the worker.
    pub fn on_helper_response(&mut self, helper: usize, response: Response) -> (Vec<Command>, Option<DeskEvent>) {
        let (Some(crew), Response::Tally { generation, tally }) = (&mut self.crew, response) else {
            return (Vec::new(), None);
        };
        if generation != self.generation {
            return (Vec::new(), None);
        }
        crew.take(helper, &tally);
        if let Some(tallies) = crew.finished() {
            let mut commands = self.dismiss();
            let request = Request::Counted { generation, tallies };
            self.current = Some(request.clone());
            commands.push(Command::Post(request));
            return (commands, None);
        }
        let next = crew.assign(helper).map(|request| Command::PostToHelper(helper, request));
        let (counted, all) = crew.permutations();
        let event = crew.news().map(|done| DeskEvent::Permuting { counted, all, done });
        (next.into_iter().collect(), event)
    }

    /// Its range is counted again by a new one, unless helpers keep dying.
    pub fn on_helper_death(&mut self, helper: usize, message: &str) -> (Vec<Command>, Option<DeskEvent>) {
        let Some(crew) = &mut self.crew else { return (Vec::new(), None) };
        if !crew.bury(helper) {
            let message = format!(
                "The permutations stopped several times ({message}) and were given up; everything else stands."
            );
            return (self.dismiss(), Some(DeskEvent::Failed { message }));
        }
        let mut commands = vec![Command::ReplaceHelper(helper)];
        for _ in 0..AHEAD {
            commands.extend(crew.assign(helper).map(|request| Command::PostToHelper(helper, request)));
        }
        (commands, None)
    }

    /// Only permutations are under way; the answers stand without them.
    pub fn is_permuting(&self) -> bool {
        self.crew.is_some()
    }
}

fn post(request: Request) -> Command {
    match request {
        Request::Load { .. } | Request::Remap { .. } => Command::PostWithFiles(request),
        Request::Analyse { .. }
        | Request::Rows { .. }
        | Request::NotRead { .. }
        | Request::Count { .. }
        | Request::Counted { .. } => Command::Post(request),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::max_t::{PermutationJob, PermutationTally};
    use crate::analysis::patients::PatientsPlan;
    use crate::analysis::visit_plan::VisitPlan;
    use crate::analysis::{AnalysisError, AnalysisPlan};

    fn plan() -> Plan {
        Plan {
            plan_version: 1,
            files: Vec::new(),
            control_arm: None,
            analysis_set: None,
            confirmed: Vec::new(),
            confidence_level: 0.95,
            missing_items: Default::default(),
            analyses: Vec::new(),
        }
    }

    fn names() -> Vec<FileName> {
        vec![FileName { name: "visits.csv".to_owned(), size_bytes: 10 }]
    }

    fn answered(generation: u64) -> Response {
        Response::Analysed { generation, plan: plan(), orders: Vec::new() }
    }

    fn one_answer(generation: u64, place: usize, month: f64) -> Response {
        let visits = VisitPlan {
            outcome: "alsfrs_r_total".into(),
            baseline: Default::default(),
            target_months: vec![month],
            primary_month: month,
            window_months: 0.5,
        };
        let asked = AnalysisPlan::Patients(PatientsPlan { visits, endpoint: None });
        let result = Err(AnalysisError::OneArm { arms_with_data: 0 });
        Response::Answer { generation, place, answered: Box::new(Answered { asked, result }) }
    }

    fn months(event: Option<DeskEvent>) -> Vec<f64> {
        let Some(DeskEvent::Answered { answers, .. }) = event else { panic!("{event:?}") };
        answers.iter().filter_map(|answered| Some(answered.asked.visits()?.primary_month)).collect()
    }

    #[test]
    fn answers_are_shown_as_they_come_and_kept_in_the_plans_order() {
        let mut desk = Desk::default();
        desk.look_at(Some(Question::Survival));
        desk.on_ready();
        let commands = desk.load(names(), None);
        let is_first = |command: &Command| {
            matches!(command, Command::PostWithFiles(Request::Load { first: Some(Question::Survival), .. }))
        };
        assert!(commands.iter().all(is_first) && commands.len() == 1, "{commands:?}");
        for (place, month) in [(1, 4.0), (0, 2.0), (2, 6.0)] {
            let (commands, event) = desk.on_response(one_answer(1, place, month));
            assert!(commands.is_empty() && matches!(event, Some(DeskEvent::Answer(_))));
        }
        assert!(desk.is_busy());
        assert_eq!(months(desk.on_response(answered(1)).1), [2.0, 4.0, 6.0]);

        // Finished later: one is replaced, the others stand.
        desk.on_response(one_answer(1, 1, 5.0));
        assert_eq!(months(desk.on_response(answered(1)).1), [2.0, 5.0, 6.0]);

        // Another plan begins with none, and an answer to the one before is dropped.
        desk.analyse(plan(), names());
        assert_eq!(desk.on_response(one_answer(1, 0, 9.0)), (vec![], None));
        assert_eq!(months(desk.on_response(answered(2)).1), [0.0; 0]);
    }

    #[test]
    fn files_wait_until_the_worker_is_ready() {
        let mut desk = Desk::default();
        assert_eq!(desk.load(names(), None), vec![]);
        let commands = desk.on_ready();
        assert!(matches!(commands.as_slice(), [Command::PostWithFiles(Request::Load { generation: 1, .. })]));
    }

    #[test]
    fn a_stale_answer_is_dropped() {
        let mut desk = Desk::default();
        desk.on_ready();
        desk.load(names(), None);
        assert!(desk.on_response(answered(1)).1.is_some());
        desk.analyse(plan(), names());
        assert!(desk.on_response(answered(1)).1.is_none());
        assert!(desk.is_busy());
        assert!(desk.on_response(answered(2)).1.is_some());
        assert!(!desk.is_busy());
    }

    #[test]
    fn new_files_stop_the_run_that_is_under_way() {
        let mut desk = Desk::default();
        desk.on_ready();
        desk.load(names(), None);
        assert_eq!(desk.load(names(), None), vec![Command::ReplaceWorker]);
        assert!(matches!(desk.on_ready().as_slice(), [Command::PostWithFiles(Request::Load { generation: 2, .. })]));
    }

    #[test]
    fn cancel_replaces_the_worker_and_drops_what_it_says() {
        let mut desk = Desk::default();
        desk.on_ready();
        desk.load(names(), None);
        assert_eq!(desk.cancel(), vec![Command::ReplaceWorker]);
        assert!(desk.on_response(answered(1)).1.is_none());
        assert!(!desk.is_busy() && !desk.worker_has_files());
        assert_eq!(desk.on_ready(), vec![]);
        let commands = desk.analyse(plan(), names());
        assert!(matches!(commands.as_slice(), [Command::PostWithFiles(Request::Load { plan: Some(_), .. })]));
    }

    #[test]
    fn a_dead_worker_is_replaced_once_and_then_the_user_is_told() {
        let mut desk = Desk::default();
        desk.on_ready();
        desk.load(names(), None);
        let (commands, event) = desk.on_death("unreachable", names());
        assert_eq!(commands, vec![Command::ReplaceWorker]);
        assert!(matches!(event, Some(DeskEvent::Progress { .. })));
        assert!(matches!(desk.on_ready().as_slice(), [Command::PostWithFiles(_)]));
        let (commands, event) = desk.on_death("unreachable", names());
        assert_eq!(commands, vec![Command::ReplaceWorker]);
        assert!(matches!(event, Some(DeskEvent::Failed { .. })));
        assert_eq!(desk.on_ready(), vec![]);
    }

    #[test]
    fn an_idle_death_costs_no_answer() {
        let mut desk = Desk::default();
        desk.on_ready();
        desk.load(names(), None);
        desk.on_response(answered(1));
        let (commands, event) = desk.on_death("gone", names());
        assert_eq!((commands, event), (vec![Command::ReplaceWorker], None));
        assert!(!desk.worker_has_files());
        assert_eq!(desk.analyse(plan(), names()), vec![]);
        assert!(matches!(desk.on_ready().as_slice(), [Command::PostWithFiles(Request::Load { plan: Some(_), .. })]));
    }

    fn waiting(generation: u64) -> Response {
        let job = PermutationJob::Pairs { columns: Vec::new(), is_ranked: false, permutations: 10 };
        let orders = vec![PermutationOrder { job, permutations: 10, work: u64::MAX }];
        Response::Analysed { generation, plan: plan(), orders }
    }

    fn permuting() -> Desk {
        let mut desk = Desk::new(2);
        desk.on_ready();
        desk.load(names(), None);
        let (commands, event) = desk.on_response(waiting(1));
        assert!(matches!(event, Some(DeskEvent::Answered { .. })));
        assert!(matches!(
            commands.as_slice(),
            [
                Command::HireHelpers(2),
                Command::PostToHelper(0, Request::Count { job: Some(_), from: 0, .. }),
                Command::PostToHelper(1, Request::Count { job: Some(_), from: 1, .. }),
                Command::PostToHelper(0, Request::Count { job: None, from: 2, .. }),
                Command::PostToHelper(1, _)
            ]
        ));
        desk
    }

    fn tally(generation: u64) -> Response {
        Response::Tally { generation, tally: PermutationTally { permutations: 1, counts: Vec::new() } }
    }

    #[test]
    fn helpers_count_until_the_worker_can_finish() {
        let mut desk = permuting();
        assert_eq!(desk.on_helper_response(0, tally(0)), (vec![], None));
        for turn in 0..9 {
            let (commands, event) = desk.on_helper_response(turn % 2, tally(1));
            assert!(matches!(event, Some(DeskEvent::Permuting { all: 10, .. })));
            assert_eq!(commands.len(), usize::from(turn < 6), "{turn}");
        }
        let (commands, _) = desk.on_helper_response(1, tally(1));
        assert!(matches!(
            commands.as_slice(),
            [Command::DismissHelpers, Command::Post(Request::Counted { generation: 1, tallies })] if tallies.len() == 1
        ));
        assert!(desk.is_busy());
        assert!(desk.on_response(answered(1)).1.is_some());
        assert!(!desk.is_busy());
    }

    #[test]
    fn stopping_permutations_costs_no_answer_and_no_file() {
        let mut desk = permuting();
        assert_eq!(desk.cancel(), vec![Command::DismissHelpers]);
        assert!(desk.worker_has_files() && !desk.is_busy());
        assert!(matches!(desk.analyse(plan(), names()).as_slice(), [Command::Post(Request::Analyse { .. })]));
    }

    #[test]
    fn another_plan_ends_the_helpers_and_keeps_the_worker() {
        let mut desk = permuting();
        let commands = desk.analyse(plan(), names());
        assert!(matches!(commands.as_slice(), [Command::DismissHelpers, Command::Post(Request::Analyse { .. })]));
        assert_eq!(desk.on_helper_response(0, tally(1)), (vec![], None));
    }

    #[test]
    fn a_dead_helper_is_replaced_until_it_is_hopeless() {
        let mut desk = permuting();
        for _ in 0..2 {
            let (commands, event) = desk.on_helper_death(1, "gone");
            assert!(matches!(
                commands.as_slice(),
                [Command::ReplaceHelper(1), Command::PostToHelper(1, _), Command::PostToHelper(1, _)]
            ));
            assert_eq!(event, None);
        }
        let (commands, event) = desk.on_helper_death(0, "gone");
        assert_eq!(commands, vec![Command::DismissHelpers]);
        assert!(matches!(event, Some(DeskEvent::Failed { .. })) && !desk.is_busy());
    }
}
