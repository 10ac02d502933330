use super::FollowUpTimes;
use crate::order;
use crate::stats::{StatError, input};

/// Choices of [`estimate_concordance`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConcordanceOptions<'a> {
    /// A code for each row: only rows of one stratum are compared; default none.
    pub strata: Option<&'a [usize]>,
    /// A code for each row: the standard error takes the rows of a cluster together; default none.
    pub clusters: Option<&'a [usize]>,
}

/// How often the higher risk meets the earlier event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// Share of the comparable pairs whose order is right, ties in the score counting half; 0.5 is chance, 1 perfect.
    pub estimate: f64,
    /// Standard error, from the influence of each row (infinitesimal jackknife).
    pub std_error: f64,
    /// Comparable pairs in which the higher score has the earlier event.
    pub concordant: f64,
    /// Comparable pairs in which the lower score has it.
    pub discordant: f64,
    /// Comparable pairs with equal scores.
    pub tied_in_score: f64,
    /// Pairs of events at one time with different scores; not comparable.
    pub tied_in_time: f64,
    /// Pairs of events at one time with equal scores; not comparable.
    pub tied_in_both: f64,
}

/// Harrell's concordance (c) of a risk score with times to an event.
///
/// A pair is comparable when one has its event while the other is at risk and outlasts it (a censoring at the same time
/// outlasts). estimate = (concordant + ties in score / 2) / comparable. Influence of row i: D_i = (c_i - d_i) / pairs -
/// s n_i / pairs, with c_i, d_i, n_i its concordant, discordant and comparable pairs and s = 2 estimate - 1;
/// std_error^2 = sum D_i^2 / 4, clusters summed first.
///
/// Inputs: `score` higher for higher risk, one for each row, such as [`super::CoxFit::linear_predictors`]; only its order
/// counts, and scores tie when equal to the last bit. Missing values: none; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (times), `TooFew` (no comparable pair).
/// Limits: says nothing about how far apart the risks are, nor whether they are right in size; depends on censoring; a
/// model is judged too well by the data it was fitted to.
///
/// Source: Harrell, Lee and Mark, Statistics in Medicine 15:361-387, 1996; Therneau and Watson, The concordance statistic
/// and the Cox model, Mayo Clinic technical report 85, 2017. Checked against R 4.2.2, survival 3.5-3, `concordance` and
/// `coxph()$concordance`, relative 1e-11 (tests/golden/concordance). SAS PROC PHREG, CONCORDANCE=HARRELL: the estimate.
///
/// ```
/// use second_look::stats::survival::{ConcordanceOptions, FollowUpTimes, estimate_concordance};
/// // 1-2, 1-3, 1-4 and 2-3, 2-4 are comparable (3 is censored): right, right, right, wrong, tied.
/// let follow_up = FollowUpTimes::from_start(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, true]);
/// let found = estimate_concordance(&follow_up, &[5.0, 1.0, 3.0, 1.0], &ConcordanceOptions::default()).unwrap();
/// assert_eq!((found.concordant, found.discordant, found.tied_in_score), (3.0, 1.0, 1.0));
/// assert!((found.estimate - 0.7).abs() < 1e-15);
/// ```
pub fn estimate_concordance(
    follow_up: &FollowUpTimes<'_>,
    score: &[f64],
    options: &ConcordanceOptions<'_>,
) -> Result<Concordance, StatError> {
    follow_up.check()?;
    let n = follow_up.times.len();
    input::check_equal_lengths("times and scores", n, score.len())?;
    input::check_finite("scores", score)?;
    for codes in [options.strata, options.clusters].into_iter().flatten() {
        input::check_equal_lengths("times and codes", n, codes.len())?;
    }
    let mut pairs = Pairs::new(follow_up, score, options.strata);
    pairs.count();
    let comparable = pairs.concordant + pairs.discordant + pairs.tied_in_score;
    input::check_at_least("comparable pairs", 1, comparable as usize)?;
    let somers_d = (pairs.concordant - pairs.discordant) / comparable;
    let mut influence: Vec<(u64, f64)> = Vec::with_capacity(n);
    for (row, (net, own)) in pairs.net.iter().zip(&pairs.comparable).enumerate() {
        let cluster = options.clusters.and_then(|clusters| clusters.get(row)).map_or(row as u64, |code| *code as u64);
        influence.push((cluster, (net - somers_d * own) / comparable));
    }
    if options.clusters.is_some() {
        let mut items: Vec<[u64; 2]> = influence.iter().zip(0..).map(|(one, row)| [one.0, row]).collect();
        order::sort_by_bits(&mut items, 0);
        let value = |item: &[u64; 2]| influence.get(item[1] as usize).map_or(0.0, |one| one.1);
        influence = items.chunk_by(|a, b| a[0] == b[0]).map(|cluster| (0, cluster.iter().map(value).sum())).collect();
    }
    Ok(Concordance {
        estimate: 0.5 * (somers_d + 1.0),
        std_error: 0.5 * influence.iter().map(|one| one.1 * one.1).sum::<f64>().sqrt(),
        concordant: pairs.concordant,
        discordant: pairs.discordant,
        tied_in_score: pairs.tied_in_score,
        tied_in_time: pairs.tied_in_time,
        tied_in_both: pairs.tied_in_both,
    })
}

