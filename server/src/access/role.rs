//! Roles, where they count, and the two together: a grant.
//!
//! A grant on an account counts for everything inside the account; one on the whole server counts everywhere.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AccessError;
use crate::resource::Place;

/// How much somebody may do; each role includes those before it, but a reader sends nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Adds rows, and sees nothing: for webhooks.
    Sender,
    /// Looks.
    Reader,
    /// Changes, cooks, releases.
    Writer,
    /// Deletes, and decides who else may do what.
    Admin,
}

impl Role {
    /// All roles, the smallest first.
    pub const ALL: [Self; 4] = [Self::Sender, Self::Reader, Self::Writer, Self::Admin];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let found = Self::ALL.into_iter().find(|role| role.word() == text);
        found.ok_or_else(|| AccessError::Role(text.to_owned()))
    }
}

/// Where a grant counts, or what something is done to: the whole server, or one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything, written `*`.
    Server,
    /// An account with all that is in it, a modeling, or an endpoint.
    Place(Place),
}

impl Scope {
    /// True where `self` is `other`, or around it.
    pub fn covers(&self, other: &Scope) -> bool {
        match (self, other) {
            (Self::Server, _) => true,
            (Self::Place(_), Self::Server) => false,
            (Self::Place(outer), Self::Place(inner)) => outer.holds(inner),
        }
    }
}

impl From<Place> for Scope {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.write_str("*"),
            Self::Place(place) => place.fmt(f),
        }
    }
}

impl FromStr for Scope {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        if text == "*" {
            return Ok(Self::Server);
        }
        let place = text.parse::<Place>();
        place
            .map(Self::Place)
            .map_err(|error| AccessError::Scope { found: text.to_owned(), why: error.to_string() })
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A role somewhere: `writer on acme/modelings/shop`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// How much.
    pub role: Role,
    /// Where: a place, or `*` for the whole server.
    #[schema(
        value_type = String, example = "acme/modelings/shop",
        pattern = r"^(\*|[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?(/(modelings|endpoints)/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)?)$"
    )]
    pub on: Scope,
}

impl Grant {
    /// True where whoever holds `self` holds `other` as well.
    pub fn includes(&self, other: &Grant) -> bool {
        let sends = |role: Role| role != Role::Reader;
        self.role >= other.role
            && (other.role != Role::Sender || sends(self.role))
            && self.on.covers(&other.on)
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.role, self.on)
    }
}

impl FromStr for Grant {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let (role, on) = text.split_once(" on ").ok_or_else(|| AccessError::Grant(text.to_owned()))?;
        Ok(Self { role: role.trim().parse()?, on: on.trim().parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn places_cover_what_is_in_them_and_no_neighbour() {
        let covered = [("*", "*"), ("*", "acme"), ("acme", "acme"), ("acme", "acme/modelings/shop")];
        for (outer, inner) in covered {
            assert!(scope(outer).covers(&scope(inner)), "{outer} {inner}");
        }
        let foreign = [
            ("acme", "*"),
            ("acme", "acme2"),
            ("acme", "acme-two/modelings/shop"),
            ("acme/modelings/shop", "acme"),
            ("acme/modelings/shop", "acme/endpoints/shop"),
            ("acme/modelings/shop", "acme/modelings/shop2"),
            ("acme/modelings/shop", "other/modelings/shop"),
        ];
        for (outer, inner) in foreign {
            assert!(!scope(outer).covers(&scope(inner)), "{outer} {inner}");
        }
    }

    #[test]
    fn grants_are_read_as_they_are_written() {
        for text in ["reader on *", "writer on acme/modelings/shop", "admin on acme"] {
            let grant: Grant = text.parse().unwrap();
            assert_eq!(grant.to_string(), text);
            let json = serde_json::to_string(&grant).unwrap();
            assert_eq!(serde_json::from_str::<Grant>(&json).unwrap(), grant);
        }
        for wrong in ["", "writer", "writer acme", "owner on acme", "writer on acme/x", "writer on ../x"] {
            assert!(wrong.parse::<Grant>().is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Grant>(r#"{"role":"admin","on":"*","more":1}"#).is_err());
    }

    #[test]
    fn a_grant_includes_smaller_ones_only() {
        let grant = |text: &str| text.parse::<Grant>().unwrap();
        assert!(grant("admin on acme").includes(&grant("writer on acme/endpoints/web")));
        assert!(!grant("writer on acme").includes(&grant("admin on acme/endpoints/web")));
        assert!(!grant("admin on acme/endpoints/web").includes(&grant("reader on acme")));
        assert!(grant("writer on acme").includes(&grant("sender on acme/modelings/shop")));
        assert!(!grant("reader on acme").includes(&grant("sender on acme")));
    }
}
