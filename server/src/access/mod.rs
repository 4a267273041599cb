//! Who may do what: secrets of keys, tokens of identity providers, roles, and the one table of what a role allows.
//!
//! Values in, decisions out. No database and no clock: whoever calls brings the grants of a key and the moment, and
//! records what was decided. Two things ask the network: the keys of a provider, and the names of hosts, of which
//! only those with an allowed address are answered. The invariant: what no grant allows is refused, and a caller who
//! may not even read something is told what he would be told if it were not there.

mod addresses;
mod caller;
mod error;
mod issuers;
mod jwks;
mod limit;
mod names;
mod network;
mod policy;
mod provider;
mod role;
mod secret;
#[cfg(test)]
mod tests;
mod token;

pub use addresses::{AddressError, AddressRules, Reach};
pub use caller::Caller;
pub use error::AccessError;
pub use issuers::Issuers;
pub use jwks::{FetchKeys, Jwks};
pub use limit::{Limit, LimitParams, TooOften, client_address};
pub use names::CheckedNames;
pub use network::Network;
pub use policy::{Decision, VERBS, Verb};
pub use provider::ProviderKeys;
pub use role::{Grant, Role, Scope};
pub use secret::{KeyHash, Secret, SecretKind};
pub use token::{GrantRule, Holder, IssuerParams, TokenError, caller_of};
