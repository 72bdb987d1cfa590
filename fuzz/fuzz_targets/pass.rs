//! Fuzzes passes: minting, reading, verifying.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::pass::check(data));
