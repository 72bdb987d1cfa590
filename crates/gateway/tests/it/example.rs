//! The commented example in `docs/` is a good configuration, and says the defaults where it claims to.

use gateway::{Config, Limits, Mount};

const EXAMPLE: &str = include_str!("../../../../docs/hallpass.example.toml");
const GUIDE: &str = include_str!("../../../../docs/gateway.md");

#[test]
fn the_example_is_good() {
    Config::from_toml(EXAMPLE).unwrap().check().unwrap();
}

#[test]
fn what_the_example_shows_as_default_is_the_default() {
    let config = Config::from_toml(EXAMPLE).unwrap();
    assert_eq!(config.listen, Config::default().listen);
    assert_eq!(config.limits, Limits::default());
    let mount = config.mounts.values().next().unwrap();
    let default = Mount::new("media");
    assert_eq!(
        (mount.cache, mount.embed, mount.max_life, &mount.allow),
        (default.cache, default.embed, default.max_life, &default.allow)
    );
}

/// Every limit is in the example, so that nobody has to look for them.
#[test]
fn the_example_names_every_limit() {
    let limits = toml_keys(&Config::default().to_toml(), "[limits]");
    assert!(limits.len() >= 9);
    for key in limits {
        assert!(EXAMPLE.contains(&format!("\n{key} = ")), "{key}");
    }
}

#[test]
fn the_guide_names_every_variable_and_every_limit() {
    let limits = toml_keys(&Config::default().to_toml(), "[limits]");
    for name in Config::variables().map(str::to_owned).chain(limits) {
        assert!(GUIDE.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_configurations_in_the_guide_are_good() {
    let blocks: Vec<&str> =
        GUIDE.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    assert_eq!(blocks.len(), 4);
    #[cfg(feature = "store-s3")]
    let s3 = include_str!("../../../../docs/s3.md").split("```toml\n").skip(1);
    #[cfg(feature = "store-s3")]
    let blocks = blocks.into_iter().chain(s3.map(|rest| rest.split_once("```").unwrap().0));
    #[cfg(not(feature = "store-s3"))]
    let blocks = blocks.into_iter().filter(|block| !block.contains("s3"));
    for block in blocks {
        let checked = Config::from_toml(block).and_then(|config| config.check());
        checked.unwrap_or_else(|error| panic!("{error}\n{block}"));
    }
}

/// The table of the guide has every setting of a store in S3, and those of the address besides.
#[test]
#[cfg(feature = "store-s3")]
fn the_guide_names_every_setting_of_s3() {
    const S3: &str = include_str!("../../../../docs/s3.md");
    let settings = serde_json::to_value(store_s3::S3Config::new("media")).unwrap();
    let mut secrets = Vec::new();
    for (key, value) in settings.as_object().unwrap() {
        let Some(table) = value.as_object() else {
            assert!(S3.contains(&format!("| `{key}` |")), "{key}");
            continue;
        };
        for below in table.keys() {
            match below.as_str() {
                secret @ ("secret_access_key" | "session_token" | "customer_key") => secrets.push(secret),
                _ => assert!(S3.contains(&format!("| `{key}.{below}` |")), "{key}.{below}"),
            }
        }
    }
    assert_eq!(secrets.len(), 3);
    assert!(secrets.iter().all(|secret| S3.contains(&format!("`{secret}`"))));
}

fn toml_keys(text: &str, table: &str) -> Vec<String> {
    let lines =
        text.lines().skip_while(|line| *line != table).skip(1).take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect()
}
