//! What `pass` and `url` have in common: the terms of a link, where it leads, and how it is printed.

use std::fmt;
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};
use gateway::{
    Config, InvalidStoreUrl, Mount, MountPath, Origin, StoreUrl, format_duration, parse_duration, parse_time,
};
use links::{
    Disposition, Lifetime, LinkError, LinkErrorKind, LinkOptions, Method, PassLinks, SignedUrl, Subject,
};
use object_key::ObjectKey;
use serde::Serialize;
use store::{Prefixed, StoreExt};
use tokio::time::timeout;

use crate::context::{ConfigFile, Context, StoreChoice, is_url};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::moment::Moment;
use crate::output::Format;

/// How long a link works unless it is said.
pub(super) const AN_HOUR: Duration = Duration::from_hours(1);
/// How long the look whether an object is there may take: the link does not depend on it.
const LOOK: Duration = Duration::from_secs(3);

/// The methods that a link can be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(super) enum Reading {
    Get,
    Head,
}

impl From<Reading> for Method {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Get => Self::Get,
            Reading::Head => Self::Head,
        }
    }
}

/// The terms that links of every kind have names for; a kind that cannot keep one refuses it.
#[derive(Debug, Args)]
pub(super) struct Terms {
    /// Only for this user, as the application knows them
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// When the link begins to work: RFC 3339 or unix seconds
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    not_before: Option<SystemTime>,

    /// Print the same link to all who ask within this window; each lives `--ttl` at least
    #[arg(long, value_name = "WINDOW", value_parser = lifetime)]
    stable: Option<Duration>,

    /// Have browsers save the file, under this name
    #[arg(long, value_name = "NAME")]
    pub(super) download_as: Option<String>,
}

impl Terms {
    /// Returns the terms of a link that works so long, for this method.
    pub(super) fn options(&self, ttl: Duration, method: Method) -> LinkOptions {
        let lifetime = match self.stable {
            None => Lifetime::Fixed(ttl),
            Some(window) => Lifetime::Stable { at_least: ttl, window },
        };
        let mut options = LinkOptions::new(lifetime).with_method(method);
        options.not_before = self.not_before;
        options.disposition = self.download_as.as_deref().map(Disposition::attachment);
        if let Some(user) = &self.user {
            options.subject = Subject::User(user.clone());
        }
        options
    }
}

/// Reads how long something lasts. Links count in seconds, and one that lasts less is a mistake.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text).map_err(|error| error.to_string())?;
    if duration < Duration::from_secs(1) { Err("less than a second".to_owned()) } else { Ok(duration) }
}

/// A link, and until when it works.
#[derive(Serialize)]
struct Link<'a> {
    url: &'a str,
    expires: Moment,
}

impl fmt::Display for Link<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url)
    }
}

/// Prints a link, alone on its line.
pub(super) fn print(context: &Context, url: &SignedUrl) -> Outcome {
    context.output().answer(&Link { url: url.expose(), expires: url.expires().into() })?;
    Ok(Exit::Done)
}

/// The mount of a gateway that a link leads to, and who makes links to it.
pub(super) struct Gate {
    config: Config,
    path: MountPath,
    pub(super) links: PassLinks,
}

impl Gate {
    /// Finds the mount: the one that is named, the only one of the store that is named, or the only one.
    pub(super) async fn choose(
        context: &Context,
        mount: Option<&MountPath>,
        store: &StoreChoice,
    ) -> Result<Self, Failure> {
        let config = configuration(context, store)?;
        let path = match mount {
            Some(path) => path.clone(),
            None => only_mount(&config, store.name())?,
        };
        let origin = origin(context, &config)?;
        let around = Context::surroundings();
        let links =
            context.with_secrets(&config, async || Ok(config.links(&path, &origin, &around)?)).await?;
        Ok(Self { config, path, links })
    }

