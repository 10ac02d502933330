use super::{Tally, bar, canonical_order, p_value};
use crate::order;
use crate::stats::combinations::{advance, choices, nth_choice};
use crate::stats::midrank::rank_centred;
use crate::stats::random::Pcg32;
use crate::stats::{StatError, input};

/// What was measured of people in groups, and what is asked of it.
#[derive(Debug, Clone, Copy)]
pub struct GroupMaxTInput<'a> {
    /// A column a variable, a value a person; absent where it was not measured.
    pub columns: &'a [Vec<Option<f64>>],
    /// The group of each person, from 0, which the others are compared with. One group alone is compared with 0.
    pub groups: &'a [usize],
    pub n_groups: usize,
    /// The first so many columns are the family; each of the others gets a p-value of its own.
    pub n_family: usize,
    /// Ranks of the family's columns (of one group: signed ranks) instead of their values.
    pub is_ranked: bool,
    /// Columns whose squared statistics are averaged: one question about all of them, whatever their directions.
    pub sets: &'a [Vec<usize>],
    /// Two groups, or the signs of one, are dealt out in all ways if there are no more than this. Default 20,000.
    pub exact_up_to: u64,
    /// Otherwise in so many random ways, at least 1. Default 10,000.
    pub permutations: u32,
    /// Of the random ways. Default 1.
    pub seed: u64,
}

/// One variable in one group against group 0, or against 0 where there is one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupTest {
    pub column: usize,
    pub group: usize,
    /// Welch's t, or the t of one sample.
    pub t: f64,
    /// By permutation, of this test alone.
    pub p_value: f64,
    /// Adjusted for the family, step by step from the largest; absent outside of it.
    pub step_down: Option<f64>,
    /// Adjusted for the family in one step; absent outside of it.
    pub single_step: Option<f64>,
}

/// One set of variables in one group against group 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SetTest {
    pub set: usize,
    pub group: usize,
    /// Variables with a statistic.
    pub variables: usize,
    pub mean_square_t: f64,
    pub p_value: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupMaxTResult {
    /// By group, then by column; those without a statistic are absent.
    pub tests: Vec<GroupTest>,
    pub sets: Vec<SetTest>,
    pub permutations: u64,
    /// Whether all ways were counted.
    pub is_exact: bool,
}

/// Prepared: any range of the permutations can be counted, by anybody, in any order.
#[derive(Debug, Clone)]
pub struct GroupMaxT {
    people: usize,
    columns: usize,
    /// People by columns, centred and scaled by column, 0 where there is nothing; squares and presence beside them.
    values: Vec<f64>,
    squares: Vec<f64>,
    present: Vec<f64>,
    has_gaps: bool,
    /// Sizes of the groups; their order of drawing is from the smallest, the largest being the rest.
    sizes: Vec<usize>,
    drawn: Vec<usize>,
    rest: usize,
    observed: Vec<Option<f64>>,
    /// Places of the family's tests, from the largest statistic to the smallest.
    family: Vec<usize>,
    sets: Vec<(usize, usize, Vec<usize>)>,
    observed_sets: Vec<f64>,
    permutations: u64,
    is_exact: bool,
    seed: u64,
}

/// Within-group variances below this share of the column's are rounding.
const NO_VARIANCE: f64 = 1e-13;

/// Sums by group and column, and the statistics made of them.
struct Desk {
    sums: Vec<f64>,
    squares: Vec<f64>,
    counts: Vec<f64>,
    t: Vec<f64>,
}

