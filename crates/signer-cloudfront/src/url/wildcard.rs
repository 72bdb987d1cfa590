//! CloudFront's wildcards: `*` is any number of characters, `?` exactly one.

/// Tells whether `pattern` covers the whole of `text`.
///
/// Only the last `*` is ever retried, so the time is at most the product of the lengths, and neither is long.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut retry = None;
    loop {
        (pattern, text) = match (pattern, text) {
            ([b'*'], _) | ([], []) => return true,
            ([b'*', rest @ ..], _) => {
                retry = Some((rest, text));
                (rest, text)
            }
            ([p, pattern @ ..], [t, text @ ..]) if p == t || *p == b'?' => (pattern, text),
            // Let the last `*` stand for one character more.
            _ => match retry {
                Some((rest, [_, text @ ..])) => {
                    retry = Some((rest, text));
                    (rest, text)
                }
                _ => return false,
            },
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
    }

    #[test]
    fn stars_and_question_marks() {
        check("", "", true);
        check("", "a", false);
        check("a", "", false);
        check("*", "", true);
        check("*", "anything/at?all", true);
        check("a*", "a", true);
        check("a*", "b", false);
        check("*a", "ba", true);
        check("*a", "ab", false);
        check("a*c*e", "abcde", true);
        check("a*c*e", "abcdf", false);
        check("*ab", "aab", true);
        check("*ab*ab", "abab", true);
        check("*ab*ab", "aab", false);
        check("a?c", "abc", true);
        check("a?c", "a?c", true);
        check("a?c", "ac", false);
        check("a?", "a", false);
        check("?*", "", false);
        check("?*?", "ab", true);
        check("**", "", true);
        check("http*://x/", "http://x/", true);
        check("http*://x/", "https://x/", true);
    }

    /// The definition, without any thought for time.
    fn by_definition(pattern: &[u8], text: &[u8]) -> bool {
        match pattern {
            [] => text.is_empty(),
            [b'*', rest @ ..] => (0..=text.len()).any(|skip| by_definition(rest, &text[skip..])),
            [p, rest @ ..] => text
                .split_first()
                .is_some_and(|(t, text)| (*p == b'?' || p == t) && by_definition(rest, text)),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn as_defined(pattern in "[ab*?]{0,10}", text in "[ab?]{0,10}") {
            prop_assert_eq!(
                matches(pattern.as_bytes(), text.as_bytes()),
                by_definition(pattern.as_bytes(), text.as_bytes())
            );
        }
    }
}
