//! The names of the settings of stores in S3.

#[cfg(feature = "store-s3")]
pub(super) use with::*;
#[cfg(not(feature = "store-s3"))]
pub(super) use without::*;

#[cfg(feature = "store-s3")]
mod with {
    use crate::config::schema::Shape::{self, Refused, Table, Value};

    /// Those of `store_s3::S3Config`.
    pub(in crate::config::schema) const SETTINGS: Shape = Table(&[
        ("bucket", Value),
        ("prefix", Value),
        ("region", Value),
        ("endpoint", Value),
        ("server", Value),
        ("addressing", Value),
        ("signature_version", Value),
        ("expected_bucket_owner", Value),
        ("create_bucket", Value),
        ("credentials", CREDENTIALS),
        ("ca_bundle", Value),
        ("proxy", Value),
        ("objects", OBJECTS),
        ("gzip", Table(&[("enabled", Value), ("content_types", Value), ("keep", Value)])),
        ("transfer", TRANSFER),
        ("links", LINKS),
    ]);

    const CREDENTIALS: Shape = Table(&[
        ("profile", Value),
        ("access_key_id", Value),
        (
            "secret_access_key",
            Refused("a secret has no place here: say where it is in `secrets.secret_access_key`"),
        ),
        ("session_token", Refused("a secret has no place here: say where it is in `secrets.session_token`")),
    ]);

    const OBJECTS: Shape = Table(&[
        ("content_type", Value),
        ("content_encoding", Value),
        ("content_disposition", Value),
        ("content_language", Value),
        ("cache_control", Value),
        ("metadata", Value),
        ("tags", Value),
        ("storage_class", Value),
        ("acl", Value),
        ("encryption", Value),
        ("kms_key_id", Value),
        ("customer_key", Refused("a secret has no place here: say where it is in `secrets.customer_key`")),
        ("guess_encoding", Value),
    ]);

    const TRANSFER: Shape = Table(&[
        ("part_size", Value),
        ("concurrency", Value),
        ("copy_threshold", Value),
        ("copy_part_size", Value),
        ("attempts", Value),
        ("connect_timeout", Value),
        ("read_timeout", Value),
        ("idle_timeout", Value),
        ("pool_size", Value),
    ]);

    const LINKS: Shape = Table(&[
        ("access", Value),
        ("signing", Value),
        ("lifetime", Value),
        ("public_endpoint", Value),
        ("custom_domain", Value),
    ]);

    /// Those of `S3Secrets`; what is below them is read as one value.
    pub(in crate::config::schema) const SECRETS: Shape =
        Table(&[("secret_access_key", Value), ("session_token", Value), ("customer_key", Value)]);

    /// Sets every field, for the test that holds them against the names.
    #[cfg(test)]
    pub(in crate::config::schema) fn fill(store: &mut crate::StoreSettings) {
        use crate::config::SecretSource;

        let some = || Some("x".to_owned());
        let mut s3 = store_s3::S3Config::new("media");
        (s3.region, s3.endpoint, s3.expected_bucket_owner, s3.proxy) = (some(), some(), some(), some());
        s3.server = Some(store_s3::ServerProfile::MinIo);
        s3.ca_bundle = Some("x".into());
        (s3.credentials.profile, s3.credentials.access_key_id) = (some(), some());
        let objects = &mut s3.objects;
        (objects.content_type, objects.content_encoding, objects.content_disposition) =
            (some(), some(), some());
        (objects.content_language, objects.cache_control, objects.storage_class) = (some(), some(), some());
        (objects.acl, objects.encryption) =
            (Some(store_s3::Acl::PublicRead), Some(store_s3::EncryptionMode::Kms));
        objects.kms_key_id = some();
        (s3.links.public_endpoint, s3.links.custom_domain) = (some(), some());
        store.s3 = Some(Box::new(s3));
        store.secrets.secret_access_key = Some(SecretSource::File("x".into()));
        store.secrets.session_token = Some(SecretSource::Env("X".to_owned()));
        store.secrets.customer_key = Some(SecretSource::File("x".into()));
    }
}

#[cfg(not(feature = "store-s3"))]
mod without {
    use crate::config::schema::Shape::{self, Refused};
    use crate::store_url::WITHOUT_S3;

    pub(in crate::config::schema) const SETTINGS: Shape = Refused(WITHOUT_S3);
    pub(in crate::config::schema) const SECRETS: Shape = Refused(WITHOUT_S3);
}
