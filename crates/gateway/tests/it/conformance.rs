//! What RFC 9110 and RFC 9111 ask of a server of files, asked of the gateway over the wire.
//!
//! One file, one pass, one clock: each test is a rule, with the section it is from.

use std::collections::BTreeMap;

use crate::fixture::{Answer, Running, config};

const CONTENT: &[u8] = b"0123456789abcdef";

/// A gateway with one private and one public file.
struct Site {
    running: Running,
    link: String,
}

impl Site {
    async fn start() -> Self {
        let running = Running::start(config(""), &[("a.txt", CONTENT), ("public/p.txt", CONTENT)]).await;
        age(&running);
        let link = running.link("a.txt");
        Self { running, link }
    }

    /// Asks for the file with these fields; returns the answer to the method.
    async fn ask(&self, method: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask_for(method, &self.link, fields).await
    }

    async fn ask_for(&self, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
        let lines: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let fields = lines.concat();
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{fields}\r\n");
        let bytes = self.running.exchange(&request).await;
        let (answer, rest) = Answer::read_one(&bytes, method);
        assert!(rest.is_empty(), "{method}: bytes after the content");
        answer
    }
}

/// Makes the files as old as an hour: the second of their last change is over (RFC 9110 §8.8.2.2).
fn age(running: &Running) {
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    for name in ["a.txt", "public/p.txt"] {
        let file = std::fs::File::options().write(true).open(running.file(name)).unwrap();
        file.set_modified(hour_ago).unwrap();
    }
}

/// The fields that may differ between GET and HEAD or from answer to answer: none, for the fixture leaves `date` out.
fn fields(answer: &Answer) -> BTreeMap<String, String> {
    answer.headers.clone()
}

#[tokio::test]
async fn head_is_get_without_content() {
    let site = Site::start().await;
    let cases: [&[(&str, &str)]; 5] = [
        &[],
        &[("If-None-Match", "*")],
        &[("If-Match", "\"other\"")],
        &[("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT")],
        &[("Accept-Encoding", "gzip")],
    ];
    for case in cases {
        let (get, head) = (site.ask("GET", case).await, site.ask("HEAD", case).await);
        assert_eq!((get.status, fields(&get)), (head.status, fields(&head)), "RFC 9110 §9.3.2: {case:?}");
        assert!(head.body.is_empty());
    }
    // §14.2: Range is for GET alone.
    let head = site.ask("HEAD", &[("Range", "bytes=0-3")]).await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("16")));
}

#[tokio::test]
async fn s30_a_private_file_is_for_one_reader_and_dated() {
    let site = Site::start().await;
    let answer = site.ask("GET", &[]).await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, CONTENT));
    let cache = answer.header("cache-control").expect("RFC 9111 §5.2: freshness is said, not guessed");
    assert!(cache.contains("private") || cache.contains("no-store"), "{cache}");
    assert!(!cache.contains("public"), "{cache}");
    for absent in ["set-cookie", "expires", "pragma", "age", "server", "transfer-encoding"] {
        assert_eq!(answer.header(absent), None, "`{absent}`");
    }
    // Nothing here depends on a field of the request, so that there is nothing to vary by (RFC 9110 §12.5.5).
    assert_eq!(answer.header("vary"), None);
    let varied = [("Accept-Encoding", "gzip, br"), ("Accept", "image/png"), ("User-Agent", "x")];
    let other = site.ask("GET", &varied).await;
    assert_eq!((fields(&other), other.body), (fields(&answer), answer.body));
}

#[tokio::test]
async fn validators_are_strong_and_stay() {
    let site = Site::start().await;
    let first = site.ask("GET", &[]).await;
    let tag = first.header("etag").expect("RFC 9110 §8.8.3");
    assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "strong: {tag}");
    let modified = first.header("last-modified").expect("RFC 9110 §8.8.2");
    assert!(modified.ends_with(" GMT") && modified.len() == 29, "{modified}");
    for _ in 0..3 {
        let again = site.ask("GET", &[]).await;
        assert_eq!((again.header("etag"), again.header("last-modified")), (Some(tag), Some(modified)));
    }
    assert_eq!(first.header("accept-ranges"), Some("bytes"), "RFC 9110 §14.3");
    assert_eq!(first.header("content-length"), Some("16"), "RFC 9110 §8.6");
}

