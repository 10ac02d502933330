use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Request;
use crate::analysis::max_t::{PermutationJob, PermutationTally};

/// Permutations that are too many for the worker alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PermutationOrder {
    pub job: PermutationJob,
    pub permutations: u64,
    /// Multiplications of one.
    pub work: u64,
}

/// Helpers that count permutations, each a range at a time: who counts what, what is left, what it came to. It performs
/// nothing itself.
#[derive(Debug)]
pub struct Crew {
    generation: u64,
    tasks: Vec<Task>,
    helpers: Vec<Helper>,
    /// Ranges whose helper died: task, from, to.
    returned: Vec<(usize, u64, u64)>,
    deaths: u32,
    /// Fiftieths that the page was told of.
    told: u64,
}

#[derive(Debug)]
struct Task {
    order: PermutationOrder,
    next: u64,
    tally: PermutationTally,
}

#[derive(Debug, Clone, Default)]
struct Helper {
    /// The task whose job it was given last.
    knows: Option<usize>,
    /// In the order in which it was given them.
    counts: VecDeque<(usize, u64, u64)>,
}

/// Multiplications of one range: about a tenth of a second.
const RANGE_WORK: u64 = 250_000_000;

/// Ranges that a helper has at a time.
pub const AHEAD: usize = 2;

/// More deaths than this are the job's doing.
const MOST_DEATHS: u32 = 2;

impl Crew {
    pub fn new(generation: u64, orders: Vec<PermutationOrder>, helpers: usize) -> Self {
        let task = |order| Task { order, next: 0, tally: PermutationTally::default() };
        Self {
            generation,
            tasks: orders.into_iter().map(task).collect(),
            helpers: vec![Helper::default(); helpers.max(1)],
            returned: Vec::new(),
            deaths: 0,
            told: 0,
        }
    }

    pub fn helpers(&self) -> usize {
        self.helpers.len()
    }

    /// The next range for a helper. Each has [`AHEAD`] of them, so that none waits for the page.
    pub fn assign(&mut self, helper: usize) -> Option<Request> {
        let (task, from, to) = self.returned.pop().or_else(|| {
            self.tasks.iter_mut().enumerate().find(|(_, task)| task.next < task.order.permutations).map(
                |(place, task)| {
                    let from = task.next;
                    task.next = (from + (RANGE_WORK / task.order.work.max(1)).max(1)).min(task.order.permutations);
                    (place, from, task.next)
                },
            )
        })?;
        let own = self.helpers.get_mut(helper)?;
        own.counts.push_back((task, from, to));
        let is_known = own.knows.replace(task) == Some(task);
        let job = self.tasks.get(task).filter(|_| !is_known).map(|task| task.order.job.clone());
        Some(Request::Count { generation: self.generation, job, from, to })
    }

    /// What a helper counted.
    pub fn take(&mut self, helper: usize, tally: &PermutationTally) {
        let counted = self.helpers.get_mut(helper).and_then(|helper| helper.counts.pop_front());
        if let Some(task) = counted.and_then(|(task, _, _)| self.tasks.get_mut(task)) {
            task.tally.add(tally);
        }
    }

    /// Its range is counted by another one. Whether to go on: a job that kills its helpers is given up.
    pub fn bury(&mut self, helper: usize) -> bool {
        self.deaths += 1;
        if let Some(own) = self.helpers.get_mut(helper) {
            self.returned.extend(own.counts.drain(..));
            own.knows = None;
        }
        self.deaths <= MOST_DEATHS
    }

    /// From 0 to 1.
    pub fn done(&self) -> f64 {
        let sum = |of: fn(&Task) -> u64| {
            self.tasks.iter().map(|task| of(task) as f64 * task.order.work.max(1) as f64).sum::<f64>()
        };
        sum(|task| task.tally.permutations) / sum(|task| task.order.permutations).max(1.0)
    }

    /// What is done, where it is worth a new picture: drawing takes time from the helpers.
    pub fn news(&mut self) -> Option<f64> {
        let done = self.done();
        let fiftieths = (50.0 * done) as u64;
        (std::mem::replace(&mut self.told, fiftieths) != fiftieths).then_some(done)
    }

    pub fn permutations(&self) -> (u64, u64) {
        let counted = self.tasks.iter().map(|task| task.tally.permutations).sum();
        (counted, self.tasks.iter().map(|task| task.order.permutations).sum())
    }

    /// Every job with what it came to, when nothing is left.
    pub fn finished(&self) -> Option<Vec<(PermutationJob, PermutationTally)>> {
        let is_done = self.tasks.iter().all(|task| task.tally.permutations == task.order.permutations);
        is_done.then(|| self.tasks.iter().map(|task| (task.order.job.clone(), task.tally.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(permutations: u64, work: u64) -> PermutationOrder {
        let job =
            PermutationJob::Pairs { columns: vec![vec![Some(permutations as f64)]], is_ranked: false, permutations: 1 };
        PermutationOrder { job, permutations, work }
    }

    fn range(request: &Request) -> (bool, u64, u64) {
        match request {
            Request::Count { job, from, to, .. } => (job.is_some(), *from, *to),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_permutation_is_counted_once_whoever_dies() {
        let mut crew = Crew::new(1, vec![order(10, RANGE_WORK / 4), order(3, RANGE_WORK)], 2);
        let mut seen = Vec::new();
        let mut busy: Vec<(usize, (bool, u64, u64))> = Vec::new();
        for helper in [0, 1] {
            busy.push((helper, range(&crew.assign(helper).unwrap())));
        }
        assert_eq!(busy, [(0, (true, 0, 4)), (1, (true, 4, 8))]);
        assert!(crew.bury(0));
        busy.remove(0);
        busy.push((0, range(&crew.assign(0).unwrap())));
        assert_eq!(busy[1], (0, (true, 0, 4)));
        while let Some((helper, (_, from, to))) = busy.pop() {
            seen.push((from, to));
            crew.take(helper, &PermutationTally { permutations: to - from, counts: vec![to - from] });
            if let Some(request) = crew.assign(helper) {
                busy.push((helper, range(&request)));
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, [(0, 1), (0, 4), (1, 2), (2, 3), (4, 8), (8, 10)]);
        let tallies: Vec<u64> = crew.finished().unwrap().iter().map(|(_, tally)| tally.permutations).collect();
        assert_eq!((tallies, crew.done()), (vec![10, 3], 1.0));
    }

    #[test]
    fn a_job_that_kills_every_helper_is_given_up() {
        let mut crew = Crew::new(1, vec![order(10, 1)], 1);
        crew.assign(0);
        assert!(crew.bury(0));
        crew.assign(0);
        assert!(crew.bury(0));
        crew.assign(0);
        assert!(!crew.bury(0));
        assert!(crew.finished().is_none());
    }
}
