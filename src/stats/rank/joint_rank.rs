use crate::order;
use crate::stats::distribution::normal;
use crate::stats::random::Pcg32;
use crate::stats::{DEFAULT_CONFIDENCE_LEVEL, Interval, StatError, input, real};

/// The subjects, one place a subject in every slice. Times, visit times and horizon are in one unit from one start.
#[derive(Debug, Clone, Copy)]
pub struct JointRankInput<'a> {
    /// Code of the arm.
    pub arm: &'a [usize],
    /// Follow-up, at least 0: to the death, or to when the subject was last known alive.
    pub time: &'a [f64],
    /// True when `time` is a death.
    pub is_death: &'a [bool],
    /// The scheduled visits after baseline, increasing.
    pub visit_times: &'a [f64],
    /// For each subject the change from baseline at each scheduled visit; higher is better.
    pub changes: &'a [Vec<Option<f64>>],
}

/// How two subjects are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JointRankRule {
    /// Combined assessment of function and survival: death first, else the change at the last visit both have.
    #[default]
    Cafs,
    /// ALS/SURV: one order of all, in which withdrawals keep the place they had when they left.
    AlsSurv,
}

/// Percentile intervals from resampling each arm for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootstrapOptions {
    /// Resamples, at least 19; 1999 when nobody chose.
    pub resamples: usize,
    /// The same seed gives the same intervals on every machine.
    pub seed: u64,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        Self { resamples: 1999, seed: 1 }
    }
}

/// Default: arm 1 against arm 0, no horizon, CAFS, 95 % intervals by the U-statistics' variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointRankOptions {
    /// The arm whose wins are counted.
    pub treated: usize,
    /// The arm it is compared with.
    pub control: usize,
    /// Everything after it is as if not seen; `None` uses all.
    pub horizon: Option<f64>,
    /// How two subjects are compared.
    pub rule: JointRankRule,
    /// Of all intervals, between 0 and 1.
    pub confidence_level: f64,
    /// Intervals by resampling instead.
    pub bootstrap: Option<BootstrapOptions>,
}

impl Default for JointRankOptions {
    fn default() -> Self {
        Self {
            treated: 1,
            control: 0,
            horizon: None,
            rule: JointRankRule::Cafs,
            confidence_level: DEFAULT_CONFIDENCE_LEVEL,
            bootstrap: None,
        }
    }
}

/// What decided the pairs of one treated and one control subject. A win is the treated subject's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecidedPairs {
    /// The control subject died and the treated lived longer.
    pub wins_by_death: usize,
    /// The treated subject died and the control lived longer.
    pub losses_by_death: usize,
    /// The treated subject declined less.
    pub wins_by_function: usize,
    /// The treated subject declined more.
    pub losses_by_function: usize,
    /// Compared and found equal: one time of death, one change.
    pub equal: usize,
    /// Nothing to compare: no common visit and no death that decides.
    pub without_comparison: usize,
}

impl DecidedPairs {
    pub fn wins(&self) -> usize {
        self.wins_by_death + self.wins_by_function
    }

    pub fn losses(&self) -> usize {
        self.losses_by_death + self.losses_by_function
    }

    pub fn ties(&self) -> usize {
        self.equal + self.without_comparison
    }

    pub fn total(&self) -> usize {
        self.wins() + self.losses() + self.ties()
    }

    /// Share of the pairs that death decided, 0 to 1.
    pub fn share_by_death(&self) -> f64 {
        (self.wins_by_death + self.losses_by_death) as f64 / self.total() as f64
    }

    /// Share of the pairs that function decided, 0 to 1.
    pub fn share_by_function(&self) -> f64 {
        (self.wins_by_function + self.losses_by_function) as f64 / self.total() as f64
    }

    /// Share of the pairs that nothing decided, 0 to 1.
    pub fn share_by_neither(&self) -> f64 {
        self.ties() as f64 / self.total() as f64
    }
}

/// The Finkelstein-Schoenfeld test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FinkelsteinSchoenfeld {
    /// T: sum of the treated subjects' scores against the two arms; positive favours the treated.
    pub statistic: f64,
    /// Permutation variance of T.
    pub variance: f64,
    /// T over its standard deviation.
    pub z: f64,
    /// Two-sided, by the Normal distribution.
    pub p_value: f64,
}

/// An effect counted from pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairEffect {
    pub estimate: f64,
    /// Of the estimate for the net benefit, of its natural log for ratios; absent with one subject in an arm.
    pub std_error: Option<f64>,
    /// Absent with one subject in an arm, or where resampling ran into a limit without end.
    pub interval: Option<Interval>,
}

/// Joint ranks and what follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct JointRank {
    /// S: for each subject, subjects that it does better than minus subjects that do better, of all supplied.
    pub scores: Vec<f64>,
    /// R: midrank of S, 1 to n; high is good.
    pub ranks: Vec<f64>,
    /// Subjects in the treated arm.
    pub n_treated: usize,
    /// Subjects in the control arm.
    pub n_control: usize,
    /// What decided the pairs between the two arms.
    pub pairs: DecidedPairs,
    /// Absent when all pairs of the two arms are ties.
    pub test: Option<FinkelsteinSchoenfeld>,
    /// Wins over losses; absent without a win or without a loss.
    pub win_ratio: Option<PairEffect>,
    /// (Wins + ties / 2) over (losses + ties / 2); absent when one arm wins every pair.
    pub win_odds: Option<PairEffect>,
    /// Share of wins minus share of losses, -1 to 1.
    pub net_benefit: PairEffect,
}

