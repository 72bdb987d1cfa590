//! S14: one secret after another.

use token_hmac::{KeyRing, Malformed, Method, Pass, PassSpec, Passes, Presented, Purpose, Refusal};

use crate::fixture::{HOUR, NOW, at, audience, get, id, key, mint, secret};

fn downloads(ring: &KeyRing) -> Passes {
    Passes::new(ring, Purpose::Download, &audience("/media/"))
}

fn old_ring() -> KeyRing {
    KeyRing::new(id("old"), secret(1))
}

fn verify(passes: &Passes, pass: &Pass, seconds: u64) -> Result<(), Refusal> {
    passes.verify(pass.expose(), &Presented::new(Method::Get, &key("a")), at(seconds)).map(|_| ())
}

fn mint_with(passes: &Passes) -> Pass {
    passes.mint(&PassSpec::object(&key("a")), at(NOW + 2 * HOUR), at(NOW)).unwrap()
}

#[test]
fn s14_each_step_of_a_rotation_accepts_what_is_out() {
    let announced = downloads(&old_ring().with_key(id("new"), secret(2)).unwrap());
    let switched = downloads(
        &KeyRing::new(id("new"), secret(2)).with_retired_key(id("old"), secret(1), at(NOW + HOUR)).unwrap(),
    );
    let (before, after) = (mint_with(&announced), mint_with(&switched));
    for passes in [&announced, &switched] {
        assert_eq!(verify(passes, &before, NOW), Ok(()));
        assert_eq!(verify(passes, &after, NOW), Ok(()));
    }
}

#[test]
fn s14_a_retired_key_ends_at_its_moment() {
    let ring =
        KeyRing::new(id("new"), secret(2)).with_retired_key(id("old"), secret(1), at(NOW + HOUR)).unwrap();
    let (passes, pass) = (downloads(&ring), mint_with(&downloads(&old_ring())));
    let retired = Refusal::Retired { id: id("old") };
    assert_eq!(verify(&passes, &pass, NOW + HOUR - 1), Ok(()));
    assert_eq!(verify(&passes, &pass, NOW + HOUR), Err(retired));
    assert!(!retired.is_authentic(), "answered like a forgery");
}

#[test]
fn s14_only_the_active_key_signs() {
    let ring = old_ring().with_key(id("new"), secret(2)).unwrap();
    let pass = mint_with(&downloads(&ring));
    assert_eq!(ring.active(), id("old"));
    assert_eq!(verify(&downloads(&old_ring()), &pass, NOW), Ok(()));
}

#[test]
fn dt2_another_secret_is_a_bad_tag_and_another_id_an_unknown_key() {
    let pass = mint_with(&downloads(&old_ring()));
    let same_id = downloads(&KeyRing::new(id("old"), secret(9)));
    let same_secret = downloads(&KeyRing::new(id("other"), secret(1)));
    assert_eq!(verify(&same_id, &pass, NOW), Err(Refusal::BadTag));
    assert_eq!(verify(&same_secret, &pass, NOW), Err(Refusal::UnknownKey { id: id("old") }));
}

#[test]
fn s14_the_same_secret_under_two_ids_signs_differently() {
    let ring = old_ring().with_key(id("two"), secret(1)).unwrap();
    let pass = mint_with(&downloads(&old_ring()));
    let renamed = crate::tampering::with_bytes(pass.expose(), 4, b"two");
    let result = downloads(&ring).verify(&renamed, &Presented::new(Method::Get, &key("a")), at(NOW));
    assert_eq!(result.unwrap_err(), Refusal::BadTag);
}

#[test]
fn s14_duplicate_ids_are_an_error() {
    assert!(old_ring().with_key(id("old"), secret(2)).is_err());
    let ring = old_ring().with_key(id("new"), secret(2)).unwrap();
    let error = ring.with_retired_key(id("new"), secret(3), at(NOW)).unwrap_err();
    assert_eq!(error.to_string(), "key ring has two secrets with the id `new`");
}

#[test]
fn s14_forged_key_ids_are_refused() {
    let pass = mint(&PassSpec::object(&key("a")));
    let forge = |claimed: &[u8]| {
        let mut wire = crate::tampering::decode(pass.expose());
        wire[3] = u8::try_from(claimed.len()).unwrap_or(u8::MAX);
        wire.splice(4..11, claimed.iter().copied());
        crate::tampering::encode(&wire)
    };
    let refusal = |text: &str| {
        crate::fixture::passes().verify(text, &Presented::new(Method::Get, &key("a")), at(NOW)).unwrap_err()
    };
    assert!(get(&pass, "a").is_ok());
    assert_eq!(refusal(&forge(b"2026-12")), Refusal::UnknownKey { id: id("2026-12") });
    for claimed in [&b"../../etc/passwd"[..], b"", b"a\0b", "é".as_bytes(), b"0123456789abcdefg"] {
        assert_eq!(refusal(&forge(claimed)), Refusal::Malformed(Malformed::KeyId), "{claimed:?}");
    }
    assert_eq!(refusal(&forge(&[b'k'; 10_000])), Refusal::Malformed(Malformed::TooLong));
    assert_eq!(refusal(&"A".repeat(10_000_000)), Refusal::Malformed(Malformed::TooLong));
}
