//! Signs a URL and verifies it, with `signer-cloudfront` and nothing else.

use std::error::Error;
use std::time::{Duration, SystemTime};

use signer_cloudfront::{KeyPairId, PrivateKey, Resource, Signer, Verifier, Window};

fn main() -> Result<(), Box<dyn Error>> {
    let key = PrivateKey::from_pem(include_str!("../../keys/rsa-pkcs8.pem"))?;
    let id = KeyPairId::parse("K2JCJMDEHXQW5F")?;
    let verifier = Verifier::new([(id.clone(), key.public_key())]);
    let signer = Signer::sha256(id, key)?;

    let now = SystemTime::now();
    let url = Resource::parse("https://d111111abcdef8.cloudfront.net/")?.join(["two words.jpg"])?;
    let signed = signer.sign_url(&url, Window::lasting(Duration::from_secs(60), now)?)?;
    let verified = verifier.verify_url(signed.expose(), now, None)?;
    assert_eq!(verified.url(), url.as_str());
    println!("{}", signed.expose());
    Ok(())
}
