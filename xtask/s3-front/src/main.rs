//! `s3-front UPSTREAM`: verifies the signature of every request (header, presigned URL, POST policy) with `s3s`, and
//! forwards what passes to UPSTREAM, whose own checks are lax. Prints the origin that it serves on.
//!
//! Both sides know the key `test` with the secret `test`, as LocalStack does. Anonymous requests are refused.

use std::error::Error;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s::{S3Request, S3Result, dto, s3_error};
use tokio::net::TcpListener;

const KEY: &str = "test";

/// Lets in whoever has signed.
struct SignedOnly;

#[async_trait::async_trait]
impl S3Access for SignedOnly {
    async fn check(&self, request: &mut S3AccessContext<'_>) -> S3Result<()> {
        match request.credentials() {
            Some(_) => Ok(()),
            None => Err(s3_error!(AccessDenied, "a signature is required")),
        }
    }

    /// The body is out of its chunks here, so that its encoding must not say `aws-chunked` any more.
    async fn put_object(&self, request: &mut S3Request<dto::PutObjectInput>) -> S3Result<()> {
        let encoding = request.input.content_encoding.take();
        let encodings = encoding.iter().flat_map(|value| value.split(',')).map(str::trim);
        let kept: Vec<&str> = encodings.filter(|name| !name.is_empty() && *name != "aws-chunked").collect();
        request.input.content_encoding = (!kept.is_empty()).then(|| kept.join(","));
        Ok(())
    }
}

fn upstream(origin: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(origin)
        .region(Region::new("us-east-1"))
        .force_path_style(true)
        .credentials_provider(Credentials::new(KEY, KEY, None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    Client::from_conf(config.build())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let origin = std::env::args().nth(1).ok_or("usage: s3-front UPSTREAM")?;
    let mut service = S3ServiceBuilder::new(s3s_aws::Proxy::from(upstream(&origin)));
    service.set_auth(SimpleAuth::from_single(KEY, KEY));
    service.set_access(SignedOnly);
    let service = service.build();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let service = service.clone();
        tokio::spawn(async move {
            let served = Builder::new(TokioExecutor::new());
            // A client that goes away is none of our business.
            let _ = served.serve_connection(TokioIo::new(connection), service).await;
        });
    }
}
