//! The crates that people take alone stay small: how many others each pulls in.

use super::{Breach, Project};

/// Each crate and how many others it may need to be built.
///
/// Those of `token-hmac` are all small and pure Rust: the hash, the HMAC, and the traits and arrays that these are made of.
const AT_MOST: &[(&str, usize)] = &[("object-key", 0), ("token-hmac", 20)];

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let too_many = AT_MOST.iter().filter(|(name, most)| pulled_in(project, name) > *most);
    let breach = |(name, most): &(&str, usize)| {
        let message =
            format!("`{name}` pulls in {}, more than {most}: drop a dependency", pulled_in(project, name));
        Breach::new(format!("crates/{name}/Cargo.toml"), 1, message)
    };
    too_many.map(breach).collect()
}

/// Says the numbers.
pub(crate) fn summary(project: &Project) -> String {
    let say = |(name, most): &(&str, usize)| {
        format!("{name} pulls in {} crates (at most {most})", pulled_in(project, name))
    };
    AT_MOST.iter().map(say).collect::<Vec<_>>().join(", ")
}

/// Counts the crates, ours included, that have to be built before this one.
fn pulled_in(project: &Project, name: &str) -> usize {
    let packages = project.packages();
    let itself = packages.into_iter().filter(|package| package.name.as_str() == name);
    project.needed_by(itself).len().saturating_sub(1)
}
