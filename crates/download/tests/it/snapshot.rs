//! S20: the header set of every status and kind of content, written down.
//!
//! After a change that is meant, run the test with `BLESS=1` and read the difference before committing it.

use std::fmt::Write as _;

use http::Request;
use links::{Disposition, LinkOptions};

use crate::fixture::{HOUR, Reply, get, head, link_with, mount, send};
use crate::shelf::{Shelf, item};

const KINDS: [(&str, &str); 6] = [
    ("photo.png", "image/png"),
    ("drawing.svg", "image/svg+xml"),
    ("page.html", "text/html"),
    ("report.pdf", "application/pdf"),
    ("note.txt", "text/plain"),
    ("unknown", ""),
];

#[test]
fn s20_x06_headers_are_as_written_down() {
    let written = include_str!("snapshot.txt");
    let seen = every_response();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshot.txt"), &seen).unwrap();
    } else {
        for (seen, written) in seen.lines().zip(written.lines()) {
            assert_eq!(seen, written);
        }
        assert_eq!(seen, written);
    }
}

fn every_response() -> String {
    let shelf =
        KINDS.iter().fold(Shelf::default(), |shelf, (name, kind)| shelf.with(name, item("0123456789", kind)));
    let service = mount(&shelf.with("public/logo.png", item("logo", "image/png")));
    let mut text = String::new();
    for (name, _) in KINDS {
        let url = link_with(name, &LinkOptions::lasting(HOUR));
        add(&mut text, &format!("{name}, private"), &send(&service, get(&url)));
    }
    let saved = LinkOptions::lasting(HOUR).with_disposition(Disposition::attachment("Foto.png"));
    add(&mut text, "photo.png, saved as Foto.png", &send(&service, get(&link_with("photo.png", &saved))));
    add(&mut text, "logo.png, public", &send(&service, get("/media/public/logo.png")));
    for (name, condition, value) in [
        ("page.html, a part", "range", "bytes=2-5"),
        ("page.html, unchanged", "if-none-match", "\"v1\""),
        ("page.html, another version", "if-match", "\"v0\""),
        ("page.html, no such part", "range", "bytes=10-"),
    ] {
        let url = link_with("page.html", &LinkOptions::lasting(HOUR));
        add(&mut text, name, &send(&service, get(&url).header(condition, value)));
    }
    add(&mut text, "refused", &send(&service, get("/media/page.html")));
    add(&mut text, "another method", &send(&service, Request::post("/media/page.html")));
    add(&mut text, "options", &send(&service, Request::options("/media/page.html")));
    text
}

/// What is written down for one kind holds for all: a part has the fields of the whole, other answers those of none.
#[test]
fn x05_other_statuses_differ_by_nothing_of_the_kind() {
    for (name, kind) in KINDS {
        let service = mount(&Shelf::default().with(name, item("0123456789", kind)));
        for disposition in [None, Some(Disposition::attachment("x"))] {
            let mut options = LinkOptions::lasting(HOUR);
            options.disposition = disposition;
            let url = link_with(name, &options);
            let whole = send(&service, get(&url));
            assert_eq!(send(&service, head(&url)).headers, whole.headers, "{name}");

            let mut part = send(&service, get(&url).header("range", "bytes=2-5")).headers;
            assert_eq!(part.remove("content-range").unwrap(), "bytes 2-5/10");
            assert_eq!(part.insert("content-length", 10.into()).unwrap(), "4");
            assert_eq!(part, whole.headers, "{name}");

            for (condition, value) in [("if-none-match", "*"), ("if-match", "\"v0\""), ("range", "bytes=10-")]
            {
                let other = send(&service, get(&url).header(condition, value)).headers;
                let kept = other.iter().filter(|(name, value)| whole.headers.get(*name) == Some(value));
                assert_eq!(
                    kept.count(),
                    6,
                    "validators, caching, embedding and the two of every response: {other:?}"
                );
                assert!(!other.contains_key("content-type") && !other.contains_key("content-disposition"));
            }
        }
    }
}

fn add(text: &mut String, title: &str, reply: &Reply) {
    let mut fields: Vec<_> =
        reply.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    fields.sort_unstable();
    writeln!(text, "# {title}: {}", reply.status).unwrap();
    for (name, value) in fields {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text.push('\n');
}
