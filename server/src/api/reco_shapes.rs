//! What the routes of Intelligent Recommendations take and give, letter for letter as it was.

use cookshelf_core::{Event, EventKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, Reason};

/// A list as Intelligent Recommendations answered it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecoResponse {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// Up to when the data goes, `yyyyMMddHHmmss`.
    pub(super) interactions_version: String,
    pub(super) items: Vec<RecoItem>,
    pub(super) title: &'static str,
    pub(super) long_title: &'static str,
    pub(super) title_id: u8,
    pub(super) paging_info: PagingInfo,
    pub(super) status: &'static str,
}

/// One item of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecoItem {
    pub(super) id: String,
    /// Names the kind of the list, as it did.
    pub(super) tracking_id: String,
}

/// How long the whole list is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PagingInfo {
    pub(super) total_items: usize,
}

/// What a caller may tell of the shopper, in the body of a POST.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Context {
    /// What the shopper did, newest first.
    #[schema(max_items = 1000)]
    pub(super) history: Vec<Deed>,
    /// Items to be put in order.
    #[serde(alias = "PersonalizationCandidates")]
    #[schema(max_items = 1000)]
    pub(super) personalization_candidates: Vec<String>,
    /// The same, as it was wrapped.
    #[serde(alias = "RecommendationContext")]
    #[schema(no_recursion)]
    pub(super) recommendation_context: Option<Box<Context>>,
}

/// One thing that a shopper did.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", untagged)]
pub(super) enum Deed {
    /// Looked at an item, just now.
    Item(String),
    /// Something else, or earlier.
    #[serde(rename_all = "camelCase")]
    Told {
        /// With which item.
        item: String,
        /// What it was; in any case of letters.
        #[serde(default = "view")]
        #[schema(pattern = "^(view|select|addToCart|cart|removeFromCart|purchase|order|like|dismiss)$")]
        kind: String,
        /// How long ago.
        #[serde(default)]
        #[schema(value_type = i64, minimum = 0, maximum = 4_294_967_295_u32)]
        age_hours: u32,
    },
}

fn view() -> String {
    "view".to_owned()
}

impl Deed {
    /// As the scorer knows it.
    pub(super) fn event(&self) -> Result<Event<'_>, ApiError> {
        let (item, kind, age_hours) = match self {
            Deed::Item(item) => (item, "view", 0),
            Deed::Told { item, kind, age_hours } => (item, kind.as_str(), *age_hours),
        };
        let kind = match kind.to_ascii_lowercase().as_str() {
            "view" => EventKind::View,
            "select" => EventKind::Select,
            "addtocart" | "cart" => EventKind::AddToCart,
            "removefromcart" => EventKind::RemoveFromCart,
            "purchase" | "order" => EventKind::Purchase,
            "like" => EventKind::Like,
            "dismiss" => EventKind::Dismiss,
            _ => {
                let message = "a deed is `view`, `select`, `addToCart`, `removeFromCart`, `purchase`, `like` or `dismiss`";
                return Err(ApiError::new(Reason::Invalid, message));
            }
        };
        Ok(Event { item, kind, age_hours })
    }
}
