//! Fuzzes operations on a file store against a map.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::objects::check(data));
