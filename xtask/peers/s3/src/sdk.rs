//! The SDK alone, as one would use it by hand: what is large goes up in parts of 8 MiB, four at a time.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use peer::{Failure, chunks};

use crate::{BUCKET, Contender, KEY, LARGE, REGION};

const PART: usize = 8 << 20;
const PARTS_AT_ONCE: usize = 4;

pub struct Sdk(Client);

pub fn connect(origin: &str) -> Sdk {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(origin)
        .region(Region::new(REGION))
        .force_path_style(true)
        .credentials_provider(Credentials::new(KEY, KEY, None, None, "bench"))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Sdk(Client::from_conf(config.build()))
}

impl Sdk {
    async fn upload(&self, name: &str) -> Result<(), Failure> {
        let request = self.0.create_multipart_upload().bucket(BUCKET).key(name);
        let begun = request.checksum_algorithm(ChecksumAlgorithm::Crc32).send().await?;
        let id = begun.upload_id().ok_or("the upload has no id")?;
        let sent = stream::iter((1..).zip(parts())).map(|(number, body)| self.part(name, id, number, body));
        let mut sent: Vec<CompletedPart> = sent.buffer_unordered(PARTS_AT_ONCE).try_collect().await?;
        sent.sort_by_key(CompletedPart::part_number);
        let sent = CompletedMultipartUpload::builder().set_parts(Some(sent)).build();
        let request = self.0.complete_multipart_upload().bucket(BUCKET).key(name);
        request.upload_id(id).multipart_upload(sent).send().await?;
        Ok(())
    }

    async fn part(&self, name: &str, id: &str, number: i32, body: Bytes) -> Result<CompletedPart, Failure> {
        let request = self.0.upload_part().bucket(BUCKET).key(name).upload_id(id).part_number(number);
        let request = request.checksum_algorithm(ChecksumAlgorithm::Crc32);
        let sent = request.body(body.into()).send().await?;
        let part = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
        Ok(part.set_checksum_crc32(sent.checksum_crc32).build())
    }
}

/// Puts the chunks that come together into parts.
fn parts() -> impl Iterator<Item = Bytes> {
    let mut chunks = chunks(LARGE);
    std::iter::from_fn(move || {
        let mut part = BytesMut::with_capacity(PART);
        while part.len() < PART {
            let Some(chunk) = chunks.next() else { break };
            part.extend_from_slice(&chunk);
        }
        (!part.is_empty()).then(|| part.freeze())
    })
}

impl Contender for Sdk {
    fn put_large(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move { self.upload(&name).await })
    }

    fn put_small(&self, name: String, body: Bytes) -> BoxFuture<'_, Result<(), Failure>> {
        let request = self.0.put_object().bucket(BUCKET).key(name).body(body.into());
        Box::pin(async move {
            request.send().await?;
            Ok(())
        })
    }

    fn get(&self, name: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let request = self.0.get_object().bucket(BUCKET).key(name);
        Box::pin(async move {
            let mut body = request.send().await?.body;
            let mut count = 0;
            while let Some(chunk) = body.try_next().await? {
                count += chunk.len();
            }
            Ok(count)
        })
    }

    fn list(&self, prefix: &str) -> BoxFuture<'_, Result<usize, Failure>> {
        let request = self.0.list_objects_v2().bucket(BUCKET).prefix(prefix);
        Box::pin(async move {
            let mut pages = request.into_paginator().send();
            let mut count = 0;
            while let Some(page) = pages.try_next().await? {
                count += page.contents().len();
            }
            Ok(count)
        })
    }

    fn delete(&self, name: String) -> BoxFuture<'_, Result<(), Failure>> {
        let request = self.0.delete_object().bucket(BUCKET).key(name);
        Box::pin(async move {
            request.send().await?;
            Ok(())
        })
    }
}
