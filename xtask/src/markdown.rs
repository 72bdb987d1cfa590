//! Reads Markdown line by line, knowing what is prose and what is code.

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A heading: how many `#`, and its text.
    Heading(usize, &'a str),
    /// Any other prose.
    Prose(&'a str),
    /// Begins a code block; the word after the fence says of what.
    Open(&'a str),
    /// A line of a code block.
    Code(&'a str),
    /// Ends a code block.
    Close,
}

/// Returns the lines of `text`, numbered from 1.
///
/// Code blocks are those between fences of backticks; indented ones are prose here, as in the house's own texts.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, Line<'_>)> {
    // The length of the fence that began the block we are in: only one as long ends it.
    let mut fence = 0;
    (1..).zip(text.lines()).map(move |(number, line)| {
        let info = line.trim_start().trim_start_matches('`');
        let backticks = line.trim_start().len() - info.len();
        let kind = if fence == 0 && backticks >= 3 {
            fence = backticks;
            Line::Open(info.trim())
        } else if fence == 0 {
            prose(line)
        } else if backticks >= fence && info.trim().is_empty() {
            fence = 0;
            Line::Close
        } else {
            Line::Code(line)
        };
        (number, kind)
    })
}

fn prose(line: &str) -> Line<'_> {
    let text = line.trim_start_matches('#');
    match line.len() - text.len() {
        depth @ 1..=6 if text.starts_with(' ') => Line::Heading(depth, text.trim()),
        _ => Line::Prose(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_fence_holds_shorter_ones() {
        let kinds: Vec<_> = lines("````text\n```console\n```\n````\nend").map(|(_, line)| line).collect();
        let code = [
            Line::Open("text"),
            Line::Code("```console"),
            Line::Code("```"),
            Line::Close,
            Line::Prose("end"),
        ];
        assert_eq!(kinds, code);
    }

    #[test]
    fn lines_are_told_apart() {
        let text = "## A tour\ntext #1\n```console\n# not a heading\n$ ls\n```\n#hash";
        let kinds: Vec<_> = lines(text).map(|(_, line)| line).collect();
        assert_eq!(
            kinds,
            [
                Line::Heading(2, "A tour"),
                Line::Prose("text #1"),
                Line::Open("console"),
                Line::Code("# not a heading"),
                Line::Code("$ ls"),
                Line::Close,
                Line::Prose("#hash"),
            ]
        );
    }
}
