//! Which addresses belong to the public internet.
//!
//! Numbers only; names are looked up elsewhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address can be meant by somebody who does not know this network.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = a == 0 || a >= 240 || (a, b, c) == (192, 0, 0) || (a == 198 && b & 0xfe == 18);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || shared
        || special)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let (parts, bytes) = (address.segments(), address.octets());
    let version_4 = |at: usize| Ipv4Addr::new(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
    // Addresses of version 4 in the clothes of version 6: mapped, compatible, and translated.
    if matches!(parts, [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..]) {
        return is_public_v4(version_4(12));
    }
    if parts[0] == 0x2002 {
        return is_public_v4(version_4(2));
    }
    let documentation = parts[0] == 0x2001 && parts[1] == 0xdb8;
    // All that is given out to the public begins with the bits 001.
    parts[0] & 0xe000 == 0x2000 && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_and_private_are_told_apart() {
        let public =
            ["9.9.9.9", "100.128.0.1", "172.32.0.1", "2600::1", "::ffff:9.9.9.9", "64:ff9b::909:909"];
        let private = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.0.1",
            "192.0.0.8",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "2001:db8::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
