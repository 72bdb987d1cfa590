//! Whether the parts of a configuration fit together. Nothing is opened, so that a check can run anywhere.

use std::time::Duration;

use token_hmac::KeyId;

use super::error::{did_you_mean, nearest};
use super::schema::join;
use super::{Config, ConfigError, KeySource, Keys, Limits, Mount, MountPath, Problem};

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    config.keys.iter().for_each(|keys| check_keys(keys, &mut problems));
    config.stores.iter().for_each(|(name, store)| store.check(name, &mut problems));
    if config.mounts.is_empty() {
        problems.push(Problem::new("mounts", "none: nothing would be served; add `[mounts.\"/media/\"]`"));
    }
    for (path, mount) in &config.mounts {
        check_mount(config, path, mount, &mut problems);
    }
    check_limits(&config.limits, &mut problems);
    ConfigError::unless_empty(problems)
}

fn check_keys(keys: &Keys, problems: &mut Vec<Problem>) {
    match keys.ring.get(&keys.active) {
        None => {
            let advice = did_you_mean(&keys.active, keys.ring.keys().map(String::as_str));
            let message = format!("`{}` is not in `[keys.ring]`{advice}", keys.active);
            problems.push(Problem::new("keys.active", message));
        }
        Some(KeySource { retire_at: Some(_), .. }) => problems.push(Problem::new(
            join(&join("keys.ring", &keys.active), "retire_at"),
            "the active key cannot be retired: make another one active first",
        )),
        Some(_) => {}
    }
    for (id, source) in &keys.ring {
        let path = join("keys.ring", id);
        if let Err(reason) = KeyId::parse(id) {
            problems.push(Problem::new(&path, reason.to_string()));
        }
        match (&source.secret_file, &source.secret_env) {
            (None, None) => problems.push(Problem::new(path, "needs `secret_file` or `secret_env`")),
            (Some(_), Some(_)) => {
                problems.push(Problem::new(path, "has both `secret_file` and `secret_env`: keep one"));
            }
            _ => {}
        }
    }
}

fn check_mount(config: &Config, path: &MountPath, mount: &Mount, problems: &mut Vec<Problem>) {
    let path = join("mounts", path.as_str());
    if !config.stores.contains_key(&mount.store) {
        let name = nearest(&mount.store, config.stores.keys().map(String::as_str));
        let advice = match name {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("add `[{}]`", join("stores", &mount.store)),
        };
        let message = format!("there is no store `{}`; {advice}", mount.store);
        problems.push(Problem::new(join(&path, "store"), message));
    }
    if mount.public.iter().any(object_key::Prefix::is_root) {
        let message = "the empty prefix would make everything public; name a folder such as `public/`";
        problems.push(Problem::new(join(&path, "public"), message));
    }
    if mount.allow.is_empty() {
        problems.push(Problem::new(join(&path, "allow"), "is empty: nothing would open; use `[\"pass\"]`"));
    }
    if mount.max_life < Duration::from_secs(1) {
        problems.push(Problem::new(join(&path, "max_life"), "must be a second or more"));
    }
}

fn check_limits(limits: &Limits, problems: &mut Vec<Problem>) {
    const DAY: Duration = Duration::from_hours(24);
    let mut require = |holds: bool, key: &str, message: &str| {
        if !holds {
            problems.push(Problem::new(join("limits", key), message));
        }
    };
    let durations = [
        ("header_timeout", limits.header_timeout),
        ("idle_timeout", limits.idle_timeout),
        ("rate_window", limits.rate_window),
    ];
    for (key, duration) in durations {
        let holds = (Duration::from_millis(100)..=DAY).contains(&duration);
        require(holds, key, "must lie between 100ms and 1d");
    }
    require(limits.drain_timeout <= DAY, "drain_timeout", "must be 1d or less");
    require(limits.min_rate >= 1, "min_rate", "must be 1 byte per second or more");
    require(limits.max_connections >= 1, "max_connections", "must be 1 or more");
    require(limits.max_streams >= 1, "max_streams", "must be 1 or more");
    require(limits.max_responses >= 1, "max_responses", "must be 1 or more");
    require(limits.max_headers >= 8, "max_headers", "must be 8 or more");
    let sizes = 8 << 10..=1 << 20;
    require(sizes.contains(&limits.max_header_size), "max_header_size", "must lie between 8KiB and 1MiB");
}
