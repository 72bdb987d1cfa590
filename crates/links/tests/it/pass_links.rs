//! [`PassLinks`]: the pass, its parameters, stable windows, and terms that cannot be.

use std::error::Error as _;
use std::time::Duration;

use links::{
    BaseUrl, Disposition, Lifetime, LinkErrorKind, LinkOptions, LinkSigner, Method, PassLinks, Subject,
    parameter,
};
use object_key::Prefix;
use proptest::prelude::*;
use token_hmac::{Overrides, Presented};

use crate::fixture::{BASE, NOW, at, key, links_at, parts, passes};

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_link_is_the_base_the_key_and_the_pass() {
    let url = links_at(NOW).object(&key("reports/q 1.pdf"), &LinkOptions::lasting(HOUR)).unwrap();
    let (plain, parameters) = parts(url.expose());
    assert_eq!(plain, "https://media.example.com/media/reports/q%201.pdf");
    let [(parameter::PASS, pass)] = &parameters[..] else { panic!("{parameters:?}") };
    assert_eq!(url.expires(), at(NOW + 3600));
    passes().verify(pass, &Presented::new(Method::Get, &key("reports/q 1.pdf")), at(NOW)).unwrap();
}

#[test]
fn a_prefix_link_opens_what_lies_below() {
    let prefix = Prefix::parse("hls/film 1/").unwrap();
    let url = links_at(NOW).prefix(&prefix, &LinkOptions::lasting(HOUR)).unwrap();
    let (plain, parameters) = parts(url.expose());
    assert_eq!(plain, "https://media.example.com/media/hls/film%201/");
    let below = key("hls/film 1/segment-0001.ts");
    passes().verify(&parameters[0].1, &Presented::new(Method::Get, &below), at(NOW)).unwrap();
    for beside in ["hls/film 10/x", "hls/film 1", "hls/x"] {
        assert!(
            passes().verify(&parameters[0].1, &Presented::new(Method::Get, &key(beside)), at(NOW)).is_err()
        );
    }
}

#[test]
fn s12_overrides_travel_encoded_and_are_inside_the_pass() {
    let disposition = Disposition::attachment("Übersicht \"Q1\" & 100%.pdf");
    let options = LinkOptions::lasting(HOUR)
        .with_disposition(disposition.clone())
        .with_content_type("text/plain; charset=utf-8+x");
    let url = links_at(NOW).object(&key("a"), &options).unwrap();
    let (_, query) = url.expose().split_once('?').unwrap();
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%=&".contains(&byte);
    assert!(query.bytes().all(harmless), "{query}");

    let (_, parameters) = parts(url.expose());
    let names: Vec<_> = parameters.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [parameter::PASS, parameter::CONTENT_TYPE, parameter::CONTENT_DISPOSITION]);
    let shown = disposition.to_string();
    let overrides = Overrides {
        content_type: Some("text/plain; charset=utf-8+x"),
        content_disposition: Some(&shown),
        ..Overrides::default()
    };
    assert_eq!(
        (parameters[1].1.as_str(), parameters[2].1.as_str()),
        ("text/plain; charset=utf-8+x", shown.as_str())
    );
    let a = key("a");
    let presented = Presented::new(Method::Get, &a);
    passes().verify(&parameters[0].1, &presented.with_overrides(overrides), at(NOW)).unwrap();
    assert!(passes().verify(&parameters[0].1, &presented, at(NOW)).is_err(), "stripped of its overrides");
}

#[test]
fn every_term_is_in_the_pass() {
    let a = key("a");
    let verify = |options: LinkOptions, presented: Presented<'_>, seconds| {
        let url = links_at(NOW).object(&a, &options).unwrap();
        passes().verify(&parts(url.expose()).1[0].1, &presented, at(seconds))
    };
    let (get, head) = (Presented::new(Method::Get, &a), Presented::new(Method::Head, &a));
    let options = || LinkOptions::lasting(HOUR);

    assert!(verify(options(), head, NOW).is_ok());
    assert!(verify(options().with_method(Method::Head), get, NOW).is_err());
    let user = || options().with_subject(Subject::User("42".into()));
    assert!(verify(user(), get.with_user("42"), NOW).is_ok());
    assert!(verify(user(), get.with_session("42"), NOW).is_err());
    let later = || options().with_not_before(at(NOW + 60));
    assert!(verify(later(), get, NOW).is_err());
    assert!(verify(later(), get, NOW + 60).is_ok());
    let bound = verify(options().with_version("v1"), get, NOW).unwrap();
    assert!(bound.check_version("v1").is_ok() && bound.check_version("v2").is_err());
    assert!(verify(options(), get, NOW + 3599).is_ok() && verify(options(), get, NOW + 3600).is_err());
}

