//! Keys: from PEM or DER to what the backends take.

mod der;
mod id;
mod invalid;
mod pem;
mod private;
mod public;

pub use id::{InvalidKeyPairId, KeyPairId};
pub use invalid::InvalidKey;
pub use private::PrivateKey;
pub use public::PublicKey;

pub(crate) use der::is_ecdsa_signature;
pub(crate) use private::PrivateMaterial;
pub(crate) use public::PublicMaterial;
