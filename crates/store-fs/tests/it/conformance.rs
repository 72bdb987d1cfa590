//! The behaviour suite of the contract, in every way that the store can work.

use store_conformance::{Report, Suite, Verdict};
use store_fs::{Durability, FileStore, MissingRoot, Without};
use tempfile::TempDir;

async fn run(durability: Durability, without: &[Without]) -> Report {
    let place = TempDir::new().unwrap();
    let suite = Suite::new();
    suite
        .run(async |case| {
            let options =
                FileStore::builder().with_missing_root(MissingRoot::Create).with_durability(durability);
            let options = without.iter().fold(options, |options, thing| options.without(*thing));
            options.open(place.path().join(case.name())).unwrap()
        })
        .await
}

/// Nothing may fail, and nothing be skipped but for these abilities.
#[track_caller]
fn check(report: &Report, lacking: &[&str]) {
    report.assert_passed();
    for (case, verdict) in report.iter() {
        if let Verdict::Skipped(ability) = verdict {
            assert!(lacking.contains(ability), "skipped {}: {ability}", case.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_conforms() {
    check(&run(Durability::Full, &[]).await, &["flat_namespace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_conforms_without_flushing() {
    check(&run(Durability::None, &[]).await, &["flat_namespace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_conforms_without_openat2() {
    check(&run(Durability::None, &[Without::Openat2]).await, &["flat_namespace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_conforms_without_cached_reads_and_exclusive_renames() {
    let without = [Without::CachedReads, Without::ExclusiveRename];
    check(&run(Durability::None, &without).await, &["flat_namespace"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_store_conforms_without_attributes() {
    let lacking = ["flat_namespace", "keeps_metadata", "keeps_sha256"];
    check(&run(Durability::None, &[Without::Attributes]).await, &lacking);
}
