//! The bytes under the MAC can be read back in one way only.

use std::borrow::Cow;

use hmac::Mac as _;
use object_key::{ObjectKey, Prefix};
use proptest::prelude::*;

use super::{Claims, Gathered, PassKey, Sink as _, Tag, input, keyed};
use crate::unix_seconds::UnixSeconds;
use crate::wire::{Carried, CarriedScope};
use crate::{
    Audience, Epochs, KeyId, Methods, Nonce, Overrides, Purpose, Scope, Secret, Subject, VersionDigest,
};

/// Everything that a MAC binds, owned.
#[derive(Debug, Clone, PartialEq)]
struct Bound {
    purpose: Purpose,
    key_id: KeyId,
    audience: Audience,
    methods: Methods,
    scope: Scope,
    subject: Subject,
    expires: u64,
    not_before: Option<u64>,
    version: Option<[u8; 8]>,
    overrides: [Option<String>; 4],
    epochs: Epochs,
    nonce: Option<[u8; 16]>,
    payload: Vec<u8>,
}

impl Bound {
    fn with_claims<T>(&self, use_claims: impl FnOnce(&Claims<'_>) -> T) -> T {
        let time = |seconds| UnixSeconds::ZERO.saturating_add(seconds);
        let carried = Carried {
            key_id: self.key_id,
            methods: self.methods,
            subject: self.subject.kind(),
            scope: match &self.scope {
                Scope::Object(_) => CarriedScope::Object,
                Scope::Prefix(_) => CarriedScope::Prefix { segments: 1 },
            },
            expires: time(self.expires),
            not_before: self.not_before.map(time),
            version: self.version.map(VersionDigest::from_bytes),
            epochs: self.epochs,
            nonce: self.nonce.map(Nonce::from_bytes),
            payload: Cow::Borrowed(&self.payload),
        };
        let [content_type, content_disposition, content_language, cache_control] =
            self.overrides.each_ref().map(Option::as_deref);
        let overrides = Overrides { content_type, content_disposition, content_language, cache_control };
        use_claims(&Claims {
            carried: &carried,
            scope: &self.scope,
            subject: self.subject.value(),
            overrides,
        })
    }

    fn input(&self) -> Vec<u8> {
        self.with_claims(|claims| input(self.purpose, self.key_id, &self.audience, claims))
    }

    fn tag(&self) -> Tag {
        let secret = Secret::new([7; 32]).unwrap();
        let key = PassKey::new(&secret, self.purpose, self.key_id, &self.audience);
        self.with_claims(|claims| key.tag(claims))
    }
}

/// Short texts out of few characters, type bytes and length bytes among them, so that collisions would be found.
fn texts() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof!["a", "/", ":", "\0", "\u{1}", "\u{6}", "\u{10}"], 1..5)
        .prop_map(|parts| parts.concat())
}

fn scopes() -> impl Strategy<Value = Scope> {
    prop_oneof![
        "[ab](/[ab]){0,2}".prop_map(|key| Scope::Object(ObjectKey::parse(&key).unwrap())),
        "([ab]/){0,2}".prop_map(|prefix| Scope::Prefix(Prefix::parse(&prefix).unwrap())),
    ]
}

fn subjects() -> impl Strategy<Value = Subject> {
    prop_oneof![Just(Subject::Bearer), texts().prop_map(Subject::User), texts().prop_map(Subject::Session)]
}

fn overrides() -> impl Strategy<Value = [Option<String>; 4]> {
    proptest::array::uniform4(proptest::option::of(prop_oneof![Just(String::new()), texts()]))
}

fn bounds() -> impl Strategy<Value = Bound> {
    let purposes = prop_oneof![Just(Purpose::Download), Just(Purpose::Upload)];
    let times = (0_u64..3, proptest::option::of(0_u64..3));
    let marks = (
        proptest::option::of(proptest::array::uniform8(0_u8..2)),
        proptest::option::of(proptest::array::uniform16(0_u8..1)),
        (0_u32..2, 0_u32..2),
    );
    let names = (purposes, "[ab]{1,2}", texts());
    let who = (1_u8..32, scopes(), subjects());
    let payloads = proptest::collection::vec(0_u8..3, 0..5);
    (names, who, times, overrides(), marks, payloads).prop_map(
        |(
            (purpose, id, audience),
            (methods, scope, subject),
            (expires, not_before),
            overrides,
            marks,
            payload,
        )| Bound {
            purpose,
            key_id: KeyId::parse(&id).unwrap(),
            audience: Audience::new(audience).unwrap(),
            methods: Methods::from_bits(methods),
            scope,
            subject,
            expires,
            not_before,
            version: marks.0,
            overrides,
            epochs: Epochs { object: marks.2.0, subject: marks.2.1 },
            nonce: marks.1,
            payload,
        },
    )
}

/// Reads fields back as any other reader of the format would.
fn fields(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut fields = Vec::new();
    while let [code, high, low, rest @ ..] = bytes {
        let (value, rest) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        fields.push((*code, value.to_vec()));
        bytes = rest;
    }
    assert!(bytes.is_empty());
    fields
}

