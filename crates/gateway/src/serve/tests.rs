//! Connections over stores that panic or hang, which no configuration can name.

use std::future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use download::Download;
use futures_util::future::select_all;
use http::{Request, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use object_key::{ObjectKey, Prefix};
use store::{
    Abilities, Body, BoxStream, CopyOptions, Entry, Error, Fut, Get, Got, List, Metadata, PutOptions, Store,
    Upload, When, Written,
};
use token_hmac::{Audience, KeyId, KeyRing, Passes, Purpose, Secret};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;

use super::*;
use crate::MountPath;

/// `panic` panics, `hang` never answers, `large` has a size, everything else is short; all of it is public.
struct Odd {
    reads: Arc<AtomicUsize>,
}

const LARGE: usize = 60_000;

impl Store for Odd {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move {
            self.reads.fetch_add(1, Ordering::Relaxed);
            match key.file_name() {
                "panic" => panic!("a bug in a store"),
                "hang" => future::pending().await,
                "large" => Ok(got(ask, vec![7; LARGE])),
                _ => Ok(got(ask, "text")),
            }
        })
    }

    fn begin<'a>(&'a self, _: &'a ObjectKey, _: PutOptions) -> Fut<'a, Box<dyn Upload>> {
        unreachable!()
    }

    fn delete<'a>(&'a self, _: &'a ObjectKey, _: When) -> Fut<'a, ()> {
        unreachable!()
    }

    fn copy<'a>(&'a self, _: &'a ObjectKey, _: &'a ObjectKey, _: CopyOptions) -> Fut<'a, Written> {
        unreachable!()
    }

    fn list(&self, _: List) -> BoxStream<'_, Result<Entry, Error>> {
        unreachable!()
    }

    fn abilities(&self) -> Abilities {
        Abilities::all()
    }
}

fn got(ask: &Get, content: impl Into<Bytes>) -> Got {
    let content = content.into();
    let metadata = metadata(content.len().try_into().unwrap());
    Got::from_plan(ask.plan(&metadata), metadata, |_| Body::from(content))
}

fn metadata(size: u64) -> Metadata {
    let etag = store::ETag::new("1").unwrap();
    Metadata::new(size, etag, std::time::UNIX_EPOCH)
}

struct Running {
    address: SocketAddr,
    reads: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        Self::start_on(Workers::default(), limits).await
    }

    async fn start_on(workers: Workers, limits: Limits) -> Self {
        let ring = KeyRing::new(KeyId::parse("a").unwrap(), Secret::new([7; 32]).unwrap());
        let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/").unwrap());
        let reads = Arc::default();
        let odd = Odd { reads: Arc::clone(&reads) };
        let download = Download::new(odd, passes).with_public(Prefix::parse("public/").unwrap());
        let router = Router::new([(MountPath::parse("/").unwrap(), download)]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            run(listener, &workers, &router, &Arc::new(limits), async {
                let _ = stopped.await;
            })
            .await;
        });
        Self { address, reads, stop: Some(stop), task }
    }

    /// Sends a request and reads until the connection ends.
    async fn exchange(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await; // a broken connection is an answer too
        answer
    }

    /// Begins HTTP/2 as a client that takes so many bytes of a stream before it looks at them.
    async fn http2(&self, window: u32) -> SendRequest<Empty<Bytes>> {
        let io = TokioIo::new(TcpStream::connect(self.address).await.unwrap());
        let mut builder = http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.initial_stream_window_size(window).handshake(io).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    fn request(&self, path: &str) -> Request<Empty<Bytes>> {
        Request::get(format!("http://{}{path}", self.address)).body(Empty::new()).unwrap()
    }

    /// Waits until the store was asked so many times.
    async fn wait_for_reads(&self, count: usize) {
        let asked = async {
            while self.reads.load(Ordering::Relaxed) < count {
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        time::timeout(Duration::from_secs(10), asked).await.expect("the store is asked");
    }

    async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.task.await.unwrap();
    }
}

#[tokio::test]
async fn a_panic_ends_its_own_connection_alone() {
    let running = Running::start(Limits { max_connections: 1, ..Limits::default() }).await;
    for _ in 0..3 {
        assert_eq!(running.exchange("/public/panic").await, "");
        assert!(running.exchange("/public/x").await.ends_with("\r\n\r\ntext"));
    }
    running.stop().await;
}

#[tokio::test]
async fn workers_share_connections_and_outlive_a_panic() {
    let workers = Workers::start(NonZeroUsize::new(3).unwrap()).unwrap();
    let running = Running::start_on(workers, Limits::default()).await;
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(TcpStream::connect(running.address).await.unwrap());
        assert_eq!(running.exchange("/public/panic").await, "");
        assert!(running.exchange("/public/x").await.ends_with("\r\n\r\ntext"));
    }
    let mut sender = running.http2(1 << 20).await;
    let answer = sender.send_request(running.request("/public/large")).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), LARGE);
    drop((sender, idle));
    running.stop().await;
}

