//! Configuration files: what is read, what is refused, and in which words.

use std::time::Duration;

use gateway::{Config, MountPath};

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let error = match Config::from_toml(text) {
        Ok(config) => config.check().expect_err(text),
        Err(error) => error,
    };
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected, "{text}");
}

const MINIMAL: &str = "stores.m.url = 'memory:'\nmounts.'/m/'.store = 'm'\n";

#[test]
fn the_least_configuration_is_good() {
    let config = Config::from_toml(MINIMAL).unwrap();
    config.check().unwrap();
    assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.origin().as_str(), "http://127.0.0.1:8080");
    let mount = &config.mounts[&MountPath::parse("/m/").unwrap()];
    assert!(mount.public.is_empty(), "nothing is public by itself");
    assert_eq!(mount.max_life, Duration::from_hours(7 * 24));
}

#[test]
fn all_unknown_keys_are_named_with_their_nearest() {
    refused(
        "liste = 'x'\n[limits]\nidle_timout = '5s'\n[mounts.'/m/']\nstor = 'm'\nzzz = 1\n",
        &[
            "`limits.idle_timout` (line 3): unknown key; did you mean `idle_timeout`?",
            "`liste` (line 1): unknown key; did you mean `listen`?",
            "`mounts.\"/m/\".stor` (line 5): unknown key; did you mean `store`?",
            "`mounts.\"/m/\".zzz` (line 6): unknown key",
        ],
    );
}

#[test]
fn wrong_names_and_wrong_values_are_reported_together() {
    refused(
        "listen = 'here'\n[stores.m]\nurl = 'ftp://x'\nurll = 1\n[limits]\nidle_timout = '5s'\nmin_rate = 'fast'\n\
         max_streams = -1\n[mounts.'/b/']\nmax_lif = '1d'\nmax_life = 'long'\n[mounts.'/c']\nstore = 'm'\n\
         [mounts.'/d/']\npublic = ['']\n",
        &[
            "`limits.idle_timout` (line 6): unknown key; did you mean `idle_timeout`?",
            "`mounts.\"/b/\".max_lif` (line 10): unknown key; did you mean `max_life`?",
            "`stores.m.urll` (line 4): unknown key; did you mean `url`?",
            "`limits.max_streams` (line 8): invalid value: integer `-1`, expected u32",
            "`limits.min_rate` (line 7): `fast` is no size such as `10MB` or `10MiB`",
            "`listen` (line 1): invalid socket address syntax",
            "`mounts.\"/b/\".max_life` (line 11): `long` is no duration such as `90s`, `15m`, `1h30m` or `7d`",
            "`mounts.\"/c\"` (line 12): `/c`: a mount is a path such as `/media/`: `/` at both ends, plain segments between",
            "`mounts.\"/d/\"` (line 14): missing field `store`",
            "`stores.m.url` (line 3): not a store's URL such as `file:///srv/media`, `file:media`, `s3://bucket/prefix` or `memory:`",
        ],
    );
}