proptest! {
    #[test]
    fn s09_different_tuples_have_different_bytes(one in bounds(), other in bounds()) {
        prop_assert_eq!(one == other, one.input() == other.input());
    }

    #[test]
    fn s09_bytes_read_back_as_the_fields_in_order(bound in bounds()) {
        let bytes = bound.input();
        let fields = fields(&bytes);
        prop_assert!(fields.is_sorted_by(|one, next| one.0 < next.0));
        let value = |code| fields.iter().find(|field| field.0 == code).map(|field| field.1.clone());
        prop_assert_eq!(value(2), Some(bound.purpose.label().into()));
        prop_assert_eq!(value(3), Some(bound.key_id.as_str().into()));
        prop_assert_eq!(value(4), Some(bound.audience.as_str().into()));
        prop_assert_eq!(value(8).unwrap()[1..].to_vec(), bound.subject.value().as_bytes());
        for (code, text) in (0x10..).zip(&bound.overrides) {
            prop_assert_eq!(value(code), text.as_ref().map(|text| text.as_bytes().to_vec()));
        }
        prop_assert_eq!(value(0x23), (!bound.payload.is_empty()).then(|| bound.payload.clone()));
    }

    #[test]
    fn s09_tags_differ_where_the_tuples_do(one in bounds(), other in bounds()) {
        prop_assert_eq!(one == other, one.tag().matches(&other.tag()));
    }

    /// However the bytes come in, whole or in pieces around the buffer's size, the tag is that
    /// of their concatenation, as `ring` computes it.
    #[test]
    fn buffering_changes_nothing(pieces in proptest::collection::vec(0_usize..600, 0..6)) {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[1; 32]);
        let mut sink = Gathered::after(&keyed(&[1; 32]));
        let mut whole = Vec::new();
        for (fill, length) in (0_u8..).zip(pieces) {
            let piece = vec![fill; length];
            sink.take(&piece);
            whole.extend(piece);
        }
        let (gathered, direct) = (sink.sign().finalize().into_bytes(), ring::hmac::sign(&key, &whole));
        prop_assert_eq!(gathered.as_slice(), direct.as_ref());
    }
}

fn plain() -> Bound {
    Bound {
        purpose: Purpose::Download,
        key_id: KeyId::parse("k").unwrap(),
        audience: Audience::new("m").unwrap(),
        methods: Methods::GET,
        scope: Scope::Object(ObjectKey::parse("a").unwrap()),
        subject: Subject::User("b:c".into()),
        expires: 9,
        not_before: None,
        version: None,
        overrides: [None, None, None, None],
        epochs: Epochs::default(),
        nonce: None,
        payload: Vec::new(),
    }
}

#[track_caller]
fn check_differs(alter: impl FnOnce(&mut Bound)) {
    let mut other = plain();
    alter(&mut other);
    assert!(!plain().tag().matches(&other.tag()));
}

#[test]
fn s09_each_field_alone_changes_the_tag() {
    check_differs(|bound| bound.purpose = Purpose::Attach);
    check_differs(|bound| bound.key_id = KeyId::parse("l").unwrap());
    check_differs(|bound| bound.audience = Audience::new("n").unwrap());
    check_differs(|bound| bound.methods = Methods::GET.with(crate::Method::Put));
    check_differs(|bound| bound.scope = Scope::Object(ObjectKey::parse("b").unwrap()));
    check_differs(|bound| bound.scope = Scope::Prefix(Prefix::parse("a/").unwrap()));
    check_differs(|bound| bound.subject = Subject::Session("b:c".into()));
    check_differs(|bound| bound.expires = 10);
    check_differs(|bound| bound.not_before = Some(0));
    check_differs(|bound| bound.version = Some([0; 8]));
    check_differs(|bound| bound.overrides[3] = Some(String::new()));
    check_differs(|bound| bound.epochs.object = 1);
    check_differs(|bound| bound.epochs.subject = 1);
    check_differs(|bound| bound.nonce = Some([0; 16]));
    check_differs(|bound| bound.payload = vec![0]);
}

/// The defect of djamazing: its MAC over `file:user` cannot tell these two apart.
#[test]
fn d07_a_byte_moved_between_key_and_user_changes_the_tag() {
    check_differs(|bound| {
        bound.scope = Scope::Object(ObjectKey::parse("a:b").unwrap());
        bound.subject = Subject::User("c".into());
    });
}

/// The defect of titofisto: its MAC over `name//mtime` cannot tell where the name ends.
#[test]
fn d04_a_version_in_the_name_is_not_a_version() {
    check_differs(|bound| {
        bound.scope = Scope::Object(ObjectKey::parse("a:5f3a").unwrap());
        bound.version = None;
    });
    let with_version = Bound { version: Some(*b"12345678"), ..plain() };
    let in_payload = Bound { payload: b"12345678".to_vec(), ..plain() };
    assert!(!with_version.tag().matches(&in_payload.tag()));
}
