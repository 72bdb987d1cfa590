//! Profiles (X15): what each kind of server honours, as far as it is known without asking.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ServerProfile {
    /// Amazon S3 itself.
    Aws,
    /// LocalStack, which tests run against.
    LocalStack,
    /// `MinIO`.
    MinIo,
    /// Garage.
    Garage,
    /// Cloudflare R2.
    R2,
    /// Any other server: nothing is taken for granted, what matters is probed.
    Generic,
}

impl ServerProfile {
    /// Returns what such a server honours.
    pub const fn profile(self) -> Profile {
        use Support::{No, Unknown, Yes};
        let aws = Profile {
            server: self,
            conditional_writes: Yes,
            conditional_delete: Yes,
            bucket_owner: Yes,
            checksums: Checksums::Sent,
            parts: PartSizing::MayGrow,
            listing: Listing::Encoded,
            default_region: None,
        };
        match self {
            Self::Aws => aws,
            // Its paging compares encoded with plain names, and loses keys, when names are asked for encoded.
            Self::LocalStack => Profile {
                conditional_delete: No,
                bucket_owner: Unknown, // it stands in for Amazon's, whose configuration it has to take
                listing: Listing::Plain,
                default_region: Some("us-east-1"),
                ..aws
            },
            Self::MinIo => Profile {
                conditional_writes: Unknown, // since 2024
                conditional_delete: No,
                bucket_owner: No,
                default_region: Some("us-east-1"),
                ..aws
            },
            Self::Garage => Profile {
                conditional_writes: No, // ignored without a word
                conditional_delete: No,
                bucket_owner: No,
                checksums: Checksums::OnlyRequired,
                default_region: Some("garage"),
                ..aws
            },
            Self::R2 => Profile {
                conditional_delete: No,
                bucket_owner: Unknown,
                checksums: Checksums::OnlyRequired,
                parts: PartSizing::Equal,
                default_region: Some("auto"),
                ..aws
            },
            Self::Generic => Profile {
                conditional_writes: Unknown,
                conditional_delete: No,
                bucket_owner: Unknown,
                checksums: Checksums::OnlyRequired,
                default_region: Some("us-east-1"),
                ..aws
            },
        }
    }
}

impl fmt::Display for ServerProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "Amazon S3",
            Self::LocalStack => "LocalStack",
            Self::MinIo => "MinIO",
            Self::Garage => "Garage",
            Self::R2 => "Cloudflare R2",
            Self::Generic => "an S3-compatible server",
        })
    }
}

/// What a server honours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The kind of server this is about.
    pub server: ServerProfile,
    /// `If-None-Match: *` and `If-Match` on put and on the end of a multipart upload.
    ///
    /// # Security
    /// A server that ignores them replaces objects which were to be created only. So `Create` and `Update` are refused
    /// where this is [`Support::No`], and probed where it is [`Support::Unknown`].
    pub conditional_writes: Support,
    /// `If-Match` on delete.
    pub conditional_delete: Support,
    /// The expected owner of the bucket, compared with the owner that it has.
    ///
    /// # Security
    /// A server that compares nothing lets us write to somebody else's bucket (S48). So `expected_bucket_owner` is refused
    /// where this is [`Support::No`], and connecting warns where it is [`Support::Unknown`].
    pub bucket_owner: Support,
    /// Which checksums requests carry.
    pub checksums: Checksums,
    /// What parts of one upload may look like.
    pub parts: PartSizing,
    /// How names are listed.
    pub listing: Listing,
    /// The region that servers of this kind go by when none is configured.
    pub default_region: Option<&'static str>,
}

/// Whether a server honours something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That depends on its version or settings, and is found out when it matters.
    Unknown,
}

/// Which checksums requests carry besides TLS's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksums {
    /// SHA-256 for whole objects, CRC-32 for parts; what the server stored is checked against them.
    Sent,
    /// Only those without which S3 refuses a request: not every server takes more.
    OnlyRequired,
}

/// What the parts of one upload may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartSizing {
    /// Later ones may be larger, so that an object of unknown length can have any size.
    MayGrow,
    /// All but the last have to be equal.
    Equal,
}

/// How names are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Percent-encoded: XML cannot hold every name that S3 can.
    Encoded,
    /// As they are.
    Plain,
}