/// Every combination of the four conditions, each absent, true or false, in the order of RFC 9110 §13.2.2.
#[tokio::test]
async fn s19_conditions_are_judged_in_their_order() {
    let site = Site::start().await;
    let tag = site.ask("HEAD", &[]).await.header("etag").unwrap().to_owned();
    let (past, future) = ("Thu, 01 Jan 1970 00:00:01 GMT", "Fri, 31 Dec 9999 23:59:59 GMT");
    let options = [
        ("If-Match", tag.as_str(), "\"other\""),
        ("If-Unmodified-Since", future, past),
        ("If-None-Match", "\"other\"", tag.as_str()),
        ("If-Modified-Since", past, future),
    ];
    for number in 0..81_usize {
        let states: [usize; 4] =
            std::array::from_fn(|at| number / 3_usize.pow(u32::try_from(at).unwrap()) % 3);
        let [matches, unmodified, none_matches, modified] = states;
        let sent: Vec<_> = options
            .iter()
            .zip(states)
            .filter_map(|((name, truth, lie), state)| Some((*name, [None, Some(*truth), Some(*lie)][state]?)))
            .collect();
        let expected = match (matches, unmodified, none_matches, modified) {
            (2, ..) | (0, 2, ..) => 412,
            (_, _, 2, _) | (_, _, 0, 2) => 304,
            _ => 200,
        };
        assert_eq!(site.ask("HEAD", &sent).await.status, expected, "{sent:?}");
    }
}

#[tokio::test]
async fn a_304_has_what_a_200_would_and_no_content() {
    let site = Site::start().await;
    let whole = site.ask("GET", &[]).await;
    let tag = whole.header("etag").unwrap();
    for list in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let fresh = site.ask("GET", &[("If-None-Match", &list)]).await;
        assert_eq!((fresh.status, fresh.body.as_slice()), (304, &b""[..]), "{list}");
        // RFC 9110 §15.4.5: these, and no other description of content that is not there.
        for name in ["etag", "cache-control", "vary", "expires", "content-location"] {
            assert_eq!(fresh.header(name), whole.header(name), "`{name}`");
        }
        for name in ["content-type", "content-range", "content-encoding"] {
            assert_eq!(fresh.header(name), None, "`{name}`");
        }
    }
}

#[tokio::test]
async fn parts_are_what_they_say() {
    let site = Site::start().await;
    for (range, first, last) in [
        ("0-3", 0, 3),
        ("12-", 12, 15),
        ("-4", 12, 15),
        ("0-99", 0, 15),
        ("15-15", 15, 15),
        ("0-3,4-7", 0, 7),
    ] {
        let part = site.ask("GET", &[("Range", &format!("bytes={range}"))]).await;
        assert_eq!((part.status, part.body.as_slice()), (206, &CONTENT[first..=last]), "{range}");
        assert_eq!(
            part.header("content-range"),
            Some(&*format!("bytes {first}-{last}/16")),
            "RFC 9110 §14.4"
        );
        assert_eq!(part.header("content-length"), Some(&*(last - first + 1).to_string()));
    }
    let whole = site.ask("GET", &[]).await;
    let part = site.ask("GET", &[("Range", "bytes=0-0")]).await;
    // RFC 9110 §15.3.7: what 200 would have had.
    for name in ["etag", "last-modified", "cache-control", "content-type", "vary"] {
        assert_eq!(part.header(name), whole.header(name), "`{name}`");
    }
    for ignored in ["bytes=5-2", "lines=0-1", "bytes=x", "bytes=0-1,9-9", "bytes=", "0-3"] {
        assert_eq!(site.ask("GET", &[("Range", ignored)]).await.status, 200, "{ignored}");
    }
}

#[tokio::test]
async fn a_part_that_does_not_exist_is_refused_with_the_size() {
    let site = Site::start().await;
    for range in ["bytes=16-", "bytes=99-100", "bytes=-0"] {
        let answer = site.ask("GET", &[("Range", range)]).await;
        assert_eq!((answer.status, answer.header("content-range")), (416, Some("bytes */16")), "§15.5.17");
    }
}

#[tokio::test]
async fn s19_if_range_takes_strong_validators_alone() {
    let site = Site::start().await;
    let whole = site.ask("GET", &[]).await;
    let (tag, date) = (whole.header("etag").unwrap(), whole.header("last-modified").unwrap());
    let weak = format!("W/{tag}");
    for (validator, status) in [
        (tag, 206),
        (date, 206),
        (&*weak, 200),
        ("\"other\"", 200),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 200),
        ("x", 200),
    ] {
        let answer = site.ask("GET", &[("Range", "bytes=0-3"), ("If-Range", validator)]).await;
        assert_eq!(answer.status, status, "RFC 9110 §13.1.5: {validator}");
    }
}

