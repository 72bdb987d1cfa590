//! Every row of the threat model has a test that carries its number.

use std::collections::BTreeSet;

use super::{Breach, Project};

const MODEL: &str = "docs/threat-model.md";

pub(crate) fn check(project: &Project) -> Vec<Breach> {
    let Some((path, text)) = project.files_named("md").find(|(path, _)| *path == MODEL) else {
        return vec![Breach::new(MODEL, 1, "the threat model is missing: write it".to_owned())];
    };
    let tested: BTreeSet<String> = project.files_named("rs").flat_map(|(_, text)| numbers(text)).collect();
    rows(text)
        .filter(|(_, row)| !tested.contains(&number(row)))
        .map(|(line, row)| {
            let name = number(row);
            Breach::new(path, line, format!("{row} has no test: write one and name it `{name}_…`"))
        })
        .collect()
}

/// Returns the rows of the model's tables, such as `S4`, with their lines.
fn rows(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let row = line.strip_prefix("| ")?.split(' ').next()?;
        let digits = row.strip_prefix(['D', 'S'])?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then_some((index + 1, row))
    })
}

/// Writes a row as tests do: `S4` as `s04`.
fn number(row: &str) -> String {
    let (letter, digits) = row.split_at(1);
    format!("{}{digits:0>2}", letter.to_ascii_lowercase())
}

/// Returns the numbers in the names of a file's functions: `d15_s40_nothing_is_left` has two.
fn numbers(source: &str) -> impl Iterator<Item = String> {
    let names = source.lines().filter_map(|line| line.trim_start().split_once("fn ")?.1.split('(').next());
    names.flat_map(|name| name.split('_').take_while(|part| is_number(part)).map(str::to_owned))
}

fn is_number(part: &str) -> bool {
    let digits = part.trim_start_matches(|c: char| c.is_ascii_lowercase());
    !digits.is_empty() && digits != part && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_tables() {
        let text = "| Row | x |\n|---|---|\n| S4 | links |\n| D15 | drop |\nS5 in prose\n| Size | no |\n";
        assert_eq!(rows(text).collect::<Vec<_>>(), [(3, "S4"), (4, "D15")]);
        assert_eq!(number("S4"), "s04");
        assert_eq!(number("D15"), "d15");
    }

    #[test]
    fn numbers_are_read_from_the_names_of_functions() {
        let source = "    fn d15_s40_nothing_is_left() {\nasync fn s07_decoded_once() {\nfn plain() {\n// s09_ in prose\n";
        assert_eq!(numbers(source).collect::<Vec<_>>(), ["d15", "s40", "s07"]);
    }
}