/// Joint rank of survival and function, with the Finkelstein-Schoenfeld test, win ratio, win odds and net benefit of
/// two arms. Two-sided.
///
/// CAFS, each pair (i, j), all cut off at the horizon (who dies after it is alive at it):
/// both died: the longer life wins, equal times are a tie; one died: the other wins if known alive at that time
/// (follow-up >= time of death), else function decides; neither died: function decides. Function is the change from
/// baseline at the last scheduled visit that both have: the higher wins, equal changes or no common visit are a tie.
///
/// ALS/SURV, one order from low to high: deaths by their times, below all others; completers (alive, with the last
/// scheduled visit) by their change at it; then the withdrawals, from the last visit backwards. Who withdrew at visit k
/// is compared, by the change at k, with those already placed who have visit k; with b of them lower and e equal he goes
/// above b + e / 2 of them in the order (for e odd, level with the middle one). Leavers at one visit keep their order.
/// Who has no visit stands level with everyone at baseline, that is in the middle of the living. The publication was
/// available as an abstract only: the details are this project's reading of it.
///
/// S_i = wins - losses against all supplied; R = midranks of S. For the two arms alone, N = n1 + n0 and S counted among
/// them: T = sum of S over the treated, variance n1 n0 / (N (N - 1)) x sum of S^2, z = T / sqrt(variance).
/// With p_w and p_l the shares of wins and losses of n1 n0 pairs: win ratio p_w / p_l, net benefit p_w - p_l, win odds
/// (1 + net benefit) / (1 - net benefit). Covariance matrix of (p_w, p_l) as of two-sample U-statistics: covariance of
/// the treated subjects' own shares (divisor n1 - 1) / n1 plus that of the controls' / n0; ratios by the delta method on
/// the log scale, net benefit plain and cut at -1 and 1.
/// Bootstrap: arms resampled apart, decided pairs kept; the k-th smallest and largest of B, k = (B + 1) alpha / 2
/// rounded down.
///
/// Inputs: `JointRankInput`. A change at a visit after the horizon is not used. Missing values: a visit not done is
/// `None`; NaN is an error.
/// Errors: `LengthsDiffer`, `NotFinite`, `OutOfRange` (negative time, visits not increasing, horizon not above 0,
/// confidence level, one arm against itself), `TooFew` (an arm without subjects; nobody with a death or a change; under
/// 19 resamples).
/// Limits: a rank says who did better, not by how much; the share of pairs decided by death depends on the horizon, so
/// that two trials' numbers compare only with one horizon. Visits off schedule must be put on it first. Win ratio
/// ignores ties: with many, read net benefit or win odds. For small arms (under about 10) z and intervals are rough.
///
/// Source: Berry et al., Amyotrophic Lateral Sclerosis and Frontotemporal Degeneration 14:162-168, 2013 (CAFS);
/// Finkelstein and Schoenfeld, Statistics in Medicine 18:1341-1354, 1999; Bebu and Lachin, Biostatistics 17:178-187,
/// 2016 (variances); doi 10.1080/21678421.2019.1643375, 2019 (ALS/SURV). Checked against a separate script of loops in R
/// 4.2.2, relative 1e-12 (tests/golden/joint_rank). A program that divides the covariances by n, not n - 1, has
/// smaller standard errors: by 1.7 % at 30 an arm.
///
/// ```
/// use second_look::stats::rank::{JointRankInput, JointRankOptions, joint_rank};
/// // Control: dead at 2; alive, -4. Treated: dead at 3; alive, -1. Treated wins 3 of 4 pairs, one by function.
/// let input = JointRankInput {
///     arm: &[0, 0, 1, 1],
///     time: &[2.0, 6.0, 3.0, 6.0],
///     is_death: &[true, false, true, false],
///     visit_times: &[6.0],
///     changes: &[vec![None], vec![Some(-4.0)], vec![None], vec![Some(-1.0)]],
/// };
/// let joint = joint_rank(&input, &JointRankOptions::default()).unwrap();
/// assert_eq!(joint.scores, [-3.0, 1.0, -1.0, 3.0]);
/// assert_eq!(joint.win_ratio.unwrap().estimate, 3.0);
/// // T = 2, variance 2 x 2 / (4 x 3) x 20.
/// assert!((joint.test.unwrap().variance - 20.0 / 3.0).abs() < 1e-14);
/// ```
pub fn joint_rank(data: &JointRankInput<'_>, options: &JointRankOptions) -> Result<JointRank, StatError> {
    check(data, options)?;
    let cohort = Cohort::new(data, options);
    let n = cohort.subjects.len();
    let mut scores = vec![0_i64; n];
    let mut table = Table::new(data.arm, options);
    for i in 0..n {
        for j in i + 1..n {
            let verdict = cohort.compare(i, j, options.rule);
            let sign = i64::from(verdict.sign);
            scores[i] += sign;
            scores[j] -= sign;
            table.note(i, j, verdict);
        }
    }
    let (wins, losses) = (table.pairs.wins() as f64, table.pairs.losses() as f64);
    let total = table.pairs.total() as f64;
    let net = (wins - losses) / total;
    let covariance = table.covariance();
    let z = normal::quantile(0.5 + options.confidence_level / 2.0);
    let ratio = |estimate: f64, variance: Option<f64>| {
        let std_error = variance.map(|variance| variance.max(0.0).sqrt());
        let interval =
            std_error.map(|se| Interval { low: estimate * real::exp(-z * se), high: estimate * real::exp(z * se) });
        PairEffect { estimate, std_error, interval }
    };
    let (p_w, p_l) = (wins / total, losses / total);
    let net_variance = covariance.map(|c| c.wins + c.losses - 2.0 * c.both);
    let mut win_ratio = (wins > 0.0 && losses > 0.0).then(|| {
        let c = covariance.map(|c| c.wins / (p_w * p_w) + c.losses / (p_l * p_l) - 2.0 * c.both / (p_w * p_l));
        ratio(wins / losses, c)
    });
    let mut win_odds = (net.abs() < 1.0).then(|| {
        let slope = 2.0 / ((1.0 - net) * (1.0 + net));
        ratio((1.0 + net) / (1.0 - net), net_variance.map(|variance| variance * slope * slope))
    });
    let mut net_benefit = ratio(net, net_variance);
    net_benefit.interval =
        net_benefit.std_error.map(|se| Interval { low: (net - z * se).max(-1.0), high: (net + z * se).min(1.0) });
    if let Some(bootstrap) = options.bootstrap {
        let resampled = table.resample(bootstrap, options.confidence_level);
        net_benefit.interval = resampled.net;
        for (effect, interval) in [(&mut win_ratio, resampled.ratio), (&mut win_odds, resampled.odds)] {
            if let Some(effect) = effect {
                effect.interval = interval;
            }
        }
    }
    let scores: Vec<f64> = scores.into_iter().map(|score| score as f64).collect();
    Ok(JointRank {
        ranks: midranks(&scores),
        scores,
        n_treated: table.n_treated(),
        n_control: table.n_control(),
        pairs: table.pairs,
        test: table.test(),
        win_ratio,
        win_odds,
        net_benefit,
    })
}

