//! Dependencies between our crates point downwards only, as ARCHITECTURE.md draws them.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::DependencyKind;

use super::{Breach, Project};

/// Each crate and those directly below it. What lies further down may be named too: the direction is the same.
///
/// Test dependencies are free, since nobody inherits them.
const BELOW: &[(&str, &[&str])] = &[
    ("object-key", &[]),
    ("token-hmac", &["object-key"]),
    ("signer-cloudfront", &[]),
    ("store", &["object-key"]),
    ("store-conformance", &["store"]),
    ("store-fs", &["store"]),
    ("links", &["store", "token-hmac"]),
    ("store-s3", &["links", "store"]),
    ("download", &["store", "links", "token-hmac"]),
    ("gateway", &["download", "links", "store-fs", "store-s3"]),
    ("facade", &["download", "links", "store-fs", "store-s3"]),
    ("hallpass", &["gateway"]),
    ("examples", &["facade"]),
    ("xtask", &[]),
];

/// Each crate and those of ours that it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let ours: BTreeSet<&str> = project.packages().iter().map(|package| package.name.as_str()).collect();
    let mut graph = Graph::new();
    let mut folders = BTreeMap::new();
    for package in project.packages() {
        let normal = package.dependencies.iter().filter(|it| it.kind != DependencyKind::Development);
        let named = normal.map(|it| it.name.clone()).filter(|name| ours.contains(name.as_str()));
        graph.insert(package.name.to_string(), named.collect());
        folders.insert(package.name.to_string(), Project::folder(package));
    }
    let breach = |fault: Fault| {
        let own = folders.get(&fault.at).map(|folder| format!("{folder}/Cargo.toml"));
        let path = own.unwrap_or_else(|| "xtask/src/tidy/direction.rs".to_owned());
        Breach::at(project, &path, &fault.word, fault.message)
    };
    against(&graph, BELOW).into_iter().map(breach).collect()
}

/// A crate that is not as drawn.
#[derive(Debug)]
struct Fault {
    at: String,
    /// What to look for in its manifest.
    word: String,
    message: String,
}

/// Compares a graph with the drawing.
fn against(graph: &Graph, drawing: &[(&str, &[&str])]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |at: &str, word: &str, message: String| {
        faults.push(Fault { at: at.to_owned(), word: word.to_owned(), message });
    };
    for (name, named) in graph {
        if !drawing.iter().any(|(known, _)| known == name) {
            fault(
                name,
                name,
                format!("`{name}` is not drawn: give it its place in `BELOW` (xtask, direction.rs)"),
            );
            continue;
        }
        let below = everything_below(name, drawing);
        for other in named.iter().filter(|other| !below.contains(other.as_str())) {
            fault(name, other, format!("`{name}` may not depend on `{other}`: it does not lie below it"));
        }
    }
    for (name, _) in drawing.iter().filter(|(name, _)| !graph.contains_key(*name)) {
        fault(name, name, format!("`{name}` is drawn but not there: take it out of `BELOW`"));
    }
    faults
}

fn everything_below<'a>(name: &'a str, drawing: &'a [(&str, &[&'a str])]) -> BTreeSet<&'a str> {
    let mut below = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(next) = waiting.pop() {
        let directly =
            drawing.iter().filter(|(known, _)| *known == next).flat_map(|(_, below)| below.iter().copied());
        waiting.extend(directly.filter(|name| below.insert(*name)));
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWING: &[(&str, &[&str])] =
        &[("top", &["middle"]), ("middle", &["leaf"]), ("leaf", &[]), ("side", &["leaf"])];

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        edges.iter().map(|(name, named)| ((*name).to_owned(), owned(named))).collect()
    }

    #[track_caller]
    fn check(edges: &[(&str, &[&str])], at_fault: &[&str]) {
        let faults = against(&graph(edges), DRAWING);
        let names: Vec<&str> = faults.iter().map(|fault| fault.at.as_str()).collect();
        assert_eq!(names, at_fault, "{faults:?}");
    }

    #[test]
    fn downwards_is_fine_near_and_far() {
        check(&[("top", &["middle", "leaf"]), ("middle", &["leaf"]), ("leaf", &[]), ("side", &[])], &[]);
    }

    #[test]
    fn upwards_and_sideways_are_not() {
        check(&[("top", &[]), ("middle", &["side"]), ("leaf", &["top"]), ("side", &[])], &["leaf", "middle"]);
    }

    #[test]
    fn the_drawing_is_complete_and_not_stale() {
        check(&[("top", &[]), ("middle", &[]), ("leaf", &[]), ("side", &[]), ("new", &[])], &["new"]);
        check(&[("top", &[]), ("middle", &[]), ("leaf", &[])], &["side"]);
    }
}
