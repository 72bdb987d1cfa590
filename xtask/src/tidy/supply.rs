//! What we build on: from crates.io, nothing that `deny.toml` bans, nothing twice without a reason.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::semver::Version;
use cargo_metadata::{Package, Source};

use super::deny::Entry;
use super::{Breach, Project};

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let all = project.all_packages();
    let bans = &project.deny().bans;
    let built = crates(project.needed_by(project.packages()));
    let banned = banned(&crates(all), &bans.deny, |name| project.named_by(name));
    let there = [from_elsewhere(all), banned, duplicates(&built, &bans.skip)];
    let there = there.into_iter().flatten();
    let there = there
        .map(|(name, message)| Breach::at(project, "Cargo.lock", &format!("name = \"{name}\""), message));
    let stale = stale(&built, &bans.skip).into_iter();
    let stale = stale.map(|(spec, message)| Breach::at(project, "deny.toml", &spec, message));
    there.chain(stale).collect()
}

/// What is listed where, and what is wrong with it.
type Fault = (String, String);
/// Crates with their versions.
type Crates<'a> = BTreeSet<(&'a str, &'a Version)>;

fn crates<'a>(packages: impl IntoIterator<Item = &'a Package>) -> Crates<'a> {
    packages.into_iter().map(|package| (package.name.as_str(), &package.version)).collect()
}

fn from_elsewhere(packages: &[Package]) -> Vec<Fault> {
    let foreign =
        |package: &&Package| package.source.as_ref().is_some_and(|source| !Source::is_crates_io(source));
    let fault = |name: &str| {
        (name.to_owned(), format!("`{name}` is not from crates.io: depend on a published version"))
    };
    packages.iter().filter(foreign).map(|package| fault(&package.name)).collect()
}

/// Returns the banned crates, but those that are named by nobody else than their wrappers.
fn banned<'a>(
    crates: &Crates<'_>,
    deny: &[Entry],
    named_by: impl Fn(&str) -> BTreeSet<&'a str>,
) -> Vec<Fault> {
    let pairs =
        deny.iter().flat_map(|entry| crates.iter().map(move |(name, version)| (entry, *name, *version)));
    let found = pairs.filter(|(entry, name, version)| entry.spec.covers(name, version));
    let is_wrapped = |entry: &Entry, name: &str| {
        !entry.wrappers.is_empty() && named_by(name).into_iter().all(|by| entry.wrappers.contains(by))
    };
    let found = found.filter(|(entry, name, _)| !is_wrapped(entry, name));
    let message =
        |entry: &Entry, name| format!("`{name}` is banned ({}): `cargo tree -i {name}`", entry.reason);
    found.map(|(entry, name, _)| (name.to_owned(), message(entry, name))).collect()
}

/// Returns the crates that are there in several versions not listed in `skip`.
fn duplicates(crates: &Crates<'_>, skip: &[Entry]) -> Vec<Fault> {
    let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, version) in crates {
        if !skip.iter().any(|entry| entry.spec.covers(name, version)) {
            versions.entry(name).or_default().push(version.to_string());
        }
    }
    let several = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    let message = |name: &str, versions: &[String]| {
        let versions = versions.join(" and ");
        format!("`{name}` is there as {versions}: agree on one, or list one in `bans.skip` with a reason")
    };
    several.map(|(name, versions)| (name.to_owned(), message(name, &versions))).collect()
}

/// Returns the entries of `skip` that skip nothing.
fn stale(crates: &Crates<'_>, skip: &[Entry]) -> Vec<Fault> {
    let is_stale = |entry: &&Entry| !crates.iter().any(|(name, version)| entry.spec.covers(name, version));
    let message = |spec: &str| format!("`{spec}` skips nothing: take it out of `bans.skip`");
    skip.iter().filter(is_stale).map(|entry| (entry.spec.text.clone(), message(&entry.spec.text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAPH: &[(&str, Version)] =
        &[("one", Version::new(1, 0, 0)), ("two", Version::new(0, 2, 17)), ("two", Version::new(0, 4, 1))];

    fn graph() -> Crates<'static> {
        GRAPH.iter().map(|(name, version)| (*name, version)).collect()
    }

    fn entries(specs: &[&str]) -> Vec<Entry> {
        let entry = |spec: &&str| Entry {
            spec: (*spec).to_owned().try_into().unwrap(),
            reason: "because".to_owned(),
            wrappers: BTreeSet::new(),
        };
        specs.iter().map(entry).collect()
    }

    #[track_caller]
    fn check(found: &[Fault], expected: &[&str]) {
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, expected, "{found:?}");
    }

    #[test]
    fn two_versions_need_a_reason() {
        check(&duplicates(&graph(), &entries(&[])), &["two"]);
        check(&duplicates(&graph(), &entries(&["two@0.2.16"])), &["two"]);
        check(&duplicates(&graph(), &entries(&["two@0.2.17"])), &[]);
        check(&duplicates(&graph(), &entries(&["two:0.2"])), &[]);
    }

    #[test]
    fn stale_reasons_are_found() {
        check(&stale(&graph(), &entries(&["two:0.2", "one@1.0.0"])), &[]);
        check(&stale(&graph(), &entries(&["two@0.2.16", "one"])), &["two@0.2.16"]);
    }

    #[test]
    fn banned_crates_are_found() {
        let banned = |specs: &[&str]| banned(&graph(), &entries(specs), |_| BTreeSet::new());
        check(&banned(&["one", "three"]), &["one"]);
        check(&banned(&["two:>=0.4"]), &["two"]);
        check(&banned(&["one@1.0.1"]), &[]);
    }

    #[test]
    fn wrappers_may_name_what_is_banned_and_nobody_else() {
        let mut deny = entries(&["one"]);
        deny[0].wrappers.insert("ours".to_owned());
        check(&banned(&graph(), &deny, |_| ["ours"].into()), &[]);
        check(&banned(&graph(), &deny, |_| ["ours", "theirs"].into()), &["one"]);
    }
}