/// What `httpdate` takes for a date, and is none.
#[tokio::test]
async fn s54_a_date_with_something_else_for_a_space_is_ignored() {
    let site = Site::start().await;
    for (date, status) in [
        ("Friday, 31-Dec-60 23:59:59 GMT", 304),
        ("Friday, 31-Dec-60*23:59:59 GMT", 200),
        ("Friday, 31-Dec-60-23:59:59 GMT", 200),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 304),
        ("Fri Dec 31 23:59:59 9999", 304),
        ("tomorrow", 200),
    ] {
        assert_eq!(site.ask("GET", &[("If-Modified-Since", date)]).await.status, status, "{date}");
    }
}

#[tokio::test]
async fn methods_that_are_not_served_are_named() {
    let site = Site::start().await;
    for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
        let answer = site.ask(method, &[]).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, OPTIONS")), "§15.5.6");
    }
    let answer = site.ask("OPTIONS", &[]).await;
    assert_eq!((answer.status, answer.header("allow")), (204, Some("GET, HEAD, OPTIONS")), "§9.3.7");
    assert_eq!(answer.header("content-length"), None, "RFC 9110 §8.6: none with 204");
}

#[tokio::test]
async fn every_answer_is_dated_once() {
    let site = Site::start().await;
    let asked = [("GET", &*site.link), ("GET", "/media/none"), ("OPTIONS", "/media/a"), ("POST", "/media/a")];
    for (method, target) in asked {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
        let bytes = site.running.exchange(&request).await;
        let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        assert_eq!(head.matches("\r\ndate: ").count(), 1, "RFC 9110 §6.6.1: {head}");
        assert!(head.matches("\r\ncontent-length: ").count() <= 1, "{head}");
    }
}

#[tokio::test]
async fn requests_that_are_none_are_refused() {
    let site = Site::start().await;
    for line in [
        "GET /media/a.txt HTTP/1.1\r\nBad Field: x", // RFC 9112 §5.1: a space in a name
        "GET /media/a.txt HTTP/1.1\r\nField : x",    // RFC 9112 §5.1: a space before the colon
        "GET /media/a.txt HTTP/1.1\r\nField: a\0b",  // RFC 9110 §5.5: NUL
        "GET /media/a b.txt HTTP/1.1",               // RFC 9112 §3.2: white space in the target
        "GET /media/a.txt HTTP/9.9",                 // RFC 9110 §2.5
    ] {
        let request = format!("{line}\r\nHost: gateway\r\nConnection: close\r\n\r\n");
        let bytes = site.running.exchange(&request).await;
        let head = String::from_utf8_lossy(&bytes);
        assert!(head.starts_with("HTTP/1.1 400") || head.is_empty(), "{line:?}: {head}");
    }
}

#[tokio::test]
async fn s31_a_request_names_one_host_and_nobody_cares_which() {
    let site = Site::start().await;
    let status = async |version: &str, hosts: &str| {
        let request = format!("GET /media/public/p.txt {version}\r\n{hosts}Connection: close\r\n\r\n");
        Answer::read(&site.running.exchange(&request).await).status
    };
    // RFC 9112 §3.2: none, or more than one.
    assert_eq!(status("HTTP/1.1", "").await, 400);
    assert_eq!(status("HTTP/1.1", "Host: a\r\nHost: a\r\n").await, 400);
    for hosts in ["Host: gateway\r\n", "Host: evil.example\r\n", "Host: a@b\r\n", "Host:\r\n"] {
        assert_eq!(status("HTTP/1.1", hosts).await, 200, "{hosts}");
    }
    assert_eq!(status("HTTP/1.0", "").await, 200);
}

#[tokio::test]
async fn a_public_file_is_as_correct_as_a_private_one() {
    let site = Site::start().await;
    let target = "/media/public/p.txt";
    let (get, head) = (site.ask_for("GET", target, &[]).await, site.ask_for("HEAD", target, &[]).await);
    assert_eq!((get.status, get.body.as_slice()), (200, CONTENT));
    assert_eq!(fields(&get), fields(&head));
    let fresh = site.ask_for("GET", target, &[("If-None-Match", get.header("etag").unwrap())]).await;
    assert_eq!((fresh.status, fresh.header("cache-control")), (304, get.header("cache-control")));
    let part = site.ask_for("GET", target, &[("Range", "bytes=4-7")]).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &CONTENT[4..8]));
}
