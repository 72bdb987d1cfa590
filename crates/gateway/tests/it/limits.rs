//! What a client may take, and how long (S29).

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use crate::fixture::{Answer, PATIENCE, Running, config, read_to_end};

const BIG: usize = 8 << 20;

const SHORT: &str =
    "limits = { rate_window = '800ms', min_rate = '64KiB', idle_timeout = '2s', header_timeout = '300ms' }";

async fn start() -> Running {
    Running::start(config(SHORT), &[("big", &vec![7; BIG]), ("a.txt", b"a")]).await
}

/// Connects with little room on the client's side, as a phone has, so that the gateway feels what is not read.
async fn narrow(running: &Running) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 << 10).unwrap();
    socket.connect(running.address).await.unwrap()
}

async fn ask_for_big(running: &Running) -> TcpStream {
    let mut stream = narrow(running).await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", running.link("big"));
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn s29_a_paused_download_is_dropped() {
    let running = start().await;
    let mut stream = ask_for_big(&running).await;
    stream.read_exact(&mut [0; 1]).await.unwrap();
    sleep(Duration::from_millis(2500)).await;
    let rest = read_to_end(&mut stream).await;
    assert!(rest.len() < BIG / 2, "{} bytes came after the pause", rest.len());
    running.stop().await;
}

#[tokio::test]
async fn s29_a_trickling_download_is_dropped() {
    let running = start().await;
    let mut stream = ask_for_big(&running).await;
    let started = Instant::now();
    let mut taken = 0;
    // One byte every 20 ms, where 64 KiB a second are asked for.
    let dropped = loop {
        match stream.read(&mut [0; 1]).await {
            Ok(0) | Err(_) => break true,
            Ok(bytes) => taken += bytes,
        }
        if started.elapsed() > Duration::from_millis(2500) {
            break read_to_end(&mut stream).await.len() < BIG / 2;
        }
        sleep(Duration::from_millis(20)).await;
    };
    assert!(dropped && taken < 1000, "{taken}");
    running.stop().await;
}

/// Ten times the least rate, with pauses: about what a slow mobile line does to a large file.
#[tokio::test]
async fn s29_an_honest_slow_download_is_served_whole() {
    let running = start().await;
    let mut stream = ask_for_big(&running).await;
    let (mut taken, mut buffer) = (0, vec![0; 64 << 10]);
    while taken < BIG {
        let bytes = stream.read(&mut buffer).await.unwrap();
        assert_ne!(bytes, 0, "closed after {taken} bytes");
        taken += bytes;
        if taken < 2 << 20 {
            sleep(Duration::from_millis(15)).await;
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn s29_a_trickling_upload_is_answered_at_once_and_not_read() {
    let running = start().await;
    let mut stream = running.connect().await;
    stream
        .write_all(b"PUT /media/a.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\na")
        .await
        .unwrap();
    let bytes = read_to_end(&mut stream).await;
    assert_eq!(Answer::read(&bytes).status, 405);
    running.stop().await;
}

#[tokio::test]
async fn s29_a_head_that_trickles_is_not_waited_for() {
    let running = start().await;
    for beginning in ["", "G", "PRI * HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: "] {
        let mut stream = running.connect().await;
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let started = Instant::now();
        let mut closed = false;
        while !closed && started.elapsed() < Duration::from_secs(5) {
            // A byte now and then does not buy time.
            let _ = if beginning.is_empty() { Ok(()) } else { stream.write_all(b"a").await };
            closed = matches!(
                timeout(Duration::from_millis(50), stream.read(&mut [0; 64])).await,
                Ok(Ok(0) | Err(_))
            );
        }
        assert!(closed, "{beginning:?} kept a connection for {:?}", started.elapsed());
    }
    running.stop().await;
}

#[tokio::test]
async fn a_second_head_has_its_own_time() {
    let running = start().await;
    let mut stream = running.connect().await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", running.link("a.txt"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\na") {
        stream.read_buf(&mut answer).await.unwrap();
    }
    sleep(Duration::from_millis(400)).await; // longer than a head may take: idle, which may be longer
    stream.write_all(b"GET / HT").await.unwrap();
    let began = Instant::now();
    assert!(read_to_end(&mut stream).await.is_empty());
    let took = began.elapsed();
    assert!((Duration::from_millis(250)..Duration::from_millis(1400)).contains(&took), "{took:?}");
    running.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word() {
    let running = start().await;
    let mut stream = running.connect().await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", running.link("a.txt"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let began = Instant::now();
    let bytes = read_to_end(&mut stream).await;
    assert_eq!(Answer::read(&bytes).body, b"a");
    assert!(began.elapsed() >= Duration::from_millis(1900), "{:?}", began.elapsed());
    running.stop().await;
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_their_turn() {
    let running = Running::start(config("limits = { max_connections = 2 }"), &[("a.txt", b"a")]).await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", running.link("a.txt"));
    let holders = [running.connect().await, running.connect().await];
    sleep(Duration::from_millis(100)).await;
    let mut third = running.connect().await;
    third.write_all(request.as_bytes()).await.unwrap();
    let waited = timeout(Duration::from_millis(300), third.readable()).await;
    assert!(waited.is_err(), "the third was served beside two others");
    drop(holders);
    let bytes = timeout(PATIENCE, read_to_end(&mut third)).await.unwrap();
    assert_eq!(Answer::read(&bytes).body, b"a");
    running.stop().await;
}
