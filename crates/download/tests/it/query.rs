//! The query: every parameter that changes a response is inside the pass, and every other changes nothing.

use links::{Disposition, LinkOptions, Subject, parameter};
use proptest::prelude::*;
use store::ETag;
use token_hmac::{Overrides, PassSpec};

use crate::fixture::{HOUR, NOW, assert_refused, at, get, key, link, link_with, mount, pass, send, shelf};
use crate::shelf::{Shelf, field, item};

const NAMES: [&str; 5] = [
    parameter::PASS,
    parameter::CONTENT_TYPE,
    parameter::CONTENT_DISPOSITION,
    parameter::CONTENT_LANGUAGE,
    parameter::CACHE_CONTROL,
];

const FIXED: Overrides<'static> = Overrides {
    content_type: Some("text/plain; charset=utf-8"),
    content_disposition: Some("attachment; filename=\"x.txt\""),
    content_language: Some("de"),
    cache_control: Some("no-store"),
};

/// A link whose pass fixes everything that can be fixed.
fn everything() -> Vec<String> {
    let spec = key("secret.txt");
    let token = pass(&PassSpec::object(&spec).with_overrides(FIXED));
    vec![
        format!("pass={token}"),
        "response-content-type=text%2Fplain%3B%20charset%3Dutf-8".to_owned(),
        "response-content-disposition=attachment%3B%20filename%3D%22x.txt%22".to_owned(),
        "response-content-language=de".to_owned(),
        "response-cache-control=no-store".to_owned(),
    ]
}

fn url(parameters: &[String]) -> String {
    format!("/media/secret.txt?{}", parameters.join("&"))
}

#[test]
fn dp6_what_a_pass_fixes_is_what_is_sent() {
    let reply = send(&mount(&shelf()), get(&url(&everything())));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"x.txt\"");
    assert_eq!(reply.header("content-language"), "de");
    assert_eq!(reply.header("cache-control"), "private, no-store");
}

#[test]
fn s12_each_parameter_dropped_changed_or_repeated_refuses() {
    let service = mount(&shelf());
    let whole = everything();
    for index in 0..whole.len() {
        let with = |change: &dyn Fn(&mut Vec<String>)| {
            let mut parameters = whole.clone();
            change(&mut parameters);
            send(&service, get(&url(&parameters)))
        };
        let name = NAMES[index];
        assert_refused(&with(&|all| drop(all.remove(index))), name);
        assert_refused(&with(&|all| all[index].push('x')), name);
        assert_refused(&with(&|all| assert!(all[index].pop().is_some())), name);
        assert_refused(&with(&|all| all[index] = format!("{name}=")), name);
        assert_refused(&with(&|all| all[index] = name.to_owned()), name);
        assert_refused(&with(&|all| all.extend_from_within(index..=index)), "given twice");
        assert_refused(&with(&|all| all.insert(0, format!("{name}=x"))), "another before it");
        assert_refused(&with(&|all| all.push(format!("{name}="))), "an empty one after it");
        assert_refused(&with(&|all| all[index] = all[index].to_uppercase()), "in capitals");
        assert_refused(
            &with(&|all| all[index] = all[index].replacen('-', "%2D", 1).replacen("pa", "%70a", 1)),
            "encoded",
        );
        assert_refused(&with(&|all| all[index] = format!("{};x=y", all[index])), "another separator");
    }
}

#[test]
fn s12_each_parameter_added_refuses_or_changes_nothing() {
    let service = mount(&shelf());
    let plain = send(&service, get(&link("secret.txt")));
    for name in &NAMES[1..] {
        for value in ["", "x", "text/html", "inline", "public,max-age=1"] {
            assert_refused(&send(&service, get(&format!("{}&{name}={value}", link("secret.txt")))), name);
        }
    }
    for more in [
        "",
        "&",
        "&&&",
        "&x=y",
        "&x",
        "&=",
        "&Pass=x",
        "&pass",
        "&response-expires=0",
        "&response-content-type",
        "&a=b?c=d",
    ] {
        send(&service, get(&(link("secret.txt") + more))).assert_same(&plain, more);
    }
    let first = link("secret.txt").replace("?pass", "?utm_source=mail&pass");
    send(&service, get(&first)).assert_same(&plain, "something before the pass");
}

