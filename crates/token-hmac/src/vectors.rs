//! The committed vectors, step by step: bytes under the MAC, derived key, tag, bytes of the pass, text.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use object_key::{ObjectKey, Prefix};
use ring::hmac;
use serde_json::Value;

use crate::mac::{self, Claims};
use crate::mint::{self, Terms};
use crate::unix_seconds::Now;
use crate::wire::Carried;
use crate::{
    Audience, Epochs, KeyId, KeyRing, Method, Methods, Nonce, OneTime, Overrides, PassSpec, Passes,
    Presented, Purpose, Refusal, Scope, Secret, Subject, Unverified,
};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../tests/vectors/pass.json")).unwrap()
}

#[test]
fn x07_accepted_vectors_agree_at_every_step() {
    let vectors = vectors();
    let accepted = vectors["accepted"].as_array().unwrap();
    assert!(accepted.len() >= 30);
    for vector in accepted {
        let name = text(&vector["name"]);
        let now = time(&vector["now"]);
        let passes = passes(&vectors, vector).with_one_time(OneTime::CheckedByCaller);
        let spec = spec(vector);

        check_steps(vector, &spec);
        let pass = passes.mint(&spec, time(&vector["expires"]), now).unwrap();
        assert_eq!(pass.expose(), text(&vector["pass"]), "{name}");
        check_verified(vector, &passes);
    }
}

#[test]
fn x07_refused_vectors_are_refused_for_their_reason() {
    let vectors = vectors();
    let refused = vectors["refused"].as_array().unwrap();
    assert!(refused.len() >= 40);
    for vector in refused {
        let name = text(&vector["name"]);
        let is_checked = vector["one_time_is_checked"].as_bool().unwrap();
        let one_time = if is_checked { OneTime::CheckedByCaller } else { OneTime::Refused };
        let passes = passes(&vectors, vector).with_one_time(one_time);
        let key = ObjectKey::parse(text(&vector["request"]["key"])).unwrap();
        let refusal =
            passes.verify(text(&vector["pass"]), &presented(vector, &key), time(&vector["now"])).unwrap_err();
        assert_eq!(reason(refusal), text(&vector["reason"]), "{name}: {refusal}");
    }
}

#[test]
fn x07_the_guides_example_is_the_first_vector() {
    let vectors = vectors();
    let guide: String = include_str!("../../../docs/passes.md").split_whitespace().collect();
    let vector = &vectors["accepted"][0];
    for step in ["derived_key", "tag", "pass"] {
        assert!(guide.contains(text(&vector[step])), "{step}");
    }
}

/// Compares what lies between the specification and the text.
fn check_steps(vector: &Value, spec: &PassSpec<'_>) {
    let name = text(&vector["name"]);
    let carried = carried(vector, spec);
    let claims = Claims {
        carried: &carried,
        scope: &spec.scope,
        subject: spec.subject.value(),
        overrides: spec.overrides,
    };
    let input = mac::input(purpose(vector), carried.key_id, &audience(vector), &claims);
    assert_eq!(hex(&input), text(&vector["mac_input"]), "{name}");

    let derived = hmac::Key::new(hmac::HMAC_SHA256, &bytes(&vector["derived_key"]));
    let whole = hmac::sign(&derived, &input);
    assert_eq!(hex(&whole.as_ref()[..16]), text(&vector["tag"]), "{name}");

    let parsed = Unverified::parse(text(&vector["pass"])).unwrap();
    assert_eq!(hex(parsed.tag.as_bytes()), text(&vector["tag"]), "{name}");
    let wire = URL_SAFE_NO_PAD.decode(carried.write(&parsed.tag)).unwrap();
    assert_eq!(hex(&wire), text(&vector["wire"]), "{name}");
    assert_eq!(parsed.carried.write(&parsed.tag), text(&vector["pass"]), "{name}");
}

fn check_verified(vector: &Value, passes: &Passes) {
    let name = text(&vector["name"]);
    let key = ObjectKey::parse(text(&vector["request"]["key"])).unwrap();
    let verified =
        passes.verify(text(&vector["pass"]), &presented(vector, &key), time(&vector["now"])).unwrap();

    assert_eq!(verified.key_id().as_str(), text(&vector["key_id"]), "{name}");
    assert_eq!(*verified.scope(), scope(vector), "{name}");
    assert_eq!(verified.methods(), methods(vector), "{name}");
    assert_eq!(verified.subject().to_string(), text(&vector["subject"]["kind"]), "{name}");
    assert_eq!(verified.expires(), time(&vector["expires"]), "{name}");
    assert_eq!(verified.not_before(), some(&vector["not_before"]).map(time), "{name}");
    assert_eq!(verified.epochs(), epochs(vector), "{name}");
    assert_eq!(verified.nonce(), nonce(vector), "{name}");
    assert_eq!(verified.payload(), bytes(&vector["payload"]), "{name}");
    assert_eq!(
        verified.version_digest().map(|digest| hex(digest.as_bytes())).as_deref(),
        vector["version_digest"].as_str(),
        "{name}"
    );
    if let Some(version) = vector["version"].as_str() {
        assert_eq!(verified.check_version(version), Ok(()), "{name}");
        assert_eq!(verified.check_version("another"), Err(Refusal::VersionChanged), "{name}");
    }
}