impl GroupMaxT {
    pub fn new(asked: &GroupMaxTInput<'_>) -> Result<Self, StatError> {
        let people = asked.groups.len();
        let columns = asked.columns.len();
        input::check_at_least("permutations", 1, asked.permutations as usize)?;
        input::check_at_least("groups", 1, asked.n_groups)?;
        input::check_codes("groups", asked.groups, asked.n_groups)?;
        for column in asked.columns {
            input::check_equal_lengths("columns and groups", column.len(), people)?;
            let known: Vec<f64> = column.iter().flatten().copied().collect();
            input::check_finite("columns", &known)?;
        }
        let order = canonical_order(asked.columns, asked.groups, people);
        let mut values = vec![0.0; people * columns];
        let mut present = vec![0.0; people * columns];
        for (place, column) in asked.columns.iter().enumerate() {
            let mut column: Vec<Option<f64>> =
                order.iter().map(|person| column.get(*person).copied().flatten()).collect();
            if asked.is_ranked && place < asked.n_family {
                rank(&mut column, asked.n_groups);
            }
            let (centre, size) = scale_of(&column, asked.n_groups);
            for (row, value) in column.into_iter().enumerate() {
                let Some(value) = value else { continue };
                values[row * columns + place] = value / size - centre;
                present[row * columns + place] = 1.0;
            }
        }
        let squares = values.iter().map(|value| value * value).collect();
        let groups: Vec<usize> = order.iter().filter_map(|person| asked.groups.get(*person).copied()).collect();
        let sizes: Vec<usize> =
            (0..asked.n_groups).map(|group| groups.iter().filter(|own| **own == group).count()).collect();
        let rest = (0..asked.n_groups).max_by_key(|group| sizes.get(*group)).unwrap_or(0);
        let drawn: Vec<usize> = (0..asked.n_groups).filter(|group| *group != rest).collect();
        let ways = match drawn.as_slice() {
            [] => (people < 60).then(|| 1_u64 << people),
            [one] => sizes.get(*one).and_then(|size| choices(people, *size)),
            _ => None,
        };
        let ways = ways.filter(|ways| *ways <= asked.exact_up_to);
        let mut prepared = Self {
            people,
            columns,
            has_gaps: present.contains(&0.0),
            values,
            squares,
            present,
            sizes,
            drawn,
            rest,
            observed: Vec::new(),
            family: Vec::new(),
            sets: Vec::new(),
            observed_sets: Vec::new(),
            permutations: ways.unwrap_or_else(|| u64::from(asked.permutations)),
            is_exact: ways.is_some(),
            seed: asked.seed,
        };
        let mut desk = prepared.desk();
        if asked.n_groups == 1 {
            prepared.flip(&vec![1.0; people], &mut desk);
        } else {
            prepared.deal(&groups, &mut desk);
        }
        let varies: Vec<bool> = asked.columns.iter().map(|column| varies(column)).collect();
        let is_known = |place: usize| varies.get(place % columns.max(1)) == Some(&true);
        let known = |(place, t): (usize, &f64)| Some(*t).filter(|t| t.is_finite() && is_known(place));
        prepared.observed = desk.t.iter().enumerate().map(known).collect();
        prepared.family = (0..prepared.observed.len())
            .filter(|place| place % columns.max(1) < asked.n_family && prepared.size(*place).is_some())
            .collect();
        let largest_first = |a: usize, b: usize| {
            let (a, b) = (prepared.size(a).unwrap_or(0.0), prepared.size(b).unwrap_or(0.0));
            b.total_cmp(&a)
        };
        let mut family = prepared.family.clone();
        order::sort_places(&mut family, &largest_first);
        prepared.family = family;
        for group in prepared.compared() {
            for (set, members) in asked.sets.iter().enumerate() {
                let places: Vec<usize> = members
                    .iter()
                    .filter(|column| **column < columns)
                    .map(|column| prepared.test_of(group, *column))
                    .filter(|place| prepared.size(*place).is_some())
                    .collect();
                if !places.is_empty() {
                    prepared.observed_sets.push(mean_square(&desk.t, &places));
                    prepared.sets.push((set, group, places));
                }
            }
        }
        Ok(prepared)
    }

    /// How many there are to be counted, all told.
    pub fn permutations(&self) -> u64 {
        self.permutations
    }

    /// Roughly the multiplications of one permutation.
    pub fn work(&self) -> u64 {
        let drawn: usize = self.drawn.iter().filter_map(|group| self.sizes.get(*group)).sum();
        let people = if self.drawn.is_empty() { self.people } else { drawn };
        (3 * self.columns * (people + 10)) as u64
    }

    /// Counts permutations number `from` to `to` - 1; `go_on` is asked now and then with the number done, and may stop it.
    pub fn tally(&self, from: u64, to: u64, go_on: &mut dyn FnMut(u64) -> bool) -> Tally {
        let tests = self.observed.len();
        let mut tally = Tally::of(tests + 2 * self.family.len() + self.sets.len());
        let mut desk = self.desk();
        let mut labels = vec![self.rest; self.people];
        let mut signs = vec![1.0; self.people];
        let mut chosen = Vec::new();
        for number in from..to.min(self.permutations) {
            if tally.permutations % 64 == 63 && !go_on(tally.permutations) {
                break;
            }
            if self.drawn.is_empty() {
                self.signs(number, &mut signs);
                self.flip(&signs, &mut desk);
            } else {
                self.labels(number, &mut labels, &mut chosen);
                self.deal(&labels, &mut desk);
            }
            self.count(&desk.t, &mut tally);
        }
        tally
    }

