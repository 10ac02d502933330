//! How the files are understood: changing it, confirming it, and looking at what was read.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Answers, Notice, Progress, Workbench};
use crate::analysis::{Confirmation, Plan};
use crate::browser::download;
use crate::export::write_not_read_csv;
use crate::import::{FileNotRead, Role};
use crate::ui::rows::RowShelf;

impl Workbench {
    /// Changes how the files are understood and reads them again. What is shown stays until the new reading comes.
    pub fn remap(self, change: impl FnOnce(&mut Plan)) {
        let (Some(before), Some(overview)) = (self.plan.get_untracked(), self.overview.get_untracked()) else { return };
        let mut plan = before.clone();
        if plan.files.len() != overview.files.len() {
            plan.files.clone_from(&overview.files);
        }
        change(&mut plan);
        if plan == before {
            return;
        }
        take_back_confirmations(&before, &mut plan);
        self.reread(plan);
    }

    pub(super) fn reread(self, plan: Plan) {
        self.notice.set(None);
        self.plan.set(Some(plan.clone()));
        self.progress.set(Some(Progress::of("Reading the files again", 0.0)));
        let commands = self.with_machine(|machine| {
            let names = machine.file_names();
            machine.desk.remap(plan, names)
        });
        self.rows_shown.update(RowShelf::forget_asked);
        self.perform(commands);
    }

    /// The user stands by a choice. No number depends on it, so nothing is run again.
    pub fn confirm(self, choice: Confirmation) {
        self.plan.update(|plan| {
            if let Some(plan) = plan.as_mut().filter(|plan| !plan.confirmed.contains(&choice)) {
                plan.confirmed.push(choice);
            }
        });
        let confirmed = self.confirmed();
        self.answered.update(|answered| {
            if let Some(known) = answered {
                let plan = Plan { confirmed, ..Plan::clone(&known.plan) };
                *answered = Some(Arc::new(Answers { plan: Arc::new(plan), answers: known.answers.clone() }));
            }
        });
    }

    pub(super) fn confirmed(self) -> Vec<Confirmation> {
        self.plan.with_untracked(|plan| plan.as_ref().map(|plan| plan.confirmed.clone()).unwrap_or_default())
    }

    /// Asks for rows of a file, ascending, that are not on the shelf yet.
    pub fn view_rows(self, file: usize, rows: &[u64]) {
        let missing = self.rows_shown.with_untracked(|shelf| shelf.missing(file, rows));
        if missing.is_empty() {
            return;
        }
        let commands = self.with_machine(|machine| machine.desk.view_rows(file, missing.clone()));
        if !commands.is_empty() {
            self.rows_shown.update(|shelf| shelf.ask(file, missing));
        }
        self.perform(commands);
    }

    /// Saves everything that was not read, as soon as it is listed.
    pub fn list_not_read(self) {
        self.wake();
        let commands = self.with_machine(|machine| {
            machine.wants_not_read = true;
            machine.desk.list_not_read()
        });
        self.perform(commands);
    }

    /// After a run was stopped the worker has no files: it reads them again.
    pub fn wake(self) {
        let is_asleep = self.with_machine(|machine| !machine.desk.worker_has_files() && !machine.desk.is_busy());
        if let Some(plan) = self.plan.get_untracked().filter(|_| is_asleep) {
            self.run(plan);
        }
    }

    pub(super) fn save_not_read(self, files: &[FileNotRead]) {
        // Asked for twice, when the worker had to wake up first, it is saved once.
        if !self.with_machine(|machine| std::mem::take(&mut machine.wants_not_read)) {
            return;
        }
        let saved = write_not_read_csv(files).and_then(|text| download::save("not-read.csv", "text/csv", &text));
        if let Err(message) = saved {
            self.notice.set(Some(Notice { text: message, is_error: true }));
        }
    }
}

/// A choice that is made anew has to be confirmed anew.
pub(super) fn take_back_confirmations(before: &Plan, plan: &mut Plan) {
    let control_stands = before.control_arm == plan.control_arm;
    let baseline_stands = before.change().map(|change| change.baseline) == plan.change().map(|change| change.baseline);
    let flags = |plan: &Plan| -> Vec<bool> {
        let columns = plan.files.iter().flat_map(|file| &file.columns);
        let flag = |role: &Role| match role {
            Role::Event => Some(true),
            Role::Censoring => Some(false),
            _ => None,
        };
        columns.filter_map(|column| flag(&column.role)).collect()
    };
    // A table whose roles are found anew says nothing of its events yet.
    let events_stand = flags(before) == flags(plan);
    plan.confirmed.retain(|choice| match choice {
        Confirmation::ControlArm => control_stands,
        Confirmation::Baseline => baseline_stands,
        Confirmation::EventDirection => events_stand,
    });
}
