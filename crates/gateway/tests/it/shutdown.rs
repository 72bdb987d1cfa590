//! Ending: what is under way finishes, for a while.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::fixture::{Running, config, read_to_end};

const BIG: usize = 8 << 20;

async fn downloading(running: &Running) -> TcpStream {
    let mut stream = running.connect().await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", running.link("big"));
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 1000]).await.unwrap();
    stream
}

#[tokio::test]
async fn a_download_under_way_finishes_while_new_connections_are_refused() {
    let running = Running::start(config(""), &[("big", &vec![7; BIG])]).await;
    let mut stream = downloading(&running).await;
    let mut idle = running.connect().await;
    let address = running.address;
    running.stop.send(()).unwrap();
    sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address).await.is_err(), "a new connection was taken");
    assert!(!running.served.is_finished(), "ended before the download");
    assert!(read_to_end(&mut idle).await.is_empty(), "an idle connection is closed at once");

    let rest = read_to_end(&mut stream).await;
    assert!(rest.len() + 1000 > BIG, "{} of {BIG} bytes", rest.len());
    running.served.await.unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_finish_does_not_keep_the_gateway() {
    let limits = "limits = { drain_timeout = '300ms' }";
    let running = Running::start(config(limits), &[("big", &vec![7; BIG])]).await;
    let mut stream = downloading(&running).await;
    let began = Instant::now();
    running.stop().await;
    assert!((Duration::from_millis(250)..Duration::from_secs(5)).contains(&began.elapsed()));
    assert!(read_to_end(&mut stream).await.len() < BIG, "the connection was closed early");
}

#[tokio::test]
async fn without_connections_the_end_is_at_once() {
    let running = Running::start(config(""), &[]).await;
    let began = Instant::now();
    running.stop().await;
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn an_address_in_use_is_an_error_that_names_it() {
    let running = Running::start(config(""), &[]).await;
    let mut config = running.gateway.config().clone();
    config.listen = running.address;
    config
        .stores
        .values_mut()
        .for_each(|store| *store = gateway::StoreSettings::at(gateway::StoreUrl::Memory));
    let place = tempfile::tempdir().unwrap();
    let second =
        gateway::Gateway::new(config, &gateway::Surroundings::new(place.path(), &crate::fixture::env))
            .await
            .unwrap();
    let error = second.bind().await.unwrap_err();
    assert_eq!(error.kind(), gateway::GatewayErrorKind::Listen);
    assert!(error.to_string().contains(&running.address.to_string()), "{error}");
    running.stop().await;
}
