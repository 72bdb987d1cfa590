//! One request through the service: what checking a pass and dressing the response cost beside the bytes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "benchmark")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use download::Download;
use futures_util::FutureExt;
use http::Request;
use http_body_util::BodyExt;
use links::{BaseUrl, LinkOptions, PassLinks};
use object_key::{ObjectKey, Prefix};
use store::{MemoryStore, PutMode, PutOptions, StoreExt};
use token_hmac::{Audience, KeyId, KeyRing, Passes, Purpose, Secret};
use tower_service::Service;

const SIZES: [(&str, usize); 2] = [("1 KiB", 1 << 10), ("64 KiB", 64 << 10)];

fn serve(criterion: &mut Criterion) {
    let ring = KeyRing::new(KeyId::parse("2026-11").unwrap(), Secret::new([7; 32]).unwrap());
    let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/media/").unwrap());
    let base = BaseUrl::parse("http://127.0.0.1/media/").unwrap();
    let links = PassLinks::new(base.clone(), passes.clone());
    let store = Arc::new(MemoryStore::new());
    let service = Download::new(Arc::clone(&store), passes)
        .with_mount(&base)
        .with_public(Prefix::parse("public/").unwrap());
    let mut group = criterion.benchmark_group("serve");
    for (name, size) in SIZES {
        let key = ObjectKey::parse(&format!("users/42/{size}.jpg")).unwrap();
        for key in [key.clone(), ObjectKey::parse(&format!("public/{size}.jpg")).unwrap()] {
            let body = Bytes::from(vec![7; size]).into();
            now(store.put(&key, PutOptions::default(), body, PutMode::Create)).unwrap();
        }
        let link = links.object(&key, &LinkOptions::lasting(Duration::from_hours(24))).unwrap();
        let requests = [
            ("pass", Request::get(link.expose())),
            ("public", Request::get(format!("/media/public/{size}.jpg"))),
            ("range", Request::get(link.expose()).header("range", "bytes=100-199")),
            ("not modified", Request::get(link.expose()).header("if-none-match", "*")),
            ("refused", Request::get(format!("{}A", link.expose()))),
        ];
        for (kind, request) in requests {
            let request = request.body(()).unwrap();
            group
                .bench_function(format!("{kind}, {name}"), |b| b.iter(|| one(&service, black_box(&request))));
        }
    }
    group.finish();
}

/// Sends a request and reads the whole response, as a server does.
fn one(service: &Download, request: &Request<()>) -> usize {
    let Ok(response) = now(service.clone().call(request.clone()));
    now(response.into_body().collect()).unwrap().to_bytes().len()
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits in memory")
}

criterion_group!(benches, serve);
criterion_main!(benches);
