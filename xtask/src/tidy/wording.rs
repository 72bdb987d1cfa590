//! Words that no committed text holds: unfinished code, paths of somebody's machine, hosts of package registries.

use super::project::has_extension;
use super::{Breach, Project};

/// A word and where it is not wanted.
struct Unwanted {
    word: &'static str,
    place: Place,
    advice: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Rust sources.
    Rust,
    /// Every text, at the beginning of a path.
    Path,
    /// Every text but the lock file, which names its registry by design.
    Host,
}

// Each word is written in two pieces, so that this file does not break its own rule.
const UNWANTED: &[Unwanted] = &[
    Unwanted { word: concat!("to", "do!("), place: Place::Rust, advice: "finish it" },
    Unwanted { word: concat!("db", "g!("), place: Place::Rust, advice: "take it out" },
    Unwanted { word: concat!("FIX", "ME"), place: Place::Rust, advice: "fix it" },
    Unwanted {
        word: concat!("/wo", "rk/"),
        place: Place::Path,
        advice: "a machine's own path: write a relative one",
    },
    Unwanted {
        word: concat!("/ro", "ot/"),
        place: Place::Path,
        advice: "a machine's own path: write a relative one",
    },
    Unwanted { word: concat!("://index.", "crates.io"), place: Place::Host, advice: NO_HOST },
    Unwanted { word: concat!("://static.", "crates.io"), place: Place::Host, advice: NO_HOST },
    Unwanted { word: concat!("://registry", "."), place: Place::Host, advice: NO_HOST },
    Unwanted { word: concat!("py", "pi."), place: Place::Host, advice: NO_HOST },
    Unwanted { word: concat!("python", "hosted."), place: Place::Host, advice: NO_HOST },
    Unwanted { word: concat!("arti", "factory"), place: Place::Host, advice: NO_HOST },
];
const NO_HOST: &str = "the host of a package registry: the tools' configuration names it, not the project";

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    project.files().iter().flat_map(|(path, text)| faults(path, text)).collect()
}

fn faults(path: &str, text: &str) -> Vec<Breach> {
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for unwanted in UNWANTED.iter().filter(|unwanted| unwanted.place.covers(path)) {
            if unwanted.is_in(line) {
                faults.push(Breach::new(path, number, format!("`{}`: {}", unwanted.word, unwanted.advice)));
            }
        }
    }
    faults
}

impl Place {
    fn covers(self, path: &str) -> bool {
        match self {
            Self::Rust => has_extension(path, "rs"),
            Self::Path => true,
            Self::Host => path != "Cargo.lock",
        }
    }
}

impl Unwanted {
    fn is_in(&self, line: &str) -> bool {
        let begins_a_path =
            |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || "._-/}>".contains(c));
        let mut parts = line.split(self.word);
        match self.place {
            Place::Path => parts.next().is_some_and(begins_a_path) && parts.next().is_some(),
            Place::Rust | Place::Host => parts.nth(1).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, lines: &[usize]) {
        let found: Vec<usize> = faults(path, text).iter().map(|breach| breach.line).collect();
        assert_eq!(found, lines, "{path}: {text}");
    }

    #[test]
    fn unfinished_code_counts_in_rust() {
        let text = concat!("fn a() {\n to", "do!()\n}\n// FIX", "ME");
        check("x.rs", text, &[2, 4]);
        check("x.md", text, &[]);
    }

    #[test]
    fn machine_paths_count_everywhere() {
        check("x.toml", concat!("a\npath = \"/wo", "rk/main\""), &[2]);
        check("x.md", concat!("see media/wo", "rk/x and /working/x"), &[]);
    }

    #[test]
    fn registry_hosts_count_outside_the_lock_file() {
        let text = concat!("https://static.", "crates.io/x");
        check("ci.sh", text, &[1]);
        check("Cargo.lock", text, &[]);
        check("README.md", "https://crates.io/crates/x and https://docs.rs/x", &[]);
    }
}
