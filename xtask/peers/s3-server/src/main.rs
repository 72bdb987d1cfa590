//! `s3-server DIRECTORY`: serves the buckets in DIRECTORY with `s3s-fs`, which verifies signatures. Prints its origin.
//!
//! The key is `test` with the secret `test`.

use std::error::Error;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

const KEY: &str = "test";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: s3-server DIRECTORY")?;
    let files = FileSystem::new(directory).map_err(|error| format!("{error:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, KEY));
    let service = service.build();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (connection, _) = listener.accept().await?;
        // Else small answers wait 40 ms for company.
        connection.set_nodelay(true)?;
        let service = service.clone();
        tokio::spawn(async move {
            let served = Builder::new(TokioExecutor::new());
            // A client that goes away is none of our business.
            let _ = served.serve_connection(TokioIo::new(connection), service).await;
        });
    }
}
