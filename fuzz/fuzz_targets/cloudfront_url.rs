//! Fuzzes URLs and patterns to be signed for CloudFront.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hallpass_fuzz::cloudfront::check_url(data));
