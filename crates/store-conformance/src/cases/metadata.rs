//! What an object carries besides its bytes.

use store::{
    Attributes, ByteRange, Conditions, ErrorKind, FieldValue, Get, List, Metadata, PutOptions, Store,
    TagMatch, UserMetadata,
};

use crate::case::{Outcome, case};
use crate::check::{head, holds, key, names, open, put, put_head, put_with, refused, same, same_metadata};
use crate::{Case, Failure};

pub(super) const CASES: &[Case] = &[
    case!(the_name_says_the_content_type, "a missing content type is filled in from the name"),
    case!(a_given_content_type_wins, "a content type that was given is kept", needs keeps_metadata),
    case!(attributes_come_back, "every HTTP field that describes the content comes back", needs keeps_metadata),
    case!(user_metadata_comes_back, "what the application attached comes back", needs keeps_metadata),
    case!(user_metadata_fits_to_the_limit, "as many bytes and entries as allowed fit", needs keeps_metadata),
    case!(metadata_is_kept_or_refused, "metadata that a store cannot keep is refused, never lost"),
    case!(a_new_version_has_new_metadata, "nothing of the old version's metadata is left", needs keeps_metadata),
    case!(every_answer_has_the_metadata, "each answer of a get has the same metadata"),
];

pub(super) fn value(text: &str) -> Result<FieldValue, Failure> {
    FieldValue::parse(text.to_owned()).map_err(|error| Failure::new(error.to_string()))
}

pub(super) fn user(entries: &[(&str, &str)]) -> Result<UserMetadata, Failure> {
    let mut user = UserMetadata::default();
    for (name, value) in entries {
        user.insert(name, (*value).to_owned()).map_err(|error| Failure::new(error.to_string()))?;
    }
    Ok(user)
}

/// Returns attributes of which none is what the name would say.
pub(super) fn full() -> Result<Attributes, Failure> {
    let mut attributes = Attributes::default();
    attributes.content_type = Some(value("text/markdown; charset=utf-8; variant=GFM")?);
    attributes.content_encoding = Some(value("gzip")?);
    attributes.content_disposition =
        Some(value("attachment; filename=\"a b.md\"; filename*=UTF-8''%E2%82%AC%20b.md")?);
    attributes.content_language = Some(value("de-DE, en")?);
    attributes.cache_control = Some(value("private, max-age=60")?);
    Ok(attributes)
}

/// Fails unless both have the same attributes and user metadata.
pub(super) fn same_description(what: &str, found: &Metadata, expected: &Metadata) -> Outcome {
    same(&format!("attributes {what}"), &found.attributes, &expected.attributes)?;
    same(&format!("user metadata {what}"), &found.user, &expected.user)
}

async fn the_name_says_the_content_type(store: &dyn Store) -> Outcome {
    let rows = [
        ("a.png", "image/png"),
        ("folder.png/a.JPG", "image/jpeg"),
        ("a.html", "text/html"),
        ("a.no-such-type", "application/octet-stream"),
        ("no extension", "application/octet-stream"),
        (".png", "application/octet-stream"),
    ];
    for (name, expected) in rows {
        let found = put_head(store, name, "text").await?.attributes.content_type;
        same(&format!("content type of `{name}`"), found.as_ref().map(FieldValue::as_str), Some(expected))?;
    }
    Ok(())
}

async fn a_given_content_type_wins(store: &dyn Store) -> Outcome {
    let mut attributes = Attributes::default();
    attributes.content_type = Some(value("text/x-special")?);
    put_with(store, "a.png", "text", PutOptions::default().with_attributes(attributes.clone())).await?;
    same("attributes", head(store, "a.png").await?.attributes, attributes)
}

async fn attributes_come_back(store: &dyn Store) -> Outcome {
    put_with(store, "a.png", "text", PutOptions::default().with_attributes(full()?)).await?;
    same("attributes in a head", head(store, "a.png").await?.attributes, full()?)?;
    same("attributes in a get", open(store, "a.png", &Get::default()).await?.metadata.attributes, full()?)
}

async fn user_metadata_comes_back(store: &dyn Store) -> Outcome {
    let user = user(&[
        ("a", "1"),
        ("owner", "42"),
        ("x-y_z.0", "\"quoted\", k=v; 50% \\ 'x' ~ <&>"),
        ("long", &"v".repeat(FieldValue::MAX_LEN)),
    ])?;
    put_with(store, "a", "text", PutOptions::default().with_user(user.clone())).await?;
    same("user metadata", head(store, "a").await?.user, user)
}

async fn user_metadata_fits_to_the_limit(store: &dyn Store) -> Outcome {
    let half = "v".repeat(UserMetadata::MAX_BYTES / 2 - 1);
    let two = user(&[("a", &half), ("b", &half)])?;
    let mut many = UserMetadata::default();
    for number in 0..UserMetadata::MAX_ENTRIES {
        many.insert(&format!("n{number:04}"), "value").map_err(|error| Failure::new(error.to_string()))?;
    }
    for user in [two, many] {
        put_with(store, "a", "text", PutOptions::default().with_attributes(full()?).with_user(user.clone()))
            .await?;
        same("user metadata", head(store, "a").await?.user, user)?;
    }
    Ok(())
}

async fn metadata_is_kept_or_refused(store: &dyn Store) -> Outcome {
    let rows = [
        PutOptions::default().with_attributes(full()?),
        PutOptions::default().with_user(user(&[("owner", "42")])?),
    ];
    for options in rows {
        if store.abilities().keeps_metadata {
            put_with(store, "a.png", "text", options.clone()).await?;
            let found = head(store, "a.png").await?;
            same("user metadata", found.user, options.user)?;
            holds(
                "attributes",
                options.attributes.content_type.is_none() || found.attributes == options.attributes,
            )?;
        } else {
            let begun = store.begin(&key("a.png")?, options).await;
            refused("begin with metadata", begun, ErrorKind::InvalidMetadata)?;
            same("listing", names(store, List::default()).await?.len(), 0)?;
        }
    }
    Ok(())
}

async fn a_new_version_has_new_metadata(store: &dyn Store) -> Outcome {
    let options = PutOptions::default().with_attributes(full()?).with_user(user(&[("owner", "42")])?);
    put_with(store, "a.png", "text", options).await?;
    put(store, "a.png", "newer").await?;
    let mut derived = Attributes::default();
    derived.content_type = Some(value("image/png")?);
    let found = head(store, "a.png").await?;
    same("attributes", found.attributes, derived)?;
    same("user metadata", found.user, UserMetadata::default())
}

async fn every_answer_has_the_metadata(store: &dyn Store) -> Outcome {
    let mut options = PutOptions::default();
    if store.abilities().keeps_metadata {
        options = options.with_attributes(full()?).with_user(user(&[("owner", "42")])?);
    }
    put_with(store, "a.png", "text", options).await?;
    let looked_up = head(store, "a.png").await?;

    let conditions = |tags| Conditions { if_none_match: tags, ..Conditions::default() };
    let failing = Conditions { if_match: Some(TagMatch::Tags(Vec::new())), ..Conditions::default() };
    let asks = [
        Get::default(),
        Get::part(ByteRange::From(1)),
        Get::part(ByteRange::From(4)),
        Get { conditions: conditions(Some(TagMatch::Any)), ..Get::default() },
        Get { conditions: failing, ..Get::default() },
    ];
    for ask in asks {
        let got = store.get(&key("a.png")?, &ask).await?;
        same_metadata(&format!("metadata for {ask:?}"), got.metadata(), &looked_up)?;
    }
    Ok(())
}
