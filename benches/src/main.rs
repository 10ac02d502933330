//! The native half: `second-look-native-bench FILE.csv REPEATS` prints a line `name<TAB>milliseconds` for each run.

use std::process::ExitCode;
use std::time::Instant;

use second_look_benches::{Demo, Followed, Made, Panel, columns, plain_csv, trial};

const QUESTIONS: [&str; 14] = [
    "patients",
    "change",
    "slope",
    "mmrm",
    "lmm",
    "cafs",
    "staging",
    "levels",
    "correlation",
    "survival",
    "cox",
    "competing",
    "landmark",
    "safety",
];

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(path), Some(repeats)) = (words.next(), words.next().and_then(|word| word.parse().ok())) else {
        eprintln!("second-look-native-bench FILE.csv REPEATS");
        return ExitCode::FAILURE;
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let demo = Demo::new();
    let followed = [1_000, 10_000, 100_000, 1_000_000].map(|size| (size, Followed::new(size)));
    let (small, large, few) = (Made::new(200, 4), Made::new(1000, 10), Made::new(64, 1));
    let panel = Panel::new(100, 500);
    let repeats: usize = repeats;
    for _ in 0..repeats {
        time("columns", 1, || columns(&bytes));
        time("plain csv", 1, || plain_csv(&bytes));
        time("trial", 1, || trial("visits.csv", &bytes) as usize);
        time("demo", 20, || Demo::new().analyse(""));
        for question in QUESTIONS {
            time(question, 5, || demo.analyse(question));
        }
        time("mmrm 200x4", 1, || small.mmrm().to_bits() as usize);
        time("mmrm 1000x10", 1, || large.mmrm().to_bits() as usize);
        time("slopes 200x4", 1, || small.slopes().to_bits() as usize);
        time("slopes 1000x10", 1, || large.slopes().to_bits() as usize);
        time("joint rank 1000x10", 1, || large.joint_rank().to_bits() as usize);
        time("tests 64", 20, || few.tests().to_bits() as usize);
        time("panel pearson", 5, || panel.pearson().to_bits() as usize);
        time("panel spearman", 5, || panel.spearman().to_bits() as usize);
        time("panel group max-t", 1, || panel.group_max_t(1_000).to_bits() as usize);
        time("panel correlation max-t", 1, || panel.correlation_max_t(1_000).to_bits() as usize);
        for (size, followed) in &followed {
            time(&format!("km {size}"), 1, || followed.kaplan_meier().to_bits() as usize);
            time(&format!("logrank {size}"), 1, || followed.log_rank().to_bits() as usize);
            time(&format!("cox {size}"), 1, || followed.cox().to_bits() as usize);
        }
    }
    ExitCode::SUCCESS
}

fn time(name: &str, calls: u32, mut work: impl FnMut() -> usize) {
    let started = Instant::now();
    let mut sum = 0;
    for _ in 0..calls {
        sum = std::hint::black_box(work()).wrapping_add(sum);
    }
    let milliseconds = started.elapsed().as_secs_f64() * 1e3 / f64::from(calls);
    println!("{name}\t{milliseconds}\t{sum}");
}
