//! `hallpass serve`

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::Args;
use gateway::{Config, Gateway, InvalidStoreUrl, Listening, Origin, Running, StoreUrl, prepare_embedded};
use links::{LinkOptions, SignedUrl};
use serde::Serialize;
use tokio::sync::oneshot;
use tracing::{info, warn};

use crate::context::{Context, media};
use crate::descriptors;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::moment::Moment;
use crate::stop::Stop;

/// Serve private files; prints a link to try
///
/// Without a configuration, DIR is served on this machine only: below `/media/`, what lies in `public/` to everyone,
/// the rest to whoever has a link. The secret that signs links is made in `.hallpass/` the first time.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Directory to serve, made if it is missing [default: ./media]
    #[arg(conflicts_with = "store")]
    dir: Option<PathBuf>,

    /// Store to serve instead of a directory, such as `s3://bucket/prefix`
    #[arg(long, value_name = "URL")]
    store: Option<String>,

    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    listen: Option<SocketAddr>,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "not an IP address and a port such as `127.0.0.1:8080`")
}

/// How long the link works that is printed at the start.
const FIRST_LINK: Duration = Duration::from_hours(1);

/// What is printed at the start.
#[derive(Serialize)]
struct Announced {
    listening: String,
    url: Option<String>,
    expires: Option<Moment>,
    #[serde(skip)]
    key: Option<String>,
    #[serde(skip)]
    advice: &'static str,
}

impl Serve {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        let stop = Stop::listen()?;
        descriptors::raise_limit();
        let named = self.named()?;
        let config = self.config(context, named.clone()).await?;
        let around = Context::surroundings();
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let listening = Gateway::new(config, &around).await?.bind().await?.with_workers(cores);
        let origin = Origin::of_listener(listening.local_addr());
        if let Ok(Some(other)) = around.state().announced() {
            let other = other.origin;
            warn!("{other} is served from this directory too: links that are made here now lead to {origin}");
        }
        // From here on commands in this directory mean this gateway and its store; withdrawn at the end.
        let _announcement = around.state().announce(&self.running(&origin, named))?;
        let mut announced = announced(&listening, &origin).await?;
        if context.output().is_quiet() {
            announced.advice = "";
        }
        context.output().answer(&announced)?;
        serve(listening, stop).await
    }

    /// Describes this gateway to other commands. What it serves they only have to be told if it is not what they expect.
    fn running(&self, origin: &Origin, named: Option<StoreUrl>) -> Running {
        let running = Running::at(origin.clone());
        let dir = self.dir.as_deref().and_then(|dir| dir.canonicalize().ok());
        match dir.map(StoreUrl::File).or(named) {
            Some(store) => running.with_store(store),
            None => running,
        }
    }

    /// Returns what the arguments say is to be served.
    fn named(&self) -> Result<Option<StoreUrl>, Failure> {
        let Some(text) = &self.store else {
            return Ok(self.dir.clone().map(StoreUrl::File));
        };
        // SECURITY: not read by clap, which repeats what is wrong, even a secret in it.
        let url = text.parse().map_err(|reason: InvalidStoreUrl| {
            Failure::said(Exit::Usage, format!("`{}`: {reason}", StoreUrl::elided(text)))
        });
        url.map(Some)
    }

    async fn config(&self, context: &Context, named: Option<StoreUrl>) -> Result<Config, Failure> {
        let mut config = match (context.config_file().path(), named) {
            (Some(file), Some(_)) => return Err(self.said_twice(file)),
            (Some(_), None) => context.config()?,
            (None, named) => {
                let store = named.unwrap_or_else(media);
                let config = context.config_serving(&store)?;
                if let StoreUrl::File(dir) = &store {
                    prepare(dir).await?;
                }
                config
            }
        };
        config.listen = self.listen.unwrap_or(config.listen);
        Ok(config)
    }

    fn said_twice(&self, file: &Path) -> Failure {
        let (named, advice) = match (&self.dir, &self.store) {
            (None, Some(url)) => (url.clone(), "leave out `--store`"),
            (dir, _) => {
                (dir.as_deref().unwrap_or(Path::new("")).display().to_string(), "leave out the directory")
            }
        };
        let text =
            format!("failed to serve `{named}`: the configuration `{}` says what is served", file.display());
        Failure::said(Exit::Usage, text).with_advice(advice)
    }
}

/// Prepares a directory to be served without a configuration.
async fn prepare(dir: &Path) -> Result<(), Failure> {
    if dir.exists() && !dir.is_dir() {
        let text = format!("failed to serve `{}`: it is not a directory", dir.display());
        return Err(Failure::said(Exit::Usage, text));
    }
    Ok(prepare_embedded(dir).await?)
}

/// Puts together what is printed: a link to an object of the first mount that has one which is not public.
async fn announced(listening: &Listening, origin: &Origin) -> Result<Announced, Failure> {
    let gateway = listening.gateway();
    for (path, mount) in &gateway.config().mounts {
        if let Some(key) = gateway.sample(path).await? {
            let options = LinkOptions::lasting(FIRST_LINK.min(mount.max_life));
            let url = gateway.links(path, listening.origin())?.object(&key, &options)?;
            return Ok(Announced::new(origin, Some((key.to_string(), url))));
        }
    }
    Ok(Announced::new(origin, None))
}

impl Announced {
    fn new(origin: &Origin, link: Option<(String, SignedUrl)>) -> Self {
        let (key, url) = link.unzip();
        Self {
            listening: origin.to_string(),
            expires: url.as_ref().map(|url| url.expires().into()),
            url: url.map(|url| url.expose().to_owned()),
            key,
            advice: TRY_NEXT,
        }
    }
}

impl fmt::Display for Announced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "listening on {}\n", self.listening)?;
        match self {
            Self { key: Some(key), url: Some(url), expires: Some(expires), .. } => {
                writeln!(f, "a private link to `{key}`, good until {expires}:\n{url}\n")?;
            }
            _ => writeln!(f, "nothing private is stored yet, so there is no link to show\n")?,
        }
        f.write_str(self.advice)
    }
}

const TRY_NEXT: &str = "\
try next, in another terminal:
  hallpass put FILE KEY     store a file of your own
  hallpass pass KEY         print a private link to it
  hallpass verify 'URL'     say whether a link is good, and why not";

/// Serves until a signal comes, then lets transfers finish; a second signal ends at once.
async fn serve(listening: Listening, mut stop: Stop) -> Outcome {
    let (tell, told) = oneshot::channel::<()>();
    let shutdown = async move {
        let _ = told.await;
    };
    let signals = async move {
        stop.requested().await;
        info!("asked to end: transfers may finish; a second signal ends at once");
        let _ = tell.send(());
        stop.requested().await;
    };
    tokio::select! {
        served = listening.serve(shutdown) => served.map(|()| Exit::Done).map_err(Failure::from),
        () = signals => {
            warn!("ended before all transfers had finished");
            Ok(Exit::Failed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_can_be_left_out() {
        let mut announced = Announced::new(&Origin::of_listener(([127, 0, 0, 1], 80).into()), None);
        assert!(announced.to_string().contains("try next"));
        announced.advice = "";
        assert!(!announced.to_string().contains("try next"), "{announced}");
    }
}
