//! Which mount answers, and that nothing but the path decides.

use gateway::{Config, Gateway, MountPath, Surroundings};
use links::LinkOptions;
use object_key::ObjectKey;

use crate::fixture::{Answer, Running, config, env, place};

const NESTED: &str = r#"
    [stores.outer]
    url = "file:media"
    [stores.inner]
    url = "file:media/inner"
    [mounts."/media/private/"]
    store = "inner"
    [mounts."/tenant-a/"]
    store = "outer"
    prefix = "tenant-a/"
    public = ["open/"]
"#;

const FILES: &[(&str, &[u8])] = &[
    ("a.txt", b"outer a"),
    ("private/a.txt", b"shadowed"),
    ("public/p.txt", b"public"),
    ("inner/a.txt", b"inner a"),
    ("tenant-a/open/x.txt", b"tenant a"),
    ("tenant-abc/open/x.txt", b"tenant abc"),
];

fn link_to(running: &Running, mount: &str, key: &str) -> String {
    let links = running.gateway.links(&MountPath::parse(mount).unwrap(), &running.origin).unwrap();
    let options = LinkOptions::lasting(std::time::Duration::from_mins(1));
    let url = links.object(&ObjectKey::parse(key).unwrap(), &options).unwrap();
    url.expose().strip_prefix(running.origin.as_str()).unwrap().to_owned()
}

#[tokio::test]
async fn the_longest_mount_wins_by_whole_segments() {
    let running = Running::start(config(NESTED), FILES).await;
    let inner = running.get(&link_to(&running, "/media/private/", "a.txt")).await;
    assert_eq!((inner.status, inner.body.as_slice()), (200, &b"inner a"[..]));
    let outer = running.get(&link_to(&running, "/media/", "a.txt")).await;
    assert_eq!(outer.body, b"outer a");
    running.stop().await;
}

/// S7: another spelling of a nested mount does not lead around it.
#[tokio::test]
async fn s07_a_nested_mount_shadows_in_every_spelling() {
    let running = Running::start(config(NESTED), FILES).await;
    let refusal = running.get("/nowhere").await;
    let shadowed = link_to(&running, "/media/", "private/a.txt");
    for spelling in ["/media/private/", "/media/%70rivate/", "/%6dedia/private/", "/media%2fprivate/"] {
        let target = shadowed.replace("/media/private/", spelling);
        assert_eq!(running.get(&target).await, refusal, "{spelling}");
    }
    running.stop().await;
}

/// S3: a mount of a part of a store reaches that part alone.
#[tokio::test]
async fn s03_a_prefix_is_a_boundary() {
    let running = Running::start(config(NESTED), FILES).await;
    assert_eq!(running.get("/tenant-a/open/x.txt").await.body, b"tenant a");
    for target in ["/tenant-abc/open/x.txt", "/tenant-a/../tenant-abc/open/x.txt", "/tenant-a/bc/open/x.txt"]
    {
        assert_eq!(running.get(target).await.status, 404, "{target}");
    }
    running.stop().await;
}

/// S10: a pass for one mount is a forgery at every other.
#[tokio::test]
async fn s10_a_pass_is_good_at_its_mount_alone() {
    let running = Running::start(config(NESTED), FILES).await;
    let target = link_to(&running, "/media/", "a.txt");
    let elsewhere = target.replace("/media/", "/media/private/");
    assert_eq!(running.get(&target).await.status, 200);
    assert_eq!(running.get(&elsewhere).await, running.get("/nowhere").await);
    running.stop().await;
}

/// S39: outside of all mounts, missing, forbidden and hostile are the same bytes.
#[tokio::test]
async fn s39_every_refusal_is_the_same() {
    let running = Running::start(config(""), FILES).await;
    let request = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let without_date = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.split("\r\n").filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
    };
    let refusal = without_date(running.exchange(&request("/")).await);
    let link = running.link("a.txt");
    for target in [
        "/media",
        "/media/",
        "/media/a.txt",
        "/media/missing.txt",
        "/mediax/a.txt",
        "/media/inner/../a.txt",
        "/media/a.txt?pass=x",
        "/media/.hallpass/secret",
        "/.hallpass/secret",
        "/media/public/../a.txt",
        "/media/public%2f..%2fa.txt",
        "/media/publicx/p.txt",
        "/media/PUBLIC/p.txt",
        "/media/public//../a.txt",
        "/favicon.ico",
        &link.replace("a.txt", "b.txt"),
        &format!("{link}x"),
        &link.replace("/media/", "//media/"),
    ] {
        assert_eq!(without_date(running.exchange(&request(target)).await), refusal, "{target}");
    }
    assert_eq!(running.get(&link).await.body, b"outer a");
    running.stop().await;
}

