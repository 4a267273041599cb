//! What an operator says of an endpoint: which models it offers to whom.
//!
//! Invariant of a checked spec: its strategy speaks only of its own modelings.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::error::{ResourceError, cut};
use super::name::Name;
use super::strategy::Strategy;

const MOST_MODELINGS: usize = 16;
const MOST_ORIGINS: usize = 100;
/// Ten years: longer than any page stays as it is.
const MOST_HOURS: u32 = 87_600;

/// What shoppers' browsers fetch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointSpec {
    /// Modelings of the same account; the first is what is shown unless something else is asked for.
    #[schema(min_items = 1, max_items = 16)]
    pub modelings: Vec<Name>,
    /// Who gets which model.
    #[serde(default = "all")]
    pub strategy: Strategy,
    /// How long a manifest is fresh; after that browsers keep what they have, and say that it is stale.
    #[serde(default = "a_week")]
    #[schema(minimum = 1, maximum = 87_600, default = 168)]
    pub valid_hours: u32,
    /// Web origins whose pages may fetch it; every page when empty.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["https://shop.example"]))]
    pub origins: Vec<String>,
    /// Who may ask this server itself for lists, as clients of Intelligent Recommendations did.
    #[serde(default = "closed")]
    pub recommend: Recommend,
    /// Whether the shop may report counts of its lists, which guards of a canary are judged by.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counts: bool,
}

/// Who may ask for lists over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Recommend {
    /// Nobody.
    Closed,
    /// Who has a key or a token that may read the endpoint.
    Keys,
    /// Everybody.
    Public,
}

fn all() -> Strategy {
    Strategy::All
}

fn a_week() -> u32 {
    168
}

fn closed() -> Recommend {
    Recommend::Closed
}

impl EndpointSpec {
    pub(super) fn check(&self) -> Result<(), ResourceError> {
        let wrong = |at: &str, message: String| Err(ResourceError::spec(at, message));
        if !(1..=MOST_MODELINGS).contains(&self.modelings.len()) {
            return wrong("/modelings", format!("an endpoint has 1 to {MOST_MODELINGS} modelings"));
        }
        let mut seen = BTreeSet::new();
        if let Some(place) = self.modelings.iter().position(|name| !seen.insert(name)) {
            let name = &self.modelings[place];
            return wrong(&format!("/modelings/{place}"), format!("`{name}` stands here twice"));
        }
        if !(1..=MOST_HOURS).contains(&self.valid_hours) {
            return wrong("/validHours", format!("it is 1 to {MOST_HOURS}"));
        }
        if self.origins.len() > MOST_ORIGINS {
            return wrong("/origins", format!("at most {MOST_ORIGINS} origins"));
        }
        if let Some(place) = self.origins.iter().position(|origin| !is_origin(origin)) {
            let text = cut(&self.origins[place]);
            let message =
                format!("`{text}` is no origin; write it like https://shop.example, without a path");
            return wrong(&format!("/origins/{place}"), message);
        }
        self.strategy.check(&self.modelings).map_err(|error| error.below("/strategy"))
    }
}

/// Exactly as a browser sends it, so that comparing is comparing texts.
fn is_origin(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    ["http", "https"].contains(&url.scheme()) && url.origin().ascii_serialization() == text
}
