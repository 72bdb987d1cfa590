//! [`IpCidr`]: from where.

use std::error::Error;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// An IPv4 address, or a block of them: what a policy can restrict clients to. CloudFront's policies have no IPv6.
///
/// ```
/// use signer_cloudfront::IpCidr;
///
/// assert_eq!(IpCidr::parse("192.0.2.0/24")?.to_string(), "192.0.2.0/24");
/// assert_eq!(IpCidr::parse("192.0.2.7")?.to_string(), "192.0.2.7/32");
/// assert!(IpCidr::parse("192.0.2.7/24").is_err(), "an address within the block, not the block");
/// assert!(IpCidr::parse("2001:db8::/32").is_err());
/// # Ok::<(), signer_cloudfront::InvalidIpCidr>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IpCidr {
    // INVARIANT: bits after the first `length` are zero; `length` is at most 32.
    network: Ipv4Addr,
    length: u8,
}

impl IpCidr {
    /// Names the block of those addresses that share the first `length` bits of `network`.
    ///
    /// # Errors
    /// The length is more than 32, or `network` has bits beyond it.
    pub fn new(network: Ipv4Addr, length: u8) -> Result<Self, InvalidIpCidr> {
        if length > 32 {
            return Err(InvalidIpCidr::Length);
        }
        let block = Self { network, length };
        if network.to_bits() & !block.mask() == 0 { Ok(block) } else { Err(InvalidIpCidr::HostBits) }
    }

    /// Reads `a.b.c.d/n`, or `a.b.c.d` for one address.
    ///
    /// # Errors
    /// The text is neither, or as [`new`](Self::new).
    pub fn parse(text: &str) -> Result<Self, InvalidIpCidr> {
        let (address, length) = address_and_length(text)?;
        Self::new(address, length)
    }

    /// Reads the block that an address is in, as other signers write it, too.
    pub(crate) fn around(text: &str) -> Result<Self, InvalidIpCidr> {
        let (address, length) = address_and_length(text)?;
        let block = Self { network: address, length };
        Self::new(Ipv4Addr::from_bits(address.to_bits() & block.mask()), length)
    }

    /// Tells whether an address is in the block.
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        address.to_bits() & self.mask() == self.network.to_bits()
    }

    fn mask(self) -> u32 {
        let host_bits = 32_u32.saturating_sub(self.length.into());
        u32::MAX.checked_shl(host_bits).unwrap_or(0)
    }
}

fn address_and_length(text: &str) -> Result<(Ipv4Addr, u8), InvalidIpCidr> {
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    let address = address.parse().map_err(|_| InvalidIpCidr::Address)?;
    let plain = length.bytes().all(|b| b.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length = length.parse().ok().filter(|length| plain && *length <= 32).ok_or(InvalidIpCidr::Length)?;
    Ok((address, length))
}

impl From<Ipv4Addr> for IpCidr {
    fn from(address: Ipv4Addr) -> Self {
        Self { network: address, length: 32 }
    }
}

impl FromStr for IpCidr {
    type Err = InvalidIpCidr;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for IpCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.length)
    }
}

impl fmt::Debug for IpCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Says why something is no [`IpCidr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidIpCidr {
    /// The address is not four numbers from 0 to 255 with dots between them.
    Address,
    /// The length is not a number from 0 to 32.
    Length,
    /// The address has bits beyond the length.
    HostBits,
}

impl fmt::Display for InvalidIpCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "not an IPv4 address such as `192.0.2.7` (CloudFront policies have no IPv6)",
            Self::Length => "the length after `/` is not a number from 0 to 32",
            Self::HostBits => "the address lies within the block: write the block's first address",
        })
    }
}

impl Error for InvalidIpCidr {}