    /// Says why there is no link; of a life that is too long, where its limit is set.
    pub(super) fn refused(&self, error: LinkError) -> Failure {
        match self.mount() {
            Some(mount) if error.kind() == LinkErrorKind::LivesTooLong => {
                let most = format_duration(mount.max_life);
                let text = format!("failed to make a link: it would end more than {most} from now");
                Failure::said(Exit::Usage, text)
                    .with_advice(format_args!("`max_life` of the mount `{}` sets that limit", self.path))
            }
            _ => error.into(),
        }
    }

    /// Warns people of an object that is not there (yet).
    pub(super) async fn warn_if_missing(&self, context: &Context, key: &ObjectKey) {
        let Some(mount) = self.mount() else { return };
        if context.output().format() == Format::Text
            && timeout(LOOK, is_missing(&self.config, mount, key)).await == Ok(true)
        {
            context.output().warn(format_args!("there is no `{key}` in the store `{}` yet", mount.store));
        }
    }

    fn mount(&self) -> Option<&Mount> {
        self.config.mounts.get(&self.path)
    }
}

/// Returns the configuration; without one, a store at an address is served as a directory would be.
fn configuration(context: &Context, store: &StoreChoice) -> Result<Config, Failure> {
    match store.name() {
        Some(url) if is_url(url) && *context.config_file() == ConfigFile::None => {
            let parsed = url.parse().map_err(|reason: InvalidStoreUrl| {
                // SECURITY: what is wrong with it may be that a secret is in it.
                let shown = StoreUrl::elided(url);
                Failure::said(Exit::Usage, format!("failed to choose a store: `{shown}`: {reason}"))
            })?;
            context.config_serving(&parsed)
        }
        _ => context.config(),
    }
}

/// Tells whether an object is known not to be there. A store that cannot be asked is no reason to say so.
async fn is_missing(config: &Config, mount: &Mount, key: &ObjectKey) -> bool {
    let Ok(store) = config.open_store(&mount.store, &Context::surroundings()).await else {
        return false;
    };
    matches!(Prefixed::new(store, mount.prefix.clone()).exists(key).await, Ok(false))
}

/// Returns the origin that links begin with. It comes from configuration or from the gateway's own announcement.
fn origin(context: &Context, config: &Config) -> Result<Origin, Failure> {
    if let Some(public_url) = &config.public_url {
        return Ok(public_url.clone());
    }
    if let Some(running) = Context::surroundings().state().announced()? {
        return Ok(running.origin);
    }
    let origin = config.origin();
    context
        .output()
        .note(format_args!("note: no gateway runs in this directory; the link leads to {origin}"));
    Ok(origin)
}

/// Returns the configuration's only mount, or the only one of a store.
fn only_mount(config: &Config, store: Option<&str>) -> Result<MountPath, Failure> {
    let whose = match store {
        None => "the configuration".to_owned(),
        Some(store) => format!("the store `{store}`"),
    };
    if let Some(store) = store {
        config.store_settings(store)?; // a name that is misspelt has a better error
    }
    let serves = |mount: &Mount| store.is_none_or(|store| is_served(config, mount, store));
    let mounts: Vec<&MountPath> =
        config.mounts.iter().filter(|(_, mount)| serves(mount)).map(|(path, _)| path).collect();
    match mounts.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let failure = Failure::said(Exit::Usage, format!("failed to choose a mount: {whose} has none"));
            Err(match store {
                Some(_) => failure
                    .with_advice("no gateway serves it; an S3 store has links of its own, `url --via s3`"),
                None => failure,
            })
        }
        several => {
            let names: Vec<String> = several.iter().map(|mount| format!("`{mount}`")).collect();
            Err(Failure::said(Exit::Usage, format!("failed to choose a mount: {whose} has several"))
                .with_advice(format_args!("name one with `--mount`: {}", names.join(", "))))
        }
    }
}

/// Tells whether a mount serves the store of this name or URL.
fn is_served(config: &Config, mount: &Mount, store: &str) -> bool {
    let settings = config.stores.get(&mount.store);
    let is_at = |url: &str| settings.is_some_and(|settings| settings.url == url.parse().ok());
    mount.store == store || (is_url(store) && is_at(store))
}
