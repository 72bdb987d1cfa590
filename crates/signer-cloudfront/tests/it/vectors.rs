//! Byte for byte what independent signers make: botocore with `openssl`, and the signer of AWS's SDK for JavaScript.

use std::collections::BTreeMap;

use serde::Deserialize;
use signer_cloudfront::{
    Conditions, ExternalKey, IpCidr, KeyPairId, Pattern, PolicyForm, Refusal, Signer, SigningAlgorithm,
    Target, Verifier, Window,
};

use crate::fixture::{P256, RSA, at, decode, key, url};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<Case> {
    provenance: String,
    cases: Vec<Case>,
}

/// What botocore signed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedByBotocore {
    name: String,
    key: String,
    hash: String,
    form: String,
    pattern: Option<String>,
    url: String,
    key_pair_id: String,
    expires: u64,
    not_before: Option<u64>,
    source_ip: Option<String>,
    policy: String,
    signed_url: String,
    cookies: BTreeMap<String, String>,
}

/// What the signer for JavaScript signed; without a URL where it writes that anew.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedByNpm {
    name: String,
    url: String,
    hash: String,
    key_pair_id: String,
    expires: u64,
    not_before: Option<u64>,
    source_ip: Option<String>,
    cookies: BTreeMap<String, String>,
    signed_url: Option<String>,
}

fn conditions(expires: u64, not_before: Option<u64>, source_ip: Option<&str>) -> Conditions {
    let window = match not_before {
        Some(start) => Window::between(at(start), at(expires)),
        None => Window::until_unix(expires),
    };
    let conditions = Conditions::new(window.unwrap());
    match source_ip {
        Some(block) => conditions.with_source_ip(IpCidr::parse(block).unwrap()),
        None => conditions,
    }
}

fn pem(kind: &str) -> &'static str {
    match kind {
        "rsa" => RSA,
        "p256" => P256,
        other => panic!("{other}"),
    }
}

fn algorithm(kind: &str, hash: &str) -> SigningAlgorithm {
    match (kind, hash) {
        ("rsa", "sha1") => SigningAlgorithm::RsaSha1,
        ("rsa", "sha256") => SigningAlgorithm::RsaSha256,
        ("p256", "sha256") => SigningAlgorithm::P256Sha256,
        other => panic!("{other:?}"),
    }
}

/// Makes a signer, or nothing where its feature is off.
fn signer(id: &KeyPairId, kind: &str, hash: &str) -> Option<Signer> {
    match hash {
        "sha1" if cfg!(not(feature = "rsa")) => None,
        "sha1" => Some(Signer::sha1(id.clone(), key(pem(kind))).unwrap()),
        _ => Some(Signer::sha256(id.clone(), key(pem(kind))).unwrap()),
    }
}

fn owned<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn x03_botocore_and_openssl_sign_the_same_bytes() {
    let file: File<SignedByBotocore> =
        serde_json::from_str(include_str!("../vectors/botocore.json")).unwrap();
    assert!(file.provenance.contains("botocore 1."));
    assert!(file.cases.len() > 90, "{}", file.cases.len());
    for case in &file.cases {
        check_botocore(case);
    }
}

