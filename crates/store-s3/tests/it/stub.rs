//! A server that always gives the same answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use store_s3::{Environment, S3Config, S3Store, Secret, ServerProfile};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How often the server was asked.
#[derive(Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Opens a store on a server that answers every request with this status, these headers and this body.
pub(crate) async fn store(
    server: ServerProfile,
    status: &'static str,
    headers: &'static str,
    body: &'static str,
) -> (S3Store, Count) {
    let (endpoint, count) = serve(status, headers, body).await;
    (S3Store::connect(&config(server, endpoint), &Environment::empty()).await.unwrap(), count)
}

/// Starts such a server; returns its origin.
pub(crate) async fn serve(
    status: &'static str,
    headers: &'static str,
    body: &'static str,
) -> (String, Count) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let count = Count::default();
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(give(connection, answer.clone(), counted.clone()));
        }
    });
    (endpoint, count)
}

/// Access to a server, which is asked once for everything.
pub(crate) fn config(server: ServerProfile, endpoint: String) -> S3Config {
    let mut config = S3Config::new("media");
    config.endpoint = Some(endpoint);
    config.server = Some(server);
    config.region = Some("us-east-1".to_owned());
    config.transfer.attempts = 1;
    config.credentials.access_key_id = Some("id".to_owned());
    config.credentials.secret_access_key = Some(Secret::new("secret"));
    config
}

async fn give(mut connection: TcpStream, answer: String, count: Count) {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut piece = [0; 4096];
        match connection.read(&mut piece).await {
            Ok(length) if length > 0 => request.extend_from_slice(&piece[..length]),
            _ => return,
        }
    }
    count.0.fetch_add(1, Ordering::SeqCst);
    // A HEAD has no body, whatever its length.
    let end = if request.starts_with(b"HEAD ") { answer.find("\r\n\r\n").unwrap() + 4 } else { answer.len() };
    connection.write_all(&answer.as_bytes()[..end]).await.unwrap();
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}
