//! [`matches()`]: compares printed lines with those of the README.

/// How much of what was printed the README shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// The beginning; a program in the background goes on printing.
    Start,
}

/// Tells whether `printed` is what the README shows.
///
/// `…` (or `...`) stands for anything within a line; alone on a line, for any number of lines.
pub(crate) fn matches(expected: &[String], printed: &str, extent: Extent) -> bool {
    let expected: Vec<String> = expected.iter().map(|line| line.replace("...", "…")).collect();
    let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    lines_match(&expected, &printed, extent)
}

fn lines_match(expected: &[String], printed: &[&str], extent: Extent) -> bool {
    let Some((line, expected_rest)) = expected.split_first() else {
        return extent == Extent::Start || printed.is_empty();
    };
    let printed_rest = printed.split_first();
    if line.trim() == "…" {
        return lines_match(expected_rest, printed, extent)
            || printed_rest.is_some_and(|(_, rest)| lines_match(expected, rest, extent));
    }
    printed_rest
        .is_some_and(|(first, rest)| line_matches(line, first) && lines_match(expected_rest, rest, extent))
}

/// Compares one line: the pieces between the `…` have to appear in their order, the outer two at the ends.
fn line_matches(expected: &str, printed: &str) -> bool {
    let Some((first, others)) = expected.split_once('…') else { return expected == printed };
    let (middle, last) = others.rsplit_once('…').unwrap_or(("", others));
    let Some(inner) = printed.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    let found =
        middle.split('…').try_fold(inner, |rest, piece| rest.split_once(piece).map(|(_, after)| after));
    found.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: &str, printed: &str, good: bool) {
        let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
        assert_eq!(matches(&expected, printed, Extent::Whole), good, "{expected:?} {printed:?}");
    }

    #[test]
    fn within_a_line() {
        check("hello", "hello\n", true);
        check("hello", "hello you", false);
        check("pass=…", "pass=abc", true);
        check("pass=...", "pass=abc", true);
        check("a…c", "ac", true);
        check("a…c", "abcd", false);
        check("a…b…c", "a--b--c", true);
        check("a…b…c", "a--c", false);
        check("ab…ba", "aba", false);
    }

    #[test]
    fn whole_lines() {
        check("a\nb", "a\nb", true);
        check("a", "a\nb", false);
        check("a\nb", "a", false);
        check("a\n…\nc", "a\nc", true);
        check("a\n…\nc", "a\n1\n2\nc\n", true);
        check("a\n…\nc", "a\nb", false);
        check("…", "", true);
    }

    #[test]
    fn a_beginning_suffices_in_the_background() {
        let ready = ["ready …".to_owned()];
        assert!(matches(&ready, "ready 1\nlog", Extent::Start));
        assert!(!matches(&ready, "read", Extent::Start));
        assert!(matches(&[], "anything", Extent::Start));
    }
}
