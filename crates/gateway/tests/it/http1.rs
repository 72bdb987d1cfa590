//! HTTP/1.1 as it goes over the wire.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fixture::{Answer, Running, config, read_to_end};

const FILES: &[(&str, &[u8])] =
    &[("a.txt", b"twelve bytes"), ("empty.txt", b""), ("public/p.txt", b"public")];

async fn start() -> Running {
    Running::start(config(""), FILES).await
}

#[tokio::test]
async fn head_says_what_get_sends() {
    let running = start().await;
    for (key, length) in [("a.txt", "12"), ("empty.txt", "0")] {
        let target = running.link(key);
        let get = running.get(&target).await;
        let request = format!("HEAD {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let bytes = running.exchange(&request).await;
        let (head, rest) = Answer::read_one(&bytes, "HEAD");
        assert_eq!((head.status, &head.headers), (get.status, &get.headers));
        assert_eq!(head.header("content-length"), Some(length));
        assert!(rest.is_empty() && head.body.is_empty());
    }
    running.stop().await;
}

#[tokio::test]
async fn dt4_a_refused_head_is_a_refused_get_without_its_body() {
    let running = start().await;
    let get = running.get("/media/a.txt").await;
    let bytes = running.exchange("HEAD /media/a.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    let (head, _) = Answer::read_one(&bytes, "HEAD");
    assert_eq!((head.status, &head.headers), (404, &get.headers));
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let running = start().await;
    let mut stream = running.connect().await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", running.link("a.txt"));
    for _ in 0..3 {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"twelve bytes") {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed");
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let running = start().await;
    let good = running.link("a.txt");
    let request = format!(
        "GET {good} HTTP/1.1\r\nHost: x\r\n\r\nHEAD {good} HTTP/1.1\r\nHost: x\r\n\r\n\
         GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET /media/public/p.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    );
    let bytes = running.exchange(&request).await;
    let mut rest = bytes.as_slice();
    let mut answers = Vec::new();
    for method in ["GET", "HEAD", "GET", "GET"] {
        let (answer, after) = Answer::read_one(rest, method);
        answers.push((answer.status, answer.body));
        rest = after;
    }
    assert!(rest.is_empty());
    let expected: [(u16, &[u8]); 4] =
        [(200, b"twelve bytes"), (200, b""), (404, b"Not found\n"), (200, b"public")];
    assert_eq!(answers, expected.map(|(status, body)| (status, body.to_vec())));
    running.stop().await;
}

#[tokio::test]
async fn a_body_on_get_is_not_taken_for_a_request() {
    let running = start().await;
    let target = running.link("a.txt");
    let smuggled = "GET /media/public/p.txt HTTP/1.1\r\nHost: x\r\n\r\n";
    for framing in [
        format!("Content-Length: {}\r\n\r\n{smuggled}", smuggled.len()),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{smuggled}\r\n0\r\n\r\n", smuggled.len()),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{framing}");
        let answer = Answer::read(&running.exchange(&request).await);
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"twelve bytes"[..]));
    }
    running.stop().await;
}

/// What two programs could read differently ends the connection (RFC 9112 §6.3).
#[tokio::test]
async fn ambiguous_framing_is_refused() {
    let running = start().await;
    for framing in [
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Transfer-Encoding: chunked, identity",
        "Broken : header",
        "Bad\0: header",
    ] {
        let request =
            format!("POST /media/a.txt HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\nabcGET / HTTP/1.1\r\n\r\n");
        let mut stream = running.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let bytes = read_to_end(&mut stream).await;
        let statuses = bytes.windows(9).filter(|window| window.starts_with(b"HTTP/1.1 ")).count();
        assert!(statuses <= 1, "{framing}: {}", String::from_utf8_lossy(&bytes));
    }
    running.stop().await;
}

#[tokio::test]
async fn absolute_targets_and_options_are_answered() {
    let running = start().await;
    let target = running.link("a.txt");
    assert_eq!(running.get(&format!("http://another.example{target}")).await.body, b"twelve bytes");
    for target in ["*", "/", "/media/a.txt"] {
        let answer = running.send("OPTIONS", target).await;
        assert_eq!((answer.status, answer.header("allow")), (204, Some("GET, HEAD, OPTIONS")), "{target}");
    }
    for method in ["POST", "PUT", "DELETE", "TRACE", "PROPFIND"] {
        assert_eq!(running.send(method, &target).await.status, 405, "{method}");
    }
    assert_eq!(running.send("CONNECT", "evil.com:443").await.status, 405);
    running.stop().await;
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused() {
    let running = start().await;
    let long = "x".repeat(20 << 10);
    let many = "X: y\r\n".repeat(120);
    for request in [
        format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
    ] {
        let bytes = running.exchange(&request).await;
        let status = String::from_utf8_lossy(&bytes).split(' ').nth(1).map(str::to_owned);
        assert!(matches!(status.as_deref(), Some("414" | "431")), "{status:?}");
    }
    assert_eq!(running.get("/media/public/p.txt").await.status, 200);
    running.stop().await;
}

#[tokio::test]
async fn ranges_and_conditions_work_over_the_wire() {
    let running = start().await;
    let target = running.link("a.txt");
    let ask =
        |header: String| format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n\r\n");
    let part = Answer::read(&running.exchange(&ask("Range: bytes=7-".to_owned())).await);
    assert_eq!(
        (part.status, part.body.as_slice(), part.header("content-range")),
        (206, &b"bytes"[..], Some("bytes 7-11/12"))
    );
    let etag = part.header("etag").unwrap();
    let bytes = running.exchange(&ask(format!("If-None-Match: {etag}"))).await;
    let (unchanged, rest) = Answer::read_one(&bytes, "HEAD");
    assert_eq!((unchanged.status, rest.len()), (304, 0));
    running.stop().await;
}
