//! The pure crates are held to it by their own `clippy.toml`, and no `clippy.toml` loses a rule of the root's.

use std::collections::BTreeSet;

use super::{Breach, Project};

/// Crates that never read the clock, the environment, files or the network.
const PURE: &[&str] = &["object-key", "token-hmac", "signer-cloudfront"];
/// What their `clippy.toml` forbids at least.
const FORBIDDEN: &[&str] = &[
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "std::env::var",
    "std::env::var_os",
    "std::env::vars",
    "std::fs::read",
    "std::fs::read_to_string",
    "std::fs::write",
    "std::fs::File::open",
    "std::fs::File::create",
    "std::net::TcpStream::connect",
    "std::net::TcpListener::bind",
    "std::net::UdpSocket::bind",
];

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let common = project.toml("clippy.toml");
    let mut breaches = Vec::new();
    for package in project.packages() {
        let path = format!("{}/clippy.toml", Project::folder(package));
        let pure = PURE.contains(&package.name.as_str());
        if !pure && !project.files().contains_key(&path) {
            continue;
        }
        let own = project.toml(&path);
        let lost = lost_rules(&common, &own);
        let allowed = if pure { not_forbidden(&own) } else { Vec::new() };
        breaches.extend(lost.into_iter().chain(allowed).map(|message| Breach::new(&path, 1, message)));
    }
    breaches
}

/// Returns the keys of the root's file that a nearer one, which replaces it whole, does not repeat.
fn lost_rules(common: &toml::Table, own: &toml::Table) -> Vec<String> {
    let lost = common.iter().filter(|(key, value)| own.get(*key) != Some(*value));
    lost.map(|(key, value)| format!("repeat `{key} = {value}`: this file replaces the root's")).collect()
}

fn not_forbidden(own: &toml::Table) -> Vec<String> {
    let listed = own.get("disallowed-methods").and_then(toml::Value::as_array).into_iter().flatten();
    let listed: BTreeSet<&str> = listed.filter_map(|entry| entry.get("path")?.as_str()).collect();
    let missing = FORBIDDEN.iter().filter(|path| !listed.contains(*path));
    missing.map(|path| format!("forbid `{path}` in `disallowed-methods`: this crate is pure")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_rules_and_open_doors_are_found() {
        let common = "limit = 70\nwords = [\"a\"]".parse().unwrap();
        assert_eq!(lost_rules(&common, &"limit = 70\nwords = [\"a\"]\nmore = 1".parse().unwrap()), [""; 0]);
        assert_eq!(lost_rules(&common, &"limit = 71".parse().unwrap()).len(), 2);

        let own = "disallowed-methods = [{ path = \"std::env::var\", reason = \"pure\" }]".parse().unwrap();
        assert_eq!(not_forbidden(&own).len(), FORBIDDEN.len() - 1);
    }
}
