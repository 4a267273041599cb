//! The items of one shop, as every stage of a cook sees them.
//!
//! Items are numbered by their place in `items`; the contract reader hands them
//! out sorted by id, so that the same folder always gives the same numbers.

/// Everything known about the items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// Sorted by id: numeric ids by value first, then the others by bytes.
    pub items: Vec<Item>,
    /// Category names; `Item::categories` holds places in this list.
    pub categories: Vec<String>,
    /// Filter names; `Item::filters` holds places in this list.
    pub filters: Vec<String>,
    /// Language tag of the data, from `model.json` (`en-US` when absent).
    pub culture: String,
}

/// One item: a stand-alone product or an item master.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    /// The shop's own name for it.
    pub id: String,
    /// Shown on cards; empty when the folder has no catalogue entity.
    pub title: String,
    /// Longer text, used for text similarity later.
    pub description: String,
    /// Unix seconds; `None` when the folder does not say.
    pub released: Option<i64>,
    /// Sorted, without repeats.
    pub categories: Vec<u32>,
    /// (place in `Catalogue::filters`, value), sorted, without repeats.
    pub filters: Vec<(u32, String)>,
    /// Address of the primary image, or empty.
    pub image: String,
}
