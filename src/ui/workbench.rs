//! The page's state: what was read, what is asked, what was answered, and the worker that does it.

mod reading;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::route::{Page, Route};
use super::rows::RowShelf;
use super::{arrival, demo};
use crate::analysis::{Answered, Plan, Question};
use crate::browser::files::{Given, GivenFile};
use crate::browser::worker::{WorkerEvent, WorkerLink};
use crate::browser::{address, spawn_local};
use crate::engine::{Command, Desk, DeskEvent, Request, decode, encode};
use crate::report::Overview;
use crate::report::number::format_count;

/// What is being done just now, for the progress line.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub stage: String,
    pub done: f64,
    /// What is shown stands meanwhile.
    pub is_behind: bool,
}

impl Progress {
    fn of(stage: impl Into<String>, done: f64) -> Self {
        Self { stage: stage.into(), done, is_behind: false }
    }
}

/// A line across the top of the page that the user can put away.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

/// Answers and the plan they belong to, which may be older than the one in the forms.
#[derive(Debug, Clone)]
pub struct Answers {
    pub plan: Arc<Plan>,
    pub answers: Vec<Arc<Answered>>,
}

impl Answers {
    fn to(&self, question: Question) -> Option<Shown> {
        let found = self.answers.iter().find(|answered| answered.asked.question() == question)?;
        Some(Shown { plan: self.plan.clone(), answered: found.clone() })
    }
}

/// One answer and its plan.
#[derive(Clone)]
pub struct Shown {
    pub plan: Arc<Plan>,
    pub answered: Arc<Answered>,
}

impl PartialEq for Shown {
    /// Whether both look the same: what other questions the plan asks shows nowhere.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.answered, &other.answered)
            && (Arc::ptr_eq(&self.plan, &other.plan) || self.plan.without_questions() == other.plan.without_questions())
    }
}

/// Signals that every component may read, and the few things that can be done. Copied freely.
#[derive(Clone, Copy)]
pub struct Workbench {
    pub route: RwSignal<Route>,
    pub overview: RwSignal<Option<Arc<Overview>>>,
    pub plan: RwSignal<Option<Plan>>,
    /// The newest whole set.
    pub answered: RwSignal<Option<Arc<Answers>>>,
    /// What the run that is under way has answered so far.
    fresh: RwSignal<Option<Answers>>,
    pub progress: RwSignal<Option<Progress>>,
    pub notice: RwSignal<Option<Notice>>,
    pub is_demo: RwSignal<bool>,
    pub is_dark: RwSignal<bool>,
    /// The files' rows as they were asked for.
    pub rows_shown: RwSignal<RowShelf>,
    /// Where the next page is to be looked at first.
    pub heading_for: RwSignal<Option<&'static str>>,
    machine: StoredValue<Rc<RefCell<Machine>>, LocalStorage>,
}

#[derive(Default)]
struct Machine {
    desk: Desk,
    link: Option<WorkerLink>,
    /// They count permutations; the place of one that is gone is empty.
    helpers: Vec<Option<WorkerLink>>,
    files: Vec<GivenFile>,
    /// What the answers shown belong to; a remap that is stopped goes back to it.
    settled: Option<Arc<Overview>>,
    /// The list of what was not read is wanted as soon as the worker has the files again.
    wants_not_read: bool,
}

impl Workbench {
    pub fn new(is_dark: bool) -> Self {
        Self {
            route: RwSignal::new(Route::default()),
            overview: RwSignal::new(None),
            plan: RwSignal::new(None),
            answered: RwSignal::new(None),
            fresh: RwSignal::new(None),
            progress: RwSignal::new(None),
            notice: RwSignal::new(None),
            is_demo: RwSignal::new(false),
            is_dark: RwSignal::new(is_dark),
            rows_shown: RwSignal::new(RowShelf::default()),
            heading_for: RwSignal::new(None),
            machine: StoredValue::new_local(Rc::new(RefCell::new(Machine {
                desk: Desk::new(processors()),
                ..Machine::default()
            }))),
        }
    }

    pub fn start(self) {
        self.replace_worker();
        self.follow_address();
        address::on_hash_change(move || self.follow_address());
    }

    pub fn go(self, page: Page) {
        let route = Route { is_demo: self.is_demo.get_untracked(), page: Some(page) };
        address::set_hash(&route.hash());
    }

    pub fn open_demo(self) {
        self.is_demo.set(false);
        if address::hash() == "demo" {
            self.follow_address(); // the demo was stopped, and the address stayed
        } else {
            address::set_hash("demo");
        }
    }