/// How many stand at each rank, so that those below one are counted in logarithmic time (Fenwick's tree).
struct RankCounts {
    sums: Vec<i32>,
}

impl RankCounts {
    fn add(&mut self, rank: usize, count: i32) {
        let mut place = rank;
        while let Some(sum) = self.sums.get_mut(place) {
            *sum += count;
            place += place & place.wrapping_neg();
        }
    }

    fn through(&self, rank: usize) -> f64 {
        let (mut place, mut total) = (rank, 0);
        while place > 0 {
            total += self.sums.get(place).copied().unwrap_or_default();
            place &= place - 1;
        }
        f64::from(total)
    }
}

struct Row {
    stratum: usize,
    entry: f64,
    time: f64,
    is_event: bool,
    /// Of the score, from 1.
    rank: usize,
}

struct Pairs {
    rows: Vec<Row>,
    /// Places in `rows`, by stratum, then falling time.
    by_time: Vec<usize>,
    /// Places in `rows`, by stratum, then falling entry; empty without entries.
    by_entry: Vec<usize>,
    n_ranks: usize,
    /// For each row: concordant minus discordant pairs.
    net: Vec<f64>,
    /// For each row: comparable pairs.
    comparable: Vec<f64>,
    concordant: f64,
    discordant: f64,
    tied_in_score: f64,
    tied_in_time: f64,
    tied_in_both: f64,
}

impl Pairs {
    fn new(follow_up: &FollowUpTimes<'_>, score: &[f64], strata: Option<&[usize]>) -> Self {
        let n = score.len();
        let mut items: Vec<[u64; 2]> = score.iter().zip(0..).map(|(value, row)| [order::key_of(*value), row]).collect();
        order::sort_by_bits(&mut items, 0);
        let mut ranks = vec![0; n];
        let mut n_ranks = 0;
        for tied in items.chunk_by(|a, b| a[0] == b[0]) {
            n_ranks += 1;
            for item in tied {
                if let Some(rank) = ranks.get_mut(item[1] as usize) {
                    *rank = n_ranks;
                }
            }
        }
        let rows: Vec<Row> = (0..n)
            .zip(follow_up.times.iter().zip(follow_up.is_event))
            .zip(ranks)
            .map(|((row, (time, is_event)), rank)| Row {
                stratum: strata.and_then(|strata| strata.get(row)).copied().unwrap_or_default(),
                entry: follow_up.entries.and_then(|entries| entries.get(row)).copied().unwrap_or(f64::NEG_INFINITY),
                time: *time,
                is_event: *is_event,
                rank,
            })
            .collect();
        let falling = |values: &[f64]| {
            let mut items: Vec<[u64; 2]> =
                values.iter().zip(0..).map(|(value, row)| [!order::key_of(*value), row]).collect();
            order::sort_by_bits(&mut items, 0);
            for item in &mut items {
                item[0] = rows.get(item[1] as usize).map_or(0, |row| row.stratum as u64);
            }
            order::sort_by_bits(&mut items, 0);
            items.iter().map(|item| item[1] as usize).collect()
        };
        Self {
            by_time: falling(follow_up.times),
            by_entry: follow_up.entries.map(falling).unwrap_or_default(),
            rows,
            n_ranks,
            net: vec![0.0; n],
            comparable: vec![0.0; n],
            concordant: 0.0,
            discordant: 0.0,
            tied_in_score: 0.0,
            tied_in_time: 0.0,
            tied_in_both: 0.0,
        }
    }

