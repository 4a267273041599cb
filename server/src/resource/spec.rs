//! A spec of any kind: read, checked, written.
//!
//! Invariant: a `Spec` that was read is checked, and written out and read again it is the same.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::account::AccountSpec;
use super::endpoint::EndpointSpec;
use super::error::ResourceError;
use super::modeling::ModelingSpec;
use super::place::Kind;
use super::read;

/// What an operator says of a resource.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Spec {
    /// Of an account.
    Account(AccountSpec),
    /// Of a modeling.
    Modeling(ModelingSpec),
    /// Of an endpoint.
    Endpoint(EndpointSpec),
}

impl Spec {
    /// Reads and checks the spec of a `kind` from JSON text.
    pub fn read(kind: Kind, json: &[u8]) -> Result<Self, ResourceError> {
        let spec = match kind {
            Kind::Account => Self::Account(read::text(json)?),
            Kind::Modeling => Self::Modeling(read::text(json)?),
            Kind::Endpoint => Self::Endpoint(read::text(json)?),
        };
        spec.checked()
    }

    /// The same from parsed JSON.
    pub fn of_value(kind: Kind, json: Value) -> Result<Self, ResourceError> {
        Self::stored(kind, json)?.checked()
    }

    /// A spec that was checked when it was stored: limits may be narrower today, what is there stays readable.
    pub fn stored(kind: Kind, json: Value) -> Result<Self, ResourceError> {
        Ok(match kind {
            Kind::Account => Self::Account(read::value(json)?),
            Kind::Modeling => Self::Modeling(read::value(json)?),
            Kind::Endpoint => Self::Endpoint(read::value(json)?),
        })
    }

    /// The same spec, if it makes sense as a whole.
    pub fn checked(self) -> Result<Self, ResourceError> {
        match &self {
            Self::Account(spec) => spec.check(),
            Self::Modeling(spec) => spec.check(),
            Self::Endpoint(spec) => spec.check(),
        }?;
        Ok(self)
    }

    /// What it is the spec of.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Account(_) => Kind::Account,
            Self::Modeling(_) => Kind::Modeling,
            Self::Endpoint(_) => Kind::Endpoint,
        }
    }

    /// As JSON, with every default spelled out.
    pub fn json(&self) -> Value {
        serde_json::to_value(self).expect("a spec has text keys and finite numbers only")
    }

    /// The spec of a modeling.
    pub fn modeling(&self) -> Option<&ModelingSpec> {
        if let Self::Modeling(spec) = self { Some(spec) } else { None }
    }

    /// The spec of an endpoint.
    pub fn endpoint(&self) -> Option<&EndpointSpec> {
        if let Self::Endpoint(spec) = self { Some(spec) } else { None }
    }

    /// The spec of an account.
    pub fn account(&self) -> Option<&AccountSpec> {
        if let Self::Account(spec) = self { Some(spec) } else { None }
    }
}