#[test]
fn s12_public_content_takes_no_orders() {
    let service = mount(&shelf());
    let plain = send(&service, get("/media/public/logo.png"));
    for name in NAMES {
        let reply = send(&service, get(&format!("/media/public/logo.png?{name}=text/html")));
        reply.assert_same(&plain, name);
    }
}

#[test]
fn a_query_without_end_or_without_text_is_refused() {
    let service = mount(&shelf());
    for more in ["&response-content-type=%ff", "&response-content-type=%c0%af"] {
        assert_refused(&send(&service, get(&(link("secret.txt") + more))), more);
    }
    let long = format!("{}&x={}", link("secret.txt"), "y".repeat(17_000));
    assert_refused(&send(&service, get(&long)), "too long");
    let many = format!("{}{}", link("secret.txt"), "&x=y".repeat(3000));
    assert_eq!(send(&service, get(&many)).status, 200);
}

proptest! {
    /// The order of the parameters says nothing.
    #[test]
    fn s12_reordering_changes_nothing(order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle()) {
        let (service, whole) = (mount(&shelf()), everything());
        let shuffled: Vec<String> = order.iter().map(|index| whole[*index].clone()).collect();
        send(&service, get(&url(&shuffled))).assert_same(&send(&service, get(&url(&whole))), "reordered");
    }

    /// Whatever the terms of a link, the service understands them; and no byte of its query can be changed.
    #[test]
    fn links_and_service_agree_on_every_term(
        name in "[^/\\\\\\p{C}]{1,20}", file in ".{0,30}", media in "[ -~]{1,30}", user in proptest::option::of("\\PC{1,10}"),
        head in any::<bool>(), bound in any::<bool>(), at_byte in any::<prop::sample::Index>(), flip in 1_u8..128,
    ) {
        prop_assume!(name != "." && name != "..");
        let shelf = Shelf::default().with(&name, item("content", "image/png"));
        let service = mount(&shelf);
        let mut options = LinkOptions::lasting(HOUR)
            .with_disposition(Disposition::attachment(&file))
            .with_content_type(media)
            .with_not_before(at(NOW));
        if let Some(user) = &user {
            options = options.with_subject(Subject::User(user.clone()));
        }
        if bound {
            options = options.with_version("v1");
        }
        if head {
            options = options.with_method(links::Method::Head);
        }
        let url = link_with(&name, &options);
        let ask = |url: &str| {
            let viewer = user.as_deref().map_or_else(download::Viewer::default, download::Viewer::user);
            let method = if head { "HEAD" } else { "GET" };
            http::Request::builder().method(method).uri(url).extension(viewer)
        };
        let reply = send(&service, ask(&url));
        prop_assert_eq!(reply.status, 200);
        let shown = Disposition::attachment(&file).to_string();
        prop_assert_eq!(reply.header("content-disposition"), shown);

        let mut bytes = url.clone().into_bytes();
        let query = url.find('?').unwrap() + 1;
        let index = query + at_byte.index(bytes.len() - query);
        bytes[index] ^= flip;
        let changed = String::from_utf8(bytes).unwrap();
        let same_meaning = changed.eq_ignore_ascii_case(&url); // `%3a` for `%3A`
        if !same_meaning && changed.parse::<http::Uri>().is_ok() {
            prop_assert_ne!(send(&service, ask(&changed)).status, 200, "{}", changed);
        }
    }
}

#[test]
fn a_version_is_the_opaque_text_of_the_tag() {
    let mut object = item("x", "text/plain");
    object.metadata.etag = ETag::new("5f3a-1").unwrap();
    object.metadata.attributes.content_language = Some(field("en"));
    let service = mount(&Shelf::default().with("x", object));
    let bound = |version: &str| {
        send(&service, get(&link_with("x", &LinkOptions::lasting(HOUR).with_version(version)))).status
    };
    assert_eq!((bound("5f3a-1"), bound("\"5f3a-1\""), bound("5f3a")), (200, 404, 404));
}
