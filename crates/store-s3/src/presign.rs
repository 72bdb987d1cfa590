//! [`S3Links`]: presigned URLs for reading (X1, X9), and who else may make links to a bucket (D17).

mod keys;
mod public;
mod signer;
mod span;
mod upload;

pub use public::PublicLinks;
pub use upload::S3Uploads;

pub(crate) use signer::{Presigner, Session, invalid, unsupported};
pub(crate) use upload::describe_upload;

use std::fmt;
use std::sync::Arc;

use links::{Clock, LinkError, LinkFut, LinkOptions, LinkSigner, Method, SignedUrl, Subject};
use object_key::ObjectKey;
use store::FieldValue;

use self::signer::presigned;
use crate::config::{Access, ConfigError, Signing};
use crate::store::S3Store;

/// Makes presigned URLs, with which an object is read straight from the server.
///
/// Of the terms of a link, lifetime, method (GET or HEAD, each for itself), disposition and content type are honoured.
/// S3 knows no others: a subject, a beginning or a version (which S3 takes in a header only) is refused.
///
/// With [`Lifetime::Stable`](links::Lifetime::Stable), the same object has the same URL, byte for byte, throughout a
/// window, for as long as the credentials stay the same (X1): it is dated back to the beginning of the window.
///
/// ```
/// use std::time::Duration;
/// use links::{LinkOptions, LinkSigner as _};
/// use object_key::ObjectKey;
/// use store_s3::{Environment, S3Config, S3Store};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let config: S3Config = toml::from_str(r#"
///     bucket = "media"
///     region = "eu-west-1"
///     credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s3cr3t" }
/// "#)?;
/// let links = S3Store::connect(&config, &Environment::empty()).await?.links()?;
///
/// let options = LinkOptions::lasting(Duration::from_secs(900));
/// let url = links.link(&ObjectKey::parse("photos/me.jpg")?, &options).await?;
/// assert!(url.expose().starts_with("https://media.s3.eu-west-1.amazonaws.com/photos/me.jpg?"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// A URL lives no longer than the credentials that signed it: temporary ones cut it short, which is logged. Nobody can
/// revoke it before, but by revoking the credentials. The account that owns the bucket is not checked again when it is
/// used, for a browser sends no header that would ask for it (S48).
#[derive(Clone)]
pub struct S3Links {
    presigner: Arc<Presigner>,
}

impl S3Store {
    /// Returns the signer of presigned URLs.
    ///
    /// # Errors
    /// When the configuration leaves links to somebody else, or when no link could open the objects.
    pub fn links(&self) -> Result<S3Links, ConfigError> {
        let links = &self.inner().settings().links;
        match links.signing {
            Signing::Presigned => Ok(S3Links { presigner: Arc::new(Presigner::new(self.inner())?) }),
            Signing::Elsewhere => Err(ConfigError::new(
                "links.signing",
                "is `elsewhere`, so another signer makes the links; it was not given",
            )),
            Signing::Unsigned => Err(ConfigError::new(
                "links.signing",
                "is `unsigned`, and a link without a signature keeps no terms; plain URLs are a type of their own",
            )),
        }
    }

    /// Returns whoever the configuration says signs links: this store, or `elsewhere`, such as a signer for the custom
    /// domain.
    ///
    /// # Errors
    /// When `elsewhere` is missing where the configuration counts on it, or given where it does not.
    ///
    /// # Security
    /// There is no third outcome: nothing falls back to unsigned links (D17).
    pub fn link_signer(
        &self,
        elsewhere: Option<Arc<dyn LinkSigner>>,
    ) -> Result<Arc<dyn LinkSigner>, ConfigError> {
        match (self.inner().settings().links.signing, elsewhere) {
            (Signing::Elsewhere, Some(signer)) => Ok(signer),
            (_, Some(_)) => Err(ConfigError::new(
                "links.signing",
                "another signer is given; let it sign with `elsewhere`, or leave it out",
            )),
            (_, None) => Ok(Arc::new(self.links()?)),
        }
    }

    /// Returns the plain URLs of a bucket that was declared public.
    ///
    /// # Errors
    /// Unless the configuration says both `links.access = "public"` and `links.signing = "unsigned"`.
    pub async fn public_links(&self) -> Result<PublicLinks, ConfigError> {
        let links = &self.inner().settings().links;
        match (links.access, links.signing) {
            (Access::Public, Signing::Unsigned) => PublicLinks::new(self.inner()).await,
            // SECURITY: a private bucket has no plain URLs, whatever else is configured (D17).
            _ => Err(ConfigError::new(
                "links.signing",
                "plain URLs need a bucket declared public and `unsigned`; this one is not",
            )),
        }
    }

    /// Returns the signer of uploads straight to the server.
    ///
    /// # Errors
    /// When the objects are encrypted with a customer's key: the client would have to get it.
    pub fn uploads(&self) -> Result<S3Uploads, ConfigError> {
        S3Uploads::new(self.inner())
    }
}

impl S3Links {
    /// Sets the clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { presigner: Arc::new(self.presigner.with_clock(clock)) }
    }

    /// Returns terms with the configured lifetime.
    pub fn default_options(&self) -> LinkOptions {
        LinkOptions::lasting(self.presigner.settings().links.lifetime)
    }

    async fn sign(&self, key: &ObjectKey, options: &LinkOptions) -> Result<SignedUrl, LinkError> {
        let LinkOptions { lifetime, method, subject, not_before, version, disposition, content_type, .. } =
            options;
        refuse(*subject != Subject::Bearer, "a presigned URL works for whoever has it, not for one subject")?;
        refuse(not_before.is_some(), "a presigned URL works at once; S3 keeps no exact beginning")?;
        refuse(version.is_some(), "S3 takes the version to read in a header, which no link can carry")?;
        // SECURITY: what could end a header line gets into none (S24).
        if let Some(text) = content_type {
            FieldValue::parse(text.clone()).map_err(invalid)?;
        }
        let presigner = &self.presigner;
        let key = presigner.key(key)?;
        let session = presigner.session(*lifetime).await?;
        let disposition = disposition.as_ref().map(ToString::to_string);
        // The requests have the same setters but no trait in common.
        macro_rules! reading {
            ($request:expr) => {
                $request
                    .bucket(presigner.bucket_name())
                    .key(key.as_str())
                    .set_response_content_disposition(disposition)
                    .set_response_content_type(content_type.clone())
            };
        }
        let request = match method {
            Method::Get => presigned!(reading!(presigner.client().get_object()), session),
            Method::Head => presigned!(reading!(presigner.client().head_object()), session),
            Method::Put | Method::Post | Method::Delete => {
                return Err(unsupported("a link reads; uploads have signers of their own"));
            }
        };
        Ok(SignedUrl::new(request.uri().to_owned(), session.expires()))
    }
}

fn refuse(term_is_set: bool, why: &'static str) -> Result<(), LinkError> {
    if term_is_set { Err(unsupported(why)) } else { Ok(()) }
}

impl LinkSigner for S3Links {
    fn link<'a>(&'a self, key: &'a ObjectKey, options: &'a LinkOptions) -> LinkFut<'a, SignedUrl> {
        Box::pin(self.sign(key, options))
    }
}

impl fmt::Debug for S3Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("S3Links").field(&self.presigner).finish()
    }
}

#[cfg(test)]
mod tests;
