//! A pass opens the request it was minted for and no other.

use token_hmac::{
    Method, Overrides, PassSpec, Passes, Presented, Purpose, Refusal, Scope, Subject, Verified,
};

use crate::fixture::{HOUR, NOW, at, get, key, mint, passes, passes_for, prefix};

fn with_overrides(pass: &str, overrides: Overrides<'_>) -> Result<Verified, Refusal> {
    let key = key("a.pdf");
    passes().verify(pass, &Presented::new(Method::Get, &key).with_overrides(overrides), at(NOW))
}

#[test]
fn dt2_another_name_is_refused() {
    let pass = mint(&PassSpec::object(&key("a/b.txt")));
    assert!(get(&pass, "a/b.txt").is_ok());
    for name in ["a/b.txu", "a/b.tx", "a/b", "b.txt", "a/b.txt2", "A/b.txt", "a/b.txt/c"] {
        assert_eq!(get(&pass, name).unwrap_err(), Refusal::BadTag, "{name}");
    }
}

#[test]
fn dt2_another_version_is_refused_once_the_object_is_open() {
    let pass = mint(&PassSpec::object(&key("a")).with_version("\"1\""));
    let verified = get(&pass, "a").unwrap();
    assert_eq!(verified.check_version("\"1\""), Ok(()));
    assert_eq!(verified.check_version("\"2\""), Err(Refusal::VersionChanged));
    assert!(Refusal::VersionChanged.is_authentic());
}

#[test]
fn d02_a_pass_for_an_object_to_come_is_bound_to_its_name_alone() {
    let verified = get(&mint(&PassSpec::object(&key("a"))), "a").unwrap();
    assert_eq!(verified.version_digest(), None);
    assert_eq!(verified.check_version("whatever it became"), Ok(()));
}

#[test]
fn s03_a_prefix_is_whole_segments() {
    let pass = mint(&PassSpec::prefix(&prefix("tenant-a/")));
    for name in ["tenant-a/x", "tenant-a/x/y.txt"] {
        assert_eq!(*get(&pass, name).unwrap().scope(), Scope::Prefix(prefix("tenant-a/")));
    }
    for name in ["tenant-abc/x", "tenant-b/x", "x/tenant-a/x"] {
        assert_eq!(get(&pass, name).unwrap_err(), Refusal::BadTag, "{name}");
    }
    assert_eq!(get(&pass, "tenant-a").unwrap_err(), Refusal::OutOfScope);
}

#[test]
fn s03_deeper_prefixes_do_not_open_shallower_ones() {
    let pass = mint(&PassSpec::prefix(&prefix("a/b/")));
    assert!(get(&pass, "a/b/c").is_ok());
    assert_eq!(get(&pass, "a/c/d").unwrap_err(), Refusal::BadTag);
    assert_eq!(get(&pass, "a/b").unwrap_err(), Refusal::OutOfScope);
}

#[test]
fn a_pass_for_the_whole_store_opens_everything() {
    let pass = mint(&PassSpec::whole_store());
    for name in ["a", "a/b/c"] {
        assert!(get(&pass, name).is_ok());
    }
}

#[test]
fn d03_s10_a_pass_for_one_purpose_is_a_forgery_for_the_others() {
    let purposes = [Purpose::Download, Purpose::Upload, Purpose::Attach, Purpose::Delete];
    let name = key("a");
    for minted in purposes {
        let pass =
            passes_for(minted, "/media/").mint(&PassSpec::object(&name), at(NOW + HOUR), at(NOW)).unwrap();
        for used in purposes {
            let request = Presented::new(Method::Get, &name);
            let result = passes_for(used, "/media/").verify(pass.expose(), &request, at(NOW));
            assert_eq!(result.map(|_| ()), if used == minted { Ok(()) } else { Err(Refusal::BadTag) });
        }
    }
}

