//! [`Gateway`]: a checked configuration, composed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use download::{Download, HeaderPolicy, PrivateCache, ResourcePolicy, Viewer};
use http::Method;
use links::PassLinks;
use object_key::ObjectKey;
use store::{Prefixed, Store};
use token_hmac::{Audience, KeyRing, Passes, Purpose};

use crate::config::{Cache, Embed, Mount, StoreSettings, did_you_mean};
use crate::{
    Config, GatewayError, GatewayErrorKind, Listening, MountPath, OpenStore, Origin, Router, StoreUrl,
    Surroundings, Verdict, embedded, keyring, serve, verdict,
};

/// Everything the configuration names, opened and put together, and not yet listening.
///
/// ```
/// use gateway::{Config, Gateway, MountPath, Surroundings};
/// use links::LinkOptions;
/// use object_key::ObjectKey;
///
/// # let place = tempfile::tempdir()?;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let mut config = Config::embedded(&place.path().join("media"));
/// config.listen = "127.0.0.1:0".parse()?;
/// gateway::prepare_embedded(&place.path().join("media")).await?;
///
/// let env = |name: &str| std::env::var(name).ok();
/// let gateway = Gateway::new(config, &Surroundings::new(place.path(), &env)).await?;
/// let listening = gateway.bind().await?;
///
/// let links = listening.gateway().links(&MountPath::media(), listening.origin())?;
/// let url = links.object(&ObjectKey::parse("welcome.txt")?, &LinkOptions::lasting(gateway::parse_duration("1h")?))?;
/// assert!(url.expose().starts_with(listening.origin().as_str()));
///
/// listening.serve(std::future::ready(())).await?; // until the future is done: here at once
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Gateway {
    config: Arc<Config>,
    stores: Arc<BTreeMap<String, OpenStore>>,
    mounts: Arc<BTreeMap<MountPath, Mounted>>,
    router: Router,
}

struct Mounted {
    store: Arc<dyn Store>,
    passes: Passes,
    download: Download,
}

impl Gateway {
    /// Checks the configuration, reads the secrets (or makes one, without `[keys]`), and opens the stores.
    ///
    /// # Errors
    /// The first thing that is not as it should be, and all problems of the configuration at once.
    pub async fn new(config: Config, around: &Surroundings<'_>) -> Result<Self, GatewayError> {
        config.check()?;
        let mut stores = BTreeMap::new();
        for (name, settings) in &config.stores {
            stores.insert(name.clone(), OpenStore::open(&config, name, settings, around).await?);
        }
        let ring = keyring::load(config.keys.as_ref(), around)?;
        let mut mounts = BTreeMap::new();
        for (path, mount) in &config.mounts {
            let store = stores.get(&mount.store).ok_or_else(|| unknown_store(&config, &mount.store))?;
            mounts.insert(path.clone(), mounted(path, mount, Arc::new(store.clone()), &ring)?);
        }
        let downloads = mounts.iter().map(|(path, mounted)| (path.clone(), mounted.download.clone()));
        let router = Router::new(downloads).ok_or_else(|| {
            GatewayError::new(GatewayErrorKind::Config, "there are no mounts: nothing would be served")
        })?;
        Ok(Self { config: Arc::new(config), stores: Arc::new(stores), mounts: Arc::new(mounts), router })
    }

    /// Listens on the configured address.
    ///
    /// # Errors
    /// The address is in use or may not be listened on.
    pub async fn bind(self) -> Result<Listening, GatewayError> {
        serve::bind(self).await
    }

    /// Returns the configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the service behind the listener: every mount, and the same refusal everywhere else.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// Returns what is served below a mount, seen from it.
    pub fn store(&self, mount: &MountPath) -> Option<Arc<dyn Store>> {
        self.mounts.get(mount).map(|mounted| Arc::clone(&mounted.store))
    }

    /// Returns the maker of links to a mount that begin with `origin`.
    ///
    /// # Errors
    /// There is no such mount.
    pub fn links(&self, mount: &MountPath, origin: &Origin) -> Result<PassLinks, GatewayError> {
        let mounted = self.mounts.get(mount).ok_or_else(|| unknown_mount(&self.config, mount))?;
        pass_links(mount, origin, mounted.passes.clone())
    }

    /// Returns an object of a mount that is not public, if there is one, to show a link to.
    ///
    /// # Errors
    /// As the store's listing.
    pub async fn sample(&self, mount: &MountPath) -> Result<Option<ObjectKey>, store::Error> {
        match (self.mounts.get(mount), self.config.mounts.get(mount)) {
            (Some(mounted), Some(settings)) => embedded::sample(&mounted.store, &settings.public).await,
            _ => Ok(None),
        }
    }

    /// Waits until nothing that was begun in a store goes on in the background.
    pub async fn settled(&self) {
        for store in self.stores.values() {
            store.settled().await;
        }
    }

    /// Says whether a private URL is good now, and why not: the decision that a request would get.
    pub async fn verify(&self, url: &str, method: &Method, viewer: Option<Viewer>) -> Verdict {
        verdict::of(&self.router, url, method, viewer).await
    }
}

impl Config {
    /// Returns the maker of links to a mount that begin with `origin`, without opening any store: what `hallpass pass`
    /// needs.
    ///
    /// # Errors
    /// The configuration does not hold together, there is no such mount, or a secret cannot be used.
    pub fn links(
        &self,
        mount: &MountPath,
        origin: &Origin,
        around: &Surroundings<'_>,
    ) -> Result<PassLinks, GatewayError> {
        self.check()?;
        let settings = self.mounts.get(mount).ok_or_else(|| unknown_mount(self, mount))?;
        let ring = keyring::load(self.keys.as_ref(), around)?;
        pass_links(mount, origin, passes(mount, settings, &ring)?)
    }

