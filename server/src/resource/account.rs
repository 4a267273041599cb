//! What an operator says of an account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ResourceError;

/// A customer of the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountSpec {
    /// A title for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Acme Outdoor")]
    pub title: Option<String>,
    /// Most cooks of all its modelings together in any 24 hours; no limit when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000)]
    pub cooks_per_day: Option<u32>,
}

impl AccountSpec {
    pub(super) fn check(&self) -> Result<(), ResourceError> {
        let title = self.title.as_deref().unwrap_or_default();
        if title.chars().count() > 200 || title.contains(char::is_control) {
            return Err(ResourceError::spec("/title", "a title has at most 200 letters, all in one line"));
        }
        match self.cooks_per_day {
            None | Some(1..=100_000) => Ok(()),
            Some(_) => {
                Err(ResourceError::spec("/cooksPerDay", "it is 1 to 100000; leave it out for no limit"))
            }
        }
    }
}
