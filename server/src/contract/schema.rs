//! The entities of the contract: names, columns in their built-in order, and rules.
//!
//! A folder's `model.json` may change order and types; this table says what each column means to
//! us and what happens to a value that breaks its rule. It reads nothing. An entity is one entry here
//! and one file in `clean/`; [`READ`] names them all.

/// One entity that is read.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
}

/// One column and its rules.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) naming: Naming,
    pub(super) kind: Kind,
    pub(super) need: Need,
    pub(super) invalid: Invalid,
    pub(super) shown: Shown,
}

/// Whether `model.json` finds the column by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    Fixed,
    /// Takes the first attribute of the right type whose name means nothing to us.
    Free,
}

/// What the value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of an item or a variant.
    Id,
    /// Of an image: the same rules, but never held to be a GUID.
    ImageId,
    /// Text of at most so many characters.
    Text(usize),
    Moment,
    Number,
    Whole,
    Truth,
}

/// Whether a row may leave the value out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// The row means nothing without it, whatever `model.json` says.
    Always,
    /// Only when `model.json` marks it mandatory.
    Declared,
}

/// What a broken value does (the contract's "invalid value behaviour").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invalid {
    /// The whole row is dropped.
    Drop,
    /// Text that is too long is cut, the row stays.
    Trim,
    /// A missing or unreadable date becomes the time of ingestion.
    Ingestion,
}

/// How the report quotes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Clear,
    /// Letters become `a`, digits `9`: enough to see a wrong format, too little to name a shopper
    /// whose id slipped into the wrong column.
    Shape,
    /// Only the length.
    Hidden,
}

use Invalid::{Drop, Ingestion, Trim};
use Kind::{Id, ImageId, Moment, Number, Text, Truth, Whole};
use Need::{Always, Declared};
use Shown::{Clear, Hidden, Shape};

const fn column(name: &'static str, kind: Kind, need: Need, invalid: Invalid, shown: Shown) -> Column {
    Column { name, naming: Naming::Fixed, kind, need, invalid, shown }
}

const fn free(name: &'static str, kind: Kind) -> Column {
    Column { name, naming: Naming::Free, kind, need: Declared, invalid: Drop, shown: Shape }
}

const ITEM_ID: Column = column("ItemId", Id, Always, Drop, Clear);
const VARIANT_ID: Column = column("ItemVariantId", Id, Declared, Drop, Clear);

/// The items, with or without variants.
pub(super) const ITEMS: Entity = Entity {
    name: "Reco_ItemsAndVariants",
    columns: &[
        ITEM_ID,
        VARIANT_ID,
        column("Title", Text(256), Declared, Trim, Clear),
        column("Description", Text(2048), Declared, Trim, Clear),
        column("ReleaseDate", Moment, Declared, Ingestion, Clear),
    ],
};

/// Who did what with which item.
pub(super) const INTERACTIONS: Entity = Entity {
    name: "Reco_Interactions",
    columns: &[
        column("InteractionGroupingId", Text(256), Always, Drop, Hidden),
        ITEM_ID,
        VARIANT_ID,
        column("UserId", Text(256), Declared, Drop, Hidden),
        column("InteractionType", Text(usize::MAX), Declared, Drop, Shape),
        column("TimeStamp", Moment, Declared, Drop, Shape),
        free("(free text)", Text(64)),
        free("(free number)", Number),
        column("Channel", Text(64), Declared, Trim, Shape),
        column("Catalog", Text(64), Declared, Trim, Shape),
        column("Strength", Number, Declared, Drop, Shape),
        column("IsPositive", Truth, Declared, Drop, Shape),
    ],
};

/// The same, as they arrived one by one.
pub(super) const LIVE: Entity = Entity { name: "Live_Interactions", columns: INTERACTIONS.columns };

/// Categories of items, any number each.
pub(super) const CATEGORIES: Entity = Entity {
    name: "Reco_ItemCategories",
    columns: &[ITEM_ID, column("Category", Text(64), Always, Trim, Clear)],
};

/// Addresses of images.
pub(super) const IMAGES: Entity = Entity {
    name: "Reco_ItemAndVariantImages",
    columns: &[
        ITEM_ID,
        VARIANT_ID,
        column("ImageFullUrl", Text(2048), Always, Drop, Clear),
        column("IsPrimaryImage", Truth, Declared, Drop, Clear),
    ],
};

