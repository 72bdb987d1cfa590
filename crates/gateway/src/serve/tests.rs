//! Connections over stores that panic or hang, which no configuration can name.

use std::future;
use std::time::Duration;

use download::Download;
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

/// `panic` panics, `hang` never answers, everything else is there; all of it is public.
struct Odd;

impl Store for Odd {
    fn get<'a>(&'a self, key: &'a ObjectKey, ask: &'a Get) -> Fut<'a, Got> {
        Box::pin(async move {
            match key.file_name() {
                "panic" => panic!("a bug in a store"),
                "hang" => future::pending().await,
                _ => {
                    let metadata = metadata();
                    Ok(Got::from_plan(ask.plan(&metadata), metadata, |_| Body::from("text")))
                }
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

fn metadata() -> Metadata {
    let etag = store::ETag::new("1").unwrap();
    Metadata::new(4, etag, std::time::UNIX_EPOCH)
}

struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn start(limits: Limits) -> Self {
        let ring = KeyRing::new(KeyId::parse("a").unwrap(), Secret::new([7; 32]).unwrap());
        let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/").unwrap());
        let download = Download::new(Odd, passes).with_public(Prefix::parse("public/").unwrap());
        let router = Router::new([(MountPath::parse("/").unwrap(), download)]).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            run(listener, &router, &Arc::new(limits), async {
                let _ = stopped.await;
            })
            .await;
        });
        Self { address, stop: Some(stop), task }
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