/// S32: nothing redirects, whatever the path looks like.
#[tokio::test]
async fn s32_there_is_no_redirect() {
    let running = Running::start(config("mounts.'/'.store = 'media'"), FILES).await;
    for target in
        ["//evil.com/%2e%2e", "/\\evil.com", "/%5cevil", "/%2f%2fevil.com/", "/media", "http://evil.com//x"]
    {
        let request = format!("GET {target} HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n");
        let bytes = running.exchange(&request).await;
        let answer = Answer::read(&bytes);
        assert!(matches!(answer.status, 400 | 404), "{target}: {}", answer.status);
        assert_eq!(answer.header("location"), None);
        assert!(!String::from_utf8_lossy(&bytes).contains("evil"), "{target}");
    }
    running.stop().await;
}

/// S31: hosts and what proxies say about them change nothing.
#[tokio::test]
async fn s31_the_host_of_a_request_is_ignored() {
    let running = Running::start(config("public_url = 'https://media.example.com'"), FILES).await;
    let links = running.links();
    assert_eq!(running.origin.as_str(), "https://media.example.com");
    let target = running.link("a.txt");
    let plain = running.get(&target).await;
    for hostile in [
        "Host: evil.com",
        "Host: a@b",
        "Host: x\r\nForwarded: host=evil.com;proto=https",
        "Host: x\r\nX-Forwarded-Host: evil.com\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil",
        "Host: x\r\nX-Original-URL: /media/b.txt\r\nX-Rewrite-URL: /media/b.txt",
        "Host: x\r\nX-Sendfile-Type: X-Accel-Redirect\r\nX-Accel-Mapping: /=/etc/\r\nX-Accel-Redirect: /etc/passwd",
        "Host: x\r\nX-HTTP-Method-Override: DELETE",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\n{hostile}\r\nConnection: close\r\n\r\n");
        assert_eq!(Answer::read(&running.exchange(&request).await), plain, "{hostile}");
    }
    assert_eq!(links.base().as_str(), "https://media.example.com/media/");
    running.stop().await;
}

/// S33: neither configuration nor gateway shows a secret.
#[tokio::test]
async fn s33_nothing_shows_the_secret() {
    let place = place(FILES);
    let gateway = Gateway::new(config(""), &Surroundings::new(place.path(), &env)).await.unwrap();
    let links = gateway.links(&MountPath::media(), &gateway.config().origin()).unwrap();
    let shown = format!(
        "{gateway:?} {:?} {} {:?} {links:?} {:?}",
        gateway.config(),
        gateway.config().to_toml(),
        gateway.router(),
        Surroundings::new(place.path(), &env),
    );
    assert!(shown.contains("SECRET"), "the name of the variable is shown");
    assert!(!shown.contains(crate::fixture::SECRET));
}

#[test]
fn s57_own_state_is_out_of_reach_when_the_working_directory_is_served() {
    let place = place(&[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        std::fs::write(place.path().join("x.txt"), "x").unwrap();
        let config = Config::embedded(".".as_ref());
        let gateway = Gateway::new(config, &Surroundings::new(place.path(), &|_| None)).await.unwrap();
        assert!(place.path().join(".hallpass/secret").exists());
        let sample = gateway.sample(&MountPath::media()).await.unwrap();
        assert_eq!(sample, Some(ObjectKey::parse("x.txt").unwrap()));
        let secret = gateway.links(&MountPath::media(), &gateway.config().origin()).unwrap();
        let options = LinkOptions::lasting(std::time::Duration::from_mins(1));
        let url = secret.object(&ObjectKey::parse(".hallpass/secret").unwrap(), &options).unwrap();
        let verdict = gateway.verify(url.expose(), &http::Method::GET, None).await;
        assert_eq!((verdict.valid, verdict.reason.as_str()), (false, "no such object"));
    });
}
