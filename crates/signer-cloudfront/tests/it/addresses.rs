//! IPv4 blocks.

use std::net::Ipv4Addr;

use signer_cloudfront::{InvalidIpCidr, IpCidr};

#[test]
fn blocks_are_written_in_one_way_only() {
    let parse = |text: &str| IpCidr::parse(text).map(|block| block.to_string());
    assert_eq!(parse("192.0.2.0/24").unwrap(), "192.0.2.0/24");
    assert_eq!(parse("192.0.2.7").unwrap(), "192.0.2.7/32");
    assert_eq!(parse("0.0.0.0/0").unwrap(), "0.0.0.0/0");
    assert_eq!(parse("192.0.2.7/24"), Err(InvalidIpCidr::HostBits));
    assert_eq!(parse("128.0.0.0/0"), Err(InvalidIpCidr::HostBits));
    for bad in
        ["192.0.2.0/33", "192.0.2.0/", "192.0.2.0/024", "192.0.2.0/+24", "192.0.2.0/24/1", "192.0.2.0/256"]
    {
        assert_eq!(parse(bad), Err(InvalidIpCidr::Length), "{bad}");
    }
    for bad in [
        "",
        "/24",
        "192.0.2",
        "192.0.2.0.1/24",
        "192.0.02.1",
        "2001:db8::1",
        "::ffff:192.0.2.1/32",
        "192.0.2.1 ",
    ] {
        assert_eq!(parse(bad), Err(InvalidIpCidr::Address), "{bad}");
    }
    assert_eq!(IpCidr::new(Ipv4Addr::new(10, 0, 0, 0), 33), Err(InvalidIpCidr::Length));
    assert_eq!(IpCidr::from(Ipv4Addr::new(10, 0, 0, 1)), "10.0.0.1".parse().unwrap());
}

#[test]
fn a_block_contains_what_shares_its_bits() {
    let contains =
        |block: &str, address: &str| IpCidr::parse(block).unwrap().contains(address.parse().unwrap());
    assert!(contains("192.0.2.0/24", "192.0.2.255"));
    assert!(!contains("192.0.2.0/24", "192.0.3.0"));
    assert!(contains("192.0.2.7/32", "192.0.2.7"));
    assert!(!contains("192.0.2.7/32", "192.0.2.6"));
    assert!(contains("0.0.0.0/0", "255.255.255.255"));
    assert!(contains("128.0.0.0/1", "200.0.0.0"));
    assert!(!contains("128.0.0.0/1", "100.0.0.0"));
}