    pub fn finish(&self, tally: &Tally) -> GroupMaxTResult {
        let (tests, family) = (self.observed.len(), self.family.len());
        let count = |place: usize| tally.counts.get(place).copied().unwrap_or(0);
        let p_of = |place: usize| p_value(count(place), tally.permutations, self.is_exact);
        let mut step_down = vec![None; tests];
        let mut single_step = vec![None; tests];
        let mut largest: f64 = 0.0;
        for (rank, place) in self.family.iter().enumerate() {
            largest = largest.max(p_of(tests + rank));
            step_down[*place] = Some(largest);
            single_step[*place] = Some(p_of(tests + family + rank));
        }
        let columns = self.columns.max(1);
        let first = self.compared().start;
        let tested = self.observed.iter().enumerate().filter_map(|(place, t)| {
            Some(GroupTest {
                column: place % columns,
                group: first + place / columns,
                t: (*t)?,
                p_value: p_of(place),
                step_down: step_down.get(place).copied().flatten(),
                single_step: single_step.get(place).copied().flatten(),
            })
        });
        let sets =
            self.sets.iter().zip(&self.observed_sets).enumerate().map(|(place, ((set, group, of), mean))| SetTest {
                set: *set,
                group: *group,
                variables: of.len(),
                mean_square_t: *mean,
                p_value: p_of(tests + 2 * family + place),
            });
        GroupMaxTResult {
            tests: tested.collect(),
            sets: sets.collect(),
            permutations: tally.permutations,
            is_exact: self.is_exact,
        }
    }

    fn compared(&self) -> std::ops::Range<usize> {
        usize::from(self.sizes.len() > 1)..self.sizes.len()
    }

    fn test_of(&self, group: usize, column: usize) -> usize {
        (group - self.compared().start) * self.columns + column
    }

    fn size(&self, place: usize) -> Option<f64> {
        self.observed.get(place).copied().flatten().map(f64::abs)
    }

    fn desk(&self) -> Desk {
        let cells = self.sizes.len() * self.columns;
        let tests = self.compared().len() * self.columns;
        Desk { sums: vec![0.0; cells], squares: vec![0.0; cells], counts: vec![0.0; cells], t: vec![0.0; tests] }
    }

    /// All ways in their order, or a random one of its own for each number.
    fn labels(&self, number: u64, labels: &mut [usize], chosen: &mut Vec<usize>) {
        labels.fill(self.rest);
        if let (true, [group]) = (self.is_exact, self.drawn.as_slice()) {
            let size = self.sizes.get(*group).copied().unwrap_or(0);
            // Ranges are counted upwards: the next one is near.
            if chosen.is_empty() || !advance(chosen, self.people) {
                *chosen = nth_choice(self.people, size, number);
            }
            for place in chosen.iter() {
                labels[*place] = *group;
            }
            return;
        }
        let mut random = Pcg32::new(self.seed, number);
        chosen.clear();
        chosen.extend(0..self.people);
        let mut place = 0;
        for group in &self.drawn {
            for _ in 0..self.sizes.get(*group).copied().unwrap_or(0) {
                chosen.swap(place, place + random.below((self.people - place) as u32) as usize);
                labels[chosen[place]] = *group;
                place += 1;
            }
        }
    }

    fn signs(&self, number: u64, signs: &mut [f64]) {
        if self.is_exact {
            for (bit, sign) in signs.iter_mut().enumerate() {
                *sign = if number >> bit & 1 == 1 { -1.0 } else { 1.0 };
            }
            return;
        }
        let mut random = Pcg32::new(self.seed, number);
        for some in signs.chunks_mut(32) {
            let bits = random.next_u32();
            for (bit, sign) in some.iter_mut().enumerate() {
                *sign = if bits >> bit & 1 == 1 { -1.0 } else { 1.0 };
            }
        }
    }

    /// t of one sample after these signs.
    fn flip(&self, signs: &[f64], desk: &mut Desk) {
        desk.sums.fill(0.0);
        desk.squares.fill(0.0);
        desk.counts.fill(0.0);
        let m = self.columns.max(1);
        let rows = self.values.chunks_exact(m).zip(self.squares.chunks_exact(m)).zip(self.present.chunks_exact(m));
        for (sign, ((values, squares), present)) in signs.iter().zip(rows) {
            add(&mut desk.sums, values, *sign);
            add(&mut desk.squares, squares, 1.0);
            add(&mut desk.counts, present, 1.0);
        }
        for (t, ((sum, square), n)) in desk.t.iter_mut().zip(desk.sums.iter().zip(&desk.squares).zip(&desk.counts)) {
            let mean = sum / n;
            *t = quotient(mean, (square - n * mean * mean) / (n - 1.0) / n, *n);
        }
    }

