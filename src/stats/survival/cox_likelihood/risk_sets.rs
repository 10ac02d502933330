//! Rows in the order in which risk sets grow: strata one after another, times falling.

use super::super::FollowUpTimes;
use crate::order;
use crate::stats::matrix::Matrix;
use crate::stats::{StatError, input};

/// One distinct time with events, in one stratum.
pub struct DeathTime {
    pub time: f64,
    /// The first of the events; they stand together.
    pub first_event: usize,
    pub n_events: usize,
    /// First row of the stratum, and first place of the stratum in `leaving`.
    pub stratum_start: usize,
    /// Rows from `stratum_start` to before this one last to this time or longer.
    pub joined: usize,
    /// Places of `leaving` from `stratum_start` to before this one enter at this time or later.
    pub left: usize,
}

impl DeathTime {
    pub fn events(&self) -> std::ops::Range<usize> {
        self.first_event..self.first_event + self.n_events
    }
}

/// The rows that are at risk at one event time at least; the others say nothing.
pub struct RiskSets {
    /// Rows given, these and the others.
    pub n: usize,
    pub n_columns: usize,
    pub n_events: usize,
    /// Mean of each column.
    pub centre: Vec<f64>,
    /// A power of two near the standard deviation of each column, so that scaling rounds nothing.
    pub scale: Vec<f64>,
    /// (x - centre) / scale, row by row.
    pub rows: Vec<f64>,
    /// The given row that each row is.
    pub given: Vec<u32>,
    /// Empty when all are observed from the start.
    pub entries: Vec<f64>,
    /// Rows in the order of falling entries, within each stratum; empty as `entries`.
    pub leaving: Vec<u32>,
    /// Within a stratum, from the last to the first.
    pub death_times: Vec<DeathTime>,
}

impl RiskSets {
    pub fn new(
        follow_up: &FollowUpTimes<'_>,
        covariates: &Matrix,
        strata: Option<&[usize]>,
    ) -> Result<Self, StatError> {
        follow_up.check()?;
        let n = follow_up.times.len();
        let p = covariates.columns();
        input::check_at_least("covariates", 1, p)?;
        input::check_equal_lengths("times and covariates", n, covariates.rows())?;
        input::check_finite("covariates", covariates.values())?;
        if let Some(strata) = strata {
            input::check_equal_lengths("times and strata", n, strata.len())?;
        }
        let n_events = follow_up.is_event.iter().filter(|event| **event).count();
        input::check_at_least("events", 1, n_events)?;
        let mut sets = Self {
            n,
            n_columns: p,
            n_events,
            centre: vec![0.0; p],
            scale: vec![1.0; p],
            rows: Vec::new(),
            given: Vec::with_capacity(n),
            entries: Vec::new(),
            leaving: Vec::new(),
            death_times: Vec::with_capacity(n_events),
        };
        let falling = sorted_down(follow_up.times, follow_up.is_event, strata);
        sets.keep_rows_at_risk(follow_up, &falling, strata);
        if let Some(entries) = follow_up.entries {
            sets.order_entries(entries, strata);
        }
        sets.standardise(covariates)?;
        Ok(sets)
    }

    fn keep_rows_at_risk(&mut self, follow_up: &FollowUpTimes<'_>, falling: &[[u64; 2]], strata: Option<&[usize]>) {
        let of = |values: &[f64], row: u32| values.get(row as usize).copied().unwrap_or(f64::NAN);
        let is_event = |row: u32| follow_up.is_event.get(row as usize).copied().unwrap_or(false);
        let same_stratum = |a: &[u64; 2], b: &[u64; 2]| {
            strata.is_none_or(|strata| strata.get(a[1] as usize) == strata.get(b[1] as usize))
        };
        for stratum in falling.chunk_by(same_stratum) {
            let stratum_start = self.given.len();
            let mut later_events =
                stratum.iter().filter(|item| is_event(item[1] as u32)).map(|item| of(follow_up.times, item[1] as u32));
            let mut next_event = later_events.next();
            for item in stratum {
                let row = item[1] as u32;
                let time = of(follow_up.times, row);
                while next_event.is_some_and(|event| event > time) {
                    next_event = later_events.next();
                }
                let entry = follow_up.entries.map_or(f64::NEG_INFINITY, |entries| of(entries, row));
                if !next_event.is_some_and(|event| event > entry) {
                    continue;
                }
                let place = self.given.len();
                self.given.push(row);
                let own =
                    self.death_times.last_mut().filter(|last| last.stratum_start == stratum_start && last.time == time);
                match own {
                    Some(last) => {
                        last.joined = place + 1;
                        last.n_events += usize::from(is_event(row));
                    }
                    None if is_event(row) => self.death_times.push(DeathTime {
                        time,
                        first_event: place,
                        n_events: 1,
                        stratum_start,
                        joined: place + 1,
                        left: stratum_start,
                    }),
                    None => {}
                }
            }
        }
    }

