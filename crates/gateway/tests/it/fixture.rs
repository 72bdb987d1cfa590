//! A gateway on a port of its own, with files of its own, and the plainest client there is.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use gateway::{Config, Gateway, MountPath, Origin, Surroundings};
use links::{LinkOptions, PassLinks};
use object_key::ObjectKey;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Longer than anything here should take; a test that reaches it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One mount over a directory, keys from the environment, and what the test adds.
pub(crate) fn config(more: &str) -> Config {
    let text = format!(
        r#"
        listen = "127.0.0.1:0"
        keys = {{ active = "k1", ring.k1.secret_env = "SECRET" }}
        stores.media = {{ url = "file:media", durability = "none" }}
        mounts."/media/" = {{ store = "media", public = ["public/"] }}
        {more}
        "#
    );
    Config::from_toml(&text).unwrap()
}

pub(crate) fn env(name: &str) -> Option<String> {
    (name == "SECRET").then(|| SECRET.to_owned())
}

/// A working directory with files below `media/`.
pub(crate) fn place(files: &[(&str, &[u8])]) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = place.path().join("media").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    place
}

/// A running gateway.
pub(crate) struct Running {
    pub(crate) gateway: Gateway,
    pub(crate) address: SocketAddr,
    pub(crate) origin: Origin,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) served: JoinHandle<()>,
    place: TempDir,
}

impl Running {
    pub(crate) async fn start(config: Config, files: &[(&str, &[u8])]) -> Self {
        let place = place(files);
        fs::create_dir_all(place.path().join("media")).unwrap();
        let gateway = Gateway::new(config, &Surroundings::new(place.path(), &env)).await.unwrap();
        let listening = gateway.clone().bind().await.unwrap();
        let (address, origin) = (listening.local_addr(), listening.origin().clone());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            listening.serve(stopped).await.unwrap();
        });
        Self { gateway, address, origin, stop, served, place }
    }

    /// Returns the path of a file of the store.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.place.path().join("media").join(name)
    }

    pub(crate) fn links(&self) -> PassLinks {
        self.gateway.links(&MountPath::media(), &self.origin).unwrap()
    }

    /// Returns path and query of a link that lasts an hour.
    pub(crate) fn link(&self, key: &str) -> String {
        let options = LinkOptions::lasting(Duration::from_hours(1));
        let url = self.links().object(&ObjectKey::parse(key).unwrap(), &options).unwrap();
        url.expose().strip_prefix(self.origin.as_str()).unwrap().to_owned()
    }

    /// Returns path and query of a link that ended a minute ago.
    pub(crate) fn expired_link(&self, key: &str) -> String {
        let hour_ago = || std::time::SystemTime::now() - Duration::from_hours(1);
        let links = self.links().with_clock(links::Clock::new(hour_ago));
        let options = LinkOptions::lasting(Duration::from_mins(59));
        let url = links.object(&ObjectKey::parse(key).unwrap(), &options).unwrap();
        url.expose().strip_prefix(self.origin.as_str()).unwrap().to_owned()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends bytes and reads what comes until the connection ends.
    pub(crate) async fn exchange(&self, request: &str) -> Vec<u8> {
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        read_to_end(&mut stream).await
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send("GET", target).await
    }

    pub(crate) async fn send(&self, method: &str, target: &str) -> Answer {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
        Answer::read(&self.exchange(&request).await)
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        timeout(PATIENCE, self.served).await.expect("the gateway ends").unwrap();
    }
}

/// Reads until the peer closes or breaks the connection.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the connection ends") {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => bytes,
    }
}

/// A response as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Without `date`, so that answers can be compared.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let (answer, rest) = Self::read_one(bytes, "GET");
        assert!(rest.is_empty(), "more than one response");
        answer
    }

    /// Takes one response to a request with `method` off the front.
    pub(crate) fn read_one<'b>(bytes: &'b [u8], method: &str) -> (Self, &'b [u8]) {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        let head = str::from_utf8(&bytes[..end]).unwrap();
        let rest = &bytes[end + 4..];
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers: BTreeMap<_, _> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        headers.remove("date").expect("a date");
        let announced = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        // A response to HEAD announces what GET would send.
        let length = if method == "HEAD" || (rest.is_empty() && status != 200) { 0 } else { announced };
        let length = if rest.is_empty() { 0 } else { length };
        (Self { status, headers, body: rest[..length].to_vec() }, &rest[length..])
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}
