//! Signing and verifying with the fastest library compiled in: choose with `--no-default-features --features ring`.
//!
//! `cargo xtask bench cloudfront` compares every library with itself alone, and with other signers.
#![expect(clippy::unwrap_used, reason = "benchmark")]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, criterion_group, criterion_main};
use signer_cloudfront::{
    KeyPairId, Lifetime, Pattern, PrivateKey, Resource, Signer, StableUrls, Verifier, Window,
};

const RSA: &str = include_str!("../tests/keys/rsa-pkcs1.pem");
const P256: &str = include_str!("../tests/keys/p256-sec1.pem");
const URL: &str = "https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?size=large";

fn signer(pem: &str) -> Signer {
    Signer::sha256(KeyPairId::parse("K2JCJMDEHXQW5F").unwrap(), PrivateKey::from_pem(pem).unwrap()).unwrap()
}

fn signing(criterion: &mut Criterion) {
    let (url, window) = (Resource::parse(URL).unwrap(), Window::until_unix(1_767_290_400).unwrap());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_290_000);
    let mut group = criterion.benchmark_group("cloudfront");
    for (name, pem) in [("rsa", RSA), ("p256", P256)] {
        let signer = signer(pem);
        group.bench_function(format!("{name}/sign"), |b| {
            b.iter(|| signer.sign_url(black_box(&url), window).unwrap());
        });
        let key = PrivateKey::from_pem(pem).unwrap().public_key();
        let verifier = Verifier::new([(signer.key_pair_id().clone(), key)]);
        let url = signer.sign_url(&url, window).unwrap().into_string();
        group.bench_function(format!("{name}/verify"), |b| {
            b.iter(|| verifier.verify_url(black_box(&url), now, None).unwrap());
        });
        group.bench_function(format!("{name}/read key"), |b| {
            b.iter(|| PrivateKey::from_pem(black_box(pem)).unwrap());
        });
    }
    group.finish();
}

fn without_signing(criterion: &mut Criterion) {
    let (url, window) = (Resource::parse(URL).unwrap(), Window::until_unix(1_767_290_400).unwrap());
    let pattern = Pattern::parse("https://d111111abcdef8.cloudfront.net/albums/42/*").unwrap();
    let grant = signer(RSA).grant(&pattern, window).unwrap();
    let hour = Duration::from_hours(1);
    let lifetime = Lifetime::Stable { at_least: hour, window: hour };
    let urls = StableUrls::new(signer(RSA), lifetime, NonZeroUsize::new(10_000).unwrap());
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_290_000);
    let mut group = criterion.benchmark_group("cloudfront");
    group.bench_function("parse", |b| b.iter(|| Resource::parse(black_box(URL)).unwrap()));
    group.bench_function("apply", |b| b.iter(|| grant.apply(black_box(&url)).unwrap()));
    group.bench_function("stable", |b| b.iter(|| urls.sign_url(black_box(&url), now).unwrap()));
    group.finish();
}

criterion_group!(benches, signing, without_signing);
criterion_main!(benches);