    fn count(&mut self) {
        let mut counts = RankCounts { sums: vec![0; self.n_ranks + 1] };
        let by_time = std::mem::take(&mut self.by_time);
        let by_entry = std::mem::take(&mut self.by_entry);
        let mut entries = by_entry.as_slice();
        let mut times = by_time.as_slice();
        while let Some(stratum) = times.first().and_then(|place| self.rows.get(*place)).map(|row| row.stratum) {
            let is_other = |place: &usize| self.rows.get(*place).is_some_and(|row| row.stratum != stratum);
            let end = times.iter().position(is_other).unwrap_or(times.len());
            let (own_times, later) = times.split_at(end);
            let (own_entries, later_entries) = entries.split_at_checked(end).unwrap_or_default();
            self.compare_events_with_those_at_risk(own_times, own_entries, &mut counts);
            self.compare_all_with_events_before(own_times, own_entries, &mut counts);
            (times, entries) = (later, later_entries);
        }
    }

    /// From the last time to the first; `counts` holds who is at risk and outlasts the events.
    fn compare_events_with_those_at_risk(&mut self, by_time: &[usize], by_entry: &[usize], counts: &mut RankCounts) {
        let mut entries = by_entry.iter().filter_map(|place| self.rows.get(*place)).peekable();
        let rows = &self.rows;
        let at = |place: &usize| rows.get(*place);
        let mut n_counted = 0.0;
        let mut events: Vec<usize> = Vec::new();
        for tied in by_time.chunk_by(|a, b| at(a).map(|row| row.time) == at(b).map(|row| row.time)) {
            let Some(time) = tied.first().and_then(at).map(|row| row.time) else { continue };
            for row in tied.iter().filter_map(at).filter(|row| !row.is_event) {
                counts.add(row.rank, 1);
                n_counted += 1.0;
            }
            while let Some(gone) = entries.next_if(|row| row.entry >= time) {
                counts.add(gone.rank, -1);
                n_counted -= 1.0;
            }
            events.clear();
            for place in tied.iter().filter(|place| at(place).is_some_and(|row| row.is_event)) {
                let Some(row) = at(place) else { continue };
                let (below, through) = (counts.through(row.rank - 1), counts.through(row.rank));
                let (concordant, discordant) = (below, n_counted - through);
                self.concordant += concordant;
                self.discordant += discordant;
                self.tied_in_score += through - below;
                if let [Some(net), Some(pairs)] = [self.net.get_mut(*place), self.comparable.get_mut(*place)] {
                    *net += concordant - discordant;
                    *pairs += n_counted;
                }
                events.push(row.rank);
            }
            let d = events.len() as f64;
            events.sort_unstable();
            let both: f64 = events.chunk_by(|a, b| a == b).map(|equal| pairs_of(equal.len() as f64)).sum();
            self.tied_in_both += both;
            self.tied_in_time += pairs_of(d) - both;
            for rank in &events {
                counts.add(*rank, 1);
            }
            n_counted += d;
        }
        for row in entries.chain(by_time.iter().filter(|_| by_entry.is_empty()).filter_map(at)) {
            counts.add(row.rank, -1);
        }
    }

    /// From the first time to the last; `counts` holds the events so far. What a row has with the events before its entry
    /// is taken off again.
    fn compare_all_with_events_before(&mut self, by_time: &[usize], by_entry: &[usize], counts: &mut RankCounts) {
        let Self { rows, net, comparable, .. } = self;
        let at = |place: &usize| rows.get(*place);
        let mut entries = by_entry.iter().rev().peekable();
        let mut n_counted = 0.0;
        let mut compare = |place: &usize, sign: f64, n_counted: f64, counts: &RankCounts| {
            let Some(row) = rows.get(*place) else { return };
            let concordant = n_counted - counts.through(row.rank);
            let discordant = counts.through(row.rank - 1);
            if let [Some(net), Some(pairs)] = [net.get_mut(*place), comparable.get_mut(*place)] {
                *net += sign * (concordant - discordant);
                *pairs += sign * n_counted;
            }
        };
        for tied in by_time.chunk_by(|a, b| at(a).map(|row| row.time) == at(b).map(|row| row.time)).rev() {
            let Some(time) = tied.first().and_then(at).map(|row| row.time) else { continue };
            while let Some(place) = entries.next_if(|place| at(place).is_some_and(|row| row.entry < time)) {
                compare(place, -1.0, n_counted, counts);
            }
            for is_event in [true, false] {
                for place in tied.iter().filter(|place| at(place).is_some_and(|row| row.is_event == is_event)) {
                    compare(place, 1.0, n_counted, counts);
                }
                for row in tied.iter().filter_map(at).filter(|row| is_event && row.is_event) {
                    counts.add(row.rank, 1);
                    n_counted += 1.0;
                }
            }
        }
        for row in by_time.iter().filter_map(at).filter(|row| row.is_event) {
            counts.add(row.rank, -1);
        }
    }
}

fn pairs_of(n: f64) -> f64 {
    0.5 * n * (n - 1.0)
}
