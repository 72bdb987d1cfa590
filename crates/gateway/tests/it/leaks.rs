//! S15, S13: after a full run at TRACE no log line holds a secret or a pass.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use crate::fixture::{Running, SECRET, config};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn s15_no_log_line_holds_a_pass_or_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(log.clone()).finish();
    // For the whole program, other tests included: a subscriber of one thread may miss events, those of the blocking
    // pool for one, and those of places that first ran where nobody listened.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let passes = runtime.block_on(full_run());
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in [
        "served",
        "refused",
        "altered, or made for another",
        "no such object",
        "expired at",
        "try `hallpass verify 'URL'`",
        "ending",
    ] {
        assert!(text.contains(expected), "the log lacks `{expected}`: {text}");
    }
    assert_hidden(&text, SECRET.as_bytes());
    for pass in passes {
        let (_, tag) = pass.split_at(pass.len() / 2);
        assert!(!text.contains(tag), "{pass} in {text}");
        let wire = URL_SAFE_NO_PAD.decode(&pass).unwrap();
        assert_hidden(&text, &wire[wire.len() - 16..]);
    }
}

/// Asserts that bytes are not in a text, in none of the ways to write them that a log might have.
fn assert_hidden(text: &str, bytes: &[u8]) {
    for disguise in disguises(bytes) {
        assert!(!text.contains(&disguise), "`{disguise}` in {text}");
    }
}

/// Bytes as they are, in hexadecimal, percent-encoded, as `Debug` writes them, and in base64 wherever they begin in it.
fn disguises(bytes: &[u8]) -> Vec<String> {
    let each = |write: fn(&u8) -> String| bytes.iter().map(write).collect::<String>();
    let debug = format!("{bytes:?}");
    let mut all = vec![
        each(|byte| format!("{byte:02x}")),
        each(|byte| format!("{byte:02X}")),
        each(|byte| format!("%{byte:02X}")),
        each(|byte| format!("%{byte:02x}")),
        debug.trim_matches(['[', ']']).to_owned(),
        bytes.escape_ascii().to_string(),
    ];
    for before in 0..3 {
        let padded = [&vec![0; before], bytes].concat();
        for text in [URL_SAFE_NO_PAD.encode(&padded), STANDARD_NO_PAD.encode(&padded)] {
            // The first and last letters hold bits of the neighbours too.
            all.push(text.get(4..text.len() - 3).unwrap().to_owned());
        }
    }
    all
}

#[test]
fn s15_disguises_are_seen_through() {
    let secret = b"0123456789abcdef";
    let url_safe = URL_SAFE_NO_PAD.encode([&b"xy"[..], secret, &b"z"[..]].concat());
    for text in [
        "0123456789abcdef",
        "30313233343536373839616263646566",
        &url_safe,
        "[48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]",
    ] {
        assert!(disguises(secret).iter().any(|disguise| text.contains(disguise.as_str())), "{text}");
    }
    assert!(!disguises(secret).iter().any(|disguise| "0123456789abcde".contains(disguise.as_str())));
}

/// Good and bad requests over both versions of HTTP; returns the passes that were in them.
async fn full_run() -> Vec<String> {
    let running = Running::start(config(""), &[("a.txt", b"a"), ("b.txt", b"b")]).await;
    let good = running.link("a.txt");
    let missing = running.link("missing.txt");
    let expired = running.expired_link("a.txt");
    let targets = [
        good.clone(),
        good.replace("a.txt", "b.txt"),
        format!("{good}&pass=x"),
        good.replace('?', "%3F"),
        missing.clone(),
        expired.clone(),
    ];
    let tcp = running.connect().await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(tcp)).await.unwrap();
    // The client's own log is not ours: it runs without a subscriber.
    let connection = tokio::spawn(tracing::instrument::WithSubscriber::with_subscriber(
        connection,
        tracing::subscriber::NoSubscriber::new(),
    ));
    for target in &targets {
        running.get(target).await;
        running.exchange(&format!("GET {target} HTTP/1.1\r\nBad Header: x\r\n\r\n")).await;
        // Where a browser would repeat it, and a client that means well.
        let fields = format!("Referer: {target}\r\nCookie: pass={target}\r\nAuthorization: Bearer {target}");
        running.exchange(&format!("HEAD {target} HTTP/1.1\r\nConnection: close\r\n{fields}\r\n\r\n")).await;
        let request = Request::get(format!("http://x{target}")).body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
        running.gateway.verify(target, &http::Method::GET, None).await;
    }
    drop(sender);
    let _ = tokio::time::timeout(Duration::from_secs(5), connection).await;
    running.stop().await;
    [good, missing, expired].map(|link| link.split_once("pass=").unwrap().1.to_owned()).to_vec()
}
