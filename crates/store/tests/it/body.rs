//! Bodies: chunks, lengths, ends.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use store::{Body, Error, ErrorKind, Operation};

type Item = Result<Bytes, Error>;

fn failure() -> Item {
    Err(Error::new(ErrorKind::Unavailable, Operation::Get))
}

fn body(items: Vec<Item>) -> Body {
    Body::from_stream(stream::iter(items))
}

fn chunks(texts: &[&'static str]) -> Body {
    body(texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes()))).collect())
}

/// Reads to the end and returns what came, the error's kind last if there was one.
async fn read(body: Body) -> (Vec<String>, Option<ErrorKind>) {
    let (mut texts, mut error) = (Vec::new(), None);
    let mut body = body;
    while let Some(item) = body.next().await {
        assert_eq!(error, None, "nothing comes after an error");
        match item {
            Ok(chunk) => texts.push(String::from_utf8(chunk.to_vec()).unwrap()),
            Err(failure) => error = Some(failure.kind()),
        }
    }
    (texts, error)
}

#[tokio::test]
async fn a_body_yields_no_empty_chunks() {
    assert_eq!(read(Body::empty()).await, (vec![], None));
    assert_eq!(read(Body::from("")).await, (vec![], None));
    assert_eq!(read(Body::from(Bytes::new())).await, (vec![], None));
    assert_eq!(read(Body::from(vec![b'a'])).await, (vec!["a".into()], None));
    assert_eq!(read(chunks(&["", "a", "", "", "b", ""])).await, (vec!["a".into(), "b".into()], None));
}

#[tokio::test]
async fn s49_a_body_has_exactly_its_length() {
    for (texts, length) in [(&["abc", "de"][..], 5), (&["abc", "", "de", ""], 5), (&[], 0), (&["", ""], 0)] {
        let (read, error) = read(chunks(texts).exactly(length)).await;
        assert_eq!((read.concat(), error), (texts.concat(), None));
    }
}

#[tokio::test]
async fn s49_a_short_body_fails() {
    for texts in [&["abc", "d"][..], &["a"], &[""], &[]] {
        let (read, error) = read(chunks(texts).exactly(5)).await;
        assert_eq!((read.concat(), error), (texts.concat(), Some(ErrorKind::LengthMismatch)));
    }
}

#[tokio::test]
async fn s49_a_long_body_fails_before_the_byte_too_many() {
    for texts in [&["abc", "def"][..], &["abcdef"], &["abcde", "f"]] {
        let (read, error) = read(chunks(texts).exactly(5)).await;
        assert!(texts.concat().starts_with(&read.concat()) && read.concat().len() <= 5);
        assert_eq!(error, Some(ErrorKind::LengthMismatch));
    }
    assert_eq!(read(chunks(&["a"]).exactly(0)).await, (vec![], Some(ErrorKind::LengthMismatch)));
}

#[tokio::test]
async fn s49_a_chunk_that_is_here_is_measured_too() {
    assert_eq!(read(Body::from("abc").exactly(3)).await.1, None);
    assert_eq!(read(Body::from("abc").exactly(4)).await.1, Some(ErrorKind::LengthMismatch));
    assert_eq!(read(Body::from("abc").exactly(2)).await, (vec![], Some(ErrorKind::LengthMismatch)));
    assert_eq!(read(Body::empty().exactly(0)).await, (vec![], None));
    assert_eq!(read(Body::empty().exactly(1)).await, (vec![], Some(ErrorKind::LengthMismatch)));
}

#[tokio::test]
async fn a_length_can_be_asked_for_twice() {
    assert_eq!(read(chunks(&["ab", "c"]).exactly(3).exactly(3)).await.1, None);
    assert_eq!(read(chunks(&["ab", "c"]).exactly(3).exactly(4)).await.1, Some(ErrorKind::LengthMismatch));
    assert_eq!(read(chunks(&["ab", "c"]).exactly(4).exactly(3)).await.1, Some(ErrorKind::LengthMismatch));
}

#[tokio::test]
async fn an_error_ends_a_measured_body() {
    let items = || vec![Ok(Bytes::from_static(b"ab")), failure(), Ok(Bytes::from_static(b"c"))];
    assert_eq!(read(body(items()).exactly(3)).await, (vec!["ab".into()], Some(ErrorKind::Unavailable)));
}

#[tokio::test]
async fn a_whole_chunk_can_be_taken() {
    assert_eq!(Body::from("abc").into_chunk().unwrap(), Some(Bytes::from_static(b"abc")));
    assert_eq!(Body::from("abc").exactly(3).into_chunk().unwrap(), Some(Bytes::from_static(b"abc")));
    assert_eq!(Body::empty().into_chunk().unwrap(), None);
    let stream = chunks(&["abc"]).into_chunk().unwrap_err();
    assert_eq!(stream.try_collect::<Vec<_>>().await.unwrap(), [Bytes::from_static(b"abc")]);
    assert!(Body::from("abc").exactly(4).into_chunk().is_err());
}

#[test]
fn debug_shows_no_bytes() {
    let bodies = [Body::from("secret"), chunks(&["secret"]), chunks(&["secret"]).exactly(6)];
    let shown = bodies.each_ref().map(|body| format!("{body:?}"));
    assert_eq!(shown, ["Body(6 bytes)", "Body(stream)", "Body(stream, 6 bytes left)"]);
}
