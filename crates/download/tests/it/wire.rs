//! Over a real HTTP/1.1 connection: what a client reads, byte for byte.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use download::Download;
use futures_util::stream;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use store::Body;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_service::Service;

use crate::fixture::{link, mount, shelf};
use crate::shelf::{Shelf, careless};

/// Sends raw bytes, reads until the server closes; tells also whether the server closed in peace.
async fn exchange(service: &Download, request: &str) -> (String, Result<(), hyper::Error>) {
    let (mut client, server) = tokio::io::duplex(64 * 1024);
    let answer = service_fn(|request| {
        let mut service = service.clone();
        async move { Ok::<_, Infallible>(service.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(server), answer);
    let mut text = String::new();
    let talk = async {
        client.write_all(request.as_bytes()).await.unwrap();
        client.read_to_string(&mut text).await.unwrap();
    };
    let both = async { tokio::join!(connection, talk) };
    let (ended, ()) = tokio::time::timeout(Duration::from_secs(10), both).await.expect("the connection ends");
    (text, ended)
}

async fn ask(service: &Download, method: &str, url: &str, fields: &str) -> (String, String) {
    let request = format!("{method} {url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{fields}\r\n");
    let (text, served) = exchange(service, &request).await;
    served.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().filter(|line| !line.starts_with("date: ")).collect();
    lines[1..].sort_unstable();
    (lines.join("\n"), body.to_owned())
}

fn short() -> Body {
    Body::from_stream(stream::iter([Ok(Bytes::from_static(b"01234"))]))
}

fn long() -> Body {
    Body::from_stream(stream::iter([Ok(Bytes::from_static(b"01234")), Ok(Bytes::from_static(b"56789abc"))]))
}

#[tokio::test]
async fn s49_a_connection_breaks_where_its_body_does() {
    let bodies: [fn() -> Body; 4] = [short, long, || "01234".into(), || "0123456789abc".into()];
    for body in bodies {
        let service = mount(&Shelf::default().with("x", careless(10, body)));
        // A connection that would be kept alive: it ends all the same, for the client waits for the missing bytes.
        let (text, served) =
            exchange(&service, &format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", link("x"))).await;
        assert!(served.is_err(), "{text}");
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            assert!(head.contains("content-length: 10"), "{head}");
            assert!("01234".starts_with(body), "neither padded nor run over: {body:?}");
        }
    }
}

#[tokio::test]
async fn head_and_get_have_the_same_head_on_the_wire() {
    let service = mount(&shelf());
    for fields in ["", "if-none-match: *\r\n", "if-match: \"v0\"\r\n"] {
        for url in
            [link("secret.txt"), link("missing"), "/media/public/logo.png".to_owned(), "/media/".to_owned()]
        {
            let (get, _) = ask(&service, "GET", &url, fields).await;
            let (head, body) = ask(&service, "HEAD", &url, fields).await;
            assert_eq!((head, body.as_str()), (get, ""), "{url} {fields}");
        }
    }
}

#[tokio::test]
async fn a_304_and_a_204_have_no_length() {
    let service = mount(&shelf());
    let (head, body) = ask(&service, "GET", &link("secret.txt"), "if-none-match: \"v1\"\r\n").await;
    assert!(head.starts_with("HTTP/1.1 304 ") && !head.contains("content-length"), "{head}");
    assert_eq!(body, "");
    let (head, body) = ask(&service, "OPTIONS", "*", "").await;
    assert!(head.starts_with("HTTP/1.1 204 ") && !head.contains("content-length"), "{head}");
    assert_eq!(body, "");
}

#[tokio::test]
async fn s39_refusals_are_the_same_on_the_wire() {
    let service = mount(&shelf());
    let refusal = ask(&service, "GET", "/media/no-such-thing", "").await;
    assert!(refusal.0.starts_with("HTTP/1.1 404 Not Found\n"), "{}", refusal.0);
    for url in [
        "/media/secret.txt",
        "/media/secret.txt?pass=x",
        "/media/public/../secret.txt",
        "//evil.com/%2e%2e",
        "http://a@b/",
    ] {
        assert_eq!(ask(&service, "GET", url, "").await, refusal, "{url}");
        let host = "host: evil.com\r\nx-forwarded-host: evil.com\r\n";
        assert_eq!(ask(&service, "GET", url, host).await, refusal, "{url}");
    }
}