    fn follow_address(self) {
        let mut route = Route::parse(&address::hash());
        if !route.is_demo && self.is_demo.get_untracked() && route.page.is_some() {
            // Back from the demo to an address of files that are no longer open: the demo is what is shown.
            route.is_demo = true;
            address::replace_hash(&route.hash());
        }
        if route.is_demo && !self.is_demo.get_untracked() {
            self.is_demo.set(true);
            let page = route.page.unwrap_or(Page::Function);
            self.with_machine(|machine| machine.desk.look_at(page.question()));
            self.load(demo::files(), None);
        }
        let page = route.page.or((route.is_demo).then_some(Page::Function));
        if self.route.get_untracked().page != page {
            address::scroll_to_top();
        }
        self.with_machine(|machine| machine.desk.look_at(page.and_then(Page::question)));
        self.route.set(Route { page, ..route });
        let title = page.map_or_else(|| "Second Look".to_owned(), |page| format!("{} · Second Look", page.title()));
        address::set_title(&title);
    }

    /// Files that the user dropped or picked. A plan among them is run instead of the default one.
    pub fn take_files(self, given: Given) {
        let Given { files, passed_over } = given;
        if files.is_empty() && passed_over.is_empty() {
            return;
        }
        spawn_local(async move {
            match arrival::sort(files).await {
                Ok(mut arrived) => {
                    arrived.passed_over.extend(passed_over);
                    let passed_over = arrival::passed_over_sentence(&arrived.passed_over);
                    if arrived.data.is_empty() {
                        if arrived.plan.is_none() {
                            let text = passed_over.unwrap_or_else(|| "No file was given.".to_owned());
                            self.notice.set(Some(Notice { text, is_error: true }));
                        }
                        if let Some(plan) = arrived.plan {
                            self.run(plan);
                        }
                        return;
                    }
                    self.is_demo.set(false);
                    let plan = arrived.plan;
                    self.load(arrived.data, plan);
                    self.notice.set(passed_over.map(|text| Notice { text, is_error: false }));
                    self.go(Page::Data);
                }
                Err(message) => self.notice.set(Some(Notice { text: message, is_error: true })),
            }
        });
    }

    fn load(self, files: Vec<GivenFile>, plan: Option<Plan>) {
        self.notice.set(None);
        self.overview.set(None);
        self.plan.set(None);
        self.answered.set(None);
        self.fresh.set(None);
        self.progress.set(Some(Progress::of("Opening the files", 0.0)));
        let commands = self.with_machine(|machine| {
            machine.files = files;
            machine.settled = None;
            machine.wants_not_read = false;
            let names = machine.file_names();
            machine.desk.load(names, plan)
        });
        self.rows_shown.set(RowShelf::default());
        self.perform(commands);
    }

    /// Changes the plan and runs it.
    pub fn edit(self, change: impl FnOnce(&mut Plan)) {
        let Some(before) = self.plan.get_untracked() else { return };
        let mut plan = before.clone();
        change(&mut plan);
        reading::take_back_confirmations(&before, &mut plan);
        self.run(plan);
    }

    pub fn run(self, plan: Plan) {
        if self.overview.with_untracked(Option::is_none) {
            let text = "Drop the trial’s files first, or together with the plan.".to_owned();
            self.notice.set(Some(Notice { text, is_error: true }));
            return;
        }
        // A plan that was saved says how files like these are to be read.
        let is_read_otherwise = self.overview.with_untracked(|overview| {
            overview.as_ref().is_some_and(|overview| !plan.files.is_empty() && plan.files != overview.files)
        });
        if is_read_otherwise && self.with_machine(|machine| machine.desk.worker_has_files()) {
            self.reread(plan);
            return;
        }
        if self
            .notice
            .with_untracked(|notice| notice.as_ref().is_some_and(|notice| notice.text == PERMUTATIONS_STOPPED))
        {
            self.notice.set(None);
        }
        self.plan.set(Some(plan.clone()));
        self.fresh.set(None);
        let commands = self.with_machine(|machine| {
            let names = machine.file_names();
            machine.desk.analyse(plan, names)
        });
        self.rows_shown.update(RowShelf::forget_asked);
        self.perform(commands);
    }

    pub fn cancel(self) {
        let (was_permuting, commands) = self.with_machine(|machine| {
            machine.wants_not_read = false;
            (machine.desk.is_permuting(), machine.desk.cancel())
        });
        if was_permuting {
            self.progress.set(None);
            self.notice.set(Some(Notice { text: PERMUTATIONS_STOPPED.to_owned(), is_error: false }));
            self.perform(commands);
            return;
        }
        self.rows_shown.update(RowShelf::forget_asked);
        self.progress.set(None);
        self.fresh.set(None);
        let had_answers = self.answered.with_untracked(Option::is_some);
        let text = if had_answers {
            // The forms go back to what the answers belong to.
            let plan = self.answered.with_untracked(|answered| answered.as_ref().map(|answered| answered.plan.clone()));
            self.plan.set(plan.map(Arc::unwrap_or_clone));
            if let Some(settled) = self.with_machine(|machine| machine.settled.clone()) {
                self.overview.set(Some(settled));
            }
            "Stopped. The answers shown are those of the settings before."
        } else if self.overview.with_untracked(Option::is_some) {
            "Stopped before there was an answer. Any change of the settings starts anew."
        } else {
            "Stopped. Nothing was read; drop the files again when you like."
        };
        self.notice.set(Some(Notice { text: text.to_owned(), is_error: false }));
        self.perform(commands);
    }

