//! The items of one shop, as every stage of a cook sees them.
//!
//! Items are numbered by their place in `items`; the contract reader hands them
//! out sorted by id, so that the same folder always gives the same numbers.

use cookshelf_core::ListKind;

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
    /// When and where items may be shown; `None` when the folder does not say, and every item may always be shown.
    pub availability: Option<Availability>,
    /// Lists that the shop made itself, sorted by name.
    pub lists: Vec<NamedList>,
    /// What the shop puts on top of a list or keeps out of it, sorted by list and seed.
    pub overrides: Vec<Override>,
    /// Images that show several items, sorted by id.
    pub scenes: Vec<Scene>,
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

/// A channel and a catalogue within it. Empty text is the default: the shop as a whole, or a whole channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// Channel, or empty.
    pub channel: String,
    /// Catalogue of the channel, or empty.
    pub catalog: String,
}

/// When and where items may be shown. An item without a window may not be shown at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Availability {
    /// Sorted, without repeats.
    pub scopes: Vec<Scope>,
    /// One row per item, each sorted and without repeats; a variant's window counts for its item.
    pub windows: Vec<Vec<Window>>,
}

/// A stretch of time in one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Place in `Availability::scopes`.
    pub scope: u32,
    /// First second, Unix time; [`ALWAYS`]`.0` for no start.
    pub from: i64,
    /// Last second, Unix time; [`ALWAYS`]`.1` for no end.
    pub until: i64,
}

/// From the first to the last moment that the contract can write (years 1 to 9999).
pub const ALWAYS: (i64, i64) = (-62_135_596_800, 253_402_300_799);

/// A list that the shop made itself.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedList {
    /// What it is asked for by; compared without case.
    pub name: String,
    /// What shoppers read above it.
    pub title: String,
    /// First second in which it is shown.
    pub from: i64,
    /// Last second in which it is shown.
    pub until: i64,
    /// Items in the shop's order, without repeats.
    pub items: Vec<u32>,
}

/// What the shop changed about one list, for one seed or for all.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The list.
    pub list: ListKind,
    /// The item whose list it is; `None` for lists without a seed.
    pub seed: Option<u32>,
    /// On top of the list, in this order; none of them is in `exclude`.
    pub include: Vec<u32>,
    /// Never in the list; sorted.
    pub exclude: Vec<u32>,
}

/// An image that shows several items.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The shop's own name for the image.
    pub id: String,
    /// Its address, or empty.
    pub address: String,
    /// Items in it, sorted, without repeats.
    pub items: Vec<u32>,
}