/// Filter names and values of items.
pub(super) const FILTERS: Entity = Entity {
    name: "Reco_ItemAndVariantFilters",
    columns: &[
        ITEM_ID,
        VARIANT_ID,
        column("FilterName", Text(256), Always, Trim, Clear),
        column("FilterValue", Text(256), Always, Trim, Clear),
    ],
};

/// Settings.
pub(super) const CONFIG: Entity = Entity {
    name: "Reco_Config",
    columns: &[column("Key", Text(64), Always, Drop, Clear), column("Value", Text(256), Always, Drop, Clear)],
};

/// Shoppers who want no part in it.
pub(super) const OPTED_OUT: Entity = Entity {
    name: "Reco_OptOutUsers",
    columns: &[
        column("UserId", Text(256), Always, Drop, Hidden),
        column("LastModifiedDate", Moment, Declared, Ingestion, Shape),
    ],
};

/// When, and in which channel and catalogue, items may be shown.
pub(super) const AVAILABILITIES: Entity = Entity {
    name: "Reco_ItemAndVariantAvailabilities",
    columns: &[
        ITEM_ID,
        VARIANT_ID,
        column("StartDate", Moment, Declared, Drop, Clear),
        column("EndDate", Moment, Declared, Drop, Clear),
        column("Channel", Text(64), Declared, Trim, Clear),
        column("Catalog", Text(64), Declared, Trim, Clear),
    ],
};

/// Lists that the shop made itself.
pub(super) const LISTS: Entity = Entity {
    name: "Reco_ExternalRecommendationsLists",
    columns: &[
        column("ListName", Text(64), Always, Trim, Clear),
        column("Title", Text(256), Always, Trim, Clear),
        column("ListAvailabilityStartDate", Moment, Declared, Drop, Clear),
        column("ListAvailabilityEndDate", Moment, Declared, Drop, Clear),
    ],
};

/// What is in them.
pub(super) const LIST_ITEMS: Entity = Entity {
    name: "Reco_ExternalRecommendationsItems",
    columns: &[
        column("ListName", Text(64), Always, Trim, Clear),
        ITEM_ID,
        VARIANT_ID,
        column("Rank", Whole, Always, Drop, Clear),
    ],
};

const LIST: Column = column("RecoListName", Text(64), Always, Trim, Clear);
const ALGORITHM: Column = column("AlgoType", Text(64), Declared, Trim, Clear);
const ACTION: Column = column("EnrichmentAction", Text(usize::MAX), Always, Drop, Clear);
const RANK: Column = column("Rank", Whole, Declared, Drop, Clear);

/// What the shop puts on top of the list of one item, or keeps out of it.
pub(super) const SEEDED: Entity = Entity {
    name: "Reco_SeededRecommendationsEnrichment",
    columns: &[
        LIST,
        ALGORITHM,
        column("SeedItemId", Id, Always, Drop, Clear),
        column("SeedItemVariantId", Id, Declared, Drop, Clear),
        ITEM_ID,
        VARIANT_ID,
        ACTION,
        RANK,
    ],
};

/// The same for lists without a seed. A folder may call it anything: see `plan`.
pub(super) const UNSEEDED: Entity = Entity {
    name: "Reco_UnseededRecommendationsEnrichment",
    columns: &[LIST, ALGORITHM, ITEM_ID, VARIANT_ID, ACTION, RANK],
};

const IMAGE_ID: Column = column("ImageId", ImageId, Always, Drop, Clear);

/// Images that show several items.
pub(super) const SCENES: Entity = Entity {
    name: "Reco_ImagesInventory",
    columns: &[
        IMAGE_ID,
        column("ImageFullUrl", Text(2048), Declared, Drop, Clear),
        column("ImageType", Text(usize::MAX), Declared, Drop, Clear),
    ],
};

/// The items in them.
pub(super) const SCENE_ITEMS: Entity =
    Entity { name: "Reco_ImageToItemMappings", columns: &[IMAGE_ID, ITEM_ID, VARIANT_ID] };

/// Every entity of the contract, in the order in which it is read and reported.
pub(super) const READ: [&Entity; 14] = [
    &CONFIG,
    &OPTED_OUT,
    &ITEMS,
    &INTERACTIONS,
    &CATEGORIES,
    &IMAGES,
    &FILTERS,
    &AVAILABILITIES,
    &LISTS,
    &LIST_ITEMS,
    &SEEDED,
    &UNSEEDED,
    &SCENES,
    &SCENE_ITEMS,
];