    /// The newest answer to a question, be it of the run that is under way or of the one before.
    pub fn shown(self, question: Question) -> Option<Shown> {
        let fresh = self.fresh.with(|fresh| fresh.as_ref().and_then(|fresh| fresh.to(question)));
        fresh.or_else(|| self.answered.with(|answered| answered.as_ref().and_then(|answered| answered.to(question))))
    }

    /// The plan has changed, and the answer to it is still to come.
    pub fn is_waiting_for(self, question: Question) -> bool {
        let is_running = self.progress.with(|progress| progress.as_ref().is_some_and(|progress| !progress.is_behind));
        is_running && self.fresh.with(|fresh| fresh.as_ref().is_none_or(|fresh| fresh.to(question).is_none()))
    }

    fn with_machine<T>(self, act: impl FnOnce(&mut Machine) -> T) -> T {
        let machine = self.machine.get_value();
        let mut machine = machine.borrow_mut();
        act(&mut machine)
    }

    fn perform(self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::ReplaceWorker => self.replace_worker(),
                Command::Post(request) => self.post(&request, Vec::new()),
                Command::HireHelpers(count) => {
                    let helpers = (0..count).map(|place| self.hire(place)).collect();
                    self.with_machine(|machine| machine.helpers = helpers);
                }
                Command::ReplaceHelper(place) => {
                    let helper = self.hire(place);
                    self.with_machine(|machine| {
                        if let Some(slot) = machine.helpers.get_mut(place) {
                            *slot = helper;
                        }
                    });
                }
                Command::PostToHelper(place, request) => match encode(&request) {
                    Ok(message) => self.with_machine(|machine| {
                        if let Some(Some(link)) = machine.helpers.get(place) {
                            link.post(&message, Vec::new());
                        }
                    }),
                    Err(message) => self.fail(message),
                },
                Command::DismissHelpers => self.with_machine(|machine| machine.helpers.clear()),
                Command::PostWithFiles(request) => {
                    let files = self.with_machine(|machine| machine.files.clone());
                    spawn_local(async move {
                        let mut buffers = Vec::new();
                        for file in &files {
                            match arrival::bytes_of(file).await {
                                Ok(buffer) => buffers.push(buffer),
                                Err(message) => {
                                    self.fail(message);
                                    return;
                                }
                            }
                        }
                        self.post(&request, buffers);
                    });
                }
            }
        }
    }

    fn post(self, request: &Request, buffers: Vec<crate::browser::files::Bytes>) {
        match encode(request) {
            Ok(message) => self.with_machine(|machine| {
                if let Some(link) = &machine.link {
                    link.post(&message, buffers);
                }
            }),
            Err(message) => self.fail(message),
        }
    }

    fn fail(self, message: String) {
        self.progress.set(None);
        self.notice.set(Some(Notice { text: message, is_error: true }));
    }

    fn replace_worker(self) {
        let link = WorkerLink::spawn(move |event| self.on_worker(event));
        match link {
            // The old link is dropped here, and its worker with it.
            Ok(link) => self.with_machine(|machine| machine.link = Some(link)),
            Err(message) => self.fail(format!("The calculation could not be started: {message}")),
        }
    }

    fn hire(self, place: usize) -> Option<WorkerLink> {
        match WorkerLink::spawn(move |event| self.on_helper(place, event)) {
            Ok(link) => Some(link),
            Err(message) => {
                self.fail(format!("The permutations could not be started: {message}"));
                None
            }
        }
    }

    fn on_helper(self, place: usize, event: WorkerEvent) {
        let (commands, event) = match event {
            WorkerEvent::Ready | WorkerEvent::WrongBuild { .. } => return,
            WorkerEvent::Message(bytes) => match decode(&bytes) {
                Ok(response) => self.with_machine(|machine| machine.desk.on_helper_response(place, response)),
                Err(message) => {
                    self.fail(message);
                    return;
                }
            },
            WorkerEvent::Died { message } => self.with_machine(|machine| machine.desk.on_helper_death(place, &message)),
        };
        self.show(event);
        // A helper's own event must not drop its link: it is still in use.
        spawn_local(async move { self.perform(commands) });
    }

    fn on_worker(self, event: WorkerEvent) {
        match event {
            WorkerEvent::Ready => {
                let commands = self.with_machine(|machine| machine.desk.on_ready());
                self.perform(commands);
            }
            WorkerEvent::Message(bytes) => match decode(&bytes) {
                Ok(response) => {
                    let (commands, event) = self.with_machine(|machine| machine.desk.on_response(response));
                    self.show(event);
                    self.perform(commands);
                }
                Err(message) => self.fail(message),
            },
            WorkerEvent::Died { message } => {
                let (commands, event) = self.with_machine(|machine| {
                    let names = machine.file_names();
                    machine.desk.on_death(&message, names)
                });
                if event.is_none() {
                    let text = "The calculation stopped and was started again; what is shown stands.".to_owned();
                    self.notice.set(Some(Notice { text, is_error: false }));
                }
                self.show(event);
                self.perform(commands);
            }
            WorkerEvent::WrongBuild { .. } => self.fail(
                "This page has been updated since it was opened. Load it again, then drop the files again.".to_owned(),
            ),
        }
    }

    fn show(self, event: Option<DeskEvent>) {
        match event {
            None => {}
            Some(DeskEvent::Progress { stage, done }) => self.progress.set(Some(Progress::of(stage, done))),
            Some(DeskEvent::Permuting { counted, all, done }) => {
                let stage = format!("Permutations, {} of {}", format_count(counted), format_count(all));
                self.progress.set(Some(Progress { stage, done, is_behind: true }));
            }
            Some(DeskEvent::Loaded { overview, mut plan }) => {
                // What was confirmed while the files were read again stays so.
                if self.plan.with_untracked(Option::is_some) {
                    plan.confirmed = self.confirmed();
                }
                self.rows_shown.set(RowShelf::default());
                self.overview.set(Some(Arc::new(*overview)));
                self.plan.set(Some(*plan));
            }
            Some(DeskEvent::Answer(answered)) => self.show_answer(answered),
            Some(DeskEvent::Answered { mut plan, answers }) => {
                plan.confirmed = self.confirmed();
                let answers = answers.into_iter().map(|answered| self.known_or(answered)).collect();
                let is_permuting = self.with_machine(|machine| machine.desk.is_permuting());
                let behind = || Progress { stage: "Permutations".into(), done: 0.0, is_behind: true };
                self.progress.set(is_permuting.then(behind));
                self.answered.set(Some(Arc::new(Answers { plan: Arc::new(*plan), answers })));
                self.fresh.set(None);
                let settled = self.overview.get_untracked();
                let commands = self.with_machine(|machine| {
                    machine.settled = settled;
                    if machine.wants_not_read { machine.desk.list_not_read() } else { Vec::new() }
                });
                self.perform(commands);
            }
            Some(DeskEvent::Rows { file, rows }) => self.rows_shown.update(|shelf| shelf.put(file, rows)),
            Some(DeskEvent::NotRead { files }) => self.save_not_read(&files),
            Some(DeskEvent::Failed { message }) => self.fail(message),
        }
    }
}

