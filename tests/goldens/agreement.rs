//! Compares with a reference, and remembers the worst difference: `cargo test --test goldens -- --nocapture` prints it
//! for docs/VALIDATION.md.

use serde_json::Value;

pub struct Agreement {
    routine: &'static str,
    tolerance: f64,
    compared: usize,
    worst: f64,
    worst_where: String,
    /// FNV-1a over the bits of every number found: equal on two targets if all numbers are.
    fingerprint: u64,
    failures: Vec<String>,
}

impl Agreement {
    /// `tolerance` is relative.
    pub fn new(routine: &'static str, tolerance: f64) -> Self {
        Self {
            routine,
            tolerance,
            compared: 0,
            worst: 0.0,
            worst_where: String::new(),
            fingerprint: 0xcbf2_9ce4_8422_2325,
            failures: Vec::new(),
        }
    }

    /// Relative to the larger of |expected| and `floor`, below which only the absolute difference counts.
    pub fn number(&mut self, what: &str, found: f64, expected: &Value, floor: f64) {
        let expected = expected.as_f64().unwrap_or_else(|| panic!("{}: no number for {what}", self.routine));
        let difference = if found == expected { 0.0 } else { (found - expected).abs() / expected.abs().max(floor) };
        self.note(what, found, expected, difference);
    }

    /// A probability: relative without floor, and on the log scale.
    pub fn probability(&mut self, what: &str, found: f64, expected: &Value) {
        assert!((0.0..=1.0).contains(&found), "{what}: {found} is no probability");
        self.number(what, found, expected, f64::MIN_POSITIVE);
        let expected = expected.as_f64().unwrap_or(f64::NAN);
        self.note(&format!("ln {what}"), found, expected, (libm::log(found) - libm::log(expected)).abs());
    }

    pub fn optional(&mut self, what: &str, found: Option<f64>, expected: &Value, floor: f64) {
        match found {
            Some(found) if !expected.is_null() => self.number(what, found, expected, floor),
            None if expected.is_null() => self.compared += 1,
            _ => self.failures.push(format!("{what}: {found:?} against {expected}")),
        }
    }

    pub fn count(&mut self, what: &str, found: usize, expected: &Value) {
        self.compared += 1;
        if expected.as_f64() != Some(found as f64) {
            self.failures.push(format!("{what}: {found} against {expected}"));
        }
    }

    fn note(&mut self, what: &str, found: f64, expected: f64, difference: f64) {
        self.compared += 1;
        for byte in found.to_bits().to_le_bytes() {
            self.fingerprint = (self.fingerprint ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        if difference > self.worst {
            self.worst = difference;
            self.worst_where = what.to_owned();
        }
        // Not "above", so that a NaN fails.
        if difference.is_nan() || difference > self.tolerance {
            self.failures.push(format!("{what}: {found:e} against {expected:e}, off by {difference:e}"));
        }
    }

    pub fn settle(self) {
        let line = format!(
            "{}: {} numbers, worst {:.1e} ({}), tolerance {:.0e}, bits {:016x}",
            self.routine, self.compared, self.worst, self.worst_where, self.tolerance, self.fingerprint
        );
        #[cfg(target_arch = "wasm32")]
        wasm_bindgen_test::console_log!("{line}");
        #[cfg(not(target_arch = "wasm32"))]
        println!("{line}");
        assert!(self.compared > 0, "{}: nothing compared", self.routine);
        assert!(self.failures.is_empty(), "{}:\n{}", self.routine, self.failures.join("\n"));
    }
}

pub fn array(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}