#[test]
fn terms_that_cannot_be_are_refused_with_the_reason() {
    let refused = |links: &PassLinks, options: &LinkOptions| {
        let error = links.object(&key("a"), options).unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::InvalidTerms);
        error.to_string()
    };
    let links = links_at(NOW);
    assert!(refused(&links, &LinkOptions::lasting(Duration::ZERO)).contains("expired"));
    let nobody = LinkOptions::lasting(HOUR).with_subject(Subject::User(String::new()));
    assert!(refused(&links, &nobody).contains("subject is empty"));
    let long = LinkOptions::lasting(HOUR).with_content_type("x".repeat(1025));
    assert!(refused(&links, &long).contains("override is longer"));

    let error = links.prefix(&Prefix::root(), &LinkOptions::lasting(HOUR)).unwrap_err();
    assert!(error.to_string().contains("whole store"), "{error}");
    assert!(error.source().is_none(), "the text says the cause already");
}

#[test]
fn the_life_counts_from_the_start_and_its_limit_from_now() {
    const DAY: u64 = 86_400;
    let link = |start: u64, life: Duration| {
        links_at(NOW).object(&key("a"), &LinkOptions::lasting(life).with_not_before(at(start)))
    };
    assert_eq!(link(NOW + 3 * DAY, HOUR).unwrap().expires(), at(NOW + 3 * DAY + 3600));
    assert_eq!(link(NOW - DAY, HOUR).unwrap().expires(), at(NOW + 3600));
    assert_eq!(link(NOW + 7 * DAY - 3600, HOUR).unwrap().expires(), at(NOW + 7 * DAY));
    for (start, life) in
        [(NOW + 7 * DAY - 3599, HOUR), (NOW, Duration::from_hours(8 * 24)), (NOW, Duration::MAX)]
    {
        let error = link(start, life).unwrap_err();
        assert_eq!(error.kind(), LinkErrorKind::LivesTooLong);
        assert_eq!(
            error.to_string(),
            "failed to make a link: pass would end more than 604800 seconds from now"
        );
    }
}

#[test]
fn a_signer_is_usable_as_a_trait_object() {
    let links = links_at(NOW);
    let signer: &dyn LinkSigner = &links;
    let options = LinkOptions::lasting(HOUR);
    let a = key("a");
    let mut link = signer.link(&a, &options);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(url) = link.as_mut().poll(&mut cx) else { panic!("waits") };
    assert_eq!(url.unwrap(), links.object(&a, &options).unwrap());
    assert_eq!(links.base(), &BaseUrl::parse(BASE).unwrap());
}

proptest! {
    /// X1: within a window the same bytes, each with the promised life and no more than one window beyond.
    #[test]
    fn x01_stable_links_are_byte_identical_within_a_window(
        start in NOW..NOW + 1_000_000, least in 1_u64..100_000, window in 1_u64..100_000, nanos in 0_u32..1_000_000_000,
    ) {
        let stable = Lifetime::Stable { at_least: Duration::from_secs(least), window: Duration::from_secs(window) };
        let options = LinkOptions::new(stable).with_disposition(Disposition::attachment("ü.pdf"));
        let moment = at(start) + Duration::from_nanos(nanos.into());
        let mint = |moment| {
            let clock = links::Clock::new(move || moment);
            links_at(NOW).with_clock(clock).object(&key("a"), &options).unwrap()
        };
        let url = mint(moment);
        let life = url.expires().duration_since(moment).unwrap();
        prop_assert!(life >= Duration::from_secs(least));
        prop_assert!(life < Duration::from_secs(least + window));

        // The last moment at which the same expiry still leaves the least life, and the one after it.
        let last = url.expires() - Duration::from_secs(least);
        prop_assert_eq!(mint(last), url.clone());
        prop_assert_ne!(mint(last + Duration::from_nanos(1)), url);
    }
}
