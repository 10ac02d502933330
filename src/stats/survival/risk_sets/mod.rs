//! Who is at risk when an event happens: what the tests of the log-rank family add up.

use super::FollowUpTimes;
use crate::order;
use crate::stats::{StatError, input};

/// Subjects by stratum and time, ready to be walked through.
pub struct RiskSets {
    /// Codes of the groups with subjects, in order; a group's place in this list is its place in every sum.
    pub codes: Vec<usize>,
    /// Subjects of each of these groups.
    pub sizes: Vec<usize>,
    /// A label and the bits of the time, by stratum and then by time.
    exits: Vec<[u64; 2]>,
    /// The same with the time of entry; absent when all were there from the start.
    entries: Option<Vec<[u64; 2]>>,
}

/// A time at which somebody had the event, within one stratum.
pub struct EventTime<'a> {
    /// Subjects of each group observed just before it.
    pub at_risk: &'a [f64],
    /// Events of each group at it.
    pub events: &'a [f64],
    /// Subjects of all groups observed just before it.
    pub n: f64,
    /// Events of all groups at it, at least 1.
    pub d: f64,
    /// Kaplan-Meier's estimate for all groups of the stratum together, just before it.
    pub survival_before: f64,
    /// Product of (n + 1 - d) / (n + 1) over the stratum's event times, this one included.
    pub peto_survival: f64,
}

impl EventTime<'_> {
    /// d (n - d) / (n - 1), the part of the hypergeometric variance that does not depend on the groups.
    pub fn spread(&self) -> f64 {
        // A last lone subject adds no variance, and n - 1 = 0 must not be divided by.
        if self.n > 1.0 { self.d * (self.n - self.d) / (self.n - 1.0) } else { 0.0 }
    }
}

// A label holds the stratum above, the group's place in the middle, the event in the lowest bit.
const STRATUM_BIT: u32 = 32;

fn group_place(label: u64) -> usize {
    (label as u32 >> 1) as usize
}

fn stratum_of(label: u64) -> u64 {
    label >> STRATUM_BIT
}

impl RiskSets {
    /// `LengthsDiffer`, `NotFinite`, `OutOfRange` (a negative time, an entry not before its time, a code out of range),
    /// `TooFew` (under 2 groups with subjects; no event).
    pub fn new(
        follow_up: &FollowUpTimes<'_>,
        group: &[usize],
        n_groups: usize,
        strata: Option<&[usize]>,
    ) -> Result<Self, StatError> {
        follow_up.check()?;
        let FollowUpTimes { entries, times, is_event } = *follow_up;
        input::check_equal_lengths("times and groups", times.len(), group.len())?;
        input::check_codes("group", group, n_groups.min(1 << 31))?;
        if let Some(strata) = strata {
            input::check_equal_lengths("times and strata", times.len(), strata.len())?;
            input::check_codes("stratum", strata, 1 << 31)?;
        }
        let (codes, sizes, places) = groups_with_subjects(group);
        input::check_at_least("groups with subjects", 2, codes.len())?;
        let n_events = is_event.iter().filter(|event| **event).count();
        input::check_at_least("events", 1, n_events)?;

        let mut labels: Vec<u64> = Vec::with_capacity(times.len());
        for (code, is_event) in group.iter().zip(is_event) {
            let place = places.get(*code).copied().unwrap_or_default();
            labels.push(place << 1 | u64::from(*is_event));
        }
        for (label, stratum) in labels.iter_mut().zip(strata.unwrap_or_default()) {
            *label |= (*stratum as u64) << STRATUM_BIT;
        }
        let exits = by_stratum_and_time(times, &labels, strata.is_some());
        let entries = entries.map(|entries| by_stratum_and_time(entries, &labels, strata.is_some()));
        Ok(Self { codes, sizes, exits, entries })
    }

