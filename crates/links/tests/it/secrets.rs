//! S33: what is shown of the types that hold a secret.

use std::fmt::Debug;
use std::time::Duration;

use links::{LinkOptions, Subject};

use crate::fixture::{NOW, key, links_at, parts};

#[test]
fn s33_no_debug_text_holds_a_secret() {
    let links = links_at(NOW);
    let options =
        LinkOptions::lasting(Duration::from_mins(1)).with_subject(Subject::Session("s3ss10n".into()));
    let url = links.object(&key("a"), &options).unwrap();
    let pass = parts(url.expose()).1[0].1.clone();
    let error = links.object(&key("a"), &LinkOptions::lasting(Duration::ZERO)).unwrap_err();
    let secrets = [pass.as_str(), "s3ss10n", "\\x07\\x07", "7, 7, 7", "0707"];

    let shown: [&dyn Debug; 6] = [&links, &options, &url, &links.base(), &error, &links::Clock::system()];
    for value in shown {
        for text in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(secrets.iter().all(|secret| !text.contains(secret)), "{text}");
        }
    }
    assert!(format!("{url:?}").contains("https://media.example.com/media/a?…"));
}