impl Workbench {
    fn show_answer(self, answered: Arc<Answered>) {
        let answered = self.known_or(answered);
        let plan = self.plan.with_untracked(|plan| plan.clone().map(Arc::new));
        self.fresh.update(|fresh| match (fresh.as_mut(), plan) {
            (Some(fresh), _) => fresh.answers.push(answered),
            (None, Some(plan)) => *fresh = Some(Answers { plan, answers: vec![answered] }),
            (None, None) => {}
        });
    }

    /// What is shown already, if it says the same: then nothing is drawn anew.
    fn known_or(self, answered: Arc<Answered>) -> Arc<Answered> {
        let question = answered.asked.question();
        let known = |answers: &Answers| answers.to(question).map(|shown| shown.answered);
        let fresh = self.fresh.with_untracked(|fresh| fresh.as_ref().and_then(known));
        let before = self.answered.with_untracked(|before| before.as_ref().and_then(|before| known(before)));
        fresh.into_iter().chain(before).find(|known| *known == answered).unwrap_or(answered)
    }
}

const PERMUTATIONS_STOPPED: &str =
    "The permutations were stopped; everything else stands. “Count again” in the settings starts them anew.";

/// As many helpers as the machine works well with: one a processor, eight at most.
fn processors() -> usize {
    crate::browser::processors().clamp(1, 8)
}

impl Machine {
    fn file_names(&self) -> Vec<crate::engine::FileName> {
        self.files
            .iter()
            .map(|file| crate::engine::FileName { name: file.name.clone(), size_bytes: file.size_bytes })
            .collect()
    }
}
