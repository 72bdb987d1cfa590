//! What is minted verifies, and says what was minted.

use object_key::ObjectKey;
use proptest::prelude::*;
use token_hmac::{
    Epochs, Method, Methods, Nonce, OneTime, Overrides, PassSpec, Presented, Scope, Subject, Unverified,
};

use crate::fixture::{NOW, WEEK, at, passes};

const ALL: [Method; 5] = [Method::Get, Method::Head, Method::Put, Method::Post, Method::Delete];

#[derive(Debug, Clone)]
struct Wanted {
    key: ObjectKey,
    segments: Option<usize>,
    methods: Vec<Method>,
    subject: Subject,
    life: u64,
    not_before: Option<u64>,
    version: Option<String>,
    content_type: Option<String>,
    cache_control: Option<String>,
    epochs: Epochs,
    nonce: Option<[u8; 16]>,
    payload: Vec<u8>,
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let subjects = prop_oneof![
        Just(Subject::Bearer),
        ".{1,20}".prop_map(Subject::User),
        ".{1,20}".prop_map(Subject::Session)
    ];
    let keys = "[a-zé]{1,9}(/[a-z😀 %]{1,9}){0,4}".prop_map(|text| ObjectKey::parse(&text).unwrap());
    let what = (keys, proptest::option::of(0_usize..5), proptest::sample::subsequence(&ALL[..], 1..=5));
    let times = (1..=WEEK, proptest::option::of(0..=NOW));
    let texts =
        (proptest::option::of(".{1,20}"), proptest::option::of(".{0,20}"), proptest::option::of(".{0,20}"));
    let epochs = (any::<u32>(), 0_u32..2).prop_map(|(object, subject)| Epochs { object, subject });
    let rest = (epochs, any::<Option<[u8; 16]>>(), proptest::collection::vec(any::<u8>(), 0..40));
    (what, subjects, times, texts, rest).prop_map(|(what, subject, times, texts, rest)| Wanted {
        segments: what.1.filter(|count| what.0.ancestor(*count).is_some()),
        key: what.0,
        methods: what.2,
        subject,
        life: times.0,
        not_before: times.1,
        version: texts.0,
        content_type: texts.1,
        cache_control: texts.2,
        epochs: rest.0,
        nonce: rest.1,
        payload: rest.2,
    })
}

impl Wanted {
    fn overrides(&self) -> Overrides<'_> {
        let (content_type, cache_control) = (self.content_type.as_deref(), self.cache_control.as_deref());
        Overrides { content_type, cache_control, ..Overrides::default() }
    }

    fn scope(&self) -> Scope {
        self.segments
            .and_then(|count| self.key.ancestor(count))
            .map_or_else(|| Scope::Object(self.key.clone()), Scope::Prefix)
    }

    fn spec(&self) -> PassSpec<'_> {
        let mut spec = match self.scope() {
            Scope::Object(key) => PassSpec::object(&key),
            Scope::Prefix(prefix) if prefix.is_root() => PassSpec::whole_store(),
            Scope::Prefix(prefix) => PassSpec::prefix(&prefix),
        }
        .with_methods(self.methods.iter().copied().collect())
        .with_subject(self.subject.clone())
        .with_overrides(self.overrides())
        .with_epochs(self.epochs)
        .with_payload(&self.payload);
        if let Some(start) = self.not_before {
            spec = spec.with_not_before(at(start));
        }
        if let Some(version) = &self.version {
            spec = spec.with_version(version);
        }
        if let Some(nonce) = self.nonce {
            spec = spec.with_nonce(Nonce::from_bytes(nonce));
        }
        spec
    }

    fn presented(&self) -> Presented<'_> {
        let presented = Presented::new(self.methods[0], &self.key).with_overrides(self.overrides());
        match &self.subject {
            Subject::User(user) => presented.with_user(user.as_str()),
            Subject::Session(session) => presented.with_session(session.as_str()),
            _ => presented,
        }
    }
}

proptest! {
    #[test]
    fn x07_what_is_minted_verifies_and_says_what_was_minted(wanted in wanted()) {
        let passes = passes().with_one_time(OneTime::CheckedByCaller);
        let pass = passes.mint(&wanted.spec(), at(NOW + wanted.life), at(NOW)).unwrap();
        let verified = passes.verify(pass.expose(), &wanted.presented(), at(NOW)).unwrap();

        prop_assert!(pass.expose().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(verified.scope(), &wanted.scope());
        prop_assert_eq!(verified.methods(), wanted.methods.iter().copied().collect::<Methods>());
        prop_assert_eq!(verified.subject(), wanted.subject.kind());
        prop_assert_eq!(verified.expires(), at(NOW + wanted.life));
        prop_assert_eq!(verified.not_before(), wanted.not_before.map(at));
        prop_assert_eq!(verified.epochs(), wanted.epochs);
        prop_assert_eq!(verified.nonce().map(|nonce| *nonce.as_bytes()), wanted.nonce);
        prop_assert_eq!(verified.payload(), &wanted.payload);
        prop_assert_eq!(verified.version_digest().is_some(), wanted.version.is_some());
        prop_assert!(wanted.version.is_none_or(|version| verified.check_version(&version).is_ok()));
    }

    /// Nothing that can be sent makes the reader panic, and what is read has no second text.
    #[test]
    fn reading_never_panics(text in "[A-Za-z0-9_=+/-]{0,80}|.{0,80}") {
        let _ = Unverified::parse(&text);
    }

    /// Two texts side by side, cut elsewhere: only the cut that was minted verifies.
    #[test]
    fn s09_a_byte_shifted_between_adjacent_fields_never_verifies(
        text in "[a:b]{3,12}", minted in 1_usize..11, tried in 1_usize..11,
    ) {
        let cut = |at: usize| text.split_at(at.min(text.len() - 1));
        let ((name, user), (other_name, other_user)) = (cut(minted), cut(tried));
        let (name, other_name) = (ObjectKey::parse(name).unwrap(), ObjectKey::parse(other_name).unwrap());
        let spec = PassSpec::object(&name).with_subject(Subject::User(user.into()));
        let pass = passes().mint(&spec, at(NOW + 1), at(NOW)).unwrap();
        let request = Presented::new(Method::Get, &other_name).with_user(other_user);
        prop_assert_eq!(passes().verify(pass.expose(), &request, at(NOW)).is_ok(), name == other_name);
    }
}