/// A secret that was put where its name belongs must not come out in the message.
#[test]
fn s33_a_secret_in_the_wrong_place_is_not_repeated() {
    for text in [
        "[keys.ring.a]\nsecret = 'hunter2hunter2'",
        "[keys.ring.a]\nsecret_file = 'hunter2hunter2",
        "secret = 'hunter2hunter2'",
        "keys = 'hunter2\"hunter2'",
        "[keys]\nactive = 'a'\nring.a = 'hunter2hunter2'",
    ] {
        let error = Config::from_toml(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn d23_what_is_not_built_yet_is_refused_rather_than_ignored() {
    refused(
        "[mounts.'/m/']\nstore = 'm'\npolicy = 'p'\ndelivery = []\nuploads = {}\n",
        &[
            "`mounts.\"/m/\".delivery` (line 4): not available in this version: delivery other than streaming",
            "`mounts.\"/m/\".policy` (line 3): not available in this version: an access policy",
            "`mounts.\"/m/\".uploads` (line 5): not available in this version: taking uploads in",
        ],
    );
    for allow in ["policy", "django-titofisto"] {
        refused(
            &format!("[mounts.'/m/']\nstore = 'm'\nallow = ['pass', '{allow}']\n"),
            &[&format!(
                "`mounts.\"/m/\".allow` (line 3): `{allow}` is not available in this version; use `pass`"
            )],
        );
    }
}

#[test]
fn values_that_cannot_be_read_say_where_and_what() {
    let cases = [
        (
            "limits.idle_timeout = '5'",
            "`limits.idle_timeout` (line 1): `5` is no duration such as `90s`, `15m`, `1h30m` or `7d`",
        ),
        (
            "\nlimits.min_rate = 'fast'",
            "`limits.min_rate` (line 2): `fast` is no size such as `10MB` or `10MiB`",
        ),
        (
            "public_url = 'https://a/b'",
            "`public_url` (line 1): not an origin such as `https://media.example.com`: scheme and host, no path and no `/` at the end",
        ),
        (
            "stores.a.url = 'ftp://x'",
            "`stores.a.url` (line 1): not a store's URL such as `file:///srv/media`, `file:media`, `s3://bucket/prefix` or `memory:`",
        ),
        (
            "[mounts.'media']\nstore = 'a'",
            "`mounts.media` (line 1): `media`: a mount is a path such as `/media/`: `/` at both ends, plain segments between",
        ),
        (
            "[mounts.'/m/']\nstore = 'a'\npublic = ['public']",
            "`mounts.\"/m/\".public` (line 3): `public` is no prefix: prefix does not end in `/`",
        ),
    ];
    for (text, problem) in cases {
        refused(text, &[problem]);
    }
}

#[test]
fn a_check_reports_all_problems_at_once() {
    refused(
        "
        keys = { active = '2026-12', ring.2026-11 = {}, ring.'a b' = { secret_env = 'A', secret_file = 'b' } }
        stores.media.url = 'memory:'
        mounts.'/a/' = { store = 'medai', public = [''], allow = [], max_life = '0s' }
        limits = { idle_timeout = '0s', min_rate = 0, max_connections = 0, max_header_size = '1KiB' }
        ",
        &[
            "`keys.active`: `2026-12` is not in `[keys.ring]`; did you mean `2026-11`?",
            "`keys.ring.2026-11`: needs `secret_file` or `secret_env`",
            "`keys.ring.\"a b\"`: key id is not 1 to 16 characters out of `A-Z a-z 0-9 . _ -`",
            "`keys.ring.\"a b\"`: has both `secret_file` and `secret_env`: keep one",
            "`mounts.\"/a/\".store`: there is no store `medai`; did you mean `media`?",
            "`mounts.\"/a/\".public`: the empty prefix would make everything public; name a folder such as `public/`",
            "`mounts.\"/a/\".allow`: is empty: nothing would open; use `[\"pass\"]`",
            "`mounts.\"/a/\".max_life`: must be a second or more",
            "`limits.idle_timeout`: must lie between 100ms and 1d",
            "`limits.min_rate`: must be 1 byte per second or more",
            "`limits.max_connections`: must be 1 or more",
            "`limits.max_header_size`: must lie between 8KiB and 1MiB",
        ],
    );
    refused("", &["`mounts`: none: nothing would be served; add `[mounts.\"/media/\"]`"]);
}

#[test]
fn an_active_key_is_not_retired() {
    let keys = "keys = { active = 'a', ring.a = { secret_env = 'A', retire_at = 2026-12-01T00:00:00Z } }";
    refused(
        &format!("{keys}\n{MINIMAL}"),
        &["`keys.ring.a.retire_at`: the active key cannot be retired: make another one active first"],
    );
}

#[test]
fn times_are_toml_or_text() {
    for time in
        ["2026-12-01T00:00:00Z", "'2026-12-01T00:00:00Z'", "2026-12-01T01:00:00+01:00", "'1796083200'"]
    {
        let text = format!("keys = {{ active = 'a', ring.b = {{ secret_env = 'B', retire_at = {time} }} }}");
        let config = Config::from_toml(&text).unwrap();
        let at = config.keys.unwrap().ring["b"].retire_at.unwrap();
        assert_eq!(gateway::format_time(at), "2026-12-01T00:00:00Z");
    }
}

#[test]
fn what_is_shown_can_be_read_again() {
    let mut config = Config::embedded("a dir/mädia".as_ref());
    config.limits.min_rate = 1_000_001;
    config.public_url = Some("https://media.example.com".parse().unwrap());
    let shown = config.to_toml();
    assert_eq!(Config::from_toml(&shown), Ok(config), "{shown}");
}

#[test]
fn variables_override_the_file() {
    let mut config = Config::from_toml(MINIMAL).unwrap();
    let env = |name: &str| match name {
        "HALLPASS_LISTEN" => Some("[::1]:9000".to_owned()),
        "HALLPASS_PUBLIC_URL" => Some("https://m.example".to_owned()),
        "HALLPASS_LIMITS_IDLE_TIMEOUT" => Some("2m".to_owned()),
        "HALLPASS_LIMITS_MIN_RATE" => Some("1MiB".to_owned()),
        "HALLPASS_LIMITS_MAX_CONNECTIONS" => Some("7".to_owned()),
        _ => None,
    };
    config.apply_env(&env).unwrap();
    assert_eq!(config.listen, "[::1]:9000".parse().unwrap());
    assert_eq!(config.origin().as_str(), "https://m.example");
    assert_eq!(config.limits.idle_timeout, Duration::from_mins(2));
    assert_eq!(config.limits.min_rate, 1 << 20);
    assert_eq!(config.limits.max_connections, 7);
}

/// Each variable has an effect: a value that cannot be read is noticed by all of them.
#[test]
fn every_variable_is_read() {
    let mut config = Config::from_toml(MINIMAL).unwrap();
    let error = config.apply_env(&|_| Some("/ /".to_owned())).unwrap_err();
    let named: Vec<&str> = error.problems().iter().map(gateway::Problem::at).collect();
    assert_eq!(named, Config::variables().collect::<Vec<_>>(), "{error}");
}

#[test]
fn a_misspelt_variable_is_noticed() {
    let config = Config::from_toml("keys = { active = 'a', ring.a.secret_env = 'HALLPASS_SECRET' }").unwrap();
    let present = ["HOME", "HALLPASS_SECRET", "HALLPASS_LISTEN", "HALLPASS_CONFIG"];
    config.check_variables(present, &["HALLPASS_CONFIG"]).unwrap();
    let error = config.check_variables(["HALLPASS_LISTN"], &[]).unwrap_err();
    assert_eq!(error.to_string(), "`HALLPASS_LISTN`: unknown variable; did you mean `HALLPASS_LISTEN`?");
}

#[test]
fn s45_s31_origins_are_origins() {
    for good in ["http://localhost:8080", "https://media.example.com", "http://[::1]:80"] {
        assert_eq!(gateway::Origin::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        "media.example.com",
        "ftp://a",
        "https://",
        "https://u@a",
        "https://a/",
        "https://a?x",
        "https://a#b",
        "https://a b",
    ] {
        assert!(gateway::Origin::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn mount_paths_have_one_spelling() {
    for good in ["/", "/media/", "/a/b-c_d.e~/"] {
        assert_eq!(MountPath::parse(good).unwrap().as_str(), good);
    }
    let long = format!("/{}/", "a".repeat(300));
    for bad in ["", "media/", "/media", "//", "/a//b/", "/../", "/%61/", "/a b/", "/ä/", "/a?/", &long] {
        assert!(MountPath::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn store_urls_are_read_and_shown() {
    for (text, shown) in [
        ("file:///srv/media", "file:///srv/media"),
        ("file:/srv/media", "file:///srv/media"),
        ("file://localhost/srv/a%20b", "file:///srv/a%20b"),
        ("file:media", "file:media"),
        ("file:../m%C3%A4dia", "file:../m%C3%A4dia"),
        ("memory:", "memory:"),
    ] {
        let url: gateway::StoreUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(shown.parse(), Ok(url));
    }
    for bad in ["", "media", "file:", "file://host/x", "file:///x?y", "file:///x#y", "file:%00", "memory:x"] {
        assert!(bad.parse::<gateway::StoreUrl>().is_err(), "{bad}");
    }
}

proptest::proptest! {
    #[test]
    fn any_path_has_a_store_url(bytes in proptest::collection::vec(1_u8.., 1..40)) {
        use std::os::unix::ffi::OsStringExt as _;
        let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(bytes));
        let url = gateway::StoreUrl::File(path);
        proptest::prop_assert_eq!(url.to_string().parse(), Ok(url));
    }

    #[test]
    fn any_size_is_shown_so_that_it_reads_the_same(min_rate: u64) {
        let mut config = Config::default();
        config.limits.min_rate = min_rate;
        proptest::prop_assert_eq!(Config::from_toml(&config.to_toml()).unwrap().limits.min_rate, min_rate);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]a-z.='\"{}0-9\n_/#-]{0,60}") {
        let _ = Config::from_toml(&text).map(|config| config.check());
    }

    #[test]
    fn any_duration_size_and_time_is_read_or_refused(text in "[-+0-9.a-zA-Z: ]{0,24}") {
        let _ = (gateway::parse_duration(&text), gateway::parse_size(&text));
        if let Ok(at) = gateway::parse_time(&text) {
            proptest::prop_assert_eq!(gateway::parse_time(&gateway::format_time(at)).is_ok(), true);
        }
    }
}
