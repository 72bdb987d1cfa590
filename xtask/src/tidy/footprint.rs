//! The crates that people take alone stay small: how many others each pulls in.

use std::collections::BTreeSet;

use super::project::PLATFORM;
use super::{Breach, Project};
use crate::command::Run;

/// Each crate and how many others it may need to be built, with its default features.
///
/// Those of `token-hmac` are all small and pure Rust: the hash, the HMAC, and the traits and arrays that these are made of.
const AT_MOST: &[(&str, usize)] = &[("object-key", 0), ("token-hmac", 20), ("signer-cloudfront", 14)];

pub(crate) fn check(_: &Project) -> Vec<Breach> {
    let breach = |(name, most): &(&str, usize)| {
        let message = match pulled_in(name) {
            Ok(others) if others <= *most => return None,
            Ok(others) => format!("`{name}` pulls in {others}, more than {most}: drop a dependency"),
            Err(error) => format!("{error:#}"),
        };
        Some(Breach::new(format!("crates/{name}/Cargo.toml"), 1, message))
    };
    AT_MOST.iter().filter_map(breach).collect()
}

/// Says the numbers.
pub(crate) fn summary() -> String {
    let say = |(name, most): &(&str, usize)| {
        let others = pulled_in(name).map_or_else(|_| "?".to_owned(), |others| others.to_string());
        format!("{name} pulls in {others} crates (at most {most})")
    };
    AT_MOST.iter().map(say).collect::<Vec<_>>().join(", ")
}

/// Counts the crates, ours included, that have to be built before this one where it is taken alone.
fn pulled_in(name: &str) -> anyhow::Result<usize> {
    let arguments = ["tree", "--package", name, "--edges", "normal,build", "--prefix", "none"];
    let tree = Run::cargo([&arguments[..], &["--target", PLATFORM]].concat()).output()?;
    Ok(crates(&tree).saturating_sub(1))
}

/// Counts what `cargo tree` lists, each crate once.
fn crates(tree: &str) -> usize {
    let name_and_version = |line: &str| line.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
    tree.lines().filter(|line| !line.is_empty()).map(name_and_version).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_counted_once() {
        let tree = "a v0.1.0 (/x)\nb v1.0.0\nc v1.0.0\nb v1.0.0 (*)\nb v2.0.0\n\nm v1.0.0 (proc-macro)\n";
        assert_eq!(crates(tree), 5);
    }
}
