//! Writes `root/` as two tables with a header: `items.csv` and `interactions.csv`.
//!
//! Times are Unix seconds, as databases give them. The facts are those of the contract folder.

use std::path::Path;

use super::DemoError;
use super::calendar::day;
use super::contract_folder::{IMAGES, VIEW_STRENGTH, money};
use super::history::{History, group, shopper};
use super::output::{Output, Paths};
use super::product::Assortment;
use super::prose;
use super::visits::Act;

pub(super) fn write(
    root: &Path,
    shop: &Assortment,
    history: &History,
    paths: &mut Paths,
) -> Result<(), DemoError> {
    write_items(&root.join("items.csv"), shop, history.seed, paths)?;
    let mut file = Output::create(&root.join("interactions.csv"))?;
    file.csv(&["session_id", "item_id", "user_id", "timestamp", "strength"])?;
    for row in &history.rows {
        let strength = if row.act == Act::View { VIEW_STRENGTH } else { "1" };
        let item = shop.products[row.product as usize].id.to_string();
        file.csv(&[&group(row, history.seed), &item, &shopper(row), &row.time.to_string(), strength])?;
    }
    paths.add(file.close()?);
    Ok(())
}

fn write_items(path: &Path, shop: &Assortment, seed: u64, paths: &mut Paths) -> Result<(), DemoError> {
    let mut file = Output::create(path)?;
    file.csv(&[
        "item_id",
        "title",
        "description",
        "released",
        "category",
        "image_url",
        "brand",
        "colour",
        "material",
        "price",
    ])?;
    for (place, product) in (0u32..).zip(&shop.products) {
        let series = shop.series(place);
        let id = product.id.to_string();
        file.csv(&[
            &id,
            &prose::full_title(shop, place),
            &prose::description(shop, place, seed),
            &day(product.released),
            series.category().name,
            &format!("{IMAGES}{id}.svg"),
            series.brand().name,
            shop.colour(place).name,
            series.material(),
            &money(series.cents),
        ])?;
    }
    paths.add(file.close()?);
    Ok(())
}
