//! S33: nothing that prints itself prints a secret, a tag or a session.

use std::fmt::Debug;

use token_hmac::{
    Audience, Epochs, KeyRing, Lifetime, Method, MintError, Nonce, Overrides, PassSpec, Passes, Presented,
    Purpose, Secret, Subject, Unverified,
};

use crate::fixture::{HOUR, NOW, SECRET, at, audience, id, key};

const SESSION: &str = "BEEF-session";

#[track_caller]
fn check_silent(value: &impl Debug, forbidden: &[&str]) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        for text in forbidden {
            assert!(!printed.contains(text), "{printed}");
        }
    }
}

/// A secret or tag as `{:?}` of its bytes would print it, in either base, or as text.
fn forms(bytes: &[u8]) -> Vec<String> {
    let head = &bytes[..6];
    let list = format!("{head:?}");
    let hex = |byte: &u8| format!("{byte:02x}");
    vec![
        list.trim_matches(['[', ']']).to_owned(),
        head.iter().map(hex).collect(),
        head.iter().map(hex).collect::<String>().to_uppercase(),
        String::from_utf8_lossy(head).into_owned(),
    ]
}

#[test]
fn s33_debug_of_every_type_is_silent() {
    let ring = || {
        KeyRing::new(id("2026-11"), Secret::new(SECRET).unwrap())
            .with_key(id("2026-10"), Secret::from_text(&format!("{SECRET}\n")).unwrap())
            .unwrap()
            .with_retired_key(id("2026-09"), Secret::new(SECRET.as_bytes()).unwrap(), at(NOW))
            .unwrap()
    };
    let passes = Passes::new(&ring(), Purpose::Download, &audience("/media/"));
    let name = key("a");
    let spec =
        PassSpec::object(&name).with_subject(Subject::Session(SESSION.into())).with_payload(b"PAYLOAD");
    let pass = passes.mint(&spec, at(NOW + HOUR), at(NOW)).unwrap();
    let presented = Presented::new(Method::Get, &name).with_session(SESSION);
    let verified = passes.verify(pass.expose(), &presented, at(NOW)).unwrap();
    let unverified = Unverified::parse(pass.expose()).unwrap();

    let wire = crate::tampering::decode(pass.expose());
    let mut forbidden = forms(SECRET.as_bytes());
    forbidden.extend(forms(&wire[wire.len() - 16..]));
    forbidden.extend([SESSION.to_owned(), pass.expose().to_owned(), pass.expose()[43..].to_owned()]);
    let forbidden: Vec<&str> = forbidden.iter().map(String::as_str).collect();

    check_silent(&Secret::new(SECRET).unwrap(), &forbidden);
    check_silent(&ring(), &forbidden);
    check_silent(&passes, &forbidden);
    check_silent(&spec, &forbidden);
    check_silent(&Subject::Session(SESSION.into()), &forbidden);
    check_silent(&pass, &forbidden);
    check_silent(&presented, &forbidden);
    check_silent(&verified, &forbidden);
    check_silent(&unverified, &forbidden);
    check_silent(
        &(Lifetime::Fixed(std::time::Duration::ZERO), Overrides::default(), Epochs::default()),
        &forbidden,
    );
    check_silent(&Nonce::from_bytes([0; 16]), &forbidden);
}

/// The forms looked for are those that a derived `Debug` would print.
#[test]
fn s33_the_forms_would_be_found() {
    let bytes = SECRET.as_bytes();
    for form in &forms(bytes)[..1] {
        assert!(format!("{bytes:?}").contains(form));
    }
}

#[test]
fn s33_refusals_and_errors_hold_no_pass() {
    let passes = Passes::new(
        &KeyRing::new(id("2026-11"), Secret::new(SECRET).unwrap()),
        Purpose::Download,
        &Audience::new("/media/").unwrap(),
    );
    let (name, other) = (key("a"), key("b"));
    let pass = passes.mint(&PassSpec::object(&name), at(NOW + HOUR), at(NOW)).unwrap();
    let tag = &pass.expose()[22..];
    let text = pass.expose();
    let refusals = [
        passes.verify(text, &Presented::new(Method::Get, &other), at(NOW)).unwrap_err(),
        passes.verify(text, &Presented::new(Method::Put, &name), at(NOW)).unwrap_err(),
        passes.verify(text, &Presented::new(Method::Get, &name), at(NOW + HOUR)).unwrap_err(),
        passes.verify(text, &Presented::new(Method::Get, &name), at(0)).unwrap_err(),
        passes.verify(&text[1..], &Presented::new(Method::Get, &name), at(NOW)).unwrap_err(),
    ];
    for refusal in refusals {
        for printed in [format!("{refusal:?}"), refusal.to_string()] {
            assert!(!printed.contains(tag) && !printed.contains(&tag[..8]), "{printed}");
        }
    }
    let short = Secret::new("CAFE").unwrap_err();
    assert_eq!(short.to_string(), "secret has 4 bytes, at least 32 are needed");
    assert!(!format!("{short:?}").contains("CAFE"));
    assert_eq!(MintError::AlreadyExpired.to_string(), "pass would be expired from the start");
}
