//! `hallpass pass`

use std::fmt;
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};
use gateway::{Config, Mount, MountPath, Origin, format_duration, parse_duration, parse_time};
use links::{
    Disposition, Lifetime, LinkError, LinkErrorKind, LinkOptions, Method, PassLinks, SignedUrl, Subject,
};
use object_key::{InvalidKey, ObjectKey, Prefix};
use serde::Serialize;
use store::{Prefixed, StoreExt};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::moment::Moment;
use crate::output::Format;

/// Print a private link to an object
///
/// The URL stands alone on one line: `curl "$(hallpass pass report.pdf)"`. It begins with `public_url`, else with
/// the address of the gateway that runs in this directory, else with the configured one.
#[derive(Debug, Args)]
pub(crate) struct Pass {
    /// Name of the object, such as `reports/q1.pdf`
    key: String,

    /// How long the link works, from `--not-before` on where that is given
    #[arg(long, default_value = "1h", value_name = "DURATION", value_parser = lifetime)]
    ttl: Duration,

    /// Only for this user, as the application knows them
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// What the link is good for; GET covers HEAD
    #[arg(
        long,
        value_name = "METHODS",
        value_delimiter = ',',
        default_value = "GET,HEAD",
        ignore_case = true
    )]
    method: Vec<Reading>,

    /// Only for one use; refused until there is a ledger to keep count
    #[arg(long)]
    one_time: bool,

    /// When the link begins to work: RFC 3339 or unix seconds
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    not_before: Option<SystemTime>,

    /// Print the same link to all who ask within this window; each lives `--ttl` at least
    #[arg(long, value_name = "WINDOW", value_parser = lifetime)]
    stable: Option<Duration>,

    /// KEY is a folder such as `reports/`, and the link opens everything below it
    #[arg(long, conflicts_with = "download_as")]
    prefix: bool,

    /// Have browsers save the file, under this name
    #[arg(long, value_name = "NAME")]
    download_as: Option<String>,

    /// Mount that the link leads to [default: the only one]
    #[arg(long, value_name = "PATH", value_parser = MountPath::parse)]
    mount: Option<MountPath>,
}

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

/// What a link leads to.
enum Goal {
    Object(ObjectKey),
    Folder(Prefix),
}

/// Reads how long something lasts. Links count in seconds, and one that lasts less is a mistake.
fn lifetime(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text).map_err(|error| error.to_string())?;
    if duration < Duration::from_secs(1) { Err("less than a second".to_owned()) } else { Ok(duration) }
}

impl Pass {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        if self.one_time {
            let text = "failed to make a link for one use: there is no ledger that could count the uses";
            return Err(Failure::said(Exit::Usage, text).with_advice("leave out `--one-time`"));
        }
        let goal = self.goal()?;
        let config = context.config()?;
        let mount = self.mount.clone().map_or_else(|| only_mount(&config), Ok)?;
        let origin = origin(context, &config)?;
        let links = context
            .with_secrets(&config, || Ok(config.links(&mount, &origin, &Context::surroundings())?))?;
        let url = self.link(&links, &goal).map_err(|error| refused(error, &config, &mount))?;

        if context.output().format() == Format::Text {
            self.remark(context, &config, &mount, &goal).await;
        }
        context.output().answer(&Link { url: url.expose(), expires: url.expires().into() })?;
        Ok(Exit::Done)
    }

    fn goal(&self) -> Result<Goal, Failure> {
        let goal = if self.prefix {
            Prefix::parse(&self.key).map(Goal::Folder)
        } else {
            ObjectKey::parse(&self.key).map(Goal::Object)
        };
        goal.map_err(|error| {
            let failure = Failure::said(
                Exit::Usage,
                format!("failed to make a link to `{}`: {error}", self.key.escape_debug()),
            );
            let is_folder = error == InvalidKey::OuterSlash && self.key.ends_with('/');
            if self.prefix && self.key == "/" {
                return failure.with_advice("no link opens everything: make one for each folder at the top");
            }
            if is_folder { failure.with_advice("for a whole folder add `--prefix`") } else { failure }
        })
    }

    fn link(&self, links: &PassLinks, goal: &Goal) -> Result<SignedUrl, LinkError> {
        let lifetime = match self.stable {
            None => Lifetime::Fixed(self.ttl),
            Some(window) => Lifetime::Stable { at_least: self.ttl, window },
        };
        // GET covers HEAD, so that one method says it all.
        let method = if self.method.contains(&Reading::Get) { Method::Get } else { Method::Head };
        let mut options = LinkOptions::new(lifetime).with_method(method);
        options.not_before = self.not_before;
        options.disposition = self.download_as.as_deref().map(Disposition::attachment);
        if let Some(user) = &self.user {
            options.subject = Subject::User(user.clone());
        }
        match goal {
            Goal::Object(key) => links.object(key, &options),
            Goal::Folder(prefix) => links.prefix(prefix, &options),
        }
    }

    /// Says what whoever uses the link should know.
    async fn remark(&self, context: &Context, config: &Config, mount: &MountPath, goal: &Goal) {
        match goal {
            Goal::Folder(_) => context.output().note("put the rest of the object's name before the `?`"),
            Goal::Object(key) => {
                if let Some(mount) = config.mounts.get(mount)
                    && is_missing(config, mount, key).await
                {
                    context
                        .output()
                        .warn(format_args!("there is no `{key}` in the store `{}` yet", mount.store));
                }
            }
        }
    }
}

/// Says why there is no link; of a life that is too long, where its limit is set.
fn refused(error: LinkError, config: &Config, path: &MountPath) -> Failure {
    match config.mounts.get(path) {
        Some(mount) if error.kind() == LinkErrorKind::LivesTooLong => {
            let most = format_duration(mount.max_life);
            let text = format!("failed to make a link: it would end more than {most} from now");
            Failure::said(Exit::Usage, text)
                .with_advice(format_args!("`max_life` of the mount `{path}` sets that limit"))
        }
        _ => error.into(),
    }
}

/// Tells whether an object is known not to be there. A store that cannot be asked is no reason to say so.
async fn is_missing(config: &Config, mount: &Mount, key: &ObjectKey) -> bool {
    let Ok(store) = config.open_store(&mount.store, &Context::surroundings()) else {
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

/// Returns the configuration's only mount.
fn only_mount(config: &Config) -> Result<MountPath, Failure> {
    let mounts: Vec<&MountPath> = config.mounts.keys().collect();
    match mounts.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(Failure::said(Exit::Usage, "failed to choose a mount: the configuration has none")),
        several => {
            let names: Vec<String> = several.iter().map(|mount| format!("`{mount}`")).collect();
            Err(Failure::said(Exit::Usage, "failed to choose a mount: the configuration has several")
                .with_advice(format_args!("name one with `--mount`: {}", names.join(", "))))
        }
    }
}
