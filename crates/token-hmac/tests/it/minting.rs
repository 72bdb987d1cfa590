//! What is refused before it becomes a pass, and what a pass costs in characters.

use object_key::Prefix;
use token_hmac::{
    Audience, Epochs, KeyId, Method, Methods, MintError, Nonce, OneTime, Overrides, PassSpec, Presented,
    Refusal, Secret, Subject, Unverified,
};

use crate::fixture::{HOUR, NOW, at, get, key, mint, passes};

#[track_caller]
fn check_refused(spec: &PassSpec<'_>, reason: MintError) {
    assert_eq!(passes().mint(spec, at(NOW + HOUR), at(NOW)).unwrap_err(), reason);
}

#[test]
fn common_passes_have_at_most_64_characters() {
    let key = key("users/42/photo.jpg");
    let user = || Subject::User("somebody@example.com".into());
    let object = mint(&PassSpec::object(&key).with_subject(user()));
    let version = mint(&PassSpec::object(&key).with_subject(user()).with_version("\"5f3a\""));
    let prefix = mint(&PassSpec::prefix(&key.parent()).with_subject(user()));
    let start = mint(&PassSpec::object(&key).with_version("\"5f3a\"").with_not_before(at(NOW)));
    assert_eq!([&object, &version, &prefix, &start].map(|pass| pass.expose().len()), [43, 54, 44, 60]);
}

#[test]
fn every_pass_fits_the_longest_length_that_is_read() {
    let passes = passes().with_one_time(OneTime::CheckedByCaller);
    let longest = PassSpec::prefix(&Prefix::parse("a/").unwrap())
        .with_not_before(at(0))
        .with_version("v")
        .with_epochs(Epochs { object: u32::MAX, subject: u32::MAX })
        .with_nonce(Nonce::from_bytes([255; 16]))
        .with_payload(&[255; PassSpec::MAX_PAYLOAD]);
    let pass = passes.mint(&longest, at(NOW + HOUR), at(NOW)).unwrap();
    // The fixture's key id has 9 characters less than the longest.
    assert_eq!(pass.expose().len() + 12, Unverified::MAX_LEN);
    let key = key("a/b");
    assert!(passes.verify(pass.expose(), &Presented::new(Method::Get, &key), at(NOW)).is_ok());
}

#[test]
fn specifications_that_make_no_sense_are_refused() {
    let key = key("a");
    let object = || PassSpec::object(&key);
    let long = "x".repeat(1025);
    let fixed = Overrides { content_disposition: Some(&long), ..Overrides::default() };
    let deep = Prefix::parse(&"a/".repeat(256)).unwrap();

    check_refused(&object().with_methods(Methods::NONE), MintError::NoMethods);
    check_refused(&object().with_version(""), MintError::Empty { field: "version" });
    check_refused(&object().with_overrides(fixed), MintError::TooLong { field: "override", limit: 1024 });
    check_refused(
        &object().with_payload(long.as_bytes()),
        MintError::TooLong { field: "payload", limit: 1024 },
    );
    check_refused(&PassSpec::prefix(&deep), MintError::PrefixTooDeep);
    check_refused(
        &object().with_subject(Subject::User(long.clone())),
        MintError::TooLong { field: "subject", limit: 1024 },
    );
}

#[test]
fn d07_nobody_is_not_a_subject() {
    let key = key("a");
    for subject in [Subject::User(String::new()), Subject::Session(String::new())] {
        check_refused(&PassSpec::object(&key).with_subject(subject), MintError::Empty { field: "subject" });
    }
}

#[test]
fn s23_an_empty_prefix_does_not_mean_everything() {
    check_refused(&PassSpec::prefix(&Prefix::root()), MintError::WholeStore);
    check_refused(&PassSpec::prefix(&Prefix::parse("").unwrap()), MintError::WholeStore);
}

#[test]
fn one_time_passes_are_refused_until_somebody_checks_them() {
    let name = key("a");
    let nonce = Nonce::random().unwrap();
    assert_ne!(nonce, Nonce::random().unwrap());
    let spec = PassSpec::object(&name).with_nonce(nonce);
    check_refused(&spec, MintError::OneTime);

    let checked = passes().with_one_time(OneTime::CheckedByCaller);
    let pass = checked.mint(&spec, at(NOW + HOUR), at(NOW)).unwrap();
    assert_eq!(get(&pass, "a").unwrap_err(), Refusal::OneTime);
    let verified = checked.verify(pass.expose(), &Presented::new(Method::Get, &name), at(NOW)).unwrap();
    assert_eq!(verified.nonce(), Some(nonce));
}

#[test]
fn x07_revocation_by_object_and_by_subject() {
    let minted = Epochs { object: 3, subject: 5 };
    let verified = get(&mint(&PassSpec::object(&key("a")).with_epochs(minted)), "a").unwrap();
    let check = |object, subject| verified.check_epochs(Epochs { object, subject });
    assert_eq!(check(3, 5), Ok(()));
    assert_eq!(check(0, 0), Ok(()));
    assert_eq!(check(4, 5), Err(Refusal::Revoked));
    assert_eq!(check(3, 6), Err(Refusal::Revoked));

    let without = get(&mint(&PassSpec::object(&key("a"))), "a").unwrap();
    assert_eq!(without.check_epochs(Epochs::default()), Ok(()));
    assert_eq!(without.check_epochs(Epochs { object: 1, subject: 0 }), Err(Refusal::Revoked));
}

#[test]
fn secrets_are_long_and_taken_as_they_stand() {
    assert!(Secret::new([0; 31]).is_err());
    assert!(Secret::new([0; 32]).is_ok());
    let line = "0123456789abcdef0123456789abcdef";
    for (text, length) in [("", 32), ("\n", 32), ("\r\n", 32), ("\n\n", 33), (" \n", 33), ("\r", 33)] {
        let secret = Secret::from_text(&format!("{line}{text}")).unwrap();
        assert_eq!(secret.expose_secret().len(), length, "{text:?}");
    }
    assert!(Secret::from_text(&format!("{}\n", &line[..31])).is_err());
}

#[test]
fn key_ids_and_audiences_have_limits() {
    for text in ["a", "2026-11", "A.b_c-9", "0123456789abcdef"] {
        assert_eq!(KeyId::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "0123456789abcdefg", "a b", "a/b", "é", "a\n", "\0"] {
        assert!(KeyId::parse(text).is_err(), "{text:?}");
    }
    assert!(Audience::new("x".repeat(255)).is_ok());
    assert!(Audience::new("x".repeat(256)).is_err());
}
