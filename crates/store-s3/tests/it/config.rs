//! Configuration: what is accepted, and which key every refusal names.

use std::io::Write as _;
use std::time::Duration;

use store_s3::{Addressing, ConfigError, Environment, S3Config, S3Store, ServerProfile};

fn parse(toml: &str) -> S3Config {
    toml::from_str(&format!("bucket = \"media\"\n{toml}")).unwrap()
}

#[track_caller]
fn accepted(toml: &str) {
    if let Err(error) = parse(toml).validate() {
        assert_eq!(error.to_string(), "", "{toml}");
    }
}

#[track_caller]
fn refused(toml: &str, key: &str, why: &str) {
    let error: ConfigError = parse(toml).validate().unwrap_err();
    assert_eq!(error.key(), key, "{toml}: {error}");
    assert!(error.to_string().contains(why), "{toml}: {error}");
}

/// Refused while it is read; serde names the key.
#[track_caller]
fn unreadable(toml: &str, why: &str) {
    let error = toml::from_str::<S3Config>(&format!("bucket = \"media\"\n{toml}")).unwrap_err().to_string();
    assert!(error.contains(why), "{toml}: {error}");
}

#[test]
fn ds16_an_unknown_key_is_named() {
    unreadable("regoin = 'eu-west-1'", "`regoin`");
    unreadable("[objects]\nchache_control = 'private'", "`chache_control`");
    unreadable("[credentials]\nkey = 'x'", "`key`");
    unreadable("[transfer]\nthreads = 5", "`threads`");
    unreadable("[gzip]\nlevel = 5", "`level`");
    unreadable("[links]\nexpire = 5", "`expire`");
    unreadable("verify = false", "`verify`");
}

#[test]
fn ds02_server_and_addressing() {
    accepted("region = 'eu-west-1'");
    accepted("endpoint = 'https://s3.example.com'\naddressing = 'virtual'");
    accepted("endpoint = 'http://127.0.0.1:9000'\nserver = 'minio'\naddressing = 'path'");
    accepted("signature_version = 's3v4'");
    unreadable("signature_version = 's3'", "version 2 signs too little");
    unreadable("signature_version = 'v5'", "`v5` is unknown");
    refused("endpoint = 's3.example.com'", "endpoint", "begin with");
    refused("endpoint = 'http://127.0.0.1:9000'\naddressing = 'virtual'", "addressing", "IP address");
    refused("server = 'minio'", "endpoint", "is missing");
    refused("proxy = 'proxy:3128'", "proxy", "begin with");
    assert_eq!(parse("addressing = 'auto'").addressing, Addressing::Auto);
    assert_eq!(parse("server = 'r2'").server, Some(ServerProfile::R2));
}

#[test]
fn d31_the_bucket_is_required() {
    let error = S3Config::default().validate().unwrap_err();
    assert_eq!((error.key(), error.to_string().as_str()), ("bucket", "`bucket`: is missing"));
    for name in ["a", "a/b", "a b", "x?y", &"x".repeat(64)] {
        assert_eq!(S3Config::new(name).validate().unwrap_err().key(), "bucket", "{name}");
    }
}

#[test]
fn ds07_d11_a_prefix_is_whole_segments() {
    accepted("prefix = ''");
    accepted("prefix = 'media/'");
    accepted("prefix = 'tenant-a/media/'");
    refused("prefix = '/media/'", "prefix", "leading `/`");
    refused("prefix = 'media'", "prefix", "`media/`");
    refused("prefix = '../media/'", "prefix", "");
    refused("prefix = 'a//b/'", "prefix", "");
}

#[test]
fn ds01_credentials_do_not_contradict_each_other() {
    accepted("[credentials]\nprofile = 'media'");
    accepted("[credentials]\naccess_key_id = 'a'\nsecret_access_key = 'b'\nsession_token = 'c'");
    refused(
        "[credentials]\nprofile = 'media'\naccess_key_id = 'a'\nsecret_access_key = 'b'",
        "credentials.profile",
        "contradict",
    );
    refused("[credentials]\naccess_key_id = 'a'", "credentials.secret_access_key", "is missing");
    refused("[credentials]\nsecret_access_key = 'b'", "credentials.access_key_id", "is missing");
    refused("[credentials]\nsession_token = 'c'", "credentials.access_key_id", "is missing");
    refused("[credentials]\nprofile = ''", "credentials.profile", "empty");
}

