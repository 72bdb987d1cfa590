//! Fuzzes HTTP dates against a slow calendar.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::date::check(data));
