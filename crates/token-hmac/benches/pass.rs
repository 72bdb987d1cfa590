//! Minting and verifying, beside the HMAC that neither can do without.
#![expect(clippy::unwrap_used, reason = "benchmark")]

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::{Criterion, criterion_group, criterion_main};
use object_key::ObjectKey;
use ring::hmac;
use token_hmac::{Audience, KeyId, KeyRing, Method, PassSpec, Passes, Presented, Purpose, Secret};

/// Of the bytes under the MAC, what is neither the audience (`/media/`) nor the object's key.
const FRAME: usize = 47;

fn pass(criterion: &mut Criterion) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_000_001);
    let expires = now + Duration::from_hours(1);
    let key = ObjectKey::parse("users/42/albums/2026/photo-0001.jpg").unwrap();
    let ring = KeyRing::new(KeyId::parse("2026-11").unwrap(), Secret::new([7; 32]).unwrap());
    let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/media/").unwrap());
    let pass = passes.mint(&PassSpec::object(&key), expires, now).unwrap();
    let request = Presented::new(Method::Get, &key);

    let raw = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
    let message = vec![7; FRAME + "/media/".len() + key.as_str().len()];
    let mut group = criterion.benchmark_group("pass");
    group.bench_function("hmac", |b| b.iter(|| hmac::sign(&raw, black_box(&message))));
    group.bench_function("mint", |b| {
        b.iter(|| passes.mint(black_box(&PassSpec::object(&key)), expires, now).unwrap());
    });
    group.bench_function("verify", |b| {
        b.iter(|| passes.verify(black_box(pass.expose()), black_box(&request), now).unwrap());
    });
    group.bench_function("parse", |b| b.iter(|| token_hmac::Unverified::parse(black_box(pass.expose()))));
    group.finish();
}

criterion_group!(benches, pass);
criterion_main!(benches);
