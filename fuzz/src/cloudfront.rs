//! CloudFront: keys, URLs, policies and signed requests, none of them believed.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use serde_json::Value;
use signer_cloudfront::{
    Conditions, KeyPairId, Pattern, PolicyForm, PrivateKey, PublicKey, Resource, Signer, Verifier, Window,
};

const ID: &str = "K2JCJMDEHXQW5F";
const PEM: &str = include_str!("../../crates/signer-cloudfront/tests/keys/p256-pkcs8.pem");
const URL: &str = "https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?size=large";
const NOW: u64 = 1_767_290_000;

/// Reads the input as PEM and as DER. What is a key is one in either form, and the same.
pub fn check_key(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = PublicKey::from_pem(text);
        if let Ok(key) = PrivateKey::from_pem(text) {
            let _ = Signer::sha256(id(), key);
        }
    }
    let pem = |label| format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(data));
    match PrivateKey::from_der(data) {
        Ok(key) => {
            let again = PrivateKey::from_pem(&pem("PRIVATE KEY")).expect("the same bytes");
            assert!(key.public_key() == again.public_key());
            assert!(PublicKey::from_der(data).is_err(), "it cannot be both");
            let _ = Signer::sha256(id(), key);
        }
        Err(error) => assert_eq!(PrivateKey::from_pem(&pem("PRIVATE KEY")).unwrap_err(), error),
    }
    if let Ok(key) = PublicKey::from_der(data) {
        assert!(PublicKey::from_pem(&pem("PUBLIC KEY")).expect("the same bytes") == key);
        assert!(verifier_of(key).verify_url(URL, now(), None).is_err());
    }
}

/// Reads the input as a URL. What is accepted is what crate `http` reads and writes back, and verifies once signed.
pub fn check_url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(pattern) = Pattern::parse(text) {
        assert_eq!(pattern.as_str(), text);
    }
    if let Ok(joined) = Resource::parse("https://example.com/").and_then(|base| base.join([text])) {
        assert_eq!(Resource::parse(joined.as_str()).expect("what was built is a URL"), joined);
        assert_eq!(joined.as_str().matches(['?', '*', '#', '"', '\\']).count(), 0);
    }
    let Ok(url) = Resource::parse(text) else { return };
    assert_eq!(url.as_str(), text);
    let uri: Uri = text.parse().expect("a URL is one for others, too");
    assert_eq!(uri.to_string(), text);
    for form in [PolicyForm::Canned, PolicyForm::Custom] {
        let window = Window::until_unix(NOW + 1).expect("is one");
        // The longest URLs are too long once they are signed.
        let Ok(signed) = SIGNER.sign_url(&url, Conditions::new(window).with_form(form)) else { return };
        let verified = VERIFIER.verify_url(signed.expose(), now(), None).expect("was signed");
        assert_eq!(verified.url(), text);
    }
}

/// Signs the input as a policy. What it opens, a plain JSON reader finds written there.
pub fn check_policy(data: &[u8]) {
    let signature = RAW.sign(&SystemRandom::new(), data).expect("signs");
    let signed = format!(
        "{URL}&Policy={}&Signature={}&Key-Pair-Id={ID}&Hash-Algorithm=SHA256",
        encode(data),
        encode(signature.as_ref())
    );
    let Ok(verified) = VERIFIER.verify_url(&signed, now(), "192.0.2.7".parse().ok()) else { return };
    assert_eq!(verified.url(), URL);
    let policy: Value = serde_json::from_slice(data).expect("JSON");
    let statements = policy["Statement"].as_array().expect("a list");
    assert_eq!(statements.len(), 1);
    let condition = &statements[0]["Condition"];
    assert!(condition["DateLessThan"]["AWS:EpochTime"].as_u64().is_some_and(|expires| expires > NOW));
    if let Some(start) = condition.get("DateGreaterThan") {
        assert!(start["AWS:EpochTime"].as_u64().is_some_and(|start| start < NOW));
    }
    let resource = statements[0]["Resource"].as_str().expect("a text");
    assert!(covers(resource.as_bytes(), URL.as_bytes()), "{resource}");
}

/// Reads the input as a request, as cookies, and as damage to a good request: nothing of it opens anything.
pub fn check_request(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(VERIFIER.verify_url(&text, now(), None).is_err());
    assert!(VERIFIER.verify_url(&format!("{URL}&{text}"), now(), None).is_err());
    let cookies = text.split(';').filter_map(|pair| pair.split_once('='));
    assert!(VERIFIER.verify_cookies(URL, cookies, now(), None).is_err());

    let [high, low, damage @ ..] = data else { return };
    let good = SIGNED.as_str();
    let at = usize::from(u16::from_be_bytes([*high, *low])) % good.len();
    let Ok(damage) = std::str::from_utf8(damage) else { return };
    for end in [at, (at + damage.len()).min(good.len())] {
        let damaged = format!("{}{damage}{}", &good[..at], &good[end..]);
        let verdict = VERIFIER.verify_url(&damaged, now(), None);
        // CloudFront's parameters count wherever they are, so some damage only moves what is there.
        assert!(verdict.is_err() || verdict.is_ok_and(|verified| verified.url() == URL), "{damaged}");
    }
}

/// CloudFront's wildcards, by definition.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    // Which prefixes of the pattern cover the text read so far.
    let mut covered: Vec<bool> =
        (0..=pattern.len()).map(|end| pattern[..end].iter().all(|byte| *byte == b'*')).collect();
    for byte in text {
        let mut next = vec![false; covered.len()];
        for (end, own) in pattern.iter().enumerate() {
            next[end + 1] = match own {
                b'*' => covered[end + 1] || next[end],
                b'?' => covered[end],
                own => own == byte && covered[end],
            };
        }
        covered = next;
    }
    covered[pattern.len()]
}

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::sha256(id(), key()).expect("a key"));
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| verifier_of(key().public_key()));
static SIGNED: LazyLock<String> = LazyLock::new(|| {
    let (url, window) = (Resource::parse(URL).expect("is one"), Window::until_unix(NOW + 1).expect("is one"));
    SIGNER.sign_url(&url, window).expect("signs").into_string()
});
static RAW: LazyLock<EcdsaKeyPair> = LazyLock::new(|| {
    let body: String = PEM.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).expect("base64");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &der, &SystemRandom::new()).expect("a key")
});

fn id() -> KeyPairId {
    KeyPairId::parse(ID).expect("is one")
}

fn key() -> PrivateKey {
    PrivateKey::from_pem(PEM).expect("a key")
}

fn verifier_of(key: PublicKey) -> Verifier {
    Verifier::new([(id(), key)])
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).replace('+', "-").replace('/', "~").replace('=', "_")
}
