//! Measures one thing for a second of processor time: `cloudfront-peer url|raw rsa-sha256|rsa-sha1|p256-sha256`, or
//! `cloudfront-peer apply|stable|cloudfront_sign`.
//!
//! Prints `{"figure": …}`, so many per second, and waits for the end of its input.

mod raw;

use std::borrow::Cow;
use std::error::Error;
use std::hint::black_box;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use rustix::time::{ClockId, clock_gettime};
use signer_cloudfront::{
    Conditions, ExternalKey, KeyPairId, Lifetime, Pattern, PrivateKey, Resource, Signer, SigningAlgorithm, StableUrls,
    Window,
};

const RSA: &str = include_str!("../../../../tests/keys/rsa-pkcs1.pem");
const P256: &str = include_str!("../../../../tests/keys/p256-pkcs8.pem");
const URL: &str = "https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?size=large";
const ID: &str = "K2JCJMDEHXQW5F";
const EXPIRES: u64 = 1_767_290_400;
const SECOND: Duration = Duration::from_secs(1);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let figure = match *arguments {
        ["url", algorithm] => url(algorithm)?,
        ["raw", algorithm] => raw_signature(algorithm)?,
        ["cloudfront_sign"] => cloudfront_sign()?,
        ["apply"] => apply()?,
        ["stable"] => stable()?,
        _ => return Err(format!("{arguments:?}: see the top of the source").into()),
    };
    println!("{{\"figure\": {figure}}}");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn url(algorithm: &str) -> Outcome<f64> {
    let (signer, url, window) = (signer(algorithm)?, Resource::parse(URL)?, Window::until_unix(EXPIRES)?);
    Ok(rate(16, || signer.sign_url(black_box(&url), window).map(|signed| signed.expose().len())))
}

/// The signature alone, over the very bytes that [`url`] signs, by the library that it uses.
fn raw_signature(algorithm: &str) -> Outcome<f64> {
    let signer = signer(algorithm)?;
    let key = ExternalKey::new(signer.key_pair_id().clone(), signer.algorithm());
    let prepared = key.prepare(&Resource::parse(URL)?, Window::until_unix(EXPIRES)?)?;
    let message = prepared.message();
    let pem = if signer.algorithm() == SigningAlgorithm::P256Sha256 { P256 } else { RSA };
    let sign = raw::signing(pem, signer.algorithm())?;
    Ok(rate(16, || sign(black_box(message))))
}

fn cloudfront_sign() -> Outcome<f64> {
    let options = cloudfront_sign::SignedOptions {
        key_pair_id: Cow::Borrowed(ID),
        private_key: Cow::Borrowed(RSA),
        date_less_than: EXPIRES,
        ..Default::default()
    };
    Ok(rate(16, || cloudfront_sign::get_signed_url(black_box(URL), &options)))
}

fn apply() -> Outcome<f64> {
    let pattern = Pattern::parse("https://d111111abcdef8.cloudfront.net/albums/42/*")?;
    let conditions = Conditions::new(Window::until_unix(EXPIRES)?);
    let (grant, url) = (signer("rsa-sha256")?.grant(&pattern, conditions)?, Resource::parse(URL)?);
    Ok(rate(10_000, || grant.apply(black_box(&url))))
}

fn stable() -> Outcome<f64> {
    let hour = Duration::from_secs(3600);
    let (capacity, now) = (NonZeroUsize::new(10_000).ok_or("zero")?, SystemTime::UNIX_EPOCH + hour * 490_000);
    let lifetime = Lifetime::Stable { at_least: hour, window: hour };
    let (urls, url) = (StableUrls::new(signer("rsa-sha256")?, lifetime, capacity), Resource::parse(URL)?);
    Ok(rate(10_000, || urls.sign_url(black_box(&url), now)))
}

fn signer(algorithm: &str) -> Outcome<Signer> {
    let id = KeyPairId::parse(ID)?;
    match algorithm {
        "rsa-sha256" => Ok(Signer::sha256(id, PrivateKey::from_pem(RSA)?)?),
        "rsa-sha1" => Ok(Signer::sha1(id, PrivateKey::from_pem(RSA)?)?),
        "p256-sha256" => Ok(Signer::sha256(id, PrivateKey::from_pem(P256)?)?),
        other => Err(format!("{other}: not measured").into()),
    }
}

/// Repeats `work`, a batch at a time, for a second of this process's time; returns how often a second.
fn rate<T>(batch: u32, mut work: impl FnMut() -> T) -> f64 {
    let run = |work: &mut dyn FnMut() -> T| {
        for _ in 0..batch {
            black_box(work());
        }
    };
    run(&mut work);
    let (begun, mut count) = (processor_time(), 0.0);
    loop {
        for _ in 0..batch {
            black_box(work());
        }
        count += f64::from(batch);
        let spent = processor_time().saturating_sub(begun);
        if spent >= SECOND {
            return count / spent.as_secs_f64();
        }
    }
}

fn processor_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}
