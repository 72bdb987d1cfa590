//! `serve-dir FOLDER ADDRESS`: the files of a folder by HTTP/1.1, on one thread, to everyone.

use std::error::Error;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments: a folder and an address".into());
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve(folder, address))
}

async fn serve(folder: String, address: String) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await?;
    let service = TowerToHyperService::new(ServeDir::new(folder));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            // A client that goes away is none of our errors.
            let _ = connection.await;
        });
    }
}
