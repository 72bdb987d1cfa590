//! Passes: minted byte for byte as the guide says, read as strictly, and never good for anything else.

use std::time::{Duration, SystemTime};

use arbitrary::{Arbitrary, Unstructured};
use object_key::{ObjectKey, Prefix};
use token_hmac::{
    Audience, Epochs, KeyId, KeyRing, Method, Methods, Nonce, OneTime, Overrides, PassSpec, Passes,
    Presented, Purpose, Refusal, Secret, Subject, Unverified, VersionDigest,
};

use crate::pass_model::{Wire, tag};

const NOW: u64 = 1_767_000_000;
const SECRET: [u8; 32] = [7; 32];

/// Reads the input as the text of a pass, and as a pass to be minted and then tampered with.
pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        check_text(text);
    }
    if let Ok(order) = Order::arbitrary_take_rest(Unstructured::new(data)) {
        check_order(&order);
    }
}

/// There is one text for each content, and it opens nothing unless it was minted.
fn check_text(text: &str) {
    let read = Wire::read(text);
    assert_eq!(Unverified::parse(text).is_ok(), read.is_some(), "{text:?}");
    let Some(wire) = read else { return };
    assert_eq!(wire.text(), text, "there and back");
    let pass = Unverified::parse(text).expect("was read");
    assert_eq!(pass.claimed_key_id().as_str().as_bytes(), wire.key_id);
    let key = ObjectKey::parse("a/b/c").expect("is one");
    let request = Presented::new(Method::Get, &key).with_user("u").with_session("s");
    let refusal = passes().verify_parsed(pass, &request, at(NOW)).expect_err("nobody minted it");
    assert!(!refusal.is_authentic(), "{refusal}");
}

/// A pass to be minted, and what happens to it.
#[derive(Arbitrary, Debug)]
struct Order<'a> {
    depth: u8,
    is_prefix: bool,
    methods: u8,
    subject: Option<(bool, &'a str)>,
    life: u16,
    start: Option<u16>,
    version: Option<&'a str>,
    overrides: [Option<&'a str>; 4],
    epochs: (u32, u32),
    nonce: Option<[u8; 16]>,
    payload: &'a [u8],
    flipped: u16,
    other: u8,
}

const METHODS: [Method; 5] = [Method::Get, Method::Head, Method::Put, Method::Post, Method::Delete];

impl Order<'_> {
    fn key(&self) -> ObjectKey {
        ObjectKey::parse(&"d/".repeat(usize::from(self.depth)).chars().chain(['o']).collect::<String>())
            .expect("is one")
    }

    fn prefix(&self) -> Prefix {
        Prefix::parse(&"d/".repeat(usize::from(self.depth))).expect("is one")
    }

    fn methods(&self) -> Methods {
        METHODS
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| self.methods >> bit & 1 == 1)
            .map(|(_, it)| it)
            .collect()
    }

    fn overrides(&self) -> Overrides<'_> {
        let [content_type, content_disposition, content_language, cache_control] = self.overrides;
        Overrides { content_type, content_disposition, content_language, cache_control }
    }

    fn spec(&self) -> PassSpec<'_> {
        let spec =
            if self.is_prefix { PassSpec::prefix(&self.prefix()) } else { PassSpec::object(&self.key()) };
        let subject = match self.subject {
            None => Subject::Bearer,
            Some((true, user)) => Subject::User(user.to_owned()),
            Some((false, session)) => Subject::Session(session.to_owned()),
        };
        let spec = spec.with_methods(self.methods()).with_subject(subject).with_overrides(self.overrides());
        let (object, subject) = self.epochs;
        let spec = spec.with_epochs(Epochs { object, subject }).with_payload(self.payload);
        let spec =
            self.start.iter().fold(spec, |spec, start| spec.with_not_before(at(NOW - u64::from(*start))));
        let spec = self.version.iter().fold(spec, |spec, version| spec.with_version(version));
        self.nonce.iter().fold(spec, |spec, nonce| spec.with_nonce(Nonce::from_bytes(*nonce)))
    }

    /// What there is to refuse, by the page "Minting" of the guide.
    fn is_mintable(&self) -> bool {
        let subject = self.subject.is_none_or(|(_, text)| (1..=1024).contains(&text.len()));
        let version = self.version.is_none_or(|text| !text.is_empty());
        let overrides = self.overrides.iter().flatten().all(|text| text.len() <= 1024);
        let scope = !self.is_prefix || self.depth > 0;
        let terms = self.life > 0 && self.methods & 31 != 0 && self.payload.len() <= 1024;
        subject && version && overrides && scope && terms
    }

    /// The pass by the page.
    fn wire(&self) -> Wire {
        let low5 = |seconds: u64| seconds.to_be_bytes()[3..].to_vec();
        let expires = low5(NOW + u64::from(self.life));
        let start = self.start.map(|start| low5(NOW - u64::from(start)));
        let version = self.version.map(|text| VersionDigest::of(text).as_bytes().to_vec());
        let epoch = |count: u32| (count != 0).then(|| count.to_be_bytes().to_vec());
        let (object, subject) = (epoch(self.epochs.0), epoch(self.epochs.1));
        let nonce = self.nonce.map(|nonce| nonce.to_vec());
        let payload = (!self.payload.is_empty()).then(|| self.payload.to_vec());
        let kind = self.subject.map_or(0, |(user, _)| if user { 1 } else { 2 });
        let scope = if self.is_prefix { (7, self.prefix().to_string()) } else { (6, self.key().to_string()) };
        let owner = self.subject.map_or("", |(_, text)| text);

        let mut fields =
            vec![(1, vec![1]), (2, b"download".to_vec()), (3, b"k1".to_vec()), (4, b"/m/".to_vec())];
        fields.push((5, vec![self.methods & 31]));
        fields.push((scope.0, scope.1.into_bytes()));
        fields.push((8, [&[kind], owner.as_bytes()].concat()));
        fields.push((9, expires.clone()));
        fields.extend(start.clone().map(|value| (10, value)));
        fields.extend(version.clone().map(|value| (11, value)));
        let overrides = (16..).zip(self.overrides);
        fields.extend(overrides.filter_map(|(code, text)| Some((code, text?.as_bytes().to_vec()))));
        let rest = [(32, &object), (33, &subject), (34, &nonce), (35, &payload)];
        fields.extend(rest.into_iter().filter_map(|(code, value)| Some((code, value.clone()?))));
        Wire {
            grant: self.methods & 31 | kind << 5 | u8::from(self.is_prefix) << 7,
            key_id: b"k1".to_vec(),
            expires,
            segments: self.is_prefix.then_some(self.depth),
            optional: [start, version, object, subject, nonce, payload],
            tag: tag(&SECRET, "download", &fields),
        }
    }

    /// The request that the pass is for.
    fn request<'r>(&'r self, method: Method, key: &'r ObjectKey) -> Presented<'r> {
        let request = Presented::new(method, key).with_overrides(self.overrides());
        match self.subject {
            None => request,
            Some((true, user)) => request.with_user(user),
            Some((false, session)) => request.with_session(session),
        }
    }
}

