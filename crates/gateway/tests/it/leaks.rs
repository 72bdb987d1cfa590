//! S15, S13: after a full run at TRACE no log line holds a secret or a pass.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
        "try `hallpass verify 'URL'`",
        "ending",
    ] {
        assert!(text.contains(expected), "the log lacks `{expected}`: {text}");
    }
    assert!(!text.contains(SECRET));
    for pass in passes {
        let (_, tag) = pass.split_at(pass.len() / 2);
        assert!(!text.contains(tag), "{pass} in {text}");
    }
}

/// Good and bad requests over both versions of HTTP; returns the passes that were in them.
async fn full_run() -> Vec<String> {
    let running = Running::start(config(""), &[("a.txt", b"a"), ("b.txt", b"b")]).await;
    let good = running.link("a.txt");
    let missing = running.link("missing.txt");
    let targets = [good.clone(), good.replace("a.txt", "b.txt"), format!("{good}&pass=x"), missing.clone()];
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
        let request = Request::get(format!("http://x{target}")).body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
        running.gateway.verify(target, &http::Method::GET, None).await;
    }
    drop(sender);
    let _ = tokio::time::timeout(Duration::from_secs(5), connection).await;
    running.stop().await;
    [good, missing].map(|link| link.split_once("pass=").unwrap().1.to_owned()).to_vec()
}
