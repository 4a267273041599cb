//! A believable shop, made up: products, pictures, shoppers and what they did.
//!
//! It writes `root/`, a data folder for `cookshelf cook` in one of several forms, and `shop/`, what the
//! demo storefront has from its own platform. It knows nothing of cooking.
//! Invariant: the same [`ShopParams`] give the same bytes, on any machine and
//! with any number of threads; there is no clock and no floating point.
//!
//! ```text
//! vocabulary ─▶ product ─▶ prose, drawing ─────────────────▶ shop_files
//!                  └─▶ shelves + tastes ─▶ visits ─▶ history ─▶ contract_folder | plain_tables |
//!                                                               shopify_exports | event_lines
//! ```

mod calendar;
mod contract_folder;
mod drawing;
mod event_lines;
mod history;
mod output;
mod params;
mod plain_tables;
mod product;
mod prose;
mod random;
mod shelves;
mod shop_files;
mod shopify_exports;
mod tastes;
mod visits;
mod vocabulary;

use std::path::{Path, PathBuf};

pub use params::{ShopForm, ShopParams, ShopReport};

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
    write_shop_as(ShopForm::Contract, out, params, progress)
}

/// The same shop, with `out/root` in another form.
pub fn write_shop_as(
    form: ShopForm,
    out: &Path,
    params: &ShopParams,
    progress: Progress,
) -> Result<ShopReport, DemoError> {
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
    let history = history::tell(&shop, params, progress);
    match form {
        ShopForm::Contract => {
            contract_folder::write_catalogue(&root, &shop, seed, &mut written)?;
            contract_folder::write_config(&root, &mut written)?;
            contract_folder::write_history(&root, &shop, &history, progress, &mut written)?;
        }
        ShopForm::Plain => plain_tables::write(&root, &shop, &history, &mut written)?,
        ShopForm::Shopify => shopify_exports::write(&root, &shop, &history, &mut written)?,
        ShopForm::Events => event_lines::write(&root, &shop, &history, &mut written)?,
    }
    let told = history.told;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;

    fn files(folder: &Path, under: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, under, found);
            } else {
                found.insert(path.strip_prefix(under).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }

    fn made(params: &ShopParams, threads: usize) -> (ShopReport, BTreeMap<PathBuf, Vec<u8>>) {
        let out = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report = pool.install(|| write_shop(out.path(), params, Progress::Silent)).unwrap();
        let mut found = BTreeMap::new();
        files(out.path(), out.path(), &mut found);
        (report, found)
    }

    const SMALL: ShopParams = ShopParams { items: 120, shoppers: 90, seed: 11 };

    #[test]
    fn threads_do_not_change_a_byte_and_seeds_do() {
        let (report, one) = made(&SMALL, 1);
        let (again, two) = made(&SMALL, 2);
        assert_eq!(report, again);
        assert_eq!(one, two);
        let (_, other) = made(&ShopParams { seed: 12, ..SMALL }, 2);
        assert_ne!(one, other);
    }

    #[test]
    fn the_report_counts_what_the_files_hold() {
        let (report, found) = made(&SMALL, 2);
        let lines = |name: &str| {
            let file = &found[&Path::new("root").join(name).join(format!("{name}.csv"))];
            file.iter().filter(|&&b| b == b'\n').count() as u64
        };
        assert_eq!(lines("Reco_ItemsAndVariants"), 120);
        assert_eq!(lines("Reco_ItemCategories"), 120);
        assert_eq!(lines("Reco_ItemAndVariantFilters"), 480);
        assert_eq!(lines("Reco_Interactions"), report.interactions);
        let pictures = found.keys().filter(|p| p.starts_with("shop/images")).count();
        assert_eq!(pictures, 120);
        assert_eq!(found.values().map(|f| f.len() as u64).sum::<u64>(), report.bytes);
    }

    #[test]
    fn orders_join_what_belongs_together() {
        let (_, found) = made(&ShopParams { items: 300, shoppers: 600, seed: 7 }, 2);
        let text = |path: &str| String::from_utf8(found[Path::new(path)].clone()).unwrap();
        let categories = text("root/Reco_ItemCategories/Reco_ItemCategories.csv");
        let category: BTreeMap<&str, &str> = categories.lines().filter_map(|l| l.split_once(',')).collect();
        let rows = text("root/Reco_Interactions/Reco_Interactions.csv");
        let mut orders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in rows.lines().filter(|r| r.starts_with('o')) {
            let mut cells = row.split(',');
            let (group, item) = (cells.next().unwrap(), cells.next().unwrap());
            orders.entry(group).or_default().push(category[item]);
        }
        let holding = |all: &[&str]| orders.values().filter(|o| all.iter().all(|c| o.contains(c))).count();
        let tents = holding(&["Tents"]);
        let (with_bag, with_tea) = (holding(&["Tents", "Sleeping Bags"]), holding(&["Tents", "Teapots"]));
        assert!(tents > 50 && with_bag * 3 > tents, "{with_bag} of {tents} tents left with a sleeping bag");
        assert!(with_tea * 20 < tents, "{with_tea} of {tents} tents left with a teapot");
    }

    #[test]
    fn impossible_sizes_are_refused() {
        let out = tempfile::tempdir().unwrap();
        let refused = write_shop(out.path(), &ShopParams { items: 0, ..SMALL }, Progress::Silent);
        assert!(matches!(refused, Err(DemoError::Size { items: 0, .. })));
    }
}