fn check_botocore(case: &SignedByBotocore) {
    let SignedByBotocore { name, key: kind, hash, form, policy, signed_url, cookies, .. } = case;
    let form = match form.as_str() {
        "canned" => PolicyForm::Canned,
        "custom" => PolicyForm::Custom,
        other => panic!("{other}"),
    };
    let conditions = conditions(case.expires, case.not_before, case.source_ip.as_deref()).with_form(form);
    let resource = url(&case.url);
    let pattern = case.pattern.as_deref().map(|text| Pattern::parse(text).unwrap());
    let target = pattern.as_ref().map_or_else(|| Target::from(&resource), Target::from);
    let id = KeyPairId::parse(&case.key_pair_id).unwrap();

    // With a signature from outside, every case comes out as botocore has it, in every build of this crate.
    let external = ExternalKey::new(id.clone(), algorithm(kind, hash));
    let prepared = external.prepare(target, conditions).unwrap();
    assert_eq!(str::from_utf8(prepared.message()).unwrap(), policy, "{name}");
    let grant = prepared.complete(&decode(&cookies["CloudFront-Signature"])).unwrap();
    assert_eq!(grant.apply(&resource).unwrap().expose(), signed_url, "{name}");
    assert_eq!(owned(grant.cookies().pairs()), *cookies, "{name}");

    // RSA signs the same way each time; the signatures are the same, too.
    match signer(&id, kind, hash).filter(|_| kind == "rsa") {
        Some(signer) => {
            let grant = signer.grant(target, conditions).unwrap();
            assert_eq!(grant.apply(&resource).unwrap().expose(), signed_url, "{name}");
            assert_eq!(owned(grant.cookies().pairs()), *cookies, "{name}");
        }
        None => assert!(kind == "p256" || hash == "sha1", "{name}"),
    }

    let verifier = Verifier::new([(id, key(pem(kind)).public_key())]);
    let client = Some("192.0.2.7".parse().unwrap());
    let before = at(case.expires - 1);
    let verified = verifier.verify_url(signed_url, before, client).unwrap();
    assert_eq!((verified.url(), verified.expires()), (case.url.as_str(), at(case.expires)), "{name}");
    let pairs = cookies.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    assert!(verifier.verify_cookies(&case.url, pairs, before, client).is_ok(), "{name}");
    let late = verifier.verify_url(signed_url, at(case.expires), client);
    assert_eq!(late, Err(Refusal::Expired { at: at(case.expires) }), "{name}");
}

#[test]
fn x03_the_signer_for_javascript_makes_the_same_cookies_and_urls() {
    let file: File<SignedByNpm> = serde_json::from_str(include_str!("../vectors/npm.json")).unwrap();
    assert!(file.provenance.contains("@aws-sdk/cloudfront-signer 3."));
    assert_eq!(file.cases.len(), 100);
    let urls = file.cases.iter().filter(|case| check_npm(case)).count();
    assert!(urls >= 50, "{urls}: it leaves at least half of them as they are");
}

/// Tells whether there was a URL to compare, besides the cookies.
fn check_npm(case: &SignedByNpm) -> bool {
    let SignedByNpm { name, hash, cookies, .. } = case;
    let conditions = conditions(case.expires, case.not_before, case.source_ip.as_deref());
    let resource = url(&case.url);
    let id = KeyPairId::parse(&case.key_pair_id).unwrap();

    let external = ExternalKey::new(id.clone(), algorithm("rsa", hash));
    let prepared = external.prepare(&resource, conditions).unwrap();
    let completed = prepared.complete(&decode(&cookies["CloudFront-Signature"])).unwrap();
    assert_eq!(owned(completed.cookies().pairs()), *cookies, "{name}");
    let signed = signer(&id, "rsa", hash).map(|signer| signer.grant(&resource, conditions).unwrap());
    if let Some(signed) = &signed {
        assert_eq!(owned(signed.cookies().pairs()), *cookies, "{name}");
    } else {
        assert_eq!(hash, "sha1", "{name}");
    }

    // Its own parameters come in another order.
    let Some(theirs) = &case.signed_url else { return false };
    let ours = completed.apply(&resource).unwrap();
    let parameters = |text: &str| {
        let mut own: Vec<String> = text[case.url.len() + 1..].split('&').map(str::to_owned).collect();
        own.sort();
        own
    };
    assert_eq!(parameters(ours.expose()), parameters(theirs), "{name}");
    let verifier = Verifier::new([(id, key(RSA).public_key())]);
    let verified = verifier.verify_url(theirs, at(case.expires - 1), Some("192.0.2.7".parse().unwrap()));
    assert_eq!(verified.unwrap().url(), case.url, "{name}");
    true
}
