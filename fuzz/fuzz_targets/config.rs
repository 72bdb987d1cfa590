//! Fuzzes the gateway's configuration file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::config::check(data));
