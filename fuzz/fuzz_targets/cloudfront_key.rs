//! Fuzzes keys in PEM and DER.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::cloudfront::check_key(data));
