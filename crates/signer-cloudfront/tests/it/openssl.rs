//! The `openssl` command verifies what is signed here, and signs what is verified here.
#![expect(clippy::disallowed_methods, reason = "hands files to a program; the crate itself touches none")]

use std::fs;
use std::path::Path;
use std::process::Command;

use signer_cloudfront::{Conditions, IpCidr, Pattern, PolicyForm, Signer, Window};

use crate::fixture::{
    ID, NOW, P256, P256_PUBLIC, RSA, RSA_PUBLIC, URL, at, decode, encode, id, key, url, verifier,
};

/// Runs `openssl` in a folder with these files; returns its output.
fn openssl(folder: &Path, files: &[(&str, &[u8])], arguments: &[&str]) -> Vec<u8> {
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let run = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("this test runs `openssl`: {error}"));
    assert!(
        run.status.success(),
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    run.stdout
}

/// Signs with the `openssl` command.
pub(crate) fn sign(pem: &str, hash: &str, message: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let files = [("key.pem", pem.as_bytes()), ("policy", message)];
    openssl(folder.path(), &files, &["dgst", &format!("-{hash}"), "-sign", "key.pem", "policy"])
}

/// Lets `openssl` verify the signature of a signed URL over the policy that it carries or that CloudFront makes of it.
#[track_caller]
fn check(signed: &str, public: &str, hash: &str) {
    let value = |name: &str| {
        let start = format!("{name}=");
        signed.split(['?', '&']).find_map(|pair| pair.strip_prefix(&start)).map(str::to_owned)
    };
    let policy = match value("Policy") {
        Some(policy) => decode(&policy),
        None => format!(
            r#"{{"Statement":[{{"Resource":"{URL}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{}}}}}}}]}}"#,
            value("Expires").unwrap()
        )
        .into_bytes(),
    };
    let signature = decode(&value("Signature").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let files = [("key.pem", public.as_bytes()), ("signature", &signature), ("policy", &policy)];
    let hash = format!("-{hash}");
    let arguments = ["dgst", &hash, "-verify", "key.pem", "-signature", "signature", "policy"];
    assert_eq!(openssl(folder.path(), &files, &arguments), b"Verified OK\n");
}

fn check_all(signer: &Signer, public: &str, hash: &str) {
    let window = Window::between(at(1), at(NOW)).unwrap();
    check(signer.sign_url(&url(URL), Window::until_unix(NOW).unwrap()).unwrap().expose(), public, hash);
    let custom = Conditions::new(window).with_source_ip(IpCidr::parse("192.0.2.0/24").unwrap());
    check(signer.sign_url(&url(URL), custom).unwrap().expose(), public, hash);
    let pattern = Pattern::parse("http*://d111111abcdef8.cloudfront.net/a*").unwrap();
    let grant = signer.grant(&pattern, custom.with_form(PolicyForm::Custom)).unwrap();
    check(grant.apply(&url(URL)).unwrap().expose(), public, hash);
}

#[test]
fn x03_openssl_verifies_what_is_signed_here() {
    check_all(&Signer::sha256(id(), key(P256)).unwrap(), P256_PUBLIC, "sha256");
    check_all(&Signer::sha256(id(), key(RSA)).unwrap(), RSA_PUBLIC, "sha256");
    if cfg!(feature = "rsa") {
        check_all(&Signer::sha1(id(), key(RSA)).unwrap(), RSA_PUBLIC, "sha1");
    }
}

/// What other programs sign with each kind of key and hash, older ones with SHA-1 and no parameter that says so.
#[test]
fn x04_what_openssl_signs_is_verified_here() {
    let policy = format!(
        r#"{{"Statement":[{{"Resource":"{URL}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{NOW}}}}}}}]}}"#
    );
    for (pem, id, hash, parameter) in [
        (RSA, "KRSA", "sha1", ""),
        (RSA, "KRSA", "sha256", "&Hash-Algorithm=SHA256"),
        (P256, ID, "sha1", ""),
        (P256, ID, "sha256", "&Hash-Algorithm=SHA256"),
    ] {
        let signature = encode(&sign(pem, hash, policy.as_bytes()));
        let text = format!("{URL}&Expires={NOW}&Signature={signature}&Key-Pair-Id={id}{parameter}");
        let verdict =
            verifier().verify_url(&text, at(NOW - 1), None).map(|verified| verified.url().to_owned());
        if (pem, hash) == (P256, "sha1") && !cfg!(feature = "p256") {
            assert_eq!(verdict, Err(signer_cloudfront::Refusal::NoBackend));
        } else {
            assert_eq!(verdict, Ok(URL.to_owned()), "{id} {hash}");
        }
    }
}