    /// Welch's t of every group against group 0.
    fn deal(&self, labels: &[usize], desk: &mut Desk) {
        desk.sums.fill(0.0);
        desk.squares.fill(0.0);
        desk.counts.fill(0.0);
        let m = self.columns.max(1);
        let rows = self.values.chunks_exact(m).zip(self.squares.chunks_exact(m)).zip(self.present.chunks_exact(m));
        for (group, ((values, squares), present)) in labels.iter().zip(rows) {
            let cells = group * self.columns..(group + 1) * self.columns;
            desk.sums.get_mut(cells.clone()).into_iter().for_each(|sums| add(sums, values, 1.0));
            desk.squares.get_mut(cells.clone()).into_iter().for_each(|sums| add(sums, squares, 1.0));
            if self.has_gaps {
                desk.counts.get_mut(cells).into_iter().for_each(|sums| add(sums, present, 1.0));
            }
        }
        if !self.has_gaps {
            for (counts, size) in desk.counts.chunks_exact_mut(m).zip(&self.sizes) {
                counts.fill(*size as f64);
            }
        }
        let moments = |cell: usize| -> (f64, f64, f64) {
            let (sum, square, n) = (desk.sums[cell], desk.squares[cell], desk.counts[cell]);
            let mean = sum / n;
            (mean, (square - n * mean * mean) / (n - 1.0) / n, n)
        };
        for (place, t) in desk.t.iter_mut().enumerate() {
            let (mean, variance, n) = moments(self.columns + place);
            let (control_mean, control_variance, control_n) = moments(place % m);
            *t = quotient(mean - control_mean, variance + control_variance, n.min(control_n));
        }
    }

    fn count(&self, t: &[f64], tally: &mut Tally) {
        let (tests, family) = (self.observed.len(), self.family.len());
        let (raw, rest) = tally.counts.split_at_mut(tests);
        let (step_down, rest) = rest.split_at_mut(family);
        let (single_step, sets) = rest.split_at_mut(family);
        for ((count, observed), t) in raw.iter_mut().zip(&self.observed).zip(t) {
            // A way in which a test cannot be had counts against it.
            *count += u64::from(observed.is_some_and(|observed| t.is_nan() || t.abs() >= bar(observed.abs())));
        }
        // The largest of this test and all that were smaller.
        let mut largest: f64 = 0.0;
        for (rank, place) in self.family.iter().enumerate().rev() {
            let own = t.get(*place).map_or(0.0, |t| t.abs());
            largest = if own.is_nan() { largest } else { largest.max(own) };
            let is_extreme = own.is_nan() || self.size(*place).is_some_and(|observed| largest >= bar(observed));
            step_down[rank] += u64::from(is_extreme);
        }
        for (count, place) in single_step.iter_mut().zip(&self.family) {
            let own = t.get(*place).map_or(0.0, |t| t.abs());
            *count += u64::from(own.is_nan() || self.size(*place).is_some_and(|observed| largest >= bar(observed)));
        }
        for ((count, (_, _, places)), observed) in sets.iter_mut().zip(&self.sets).zip(&self.observed_sets) {
            *count += u64::from(mean_square(t, places) >= bar(*observed));
        }
        tally.permutations += 1;
    }
}

fn varies(column: &[Option<f64>]) -> bool {
    let mut known = column.iter().flatten();
    known.next().is_some_and(|first| known.any(|value| value != first))
}

/// Ranks of all people together; of one group signed ranks, 0 keeping its place.
fn rank(column: &mut [Option<f64>], n_groups: usize) {
    let known: Vec<f64> = column.iter().flatten().copied().collect();
    if n_groups > 1 {
        let ranks = rank_centred(&known).ranks;
        column.iter_mut().flatten().zip(ranks).for_each(|(slot, rank)| *slot = rank);
        return;
    }
    let sizes: Vec<f64> = known.iter().map(|value| value.abs()).collect();
    let centre = 0.5 * (known.len() as f64 + 1.0);
    for (slot, rank) in column.iter_mut().flatten().zip(rank_centred(&sizes).ranks) {
        let sign = f64::from(u8::from(*slot > 0.0)) - f64::from(u8::from(*slot < 0.0));
        *slot = sign * (rank + centre);
    }
}

/// Smallest unit first: a mean in units of the largest size, and that size; about 0 where signs are flipped.
fn scale_of(column: &[Option<f64>], n_groups: usize) -> (f64, f64) {
    let size = column.iter().flatten().fold(0.0, |most: f64, value| most.max(value.abs())).max(f64::MIN_POSITIVE);
    if n_groups == 1 {
        return (0.0, size);
    }
    let n = column.iter().flatten().count().max(1) as f64;
    let mean = column.iter().flatten().map(|value| value / size).sum::<f64>() / n;
    let squares: f64 = column.iter().flatten().map(|value| (value / size - mean) * (value / size - mean)).sum();
    let sd = (squares / n).sqrt();
    if sd > 0.0 { (mean / sd, size * sd) } else { (mean, size) }
}

