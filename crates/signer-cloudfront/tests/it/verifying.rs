//! The edge: what opens, what does not, and why.

use std::net::IpAddr;

use signer_cloudfront::{
    Conditions, IpCidr, KeyPairId, Pattern, PolicyForm, PublicKey, Refusal, Verifier, Window,
};

use crate::fixture::{ID, NOW, P256_PUBLIC, URL, at, encode, id, p256, rsa, url, verifier};

fn signed() -> String {
    p256().sign_url(&url(URL), Window::until_unix(NOW).unwrap()).unwrap().into_string()
}

#[track_caller]
fn refuse(text: &str, expected: Refusal) {
    assert_eq!(verifier().verify_url(text, at(NOW - 1), None), Err(expected), "{text}");
}

#[test]
fn x04_public_keys_are_enough() {
    let verifier = Verifier::new([(id(), PublicKey::from_pem(P256_PUBLIC).unwrap())]);
    let verified = verifier.verify_url(&signed(), at(NOW - 1), None).unwrap();
    assert_eq!((verified.url(), verified.key_pair_id(), verified.expires()), (URL, &id(), at(NOW)));
}

#[test]
fn s13_good_until_the_second_before_the_expiry() {
    let text = signed();
    let verify = |now| verifier().verify_url(&text, now, None);
    assert!(verify(at(0)).is_ok());
    assert!(verify(at(NOW) - std::time::Duration::from_nanos(1)).is_ok());
    assert_eq!(verify(at(NOW)), Err(Refusal::Expired { at: at(NOW) }));
    assert_eq!(verify(at(u64::from(u32::MAX) * 4)), Err(Refusal::Expired { at: at(NOW) }));
}

#[test]
fn s13_good_after_the_second_of_the_beginning() {
    let window = Window::between(at(NOW - 60), at(NOW)).unwrap();
    let text = p256().sign_url(&url(URL), window).unwrap().into_string();
    let verify = |now| verifier().verify_url(&text, now, None);
    assert_eq!(verify(at(NOW - 61)), Err(Refusal::NotYet { until: at(NOW - 60) }));
    assert_eq!(verify(at(NOW - 60)), Err(Refusal::NotYet { until: at(NOW - 60) }));
    assert!(verify(at(NOW - 59)).is_ok());
    assert_eq!(
        verify(std::time::SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(9)),
        Err(Refusal::NotYet { until: at(NOW - 60) })
    );
    assert_eq!(verify(at(NOW)), Err(Refusal::Expired { at: at(NOW) }));
}

#[test]
fn x04_only_from_the_addresses_of_the_policy() {
    let conditions = Conditions::new(Window::until_unix(NOW).unwrap())
        .with_source_ip(IpCidr::parse("192.0.2.0/24").unwrap());
    let text = p256().sign_url(&url(URL), conditions).unwrap().into_string();
    let verify = |client: Option<&str>| {
        let client = client.map(|address| address.parse::<IpAddr>().unwrap());
        verifier().verify_url(&text, at(NOW - 1), client).map(|_| ())
    };
    assert_eq!(verify(Some("192.0.2.200")), Ok(()));
    assert_eq!(verify(Some("::ffff:192.0.2.200")), Ok(()));
    for other in [None, Some("192.0.3.1"), Some("2001:db8::1"), Some("::1")] {
        assert_eq!(verify(other), Err(Refusal::WrongAddress), "{other:?}");
    }
}