fn check(data: &JointRankInput<'_>, options: &JointRankOptions) -> Result<(), StatError> {
    input::check_equal_lengths("arms and times", data.arm.len(), data.time.len())?;
    input::check_equal_lengths("times and deaths", data.time.len(), data.is_death.len())?;
    input::check_equal_lengths("times and changes", data.time.len(), data.changes.len())?;
    input::check_finite("times", data.time)?;
    input::check_finite("visit times", data.visit_times)?;
    input::check_confidence_level(options.confidence_level)?;
    if let Some(value) = data.time.iter().copied().find(|time| *time < 0.0) {
        return Err(StatError::OutOfRange { what: "times", value });
    }
    let falling = data.visit_times.iter().zip(data.visit_times.iter().skip(1)).find(|(one, next)| one >= next);
    if let Some((_, next)) = falling {
        return Err(StatError::OutOfRange { what: "visit times", value: *next });
    }
    if let Some(value) = options.horizon.filter(|value| !(value.is_finite() && *value > 0.0)) {
        return Err(StatError::OutOfRange { what: "horizon", value });
    }
    for (index, changes) in data.changes.iter().enumerate() {
        input::check_equal_lengths("visit times and changes", data.visit_times.len(), changes.len())?;
        if changes.iter().flatten().any(|change| !change.is_finite()) {
            return Err(StatError::NotFinite { what: "changes", index });
        }
    }
    if options.treated == options.control {
        return Err(StatError::OutOfRange { what: "treated arm", value: options.treated as f64 });
    }
    for arm in [options.treated, options.control] {
        let count = data.arm.iter().filter(|code| **code == arm).count();
        input::check_at_least("subjects in each arm", 1, count)?;
    }
    if let Some(bootstrap) = options.bootstrap {
        input::check_at_least("resamples", 19, bootstrap.resamples)?;
    }
    let horizon = options.horizon.unwrap_or(f64::INFINITY);
    let is_seen = |i: usize| {
        let died = data.is_death.get(i) == Some(&true) && data.time.get(i).is_some_and(|time| *time <= horizon);
        let changes = data.changes.get(i).into_iter().flatten().zip(data.visit_times);
        died || changes.into_iter().any(|(change, time)| change.is_some() && *time <= horizon)
    };
    let seen = (0..data.time.len()).filter(|i| is_seen(*i)).count();
    input::check_at_least("subjects with a death or a change", 1, seen)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Death,
    Function,
    Equal,
    NoComparison,
}

#[derive(Clone, Copy)]
struct Verdict {
    /// 1 when the first does better, -1 the second, 0 neither.
    sign: i8,
    reason: Reason,
}

impl Verdict {
    fn of(first: f64, second: f64, reason: Reason) -> Self {
        let sign = i8::from(first > second) - i8::from(first < second);
        Self { sign, reason: if sign == 0 { Reason::Equal } else { reason } }
    }
}

struct Compared {
    time: f64,
    is_dead: bool,
    /// Place in the one order of ALS/SURV; 0 under CAFS.
    place: usize,
}

/// Everyone, cut off at the horizon.
struct Cohort {
    subjects: Vec<Compared>,
    n_visits: usize,
    /// Change of a subject at a visit: `subject * n_visits + visit`; 0 where there is none.
    changes: Vec<f64>,
    n_words: usize,
    /// A bit for each visit that a subject has, `n_words` words a subject: the last visit of two is the highest common bit.
    present: Vec<u64>,
}

