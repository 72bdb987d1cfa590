//! Fuzzes keys, and keys in the path of a URL.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::key::check(data));