#[test]
fn s12_parameters_added_changed_repeated_or_reordered() {
    let text = signed();
    let own = text.strip_prefix(&format!("{URL}&")).unwrap();
    let base = URL.split('?').next().unwrap();

    // CloudFront's parameters are found wherever they are; what is left has to be the URL that was signed.
    assert!(verifier().verify_url(&format!("{base}?{own}&size=large"), at(NOW - 1), None).is_ok());
    let reversed: Vec<&str> = own.split('&').rev().collect();
    assert!(verifier().verify_url(&format!("{URL}&{}", reversed.join("&")), at(NOW - 1), None).is_ok());

    refuse(&format!("{text}&response-content-type=text/html"), Refusal::BadSignature);
    refuse(&text.replace("size=large", "size=small"), Refusal::BadSignature);
    refuse(&text.replace("size=large", "size=large&size=large"), Refusal::BadSignature);
    refuse(&text.replace("?size=large&", "?"), Refusal::BadSignature);
    refuse(&text.replace("size=large", "size=larg%65"), Refusal::BadSignature);
    refuse(&text.replace(&NOW.to_string(), &(NOW + 1).to_string()), Refusal::BadSignature);
    refuse(&text.replace("https://", "http://"), Refusal::BadSignature);
    refuse(&text.replace("1.jpg", "2.jpg"), Refusal::BadSignature);
    refuse(&text.replace(ID, "KRSA"), Refusal::BadSignature);
    refuse(&text.replace(ID, "KOTHER"), Refusal::UnknownKey);
    for parameter in ["Expires", "Signature", "Key-Pair-Id", "Hash-Algorithm", "Policy"] {
        let repeated = format!("{text}&{parameter}=1&{parameter}=1");
        refuse(&repeated, Refusal::Repeated { parameter });
    }
    refuse(&format!("{text}&Policy=e30_"), Refusal::Ambiguous);
}

#[test]
fn s12_the_hash_is_what_was_signed() {
    let text = signed();
    refuse(&text.replace("SHA256", "SHA1"), Refusal::UnknownHash);
    refuse(&text.replace("SHA256", ""), Refusal::UnknownHash);
    refuse(&text.replace("SHA256", "sha256"), Refusal::UnknownHash);
    let without = text.replace("&Hash-Algorithm=SHA256", "");
    let expected = if cfg!(feature = "p256") { Refusal::BadSignature } else { Refusal::NoBackend };
    refuse(&without, expected);
    let rsa = rsa().sign_url(&url(URL), Window::until_unix(NOW).unwrap()).unwrap().into_string();
    refuse(&rsa.replace(ID, "KRSA").replace("&Hash-Algorithm=SHA256", ""), Refusal::BadSignature);
}

#[test]
fn s13_expiries_are_plain_numbers() {
    let text = signed();
    let number = NOW.to_string();
    for bad in [
        "",
        "0",
        "-1",
        "+1",
        "1e10",
        "01767290400",
        "1767290400.0",
        "NaN",
        "2147483648",
        "18446744073709551615",
        "99999999999999999999999",
        "%31",
    ] {
        refuse(&text.replace(&number, bad), Refusal::BadExpires);
    }
}

#[test]
fn garbage_is_refused_and_never_more() {
    refuse("", Refusal::Malformed);
    refuse("x", Refusal::Malformed);
    refuse("/path?Policy=x", Refusal::Malformed);
    refuse("https://example.com/a b", Refusal::Malformed);
    refuse("https://example.com/ä", Refusal::Malformed);
    refuse("https://example.com/a#b", Refusal::Malformed);
    refuse("https://example.com/\"", Refusal::Malformed);
    refuse(&format!("https://example.com/{}", "a".repeat(8192)), Refusal::Malformed);
    refuse(URL, Refusal::Unsigned);
    refuse("https://example.com/", Refusal::Unsigned);
    refuse(&format!("{URL}&Hash-Algorithm=SHA256"), Refusal::Unsigned);
    refuse(&format!("{URL}&Expires={NOW}"), Refusal::Incomplete);
    refuse(&format!("{URL}&Expires={NOW}&Signature=AAAA"), Refusal::Incomplete);
    refuse(&format!("{URL}&Signature=AAAA&Key-Pair-Id={ID}"), Refusal::Incomplete);
    let with = |rest: &str| format!("{URL}&{rest}&Key-Pair-Id={ID}&Hash-Algorithm=SHA256");
    refuse(&with(&format!("Expires={NOW}&Signature=")), Refusal::BadSignature);
    refuse(&with(&format!("Expires={NOW}&Signature=AAA=")), Refusal::BadSignature);
    refuse(&with(&format!("Expires={NOW}&Signature={}", "A".repeat(7000))), Refusal::BadSignature);
    refuse(&with("Policy=!!!!&Signature=AAAA"), Refusal::BadPolicy);
    refuse(&with("Policy=&Signature=AAAA"), Refusal::BadSignature);
    let text = signed();
    refuse(&text.replace(ID, ""), Refusal::UnknownKey);
    refuse(&text.replace(ID, &"K".repeat(65)), Refusal::UnknownKey);
    refuse(&text.replace(ID, "../../etc/passwd"), Refusal::UnknownKey);
    let cookie = "x".repeat(8193);
    let cookies = [("CloudFront-Policy", cookie.as_str())];
    assert_eq!(verifier().verify_cookies(URL, cookies, at(NOW), None), Err(Refusal::Malformed));
    assert_eq!(verifier().verify_cookies(URL, [], at(NOW), None), Err(Refusal::Unsigned));
    let twice = [("CloudFront-Policy", "a"), ("CloudFront-Policy", "b")];
    assert_eq!(
        verifier().verify_cookies(URL, twice, at(NOW), None),
        Err(Refusal::Repeated { parameter: "Policy" })
    );
}

