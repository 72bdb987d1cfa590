//! [`Description`]: what an object is written with besides its bytes.

use std::collections::HashMap;

use object_key::ObjectKey;
use store::{Attributes, Error, ErrorKind, FieldValue, UserMetadata};

use crate::error::Site;
use crate::metadata::{Headers, OwnEntries, is_own};
use crate::parameters::Parameters;

/// What an object is written with besides its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub(crate) fields: Fields,
    pub(crate) user: HashMap<String, String>,
    pub(crate) own: OwnEntries,
    pub(crate) parameters: Parameters,
}

/// The HTTP fields that describe the content.
///
/// Texts, for a copy keeps also what no [`FieldValue`] can be.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub(crate) content_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) cache_control: Option<String>,
}

impl Description {
    /// Completes what the caller said by what is configured.
    pub(crate) fn new(
        key: &ObjectKey,
        attributes: Attributes,
        user: UserMetadata,
        parameters: Parameters,
        site: &Site,
    ) -> Result<Self, Error> {
        let fields = parameters.complete(key, attributes).into();
        let user = parameters.complete_user(user);
        let user = user.map_err(|error| site.error(ErrorKind::InvalidMetadata).with_source(error))?;
        let user = user.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Self { fields, user, own: OwnEntries::default(), parameters })
    }

    /// Takes over what another object has, exactly.
    pub(crate) fn of(headers: Headers, own: OwnEntries, parameters: Parameters) -> Self {
        let fields = Fields {
            content_type: headers.content_type,
            content_encoding: headers.content_encoding,
            content_disposition: headers.content_disposition,
            content_language: headers.content_language,
            cache_control: headers.cache_control,
        };
        let user = headers.user.unwrap_or_default().into_iter().filter(|(name, _)| !is_own(name)).collect();
        Self { fields, user, own, parameters }
    }

    /// Returns the user metadata, the store's own entries with it.
    pub(crate) fn entries(&self) -> Option<HashMap<String, String>> {
        let mut entries = self.user.clone();
        entries.extend(self.own.entries());
        (!entries.is_empty()).then_some(entries)
    }
}

impl From<Attributes> for Fields {
    fn from(attributes: Attributes) -> Self {
        let text = |value: Option<FieldValue>| value.map(|value| value.to_string());
        Self {
            content_type: text(attributes.content_type),
            content_encoding: text(attributes.content_encoding),
            content_disposition: text(attributes.content_disposition),
            content_language: text(attributes.content_language),
            cache_control: text(attributes.cache_control),
        }
    }
}

/// Puts a description into a request; those that create objects have the same setters but no trait in common.
macro_rules! describe {
    ($request:expr, $description:expr) => {{
        let fields = $description.fields.clone();
        let request = $request
            .set_content_type(fields.content_type)
            .set_content_encoding(fields.content_encoding)
            .set_content_disposition(fields.content_disposition)
            .set_content_language(fields.content_language)
            .set_cache_control(fields.cache_control)
            .set_metadata($description.entries())
            .set_tagging($description.parameters.tagging.clone());
        $crate::upload::protect!(request, &$description.parameters)
    }};
}
pub(crate) use describe;

/// Puts storage class, ACL and encryption into a request.
macro_rules! protect {
    ($request:expr, $parameters:expr) => {{
        let parameters: &$crate::parameters::Parameters = $parameters;
        let request = $request
            .set_storage_class(parameters.storage_class.clone())
            .set_acl(parameters.acl.clone())
            .set_server_side_encryption(parameters.encryption.algorithm())
            .set_ssekms_key_id(parameters.encryption.kms_key());
        $crate::encryption::keyed!(request, parameters.encryption.customer())
    }};
}
pub(crate) use protect;
