//! [`Context`]: what a command runs in: its output, the working directory, the configuration, the environment.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use clap::Args;
use gateway::{Config, ConfigError, OpenStore, StoreSettings, StoreUrl, Surroundings};
use store_fs::{FileStore, MissingRoot};

use crate::arguments::Common;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Read when no configuration is named, if it is there.
const CONFIG_FILE: &str = "hallpass.toml";
/// Names another configuration file.
const CONFIG_VARIABLE: &str = "HALLPASS_CONFIG";
/// Served when there is no configuration.
const MEDIA: &str = "./media";

/// What a command runs in.
pub(crate) struct Context {
    output: Output,
    config_file: ConfigFile,
    /// What has to be settled before the program ends.
    opened: Mutex<Vec<OpenStore>>,
}

/// Where the configuration is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConfigFile {
    /// In the file that the caller names.
    Named(PathBuf),
    /// In the file of the working directory.
    Found(PathBuf),
    /// Nowhere: the embedded default.
    None,
}

/// Which store to work on.
#[derive(Debug, Args)]
pub(crate) struct StoreChoice {
    /// Store to work on: a name from the configuration, or a URL such as `file:///srv/media` or `s3://bucket/prefix`
    /// [default: the only one; without a configuration what is served from this directory, or else `./media`]
    #[arg(long, value_name = "NAME|URL")]
    store: Option<String>,
}

impl Context {
    /// Finds out where the configuration is.
    pub(crate) fn new(common: &Common) -> Self {
        let named = common.config.clone().or_else(|| env::var_os(CONFIG_VARIABLE).map(PathBuf::from));
        let config_file = match named {
            Some(path) => ConfigFile::Named(path),
            None if Path::new(CONFIG_FILE).exists() => ConfigFile::Found(CONFIG_FILE.into()),
            None => ConfigFile::None,
        };
        Self { output: common.output(), config_file, opened: Mutex::default() }
    }

    /// Returns how to speak.
    pub(crate) fn output(&self) -> Output {
        self.output
    }

    /// Returns where the configuration is.
    pub(crate) fn config_file(&self) -> &ConfigFile {
        &self.config_file
    }

    /// Returns the working directory and the environment.
    pub(crate) fn surroundings() -> Surroundings<'static> {
        Surroundings::new(Path::new(""), &variable) // so that paths are shown as `./media` and not as `././media`
    }

    /// Does what needs the secrets, and says when one was made for it.
    pub(crate) async fn with_secrets<T>(
        &self,
        config: &Config,
        work: impl AsyncFnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let path = Self::surroundings().state().secret_path();
        let is_new = config.keys.is_none() && !path.exists();
        let done = work().await?;
        if is_new {
            self.output.note(format_args!("note: made a new secret, `{}`", path.display()));
        }
        Ok(done)
    }

    /// Reads the configuration, variables included; without one it is the embedded default over what the gateway serves
    /// that runs in this directory, or else over `./media`.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        self.config_serving(&self.embedded_url()?)
    }

    /// Returns what is served without a configuration.
    fn embedded_url(&self) -> Result<StoreUrl, Failure> {
        let running = match self.config_file {
            ConfigFile::None => Self::surroundings().state().announced()?,
            ConfigFile::Named(_) | ConfigFile::Found(_) => None,
        };
        Ok(running.and_then(|running| running.store).unwrap_or_else(media))
    }

    /// Reads the configuration, variables included; without one it is the embedded default over `url`.
    pub(crate) fn config_serving(&self, url: &StoreUrl) -> Result<Config, Failure> {
        let config = self.read_config(url)?.map_err(|error| self.not_in_order(&error))?;
        match self.config_file.path() {
            Some(path) if config.stores.is_empty() && config.mounts.is_empty() => Err(nothing_in(path)),
            _ => Ok(config),
        }
    }

    /// Does the same, with what is wrong in the configuration as the inner error.
    pub(crate) fn read_config(&self, url: &StoreUrl) -> Result<Result<Config, ConfigError>, Failure> {
        let text = match &self.config_file {
            ConfigFile::None => None,
            ConfigFile::Found(path) => Some(Config::read_found(path)?),
            ConfigFile::Named(path) => Some(fs::read_to_string(path).map_err(|error| {
                Failure::io(format_args!("read the configuration `{}`", path.display()), &error)
                    .with_exit(Exit::Usage)
            })?),
        };
        Ok(build_config(text.as_deref(), url))
    }

    /// Describes what is wrong with the configuration.
    fn not_in_order(&self, error: &ConfigError) -> Failure {
        let what = match self.config_file.path() {
            None => "the environment".to_owned(),
            Some(path) => format!("the configuration `{}`", path.display()),
        };
        let separator = if error.problems().len() > 1 { "\n  " } else { " " };
        let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
        Failure::said(Exit::Usage, format!("failed to use {what}:{separator}{}", problems.join(separator)))
    }

    /// Opens a store to look at.
    pub(crate) async fn store(&self, choice: &StoreChoice) -> Result<OpenStore, Failure> {
        let (config, name) = self.chosen(choice)?;
        let settings = config.store_settings(&name)?;
        match config.open_store(&name, &Self::surroundings()).await {
            Ok(store) => Ok(self.opened(store)),
            Err(error) => Err(self.advise_newcomer(choice, &settings, error.into())),
        }
    }

    /// Remembers a store that was opened, so that the program does not end before what was begun in it.
    pub(crate) fn opened(&self, store: OpenStore) -> OpenStore {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(store.clone());
        store
    }

    /// Waits until nothing goes on in the stores that were opened.
    pub(crate) async fn settled(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for store in opened {
            store.settled().await;
        }
    }

    /// Returns the settings of a store.
    pub(crate) fn store_settings(&self, choice: &StoreChoice) -> Result<StoreSettings, Failure> {
        let (config, name) = self.chosen(choice)?;
        Ok(config.store_settings(&name)?)
    }

    /// Connects to a store in S3, without asking whether its bucket is there.
    #[cfg(feature = "store-s3")]
    pub(crate) async fn s3(&self, choice: &StoreChoice) -> Result<store_s3::S3Store, Failure> {
        let (config, name) = self.chosen(choice)?;
        Ok(config.connect_s3(&name, &Self::surroundings()).await?)
    }

    /// Finds out which store is meant: the configuration to look in, and a name or URL.
    fn chosen(&self, choice: &StoreChoice) -> Result<(Config, String), Failure> {
        match choice.name() {
            // A URL needs no configuration, not even one that is in order. If there is one, it names secrets to keep out of.
            Some(url) if is_url(url) => Ok((self.config().unwrap_or_default(), url.to_owned())),
            Some(name) => Ok((self.config()?, name.to_owned())),
            None => {
                let config = self.config()?;
                let name = only_store(&config)?.to_owned();
                Ok((config, name))
            }
        }
    }

    /// Opens a store to write to. The store of the embedded default is made the first time.
    pub(crate) async fn store_to_fill(&self, choice: &StoreChoice) -> Result<OpenStore, Failure> {
        if self.is_embedded(choice) && self.embedded_url()? == media() {
            let is_new = !Path::new(MEDIA).exists();
            FileStore::builder().with_missing_root(MissingRoot::Create).open(MEDIA)?;
            if is_new {
                self.output.note(format_args!("note: made the directory `{MEDIA}`"));
            }
        }
        self.store(choice).await
    }

    /// Tells whether neither the caller nor a configuration says which store is meant.
    fn is_embedded(&self, choice: &StoreChoice) -> bool {
        choice.name().is_none() && self.config_file == ConfigFile::None
    }

    fn advise_newcomer(&self, choice: &StoreChoice, settings: &StoreSettings, failure: Failure) -> Failure {
        match &settings.url {
            _ if failure.exit() != Exit::NotFound => failure,
            Some(StoreUrl::File(path)) if self.is_embedded(choice) && path == Path::new(MEDIA) => {
                failure.with_advice(format_args!("`hallpass serve` makes `{MEDIA}`; `--store` names another"))
            }
            Some(StoreUrl::File(path)) => {
                failure.with_advice(format_args!("`mkdir -p {}` makes it", path.display()))
            }
            _ => failure.with_advice("or make it, with safe settings, by `hallpass bucket init`"),
        }
    }
}

