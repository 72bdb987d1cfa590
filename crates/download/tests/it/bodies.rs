//! S49: a body is exactly as long as was said, or it breaks off.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http_body::Body as _;
use http_body_util::BodyExt;
use store::{Body, Error, ErrorKind, Operation};
use tower_service::Service;

use crate::fixture::{get, head, link, mount, send};
use crate::shelf::{Item, Shelf, careless, item};

type MakeBody = fn() -> Body;

fn pieces(texts: &'static [&'static str]) -> Body {
    Body::from_stream(stream::iter(texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes())))))
}

fn failing() -> Body {
    let first = stream::iter([Ok(Bytes::from_static(b"01234"))]);
    Body::from_stream(first.chain(stream::iter([Err(Error::new(ErrorKind::Unavailable, Operation::Get))])))
}

/// Reads what comes before the body breaks off, or all of it.
fn read(object: Item) -> (String, Result<(), ErrorKind>) {
    let service = mount(&Shelf::default().with("x", object));
    let request = get(&link("x")).body(()).unwrap();
    let Ok(response) = service.clone().call(request).now_or_never().unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-length"]),
        (200, &"10".parse().unwrap())
    );
    let mut body = response.into_body();
    assert_eq!(body.size_hint().exact(), Some(10));
    let mut text = String::new();
    loop {
        match body.frame().now_or_never().unwrap() {
            Some(Ok(frame)) => text += str::from_utf8(frame.data_ref().unwrap()).unwrap(),
            Some(Err(error)) => {
                assert!(body.frame().now_or_never().unwrap().is_none(), "nothing after an error");
                return (text, Err(error.kind()));
            }
            None => return (text, Ok(())),
        }
    }
}

#[test]
fn s49_a_body_of_another_length_breaks_off_and_is_never_padded() {
    let mismatch = Err(ErrorKind::LengthMismatch);
    assert_eq!(read(item("0123456789", "")), ("0123456789".to_owned(), Ok(())));
    assert_eq!(read(careless(10, || "0123456789".into())), ("0123456789".to_owned(), Ok(())));
    assert_eq!(read(careless(10, || pieces(&["0123", "", "456789"]))), ("0123456789".to_owned(), Ok(())));
    let bodies: [(MakeBody, &str); 8] = [
        (|| "0123".into(), "0123"),
        (Body::empty, ""),
        (|| pieces(&["0123", "45"]), "012345"),
        (|| pieces(&[]), ""),
        (|| "0123456789ab".into(), ""),
        (|| pieces(&["0123", "456789ab"]), "0123"),
        (|| pieces(&["0123456789", "a"]), "0123456789"),
        (|| pieces(&["0123", "45"]).exactly(6), "012345"),
    ];
    for (body, seen) in bodies {
        assert_eq!(read(careless(10, body)), (seen.to_owned(), mismatch), "{seen:?}");
    }
    assert_eq!(read(careless(10, failing)), ("01234".to_owned(), Err(ErrorKind::Unavailable)));
}

/// A body that must never be looked at.
struct Untouchable;

impl futures_util::Stream for Untouchable {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        panic!("the body was read")
    }
}

#[test]
fn dp4_head_and_304_read_nothing_of_the_body() {
    let shelf = Shelf::default().with("x", careless(10, || Body::from_stream(Untouchable)));
    let reply = send(&mount(&shelf), head(&link("x")));
    assert_eq!((reply.status, reply.header("content-length")), (200, "10"));

    let request = get(&link("x")).body(()).unwrap();
    let Ok(response) = mount(&shelf).call(request).now_or_never().unwrap();
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        response.into_body().collect().now_or_never()
    }));
    assert!(read.is_err(), "the same body, once it is read");
}

#[test]
fn bodies_know_their_end() {
    let service = mount(&Shelf::default().with("x", item("0123456789", "")).with("empty", item("", "")));
    let body = |request: http::request::Builder| {
        let Ok(response) = service.clone().call(request.body(()).unwrap()).now_or_never().unwrap();
        response.into_body()
    };
    assert!(body(get(&link("empty"))).is_end_stream());
    assert!(body(head(&link("x"))).is_end_stream());
    let mut whole = body(get(&link("x")));
    assert!(!whole.is_end_stream());
    whole.frame().now_or_never().unwrap().unwrap().unwrap();
    assert!(whole.is_end_stream());
    assert_eq!(whole.size_hint().exact(), Some(0));
}
