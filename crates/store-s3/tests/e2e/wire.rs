//! What is on the wire, seen by a proxy: what LocalStack takes without a look, and other servers may not.

use aws_sdk_s3::types::ServerSideEncryption;
use store::{CopyOptions, PutMode, PutOptions, Store, StoreExt};
use store_s3::{EncryptionMode, S3Config, S3Store};

use super::proxy::{Noted, Operation, Proxy};
use super::server::{self, key};

/// A store behind a proxy that has written, read and copied a small and a large object.
async fn written(mut config: S3Config) -> (Vec<Noted>, S3Store) {
    server::open(&config).await;
    let proxy = Proxy::start(&server::endpoint()).await;
    config.endpoint = Some(proxy.origin().to_owned());
    config.transfer.part_size = 5 << 20;
    let store = server::open(&config).await;
    for (name, length) in [("small", 10), ("large", 6 << 20)] {
        let body = vec![1; length].into();
        store.put(&key(name), PutOptions::default(), body, PutMode::Create).await.unwrap();
        store.read_to_end(&key(name), 1 << 30).await.unwrap();
    }
    let overwrite = CopyOptions::default().with_mode(PutMode::Overwrite);
    store.copy(&key("small"), &key("copy"), overwrite).await.unwrap();
    store.copy(&key("large"), &key("copy of parts"), CopyOptions::default()).await.unwrap();
    (proxy.noted(), store)
}

/// Returns the heads of the requests of one kind, of which there are some.
fn heads(noted: &[Noted], operation: Operation) -> Vec<&str> {
    let of_kind = noted.iter().filter(|noted| noted.operation == operation);
    let heads: Vec<_> = of_kind.map(|noted| noted.head.as_str()).collect();
    assert!(!heads.is_empty(), "no {operation:?}");
    heads
}

#[track_caller]
fn all_have(noted: &[Noted], operation: Operation, field: &str) {
    for head in heads(noted, operation) {
        assert!(head.contains(field), "{operation:?} without `{field}`:\n{head}");
    }
}

/// Checksums stand in headers, where the signature covers them; never in a trailer that nobody signed.
#[tokio::test]
async fn s37_checksums_are_signed_headers() {
    let (noted, _) = written(server::config("wire-sums")).await;
    for Noted { head, .. } in &noted {
        for trailing in ["unsigned-payload-trailer", "x-amz-trailer", "aws-chunked"] {
            assert!(!head.contains(trailing), "{head}");
        }
    }
    all_have(&noted, Operation::PutObject, "\r\nx-amz-checksum-sha256: ");
    all_have(&noted, Operation::CreateMultipartUpload, "\r\nx-amz-checksum-algorithm: crc32\r\n");
    all_have(&noted, Operation::UploadPart, "\r\nx-amz-checksum-crc32: ");
    for head in heads(&noted, Operation::UploadPart) {
        let signed = head.split_once("signedheaders=").unwrap().1.split_once(',').unwrap().0;
        assert!(signed.split(';').any(|name| name == "x-amz-checksum-crc32"), "{signed}");
    }
}

/// LocalStack ignores some conditions and all owners; what asks for them is sent.
#[tokio::test]
async fn d16_conditions_are_sent_with_what_makes_an_object_visible() {
    let (noted, _) = written(server::config("wire-conditions")).await;
    all_have(&noted, Operation::PutObject, "\r\nif-none-match: *\r\n");
    all_have(&noted, Operation::CompleteMultipartUpload, "\r\nif-none-match: *\r\n");
    all_have(&noted, Operation::CopyObject, "\r\nx-amz-copy-source-if-match: ");
    all_have(&noted, Operation::UploadPartCopy, "\r\nx-amz-copy-source-if-match: ");
    for Noted { head, .. } in &noted {
        // SECURITY: private is to send none; and what is public for others is so for us.
        assert!(!head.contains("\r\nx-amz-acl: ") && !head.contains("x-amz-grant"), "{head}");
        assert!(head.contains("\r\nauthorization: aws4-hmac-sha256 "), "anonymous:\n{head}");
    }
}

#[tokio::test]
async fn d23_d37_dp8_a_kms_key_encrypts_every_object() {
    let mut config = server::config("wire-kms");
    let id = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    config.objects.encryption = Some(EncryptionMode::Kms);
    config.objects.kms_key_id = Some(id.to_owned());
    let (noted, store) = written(config).await;
    for operation in [Operation::PutObject, Operation::CreateMultipartUpload, Operation::CopyObject] {
        all_have(&noted, operation, "\r\nx-amz-server-side-encryption: aws:kms\r\n");
        all_have(&noted, operation, &format!("\r\nx-amz-server-side-encryption-aws-kms-key-id: {id}\r\n"));
    }
    for name in ["small", "large", "copy", "copy of parts"] {
        let head = server::client().head_object().bucket(store.bucket()).key(name).send().await.unwrap();
        assert_eq!(head.ssekms_key_id(), Some(id), "{name}");
        assert_eq!(
            head.server_side_encryption().map(ServerSideEncryption::as_str),
            Some("aws:kms"),
            "{name}"
        );
    }
}
