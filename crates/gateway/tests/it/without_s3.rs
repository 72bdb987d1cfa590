//! A gateway that was built without S3 says so.

use gateway::{Config, StoreUrl};

const SAYS: &str =
    "this program was built without S3; build it with the feature `store-s3`, which is on by default";

#[test]
fn an_address_of_s3_says_what_to_do() {
    assert_eq!("s3://media".parse::<StoreUrl>().unwrap_err().to_string(), SAYS);
    let error = Config::from_toml("stores.m.url = 's3://media'").unwrap_err();
    assert_eq!(error.to_string(), format!("`stores.m.url` (line 1): {SAYS}"));
}

#[test]
fn a_table_of_s3_says_what_to_do() {
    let error = Config::from_toml("[stores.m.s3]\nbucket = 'media'").unwrap_err();
    assert_eq!(error.problems()[0].to_string(), format!("`stores.m.s3` (line 1): {SAYS}"));
}