#[test]
fn s10_a_pass_for_one_mount_is_a_forgery_at_the_others() {
    let pass = mint(&PassSpec::object(&key("a")));
    for place in ["/media", "/media/x/", "/other/", "media"] {
        let request = key("a");
        let elsewhere = passes_for(Purpose::Download, place);
        let result = elsewhere.verify(pass.expose(), &Presented::new(Method::Get, &request), at(NOW));
        assert_eq!(result.unwrap_err(), Refusal::BadTag, "{place}");
    }
}

#[test]
fn s12_overrides_can_be_neither_added_dropped_nor_altered() {
    let fixed = Overrides { content_type: Some("text/plain"), ..Overrides::default() };
    let none = Overrides::default();
    let bare = mint(&PassSpec::object(&key("a.pdf")));
    let with = mint(&PassSpec::object(&key("a.pdf")).with_overrides(fixed));
    assert!(with_overrides(bare.expose(), none).is_ok());
    assert!(with_overrides(with.expose(), fixed).is_ok());

    let altered = [
        none,
        Overrides { content_type: Some("text/html"), ..none },
        Overrides { content_type: Some(""), ..none },
        Overrides { content_type: Some("Text/plain"), ..none },
        Overrides { content_disposition: Some("text/plain"), ..none },
        Overrides { content_language: Some("text/plain"), ..none },
        Overrides { cache_control: Some("public"), ..fixed },
        Overrides { content_disposition: Some("inline"), ..fixed },
    ];
    for overrides in altered {
        assert_eq!(with_overrides(with.expose(), overrides).unwrap_err(), Refusal::BadTag, "{overrides:?}");
        if overrides != none {
            assert_eq!(with_overrides(bare.expose(), overrides).unwrap_err(), Refusal::BadTag);
        }
    }
}

#[test]
fn s12_an_override_of_any_length_is_refused_quietly() {
    let huge = "x".repeat(200_000);
    let overrides = Overrides { content_type: Some(&huge), ..Overrides::default() };
    let pass = mint(&PassSpec::object(&key("a.pdf")));
    assert_eq!(with_overrides(pass.expose(), overrides).unwrap_err(), Refusal::BadTag);
}

#[test]
fn d07_subjects_are_typed() {
    let name = key("a");
    let verify = |passes: &Passes, subject: Subject, user: Option<&str>, session: Option<&str>| {
        let pass =
            passes.mint(&PassSpec::object(&name).with_subject(subject), at(NOW + HOUR), at(NOW)).unwrap();
        let request = Presented::new(Method::Get, &name).with_user(user).with_session(session);
        passes.verify(pass.expose(), &request, at(NOW)).map(|_| ())
    };
    let passes = passes();
    let user = || Subject::User("42".into());
    let session = || Subject::Session("42".into());
    let missing = |kind| Err(Refusal::SubjectMissing { kind });

    assert_eq!(verify(&passes, Subject::Bearer, None, None), Ok(()));
    assert_eq!(verify(&passes, Subject::Bearer, Some("42"), Some("s")), Ok(()));
    assert_eq!(verify(&passes, user(), Some("42"), None), Ok(()));
    assert_eq!(verify(&passes, session(), None, Some("42")), Ok(()));
    assert_eq!(verify(&passes, user(), Some("43"), Some("42")), Err(Refusal::BadTag));
    assert_eq!(verify(&passes, user(), None, Some("42")), missing(user().kind()));
    assert_eq!(verify(&passes, session(), Some("42"), None), missing(session().kind()));
    // All the anonymous are not one user.
    assert_eq!(verify(&passes, user(), Some(""), None), missing(user().kind()));
}

#[test]
fn d07_file_and_user_cannot_trade_bytes() {
    let pass = mint(&PassSpec::object(&key("a")).with_subject(Subject::User("b:c".into())));
    for (name, user) in [("a:b", "c"), ("a:b:c", ""), ("ab", ":c"), ("a", "b"), ("a", "c")] {
        let name = key(name);
        let request = Presented::new(Method::Get, &name).with_user(user);
        assert!(passes().verify(pass.expose(), &request, at(NOW)).is_err(), "{name} {user}");
    }
}
