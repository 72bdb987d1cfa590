//! `hallpass url`

use std::time::Duration;

use clap::{Args, ValueEnum};
use gateway::MountPath;
use links::{Disposition, DispositionKind, LinkOptions, Method};
use object_key::ObjectKey;

use super::link::{self, AN_HOUR, Gate, Reading, Terms, lifetime};
use crate::context::{Context, StoreChoice};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Print a link to an object: with a pass for the gateway, or presigned for S3 itself
///
/// The URL stands alone on one line. What the chosen way cannot promise is an error, never left out.
#[derive(Debug, Args)]
pub(crate) struct Url {
    /// Name of the object, such as `reports/q1.pdf`
    #[arg(value_parser = ObjectKey::parse)]
    key: ObjectKey,

    /// Who opens it: the gateway, for a pass; or S3, for a presigned URL
    #[arg(long, value_name = "WAY", default_value = "pass")]
    via: Via,

    /// How long the link works [default: 1h; via S3 what the store's `links.lifetime` says]
    #[arg(long, value_name = "DURATION", value_parser = lifetime)]
    ttl: Option<Duration>,

    /// What the link is good for [default: GET, which covers HEAD with a pass, and does not via S3]
    #[arg(long, value_name = "METHODS", value_delimiter = ',', ignore_case = true)]
    method: Vec<Reading>,

    #[command(flatten)]
    terms: Terms,

    /// Have browsers show or save the file, under its own name or that of `--download-as`
    #[arg(long, value_name = "KIND")]
    disposition: Option<Presentation>,

    /// Content type of the response, instead of the stored one
    #[arg(long = "type", value_name = "TYPE")]
    content_type: Option<String>,

    /// Mount that the link leads to, with a pass [default: the only one of the store]
    #[arg(long, value_name = "PATH", value_parser = MountPath::parse)]
    mount: Option<MountPath>,

    #[command(flatten)]
    store: StoreChoice,
}

/// Who opens an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Via {
    /// The gateway, for a pass
    Pass,
    /// S3, for a presigned URL
    S3,
}

/// What browsers do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Presentation {
    /// Show it, if it can be shown
    Inline,
    /// Save it
    Attachment,
}

impl From<Presentation> for DispositionKind {
    fn from(presentation: Presentation) -> Self {
        match presentation {
            Presentation::Inline => Self::Inline,
            Presentation::Attachment => Self::Attachment,
        }
    }
}

impl Url {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        match self.via {
            Via::Pass => self.via_pass(context).await,
            Via::S3 => self.via_s3(context).await,
        }
    }

    async fn via_pass(&self, context: &Context) -> Outcome {
        let gate = Gate::choose(context, self.mount.as_ref(), &self.store).await?;
        let is_head = !self.method.is_empty() && !self.method.contains(&Reading::Get);
        let method = if is_head { Method::Head } else { Method::Get };
        let options = self.options(self.ttl.unwrap_or(AN_HOUR), method);
        let url = gate.links.object(&self.key, &options).map_err(|error| gate.refused(error))?;
        gate.warn_if_missing(context, &self.key).await;
        link::print(context, &url)
    }

    fn options(&self, ttl: Duration, method: Method) -> LinkOptions {
        let mut options = self.terms.options(ttl, method);
        let name = self.terms.download_as.as_deref().unwrap_or_else(|| self.key.file_name());
        if let Some(presentation) = self.disposition {
            options.disposition = Some(Disposition::new(presentation.into(), name));
        }
        options.content_type.clone_from(&self.content_type);
        options
    }

    #[cfg(feature = "store-s3")]
    async fn via_s3(&self, context: &Context) -> Outcome {
        use links::{Lifetime, LinkSigner as _};

        if let Some(mount) = &self.mount {
            let text = format!("failed to make a link: S3 knows nothing of the mount `{mount}`");
            return Err(Failure::said(Exit::Usage, text).with_advice("leave out `--mount`"));
        }
        let method = match self.method.as_slice() {
            [] => Method::Get,
            [one] => (*one).into(),
            _ => {
                let text = "failed to make a link: a presigned URL works for one method only";
                return Err(Failure::said(Exit::Usage, text).with_advice("name one with `--method`"));
            }
        };
        let links = context.s3(&self.store).await?.links().map_err(|error| {
            let text = format!("failed to make a link: {error}");
            Failure::said(Exit::Usage, text)
        })?;
        let configured = match links.default_options().lifetime {
            Lifetime::Fixed(life) => life,
            Lifetime::Stable { at_least, .. } => at_least,
        };
        let options = self.options(self.ttl.unwrap_or(configured), method);
        link::print(context, &links.link(&self.key, &options).await?)
    }

    #[cfg(not(feature = "store-s3"))]
    #[expect(clippy::unused_async, reason = "the same signature as with the feature")]
    async fn via_s3(&self, _: &Context) -> Outcome {
        let text =
            format!("failed to make a link to `{}` via S3: this program was built without S3", self.key);
        Err(Failure::said(Exit::Usage, text).with_advice("build it with the feature `store-s3`"))
    }
}