/// Policies that another program signed with a trusted key: only a complete one opens anything.
mod policies {
    use super::*;
    use signer_cloudfront::{ExternalKey, SigningAlgorithm};

    /// Signs any text as a policy, by way of a library that knows nothing of policies.
    fn verdict(policy: &str) -> Result<(), Refusal> {
        let signature = crate::openssl::sign(crate::fixture::P256, "sha256", policy.as_bytes());
        let text = format!(
            "{URL}&Policy={}&Signature={}&Key-Pair-Id={ID}&Hash-Algorithm=SHA256",
            encode(policy.as_bytes()),
            encode(&signature)
        );
        let client = "192.0.2.7".parse().ok();
        verifier().verify_url(&text, at(NOW - 1), client).map(|_| ())
    }

    #[test]
    fn x04_complete_policies_open_in_any_order_and_spacing() {
        for policy in [
            format!(
                r#"{{"Statement":[{{"Resource":"{URL}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{NOW}}}}}}}]}}"#
            ),
            format!(
                r#"{{ "Statement": [ {{ "Condition": {{ "IpAddress": {{"AWS:SourceIp":"192.0.2.7/24"}}, "DateLessThan": {{"AWS:EpochTime": {NOW}}} }}, "Resource": "*" }} ] }}"#
            ),
            format!(
                r#"{{"Statement":[{{"Resource":"http*://d111111abcdef8.*/albums/4?/\u002a","Condition":{{"DateLessThan":{{"AWS:EpochTime":{NOW}}},"DateGreaterThan":{{"AWS:EpochTime":1}}}}}}]}}"#
            ),
        ] {
            assert_eq!(verdict(&policy), Ok(()), "{policy}");
        }
    }

