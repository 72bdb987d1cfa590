//! X1: the same URL for all who ask within a window.

use std::num::NonZeroUsize;
use std::time::Duration;

use signer_cloudfront::{Lifetime, SignUrlError, StableUrls};

use crate::fixture::{NOW, P256, URL, at, id, key, p256, url, verifier};

const HOUR: Duration = Duration::from_hours(1);

fn urls(capacity: usize) -> StableUrls {
    let lifetime = Lifetime::Stable { at_least: HOUR, window: HOUR };
    StableUrls::new(p256(), lifetime, NonZeroUsize::new(capacity).unwrap())
}

#[test]
fn x01_the_same_bytes_within_a_window_though_ecdsa_signs_anew() {
    let urls = urls(100);
    // NOW is a multiple of an hour: it ends a window.
    let begin = at(NOW) + Duration::from_secs(1);
    let first = urls.sign_url(&url(URL), begin).unwrap();
    for second in [0, 1, 1800, 3599] {
        assert_eq!(urls.sign_url(&url(URL), begin + Duration::from_secs(second)).unwrap(), first);
    }
    let next = urls.sign_url(&url(URL), begin + HOUR).unwrap();
    assert_ne!(next, first);
    for (signed, from) in [(&first, begin), (&next, begin + HOUR)] {
        assert!(verifier().verify_url(signed.expose(), from + HOUR, None).is_ok(), "lives an hour at least");
        assert!(verifier().verify_url(signed.expose(), from + HOUR * 2, None).is_err());
    }
}

#[test]
fn x01_what_was_forgotten_is_signed_anew_and_good() {
    let urls = urls(2);
    let begin = at(NOW);
    let first = urls.sign_url(&url(URL), begin).unwrap();
    for number in 0..10 {
        urls.sign_url(&url(&format!("https://example.com/{number}")), begin).unwrap();
    }
    let again = urls.sign_url(&url(URL), begin).unwrap();
    assert_ne!(again, first);
    assert!(verifier().verify_url(again.expose(), begin, None).is_ok());
}

#[test]
fn x01_many_threads_see_one_url() {
    let urls = urls(10);
    let seen: Vec<_> = std::thread::scope(|scope| {
        let ask = || urls.sign_url(&url(URL), at(NOW)).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn errors_are_those_of_its_parts() {
    let signer = signer_cloudfront::Signer::sha256(id(), key(P256)).unwrap();
    let urls = StableUrls::new(signer, Lifetime::Fixed(Duration::MAX), NonZeroUsize::MIN);
    let error = urls.sign_url(&url(URL), at(NOW)).unwrap_err();
    assert!(matches!(error, SignUrlError::Window(_)) && error.to_string().contains("2038"));
    let long = url(&format!("https://example.com/{}", "a".repeat(8172)));
    let error = self::urls(1).sign_url(&long, at(NOW)).unwrap_err();
    assert!(matches!(error, SignUrlError::Sign(_)) && error.to_string().contains("bytes"));
    assert_eq!(self::urls(1).signer().key_pair_id(), &id());
}
