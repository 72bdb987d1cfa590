//! Links from one Markdown file to another file lead somewhere.

use std::path::{Component, Path};

use super::{Breach, Project};
use crate::command::root;
use crate::markdown::{self, Line};

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in project.files_named("md") {
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        for (line, target) in links(text) {
            if !resolved(folder, target).is_some_and(|path| root().join(path).exists()) {
                breaches.push(Breach::new(path, line, format!("`{target}` leads nowhere: correct the link")));
            }
        }
    }
    breaches
}

/// Returns the links of a text to files, with their lines: neither addresses, nor anchors, nor names of Rust items.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    markdown::lines(text).flat_map(|(number, line)| {
        let prose = match line {
            Line::Prose(text) | Line::Heading(_, text) => text,
            Line::Open(_) | Line::Code(_) | Line::Close => "",
        };
        let targets =
            prose.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
        targets.filter_map(file_of).map(move |target| (number, target))
    })
}

fn file_of(target: &str) -> Option<&str> {
    let file = target.split('#').next()?;
    let names_a_file = file.contains(['.', '/']) && !file.contains(':');
    names_a_file.then_some(file)
}

/// Resolves a link from a folder; `None` when it leaves the repository.
fn resolved(folder: &Path, target: &str) -> Option<std::path::PathBuf> {
    let mut path = folder.to_path_buf();
    for part in Path::new(target).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => path.pop().then_some(())?,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_count() {
        let text = "[a](docs/a.md#part) [b](https://x.y/z)\n```\n[c](c.md)\n```\n[d](#d) [e](Store::get) [f](../LICENSE-MIT)";
        let text = text.replace("../LICENSE-MIT", "../x/f");
        let found: Vec<_> = links(&text).collect();
        assert_eq!(found, [(1, "docs/a.md"), (5, "../x/f")]);
    }

    #[test]
    fn links_stay_inside() {
        let folder = Path::new("docs/passes");
        assert_eq!(resolved(folder, "../a.md").as_deref(), Some(Path::new("docs/a.md")));
        assert_eq!(resolved(folder, "../../../a.md"), None);
        assert_eq!(resolved(folder, "/etc/x.md"), None);
    }
}
