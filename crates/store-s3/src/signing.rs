//! [`Untraced`]: signs as the SDK does, and says nothing of it.

use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4Signer};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::{AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use aws_smithy_types::config_bag::ConfigBag;
use tracing::Dispatch;
use tracing::dispatcher::with_default;

/// Signs as the SDK does, and says nothing of it.
///
/// SECURITY: at the level of traces the SDK writes down what it signs: customer's keys among the headers, and of a link all
/// that it consists of, session tokens included (S15).
#[derive(Debug, Default)]
pub(crate) struct Untraced {
    signer: SigV4Signer,
}

impl AuthScheme for Untraced {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME_ID
    }

    fn identity_resolver(&self, resolvers: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        resolvers.identity_resolver(SCHEME_ID)
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for Untraced {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        endpoint: AuthSchemeEndpointConfig<'_>,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        with_default(&Dispatch::none(), || {
            self.signer.sign_http_request(request, identity, endpoint, components, config)
        })
    }
}
