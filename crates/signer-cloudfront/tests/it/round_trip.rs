//! What is signed verifies, and nothing near it does.

use std::net::{IpAddr, Ipv4Addr};
use std::time::SystemTime;

use proptest::prelude::*;
use signer_cloudfront::{Conditions, IpCidr, Pattern, PolicyForm, Refusal, Resource, Window};

use crate::fixture::{NOW, at, p256, url, verifier};

fn resources() -> impl Strategy<Value = Resource> {
    let segments = prop::collection::vec("\\PC{1,6}|[a-z\"\\\\*?#%&' ]{1,8}", 0..4);
    let parameters = prop::collection::vec(("[a-zA-Z&=+ ]{1,4}", "\\PC{0,6}"), 0..3);
    let urls = (segments, parameters).prop_filter_map("dots", |(segments, parameters)| {
        let joined = url("https://media.example.com/").join(segments).ok()?;
        parameters.iter().try_fold(joined, |url, (name, value)| url.with_parameter(name, value).ok())
    });
    urls.boxed()
}

fn windows() -> impl Strategy<Value = (Window, SystemTime, SystemTime)> {
    (1..NOW, 2..600_u64, any::<bool>()).prop_map(|(start, life, begins)| {
        let (from, until) = (at(start), at(start + life));
        let window = if begins { Window::between(from, until) } else { Window::until(until) }.unwrap();
        (window, from, until)
    })
}

fn forms() -> impl Strategy<Value = PolicyForm> {
    prop_oneof![Just(PolicyForm::Shortest), Just(PolicyForm::Custom)]
}

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn x03_signed_verifies_now_not_before_not_after(
        resource in resources(), (window, from, until) in windows(), form in forms(),
    ) {
        let conditions = Conditions::new(window).with_form(form);
        let signed = p256().sign_url(&resource, conditions).unwrap();
        let verifier = verifier();
        let verify = |now| verifier.verify_url(signed.expose(), now, None).map(|v| v.url().to_owned());
        prop_assert_eq!(verify(from + SECOND), Ok(resource.as_str().to_owned()));
        prop_assert_eq!(verify(until - SECOND), Ok(resource.as_str().to_owned()));
        prop_assert_eq!(verify(until), Err(Refusal::Expired { at: until }));
        if window.not_before().is_some() {
            prop_assert_eq!(verify(from), Err(Refusal::NotYet { until: from }));
        } else {
            prop_assert!(verify(at(0)).is_ok());
        }
        let cookies = p256().sign_cookies(&resource, conditions).unwrap();
        prop_assert!(verifier.verify_cookies(resource.as_str(), cookies.pairs(), until - SECOND, None).is_ok());
    }

    #[test]
    fn x03_only_from_the_block(bits: u32, length in 0_u8..=32, other: u32) {
        let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
        let block = IpCidr::new(Ipv4Addr::from_bits(bits & mask), length).unwrap();
        let conditions = Conditions::new(Window::until_unix(NOW).unwrap()).with_source_ip(block);
        let signed = p256().sign_url(&url("https://example.com/"), conditions).unwrap();
        for client in [bits, other] {
            let address = IpAddr::V4(Ipv4Addr::from_bits(client));
            let inside = client & mask == bits & mask;
            let verdict = verifier().verify_url(signed.expose(), at(1), Some(address)).map(|_| ());
            prop_assert_eq!(verdict, if inside { Ok(()) } else { Err(Refusal::WrongAddress) });
        }
    }

    /// Any one character of URL, expiry, policy, signature or key id, changed to any other.
    #[test]
    fn s12_no_changed_character_verifies(
        resource in resources(), form in forms(), place in any::<prop::sample::Index>(), byte in 0x21_u8..0x7f,
    ) {
        let conditions = Conditions::new(Window::until_unix(NOW).unwrap()).with_form(form);
        let signed = p256().sign_url(&resource, conditions).unwrap().into_string();
        let mut changed = signed.clone().into_bytes();
        let at_place = place.index(changed.len());
        prop_assume!(changed[at_place] != byte);
        changed[at_place] = byte;
        let changed = String::from_utf8(changed).unwrap();
        let verdict = verifier().verify_url(&changed, at(NOW - 1), None);
        prop_assert!(verdict.is_err(), "{} {:?}", changed, verdict);
    }

    #[test]
    fn garbage_never_verifies_or_panics(text in "(https://a/)?[ -~]{0,40}", query in "((Policy|Expires|Signature|Key-Pair-Id|Hash-Algorithm|a)=[ -~]{0,12}&){0,6}") {
        let whole = format!("{text}?{query}");
        prop_assert!(verifier().verify_url(&whole, at(NOW), None).is_err());
        let pairs: Vec<(String, String)> = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (format!("CloudFront-{name}"), value.to_owned())).collect();
        let cookies = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        prop_assert!(verifier().verify_cookies(&text, cookies, at(NOW), None).is_err());
    }

    #[test]
    fn x03_patterns_cover_what_is_below_them(resource in resources(), segments in prop::collection::vec("\\PC{1,6}", 1..3)) {
        let base = url("https://media.example.com/");
        let Ok(below) = base.join(&segments) else { return Ok(()) };
        let pattern = Pattern::below(&base, &segments).unwrap();
        let inside = url(&format!("{below}/{}", &resource.as_str()["https://media.example.com/".len()..]));
        prop_assert!(pattern.matches(&inside));
        prop_assert!(!pattern.matches(&below), "the folder itself is not below itself");
        let grant = p256().grant(&pattern, Window::until_unix(NOW).unwrap()).unwrap();
        let signed = grant.apply(&inside).unwrap();
        prop_assert!(verifier().verify_url(signed.expose(), at(NOW - 1), None).is_ok());
    }
}
