//! How large a shop to make, and what making it reported.
//!
//! Only plain values live here. Invariant: the same [`ShopParams`] always give
//! the same bytes on disk.

use serde::Serialize;

/// Size and seed of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopParams {
    /// Products in the catalogue, [`ShopParams::ITEMS`] of them at most.
    pub items: u32,
    /// Shoppers who visit over the eighteen months of data.
    pub shoppers: u32,
    /// Another seed gives another shop of the same kind.
    pub seed: u64,
}

impl ShopParams {
    /// More products than this would need longer item ids than shops use.
    pub const ITEMS: u32 = 2_000_000;
    /// More shoppers than this would not fit the memory of a small machine.
    pub const SHOPPERS: u32 = 5_000_000;
}

impl Default for ShopParams {
    fn default() -> Self {
        ShopParams { items: 2_000, shoppers: 6_000, seed: 7 }
    }
}

/// How the data folder of a shop is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ShopForm {
    /// Entities of the contract, with a model.json
    Contract,
    /// Exports of products and orders as Shopify writes them
    Shopify,
    /// Events as GA4 exports them, and since this summer as Segment does
    Events,
    /// items.csv and interactions.csv with a header
    Plain,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShopReport {
    /// Products written.
    pub items: u32,
    /// Categories with at least one product.
    pub categories: u32,
    /// Shoppers with at least one visit.
    pub shoppers: u32,
    /// Visits, each one group of views.
    pub sessions: u64,
    /// Orders, each one group of purchases.
    pub orders: u64,
    /// Rows of `Reco_Interactions`: views and order lines.
    pub interactions: u64,
    /// Bytes of all files together.
    pub bytes: u64,
}
