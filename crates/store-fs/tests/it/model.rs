//! Random operations against a map.

use std::collections::BTreeMap;

use proptest::prelude::*;
use store::{CopyOptions, ErrorKind, PutMode, Store, When};
use store_fs::Without;

use crate::support::{Place, key, put};

#[derive(Debug, Clone)]
enum Step {
    Put(&'static str, u16, PutMode),
    Delete(&'static str),
    Copy(&'static str, &'static str, PutMode),
}

const NAMES: [&str; 8] = ["a", "a/b", "a/b/c", "a.b", "a0", "b/x", "b/y/z", "ü/ß"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let name = || prop::sample::select(&NAMES[..]);
    let mode = || prop_oneof![Just(PutMode::Create), Just(PutMode::Overwrite)];
    let step = prop_oneof![
        3 => (name(), any::<u16>(), mode()).prop_map(|(name, content, mode)| Step::Put(name, content, mode)),
        2 => name().prop_map(Step::Delete),
        1 => (name(), name(), mode()).prop_map(|(from, to, mode)| Step::Copy(from, to, mode)),
    ];
    prop::collection::vec(step, 1..40)
}

type Model = BTreeMap<&'static str, String>;

/// Writes to the model as a tree of directories would have it.
fn write(model: &mut Model, name: &'static str, content: String, mode: &PutMode) -> Result<(), ErrorKind> {
    let below =
        |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    if model.keys().any(|other| below(other, name) || below(name, other)) {
        return Err(ErrorKind::Conflict);
    }
    if *mode == PutMode::Create && model.contains_key(name) {
        return Err(ErrorKind::AlreadyExists);
    }
    model.insert(name, content);
    Ok(())
}

async fn take(place: &Place, model: &mut Model, step: Step) -> Result<(), TestCaseError> {
    let (found, expected) = match step {
        Step::Put(name, content, mode) => {
            let content = content.to_string();
            let found = put(&place.store, name, content.clone(), mode.clone()).await.map(drop);
            (found, write(model, name, content, &mode))
        }
        Step::Delete(name) => {
            model.remove(name);
            (place.store.delete(&key(name), When::Always).await, Ok(()))
        }
        Step::Copy(from, to, mode) => {
            let options = CopyOptions::default().with_mode(mode.clone());
            let found = place.store.copy(&key(from), &key(to), options).await.map(drop);
            let expected = match model.get(from).cloned() {
                Some(content) => write(model, to, content, &mode),
                None => Err(ErrorKind::NotFound),
            };
            (found, expected)
        }
    };
    prop_assert_eq!(found.map_err(|error| error.kind()), expected);
    Ok(())
}

async fn check(steps: Vec<Step>, things: &[Without]) -> Result<(), TestCaseError> {
    let (place, mut model) = (Place::without(things), Model::new());
    for step in steps {
        take(&place, &mut model, step).await?;
        let names: Vec<_> = model.keys().copied().collect();
        prop_assert_eq!(place.list().await, names);
    }
    for name in NAMES {
        prop_assert_eq!(place.read(name).await.ok(), model.get(name).cloned());
    }
    prop_assert!(place.staged().is_empty());
    place.assert_outside_untouched();
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_a_map(steps in steps(), way in 0..4_usize) {
        let ways: [&[Without]; 4] =
            [&[], &[Without::Openat2], &[Without::Attributes], &[Without::CachedReads, Without::ExclusiveRename]];
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(check(steps, ways[way]))?;
    }
}