#[tokio::test]
async fn a_worker_gets_the_connection_when_it_has_the_fewest() {
    let workers = Workers::start(NonZeroUsize::new(2).unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut connections, mut threads) = (JoinSet::new(), Vec::new());
    for _ in 0..4 {
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let (tell, told) = oneshot::channel();
        workers.spawn(&mut connections, stream, |stream| async move {
            let _ = tell.send(std::thread::current().id());
            future::pending::<()>().await;
            drop(stream);
        });
        threads.push(told.await.unwrap());
    }
    assert_eq!(threads[..2], threads[2..], "in turn");
    assert_ne!(threads[0], threads[1]);
    connections.shutdown().await;
}

#[tokio::test]
async fn a_store_that_hangs_is_not_held_against_the_client() {
    let short = Duration::from_millis(100);
    let limits = Limits {
        header_timeout: short,
        idle_timeout: short,
        rate_window: short,
        drain_timeout: short,
        ..Limits::default()
    };
    let running = Running::start(limits).await;
    let waiting = time::timeout(Duration::from_millis(600), running.exchange("/public/hang")).await;
    assert!(waiting.is_err(), "the connection was closed");
}

#[tokio::test]
async fn draining_ends_after_its_time_whatever_a_store_does() {
    let running =
        Running::start(Limits { drain_timeout: Duration::from_millis(100), ..Limits::default() }).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET /public/hang HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    time::sleep(Duration::from_millis(50)).await;
    time::timeout(Duration::from_secs(5), running.stop()).await.expect("the gateway ends");
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or_default(), 0);
}

/// S29: whoever opens requests and takes no answers keeps the others waiting, and not the memory filling.
#[tokio::test]
async fn s29_no_more_responses_are_open_than_there_may_be() {
    let running = Running::start(Limits { max_responses: 3, ..Limits::default() }).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        let mut sender = running.http2(1).await;
        for _ in 0..10 {
            answers.push(Box::pin(sender.send_request(running.request("/public/large"))));
        }
    }
    let mut open = Vec::new();
    for answer in 1..=6 {
        // The head of an answer comes, the body stays where it is: whole and in one chunk, it is held by nobody else.
        let (head, _, rest) = select_all(answers).await;
        open.push(head.unwrap().into_body());
        answers = rest;
        if answer >= 3 {
            time::sleep(Duration::from_millis(50)).await;
            assert_eq!(running.reads.load(Ordering::Relaxed), answer, "one begins when one ends");
            drop(open.remove(0)); // given up by its client
            running.wait_for_reads(answer + 1).await;
        }
    }
    running.task.abort();
}

#[tokio::test]
async fn bodies_come_whole_through_windows_of_any_size() {
    let running = Running::start(Limits::default()).await;
    for window in [1000, 59_999, 60_000, 60_001, 1 << 20] {
        let mut sender = running.http2(window).await;
        let answer = sender.send_request(running.request("/public/large")).await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        assert_eq!(answer.headers()["content-length"], LARGE.to_string());
        let body = time::timeout(Duration::from_secs(5), answer.into_body().collect()).await.unwrap();
        assert_eq!(body.unwrap().to_bytes(), vec![7; LARGE]);
    }
    running.stop().await;
}
