//! Cleartext HTTP/2 with prior knowledge, as proxies speak it.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::fixture::{PATIENCE, Running, config};

type Sender = SendRequest<Empty<Bytes>>;

async fn connect(running: &Running, stream_window: u32) -> (Sender, JoinHandle<hyper::Result<()>>) {
    let io = TokioIo::new(running.connect().await);
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(stream_window)
        .initial_connection_window_size(16 << 20)
        .handshake(io)
        .await
        .unwrap();
    (sender, tokio::spawn(connection))
}

fn get(running: &Running, target: &str) -> Request<Empty<Bytes>> {
    let uri = format!("http://{}{target}", running.address);
    Request::get(uri).version(Version::HTTP_2).body(Empty::new()).unwrap()
}

#[tokio::test]
async fn many_requests_share_a_connection() {
    let running = Running::start(config(""), &[("a.txt", b"over two")]).await;
    let (mut sender, _connection) = connect(&running, 1 << 16).await;
    let answers = (0..30).map(|_| sender.send_request(get(&running, &running.link("a.txt"))));
    for answer in futures_util::future::join_all(answers).await {
        let answer = answer.unwrap();
        assert_eq!((answer.status(), answer.version()), (StatusCode::OK, Version::HTTP_2));
        assert_eq!(answer.headers()["content-length"], "8");
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "over two");
    }
    running.stop().await;
}

#[tokio::test]
async fn s39_refusals_are_those_of_http1() {
    let running = Running::start(config(""), &[]).await;
    let (mut sender, _connection) = connect(&running, 1 << 16).await;
    let answer = sender.send_request(get(&running, "/media/x")).await.unwrap();
    let plain = running.get("/media/x").await;
    assert_eq!(answer.status().as_u16(), plain.status);
    for (name, value) in answer.headers().iter().filter(|(name, _)| *name != "date") {
        assert_eq!(plain.header(name.as_str()), value.to_str().ok(), "{name}");
    }
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), plain.body);
    running.stop().await;
}

const SHORT: &str = "limits = { rate_window = '800ms', idle_timeout = '2s', header_timeout = '300ms' }";

/// S29, on HTTP/2: a client that keeps its flow-control window shut loses the stream, and the other streams of the
/// connection, which may be other people's, go on.
#[tokio::test]
async fn s29_a_stream_that_takes_nothing_is_reset_alone() {
    let big = vec![7; 1 << 20];
    let running = Running::start(config(SHORT), &[("big", &big), ("small", b"small")]).await;
    let (mut sender, _connection) = connect(&running, 1 << 16).await;
    let paused = sender.send_request(get(&running, &running.link("big"))).await.unwrap();
    let started = Instant::now();
    while started.elapsed() < Duration::from_millis(2500) {
        let other = sender.send_request(get(&running, &running.link("small"))).await.unwrap();
        assert_eq!(other.into_body().collect().await.unwrap().to_bytes(), "small");
        sleep(Duration::from_millis(100)).await;
    }
    let collected = timeout(PATIENCE, paused.into_body().collect()).await.unwrap();
    assert!(collected.is_err(), "the stream was reset");
    running.stop().await;
}

#[tokio::test]
async fn s29_an_honest_slow_stream_is_served() {
    let big = vec![7; 1 << 20];
    let running = Running::start(config(SHORT), &[("big", &big)]).await;
    let (mut sender, _connection) = connect(&running, 1 << 16).await;
    let answer = sender.send_request(get(&running, &running.link("big"))).await.unwrap();
    let (mut body, mut taken) = (answer.into_body(), 0);
    while let Some(frame) = body.frame().await {
        taken += frame.unwrap().into_data().unwrap().len();
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(taken, 1 << 20);
    running.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_gracefully() {
    let running = Running::start(config(SHORT), &[("a.txt", b"a")]).await;
    let (mut sender, connection) = connect(&running, 1 << 16).await;
    for _ in 0..4 {
        // More than the header timeout apart, less than the idle timeout: nothing of HTTP/2 is a slow head.
        sender
            .send_request(get(&running, &running.link("a.txt")))
            .await
            .unwrap()
            .into_body()
            .collect()
            .await
            .unwrap();
        sleep(Duration::from_millis(500)).await;
    }
    let ended = timeout(PATIENCE, connection).await.expect("the idle connection ends").unwrap();
    ended.expect("without an error");
    running.stop().await;
}

#[tokio::test]
async fn a_connection_that_asks_for_nothing_is_closed() {
    let running = Running::start(config(SHORT), &[]).await;
    let (_sender, connection) = connect(&running, 1 << 16).await;
    let _ = timeout(Duration::from_secs(5), connection).await.expect("closed after the header timeout");
    running.stop().await;
}