fn add(sums: &mut [f64], row: &[f64], times: f64) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += times * value;
    }
}

/// NaN where there are too few; infinite where nothing varies but the means.
fn quotient(difference: f64, variance: f64, n: f64) -> f64 {
    if n < 2.0 {
        return f64::NAN;
    }
    if variance > NO_VARIANCE {
        return difference / variance.sqrt();
    }
    if difference.abs() > 1e-9 { f64::INFINITY } else { 0.0 }
}

/// Of the statistics that can be had.
fn mean_square(t: &[f64], places: &[usize]) -> f64 {
    let of = places.iter().filter_map(|place| t.get(*place)).filter(|t| !t.is_nan());
    let (sum, count) = of.fold((0.0, 0.0), |(sum, count), t| (sum + t * t, count + 1.0));
    if count > 0.0 { sum / count } else { f64::INFINITY }
}

/// Many variables in the same people of two or more groups (or changes of one group): each group against group 0, adjusted
/// for all of them by the largest statistic of each permutation, and sets of variables judged as one.
///
/// t is Welch's (group minus group 0), of one group mean / (sd / sqrt n). The labels of whole people are dealt out anew
/// (signs of whole people flipped), so that what the variables share is kept. Westfall and Young's step-down maxT: with
/// |t|_1 >= |t|_2 >= ..., p_k is the share of ways in which the largest of |t*|_k, |t*|_{k+1}, ... reaches |t|_k, then made
/// non-decreasing; single step: the largest of all. A set's statistic is the mean of its squared t.
/// Random ways: (count + 1) / (ways + 1); way number i is drawn from its own stream (PCG32, seed, i).
///
/// Inputs: values in any unit, absent where not measured. A way in which a variable has fewer than two values in a group
/// counts against that variable and is left out of the largest.
/// Errors: `TooFew` (no permutation, no group), `OutOfRange` (a group beyond `n_groups`), `LengthsDiffer`, `NotFinite`.
/// Variables that are constant, vary between groups alone, or have fewer than two values in a group are absent from the
/// answer.
/// Limits: assumes that without an effect the labels could have been dealt out otherwise (randomised arms); one group:
/// changes symmetrical about 0. Step-down holds its level whichever variables have an effect if that is so for the others;
/// with three groups or more it rests on t being studentised.
///
/// Source: Westfall and Young, Resampling-Based Multiple Testing, 1993, algorithm 4.1; Ge, Dudoit and Speed, Test 12:1-77,
/// 2003; Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology 9:39, 2010 (the + 1). Checked against
/// all ways counted in R 4.2.2 (equal counts) and a hundred thousand random ones (tests/golden/group_max_t). R's
/// multtest::mt.maxT is the same for two groups; SAS PROC MULTTEST (STEPPERM) pools the variances.
///
/// ```
/// use second_look::stats::permutation::*;
/// let column = |values: [f64; 6]| values.map(Some).to_vec();
/// let columns = [column([1.0, 2.0, 3.0, 7.0, 8.0, 9.0]), column([1.0, 3.0, 2.0, 2.0, 1.0, 3.0])];
/// let groups = [0, 0, 0, 1, 1, 1];
/// let asked = GroupMaxTInput { n_family: 2, sets: &[], ..GroupMaxTInput::new(&columns, &groups, 2) };
/// let found = group_max_t(&asked).unwrap();
/// // Of the 20 ways two separate the first variable as far as the true one; in none is the second as far apart.
/// assert_eq!((found.permutations, found.tests[0].p_value, found.tests[0].step_down), (20, 0.1, Some(0.1)));
/// ```
pub fn group_max_t(asked: &GroupMaxTInput<'_>) -> Result<GroupMaxTResult, StatError> {
    let prepared = GroupMaxT::new(asked)?;
    let tally = prepared.tally(0, prepared.permutations(), &mut |_| true);
    Ok(prepared.finish(&tally))
}

impl<'a> GroupMaxTInput<'a> {
    /// All columns are the family; no sets.
    pub fn new(columns: &'a [Vec<Option<f64>>], groups: &'a [usize], n_groups: usize) -> Self {
        Self {
            columns,
            groups,
            n_groups,
            n_family: columns.len(),
            is_ranked: false,
            sets: &[],
            exact_up_to: 20_000,
            permutations: 10_000,
            seed: 1,
        }
    }
}
