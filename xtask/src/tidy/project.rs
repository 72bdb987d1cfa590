//! [`Project`]: the files of the repository and the graph of its crates, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};

use super::deny::Deny;
use crate::command::root;

/// The platform whose dependencies are looked at: the one that servers run.
pub(super) const PLATFORM: &str = "x86_64-unknown-linux-gnu";
/// Folders that hold nothing we wrote: version control, what is built, what a running gateway leaves (`.gitignore`), and
/// what the fuzzer came upon.
const SKIPPED: &[&str] = &[".git", "target", "media", ".hallpass", "__pycache__", "corpus"];

/// The repository as it lies on disk.
pub(crate) struct Project {
    metadata: Metadata,
    files: BTreeMap<String, String>,
    tables: BTreeMap<String, toml::Table>,
    deny: Deny,
}

impl Project {
    /// Reads the repository.
    ///
    /// # Errors
    /// When cargo cannot resolve the dependencies, or a TOML file is none.
    pub(crate) fn load() -> Result<Self> {
        let metadata = MetadataCommand::new()
            .current_dir(root())
            .features(CargoOpt::AllFeatures)
            .other_options(["--filter-platform".to_owned(), PLATFORM.to_owned()])
            .exec()?;
        let mut files = BTreeMap::new();
        read_folder(root(), "", &mut files)?;
        let mut tables = BTreeMap::new();
        for (path, text) in files.iter().filter(|(path, _)| has_extension(path, "toml")) {
            tables.insert(path.clone(), text.parse().with_context(|| format!("failed to read {path}"))?);
        }
        let deny = files.get("deny.toml").context("deny.toml is missing")?;
        let deny = toml::from_str(deny).context("failed to read deny.toml")?;
        Ok(Self { metadata, files, tables, deny })
    }

    /// Returns the text files by their paths from the root.
    pub(crate) fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Returns the text of one file, empty when there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// Returns the files with this extension.
    pub(crate) fn files_named(&self, extension: &str) -> impl Iterator<Item = (&String, &String)> {
        self.files.iter().filter(move |(path, _)| has_extension(path, extension))
    }

    /// Returns one TOML file, empty when there is none.
    pub(crate) fn toml(&self, path: &str) -> toml::Table {
        self.tables.get(path).cloned().unwrap_or_default()
    }

    /// Returns what we may build on.
    pub(crate) fn deny(&self) -> &Deny {
        &self.deny
    }

    /// Returns the crates of the workspace.
    pub(crate) fn packages(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// Returns the names of our library crates.
    pub(crate) fn libraries(&self) -> Vec<&str> {
        let in_crates = |package: &&&Package| Self::folder(package).starts_with("crates/");
        let with_library = |package: &&&Package| package.targets.iter().any(cargo_metadata::Target::is_lib);
        let packages = self.packages();
        packages.iter().filter(in_crates).filter(with_library).map(|package| package.name.as_str()).collect()
    }

    /// Returns the folder of one of our crates, from the root.
    pub(crate) fn folder(package: &Package) -> String {
        let folder = package.manifest_path.parent().and_then(|folder| folder.strip_prefix(root()).ok());
        folder.map(ToString::to_string).unwrap_or_default()
    }

    /// Returns every crate of the graph, ours and others'.
    pub(crate) fn all_packages(&self) -> &[Package] {
        &self.metadata.packages
    }

    /// Returns what `roots` need to be built, themselves included; test dependencies do not count.
    pub(crate) fn needed_by<'a>(&'a self, roots: impl IntoIterator<Item = &'a Package>) -> Vec<&'a Package> {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<&PackageId> = roots.into_iter().map(|package| &package.id).collect();
        while let Some(id) = waiting.pop() {
            if seen.insert(id) {
                waiting.extend(self.direct(id));
            }
        }
        self.metadata.packages.iter().filter(|package| seen.contains(&package.id)).collect()
    }

    /// Returns the crates that name this one, in whatever kind of dependency.
    pub(crate) fn named_by(&self, name: &str) -> BTreeSet<&str> {
        let itself = |id: &PackageId| self.metadata[id].name.as_str() == name;
        let nodes = self.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let naming = nodes.filter(|node| node.deps.iter().any(|dependency| itself(&dependency.pkg)));
        naming.map(|node| self.metadata[&node.id].name.as_str()).collect()
    }

    /// Returns what one crate names in `[dependencies]` and `[build-dependencies]`.
    fn direct<'a>(&'a self, id: &'a PackageId) -> impl Iterator<Item = &'a PackageId> {
        let nodes = self.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let dependencies = nodes.filter(move |node| &node.id == id).flat_map(|node| &node.deps);
        dependencies
            .filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
            })
            .map(|dependency| &dependency.pkg)
    }
}

/// Tells whether a path ends in `.` and this extension.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|own| own == extension)
}

fn read_folder(folder: &Path, name: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("failed to list {}", folder.display()))? {
        let path = entry?.path();
        let Some(file_name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        // In a worktree `.git` is a file.
        if SKIPPED.contains(&file_name) {
            continue;
        }
        let name = if name.is_empty() { file_name.to_owned() } else { format!("{name}/{file_name}") };
        if path.is_dir() {
            read_folder(&path, &name, files)?;
        } else if let Ok(text) = fs::read_to_string(&path) {
            files.insert(name, text);
        }
    }
    Ok(())
}