    /// Opens a store by its name in the configuration, or by its URL.
    ///
    /// # Errors
    /// There is no such store, it cannot be opened, or a secret of this configuration lies in its directory.
    pub async fn open_store(
        &self,
        name_or_url: &str,
        around: &Surroundings<'_>,
    ) -> Result<OpenStore, GatewayError> {
        OpenStore::open(self, name_or_url, &self.store_settings(name_or_url)?, around).await
    }

    /// Connects to a store in S3 by its name in the configuration, or by its URL, and does not ask whether it is there:
    /// for links to it, and to make its bucket.
    ///
    /// # Errors
    /// There is no such store, it is none in S3, or its settings or secrets cannot be used.
    #[cfg(feature = "store-s3")]
    pub async fn connect_s3(
        &self,
        name_or_url: &str,
        around: &Surroundings<'_>,
    ) -> Result<store_s3::S3Store, GatewayError> {
        crate::open_store::connect_s3(name_or_url, &self.store_settings(name_or_url)?, around).await
    }

    /// Returns the settings of a store by its name in the configuration, or by its URL.
    ///
    /// # Errors
    /// There is no such store, or its settings do not fit together.
    pub fn store_settings(&self, name_or_url: &str) -> Result<StoreSettings, GatewayError> {
        if let Some(settings) = self.stores.get(name_or_url) {
            settings.checked(name_or_url)?;
            return Ok(settings.clone());
        }
        if !name_or_url.contains(':') {
            return Err(unknown_store(self, name_or_url));
        }
        let url: StoreUrl = name_or_url.parse().map_err(|reason: crate::InvalidStoreUrl| {
            // SECURITY: what is wrong with it may be that a secret is in it.
            let message = format!("`{}`: {reason}", StoreUrl::elided(name_or_url));
            GatewayError::new(GatewayErrorKind::Config, message)
        })?;
        Ok(StoreSettings::at(url))
    }
}

fn mounted(
    path: &MountPath,
    mount: &Mount,
    store: Arc<dyn Store>,
    ring: &KeyRing,
) -> Result<Mounted, GatewayError> {
    let store: Arc<dyn Store> = match &mount.prefix {
        all if all.is_root() => store,
        part => Arc::new(Prefixed::new(store, part.clone())),
    };
    let passes = passes(path, mount, ring)?;
    // Of this base only the path counts: requests are told apart by nothing else.
    let any_origin = Origin::of_listener(([127, 0, 0, 1], 80).into());
    let download = Download::new(Arc::clone(&store), passes.clone())
        .with_mount(&base(path, &any_origin)?)
        .with_headers(header_policy(mount))
        .with_refusal_hint("try `hallpass verify 'URL'`");
    let download = mount.public.iter().cloned().fold(download, Download::with_public);
    Ok(Mounted { store, passes, download })
}

/// A pass is good at one mount: its path is the audience.
fn passes(path: &MountPath, mount: &Mount, ring: &KeyRing) -> Result<Passes, GatewayError> {
    let audience = Audience::new(path.as_str()).map_err(|reason| {
        GatewayError::new(GatewayErrorKind::Config, format!("failed to use the mount `{path}`: {reason}"))
    })?;
    Ok(Passes::new(ring, Purpose::Download, &audience).with_max_lifetime(mount.max_life))
}

fn header_policy(mount: &Mount) -> HeaderPolicy {
    let mut policy = HeaderPolicy::default();
    policy.private_cache = match mount.cache {
        Cache::Revalidate => PrivateCache::Revalidate,
        Cache::UntilExpiry => PrivateCache::UntilExpiry,
        Cache::NoStore => PrivateCache::NoStore,
    };
    policy.resource_policy = match mount.embed {
        Embed::SameOrigin => ResourcePolicy::SameOrigin,
        Embed::SameSite => ResourcePolicy::SameSite,
        Embed::CrossOrigin => ResourcePolicy::CrossOrigin,
    };
    policy
}

fn pass_links(mount: &MountPath, origin: &Origin, passes: Passes) -> Result<PassLinks, GatewayError> {
    Ok(PassLinks::new(base(mount, origin)?, passes))
}

fn base(mount: &MountPath, origin: &Origin) -> Result<links::BaseUrl, GatewayError> {
    mount.base(origin).map_err(|reason| {
        GatewayError::new(GatewayErrorKind::Config, format!("failed to link to `{origin}{mount}`: {reason}"))
    })
}

fn unknown_store(config: &Config, name: &str) -> GatewayError {
    let known: Vec<&str> = config.stores.keys().map(String::as_str).collect();
    let advice = match did_you_mean(name, known.iter().copied()) {
        _ if name.starts_with('.') || name.contains('/') => format!("; did you mean `file:{name}`?"),
        advice => advice,
    };
    let message = format!("there is no store `{name}`; there are: `{}`{advice}", known.join("`, `"));
    GatewayError::new(GatewayErrorKind::Config, message)
}

fn unknown_mount(config: &Config, mount: &MountPath) -> GatewayError {
    let known: Vec<&str> = config.mounts.keys().map(MountPath::as_str).collect();
    let message = format!("there is no mount `{mount}`; there are: `{}`", known.join("`, `"));
    GatewayError::new(GatewayErrorKind::Config, message)
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("config", &self.config).finish_non_exhaustive()
    }
}
