//! One input is one to three files: see `account`.
#![no_main]

mod account;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    account::check(&account::split(input));
});