impl Cohort {
    fn new(data: &JointRankInput<'_>, options: &JointRankOptions) -> Self {
        let horizon = options.horizon.unwrap_or(f64::INFINITY);
        let n_visits = data.visit_times.iter().filter(|time| **time <= horizon).count();
        let n_words = n_visits.div_ceil(64);
        let mut cohort = Self { subjects: Vec::new(), n_visits, changes: Vec::new(), n_words, present: Vec::new() };
        for ((time, is_death), changes) in data.time.iter().zip(data.is_death).zip(data.changes) {
            let is_dead = *is_death && *time <= horizon;
            cohort.subjects.push(Compared { time: time.min(horizon), is_dead, place: 0 });
            let start = cohort.present.len();
            cohort.present.resize(start + n_words, 0);
            for (visit, change) in changes.iter().take(n_visits).enumerate() {
                cohort.changes.push(change.unwrap_or(0.0));
                if change.is_some() {
                    cohort.present[start + visit / 64] |= 1 << (visit % 64);
                }
            }
        }
        if options.rule == JointRankRule::AlsSurv {
            cohort.place_all();
        }
        cohort
    }

    fn change(&self, subject: usize, visit: usize) -> f64 {
        self.changes[subject * self.n_visits + visit]
    }

    fn has(&self, subject: usize, visit: usize) -> bool {
        self.present[subject * self.n_words + visit / 64] >> (visit % 64) & 1 == 1
    }

    fn last_common_visit(&self, i: usize, j: usize) -> Option<usize> {
        (0..self.n_words).rev().find_map(|word| {
            let both = self.present[i * self.n_words + word] & self.present[j * self.n_words + word];
            (both != 0).then(|| word * 64 + 63 - both.leading_zeros() as usize)
        })
    }

    fn compare(&self, i: usize, j: usize, rule: JointRankRule) -> Verdict {
        let (first, second) = (&self.subjects[i], &self.subjects[j]);
        if rule == JointRankRule::AlsSurv {
            let reason = if first.is_dead || second.is_dead { Reason::Death } else { Reason::Function };
            return Verdict::of(first.place as f64, second.place as f64, reason);
        }
        match (first.is_dead, second.is_dead) {
            (true, true) => return Verdict::of(first.time, second.time, Reason::Death),
            (true, false) if second.time >= first.time => return Verdict { sign: -1, reason: Reason::Death },
            (false, true) if first.time >= second.time => return Verdict { sign: 1, reason: Reason::Death },
            _ => {}
        }
        match self.last_common_visit(i, j) {
            Some(visit) => Verdict::of(self.change(i, visit), self.change(j, visit), Reason::Function),
            None => Verdict { sign: 0, reason: Reason::NoComparison },
        }
    }

    /// The one order of ALS/SURV.
    fn place_all(&mut self) {
        let n = self.subjects.len();
        // Groups of subjects that are level, from low to high; the living only.
        let mut levels: Vec<Vec<usize>> = Vec::new();
        for visit in (0..self.n_visits).rev() {
            let leavers =
                (0..n).filter(|i| !self.subjects[*i].is_dead && self.last_common_visit(*i, *i) == Some(visit));
            let leavers: Vec<(f64, usize)> = leavers.map(|i| (self.change(i, visit), i)).collect();
            let staying = levels.iter().map(|level| level.iter().filter(|i| self.has(**i, visit)));
            let staying: Vec<Vec<f64>> = staying.map(|level| level.map(|i| self.change(*i, visit)).collect()).collect();
            levels = with_leavers(levels, &staying, leavers);
        }
        let unseen = (0..n).filter(|i| !self.subjects[*i].is_dead && self.last_common_visit(*i, *i).is_none());
        let unseen: Vec<(f64, usize)> = unseen.map(|i| (0.0, i)).collect();
        let level_at_baseline: Vec<Vec<f64>> = levels.iter().map(|level| vec![0.0; level.len()]).collect();
        levels = with_leavers(levels, &level_at_baseline, unseen);

        let mut dead: Vec<usize> = (0..n).filter(|i| self.subjects[*i].is_dead).collect();
        order::sort_places(&mut dead, &|a, b| self.subjects[a].time.total_cmp(&self.subjects[b].time));
        let same_time = |a: &usize, b: &usize| self.subjects[*a].time == self.subjects[*b].time;
        let mut all: Vec<Vec<usize>> = dead.chunk_by(same_time).map(<[usize]>::to_vec).collect();
        all.append(&mut levels);
        for (place, level) in all.iter().enumerate() {
            for i in level {
                self.subjects[*i].place = place;
            }
        }
    }
}

