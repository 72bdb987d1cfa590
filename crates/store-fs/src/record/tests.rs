//! Records: what goes in comes out, and nothing else gets in.

use proptest::prelude::*;

use super::*;

const WRITTEN: &str = "hallpass 1\nsize 12\nmodified 1763692800 123456789\netag 6f1c\n\
    sha256 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n\
    content-type text/plain\ncache-control no-cache\n:camera Leica M3\n";

fn sample() -> Record {
    let mut attributes = Attributes::default();
    attributes.content_type = Some(FieldValue::parse("text/plain").unwrap());
    attributes.cache_control = Some(FieldValue::parse("no-cache").unwrap());
    let mut user = UserMetadata::default();
    user.insert("camera", "Leica M3").unwrap();
    let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    Record {
        size: 12,
        modified: Time { seconds: 1_763_692_800, nanos: 123_456_789 },
        etag: ETag::new("6f1c").unwrap(),
        sha256: parse_digest(hello),
        attributes,
        user,
    }
}

#[test]
fn a_record_has_the_documented_form() {
    assert_eq!(String::from_utf8(sample().encode().unwrap()).unwrap(), WRITTEN);
    assert_eq!(Record::decode(WRITTEN.as_bytes()), Some(sample()));
}

#[track_caller]
fn check_refused(from: &str, to: &str) {
    let text = WRITTEN.replacen(from, to, 1);
    assert_ne!(text, WRITTEN);
    assert_eq!(Record::decode(text.as_bytes()), None, "{text}");
}

#[test]
fn what_this_version_would_not_write_is_no_record() {
    check_refused("hallpass 1", "hallpass 2");
    check_refused("size 12", "size -12");
    check_refused("size 12", "size 99999999999999999999");
    check_refused("size 12\n", "");
    check_refused("modified 1763692800 123456789", "modified 1763692800");
    check_refused("etag 6f1c", "etag \"6f1c\"");
    check_refused("2cf2", "2c");
    check_refused("2cf2", "+cf2");
    check_refused("content-type text/plain", "content-type");
    check_refused("content-type text/plain", "content-type ");
    check_refused("content-type text/plain", "content-type \u{e4}");
    check_refused("content-type", "set-cookie");
    check_refused(":camera", ":Camera");
    check_refused("M3\n", "M3");
    check_refused("M3\n", "M3\r\n");
}

#[test]
fn a_record_longer_than_the_limit_is_not_written() {
    let mut record = sample();
    let long = || Some(FieldValue::parse("x".repeat(FieldValue::MAX_LEN)).unwrap());
    record.attributes.content_disposition = long();
    record.attributes.content_language = long();
    assert!(record.encode().is_ok());
    record.attributes.content_type = long();
    record.attributes.cache_control = long();
    assert_eq!(record.encode(), Err(TooLong));
}

prop_compose! {
    fn records()(
        size in any::<u64>(),
        seconds in any::<i64>(),
        nanos in 0..1_000_000_000_u32,
        etag in "[!#-~]{1,128}",
        sha256 in prop::option::of(any::<[u8; 32]>()),
        fields in prop::array::uniform5(prop::option::of("[!-~]([ -~]{0,40}[!-~])?")),
        entries in prop::collection::btree_map("[a-z0-9._-]{1,20}", "[!-~]([ -~]{0,40}[!-~])?", 0..8),
    ) -> Record {
        let mut attributes = Attributes::default();
        for ((_, field), value) in fields_mut(&mut attributes).zip(fields) {
            *field = value.map(|value| FieldValue::parse(value).unwrap());
        }
        let mut user = UserMetadata::default();
        for (name, value) in entries.into_iter().filter(|(name, _)| !name.starts_with(UserMetadata::RESERVED)) {
            user.insert(&name, value).unwrap();
        }
        let (modified, etag) = (Time { seconds, nanos }, ETag::new(&etag).unwrap());
        Record { size, modified, etag, sha256: sha256.map(Sha256Digest), attributes, user }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(record in records()) {
        let bytes = record.encode().unwrap();
        prop_assert_eq!(Record::decode(&bytes), Some(record));
    }

    #[test]
    fn nothing_that_comes_in_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..400), tail in ".{0,60}") {
        let _ = Record::decode(&bytes);
        let _ = Record::decode(format!("{WRITTEN}{tail}\n").as_bytes());
    }
}
