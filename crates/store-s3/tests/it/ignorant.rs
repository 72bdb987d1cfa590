//! A server that ignores conditions, as some do without a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use object_key::ObjectKey;
use store::{Body, ErrorKind, PutMode, PutOptions, StoreExt};
use store_s3::{Environment, S3Config, S3Store, Secret, ServerProfile, Support};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Answers every request as if it were a put that succeeded; counts them.
async fn server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(answer(connection, Arc::clone(&counted)));
        }
    });
    (origin, count)
}

async fn answer(mut connection: TcpStream, count: Arc<AtomicUsize>) {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = connection.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..length]);
        if length == 0 || is_whole(&request) {
            break;
        }
    }
    count.fetch_add(1, Ordering::SeqCst);
    let answer = "HTTP/1.1 200 OK\r\nETag: \"1234\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    connection.write_all(answer.as_bytes()).await.unwrap();
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

async fn store(server: ServerProfile, endpoint: String) -> S3Store {
    let mut config = S3Config::new("media");
    config.endpoint = Some(endpoint);
    config.server = Some(server);
    config.credentials.access_key_id = Some("id".to_owned());
    config.credentials.secret_access_key = Some(Secret::new("secret"));
    S3Store::connect(&config, &Environment::empty()).await.unwrap()
}

async fn put(store: &S3Store, mode: PutMode) -> Result<(), ErrorKind> {
    let key = ObjectKey::parse("a").unwrap();
    let put = store.put(&key, PutOptions::default(), Body::from("text"), mode).await;
    put.map(drop).map_err(|error| error.kind())
}

#[tokio::test]
async fn x15_create_is_refused_where_conditions_are_ignored() {
    let (endpoint, count) = server().await;
    let store = store(ServerProfile::Generic, endpoint).await;
    assert_eq!(put(&store, PutMode::Create).await, Err(ErrorKind::Unsupported));
    let probed = count.load(Ordering::SeqCst);
    assert_eq!(put(&store, PutMode::Create).await, Err(ErrorKind::Unsupported));
    assert_eq!(count.load(Ordering::SeqCst), probed, "probed again");
    assert_eq!(put(&store, PutMode::Overwrite).await, Ok(()));
    assert_eq!(store.probe().await.unwrap().conditional_create, Support::No);
}

#[tokio::test]
async fn x15_a_server_known_to_ignore_conditions_is_not_asked() {
    let (endpoint, count) = server().await;
    let store = store(ServerProfile::Garage, endpoint).await;
    assert_eq!(put(&store, PutMode::Create).await, Err(ErrorKind::Unsupported));
    assert_eq!(count.load(Ordering::SeqCst), 0);
}
