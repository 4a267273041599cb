//! A believable shop, made up: products, pictures, shoppers and what they did.
//!
//! It writes `root/`, a data folder for `cookshelf cook`, and `shop/`, what the
//! demo storefront has from its own platform. It knows nothing of cooking.
//! Invariant: the same [`ShopParams`] give the same bytes, on any machine and
//! with any number of threads; there is no clock and no floating point.
//!
//! ```text
//! vocabulary ─▶ product ─▶ prose, drawing ─▶ contract_folder, shop_files
//!                  └─▶ shelves + tastes ─▶ visits ─▶ contract_folder
//! ```

mod calendar;
mod contract_folder;
mod drawing;
mod output;
mod params;
mod product;
mod prose;
mod random;
mod shelves;
mod shop_files;
mod tastes;
mod visits;
mod vocabulary;

use std::path::{Path, PathBuf};

pub use params::{ShopParams, ShopReport};

use crate::progress::Progress;

/// Why a shop could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The size makes no shop.
    #[error(
        "a shop of {items} items and {shoppers} shoppers cannot be made: choose 1 to {} items and at most {} shoppers",
        ShopParams::ITEMS,
        ShopParams::SHOPPERS
    )]
    Size {
        /// Items asked for.
        items: u32,
        /// Shoppers asked for.
        shoppers: u32,
    },
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}; check that the folder exists, is yours and has room", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl DemoError {
    fn write(path: &Path, source: std::io::Error) -> DemoError {
        DemoError::Write { path: path.to_owned(), source }
    }
}

/// Makes a shop and writes it to `out/root` and `out/shop`; files of an earlier shop are replaced.
pub fn write_shop(out: &Path, params: &ShopParams, progress: Progress) -> Result<ShopReport, DemoError> {
    let ShopParams { items, shoppers, seed } = *params;
    if items == 0 || items > ShopParams::ITEMS || shoppers > ShopParams::SHOPPERS {
        return Err(DemoError::Size { items, shoppers });
    }
    let stage = progress.stage("design", u64::from(items), "products");
    let shop = product::assortment(items, seed);
    stage.advance(u64::from(items));
    stage.done(&format!("{items} products in {} series", shop.series.len()));
    let (root, folder) = (out.join("root"), out.join("shop"));
    let mut written = output::Paths::default();
    contract_folder::write_catalogue(&root, &shop, seed, &mut written)?;
    contract_folder::write_config(&root, &mut written)?;
    let told = contract_folder::write_history(&root, &shop, params, progress, &mut written)?;
    shop_files::write_shop_files(&folder, &shop, seed, progress, &mut written)?;
    Ok(ShopReport {
        items,
        categories: shop.categories(),
        shoppers: told.shoppers,
        sessions: told.sessions,
        orders: told.orders,
        interactions: told.rows,
        bytes: written.bytes,
    })
}
