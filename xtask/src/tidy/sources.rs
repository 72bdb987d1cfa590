//! Every Rust file says at its top what it is for, and stays small enough to be read in one sitting.

use super::{Breach, Project};

/// No Rust file is longer.
const MAX_LINES: usize = 400;
/// Files that are longer, each with the reason.
const LONGER: &[(&str, &str)] = &[];

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let rust = project.files_named("rs");
    let mut breaches: Vec<Breach> = rust.flat_map(|(path, text)| faults(path, text, LONGER)).collect();
    for (path, _) in LONGER.iter().filter(|(path, _)| project.text(path).lines().count() <= MAX_LINES) {
        let message = format!("`{path}` needs no exception any more: take it out of `LONGER`");
        breaches.push(Breach::new("xtask/src/tidy/sources.rs", 1, message));
    }
    breaches
}

fn faults(path: &str, text: &str, longer: &[(&str, &str)]) -> Vec<Breach> {
    let mut faults = Vec::new();
    if !(text.starts_with("//! ") || text.starts_with("#![doc = include_str!(")) {
        faults.push(Breach::new(path, 1, "begin with `//! `: what the file is for"));
    }
    let count = text.lines().count();
    if count > MAX_LINES && !longer.iter().any(|(known, _)| *known == path) {
        let message =
            format!("{count} lines, more than {MAX_LINES}: split it, or give the reason in `LONGER` (xtask)");
        faults.push(Breach::new(path, MAX_LINES + 1, message));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, count: usize) {
        let found = faults("x.rs", text, &[("long.rs", "a table")]);
        assert_eq!(found.len(), count, "{found:?}");
    }

    #[test]
    fn docs_come_first() {
        check("//! Says it.\n", 0);
        check("#![doc = include_str!(\"../README.md\")]\n", 0);
        check("use std::fmt;\n//! Late.\n", 1);
        check("", 1);
    }

    #[test]
    fn long_files_are_counted() {
        let lines = |count: usize| format!("//! Says it.\n{}", "x\n".repeat(count - 1));
        check(&lines(400), 0);
        check(&lines(401), 1);
        assert_eq!(faults("long.rs", &lines(401), &[("long.rs", "a table")]), []);
    }
}
