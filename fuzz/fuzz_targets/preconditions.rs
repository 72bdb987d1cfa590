//! Fuzzes preconditions against RFC 9110 §13.2.2 read literally.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::preconditions::check(data));
