//! The one way in which a resource is named: in addresses, in the database, in grants, in the audit and by people.
//!
//! Text and value are one to one: a place has one spelling. It says nothing about whether the resource is there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::error::{ResourceError, cut};
use super::name::Name;

/// What kind of thing lies at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A customer: holds modelings and endpoints.
    Account,
    /// A data folder and how it is cooked.
    Modeling,
    /// What browsers fetch.
    Endpoint,
}

impl Kind {
    /// As it stands in messages and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Modeling => "modeling",
            Self::Endpoint => "endpoint",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// `acme`, `acme/modelings/shop` or `acme/endpoints/web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// An account.
    Account(Name),
    /// A modeling of an account.
    Modeling(Name, Name),
    /// An endpoint of an account.
    Endpoint(Name, Name),
}

impl Place {
    /// The account that it is, or that it belongs to.
    pub fn account(&self) -> &Name {
        let (Self::Account(account) | Self::Modeling(account, _) | Self::Endpoint(account, _)) = self;
        account
    }

    /// What lies there.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Account(_) => Kind::Account,
            Self::Modeling(..) => Kind::Modeling,
            Self::Endpoint(..) => Kind::Endpoint,
        }
    }

    /// Its own name, without the account's.
    pub fn name(&self) -> &Name {
        let (Self::Account(name) | Self::Modeling(_, name) | Self::Endpoint(_, name)) = self;
        name
    }

    /// The account of a modeling or an endpoint.
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Account(_) => None,
            Self::Modeling(account, _) | Self::Endpoint(account, _) => Some(Self::Account(account.clone())),
        }
    }

    /// True for the place itself and for what belongs to it.
    pub fn holds(&self, other: &Self) -> bool {
        self == other || other.parent().is_some_and(|parent| parent == *self)
    }

    /// Where the API has it: `/v1/accounts/acme/modelings/shop`.
    pub fn path(&self) -> String {
        format!("/v1/accounts/{self}")
    }
}

impl FromStr for Place {
    type Err = ResourceError;

    fn from_str(text: &str) -> Result<Self, ResourceError> {
        let wrong = || ResourceError::Place { text: cut(text) };
        let name = |part: &str| part.parse::<Name>().map_err(|_| wrong());
        let mut parts = text.splitn(3, '/');
        let account = name(parts.next().unwrap_or_default())?;
        match (parts.next(), parts.next()) {
            (None, _) => Ok(Self::Account(account)),
            (Some("modelings"), Some(own)) => Ok(Self::Modeling(account, name(own)?)),
            (Some("endpoints"), Some(own)) => Ok(Self::Endpoint(account, name(own)?)),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = ResourceError;

    fn try_from(text: String) -> Result<Self, ResourceError> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "{account}"),
            Self::Modeling(account, name) => write!(f, "{account}/modelings/{name}"),
            Self::Endpoint(account, name) => write!(f, "{account}/endpoints/{name}"),
        }
    }
}

impl PartialSchema for Place {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(91));
        text.examples(["acme/modelings/shop"]).description(Some("Where a resource is.")).into()
    }
}

impl ToSchema for Place {}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_is_what_it_says() {
        for (text, kind, name) in [
            ("acme", Kind::Account, "acme"),
            ("acme/modelings/shop", Kind::Modeling, "shop"),
            ("acme/endpoints/web-2", Kind::Endpoint, "web-2"),
        ] {
            let place = place(text);
            assert_eq!((place.to_string().as_str(), place.kind()), (text, kind));
            assert_eq!((place.account().as_str(), place.name().as_str()), ("acme", name));
            assert_eq!(place.path(), format!("/v1/accounts/{text}"));
            assert_eq!(serde_json::from_str::<Place>(&format!("\"{text}\"")).unwrap(), place);
        }
    }

    #[test]
    fn an_account_holds_its_own_and_nothing_else() {
        assert!(place("acme").holds(&place("acme/modelings/shop")));
        assert!(place("acme/modelings/shop").holds(&place("acme/modelings/shop")));
        for other in ["acme2/modelings/shop", "acme/endpoints/shop", "acme"] {
            assert!(!place("acme/modelings/shop").holds(&place(other)), "{other}");
        }
        assert!(!place("acme").holds(&place("acme-2")));
    }

    #[test]
    fn other_spellings_are_refused() {
        let texts = [
            "",
            "/",
            "acme/",
            "/acme",
            "acme/modelings",
            "acme/modelings/",
            "acme/modelings/a/b",
            "acme/modelings/../x",
            "acme//shop",
            "acme/Modelings/shop",
            "acme/models/shop",
            "acme/modelings/Shop",
            "../acme",
            "acme/modelings/shop ",
        ];
        for text in texts {
            let error = text.parse::<Place>().unwrap_err().to_string();
            assert!(error.contains("acme/endpoints/web"), "{text:?}: {error}");
        }
    }
}
