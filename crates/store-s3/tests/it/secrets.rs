//! No secret shows itself (S15, S33).

use store_s3::{EncryptionMode, Environment, S3Config, S3Store, Secret};

const SECRETS: [&str; 3] =
    ["hush-access-secret", "hush-session-token", "aHVzaC1odXNoLWh1c2gtaHVzaC1odXNoLWh1c2gtaCE="];

fn config() -> S3Config {
    let mut config = S3Config::new("media");
    config.region = Some("eu-west-1".to_owned());
    config.credentials.access_key_id = Some("AKIDEXAMPLE".to_owned());
    config.credentials.secret_access_key = Some(Secret::new(SECRETS[0]));
    config.credentials.session_token = Some(Secret::new(SECRETS[1]));
    config.objects.encryption = Some(EncryptionMode::Customer);
    config.objects.customer_key = Some(Secret::new(SECRETS[2]));
    config
}

#[track_caller]
fn check(shown: &str) {
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn s15_s33_no_secret_is_shown() {
    let config = config();
    config.validate().unwrap();
    check(&format!("{config:?}"));
    check(&toml::to_string(&config).unwrap());
    let store = S3Store::connect(&config, &Environment::empty()).await.unwrap();
    check(&format!("{store:?}"));
    check(&format!("{store:#?}"));
    let environment: Environment = [("AWS_SECRET_ACCESS_KEY", SECRETS[0])].into_iter().collect();
    check(&format!("{environment:?}"));
}

#[test]
fn s33_refusals_show_no_secret() {
    let mut config = config();
    config.credentials.profile = Some("media".to_owned());
    check(&config.validate().unwrap_err().to_string());
    config.credentials.profile = None;
    config.objects.customer_key = Some(Secret::new("hush-not-base64"));
    let error = config.validate().unwrap_err().to_string();
    assert!(!error.contains("hush"), "{error}");
}
