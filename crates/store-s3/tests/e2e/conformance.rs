//! The behaviour suite of the contract, in every way that the store can be configured.

use object_key::Prefix;
use store::Prefixed;
use store_conformance::{Report, Suite, Verdict};
use store_s3::{EncryptionMode, Keep, S3Config, Secret};

use super::server;

/// Runs the suite in one bucket, each case below a prefix of its own.
async fn run(config: S3Config) -> Report {
    let store = server::open(&config).await;
    let folder = |name: &str| Prefix::parse(&format!("{name}/")).unwrap();
    Suite::new().run(async |case| Prefixed::new(store.clone(), folder(case.name()))).await
}

/// What S3 itself, or LocalStack, does not have.
const LACKING: [&str; 4] = ["conditional_delete", "etag_per_write", "fine_modified", "keeps_sha256"];

/// Nothing may fail, and nothing be skipped but for these abilities.
#[track_caller]
fn check(report: &Report) {
    report.assert_passed();
    for (case, verdict) in report.iter() {
        if let Verdict::Skipped(ability) = verdict {
            assert!(LACKING.contains(ability), "skipped {}: {ability}", case.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_s3_store_conforms() {
    check(&run(server::config("conforms")).await);
}

/// The large object of the suite has 6 MiB, so it goes in parts.
#[tokio::test(flavor = "multi_thread")]
async fn the_s3_store_conforms_with_small_parts() {
    let mut config = server::config("conforms_parts");
    config.transfer.part_size = 5 << 20;
    config.transfer.copy_threshold = 0;
    config.transfer.copy_part_size = 5 << 20;
    config.transfer.concurrency = 2;
    check(&run(config).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_s3_store_conforms_below_a_prefix() {
    let mut config = server::config("conforms_prefix");
    config.prefix = "tenant-a/media/".to_owned();
    check(&run(config).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_s3_store_conforms_with_gzip() {
    let mut config = server::config("conforms_gzip");
    config.gzip.enabled = true;
    config.gzip.keep = Keep::Smaller;
    check(&run(config).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_s3_store_conforms_with_a_customers_key() {
    let mut config = server::config("conforms_customer");
    config.objects.encryption = Some(EncryptionMode::Customer);
    config.objects.customer_key = Some(Secret::new("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
    check(&run(config).await);
}

/// Another server would be probed, sent no checksums that it need not take, and asked for encoded names.
#[tokio::test(flavor = "multi_thread")]
async fn x15_the_s3_store_conforms_when_nothing_is_known_of_the_server() {
    let mut config = server::config("conforms_generic");
    config.server = Some(store_s3::ServerProfile::Generic);
    check(&run(config).await);
}