    #[test]
    fn s23_incomplete_or_ambiguous_policies_open_nothing() {
        let expiry = format!(r#""DateLessThan":{{"AWS:EpochTime":{NOW}}}"#);
        let statement = format!(r#"{{"Resource":"*","Condition":{{{expiry}}}}}"#);
        assert_eq!(
            verdict(&format!(r#"{{"Statement":[{statement}]}}"#)),
            Ok(()),
            "the one that the others differ from"
        );
        for policy in [
            String::new(),
            "{}".to_owned(),
            "[]".to_owned(),
            "null".to_owned(),
            r#"{"Statement":[]}"#.to_owned(),
            format!(r#"{{"Statement":{statement}}}"#),
            format!(r#"{{"Statement":[{statement},{statement}]}}"#),
            format!(r#"{{"Statement":[{statement}],"Version":"2012-10-17"}}"#),
            format!(r#"{{"Statement":[{statement}],"Statement":[{statement}]}}"#),
            format!(r#"{{"Statement":[{statement}]}}x"#),
            format!(r#"{{"Statement":[{{"Condition":{{{expiry}}}}}]}}"#),
            format!(r#"{{"Statement":[{{"Resource":["*"],"Condition":{{{expiry}}}}}]}}"#),
            format!(r#"{{"Statement":[{{"Resource":"a","Resource":"*","Condition":{{{expiry}}}}}]}}"#),
            r#"{"Statement":[{"Resource":"*"}]}"#.to_owned(),
            r#"{"Statement":[{"Resource":"*","Condition":{}}]}"#.to_owned(),
            r#"{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":9999999999}}}]}"#
                .to_owned(),
            r#"{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1e9}}}]}"#
                .to_owned(),
            r#"{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":-1}}}]}"#
                .to_owned(),
            r#"{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":"1767290400"}}}]}"#
                .to_owned(),
            format!(r#"{{"Statement":[{{"Resource":"*","Condition":{{{expiry},{expiry}}}}}]}}"#),
            format!(r#"{{"Statement":[{{"Resource":"*","Condition":{{{expiry},"StringLike":{{}}}}}}]}}"#),
            format!(
                r#"{{"Statement":[{{"Resource":"*","Condition":{{{expiry},"IpAddress":{{"AWS:SourceIp":"::1/128"}}}}}}]}}"#
            ),
            format!(r#"{{"Statement":[{{"Resource":"*","Condition":{{{expiry},"IpAddress":{{}}}}}}]}}"#),
            format!("{}{}", "[".repeat(2000), "]".repeat(2000)),
        ] {
            assert_eq!(verdict(&policy), Err(Refusal::BadPolicy), "{policy}");
        }
        let nothing = format!(r#"{{"Statement":[{{"Resource":"","Condition":{{{expiry}}}}}]}}"#);
        assert_eq!(verdict(&nothing), Err(Refusal::NotCovered), "an empty resource is not everything");
    }

    /// A custom policy over the very bytes of a canned one must not open what the canned one does not.
    #[test]
    fn s12_canned_and_custom_are_told_apart() {
        let key = ExternalKey::new(id(), SigningAlgorithm::P256Sha256);
        let window = Window::until_unix(NOW).unwrap();
        let canned = key.prepare(&url(URL), window).unwrap().message().to_vec();
        let custom = key.prepare(&url(URL), Conditions::new(window).with_form(PolicyForm::Custom)).unwrap();
        assert_eq!(canned, custom.message(), "the same bytes, so either form opens the same URL");
        assert_eq!(verdict(str::from_utf8(&canned).unwrap()), Ok(()));
    }
}

/// The recipe that lets a picture come back as HTML: a wildcard signature, and an origin that looks at parameters.
#[test]
fn s22_wildcards_cover_queries_and_exact_urls_do_not() {
    let window = Window::until_unix(NOW).unwrap();
    let attack = format!("{URL}&response-content-type=text%2Fhtml");
    let exact = p256().sign_url(&url(URL), window).unwrap().into_string();
    refuse(&format!("{exact}&response-content-type=text%2Fhtml"), Refusal::BadSignature);
    let exact = Conditions::new(window).with_form(PolicyForm::Custom);
    let grant = p256().grant(&url(URL), exact).unwrap();
    assert!(grant.apply(&url(&attack)).is_err());

    // The danger that `Pattern` warns of is there: whoever runs the origin has to know.
    let pattern = Pattern::parse("https://d111111abcdef8.cloudfront.net/albums/42/*").unwrap();
    let grant = p256().grant(&pattern, window).unwrap();
    let signed = grant.apply(&url(&attack)).unwrap();
    assert!(verifier().verify_url(signed.expose(), at(NOW - 1), None).is_ok());
    // A pattern whose query is written out does not cover it.
    let narrow = Pattern::parse("https://d111111abcdef8.cloudfront.net/albums/42/*.jpg").unwrap();
    assert!(p256().grant(&narrow, window).unwrap().apply(&url(&attack)).is_err());
}

#[test]
fn of_two_keys_with_one_id_the_last_counts() {
    let (first, last) = (crate::fixture::key(crate::fixture::RSA), crate::fixture::key(crate::fixture::P256));
    let verifier = Verifier::new([(id(), first.public_key()), (id(), last.public_key())]);
    assert!(verifier.verify_url(&signed(), at(NOW - 1), None).is_ok());
    assert!(
        Verifier::new([(KeyPairId::parse("K").unwrap(), last.public_key())])
            .verify_url(&signed(), at(NOW), None)
            .is_err()
    );
}