fn check_order(order: &Order<'_>) {
    let minted = passes().mint(&order.spec(), at(NOW + u64::from(order.life)), at(NOW));
    assert_eq!(minted.is_ok(), order.is_mintable(), "{order:?} {minted:?}");
    let Ok(pass) = minted else { return };
    let wire = order.wire();
    assert_eq!(pass.expose(), wire.text(), "{order:?}");

    let key = order.key();
    for method in METHODS {
        check_verified(order, pass.expose(), method, &key);
    }
    check_foreign(order, pass.expose(), &key);
    check_tampered(order, &wire, &key);
}

/// The pass opens its own requests, as long as it lives, and says what was put in.
fn check_verified(order: &Order<'_>, text: &str, method: Method, key: &ObjectKey) {
    let request = order.request(method, key);
    let covered = order.methods().covers(method);
    let verified = match passes().verify(text, &request, at(NOW)) {
        Ok(verified) => verified,
        Err(refusal) => {
            assert!(!covered && matches!(refusal, Refusal::MethodNotCovered { .. }), "{refusal} {order:?}");
            return;
        }
    };
    assert!(covered, "{order:?}");
    assert_eq!((verified.methods(), verified.payload()), (order.methods(), order.payload));
    assert_eq!(verified.expires(), at(NOW + u64::from(order.life)));
    assert_eq!(verified.nonce().map(|nonce| *nonce.as_bytes()), order.nonce);
    let (object, subject) = order.epochs;
    assert_eq!(verified.epochs(), Epochs { object, subject });
    assert!(order.version.is_none_or(|version| verified.check_version(version).is_ok()));

    let late = passes().verify(text, &request, at(NOW + u64::from(order.life)));
    assert!(matches!(late, Err(Refusal::Expired { .. })), "{late:?}");
}

/// The pass opens no other object, and no request that differs in what it is bound to.
fn check_foreign(order: &Order<'_>, text: &str, key: &ObjectKey) {
    let sibling = ObjectKey::parse(&format!("x/{key}")).expect("is one");
    let later = at(NOW + u64::from(order.life) + u64::from(order.other));
    let beside = passes().verify(text, &order.request(Method::Get, &sibling), later);
    assert!(beside.is_err_and(|refusal| !refusal.is_authentic()), "another object");

    let mut overrides = order.overrides;
    let place = usize::from(order.other) % 4;
    overrides[place] = overrides[place].map_or(Some(""), |_| None);
    let changed = Order { overrides, ..*order };
    let other = passes().verify(text, &changed.request(Method::Get, key), later);
    assert!(other.is_err_and(|refusal| !refusal.is_authentic()), "another override");
}

/// One changed bit anywhere, and the tag decides before anything that the pass says about itself is looked at.
fn check_tampered(order: &Order<'_>, wire: &Wire, key: &ObjectKey) {
    let mut bytes = wire.bytes();
    let bit = usize::from(order.flipped) % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    let text = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &bytes);
    let request = order.request(Method::Get, key).with_user("u").with_session("s");
    let later = at(NOW + u64::from(order.life) + u64::from(order.other));
    for moment in [at(NOW), later] {
        let refusal = passes().verify(&text, &request, moment).expect_err("a bit has changed");
        assert!(!refusal.is_authentic(), "bit {bit}: {refusal} {order:?}");
    }
}

fn passes() -> Passes {
    let ring = KeyRing::new(KeyId::parse("k1").expect("is one"), Secret::new(SECRET).expect("is one"));
    Passes::new(&ring, Purpose::Download, &Audience::new("/m/").expect("is one"))
        .with_one_time(OneTime::CheckedByCaller)
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