impl ConfigFile {
    /// Returns the path of the file, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Named(path) | Self::Found(path) => Some(path),
            Self::None => None,
        }
    }
}

impl StoreChoice {
    /// Returns the name or URL, if one was given.
    pub(crate) fn name(&self) -> Option<&str> {
        self.store.as_deref()
    }
}

/// Tells a URL from a name of the configuration.
pub(crate) fn is_url(store: &str) -> bool {
    store.contains(':')
}

/// Returns the store that is served without a configuration.
pub(crate) fn media() -> StoreUrl {
    StoreUrl::File(MEDIA.into())
}

/// Says that a file configures nothing: perhaps it was emptied by the shell, before it could be read.
fn nothing_in(path: &Path) -> Failure {
    let text =
        format!("failed to use the configuration `{}`: it has no stores and no mounts", path.display());
    Failure::said(Exit::Usage, text).with_advice(
        "add both, or remove the file and begin with `hallpass config show > new.toml && mv new.toml hallpass.toml`",
    )
}

/// Returns the value of a variable; one that is not UTF-8 counts as absent.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn build_config(text: Option<&str>, url: &StoreUrl) -> Result<Config, ConfigError> {
    let mut config = match text {
        Some(text) => Config::from_toml(text)?,
        None => Config::embedded_at(url.clone()),
    };
    let applied = config.apply_env(&variable);
    let names: Vec<String> = env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    let known = config.check_variables(names.iter().map(String::as_str), &[CONFIG_VARIABLE]);
    match (applied, known) {
        (Ok(()), Ok(())) => Ok(config),
        (Err(value), Err(name)) => Err(value.and(name)),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Returns the name of the configuration's only store.
fn only_store(config: &Config) -> Result<&str, Failure> {
    let names: Vec<&str> = config.stores.keys().map(String::as_str).collect();
    match names.as_slice() {
        [only] => Ok(only),
        [] => Err(Failure::said(Exit::Usage, "failed to choose a store: the configuration has none")
            .with_advice("name a URL with `--store`, such as `--store file:///srv/media`")),
        several => Err(Failure::said(Exit::Usage, "failed to choose a store: the configuration has several")
            .with_advice(format_args!("name one with `--store`: `{}`", several.join("`, `")))),
    }
}
