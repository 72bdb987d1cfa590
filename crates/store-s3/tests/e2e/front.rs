//! A front before the server that notes the head of each request.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::server;

/// The heads of the requests so far, in lower case.
pub(crate) type Heads = Arc<Mutex<Vec<String>>>;

/// Starts a front; returns its origin.
pub(crate) async fn start() -> (String, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let heads = Heads::default();
    let noted = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let upstream = server::endpoint().trim_start_matches("http://").to_owned();
            let server = TcpStream::connect(upstream).await.unwrap();
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, to_server) = server.into_split();
            tokio::spawn(forward(from_client, to_server, Arc::clone(&noted)));
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        }
    });
    (origin, heads)
}

/// Passes requests on, one after the other, until the client has no more.
async fn forward(client: OwnedReadHalf, mut server: OwnedWriteHalf, heads: Heads) {
    let mut client = BufReader::new(client);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if client.read_line(&mut head).await.unwrap_or_default() == 0 {
                return;
            }
        }
        server.write_all(head.as_bytes()).await.unwrap();
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().unwrap());
        heads.lock().unwrap().push(head);
        tokio::io::copy(&mut (&mut client).take(length), &mut server).await.unwrap();
    }
}
