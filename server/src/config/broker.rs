//! The address of a broker.
//!
//! Invariant: what is printed of the settings hides all that is secret in it: a password, and nothing else can be.

use std::str::FromStr;

use url::Url;

/// `nats://host:4222`, or `tls://…`, also with a name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BrokerAddress(pub(super) String);

impl FromStr for BrokerAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| "write nats://host:4222")?;
        if !["nats", "tls"].contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
            return Err("write nats://host:4222, or tls://host:4222");
        }
        if url.password().is_none() && !url.username().is_empty() {
            return Err(
                "a token in the address would be shown; use `broker_credentials`, or a name with a password",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_brokers_are_told_from_others() {
        for address in ["nats://nats.example:4222", "tls://nats.example", "nats://cook:word@nats.example:1"] {
            assert_eq!(address.parse::<BrokerAddress>().unwrap().0, address);
        }
        for wrong in ["", "nats.example:4222", "http://nats.example", "nats://token@nats.example", "nats://"]
        {
            assert!(wrong.parse::<BrokerAddress>().is_err(), "{wrong}");
        }
    }
}
