//! Stores in S3, as far as no server is needed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use gateway::{Config, Gateway, GatewayErrorKind, StoreUrl, Surroundings};

use crate::fixture::{env, place};

const MOUNT: &str = "mounts.'/m/'.store = 'm'\n";

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let text = format!("{MOUNT}{text}");
    let error = match Config::from_toml(&text) {
        Ok(config) => config.check().expect_err(&text),
        Err(error) => error,
    };
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected, "{text}");
}

#[test]
fn addresses_are_read_and_shown() {
    for (text, shown) in [
        ("s3://media", "s3://media"),
        ("s3://media/", "s3://media"),
        ("s3://media/a/b/", "s3://media/a/b"),
        ("s3://media/a%20b?region=eu-west-1", "s3://media/a%20b?region=eu-west-1"),
        (
            "s3://media?path_style=true&endpoint=http://127.0.0.1:4566&server=localstack",
            "s3://media?endpoint=http://127.0.0.1:4566&path_style=true&server=localstack",
        ),
        (
            "s3://media?profile=a%26b&expected_bucket_owner=123456789012&public_endpoint=https%3A%2F%2Fs3.example.com",
            "s3://media?profile=a%26b&expected_bucket_owner=123456789012&public_endpoint=https://s3.example.com",
        ),
    ] {
        let url: StoreUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(shown.parse(), Ok(url));
    }
}

#[test]
fn ds16_an_address_that_is_wrong_names_the_parameter_and_its_nearest() {
    for (text, problem) in [
        ("s3://media?regoin=x", "`regoin`: unknown parameter; did you mean `region`?"),
        (
            "s3://media?tags=a",
            "`tags`: unknown parameter; all other settings have their place in a table `s3`",
        ),
        ("s3://media?region=a&region=b", "`region`: is there twice"),
        ("s3://media?region=", "`region`: has no value"),
        ("s3://media?region", "`region`: has no value"),
        ("s3://media?path_style=1", "`path_style`: `1` is neither `true` nor `false`"),
        ("s3://media?endpoint=localhost", "`endpoint`: begin with `https://` or `http://`"),
        ("s3://media#x", "an address of S3 has no fragment; write `#` in a prefix as `%23`"),
        ("s3://a:b@media", "no access key belongs in an address; use variables or a profile"),
        ("s3://a:b/c@media", "no access key belongs in an address; use variables or a profile"),
        ("s3:///x", "`bucket`: is missing"),
    ] {
        assert_eq!(text.parse::<StoreUrl>().unwrap_err().to_string(), problem, "{text}");
    }
}

#[test]
fn ds16_unknown_keys_of_a_table_are_named_with_their_nearest() {
    refused(
        "[stores.m.s3]\nbukket = 'media'\ntransfer.part_sise = '8MiB'\nlinks.lifetime = 'long'\n[stores.m.secrets]\nsecret_key = {}",
        &[
            "`stores.m.s3.bukket` (line 3): unknown key; did you mean `bucket`?",
            "`stores.m.s3.transfer.part_sise` (line 4): unknown key; did you mean `part_size`?",
            "`stores.m.secrets.secret_key` (line 7): unknown key; did you mean `secret_access_key`?",
            "`stores.m.s3.links.lifetime` (line 5): `long` is no duration such as `30s`",
        ],
    );
}

#[test]
fn ds16_d17_d23_what_contradicts_something_is_named() {
    let table = |more: &str| format!("[stores.m.s3]\nbucket = 'media'\n{more}");
    refused("stores.m = {}", &["`stores.m`: needs `url`, such as `file:///srv/media`, or a table `s3`"]);
    refused(
        "stores.m = { url = 's3://a-bucket', s3.bucket = 'media' }",
        &["`stores.m`: has both `url` and a table `s3`: keep one"],
    );
    refused(
        "stores.m = { url = 's3://a-bucket', durability = 'none', open_files = 9, secrets.session_token.env = 'X' }",
        &[
            "`stores.m.durability`: has a meaning for `file:` stores only",
            "`stores.m.open_files`: has a meaning for `file:` stores only",
            "`stores.m.secrets`: belongs to a table `s3`; an address takes its keys from variables or a profile",
        ],
    );
    refused(
        &table("links.signing = 'unsigned'"),
        &["`stores.m.s3.links.signing`: a private bucket has no unsigned links; set `links.access` or sign"],
    );
    refused(
        &table("credentials.access_key_id = 'x'"),
        &["`stores.m.secrets.secret_access_key`: is missing, but `credentials.access_key_id` is given; \
           say where it is with `file` or `env`"],
    );
    refused(
        &table("objects.encryption = 'customer'"),
        &[
            "`stores.m.secrets.customer_key`: is missing: 32 bytes in base64; say where it is with `file` or `env`",
        ],
    );
    refused(&table("prefix = '/x/'"), &["`stores.m.s3.prefix`: leave the leading `/` out: keys have none"]);
}