#[tokio::test]
async fn ds01_half_a_key_in_the_environment_is_named() {
    let environment: Environment = [("AWS_S3_ACCESS_KEY_ID", "a")].into_iter().collect();
    let error = S3Store::connect(&parse("region = 'eu-west-1'"), &environment).await.unwrap_err();
    assert!(error.to_string().contains("`AWS_S3_SECRET_ACCESS_KEY` is missing"), "{error}");
}

#[test]
fn ds10_ds16_parts_are_what_s3_takes() {
    accepted("[transfer]\npart_size = '5MiB'\nconcurrency = 16");
    accepted("[transfer]\npart_size = 5242880");
    refused("[transfer]\npart_size = '1MiB'", "transfer.part_size", "5 MiB to 5 GiB");
    refused("[transfer]\npart_size = '6GiB'", "transfer.part_size", "5 MiB to 5 GiB");
    refused("[transfer]\ncopy_threshold = '6GiB'", "transfer.copy_threshold", "5 GiB");
    refused("[transfer]\nconcurrency = 0", "transfer.concurrency", "1 to 64");
    refused("[transfer]\nattempts = 0", "transfer.attempts", "1 to 10");
    refused("[transfer]\nconnect_timeout = 0", "transfer", "lets nothing through");
    unreadable("[transfer]\npart_size = '8 parts'", "no size");
    unreadable("[transfer]\nread_timeout = 'soon'", "no duration");
    assert_eq!(parse("[transfer]\nread_timeout = '90s'").transfer.read_timeout, Duration::from_secs(90));
    assert_eq!(parse("[transfer]\nread_timeout = 90").transfer.read_timeout, Duration::from_secs(90));
}

#[test]
fn d17_a_private_store_has_no_unsigned_links() {
    accepted("[links]\ncustom_domain = 'cdn.example.com'\nsigning = 'elsewhere'");
    accepted("[links]\ncustom_domain = 'cdn.example.com'\nsigning = 'unsigned'\naccess = 'public'");
    accepted("[links]\nsigning = 'unsigned'\naccess = 'public'");
    refused("[links]\nsigning = 'unsigned'", "links.signing", "private bucket");
    refused("[links]\ncustom_domain = 'cdn.example.com'", "links.custom_domain", "presigned");
    refused(
        "[links]\ncustom_domain = 'cdn.example.com/x'\nsigning = 'elsewhere'",
        "links.custom_domain",
        "no path",
    );
    refused("[links]\nlifetime = '8d'", "links.lifetime", "seven days");
    refused("[links]\npublic_endpoint = 'media.example.com'", "links.public_endpoint", "begin with");
}

#[test]
fn d12_d24_nothing_is_public_by_the_way() {
    accepted("[objects]\nacl = 'private'");
    accepted("[objects]\nacl = 'public-read'\n[links]\naccess = 'public'");
    refused("[objects]\nacl = 'public-read'", "objects.acl", "access");
    unreadable("[objects]\nacl = 'public-read-write'", "public-read-write");
}

#[test]
fn d23_d37_encryption_has_an_effect_or_is_refused() {
    const KEY: &str = "customer_key = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='";
    accepted("[objects]\nencryption = 's3'");
    accepted("[objects]\nencryption = 'kms'\nkms_key_id = 'alias/media'");
    accepted(&format!("[objects]\nencryption = 'customer'\n{KEY}"));
    refused("[objects]\nkms_key_id = 'alias/media'", "objects.kms_key_id", "encryption = \"kms\"");
    refused("[objects]\nencryption = 's3'\nkms_key_id = 'x'", "objects.kms_key_id", "encryption = \"kms\"");
    refused(&format!("[objects]\n{KEY}"), "objects.customer_key", "encryption = \"customer\"");
    refused("[objects]\nencryption = 'customer'", "objects.customer_key", "is missing");
    refused(
        "[objects]\nencryption = 'customer'\ncustomer_key = 'c2hvcnQ='",
        "objects.customer_key",
        "32 bytes",
    );
    let over_http = format!("endpoint = 'http://s3.example.com'\n[objects]\nencryption = 'customer'\n{KEY}");
    refused(&over_http, "objects.encryption", "https");
}

