//! The stores of `store` pass, and nothing is skipped.

use object_key::{ObjectKey, Prefix};
use store::{Body, MemoryStore, Prefixed, PutMode, PutOptions, StoreExt};
use store_conformance::{Case, Suite};

#[tokio::test]
async fn the_memory_store_passes() {
    let report = Suite::new().run(async |_| MemoryStore::new()).await;
    report.assert_passed();
    assert_eq!(report.skipped(), [""; 0]);
}

#[tokio::test]
async fn a_prefixed_store_passes_beside_its_neighbours() {
    let shared = MemoryStore::new();
    let report = Suite::new().run(async |case| beside_neighbours(&shared, case).await).await;
    report.assert_passed();
    assert_eq!(report.skipped(), [""; 0]);
}

/// Returns the part of the store for this case, with objects before, after and above it whose names begin alike.
async fn beside_neighbours<'a>(shared: &'a MemoryStore, case: &Case) -> Prefixed<&'a MemoryStore> {
    let name = case.name();
    for neighbour in [format!("{name}/a"), format!("{name}-a/x"), format!("{name}.x"), format!("{name}0/x")] {
        let key = ObjectKey::parse(&neighbour).unwrap();
        shared.put(&key, PutOptions::default(), Body::from("neighbour"), PutMode::Overwrite).await.unwrap();
    }
    Prefixed::new(shared, Prefix::parse(&format!("{name}/a/")).unwrap())
}
