//! Fuzzes policies of CloudFront, signed as they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::cloudfront::check_policy(data));
