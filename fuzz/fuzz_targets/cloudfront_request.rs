//! Fuzzes signed requests to CloudFront.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::cloudfront::check_request(data));
