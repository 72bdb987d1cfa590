//! Bodies: short and long, from memory and from the disk.

use bytes::Bytes;
use futures_util::TryStreamExt;
use store::{Body, ByteRange, ErrorKind, Get, Got, PutMode, Store};
use store_fs::Without;

use crate::support::{Place, collect, key, put, read_bytes};

/// Bytes that show where they come from.
fn pattern(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from(at.wrapping_mul(31) / 7 % 251).unwrap()).collect()
}

async fn body(place: &Place, ask: &Get) -> Body {
    match place.store.get(&key("a"), ask).await.unwrap() {
        Got::Object(object) => object.body,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_size_comes_back_as_it_went() {
    for things in [&[][..], &[Without::CachedReads], &[Without::Openat2]] {
        let place = Place::without(things);
        for size in [0, 1, 4096, 65_535, 65_536, 65_537, 262_144, 262_145, 3_000_001] {
            let bytes = pattern(size);
            put(&place.store, "a", bytes.clone(), PutMode::Overwrite).await.unwrap();
            assert!(read_bytes(&place.store, "a").await.unwrap() == bytes, "{size} bytes");
        }
    }
}

#[tokio::test]
async fn every_range_is_that_part() {
    for things in [&[][..], &[Without::CachedReads]] {
        let place = Place::without(things);
        let bytes = pattern(1_000_000);
        put(&place.store, "a", bytes.clone(), PutMode::Overwrite).await.unwrap();
        for (first, last) in
            [(0, 0), (0, 65_535), (0, 65_536), (999_999, 999_999), (123_456, 789_012), (1, 999_999)]
        {
            let ask = Get::part(ByteRange::Closed { first, last });
            let part = collect(body(&place, &ask).await).await.unwrap();
            let range = usize::try_from(first).unwrap()..=usize::try_from(last).unwrap();
            assert!(part == bytes[range], "{first}-{last}");
        }
    }
}

/// S29: what a reader does not take is not read. Who asks for much and takes nothing makes the store hold little.
#[tokio::test]
async fn s29_pieces_grow_as_they_are_taken() {
    for things in [&[][..], &[Without::CachedReads]] {
        let place = Place::without(things);
        put(&place.store, "a", pattern(1_000_000), PutMode::Create).await.unwrap();
        let pieces: Vec<_> = body(&place, &Get::default()).await.try_collect().await.unwrap();
        let lengths: Vec<_> = pieces.iter().map(Bytes::len).collect();
        assert_eq!(lengths, [16 << 10, 64 << 10, 256 << 10, 256 << 10, 256 << 10, 131_648]);
    }
}

#[tokio::test]
async fn a_short_object_is_there_in_one_piece() {
    let place = Place::new();
    put(&place.store, "a", pattern(60_000), PutMode::Create).await.unwrap();
    let whole = body(&place, &Get::default()).await.into_chunk();
    assert!(whole.is_ok_and(|chunk| chunk.is_some_and(|chunk| chunk.len() == 60_000)));
}

#[tokio::test]
async fn s49_an_object_cut_short_while_it_is_sent_fails() {
    for things in [&[][..], &[Without::CachedReads]] {
        let place = Place::without(things);
        put(&place.store, "a", pattern(1_000_000), PutMode::Create).await.unwrap();
        let body = body(&place, &Get::default()).await;
        std::fs::File::options().write(true).open(place.file("a")).unwrap().set_len(500_000).unwrap();
        assert_eq!(collect(body).await.unwrap_err().kind(), ErrorKind::LengthMismatch);
    }
}

#[tokio::test]
async fn a_body_keeps_its_version_while_the_object_is_replaced_or_deleted() {
    let place = Place::new();
    let old = pattern(1_000_000);
    put(&place.store, "a", old.clone(), PutMode::Create).await.unwrap();
    let body = body(&place, &Get::default()).await;
    put(&place.store, "a", "new", PutMode::Overwrite).await.unwrap();
    place.delete("a").await.unwrap();
    assert!(collect(body).await.unwrap() == old);
}

/// What lies in the cache needs no other thread: the future is ready at its first poll, without a runtime.
#[test]
fn cached_objects_are_served_at_the_first_poll() {
    use futures_util::FutureExt;
    let place = Place::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(put(&place.store, "a", pattern(60_000), PutMode::Create)).unwrap();
    runtime.block_on(read_bytes(&place.store, "a")).unwrap();
    let (key, ask) = (key("a"), Get::default());
    let got = place.store.get(&key, &ask).now_or_never();
    let Some(Ok(Got::Object(object))) = got else { panic!("not ready at once: {got:?}") };
    assert_eq!(object.body.into_chunk().unwrap().unwrap().len(), 60_000);
}
