//! Every crate that we build on, tests included, may be used under a licence that `deny.toml` allows.

use std::collections::BTreeSet;

use spdx::{Expression, ParseMode};

use super::{Breach, Project};

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let allowed = &project.deny().licenses.allow;
    let mut breaches = Vec::new();
    for package in project.all_packages() {
        let licence = package.license.as_deref().unwrap_or_default();
        if !is_allowed(licence, allowed) {
            let message =
                format!("`{}` is under `{licence}`, which is not allowed: replace it", package.name);
            breaches.push(Breach::at(
                project,
                "Cargo.lock",
                &format!("name = \"{}\"", package.name),
                message,
            ));
        }
    }
    breaches
}

/// Tells whether the allowed licences satisfy an SPDX expression; what cannot be read is not allowed.
fn is_allowed(licence: &str, allowed: &BTreeSet<String>) -> bool {
    Expression::parse_mode(licence, ParseMode::LAX)
        .is_ok_and(|expression| expression.evaluate(|requirement| allowed.contains(&requirement.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(licence: &str, good: bool) {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into();
        assert_eq!(is_allowed(licence, &allowed), good, "{licence}");
    }

    #[test]
    fn expressions_are_understood() {
        check("MIT", true);
        check("MIT/Apache-2.0", true);
        check("GPL-3.0-only OR MIT", true);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("MIT AND GPL-3.0-only", false);
        check("GPL-3.0-only", false);
        check("Apache-2.0 WITH LLVM-exception", false);
        check("", false);
        check("whatever you like", false);
    }
}
