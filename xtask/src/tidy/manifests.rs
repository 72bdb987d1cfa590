//! Every crate takes its lints and its particulars from the workspace, and has a README that is its documentation.

use super::{Breach, Project};

/// Fields of `[package]` that are said once, in the root manifest.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];
/// How the root of a library begins: then the README is compiled, and its examples run.
const README_AS_DOCS: &str = "#![doc = include_str!(\"../README.md\")]";

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for package in project.packages() {
        let folder = Project::folder(package);
        let manifest = format!("{folder}/Cargo.toml");
        let missing = not_inherited(&project.toml(&manifest));
        breaches.extend(missing.into_iter().map(|message| Breach::new(&manifest, 1, message)));
        if !folder.starts_with("crates/") {
            continue;
        }
        if project.text(&format!("{folder}/README.md")).trim().is_empty() {
            breaches.push(Breach::new(
                format!("{folder}/README.md"),
                1,
                "write it: what the crate promises, one example",
            ));
        }
        let root = format!("{folder}/src/lib.rs");
        if project.files().get(&root).is_some_and(|text| !text.starts_with(README_AS_DOCS)) {
            breaches.push(Breach::new(root, 1, format!("begin with `{README_AS_DOCS}`")));
        }
    }
    breaches
}

/// Returns what a manifest says for itself, or not at all, though the workspace says it.
fn not_inherited(manifest: &toml::Table) -> Vec<String> {
    let inherits =
        |table: Option<&toml::Value>| table.and_then(|it| it.get("workspace")?.as_bool()) == Some(true);
    let package = manifest.get("package");
    let mut missing: Vec<String> = INHERITED
        .iter()
        .filter(|field| !inherits(package.and_then(|package| package.get(**field))))
        .map(|field| format!("write `{field}.workspace = true` in [package]"))
        .collect();
    if !inherits(manifest.get("lints")) {
        missing.push("write `workspace = true` in [lints]".to_owned());
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_values_and_gaps_are_found() {
        let manifest = "[package]\nversion.workspace = true\nedition = \"2021\"\nlicense.workspace = true\n\
                        publish.workspace = true\n[lints.clippy]\nall = \"allow\"";
        let missing = not_inherited(&manifest.parse().unwrap());
        assert_eq!(missing.len(), 3, "{missing:?}");
        assert!(missing.iter().any(|it| it.contains("`edition.")));
        assert!(missing.iter().any(|it| it.contains("`rust-version.")));
        assert!(missing.iter().any(|it| it.contains("[lints]")));
    }
}
