//! `hallpass serve` on a store in S3.

use std::thread;
use std::time::Duration;

use crate::curl::curl;
use crate::place::Place;

const TEXT: &str = "0123456789";

fn served() -> (Place, crate::server::Server) {
    let place = Place::with(&[("docs/a.txt", TEXT), ("public/logo.svg", "<svg/>"), ("b.txt", "b")]);
    place.configure("");
    let server = place.serve(&[]);
    (place, server)
}

#[test]
fn s02_s12_s39_a_mount_on_s3_opens_to_its_pass_only() {
    let (place, server) = served();
    let url = place.run(&["pass", "docs/a.txt"]).exits(0);
    let good = url.line().to_owned();
    assert!(good.starts_with(&server.origin), "{good}");
    assert_eq!(curl(&[&good]).body, TEXT.as_bytes());
    assert_eq!(curl(&[&server.url]).code(), 200, "the link that was printed at the start");

    let refusal = curl(&[&format!("{}/media/nothing", server.origin)]);
    assert_eq!(refusal.code(), 404);
    let (plain, query) = good.split_once('?').unwrap();
    let last = if good.ends_with('A') { 'B' } else { 'A' };
    for bad in [
        plain.to_owned(),
        format!("{}{last}", &good[..good.len() - 1]),
        format!("{good}x"),
        good.replace("docs/a.txt", "b.txt"),
        format!("{}/media/public/../docs/a.txt", server.origin),
        format!("{plain}x?{query}"),
    ] {
        assert_eq!(curl(&["--path-as-is", &bad]), refusal, "{bad}");
    }
    place.run(&["verify", &good]).exits(0);
    place.run(&["verify", &plain.replace("a.txt", "x.txt")]).exits(3);
}

#[test]
fn s20_what_is_public_needs_no_pass_and_runs_nowhere() {
    let (_place, server) = served();
    let logo = curl(&[&format!("{}/media/public/logo.svg", server.origin)]);
    assert_eq!((logo.code(), logo.body.as_slice()), (200, b"<svg/>".as_slice()));
    assert_eq!(logo.header("content-disposition"), Some("attachment; filename=\"logo.svg\""));
    assert_eq!(curl(&[&format!("{}/media/publicx/logo.svg", server.origin)]).code(), 404);
}

#[test]
fn x05_ranges_head_and_preconditions_are_those_of_files() {
    let (place, _server) = served();
    thread::sleep(Duration::from_millis(2100)); // what was written in this very second has no date yet that could be relied on
    let url = place.run(&["pass", "docs/a.txt"]).exits(0);
    let url = url.line();
    let whole = curl(&[url]);
    let (etag, modified) = (whole.header("etag").unwrap(), whole.header("last-modified").unwrap());

    let head = curl(&["--head", url]);
    assert_eq!(
        (head.code(), head.header("content-length"), head.header("etag")),
        (200, Some("10"), Some(etag))
    );
    for (range, body, content_range) in [
        ("2-4", "234", "bytes 2-4/10"),
        ("7-", "789", "bytes 7-9/10"),
        ("-2", "89", "bytes 8-9/10"),
        ("0-1,2-3", "0123", "bytes 0-3/10"),
    ] {
        let part = curl(&["--range", range, url]);
        assert_eq!((part.code(), part.body.as_slice()), (206, body.as_bytes()), "{range}");
        assert_eq!(part.header("content-range"), Some(content_range));
    }
    assert_eq!(curl(&["--range", "10-", url]).code(), 416);

    let ask = |name: &str, value: &str| curl(&["--header", &format!("{name}: {value}"), url]).code();
    assert_eq!(ask("If-None-Match", etag), 304);
    assert_eq!(ask("If-None-Match", "\"other\""), 200);
    assert_eq!(ask("If-Match", "\"other\""), 412);
    assert_eq!(ask("If-Match", etag), 200);
    assert_eq!(ask("If-Modified-Since", modified), 304);
    let ranged = |tag: &str| curl(&["--range", "0-0", "--header", &format!("If-Range: {tag}"), url]).code();
    assert_eq!((ranged(etag), ranged("\"other\"")), (206, 200));
}

#[test]
fn a_store_is_served_without_a_configuration() {
    let place = Place::with(&[("a.txt", "a")]);
    let mut server = place.serve(&["--store", &place.store()]);
    assert_eq!(curl(&[&server.url]).body, b"a");
    // Commands in the same directory mean the store that is served.
    place.write("b", "b");
    place.run(&["put", "b", "b.txt"]).exits(0);
    let url = place.run(&["pass", "b.txt"]).exits(0);
    assert_eq!((curl(&[url.line()]).body, url.err.as_str()), (b"b".to_vec(), ""));
    place.run(&["pass", "c.txt", "--store", &place.store()]).exits(0).says("there is no `c.txt`");
    server.signal("TERM");
    assert!(server.wait().0.success());
}