/// Puts those who left at one visit into the order of those already placed. `staying` holds, for each level, the changes
/// at that visit of its members who have it.
fn with_leavers(levels: Vec<Vec<usize>>, staying: &[Vec<f64>], mut leavers: Vec<(f64, usize)>) -> Vec<Vec<usize>> {
    order::sort_by(&mut leavers, |a, b| a.0.total_cmp(&b.0));
    let n_staying: usize = staying.iter().map(Vec::len).sum();
    // Where nobody placed has this visit, all are taken for equal.
    let counts: Vec<usize> =
        if n_staying == 0 { levels.iter().map(Vec::len).collect() } else { staying.iter().map(Vec::len).collect() };
    // Leavers that join a level, and new levels above so many old ones.
    let mut joined: Vec<Vec<usize>> = vec![Vec::new(); levels.len()];
    let mut inserted: Vec<Vec<Vec<usize>>> = vec![Vec::new(); levels.len() + 1];
    for equal in leavers.chunk_by(|a, b| a.0 == b.0) {
        let Some((change, _)) = equal.first() else { continue };
        // Twice the number of those placed that he stands above.
        let twice: usize = if n_staying == 0 {
            counts.iter().sum()
        } else {
            staying.iter().flatten().map(|other| 2 * usize::from(other < change) + usize::from(other == change)).sum()
        };
        let members = equal.iter().map(|(_, i)| *i);
        match spot(&counts, twice) {
            Spot::Level(level) => joined[level].extend(members),
            Spot::Above(level) => inserted[level].push(members.collect()),
        }
    }
    let mut all = Vec::new();
    let mut levels = levels.into_iter().zip(joined);
    for new in inserted {
        all.extend(new);
        if let Some((mut level, more)) = levels.next() {
            level.extend(more);
            all.push(level);
        }
    }
    all
}

enum Spot {
    Level(usize),
    /// Above so many levels.
    Above(usize),
}

/// Where the one stands who is above `twice / 2` of the counted members.
fn spot(counts: &[usize], twice: usize) -> Spot {
    let mut below = 0;
    let mut above = 0;
    for (level, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        if twice <= 2 * below {
            break;
        }
        if twice < 2 * (below + count) {
            return Spot::Level(level);
        }
        below += count;
        above = level + 1;
    }
    // Below everyone counted: right under the first of them, not under those who are not counted.
    let first = counts.iter().position(|count| *count > 0).unwrap_or(0);
    Spot::Above(if above == 0 { first } else { above })
}

/// Variances and covariance of the shares of wins and losses.
#[derive(Clone, Copy)]
struct Covariance {
    wins: f64,
    losses: f64,
    both: f64,
}

struct Resampled {
    ratio: Option<Interval>,
    odds: Option<Interval>,
    net: Option<Interval>,
}

#[derive(Clone, Copy)]
enum Side {
    Treated(usize),
    Control(usize),
    Other,
}

/// The two arms' pairs.
struct Table {
    sides: Vec<Side>,
    pairs: DecidedPairs,
    /// Of each treated, then each control subject: pairs with the other arm won and lost by the *treated*.
    treated: Vec<(i64, i64)>,
    control: Vec<(i64, i64)>,
    /// Scores among the two arms' subjects, by subject.
    scores: Vec<i64>,
    /// Treated by control: 1 a win, -1 a loss. Only kept for resampling.
    signs: Vec<i8>,
}

impl Table {
    fn new(arm: &[usize], options: &JointRankOptions) -> Self {
        let (mut n_treated, mut n_control) = (0, 0);
        let mut sides = Vec::with_capacity(arm.len());
        for code in arm {
            if *code == options.treated {
                sides.push(Side::Treated(n_treated));
                n_treated += 1;
            } else if *code == options.control {
                sides.push(Side::Control(n_control));
                n_control += 1;
            } else {
                sides.push(Side::Other);
            }
        }
        let n_signs = if options.bootstrap.is_some() { n_treated * n_control } else { 0 };
        Self {
            scores: vec![0; sides.len()],
            sides,
            pairs: DecidedPairs::default(),
            treated: vec![(0, 0); n_treated],
            control: vec![(0, 0); n_control],
            signs: vec![0; n_signs],
        }
    }

    fn n_treated(&self) -> usize {
        self.treated.len()
    }

    fn n_control(&self) -> usize {
        self.control.len()
    }

    fn note(&mut self, i: usize, j: usize, verdict: Verdict) {
        let (treated, control, sign) = match (self.sides[i], self.sides[j]) {
            (Side::Other, _) | (_, Side::Other) => return,
            (Side::Treated(treated), Side::Control(control)) => (treated, control, verdict.sign),
            (Side::Control(control), Side::Treated(treated)) => (treated, control, -verdict.sign),
            (Side::Treated(_), Side::Treated(_)) | (Side::Control(_), Side::Control(_)) => {
                self.scores[i] += i64::from(verdict.sign);
                self.scores[j] -= i64::from(verdict.sign);
                return;
            }
        };
        self.scores[i] += i64::from(verdict.sign);
        self.scores[j] -= i64::from(verdict.sign);
        let (won, lost) = (i64::from(sign > 0), i64::from(sign < 0));
        for one in [&mut self.treated[treated], &mut self.control[control]] {
            one.0 += won;
            one.1 += lost;
        }
        let pairs = &mut self.pairs;
        let count = match (verdict.reason, sign > 0) {
            (Reason::Death, true) => &mut pairs.wins_by_death,
            (Reason::Death, false) => &mut pairs.losses_by_death,
            (Reason::Function, true) => &mut pairs.wins_by_function,
            (Reason::Function, false) => &mut pairs.losses_by_function,
            (Reason::Equal, _) => &mut pairs.equal,
            (Reason::NoComparison, _) => &mut pairs.without_comparison,
        };
        *count += 1;
        let place = treated * self.control.len() + control;
        if let Some(slot) = self.signs.get_mut(place) {
            *slot = sign;
        }
    }