    fn order_entries(&mut self, entries: &[f64], strata: Option<&[usize]>) {
        let entry_of = |row: u32| entries.get(row as usize).copied().unwrap_or(f64::NAN);
        self.entries = self.given.iter().map(|row| entry_of(*row)).collect();
        let mut items: Vec<[u64; 2]> =
            self.entries.iter().zip(0..).map(|(entry, place)| [!order::key_of(*entry), place]).collect();
        order::sort_by_bits(&mut items, 0);
        if let Some(strata) = strata {
            for item in &mut items {
                item[0] = self.given.get(item[1] as usize).map_or(0, |row| code_of(strata, *row as usize));
            }
            order::sort_by_bits(&mut items, 0);
        }
        self.leaving = items.iter().map(|item| item[1] as u32).collect();
        let mut left = 0;
        for death_time in &mut self.death_times {
            left = left.max(death_time.stratum_start);
            let enters = |place: usize| self.leaving.get(place).and_then(|row| self.entries.get(*row as usize));
            while left < death_time.joined && enters(left).is_some_and(|entry| *entry >= death_time.time) {
                left += 1;
            }
            death_time.left = left;
        }
    }

    /// Fills `rows`. A column without variation is an error here: its information would be rounding.
    fn standardise(&mut self, covariates: &Matrix) -> Result<(), StatError> {
        let p = self.n_columns;
        let n = self.given.len() as f64;
        self.rows = Vec::with_capacity(self.given.len() * p);
        for row in &self.given {
            self.rows.extend_from_slice(covariates.row(*row as usize));
        }
        let first: Vec<f64> = self.rows.iter().take(p).copied().collect();
        let mut varies = vec![false; p];
        for row in self.rows.chunks_exact(p) {
            for ((centre, value), (varies, first)) in self.centre.iter_mut().zip(row).zip(varies.iter_mut().zip(&first))
            {
                *centre += value;
                *varies |= value != first;
            }
        }
        if let Some(column) = varies.iter().position(|varies| !varies) {
            return Err(StatError::Singular { column });
        }
        self.centre.iter_mut().for_each(|sum| *sum /= n);
        let mut squares = vec![0.0; p];
        for row in self.rows.chunks_exact_mut(p) {
            for ((value, centre), square) in row.iter_mut().zip(&self.centre).zip(&mut squares) {
                *value -= centre;
                *square += *value * *value;
            }
        }
        for (scale, square) in self.scale.iter_mut().zip(&squares) {
            *scale = power_of_two_below((square / n).sqrt());
        }
        for row in self.rows.chunks_exact_mut(p) {
            for (value, scale) in row.iter_mut().zip(&self.scale) {
                *value /= scale;
            }
        }
        input::check_finite("covariates", &self.rows)
    }

    pub fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    pub fn row(&self, place: usize) -> &[f64] {
        self.rows.get(place * self.n_columns..(place + 1) * self.n_columns).unwrap_or_default()
    }

    pub fn rows_of(&self, places: std::ops::Range<usize>) -> std::slice::ChunksExact<'_, f64> {
        let part = self.rows.get(places.start * self.n_columns..places.end * self.n_columns);
        part.unwrap_or_default().chunks_exact(self.n_columns)
    }

    /// Rows that entered before the time of this risk set.
    pub fn has_entered(&self, place: usize, death_time: &DeathTime) -> bool {
        self.entries.get(place).is_none_or(|entry| *entry < death_time.time)
    }
}

/// By stratum, then from the longest time down; events stand before censorings.
fn sorted_down(times: &[f64], is_event: &[bool], strata: Option<&[usize]>) -> Vec<[u64; 2]> {
    let mut items: Vec<[u64; 2]> = Vec::with_capacity(times.len());
    for wanted in [true, false] {
        for ((time, event), row) in times.iter().zip(is_event).zip(0..) {
            if *event == wanted {
                items.push([!order::key_of(*time), row]);
            }
        }
    }
    order::sort_by_bits(&mut items, 0);
    if let Some(strata) = strata {
        for item in &mut items {
            item[0] = code_of(strata, item[1] as usize);
        }
        order::sort_by_bits(&mut items, 0);
    }
    items
}

fn code_of(strata: &[usize], row: usize) -> u64 {
    strata.get(row).map_or(0, |code| *code as u64)
}

fn power_of_two_below(value: f64) -> f64 {
    let power = f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000);
    if power > 0.0 && power.is_finite() { power } else { 1.0 }
}
