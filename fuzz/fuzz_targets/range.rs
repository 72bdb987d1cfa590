//! Fuzzes `Range` against the bytes of a small object.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::range::check(data));