    fn test(&self) -> Option<FinkelsteinSchoenfeld> {
        let (n1, n0) = (self.n_treated() as f64, self.n_control() as f64);
        let n = n1 + n0;
        let squares: f64 = self.scores.iter().map(|score| (score * score) as f64).sum();
        let variance = n1 * n0 / (n * (n - 1.0)) * squares;
        // Pairs within the treated arm cancel.
        let statistic = self.pairs.wins() as f64 - self.pairs.losses() as f64;
        let z = statistic / variance.sqrt();
        let p_value = (2.0 * normal::sf(z.abs())).min(1.0);
        (variance > 0.0).then_some(FinkelsteinSchoenfeld { statistic, variance, z, p_value })
    }

    fn covariance(&self) -> Option<Covariance> {
        let treated = own_covariance(&self.treated, self.n_control())?;
        let control = own_covariance(&self.control, self.n_treated())?;
        Some(Covariance {
            wins: treated.wins + control.wins,
            losses: treated.losses + control.losses,
            both: treated.both + control.both,
        })
    }

    fn resample(&self, bootstrap: BootstrapOptions, confidence_level: f64) -> Resampled {
        let mut random = Pcg32::new(bootstrap.seed, 1);
        let (n_treated, n_control) = (self.n_treated(), self.n_control());
        let total = n_treated as f64 * n_control as f64;
        let (mut ratios, mut nets) = (Vec::new(), Vec::new());
        for _ in 0..bootstrap.resamples {
            let treated = draw(&mut random, n_treated);
            let control = draw(&mut random, n_control);
            let (mut wins, mut losses) = (0_i64, 0_i64);
            for (row, times) in self.signs.chunks_exact(n_control).zip(&treated).filter(|(_, times)| **times > 0) {
                let (mut won, mut net) = (0_i32, 0_i32);
                for (sign, times) in row.iter().zip(&control) {
                    let signed = i32::from(*sign) * times;
                    won += signed.max(0);
                    net += signed;
                }
                wins += i64::from(*times) * i64::from(won);
                losses += i64::from(*times) * i64::from(won - net);
            }
            // Without a win nor a loss the ratio says nothing: 1.
            let ratio = if wins == losses { 1.0 } else { wins as f64 / losses as f64 };
            ratios.push(ratio);
            nets.push((wins - losses) as f64 / total);
        }
        let net = percentile_interval(&mut nets, confidence_level);
        let odds_of = |net: f64| (1.0 + net) / (1.0 - net);
        let odds = net.filter(|net| net.high < 1.0 && net.low > -1.0);
        Resampled {
            ratio: percentile_interval(&mut ratios, confidence_level)
                .filter(|one| one.high.is_finite() && one.low > 0.0),
            odds: odds.map(|net| Interval { low: odds_of(net.low), high: odds_of(net.high) }),
            net,
        }
    }
}

fn own_covariance(own: &[(i64, i64)], n_others: usize) -> Option<Covariance> {
    let n = own.len() as f64;
    let others = n_others as f64;
    let mean = |part: &dyn Fn(&(i64, i64)) -> i64| own.iter().map(part).sum::<i64>() as f64 / n / others;
    let (mean_wins, mean_losses) = (mean(&|one| one.0), mean(&|one| one.1));
    let mut sums = Covariance { wins: 0.0, losses: 0.0, both: 0.0 };
    for (wins, losses) in own {
        let (w, l) = (*wins as f64 / others - mean_wins, *losses as f64 / others - mean_losses);
        sums.wins += w * w;
        sums.losses += l * l;
        sums.both += w * l;
    }
    let divisor = n * (n - 1.0);
    (own.len() > 1).then(|| Covariance {
        wins: sums.wins / divisor,
        losses: sums.losses / divisor,
        both: sums.both / divisor,
    })
}

/// How often each of n is drawn in n draws.
fn draw(random: &mut Pcg32, n: usize) -> Vec<i32> {
    let mut times = vec![0; n];
    for _ in 0..n {
        times[random.below(n as u32) as usize] += 1;
    }
    times
}

fn percentile_interval(drawn: &mut [f64], confidence_level: f64) -> Option<Interval> {
    order::sort_numbers(drawn);
    // Slack for (B + 1) alpha / 2 that is whole but for rounding.
    let k = ((drawn.len() + 1) as f64 * (1.0 - confidence_level) / 2.0 + 1e-9).floor().max(1.0) as usize;
    Some(Interval { low: *drawn.get(k - 1)?, high: *drawn.get(drawn.len().checked_sub(k)?)? })
}