#[test]
fn ds03_parameters_are_checked_at_once() {
    accepted("[objects]\ncache_control = 'private'\nstorage_class = 'STANDARD_IA'\ntags = { a = 'b' }");
    refused("[objects]\ncache_control = \"a\\nb\"", "objects.cache_control", "header value");
    refused("[objects]\ncontent_type = ''", "objects.content_type", "header value");
    refused("[objects]\nstorage_class = 'CHEAP'", "objects.storage_class", "STANDARD_IA");
    refused("[objects]\nmetadata = { 'Owner' = 'x' }", "objects.metadata", "lower-case");
    refused("[objects]\nmetadata = { hallpass-size = '1' }", "objects.metadata", "hallpass-");
    refused("[objects]\ntags = { '' = 'x' }", "objects.tags", "1 to 128");
    refused("[objects]\ntags = { a = 'b&c' }", "objects.tags", "letters");
    let tags: Vec<String> = (0..11).map(|number| format!("t{number} = 'x'")).collect();
    refused(&format!("[objects]\ntags = {{ {} }}", tags.join(", ")), "objects.tags", "ten");
}

#[test]
fn ds08_gzip_beside_a_fixed_encoding_has_no_effect() {
    accepted("[gzip]\nenabled = true");
    refused("[gzip]\nenabled = true\n[objects]\ncontent_encoding = 'br'", "gzip.enabled", "no effect");
    refused("[gzip]\nenabled = true\ncontent_types = []", "gzip.content_types", "no content type");
    refused("[gzip]\ncontent_types = ['text/*']", "gzip.content_types", "`text/*`");
}

#[test]
fn s48_an_owner_is_an_account() {
    accepted("expected_bucket_owner = '012345678901'");
    refused("expected_bucket_owner = 'me'", "expected_bucket_owner", "twelve digits");
}

#[test]
fn d23_an_expected_owner_is_refused_where_nobody_compares_it() {
    let on = |server| {
        format!("endpoint = 'http://localhost'\nserver = '{server}'\nexpected_bucket_owner = '012345678901'")
    };
    for server in ["minio", "garage"] {
        refused(&on(server), "expected_bucket_owner", "does not compare owners");
    }
    for server in ["aws", "localstack", "r2", "generic"] {
        accepted(&on(server));
    }
}

#[tokio::test]
async fn ds02_a_ca_bundle_is_read_at_once() {
    let place = tempfile::tempdir().unwrap();
    let open = async |path: &std::path::Path| {
        let mut config = parse("region = 'eu-west-1'");
        config.ca_bundle = Some(path.to_owned());
        S3Store::connect(&config, &Environment::empty()).await.unwrap_err()
    };
    let missing = open(&place.path().join("missing.pem")).await;
    assert_eq!(missing.key(), "ca_bundle");
    for text in ["", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let path = place.path().join("bundle.pem");
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        assert_eq!(open(&path).await.key(), "ca_bundle", "{text}");
    }
}

#[test]
fn a_configuration_survives_being_written() {
    let text = "prefix = 'a/'\nregion = 'x'\n[transfer]\npart_size = '16MiB'\nread_timeout = '90s'\n[objects]\n\
                encryption = 'kms'\n[gzip]\nenabled = true";
    let config = parse(text);
    let written = toml::to_string(&config).unwrap();
    assert!(written.contains("part_size = \"16MiB\""), "{written}");
    assert_eq!(toml::from_str::<S3Config>(&written).unwrap(), config);
}
