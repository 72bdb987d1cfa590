//! The way to the server: TLS with the certificates that are trusted, and proxies (DS2).

use std::path::Path;
use std::sync::Arc;

use object_key::ObjectKey;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use store::{ErrorKind, StoreExt};
use store_s3::{Environment, S3Config, S3Store, ServerProfile};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::stub;

/// A server with a certificate of its own that has no object; returns its origin, and writes the certificate to a file.
async fn tls_server(certificate: &Path) -> String {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(certificate, cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let Ok(mut connection) = acceptor.accept(connection).await else { continue };
            let _ = connection.read(&mut [0; 8192]).await;
            let _ = connection.write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n").await;
            let _ = connection.shutdown().await;
        }
    });
    format!("https://localhost:{port}")
}

async fn exists(config: &S3Config) -> Result<bool, ErrorKind> {
    let store = S3Store::connect(config, &Environment::empty()).await.unwrap();
    let found = store.exists(&ObjectKey::parse("a").unwrap()).await;
    found.map_err(|error| error.kind())
}

#[tokio::test]
async fn ds02_only_trusted_certificates_are() {
    let place = tempfile::tempdir().unwrap();
    let certificate = place.path().join("ca.pem");
    let mut config = stub::config(ServerProfile::Generic, tls_server(&certificate).await);
    assert_eq!(exists(&config).await, Err(ErrorKind::Unavailable), "trusted by nobody");
    config.ca_bundle = Some(certificate);
    assert_eq!(exists(&config).await, Ok(false));
    let other = place.path().join("other.pem");
    tls_server(&other).await;
    config.ca_bundle = Some(other);
    assert_eq!(exists(&config).await, Err(ErrorKind::Unavailable), "another one is trusted");
}

#[tokio::test]
async fn ds02_requests_go_through_the_proxy() {
    let (endpoint, count) = stub::serve("404 Not Found", "", "").await;
    let mut config = stub::config(ServerProfile::Generic, "http://s3.example.com".to_owned());
    config.proxy = Some(endpoint);
    assert_eq!(exists(&config).await, Ok(false));
    assert_eq!(count.get(), 1);
}