/// What a pass signed with the vector's key carries; minting itself only ever uses the active key.
fn carried<'a>(vector: &'a Value, spec: &PassSpec<'a>) -> Carried<'a> {
    let terms = Terms {
        key_id: KeyId::parse(text(&vector["key_id"])).unwrap(),
        expires: time(&vector["expires"]),
        now: Now::new(time(&vector["now"])),
        max_lifetime_seconds: u64::MAX,
        one_time: OneTime::CheckedByCaller,
    };
    mint::carried(spec, &terms).unwrap()
}

fn passes(vectors: &Value, vector: &Value) -> Passes {
    // The signing key is the active one where there is one to sign with.
    let active = vector["key_id"].as_str().unwrap_or("2026-11");
    let keys = vectors["keys"].as_object().unwrap();
    let secret = |id: &str| Secret::new(bytes(&keys[id]["secret"])).unwrap();
    let mut ring = KeyRing::new(KeyId::parse(active).unwrap(), secret(active));
    for (id, key) in keys.iter().filter(|(id, _)| *id != active) {
        let id = KeyId::parse(id).unwrap();
        ring = match some(&key["retired_at"]) {
            Some(until) => ring.with_retired_key(id, secret(id.as_str()), time(until)),
            None => ring.with_key(id, secret(id.as_str())),
        }
        .unwrap();
    }
    Passes::new(&ring, purpose(vector), &audience(vector))
        .with_skew(Duration::from_secs(vectors["skew"].as_u64().unwrap()))
        .with_max_lifetime(Duration::from_secs(vectors["max_lifetime"].as_u64().unwrap()))
}

fn spec(vector: &Value) -> PassSpec<'_> {
    let mut spec = match scope(vector) {
        Scope::Object(key) => PassSpec::object(&key),
        Scope::Prefix(prefix) if prefix.is_root() => PassSpec::whole_store(),
        Scope::Prefix(prefix) => PassSpec::prefix(&prefix),
    }
    .with_methods(methods(vector))
    .with_subject(subject(vector))
    .with_overrides(overrides(&vector["overrides"]))
    .with_epochs(epochs(vector));
    if let Some(start) = some(&vector["not_before"]) {
        spec = spec.with_not_before(time(start));
    }
    if let Some(version) = vector["version"].as_str() {
        spec = spec.with_version(version);
    }
    if let Some(nonce) = nonce(vector) {
        spec = spec.with_nonce(nonce);
    }
    spec.with_payload(bytes(&vector["payload"]).leak())
}

fn presented<'a>(vector: &'a Value, key: &'a ObjectKey) -> Presented<'a> {
    let request = &vector["request"];
    Presented::new(method(&request["method"]), key)
        .with_user(request["user"].as_str())
        .with_session(request["session"].as_str())
        .with_overrides(overrides(&request["overrides"]))
}

fn scope(vector: &Value) -> Scope {
    match vector["scope"]["object"].as_str() {
        Some(key) => Scope::Object(ObjectKey::parse(key).unwrap()),
        None => Scope::Prefix(Prefix::parse(text(&vector["scope"]["prefix"])).unwrap()),
    }
}

fn subject(vector: &Value) -> Subject {
    let value = text(&vector["subject"]["value"]).to_owned();
    match text(&vector["subject"]["kind"]) {
        "user" => Subject::User(value),
        "session" => Subject::Session(value),
        _ => Subject::Bearer,
    }
}

fn purpose(vector: &Value) -> Purpose {
    [Purpose::Download, Purpose::Upload, Purpose::Attach, Purpose::Delete]
        .into_iter()
        .find(|purpose| purpose.label() == text(&vector["purpose"]))
        .unwrap()
}

fn reason(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Malformed(_) => "malformed",
        Refusal::UnknownKey { .. } => "unknown_key",
        Refusal::OutOfScope => "out_of_scope",
        Refusal::SubjectMissing { .. } => "subject_missing",
        Refusal::BadTag => "bad_tag",
        Refusal::Retired { .. } => "retired",
        Refusal::OneTime => "one_time",
        Refusal::Expired { .. } => "expired",
        Refusal::NotYet { .. } => "not_yet",
        Refusal::TooFarAhead { .. } => "too_far_ahead",
        Refusal::MethodNotCovered { .. } => "method_not_covered",
        Refusal::VersionChanged => "version_changed",
        Refusal::Revoked => "revoked",
    }
}

fn overrides(value: &Value) -> Overrides<'_> {
    Overrides {
        content_type: value["content_type"].as_str(),
        content_disposition: value["content_disposition"].as_str(),
        content_language: value["content_language"].as_str(),
        cache_control: value["cache_control"].as_str(),
    }
}

fn epochs(vector: &Value) -> Epochs {
    let epoch = |name: &str| u32::try_from(vector[name].as_u64().unwrap()).unwrap();
    Epochs { object: epoch("object_epoch"), subject: epoch("subject_epoch") }
}

fn nonce(vector: &Value) -> Option<Nonce> {
    some(&vector["nonce"]).map(|nonce| Nonce::from_bytes(bytes(nonce).try_into().unwrap()))
}

fn methods(vector: &Value) -> Methods {
    vector["methods"].as_array().unwrap().iter().map(method).collect()
}

fn method(value: &Value) -> Method {
    text(value).parse().unwrap()
}

fn audience(vector: &Value) -> Audience {
    Audience::new(text(&vector["audience"])).unwrap()
}

fn some(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn time(value: &Value) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(value.as_u64().unwrap())
}

fn bytes(value: &Value) -> Vec<u8> {
    let digits = text(value).as_bytes();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