/// Who opens one store alone, as most commands do, is told as well: nothing that was said is passed over.
#[tokio::test]
async fn d23_a_store_that_contradicts_itself_is_not_opened() {
    let place = place(&[]);
    let around = Surroundings::new(place.path(), &env);
    for store in [
        "url = 'file:media', s3.bucket = 'media'",
        "url = 's3://media?region=eu-west-1', secrets.secret_access_key.env = 'X'",
        "s3 = { bucket = 'media', region = 'eu-west-1' }, durability = 'none'",
    ] {
        let config = Config::from_toml(&format!("stores.m = {{ {store} }}")).unwrap();
        let errors = [
            config.open_store("m", &around).await.unwrap_err(),
            config.connect_s3("m", &around).await.unwrap_err(),
            config.store_settings("m").unwrap_err(),
        ];
        assert_eq!(errors.each_ref().map(gateway::GatewayError::kind), [GatewayErrorKind::Config; 3]);
        let texts = errors.map(|error| error.to_string());
        assert!(texts.iter().all(|text| text.starts_with("`stores.m")), "{texts:?}");
    }
}

#[test]
fn s33_a_secret_in_the_file_is_refused_and_not_repeated() {
    const SECRET: &str = "hunter2hunter2";
    for (text, advice) in [
        (format!("[stores.m.s3.credentials]\nsecret_access_key = '{SECRET}'"), "`secrets.secret_access_key`"),
        (format!("[stores.m.s3.credentials]\nsession_token = '{SECRET}'"), "`secrets.session_token`"),
        (format!("[stores.m.s3.objects]\ncustomer_key = '{SECRET}'"), "`secrets.customer_key`"),
        (format!("[stores.m.secrets]\nsecret_access_key = '{SECRET}'"), "and not the secret"),
        (format!("[stores.m.s3]\ncredentials = 'id:{SECRET}'"), "expected struct CredentialsConfig"),
    ] {
        let error = Config::from_toml(&text).unwrap_err();
        assert!(error.to_string().contains(advice), "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn ds01_secrets_come_from_files_and_variables_that_are_named() {
    let place = place(&[]);
    let file = place.path().join("key");
    fs::write(&file, "a short one\n").unwrap();
    let text = |source: &str| {
        format!(
            "[stores.m.s3]\nbucket = 'media'\nregion = 'eu-west-1'\ncredentials.access_key_id = 'AKIDEXAMPLE'\n\
             [stores.m.secrets]\nsecret_access_key = {{ {source} }}\n"
        )
    };
    let connect = async |source: &str| {
        let config = Config::from_toml(&text(source)).unwrap();
        let variable = |name: &str| (name == "MEDIA_SECRET").then(|| "from the environment".to_owned());
        let around = Surroundings::new(place.path(), &variable);
        config.connect_s3("m", &around).await.map(|store| store.bucket().to_owned())
    };
    assert_eq!(connect("env = 'MEDIA_SECRET'").await.unwrap(), "media");
    let unset = connect("env = 'OTHER'").await.unwrap_err();
    assert_eq!(unset.to_string(), "failed to use `stores.m.secrets.secret_access_key`: `OTHER` is not set");
    // As every secret: nobody else may read the file.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let open = connect("file = 'key'").await.unwrap_err();
    assert_eq!(open.kind(), GatewayErrorKind::Secret);
    assert!(open.to_string().contains("chmod 600"), "{open}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(connect("file = 'key'").await.unwrap(), "media");

    let both = Config::from_toml(&text("file = 'a', env = 'B'")).unwrap_err();
    assert_eq!(
        both.to_string(),
        "`stores.m.secrets.secret_access_key` (line 6): has both `file` and `env`: keep one"
    );
}

#[tokio::test]
async fn s57_a_secret_of_another_store_keeps_its_directory_from_being_served() {
    let place = place(&[("keys/s3", b"secret")]);
    fs::set_permissions(place.path().join("media/keys/s3"), fs::Permissions::from_mode(0o600)).unwrap();
    let config = "[stores.f]\nurl = 'file:media'\n[stores.m.s3]\nbucket = 'media'\n\
                  credentials.access_key_id = 'x'\n[stores.m.secrets]\nsecret_access_key.file = 'media/keys/s3'\n";
    let config = Config::from_toml(&format!("{config}[mounts.'/f/']\nstore = 'f'\n")).unwrap();
    let refused = Gateway::new(config, &Surroundings::new(place.path(), &env)).await.unwrap_err();
    assert_eq!(refused.kind(), GatewayErrorKind::Secret);
    assert!(refused.to_string().contains("media/keys/s3"), "{refused}");
}

#[test]
fn a_variable_that_a_store_names_is_known() {
    let config = Config::from_toml(
        "[stores.m.s3]\nbucket = 'media'\n[stores.m.secrets]\nsession_token.env = 'HALLPASS_S3_TOKEN'",
    );
    config.unwrap().check_variables(["HALLPASS_S3_TOKEN"], &[]).unwrap();
}

#[tokio::test]
async fn only_a_store_in_s3_is_connected_to() {
    let place = place(&[]);
    let around = Surroundings::new(place.path(), &env);
    let error = Config::embedded("media".as_ref()).connect_s3("media", &around).await.unwrap_err();
    assert_eq!(error.to_string(), "failed to use the store `media`: it is not in S3");
    assert_eq!(error.kind(), GatewayErrorKind::Config);
}
