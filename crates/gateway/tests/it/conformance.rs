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
