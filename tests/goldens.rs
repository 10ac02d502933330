//! Every routine of `stats` against reference software. Scripts, inputs, expected values, versions and licences are in
//! tests/golden/<routine>/; the numbers measured are in docs/VALIDATION.md. The same tests run inside WebAssembly.

#![allow(clippy::expect_used, clippy::panic)] // A test may stop; its parts outside of test functions too.

#[path = "goldens/agreement.rs"]
mod agreement;
#[path = "goldens/censored.rs"]
mod censored;
#[path = "goldens/cluster.rs"]
mod cluster;
#[path = "goldens/compare.rs"]
mod compare;
#[path = "goldens/competing.rs"]
mod competing;
#[path = "goldens/contingency.rs"]
mod contingency;
#[path = "goldens/correlation.rs"]
mod correlation;
#[path = "goldens/cox.rs"]
mod cox;
#[path = "goldens/distribution.rs"]
mod distribution;
#[path = "goldens/incidence_rate.rs"]
mod incidence_rate;
#[path = "goldens/linear.rs"]
mod linear;
#[path = "goldens/linear_checks.rs"]
mod linear_checks;
#[path = "goldens/log_rank.rs"]
mod log_rank;
#[path = "goldens/means.rs"]
mod means;
#[path = "goldens/mixed.rs"]
mod mixed;
#[path = "goldens/multiplicity.rs"]
mod multiplicity;
#[path = "goldens/paired.rs"]
mod paired;
#[path = "goldens/permutation.rs"]
mod permutation;
#[path = "goldens/rank.rs"]
mod rank;
#[path = "goldens/survival.rs"]
mod survival;
#[path = "goldens/table.rs"]
mod table;

/// The expected values of a routine, built into the test.
#[macro_export]
macro_rules! golden {
    ($routine:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!("../golden/", $routine, "/expected.json")))
            .expect("JSON")
    };
}
