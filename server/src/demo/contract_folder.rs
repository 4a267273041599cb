//! Writes `root/`: the shop as a data folder in the contract of Intelligent Recommendations.
//!
//! Only what that contract knows goes in: no shop addresses, no art. Files have no
//! header row; `model.json` names the columns. Invariant: rows of
//! `Reco_Interactions` are sorted by time.

use std::path::Path;

use rayon::prelude::*;
use serde_json::json;

use super::DemoError;
use super::calendar::stamp;
use super::history::{History, group, shopper};
use super::output::{Output, Paths};
use super::product::Assortment;
use super::prose;
use super::visits::{Act, Row};
use crate::progress::Progress;

/// Where the shop would show its images, if it were on the web.
pub(super) const IMAGES: &str = "https://shop.example/images/";

/// A view says less than a purchase.
pub(super) const VIEW_STRENGTH: &str = "0.25";

/// Entities and their columns; `!` marks what the contract calls mandatory.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("Reco_ItemsAndVariants", &["ItemId!", "ItemVariantId", "Title", "Description", "ReleaseDate:dateTime"]),
    (
        "Reco_Interactions",
        &[
            "InteractionGroupingId!",
            "ItemId!",
            "ItemVariantId",
            "UserId",
            "InteractionType",
            "TimeStamp:dateTime",
            "Text",
            "Number:double",
            "Channel",
            "Catalog",
            "Strength:double",
            "IsPositive:boolean",
        ],
    ),
    ("Reco_ItemCategories", &["ItemId!", "Category!"]),
    ("Reco_ItemAndVariantImages", &["ItemId!", "ItemVariantId", "ImageFullUrl!", "IsPrimaryImage:boolean"]),
    ("Reco_ItemAndVariantFilters", &["ItemId!", "ItemVariantId", "FilterName!", "FilterValue!"]),
    ("Reco_Config", &["Key!", "Value!"]),
];

pub(super) fn write_catalogue(
    root: &Path,
    shop: &Assortment,
    seed: u64,
    paths: &mut Paths,
) -> Result<(), DemoError> {
    let mut items = entity(root, "Reco_ItemsAndVariants")?;
    let mut categories = entity(root, "Reco_ItemCategories")?;
    let mut images = entity(root, "Reco_ItemAndVariantImages")?;
    let mut filters = entity(root, "Reco_ItemAndVariantFilters")?;
    for (place, product) in (0u32..).zip(&shop.products) {
        let id = product.id.to_string();
        let series = shop.series(place);
        let (title, text) = (prose::full_title(shop, place), prose::description(shop, place, seed));
        items.csv(&[&id, "", &title, &text, &stamp(product.released)])?;
        categories.csv(&[&id, series.category().name])?;
        images.csv(&[&id, "", &format!("{IMAGES}{id}.svg"), "True"])?;
        for (name, value) in [
            ("Brand", series.brand().name),
            ("Colour", shop.colour(place).name),
            ("Material", series.material()),
            ("Price", &money(series.cents)),
        ] {
            filters.csv(&[&id, "", name, value])?;
        }
    }
    for file in [items, categories, images, filters] {
        paths.add(file.close()?);
    }
    Ok(())
}

pub(super) fn write_history(
    root: &Path,
    shop: &Assortment,
    history: &History,
    progress: Progress,
    paths: &mut Paths,
) -> Result<(), DemoError> {
    let stage = progress.stage("write", history.rows.len() as u64, "rows");
    let mut file = entity(root, "Reco_Interactions")?;
    for batch in history.rows.chunks(50_000) {
        let text: Vec<String> = batch.par_iter().map(|row| line(shop, row, history.seed)).collect();
        for line in &text {
            file.write(line.as_bytes())?;
        }
        stage.advance(batch.len() as u64);
    }
    paths.add(file.close()?);
    stage.done("Reco_Interactions");
    Ok(())
}

fn line(shop: &Assortment, row: &Row, seed: u64) -> String {
    let (text, strength) = match row.act {
        Act::View => ("view", VIEW_STRENGTH),
        Act::Order => ("order", "1"),
    };
    format!(
        "{},{},,{},Transaction,{},{text},,,,{strength},True\n",
        group(row, seed),
        shop.products[row.product as usize].id,
        shopper(row),
        stamp(row.time)
    )
}

pub(super) fn write_config(root: &Path, paths: &mut Paths) -> Result<(), DemoError> {
    let mut config = entity(root, "Reco_Config")?;
    for (key, value) in [
        ("PersonalizationEnabled", "True"),
        ("TrendingListTransactionsIntervalDays", "21"),
        ("TrendingListMaxAgeDays", "730"),
        ("BestSellingListTransactionsIntervalDays", "365"),
    ] {
        config.csv(&[key, value])?;
    }
    paths.add(config.close()?);
    let mut model = Output::create(&root.join("model.json"))?;
    let text = serde_json::to_string_pretty(&model_json()).expect("the value holds text keys only");
    model.write(text.as_bytes())?;
    model.write(b"\n")?;
    paths.add(model.close()?);
    Ok(())
}

fn model_json() -> serde_json::Value {
    let attribute = |column: &&str| {
        let (name, kind) = column.split_once(':').unwrap_or((column, "string"));
        let mandatory = if name.ends_with('!') { "True" } else { "False" };
        json!({
            "name": name.trim_end_matches('!'),
            "dataType": kind,
            "annotations": [{ "name": "IsMandatory", "value": mandatory }],
        })
    };
    let entity = |(name, columns): &(&str, &[&str])| {
        let attributes: Vec<_> = columns.iter().map(attribute).collect();
        json!({ "type": "LocalEntity", "name": name, "attributes": attributes, "partitions": null })
    };
    json!({
        "name": "Dynamics Recommendations Service",
        "version": "1.0",
        "culture": "en-US",
        "annotations": [{ "name": "DRSDataContractsVersion", "value": "1.4" }],
        "entities": COLUMNS.iter().map(entity).collect::<Vec<_>>(),
    })
}

fn entity(root: &Path, name: &str) -> Result<Output, DemoError> {
    Output::create(&root.join(name).join(format!("{name}.csv")))
}

/// Cents as a decimal number.
pub(super) fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
