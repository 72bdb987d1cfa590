//! Tags and secrets are compared in constant time: `==` is not written for them, nor derived (S11).

use super::{Breach, Project};

/// Where tags are made and compared.
const PLACES: &[&str] = &["crates/token-hmac/src/"];
/// Types that must have no `==`.
const TYPES: &[&str] = &["Tag", "Secret", "PassKey"];
/// Names of values that must not stand beside one.
const VALUES: &[&str] = &["tag", "mac", "hmac", "secret", "signature"];

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let sources =
        project.files_named("rs").filter(|(path, _)| PLACES.iter().any(|place| path.starts_with(place)));
    sources.flat_map(|(path, text)| faults(path, text)).collect()
}

fn faults(path: &str, text: &str) -> Vec<Breach> {
    let mut faults = Vec::new();
    let mut derived = false;
    for (index, line) in text.lines().map(str::trim).enumerate() {
        let mut fault = |message: String| faults.push(Breach::new(path, index + 1, message));
        if let Some(name) = TYPES.iter().find(|name| derived && declares(line, name)) {
            fault(format!(
                "`{name}` derives `PartialEq`, which stops at the first wrong byte: compare with `ct_eq`"
            ));
        }
        if let Some(name) = TYPES.iter().find(|name| line.contains(&format!("PartialEq for {name}"))) {
            fault(format!("`{name}` has `==`: give it a method that says that it compares in constant time"));
        }
        if compares(line) {
            fault(
                "a tag or secret beside `==`, which stops at the first wrong byte: compare with `ct_eq`"
                    .to_owned(),
            );
        }
        derived =
            line.starts_with("#[derive(") && line.contains("PartialEq") || derived && line.starts_with("#[");
    }
    faults
}

fn declares(line: &str, name: &str) -> bool {
    let after = line.split_once("struct ").map(|(_, after)| after);
    after.and_then(|after| after.strip_prefix(name)).is_some_and(|rest| !rest.starts_with(is_word))
}

/// Tells whether one of the values stands directly to the left or right of `==` or `!=`.
fn compares(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let sides: Vec<&str> = code.split(" == ").flat_map(|part| part.split(" != ")).collect();
    let left = sides.iter().rev().skip(1).map(|side| last_operand(side));
    let right = sides.iter().skip(1).map(|side| first_operand(side));
    left.chain(right)
        .any(|operand| operand.split('.').any(|name| VALUES.contains(&name.trim_end_matches("()"))))
}

fn last_operand(side: &str) -> &str {
    let start = side.rfind(|c: char| !is_operand(c)).map_or(0, |at| at + 1);
    side.get(start..).unwrap_or_default().trim_start_matches('(')
}

fn first_operand(side: &str) -> &str {
    let side = side.trim_start_matches(['&', '*']);
    side.split(|c: char| !is_operand(c)).next().unwrap_or_default()
}

fn is_operand(c: char) -> bool {
    is_word(c) || matches!(c, '.' | '(' | ')')
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, count: usize) {
        let found = faults("x.rs", text);
        assert_eq!(found.len(), count, "{found:?}");
    }

    #[test]
    fn s11_equality_of_tags_is_found() {
        check("#[derive(Clone, PartialEq)]\npub(crate) struct Tag([u8; 16]);", 1);
        check("#[derive(PartialEq)]\n#[non_exhaustive]\nstruct Secret {", 1);
        check("impl PartialEq for Tag {", 1);
        check("if tag == pass.tag {", 1);
        check("let good = pass.tag.as_bytes() != other;", 1);
        check("known && *expected == self.mac", 1);
    }

    #[test]
    fn s11_what_is_no_tag_may_be_equal() {
        check("#[derive(Clone, Copy)]\nstruct Tag([u8; 16]);", 0);
        check("#[derive(PartialEq)]\nenum Kind { Tag }\nstruct Tagged(u8);", 0);
        check("#[derive(PartialEq)]\nstruct TagCount(u8);", 0);
        check("if self.id == other.id { // not the tag == itself", 0);
        check("let staged = stage == last;", 0);
    }
}
