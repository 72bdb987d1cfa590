//! Servers whose answers have another length than they say (S49).

use futures_util::TryStreamExt;
use object_key::ObjectKey;
use store::{ByteRange, ErrorKind, Get, Got, Store};
use store_s3::ServerProfile;

use super::stub;

/// Reads the bytes `0-9` of 100 from a server that says so and sends `body`; returns the kind of the error.
async fn read(body: &'static str, range: &'static str) -> ErrorKind {
    let headers = "ETag: \"1234\"\r\nLast-Modified: Mon, 01 Dec 2025 00:00:00 GMT\r\nContent-Range: ";
    let headers = Box::leak(format!("{headers}{range}\r\n").into_boxed_str());
    let (store, _) = stub::store(ServerProfile::Generic, "206 Partial Content", headers, body).await;
    let ask = Get::part(ByteRange::Closed { first: 0, last: 9 });
    let got = match store.get(&ObjectKey::parse("a").unwrap(), &ask).await {
        Ok(Got::Object(object)) => object.body.try_collect::<Vec<_>>().await.map(drop),
        got => got.map(drop),
    };
    got.expect_err("looks whole").kind()
}

#[tokio::test]
async fn s49_a_body_of_another_length_than_announced_fails() {
    for (body, range, kind) in [
        ("0123456789ab", "bytes 0-9/100", ErrorKind::LengthMismatch), // longer
        // The rest is asked for, and what then comes is not the rest.
        ("01234", "bytes 0-9/100", ErrorKind::Conflict),
        ("0123456789", "bytes 5-14/100", ErrorKind::Internal), // another range
        ("0123456789", "bytes 0-9/5", ErrorKind::Internal),    // an impossible one
    ] {
        assert_eq!(read(body, range).await, kind, "{body} as {range}");
    }
}