fn midranks(values: &[f64]) -> Vec<f64> {
    let mut places: Vec<usize> = (0..values.len()).collect();
    order::sort_places(&mut places, &|a, b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tied in places.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = before as f64 + (tied.len() + 1) as f64 / 2.0;
        for place in tied {
            ranks[*place] = rank;
        }
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    // Horizon 12, visits at 3, 6, 9.
    // 0 control dead at 4; 1 control dead at 8; 2 control alive to 12, visits 3 6 9: -1 -3 -5
    // 3 treated alive to 5, visit 3: -2; 4 treated dead at 14 (alive at the horizon), visits 3 6 9: -1 -2 -5
    // 5 treated alive to 2, no visit
    fn six() -> JointRankInput<'static> {
        use std::sync::LazyLock;
        static CHANGES: LazyLock<Vec<Vec<Option<f64>>>> = LazyLock::new(|| {
            vec![
                vec![Some(-4.0), None, None],
                vec![Some(-1.0), Some(-6.0), None],
                vec![Some(-1.0), Some(-3.0), Some(-5.0)],
                vec![Some(-2.0), None, None],
                vec![Some(-1.0), Some(-2.0), Some(-5.0)],
                vec![None; 3],
            ]
        });
        JointRankInput {
            arm: &[0, 0, 0, 1, 1, 1],
            time: &[4.0, 8.0, 12.0, 5.0, 14.0, 2.0],
            is_death: &[true, true, false, false, true, false],
            visit_times: &[3.0, 6.0, 9.0],
            changes: &CHANGES,
        }
    }

    fn with_horizon() -> JointRankOptions {
        JointRankOptions { horizon: Some(12.0), ..JointRankOptions::default() }
    }

    #[test]
    fn six_subjects_by_hand() {
        // 0-1: -; 0-2: -; 0-3: 3 known alive at 4: -; 0-4: -; 0-5: 5 left at 2, no common visit: 0
        // 1-2: -; 1-3: 3 left at 5, visit 3: -1 against -2: +; 1-4: -; 1-5: 0
        // 2-3: visit 3, -1 against -2: +; 2-4: visit 9, equal: 0; 2-5: 0; 3-4: visit 3: -; 3-5: 0; 4-5: 0
        let joint = joint_rank(&six(), &with_horizon()).unwrap();
        assert_eq!(joint.scores, [-4.0, 0.0, 3.0, -2.0, 3.0, 0.0]);
        assert_eq!(joint.ranks, [1.0, 3.5, 5.5, 2.0, 5.5, 3.5]);
        let pairs = DecidedPairs {
            wins_by_death: 3,
            losses_by_death: 0,
            wins_by_function: 0,
            losses_by_function: 2,
            equal: 1,
            without_comparison: 3,
        };
        assert_eq!(joint.pairs, pairs);
        // T = 1; squares 16 + 9 + 4 + 9 = 38; 9 / 30 x 38 = 11.4
        let test = joint.test.unwrap();
        assert_eq!(test.statistic, 1.0);
        assert!((test.variance - 11.4).abs() < 1e-13);
        assert!((test.z - 1.0 / 11.4_f64.sqrt()).abs() < 1e-14);
        assert_eq!(joint.win_ratio.unwrap().estimate, 1.5);
        assert!((joint.net_benefit.estimate - 1.0 / 9.0).abs() < 1e-15);
        assert!((joint.win_odds.unwrap().estimate - 1.25).abs() < 1e-14);
        // Shares of wins of the treated 1/3, 2/3, 0; losses 2/3, 0, 0. Of the controls (2, 0), (1, 1), (0, 1) of 3.
        // Treated: variance of wins (2/9)/2 = 1/9, losses (8/27)/2 = 4/27, covariance 0. Controls: wins 1/9, losses
        // (2/27)/2 = 1/27, covariance (-1/9)/2 = -1/18. Each / 3.
        let log_variance = (2.0 / 27.0) * 9.0 + (5.0 / 81.0) * (81.0 / 4.0) - 2.0 * (-1.0 / 54.0) * (27.0 / 2.0);
        let ratio = joint.win_ratio.unwrap();
        assert!((ratio.std_error.unwrap() - f64::sqrt(log_variance)).abs() < 1e-13);
        let net_variance: f64 = 2.0 / 27.0 + 5.0 / 81.0 + 2.0 / 54.0;
        assert!((joint.net_benefit.std_error.unwrap() - net_variance.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn a_death_after_the_horizon_is_alive_at_it() {
        let late = joint_rank(&six(), &JointRankOptions { horizon: Some(7.0), ..with_horizon() }).unwrap();
        // Subject 1 lives at 7, is compared with 2 and 4 at visit 6; with 3 at visit 3.
        assert_eq!(late.scores, [-4.0, 0.0, 2.0, -2.0, 4.0, 0.0]);
        let never = joint_rank(&six(), &JointRankOptions::default()).unwrap();
        // 4 died at 14, where 2 was known alive to 12 only: the visit still decides.
        assert_eq!(never.scores, joint_rank(&six(), &with_horizon()).unwrap().scores);
    }

    #[test]
    fn withdrawals_keep_their_place() {
        // Completers -2 and -8 at the end; at visit 1 they stood at -5 and -1. A leaver of -3 stood between them; one of
        // -6 below both, one of -1 level with the second, who stands at the top of those at visit 1.
        let changes = [
            vec![Some(-5.0), Some(-2.0)],
            vec![Some(-1.0), Some(-8.0)],
            vec![Some(-3.0), None],
            vec![Some(-6.0), None],
            vec![Some(-1.0), None],
            vec![None, None],
            vec![Some(0.0), None],
            vec![Some(9.0), Some(9.0)],
        ];
        let data = JointRankInput {
            arm: &[0, 1, 0, 1, 0, 1, 0, 1],
            time: &[9.0, 9.0, 3.0, 3.0, 3.0, 1.0, 4.0, 6.0],
            is_death: &[false, false, false, false, false, false, true, true],
            visit_times: &[2.0, 8.0],
            changes: &changes,
        };
        let options = JointRankOptions { rule: JointRankRule::AlsSurv, ..JointRankOptions::default() };
        let joint = joint_rank(&data, &options).unwrap();
        // Dead 6, 7; then 3 (below both), 1 (-8), 2 (between), 0 (-2) with 4 (1.5 of 2: level with the upper); 5 stands
        // in the middle of the five: level with the third, 2.
        assert_eq!(joint.ranks, [7.5, 4.0, 5.5, 3.0, 7.5, 5.5, 1.0, 2.0]);
        assert_eq!(joint.pairs.total(), 16);
        assert_eq!((joint.pairs.losses_by_death, joint.pairs.wins_by_death), (3, 4));
    }

    #[test]
    fn more_than_sixty_four_visits_are_as_good() {
        let visit_times: Vec<f64> = (1..=130).map(f64::from).collect();
        let mut changes = vec![vec![None; 130]; 4];
        changes[0][1] = Some(-1.0);
        changes[1][1] = Some(-2.0);
        changes[0][70] = Some(-9.0);
        changes[2][70] = Some(-8.0);
        changes[3][129] = Some(1.0);
        let data = JointRankInput {
            arm: &[0, 1, 0, 1],
            time: &[130.0; 4],
            is_death: &[false; 4],
            visit_times: &visit_times,
            changes: &changes,
        };
        let joint = joint_rank(&data, &JointRankOptions::default()).unwrap();
        assert_eq!(joint.scores, [0.0, -1.0, 1.0, 0.0]);
    }

    #[test]
    fn resampling_is_the_same_each_time_and_near_the_formula() {
        let (n, mut random) = (120, Pcg32::new(5, 5));
        let changes: Vec<Vec<Option<f64>>> =
            (0..n).map(|i| vec![Some(f64::from(random.below(20)) + f64::from(i % 2) * 4.0)]).collect();
        let arm: Vec<usize> = (0..n as usize).map(|i| i % 2).collect();
        let data = JointRankInput {
            arm: &arm,
            time: &vec![6.0; n as usize],
            is_death: &vec![false; n as usize],
            visit_times: &[6.0],
            changes: &changes,
        };
        let plain = joint_rank(&data, &JointRankOptions::default()).unwrap();
        let bootstrap =
            JointRankOptions { bootstrap: Some(BootstrapOptions::default()), ..JointRankOptions::default() };
        let resampled = joint_rank(&data, &bootstrap).unwrap();
        assert_eq!(resampled, joint_rank(&data, &bootstrap).unwrap());
        let (a, b) = (plain.net_benefit.interval.unwrap(), resampled.net_benefit.interval.unwrap());
        assert!((a.low - b.low).abs() < 0.03 && (a.high - b.high).abs() < 0.03, "{a:?} {b:?}");
        let (a, b) = (plain.win_ratio.unwrap().interval.unwrap(), resampled.win_ratio.unwrap().interval.unwrap());
        assert!((a.low / b.low - 1.0).abs() < 0.1 && (a.high / b.high - 1.0).abs() < 0.1, "{a:?} {b:?}");
    }

    #[test]
    fn what_cannot_be_ranked_says_why() {
        let data = six();
        let options = with_horizon();
        let with = |data: JointRankInput<'_>, options: JointRankOptions| joint_rank(&data, &options).map(|_| ());
        assert!(matches!(
            with(data, JointRankOptions { treated: 2, ..options }),
            Err(StatError::TooFew { what: "subjects in each arm", .. })
        ));
        assert!(matches!(
            with(data, JointRankOptions { treated: 0, ..options }),
            Err(StatError::OutOfRange { what: "treated arm", .. })
        ));
        assert!(with(data, JointRankOptions { horizon: Some(0.0), ..options }).is_err());
        assert!(with(data, JointRankOptions { confidence_level: 1.0, ..options }).is_err());
        let few = Some(BootstrapOptions { resamples: 5, seed: 1 });
        assert!(with(data, JointRankOptions { bootstrap: few, ..options }).is_err());
        assert!(matches!(with(JointRankInput { time: &[1.0], ..data }, options), Err(StatError::LengthsDiffer { .. })));
        assert!(with(JointRankInput { visit_times: &[3.0, 6.0], ..data }, options).is_err());
        assert!(with(JointRankInput { visit_times: &[3.0, 9.0, 6.0], ..data }, options).is_err());
        assert!(with(JointRankInput { time: &[4.0, 8.0, f64::NAN, 5.0, 14.0, 2.0], ..data }, options).is_err());
        assert!(with(JointRankInput { time: &[4.0, 8.0, -1.0, 5.0, 14.0, 2.0], ..data }, options).is_err());
        let mut changes = data.changes.to_vec();
        changes[2][0] = Some(f64::NAN);
        assert!(matches!(
            with(JointRankInput { changes: &changes, ..data }, options),
            Err(StatError::NotFinite { what: "changes", index: 2 })
        ));
        let nothing = JointRankInput { is_death: &[false; 6], changes: &vec![vec![None; 3]; 6], ..data };
        assert!(matches!(
            with(nothing, options),
            Err(StatError::TooFew { what: "subjects with a death or a change", .. })
        ));
    }

    #[test]
    fn ties_alone_leave_no_test() {
        let data = JointRankInput {
            arm: &[0, 1],
            time: &[6.0; 2],
            is_death: &[false; 2],
            visit_times: &[6.0],
            changes: &[vec![Some(1.0)], vec![Some(1.0)]],
        };
        let joint = joint_rank(&data, &JointRankOptions::default()).unwrap();
        assert!(joint.test.is_none() && joint.win_ratio.is_none() && joint.net_benefit.interval.is_none());
        assert_eq!((joint.net_benefit.estimate, joint.win_odds.unwrap().estimate), (0.0, 1.0));
    }
}
