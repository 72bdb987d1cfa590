//! [`Script`]: the commands of a tour, read from Markdown.

use anyhow::{Context, Result, bail, ensure};

use crate::markdown::{self, Line};

/// The commands of a tour, in order.
#[derive(Debug)]
pub(crate) struct Script {
    steps: Vec<Step>,
}

/// One command and what it should print.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Where in the file it stands, from 1.
    pub(crate) line: usize,
    /// The command, for `bash`; several lines where the text continues it with `> `.
    pub(crate) command: String,
    /// How it is started.
    pub(crate) start: Start,
    /// The lines shown below it; none where the text does not say what is printed.
    pub(crate) expected: Vec<String>,
}

/// How a command is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// The next command waits for its end; `# exits 3` at its end names another code than 0.
    AndWait { exits: i32 },
    /// It goes on beside the next commands: it ended in `&`.
    InBackground,
}

impl Script {
    /// Reads the `console` blocks below the heading that says "tour", up to the next heading of its rank.
    ///
    /// # Errors
    /// When there are none, or when a block there is a shell's but not `console`, and so would not be tested.
    pub(crate) fn read(markdown: &str) -> Result<Self> {
        let mut steps = Vec::new();
        let mut lines = tour_section(markdown);
        while let Some((number, line)) = lines.next() {
            let Line::Open(language) = line else { continue };
            ensure!(
                !is_shell(language),
                "line {number}: write this block as ```console, so that it is tested"
            );
            if language == "console" {
                read_block(lines.by_ref(), &mut steps).with_context(|| format!("line {number}"))?;
            }
        }
        ensure!(!steps.is_empty(), "no tour: a heading with the word `tour` and a ```console block below it");
        Ok(Self { steps })
    }

    /// Returns the commands.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

fn tour_section(markdown: &str) -> impl Iterator<Item = (usize, Line<'_>)> {
    let is_tour = |text: &str| text.to_lowercase().split_whitespace().any(|word| word == "tour");
    let mut rank = None;
    markdown::lines(markdown).filter(move |(_, line)| {
        if let Line::Heading(depth, text) = *line {
            rank = match rank {
                Some(outer) if depth > outer => rank,
                _ => is_tour(text).then_some(depth),
            };
        }
        rank.is_some()
    })
}

fn is_shell(language: &str) -> bool {
    ["sh", "bash", "shell", "zsh"].contains(&language)
}

/// Reads up to the end of a block that has just begun.
fn read_block<'a>(lines: impl Iterator<Item = (usize, Line<'a>)>, steps: &mut Vec<Step>) -> Result<()> {
    let mut block: Vec<Step> = Vec::new();
    for (number, line) in lines {
        let Line::Code(text) = line else { break };
        match (text.strip_prefix("$ "), text.strip_prefix("> "), block.last_mut()) {
            (Some(command), _, _) => block.push(Step::new(number, command)),
            (None, Some(more), Some(step)) if step.expected.is_empty() => {
                step.command = format!("{}\n{more}", step.command);
            }
            (None, _, Some(step)) => step.expected.push(text.trim_end().to_owned()),
            (None, _, None) => bail!("a console block begins with a command, after `$ `"),
        }
    }
    steps.extend(block.into_iter().map(Step::finished));
    Ok(())
}

impl Step {
    fn new(line: usize, command: &str) -> Self {
        Self { line, command: command.to_owned(), start: Start::AndWait { exits: 0 }, expected: Vec::new() }
    }

    /// Drops the blank lines that only divide it from the next command, and finds out how it is started.
    fn finished(mut self) -> Self {
        while self.expected.last().is_some_and(String::is_empty) {
            self.expected.pop();
        }
        let (command, comment) = self.command.rsplit_once("# exits ").unwrap_or((&self.command, ""));
        if let Ok(exits) = comment.trim().parse() {
            self.start = Start::AndWait { exits };
            self.command = command.trim_end().to_owned();
        } else if let Some(command) = self.command.trim_end().strip_suffix(" &") {
            self.start = Start::InBackground;
            self.command = command.trim_end().to_owned();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(markdown: &str) -> Vec<Step> {
        Script::read(markdown).unwrap().steps
    }

    fn waited(line: usize, command: &str, exits: i32, expected: &[&str]) -> Step {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        Step { line, command: command.to_owned(), start: Start::AndWait { exits }, expected }
    }

    #[test]
    fn commands_keep_their_order_and_output() {
        let markdown =
            "# X\n## A tour\n```console\n$ a\none\n\ntwo\n\n$ b\n```\n### deeper\n```console\n$ c\n```\n";
        let expected =
            [waited(4, "a", 0, &["one", "", "two"]), waited(9, "b", 0, &[]), waited(13, "c", 0, &[])];
        assert_eq!(steps(markdown), expected);
    }

    #[test]
    fn only_the_tour_section_counts() {
        let markdown = "```console\n$ before\n```\n## Tour\n```rust\n$ no\n```\n```console\n$ in\n```\n## Next\n```sh\nafter\n```";
        assert_eq!(steps(markdown), [waited(9, "in", 0, &[])]);
    }

    #[test]
    fn start_is_read_from_the_end_of_the_command() {
        let markdown =
            "# Tour\n```console\n$ serve &\nready\n$ verify x   # exits 3\n$ cat <<END\n> a & b\n> END\n```";
        let serve = Step { start: Start::InBackground, ..waited(3, "serve", 0, &["ready"]) };
        let expected = [serve, waited(5, "verify x", 3, &[]), waited(6, "cat <<END\na & b\nEND", 0, &[])];
        assert_eq!(steps(markdown), expected);
    }

    #[track_caller]
    fn refused(markdown: &str, why: &str) {
        let error = format!("{:#}", Script::read(markdown).unwrap_err());
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn what_would_not_be_tested_is_refused() {
        refused("", "no tour");
        refused("# Detours\n```console\n$ x\n```", "no tour");
        refused("# Tour\nwords", "no tour");
        refused("# Tour\n```sh\nls\n```", "line 2: write this block as ```console");
        refused("# Tour\n```console\nls\n```", "line 2: a console block begins");
    }
}