    /// Shows every event time of every stratum to `visit`, in order.
    pub fn walk(&self, visit: &mut dyn FnMut(&EventTime<'_>)) {
        let mut waiting = self.entries.as_deref();
        for stratum in self.exits.chunk_by(|a, b| stratum_of(a[0]) == stratum_of(b[0])) {
            // Entries are sorted by stratum too, and each stratum has as many as it has exits.
            let entering = waiting.and_then(|rest| rest.split_at_checked(stratum.len()));
            waiting = entering.map(|(_, rest)| rest);
            self.walk_stratum(stratum, entering.map(|(own, _)| own), visit);
        }
    }

    fn walk_stratum(&self, exits: &[[u64; 2]], entries: Option<&[[u64; 2]]>, visit: &mut dyn FnMut(&EventTime<'_>)) {
        let mut at_risk = vec![0.0; self.codes.len()];
        let mut events = vec![0.0; self.codes.len()];
        let mut n = 0.0;
        let add = |sums: &mut [f64], subject: &[u64; 2], what: f64| {
            if let Some(own) = sums.get_mut(group_place(subject[0])) {
                *own += what;
            }
        };
        if entries.is_none() {
            exits.iter().for_each(|subject| add(&mut at_risk, subject, 1.0));
            n = exits.len() as f64;
        }
        let mut entering = entries.unwrap_or_default().iter().peekable();
        let (mut survival_before, mut peto_survival) = (1.0, 1.0);
        for tied in exits.chunk_by(|a, b| a[1] == b[1]) {
            let time = tied.first().map_or(0, |subject| subject[1]);
            while let Some(subject) = entering.next_if(|subject| subject[1] < time) {
                add(&mut at_risk, subject, 1.0);
                n += 1.0;
            }
            let mut d = 0.0;
            for subject in tied.iter().filter(|subject| subject[0] & 1 == 1) {
                add(&mut events, subject, 1.0);
                d += 1.0;
            }
            if d > 0.0 {
                peto_survival *= (n + 1.0 - d) / (n + 1.0);
                visit(&EventTime { at_risk: &at_risk, events: &events, n, d, survival_before, peto_survival });
                survival_before *= (n - d) / n;
                events.fill(0.0);
            }
            for subject in tied {
                add(&mut at_risk, subject, -1.0);
            }
            n -= tied.len() as f64;
        }
    }
}

/// Codes with subjects, how many each has, and for each code its place among them.
fn groups_with_subjects(group: &[usize]) -> (Vec<usize>, Vec<usize>, Vec<u64>) {
    let mut counts: Vec<usize> = Vec::new();
    for code in group {
        if *code >= counts.len() {
            counts.resize(code + 1, 0);
        }
        if let Some(count) = counts.get_mut(*code) {
            *count += 1;
        }
    }
    let (mut codes, mut sizes, mut places) = (Vec::new(), Vec::new(), Vec::with_capacity(counts.len()));
    for (code, count) in counts.into_iter().enumerate() {
        places.push(codes.len() as u64);
        if count > 0 {
            codes.push(code);
            sizes.push(count);
        }
    }
    (codes, sizes, places)
}

fn by_stratum_and_time(times: &[f64], labels: &[u64], has_strata: bool) -> Vec<[u64; 2]> {
    // Adding 0 makes a negative zero positive; from there on the order of the bits is the order of the times.
    let mut subjects: Vec<[u64; 2]> =
        times.iter().zip(labels).map(|(time, label)| [(time + 0.0).to_bits(), *label]).collect();
    order::sort_by_bits(&mut subjects, 0);
    subjects.iter_mut().for_each(|subject| subject.reverse());
    if has_strata {
        order::sort_by_bits(&mut subjects, STRATUM_BIT);
    }
    subjects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_entries_and_strata_by_hand() {
        // Stratum 0: one enters after 1, at 2 and not before, so that only two are at risk at 2.
        let follow_up = FollowUpTimes {
            entries: Some(&[0.0, 2.0, 1.0, 0.0, 0.0]),
            times: &[2.0, 5.0, 3.0, 1.0, 4.0],
            is_event: &[true, true, false, true, true],
        };
        let sets = RiskSets::new(&follow_up, &[0, 0, 2, 0, 2], 3, Some(&[0, 0, 0, 1, 1])).unwrap();
        assert_eq!((sets.codes.as_slice(), sets.sizes.as_slice()), (&[0, 2][..], &[3, 2][..]));
        let mut seen = Vec::new();
        sets.walk(&mut |time| seen.push((time.at_risk.to_vec(), time.events.to_vec(), time.n, time.survival_before)));
        assert_eq!(
            seen,
            [
                (vec![1.0, 1.0], vec![1.0, 0.0], 2.0, 1.0),
                (vec![1.0, 0.0], vec![1.0, 0.0], 1.0, 0.5),
                (vec![1.0, 1.0], vec![1.0, 0.0], 2.0, 1.0),
                (vec![0.0, 1.0], vec![0.0, 1.0], 1.0, 0.5),
            ]
        );
    }
}
